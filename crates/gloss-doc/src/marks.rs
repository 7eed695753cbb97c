//! Annotations as marks in the text, for people to read: in tests, and to see what changed.
//!
//! ```text
//! [Norway](GPE) won on [Saturday](DATE value="2026-01-10").
//! sentiment: positive on "Norway won on Saturday."
//! summary: Norway won.
//! ```
//!
//! Spans stand in the text: `[text](label attribute=value)`, `[text]` where there is neither. Where
//! two spans cross, both have a number: `[1|Bank of [2|England]1| and Wales]2|`. Everything else has a line
//! below, with its layer in front. Scores are left out: they are floats, which tests compare better
//! by themselves.

use std::cmp::Reverse;
use std::fmt::Write as _;

use crate::{Annotations, AttributeValues, Document, Layer, NONE};

/// Longer vectors are cut to their first four numbers.
const LONGEST_VECTOR: usize = 8;

/// The text of `document` with the annotations of `layers` marked.
///
/// Layers are called by their short names where these are unique, and spans are told apart by
/// layer where several layers have spans. What a layer speaks of (its target) is looked for in all
/// layers of the document.
#[must_use]
pub fn marked(document: &Document, layers: &[&Layer]) -> String {
    let span_layers = layers.iter().filter(|l| matches!(l.annotations, Annotations::Spans(_)));
    let several = span_layers.clone().count() > 1;
    let mut marks = Vec::new();
    for layer in span_layers {
        let Annotations::Spans(spans) = &layer.annotations else { continue };
        for (row, (&start, &end)) in spans.start.iter().zip(&spans.end).enumerate() {
            let label = label(layer, &spans.label, row);
            let name = match (several, label) {
                (false, label) => label.to_owned(),
                (true, "") => name(layer, layers).to_owned(),
                (true, label) => format!("{}:{label}", name(layer, layers)),
            };
            let attributes = attributes(layer, row);
            let separator = if name.is_empty() || attributes.is_empty() { "" } else { " " };
            let words = format!("{name}{separator}{attributes}");
            marks.push(Mark { start: start as usize, end: end as usize, words, number: 0 });
        }
    }
    let mut out = inline(&document.text, marks);
    for layer in layers.iter().filter(|l| !matches!(l.annotations, Annotations::Spans(_))) {
        for line in lines(document, layer, name(layer, layers)) {
            out.push('\n');
            out.push_str(&line);
        }
    }
    out
}

/// A line for each annotation of `layers`, such as `entities: GPE "Norway" 0..6`; offsets are bytes.
///
/// As [`marked`], and for telling two results apart annotation by annotation.
#[must_use]
pub fn described(document: &Document, layers: &[&Layer]) -> Vec<String> {
    let describe = |layer: &&Layer| lines(document, layer, name(layer, layers));
    layers.iter().flat_map(describe).collect()
}

struct Mark {
    start: usize,
    end: usize,
    words: String,
    /// Above 0 where another span crosses this one.
    number: usize,
}

