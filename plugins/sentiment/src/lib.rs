//! Sentiment by VADER as a Gloss plugin.
