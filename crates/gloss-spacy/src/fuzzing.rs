//! What the fuzz targets reach of this crate's inside. Not part of its interface.

use crate::error::Error;
use crate::lexeme::Norms;
use crate::lookups::Lookups;
use crate::msgpack::Reader;
use crate::ruler::Ruler;
use crate::symbols::Symbols;
use crate::thinc::Model;
use crate::tokenizer::{ChunkCache, Tokenizer};
use crate::transition::read_moves;
use crate::vectors::{Table, Vectors};
use crate::watch::Watch;

/// Reads a `model` file and all that is in it.
pub fn model(bytes: &[u8]) {
    if let Ok(root) = Reader::parse(bytes, "model") {
        visit(&root, 0);
    }
    let Ok(model) = Model::parse(bytes, "model") else { return };
    let _ = (model.reference("lower"), model.reference("upper"));
    for node in &model.nodes {
        for name in ["E", "W", "G", "b", "pad"] {
            if let Ok(array) = node.parameter(name, "model") {
                assert_eq!(array.data.len(), array.shape.iter().product::<usize>());
                let _ = (array.sizes::<2>("model"), array.expect(&[1, 2], "model"));
            }
        }
        for name in ["column", "seed", "window_size"] {
            if let Ok(value) = node.attribute(name, "model") {
                let _ = (value.integer(), value.size());
            }
        }
    }
}

/// Asks a value for everything, and what is in it.
fn visit(value: &Reader<'_>, depth: usize) {
    let _ = (value.string().ok(), value.signed().ok(), value.boolean().ok(), value.is_nil());
    let _ = value.unpack().map(|inner| {
        if depth < 8 {
            visit(&inner, depth + 1)
        }
    });
    if depth == 8 {
        return;
    }
    for item in value.items().into_iter().flatten() {
        visit(&item, depth + 1);
    }
    for (key, value) in value.entries().into_iter().flatten() {
        visit(&key, depth + 1);
        visit(&value, depth + 1);
    }
}

/// Reads the other files in MessagePack, and word vectors.
pub fn tables(bytes: &[u8]) {
    let _ = (Norms::read(bytes, "norms"), read_moves(bytes, "moves"));
    if let Ok(lookups) = Lookups::read(bytes.to_vec(), "lookups") {
        lookups.lookup(7).map(str::len);
        for tables in (0..256).filter_map(|pos| lookups.pos(pos)) {
            let _ = lookups.is_base(tables, "a");
            let _ = lookups.exceptions(tables, "a").map(str::len).sum::<usize>();
            let _ = tables.rules.iter().map(|&(old, _)| lookups.text(old).len()).sum::<usize>();
        }
    }
    let _ = Ruler::read(bytes, "patterns", Default::default(), &mut Symbols::default());
    let _ = crate::ruler::labels_set(bytes, "patterns");
    let (table, keys) = bytes.split_at(bytes.len() / 2);
    for keys in [keys, &[0x81, 7, 0]] {
        let table = Table { content: table, len: table.len() as u64, file: "vectors" };
        if let Ok(vectors) = Vectors::read(table, (keys.to_vec(), "key2row")) {
            let width = vectors.width;
            assert!((0..256).filter_map(|id| vectors.get(id)).all(|found| found.len() == width));
        }
    }
}

/// Reads a `config.cfg`, and decides what runs.
pub fn config(text: &str) {
    crate::pipeline::check_config(text);
}

/// A tokenizer's rules.
pub struct Rules(Tokenizer);

impl Rules {
    /// Reads a `tokenizer` file.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        Tokenizer::read(bytes, "tokenizer").ok().map(Self)
    }

    /// Tokenizes a text twice. Whether it could be.
    ///
    /// # Panics
    /// If the tokens do not tile the text, or a second time are others.
    #[must_use]
    pub fn check(&self, text: &str) -> bool {
        let (mut cache, mut tokens, mut again) = (ChunkCache::default(), Vec::new(), Vec::new());
        let gave_up = |done: Result<(), Error>| match done {
            Ok(()) => false,
            Err(Error::Pattern { .. }) => true,
            Err(other) => panic!("{other}"),
        };
        if gave_up(self.0.tokenize(text, &mut cache, &mut tokens, Watch::never())) {
            return false;
        }
        assert!(!gave_up(self.0.tokenize(text, &mut cache, &mut again, Watch::never())));
        assert_eq!(tokens, again);
        let mut end = 0;
        for token in &tokens {
            assert!(token.start == end && token.start < token.end);
            assert!(text.get(token.start..token.end).is_some());
            end = token.end + usize::from(token.spacy);
            assert!(!token.spacy || text[token.end..].starts_with(' '));
        }
        assert_eq!(end, text.len());
        true
    }
}
