//! A number with its interval, drawn on an axis.

use gloss_compare::result::Interval;
use serde::Serialize;

/// Width of the drawing, in pixels.
pub const WIDTH: f64 = 120.0;
/// What is left free at both ends, so that a dot at the end of the axis is whole.
const MARGIN: f64 = 5.0;

/// Where a dot and its whisker are drawn, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Whisker {
    dot: f64,
    begin: f64,
    end: f64,
    /// Where the axis has its 0.
    zero: f64,
}

impl Whisker {
    /// On an axis from `low` to `high`, which must not be the same.
    pub fn new(value: f64, interval: Option<Interval>, (low, high): (f64, f64)) -> Whisker {
        let place = |value: f64| {
            let share = ((value - low) / (high - low)).clamp(0.0, 1.0);
            ((MARGIN + share * (WIDTH - 2.0 * MARGIN)) * 100.0).round() / 100.0
        };
        let (begin, end) = interval.unwrap_or((value, value));
        Whisker { dot: place(value), begin: place(begin), end: place(end), zero: place(0.0) }
    }
}

/// An axis in tenths on which all scores and their intervals have their place: the narrower it is, the
/// better intervals can be seen.
pub fn axis(scores: impl Iterator<Item = (f64, Option<Interval>)>) -> Interval {
    let ends = scores.flat_map(|(score, interval)| {
        let (low, high) = interval.unwrap_or((score, score));
        [score, low, high]
    });
    let (low, high) =
        ends.fold((1.0_f64, 0.0_f64), |(low, high), end| (low.min(end), high.max(end)));
    // What rounding leaves above a tenth is no reason for another.
    let high = ((high * 10.0 - 1e-9).ceil() / 10.0).max(0.2);
    (((low * 10.0 + 1e-9).floor() / 10.0).min(high - 0.2), high)
}

/// An axis in words: `0.6 to 1.0`.
pub fn ends((low, high): Interval) -> String {
    format!("{low:.1} to {high:.1}").replace('-', "−")
}

/// A round number that no value and no end of an interval exceeds in size.
pub fn reach(values: impl Iterator<Item = (f64, Option<Interval>)>) -> f64 {
    let ends = values.flat_map(|(value, interval)| {
        let (low, high) = interval.unwrap_or((value, value));
        [value, low, high]
    });
    let most = ends.map(f64::abs).filter(|end| end.is_finite()).fold(0.0, f64::max);
    let steps = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0];
    steps.into_iter().find(|&end| most <= end).unwrap_or(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places() {
        let check = |value, interval, axis, expected: (f64, f64, f64)| {
            let found = Whisker::new(value, interval, axis);
            assert_eq!((found.begin, found.dot, found.end), expected);
        };
        check(0.0, None, (0.0, 1.0), (5.0, 5.0, 5.0));
        check(0.5, Some((0.25, 1.5)), (0.0, 1.0), (32.5, 60.0, 115.0));
        check(0.0, Some((-0.1, 0.1)), (-0.2, 0.2), (32.5, 60.0, 87.5));
        let check = |scores: &[(f64, Option<Interval>)], expected: &str| {
            assert_eq!(ends(axis(scores.iter().copied())), expected, "{scores:?}");
        };
        check(&[(0.72, Some((0.65, 0.81))), (0.9, None)], "0.6 to 0.9");
        check(&[(1.0, None)], "0.8 to 1.0");
        check(&[(0.0, None)], "0.0 to 0.2");
        check(&[(-0.25, None), (0.3, Some((0.1, 0.5)))], "−0.3 to 0.5");
        check(&[], "0.0 to 0.2");
        assert_eq!(reach([(0.03, Some((-0.12, 0.1)))].into_iter()), 0.2);
        assert_eq!(reach(std::iter::empty()), 0.01);
        assert_eq!(reach([(3.5, None)].into_iter()), 3.5);
    }
}
