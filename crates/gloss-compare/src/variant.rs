//! From documents with layers to variants: which layer is meant, and what of it is compared.

mod builder;
mod choose;
mod classes;
mod layers;
mod targets;
mod texts;
mod token_vectors;

pub use builder::VariantBuilder;
pub use choose::{Wanted, choose, choose_from_one};
pub use layers::{LayerFacts, Layers};
pub use texts::SharedTexts;
pub use token_vectors::token_vectors;
