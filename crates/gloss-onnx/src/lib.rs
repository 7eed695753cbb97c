//! Runs encoders of Hugging Face folders whose weights are an ONNX file (<https://onnx.ai>), with `rten`.
//!
//! A folder has `config.json` and `tokenizer.json` as for `gloss-encoder`, which does all that is not the
//! network: tokens, windows, pooling, labels. The file is named as exporters name it (see [`file`]), and so
//! are its inputs and outputs.
//!
//! Sequences go through the network one at a time. So there is no padding, and the result of one depends on no
//! other; with 8 bits it would, for scales are taken over all that goes in together.
//!
//! An ONNX file is a program. What is wrong with it is an error, but how much memory it asks for while it runs
//! is its own choice.
//!
//! ```no_run
//! # fn main() -> Result<(), gloss_encoder::Error> {
//! use gloss_encoder::Settings;
//!
//! let model = gloss_onnx::load("my-model".as_ref(), &Settings::default())?;
//! let vectors = model.worker().embed(&["The cat sat on the mat."])?;
//! # Ok(())
//! # }
//! ```

mod file;
mod graph;

pub use file::{file, load};
