//! What an extractor reads: documents, their metadata, and the layers that it requires.

#![allow(unsafe_code)]

use std::marker::PhantomData;
use std::ops::Range;
use std::slice;

use gloss_abi::{Kind, NONE, Str, ValueKind};

use crate::context::Shared;
use crate::table::element;
use crate::{Error, Result};

/// A lent string. The host promises UTF-8; checked where that is cheap, in debug builds.
///
/// # Safety
/// `text` is null or points to `len` bytes of UTF-8 that live as long as `'b`.
unsafe fn string<'b>(text: Str) -> &'b str {
    if text.ptr.is_null() {
        return "";
    }
    // SAFETY: stated above.
    unsafe {
        let bytes = slice::from_raw_parts(text.ptr, text.len);
        debug_assert!(str::from_utf8(bytes).is_ok());
        str::from_utf8_unchecked(bytes)
    }
}

/// # Safety
/// `items` is null or points to `count` items that live as long as `'b`.
unsafe fn items<'b, T>(items: *const T, count: usize) -> &'b [T] {
    // SAFETY: stated above.
    if items.is_null() { &[] } else { unsafe { slice::from_raw_parts(items, count) } }
}

/// Documents lent to one call.
#[derive(Clone, Copy)]
pub struct Batch<'b> {
    raw: &'b gloss_abi::Batch,
    shared: &'b Shared,
}

impl<'b> Batch<'b> {
    /// # Safety
    /// `raw` is a batch that the host lends for `'b`, made for the plan in `shared`.
    pub(crate) unsafe fn new(raw: &'b gloss_abi::Batch, shared: &'b Shared) -> Batch<'b> {
        Batch { raw, shared }
    }

    /// Number of documents, at least 1.
    #[must_use]
    pub fn len(&self) -> usize {
        self.raw.document_count as usize
    }

    /// Whether there is none; a host does not send such a batch.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The documents, in order.
    pub fn documents(&self) -> impl ExactSizeIterator<Item = Document<'b>> + use<'b> {
        let Batch { raw, shared } = *self;
        (0..self.len()).map(move |index| {
            // SAFETY: the host's count and stride.
            let document = unsafe { element(raw.documents, raw.document_size, index) };
            Document { raw: document, batch: raw, shared, index }
        })
    }
}

/// A metadata value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MetadataValue<'b> {
    /// The document has no such field.
    Null,
    /// A truth value.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A number.
    Float(f64),
    /// A text, or the JSON of an object or array.
    String(&'b str),
}

/// One document of a batch.
#[derive(Clone, Copy)]
pub struct Document<'b> {
    raw: gloss_abi::Document,
    batch: &'b gloss_abi::Batch,
    shared: &'b Shared,
    index: usize,
}

impl<'b> Document<'b> {
    /// Its number within the batch.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// Its id: unique within a run.
    #[must_use]
    pub fn id(&self) -> &'b str {
        // SAFETY: lent by the host.
        unsafe { string(self.raw.id) }
    }

    /// Its text.
    #[must_use]
    pub fn text(&self) -> &'b str {
        // SAFETY: lent by the host.
        unsafe { string(self.raw.text) }
    }

    /// The value of a metadata field that the plan names.
    ///
    /// # Errors
    /// When the plan does not name it.
    pub fn metadata(&self, field: &str) -> Result<MetadataValue<'b>> {
        let position = self.shared.plan.metadata.iter().position(|f| f == field);
        let position = position.ok_or_else(|| {
            Error::new(format!("the plan does not name the metadata field {field:?}"))
        })?;
        // SAFETY: the host lends one value for each field of the plan.
        let value = unsafe { element(self.raw.metadata, self.batch.value_size, position) };
        Ok(match value.kind {
            ValueKind::BOOL => MetadataValue::Bool(value.int != 0),
            ValueKind::INT => MetadataValue::Int(value.int),
            ValueKind::FLOAT => MetadataValue::Float(value.float),
            // SAFETY: lent by the host.
            ValueKind::STRING => MetadataValue::String(unsafe { string(value.string) }),
            _ => MetadataValue::Null,
        })
    }

    /// The layer that feeds the requirement of this type. An optional requirement that nothing
    /// feeds gives a layer without annotations.
    ///
    /// # Errors
    /// When the plan does not require such a layer.
    pub fn input(&self, layer_type: &str) -> Result<Input<'b>> {
        let requires = &self.shared.plan.requires;
        let position =
            requires.iter().position(|r| r.layer_type == layer_type).ok_or_else(|| {
                Error::new(format!("the plan does not require a layer of type {layer_type:?}"))
            })?;
        // SAFETY: the host lends one layer for each requirement of the plan.
        let raw = unsafe { element(self.raw.inputs, self.batch.layer_size, position) };
        let binding = self.shared.request.inputs.get(position).and_then(Option::as_ref);
        Ok(Input {
            raw,
            text: self.text(),
            labels: binding.map_or(&[], |b| &b.schema.labels),
            attributes: &requires[position].attributes,
            column_size: self.batch.column_size,
        })
    }
}

