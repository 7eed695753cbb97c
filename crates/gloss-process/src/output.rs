//! What a child prints goes to the log, whatever it is.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, PipeReader, Read};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::lock;

/// Longer lines are cut.
const MAX_LINE: u64 = 1 << 10;
/// Lines that are remembered: a Python traceback of a few frames.
const MAX_LINES: usize = 12;

/// The last that a child printed.
#[derive(Clone, Debug, Default)]
pub struct Printed {
    shared: Arc<(Mutex<Lines>, Condvar)>,
}

#[derive(Debug, Default)]
struct Lines {
    last: VecDeque<String>,
    /// Nobody can print any more.
    ended: bool,
}

impl Printed {
    /// Logs the lines that come, on a thread of its own, until nobody holds the other end.
    ///
    /// At the level debug: a plugin's output may hold text of documents, and nobody asked for it.
    pub fn log_lines(&self, output: PipeReader, plugin: String) -> std::io::Result<()> {
        let printed = self.clone();
        let forward = move || {
            let mut lines = BufReader::new(output);
            let mut line = Vec::new();
            loop {
                line.clear();
                match lines.by_ref().take(MAX_LINE).read_until(b'\n', &mut line) {
                    Ok(0) | Err(_) => return printed.end(),
                    Ok(_) => {
                        let text = String::from_utf8_lossy(&line);
                        let text = text.trim_end();
                        tracing::debug!(target: "gloss::plugin", plugin, "printed: {text}");
                        printed.remember(text);
                    }
                }
            }
        };
        thread::Builder::new().name("gloss-output".to_owned()).spawn(forward).map(drop)
    }

    fn remember(&self, line: &str) {
        let mut lines = lock(&self.shared.0);
        if line.is_empty() {
            return;
        }
        if lines.last.len() == MAX_LINES {
            lines.last.pop_front();
        }
        lines.last.push_back(line.to_owned());
    }

    fn end(&self) {
        lock(&self.shared.0).ended = true;
        self.shared.1.notify_all();
    }

    /// The last lines, once there can be no more, or after `patience`: a process that the child
    /// started may hold on to its output.
    pub fn last_lines(&self, patience: Duration) -> Vec<String> {
        let (lines, changed) = &*self.shared;
        let lines = lock(lines);
        let (lines, _) = changed
            .wait_timeout_while(lines, patience, |lines| !lines.ended)
            .unwrap_or_else(PoisonError::into_inner);
        lines.last.iter().cloned().collect()
    }
}
