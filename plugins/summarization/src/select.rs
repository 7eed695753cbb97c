//! The choice: relevance against redundancy, within the budget, without orphans.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashMap};

use crate::rows::{Memory, Rows};

/// Cosine at which two sentences count as one said twice.
const COPY: f64 = 0.9;

/// What is known of one sentence.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate {
    /// From 0 to 1.
    pub(crate) relevance: f64,
    /// Length in words.
    pub(crate) words: usize,
    /// May it be chosen at all?
    pub(crate) eligible: bool,
    /// The sentence that must be chosen for this one to make sense.
    pub(crate) leans_on: Option<usize>,
    /// The first sentence with the same text; its own index if there is none before it.
    pub(crate) same_as: usize,
}

/// What limits the choice.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Most sentences.
    pub(crate) sentences: usize,
    /// Most words.
    pub(crate) words: usize,
    /// As in `SummaryOptions`.
    pub(crate) mmr_lambda: f64,
    /// As in `SummaryOptions`.
    pub(crate) dangling_penalty: f64,
}

/// Chosen indices in document order. Ties go to the earlier one.
///
/// A sentence's score only falls as others are chosen, except when the one it leans on is; so a
/// heap with stale scores, each computed again when it comes up, finds the same as a full scan.
pub(crate) fn choose(candidates: &[Candidate], rows: &Rows, limits: &Limits) -> Vec<usize> {
    let mut followers: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut heap = BinaryHeap::new();
    for (index, candidate) in candidates.iter().enumerate().filter(|(_, c)| c.eligible) {
        let mut factor = 1.0;
        if let Some(before) = candidate.leans_on {
            followers.entry(before).or_default().push(index);
            factor -= limits.dangling_penalty;
            if factor <= 0.0 {
                continue;
            }
        }
        heap.push(Entry { score: f64::INFINITY, index, factor, chosen_then: usize::MAX });
    }
    let mut memory = Memory::new(rows);
    let mut taken = vec![false; candidates.len()];
    // Cosines do not see copies of a sentence without terms, nor those the memory has let go.
    let mut said = taken.clone();
    let mut words = 0_usize;
    while let Some(entry) = heap.pop() {
        let candidate = &candidates[entry.index];
        if memory.len() == limits.sentences {
            break;
        }
        if taken[entry.index] || words.saturating_add(candidate.words) > limits.words {
            continue;
        }
        if limits.mmr_lambda < 1.0 && said[candidate.same_as] {
            continue;
        }
        if entry.chosen_then != memory.len() {
            let redundancy =
                if limits.mmr_lambda < 1.0 { memory.similarity(entry.index) } else { 0.0 };
            if redundancy < COPY {
                let score = limits.mmr_lambda * candidate.relevance * entry.factor
                    - (1.0 - limits.mmr_lambda) * redundancy;
                heap.push(Entry { score, chosen_then: memory.len(), ..entry });
            }
            continue;
        }
        taken[entry.index] = true;
        said[candidate.same_as] = true;
        words += candidate.words;
        memory.remember(entry.index);
        for &index in followers.get(&entry.index).into_iter().flatten() {
            heap.push(Entry { score: f64::INFINITY, index, factor: 1.0, chosen_then: usize::MAX });
        }
    }
    (0..candidates.len()).filter(|&index| taken[index]).collect()
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    score: f64,
    index: usize,
    /// 1 less the penalty that applies.
    factor: f64,
    /// How many had been chosen when the score was computed.
    chosen_then: usize,
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        self.score.total_cmp(&other.score).then(other.index.cmp(&self.index))
    }
}
impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Entry {}
