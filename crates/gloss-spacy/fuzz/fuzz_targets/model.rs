//! Arbitrary bytes as thinc's `model` file.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| gloss_spacy::fuzzing::model(bytes));
