//! What pairs of spans are to each other, and counts of it.

use serde::{Deserialize, Serialize};

use crate::corpus::Span;

/// What two paired spans have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// Bounds and label.
    Equal,
    /// The bounds alone: an error of type.
    OtherLabel,
    /// The label alone, the bounds overlap: an error of boundary.
    OtherBounds,
    /// Neither, the bounds overlap: an error of both.
    OtherBoth,
}

impl Relation {
    /// The relation of two spans that overlap.
    #[must_use]
    pub fn of(left: &Span, right: &Span) -> Relation {
        match (left.same_bounds(right), left.label == right.label) {
            (true, true) => Relation::Equal,
            (true, false) => Relation::OtherLabel,
            (false, true) => Relation::OtherBounds,
            (false, false) => Relation::OtherBoth,
        }
    }
}

/// Pairs by relation, and spans without a partner. All four schemes of scoring follow from it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tally<T = u32> {
    /// Pairs of equal bounds and label.
    pub equal: T,
    /// Pairs of equal bounds and another label: errors of type.
    pub other_label: T,
    /// Overlapping pairs of one label: errors of boundary.
    pub other_bounds: T,
    /// Overlapping pairs of other labels: errors of both.
    pub other_both: T,
    /// Spans of the left side (the gold) without a partner: missed.
    pub left_only: T,
    /// Spans of the right side without a partner: spurious.
    pub right_only: T,
}

impl Tally {
    pub(crate) fn add(&mut self, relation: Relation) {
        *match relation {
            Relation::Equal => &mut self.equal,
            Relation::OtherLabel => &mut self.other_label,
            Relation::OtherBounds => &mut self.other_bounds,
            Relation::OtherBoth => &mut self.other_both,
        } += 1;
    }

    /// Spans in which the sides differ: pairs that are not equal, and spans without a partner.
    #[must_use]
    pub fn differing(&self) -> u32 {
        self.other_label + self.other_bounds + self.other_both + self.left_only + self.right_only
    }
}

impl Tally<u64> {
    pub(crate) fn merge<T: Into<u64> + Copy>(&mut self, other: &Tally<T>) {
        self.equal += other.equal.into();
        self.other_label += other.other_label.into();
        self.other_bounds += other.other_bounds.into();
        self.other_both += other.other_both.into();
        self.left_only += other.left_only.into();
        self.right_only += other.right_only.into();
    }

    pub(crate) fn pairs(&self) -> u64 {
        self.equal + self.other_label + self.other_bounds + self.other_both
    }

    /// Spans of the left side.
    #[must_use]
    pub fn left(&self) -> u64 {
        self.pairs() + self.left_only
    }

    /// Spans of the right side.
    #[must_use]
    pub fn right(&self) -> u64 {
        self.pairs() + self.right_only
    }
}

/// Counts of one label. As in nervaluate, a label is looked at alone: a pair of two labels is a
/// missed span of the one and a spurious span of the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LabelTally {
    /// Pairs of equal bounds and this label.
    pub equal: u64,
    /// Overlapping pairs of this label.
    pub other_bounds: u64,
    /// Spans of the left side with this label.
    pub left: u64,
    /// Spans of the right side with this label.
    pub right: u64,
}
