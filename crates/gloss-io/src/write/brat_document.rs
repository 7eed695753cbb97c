//! The annotations of a document in brat's standoff format.

use std::collections::HashMap;
use std::fmt::Write as _;

use gloss_doc::json::AnnotationRecord;
use gloss_doc::json::DocumentRecord;
use gloss_doc::{Annotations, Document, Kind, Layer, OffsetMap, OffsetUnit, Spans};
use serde_json::{Map, Value};

use super::brat::Types;
use super::tokens::{Range, ranges};
use super::with_losses::Losses;

/// The content of a document's `.ann`.
pub(super) fn annotations(document: &Document, types: &mut Types, losses: &mut Losses) -> String {
    let mut page = Page {
        document,
        map: OffsetMap::new(&document.text, OffsetUnit::Codepoint),
        out: String::new(),
        spans: HashMap::new(),
        next: [0; 4],
        types,
    };
    let first = document.layers.iter().find(|layer| layer.schema.layer_type == "entities");
    let record = DocumentRecord::new(document, OffsetUnit::Codepoint);
    let rows = |layer: &Layer| record.layers.get(&layer.name).map(|l| &l.annotations);
    let mut written = Vec::new();
    for layer in document.layers.iter().filter(|layer| is_shown(document, layer)) {
        let (Annotations::Spans(spans), Some(rows)) = (&layer.annotations, rows(layer)) else {
            continue;
        };
        let bare = first.is_some_and(|first| std::ptr::eq(first, layer));
        for (range, record) in ranges(spans).zip(rows.iter()) {
            if !page.span(layer, bare, range, &record) {
                losses.misfits.outside += 1;
            }
        }
        written.push(Some(layer));
    }
    for layer in &document.layers {
        let Some(rows) = rows(layer) else { continue };
        let mut whole = true;
        for record in rows.iter() {
            whole &= match layer.schema.kind {
                Kind::Classes => page.class(layer, &record),
                Kind::Relations => page.relation(layer, &record),
                _ => continue,
            };
        }
        if whole && matches!(layer.schema.kind, Kind::Classes | Kind::Relations) {
            written.push(Some(layer));
        }
    }
    losses.layers(document, &written);
    page.out
}

/// Whether a layer's spans are worth showing in brat.
fn is_shown(document: &Document, layer: &Layer) -> bool {
    match layer.schema.layer_type.as_str() {
        "tokens" => false,
        "sentences" => document.layers.iter().any(|other| {
            matches!(other.annotations, Annotations::Classes(_))
                && other.schema.target.as_ref() == Some(&layer.name)
        }),
        _ => matches!(&layer.annotations, Annotations::Spans(Spans { .. })),
    }
}

/// The kinds of ids: `T`, `A`, `R`, `#`.
const PREFIXES: [char; 4] = ['T', 'A', 'R', '#'];

struct Page<'a, 't> {
    document: &'a Document,
    map: OffsetMap<'a>,
    out: String,
    /// Numbers of text-bound annotations by layer and row.
    spans: HashMap<(&'a str, u32), usize>,
    next: [usize; 4],
    types: &'t mut Types,
}

impl<'a> Page<'a, '_> {
    fn id(&mut self, kind: usize) -> String {
        self.next[kind] += 1;
        format!("{}{}", PREFIXES[kind], self.next[kind])
    }

