//! Which tool wrote a file of JSON, by the keys of its first object.

use std::io::{self, BufRead, Cursor, Read};

use super::json_values::Scan;
use crate::Format;

/// How much of an input is looked at.
const SAMPLE: usize = 1 << 20;

/// An input whose first object was looked at.
pub struct Sniffed {
    /// All of the input.
    pub reader: Box<dyn BufRead + Send>,
    /// The format that the keys of the object tell.
    pub format: Option<Format>,
    /// The first object is on a line by itself.
    pub is_lines: bool,
}

/// Reads as much of an input as its first object needs, and no more, so that a stream is not waited for.
pub fn sniff(mut reader: Box<dyn BufRead + Send>) -> io::Result<Sniffed> {
    let mut sample = Vec::new();
    let mut first = First::default();
    while first.end.is_none() && sample.len() < SAMPLE {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            break;
        }
        let length = buffer.len().min(SAMPLE - sample.len());
        sample.extend_from_slice(&buffer[..length]);
        reader.consume(length);
        first.look(&sample);
    }
    let is_lines = !first.in_array && {
        let object = &sample[first.start.unwrap_or(0)..first.end.unwrap_or(sample.len())];
        first.start.is_some() && !object.contains(&b'\n')
    };
    let object = first.start.map(|start| &sample[start..first.end.unwrap_or(sample.len())]);
    let format = object.and_then(|object| tool(&keys(object)));
    let reader = Box::new(Cursor::new(sample).chain(reader));
    Ok(Sniffed { reader, format, is_lines })
}

/// Where the first object stands.
#[derive(Default)]
struct First {
    in_array: bool,
    start: Option<usize>,
    end: Option<usize>,
    seen: usize,
    scan: Scan,
}

impl First {
    /// Looks at what is new in the sample.
    fn look(&mut self, sample: &[u8]) {
        while self.start.is_none() && self.seen < sample.len() && self.end.is_none() {
            match sample[self.seen] {
                byte if byte.is_ascii_whitespace() => self.seen += 1,
                b'[' if !self.in_array => {
                    self.in_array = true;
                    self.seen += 1;
                }
                b'{' => self.start = Some(self.seen),
                // There is no object.
                _ => self.end = Some(self.seen),
            }
        }
        if self.start.is_some() && self.end.is_none() {
            self.end = self.scan.end(&sample[self.seen..]).map(|length| self.seen + length);
            self.seen = sample.len();
        }
    }
}

/// The keys of an object that may be cut off, each with the first byte of its value.
fn keys(object: &[u8]) -> Vec<(&str, u8)> {
    let mut keys = Vec::new();
    let mut at = 1;
    let skip = |at: &mut usize| {
        while object.get(*at).is_some_and(u8::is_ascii_whitespace) {
            *at += 1;
        }
        object.get(*at).copied()
    };
    while skip(&mut at) == Some(b'"') {
        let Some(length) = Scan::default().end(&object[at..]) else { break };
        let key = str::from_utf8(&object[at + 1..at + length - 1]).unwrap_or_default();
        at += length;
        if skip(&mut at) != Some(b':') {
            break;
        }
        at += 1;
        let Some(first) = skip(&mut at) else { break };
        keys.push((key, first));
        let Some(length) = Scan::default().end(&object[at..]) else { break };
        at += length;
        if skip(&mut at) != Some(b',') {
            break;
        }
        at += 1;
    }
    keys
}

/// The tool whose objects have such keys.
fn tool(keys: &[(&str, u8)]) -> Option<Format> {
    let first = |name: &str| keys.iter().find(|(key, _)| *key == name).map(|(_, first)| *first);
    let any = |names: &[&str]| names.iter().any(|name| first(name).is_some());
    let all = |names: &[&str]| names.iter().all(|name| first(name).is_some());
    if first("data") == Some(b'{') && any(&["annotations", "completions", "predictions"]) {
        return Some(Format::LabelStudio);
    }
    // Its short form.
    if all(&["annotation_id", "annotator"]) {
        return Some(Format::LabelStudio);
    }
    if first("paragraphs") == Some(b'[') {
        return Some(Format::SpacyJson);
    }
    // A document of Gloss may be anything else that has a text.
    if first("text") != Some(b'"') || any(&["schema", "layers"]) {
        return None;
    }
    let asked = any(&["answer", "accept", "options", "_input_hash", "_task_hash"]);
    if asked || first("spans") == Some(b'[') {
        return Some(Format::Prodigy);
    }
    let annotated = any(&["ents", "cats", "sents"]) || first("spans") == Some(b'{');
    (annotated || first("tokens") == Some(b'[')).then_some(Format::SpacyJson)
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    #[test]
    fn tools_are_told() {
        let check = |text: &str, expected: Option<Format>, is_lines: bool| {
            for capacity in [1, 7, 1000] {
                let input =
                    BufReader::with_capacity(capacity, Cursor::new(text.as_bytes().to_vec()));
                let mut found = sniff(Box::new(input)).unwrap();
                assert_eq!((found.format, found.is_lines), (expected, is_lines), "{text}");
                let mut all = String::new();
                found.reader.read_to_string(&mut all).unwrap();
                assert_eq!(all, text);
            }
        };
        let (spacy, prodigy) = (Some(Format::SpacyJson), Some(Format::Prodigy));
        let studio = Some(Format::LabelStudio);
        check(r#"{"text":"a","ents":[]}"#, spacy, true);
        check("{\n \"text\": \"a\",\n \"tokens\": []}", spacy, false);
        check(r#"[{"id":0,"paragraphs":[]}]"#, spacy, false);
        check(r#"{"text":"a","spans":{},"tokens":[]}"#, spacy, true);
        check(r#"{"text":"a","tokens":[],"spans":[]}"#, prodigy, true);
        check("{\"text\":\"a \\\" }\",\"answer\":\"accept\"}\n{}", prodigy, true);
        check(r#"[{"id":1,"annotations":[],"data":{"text":"a"}}]"#, studio, false);
        check(r#"{"data":{"text":"a"},"predictions":[]}"#, studio, true);
        check(r#"[{"text":"a","annotator":1,"annotation_id":2}]"#, studio, false);
        // Cut off, but told.
        check(r#"{"text":"a","ents":[{"#, spacy, true);
        // No tool's.
        check(r#"{"text":"a","label":"x"}"#, None, true);
        check(r#"{"text":"a","layers":{},"spans":[]}"#, None, true);
        check(r#"{"name":"package"}"#, None, true);
        check(r#"["text"]"#, None, false);
        check("[[{\"text\":1}]]", None, false);
        check("text", None, false);
        check("{", None, true);
        check("", None, false);
    }
}
