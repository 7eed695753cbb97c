//! Arbitrary text against the rules of a real tokenizer: the file that `GLOSS_SPACY_TOKENIZER` names, or
//! rules of the same kinds.

#![no_main]

use std::sync::LazyLock;

use gloss_spacy::fuzzing::Rules;

#[path = "../rules.rs"]
mod rules;

static RULES: LazyLock<Rules> = LazyLock::new(|| {
    let bytes = match std::env::var("GLOSS_SPACY_TOKENIZER") {
        Ok(path) => std::fs::read(path).expect("GLOSS_SPACY_TOKENIZER names a file"),
        Err(_) => rules::file(&rules::PATTERNS, &rules::EXCEPTIONS),
    };
    Rules::read(&bytes).expect("a tokenizer's rules")
});

libfuzzer_sys::fuzz_target!(
    // The automata are built first, which takes longer than any text may.
    init: assert!(RULES.check("a (b)")),
    |text: &str| assert!(RULES.check(text), "no pattern gives up here")
);
