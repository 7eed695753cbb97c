//! The C interface between a Gloss host and its plugins: `#[repr(C)]` types and nothing else.
//!
//! Plugin authors do not use this crate: the crate `gloss-plugin` puts a safe trait over it. It is
//! for the two halves of the boundary and for plugins in other languages. The document
//! `docs/plugin-interface.md` is the specification; the comments here are its terms.
//!
//! # Conventions
//!
//! * **Strings** are UTF-8, borrowed, not NUL-terminated ([`Str`]).
//! * **Offsets** are bytes into the UTF-8 text of one document, `u32`.
//! * **Ownership**: nobody frees what the other side allocated. What is lent is valid until the
//!   call to which it was lent returns; a side that needs it longer copies it.
//! * **Tables** are append-only. The first field of each is its size in bytes as its maker knew
//!   it; a field that lies beyond that size is absent. Elements of arrays have no size of their
//!   own: the table that holds the array states their stride.
//! * **Threads**: each function says from which thread it may be called, with the words
//!   `[main]` (one thread at a time per plugin), `[any]` (any thread, concurrently), `[worker]`
//!   and `[state]` (the thread that holds the worker or the state at that moment).
//! * **Unwinding** must not cross the boundary in either direction.
//! * **Unknown values** of the number types here ([`Status`], [`Kind`], ...) are legal and mean "newer than I am".

#![no_std]
#![warn(missing_docs)]

mod batch;
mod corpus;
mod entry;
mod manifest;
mod output;
mod values;

pub use batch::{AttributeColumn, Batch, Document, Layer};
pub use corpus::{CORPUS_EXTENSION, Cancellation, Corpus, Sink};
pub use entry::{ENTRY_SYMBOL, Entry, Extractor, Host, MAGIC};
pub use manifest::{MANIFEST_MAGIC, MANIFEST_SECTION, Manifest};
pub use output::{Class, DOCUMENT_NONE, Output, Relation, Span, Text, TextSource, Vector};
pub use values::{
    Failure, FailureKind, Kind, LogLevel, NONE, Reply, Status, Str, Value, ValueKind,
};

/// Major version of the interface. A host refuses a plugin whose major differs from its own.
pub const ABI_MAJOR: u16 = 1;
/// Minor version of the interface: grows when tables grow. A host accepts a plugin of any minor.
pub const ABI_MINOR: u16 = 0;
/// Number of the release candidate; 0 once the interface is final. Candidates with different
/// numbers are incompatible with each other and with the final version.
pub const ABI_CANDIDATE: u16 = 2;
