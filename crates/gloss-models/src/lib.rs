//! The model store of Gloss: a catalogue, verified downloads, a cache, offline use.
//!
//! [`Store::resolve`] turns a model's name, or a local folder's path, into files on this machine and
//! never touches the network. [`Store::fetch`] gets what is missing from the first source that serves
//! files with the catalogue's hashes; nothing else ever becomes visible in the store. For a model without
//! hashes in the catalogue, the first fetch records them, and a [`Lock`] beside a pipeline keeps them.

mod catalogue;
mod digest;
mod download;
mod error;
mod error_kind;
mod fetch;
mod local;
mod lock;
mod progress;
mod publish;
mod receipt;
mod replace;
mod source;
mod store;
mod unpack;
mod wheel;

pub use catalogue::{Catalogue, Entry, ModelFile, UnpinnedFile};
pub use error::{Error, Result, SourceFailure};
pub use error_kind::ErrorKind;
pub use lock::{Lock, LockedModel};
pub use progress::Progress;
pub use source::Source;
pub use store::{Listed, ResolvedModel, State, Store, StoreOptions};
