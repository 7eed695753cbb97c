//! Starts a child, waits for it or kills it, and says how it ended.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::child::{Answer, Task};
use crate::finding::Status;

/// The last lines of standard error that are shown of a process that crashed.
const SHOWN_LINES: usize = 5;

/// How to start a child: this program, and the arguments before those of
/// [`run_child`](crate::run_child), which get the paths of task and answer.
#[derive(Clone, Debug)]
pub struct ChildCommand {
    /// The program.
    pub program: PathBuf,
    /// Arguments before the two paths.
    pub arguments: Vec<String>,
}

/// How a child ended.
#[derive(Debug)]
pub struct Ended {
    /// Its answer, or what stands in for one.
    pub answer: Answer,
    /// Bytes on standard output.
    pub printed: u64,
    /// Bytes on standard error.
    pub complained: u64,
    /// How long it took.
    pub elapsed: Duration,
}

/// Runs a task in a child of its own.
///
/// # Errors
/// When no child can be started.
pub fn run(command: &ChildCommand, task: &Task, limit: Duration) -> io::Result<Ended> {
    let folder = TempDir::new()?;
    let path = |name: &str| folder.path().join(name);
    fs::write(path("task"), serde_json::to_vec(task)?)?;
    let begin = Instant::now();
    let mut child = Command::new(&command.program)
        .args(&command.arguments)
        .arg(path("task"))
        .arg(path("answer"))
        .stdin(Stdio::null())
        .stdout(File::create(path("stdout"))?)
        .stderr(File::create(path("stderr"))?)
        .spawn()?;
    let status = wait(&mut child, limit)?;
    let elapsed = begin.elapsed();
    let length = |name: &str| fs::metadata(path(name)).map_or(0, |m| m.len());
    let answer = match status {
        None => Answer {
            status: Status::Failed,
            message: format!("it did not end within {} s and was killed", limit.as_secs_f64()),
            schema: serde_json::Value::Null,
        },
        Some(status) => {
            let answer = fs::read(path("answer")).ok();
            let answer = answer.and_then(|bytes| serde_json::from_slice::<Answer>(&bytes).ok());
            match answer.filter(|_| status.success()) {
                Some(answer) => answer,
                None => crashed(status, &path("stderr")),
            }
        }
    };
    Ok(Ended { answer, printed: length("stdout"), complained: length("stderr"), elapsed })
}

/// Waits, at most as long as the limit; `None` when the child had to be killed.
fn wait(child: &mut Child, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let begin = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if begin.elapsed() >= limit {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

fn crashed(status: ExitStatus, stderr: &Path) -> Answer {
    // Only the end: a plugin may have written gigabytes.
    let text = String::from_utf8_lossy(&tail(stderr).unwrap_or_default()).into_owned();
    let lines: Vec<&str> = text.lines().filter(|l| !l.trim().is_empty()).collect();
    let last = &lines[lines.len().saturating_sub(SHOWN_LINES)..];
    let mut message = format!("the process ended with {status}");
    if !last.is_empty() {
        message.push_str(&format!("; last on standard error: {}", last.join(" | ")));
    }
    Answer { status: Status::Crashed, message, schema: serde_json::Value::Null }
}

fn tail(path: &Path) -> io::Result<Vec<u8>> {
    use std::io::{Read, Seek, SeekFrom};
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(4096)))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}
