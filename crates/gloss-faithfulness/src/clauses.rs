//! Clauses of the sentences of a generated text.

use std::ops::Range;

use crate::analysis::{Part, Sentence};
use crate::tags::Tag;

/// What ties a clause to the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    None,
    /// "because", "so": the one is said to bring the other about.
    Cause,
}

/// A clause: positions of its words in the sentence.
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    pub words: Range<usize>,
    pub link: Link,
}

/// The clauses of a sentence: each has a verb of its own and says something.
pub fn clauses(sentence: &Sentence) -> Vec<Clause> {
    let mut clauses: Vec<Clause> = Vec::new();
    let mut start = 0;
    let mut link = Link::None;
    let count = sentence.words.len();
    let counts = Counts::of(sentence);
    for at in 1..count {
        if !is_boundary(sentence, &counts, start, at) {
            continue;
        }
        clauses.push(Clause { words: start..at, link });
        start = at;
        link = if matches!(sentence.words[at].lower.as_str(), "because" | "so") {
            Link::Cause
        } else {
            Link::None
        };
    }
    if start < count {
        clauses.push(Clause { words: start..count, link });
    }
    for clause in &mut clauses {
        trim(sentence, &mut clause.words);
    }
    // "* * *" and "He did so." say nothing that a source could carry, or lack.
    clauses.retain(|clause| counts.says(clause.words.clone()) > 0);
    clauses
}

fn trim(sentence: &Sentence, words: &mut Range<usize>) {
    let is_mark = |at: usize| matches!(sentence.tags[at], Tag::Comma) || sentence.words[at].is(".");
    while words.start < words.end && is_mark(words.start) {
        words.start += 1;
    }
    while words.start < words.end && is_mark(words.end - 1) {
        words.end -= 1;
    }
}

fn is_finite(tag: Tag) -> bool {
    matches!(tag, Tag::Verb | Tag::Auxiliary | Tag::Copula)
}

/// Whether a clause begins at a word, where the one before it began at `start`.
fn is_boundary(sentence: &Sentence, counts: &Counts, start: usize, at: usize) -> bool {
    let tags = &sentence.tags;
    let word = &sentence.words[at];
    let opens = match tags[at] {
        Tag::Conjunction => true,
        Tag::Subordinator => {
            !word.is("that") && !word.is("whether") && !word.is("how") && !word.is("why")
        }
        Tag::Relative => tags[at - 1] == Tag::Comma,
        Tag::Preposition => {
            matches!(word.lower.as_str(), "after" | "before" | "since" | "until" | "as")
        }
        Tag::Comma => {
            word.is(";")
                || (tags.get(at + 1) == Some(&Tag::NonFinite)
                    && sentence.words[at + 1].lower.ends_with("ing"))
        }
        _ => false,
    };
    if !opens {
        return false;
    }
    let next = counts.next[at + 1];
    let verb_behind = counts.finite(at + 1..next) > 0
        || tags[at] == Tag::Comma
        || (tags[at] == Tag::Conjunction
            && tags.get(at + 1) == Some(&Tag::NonFinite)
            && counts.finite(start..at) > 0);
    let verb_before = counts.verbs(start..at) > 0;
    // "which he rejected" says too little to be looked for alone.
    let least = if tags[at] == Tag::Relative { 3 } else { 2 };
    verb_behind && verb_before && counts.says(start..at) >= 2 && counts.says(at..next) >= least
}

/// How many words of some kinds stand before each word, and at its end: a sentence without a boundary
/// would else be counted through at each word that may be one.
struct Counts {
    finite: Vec<u32>,
    verbs: Vec<u32>,
    says: Vec<u32>,
    /// Where from each word on, and from the end, the next clause may begin.
    next: Vec<usize>,
}

impl Counts {
    fn of(sentence: &Sentence) -> Counts {
        let tags = &sentence.tags;
        let count = |is: &dyn Fn(usize) -> bool| -> Vec<u32> {
            let sums = (0..tags.len()).scan(0, |sum, at| {
                *sum += u32::from(is(at));
                Some(*sum)
            });
            std::iter::once(0).chain(sums).collect()
        };
        let mut next = vec![tags.len(); tags.len() + 1];
        for at in (0..tags.len()).rev() {
            let begins = matches!(tags[at], Tag::Subordinator | Tag::Relative | Tag::Conjunction)
                || sentence.words[at].is(";");
            next[at] = if begins { at } else { next[at + 1] };
        }
        Counts {
            finite: count(&|at| is_finite(tags[at])),
            verbs: count(&|at| is_finite(tags[at]) || tags[at] == Tag::NonFinite),
            says: count(&|at| !matches!(sentence.parts[at], Part::Function)),
            next,
        }
    }

    /// Finite verbs among these words.
    fn finite(&self, words: Range<usize>) -> u32 {
        self.finite[words.end] - self.finite[words.start]
    }

    /// Verbs in any form.
    fn verbs(&self, words: Range<usize>) -> u32 {
        self.verbs[words.end] - self.verbs[words.start]
    }

    /// Words that say something by themselves.
    fn says(&self, words: Range<usize>) -> u32 {
        self.says[words.end] - self.says[words.start]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::read;
    use crate::lexicon::Lexicon;
    use crate::names::Casing;

    #[test]
    fn sentences_fall_into_clauses() {
        let check = |text: &str, expected: &[&str]| {
            let lexicon = Lexicon::english();
            let mut sentence = read(text, 0..text.len(), lexicon);
            sentence.analyze(&Casing::default(), lexicon);
            let found: Vec<&str> = clauses(&sentence)
                .iter()
                .map(|clause| sentence.text(text, &clause.words))
                .collect();
            assert_eq!(found, expected);
        };
        check(
            "The mayor closed the school, and teachers protested loudly.",
            &["The mayor closed the school", "and teachers protested loudly"],
        );
        check("The mayor said the school would close.", &["The mayor said the school would close"]);
        check(
            "The firm, which employs 60 people, was sold because it lost money.",
            &["The firm, which employs 60 people, was sold", "because it lost money"],
        );
        for says_nothing in ["---", "* * *", "He did so.", "…"] {
            check(says_nothing, &[]);
        }
    }
}
