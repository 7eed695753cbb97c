//! Lending documents and layers: views of our columns in the shape that plugins read.

use std::ffi::c_void;
use std::ptr::{null, null_mut};

use gloss_abi::{AttributeColumn, Batch, Document, Kind, NONE, Str, Value, ValueKind};
use gloss_doc::{Annotations, AttributeValues, Layer};
use serde_json::Value as Json;

/// A metadata value of a document; objects and arrays come as JSON text.
#[derive(Clone, Debug, PartialEq)]
pub enum MetadataValue {
    /// The document has no such field, or it is null.
    Null,
    /// A truth value.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A finite number.
    Float(f64),
    /// A text, or the JSON of an object or array.
    String(String),
}

impl MetadataValue {
    /// What an extractor sees of a field of a document's metadata.
    #[must_use]
    pub fn of(value: Option<&Json>) -> MetadataValue {
        match value {
            None | Some(Json::Null) => MetadataValue::Null,
            Some(Json::Bool(b)) => MetadataValue::Bool(*b),
            Some(Json::Number(n)) => match (n.as_i64(), n.as_f64()) {
                (Some(int), _) => MetadataValue::Int(int),
                (None, Some(float)) => MetadataValue::Float(float),
                (None, None) => MetadataValue::Null,
            },
            Some(Json::String(text)) => MetadataValue::String(text.clone()),
            Some(other) => MetadataValue::String(other.to_string()),
        }
    }
}

/// A document as a stage sees it.
#[derive(Clone, Debug)]
pub struct DocumentView<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its text.
    pub text: &'a str,
    /// One value for each field that the plan names.
    pub metadata: Vec<MetadataValue>,
    /// One layer for each requirement; `None` only for optional ones.
    pub inputs: Vec<Option<&'a Layer>>,
}

/// The arrays behind a [`Batch`]; they borrow from the documents and must outlive its use.
pub struct Lent<'a> {
    documents: Vec<Document>,
    /// Never grow once filled: `documents` points into them.
    _layers: Vec<gloss_abi::Layer>,
    _columns: Vec<AttributeColumn>,
    _values: Vec<Value>,
    _borrowed: std::marker::PhantomData<&'a ()>,
}

impl<'a> Lent<'a> {
    /// Lends `views`; `attributes` says for each requirement which column feeds each of its attributes.
    pub fn new(views: &'a [DocumentView<'a>], attributes: &[Vec<Option<usize>>]) -> Lent<'a> {
        let column_count: usize = attributes.iter().map(Vec::len).sum();
        let value_count = views.first().map_or(0, |v| v.metadata.len());
        let mut layers = Vec::with_capacity(views.len() * attributes.len());
        let mut columns = Vec::with_capacity(views.len() * column_count);
        let mut values = Vec::with_capacity(views.len() * value_count);
        let mut documents = Vec::with_capacity(views.len());
        for view in views {
            // The capacities above make these positions stable.
            let metadata = values.as_ptr_range().end;
            values.extend(view.metadata.iter().take(value_count).map(lend_value));
            let inputs = layers.as_ptr_range().end;
            for (input, wanted) in view.inputs.iter().zip(attributes) {
                let first_column = columns.as_ptr_range().end;
                columns.extend(wanted.iter().map(|&i| lend_column(*input, i)));
                layers.push(gloss_abi::Layer {
                    attribute_count: u32::try_from(wanted.len()).unwrap_or(0),
                    attributes: first_column,
                    ..lend_layer(*input)
                });
            }
            documents.push(Document {
                id: Str::new(view.id),
                text: Str::new(view.text),
                metadata,
                inputs,
            });
        }
        Lent {
            documents,
            _layers: layers,
            _columns: columns,
            _values: values,
            _borrowed: std::marker::PhantomData,
        }
    }

    /// The table to hand to `extract`; valid while `self` is.
    pub fn batch(&self) -> Batch {
        Batch {
            struct_size: size_of::<Batch>() as u32,
            document_count: u32::try_from(self.documents.len()).unwrap_or(NONE),
            document_size: size_of::<Document>() as u32,
            layer_size: size_of::<gloss_abi::Layer>() as u32,
            column_size: size_of::<AttributeColumn>() as u32,
            value_size: size_of::<Value>() as u32,
            documents: self.documents.as_ptr(),
        }
    }
}

