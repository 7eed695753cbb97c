//! The connection to the host.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use gloss_frame::{Frame, FrameWriter, Kind, message, read_frame};
use serde::Serialize;

/// The longest request: a document may have almost 4 GiB, and its layers as much again.
const MAX_REQUEST: u64 = 16 << 30;
/// How long this process may take to end once the host is gone.
const GRACE: Duration = Duration::from_secs(1);

/// The way back to the host; used by all threads.
#[derive(Clone, Debug)]
pub struct Connection {
    stream: Arc<UnixStream>,
    writer: Arc<Mutex<FrameWriter>>,
}

impl Connection {
    /// Takes the socket away from standard input, so that no plugin finds it there, and lets what
    /// is printed go where standard error goes.
    pub fn take_standard_input() -> io::Result<Connection> {
        // Far from the numbers that a plugin may guess.
        let socket = rustix::io::fcntl_dupfd_cloexec(io::stdin(), 100)?;
        rustix::stdio::dup2_stdin(File::open("/dev/null")?)?;
        rustix::stdio::dup2_stdout(io::stderr())?;
        let stream = UnixStream::from(socket);
        // Fails where standard input was no socket.
        stream.peer_addr()?;
        Ok(Connection { stream: Arc::new(stream), writer: Arc::default() })
    }

    /// Sends a frame of one JSON buffer.
    pub fn send_message(&self, kind: Kind, request: u32, text: &impl Serialize) -> io::Result<()> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let frame = message::encode(&mut writer, kind, request, text).map_err(io::Error::other)?;
        (&*self.stream).write_all(frame)
    }

    /// Sends a frame whose buffers `write` writes.
    pub fn send<E: std::error::Error + Send + Sync + 'static>(
        &self,
        kind: Kind,
        request: u32,
        write: impl FnOnce(&mut FrameWriter) -> Result<(), E>,
    ) -> io::Result<()> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        writer.clear();
        write(&mut writer).map_err(io::Error::other)?;
        (&*self.stream).write_all(writer.finish(kind, request))
    }
}

/// What the host asks.
pub struct Requests {
    frames: Receiver<Frame>,
    /// Whether the work in progress should stop.
    pub cancel: Arc<AtomicBool>,
}

impl Requests {
    /// Reads requests on a thread of its own, so that a cancellation, or the end of the host, is
    /// noticed while the plugin works.
    pub fn read(connection: &Connection) -> Requests {
        let (send, frames) = channel();
        let cancel = Arc::new(AtomicBool::new(false));
        let (stream, flag) = (Arc::clone(&connection.stream), Arc::clone(&cancel));
        thread::spawn(move || {
            while let Ok(Some(frame)) = read_frame(&mut &*stream, MAX_REQUEST) {
                // The host sends a request only when the one before it is answered.
                flag.store(frame.kind() == Kind::Cancel, Ordering::Relaxed);
                if frame.kind() != Kind::Cancel && send.send(frame).is_err() {
                    return;
                }
            }
            drop(send);
            // Nobody is left to work for. The plugin may unload; if it does not, it is ended.
            thread::sleep(GRACE);
            let _ = rustix::process::kill_process(
                rustix::process::getpid(),
                rustix::process::Signal::KILL,
            );
        });
        Requests { frames, cancel }
    }

    /// The next request; `None` when the host ended the connection.
    pub fn next(&self) -> Option<Frame> {
        self.frames.recv().ok()
    }
}
