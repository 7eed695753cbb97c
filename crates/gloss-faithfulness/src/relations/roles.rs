//! Whether the roles of one frame are filled as those of another.

use super::likeness::{Likeness, is_common};
use super::{Event, Fault, Judge, OBJECTIVE};
use crate::frames::Filler;
use crate::tags::within;

/// Verbs that say the same when their roles change places.
const SYMMETRIC: &str =
    "meet marri talk cooper collabor negoti compar differ quarrel divorc fight merg";

impl Judge<'_> {
    /// What is wrong with who fills the roles of a frame.
    pub(super) fn roles(&self, event: Event<'_>, other: Event<'_>) -> Fault {
        match (event.frame.event, other.frame.event) {
            (false, false) => self.verbs(event, other),
            (true, false) => self.event_of_verb(event, other),
            (false, true) => {
                let (a, b) = (event.frame, other.frame);
                let all = [
                    self.like(event, &a.patient, other, &b.of),
                    self.like(event, &a.agent, other, &b.agent),
                ];
                fault_if(all.contains(&Some(Likeness::Different)))
            }
            (true, true) => {
                let (a, b) = (event.frame, other.frame);
                // "the firm's purchase of the ship": whose it is does it, and only "of" has what it is
                // done to.
                let whose = if a.of.is_some() { &None } else { &a.whose };
                let owners = [&a.of, whose].into_iter().flat_map(|x| [(x, &b.of), (x, &b.whose)]);
                let all: Vec<Likeness> =
                    owners.filter_map(|(x, y)| self.like(event, x, other, y)).collect();
                fault_if(!all.is_empty() && all.iter().all(|l| *l == Likeness::Different))
            }
        }
    }

    fn verbs(&self, event: Event<'_>, other: Event<'_>) -> Fault {
        let (a, b) = (event.frame, other.frame);
        let agents = self.like(event, &a.agent, other, &b.agent);
        let patients = self.like(event, &a.patient, other, &b.patient);
        let crossed = [
            (self.like(event, &a.agent, other, &b.patient), agents),
            (self.like(event, &a.patient, other, &b.agent), patients),
        ];
        let same = |like| matches!(like, Some(Likeness::Same | Likeness::Overlap));
        // "The airport closed" and "they closed the airport" say the same of the airport.
        let whole = a.patient.is_some() && b.patient.is_some() && b.agent.is_some();
        let symmetric = within(SYMMETRIC, event.term());
        if whole
            && !symmetric
            && crossed.iter().any(|&(cross, own)| cross == Some(Likeness::Same) && !same(own))
        {
            return Fault::Swap;
        }
        if a.agent.is_some() && !same(agents) && !symmetric && self.is_crossed_aside(event, other) {
            return Fault::Swap;
        }
        let elsewhere = self.places(event, other);
        fault_if(elsewhere || [agents, patients].contains(&Some(Likeness::Different)))
    }

    /// Whether who does it in the source stands behind a preposition here: "Japan accepted an offer from
    /// the agency" where the agency accepted Japan's; "the union complained to the firm" and the reverse.
    fn is_crossed_aside(&self, event: Event<'_>, other: Event<'_>) -> bool {
        let (Some(agent), Some(theirs)) = (&event.frame.agent, &other.frame.agent) else {
            return false;
        };
        let like = |a: &Filler, b: &Filler| {
            self.likeness(a, event.sentence, b, other.sentence) == Likeness::Same
        };
        event.frame.others.iter().any(|(at, filler)| {
            let directed = match event.sentence.words[*at].lower.as_str() {
                "from" | "by" | "against" => true,
                "to" | "with" => other.frame.others.iter().any(|(_, other)| like(agent, other)),
                _ => false,
            };
            directed && like(filler, theirs)
        })
    }

    /// Whether the same preposition has something else behind it.
    fn places(&self, event: Event<'_>, other: Event<'_>) -> bool {
        event.frame.others.iter().any(|(at, filler)| {
            let preposition = &event.sentence.words[*at].lower;
            let mut all = other
                .frame
                .others
                .iter()
                .filter(|(at, _)| other.sentence.words[*at].lower == *preposition)
                .map(|(_, b)| match self.likeness(filler, event.sentence, b, other.sentence) {
                    // "outside the embassy" where the source has "outside the prison".
                    Likeness::Open
                        if self.is_elsewhere(filler, event.sentence)
                            && is_common(b, other.sentence) =>
                    {
                        Likeness::Different
                    }
                    like => like,
                })
                .peekable();
            all.peek().is_some() && all.all(|like| like == Likeness::Different)
        })
    }

    fn event_of_verb(&self, event: Event<'_>, other: Event<'_>) -> Fault {
        let (a, b) = (event.frame, other.frame);
        let objective = within(OBJECTIVE, event.term());
        let of_agent = self.like(event, &a.of, other, &b.agent);
        let of_patient = self.like(event, &a.of, other, &b.patient);
        let both = b.agent.is_some() && b.patient.as_ref().is_some_and(|p| !p.pronoun);
        if objective
            && both
            && of_agent == Some(Likeness::Same)
            && of_patient != Some(Likeness::Same)
        {
            return Fault::Swap;
        }
        let of: Vec<Likeness> =
            if objective { vec![of_patient] } else { vec![of_agent, of_patient] }
                .into_iter()
                .flatten()
                .collect();
        let whose = [
            self.like(event, &a.whose, other, &b.agent),
            self.like(event, &a.whose, other, &b.patient),
        ];
        let whose: Vec<Likeness> = whose.into_iter().flatten().collect();
        let strange =
            |all: &[Likeness]| !all.is_empty() && all.iter().all(|l| *l == Likeness::Different);
        fault_if(strange(&of) || strange(&whose))
    }

    pub(super) fn like(
        &self,
        event: Event<'_>,
        a: &Option<Filler>,
        other: Event<'_>,
        b: &Option<Filler>,
    ) -> Option<Likeness> {
        match (a, b) {
            (Some(a), Some(b)) => {
                let like = self.likeness(a, event.sentence, b, other.sentence);
                // Of the deeds that it names, a source knows those whom they were done to.
                let strange =
                    event.frame.event && like == Likeness::Open && self.is_new(a, event.sentence);
                Some(if strange { Likeness::Different } else { like })
            }
            _ => None,
        }
    }
}

fn fault_if(wrong: bool) -> Fault {
    if wrong { Fault::Filler } else { Fault::None }
}
