//! Stages that must see every document before they can answer.
//!
//! A pipeline with such stages runs in passes ([`Passes`]): a stage observes in one and annotates
//! in a later one. What it has seen in a run is its [`Observation`], which can be saved and merged
//! into that of another run, so that shards can be observed apart.

mod local;
mod observation;
mod passes;
mod saved;

pub use local::LocalCorpus;
pub use observation::{Observation, Observations};
pub use passes::{Pass, Passes, Role};
