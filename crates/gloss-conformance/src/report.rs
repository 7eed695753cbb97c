//! What came of a validation, in a form for programs.

use std::path::PathBuf;

use gloss_protocol::Manifest;
use serde::Serialize;

use crate::finding::Status;

/// Name and version of the report's form. Keys are added without a new version.
pub const REPORT_FORM: &str = "gloss-conformance/1";

/// What came of one check.
#[derive(Clone, Debug, Serialize)]
pub struct CheckReport {
    /// Its name.
    pub check: &'static str,
    /// The extractor, for checks of one.
    pub extractor: Option<String>,
    /// How it ended.
    pub status: Status,
    /// The rule.
    pub rule: &'static str,
    /// The section of the interface's specification.
    pub section: &'static str,
    /// What was seen; empty when it passed.
    pub message: String,
    /// How long it took.
    pub milliseconds: u64,
}

/// What came of one plugin.
#[derive(Clone, Debug, Serialize)]
pub struct PluginReport {
    /// Its file.
    pub path: PathBuf,
    /// Its manifest, where it has one.
    pub manifest: Option<Manifest>,
    /// The checks, in order; those of the plugin as a whole come first.
    pub checks: Vec<CheckReport>,
}

/// How many checks ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Kept.
    pub passed: usize,
    /// Unusual or costly.
    pub warned: usize,
    /// Broken.
    pub failed: usize,
    /// Killed.
    pub crashed: usize,
    /// Not applicable.
    pub skipped: usize,
}

/// What came of a validation.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// [`REPORT_FORM`].
    pub form: &'static str,
    /// Version of the plugin interface.
    pub interface: String,
    /// What random texts and layers depended on.
    pub seed: u64,
    /// One for each plugin.
    pub plugins: Vec<PluginReport>,
    /// How many checks ended how.
    pub totals: Totals,
}

impl Report {
    /// A report of these plugins.
    #[must_use]
    pub fn new(seed: u64, plugins: Vec<PluginReport>) -> Report {
        let mut totals = Totals::default();
        for check in plugins.iter().flat_map(|p| &p.checks) {
            *match check.status {
                Status::Passed => &mut totals.passed,
                Status::Warned => &mut totals.warned,
                Status::Failed => &mut totals.failed,
                Status::Crashed => &mut totals.crashed,
                Status::Skipped => &mut totals.skipped,
            } += 1;
        }
        let interface = gloss_host::abi_version().to_string();
        Report { form: REPORT_FORM, interface, seed, plugins, totals }
    }

    /// Whether nothing failed or crashed.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.totals.failed == 0 && self.totals.crashed == 0
    }
}
