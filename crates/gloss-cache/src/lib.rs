//! Results of extractors in a SQLite file, which any number of processes may use at once.
//!
//! [`Cache`] is a [`ResultCache`](gloss_host::ResultCache) within a limit of bytes: what was not
//! used for longest goes first. Values are opaque here; whoever reads them checks them. [`contents`]
//! and [`clear`] are for people.
//!
//! The file is in WAL mode: a process that is killed leaves it whole, and readers wait for nobody.
//! For that it must lie on a disk of this machine, not on one that is shared over a network.

mod cache;
mod database;
mod error;
mod maintenance;

pub use cache::Cache;
pub use error::{Error, ErrorKind};
pub use maintenance::{Contents, Filter, Kept, clear, contents, path};

/// The limit where none is given: 2 GiB.
pub const DEFAULT_LIMIT: u64 = 2 << 30;
