//! Arbitrary bytes as texts, in Markdown too, in an encoding that is guessed too.

#![no_main]

use gloss_io::ReadOptions;

#[path = "../read.rs"]
#[allow(dead_code)]
mod read;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let options = ReadOptions { header: true, ..ReadOptions::default() };
    read::read("txt", bytes, &options);
    read::read("md", bytes, &options);
    let encoding = Some("detect".parse().expect("a label"));
    read::read("txt", bytes, &ReadOptions { encoding, ..options });
});
