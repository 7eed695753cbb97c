//! Arbitrary bytes as Parquet.

#![no_main]

use gloss_io::ReadOptions;

#[path = "../read.rs"]
#[allow(dead_code)]
mod read;

libfuzzer_sys::fuzz_target!(init: read::let_readers_catch(), |bytes: &[u8]| {
    read::read("parquet", bytes, &ReadOptions::default());
});
