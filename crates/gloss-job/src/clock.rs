//! Time that only goes forward, and when to make a checkpoint by it.

use std::time::{Duration, Instant};

/// Tells how much time has passed since some moment. Never the time of day, which jumps.
pub trait Clock {
    /// Time since the clock was made.
    fn now(&self) -> Duration;
}

/// The system's monotonic clock.
#[derive(Clone, Copy, Debug)]
pub struct Monotonic(Instant);

impl Monotonic {
    /// Begins now.
    pub fn start() -> Monotonic {
        Monotonic(Instant::now())
    }
}

impl Clock for Monotonic {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

/// The longest between two checkpoints while documents come.
const LONGEST: Duration = Duration::from_secs(5);
/// The shortest, unless there were enough documents.
const SHORTEST: Duration = Duration::from_millis(200);
/// Checkpoints take at most one part in so many of the time.
const SHARE: u32 = 50;

/// Decides when a checkpoint is due: often where one costs little, so that little has to be done
/// again, and never so often that they hold up the run.
#[derive(Debug)]
pub struct Pace {
    last: Duration,
    cost: Duration,
    documents: u64,
    every: u64,
}

impl Pace {
    /// One that is due at the latest when `every` documents were settled.
    pub fn new(every: u64) -> Pace {
        Pace { last: Duration::ZERO, cost: Duration::ZERO, documents: 0, every: every.max(1) }
    }

    /// A document was settled.
    pub fn settled(&mut self) {
        self.documents += 1;
    }

    /// Whether a checkpoint should be made now. A clock that goes back delays none for ever.
    pub fn is_due(&mut self, clock: &impl Clock) -> bool {
        let now = clock.now();
        if now < self.last {
            self.last = now;
        }
        let wait = (self.cost * SHARE).clamp(SHORTEST, LONGEST);
        self.documents > 0 && (self.documents >= self.every || now - self.last >= wait)
    }

    /// A checkpoint that was begun at `begin` is made.
    pub fn made(&mut self, begin: Duration, clock: &impl Clock) {
        self.last = clock.now();
        self.cost = self.last.saturating_sub(begin);
        self.documents = 0;
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// A clock that is set by hand.
    struct Hand(Cell<u64>);

    impl Clock for Hand {
        fn now(&self) -> Duration {
            Duration::from_millis(self.0.get())
        }
    }

    /// `steps` are times in milliseconds at which a document is settled, and whether a checkpoint
    /// is due then, which takes `cost`.
    fn check(every: u64, cost: u64, steps: &[(u64, bool)]) {
        let (clock, mut pace) = (Hand(Cell::new(0)), Pace::new(every));
        for &(time, due) in steps {
            clock.0.set(time);
            pace.settled();
            assert_eq!(pace.is_due(&clock), due, "every {every}, cost {cost}, at {time}");
            if due {
                let begin = clock.now();
                clock.0.set(time + cost);
                pace.made(begin, &clock);
            }
        }
    }

    #[test]
    fn checkpoints_are_frequent_and_cheap() {
        check(1000, 0, &[(100, false), (200, true), (300, false), (400, true)]);
        check(2, 0, &[(0, false), (0, true), (1, false), (1, true)]);
        // What costs 20 ms comes each second; what costs more, each five.
        check(1000, 20, &[(200, true), (1000, false), (1220, true)]);
        check(1000, 900, &[(200, true), (6000, false), (6100, true)]);
    }

    #[test]
    fn a_clock_that_jumps_does_no_harm() {
        check(1000, 0, &[(3_600_000, true), (10, false), (209, false), (210, true)]);
        check(1000, 0, &[(200, true), (u64::MAX / 2, true), (0, false), (200, true)]);
        let (clock, mut pace) = (Hand(Cell::new(0)), Pace::new(5));
        assert!(!pace.is_due(&clock), "nothing was settled");
        clock.0.set(10_000);
        assert!(!pace.is_due(&clock), "nothing was settled");
    }
}
