//! Which documents are processed together.

use std::collections::VecDeque;

use super::item::Item;
use crate::run::RunOptions;

/// A document with its place in the input, from 0.
pub type Placed = (u64, Item);

/// How batches are cut from what was read.
#[derive(Clone, Copy, Debug)]
pub struct Cutter {
    /// The most documents in a batch.
    documents: usize,
    /// The most tokens in a batch, if it has more than one document.
    tokens: usize,
    /// Threads that are to have something to do.
    threads: usize,
    /// So many batches are cut from documents that are sorted by length; 1 to leave them in order.
    window: usize,
}

impl Cutter {
    /// `pads` says that some stage pads: then documents of like length go together.
    pub fn new(options: &RunOptions, threads: usize, pads: bool) -> Cutter {
        Cutter {
            documents: options.batch_documents.max(1),
            tokens: options.batch_tokens.max(1),
            threads: threads.max(1),
            window: if pads { options.window_batches.max(1) } else { 1 },
        }
    }

    /// Whether so much was read that more can wait: each thread finds a batch, and so do they when
    /// they come back; or a window is full.
    pub fn is_enough(&self, documents: usize, tokens: usize) -> bool {
        let batches = self.window.max(self.threads).max(2);
        documents >= self.documents.saturating_mul(batches)
            || tokens >= self.tokens.saturating_mul(batches)
    }

    /// Takes from what was read, in its order, as many batches as belong together; there is at least
    /// one when there is a document. `tokens` is how many there are in what was read.
    pub fn cut(&self, read: &mut VecDeque<Placed>, tokens: usize) -> VecDeque<Vec<Placed>> {
        if self.window == 1 {
            return VecDeque::from_iter(self.next(read, tokens));
        }
        let most = self.documents.saturating_mul(self.window);
        let mut window: Vec<Placed> = read.drain(..read.len().min(most)).collect();
        // Of equals the first comes first, so that nothing depends on more than lengths.
        window.sort_by_key(|(place, item)| (item.tokens(), *place));
        let (mut batches, mut batch) = (VecDeque::new(), Vec::new());
        let share = window.len().div_ceil(self.threads);
        for placed in window {
            // All are padded to the longest, which in this order is the last.
            let padded = (batch.len() + 1).saturating_mul(placed.1.tokens());
            let full = batch.len() >= self.documents.min(share) || padded > self.tokens;
            if full && !batch.is_empty() {
                batches.push_back(std::mem::take(&mut batch));
            }
            batch.push(placed);
        }
        batches.extend(Some(batch).filter(|batch| !batch.is_empty()));
        batches
    }