/// A layer of one document: annotations are numbered from 0.
#[derive(Clone, Copy)]
pub struct Input<'b> {
    raw: gloss_abi::Layer,
    text: &'b str,
    labels: &'b [String],
    attributes: &'b [String],
    column_size: u32,
}

impl<'b> Input<'b> {
    /// Number of annotations.
    #[must_use]
    pub fn len(&self) -> usize {
        self.raw.count as usize
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.raw.count == 0
    }

    /// The annotations, by id.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Annotation<'b>> + use<'b> {
        let layer = *self;
        (0..self.len()).map(move |id| Annotation { layer, id })
    }

    /// The annotation with this id.
    #[must_use]
    pub fn get(&self, id: usize) -> Option<Annotation<'b>> {
        (id < self.len()).then_some(Annotation { layer: *self, id })
    }

    fn column<T: Copy>(&self, column: *const T, id: usize) -> Option<T> {
        // SAFETY: null or a column of the host with `count` rows.
        unsafe { items(column, self.len()) }.get(id).copied()
    }

    /// The column of an attribute that the requirement names; `None` when the provider has none.
    ///
    /// # Errors
    /// When the requirement does not name the attribute.
    pub fn attribute(&self, name: &str) -> Result<Option<AttributeValues<'b>>> {
        let position = self.attributes.iter().position(|a| a == name).ok_or_else(|| {
            Error::new(format!("the requirement does not name the attribute {name:?}"))
        })?;
        if position >= self.raw.attribute_count as usize {
            return Ok(None);
        }
        // SAFETY: below the host's count.
        let column = unsafe { element(self.raw.attributes, self.column_size, position) };
        let present = column.kind != ValueKind::NULL;
        Ok(present.then_some(AttributeValues { column, rows: self.len(), _lent: PhantomData }))
    }
}

/// One annotation of a layer. What its kind does not have is `None` or empty.
#[derive(Clone, Copy)]
pub struct Annotation<'b> {
    layer: Input<'b>,
    id: usize,
}

impl<'b> Annotation<'b> {
    /// Its number within the layer, the one to refer to it by.
    #[must_use]
    pub fn id(&self) -> u32 {
        u32::try_from(self.id).unwrap_or(NONE)
    }

