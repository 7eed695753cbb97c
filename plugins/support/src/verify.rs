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
            if stop() {
                return checked;
            }
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

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::options::Options;

    /// The clauses that are checked before the check is stopped, at the time `stop` is asked that often.
    fn checked(summary: &str, asked: usize) -> Vec<String> {
        let text = "Mayor Ann Lee closed the school. The teachers protested on Friday.";
        let lexicon = Lexicon::english();
        let mut source = Source::read(text, sentences(text).into_iter(), lexicon);
        source.index(lexicon);
        let limits = Options::default().limits().unwrap();
        let count = Cell::new(0);
        let stop = || count.replace(count.get() + 1) == asked;
        let checked = verify(summary, Against { text, source: &source, lexicon, limits }, &stop);
        checked.into_iter().map(|c| summary[c.range].to_owned()).collect()
    }

    #[test]
    fn it_stops_between_clauses() {
        let two = "Lee closed the school, and teachers protested loudly.";
        let check = |asked: usize, expected: &[&str]| assert_eq!(checked(two, asked), expected);
        check(0, &[]);
        check(1, &[]);
        check(2, &["Lee closed the school"]);
        check(usize::MAX, &["Lee closed the school", "and teachers protested loudly"]);
    }

    #[test]
    fn text_that_says_nothing_has_no_verdict() {
        assert_eq!(checked("* * *\n\nHe did so.", usize::MAX), Vec::<String>::new());
    }
}
