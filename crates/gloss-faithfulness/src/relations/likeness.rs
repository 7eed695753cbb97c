//! Whether two phrases mean the same person or thing.

use super::Judge;
use crate::analysis::{Part, Sentence};
use crate::frames::Filler;
use crate::tags::within;

/// How two fillers stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Likeness {
    Same,
    /// They share words, but not the one that counts.
    Overlap,
    /// A pronoun, or a description of somebody who has a name: it may be the same.
    Open,
    /// Names or numbers that differ, or a thing of which the source speaks elsewhere.
    Different,
}

/// What is said to say something in the place of those who wrote it.
const REPORTS: &str = "studi report survey statement poll letter document analysi research";

impl Judge<'_> {
    pub(super) fn likeness(
        &self,
        a: &Filler,
        a_in: &Sentence,
        b: &Filler,
        b_in: &Sentence,
    ) -> Likeness {
        if a.pronoun || b.pronoun {
            let differ = is_plural(a, a_in) && is_single(b, b_in)
                || is_single(a, a_in) && is_plural(b, b_in);
            return if differ { Likeness::Different } else { Likeness::Open };
        }
        if share_name(&a.core, a_in, &b.core, b_in) == Some(true) {
            return Likeness::Same;
        }
        let differ = |x: &[usize], y: &[usize]| share_name(x, a_in, y, b_in) == Some(false);
        let numbers = numbers_differ(a, a_in, b, b_in);
        if differ(&a.core, &b.core) {
            let crossed = share_name(&a.core, a_in, &b.linked, b_in) == Some(true)
                || share_name(&a.linked, a_in, &b.core, b_in) == Some(true);
            return if crossed { Likeness::Open } else { Likeness::Different };
        }
        let one = |x: &Filler, x_in: &Sentence, y: &Filler, y_in: &Sentence| {
            counts_several(x, x_in) && names_one(y, y_in)
        };
        if one(a, a_in, b, b_in) || one(b, b_in, a, a_in) {
            return Likeness::Different;
        }
        if numbers || (self.heads_alike(a, a_in, b, b_in) && differ(&a.linked, &b.linked)) {
            return Likeness::Different;
        }
        if self.heads_alike(a, a_in, b, b_in) {
            return Likeness::Same;
        }
        let terms = |filler: &Filler, sentence: &'_ Sentence| -> Vec<String> {
            filler.core.iter().map(|&at| sentence.words[at].term.clone()).collect()
        };
        let others = terms(b, b_in);
        if terms(a, a_in).iter().any(|term| others.contains(term)) {
            Likeness::Overlap
        } else if self.is_of_other_sort(a, a_in, b, b_in) {
            Likeness::Different
        } else {
            Likeness::Open
        }
    }

    fn heads_alike(&self, a: &Filler, a_in: &Sentence, b: &Filler, b_in: &Sentence) -> bool {
        let (Some(x), Some(y)) = (a_in.words.get(a.head), b_in.words.get(b.head)) else {
            return false;
        };
        let is_number =
            |sentence: &Sentence, at| matches!(sentence.parts.get(at), Some(Part::Number(_)));
        !is_number(a_in, a.head)
            && !is_number(b_in, b.head)
            && (x.term == y.term || self.source.lexicon.synonyms(&x.term, &y.term))
    }

    /// Whether a name is introduced as something, and the other phrase is a thing of another sort.
    fn is_of_other_sort(&self, a: &Filler, a_in: &Sentence, b: &Filler, b_in: &Sentence) -> bool {
        let Some(name) = a_in.name_of(a.head).filter(|_| is_common(b, b_in)) else { return false };
        let head = &b_in.words[b.head].term;
        let sorts = self
            .source
            .sorts
            .iter()
            .filter(|(other, _)| name.is_alias(other))
            .flat_map(|(_, sorts)| sorts);
        let mut sorts = sorts.peekable();
        let fits = |sort: &String| sort == head || self.source.lexicon.synonyms(sort, head);
        sorts.peek().is_some() && !sorts.any(fits)
    }

    /// Whether the document has no word for the head of a phrase.
    pub(super) fn is_new(&self, filler: &Filler, sentence: &Sentence) -> bool {
        let term = &sentence.words[filler.head].term;
        !filler.pronoun
            && matches!(sentence.parts[filler.head], Part::Content)
            && self.source.count(term) == 0
            && self.source.synonyms(term).is_empty()
    }

    /// Whether the document speaks of this, but not in the sentences that carry the clause.
    pub(super) fn is_elsewhere(&self, filler: &Filler, sentence: &Sentence) -> bool {
        let term = &sentence.words[filler.head].term;
        let here = |word: &crate::words::Word| {
            word.term == *term || self.source.lexicon.synonyms(&word.term, term)
        };
        is_common(filler, sentence)
            && !within(REPORTS, term)
            && self.source.count(term) > 0
            && !self.window.iter().flat_map(|s| &s.words).any(here)
    }
}

