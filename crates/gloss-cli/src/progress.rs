//! Progress bars on a terminal; nothing in a pipe.

use std::time::Duration;

use gloss_models::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// The bar of a run: documents done, rate, time left where the number of documents is known.
pub fn run_bar(total: Option<u64>, quiet: bool) -> ProgressBar {
    if quiet {
        return ProgressBar::hidden();
    }
    let bar = match total {
        Some(total) => ProgressBar::new(total).with_style(style(
            "{prefix}{bar:30.cyan} {human_pos}/{human_len} documents  {per_sec}  {eta} left  {msg:.red}",
        )),
        None => ProgressBar::no_length()
            .with_style(style("{prefix}{spinner} {human_pos} documents  {per_sec}  {elapsed}  {msg:.red}")),
    };
    bar.set_draw_target(ProgressDrawTarget::stderr());
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

/// Shows a download. Where there is no terminal, each step is a line.
pub struct FetchProgress {
    name: String,
    bar: ProgressBar,
}

impl FetchProgress {
    pub fn new(name: &str) -> FetchProgress {
        FetchProgress { name: name.to_owned(), bar: ProgressBar::hidden() }
    }

    fn say(&self, text: &str) {
        if console::user_attended_stderr() {
            self.bar.suspend(|| eprintln!("{text}"));
        } else {
            eprintln!("{text}");
        }
    }
}

impl Progress for FetchProgress {
    fn started(&mut self, source: &str, total: Option<u64>) {
        self.say(&format!("fetching {} from {source}", self.name));
        self.bar = match total {
            Some(total) => ProgressBar::new(total).with_style(style(
                "{bar:30.cyan} {bytes}/{total_bytes}  {bytes_per_sec}  {eta} left  {msg}",
            )),
            None => {
                ProgressBar::no_length().with_style(style("{spinner} {bytes}  {elapsed}  {msg}"))
            }
        };
        self.bar.enable_steady_tick(Duration::from_millis(120));
    }

    fn advanced(&mut self, bytes: u64) {
        self.bar.inc(bytes);
    }

    fn source_failed(&mut self, source: &str, reason: &str) {
        self.bar.finish_and_clear();
        self.say(&format!("{source} could not be used: {reason}"));
    }

    fn unpacking(&mut self) {
        self.bar.set_message("unpacking");
    }

    fn verifying(&mut self) {
        self.bar.set_message("verifying");
    }

    fn done(&mut self) {
        self.bar.finish_and_clear();
    }
}
