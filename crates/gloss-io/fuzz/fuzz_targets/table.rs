//! Arbitrary bytes as CSV, with and without a header.

#![no_main]

use gloss_io::ReadOptions;

#[path = "../read.rs"]
#[allow(dead_code)]
mod read;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    read::read("csv", bytes, &ReadOptions::default());
    read::read("csv", bytes, &read::columns("1", false));
});
