//! What of a document's layers is drawn in its text.

use gloss_doc::json::{AnnotationRecord, DocumentRecord};
use gloss_doc::{Annotations, Document, Layer, OffsetUnit, Spans};

use super::marks::Mark;

/// More layers than these have no switch, and are not drawn.
pub(super) const MOST: usize = 32;

/// A layer that is drawn.
pub(super) struct Drawn<'a> {
    pub layer: &'a Layer,
    pub marks: Vec<Mark>,
    /// Whether it is seen before the reader chooses.
    pub on: bool,
    pub look: &'static str,
}

/// The layers of spans, those that speak of spans, and the sources of texts, with their marks.
/// `prefix` is that of the document's anchors. Tokens are not drawn: each word is one.
pub(super) fn drawn<'a>(document: &'a Document, prefix: &str) -> Vec<Drawn<'a>> {
    let record = DocumentRecord::new(document, OffsetUnit::Byte);
    let entities = document.layers.iter().find(|layer| layer.schema.layer_type == "entities");
    let labelled = |layer: &&Layer| matches!(&layer.annotations, Annotations::Spans(spans) if !spans.label.is_empty());
    let main = entities.or_else(|| document.layers.iter().find(labelled));
    let mut all = Vec::new();
    for layer in &document.layers {
        let (number, Some(record)) = (all.len(), record.layers.get(&layer.name)) else { continue };
        let is_main = main.is_some_and(|main| std::ptr::eq(main, layer));
        let (look, on) = match &layer.annotations {
            Annotations::Spans(_) if layer.schema.layer_type == "tokens" => continue,
            Annotations::Spans(spans) if spans.label.is_empty() => ("plain", false),
            Annotations::Spans(_) => ("fill", is_main),
            Annotations::Classes(_) => ("line", layer.schema.layer_type == "sentiment"),
            Annotations::Texts(_) => ("source", true),
            Annotations::Vectors(_) | Annotations::Relations(_) => continue,
        };
        let mut marks = Vec::new();
        for record in record.annotations.iter() {
            for (part, (start, end)) in places(document, layer, &record).into_iter().enumerate() {
                let label = record.label.as_deref().unwrap_or_default();
                let id = record.id.unwrap_or_default();
                marks.push(Mark {
                    start,
                    end,
                    layer: number,
                    look,
                    label: label.to_owned(),
                    hue: hue(layer, number, label),
                    title: title(layer, &record),
                    anchor: Some(anchor(prefix, number, id, part)),
                });
            }
        }
        if !marks.is_empty() && number < MOST {
            all.push(Drawn { layer, marks, on, look });
        }
    }
    all
}

/// The anchor of an annotation, or of a part of it.
pub(super) fn anchor(prefix: &str, layer: usize, id: u32, part: usize) -> String {
    format!("{prefix}-{layer}-{id}-{part}")
}

/// Where an annotation is drawn.
fn places(
    document: &Document,
    layer: &Layer,
    record: &AnnotationRecord<'_>,
) -> Vec<(usize, usize)> {
    match &layer.annotations {
        Annotations::Spans(_) => record.start.zip(record.end).into_iter().collect(),
        Annotations::Texts(_) => record.sources.iter().map(|s| (s.start, s.end)).collect(),
        _ => {
            let target = layer.schema.target.as_deref().and_then(|name| document.layer(name));
            let target = target.map(|target| &target.annotations);
            let (Some(Annotations::Spans(Spans { start, end, .. })), Some(id)) =
                (target, record.target)
            else {
                return Vec::new();
            };
            let place = |column: &[u32]| column.get(id as usize).map(|&at| at as usize);
            place(start).zip(place(end)).into_iter().collect()
        }
    }
}

/// Colours of labels that everyone expects, and far apart for all others.
pub(super) fn hue(layer: &Layer, number: usize, label: &str) -> u32 {
    match label.to_ascii_lowercase().as_str() {
        "positive" | "supported" | "pos" => return 145,
        "negative" | "unsupported" | "neg" => return 25,
        "neutral" => return 250,
        _ => {}
    }
    let index = layer.schema.label_index(label).unwrap_or(0) as usize;
    // The golden angle keeps neighbours apart, however many there are.
    let angle = (index * 137 + number * 61 + 30) % 360;
    u32::try_from(angle).unwrap_or_default()
}

/// What is known of an annotation, in a line.
fn title(layer: &Layer, record: &AnnotationRecord<'_>) -> String {
    let mut parts = vec![layer.name.clone()];
    parts.extend(record.label.as_deref().map(str::to_owned));
    parts.extend(record.score.map(|score| format!("{score:.3}")));
    parts.extend(record.attributes.iter().map(|(name, value)| match value.as_str() {
        Some(value) => format!("{name}={value}"),
        None => format!("{name}={value}"),
    }));
    parts.join(" · ")
}
