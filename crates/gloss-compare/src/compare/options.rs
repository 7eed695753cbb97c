//! How a corpus is compared.

use crate::error::{CompareError, ErrorKind};
use crate::gate::GateRule;
use crate::rules::{BoundaryRules, nearest};
use crate::texts::TextOptions;
use crate::vectors::VectorOptions;

/// How a corpus is compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// The variant that is taken to be right, if one is.
    pub gold: Option<String>,
    /// What is cut off spans for the boundary-normalised score.
    pub boundaries: BoundaryRules,
    /// Labels from low to high, all of those that classes have, for ordinal agreement; or none.
    pub label_order: Vec<String>,
    /// Fields of the metadata by whose values results are sliced.
    pub slices: Vec<String>,
    /// Seed of all random numbers.
    pub seed: u64,
    /// Resamples of the bootstrap, and rounds of randomisation.
    pub resamples: usize,
    /// Threads to use.
    pub threads: usize,
    /// How many documents and how many items are listed where variants differ.
    pub disagreements: usize,
    /// Bins of the calibration.
    pub calibration_bins: usize,
    /// How texts are compared.
    pub texts: TextOptions,
    /// How vectors are compared.
    pub vectors: VectorOptions,
    /// What must be ruled out, if anything.
    pub gate: Option<GateRule>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            gold: None,
            boundaries: BoundaryRules::default(),
            label_order: Vec::new(),
            slices: Vec::new(),
            seed: 1,
            resamples: 10_000,
            threads: std::thread::available_parallelism().map_or(1, |n| n.get()),
            disagreements: 100,
            calibration_bins: 15,
            texts: TextOptions::default(),
            vectors: VectorOptions::default(),
            gate: None,
        }
    }
}

impl Options {
    /// The bootstrap's settings.
    pub(super) fn draws(&self) -> (usize, u64, usize) {
        (self.resamples, self.seed, self.threads)
    }

    /// The place of each label in their order; `None` where there is no order.
    pub(super) fn label_ranks(&self, labels: &[String]) -> Result<Option<Vec<u32>>, CompareError> {
        if self.label_order.is_empty() {
            return Ok(None);
        }
        if let Some(unknown) = self.label_order.iter().find(|label| !labels.contains(label)) {
            let near = nearest(unknown, labels).map(|near| format!("did you mean {near:?}?"));
            let message = format!("the order of labels names {unknown:?}, which no variant has");
            return Err(CompareError::new(ErrorKind::BadOption, message)
                .help(near.unwrap_or_else(|| format!("labels are {}", labels.join(", ")))));
        }
        let rank = |label: &String| {
            let place = self.label_order.iter().position(|other| other == label);
            // Labels without a place, as those of spans, stand behind all.
            place.unwrap_or(self.label_order.len()) as u32
        };
        Ok(Some(labels.iter().map(rank).collect()))
    }
}
