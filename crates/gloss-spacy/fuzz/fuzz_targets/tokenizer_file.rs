//! Arbitrary tokenizer files: arbitrary bytes, or patterns and exceptions cut at U+0001. The last piece
//! is the text.

#![no_main]

use gloss_spacy::fuzzing::Rules;

#[path = "../rules.rs"]
mod rules;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = Rules::read(bytes);
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut pieces: Vec<&str> = text.split('\u{1}').collect();
    let text = pieces.pop().unwrap_or_default();
    let exceptions = pieces.split_off(pieces.len().min(rules::NAMES.len()));
    let exceptions: Vec<Vec<&str>> =
        exceptions.iter().map(|exception| exception.split('\u{2}').collect()).collect();
    let exceptions: Vec<&[&str]> = exceptions.iter().map(Vec::as_slice).collect();
    if let Some(rules) = Rules::read(&rules::file(&pieces, &exceptions)) {
        rules.check(text);
    }
});
