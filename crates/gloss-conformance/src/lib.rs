//! Runs the rules of the plugin interface against a plugin.
//!
//! Each check runs in a process of its own, so that a crash is a result and not an end. The parent
//! ([`validate()`]) starts a program that calls [`run_child`] with the paths of a task and of an
//! answer; what the plugin prints goes elsewhere and does no harm. The checks go from the file to
//! unusual texts; what builds on a check that did not pass is skipped.

mod checks;
mod child;
mod finding;
mod layers;
mod log;
mod options;
mod process;
mod report;
mod results;
mod selection;
mod subject;
mod target;
mod texts;
mod validate;

pub use checks::{ALL as CHECKS, Check, Step};
pub use child::{ChildError, run_child};
pub use finding::Status;
pub use process::ChildCommand;
pub use report::{CheckReport, PluginReport, REPORT_FORM, Report, Totals};
pub use selection::Selection;
pub use validate::{ValidateOptions, validate};

/// A seed that is another each time, short enough to be typed.
#[must_use]
pub fn random_seed() -> u64 {
    u64::from(fastrand::u32(..))
}
