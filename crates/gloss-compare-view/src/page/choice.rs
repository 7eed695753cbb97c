//! Which documents are on the page.

use std::cmp::Reverse;

use gloss_compare::compare::disagreement;
use gloss_compare::{Corpus, Document};

use super::PageOptions;

/// The documents of a page.
pub struct Choice {
    /// Their numbers in the corpus, in its order.
    pub documents: Vec<usize>,
    /// How many are not on the page.
    pub left_out: usize,
    /// How many of those differ.
    pub differing_left_out: usize,
}

/// The documents that differ most, as many as the options let in.
pub fn choose(corpus: &Corpus, options: &PageOptions) -> Choice {
    let mut ranked: Vec<(u64, f64, usize)> = corpus
        .documents
        .iter()
        .enumerate()
        .map(|(number, document)| {
            let (differing, score) = disagreement(document);
            (differing, score, number)
        })
        .collect();
    // As `Disagreements::documents` are: by how much differs, then by share, then as they come.
    ranked.sort_by(|a, b| {
        Reverse(a.0).cmp(&Reverse(b.0)).then(b.1.total_cmp(&a.1)).then(a.2.cmp(&b.2))
    });
    let size = |document: &Document| document.text.as_deref().map_or(0, str::len);
    let (mut bytes, mut taken) = (0usize, 0);
    for &(_, _, number) in ranked.iter().take(options.most_documents) {
        bytes = bytes.saturating_add(size(&corpus.documents[number]));
        if bytes > options.most_text_bytes {
            break;
        }
        taken += 1;
    }
    let rest = ranked.split_off(taken);
    let mut documents: Vec<usize> = ranked.into_iter().map(|(_, _, number)| number).collect();
    documents.sort_unstable();
    let differing_left_out = rest.iter().filter(|(differing, _, _)| *differing > 0).count();
    Choice { documents, left_out: rest.len(), differing_left_out }
}
