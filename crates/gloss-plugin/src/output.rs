//! What an extractor pushes its annotations into.

#![allow(unsafe_code)]

use std::ops::Range;

use gloss_abi::{
    Class, DOCUMENT_NONE, Failure, NONE, Relation, Span, Status, Str, Text, TextSource, Value,
    ValueKind, Vector,
};
use gloss_doc::{AttributeType, LayerSchema};

use crate::context::Shared;
use crate::span_run::SpanRun;
use crate::{Error, Result};

/// Names a provided layer: by name, or by its position in the plan, which is faster.
pub trait LayerRef {
    #[doc(hidden)]
    fn position(&self, provides: &[LayerSchema]) -> Option<usize>;
}

impl LayerRef for &str {
    #[inline]
    fn position(&self, provides: &[LayerSchema]) -> Option<usize> {
        provides.iter().position(|p| p.name == *self)
    }
}

impl LayerRef for usize {
    #[inline]
    fn position(&self, provides: &[LayerSchema]) -> Option<usize> {
        (*self < provides.len()).then_some(*self)
    }
}

/// The sink of one call.
pub struct Output<'o> {
    raw: &'o gloss_abi::Output,
    shared: &'o Shared,
    run: &'o mut SpanRun,
}

impl<'o> Output<'o> {
    /// `run` must be empty: what is in it was of another call.
    pub(crate) fn new(
        raw: &'o gloss_abi::Output,
        shared: &'o Shared,
        run: &'o mut SpanRun,
    ) -> Output<'o> {
        Output { raw, shared, run }
    }

    /// The sink of one document, by its number in the batch.
    pub fn document(&mut self, index: usize) -> DocumentOutput<'_> {
        DocumentOutput {
            raw: self.raw,
            shared: self.shared,
            run: self.run,
            document: u32::try_from(index).unwrap_or(DOCUMENT_NONE),
        }
    }

    /// Whether to stop as soon as possible. Returning early is enough: what is not finished is
    /// given up.
    #[must_use]
    pub fn cancelled(&self) -> bool {
        // SAFETY: the host's function with its own context, on the thread of the call.
        self.raw.cancelled.is_some_and(|f| unsafe { f(self.raw.context) } != 0)
    }

    pub(crate) fn fail_batch(&mut self, error: &Error) {
        self.document(usize::MAX).fail(error);
    }
}

/// The sink of one document.
pub struct DocumentOutput<'o> {
    raw: &'o gloss_abi::Output,
    shared: &'o Shared,
    run: &'o mut SpanRun,
    document: u32,
}

