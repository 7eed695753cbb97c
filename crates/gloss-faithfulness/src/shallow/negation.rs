//! Whether what a verb says is denied.

use super::Finder;
use crate::frames::Filler;
use crate::tags::Tag;

/// Verbs that say of what depends on them that it is not so.
pub const DENYING: [&str; 6] = ["refus", "fail", "declin", "deni", "avoid", "prevent"];

impl Finder<'_> {
    /// Whether what a verb says is said not to be so.
    pub(super) fn is_negated(
        &self,
        start: usize,
        at: usize,
        subject: Option<&Filler>,
        object: Option<&Filler>,
    ) -> bool {
        let tags = self.sentence.tags;
        let in_group = (start..at)
            .filter(|&i| {
                tags[i] == Tag::Negation
                    || self.word(i).lower.ends_with("n't")
                    || self.word(i).is("cannot")
            })
            .count();
        let fillers = [subject, object].into_iter().flatten().filter(|f| f.negative).count();
        let without = start > 0 && self.word(start - 1).is("without");
        let denied = self.is_denied(start);
        (in_group + fillers + usize::from(without) + usize::from(denied)) % 2 == 1
    }

    /// "refused to pay", "denied that it had paid".
    pub(super) fn is_denied(&self, start: usize) -> bool {
        let Some(last) = self.found.iter().rev().find(|frame| !frame.event) else { return false };
        if last.negated
            || !DENYING.contains(&self.word(last.verb).term.as_str())
            || last.verb >= start
        {
            return false;
        }
        let direct = last.verb + 1 == start;
        let that = (last.verb..start).any(|i| self.word(i).is("that"))
            && !(last.verb..start).any(|i| self.tag(i) == Some(Tag::Conjunction));
        direct || that
    }
}
