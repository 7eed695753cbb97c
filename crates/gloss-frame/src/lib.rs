//! Frames: what a host and the process that runs a plugin for it send each other. The host also
//! keeps documents so between two passes over them.
//!
//! A frame is a short header and some buffers ([`Frame`]). Documents and annotations are columns
//! over all documents of a batch ([`Batch`], [`results`]); everything off the hot path is JSON
//! ([`message`]). Nothing in a frame is a pointer, all numbers are little-endian, and every length,
//! offset and string is checked when it is read: the other side may be broken.
//!
//! The document `docs/frames.md` is the specification. This crate knows nothing of processes.

mod batch;
mod error;
mod frame;
mod layer;
pub mod message;
mod numbers;
pub mod results;
mod stream;

pub use batch::{Batch, Inputs, encode_batch};
pub use error::FrameError;
pub use frame::{Frame, FrameHeader, FrameReader, FrameWriter, HEADER_SIZE, Kind, VERSION};
pub use layer::{get_layers, put_layers};
pub use stream::{ReadFrameError, read_frame};
