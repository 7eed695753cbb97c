//! A whole text against a source.

use std::ops::Range;

use crate::analysis::read;
use crate::check::{Checker, Label, Limits, Verdict};
use crate::clauses::{Link, clauses, sentences};
use crate::lexicon::Lexicon;
use crate::source::Source;

/// A clause of the text, in bytes, with its verdict.
#[derive(Clone, Debug)]
pub struct Checked {
    pub range: Range<usize>,
    pub verdict: Verdict,
}

/// What texts are checked against: `text` is what `source` was read from.
#[derive(Clone, Copy)]
pub struct Against<'s> {
    pub text: &'s str,
    pub source: &'s Source,
    pub lexicon: &'s Lexicon,
    pub limits: Limits,
}

/// The verdicts on all clauses of a text, in order, until `stop` says so.
pub fn verify(text: &str, against: Against<'_>, stop: &dyn Fn() -> bool) -> Vec<Checked> {
    let Against { text: document, source, lexicon, limits } = against;
    let checker = Checker { text, source, lexicon, limits };
    let mut checked: Vec<Checked> = Vec::new();
    for range in sentences(text) {
        if stop() {
            break;
        }
        if let Some(at) = copied(&text[range.clone()], document, source) {
            checked.push(Checked { range, verdict: Verdict::copied(at) });
            continue;
        }
        let mut sentence = read(text, range, lexicon);
        sentence.analyze(&source.casing, lexicon);
        for name in &mut sentence.names {
            name.entity = source.entity(name);
        }
        let mut last: Option<Range<usize>> = None;
        for clause in clauses(&sentence) {
            let mut verdict = checker.check(&sentence, &clause);
            let window = verdict.window.clone();
            if clause.link == Link::Cause && last.is_some_and(|last| apart(&last, &window)) {
                verdict
                    .relation
                    .get_or_insert("because: the source does not tie the two together".to_owned());
                verdict.label = Label::Unsupported;
                verdict.score /= 2.0;
            }
            last = Some(window);
            let start = sentence.words[clause.words.start].range.start;
            let end = sentence.words[clause.words.end - 1].range.end;
            checked.push(Checked { range: start..end, verdict });
        }
    }
    checked
}

fn apart(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.end < b.start || b.end < a.start
}

/// The sentence of the source that a sentence repeats word by word.
fn copied(sentence: &str, document: &str, source: &Source) -> Option<usize> {
    let same = |other: &str| sentence.split_whitespace().eq(other.split_whitespace());
    source.sentences.iter().position(|s| document.get(s.range.clone()).is_some_and(same))
}

impl Verdict {
    /// Of a sentence that the source has word by word.
    fn copied(at: usize) -> Verdict {
        Verdict {
            label: Label::Supported,
            score: 1.0,
            window: at..at + 1,
            missing_names: Vec::new(),
            missing_numbers: Vec::new(),
            missing_dates: Vec::new(),
            missing_words: Vec::new(),
            relation: None,
        }
    }
}
