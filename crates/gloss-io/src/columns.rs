//! Which columns of a table, or fields of an object, make a document.

use std::borrow::Cow;
use std::collections::HashSet;

use gloss_doc::{Document, Source};
use serde_json::{Map, Value};

use crate::read::too_long;
use crate::{ClassColumns, Error, ErrorKind};

/// Columns by name. Fields within fields have dots between their names: `article.body`. A table
/// without a header has columns `1`, `2`, and so on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// Holds the text; `text` where none is named.
    pub text: Option<String>,
    /// Holds the document's id; `id`, if there is one, where none is named.
    pub id: Option<String>,
    /// Goes into the metadata as `date`.
    pub date: Option<String>,
    /// Go into the metadata under their own names; all others where none is named.
    pub metadata: Option<Vec<String>>,
    /// Hold classes of the document.
    pub classes: ClassColumns,
}

impl Columns {
    /// Whether any column is named.
    #[must_use]
    pub fn is_named(&self) -> bool {
        *self != Columns::default()
    }

    pub(crate) fn text(&self) -> &str {
        self.text.as_deref().unwrap_or("text")
    }

    pub(crate) fn id(&self) -> &str {
        self.id.as_deref().unwrap_or("id")
    }

    /// Whether there may be no text: a table of classes need not have one.
    pub(crate) fn text_is_optional(&self) -> bool {
        self.text.is_none() && !self.classes.is_empty()
    }

    /// Columns that must be there, each once.
    pub(crate) fn required(&self) -> Vec<&str> {
        let text = Some(self.text()).filter(|_| !self.text_is_optional());
        let optional = [&self.id, &self.date].into_iter().flatten().map(String::as_str);
        let metadata = self.metadata.iter().flatten().map(String::as_str);
        let mut seen = HashSet::new();
        let all = text.into_iter().chain(optional).chain(metadata).chain(self.classes.names());
        all.filter(|name| seen.insert(*name)).collect()
    }

    /// Names of a table's columns that go into the metadata, each with its own name there.
    pub(crate) fn metadata<'a>(
        &'a self,
        names: impl Iterator<Item = &'a str>,
    ) -> Vec<(&'a str, &'a str)> {
        let mut kept: Vec<(&str, &str)> = match &self.metadata {
            Some(chosen) => chosen.iter().map(|name| (name.as_str(), name.as_str())).collect(),
            None => {
                let used = [Some(self.text()), Some(self.id()), self.date.as_deref()];
                // What is used deeper within a column does not use up the column.
                let is_class = |name: &str| self.classes.names().any(|other| other == name);
                let others = names.filter(|name| !used.contains(&Some(name)) && !is_class(name));
                others.map(|name| (name, name)).collect()
            }
        };
        if let Some(date) = self.date.as_deref() {
            kept.retain(|(_, key)| *key != "date");
            kept.push((date, "date"));
        }
        kept
    }

    /// The document of an object that holds the columns as fields; `stage` is what its layers are of.
    pub(crate) fn document(
        &self,
        mut object: Map<String, Value>,
        place: Place,
        stage: &str,
    ) -> Result<Document, Error> {
        let bad = |what: String| place.error(ErrorKind::BadRow, &what);
        let chosen = self.metadata.as_ref().map(|names| -> Map<String, Value> {
            let value = |name: &String| Some((name.clone(), field(&object, name)?.clone()));
            names.iter().filter_map(value).collect()
        });
        let mut classified = Document::default();
        let value = |name: &str| field(&object, name).map(Cow::Borrowed);
        self.classes.put_into(&mut classified, stage, value).map_err(&bad)?;
        for name in self.classes.names() {
            take(&mut object, name);
        }
        let date = self.date.as_deref().and_then(|name| take(&mut object, name));
        let id = take(&mut object, self.id()).unwrap_or_default();
        let id = id_text(id).ok_or_else(|| bad(format!("the id in {:?} is no text", self.id())))?;
        let text = match take(&mut object, self.text()) {
            Some(Value::String(text)) => text,
            None | Some(Value::Null) if self.text_is_optional() => String::new(),
            None | Some(Value::Null) => return Err(bad(format!("there is no {:?}", self.text()))),
            Some(_) => return Err(bad(format!("{:?} holds no text", self.text()))),
        };
        if u32::try_from(text.len()).is_err() {
            return Err(place.place(too_long(place.input)));
        }
        let mut metadata = chosen.unwrap_or(object);
        if let Some(date) = date {
            metadata.insert("date".to_owned(), date);
        }
        metadata.retain(|_, value| !value.is_null());
        let document = place.document(text, id, metadata);
        Ok(Document { layers: classified.layers, ..document })
    }
}

