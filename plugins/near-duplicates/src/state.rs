//! What is kept of the documents that were observed.

use twox_hash::{XxHash3_64, XxHash3_128};

use crate::sketch::sketch;
use crate::{NearDuplicatesOptions, Shingler, Verification};

/// What identifies a document: a hash of its id and its text. The set of documents is a set of
/// these, so one that is observed twice counts once.
pub fn document_key(id: &str, text: &str) -> u128 {
    XxHash3_128::oneshot_with_seed(XxHash3_64::oneshot(id.as_bytes()), text.as_bytes())
}

/// What is kept of the documents that were observed: for each its key, its id and its sketch, and
/// with exact verification its shingles. Documents without a shingle are not kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    pub(crate) keys: Vec<u128>,
    /// All ids, one after another.
    pub(crate) ids: String,
    /// Where each id ends in `ids`.
    pub(crate) id_ends: Vec<u64>,
    /// One after another, all of one length.
    pub(crate) sketches: Vec<u16>,
    /// With exact verification: the lower halves of the hashes of shingles, for each document in
    /// ascending order without repetition.
    pub(crate) shingles: Vec<u32>,
    /// With exact verification: where the shingles of each document end.
    pub(crate) shingle_ends: Vec<u64>,
}

impl State {
    /// Takes note of a document.
    pub fn observe(
        &mut self,
        options: &NearDuplicatesOptions,
        shingler: &Shingler,
        id: &str,
        text: &str,
    ) {
        let shingles = shingler.shingles(text);
        let Some(sketch) = sketch(&shingles, options.permutations as usize) else { return };
        self.keys.push(document_key(id, text));
        self.ids.push_str(id);
        self.id_ends.push(self.ids.len() as u64);
        self.sketches.extend_from_slice(&sketch);
        if options.verify == Verification::Exact {
            let mut short: Vec<u32> = shingles.iter().map(|&s| s as u32).collect();
            short.sort_unstable();
            short.dedup();
            self.shingles.extend_from_slice(&short);
            self.shingle_ends.push(self.shingles.len() as u64);
        }
    }

    /// Adds what `other` has seen.
    pub fn merge(&mut self, other: &State) {
        let (ids, shingles) = (self.ids.len() as u64, self.shingles.len() as u64);
        self.keys.extend_from_slice(&other.keys);
        self.ids.push_str(&other.ids);
        self.id_ends.extend(other.id_ends.iter().map(|end| ids + end));
        self.sketches.extend_from_slice(&other.sketches);
        self.shingles.extend_from_slice(&other.shingles);
        self.shingle_ends.extend(other.shingle_ends.iter().map(|end| shingles + end));
    }

    /// How many documents are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The id of the document in this row.
    pub(crate) fn id(&self, row: usize) -> &str {
        &self.ids[range(&self.id_ends, row)]
    }

    /// The shingles of the document in this row; empty without exact verification.
    pub(crate) fn shingles(&self, row: usize) -> &[u32] {
        if self.shingle_ends.is_empty() {
            return &[];
        }
        &self.shingles[range(&self.shingle_ends, row)]
    }
}

fn range(ends: &[u64], row: usize) -> std::ops::Range<usize> {
    let start = if row == 0 { 0 } else { ends[row - 1] };
    start as usize..ends[row] as usize
}
