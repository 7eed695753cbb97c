//! The host's half of the plugin interface, in safe types.
//!
//! A [`Plugin`] wraps an entry table, wherever it came from: a loaded library, or the same binary
//! in a plugin's own tests. An [`Instance`] is a loaded extractor, shared by threads; a [`Worker`]
//! belongs to one thread at a time and annotates batches. Every annotation is checked as it
//! arrives, against the text and the schema that the plugin declared; nothing that a plugin pushes
//! is trusted. Extractors that must see every document first are used through a [`State`] and the
//! [`Findings`] made of it.
//!
//! This is one of the few crates with `unsafe` code: it dereferences what plugins hand over.

#![allow(unsafe_code)]

mod collector;
mod corpus;
mod failure;
mod host_table;
mod instance;
mod lend;
mod plugin;
mod reply;
mod rule;
mod table;

pub use collector::{DocumentResult, LayerChecker, LayerData};
pub use corpus::{Findings, SaveError, State};
pub use failure::{Failure, FailureKind};
pub use host_table::log_record;
pub use instance::{BatchResult, Instance, Worker};
pub use lend::{DocumentView, MetadataValue};
pub use plugin::{EntryError, Extractor, Plugin};
pub use rule::Rule;

/// The version of the interface that this host speaks.
#[must_use]
pub fn abi_version() -> gloss_protocol::AbiVersion {
    gloss_protocol::AbiVersion {
        major: gloss_abi::ABI_MAJOR,
        minor: gloss_abi::ABI_MINOR,
        candidate: gloss_abi::ABI_CANDIDATE,
    }
}
