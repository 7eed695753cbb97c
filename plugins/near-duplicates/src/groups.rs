//! From sketches to groups: the connected components of verified pairs.

use crate::bands::Bands;
use crate::sketch::{agreeing, estimate, jaccard};
use crate::state::State;
use crate::{Error, NearDuplicatesOptions, Verification};

/// Documents in the order of their ids, with what is known of each.
pub struct Candidates<'s> {
    state: &'s State,
    /// For each document its row in the state; a document that was observed twice is here once.
    pub rows: Vec<u32>,
    length: usize,
    exact: bool,
    threshold: f64,
}

impl<'s> Candidates<'s> {
    /// Puts documents in the order of their ids (and keys, where two have one id), so that
    /// nothing that follows depends on the order in which they were observed.
    pub fn new(state: &'s State, options: &NearDuplicatesOptions) -> Candidates<'s> {
        let rows = u32::try_from(state.len()).unwrap_or(u32::MAX);
        let mut rows: Vec<u32> = (0..rows).collect();
        let order = |row: &u32| (state.id(*row as usize), state.keys[*row as usize]);
        rows.sort_unstable_by(|a, b| order(a).cmp(&order(b)));
        rows.dedup_by(|a, b| order(a) == order(b));
        Candidates {
            state,
            rows,
            length: options.permutations as usize,
            exact: options.verify == Verification::Exact,
            threshold: options.threshold,
        }
    }

    fn sketch(&self, document: u32) -> &[u16] {
        let row = self.rows[document as usize] as usize;
        &self.state.sketches[row * self.length..(row + 1) * self.length]
    }

    /// How similar two documents are: exactly, where shingles are kept, else as the sketches say.
    pub fn similarity(&self, a: u32, b: u32) -> f64 {
        if self.exact {
            let shingles = |d: u32| self.state.shingles(self.rows[d as usize] as usize);
            jaccard(shingles(a), shingles(b))
        } else {
            estimate(self.sketch(a), self.sketch(b))
        }
    }

    fn verified(&self, a: u32, b: u32) -> bool {
        // The margin is for thresholds such as 0.8 that are no binary fractions.
        if self.exact {
            self.similarity(a, b) >= self.threshold - 1e-9
        } else {
            let agreeing = agreeing(self.sketch(a), self.sketch(b)) as f64;
            agreeing >= self.threshold * self.length as f64 - 1e-9
        }
    }

    /// For each document the first of its group, in the order of ids; itself where it is alone or
    /// the first.
    pub fn group(&self, cancelled: &dyn Fn() -> bool) -> Result<Vec<u32>, Error> {
        let mut forest = Forest::new(self.rows.len());
        let distinct = self.distinct(&mut forest);
        let bands = Bands::new(self.threshold, self.length);
        let mut keys: Vec<(u64, u32)> = Vec::with_capacity(distinct.len());
        for band in 0..bands.count {
            if cancelled() {
                return Err(Error::Cancelled);
            }
            keys.clear();
            keys.extend(distinct.iter().map(|&d| (bands.key(self.sketch(d), band), d)));
            keys.sort_unstable();
            for bucket in keys.chunk_by(|a, b| a.0 == b.0).filter(|bucket| bucket.len() > 1) {
                self.join(bucket, &mut forest, cancelled)?;
            }
        }
        Ok((0..self.rows.len() as u32).map(|document| forest.root(document)).collect())
    }

    /// Joins documents whose sketches are equal, and gives the first of each such set: they would
    /// be in the same bucket in every band.
    fn distinct(&self, forest: &mut Forest) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.rows.len() as u32).collect();
        order.sort_unstable_by(|&a, &b| self.sketch(a).cmp(self.sketch(b)).then(a.cmp(&b)));
        let mut distinct = Vec::new();
        for equal in order.chunk_by(|&a, &b| self.sketch(a) == self.sketch(b)) {
            // Equal sketches are no proof where the similarity itself is asked for.
            let (same, others): (Vec<u32>, Vec<u32>) =
                equal.iter().partition(|&&d| d == equal[0] || self.verified(equal[0], d));
            same.iter().for_each(|&d| forest.join(equal[0], d));
            distinct.push(equal[0]);
            distinct.extend(others);
        }
        distinct
    }

    /// Joins all verified pairs of a bucket. Pairs that are connected already are not compared,
    /// so a bucket of one large group costs one comparison for each document.
    fn join(
        &self,
        bucket: &[(u64, u32)],
        forest: &mut Forest,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<(), Error> {
        let mut groups: Vec<Vec<u32>> = Vec::new();
        for &(_, document) in bucket {
            if cancelled() {
                return Err(Error::Cancelled);
            }
            let mut joined: Option<usize> = None;
            let mut at = 0;
            while at < groups.len() {
                let connected = forest.root(groups[at][0]) == forest.root(document)
                    || groups[at].iter().any(|&member| self.verified(member, document));
                if !connected {
                    at += 1;
                    continue;
                }
                forest.join(groups[at][0], document);
                if let Some(first) = joined {
                    // The document connects two groups.
                    let other = groups.swap_remove(at);
                    groups[first].extend(other);
                } else {
                    groups[at].push(document);
                    joined = Some(at);
                    at += 1;
                }
            }
            if joined.is_none() {
                groups.push(vec![document]);
            }
        }
        Ok(())
    }
}

/// Disjoint sets; the root of each is its least member.
struct Forest {
    parents: Vec<u32>,
}

impl Forest {
    fn new(count: usize) -> Forest {
        Forest { parents: (0..count as u32).collect() }
    }

    fn root(&mut self, mut document: u32) -> u32 {
        while self.parents[document as usize] != document {
            let parent = self.parents[document as usize];
            self.parents[document as usize] = self.parents[parent as usize];
            document = parent;
        }
        document
    }

    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        let (least, other) = (a.min(b), a.max(b));
        self.parents[other as usize] = least;
    }
}
