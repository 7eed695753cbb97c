//! Whether what a clause says of who did what to whom is what the source says.

mod likeness;
mod roles;

use crate::analysis::Sentence;
use crate::frames::Frame;
use crate::lexicon::VerbForm;
use crate::source::Source;
use crate::tags::{Tag, within};
use likeness::Likeness;

/// A frame in its sentence.
#[derive(Clone, Copy)]
pub struct Event<'s> {
    pub sentence: &'s Sentence,
    pub frame: &'s Frame,
}

impl<'s> Event<'s> {
    fn term(&self) -> &'s str {
        &self.sentence.words[self.frame.verb].term
    }

    /// The word as it stands.
    pub fn word(&self) -> &'s str {
        &self.sentence.words[self.frame.verb].lower
    }
}

/// What is wrong with a frame, from the least to the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    None,
    /// Somebody or something else fills a role.
    Filler,
    /// Who does it and to whom it is done have changed places.
    Swap,
    /// It is denied where the source asserts it, or the reverse.
    Polarity,
}

/// Deeds whose noun has behind "of" whom or what they are done to, and never who does them.
const OBJECTIVE: &str = "detain arrest captur releas destroy assassin murder kill elect appoint dismiss close sell purchas acquir steal rescu deport expel remov invad occupi abolish suspend approv reject convict execut defeat seiz discov deliv reduc prosecut restor conceal";

/// Words for anybody.
const PERSONS: &str = "man men woman women person people suspect suspects victim victims individual individuals figure figures others member members";

/// Verbs by which somebody takes over what another has said.
const ADMITTING: &str = "admit confirm acknowledg conced";

/// Compares frames of a summary with those of a source.
#[derive(Clone, Copy)]
pub struct Judge<'s> {
    pub source: &'s Source<'s>,
    /// The sentences that carry the clause, and those beside them.
    pub window: &'s [Sentence],
    pub around: &'s [Sentence],
}

impl<'s> Judge<'s> {
    /// What is wrong with a frame in the light of the source's, each of which may be the one meant.
    pub fn fault(&self, event: Event<'_>) -> Fault {
        let verb = self.source.lexicon.verb(event.word()) != VerbForm::default();
        if !verb && !event.frame.event && event.word() != "according" {
            return Fault::None;
        }
        if self.is_done_to_a_stranger(event) {
            return Fault::Filler;
        }
        let same = |other: &Event<'_>| other.term() == event.term();
        let verb = |other: &Event<'_>| same(other) && other.frame.event == event.frame.event;
        let alike = |other: &Event<'_>| {
            same(other) || self.source.lexicon.synonyms(other.term(), event.term())
        };
        let best = |which: &dyn Fn(&Event<'_>) -> bool| {
            events(self.window)
                .filter(|other| which(other))
                .map(|other| self.compare(event, other))
                .min()
        };
        // Verbs of saying stand for one another, so the nearest word is not the one meant.
        let nearest = if self.source.lexicon.synonyms(event.term(), "say") {
            None
        } else {
            best(&verb).or_else(|| best(&same))
        };
        // "called for" and "called on" are different verbs: another one that fits well is better.
        let fits = |other: &Event<'_>| {
            let told = other.frame.asserted || !event.frame.asserted;
            told && alike(other)
                && self.shares_role(event, *other)
                && self.compare(event, *other) == Fault::None
        };
        match nearest {
            Some(Fault::Filler) if events(self.window).any(|other| fits(&other)) => Fault::None,
            // "his capture" leaves open whose, and may not hide what the document says of the detention.
            _ => nearest
                .or_else(|| best(&alike).max(self.in_document(event)))
                .unwrap_or_else(|| self.without_frame(event)),
        }
    }

    fn compare(&self, event: Event<'_>, other: Event<'_>) -> Fault {
        let roles = self.roles(event, other);
        let told = other.frame.asserted || !event.frame.asserted;
        let verbs = !event.frame.event && !other.frame.event;
        let same = other.term() == event.term();
        let differs = event.frame.negated != other.frame.negated;
        if roles == Fault::None && verbs && told && same && differs {
            Fault::Polarity
        } else {
            roles
        }
    }

    /// "the detention of the ambassador", where the document has no word for an ambassador.
    fn is_done_to_a_stranger(&self, event: Event<'_>) -> bool {
        let filler = if event.frame.event { &event.frame.of } else { &event.frame.patient };
        within(OBJECTIVE, event.term())
            && filler.as_ref().is_some_and(|filler| {
                let head = event.sentence.words.get(filler.head).map_or("", |word| &word.lower);
                event.sentence.tags.get(filler.head) == Some(&Tag::Noun)
                    && event.frame.event
                    && !within(PERSONS, head)
                    && self.is_new(filler, event.sentence)
            })
    }

    /// What the whole document says of an event that the sentences that carry the clause do not have.
    fn in_document(&self, event: Event<'_>) -> Option<Fault> {
        let all = events(&self.source.sentences).filter(|other| other.term() == event.term());
        if event.frame.event { all.map(|other| self.roles(event, other)).min() } else { None }
    }

    /// The source has no such frame. It may say the opposite.
    fn without_frame(&self, event: Event<'_>) -> Fault {
        let said = self.window.iter().flat_map(|s| &s.words).any(|word| {
            word.term == event.term() || self.source.lexicon.synonyms(&word.term, event.term())
        });
        let opposite = |other: &Event<'_>| {
            self.source.lexicon.opposites(event.term(), other.term())
                && event.frame.negated == other.frame.negated
                && self.roles(event, *other) == Fault::None
        };
        let beside = |other: Event<'_>| opposite(&other) && self.may_share_agent(event, other);
        if said {
            Fault::None
        } else if events(self.window).any(|other| opposite(&other))
            || events(self.around).any(beside)
        {
            Fault::Polarity
        } else {
            Fault::None
        }
    }

    fn shares_role(&self, event: Event<'_>, other: Event<'_>) -> bool {
        let (a, b) = (event.frame, other.frame);
        let alike = [
            self.like(event, &a.agent, other, &b.agent),
            self.like(event, &a.patient, other, &b.patient),
        ];
        alike.contains(&Some(Likeness::Same))
    }

    /// Whether the agents may be the same.
    fn may_share_agent(&self, event: Event<'_>, other: Event<'_>) -> bool {
        match self.like(event, &event.frame.agent, other, &other.frame.agent) {
            Some(Likeness::Same) => true,
            // "The company disputed that" is no admission of anybody's.
            Some(Likeness::Overlap | Likeness::Open) => within(ADMITTING, event.term()),
            _ => false,
        }
    }
}

fn events(sentences: &[Sentence]) -> impl Iterator<Item = Event<'_>> {
    sentences
        .iter()
        .flat_map(|sentence| sentence.frames.iter().map(move |frame| Event { sentence, frame }))
}
