//! Sentence boundaries as a Gloss plugin.
