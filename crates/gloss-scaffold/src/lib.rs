//! Makes, builds, tests and watches the projects of plugin authors.
//!
//! A new project is whole: an extractor that works, its tests, and the sources of the SDK, which
//! this crate carries. So a plugin is always built with the SDK of the `gloss` that made it, and no
//! registry needs to have it.
//!
//! * `templates/LANGUAGE/common` are the files of every project in that language, and
//!   `templates/LANGUAGE/KIND` those of an extractor of that kind; `any` stands for all languages.
//!   `src/template.rs` says how names get into them.
//! * `src/sdk.rs` makes a workspace of the SDK's crates, apart from ours, or takes the package of
//!   Python.

mod cargo;
mod error;
mod lock;
mod name;
mod project;
mod python;
mod sdk;
mod template;
mod toolchain;
mod watch;

pub use error::{Error, ErrorKind, Result};
pub use name::PluginName;
pub use project::{Kind, Language, NewPlugin, create};
pub use toolchain::{Profile, build, is_project, test};
pub use watch::Watched;

/// The files that the build script put in, by path.
mod embedded {
    include!(concat!(env!("OUT_DIR"), "/embedded.rs"));
}