/// The field of this name, or within fields, with dots between their names.
pub(crate) fn field<'o>(object: &'o Map<String, Value>, name: &str) -> Option<&'o Value> {
    if let Some(value) = object.get(name) {
        return Some(value);
    }
    name.match_indices('.')
        .find_map(|(at, _)| field(object.get(&name[..at])?.as_object()?, &name[at + 1..]))
}

/// Takes out the field of this name.
fn take(object: &mut Map<String, Value>, name: &str) -> Option<Value> {
    if let Some(value) = object.remove(name) {
        return Some(value);
    }
    name.match_indices('.')
        .find_map(|(at, _)| take(object.get_mut(&name[..at])?.as_object_mut()?, &name[at + 1..]))
}

/// Says that there is no such column.
pub(crate) fn no_column(input: &str, name: &str, there_are: &[&str]) -> Error {
    let message = format!("{input} has no column {name:?}");
    let near = there_are.iter().map(|other| (strsim::damerau_levenshtein(name, other), other));
    let near = near.filter(|(edits, _)| *edits <= 1.max(name.len() / 3)).min();
    let shown: Vec<&str> = there_are.iter().copied().take(MAX_NAMES).collect();
    let more = if there_are.len() > MAX_NAMES { ", ..." } else { "" };
    let list = format!("there are: {}{more}", shown.join(", "));
    let help = match near {
        Some((_, near)) => format!("did you mean {near:?}? {list}"),
        None if name == "text" => format!(
            "{list}; say which holds the text (`--text-column`), or classes (`--label-column`)"
        ),
        None => list,
    };
    Error::new(ErrorKind::NoColumn, input, message).help(help)
}

/// How many columns a message names.
const MAX_NAMES: usize = 40;

/// Where a row stands.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    /// The input's name.
    pub input: &'a str,
    /// The line on which it begins, or the number of the row in a format without lines; from 1.
    pub line: u64,
}

impl Place<'_> {
    pub(crate) fn id(&self) -> String {
        format!("{}:{}", self.input, self.line)
    }

    pub fn error(&self, kind: ErrorKind, what: &str) -> Error {
        self.place(Error::new(kind, self.input, format!("{}:{}: {what}", self.input, self.line)))
    }

    /// Gives an error this place.
    pub fn place(&self, mut error: Error) -> Error {
        error.id = self.id();
        error.place.line = Some(self.line);
        error
    }

    /// The document of a row.
    pub fn document(&self, text: String, id: String, metadata: Map<String, Value>) -> Document {
        let id = if id.is_empty() { self.id() } else { id };
        let path = self.input.to_owned();
        let source = Some(Source { path, offset: None, line: Some(self.line) });
        Document { id, text, metadata, source, ..Document::default() }
    }
}

/// A value as an id.
pub(crate) fn id_text(value: Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_into_the_metadata() {
        let check = |date: Option<&str>, metadata: Option<&[&str]>, expected: &[(&str, &str)]| {
            let metadata = metadata.map(|m| m.iter().map(|name| (*name).to_owned()).collect());
            let columns = Columns { date: date.map(str::to_owned), metadata, ..Columns::default() };
            let names = ["id", "text", "date", "day", "x"];
            assert_eq!(columns.metadata(names.into_iter()), expected);
        };
        check(None, None, &[("date", "date"), ("day", "day"), ("x", "x")]);
        check(Some("day"), None, &[("x", "x"), ("day", "date")]);
        check(Some("date"), None, &[("day", "day"), ("x", "x"), ("date", "date")]);
        check(None, Some(&["x", "id"]), &[("x", "x"), ("id", "id")]);
        check(Some("day"), Some(&[]), &[("day", "date")]);
    }

    #[test]
    fn missing_columns_have_help() {
        let check = |name: &str, there_are: &[&str], help: &str| {
            assert_eq!(no_column("a.csv", name, there_are).help, help);
        };
        check("txet", &["id", "text"], "did you mean \"text\"? there are: id, text");
        let which = "say which holds the text (`--text-column`), or classes (`--label-column`)";
        check("text", &["a"], &format!("there are: a; {which}"));
        check("body", &["a", "b"], "there are: a, b");
    }
}
