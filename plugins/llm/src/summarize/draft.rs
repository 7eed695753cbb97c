//! What is kept of what a model wrote.

use std::ops::Range;

use gloss_llama::End;
use unicode_segmentation::UnicodeSegmentation;

use super::length::Length;

/// A sentence of an answer.
#[derive(Clone, Debug)]
pub(super) struct Sentence {
    /// Bytes of the answer.
    pub(super) range: Range<usize>,
    /// Set where the document does not carry it.
    pub(super) fault: Option<Fault>,
}

/// Why a document does not carry a sentence.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fault {
    /// In words.
    pub(super) reason: String,
    /// Where in the document what comes nearest stands.
    pub(super) sources: Vec<Range<usize>>,
}

/// What is kept of an answer, and what is not because the document does not carry it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Draft {
    pub(super) text: String,
    /// Sentences of the text.
    pub(super) kept: usize,
    pub(super) left_out: Vec<(String, Fault)>,
    /// What ended the answer.
    pub(super) end: End,
}

impl Draft {
    /// As many sentences without fault of an answer as there may be, in their order. Sentences behind them are
    /// not looked at. What the limit of tokens cut is left out, if it is not all.
    pub(super) fn of(answer: &str, mut sentences: Vec<Sentence>, end: End, length: Length) -> Self {
        if let [_, .., last] = sentences.as_slice()
            && end == End::Limit
            && !is_whole(&answer[last.range.clone()])
        {
            sentences.pop();
        }
        let mut draft = Self { text: String::new(), kept: 0, left_out: Vec::new(), end };
        let mut words = 0;
        let mut behind = 0;
        for Sentence { range, fault } in sentences {
            let sentence = &answer[range.clone()];
            let more = words + sentence.unicode_words().count();
            // What is left out takes no room, but where there is none, no more is looked at.
            let least = if fault.is_some() { words + 1 } else { more };
            if draft.kept > 0 && !length.fits(draft.kept + 1, least) {
                break;
            }
            match fault {
                Some(fault) => draft.left_out.push((sentence.to_owned(), fault)),
                None => {
                    if draft.kept > 0 {
                        draft.text.push_str(&answer[behind..range.start]);
                    }
                    draft.text.push_str(sentence);
                    draft.kept += 1;
                    words = more;
                }
            }
            behind = range.end;
        }
        draft
    }

    /// Whether there is a summary of which nothing had to be left out.
    pub(super) fn is_carried(&self) -> bool {
        self.kept > 0 && self.left_out.is_empty()
    }

    /// Whether it is better than another: it keeps anything at all, then, fewer sentences had to be left out,
    /// then, more are kept.
    pub(super) fn is_better_than(&self, other: &Self) -> bool {
        let merit = |draft: &Self| (draft.kept == 0, draft.left_out.len(), usize::MAX - draft.kept);
        merit(self) < merit(other)
    }
}

fn is_whole(sentence: &str) -> bool {
    let inside = sentence.trim_end_matches(|c: char| c.is_whitespace() || "\"'”’»)]".contains(c));
    inside.ends_with(['.', '!', '?', '…', '。', '！', '？'])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The draft of an answer of which sentences that say "bad" are at fault: its text, and what is left out.
    #[track_caller]
    fn check(answer: &str, end: End, length: Length, expected: &str, left_out: &[&str]) {
        let fault = Fault { reason: String::new(), sources: Vec::new() };
        let sentences = gloss_faithfulness::sentences(answer).into_iter().map(|range| {
            let is_bad = answer[range.clone()].contains("bad");
            Sentence { range, fault: is_bad.then(|| fault.clone()) }
        });
        let draft = Draft::of(answer, sentences.collect(), end, length);
        let found: Vec<&str> = draft.left_out.iter().map(|(text, _)| text.as_str()).collect();
        assert_eq!((draft.text.as_str(), found.as_slice()), (expected, left_out), "{answer:?}");
        assert_eq!(draft.kept, gloss_faithfulness::sentences(expected).len());
    }

    #[test]
    fn sentences_at_fault_are_left_out() {
        let three = |answer: &str, expected: &str, left_out: &[&str]| {
            check(answer, End::Model, Length::Sentences(3), expected, left_out);
        };
        three("", "", &[]);
        three("One. Two.\n\nThree. Four.", "One. Two.\n\nThree.", &[]);
        three("A bad one. Two. Bad.", "Two. Bad.", &["A bad one."]);
        three("One. A bad one.\nThree.", "One.\nThree.", &["A bad one."]);
        three("One. A bad one.", "One.", &["A bad one."]);
        three("A bad one. All bad.", "", &["A bad one.", "All bad."]);
        // What is behind the last that there is room for is as if it had not been written.
        three("A bad one. One. Two. Three. So bad. Six.", "One. Two. Three.", &["A bad one."]);
        three(
            "Mr. Lee left. Ms. Ray, too. Ann stayed.",
            "Mr. Lee left. Ms. Ray, too. Ann stayed.",
            &[],
        );
    }

    #[test]
    fn summaries_are_of_whole_sentences_and_no_longer_than_asked() {
        let words = |most: usize, answer: &str, expected: &str, left_out: &[&str]| {
            check(answer, End::Model, Length::Words(most), expected, left_out);
        };
        words(4, "One two. A bad one. Three four. Five.", "One two. Three four.", &["A bad one."]);
        words(1, "One two three. Four.", "One two three.", &[]);
        words(3, "One two. Three four. Five.", "One two.", &[]);
        let cut = |answer: &str, expected: &str| {
            check(answer, End::Limit, Length::Sentences(3), expected, &[]);
        };
        cut("One. Two and", "One.");
        cut("One. Two (and more.)", "One. Two (and more.)");
        cut("One and", "One and");
    }
}
