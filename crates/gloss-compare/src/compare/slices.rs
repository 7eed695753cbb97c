//! Documents by the values of their metadata.

use std::collections::BTreeMap;

use crate::corpus::Corpus;
use crate::result::{Estimate, Slice};
use crate::spans::ratio;
use crate::statistics::RatioInterval;

/// For each field and value the numbers of the documents that have it.
pub struct Slices {
    groups: Vec<(String, Option<String>, Vec<u32>)>,
}

impl Slices {
    pub fn new(corpus: &Corpus, fields: &[String]) -> Slices {
        let mut groups = Vec::new();
        for field in fields {
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

    /// The ratio of sums over the documents of each slice; `of` gives a document's part in both.
    pub fn estimates(&self, of: impl Fn(usize) -> (f64, f64)) -> Vec<Slice> {
        let slice = |(field, value, numbers): &(String, Option<String>, Vec<u32>)| {
            let mut sums = RatioInterval::default();
            let (mut x, mut y) = (0.0, 0.0);
            for &number in numbers {
                let part = of(number as usize);
                (x, y) = (x + part.0, y + part.1);
                sums.add(part.0, part.1);
            }
            Slice {
                field: field.clone(),
                value: value.clone(),
                documents: numbers.len() as u64,
                estimate: Estimate { value: ratio(x, y), interval: sums.interval() },
            }
        };
        self.groups.iter().map(slice).collect()
    }
}
