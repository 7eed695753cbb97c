//! Failures that plugins report, and rules of the interface that they break.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::rule::Rule;
use crate::table::{read_str, read_table};

/// What sort of failure it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FailureKind {
    /// None of the others.
    Other,
    /// An option has an unusable value; `place` names it.
    Options,
    /// A model's files are unusable.
    Model,
    /// The document cannot be processed.
    Document,
    /// The plugin panicked.
    Panic,
    /// Out of memory, disk or another resource.
    Resource,
    /// The plugin broke a rule of the interface; `rule` says which, `place` names the layer.
    Rule,
    /// The plugin stopped because it was told to.
    Cancelled,
    /// The plugin's process ended: by a signal, or because the plugin ended it.
    Crash,
    /// The plugin's process did not answer in time and was ended.
    Timeout,
    /// The plugin's process used more memory than it may and was ended.
    Memory,
    /// The plugin's process sent what is no answer.
    Frame,
    /// A file of the plugin, of its model or of the user is not the one that was loaded, so that the
    /// plugin cannot be started again; no document is at fault.
    Changed,
}

/// Why a call of a plugin failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What sort of failure it was.
    pub kind: FailureKind,
    /// What happened.
    pub message: String,
    /// Where: an option, a file or a layer; or empty.
    pub place: String,
    /// What the user can do, or empty.
    pub help: String,
    /// The rule that was broken, where that is what happened.
    pub rule: Option<Rule>,
}

impl Failure {
    /// A failure without place and help.
    #[must_use]
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Failure {
        Failure {
            kind,
            message: message.into(),
            place: String::new(),
            help: String::new(),
            rule: None,
        }
    }

    /// A broken rule; `place` names the layer, or is empty.
    #[must_use]
    pub fn broken(rule: Rule, place: &str, message: impl Into<String>) -> Failure {
        Failure {
            kind: FailureKind::Rule,
            message: message.into(),
            place: place.to_owned(),
            help: "this is a fault of the plugin: report it to its author".to_owned(),
            rule: Some(rule),
        }
    }

    /// Copies what a plugin reports.
    ///
    /// # Safety
    /// `failure` is null or points to a failure whose strings are readable.
    pub(crate) unsafe fn read(failure: *const gloss_abi::Failure) -> Failure {
        if failure.is_null() {
            return Failure::new(FailureKind::Other, "the plugin gave no reason");
        }
        // SAFETY: not null; the caller vouches for table and strings.
        unsafe {
            let failure = read_table(failure);
            Failure {
                kind: match failure.kind {
                    gloss_abi::FailureKind::OPTIONS => FailureKind::Options,
                    gloss_abi::FailureKind::MODEL => FailureKind::Model,
                    gloss_abi::FailureKind::DOCUMENT => FailureKind::Document,
                    gloss_abi::FailureKind::PANIC => FailureKind::Panic,
                    gloss_abi::FailureKind::RESOURCE => FailureKind::Resource,
                    _ => FailureKind::Other,
                },
                message: read_str(failure.message),
                place: read_str(failure.place),
                help: read_str(failure.help),
                rule: None,
            }
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.kind, self.place.as_str()) {
            (FailureKind::Panic, _) => write!(f, "panicked: {}", self.message),
            (_, "") => f.write_str(&self.message),
            (_, place) => write!(f, "{place}: {}", self.message),
        }
    }
}

impl std::error::Error for Failure {}
