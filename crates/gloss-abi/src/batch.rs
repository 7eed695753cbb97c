//! What the host lends to a call of `extract`: documents and the layers that the extractor requires.

use core::ffi::c_void;

use crate::{Kind, Str, Value, ValueKind};

/// Documents lent to one call of `extract`; valid until that call returns.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Batch {
    /// Size of this struct in bytes.
    pub struct_size: u32,
    /// Number of documents, at least 1.
    pub document_count: u32,
    /// Stride of `documents` in bytes: the size of a [`Document`] as the host knows it.
    pub document_size: u32,
    /// Stride of [`Document::inputs`] in bytes: the size of a [`Layer`] as the host knows it.
    pub layer_size: u32,
    /// Stride of [`Layer::attributes`] in bytes: the size of an [`AttributeColumn`].
    pub column_size: u32,
    /// Stride of [`Document::metadata`] in bytes: the size of a [`Value`].
    pub value_size: u32,
    /// The documents.
    pub documents: *const Document,
}

/// One document of a batch.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Document {
    /// The document's id: unique within a run, not empty.
    pub id: Str,
    /// The text: valid UTF-8, possibly empty, shorter than 4 GiB.
    pub text: Str,
    /// One value for each metadata field that the plan names, in its order; NULL kind where the
    /// document has no such field. Objects and arrays come as JSON text in a STRING.
    pub metadata: *const Value,
    /// One layer for each requirement of the plan, in its order. An optional requirement that
    /// nothing feeds has `kind` 0 and `count` 0.
    pub inputs: *const Layer,
}

/// One layer of one document, as columns of `count` rows; row number = annotation id.
///
/// A column is null where the kind has no such column. The layout of `text_offsets` and `text` is
/// that of an Arrow string column, so such columns can be lent as they are.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Layer {
    /// Which columns there are.
    pub kind: Kind,
    /// Number of annotations.
    pub count: u32,
    /// SPANS: byte offset of the first byte.
    pub start: *const u32,
    /// SPANS: byte offset behind the last byte.
    pub end: *const u32,
    /// SPANS, CLASSES, RELATIONS: index into the labels of the layer's schema, or `NONE`. Null where the schema has no labels.
    pub label: *const u32,
    /// The score, or NaN where there is none. Null where the schema has no score.
    pub score: *const f32,
    /// CLASSES, TEXTS, VECTORS: id of the annotation that is spoken of, in the layer that the
    /// schema names, or `NONE` for the document. Null where all are of the document.
    pub target: *const u32,
    /// RELATIONS: id of the first annotation.
    pub head: *const u32,
    /// RELATIONS: id of the second annotation.
    pub tail: *const u32,
    /// TEXTS: `count + 1` offsets into `text`.
    pub text_offsets: *const u32,
    /// TEXTS: the texts, one after another.
    pub text: *const u8,
    /// VECTORS: `count * dimension` numbers, row after row.
    pub vector: *const f32,
    /// VECTORS: numbers in a row.
    pub dimension: u32,
    /// Number of attribute columns: as many as the requirement names, in its order.
    pub attribute_count: u32,
    /// The attribute columns.
    pub attributes: *const AttributeColumn,
}

/// The values of one attribute over all rows of a layer.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct AttributeColumn {
    /// Type of the values; NULL kind when the column is absent (an optional attribute).
    pub kind: ValueKind,
    /// Zero; keeps the pointers aligned.
    pub reserved: u32,
    /// One byte a row, 1 where there is a value; null when every row has one.
    pub valid: *const u8,
    /// BOOL: `u8` a row; INT: `i64`; FLOAT: `f64`; STRING: `count + 1` offsets (`u32`) into `data`.
    pub values: *const c_void,
    /// STRING: the strings, one after another.
    pub data: *const u8,
}
