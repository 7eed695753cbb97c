//! What a check finds.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// The rule is kept, as far as the check can see.
    Passed,
    /// Something is unusual or costly, but no rule is broken.
    Warned,
    /// A rule is broken, or the time was up.
    Failed,
    /// The process of the check was killed by a signal or ended without a result.
    Crashed,
    /// The check does not apply, or something it builds on did not pass.
    Skipped,
}

impl Status {
    /// All of them, with what each means to an author.
    pub const ALL: [(Status, &str); 5] = [
        (Status::Passed, "the rule is kept, as far as the check can see"),
        (Status::Warned, "something is unusual or costly, but no rule is broken"),
        (Status::Failed, "a rule is broken, or the check did not end in time"),
        (
            Status::Crashed,
            "the process of the check was killed by a signal, or ended without a result",
        ),
        (
            Status::Skipped,
            "the check does not apply to this extractor, or builds on one that did not pass",
        ),
    ];

    /// The word that reports use for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Passed => "passed",
            Status::Warned => "warned",
            Status::Failed => "failed",
            Status::Crashed => "crashed",
            Status::Skipped => "skipped",
        }
    }

    /// Whether a plugin with such a check is not to be published.
    #[must_use]
    pub fn is_fault(self) -> bool {
        matches!(self, Status::Failed | Status::Crashed)
    }
}

/// Why a check did not simply pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Warned, failed or skipped.
    pub status: Status,
    /// What was seen.
    pub message: String,
}

impl Finding {
    /// A rule is broken.
    pub fn failed(message: impl Into<String>) -> Finding {
        Finding { status: Status::Failed, message: message.into() }
    }

    /// Unusual or costly.
    pub fn warned(message: impl Into<String>) -> Finding {
        Finding { status: Status::Warned, message: message.into() }
    }

    /// Does not apply, or cannot be made.
    pub fn skipped(message: impl Into<String>) -> Finding {
        Finding { status: Status::Skipped, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.status.as_str(), self.message)
    }
}

/// What a check gives: nothing when the rule is kept.
pub type Verdict = Result<(), Finding>;

/// Fails with the message unless the condition holds.
pub fn ensure(condition: bool, message: impl FnOnce() -> String) -> Verdict {
    if condition { Ok(()) } else { Err(Finding::failed(message())) }
}
