//! The host's half of process isolation: a plugin, run by a child process. That is `gloss-worker` with
//! the same library that the host could load, or a [`Program`] that is the plugin itself.
//!
//! A [`RemoteExtractor`] is described and planned in a child that ends afterwards. Loading it gives
//! a [`RemoteInstance`], whose [`RemoteWorker`]s are one child process each. What a plugin can do to
//! its own process (crash, hang, eat memory, print, call `exit`) it does to the child: the batch
//! fails with a [`Failure`](gloss_boundary::Failure) that says what happened, and the next worker is
//! a new child. What comes back is checked as pushes in process are.
//!
//! A [`RemoteCorpus`] is what an extractor that must see every document first has seen in a run, and
//! what it found.
//!
//! Isolation contains faults, not malice: the child has the user's rights. Unix only.

mod child;
mod corpus;
mod exit;
mod extractor;
mod files;
mod health;
mod instance;
mod memory;
mod output;
mod program;
mod stream;
mod worker;

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub use corpus::RemoteCorpus;
pub use extractor::{RemoteExtractor, extractors};
pub use files::FileStates;
pub use instance::RemoteInstance;
pub use program::Program;
pub use worker::RemoteWorker;

/// A mutex whose holders cannot leave the data inconsistent when they panic.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What it takes to start children that load plugin libraries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runtime {
    /// The program `gloss-worker`. Never searched for.
    pub worker: PathBuf,
}

/// What a child may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest time for one batch; a child that does not answer within it is killed.
    pub timeout: Duration,
    /// The most memory in bytes; a child that uses more is killed.
    pub memory: Option<u64>,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { timeout: Duration::from_secs(300), memory: None }
    }
}
