//! Where variants differ, most first.

use std::cmp::Reverse;

use super::options::Options;
use super::span_pass::equal_spans;
use crate::corpus::{Annotations, Corpus, Document, Span, Target};
use crate::result::{Disagreements, DocumentDisagreement, ItemDisagreement, Mark};
use crate::threads::in_chunks;

/// A stretch in which variants' spans hang together by overlap, or the target of a class.
#[derive(Clone, Copy)]
enum Place {
    Spans(u32, u32),
    Class(Target),
}

/// Annotations of two variants: how many are equal, and how many there are.
#[derive(Clone, Copy, Default)]
struct Share {
    equal: u64,
    all: u64,
}

impl Share {
    /// 1 less the share that agrees.
    fn score(self) -> f64 {
        if self.all == 0 { 0.0 } else { 1.0 - 2.0 * self.equal as f64 / self.all as f64 }
    }

    fn differs(self) -> bool {
        2 * self.equal < self.all
    }

    fn add(&mut self, other: Share) {
        self.equal += other.equal;
        self.all += other.all;
    }
}

/// What one chunk of the documents holds.
#[derive(Default)]
struct Found {
    documents: Vec<(Share, u32)>,
    items: Vec<(Share, u32, Place)>,
    differing_documents: u64,
    differing_items: u64,
}

pub fn disagreements(corpus: &Corpus, options: &Options) -> Disagreements {
    let chunks = in_chunks(corpus.documents.len(), options.threads, |range| {
        let mut found = Found::default();
        for number in range {
            look(&corpus.documents[number], number as u32, &mut found);
            // What cannot be among the first is forgotten, so memory stays small.
            if found.items.len() > 4096 + 2 * options.disagreements {
                found.keep_first(options.disagreements);
            }
        }
        found.keep_first(options.disagreements);
        found
    });
    let mut all = Found::default();
    for chunk in chunks {
        all.documents.extend(chunk.documents);
        all.items.extend(chunk.items);
        all.differing_documents += chunk.differing_documents;
        all.differing_items += chunk.differing_items;
    }
    all.keep_first(options.disagreements);
    let document = |&(share, number): &(Share, u32)| DocumentDisagreement {
        document: corpus.documents[number as usize].id.clone(),
        differing: share.all - 2 * share.equal,
        score: share.score(),
    };
    let item = |&(share, number, place): &(Share, u32, Place)| {
        let document = &corpus.documents[number as usize];
        let marks = |annotations: &Annotations| marks(corpus, annotations, place);
        ItemDisagreement {
            document: document.id.clone(),
            score: share.score(),
            marks: document.annotations.iter().map(marks).collect(),
        }
    };
    Disagreements {
        differing_documents: all.differing_documents,
        differing_items: all.differing_items,
        documents: all.documents.iter().map(document).collect(),
        items: all.items.iter().map(item).collect(),
        texts: Vec::new(),
    }
}

impl Found {
    fn keep_first(&mut self, count: usize) {
        let by_score = |a: Share, b: Share| b.score().total_cmp(&a.score());
        self.documents.sort_by(|a, b| {
            let differing = |share: Share| Reverse(share.all - 2 * share.equal);
            differing(a.0).cmp(&differing(b.0)).then(by_score(a.0, b.0)).then(a.1.cmp(&b.1))
        });
        self.documents.truncate(count);
        // The sort is stable, and items come in the order of the text.
        self.items
            .sort_by(|a, b| by_score(a.0, b.0).then(b.0.all.cmp(&a.0.all)).then(a.1.cmp(&b.1)));
        self.items.truncate(count);
    }
}

fn look(document: &Document, number: u32, found: &mut Found) {
    let before = found.items.len();
    look_at_spans(document, number, found);
    look_at_classes(document, number, found);
    let differing = found.items.len() - before;
    if differing > 0 {
        found.differing_items += differing as u64;
        found.differing_documents += 1;
        found.documents.push((share_of_all(document), number));
    }
}

