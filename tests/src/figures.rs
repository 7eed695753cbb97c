//! Figures of long runs: printed for `cargo xtask verify-long`, which makes a table of them.

use std::fmt::Display;
use std::fs;
use std::process::Stdio;

use serde_json::Value;

use crate::Sandbox;
use crate::runs::{OUTPUT, record};

/// What a line that holds a figure begins with. Its fields are separated by tabs: what it is, the figure,
/// what it should be, and whether it is so.
pub const MARK: &str = "figure\t";

/// Figures of one test. They are kept to their bars where that is asked for.
#[derive(Debug)]
pub struct Figures {
    strict: bool,
    missed: Vec<String>,
}

impl Figures {
    /// Figures whose bars count if `strict`: over a few documents, or while others use the machine, a
    /// time says nothing.
    #[must_use]
    pub fn new(strict: bool) -> Figures {
        Figures { strict, missed: Vec::new() }
    }

    /// Shows a figure.
    pub fn show(&self, what: &str, found: impl Display) {
        if self.strict {
            print_line(&format!("{MARK}{what}\t{found}\t\t"));
        }
    }

    /// Shows a figure that should be at most `most`.
    pub fn at_most(&mut self, what: &str, found: f64, most: f64) {
        self.judge(what, found, found <= most, &format!("at most {most:.2}"));
    }

    /// Shows a figure that should be at least `least`.
    pub fn at_least(&mut self, what: &str, found: f64, least: f64) {
        self.judge(what, found, found >= least, &format!("at least {least:.2}"));
    }

    fn judge(&mut self, what: &str, found: f64, holds: bool, bar: &str) {
        if !self.strict {
            return;
        }
        print_line(&format!(
            "{MARK}{what}\t{found:.3}\t{bar}\t{}",
            if holds { "ok" } else { "missed" }
        ));
        if !holds {
            self.missed.push(format!("{what}: {found:.3}, and not {bar}"));
        }
    }

    /// Checks that no bar was missed.
    ///
    /// # Panics
    /// When one was.
    pub fn check(&self) {
        assert!(self.missed.is_empty(), "{}", self.missed.join("\n"));
    }
}

#[allow(clippy::print_stdout)]
fn print_line(line: &str) {
    println!("{line}");
}

/// What a run took.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// Seconds from the first document that was read to the last file.
    pub seconds: f64,
    /// Seconds of processors that the process took from its start to its end; 0 where the system does not
    /// tell.
    pub processor: f64,
    /// The most memory in bytes; 0 where the system does not tell.
    pub memory: f64,
    /// Seconds that extractors worked, in all threads together.
    pub stages: f64,
}

/// Runs to [`OUTPUT`] with these arguments, and says what that took. Nothing else that the test started
/// may end meanwhile.
///
/// # Panics
/// When the run fails.
#[must_use]
pub fn measure(sandbox: &Sandbox, arguments: &[&str]) -> Cost {
    let before = processor_of_children();
    let arguments = [arguments, &["-q", "-o", OUTPUT, "--restart"]].concat();
    let output = sandbox.command(&arguments).stdin(Stdio::null()).output().expect("gloss starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let processor = processor_of_children() - before;
    let record = record(sandbox);
    let stages = record["stages"].as_array().map_or(&[][..], Vec::as_slice);
    let number = |value: &Value| value.as_f64().unwrap_or(0.0);
    Cost {
        seconds: number(&record["seconds"]),
        processor,
        memory: number(&record["peak_memory"]["bytes"]),
        stages: stages.iter().map(|stage| number(&stage["busy_seconds"])).sum(),
    }
}

/// Seconds of processors that children took that have ended and were waited for.
fn processor_of_children() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // Behind the name, which may have anything in it, the 14th and 15th field, in hundredths.
    let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace();
    fields.skip(13).take(2).filter_map(|field| field.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// The middle of some numbers.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}
