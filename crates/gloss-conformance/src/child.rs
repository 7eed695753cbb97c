//! The child: one check in a process of its own.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::checks;
use crate::finding::{Finding, Status};
use crate::subject::Subject;

/// What a child is to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Job {
    /// Run the check of this name.
    Check(String),
    /// Ask the extractor for the schema of its options.
    OptionsSchema,
}

/// A job with what it is about: the contents of the file that a child reads.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Task {
    /// What to do.
    pub job: Job,
    /// With what.
    pub subject: Subject,
}

/// What a child answers, in a file of its own: the plugin may print what it likes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Answer {
    /// How the check ended.
    pub status: Status,
    /// What was seen, unless it passed.
    pub message: String,
    /// What was asked for.
    #[serde(default)]
    pub schema: Value,
}

/// A child that cannot do its job; nothing that a plugin does leads here.
#[derive(Debug, thiserror::Error)]
pub enum ChildError {
    /// The task or the answer.
    #[error("{0}: {1}")]
    File(std::path::PathBuf, std::io::Error),
    /// The task is not one.
    #[error("the task is not one of this version: {0}")]
    Task(#[from] serde_json::Error),
    /// There is no such check.
    #[error("there is no check {0:?}")]
    UnknownCheck(String),
}

/// Does the job in the file `task` and writes the answer to the file `answer`.
///
/// # Errors
/// When the task is not one of this version, or a file cannot be used.
pub fn run_child(task: &Path, answer: &Path) -> Result<(), ChildError> {
    let file = |path: &Path| {
        let path = path.to_owned();
        move |e| ChildError::File(path, e)
    };
    let task: Task = serde_json::from_slice(&fs::read(task).map_err(file(task))?)?;
    let made = perform(&task)?;
    // The parent must not read half an answer, whatever happens when this process ends.
    let part = answer.with_extension("part");
    fs::write(&part, serde_json::to_vec(&made)?).map_err(file(&part))?;
    fs::rename(&part, answer).map_err(file(answer))
}

fn perform(task: &Task) -> Result<Answer, ChildError> {
    let answer = |verdict: Result<Value, Finding>| match verdict {
        Ok(schema) => Answer { status: Status::Passed, message: String::new(), schema },
        Err(f) => Answer { status: f.status, message: f.message, schema: Value::Null },
    };
    Ok(match &task.job {
        Job::Check(name) => {
            let check = checks::find(name).ok_or_else(|| ChildError::UnknownCheck(name.clone()))?;
            answer((check.run)(&task.subject).map(|()| Value::Null))
        }
        Job::OptionsSchema => answer(schema(&task.subject)),
    })
}

fn schema(subject: &Subject) -> Result<Value, Finding> {
    Ok(subject.description(&subject.extractor()?)?.options)
}