impl DocumentOutput<'_> {
    /// Whether to stop as soon as possible; cheap. An extractor that works long on one document asks
    /// now and then, and returns [`Error::cancelled`]: the host discards what is not finished.
    #[must_use]
    pub fn cancelled(&self) -> bool {
        // SAFETY: the host's function with its own context, on the thread of the call.
        self.raw.cancelled.is_some_and(|f| unsafe { f(self.raw.context) } != 0)
    }

    /// Whether anybody wants this provided layer; if not, computing it is a waste.
    pub fn wants(&self, layer: impl LayerRef) -> bool {
        layer
            .position(&self.shared.plan.provides)
            .is_some_and(|i| self.shared.request.wanted.get(i).copied().unwrap_or(true))
    }

    /// Starts a span; `range` in bytes of the document's text.
    #[inline]
    pub fn span(&mut self, layer: impl LayerRef, range: Range<usize>) -> Push<'_> {
        self.start(layer, Item::Span(range))
    }

    /// Starts a class with one of the layer's labels.
    pub fn class(&mut self, layer: impl LayerRef, label: &str) -> Push<'_> {
        self.start(layer, Item::Class).label(label)
    }

    /// Starts a text.
    pub fn text<'p>(&'p mut self, layer: impl LayerRef, text: &'p str) -> Push<'p> {
        self.start(layer, Item::Text(text))
    }

    /// Starts a vector.
    pub fn vector<'p>(&'p mut self, layer: impl LayerRef, values: &'p [f32]) -> Push<'p> {
        self.start(layer, Item::Vector(values))
    }

    /// Starts a relation between two annotations.
    pub fn relation(&mut self, layer: impl LayerRef, head: u32, tail: u32) -> Push<'_> {
        self.start(layer, Item::Relation(head, tail))
    }

    /// Pushes many spans at once, labels as positions in the schema (`u32::MAX` for none) and
    /// scores NaN for none. Gives the id of the first; the others follow.
    ///
    /// # Errors
    /// When the host refuses one; the document has failed then.
    pub fn push_spans(&mut self, layer: impl LayerRef, spans: &[Span]) -> Result<u32> {
        let layer = self.layer(layer)?;
        self.run.flush(self.raw)?;
        push_spans(self.raw, self.document, layer, spans)
    }

    /// Attaches a remark to the document that its readers should see, such as "split into 3 windows".
    ///
    /// # Errors
    /// When the document is no longer open.
    pub fn note(&mut self, message: &str) -> Result<()> {
        self.run.flush(self.raw)?;
        let note = self.raw.note.ok_or_else(lacking)?;
        // SAFETY: the host's function; the string lives for the call.
        accepted(unsafe { note(self.raw.context, self.document, Str::new(message)) })
    }

    /// Makes the document's annotations visible. [`Extractor::extract`](crate::Extractor::extract)
    /// need not call it.
    ///
    /// # Errors
    /// When the document is no longer open for another reason than a refused push.
    pub fn finish(&mut self) -> Result<()> {
        let finish = self.raw.finish.ok_or_else(lacking)?;
        // A refusal, here and below, means that the document has failed already.
        let _ = self.run.flush(self.raw);
        // SAFETY: the host's function.
        unsafe { finish(self.raw.context, self.document) };
        Ok(())
    }

    /// Gives the document up. [`Extractor::extract`](crate::Extractor::extract) need not call it:
    /// returning the error is enough.
    pub fn fail(&mut self, error: &Error) {
        if error.rejected {
            return;
        }
        let failure = failure(error);
        if let Some(fail) = self.raw.fail {
            // SAFETY: the host's function; the failure lives for the call.
            unsafe { fail(self.raw.context, self.document, &raw const failure) };
        }
    }

    #[inline]
    fn start<'p>(&'p mut self, layer: impl LayerRef, item: Item<'p>) -> Push<'p> {
        let (layer, error) = match self.layer(layer) {
            Ok(layer) => (layer, None),
            Err(error) => (0, Some(error)),
        };
        Push {
            raw: self.raw,
            shared: self.shared,
            run: self.run,
            document: self.document,
            layer,
            item,
            label: NONE,
            score: f32::NAN,
            target: NONE,
            more: error.map(|error| Box::new(More { error: Some(error), ..More::default() })),
        }
    }

    #[inline]
    fn layer(&self, layer: impl LayerRef) -> Result<u32> {
        layer
            .position(&self.shared.plan.provides)
            .and_then(|i| u32::try_from(i).ok())
            .ok_or_else(|| Error::new("the plan does not provide the layer that was pushed into"))
    }
}

pub(crate) fn failure(error: &Error) -> Failure {
    Failure {
        struct_size: size_of::<Failure>() as u32,
        kind: error.kind,
        message: Str::new(&error.message),
        place: Str::new(&error.place),
        help: Str::new(&error.help),
    }
}

fn lacking() -> Error {
    Error::new("the host lacks a function of the interface")
}

/// Pushes spans at once and gives the id of the first, or of the next one when there is none.
pub(crate) fn push_spans(
    raw: &gloss_abi::Output,
    document: u32,
    layer: u32,
    spans: &[Span],
) -> Result<u32> {
    let count = u32::try_from(spans.len()).map_err(|_| Error::new("too many spans"))?;
    let push = raw.push_spans.ok_or_else(lacking)?;
    let mut id = NONE;
    // SAFETY: the host's function; everything lives for the call.
    let status = unsafe { push(raw.context, document, layer, spans.as_ptr(), count, &raw mut id) };
    accepted(status).map(|()| id)
}

fn accepted(status: Status) -> Result<()> {
    if status == Status::OK { Ok(()) } else { Err(Error::rejected()) }
}

