//! Documents by the values of their metadata.

use std::collections::BTreeMap;

use crate::corpus::Corpus;
use crate::result::{Estimate, Interval, Slice};
use crate::spans::ratio;
use crate::statistics::RatioInterval;

/// For each field and value the numbers of the documents that have it.
pub struct Slices {
    groups: Vec<(String, Option<String>, Vec<u32>)>,
}

impl Slices {
    pub fn new(corpus: &Corpus, fields: &[String]) -> Slices {
        let mut groups = Vec::new();
        let is_known = |field: &&String| {
            corpus.documents.iter().any(|document| document.metadata.contains_key(*field))
        };
        for field in fields.iter().filter(is_known) {
            let mut values: BTreeMap<Option<String>, Vec<u32>> = BTreeMap::new();
            for (number, document) in corpus.documents.iter().enumerate() {
                let value = document.metadata.get(field).map(|value| match value {
                    serde_json::Value::String(text) => text.clone(),
                    other => other.to_string(),
                });
                values.entry(value).or_default().push(number as u32);
            }
            groups
                .extend(values.into_iter().map(|(value, numbers)| (field.clone(), value, numbers)));
        }
        Slices { groups }
    }

    /// An estimate for each slice, from the numbers of its documents.
    pub fn each(&self, estimate: impl Fn(&[u32]) -> Estimate) -> Vec<Slice> {
        let slice = |(field, value, numbers): &(String, Option<String>, Vec<u32>)| Slice {
            field: field.clone(),
            value: value.clone(),
            documents: numbers.len() as u64,
            estimate: estimate(numbers),
        };
        self.groups.iter().map(slice).collect()
    }

    /// The ratio of sums over the documents of each slice, a share; `of` gives a document's part in
    /// both.
    pub fn estimates(&self, of: impl Fn(usize) -> (f64, f64)) -> Vec<Slice> {
        self.ratios(of, RatioInterval::interval)
    }

    /// The same of what is no share, so that the interval is not cut to 0..1.
    pub fn means(&self, of: impl Fn(usize) -> (f64, f64)) -> Vec<Slice> {
        self.ratios(of, RatioInterval::unbounded)
    }

    fn ratios(
        &self,
        of: impl Fn(usize) -> (f64, f64),
        interval: impl Fn(&RatioInterval) -> Option<Interval>,
    ) -> Vec<Slice> {
        self.each(|numbers| {
            let mut sums = RatioInterval::default();
            let (mut x, mut y) = (0.0, 0.0);
            for &number in numbers {
                let part = of(number as usize);
                (x, y) = (x + part.0, y + part.1);
                sums.add(part.0, part.1);
            }
            Estimate { value: ratio(x, y), interval: interval(&sums) }
        })
    }
}
