//! What is off the hot path: messages as JSON, one buffer a frame.

use gloss_boundary::{Failure, FailureKind};
use gloss_protocol::{LoadRequest, Plan, PlanRequest};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{Frame, FrameError, FrameWriter, Kind};

/// Who the child is; its first frame.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// Version of the plugin interface that it speaks with the plugin; for information.
    pub abi: String,
    /// Names of the plugin's extractors.
    pub extractors: Vec<String>,
}

/// Asks for a description.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Describe {
    /// Name of the extractor.
    pub extractor: String,
}

/// Asks for a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanMessage {
    /// Name of the extractor.
    pub extractor: String,
    /// The request, as the plugin interface has it.
    pub request: PlanRequest,
}

/// Asks to load. The child has one instance and one worker of it; a second `Load` is refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoadMessage {
    /// Name of the extractor.
    pub extractor: String,
    /// The plan, which says what batches and results hold.
    pub plan: Plan,
    /// The request, as the plugin interface has it.
    pub request: LoadRequest,
}

/// The answer to [`LoadMessage`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadedMessage {
    /// The extractor must see every document first; the version of the form in which its states
    /// are saved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state_version: Option<u32>,
}

/// A log record of the plugin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogRecord {
    /// `error`, `warn`, `info`, `debug` or `trace`.
    pub level: String,
    /// A module path.
    pub target: String,
    /// The message.
    pub message: String,
}

/// A failure.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailureRecord {
    /// `other`, `options`, `model`, `document`, `panic`, `resource`, `rule` or `cancelled`.
    #[serde(default)]
    pub kind: String,
    /// What happened.
    pub message: String,
    /// Where, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub place: String,
    /// What the user can do, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub help: String,
}

/// What a child can say, in its words. Other kinds are for the host to find out.
const FAILURE_KINDS: [(FailureKind, &str); 8] = [
    (FailureKind::Other, "other"),
    (FailureKind::Options, "options"),
    (FailureKind::Model, "model"),
    (FailureKind::Document, "document"),
    (FailureKind::Panic, "panic"),
    (FailureKind::Resource, "resource"),
    (FailureKind::Rule, "rule"),
    (FailureKind::Cancelled, "cancelled"),
];

impl From<&Failure> for FailureRecord {
    fn from(failure: &Failure) -> FailureRecord {
        let word = FAILURE_KINDS.iter().find(|(kind, _)| *kind == failure.kind);
        FailureRecord {
            kind: word.map_or("other", |(_, word)| word).to_owned(),
            message: failure.message.clone(),
            place: failure.place.clone(),
            help: failure.help.clone(),
        }
    }
}

impl From<FailureRecord> for Failure {
    fn from(record: FailureRecord) -> Failure {
        let kind = FAILURE_KINDS.iter().find(|(_, word)| *word == record.kind);
        let kind = kind.map_or(FailureKind::Other, |(kind, _)| *kind);
        let message = match record.message {
            message if message.is_empty() => "the plugin gave no reason".to_owned(),
            message => message,
        };
        Failure { kind, message, place: record.place, help: record.help, rule: None }
    }
}

/// A frame of one JSON buffer; valid until the writer is used again.
///
/// # Errors
/// When the message cannot be written as JSON.
pub fn encode<'w>(
    writer: &'w mut FrameWriter,
    kind: Kind,
    request: u32,
    message: &impl Serialize,
) -> Result<&'w [u8], FrameError> {
    let json = json(message)?;
    writer.clear();
    writer.bytes(&json);
    Ok(writer.finish(kind, request))
}

/// The buffer of such a frame.
///
/// # Errors
/// When the message cannot be written as JSON.
pub fn json(message: &impl Serialize) -> Result<Vec<u8>, FrameError> {
    serde_json::to_vec(message).map_err(|e| FrameError::Json(e.to_string()))
}

/// The message of a frame of one JSON buffer.
///
/// # Errors
/// When it is none of this type.
pub fn decode<T: DeserializeOwned>(frame: &Frame) -> Result<T, FrameError> {
    serde_json::from_slice(frame.reader()?.bytes()?).map_err(|e| FrameError::Json(e.to_string()))
}