enum Item<'p> {
    Span(Range<usize>),
    Class,
    Text(&'p str),
    Vector(&'p [f32]),
    Relation(u32, u32),
}

/// The value of an attribute; made from `bool`, `i64`, `f64` and `&str`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum AttributeValue<'p> {
    /// A truth value.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A finite number.
    Float(f64),
    /// A text.
    String(&'p str),
}

impl From<bool> for AttributeValue<'_> {
    fn from(value: bool) -> Self {
        AttributeValue::Bool(value)
    }
}

impl From<i64> for AttributeValue<'_> {
    fn from(value: i64) -> Self {
        AttributeValue::Int(value)
    }
}

impl From<f64> for AttributeValue<'_> {
    fn from(value: f64) -> Self {
        AttributeValue::Float(value)
    }
}

impl<'p> From<&'p str> for AttributeValue<'p> {
    fn from(value: &'p str) -> Self {
        AttributeValue::String(value)
    }
}

/// An annotation that is being described; nothing happens before [`Push::push`].
#[must_use = "nothing is pushed before `push` is called"]
pub struct Push<'p> {
    raw: &'p gloss_abi::Output,
    shared: &'p Shared,
    run: &'p mut SpanRun,
    document: u32,
    layer: u32,
    item: Item<'p>,
    label: u32,
    score: f32,
    target: u32,
    /// Boxed, so that the plain annotation, of which there are many, is small.
    more: Option<Box<More>>,
}

/// What most annotations do not have.
#[derive(Default)]
struct More {
    sources: Vec<TextSource>,
    attributes: Vec<Value>,
    error: Option<Error>,
}

impl<'p> Push<'p> {
    fn more(&mut self) -> &mut More {
        self.more.get_or_insert_default()
    }

    #[cold]
    fn set_error(&mut self, error: Error) {
        self.more().error.get_or_insert(error);
    }

