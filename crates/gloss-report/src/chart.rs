//! Shapes of charts, in percent of their areas; what draws them gives them size and colour.

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;

use crate::{Day, EntityDay, EntitySection, Mean};

/// Bars of a time line; with more days, each stands for a week, a month or a year.
const MOST_BARS: i64 = 120;

/// A bar of a chart.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Bar {
    pub x: f64,
    pub width: f64,
    pub y: f64,
    pub height: f64,
    /// The days that it stands for, in words.
    pub when: String,
    pub documents: u64,
    /// Mean sentiment, and of how many documents.
    pub sentiment: Option<f64>,
    pub rated: u64,
}

/// A time line: documents, and their sentiment, by day or longer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Timeline {
    /// What a bar stands for: day, week, month, year.
    pub step: &'static str,
    pub documents: Vec<Bar>,
    /// Bars up for positive and down for negative sentiment; empty where there is none.
    pub sentiment: Vec<Bar>,
    /// The highest bar's documents.
    pub most: u64,
    /// Sentiment at the upper edge; at the lower edge its negative.
    pub reach: f64,
    pub first: String,
    pub last: String,
    #[serde(skip)]
    axis: Axis,
}

/// Steps from a first day.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Axis {
    step: Step,
    begin: Date,
    bars: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Day,
    Week,
    Month,
    Year,
}

impl Step {
    fn name(self) -> &'static str {
        match self {
            Step::Day => "day",
            Step::Week => "week",
            Step::Month => "month",
            Step::Year => "year",
        }
    }

    /// The first day of the step that a day is in. Weeks begin on Monday.
    fn begin(self, day: Date) -> Date {
        match self {
            Step::Day => day,
            Step::Week => {
                let behind = i32::from(day.weekday().to_monday_zero_offset());
                day.checked_sub(behind.days()).unwrap_or(day)
            }
            Step::Month => day.first_of_month(),
            Step::Year => day.first_of_year(),
        }
    }

    /// How many steps lie between two first days.
    fn between(self, begin: Date, day: Date) -> i64 {
        let days = || i64::from((day - begin).get_days());
        let years = i64::from(day.year()) - i64::from(begin.year());
        match self {
            Step::Day => days(),
            Step::Week => days() / 7,
            Step::Month => years * 12 + i64::from(day.month()) - i64::from(begin.month()),
            Step::Year => years,
        }
    }

    fn label(self, begin: Date, bar: usize) -> String {
        let n = i64::try_from(bar).unwrap_or(0);
        let add = |span: jiff::Span| begin.checked_add(span).unwrap_or(begin);
        match self {
            Step::Day => add(n.days()).to_string(),
            Step::Week => format!("week of {}", add(n.weeks())),
            Step::Month => add(n.months()).strftime("%Y-%m").to_string(),
            Step::Year => add(n.years()).strftime("%Y").to_string(),
        }
    }
}

impl Axis {
    fn new(first: Date, last: Date) -> Axis {
        let steps = [Step::Day, Step::Week, Step::Month, Step::Year];
        let bars = |step: Step| step.between(step.begin(first), step.begin(last)) + 1;
        let step = steps.into_iter().find(|&s| bars(s) <= MOST_BARS).unwrap_or(Step::Year);
        let bars = usize::try_from(bars(step)).unwrap_or(1);
        Axis { step, begin: step.begin(first), bars }
    }

    fn place(&self, day: &str) -> Option<usize> {
        let day = self.step.begin(day.parse().ok()?);
        usize::try_from(self.step.between(self.begin, day)).ok().filter(|&bar| bar < self.bars)
    }

    fn empty(&self) -> Vec<Bar> {
        let width = 100.0 / self.bars as f64;
        let bar = |bar| Bar {
            x: bar as f64 * width,
            // A little air, so that bars can be told apart.
            width: width * if self.bars > 60 { 0.9 } else { 0.8 },
            when: self.step.label(self.begin, bar),
            ..Bar::default()
        };
        (0..self.bars).map(bar).collect()
    }
}

/// Sets heights from documents: the highest bar fills the area.
fn raise(bars: &mut [Bar], most: u64) {
    for bar in bars {
        bar.height = 100.0 * bar.documents as f64 / most.max(1) as f64;
        bar.y = 100.0 - bar.height;
    }
}

impl Timeline {
    /// A time line of days in order; `None` where there are fewer than two.
    pub fn new(days: &[Day]) -> Option<Timeline> {
        let date = |day: Option<&Day>| day?.day.parse::<Date>().ok();
        let axis = Axis::new(date(days.first())?, date(days.last().filter(|_| days.len() > 1))?);
        let mut documents = axis.empty();
        let mut sums = vec![0.0; axis.bars];
        for day in days {
            let Some(place) = axis.place(&day.day) else { continue };
            documents[place].documents += day.documents;
            if let Some(mean) = day.sentiment {
                sums[place] += mean.mean * mean.n as f64;
                documents[place].rated += mean.n;
            }
        }
        for (bar, sum) in documents.iter_mut().zip(sums) {
            bar.sentiment = (bar.rated > 0).then(|| sum / bar.rated as f64);
        }
        let most = documents.iter().map(|bar| bar.documents).max().unwrap_or(0);
        raise(&mut documents, most);
        let reach = reach(documents.iter().filter_map(|bar| bar.sentiment));
        let rated = documents.iter().filter(|bar| bar.sentiment.is_some()).cloned();
        let sentiment = rated.map(|mut bar| {
            let height = bar.sentiment.unwrap_or(0.0) / reach * 50.0;
            bar.height = height.abs();
            bar.y = 50.0 - height.max(0.0);
            bar
        });
        Some(Timeline {
            step: axis.step.name(),
            sentiment: sentiment.collect(),
            most,
            reach,
            first: documents.first()?.when.clone(),
            last: documents.last()?.when.clone(),
            documents,
            axis,
        })
    }

