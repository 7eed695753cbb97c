//! Whether what a clause says of who did what to whom is what the source says.

use crate::analysis::{Part, Sentence};
use crate::frames::{Filler, Frame};
use crate::lexicon::Lexicon;

/// A frame in its sentence.
#[derive(Clone, Copy)]
pub struct Event<'s> {
    pub sentence: &'s Sentence,
    pub frame: &'s Frame,
}

/// How two fillers stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Likeness {
    Same,
    /// They share words, but not the one that counts.
    Overlap,
    /// A pronoun, a description of somebody who has a name: it may be the same.
    Open,
    /// Names or numbers that differ.
    Different,
}

/// What is wrong with a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    None,
    /// Somebody else fills a role.
    Filler,
    /// Who does it and to whom it is done have changed places.
    Swap,
    /// It is denied where the source asserts it, or the reverse.
    Polarity,
}

/// Verbs that say the same when their roles change places.
const SYMMETRIC: [&str; 12] = [
    "meet", "marri", "talk", "cooper", "collabor", "negoti", "compar", "differ", "quarrel", "divorc", "fight", "merg",
];

impl Event<'_> {
    fn term(&self) -> &str {
        &self.sentence.words[self.frame.verb].term
    }

    /// The word as it stands.
    pub fn word(&self) -> &str {
        &self.sentence.words[self.frame.verb].lower
    }
}

/// The worst that can be said of a frame in the light of the source's, where each of them is a chance
/// to be right.
pub fn fault(event: Event<'_>, source: &[Event<'_>], lexicon: &Lexicon) -> Fault {
    let term = event.term();
    if lexicon.verb(event.word()) == crate::lexicon::VerbForm::default() && !event.frame.event && event.word() != "according" {
        return Fault::None;
    }
    let alike = source.iter().filter(|other| {
        let word = other.term();
        word == term || lexicon.synonyms(word, term)
    });
    let mut best: Option<Fault> = None;
    for other in alike {
        let roles = roles(event, *other, lexicon);
        let both_verbs = !event.frame.event && !other.frame.event;
        let polarity = both_verbs && event.frame.negated != other.frame.negated && other.term() == term;
        let fault = if roles == Fault::None && polarity { Fault::Polarity } else { roles };
        best = Some(best.map_or(fault, |best| best.min(fault)));
    }
    match best {
        Some(fault) => fault,
        None => opposite(event, source, lexicon),
    }
}

/// The source says the opposite, and nothing else of the kind.
fn opposite(event: Event<'_>, source: &[Event<'_>], lexicon: &Lexicon) -> Fault {
    let against = source.iter().any(|other| {
        lexicon.opposites(event.term(), other.term())
            && event.frame.negated == other.frame.negated
            && roles(event, *other, lexicon) == Fault::None
    });
    if against { Fault::Polarity } else { Fault::None }
}

fn roles(event: Event<'_>, other: Event<'_>, lexicon: &Lexicon) -> Fault {
    let like = |a: &Option<Filler>, b: &Option<Filler>| match (a, b) {
        (Some(a), Some(b)) => Some(likeness(a, event.sentence, b, other.sentence, lexicon)),
        _ => None,
    };
    let (a, b) = (event.frame, other.frame);
    match (a.event, b.event) {
        (false, false) => {
            let same = |x| matches!(x, Some(Likeness::Same | Likeness::Overlap));
            let (agents, patients) = (like(&a.agent, &b.agent), like(&a.patient, &b.patient));
            let crossed = [(like(&a.agent, &b.patient), agents), (like(&a.patient, &b.agent), patients)];
            let symmetric = SYMMETRIC.contains(&event.term());
            // "The airport closed" and "they closed the airport" say the same of the airport.
            let whole = a.patient.is_some() && b.patient.is_some() && b.agent.is_some();
            if whole && !symmetric && crossed.iter().any(|&(cross, own)| cross == Some(Likeness::Same) && !same(own)) {
                return Fault::Swap;
            }
            if [agents, patients].contains(&Some(Likeness::Different)) { Fault::Filler } else { Fault::None }
        }
        (true, false) => {
            // Of a deed with both roles, "of" names whom it was done to.
            let both = b.agent.is_some() && b.patient.as_ref().is_some_and(|p| !p.pronoun);
            let of = if both || b.agent.is_none() { like(&a.of, &b.patient) } else { like(&a.of, &b.agent) };
            let crossed = both && like(&a.of, &b.agent) == Some(Likeness::Same) && of != Some(Likeness::Same);
            let whose = [like(&a.whose, &b.agent), like(&a.whose, &b.patient)];
            let strange = whose.iter().flatten().count() > 0 && whose.iter().flatten().all(|l| *l == Likeness::Different);
            match () {
                () if crossed => Fault::Swap,
                () if of == Some(Likeness::Different) || strange => Fault::Filler,
                () => Fault::None,
            }
        }
        (false, true) => {
            let all = [like(&a.patient, &b.of), like(&a.agent, &b.agent)];
            if all.contains(&Some(Likeness::Different)) { Fault::Filler } else { Fault::None }
        }
        (true, true) => {
            let owned = [like(&a.of, &b.of), like(&a.of, &b.whose), like(&a.whose, &b.of), like(&a.whose, &b.whose)];
            let explicit: Vec<Likeness> = owned.into_iter().flatten().collect();
            let strange = !explicit.is_empty() && explicit.iter().all(|l| *l == Likeness::Different);
            if strange { Fault::Filler } else { Fault::None }
        }
    }
}

fn likeness(a: &Filler, a_in: &Sentence, b: &Filler, b_in: &Sentence, lexicon: &Lexicon) -> Likeness {
    if a.pronoun || b.pronoun {
        return Likeness::Open;
    }
    if share_name(&a.core, a_in, &b.core, b_in) == Some(true) {
        return Likeness::Same;
    }
    let differ = |x: &[usize], y: &[usize]| share_name(x, a_in, y, b_in) == Some(false);
    let heads = heads_alike(a, a_in, b, b_in, lexicon);
    if differ(&a.core, &b.core) {
        let crossed = share_name(&a.core, a_in, &b.linked, b_in) == Some(true)
            || share_name(&a.linked, a_in, &b.core, b_in) == Some(true);
        return if crossed { Likeness::Open } else { Likeness::Different };
    }
    if heads {
        if differ(&a.linked, &b.linked) || numbers_differ(a, a_in, b, b_in) {
            return Likeness::Different;
        }
        return Likeness::Same;
    }
    if numbers_differ(a, a_in, b, b_in) {
        return Likeness::Different;
    }
    let terms = |filler: &Filler, sentence: &Sentence| -> Vec<String> {
        filler.core.iter().map(|&at| sentence.words[at].term.clone()).collect()
    };
    let others = terms(b, b_in);
    if terms(a, a_in).iter().any(|term| others.contains(term)) { Likeness::Overlap } else { Likeness::Open }
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

fn heads_alike(a: &Filler, a_in: &Sentence, b: &Filler, b_in: &Sentence, lexicon: &Lexicon) -> bool {
    let (Some(x), Some(y)) = (a_in.words.get(a.head), b_in.words.get(b.head)) else { return false };
    let is_number = |sentence: &Sentence, at| matches!(sentence.parts.get(at), Some(Part::Number(_)));
    !is_number(a_in, a.head) && !is_number(b_in, b.head) && (x.term == y.term || lexicon.synonyms(&x.term, &y.term))
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
