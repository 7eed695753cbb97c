//! Runs BERT-family encoders from Hugging Face folders, natively.
//!
//! Reads `config.json`, `model.safetensors` and `tokenizer.json` of BERT, DistilBERT, RoBERTa, XLM-RoBERTa,
//! CamemBERT, ALBERT, ELECTRA, MPNet and DeBERTa v3 (v2 without a convolution), bare or with a head for
//! sequences or tokens, and what sentence-transformers saves beside them. Texts longer than the model's window
//! are cut into windows; nothing is cut off. A result depends neither on what else is in a call nor on the
//! number of threads. What computes numbers of tokens can be another's: [`Model::load_with`].
//!
//! ```no_run
//! # fn main() -> Result<(), gloss_encoder::Error> {
//! use gloss_encoder::{Model, Settings};
//!
//! let model = Model::load("all-MiniLM-L6-v2".as_ref(), &Settings::default())?;
//! let mut worker = model.worker();
//! let vectors = worker.embed(&["The cat sat on the mat.", "A dog barked."])?;
//! assert_eq!(vectors[0].len(), model.vector_size());
//! # Ok(())
//! # }
//! ```

mod adapter;
mod attention;
mod casing;
mod config;
mod depth;
mod embeddings;
mod encoder;
mod error;
mod folder;
mod head;
mod info;
mod layers;
mod model;
mod names;
mod network;
mod pooling;
mod recipe;
mod relative;
mod scores;
mod settings;
mod shared;
mod tensors;
mod tokenizer;
mod vocabulary;
mod weights;
mod windows;
mod worker;

pub use adapter::{Adapter, AdapterHead, HeadActivation, HeadKind};
pub use config::{ProblemType, Task};
pub use error::Error;
pub use gloss_kernels::Kernels;
pub use info::ModelInfo;
pub use model::Model;
pub use network::{Network, Output, Runner};
pub use scores::softmax;
pub use settings::{Pooling, Precision, Settings};
pub use tokenizer::Tokens;
pub use worker::{Classification, Embedding, Passage, Pooled, TokenLogits, TokenVectors, Worker};