    /// An entity on the same axis; its own highest bar fills the area.
    pub fn of_entity(&self, days: &[EntityDay]) -> Vec<Bar> {
        let mut bars = self.axis.empty();
        for day in days {
            if let Some(place) = self.axis.place(&day.day) {
                bars[place].documents += day.documents;
            }
        }
        let most = bars.iter().map(|bar| bar.documents).max().unwrap_or(0);
        raise(&mut bars, most);
        bars.retain(|bar| bar.documents > 0);
        bars
    }
}

/// A round number at or above the size of all values, so that an axis has an end.
fn reach(values: impl Iterator<Item = f64>) -> f64 {
    let most = values.map(f64::abs).fold(0.0, f64::max);
    [0.1, 0.25, 0.5].into_iter().find(|&end| most <= end).unwrap_or(1.0_f64.max(most))
}

/// A mean with its interval on an axis from `-reach` to `reach`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Whisker {
    pub mean: f64,
    /// Where the interval begins, and how long it is.
    pub begin: f64,
    pub width: f64,
}

/// The common end of the axis of several entities.
pub fn common_reach(entities: &[EntitySection]) -> f64 {
    let ends = entities.iter().filter_map(|e| e.sentiment).flat_map(|s| {
        let (low, high) = s.interval.unwrap_or((s.mean, s.mean));
        [s.mean, low, high]
    });
    reach(ends.map(|end| end.clamp(-1.0, 1.0)))
}

impl Whisker {
    pub fn new(mean: &Mean, reach: f64) -> Whisker {
        let place = |value: f64| (50.0 + value / reach * 50.0).clamp(0.0, 100.0);
        let (low, high) = mean.interval.unwrap_or((mean.mean, mean.mean));
        let begin = place(low);
        Whisker { mean: place(mean.mean), begin, width: place(high) - begin }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: &str, documents: u64, sentiment: Option<f64>) -> Day {
        let mean = |mean| Mean { mean, n: documents, documents, interval: None };
        Day { day: day.to_owned(), documents, sentiment: sentiment.map(mean) }
    }

    #[test]
    fn days_become_bars_with_the_gaps_between_them() {
        let line = Timeline::new(&[
            day("2026-01-01", 2, Some(0.2)),
            day("2026-01-03", 4, None),
            day("2026-01-04", 1, Some(-0.1)),
        ]);
        let line = line.unwrap();
        let heights: Vec<f64> = line.documents.iter().map(|bar| bar.height).collect();
        assert_eq!(heights, [50.0, 0.0, 100.0, 25.0]);
        assert_eq!((line.step, line.most, line.reach), ("day", 4, 0.25));
        let places: Vec<(f64, f64)> = line.sentiment.iter().map(|b| (b.y, b.height)).collect();
        assert_eq!(places, [(10.0, 40.0), (50.0, 20.0)]);
        let entity = EntityDay { day: "2026-01-04".to_owned(), mentions: 9, documents: 1 };
        let bars = line.of_entity(&[entity]);
        assert_eq!((bars.len(), bars[0].x, bars[0].height), (1, 75.0, 100.0));
    }

    #[test]
    fn long_times_have_longer_steps() {
        let check = |first: &str, last: &str, step: &str, bars: usize, label: &str| {
            let line = Timeline::new(&[day(first, 1, None), day(last, 1, None)]).unwrap();
            assert_eq!((line.step, line.documents.len()), (step, bars), "{first} {last}");
            assert_eq!(line.last, label);
            let documents: u64 = line.documents.iter().map(|bar| bar.documents).sum();
            assert_eq!(documents, 2);
        };
        check("2026-01-01", "2026-04-30", "day", 120, "2026-04-30");
        check("2026-01-01", "2026-05-01", "week", 18, "week of 2026-04-27");
        check("2020-03-31", "2026-03-01", "month", 73, "2026-03");
        check("1800-12-31", "2026-01-01", "year", 227, "2026");
        assert_eq!(Timeline::new(&[day("2026-01-01", 1, None)]), None);
        assert_eq!(Timeline::new(&[]), None);
    }

    #[test]
    fn means_are_placed_on_the_axis() {
        let check = |mean, interval, reach, expected: (f64, f64, f64)| {
            let found = Whisker::new(&Mean { mean, n: 9, documents: 9, interval }, reach);
            assert_eq!((found.mean, found.begin, found.width), expected);
        };
        check(0.0, None, 1.0, (50.0, 50.0, 0.0));
        check(0.5, Some((0.0, 1.0)), 1.0, (75.0, 50.0, 50.0));
        check(-0.25, Some((-2.0, 0.25)), 0.5, (25.0, 0.0, 75.0));
    }
}
