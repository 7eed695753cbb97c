//! Signals that ask a run to stop.

use std::fs;
use std::process::exit;
use std::sync::Arc;
use std::thread;

use anyhow::{Context, Result};
use gloss_host::Control;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::EXIT_INTERRUPTED;
use crate::say::note;

/// The first Ctrl-C, or what schedulers (SIGTERM) and closing terminals (SIGHUP) send, finishes the
/// documents in flight, the second gives them up, the third ends the process.
pub fn handle(control: &Arc<Control>) -> Result<()> {
    let mut wanted = vec![SIGINT, SIGTERM, SIGHUP];
    // A run under `nohup` is not to hear that its terminal is gone.
    wanted.retain(|signal| !is_ignored(*signal));
    let mut signals = Signals::new(wanted).context("signals cannot be handled")?;
    let control = Arc::clone(control);
    thread::spawn(move || {
        for (count, _) in signals.forever().enumerate() {
            match count {
                0 => {
                    control.stop();
                    note!(
                        "\ninterrupted: finishing the documents in flight; again to give them up"
                    );
                }
                1 => {
                    control.cancel();
                    note!("giving up the documents in flight; a third time to end at once");
                }
                _ => exit(i32::from(EXIT_INTERRUPTED)),
            }
        }
    });
    Ok(())
}

/// Whether whoever started this process had it ignore a signal, as far as the system tells.
fn is_ignored(signal: i32) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
}
