//! Arbitrary bytes as files with other tools' annotations; the first byte picks the format.

#![no_main]

use gloss_io::{AnnotationOptions, ConllUnit, ReadOptions};

#[path = "../read.rs"]
#[allow(dead_code)]
mod read;

const FORMATS: [&str; 8] =
    ["conll", "conllu", "spacy-json", "docbin", "prodigy", "label-studio", "json", "jsonl"];

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((first, bytes)) = bytes.split_first() else { return };
    let (format, variant) = (usize::from(*first) % 9, first / 128);
    let annotations = AnnotationOptions {
        unit: if variant == 0 { ConllUnit::Document } else { ConllUnit::Sentence },
        predictions: variant == 1,
        ..AnnotationOptions::default()
    };
    let Some(format) = FORMATS.get(format) else {
        // The text ends where its annotations begin.
        let split = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
        let annotations = bytes.get(split + 1..).unwrap_or_default();
        return read::read_brat(&bytes[..split], annotations);
    };
    let format = Some(format.parse().expect("a format"));
    read::read("any", bytes, &ReadOptions { format, annotations, ..ReadOptions::default() });
});