    /// Spans: byte offsets; an empty range at 0 for other kinds.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        let start = self.layer.column(self.layer.raw.start, self.id).unwrap_or(0);
        let end = self.layer.column(self.layer.raw.end, self.id).unwrap_or(0);
        start as usize..end as usize
    }

    /// Spans: the text that it covers. Texts: the text itself.
    #[must_use]
    pub fn text(&self) -> &'b str {
        let layer = &self.layer.raw;
        if layer.kind != Kind::TEXTS {
            return self.layer.text.get(self.range()).unwrap_or_default();
        }
        // SAFETY: a text column has `count + 1` offsets into its text.
        unsafe {
            let offsets: &[u32] = items(layer.text_offsets, self.layer.len() + 1);
            let (start, end) = (offsets[self.id] as usize, offsets[self.id + 1] as usize);
            string(Str { ptr: layer.text.add(start), len: end - start })
        }
    }

    /// The label, as the provider names it.
    #[must_use]
    pub fn label(&self) -> Option<&'b str> {
        let index = self.layer.column(self.layer.raw.label, self.id)?;
        self.layer.labels.get(index as usize).map(String::as_str)
    }

    /// The score.
    #[must_use]
    pub fn score(&self) -> Option<f32> {
        self.layer.column(self.layer.raw.score, self.id).filter(|s| !s.is_nan())
    }

    /// Classes, texts, vectors: the annotation that it speaks of; `None` for the document.
    #[must_use]
    pub fn target(&self) -> Option<u32> {
        self.layer.column(self.layer.raw.target, self.id).filter(|&t| t != NONE)
    }

    /// Relations: ids of the first and second annotation.
    #[must_use]
    pub fn ends(&self) -> Option<(u32, u32)> {
        let head = self.layer.column(self.layer.raw.head, self.id)?;
        Some((head, self.layer.column(self.layer.raw.tail, self.id)?))
    }

    /// Vectors: the numbers.
    #[must_use]
    pub fn vector(&self) -> &'b [f32] {
        let width = self.layer.raw.dimension as usize;
        // SAFETY: null or a column with `count * dimension` numbers.
        let all = unsafe { items(self.layer.raw.vector, self.layer.len() * width) };
        all.get(self.id * width..(self.id + 1) * width).unwrap_or_default()
    }
}

/// The values of one attribute; each function gives `None` where there is no value of that type.
#[derive(Clone, Copy)]
pub struct AttributeValues<'b> {
    column: gloss_abi::AttributeColumn,
    rows: usize,
    _lent: PhantomData<&'b ()>,
}

impl<'b> AttributeValues<'b> {
    /// # Safety
    /// `T` is the type of the values of columns of this kind.
    unsafe fn value<T: Copy>(&self, kind: ValueKind, id: u32) -> Option<T> {
        let id = id as usize;
        let present = self.column.kind == kind && id < self.rows;
        // SAFETY: a column has as many rows as its layer.
        unsafe {
            let valid: &[u8] = items(self.column.valid, self.rows);
            let values: &[T] = items(self.column.values.cast::<T>(), self.rows);
            (present && valid.get(id) != Some(&0)).then(|| values[id])
        }
    }

    /// The value of a truth attribute.
    #[must_use]
    pub fn bool(&self, id: u32) -> Option<bool> {
        // SAFETY: such columns hold bytes.
        unsafe { self.value::<u8>(ValueKind::BOOL, id).map(|b| b != 0) }
    }

    /// The value of an integer attribute.
    #[must_use]
    pub fn int(&self, id: u32) -> Option<i64> {
        // SAFETY: such columns hold `i64`.
        unsafe { self.value(ValueKind::INT, id) }
    }

    /// The value of a number attribute.
    #[must_use]
    pub fn float(&self, id: u32) -> Option<f64> {
        // SAFETY: such columns hold `f64`.
        unsafe { self.value(ValueKind::FLOAT, id) }
    }

    /// The value of a text attribute.
    #[must_use]
    pub fn string(&self, id: u32) -> Option<&'b str> {
        // SAFETY: such columns hold `rows + 1` offsets into `data`.
        unsafe {
            self.value::<u32>(ValueKind::STRING, id)?;
            let offsets: &[u32] = items(self.column.values.cast(), self.rows + 1);
            let (start, end) = (offsets[id as usize] as usize, offsets[id as usize + 1] as usize);
            Some(string(Str { ptr: self.column.data.add(start), len: end - start }))
        }
    }
}

#[cfg(test)]
mod tests;
