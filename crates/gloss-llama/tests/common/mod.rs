//! Writes small models: random weights, and a vocabulary of bytes with a few merges.
#![allow(dead_code, clippy::unwrap_used)]

use std::path::{Path, PathBuf};

/// Sizes of the small models.
pub const WIDTH: usize = 32;
pub const INNER: usize = 64;
pub const LAYERS: usize = 2;

/// A model file in the making: fields and tensors can be changed before it is written.
pub struct Tiny {
    /// Name, type, and value without the type.
    pub fields: Vec<(String, u32, Vec<u8>)>,
    /// Name, dimensions, type, bytes.
    pub tensors: Vec<(String, Vec<u64>, u32, Vec<u8>)>,
}

fn text(text: &str) -> Vec<u8> {
    [&(text.len() as u64).to_le_bytes(), text.as_bytes()].concat()
}

fn list(kind: u32, values: impl ExactSizeIterator<Item = Vec<u8>>) -> Vec<u8> {
    let mut bytes = kind.to_le_bytes().to_vec();
    bytes.extend((values.len() as u64).to_le_bytes());
    values.for_each(|value| bytes.extend(value));
    bytes
}

/// Numbers that look random (splitmix64).
pub fn random(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *seed;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// The character that stands for a byte in a byte-level vocabulary.
fn character(byte: u8) -> char {
    let plain = |byte: &u8| matches!(byte, 33..=126 | 161..=172 | 174..=255);
    if plain(&byte) {
        return char::from(byte);
    }
    let before = (0..byte).filter(|byte| !plain(byte)).count() as u32;
    char::from_u32(256 + before).unwrap()
}

impl Tiny {
    pub fn new() -> Self {
        Self::of(WIDTH, INNER)
    }

    /// As [`Tiny::new`], of other sizes; two heads of half the width.
    pub fn of(width: usize, inner: usize) -> Self {
        let mut tiny = Self { fields: Vec::new(), tensors: Vec::new() };
        tiny.text("general.architecture", "llama");
        for (name, number) in [
            ("block_count", LAYERS),
            ("context_length", 4096),
            ("embedding_length", width),
            ("feed_forward_length", inner),
            ("attention.head_count", 2),
            ("attention.head_count_kv", 1),
        ] {
            tiny.whole(&format!("llama.{name}"), number as u32);
        }
        tiny.vocabulary();
        let mut seed = 7;
        let vocabulary = tiny.names().len();
        tiny.blocks("token_embd.weight", [width, vocabulary], 8, &mut seed);
        for at in 0..LAYERS {
            let name = |part: &str| format!("blk.{at}.{part}.weight");
            tiny.ones(&name("attn_norm"), width);
            tiny.blocks(&name("attn_q"), [width, width], 3, &mut seed);
            tiny.blocks(&name("attn_k"), [width, width / 2], 3, &mut seed);
            tiny.blocks(&name("attn_v"), [width, width / 2], 3, &mut seed);
            tiny.blocks(&name("attn_output"), [width, width], 3, &mut seed);
            tiny.ones(&name("ffn_norm"), width);
            tiny.blocks(&name("ffn_gate"), [width, inner], 3, &mut seed);
            tiny.blocks(&name("ffn_up"), [width, inner], 3, &mut seed);
            tiny.blocks(&name("ffn_down"), [inner, width], 3, &mut seed);
        }
        tiny.ones("output_norm.weight", width);
        tiny
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = (0..=255).map(|byte| character(byte).to_string()).collect();
        names.extend(["Ġt", "he", "Ġthe", "\":", ", "].map(|name| name.replace(' ', "Ġ")));
        names.extend(["<|im_start|>", "<|im_end|>"].map(str::to_owned));
        names
    }

    fn vocabulary(&mut self) {
        let names = self.names();
        let count = names.len();
        self.text("tokenizer.ggml.model", "gpt2");
        self.text("tokenizer.ggml.pre", "smollm");
        self.set("tokenizer.ggml.tokens", 9, list(8, names.iter().map(|name| text(name))));
        let kind = |at: usize| (if at + 2 < count { 1i32 } else { 3 }).to_le_bytes().to_vec();
        self.set("tokenizer.ggml.token_type", 9, list(5, (0..count).map(kind)));
        let merges = ["Ġ t", "h e", "Ġt he", "\" :", ", Ġ"];
        self.set("tokenizer.ggml.merges", 9, list(8, merges.iter().map(|merge| text(merge))));
        self.whole("tokenizer.ggml.eos_token_id", count as u32 - 1);
    }

    /// Sets a field, whether it is there or not.
    pub fn set(&mut self, name: &str, kind: u32, value: Vec<u8>) {
        self.fields.retain(|(other, ..)| other != name);
        self.fields.push((name.to_owned(), kind, value));
    }

    pub fn text(&mut self, name: &str, value: &str) {
        self.set(name, 8, text(value));
    }

    pub fn whole(&mut self, name: &str, value: u32) {
        self.set(name, 4, value.to_le_bytes().to_vec());
    }

    fn ones(&mut self, name: &str, width: usize) {
        let bytes = std::iter::repeat_n(1f32.to_le_bytes(), width).flatten().collect();
        self.tensors.push((name.to_owned(), vec![width as u64], 0, bytes));
    }

    /// Blocks of random quants: `Q8_0` with steps of 1/64, or `Q4_1` with steps of 1/16 from -1/2.
    fn blocks(&mut self, name: &str, [inputs, rows]: [usize; 2], kind: u32, seed: &mut u64) {
        let (head, quants): (&[u8], usize) =
            if kind == 8 { (&[0x00, 0x24], 32) } else { (&[0x00, 0x2C, 0x00, 0xB8], 16) };
        let mut bytes = Vec::new();
        for _ in 0..inputs * rows / 32 {
            bytes.extend_from_slice(head);
            bytes.extend((0..quants).map(|_| random(seed) as u8));
        }
        self.tensors.push((name.to_owned(), vec![inputs as u64, rows as u64], kind, bytes));
    }

    /// The file.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = b"GGUF".to_vec();
        bytes.extend(3u32.to_le_bytes());
        bytes.extend((self.tensors.len() as u64).to_le_bytes());
        bytes.extend((self.fields.len() as u64).to_le_bytes());
        for (name, kind, value) in &self.fields {
            bytes.extend(text(name));
            bytes.extend(kind.to_le_bytes());
            bytes.extend(value);
        }
        let mut offset = 0u64;
        for (name, sizes, kind, data) in &self.tensors {
            bytes.extend(text(name));
            bytes.extend((sizes.len() as u32).to_le_bytes());
            sizes.iter().for_each(|size| bytes.extend(size.to_le_bytes()));
            bytes.extend(kind.to_le_bytes());
            bytes.extend(offset.to_le_bytes());
            offset += (data.len() as u64).next_multiple_of(32);
        }
        for (.., data) in &self.tensors {
            bytes.resize(bytes.len().next_multiple_of(32), 0);
            bytes.extend(data);
        }
        bytes
    }

    /// Writes the file into a folder.
    pub fn write(&self, folder: &Path) -> PathBuf {
        let path = folder.join("tiny.gguf");
        std::fs::write(&path, self.bytes()).unwrap();
        path
    }
}
