//! Progress bars on a terminal; nothing in a pipe.

use std::fmt::Write;
use std::time::Duration;

use gloss_io::Progress as Read;
use gloss_models::Progress;
use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// The bar of a run: documents done, and rate.
pub fn run_bar(quiet: bool) -> ProgressBar {
    if quiet {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::no_length()
        .with_style(style("{prefix}{spinner} {human_pos} documents  {per_sec}  {msg:.red}"));
    bar.set_draw_target(ProgressDrawTarget::stderr());
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

/// Has the bar say also how much is left: by documents where their number is known, else by how much
/// of the inputs is read.
pub fn reads(bar: &ProgressBar, documents: Option<u64>, read: Read) {
    if let Some(documents) = documents {
        bar.set_length(documents);
        bar.set_style(style(
            "{prefix}{bar:30.cyan} {human_pos}/{human_len} documents  {per_sec}  {eta} left  {msg:.red}",
        ));
        return;
    }
    let done = move |state: &ProgressState, out: &mut dyn Write| {
        // Nobody is told when it cannot be shown.
        let _ = out.write_str(&done(state, &read));
    };
    bar.set_style(
        style("{prefix}{spinner} {human_pos} documents  {per_sec}  {done}  {msg:.red}")
            .with_key("done", done),
    );
}

/// How much is done, and the time left if it goes on so; the time so far where neither can be told.
fn done(state: &ProgressState, read: &Read) -> String {
    let elapsed = state.elapsed();
    // A later pass knows how many documents there are, and reads no inputs.
    let (done, total) = match (state.len(), read.total()) {
        (Some(documents), _) => (state.pos(), documents),
        (None, Some(bytes)) => (read.read(), bytes),
        (None, None) => return HumanDuration(elapsed).to_string(),
    };
    let share = done as f64 / total.max(1) as f64;
    if share < 0.001 {
        return HumanDuration(elapsed).to_string();
    }
    let left = elapsed.as_secs_f64() * (1.0 / share - 1.0).max(0.0);
    let left = HumanDuration(Duration::from_secs_f64(left.min(1e9)));
    format!("{:.0}%  {left} left", (share * 100.0).min(100.0))
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
