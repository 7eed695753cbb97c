//! What a plugin pushes its annotations into. The host owns all of it.

use core::ffi::c_void;

use crate::{Failure, Status, Str, Value};

/// In the place of a document's number: the failure is of the whole batch.
pub const DOCUMENT_NONE: u32 = u32::MAX;

/// A stretch of the text.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// Byte offset of the first byte; on a character boundary.
    pub start: u32,
    /// Byte offset behind the last byte; on a character boundary, not before `start`.
    pub end: u32,
    /// Index into the labels of the layer's schema, or `NONE` where the schema has none.
    pub label: u32,
    /// Finite, or NaN for "none".
    pub score: f32,
}

/// A label of the document or of another annotation.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Class {
    /// Id of the annotation in the schema's target layer, or `NONE` for the document.
    pub target: u32,
    /// Index into the labels of the layer's schema.
    pub label: u32,
    /// Finite, or NaN for "none".
    pub score: f32,
}

/// A stretch of the document from which a text was made.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextSource {
    /// Byte offset of the first byte.
    pub start: u32,
    /// Byte offset behind the last byte.
    pub end: u32,
}

/// A text about the document or about another annotation.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Text {
    /// The text itself.
    pub text: Str,
    /// Stretches of the document it was made from; null when `source_count` is 0.
    pub sources: *const TextSource,
    /// Number of sources.
    pub source_count: u32,
    /// As in [`Class::target`].
    pub target: u32,
    /// Finite, or NaN for "none".
    pub score: f32,
}

/// A vector of the document or of another annotation.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Vector {
    /// The numbers, all finite.
    pub values: *const f32,
    /// How many; must equal the schema's dimension.
    pub dimension: u32,
    /// As in [`Class::target`].
    pub target: u32,
}

/// A labelled pair of annotations.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Relation {
    /// Id in the layer that the schema names as head.
    pub head: u32,
    /// Id in the layer that the schema names as tail.
    pub tail: u32,
    /// Index into the labels of the layer's schema, or `NONE` where the schema has none.
    pub label: u32,
    /// Finite, or NaN for "none".
    pub score: f32,
}

/// The host's sink for one call of `extract`; valid until that call returns. `[worker]`
///
/// `document` is the number of a document in the batch and `layer` the number of a layer in the
/// plan's `provides`. Ids are dense: the first annotation pushed into a layer of a document gets
/// 0, the next 1. A push takes `count` annotations, stores the id of the first in `first_id`
/// unless that is null, and stops at the first bad one: it returns [`Status::REJECTED`], the
/// document has failed, and every later push for it returns the same. The host copies everything.
///
/// Pushing into a layer that is not wanted is legal, checked, and kept from nobody but the plugin's time.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Output {
    /// Size of this struct in bytes.
    pub struct_size: u32,
    /// Handed back as the first argument of each function here.
    pub context: *mut c_void,
    /// Pushes spans.
    pub push_spans: Option<
        unsafe extern "C" fn(
            context: *mut c_void,
            document: u32,
            layer: u32,
            spans: *const Span,
            count: u32,
            first_id: *mut u32,
        ) -> Status,
    >,
    /// Pushes classes.
    pub push_classes: Option<
        unsafe extern "C" fn(
            context: *mut c_void,
            document: u32,
            layer: u32,
            classes: *const Class,
            count: u32,
            first_id: *mut u32,
        ) -> Status,
    >,
    /// Pushes texts.
    pub push_texts: Option<
        unsafe extern "C" fn(
            context: *mut c_void,
            document: u32,
            layer: u32,
            texts: *const Text,
            count: u32,
            first_id: *mut u32,
        ) -> Status,
    >,
    /// Pushes vectors.
    pub push_vectors: Option<
        unsafe extern "C" fn(
            context: *mut c_void,
            document: u32,
            layer: u32,
            vectors: *const Vector,
            count: u32,
            first_id: *mut u32,
        ) -> Status,
    >,
    /// Pushes relations. Their ends must have been pushed before, or stand in an input layer.
    pub push_relations: Option<
        unsafe extern "C" fn(
            context: *mut c_void,
            document: u32,
            layer: u32,
            relations: *const Relation,
            count: u32,
            first_id: *mut u32,
        ) -> Status,
    >,
    /// Sets attributes of the annotation `id`; [`Value::attribute`] says which each is. An
    /// attribute is set at most once for an annotation, and for ascending ids.
    pub set_attributes: Option<
        unsafe extern "C" fn(
            context: *mut c_void,
            document: u32,
            layer: u32,
            id: u32,
            values: *const Value,
            count: u32,
        ) -> Status,
    >,
    /// Attaches a remark to the document that its readers should see ("split into 3 windows").
    pub note:
        Option<unsafe extern "C" fn(context: *mut c_void, document: u32, message: Str) -> Status>,
    /// Makes the document's annotations visible. Nothing may be pushed for it afterwards, and it
    /// is never handed to this stage again. A document that is neither finished nor failed when
    /// `extract` returns OK has failed.
    pub finish: Option<unsafe extern "C" fn(context: *mut c_void, document: u32) -> Status>,
    /// Gives a document up, or with [`DOCUMENT_NONE`] says why the batch fails.
    pub fail: Option<
        unsafe extern "C" fn(
            context: *mut c_void,
            document: u32,
            failure: *const Failure,
        ) -> Status,
    >,
    /// 1 when the plugin should return [`Status::CANCELLED`] as soon as it can; cheap enough to be
    /// asked for every document.
    pub cancelled: Option<unsafe extern "C" fn(context: *mut c_void) -> u32>,
}