fn inline(text: &str, mut marks: Vec<Mark>) -> String {
    marks.sort_by_key(|mark| (mark.start, Reverse(mark.end)));
    number_crossing(&mut marks);
    let mut out = String::with_capacity(text.len() * 2);
    let (mut open, mut at): (Vec<usize>, usize) = (Vec::new(), 0);
    for place in places(&marks) {
        out.push_str(text.get(at..place).unwrap_or_default());
        at = place;
        for i in (0..open.len()).rev().filter(|&i| marks[open[i]].end == place) {
            close(&marks[open[i]], &mut out);
        }
        open.retain(|&mark| marks[mark].end != place);
        let first = marks.partition_point(|mark| mark.start < place);
        let starting = (first..marks.len()).take_while(|&mark| marks[mark].start == place);
        let (empty, longer): (Vec<usize>, Vec<usize>) =
            starting.partition(|&mark| marks[mark].end == place);
        for mark in empty {
            out.push('[');
            close(&marks[mark], &mut out);
        }
        for mark in longer {
            out.push('[');
            number(&marks[mark], &mut out);
            open.push(mark);
        }
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

fn close(mark: &Mark, out: &mut String) {
    out.push(']');
    number(mark, out);
    if !mark.words.is_empty() {
        let _ = write!(out, "({})", mark.words);
    }
}

fn number(mark: &Mark, out: &mut String) {
    if mark.number > 0 {
        let _ = write!(out, "{}|", mark.number);
    }
}

/// Where spans start or end, in order.
fn places(marks: &[Mark]) -> Vec<usize> {
    let mut places: Vec<usize> = marks.iter().flat_map(|mark| [mark.start, mark.end]).collect();
    places.sort_unstable();
    places.dedup();
    places
}

/// Numbers the spans that end while one that started later is still open, and those that are.
fn number_crossing(marks: &mut [Mark]) {
    let mut crossing = vec![false; marks.len()];
    let mut open: Vec<usize> = Vec::new();
    for next in 0..=marks.len() {
        let start = marks.get(next).map_or(usize::MAX, |mark| mark.start);
        // Those that end before the next starts, the first to end first.
        let mut ending: Vec<usize> =
            open.iter().copied().filter(|&m| marks[m].end <= start).collect();
        ending.sort_by_key(|&mark| (marks[mark].end, Reverse(mark)));
        for mark in ending {
            let above = open.iter().position(|&m| m == mark).map_or(0, |at| at + 1);
            for &other in &open[above..] {
                crossing[mark] = true;
                crossing[other] = true;
            }
            open.retain(|&m| m != mark);
        }
        if next < marks.len() && marks[next].start < marks[next].end {
            open.push(next);
        }
    }
    let crossing = marks.iter_mut().zip(crossing).filter(|(_, crosses)| *crosses);
    for (number, (mark, _)) in crossing.enumerate() {
        mark.number = number + 1;
    }
}

/// What a layer holds, an annotation a line.
fn lines(document: &Document, layer: &Layer, name: &str) -> Vec<String> {
    let on = |target: &Option<String>, id: u32| match reference(document, target.as_deref(), id) {
        Some(words) => format!(" on {words}"),
        None => String::new(),
    };
    let behind = |row: usize| match attributes(layer, row) {
        attributes if attributes.is_empty() => String::new(),
        attributes => format!(" ({attributes})"),
    };
    let schema = &layer.schema;
    let line = |row: usize| match &layer.annotations {
        Annotations::Spans(spans) => {
            let (start, end) = (spans.start[row], spans.end[row]);
            let text = document.text.get(start as usize..end as usize).unwrap_or("?");
            let words = [label(layer, &spans.label, row), &attributes(layer, row)]
                .map(|word| if word.is_empty() { String::new() } else { format!(" {word}") });
            format!("{name}:{} {text:?} {start}..{end}{}", words[0], words[1])
        }
        Annotations::Classes(classes) => {
            let label = label(layer, &classes.label, row);
            format!("{name}: {label}{}{}", on(&schema.target, classes.target[row]), behind(row))
        }
        Annotations::Texts(texts) => {
            let on = on(&schema.target, texts.target[row]);
            format!("{name}{on}: {}{}", texts.text.get(row), behind(row))
        }
        Annotations::Vectors(vectors) => {
            let numbers = vectors.values.chunks_exact(vectors.dimension.max(1) as usize).nth(row);
            let numbers = vector(numbers.unwrap_or_default());
            format!("{name}: {numbers}{}{}", on(&schema.target, vectors.target[row]), behind(row))
        }
        Annotations::Relations(relations) => {
            let words = |layer: &Option<String>, id| {
                reference(document, layer.as_deref(), id).unwrap_or_else(|| "?".to_owned())
            };
            let (head, tail) = (
                words(&schema.head, relations.head[row]),
                words(&schema.tail, relations.tail[row]),
            );
            let label = match label(layer, &relations.label, row) {
                "" => String::new(),
                label => format!("{label} "),
            };
            format!("{name}: {label}{head} -> {tail}{}", behind(row))
        }
    };
    (0..layer.annotations.len()).map(line).collect()
}

fn vector(numbers: &[f32]) -> String {
    let shown = if numbers.len() > LONGEST_VECTOR { &numbers[..4] } else { numbers };
    let shown: Vec<String> = shown.iter().map(|number| format!("{number:.3}")).collect();
    let rest = if numbers.len() > LONGEST_VECTOR {
        format!(", ... {} numbers", numbers.len())
    } else {
        String::new()
    };
    format!("[{}{rest}]", shown.join(", "))
}

/// The annotation that another speaks of, in words; `None` for the document.
fn reference(document: &Document, layer: Option<&str>, id: u32) -> Option<String> {
    if id == NONE {
        return None;
    }
    let wanted = layer?;
    // A document names the layer in full; a plan by its name or type.
    let is_wanted =
        |l: &&Layer| l.name == wanted || l.schema.name == wanted || l.schema.layer_type == wanted;
    let layer = document.layers.iter().find(is_wanted);
    Some(match layer.map(|layer| &layer.annotations) {
        Some(Annotations::Spans(spans)) => {
            let end = |column: &[u32]| column.get(id as usize).map(|&offset| offset as usize);
            let range = end(&spans.start).zip(end(&spans.end));
            let text = range.and_then(|(start, end)| document.text.get(start..end));
            format!("{:?}", text.unwrap_or("?"))
        }
        _ => format!("{wanted} {id}"),
    })
}

fn name<'l>(layer: &'l Layer, shown: &[&Layer]) -> &'l str {
    let short = layer.schema.name.as_str();
    let unique = shown.iter().filter(|other| other.schema.name == short).count() == 1;
    if unique { short } else { &layer.name }
}

fn label<'l>(layer: &'l Layer, column: &[u32], row: usize) -> &'l str {
    let label = column.get(row).and_then(|&label| layer.schema.labels.get(label as usize));
    label.map_or("", String::as_str)
}

fn attributes(layer: &Layer, row: usize) -> String {
    let mut out = String::new();
    for (schema, column) in layer.schema.attributes.iter().zip(&layer.attributes) {
        if column.valid.get(row) != Some(&1) {
            continue;
        }
        let separator = if out.is_empty() { "" } else { " " };
        let _ = write!(out, "{separator}{}=", schema.name);
        let _ = match &column.values {
            AttributeValues::Bool(values) => write!(out, "{}", values[row] != 0),
            AttributeValues::Int(values) => write!(out, "{}", values[row]),
            AttributeValues::Float(values) => write!(out, "{}", values[row]),
            AttributeValues::String(values) => write!(out, "{:?}", values.get(row)),
        };
    }
    out
}

#[cfg(test)]
mod tests;
