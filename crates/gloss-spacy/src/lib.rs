//! Runs trained spaCy CNN pipelines without Python, with spaCy's output.
//!
//! Reads the folder that `nlp.to_disk` of spaCy 3 (MIT licence) writes, and gives what the pipeline
//! gives in spaCy 3.8: tokens with tags, parts of speech, morphology and lemmas, dependencies,
//! sentences, noun chunks and entities. Only what is wanted is loaded and computed. The arithmetic is
//! `f32`, as spaCy's is; a decision whose best two scores differ by less than rounding may therefore
//! differ, as it does between spaCy on two kinds of processor.
//!
//! ```no_run
//! # fn main() -> Result<(), gloss_spacy::Error> {
//! use gloss_spacy::{Pipeline, Scratch, Settings};
//!
//! let pipeline = Pipeline::load("en_core_web_sm".as_ref(), &Settings::default())?;
//! let mut scratch = Scratch::new(&pipeline);
//! let text = "Ada Lovelace lived in London.";
//! let analysis = pipeline.analyze(text, &mut scratch)?;
//! for token in 0..analysis.tokens().len() {
//!     let _ = (analysis.word(token), analysis.pos(token), analysis.lemma(token));
//! }
//! for entity in analysis.entities() {
//!     let _ = (&text[entity.start..entity.end], &pipeline.labels()[entity.label]);
//! }
//! # Ok(())
//! # }
//! ```

mod annotations;
mod characters;
mod classifier;
mod config;
mod error;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod lemmatizer;
mod lexeme;
mod lookups;
mod matrix;
mod morphology;
mod msgpack;
mod ner;
mod noun_chunks;
mod parser;
mod pattern;
mod pipeline;
mod ruler;
mod settings;
mod strings;
mod symbols;
mod tables;
mod thinc;
mod tok2vec;
mod tokenizer;
mod transition;
mod vectors;
mod watch;

pub use error::Error;
pub use gloss_kernels::Kernels;
pub use pipeline::{Analysis, Entity, ModelInfo, Pipeline, Scratch};
pub use settings::{Parts, Sentences, Settings};
pub use tokenizer::Token;
