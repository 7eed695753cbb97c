//! The documents of a run, and their positions in its input.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use gloss_host::InputFailure;
use gloss_io::{Input, ReadOptions, Reader};

use crate::Shard;
use crate::emitter::Watcher;
use crate::error::Result;
use crate::retry::Retry;

/// What a run reads.
#[derive(Clone, Debug)]
pub enum Documents {
    /// Inputs, or a shard of them.
    Inputs(Vec<Input>, Shard),
    /// The documents of a quarantine file.
    Retry(PathBuf),
}

/// A stream of documents.
pub type Stream = Box<dyn Iterator<Item = gloss_host::Input> + Send>;

impl Documents {
    /// Begins to read, behind the first `skip` documents; `settled` have had their outcome.
    ///
    /// # Errors
    /// When the quarantine file cannot be opened.
    pub fn open(
        self,
        read: ReadOptions,
        skip: u64,
        settled: u64,
        watcher: &mut dyn Watcher,
    ) -> Result<(Stream, Positions)> {
        match self {
            Documents::Inputs(inputs, shard) => {
                let mut reader = Reader::new(inputs, read);
                let documents = reader.progress().documents();
                watcher.begins(documents.map(|n| shard.share_of(n)), reader.progress());
                reader.skip_documents(skip.saturating_mul(shard.count()));
                let sharded = Sharded { reader, leave_out: shard.number() - 1, shard };
                Ok((Box::new(sharded), Positions::Shard(shard, settled)))
            }
            Documents::Retry(path) => {
                let listed = Listed::default();
                let mut retry = Retry::open(&path, read)?;
                for _ in 0..skip {
                    retry.next();
                }
                let positions = Positions::Listed(listed.clone(), settled - skip);
                Ok((
                    Box::new(retry.map(move |(position, item)| {
                        listed.push(position);
                        item
                    })),
                    positions,
                ))
            }
        }
    }
}

/// A document that could not be read, as the engine takes it.
pub fn unreadable(error: gloss_io::Error) -> InputFailure {
    InputFailure {
        code: error.kind.code().to_owned(),
        id: error.id,
        source: error.place,
        message: error.message,
        help: error.help,
    }
}

/// One shard of what is read.
struct Sharded {
    reader: Reader,
    shard: Shard,
    /// Documents of others before the next.
    leave_out: u64,
}

impl Iterator for Sharded {
    type Item = gloss_host::Input;

    fn next(&mut self) -> Option<gloss_host::Input> {
        if self.leave_out > 0 && self.reader.skip_documents(self.leave_out) < self.leave_out {
            return None;
        }
        self.leave_out = self.shard.count() - 1;
        Some(self.reader.next()?.map_err(unreadable))
    }
}

/// Positions that a stream tells as it reads.
#[derive(Clone, Debug, Default)]
pub struct Listed(Arc<Mutex<VecDeque<u64>>>);

impl Listed {
    fn push(&self, position: u64) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push_back(position);
    }

    fn first(&self) -> Option<u64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).front().copied()
    }

    fn pop(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    }
}

/// The positions of documents whose outcomes come, in their order.
#[derive(Debug)]
pub enum Positions {
    /// Of a shard, with how many have come.
    Shard(Shard, u64),
    /// As they are read, with how many come first that had their outcome before.
    Listed(Listed, u64),
}

impl Positions {
    /// The position of the document whose outcome comes next.
    pub fn peek(&mut self) -> u64 {
        match self {
            Positions::Shard(shard, number) => shard.position(*number),
            Positions::Listed(listed, before) => {
                while *before > 0 {
                    listed.pop();
                    *before -= 1;
                }
                // What has an outcome was read.
                listed.first().unwrap_or_default()
            }
        }
    }

    /// As [`Positions::peek`], and goes on to the next.
    pub fn next(&mut self) -> u64 {
        let position = self.peek();
        match self {
            Positions::Shard(_, number) => *number += 1,
            Positions::Listed(listed, _) => listed.pop(),
        }
        position
    }
}
