//! Arbitrary bytes as lines of JSON, documents and objects with any fields.

#![no_main]

use gloss_io::ReadOptions;

#[path = "../read.rs"]
#[allow(dead_code)]
mod read;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    read::read("jsonl", bytes, &ReadOptions::default());
    read::read("jsonl", bytes, &read::columns("a.b", true));
    let encoding = Some("utf-16le".parse().expect("a label"));
    read::read("jsonl", bytes, &ReadOptions { encoding, ..ReadOptions::default() });
});
