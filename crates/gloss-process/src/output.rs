//! What a child prints goes to the log, whatever it is.

use std::io::{BufRead, BufReader, PipeReader, Read};
use std::thread;

/// Longer lines are cut.
const MAX_LINE: u64 = 1 << 10;

/// Logs the lines that come, on a thread of its own, until nobody holds the other end.
///
/// At the level debug: a plugin's output may hold text of documents, and nobody asked for it.
pub fn log_lines(output: PipeReader, plugin: String) -> std::io::Result<()> {
    let forward = move || {
        let mut lines = BufReader::new(output);
        let mut line = Vec::new();
        loop {
            line.clear();
            match lines.by_ref().take(MAX_LINE).read_until(b'\n', &mut line) {
                Ok(0) | Err(_) => return,
                Ok(_) => {
                    let text = String::from_utf8_lossy(&line);
                    tracing::debug!(target: "gloss::plugin", plugin, "printed: {}", text.trim_end());
                }
            }
        }
    };
    thread::Builder::new().name("gloss-output".to_owned()).spawn(forward).map(drop)
}
