//! Whether starting a plugin once more makes sense.

use std::sync::Mutex;
use std::time::Duration;

use gloss_boundary::{Failure, FailureKind};

use crate::lock;

/// A plugin that failed on so many documents in a row, with none in between that worked, is not
/// started again: else a run with a broken plugin would not end.
const MAX_FAILURES: u32 = 32;
/// The first wait before a start; doubled with each further failure.
const FIRST_WAIT: Duration = Duration::from_millis(5);
const LONGEST_WAIT: Duration = Duration::from_millis(250);

/// Failures of one instance since something last worked, over all its workers.
#[derive(Debug, Default)]
pub struct Health {
    failures: Mutex<Failures>,
}

#[derive(Debug, Default)]
struct Failures {
    count: u32,
    /// What the last one was, for a message.
    last: String,
}

impl Health {
    /// A batch was annotated.
    pub fn worked(&self) {
        lock(&self.failures).count = 0;
    }

    /// A child could not be started, or a single document ended it.
    pub fn failed(&self, failure: &Failure) {
        use FailureKind::{Crash, Frame, Memory, Model, Resource, Timeout};
        let mut failures = lock(&self.failures);
        failures.count += 1;
        // What a plugin says of a document may quote it.
        if matches!(failure.kind, Crash | Frame | Memory | Model | Resource | Timeout) {
            failures.last = format!("; the last time: {failure}");
        }
    }

    /// How long to wait before the next start.
    ///
    /// # Errors
    /// When there should be no next start.
    pub fn wait(&self) -> Result<Duration, Failure> {
        let Failures { count: failures, last } = &*lock(&self.failures);
        if *failures >= MAX_FAILURES {
            let message = format!(
                "the plugin's process failed {MAX_FAILURES} times in a row and is not started again{last}"
            );
            return Err(Failure {
                help: "the failures before this one say why".to_owned(),
                ..Failure::new(FailureKind::Crash, message)
            });
        }
        // One failure between successes is a bad document, not a bad plugin.
        let doublings = failures.saturating_sub(2);
        let wait = FIRST_WAIT.saturating_mul(1 << doublings.min(16)).min(LONGEST_WAIT);
        Ok(if *failures < 2 { Duration::ZERO } else { wait })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end() {
        let check = |failures: u32, expected: Option<u64>| {
            let health = Health::default();
            let crash = Failure::new(FailureKind::Crash, "as ever");
            (0..failures).for_each(|_| health.failed(&crash));
            assert_eq!(health.wait().ok(), expected.map(Duration::from_millis), "{failures}");
        };
        check(0, Some(0));
        check(1, Some(0));
        check(2, Some(5));
        check(3, Some(10));
        check(10, Some(250));
        check(MAX_FAILURES - 1, Some(250));
        check(MAX_FAILURES, None);
        let health = Health::default();
        (0..MAX_FAILURES - 1).for_each(|i| {
            health.failed(&Failure::new(FailureKind::Crash, i.to_string()));
        });
        health.failed(&Failure::new(FailureKind::Document, "quotes the text"));
        let given_up = health.wait().unwrap_err().message;
        assert!(given_up.ends_with("is not started again; the last time: 30"), "{given_up}");
        health.worked();
        assert_eq!(health.wait().ok(), Some(Duration::ZERO));
    }
}
