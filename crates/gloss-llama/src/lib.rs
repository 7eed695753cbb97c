//! Runs language models of the Llama architecture from GGUF files, natively.
//!
//! Weights stay as few bits as they have in the file. What is generated depends on the prompt, the options and the
//! kind of processor alone: not on what a session saw before, nor on how many threads share the model.
//!
//! ```no_run
//! # fn main() -> Result<(), gloss_llama::Error> {
//! use gloss_llama::{Message, Model, Request, Sampling, Session};
//!
//! let model = Model::load("SmolLM2-135M-Instruct.Q4_1.gguf".as_ref())?;
//! let question = Message { role: "user", content: "What is the capital of France?" };
//! let prompt = model.chat().encode(model.tokenizer(), &[question])?;
//! let request =
//!     Request { prompt: &prompt, max_tokens: 40, sampling: &Sampling::default(), schema: None };
//! let answer = model.generate(&mut Session::default(), request, &mut || false)?;
//! println!("{}", answer.text);
//! # Ok(())
//! # }
//! ```

mod chat;
mod config;
mod constraint;
mod error;
mod format;
mod forward;
mod generation;
mod gguf;
mod linear;
mod metadata;
mod model;
mod sampling;
mod schema;
mod session;
mod tokenizer;

pub use chat::{Chat, Message};
pub use constraint::Misfit;
pub use error::Error;
pub use generation::{End, Generated, Request};
pub use gloss_kernels::{Kernels, Team};
pub use model::Model;
pub use sampling::Sampling;
pub use schema::Schema;
pub use session::Session;
pub use tokenizer::Tokenizer;
