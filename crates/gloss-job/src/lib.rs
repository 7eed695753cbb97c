//! A run of a pipeline with its files.
//!
//! Results go to an output file that appears when it is whole, documents that fail to a quarantine
//! file, and what is needed to repeat the run to its record. Until the run is whole a journal beside
//! the output says how far it came, so that it can be gone on with after it was ended at any instant:
//! outcomes come in the order of the input, so the number of documents that are settled says it all.
//! A run can take one shard of the input, or the documents of a quarantine file, and the files of all
//! shards can be merged into those of one run.
//!
//! Prints nothing and handles no signals.

mod changes;
mod clock;
mod counts;
mod documents;
mod emitter;
mod ending;
mod error;
mod identity;
mod job;
mod journal;
mod merge;
mod opening;
mod quarantine;
mod record;
mod retry;
mod roles;
mod shard;
mod states;

pub use documents::{Documents, unreadable};
pub use emitter::Watcher;
pub use error::{Error, ErrorKind, Result};
pub use identity::Identity;
pub use job::{Destination, Ended, Job, JobOptions, Kept, OpenWriter, Opened, Start};
pub use merge::{Merged, Whole, merge};
pub use record::{JobRecord, ShardRecord};
pub use shard::Shard;
