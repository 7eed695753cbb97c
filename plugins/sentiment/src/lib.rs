//! Sentiment by VADER as a Gloss plugin.

pub mod vader;
