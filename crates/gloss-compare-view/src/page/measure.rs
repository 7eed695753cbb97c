//! One number about a pair of variants, with what is drawn of it.

use gloss_compare::result::{Estimate, Interval};
use serde::Serialize;

use super::format;
use super::whisker::Whisker;

/// One number.
#[derive(Serialize)]
pub struct Measure {
    name: &'static str,
    precision: Option<String>,
    recall: Option<String>,
    value: String,
    interval: Option<String>,
    /// None where the measure ends nowhere, so that there is no axis.
    whisker: Option<Whisker>,
}

/// An estimate without interval.
pub fn bare(value: Option<f64>) -> Option<Estimate> {
    value.map(|value| Estimate { value, interval: None })
}

impl Measure {
    fn new(name: &'static str, found: Estimate, axis: Option<Interval>) -> Measure {
        let Estimate { value, interval } = found;
        Measure {
            name,
            precision: None,
            recall: None,
            value: format::score(value),
            interval: interval.map(|interval| format::interval(interval, false)),
            whisker: axis.map(|axis| Whisker::new(value, interval, axis)),
        }
    }

    /// A measure between 0 and 1.
    pub fn share(name: &'static str, found: Option<Estimate>) -> Option<Measure> {
        Some(Measure::new(name, found?, Some((0.0, 1.0))))
    }

    /// A measure between -1 and 1.
    pub fn signed(name: &'static str, found: Option<Estimate>) -> Option<Measure> {
        Some(Measure::new(name, found?, Some((-1.0, 1.0))))
    }

    /// A measure in a unit of its own.
    pub fn plain(name: &'static str, found: Option<Estimate>) -> Option<Measure> {
        Some(Measure::new(name, found?, None))
    }

    /// The measure with the precision and the recall that it is the mean of.
    pub fn of(self, precision: Option<f64>, recall: Option<f64>) -> Measure {
        let score = |value: Option<f64>| value.map(format::score);
        Measure { precision: score(precision), recall: score(recall), ..self }
    }
}
