//! Extractive summaries as a Gloss plugin.
