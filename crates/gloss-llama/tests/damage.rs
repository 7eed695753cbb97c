//! Files that are cut, or that lie: each gets an error that names the place.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Tiny, WIDTH};
use gloss_llama::Model;

/// The error of a file of these bytes.
fn error(bytes: &[u8]) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.gguf");
    std::fs::write(&path, bytes).unwrap();
    Model::load(&path).err().map(|error| error.to_string())
}

fn check(change: impl FnOnce(&mut Tiny), parts: &[&str]) {
    let mut tiny = Tiny::new();
    change(&mut tiny);
    let error = error(&tiny.bytes()).unwrap_or_else(|| panic!("no error, but {parts:?}"));
    for part in parts {
        assert!(error.contains(part), "{part:?} is not in {error}");
    }
}

#[test]
fn a_whole_file_is_read_and_a_cut_one_is_not() {
    let bytes = Tiny::new().bytes();
    assert_eq!(error(&bytes), None);
    for length in (0..bytes.len()).step_by(509).chain([3, 4, 8, 23, bytes.len() - 1]) {
        assert!(error(&bytes[..length]).is_some(), "{length} of {}", bytes.len());
    }
}

#[test]
fn counts_and_lengths_beyond_the_file_are_refused_without_room_for_them() {
    let bytes = Tiny::new().bytes();
    // The numbers of tensors and fields, and the length of the first name.
    for (at, part) in
        [(8, "number of tensors"), (16, "number of metadata"), (24, "length of a text")]
    {
        for count in [u64::MAX, 1 << 40, bytes.len() as u64] {
            let mut bytes = bytes.clone();
            bytes[at..at + 8].copy_from_slice(&count.to_le_bytes());
            let error = error(&bytes).unwrap();
            assert!(error.contains(part), "{error}");
        }
    }
}

#[test]
fn bytes_that_changed_do_no_harm() {
    let bytes = Tiny::new().bytes();
    let mut seed = 3;
    for _ in 0..300 {
        let mut bytes = bytes.clone();
        for _ in 0..3 {
            let at = common::random(&mut seed) as usize % 9000;
            bytes[at] = common::random(&mut seed) as u8;
        }
        // Whether it is an error or a model with other weights: no panic, and no endless room.
        let _ = error(&bytes);
    }
}

#[test]
fn what_does_not_fit_is_named() {
    let tensor = |tiny: &Tiny, name: &str| {
        tiny.tensors.iter().position(|(other, ..)| other == name).unwrap()
    };
    check(|tiny| tiny.text("general.architecture", "mamba"), &["architecture", "mamba"]);
    check(|tiny| tiny.text("tokenizer.ggml.model", "llama"), &["vocabulary", "llama"]);
    check(|tiny| tiny.text("tokenizer.ggml.pre", "elsewhere"), &["elsewhere"]);
    check(|tiny| tiny.text("llama.block_count", "two"), &["llama.block_count", "whole number"]);
    check(|tiny| tiny.whole("llama.block_count", 3), &["blk.2.attn_norm.weight"]);
    check(|tiny| tiny.whole("llama.block_count", u32::MAX), &["llama.block_count", "1000"]);
    check(|tiny| tiny.whole("llama.attention.head_count", 3), &["llama.attention.head_count"]);
    check(|tiny| tiny.whole("llama.attention.head_count_kv", 0), &["heads"]);
    check(|tiny| tiny.whole("llama.embedding_length", 64), &["should be 64 by"]);
    check(|tiny| tiny.whole("tokenizer.ggml.eos_token_id", 9999), &["eos_token_id", "9999"]);
    check(|tiny| tiny.text("tokenizer.chat_template", "{% if %}"), &["chat_template"]);
    check(|tiny| tiny.fields.retain(|field| field.0 != "tokenizer.ggml.merges"), &["merges"]);
    check(|tiny| drop(tiny.tensors.pop()), &["output_norm.weight"]);
    check(
        |tiny| {
            let at = tensor(tiny, "token_embd.weight");
            tiny.tensors[at].1[1] -= 1;
        },
        &["token_embd.weight", &format!("should be {WIDTH} by")],
    );
    check(|tiny| tiny.tensors[1].1 = vec![u64::MAX, 3], &["blk.0.attn_norm.weight", "too large"]);
    check(|tiny| tiny.tensors[1].1 = vec![1 << 40], &["blk.0.attn_norm.weight"]);
    check(|tiny| tiny.tensors[1].2 = 99, &["number format 99"]);
    check(
        |tiny| {
            let copy = tiny.tensors[1].clone();
            tiny.tensors.push(copy);
        },
        &["two tensors"],
    );
}