/// Spans and classes of one document in which two variants differ, summed over every two; and 1 less
/// the share that agrees, as in [`DocumentDisagreement`].
#[must_use]
pub fn disagreement(document: &Document) -> (u64, f64) {
    let share = share_of_all(document);
    (share.all - 2 * share.equal, share.score())
}

fn share_of_all(document: &Document) -> Share {
    let mut share = Share::default();
    for (at, a) in document.annotations.iter().enumerate() {
        for b in &document.annotations[at + 1..] {
            share.add(share_of_spans(&a.spans, &b.spans));
            let classes = |x: &Annotations| -> Vec<(Target, u32)> {
                x.classes.iter().map(|class| (class.target, class.label)).collect()
            };
            let (left, right) = (classes(a), classes(b));
            let equal = left.iter().filter(|class| right.binary_search(class).is_ok()).count();
            share.add(Share { equal: equal as u64, all: (left.len() + right.len()) as u64 });
        }
    }
    share
}

fn share_of_spans(a: &[Span], b: &[Span]) -> Share {
    Share { equal: equal_spans(a, b).into(), all: (a.len() + b.len()) as u64 }
}

/// Clusters of spans of all variants that hang together by overlap, where they are not all the same.
fn look_at_spans(document: &Document, number: u32, found: &mut Found) {
    let sides: Vec<&[Span]> = document.annotations.iter().map(|a| &a.spans[..]).collect();
    if sides.windows(2).all(|two| two[0] == two[1]) {
        return;
    }
    let mut at = vec![0; sides.len()];
    loop {
        let begin = at.clone();
        let mut stretch: Option<(u32, u32)> = None;
        loop {
            let next = (0..sides.len())
                .filter_map(|side| Some((sides[side].get(at[side])?, side)))
                .min_by_key(|(span, side)| (**span, *side));
            let Some((span, side)) = next else { break };
            match &mut stretch {
                Some((_, end)) if span.start >= *end => break,
                Some((_, end)) => *end = (*end).max(span.end),
                None => stretch = Some((span.start, span.end)),
            }
            at[side] += 1;
        }
        let Some((start, end)) = stretch else { return };
        let mut share = Share::default();
        for a in 0..sides.len() {
            for b in a + 1..sides.len() {
                let of = |side: usize| &sides[side][begin[side]..at[side]];
                share.add(share_of_spans(of(a), of(b)));
            }
        }
        if share.differs() {
            found.items.push((share, number, Place::Spans(start, end)));
        }
    }
}

fn look_at_classes(document: &Document, number: u32, found: &mut Found) {
    let all = document.annotations.iter().flat_map(|a| &a.classes);
    let mut targets: Vec<Target> = all.map(|class| class.target).collect();
    targets.sort_unstable();
    targets.dedup();
    for target in targets {
        let label = |a: &Annotations| {
            let at = a.classes.binary_search_by_key(&target, |class| class.target).ok()?;
            Some(a.classes[at].label)
        };
        let labels: Vec<Option<u32>> = document.annotations.iter().map(label).collect();
        let mut share = Share::default();
        for (at, a) in labels.iter().enumerate() {
            for b in &labels[at + 1..] {
                share.add(Share {
                    equal: u64::from(a.is_some() && a == b),
                    all: u64::from(a.is_some()) + u64::from(b.is_some()),
                });
            }
        }
        if share.differs() {
            found.items.push((share, number, Place::Class(target)));
        }
    }
}

fn marks(corpus: &Corpus, annotations: &Annotations, place: Place) -> Vec<Mark> {
    let label = |label: u32| corpus.labels[label as usize].clone();
    match place {
        Place::Spans(start, end) => {
            let inside = annotations.spans.iter().filter(|s| s.start >= start && s.end <= end);
            inside
                .map(|s| Mark { start: Some(s.start), end: Some(s.end), label: label(s.label) })
                .collect()
        }
        Place::Class(target) => {
            let classes = annotations.classes.iter().filter(|class| class.target == target);
            let bounds = (target.map(|t| t.0), target.map(|t| t.1));
            classes
                .map(|class| Mark { start: bounds.0, end: bounds.1, label: label(class.label) })
                .collect()
        }
    }
}
