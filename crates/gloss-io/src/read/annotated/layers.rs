//! Annotations that were read as layers, their offsets made bytes and checked.

use std::borrow::Cow;
use std::sync::Arc;

use gloss_doc::{
    Annotations, Classes, Document, Kind, Layer, LayerSchema, NONE, OffsetMap, OffsetUnit,
    Producer, Spans,
};
use indexmap::IndexSet;

/// A span as a file has it.
#[derive(Clone, Debug, Default)]
pub struct SpanRecord<'a> {
    /// Where it starts, in the unit of the file.
    pub start: u64,
    /// Where it ends, exclusive.
    pub end: u64,
    pub label: Option<Cow<'a, str>>,
    pub score: Option<f32>,
    /// What the file says stands there.
    pub quote: Option<Cow<'a, str>>,
}

/// A class with its score.
pub type Scored<'a> = (Cow<'a, str>, Option<f32>);

/// Why annotations cannot be read, with what to do. Holds no text of documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub what: String,
    pub help: String,
    /// Which annotation it is.
    pub index: Option<usize>,
}

impl Problem {
    pub fn new(what: impl Into<String>, help: impl Into<String>) -> Problem {
        Problem { what: what.into(), help: help.into(), index: None }
    }
}

/// The units, the likeliest first.
const UNITS: [OffsetUnit; 3] = [OffsetUnit::Codepoint, OffsetUnit::Utf16, OffsetUnit::Byte];

/// How the units are called in messages.
fn units(unit: OffsetUnit) -> &'static str {
    match unit {
        OffsetUnit::Byte => "bytes",
        OffsetUnit::Codepoint => "code points",
        OffsetUnit::Utf16 => "units of UTF-16",
    }
}