fn lend_value(value: &MetadataValue) -> Value {
    let empty =
        Value { kind: ValueKind::NULL, attribute: 0, int: 0, float: 0.0, string: Str::EMPTY };
    match value {
        MetadataValue::Null => empty,
        MetadataValue::Bool(b) => Value { kind: ValueKind::BOOL, int: i64::from(*b), ..empty },
        MetadataValue::Int(n) => Value { kind: ValueKind::INT, int: *n, ..empty },
        MetadataValue::Float(x) => Value { kind: ValueKind::FLOAT, float: *x, ..empty },
        MetadataValue::String(s) => Value { kind: ValueKind::STRING, string: Str::new(s), ..empty },
    }
}

fn empty_layer() -> gloss_abi::Layer {
    gloss_abi::Layer {
        kind: Kind(0),
        count: 0,
        start: null(),
        end: null(),
        label: null(),
        score: null(),
        target: null(),
        head: null(),
        tail: null(),
        text_offsets: null(),
        text: null(),
        vector: null(),
        dimension: 0,
        attribute_count: 0,
        attributes: null(),
    }
}

/// The column, or null when it is empty: a column that the schema does not call for.
fn column<T>(values: &[T]) -> *const T {
    if values.is_empty() { null() } else { values.as_ptr() }
}

fn lend_layer(layer: Option<&Layer>) -> gloss_abi::Layer {
    let Some(layer) = layer else { return empty_layer() };
    let count = u32::try_from(layer.annotations.len()).unwrap_or(NONE);
    let empty = gloss_abi::Layer { count, ..empty_layer() };
    match &layer.annotations {
        Annotations::Spans(a) => gloss_abi::Layer {
            kind: Kind::SPANS,
            start: column(&a.start),
            end: column(&a.end),
            label: column(&a.label),
            score: column(&a.score),
            ..empty
        },
        Annotations::Classes(a) => gloss_abi::Layer {
            kind: Kind::CLASSES,
            target: column(&a.target),
            label: column(&a.label),
            score: column(&a.score),
            ..empty
        },
        Annotations::Texts(a) => gloss_abi::Layer {
            kind: Kind::TEXTS,
            target: column(&a.target),
            text_offsets: column(&a.text.offsets),
            text: a.text.data.as_ptr(),
            score: column(&a.score),
            ..empty
        },
        Annotations::Vectors(a) => gloss_abi::Layer {
            kind: Kind::VECTORS,
            target: column(&a.target),
            vector: column(&a.values),
            dimension: a.dimension,
            ..empty
        },
        Annotations::Relations(a) => gloss_abi::Layer {
            kind: Kind::RELATIONS,
            head: column(&a.head),
            tail: column(&a.tail),
            label: column(&a.label),
            score: column(&a.score),
            ..empty
        },
    }
}

fn lend_column(layer: Option<&Layer>, index: Option<usize>) -> AttributeColumn {
    let absent = AttributeColumn {
        kind: ValueKind::NULL,
        reserved: 0,
        valid: null(),
        values: null_mut::<c_void>(),
        data: null(),
    };
    let found = layer.zip(index).and_then(|(l, i)| Some((l, l.attributes.get(i)?)));
    let Some((layer, column)) = found else { return absent };
    // A plugin reads as many rows as the layer has; a shorter column is never lent.
    if column.len() < layer.annotations.len() {
        return absent;
    }
    let valid = column.valid.as_ptr();
    match &column.values {
        AttributeValues::Bool(v) => {
            AttributeColumn { kind: ValueKind::BOOL, valid, values: v.as_ptr().cast(), ..absent }
        }
        AttributeValues::Int(v) => {
            AttributeColumn { kind: ValueKind::INT, valid, values: v.as_ptr().cast(), ..absent }
        }
        AttributeValues::Float(v) => {
            AttributeColumn { kind: ValueKind::FLOAT, valid, values: v.as_ptr().cast(), ..absent }
        }
        AttributeValues::String(v) => AttributeColumn {
            kind: ValueKind::STRING,
            valid,
            values: v.offsets.as_ptr().cast(),
            data: v.data.as_ptr(),
            ..absent
        },
    }
}
