//! Runs that something is done to while they go on, and what they leave.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::{Ran, Sandbox};

/// Where the output of these runs goes.
pub const OUTPUT: &str = "out.jsonl";

/// What a run to [`OUTPUT`] leaves: output, quarantine, and the counts of its record.
#[derive(Debug, PartialEq)]
pub struct Left {
    /// The output.
    pub output: String,
    /// The quarantine file; empty where there is none.
    pub quarantine: String,
    /// Counts that depend on nothing but the documents.
    pub counts: Vec<Value>,
}

impl Left {
    /// What the last run left.
    ///
    /// # Panics
    /// When it left no output or no record.
    #[must_use]
    pub fn by(sandbox: &Sandbox) -> Left {
        let quarantine = sandbox.path().join(format!("{OUTPUT}.quarantine.jsonl"));
        let record = record(sandbox);
        let keys =
            ["annotated", "failed", "unreadable", "interrupted", "observed", "bytes", "stopped"];
        let mut counts: Vec<Value> = keys.iter().map(|key| record[key].clone()).collect();
        for stage in record["stages"].as_array().expect("stages") {
            counts.extend(
                ["id", "documents", "passed_over", "observed", "failed"]
                    .map(|key| stage[key].clone()),
            );
        }
        let quarantine = fs::read_to_string(quarantine).unwrap_or_default();
        Left { output: sandbox.read(OUTPUT), quarantine, counts }
    }
}

/// The record of the last run.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn record(sandbox: &Sandbox) -> Value {
    serde_json::from_str(&sandbox.read(&format!("{OUTPUT}.run.json"))).expect("a record")
}

/// Names in the folder that begin with a dot: what only a run that is not whole has.
///
/// # Panics
/// When the folder cannot be read.
#[must_use]
pub fn aside(sandbox: &Sandbox) -> Vec<String> {
    let entries = fs::read_dir(sandbox.path()).expect("a folder").flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| name.starts_with('.')).collect();
    names.sort_unstable();
    names
}

/// Starts a run that can be sent signals.
///
/// # Panics
/// When it cannot be started.
#[must_use]
pub fn start(sandbox: &Sandbox, arguments: &[&str]) -> Child {
    let mut command = sandbox.interruptible(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("gloss starts")
}

/// Starts a run to [`OUTPUT`], and waits until it has written something aside and noted it, so that it
/// could go on from there. For that to come soon, give it `--checkpoint-every 1`.
///
/// # Panics
/// When it cannot be started or writes nothing.
#[must_use]
pub fn begin(sandbox: &Sandbox, arguments: &[&str]) -> Child {
    let mut child = start(sandbox, arguments);
    let part = sandbox.path().join(format!(".{OUTPUT}.part"));
    let journal = sandbox.path().join(format!(".{OUTPUT}.journal"));
    // The first line says what it is a run of, the others how far it came.
    let noted = || fs::read_to_string(&journal).is_ok_and(|journal| journal.lines().count() > 1);
    wait_for(&mut child, || length(&part) > 0 && noted());
    child
}

fn length(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |metadata| metadata.len())
}

/// Waits for what must come while a run goes on.
///
/// # Panics
/// When the run ends before, or it does not come in two minutes.
pub fn wait_for(child: &mut Child, mut done: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !done() {
        if child.try_wait().expect("it can be waited for").is_some() {
            let mut said = String::new();
            child.stderr.take().map(|mut stderr| stderr.read_to_string(&mut said));
            panic!("the run ended before that:\n{said}");
        }
        assert!(begin.elapsed() < Duration::from_secs(120), "waited two minutes");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// What came of a run that was started.
///
/// # Panics
/// When it cannot be waited for.
#[must_use]
pub fn end(child: Child) -> Ran {
    let output = child.wait_with_output().expect("gloss ends");
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

impl Ran {
    /// Checks the exit code, and that each part is among what was said on standard error.
    ///
    /// # Panics
    /// When it is not so.
    pub fn said(&self, code: i32, parts: &[&str]) -> &Ran {
        assert_eq!(self.code, code, "{}", self.stderr);
        for part in parts {
            assert!(self.stderr.contains(part), "{part:?} is not in:\n{}", self.stderr);
        }
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        self
    }
}
