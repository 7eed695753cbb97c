//! Arbitrary bytes as each of the other files in MessagePack, and as word vectors.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| gloss_spacy::fuzzing::tables(bytes));
