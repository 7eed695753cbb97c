//! The functions that plugins call to push annotations.
//!
//! No function here may panic: unwinding must not reach the plugin.

use std::ffi::c_void;
use std::slice;

use gloss_abi::{Class, NONE, Output, Relation, Span, Status, Str, Text, Value, ValueKind, Vector};
use gloss_doc::{Annotations, AttributeValues};

use super::{Collector, Pending};
use crate::Failure;
use crate::instance::{ProvidedLayer, Referent};
use crate::rule::{Broken, Rule};
use crate::table::read_str;

const PUSHED_WHILE_OBSERVING: &str = "it pushed while it was to observe only";

impl Collector<'_> {
    /// The table to hand to the plugin; valid while `self` is and until it moves.
    pub fn output(&mut self) -> Output {
        Output {
            struct_size: size_of::<Output>() as u32,
            context: std::ptr::from_mut(self).cast(),
            push_spans: Some(push_spans),
            push_classes: Some(push_classes),
            push_texts: Some(push_texts),
            push_vectors: Some(push_vectors),
            push_relations: Some(push_relations),
            set_attributes: Some(set_attributes),
            note: Some(note),
            finish: Some(finish),
            fail: Some(fail),
            cancelled: Some(cancelled),
        }
    }
}

/// The collector behind a context.
///
/// # Safety
/// `context` is the one that `output` handed out, and its collector is alive: the plugin calls
/// within `extract`, as the interface says.
unsafe fn collector<'c>(context: *mut c_void) -> &'c mut Collector<'c> {
    // SAFETY: stated above.
    unsafe { &mut *context.cast::<Collector<'c>>() }
}

/// What was pushed.
///
/// # Safety
/// `items` points to `count` readable items, or breaks the rule that is checked here.
unsafe fn items<'i, T>(items: *const T, count: usize) -> Result<&'i [T], Broken> {
    if count == 0 {
        return Ok(&[]);
    }
    let bytes = count.checked_mul(size_of::<T>()).and_then(|n| isize::try_from(n).ok());
    if items.is_null() {
        return Rule::Pointer.broken(format!("a null pointer came with a count of {count}"));
    } else if !items.is_aligned() {
        return Rule::Pointer.broken("a pointer is not aligned as what it points to must be");
    } else if bytes.is_none() {
        return Rule::Pointer.broken(format!("no memory holds what a count of {count} promises"));
    }
    // SAFETY: checked above, and the caller vouches for what no check can see.
    Ok(unsafe { slice::from_raw_parts(items, count) })
}

