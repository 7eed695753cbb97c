//! Shared by the tests of this folder, none of which uses all of it.

#![allow(dead_code)]

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use gloss_doc::Document;
use gloss_io::{Error, Input, ReadOptions, Reader};

/// All that a reader gives.
pub fn items(inputs: Vec<Input>, options: &ReadOptions) -> Vec<Result<Document, Error>> {
    Reader::new(inputs, options.clone()).collect()
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).unwrap()
}
