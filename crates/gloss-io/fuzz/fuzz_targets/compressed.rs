//! Arbitrary bytes as compressed lines.

#![no_main]

use gloss_io::ReadOptions;

#[path = "../read.rs"]
#[allow(dead_code)]
mod read;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    read::read("jsonl.gz", bytes, &ReadOptions::default());
    read::read("jsonl.zst", bytes, &ReadOptions::default());
});