    /// The next batch in order. When little was read, it is shared out among the threads.
    fn next(&self, read: &mut VecDeque<Placed>, tokens: usize) -> Option<Vec<Placed>> {
        let most = self.tokens.min(tokens.div_ceil(self.threads));
        let documents = self.documents.min(read.len().div_ceil(self.threads));
        let (mut batch, mut sum) = (Vec::new(), 0);
        while let Some((_, next)) = read.front() {
            sum += next.tokens();
            if !batch.is_empty() && (batch.len() >= documents || sum > most) {
                break;
            }
            batch.extend(read.pop_front());
        }
        Some(batch).filter(|batch| !batch.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use gloss_doc::Document;
    use proptest::prelude::*;

    use super::*;

    /// A document of so many tokens.
    fn document(tokens: usize) -> Item {
        let text = "four".repeat(tokens);
        Item::Document(Document { text, ..Document::default() }, Vec::new())
    }

    fn read(lengths: &[usize]) -> (VecDeque<Placed>, usize) {
        let items = lengths.iter().enumerate().map(|(i, &n)| (i as u64, document(n)));
        (items.collect(), lengths.iter().sum())
    }

    fn cutter(documents: usize, tokens: usize, threads: usize, window: usize) -> Cutter {
        Cutter { documents, tokens, threads, window }
    }

    /// The places of the documents of each batch.
    fn batches(cutter: Cutter, lengths: &[usize]) -> Vec<Vec<u64>> {
        let (mut items, mut tokens) = read(lengths);
        let mut all = Vec::new();
        while !items.is_empty() {
            for batch in cutter.cut(&mut items, tokens) {
                tokens -= batch.iter().map(|(_, item)| item.tokens()).sum::<usize>();
                all.push(batch.iter().map(|&(place, _)| place).collect());
            }
        }
        all
    }

    #[test]
    fn batches_hold_documents_in_order() {
        let check = |of: (usize, usize, usize), lengths: &[usize], expected: &[&[u64]]| {
            let cutter = cutter(of.0, of.1, of.2, 1);
            assert_eq!(batches(cutter, lengths), expected, "{lengths:?}");
        };
        check((2, 100, 1), &[1, 1, 1], &[&[0, 1], &[2]]);
        check((9, 10, 1), &[4, 6, 1, 9, 1], &[&[0, 1], &[2, 3], &[4]]);
        // One that is too long for any batch is one alone.
        check((9, 10, 1), &[4, 60, 1], &[&[0], &[1], &[2]]);
        // What is there is shared out.
        check((9, 100, 2), &[1, 1, 1, 1], &[&[0, 1], &[2], &[3]]);
        check((9, 100, 2), &[9, 1, 1, 1], &[&[0], &[1, 2], &[3]]);
        check((9, 100, 1), &[0, 0, 0], &[&[0, 1, 2]]);
        check((9, 100, 4), &[0, 0], &[&[0], &[1]]);
    }

    #[test]
    fn windows_hold_documents_of_like_length() {
        let check = |of: (usize, usize, usize), lengths: &[usize], expected: &[&[u64]]| {
            let cutter = cutter(of.0, of.1, 1, of.2);
            assert_eq!(batches(cutter, lengths), expected, "{lengths:?}");
        };
        check((2, 100, 3), &[9, 1, 9, 1, 5, 5], &[&[1, 3], &[4, 5], &[0, 2]]);
        // Two windows.
        check((2, 100, 2), &[9, 1, 9, 1, 5, 5], &[&[1, 3], &[0, 2], &[4, 5]]);
        // With what is padded no batch is too large.
        check((9, 12, 2), &[1, 1, 1, 6, 6, 7], &[&[0, 1, 2], &[3, 4], &[5]]);
    }

    /// How many tokens a stage that pads computes for each that is there, when documents of these lengths
    /// are read as a run with the default options reads them.
    fn padded(lengths: &[usize], pads: bool) -> f64 {
        let cutter = Cutter::new(&RunOptions::default(), 2, pads);
        let (mut coming, mut waiting, mut tokens) = (read(lengths).0, VecDeque::new(), 0);
        let (mut computed, mut there) = (0, 0);
        while !coming.is_empty() || !waiting.is_empty() {
            while !cutter.is_enough(waiting.len(), tokens) {
                let Some(next) = coming.pop_front() else { break };
                tokens += next.1.tokens();
                waiting.push_back(next);
            }
            for batch in cutter.cut(&mut waiting, tokens) {
                let sizes = || batch.iter().map(|(_, item)| item.tokens());
                tokens -= sizes().sum::<usize>();
                there += sizes().sum::<usize>();
                computed += batch.len() * sizes().max().unwrap_or(0);
            }
        }
        computed as f64 / there as f64
    }

    #[test]
    #[allow(clippy::print_stdout)]
    fn sorting_saves_most_of_the_padding() {
        let check = |name: &str, length: &dyn Fn(f64) -> f64, unsorted: f64, sorted: f64| {
            // Evenly spread numbers between 0 and 1 in an order that is no order (Weyl 1916).
            let spread = |i: usize| (i as f64 * 0.618_033_988_749_895).fract();
            let lengths: Vec<usize> = (0..8000).map(|i| length(spread(i)) as usize).collect();
            let (before, after) = (padded(&lengths, false), padded(&lengths, true));
            println!("{name}: {before:.2} tokens computed for each, sorted {after:.2}");
            assert!(before > unsorted && after < sorted, "{name}: {before} {after}");
        };
        // Few are long, as in a collection of posts (Pareto), or in one of articles.
        check("posts", &|x| 8.0 / (1.0 - 0.98 * x).powf(0.8), 4.0, 1.5);
        check("articles", &|x| 150.0 + 1200.0 * x * x * x, 2.0, 1.25);
        check("all alike", &|_| 300.0, 0.99, 1.01);
    }

    proptest! {
        #[test]
        fn every_document_is_in_one_batch(
            lengths in prop::collection::vec(0..40_usize, 0..60),
            of in (1..9_usize, 1..60_usize, 1..5_usize, 1..5_usize),
        ) {
            let cutter = cutter(of.0, of.1, of.2, of.3);
            let all = batches(cutter, &lengths);
            for batch in &all {
                let tokens: usize = batch.iter().map(|&place| lengths[place as usize]).sum();
                prop_assert!(batch.len() <= of.0 && (tokens <= of.1 || batch.len() == 1));
            }
            let mut places: Vec<u64> = all.into_iter().flatten().collect();
            places.sort_unstable();
            prop_assert!(places.into_iter().eq(0..lengths.len() as u64));
        }
    }
}