    /// Writes a span; `false` where there is nothing in it to mark.
    fn span(
        &mut self,
        layer: &'a Layer,
        bare: bool,
        (start, end): Range,
        record: &AnnotationRecord<'_>,
    ) -> bool {
        let fragments = fragments(&self.document.text, start, end);
        if fragments.is_empty() {
            return false;
        }
        let kind = match record.label.as_deref() {
            Some(label) if bare => type_name(label),
            Some(label) => type_name(&format!("{}_{label}", layer.name)),
            None => type_name(&layer.name),
        };
        let place = |byte: usize| self.map.from_byte(byte).unwrap_or_default();
        let places: Vec<String> =
            fragments.iter().map(|&(s, e)| format!("{} {}", place(s), place(e))).collect();
        let texts: Vec<String> =
            fragments.iter().map(|&(s, e)| line(&self.document.text[s..e])).collect();
        let id = self.id(0);
        self.spans.insert((&layer.name, record.id.unwrap_or_default()), self.next[0]);
        let _ = writeln!(self.out, "{id}\t{kind} {}\t{}", places.join(";"), texts.join(" "));
        self.types.entities.insert(kind);
        self.attributes(layer, &id, record);
        true
    }

    /// Writes what is said of a span: true attributes, and a note of the rest.
    fn attributes(&mut self, layer: &Layer, of: &str, record: &AnnotationRecord<'_>) {
        let mut note = Map::new();
        if let Some(score) = record.score {
            note.insert("score".to_owned(), score.into());
        }
        for (name, value) in &record.attributes {
            match value {
                Value::Bool(true) => {
                    let name = type_name(&format!("{}_{name}", layer.name));
                    let id = self.id(1);
                    let _ = writeln!(self.out, "{id}\t{name} {of}");
                    self.types.attributes.entry(name).or_default();
                }
                other => {
                    note.insert(name.clone(), other.clone());
                }
            }
        }
        if !note.is_empty() {
            let id = self.id(3);
            let note = line(&Value::from(note).to_string());
            let _ = writeln!(self.out, "{id}\tAnnotatorNotes {of}\t{note}");
        }
    }

    /// Writes a class of a span; `false` where what it speaks of is not there.
    fn class(&mut self, layer: &Layer, record: &AnnotationRecord<'_>) -> bool {
        let target = layer.schema.target.as_deref().zip(record.target);
        let Some(&target) = target.and_then(|target| self.spans.get(&target)) else { return false };
        let Some(label) = record.label.as_deref() else { return true };
        let (name, value) = (type_name(&layer.name), type_name(label));
        let id = self.id(1);
        let _ = writeln!(self.out, "{id}\t{name} T{target} {value}");
        self.types.attributes.entry(name).or_default().insert(value);
        self.attributes(layer, &id, record);
        true
    }

    /// Writes a relation between spans; `false` where one of them is not there.
    fn relation(&mut self, layer: &Layer, record: &AnnotationRecord<'_>) -> bool {
        let number =
            |of: &Option<String>, id: Option<u32>| self.spans.get(&(of.as_deref()?, id?)).copied();
        let head = number(&layer.schema.head, record.head);
        let Some((head, tail)) = head.zip(number(&layer.schema.tail, record.tail)) else {
            return false;
        };
        let name = type_name(record.label.as_deref().unwrap_or(&layer.name));
        let id = self.id(2);
        let _ = writeln!(self.out, "{id}\t{name} Arg1:T{head} Arg2:T{tail}");
        self.types.relations.insert(name);
        self.attributes(layer, &id, record);
        true
    }
}

/// The parts of a span that are between line breaks, without empty ones.
fn fragments(text: &str, start: usize, end: usize) -> Vec<Range> {
    let mut fragments = Vec::new();
    let mut at = start;
    for part in text[start..end].split(['\n', '\r']) {
        if !part.is_empty() {
            fragments.push((at, at + part.len()));
        }
        // Both line breaks are one byte.
        at += part.len() + 1;
    }
    fragments
}

/// As brat takes it for a type: letters of ASCII, digits, `-` and `_`.
fn type_name(name: &str) -> String {
    let name: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
    if name.is_empty() { "_".to_owned() } else { name }
}

/// Text as it can stand in a line: of the same length, with spaces for what ends lines or columns.
fn line(text: &str) -> String {
    let ends = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    text.chars().map(|c| if ends(c) { ' ' } else { c }).collect()
}