/// The unit in which all spans fit the text, of those that a format may have: the first in which they stand
/// where the file says, or else the first.
pub fn unit_that_fits(text: &str, records: &[SpanRecord<'_>], units: &[OffsetUnit]) -> OffsetUnit {
    let fits = |unit: &&OffsetUnit| misfit(text, records, **unit).is_none();
    let quoted = records.iter().any(|record| record.quote.is_some());
    let found = if quoted { units.iter().find(fits) } else { None };
    found.or(units.first()).copied().unwrap_or_default()
}

/// The layer of spans; `each` is what the format calls one, for messages.
pub fn spans(
    name: &str,
    layer_type: &str,
    text: &str,
    records: &[SpanRecord<'_>],
    unit: OffsetUnit,
    each: &str,
) -> Result<Layer, Problem> {
    if let Some((index, what)) = misfit(text, records, unit) {
        let what = format!("{each} {} of {}: {what}", index + 1, records.len());
        let fits =
            |other: &&OffsetUnit| **other != unit && misfit(text, records, **other).is_none();
        let help = match UNITS.iter().find(fits) {
            Some(other) => format!(
                "all fit if offsets count {}: `--input-offsets {}`",
                units(*other),
                other.as_str()
            ),
            None => match counted_otherwise(text, records, unit) {
                Some(way) => format!("all fit if {way}: correct them in the file"),
                None => CHANGED.to_owned(),
            },
        };
        return Err(Problem { what, help, index: Some(index) });
    }
    let map = OffsetMap::new(text, unit);
    let mut labels = Labels::default();
    let mut spans = Spans::default();
    let scored = records.iter().any(|record| record.score.is_some());
    for record in records {
        let (start, end) = range(&map, record).unwrap_or_default();
        spans.start.push(start);
        spans.end.push(end);
        spans.label.push(record.label.as_deref().map_or(NONE, |label| labels.index(label)));
        if scored {
            spans.score.push(record.score.unwrap_or(f32::NAN));
        }
    }
    let mut schema = LayerSchema::new(local(name), Kind::Spans);
    layer_type.clone_into(&mut schema.layer_type);
    if labels.0.is_empty() {
        spans.label.clear();
    }
    schema.labels = labels.0.into_iter().collect();
    schema.score = scored.then(|| SCORE.to_owned());
    Ok(layer(name, schema, Annotations::Spans(spans)))
}

/// What to ask where nothing fits.
const CHANGED: &str = "was the text changed, or its line ends, since it was annotated?";

/// Ways to count: what is added to starts and to ends, and how it is said.
const WAYS: [(i64, i64, &str); 4] = [
    (0, 1, "ends are those of the last character, and not behind it"),
    (-1, -1, "offsets are counted from 1, and not from 0"),
    (-1, 0, "offsets are counted from 1, and ends are those of the last character"),
    (1, 1, "offsets are too small by 1"),
];

/// Another way to count, in which all spans stand where the file says; or, of those of which it says
/// nothing, at bounds of words.
fn counted_otherwise(
    text: &str,
    records: &[SpanRecord<'_>],
    unit: OffsetUnit,
) -> Option<&'static str> {
    let map = OffsetMap::new(text, unit);
    let fits = |(starts, ends): (i64, i64)| {
        let moved: Option<Vec<SpanRecord<'_>>> = records
            .iter()
            .map(|record| {
                let start = record.start.checked_add_signed(starts)?;
                let end = record.end.checked_add_signed(ends)?;
                let moved = SpanRecord { start, end, ..record.clone() };
                let (start, end) = range(&map, &moved)?;
                let (start, end) = (start as usize, end as usize);
                let is_quoted = moved.quote.as_deref() == text.get(start..end);
                (is_quoted || at_words(text, start, end)).then_some(moved)
            })
            .collect();
        moved.is_some_and(|moved| misfit(text, &moved, unit).is_none())
    };
    WAYS.iter().find(|way| fits((way.0, way.1))).map(|way| way.2)
}

/// Whether a stretch holds something, and begins and ends where words do.
fn at_words(text: &str, start: usize, end: usize) -> bool {
    let Some(inside) = text.get(start..end) else { return false };
    let in_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let joined = |a, b| in_word(a) && in_word(b);
    !inside.is_empty()
        && inside.trim() == inside
        && !joined(text[..start].chars().next_back(), inside.chars().next())
        && !joined(inside.chars().next_back(), text[end..].chars().next())
}

/// What a score means that another tool gave.
const SCORE: &str = "as the tool gave it";

/// The layer of classes of the document, the likeliest first.
pub fn classes(name: &str, records: &[Scored<'_>]) -> Layer {
    let mut records: Vec<_> = records.iter().collect();
    let score = |record: &&Scored<'_>| record.1.unwrap_or(f32::NEG_INFINITY);
    records.sort_by(|a, b| score(b).total_cmp(&score(a)));
    let scored = records.iter().any(|(_, score)| score.is_some());
    let (mut labels, mut classes) = (Labels::default(), Classes::default());
    for (label, score) in records {
        classes.target.push(NONE);
        classes.label.push(labels.index(label));
        if scored {
            classes.score.push(score.unwrap_or(f32::NAN));
        }
    }
    let mut schema = LayerSchema::new(local(name), Kind::Classes);
    "classes".clone_into(&mut schema.layer_type);
    schema.labels = labels.0.into_iter().collect();
    schema.score = scored.then(|| SCORE.to_owned());
    layer(name, schema, Annotations::Classes(classes))
}

/// A number of things, of which one is called so.
pub fn counted(count: u64, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

/// A layer without attributes that no plugin made.
pub fn layer(name: &str, schema: LayerSchema, annotations: Annotations) -> Layer {
    Layer {
        name: name.to_owned(),
        schema: Arc::new(schema),
        producer: Arc::new(Producer::default()),
        annotations,
        attributes: Vec::new(),
    }
}

/// The most layers that a document may have, so that hostile files do not take for ever.
const MAX_LAYERS: usize = 1000;

/// A name that no layer of the document has yet, made of what another tool calls its own.
pub fn layer_name(document: &Document, stage: &str, name: &str) -> Result<String, Problem> {
    if document.layers.len() >= MAX_LAYERS {
        let what = format!("the document has more than {MAX_LAYERS} layers");
        return Err(Problem::new(what, "each group of spans, and each control, is a layer"));
    }
    let name = format!("{stage}/{}", word(name));
    let is_free = |name: &String| document.layer(name).is_none();
    let numbered = (2_u32..).map(|number| format!("{name}-{number}"));
    Ok(std::iter::once(name.clone()).chain(numbered).find(is_free).unwrap_or(name))
}

/// A name as it can stand in that of a layer: letters, digits, `-`, `_` and `.`.
pub fn word(name: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '_' };
    let name: String = name.chars().map(plain).collect();
    if name.is_empty() { "_".to_owned() } else { name }
}

/// The part of a layer's name behind its stage.
fn local(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// Labels in the order in which they occur.
#[derive(Default)]
struct Labels(IndexSet<String>);

impl Labels {
    fn index(&mut self, label: &str) -> u32 {
        let index = self.0.get_index_of(label);
        let index = index.unwrap_or_else(|| self.0.insert_full(label.to_owned()).0);
        u32::try_from(index).unwrap_or(NONE)
    }
}

fn range(map: &OffsetMap<'_>, record: &SpanRecord<'_>) -> Option<(u32, u32)> {
    let byte = |offset: u64| -> Option<u32> {
        u32::try_from(map.to_byte(usize::try_from(offset).ok()?)?).ok()
    };
    Some((byte(record.start)?, byte(record.end)?))
}

/// The first span that does not fit the text, and why.
fn misfit(text: &str, records: &[SpanRecord<'_>], unit: OffsetUnit) -> Option<(usize, String)> {
    let map = OffsetMap::new(text, unit);
    records.iter().enumerate().find_map(|(index, record)| {
        let SpanRecord { start, end, .. } = record;
        if start > end {
            return Some((index, format!("{start}..{end} ends before it starts")));
        }
        let Some(range) = range(&map, record) else {
            let length = map.from_byte(text.len()).unwrap_or(text.len());
            let what = if *end > length as u64 {
                format!("{start}..{end} is outside the text, which has {length} {}", units(unit))
            } else {
                format!("{start}..{end} is inside a character")
            };
            return Some((index, what));
        };
        let there = &text[range.0 as usize..range.1 as usize];
        let same = record.quote.as_deref().is_none_or(|quote| is_same(there, quote));
        (!same).then(|| (index, format!("{start}..{end} is not what the file says stands there")))
    })
}

/// Whether two stretches are the same but for white space, which tools change in quotes.
fn is_same(there: &str, quote: &str) -> bool {
    let dark = |text: &str| {
        text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect::<String>()
    };
    // What is far longer is not the same, and must not be read for each of many spans.
    if there == quote || there.len() > 4 * quote.len() + 64 {
        return there == quote;
    }
    // Label Studio writes line ends as `\n`.
    dark(there) == dark(quote) || dark(there) == dark(&quote.replace("\\n", ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(start: u64, end: u64, quote: Option<&'static str>) -> SpanRecord<'static> {
        let quote = quote.map(Cow::Borrowed);
        SpanRecord { start, end, label: Some("A".into()), quote, ..SpanRecord::default() }
    }

    #[test]
    fn offsets_become_bytes() {
        let check =
            |text: &str, record: SpanRecord<'_>, unit, expected: Result<(u32, u32), &str>| {
                let found = spans("x/entities", "entities", text, &[record], unit, "span");
                let found = found.map(|layer| match layer.annotations {
                    Annotations::Spans(spans) => (spans.start[0], spans.end[0]),
                    other => panic!("{other:?}"),
                });
                let found = found.map_err(|problem| format!("{}; {}", problem.what, problem.help));
                assert_eq!(found, expected.map_err(str::to_owned), "{text:?}");
            };
        let changed = CHANGED;
        let (byte, codepoint, utf16) = (OffsetUnit::Byte, OffsetUnit::Codepoint, OffsetUnit::Utf16);
        check("aéb", record(2, 3, None), codepoint, Ok((3, 4)));
        check("a😀b", record(3, 4, None), utf16, Ok((5, 6)));
        check("ab", record(2, 2, None), codepoint, Ok((2, 2)));
        let text = "span 1 of 1: 2..1 ends before it starts; ".to_owned() + changed;
        check("ab", record(2, 1, None), codepoint, Err(&text));
        let text =
            "span 1 of 1: 0..9 is outside the text, which has 2 code points; ".to_owned() + changed;
        check("ab", record(0, 9, None), codepoint, Err(&text));
        let text = format!(
            "span 1 of 1: 0..{} is outside the text, which has 2 bytes; {changed}",
            u64::MAX
        );
        check("ab", record(0, u64::MAX, None), byte, Err(&text));
        check(
            "é",
            record(0, 1, None),
            byte,
            Err(
                "span 1 of 1: 0..1 is inside a character; all fit if offsets count code points: `--input-offsets codepoint`",
            ),
        );
        check(
            "éa",
            record(2, 3, Some("a")),
            codepoint,
            Err(
                "span 1 of 1: 2..3 is outside the text, which has 2 code points; all fit if offsets count bytes: \
             `--input-offsets byte`",
            ),
        );
        check(
            "😀a😀",
            record(2, 3, Some("a")),
            codepoint,
            Err(
                "span 1 of 1: 2..3 is not what the file says stands there; all fit if offsets count units of UTF-16: \
             `--input-offsets utf16`",
            ),
        );
        check("a\r\nb", record(0, 4, Some("a\\nb")), codepoint, Ok((0, 4)));
    }

    #[test]
    fn ways_to_count_are_found() {
        let check_in = |text: &str, records: &[SpanRecord<'_>], expected: &str| {
            let unit = OffsetUnit::Codepoint;
            let problem = spans("x/entities", "entities", text, records, unit, "span").unwrap_err();
            assert!(problem.help.contains(expected), "{}; {}", problem.what, problem.help);
        };
        let check = |records: &[SpanRecord<'_>], expected: &str| {
            check_in("Zoë met Ana Łuk.", records, expected);
        };
        let (zoe, luk) = (Some("Zoë"), Some("Ana Łuk"));
        check(
            &[record(0, 2, zoe), record(8, 14, luk)],
            "ends are those of the last character, and",
        );
        check(&[record(1, 4, zoe), record(9, 16, luk)], "counted from 1, and not from 0");
        check(&[record(1, 3, zoe), record(9, 15, luk)], "counted from 1, and ends");
        check(&[record(7, 14, luk)], "too small by 1");
        check(&[record(0, 3, zoe), record(9, 16, luk)], CHANGED);
        // Without quotes what is outside the text shows it, if the others then stand at words.
        let bare = |records: &[SpanRecord<'_>], expected: &str| {
            check_in("Zoe met Ana Luk.", records, expected);
        };
        bare(&[record(1, 4, None), record(16, 17, None)], "counted from 1, and not from 0");
        bare(&[record(2, 4, None), record(16, 17, None)], CHANGED);
        bare(&[record(0, 18, None)], CHANGED);
    }

    #[test]
    fn units_are_found_by_quotes() {
        let check = |text: &str, record: SpanRecord<'_>, expected| {
            assert_eq!(unit_that_fits(text, &[record], &UNITS), expected, "{text:?}");
        };
        check("😀abc", record(1, 2, Some("a")), OffsetUnit::Codepoint);
        check("😀abc", record(2, 3, Some("a")), OffsetUnit::Utf16);
        check("😀abc", record(4, 5, Some("a")), OffsetUnit::Byte);
        check("😀abc", record(2, 3, Some("x")), OffsetUnit::Codepoint);
        check("😀abc", record(4, 5, None), OffsetUnit::Codepoint);
    }

    #[test]
    fn names_are_unique_words() {
        let mut document = Document::default();
        let names = ["a b", "a_b", "é.1", ""].map(|name| {
            let name = layer_name(&document, "s", name).unwrap();
            document.layers.push(classes(&name, &[]));
            name
        });
        assert_eq!(names, ["s/a_b", "s/a_b-2", "s/é.1", "s/_"]);
    }
}