/// Finds the layer, gives out the first id, and appends what was pushed one after another.
///
/// # Safety
/// As [`push_all`] and [`items`].
unsafe fn push<T>(
    context: *mut c_void,
    layer: (u32, u32),
    (pushed, count): (*const T, u32),
    first_id: *mut u32,
    append: impl Fn(&mut Pending<'_>, &ProvidedLayer, usize, &T) -> Result<(), Broken>,
) -> Status {
    // SAFETY: the caller's promise.
    unsafe {
        push_all(context, layer, first_id, |pending, provided, i| {
            items(pushed, count as usize)?
                .iter()
                .try_for_each(|item| append(pending, provided, i, item))
        })
    }
}

/// Finds the layer, gives out the first id, and lets `append` append.
///
/// # Safety
/// As [`collector`]; `first_id` is null or writable.
unsafe fn push_all(
    context: *mut c_void,
    (document, layer): (u32, u32),
    first_id: *mut u32,
    append: impl FnOnce(&mut Pending<'_>, &ProvidedLayer, usize) -> Result<(), Broken>,
) -> Status {
    // SAFETY: the caller's promise.
    let collector = unsafe { collector(context) };
    let provides = collector.provides;
    let observing = collector.observing;
    let place = provides.get(layer as usize).map_or("", |p| p.schema.name.as_str());
    let mut first = NONE;
    let accepted = collector.with_open(document, place, |pending| {
        if observing {
            return Rule::Observing.broken(PUSHED_WHILE_OBSERVING);
        }
        let Some(provided) = provides.get(layer as usize) else {
            return Rule::Layer
                .broken(format!("it names layer {layer}, which the plan does not provide"));
        };
        first = u32::try_from(pending.layers[layer as usize].annotations.len())
            .or_else(|_| Rule::Size.broken("the layer has more annotations than ids"))?;
        append(pending, provided, layer as usize)
    });
    if !accepted {
        return Status::REJECTED;
    }
    if !first_id.is_null() {
        // SAFETY: the caller's promise.
        unsafe { *first_id = first }
    }
    Status::OK
}

fn wrong_kind(provided: &ProvidedLayer, pushed: &str) -> Result<(), Broken> {
    let kind = provided.schema.kind.as_str();
    Rule::Layer.broken(format!("it pushed {pushed} into a layer of {kind}"))
}

fn is_boundary(text: &[u8], offset: usize) -> bool {
    // A UTF-8 continuation byte is 0b10xxxxxx.
    offset == text.len() || text.get(offset).is_some_and(|b| b & 0xC0 != 0x80)
}

fn is_range(text: &[u8], start: usize, end: usize) -> bool {
    start <= end && is_boundary(text, start) && is_boundary(text, end)
}

pub(super) fn check_range(text: &str, start: u32, end: u32) -> Result<(), Broken> {
    let bytes = text.as_bytes();
    let (a, b) = (start as usize, end as usize);
    if is_range(bytes, a, b) {
        return Ok(());
    }
    Rule::Range.broken(if a > b {
        format!("the span {start}..{end} ends before it starts")
    } else if b > bytes.len() {
        format!("the span {start}..{end} lies outside the text of {} bytes", bytes.len())
    } else {
        format!("the span {start}..{end} begins or ends inside a character")
    })
}

/// Appends to the label column where the schema has labels; refuses undeclared ones.
fn push_label(column: &mut Vec<u32>, provided: &ProvidedLayer, label: u32) -> Result<(), Broken> {
    check_label(provided, label)?;
    if !provided.schema.labels.is_empty() {
        column.push(label);
    }
    Ok(())
}

pub(super) fn check_label(provided: &ProvidedLayer, label: u32) -> Result<(), Broken> {
    let declared = provided.schema.labels.len();
    if (label as usize) < declared || (declared == 0 && label == NONE) {
        Ok(())
    } else if label == NONE {
        Rule::Label.broken("an annotation lacks a label, but the layer has labels")
    } else {
        Rule::Label.broken(format!("label {label} was never declared; the layer has {declared}"))
    }
}

pub(super) fn check_score(provided: &ProvidedLayer, score: f32) -> Result<(), Broken> {
    if score.is_infinite() {
        Rule::Score.broken("a score is infinite")
    } else if provided.schema.score.is_none() && !score.is_nan() {
        Rule::Score.broken("an annotation has a score, but the layer declares none")
    } else {
        Ok(())
    }
}

fn push_score(column: &mut Vec<f32>, provided: &ProvidedLayer, score: f32) {
    if provided.schema.score.is_some() {
        column.push(score);
    }
}

fn check_target(
    pending: &Pending<'_>,
    referent: Referent,
    id: u32,
    name: &str,
) -> Result<(), Broken> {
    check_reference(pending.rows(referent), id, name)
}

/// `rows` is how many annotations there are to refer to; `None` for the document itself.
pub(super) fn check_reference(rows: Option<usize>, id: u32, name: &str) -> Result<(), Broken> {
    match rows {
        None if id == NONE => Ok(()),
        None => Rule::Reference
            .broken(format!("its {name} is annotation {id}, but the layer speaks of the document")),
        Some(_) if id == NONE && name == "target" => Ok(()),
        Some(rows) if (id as usize) < rows => Ok(()),
        Some(rows) => Rule::Reference
            .broken(format!("its {name} is annotation {id} of a layer that has {rows}")),
    }
}

unsafe extern "C" fn push_spans(
    context: *mut c_void,
    document: u32,
    layer: u32,
    spans: *const Span,
    count: u32,
    first_id: *mut u32,
) -> Status {
    // SAFETY: the interface makes the plugin promise what `push_all` and `items` ask for.
    unsafe {
        push_all(context, (document, layer), first_id, |pending, provided, i| {
            append_spans(pending, provided, i, items(spans, count as usize)?)
        })
    }
}

/// Checks all spans, then appends them column by column, which is faster than span by span.
fn append_spans(
    pending: &mut Pending<'_>,
    provided: &ProvidedLayer,
    layer: usize,
    items: &[Span],
) -> Result<(), Broken> {
    let Annotations::Spans(spans) = &mut pending.layers[layer].annotations else {
        return wrong_kind(provided, "a span");
    };
    let text = pending.text.as_bytes();
    let (labels, scored) = (provided.schema.labels.len(), provided.schema.score.is_some());
    let is_good = |s: &Span| {
        let label = if labels > 0 { (s.label as usize) < labels } else { s.label == NONE };
        let score = if scored { !s.score.is_infinite() } else { s.score.is_nan() };
        is_range(text, s.start as usize, s.end as usize) && label && score
    };
    if let Some(bad) = items.iter().find(|s| !is_good(s)) {
        check_range(pending.text, bad.start, bad.end)?;
        check_score(provided, bad.score)?;
        check_label(provided, bad.label)?;
    }
    spans.start.extend(items.iter().map(|s| s.start));
    spans.end.extend(items.iter().map(|s| s.end));
    if labels > 0 {
        spans.label.extend(items.iter().map(|s| s.label));
    }
    if scored {
        spans.score.extend(items.iter().map(|s| s.score));
    }
    Ok(())
}

unsafe extern "C" fn push_classes(
    context: *mut c_void,
    document: u32,
    layer: u32,
    classes: *const Class,
    count: u32,
    first_id: *mut u32,
) -> Status {
    // SAFETY: as in `push_spans`.
    unsafe {
        push(context, (document, layer), (classes, count), first_id, |pending, provided, i, c| {
            check_target(pending, provided.target, c.target, "target")?;
            let Annotations::Classes(classes) = &mut pending.layers[i].annotations else {
                return wrong_kind(provided, "a class");
            };
            check_score(provided, c.score)?;
            push_label(&mut classes.label, provided, c.label)?;
            classes.target.push(c.target);
            push_score(&mut classes.score, provided, c.score);
            Ok(())
        })
    }
}

unsafe extern "C" fn push_texts(
    context: *mut c_void,
    document: u32,
    layer: u32,
    texts: *const Text,
    count: u32,
    first_id: *mut u32,
) -> Status {
    // SAFETY: as in `push_spans`; strings and sources of a text are readable too.
    unsafe {
        push(context, (document, layer), (texts, count), first_id, |pending, provided, i, t| {
            check_target(pending, provided.target, t.target, "target")?;
            let sources = items(t.sources, t.source_count as usize)?;
            for source in sources {
                check_range(pending.text, source.start, source.end)?;
            }
            let Annotations::Texts(texts) = &mut pending.layers[i].annotations else {
                return wrong_kind(provided, "a text");
            };
            check_score(provided, t.score)?;
            let bytes = items(t.text.ptr, t.text.len)?;
            let text = std::str::from_utf8(bytes)
                .or_else(|e| Rule::Encoding.broken(format!("a text is not UTF-8: {e}")))?;
            if !texts.text.push(text) {
                return Rule::Size.broken("the layer's texts pass 4 GiB");
            }
            texts.target.push(t.target);
            texts.sources.push(sources.iter().map(|s| (s.start, s.end)).collect());
            push_score(&mut texts.score, provided, t.score);
            Ok(())
        })
    }
}

unsafe extern "C" fn push_vectors(
    context: *mut c_void,
    document: u32,
    layer: u32,
    vectors: *const Vector,
    count: u32,
    first_id: *mut u32,
) -> Status {
    // SAFETY: as in `push_spans`; the numbers of a vector are readable too.
    unsafe {
        push(context, (document, layer), (vectors, count), first_id, |pending, provided, i, v| {
            check_target(pending, provided.target, v.target, "target")?;
            let Annotations::Vectors(vectors) = &mut pending.layers[i].annotations else {
                return wrong_kind(provided, "a vector");
            };
            let values = items(v.values, v.dimension as usize)?;
            if values.len() != vectors.dimension as usize {
                return Rule::Vector.broken(format!(
                    "a vector has {} numbers, the layer declares {}",
                    values.len(),
                    vectors.dimension
                ));
            }
            if values.iter().any(|x| !x.is_finite()) {
                return Rule::Vector.broken("a vector has a number that is not finite");
            }
            vectors.target.push(v.target);
            vectors.values.extend_from_slice(values);
            Ok(())
        })
    }
}

unsafe extern "C" fn push_relations(
    context: *mut c_void,
    document: u32,
    layer: u32,
    relations: *const Relation,
    count: u32,
    first_id: *mut u32,
) -> Status {
    // SAFETY: as in `push_spans`.
    unsafe {
        push(context, (document, layer), (relations, count), first_id, |pending, provided, i, r| {
            check_target(pending, provided.head, r.head, "head")?;
            check_target(pending, provided.tail, r.tail, "tail")?;
            let Annotations::Relations(relations) = &mut pending.layers[i].annotations else {
                return wrong_kind(provided, "a relation");
            };
            check_score(provided, r.score)?;
            push_label(&mut relations.label, provided, r.label)?;
            relations.head.push(r.head);
            relations.tail.push(r.tail);
            push_score(&mut relations.score, provided, r.score);
            Ok(())
        })
    }
}

unsafe extern "C" fn set_attributes(
    context: *mut c_void,
    document: u32,
    layer: u32,
    id: u32,
    values: *const Value,
    count: u32,
) -> Status {
    // SAFETY: as in `push_spans`.
    unsafe {
        push(
            context,
            (document, layer),
            (values, count),
            std::ptr::null_mut(),
            |pending, provided, i, value| set_attribute(pending, provided, (i, id), value),
        )
    }
}

/// # Safety
/// The string of the value is readable.
unsafe fn set_attribute(
    pending: &mut Pending<'_>,
    provided: &ProvidedLayer,
    (layer, id): (usize, u32),
    value: &Value,
) -> Result<(), Broken> {
    let data = &mut pending.layers[layer];
    if id as usize >= data.annotations.len() {
        return Rule::Attribute
            .broken(format!("it sets an attribute of annotation {id}, which was not pushed"));
    }
    let Some(schema) = provided.schema.attributes.get(value.attribute as usize) else {
        return Rule::Attribute.broken(format!("attribute {} was never declared", value.attribute));
    };
    let column = &mut data.attributes[value.attribute as usize];
    if column.len() > id as usize {
        return Rule::Attribute.broken(format!(
            "attribute {:?} of annotation {id} was set twice or out of order",
            schema.name
        ));
    }
    column.pad(id as usize);
    let set = match (&mut column.values, value.kind) {
        (AttributeValues::Bool(v), ValueKind::BOOL) => {
            v.push(u8::from(value.int != 0));
            true
        }
        (AttributeValues::Int(v), ValueKind::INT) => {
            v.push(value.int);
            true
        }
        (AttributeValues::Float(v), ValueKind::FLOAT) if value.float.is_finite() => {
            v.push(value.float);
            true
        }
        (AttributeValues::String(v), ValueKind::STRING) => {
            // SAFETY: the caller's promise.
            let bytes = unsafe { items(value.string.ptr, value.string.len) }?;
            let text = std::str::from_utf8(bytes).or_else(|e| {
                Rule::Encoding.broken(format!("attribute {:?} is not UTF-8: {e}", schema.name))
            })?;
            v.push(text)
        }
        _ => false,
    };
    if !set {
        return Rule::Attribute.broken(format!(
            "attribute {:?} is declared {}, and was given another type or a number that is not finite",
            schema.name,
            schema.value_type.as_str()
        ));
    }
    column.valid.push(1);
    Ok(())
}

unsafe extern "C" fn note(context: *mut c_void, document: u32, message: Str) -> Status {
    // SAFETY: as in `push_spans`.
    let (collector, message) = unsafe { (collector(context), read_str(message)) };
    let observing = collector.observing;
    let accepted = collector.with_open(document, "", |pending| {
        if observing {
            return Rule::Observing.broken(PUSHED_WHILE_OBSERVING);
        }
        pending.notes.push(message);
        Ok(())
    });
    if accepted { Status::OK } else { Status::REJECTED }
}

unsafe extern "C" fn finish(context: *mut c_void, document: u32) -> Status {
    // SAFETY: as in `push_spans`.
    let collector = unsafe { collector(context) };
    if collector.finish(document) { Status::OK } else { Status::REJECTED }
}

unsafe extern "C" fn fail(
    context: *mut c_void,
    document: u32,
    failure: *const gloss_abi::Failure,
) -> Status {
    // SAFETY: as in `push_spans`.
    unsafe { collector(context).fail(document, Failure::read(failure)) }
    Status::OK
}

unsafe extern "C" fn cancelled(context: *mut c_void) -> u32 {
    // SAFETY: as in `push_spans`.
    u32::from(unsafe { collector(context) }.cancelled())
}
