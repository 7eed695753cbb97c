//! The verdict on a clause: which sentences of the source carry it best, and what they do not carry.

mod coverage;

use std::ops::Range;

use crate::analysis::{Part, Sentence};
use crate::clauses::Clause;
use crate::numbers::{Number, Unit};
use crate::relations::{Event, Fault, Judge};
use crate::source::Source;
use crate::tags::{Tag, within};
use crate::verdict::{Label, Limits, Verdict};
use coverage::Item;

/// Two sentences must carry so much more than one.
const PAIR: f64 = 0.12;

/// Checks the clauses of a summary against a source.
pub struct Checker<'s> {
    pub text: &'s str,
    pub source: &'s Source<'s>,
    pub limits: Limits,
}

impl<'s> Checker<'s> {
    /// The verdict on a clause of a sentence of the summary.
    pub fn check(&self, sentence: &Sentence, clause: &Clause) -> Verdict {
        let items = self.items(sentence, clause);
        let terms: Vec<(String, f64)> =
            items.iter().map(|i| (sentence.words[i.word].term.clone(), i.weight)).collect();
        let mut best = (f64::NEG_INFINITY, 0..0);
        for at in self.source.candidates(&terms) {
            for (window, penalty) in
                [(at..at + 1, 0.0), (at.saturating_sub(1)..at + 1, PAIR), (at..at + 2, PAIR)]
            {
                if !self.is_window(&window, penalty > 0.0) {
                    continue;
                }
                let coverage = self.coverage(sentence, &items, &window) - penalty;
                if coverage > best.0 + 1e-9 {
                    best = (coverage, window);
                }
            }
        }
        self.verdict(sentence, clause, &items, best.1)
    }

    /// One sentence, or two of one paragraph, or of which the second refers to the first.
    fn is_window(&self, window: &Range<usize>, pair: bool) -> bool {
        let Some(last) = self.source.sentences.get(window.end - 1) else { return false };
        !pair || (window.len() == 2 && (!last.begins_paragraph || refers_back(last)))
    }

    fn verdict(
        &self,
        sentence: &Sentence,
        clause: &Clause,
        items: &[Item<'_>],
        window: Range<usize>,
    ) -> Verdict {
        let coverage = self.coverage(sentence, items, &window);
        let said = |words: &Range<usize>| sentence.text(self.text, words).to_owned();
        let mut verdict = Verdict {
            label: Label::Supported,
            score: 0.0,
            missing_names: Vec::new(),
            missing_numbers: Vec::new(),
            missing_dates: Vec::new(),
            missing_words: Vec::new(),
            relation: self.relation(sentence, clause, &window),
            window,
        };
        for item in items {
            let carried = self.carried(sentence, item, &verdict.window) > 0.0;
            match item.part {
                Part::Name(name) if !carried => {
                    verdict.missing_names.push(said(&sentence.names[name].words))
                }
                Part::Number(number) => {
                    let number = &sentence.numbers[number];
                    if !carried || self.counts_other(sentence, number, &verdict.window) {
                        verdict.missing_numbers.push(said(&number.words));
                    }
                }
                Part::Date(date) if !carried => {
                    verdict.missing_dates.push(said(&sentence.dates[date].words))
                }
                Part::Content if !carried => {
                    verdict.missing_words.push(said(&(item.word..item.word + 1)))
                }
                _ => {}
            }
        }
        let faults = verdict.faults();
        verdict.score = coverage * 0.5_f64.powi(faults.min(16) as i32);
        verdict.label = match () {
            () if faults > 0 || coverage < self.limits.unsupported => Label::Unsupported,
            () if coverage < self.limits.supported => Label::Partly,
            () => Label::Supported,
        };
        verdict
    }

    /// Whether the source gives another number of what this one counts.
    fn counts_other(&self, sentence: &Sentence, number: &Number, window: &Range<usize>) -> bool {
        if number.unit != Unit::None {
            return false;
        }
        let Some(noun) = counted(sentence, number).next() else { return false };
        let counts = |(s, n): (&Sentence, &Number)| {
            counted(s, n).any(|word| word == noun || self.source.lexicon.synonyms(word, noun))
        };
        let right = self.numbers(window).any(|(s, n)| number.is_carried_by(n) && counts((s, n)));
        !right
            && self
                .numbers(window)
                .any(|(s, n)| !number.is_carried_by(n) && n.unit == Unit::None && counts((s, n)))
    }

    /// What is wrong with who did what to whom, in words.
    fn relation(
        &self,
        sentence: &Sentence,
        clause: &Clause,
        window: &Range<usize>,
    ) -> Option<String> {
        let around =
            window.start.saturating_sub(1)..(window.end + 1).min(self.source.sentences.len());
        let judge = Judge {
            source: self.source,
            window: self.sentences(window),
            around: self.sentences(&around),
        };
        for frame in sentence.frames.iter().filter(|frame| clause.words.contains(&frame.verb)) {
            let event = Event { sentence, frame };
            let said = match judge.fault(event) {
                Fault::None => continue,
                Fault::Filler => "somebody or something else",
                Fault::Swap => "the roles are exchanged",
                Fault::Polarity => "the source says the opposite",
            };
            return Some(format!("{}: {said}", event.word()));
        }
        None
    }
}

/// The words behind a number that may be what it counts.
fn counted<'s>(sentence: &'s Sentence, number: &Number) -> impl Iterator<Item = &'s str> {
    let end = sentence.words.len().min(number.words.end + 4);
    (number.words.end..end)
        .take_while(|&at| {
            !matches!(sentence.tags[at], Tag::Comma | Tag::Conjunction | Tag::Verb | Tag::Number)
        })
        .filter(|&at| matches!(sentence.parts[at], Part::Content))
        .map(|at| sentence.words[at].term.as_str())
}

/// Whether a sentence speaks of somebody or something that was named before.
fn refers_back(sentence: &Sentence) -> bool {
    const BACK: &str = "he she it they him her them his its their";
    sentence.words.iter().any(|word| within(BACK, &word.lower) && !word.acronym)
}
