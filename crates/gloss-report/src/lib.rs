//! Reports on runs: what a run did, from its record; and what its documents hold, by reading them
//! twice in bounded memory.
//!
//! Pure: [`RunRecord`](gloss_host::RunRecord) and [`Document`](gloss_doc::Document)s in, a
//! [`Report`] out, and from that text for a terminal, a page, or JSON. Who calls opens the files.

mod chart;
mod corpus;
mod error;
mod format;
mod html;
mod prometheus;
mod report;
mod run;
mod terminal;
mod words;

pub use corpus::{
    Choice, CorpusSection, Count, Day, EntityDay, EntitySection, Group, LabelCount, LabelSection,
    LayerSection, Limits, Mean, NearDuplicates, Pair, SentimentScale, SentimentUnit, Survey,
};
pub use error::{Error, ErrorKind};
pub use html::html;
pub use prometheus::{Metrics, is_label_name, prometheus};
pub use report::Report;
#[cfg(feature = "schema")]
pub use report::schema;
pub use run::{RunSection, StageSection, SummarySection, read_record};
pub use terminal::terminal;
