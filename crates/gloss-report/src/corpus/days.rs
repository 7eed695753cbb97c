//! Documents by day.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime};
use jiff::{Timestamp, Zoned};
use serde::Serialize;

use super::mean::{ClusteredMean, Mean};

/// Days that are kept: more than a hundred years.
const MOST_DAYS: usize = 40_000;

/// A day.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Day {
    /// The day, `2026-01-11`.
    pub day: String,
    /// Documents of that day.
    pub documents: u64,
    /// Mean sentiment of those that have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sentiment: Option<Mean>,
}

/// Documents and sentiment by day.
#[derive(Debug, Default)]
pub struct Days {
    days: BTreeMap<Date, (u64, ClusteredMean)>,
    undated: u64,
}

/// The day of a document: a date, or a date with a time, as in ISO 8601 or RFC 3339, in the time
/// zone that it is written in.
pub fn day(metadata: &serde_json::Map<String, serde_json::Value>, field: &str) -> Option<Date> {
    let text = metadata.get(field)?.as_str()?.trim();
    let plain = text.parse::<Date>().ok().or_else(|| Some(text.parse::<DateTime>().ok()?.date()));
    // `Date` takes `2026-01-11T10:00:00+02:00` too; what has a zone in brackets or `Z` it may not.
    plain
        .or_else(|| Some(text.parse::<Zoned>().ok()?.date()))
        .or_else(|| Some(text.parse::<Timestamp>().ok()?.to_zoned(jiff::tz::TimeZone::UTC).date()))
}

impl Days {
    /// Counts a document.
    pub fn add(&mut self, day: Option<Date>, sentiment: Option<f64>) {
        let known = day.filter(|day| self.days.len() < MOST_DAYS || self.days.contains_key(day));
        let Some(day) = known else {
            self.undated += 1;
            return;
        };
        let (documents, mean) = self.days.entry(day).or_default();
        *documents += 1;
        if let Some(value) = sentiment {
            mean.add(value, 1);
        }
    }

    /// Documents that are of no day.
    pub fn undated(&self) -> u64 {
        self.undated
    }

    /// The days, in order.
    pub fn list(&self) -> Vec<Day> {
        let day = |(day, (documents, mean)): (&Date, &(u64, ClusteredMean))| Day {
            day: day.to_string(),
            documents: *documents,
            sentiment: mean.mean(),
        };
        self.days.iter().map(day).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_they_are_written() {
        let check = |value: serde_json::Value, expected: Option<&str>| {
            let metadata = serde_json::Map::from_iter([("date".to_owned(), value.clone())]);
            assert_eq!(
                day(&metadata, "date").map(|d| d.to_string()).as_deref(),
                expected,
                "{value}"
            );
            assert_eq!(day(&metadata, "published"), None);
        };
        check("2026-01-11".into(), Some("2026-01-11"));
        check(" 20260111 ".into(), Some("2026-01-11"));
        check("2026-01-11T23:30:00".into(), Some("2026-01-11"));
        check("2026-01-11 23:30".into(), Some("2026-01-11"));
        check("2026-01-11T23:30:00Z".into(), Some("2026-01-11"));
        check("2026-01-11T23:30:00.5-05:00".into(), Some("2026-01-11"));
        check("2026-13-11".into(), None);
        check("11 January 2026".into(), None);
        check("".into(), None);
        check(20260111.into(), None);
    }
}