/// "he", "her": one person.
fn is_single(filler: &Filler, sentence: &Sentence) -> bool {
    sentence
        .words
        .get(filler.head)
        .is_some_and(|w| matches!(w.lower.as_str(), "he" | "him" | "she" | "her" | "it"))
}

/// A noun in the plural, as far as its ending tells.
fn is_plural(filler: &Filler, sentence: &Sentence) -> bool {
    let word = sentence.words.get(filler.head);
    is_common(filler, sentence)
        && word.is_some_and(|w| w.lower.ends_with('s') && !w.lower.ends_with("ss"))
}

pub(super) fn is_common(filler: &Filler, sentence: &Sentence) -> bool {
    !filler.pronoun && matches!(sentence.parts.get(filler.head), Some(Part::Content))
}

/// Whether two sets of words hold names that mean the same; `None` where one of them holds none.
fn share_name(a: &[usize], a_in: &Sentence, b: &[usize], b_in: &Sentence) -> Option<bool> {
    let a: Vec<_> = a.iter().filter_map(|&at| a_in.name_of(at)).collect();
    let b: Vec<_> = b.iter().filter_map(|&at| b_in.name_of(at)).collect();
    if a.is_empty() || b.is_empty() {
        return None;
    }
    Some(a.iter().any(|name| b.iter().any(|other| name.is_alias(other))))
}

/// "three workers".
fn counts_several(filler: &Filler, sentence: &Sentence) -> bool {
    is_plural(filler, sentence)
        && filler.core.iter().any(|&at| match sentence.parts.get(at) {
            Some(Part::Number(number)) => sentence.numbers[*number].value >= 2.0,
            _ => false,
        })
}

/// One name, and nothing that it is joined to: "the driver, Henrik Moe".
fn names_one(filler: &Filler, sentence: &Sentence) -> bool {
    let mut names: Vec<_> = filler
        .core
        .iter()
        .filter_map(|&at| match sentence.parts.get(at) {
            Some(Part::Name(name)) => Some(*name),
            _ => None,
        })
        .collect();
    names.dedup();
    names.len() == 1 && sentence.names[names[0]].words.len() > 1 && !is_plural(filler, sentence)
}

/// Whether both are counted, and otherwise.
fn numbers_differ(a: &Filler, a_in: &Sentence, b: &Filler, b_in: &Sentence) -> bool {
    let numbers = |filler: &Filler, sentence: &Sentence| -> Vec<usize> {
        let number = |&at: &usize| match sentence.parts.get(at) {
            Some(Part::Number(number)) => Some(*number),
            _ => None,
        };
        filler.core.iter().filter_map(number).collect()
    };
    let (x, y) = (numbers(a, a_in), numbers(b, b_in));
    !x.is_empty()
        && !y.is_empty()
        && !x.iter().any(|&i| y.iter().any(|&j| a_in.numbers[i].is_carried_by(&b_in.numbers[j])))
}
