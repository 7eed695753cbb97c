//! Spans: which of one side answers which of the other, and the scores that follow from it.

mod assignment;
mod components;
mod score;
mod tally;

pub use assignment::{Assigner, Matching};
pub use score::{Averages, LabelScore, Scheme, Scores, Standing};
pub use tally::{LabelTally, Relation, Tally};

pub(crate) use score::ratio;
