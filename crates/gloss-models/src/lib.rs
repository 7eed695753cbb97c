//! The model store of Gloss: a catalogue, verified downloads, a cache, offline use.
