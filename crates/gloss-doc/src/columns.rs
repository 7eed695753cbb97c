//! Annotations as columns: row number = annotation id.
//!
//! Columns are what the plugin interface lends, so a layer crosses it without being rewritten. A
//! column that the schema does not call for (labels of an unlabelled layer) is empty.

use crate::{AttributeType, Kind, LayerSchema};

/// "No such index" in a label or target column.
pub const NONE: u32 = u32::MAX;

/// Strings one after another, with `len + 1` offsets, as in an Arrow string column.
#[derive(Clone, Debug, PartialEq)]
pub struct Strings {
    /// `len + 1` byte offsets into `data`.
    pub offsets: Vec<u32>,
    /// All strings, concatenated.
    pub data: String,
}

impl Default for Strings {
    fn default() -> Strings {
        Strings { offsets: vec![0], data: String::new() }
    }
}

impl Strings {
    /// Appends a string; `false`, and nothing is appended, when the column would pass 4 GiB.
    pub fn push(&mut self, text: &str) -> bool {
        let Ok(end) = u32::try_from(self.data.len() + text.len()) else { return false };
        self.data.push_str(text);
        self.offsets.push(end);
        true
    }

    /// The string in row `i`; empty when there is no such row.
    #[must_use]
    pub fn get(&self, i: usize) -> &str {
        match (self.offsets.get(i), self.offsets.get(i + 1)) {
            (Some(&a), Some(&b)) => self.data.get(a as usize..b as usize).unwrap_or_default(),
            _ => "",
        }
    }

    /// Number of strings.
    #[must_use]
    pub fn len(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Stretches of the text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spans {
    /// Byte offset of the first byte.
    pub start: Vec<u32>,
    /// Byte offset behind the last byte.
    pub end: Vec<u32>,
    /// Index into the schema's labels; empty when it has none.
    pub label: Vec<u32>,
    /// NaN for "none"; empty when the schema has no score.
    pub score: Vec<f32>,
}

/// Labels of the document or of other annotations.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Classes {
    /// Id in the target layer, or [`NONE`] for the document.
    pub target: Vec<u32>,
    /// Index into the schema's labels.
    pub label: Vec<u32>,
    /// NaN for "none"; empty when the schema has no score.
    pub score: Vec<f32>,
}

/// Texts about the document or about other annotations.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Texts {
    /// Id in the target layer, or [`NONE`] for the document.
    pub target: Vec<u32>,
    /// The texts.
    pub text: Strings,
    /// For each text the stretches of the document that it was made from, as byte offsets.
    pub sources: Vec<Vec<(u32, u32)>>,
    /// NaN for "none"; empty when the schema has no score.
    pub score: Vec<f32>,
}

/// Vectors of one dimension.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Vectors {
    /// Id in the target layer, or [`NONE`] for the document.
    pub target: Vec<u32>,
    /// Row after row.
    pub values: Vec<f32>,
    /// Numbers in a row.
    pub dimension: u32,
}

/// Labelled pairs of annotations.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Relations {
    /// Id in the head layer.
    pub head: Vec<u32>,
    /// Id in the tail layer.
    pub tail: Vec<u32>,
    /// Index into the schema's labels; empty when it has none.
    pub label: Vec<u32>,
    /// NaN for "none"; empty when the schema has no score.
    pub score: Vec<f32>,
}

/// The annotations of a layer, by kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Annotations {
    /// Kind `spans`.
    Spans(Spans),
    /// Kind `classes`.
    Classes(Classes),
    /// Kind `texts`.
    Texts(Texts),
    /// Kind `vectors`.
    Vectors(Vectors),
    /// Kind `relations`.
    Relations(Relations),
}

impl Annotations {
    /// No annotations, of the schema's kind.
    #[must_use]
    pub fn empty(schema: &LayerSchema) -> Annotations {
        match schema.kind {
            Kind::Spans => Annotations::Spans(Spans::default()),
            Kind::Classes => Annotations::Classes(Classes::default()),
            Kind::Texts => Annotations::Texts(Texts::default()),
            Kind::Vectors => Annotations::Vectors(Vectors {
                dimension: schema.dimension.unwrap_or(0),
                ..Vectors::default()
            }),
            Kind::Relations => Annotations::Relations(Relations::default()),
        }
    }

    /// Number of annotations.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Annotations::Spans(a) => a.start.len(),
            Annotations::Classes(a) => a.target.len(),
            Annotations::Texts(a) => a.target.len(),
            Annotations::Vectors(a) => a.target.len(),
            Annotations::Relations(a) => a.head.len(),
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The values of one attribute, of the type that the schema states.
#[derive(Clone, Debug, PartialEq)]
pub enum AttributeValues {
    /// 0 or 1 a row.
    Bool(Vec<u8>),
    /// A number a row.
    Int(Vec<i64>),
    /// A number a row.
    Float(Vec<f64>),
    /// A string a row.
    String(Strings),
}

/// The values of one attribute over the rows of a layer. Rows behind the last that was set have no
/// value, so the column may be shorter than the layer.
#[derive(Clone, Debug, PartialEq)]
pub struct AttributeColumn {
    /// 1 where there is a value.
    pub valid: Vec<u8>,
    /// The values; where there is none, zero or empty.
    pub values: AttributeValues,
}

impl AttributeColumn {
    /// A column without rows.
    #[must_use]
    pub fn new(value_type: AttributeType) -> AttributeColumn {
        let values = match value_type {
            AttributeType::Bool => AttributeValues::Bool(Vec::new()),
            AttributeType::Int => AttributeValues::Int(Vec::new()),
            AttributeType::Float => AttributeValues::Float(Vec::new()),
            AttributeType::String => AttributeValues::String(Strings::default()),
        };
        AttributeColumn { valid: Vec::new(), values }
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.valid.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.valid.is_empty()
    }

    /// Appends rows without a value until there are `rows`.
    pub fn pad(&mut self, rows: usize) {
        while self.valid.len() < rows {
            self.valid.push(0);
            match &mut self.values {
                AttributeValues::Bool(v) => v.push(0),
                AttributeValues::Int(v) => v.push(0),
                AttributeValues::Float(v) => v.push(0.0),
                AttributeValues::String(v) => {
                    v.push("");
                }
            }
        }
    }
}
