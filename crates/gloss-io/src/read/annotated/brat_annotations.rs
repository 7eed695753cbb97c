//! The lines of brat's annotations.

use std::borrow::Cow;
use std::collections::HashMap;

use gloss_doc::{Annotations, Document, Kind, LayerSchema, NONE, OffsetMap, OffsetUnit, Relations};

use super::layers::{SpanRecord, counted, layer, spans};
use crate::columns::Place;
use crate::{Error, ErrorKind};

/// The name of the layer of entities.
const ENTITIES: &str = "brat/entities";

/// A file of annotations.
pub struct Annotated<'a> {
    /// The file's name.
    pub name: &'a str,
    /// The document's id.
    pub id: &'a str,
    pub unit: OffsetUnit,
}

/// A text-bound annotation.
struct Bound<'a> {
    line: u64,
    label: &'a str,
    /// One, or several where it is discontinuous.
    pieces: Vec<(u64, u64)>,
    quote: Option<&'a str>,
}

/// A relation that is not resolved yet.
struct Related<'a> {
    label: &'a str,
    head: &'a str,
    tail: &'a str,
}

#[derive(Default)]
struct Lines<'a> {
    bound: Vec<Bound<'a>>,
    /// Rows by ids.
    rows: HashMap<&'a str, u32>,
    related: Vec<Related<'a>>,
    /// Lines of other kinds.
    others: u64,
}

impl Annotated<'_> {
    /// Puts annotations into the document of their text: text-bound ones as entities, and binary relations
    /// between these. Events, attributes, normalisations, notes and equivalences are left out. A
    /// discontinuous annotation is read as all of the text from its first piece to its last.
    pub fn put_into(&self, document: &mut Document, annotations: &str) -> Result<(), Error> {
        let lines = self.lines(annotations)?;
        let map = OffsetMap::new(&document.text, self.unit);
        let byte = |offset: u64| map.to_byte(usize::try_from(offset).ok()?);
        let is_gap = |pieces: &[(u64, u64)]| {
            let between = byte(pieces[0].1).zip(byte(pieces[1].0));
            let between = between.and_then(|(start, end)| document.text.get(start..end));
            between.is_none_or(|between| !between.trim().is_empty())
        };
        let mut discontinuous = 0_u64;
        let mut records = Vec::with_capacity(lines.bound.len());
        for bound in &lines.bound {
            // Over a line break one annotation is in pieces with nothing between them.
            let has_gap = bound.pieces.windows(2).any(is_gap);
            discontinuous += u64::from(has_gap);
            let start = bound.pieces.iter().map(|piece| piece.0).min().unwrap_or(0);
            let end = bound.pieces.iter().map(|piece| piece.1).max().unwrap_or(0);
            records.push(SpanRecord {
                start,
                end,
                label: Some(Cow::Borrowed(bound.label)),
                score: None,
                quote: bound.quote.filter(|_| !has_gap).map(Cow::Borrowed),
            });
        }
        let each = "text-bound annotation";
        let entities = spans(ENTITIES, "entities", &document.text, &records, self.unit, each);
        let entities = entities.map_err(|problem| {
            let bound = problem.index.and_then(|index| lines.bound.get(index));
            self.bad(bound.map_or(1, |bound| bound.line), &problem.what).help(problem.help)
        })?;
        document.layers.push(entities);
        let others = lines.others + relations(document, &lines);
        if discontinuous > 0 {
            let annotations = counted(discontinuous, "annotation");
            document.notes.push(format!(
                "brat: {annotations} in pieces, read as all from the first piece to the last"
            ));
        }
        if others > 0 {
            let lines = counted(others, "line");
            document.notes.push(format!(
                "brat: {lines} left out, for neither text-bound annotations nor relations between these"
            ));
        }
        Ok(())
    }

    fn lines<'t>(&self, annotations: &'t str) -> Result<Lines<'t>, Error> {
        let mut lines = Lines::default();
        for (number, line) in (1..).zip(annotations.split('\n')) {
            let line = line.strip_suffix('\r').unwrap_or(line);
            let mut fields = line.splitn(3, '\t');
            let (id, body) = (fields.next().unwrap_or_default(), fields.next());
            match id.as_bytes().first() {
                None => {}
                Some(b'T') => {
                    let bound = body.and_then(|body| bound(number, body, fields.next()));
                    let bound = bound.ok_or_else(|| {
                        self.bad(number, "the line is no text-bound annotation").help(
                            "it has an id, a type with offsets, and the text, with tabulators between them: \
                             T1, Person 0 5, Alice",
                        )
                    })?;
                    let row = u32::try_from(lines.bound.len()).unwrap_or(NONE);
                    if lines.rows.insert(id, row).is_some() {
                        return Err(self
                            .bad(number, "an annotation before has the same id")
                            .help("brat numbers annotations, T1, T2, and so on"));
                    }
                    lines.bound.push(bound);
                }
                Some(b'R') => match body.and_then(related) {
                    Some(related) => lines.related.push(related),
                    None => lines.others += 1,
                },
                Some(b'E' | b'A' | b'M' | b'N' | b'#' | b'*') => lines.others += 1,
                Some(_) => {
                    return Err(self
                        .bad(number, "the line is no annotation of brat")
                        .help("lines begin with an id: T1, R1, E1, A1, N1, #1 or *"));
                }
            }
        }
        Ok(lines)
    }

    fn bad(&self, line: u64, what: &str) -> Error {
        let place = Place { input: self.name, line };
        let mut error = place.error(ErrorKind::BadAnnotation, what);
        self.id.clone_into(&mut error.id);
        error
    }
}

/// `Person 0 5`, or `Person 0 5;8 11`.
fn bound<'t>(line: u64, body: &'t str, quote: Option<&'t str>) -> Option<Bound<'t>> {
    let (label, places) = body.split_once(' ')?;
    let piece = |piece: &str| {
        let (start, end) = piece.trim().split_once(' ')?;
        Some((start.parse().ok()?, end.trim_start().parse().ok()?))
    };
    let pieces: Vec<(u64, u64)> = places.split(';').map(piece).collect::<Option<_>>()?;
    (!label.is_empty()).then_some(Bound { line, label, pieces, quote })
}

/// `Origin Arg1:T3 Arg2:T4`, whatever the arguments are called.
fn related(body: &str) -> Option<Related<'_>> {
    let mut words = body.split_whitespace();
    let label = words.next()?;
    let mut argument = || Some(words.next()?.split_once(':')?.1);
    let (head, tail) = (argument()?, argument()?);
    words.next().is_none().then_some(Related { label, head, tail })
}

/// Adds the layer of relations; counts those of which an end is no text-bound annotation.
fn relations(document: &mut Document, lines: &Lines<'_>) -> u64 {
    let mut schema = LayerSchema::new("relations", Kind::Relations);
    (schema.head, schema.tail) = (Some(ENTITIES.to_owned()), Some(ENTITIES.to_owned()));
    let mut labels = indexmap::IndexSet::new();
    let (mut all, mut others) = (Relations::default(), 0);
    for related in &lines.related {
        match lines.rows.get(related.head).zip(lines.rows.get(related.tail)) {
            Some((&head, &tail)) => {
                all.head.push(head);
                all.tail.push(tail);
                let index = labels.insert_full(related.label.to_owned()).0;
                all.label.push(u32::try_from(index).unwrap_or(NONE));
            }
            None => others += 1,
        }
    }
    if !all.head.is_empty() {
        schema.labels = labels.into_iter().collect();
        document.layers.push(layer("brat/relations", schema, Annotations::Relations(all)));
    }
    others
}
