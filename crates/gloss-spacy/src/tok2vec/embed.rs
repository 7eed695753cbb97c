//! `spacy.MultiHashEmbed.v2`, mixed, with a bounded cache per distinct word.

use std::sync::Arc;

use hashbrown::HashMap;

use super::{Shape, Tok2Vec, Words};
use crate::error::Error;
use crate::lexeme::Attribute;
use crate::matrix::Affine;
use crate::strings::embedding_keys;
use crate::thinc::Model;
use crate::tokenizer::Token;
use crate::vectors::Vectors;

/// The cache starts again before it would hold more rows than this (unless one window needs more).
const MAX_ROWS: usize = 32_768;
/// The cache starts again when its keys take more bytes than this.
const MAX_KEY_BYTES: usize = 4 << 20;
/// Words are mixed in groups of this many, which bounds the buffer.
const GROUP: usize = 64;

/// The hash embedding of one attribute.
#[derive(Debug)]
pub(super) struct Table {
    attribute: Attribute,
    seed: u32,
    rows: usize,
    pub(super) width: usize,
    values: Vec<f32>,
}

/// Word vectors of the vocabulary, turned by one linear layer without bias.
#[derive(Debug)]
pub(super) struct StaticVectors {
    table: Arc<Vectors>,
    layer: Affine,
}

impl StaticVectors {
    pub(super) fn read(
        model: &Model<'_>,
        shape: &Shape,
        vectors: Option<&Arc<Vectors>>,
    ) -> Result<Option<Self>, Error> {
        let file = model.file;
        let mut nodes = model.named("static_vectors");
        let (node, table) = match (nodes.next(), nodes.next(), vectors) {
            (None, ..) if !shape.static_vectors => return Ok(None),
            (Some(node), None, Some(table)) if shape.static_vectors => (node, table),
            _ => {
                let reason = "its static_vectors layers are not those that config.cfg states";
                return Err(Error::invalid(file, "nodes", reason));
            }
        };
        let weights = node.parameter("W", file)?;
        let [outputs, _] = weights.sizes::<2>(file)?;
        weights.expect(&[outputs, table.width], file)?;
        let rows: Vec<usize> = (0..outputs).collect();
        let layer = Affine::from_rows(table.width, &rows, &weights.data, None);
        Ok(Some(Self { table: table.clone(), layer }))
    }

    /// How many numbers it adds to a token's input.
    pub(super) fn width(&self) -> usize {
        self.layer.outputs
    }
}

/// Reads the tables in the order of their columns.
pub(super) fn read_tables(model: &Model<'_>, shape: &Shape) -> Result<Vec<Table>, Error> {
    let file = model.file;
    let nodes: Vec<_> = model.named("hashembed").collect();
    if nodes.len() != shape.attributes.len() || nodes.is_empty() {
        let reason = format!(
            "{} hashembed layers, but config.cfg lists {} attributes",
            nodes.len(),
            shape.attributes.len()
        );
        return Err(Error::invalid(file, "nodes", reason));
    }
    let table = |(column, node): (usize, &&crate::thinc::Node<'_>)| {
        let stated = node.attribute("column", file)?;
        if stated.size()? != column {
            return Err(stated.error(format!("column {column} was expected here")));
        }
        let name = &shape.attributes[column];
        let attribute = Attribute::parse(name)
            .ok_or_else(|| Error::unsupported("config.cfg", format!("the attribute {name}")))?;
        let seed = node.attribute("seed", file)?;
        let seed = u32::try_from(seed.integer()?).map_err(|_| seed.error("not of 32 bits"))?;
        let values = node.parameter("E", file)?;
        let [rows, width] = values.sizes::<2>(file)?;
        if width != shape.width || u32::try_from(rows).is_err() {
            values.expect(&[rows, shape.width], file)?;
            return Err(Error::invalid(file, "hashembed.E", "too many rows"));
        }
        Ok(Table { attribute, seed, rows, width, values: values.data })
    };
    nodes.iter().enumerate().map(table).collect()
}

impl Table {
    /// Adds the four rows of a value to `out`.
    fn add(&self, value: u64, out: &mut [f32]) {
        for key in embedding_keys(value, self.seed) {
            let row = key as usize % self.rows * self.width;
            for (sum, &x) in out.iter_mut().zip(&self.values[row..row + self.width]) {
                *sum += x;
            }
        }
    }
}