    #[inline]
    fn schema(&self) -> Option<&'p LayerSchema> {
        self.shared.plan.provides.get(self.layer as usize)
    }

    /// The label, one of those that the layer declares.
    #[inline]
    pub fn label(mut self, label: &str) -> Self {
        match self.schema().and_then(|s| s.label_index(label)) {
            Some(index) => self.label = index,
            None => {
                let message = format!("the layer does not declare the label {label:?}");
                self.set_error(Error::new(message));
            }
        }
        self
    }

    /// The label by its position among those that the layer declares.
    #[inline]
    pub fn label_index(mut self, index: usize) -> Self {
        self.label = u32::try_from(index).unwrap_or(NONE);
        self
    }

    /// The score.
    #[inline]
    pub fn score(mut self, score: f32) -> Self {
        self.score = score;
        self
    }

    /// The annotation that this one speaks of, in the layer that the schema names.
    #[inline]
    pub fn target(mut self, id: u32) -> Self {
        self.target = id;
        self
    }

    /// A stretch of the document that a text was made from, in bytes.
    pub fn source(mut self, range: Range<usize>) -> Self {
        match offsets(&range) {
            Ok((start, end)) => self.more().sources.push(TextSource { start, end }),
            Err(error) => self.set_error(error),
        }
        self
    }

    /// An attribute that the layer declares.
    pub fn attribute(mut self, name: &str, value: impl Into<AttributeValue<'p>>) -> Self {
        let Some(attribute) = self.schema().and_then(|s| s.attribute_index(name)) else {
            let declared: Vec<&str> = self
                .schema()
                .map(|s| s.attributes.iter().map(|a| a.name.as_str()).collect())
                .unwrap_or_default();
            let message = format!(
                "the layer does not declare the attribute {name:?}; there are: {}",
                declared.join(", ")
            );
            self.set_error(Error::new(message));
            return self;
        };
        let is_float = self
            .schema()
            .and_then(|s| s.attributes.get(attribute))
            .is_some_and(|a| a.value_type == AttributeType::Float);
        let attribute = u32::try_from(attribute).unwrap_or(NONE);
        let empty =
            Value { kind: ValueKind::NULL, attribute, int: 0, float: 0.0, string: Str::EMPTY };
        self.more().attributes.push(match value.into() {
            AttributeValue::Bool(v) => Value { kind: ValueKind::BOOL, int: i64::from(v), ..empty },
            AttributeValue::Int(v) if is_float => {
                Value { kind: ValueKind::FLOAT, float: v as f64, ..empty }
            }
            AttributeValue::Int(v) => Value { kind: ValueKind::INT, int: v, ..empty },
            AttributeValue::Float(v) => Value { kind: ValueKind::FLOAT, float: v, ..empty },
            AttributeValue::String(v) => {
                Value { kind: ValueKind::STRING, string: Str::new(v), ..empty }
            }
        });
        self
    }

    /// Pushes it and gives its id within the layer.
    ///
    /// Spans without attributes are handed over many at a time, so one that the host refuses may
    /// be reported by a later call.
    ///
    /// # Errors
    /// When the layer, label or attribute is not declared, or the host refuses the annotation; the
    /// document has failed in the latter case.
    #[inline]
    pub fn push(self) -> Result<u32> {
        match &self.item {
            Item::Span(range) if self.more.is_none() => {
                let (start, end) = offsets(range)?;
                let span = Span { start, end, label: self.label, score: self.score };
                self.run.push(self.raw, (self.document, self.layer), span)
            }
            _ => self.push_alone(),
        }
    }

    fn push_alone(mut self) -> Result<u32> {
        let More { sources, attributes, error } = *self.more.take().unwrap_or_default();
        if let Some(error) = error {
            return Err(error);
        }
        self.run.flush(self.raw)?;
        let mut id = NONE;
        accepted(self.push_item(&sources, &raw mut id)?)?;
        if !attributes.is_empty() {
            let set = self.raw.set_attributes.ok_or_else(lacking)?;
            let (values, count) = (attributes.as_ptr(), attributes.len() as u32);
            // SAFETY: the host's function; everything lives for the call.
            accepted(unsafe {
                set(self.raw.context, self.document, self.layer, id, values, count)
            })?;
        }
        Ok(id)
    }

    fn push_item(&self, sources: &[TextSource], id: *mut u32) -> Result<Status> {
        let (context, document, layer) = (self.raw.context, self.document, self.layer);
        let (label, score, target) = (self.label, self.score, self.target);
        // SAFETY, for all arms: the host's function; everything lives for the call.
        Ok(match &self.item {
            Item::Span(range) => {
                let (start, end) = offsets(range)?;
                let span = Span { start, end, label, score };
                let push = self.raw.push_spans.ok_or_else(lacking)?;
                // SAFETY: see above.
                unsafe { push(context, document, layer, &raw const span, 1, id) }
            }
            Item::Class => {
                let class = Class { target, label, score };
                let push = self.raw.push_classes.ok_or_else(lacking)?;
                // SAFETY: see above.
                unsafe { push(context, document, layer, &raw const class, 1, id) }
            }
            Item::Text(text) => {
                let text = Text {
                    text: Str::new(text),
                    sources: sources.as_ptr(),
                    source_count: u32::try_from(sources.len()).unwrap_or(NONE),
                    target,
                    score,
                };
                let push = self.raw.push_texts.ok_or_else(lacking)?;
                // SAFETY: see above.
                unsafe { push(context, document, layer, &raw const text, 1, id) }
            }
            Item::Vector(values) => {
                let dimension = u32::try_from(values.len()).unwrap_or(NONE);
                let vector = Vector { values: values.as_ptr(), dimension, target };
                let push = self.raw.push_vectors.ok_or_else(lacking)?;
                // SAFETY: see above.
                unsafe { push(context, document, layer, &raw const vector, 1, id) }
            }
            Item::Relation(head, tail) => {
                let relation = Relation { head: *head, tail: *tail, label, score };
                let push = self.raw.push_relations.ok_or_else(lacking)?;
                // SAFETY: see above.
                unsafe { push(context, document, layer, &raw const relation, 1, id) }
            }
        })
    }
}

#[inline]
fn offsets(range: &Range<usize>) -> Result<(u32, u32)> {
    match (u32::try_from(range.start), u32::try_from(range.end)) {
        (Ok(start), Ok(end)) => Ok((start, end)),
        _ => Err(Error::new("an offset is beyond 4 GiB")),
    }
}
