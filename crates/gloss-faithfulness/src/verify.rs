//! A whole text against a source.

use std::ops::Range;

use crate::analysis::read;
use crate::check::Checker;
use crate::clauses::{Link, clauses};
use crate::sentences::sentences;
use crate::source::Source;
use crate::verdict::{Label, Limits, Verdict};

/// A sentence of a text, with the verdicts on its clauses.
#[derive(Clone, Debug)]
pub struct SentenceVerdict {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// In order. None where it says nothing that a document could carry, or lack: "He did so.", "* * *".
    pub clauses: Vec<ClauseVerdict>,
}

/// A clause of a text, with its verdict.
#[derive(Clone, Debug)]
pub struct ClauseVerdict {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// What was found out about it.
    pub verdict: Verdict,
}

impl SentenceVerdict {
    /// The worst label of its clauses; a sentence that says nothing is supported.
    #[must_use]
    pub fn label(&self) -> Label {
        let labels = self.clauses.iter().map(|clause| clause.verdict.label);
        labels.max().unwrap_or(Label::Supported)
    }
}

impl Source<'_> {
    /// The verdicts on all sentences of a text, in order. Until `stop` says so, which is asked before each
    /// clause: what is there by then is returned.
    #[must_use]
    pub fn verify(
        &self,
        text: &str,
        limits: Limits,
        stop: &dyn Fn() -> bool,
    ) -> Vec<SentenceVerdict> {
        let checker = Checker { text, source: self, limits };
        let mut verdicts = Vec::new();
        for range in sentences(text) {
            if stop() {
                break;
            }
            verdicts.push(checker.sentence(range, stop));
        }
        verdicts
    }

    /// The sentence of the document that a sentence repeats word by word.
    fn copied(&self, sentence: &str) -> Option<usize> {
        let same = |other: &str| sentence.split_whitespace().eq(other.split_whitespace());
        self.sentences.iter().position(|s| self.text.get(s.range.clone()).is_some_and(same))
    }
}

impl Checker<'_> {
    fn sentence(&self, range: Range<usize>, stop: &dyn Fn() -> bool) -> SentenceVerdict {
        if let Some(at) = self.source.copied(&self.text[range.clone()]) {
            let clause = ClauseVerdict { range: range.clone(), verdict: Verdict::copied(at) };
            return SentenceVerdict { range, clauses: vec![clause] };
        }
        let mut sentence = read(self.text, range.clone(), self.source.lexicon);
        sentence.analyze(&self.source.casing, self.source.lexicon);
        for name in &mut sentence.names {
            name.entity = self.source.entity(name);
        }
        let mut verdicts = Vec::new();
        let mut last: Option<Range<usize>> = None;
        for clause in clauses(&sentence) {
            if stop() {
                break;
            }
            let mut verdict = self.check(&sentence, &clause);
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
            verdicts.push(ClauseVerdict { range: start..end, verdict });
        }
        SentenceVerdict { range, clauses: verdicts }
    }
}

fn apart(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.end < b.start || b.end < a.start
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::Annotations;

    /// The clauses that are checked before the check is stopped, at the time `stop` is asked that often.
    fn checked(summary: &str, asked: usize) -> Vec<String> {
        let text = "Mayor Ann Lee closed the school. The teachers protested on Friday.";
        let source = Source::read(text, &sentences(text), &Annotations::default());
        let count = Cell::new(0);
        let stop = || count.replace(count.get() + 1) == asked;
        let verdicts = source.verify(summary, Limits::default(), &stop);
        let clauses = verdicts.into_iter().flat_map(|sentence| sentence.clauses);
        clauses.map(|clause| summary[clause.range].to_owned()).collect()
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
