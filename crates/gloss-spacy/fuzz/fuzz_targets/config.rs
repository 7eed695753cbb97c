//! Arbitrary text as `config.cfg`.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| gloss_spacy::fuzzing::config(text));
