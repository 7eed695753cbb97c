//! Entries as JSON objects, one on each line; also as spaCy's `EntityRuler` writes them.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::{BadLines, Gazetteer, RawEntry, filled, utf8};
use crate::options::Columns;
use crate::problems::Problem;

/// What `EntityRuler` calls the text.
const PATTERN: &str = "pattern";

/// Reads lines; the bad ones go into `bad`.
pub fn parse(bytes: &[u8], columns: Columns<'_>, bad: &mut BadLines) -> Gazetteer {
    let mut gazetteer = Gazetteer::default();
    let mut known = HashMap::new();
    for (index, line) in bytes.split(|&byte| byte == b'\n').enumerate() {
        let number = index as u64 + 1;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let object = utf8(line).and_then(|line| {
            serde_json::from_str::<Map<String, Value>>(line)
                .map_err(|e| Problem::Json(e.to_string()))
        });
        match object.and_then(|object| entry(object, columns, &mut gazetteer, &mut known)) {
            Ok(entry) => gazetteer.entries.push(RawEntry { line: number, ..entry }),
            Err(problem) => bad.push((number, problem)),
        }
    }
    gazetteer
}

fn entry(
    object: Map<String, Value>,
    columns: Columns<'_>,
    gazetteer: &mut Gazetteer,
    known: &mut HashMap<String, u32>,
) -> Result<RawEntry, Problem> {
    let key = if object.contains_key(columns.text) { columns.text } else { PATTERN };
    match object.get(key) {
        None => return Err(Problem::NoText(columns.text.to_owned())),
        Some(Value::Array(_)) if key == PATTERN => return Err(Problem::TokenPattern),
        Some(_) => {}
    }
    let mut entry = RawEntry::default();
    for (name, value) in &object {
        let Some(value) = text_of(name, value)? else { continue };
        if name == key {
            entry.text = value;
        } else if *name == columns.label {
            entry.label = filled(&value);
        } else if *name == columns.id {
            entry.id = filled(&value);
        } else if let Some(value) = filled(&value) {
            let index = *known.entry(name.clone()).or_insert_with(|| {
                gazetteer.attributes.push(name.clone());
                u32::try_from(gazetteer.attributes.len() - 1).unwrap_or(u32::MAX)
            });
            entry.attributes.push((index, value));
        }
    }
    Ok(entry)
}

/// A value as text; none for null.
fn text_of(name: &str, value: &Value) -> Result<Option<String>, Problem> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text.clone())),
        Value::Number(_) | Value::Bool(_) => Ok(Some(value.to_string())),
        Value::Array(_) | Value::Object(_) => Err(Problem::NotText(name.to_owned())),
    }
}
