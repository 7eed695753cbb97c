//! What the documents of a run hold, computed by reading them twice, in memory that does not grow
//! with their number.
//!
//! The first reading ([`Survey`]) finds which entities are the most frequent; the second
//! ([`Count`]) counts those exactly: where, when, in what tone, and with whom.

mod count;
mod days;
mod heavy_hitters;
mod layers;
mod mean;
mod pairs;
mod section;
mod survey;

pub use count::Count;
pub use days::Day;
pub use layers::Choice;
pub use mean::Mean;
pub use pairs::Pair;
pub use section::{
    CorpusSection, EntityDay, EntitySection, Group, LabelCount, LabelSection, LayerSection,
    NearDuplicates, SentimentScale, SentimentUnit,
};
pub use survey::{Limits, Survey};
