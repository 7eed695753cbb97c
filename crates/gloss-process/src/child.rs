//! One child process and the conversation with it.

use std::io::Write;
use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::{ExitStatus, Stdio};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use gloss_boundary::{Failure, FailureKind, log_record};
use gloss_frame::message::{self, FailureRecord, Hello, LogRecord};
use gloss_frame::{Frame, FrameError, FrameWriter, Kind, ReadFrameError, read_frame};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tracing::Level;

use crate::memory::MemoryLimit;
use crate::output::Printed;
use crate::stream::{PatientStream, Stop, TICK};
use crate::{Program, exit};

/// The most that a child may answer to one batch, in bytes.
const MAX_ANSWER: u64 = 8 << 30;
/// How long a child whose connection ended may take to end itself.
const EXIT_GRACE: Duration = Duration::from_secs(1);
/// How long a child may take to load the library, to describe itself and to plan.
pub const START_TIMEOUT: Duration = Duration::from_secs(60);

/// The deadline of a request that has none.
const NEVER: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

/// How long to wait for an answer.
#[derive(Clone, Copy, Debug, Default)]
pub struct Patience<'c> {
    /// The child is killed when it does not answer within this time.
    pub timeout: Option<Duration>,
    /// The child is told when this is set, and killed when it does not answer soon.
    pub cancel: Option<&'c AtomicBool>,
}

/// Why there is no answer.
enum End {
    /// The connection ended, or waiting was given up.
    Stream(Option<Stop>),
    /// What came is no answer.
    Frame(FrameError),
}

/// A child process. Killed, if it still runs, when this is dropped.
#[derive(Debug)]
pub struct Child {
    process: std::process::Child,
    stream: UnixStream,
    memory: MemoryLimit,
    writer: FrameWriter,
    cancel_frame: Vec<u8>,
    request: u32,
    status: Option<ExitStatus>,
    printed: Printed,
}

impl Child {
    /// Starts a child and waits until it says who it is.
    pub fn start(program: &Program, memory: Option<u64>) -> Result<(Child, Hello), Failure> {
        let cannot = |what: &str, e: std::io::Error| Failure {
            help: program.help().to_owned(),
            place: program.path().display().to_string(),
            ..Failure::new(FailureKind::Resource, format!("{what}: {e}"))
        };
        let (ours, theirs) =
            UnixStream::pair().map_err(|e| cannot("there is no connection to be had", e))?;
        let (lines, printed) =
            std::io::pipe().map_err(|e| cannot("there is no pipe to be had", e))?;
        let printed_too =
            printed.try_clone().map_err(|e| cannot("there is no pipe to be had", e))?;
        let process = program
            .command()
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .stdout(Stdio::from(printed))
            .stderr(Stdio::from(printed_too))
            // A Ctrl-C at the terminal is for us: the child finishes what it was given.
            .process_group(0)
            .spawn()
            .map_err(|e| cannot("the program that runs plugins cannot be started", e))?;
        let printed = Printed::default();
        let ready = ours
            .set_read_timeout(Some(TICK))
            .and_then(|()| ours.set_write_timeout(Some(TICK)))
            .and_then(|()| printed.log_lines(lines, program.name()));
        let mut child = Child {
            memory: MemoryLimit::new(process.id(), memory),
            process,
            stream: ours,
            writer: FrameWriter::default(),
            cancel_frame: Vec::new(),
            request: 0,
            status: None,
            printed,
        };
        ready.map_err(|e| cannot("the connection cannot be set up", e))?;
        let hello = child.receive(Instant::now() + START_TIMEOUT, None, START_TIMEOUT);
        let hello = match hello {
            Ok(hello) if hello.kind() == Kind::Hello => message::decode(&hello).map_err(no_frame),
            Ok(other) => Err(failed(&other)),
            Err(failure) => Err(failure),
        };
        match hello {
            Ok(hello) => Ok((child, hello)),
            Err(failure) => Err(with_help(child.with_printed(failure), program)),
        }
    }