/// Mixed embeddings by word, norm and, where the model sees it, the space after the token.
#[derive(Debug, Default)]
pub(super) struct EmbedCache {
    ids: HashMap<Box<[u8]>, u32>,
    rows: Vec<f32>,
    key: Vec<u8>,
    key_bytes: usize,
    missing: Vec<(usize, u32)>,
    input: Vec<f32>,
    product: Vec<f32>,
    vectors: Vec<f32>,
}

impl EmbedCache {
    /// The row of an id that the last [`EmbedCache::look_up`] gave.
    pub(super) fn row(&self, id: u32, width: usize) -> &[f32] {
        &self.rows[id as usize * width..(id as usize + 1) * width]
    }

    /// Sets `ids` to the rows of the tokens, computing those that are missing.
    pub(super) fn look_up(
        &mut self,
        net: &Tok2Vec,
        words: &Words<'_>,
        tokens: &[Token],
        ids: &mut Vec<u32>,
    ) {
        if self.ids.len() + tokens.len() > MAX_ROWS || self.key_bytes > MAX_KEY_BYTES {
            self.ids = HashMap::new();
            self.rows.clear();
            self.key_bytes = 0;
        }
        let sees_space = net.tables.iter().any(|table| table.attribute == Attribute::Spacy);
        ids.clear();
        self.missing.clear();
        for (at, token) in tokens.iter().enumerate() {
            self.key.clear();
            self.key.extend_from_slice(&token.norm.to_le_bytes());
            self.key.push(u8::from(sees_space && token.spacy));
            self.key.extend_from_slice(words.word(token).as_bytes());
            let next = self.ids.len() as u32;
            let id = match self.ids.get(self.key.as_slice()) {
                Some(&id) => id,
                None => {
                    self.key_bytes += self.key.len();
                    self.ids.insert(self.key.as_slice().into(), next);
                    self.missing.push((at, next));
                    next
                }
            };
            ids.push(id);
        }
        self.rows.resize(self.ids.len() * net.width, 0.0);
        let missing = std::mem::take(&mut self.missing);
        for group in missing.chunks(GROUP) {
            self.mix(net, words, tokens, group);
        }
        self.missing = missing;
    }

    fn mix(&mut self, net: &Tok2Vec, words: &Words<'_>, tokens: &[Token], group: &[(usize, u32)]) {
        let inputs = net.mixer.affine.inputs;
        self.input.clear();
        self.input.resize(group.len() * inputs, 0.0);
        for (row, &(at, _)) in self.input.chunks_exact_mut(inputs).zip(group) {
            let mut rest = row;
            for table in &net.tables {
                let (here, after) = rest.split_at_mut(table.width);
                table.add(words.attribute(table.attribute, &tokens[at]), here);
                rest = after;
            }
        }
        if let Some(vectors) = &net.vectors {
            self.add_vectors(vectors, inputs, words, tokens, group);
        }
        net.mixer.affine.product(&self.input, inputs, group.len(), &mut self.product);
        // New rows have consecutive ids.
        let first = group.first().map_or(0, |&(_, id)| id as usize) * net.width;
        let out = &mut self.rows[first..first + group.len() * net.width];
        net.mixer.normalize(&mut self.product, out, false);
    }

    /// Fills the last columns of the input with the turned word vectors.
    fn add_vectors(
        &mut self,
        vectors: &StaticVectors,
        inputs: usize,
        words: &Words<'_>,
        tokens: &[Token],
        group: &[(usize, u32)],
    ) {
        let (width, turned) = (vectors.table.width, vectors.width());
        self.vectors.clear();
        self.vectors.resize(group.len() * width, 0.0);
        for (row, &(at, _)) in self.vectors.chunks_exact_mut(width).zip(group) {
            let id = words.attribute(Attribute::Orth, &tokens[at]);
            if let Some(vector) = vectors.table.get(id) {
                row.copy_from_slice(vector);
            }
        }
        vectors.layer.product(&self.vectors, width, group.len(), &mut self.product);
        let rows = self.input.chunks_exact_mut(inputs).zip(self.product.chunks_exact(turned));
        for (input, product) in rows {
            input[inputs - turned..].copy_from_slice(product);
        }
    }
}
