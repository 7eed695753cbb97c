//! `spacy.MultiHashEmbed.v2`, mixed.

use std::sync::Arc;

use gloss_kernels::{Affine, Kernels, row};

use super::{Shape, Tok2Vec, Words};
use crate::error::Error;
use crate::lexeme::Attribute;
use crate::strings::embedding_keys;
use crate::thinc::Model;
use crate::tokenizer::Token;
use crate::vectors::Vectors;

/// The hash embedding of one attribute.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) attribute: Attribute,
    seed: u32,
    rows: usize,
    pub(super) width: usize,
    /// Rows, padded.
    values: Vec<f32>,
}

/// Word vectors of the vocabulary, turned by one linear layer without bias.
#[derive(Debug)]
pub(super) struct StaticVectors {
    table: Arc<Vectors>,
    layer: Affine,
    width: usize,
}

impl StaticVectors {
    pub(super) fn read(
        model: &Model<'_>,
        shape: &Shape,
        vectors: Option<&Arc<Vectors>>,
        kernels: Kernels,
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
        let weight = |output: usize, input: usize| weights.data[output * table.width + input];
        let layer = Affine::new(kernels, (table.width, outputs), weight, |_| 0.0);
        Ok(Some(Self { table: table.clone(), layer, width: outputs }))
    }

    /// How many numbers it adds to a token's input.
    pub(super) fn width(&self) -> usize {
        self.width
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
        let mut padded = vec![0.0; rows * row(width)];
        for (to, from) in padded.chunks_exact_mut(row(width)).zip(values.data.chunks_exact(width)) {
            to[..width].copy_from_slice(from);
        }
        Ok(Table { attribute, seed, rows, width, values: padded })
    };
    nodes.iter().enumerate().map(table).collect()
}

impl Table {
    /// Sets `out` to the sum of the four rows of a value.
    fn embed(&self, value: u64, kernels: Kernels, out: &mut [f32]) {
        let stride = row(self.width);
        let rows = embedding_keys(value, self.seed).map(|key| {
            let start = key as usize % self.rows * stride;
            &self.values[start..start + stride]
        });
        kernels.maxout_of_sum(&rows, 1, out);
    }
}

/// Buffers for embedding some words.
#[derive(Debug, Default)]
pub(super) struct EmbedScratch {
    input: Vec<f32>,
    vectors: Vec<f32>,
    turned: Vec<f32>,
    product: Vec<f32>,
}

impl Tok2Vec {
    /// Sets `out` to the mixed embeddings of some tokens, row by row.
    pub(super) fn mix<'t>(
        &self,
        words: &Words<'_>,
        tokens: impl ExactSizeIterator<Item = &'t Token> + Clone,
        scratch: &mut EmbedScratch,
        out: &mut Vec<f32>,
    ) {
        let (inputs, count) = (self.mixer.affine.inputs(), tokens.len());
        let (stride, kernels) = (row(self.width), self.mixer.norm.kernels);
        scratch.input.resize(count * inputs, 0.0);
        for (input, token) in scratch.input.chunks_exact_mut(inputs).zip(tokens.clone()) {
            for (table, out) in self.tables.iter().zip(input.chunks_exact_mut(stride)) {
                table.embed(words.attribute(table.attribute, token), kernels, out);
            }
        }
        if let Some(vectors) = &self.vectors {
            vectors.add(words, tokens, inputs, scratch);
        }
        self.mixer.product(&scratch.input, inputs, count, &mut scratch.product);
        out.resize(count * stride, 0.0);
        self.mixer.norm.apply(&scratch.product, count, out, false);
    }
}

impl StaticVectors {
    /// Fills the last columns of the input with the turned word vectors.
    fn add<'t>(
        &self,
        words: &Words<'_>,
        tokens: impl ExactSizeIterator<Item = &'t Token>,
        inputs: usize,
        scratch: &mut EmbedScratch,
    ) {
        let (width, count) = (self.table.width, tokens.len());
        let EmbedScratch { input, vectors, turned, .. } = scratch;
        vectors.clear();
        vectors.resize(count * width, 0.0);
        for (row, token) in vectors.chunks_exact_mut(width).zip(tokens) {
            let id = words.attribute(Attribute::Orth, token);
            if let Some(vector) = self.table.get(id) {
                row.copy_from_slice(vector);
            }
        }
        self.layer.product(vectors, width, count, turned);
        let turned = turned.chunks_exact(self.layer.outputs());
        for (input, turned) in input.chunks_exact_mut(inputs).zip(turned) {
            input[inputs - turned.len()..].copy_from_slice(turned);
        }
    }
}