    /// Sends a message and waits for an answer of the given kind, which is a message too.
    pub fn call<T: DeserializeOwned>(
        &mut self,
        kind: Kind,
        message: &impl Serialize,
        expected: Kind,
        timeout: Duration,
    ) -> Result<T, Failure> {
        let json = message::json(message).map_err(no_frame)?;
        let patience = Patience { timeout: Some(timeout), cancel: None };
        let answer = self
            .request(kind, |writer| writer.bytes(&json), expected, &patience)
            .and_then(|answer| message::decode(&answer).map_err(no_frame));
        answer.map_err(|failure| self.with_printed(failure))
    }

    /// Adds the last lines that the child printed, where it did not say itself why it failed. Only
    /// before the first document: what is printed later may hold text.
    fn with_printed(&self, failure: Failure) -> Failure {
        use FailureKind::{Crash, Frame, Memory, Timeout};
        if !matches!(failure.kind, Crash | Frame | Memory | Timeout) {
            return failure;
        }
        let lines = self.printed.last_lines(EXIT_GRACE);
        if lines.is_empty() {
            return failure;
        }
        let message =
            format!("{}; the last that it printed:\n{}", failure.message, lines.join("\n"));
        Failure { message, ..failure }
    }

    /// Sends a request whose buffers `write` writes, and waits for an answer of the given kind.
    pub fn request(
        &mut self,
        kind: Kind,
        write: impl FnOnce(&mut FrameWriter),
        expected: Kind,
        patience: &Patience<'_>,
    ) -> Result<Frame, Failure> {
        self.request += 1;
        let mut writer = std::mem::take(&mut self.writer);
        writer.clear();
        self.cancel_frame.clear();
        self.cancel_frame.extend_from_slice(writer.finish(Kind::Cancel, self.request));
        write(&mut writer);
        let timeout = patience.timeout.unwrap_or(NEVER);
        let deadline = Instant::now() + timeout;
        self.send(writer.finish(kind, self.request), deadline, timeout)?;
        self.writer = writer;
        let answer = self.receive(deadline, patience.cancel, timeout)?;
        if answer.kind() == expected { Ok(answer) } else { Err(failed(&answer)) }
    }

    /// Whether the process still runs.
    pub fn is_alive(&mut self) -> bool {
        if self.status.is_none() {
            self.status = self.process.try_wait().ok().flatten();
        }
        self.status.is_none()
    }

    fn send(&mut self, frame: &[u8], deadline: Instant, timeout: Duration) -> Result<(), Failure> {
        let mut stream = PatientStream::new(&self.stream, &self.memory, deadline, None);
        match stream.write_all(frame) {
            Ok(()) => Ok(()),
            Err(_) => {
                let stopped = stream.stopped;
                Err(self.lost(stopped, timeout))
            }
        }
    }

    /// The answer to the request that was sent last. A child that gives none has ended afterwards.
    fn receive(
        &mut self,
        deadline: Instant,
        cancel: Option<&AtomicBool>,
        timeout: Duration,
    ) -> Result<Frame, Failure> {
        match self.next_answer(deadline, cancel) {
            Ok(frame) => Ok(frame),
            Err(End::Stream(stopped)) => Err(self.lost(stopped, timeout)),
            Err(End::Frame(error)) => {
                self.kill();
                Err(no_frame(error))
            }
        }
    }

    /// Log records that come before the answer are logged, and do not put the deadline off.
    fn next_answer(&self, deadline: Instant, cancel: Option<&AtomicBool>) -> Result<Frame, End> {
        let cancel = cancel.map(|flag| (flag, self.cancel_frame.as_slice()));
        let mut stream = PatientStream::new(&self.stream, &self.memory, deadline, cancel);
        loop {
            let frame = match read_frame(&mut stream, MAX_ANSWER) {
                Ok(Some(frame)) => frame,
                Ok(None) => return Err(End::Stream(None)),
                Err(ReadFrameError::Stream(_)) => return Err(End::Stream(stream.stopped)),
                Err(ReadFrameError::Frame(error)) => return Err(End::Frame(error)),
            };
            if frame.kind() == Kind::Log {
                log(&frame);
            } else if frame.request() == self.request {
                return Ok(frame);
            } else {
                return Err(End::Frame(FrameError::UnexpectedKind(frame.kind() as u16)));
            }
        }
    }

