//! Waiting for a child no longer than it may take.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::memory::MemoryLimit;

/// How often a wait is interrupted to look at the deadline, at cancellation and at memory.
pub const TICK: Duration = Duration::from_millis(20);
/// How long a child that was told to cancel may take to answer.
pub const CANCEL_GRACE: Duration = Duration::from_secs(2);

/// Why waiting was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The deadline passed.
    Timeout,
    /// It used more memory than it may.
    Memory,
    /// It was told to cancel and did not answer.
    Cancelled,
}

/// A stream whose reads and writes end when waiting must be given up.
pub struct PatientStream<'c> {
    stream: &'c UnixStream,
    deadline: Instant,
    memory: &'c MemoryLimit,
    /// The flag to look at, and the frame that tells the child.
    cancel: Option<(&'c AtomicBool, &'c [u8])>,
    /// Why it was given up.
    pub stopped: Option<Stop>,
    /// The child was told to cancel.
    cancel_sent: bool,
    /// When to look again although the child keeps sending.
    next_look: Instant,
}

impl<'c> PatientStream<'c> {
    pub fn new(
        stream: &'c UnixStream,
        memory: &'c MemoryLimit,
        deadline: Instant,
        cancel: Option<(&'c AtomicBool, &'c [u8])>,
    ) -> PatientStream<'c> {
        PatientStream {
            stream,
            deadline,
            memory,
            cancel,
            stopped: None,
            cancel_sent: false,
            next_look: Instant::now() + TICK,
        }
    }

    /// Looks at everything that may end the wait. `idle` is whether nothing is half written.
    fn tick(&mut self, idle: bool) -> io::Result<()> {
        if let Some((flag, frame)) = self.cancel
            && idle
            && !self.cancel_sent
            && flag.load(Ordering::Relaxed)
        {
            self.cancel_sent = true;
            self.deadline = self.deadline.min(Instant::now() + CANCEL_GRACE);
            self.stream.write_all(frame)?;
        }
        self.next_look = Instant::now() + TICK;
        self.stopped = if self.memory.is_exceeded() {
            Some(Stop::Memory)
        } else if Instant::now() < self.deadline {
            None
        } else if self.cancel_sent {
            Some(Stop::Cancelled)
        } else {
            Some(Stop::Timeout)
        };
        if self.stopped.is_some() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(()) }
    }
}

/// The stream's own time-outs are ticks, so this is "nothing yet".
fn is_tick(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

impl Read for PatientStream<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // A child that never falls silent must not outlive its deadline either.
        if Instant::now() >= self.next_look {
            self.tick(true)?;
        }
        loop {
            match self.stream.read(buffer) {
                Err(error) if is_tick(&error) => self.tick(true)?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => return result,
            }
        }
    }
}

impl Write for PatientStream<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            match self.stream.write(bytes) {
                Err(error) if is_tick(&error) => self.tick(false)?,
                result => return result,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads from a child that is silent, or never is; waiting must be given up for the reason.
    fn check(talks: bool, patience: Duration, cancelled: bool, expected: Stop) {
        let (ours, theirs) = UnixStream::pair().unwrap();
        ours.set_read_timeout(Some(TICK)).unwrap();
        let talking = std::thread::spawn(move || {
            // Ends when the other side is gone.
            while talks && (&theirs).write_all(&[0; 1024]).is_ok() {}
            theirs
        });
        let flag = AtomicBool::new(cancelled);
        let deadline = Instant::now() + patience;
        let cancel = Some((&flag, b"stop".as_slice()));
        let mut stream = PatientStream::new(&ours, &MemoryLimit::None, deadline, cancel);
        let mut buffer = [0; 64];
        let enough = Instant::now() + Duration::from_secs(20);
        while stream.read(&mut buffer).is_ok() && Instant::now() < enough {}
        assert_eq!(stream.stopped, Some(expected), "{talks} {patience:?} {cancelled}");
        drop(ours);
        talking.join().unwrap();
    }

    #[test]
    fn waiting_ends_whether_or_not_the_child_keeps_sending() {
        let (short, long) = (Duration::from_millis(100), Duration::from_secs(3600));
        for talks in [false, true] {
            check(talks, short, false, Stop::Timeout);
            check(talks, long, true, Stop::Cancelled);
        }
    }
}