    /// What happened to a child that cannot be talked to any more; it has ended afterwards.
    fn lost(&mut self, stopped: Option<Stop>, timeout: Duration) -> Failure {
        let mib = self.memory.bytes() >> 20;
        let (kind, message) = match stopped {
            Some(Stop::Timeout) => {
                let seconds = timeout.as_secs_f64();
                (
                    FailureKind::Timeout,
                    format!("the plugin did not answer within {seconds} s and was ended"),
                )
            }
            Some(Stop::Cancelled) => (
                FailureKind::Cancelled,
                "the plugin did not stop when it was told to, and was ended".to_owned(),
            ),
            Some(Stop::Memory) => (FailureKind::Memory, memory_message(mib)),
            None => {
                let status = self.wait(EXIT_GRACE);
                if self.memory.has_killed() {
                    (FailureKind::Memory, memory_message(mib))
                } else {
                    let how = exit::describe(status);
                    (FailureKind::Crash, format!("the plugin's process {how}"))
                }
            }
        };
        self.kill();
        Failure::new(kind, message)
    }

    /// Waits for the process to end by itself.
    fn wait(&mut self, grace: Duration) -> Option<ExitStatus> {
        let deadline = Instant::now() + grace;
        let mut pause = Duration::from_micros(100);
        while self.is_alive() && Instant::now() < deadline {
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(20));
        }
        self.status
    }

    /// Kills the process, and those that it started in its group.
    fn kill(&mut self) {
        if self.is_alive() {
            if let Some(group) = rustix::process::Pid::from_raw(self.process.id().cast_signed()) {
                let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
            }
            // Also by itself, should the group not be there yet.
            let _ = self.process.kill();
            self.status = self.process.wait().ok();
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // The end of the connection tells the child to unload the plugin and to end.
        let _ = self.stream.shutdown(Shutdown::Both);
        self.wait(EXIT_GRACE);
        self.kill();
        // Its group of memory is empty now and can be removed.
        self.memory = MemoryLimit::None;
    }
}

/// Adds what to do about a program that ended, or printed something, before it spoke frames.
fn with_help(failure: Failure, program: &Program) -> Failure {
    use FailureKind::{Crash, Frame, Timeout};
    let silent = matches!(failure.kind, Crash | Frame | Timeout);
    if silent && program.is_its_own() && !program.help().is_empty() {
        return Failure { help: program.help().to_owned(), ..failure };
    }
    failure
}

fn memory_message(mib: u64) -> String {
    format!("the plugin used more than {mib} MiB of memory and was ended")
}

/// The failure that an answer reports.
fn failed(answer: &Frame) -> Failure {
    match (answer.kind(), message::decode::<FailureRecord>(answer)) {
        (Kind::Failed, Ok(record)) => record.into(),
        (kind, _) => no_frame(FrameError::UnexpectedKind(kind as u16)),
    }
}

/// What the child sent is no answer.
pub fn no_frame(error: FrameError) -> Failure {
    let help = match error {
        FrameError::Version(_) => {
            "gloss-worker, or what runs in its place, belongs to another version of gloss: build or \
             install both from the same one"
        }
        _ => {
            "the plugin, or a library that it uses, writes where it should not: report it to its \
             author"
        }
    };
    Failure {
        help: help.to_owned(),
        ..Failure::new(
            FailureKind::Frame,
            format!("the plugin's process sent no proper answer: {error}"),
        )
    }
}

fn log(frame: &Frame) {
    let Ok(LogRecord { level, target, message }) = message::decode(frame) else { return };
    log_record(level.parse().unwrap_or(Level::TRACE), &target, &message);
}
