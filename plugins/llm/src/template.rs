//! Templates of prompts: text with places for the document's text and metadata.

use gloss_plugin::{Document, Error, MetadataValue, Result};

/// A template, parsed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Template(Vec<Part>);

#[derive(Clone, Debug, PartialEq)]
enum Part {
    Words(String),
    Text,
    Length,
    Metadata(String),
}

impl Template {
    /// Parses a template: `{text}`, `{metadata.NAME}`, and `{length}` where there is one; `{{` and `}}` stand
    /// for braces.
    pub(crate) fn parse(source: &str, has_length: bool) -> Result<Self> {
        let mut parts = Vec::new();
        let mut words = String::new();
        let mut rest = source;
        while let Some(at) = rest.find(['{', '}']) {
            words.push_str(&rest[..at]);
            let brace = &rest[at..=at];
            rest = &rest[at + 1..];
            if let Some(behind) = rest.strip_prefix(brace) {
                words.push_str(brace);
                rest = behind;
                continue;
            }
            let place = if brace == "{" { rest.split_once('}') } else { None };
            let Some((name, behind)) = place else {
                let message = format!("a single {brace} at byte {}", source.len() - rest.len() - 1);
                return Err(Error::option("prompt", message)
                    .with_help("write {{ and }} for braces that stand for themselves"));
            };
            let part = match name.strip_prefix("metadata.") {
                Some(field) if !field.is_empty() => Part::Metadata(field.to_owned()),
                _ if name == "text" => Part::Text,
                _ if name == "length" && has_length => Part::Length,
                _ => {
                    let length = if has_length { ", {length}" } else { "" };
                    return Err(Error::option("prompt", format!("there is no {{{name}}}"))
                        .with_help(format!("there are {{text}}{length} and {{metadata.NAME}}")));
                }
            };
            parts.push(Part::Words(std::mem::take(&mut words)));
            parts.push(part);
            rest = behind;
        }
        words.push_str(rest);
        parts.push(Part::Words(words));
        Ok(Self(parts))
    }

    /// Whether it has a place for the document's text.
    pub(crate) fn has_text(&self) -> bool {
        self.0.contains(&Part::Text)
    }

    /// The metadata fields that it names, each once.
    pub(crate) fn metadata(&self) -> Vec<String> {
        let mut fields: Vec<String> = Vec::new();
        for part in &self.0 {
            if let Part::Metadata(field) = part
                && !fields.contains(field)
            {
                fields.push(field.clone());
            }
        }
        fields
    }

    /// The template with a document's metadata in it, and `text` and `length`.
    pub(crate) fn fill(&self, document: &Document<'_>, text: &str, length: &str) -> Result<String> {
        let mut filled = String::new();
        for part in &self.0 {
            match part {
                Part::Words(words) => filled.push_str(words),
                Part::Text => filled.push_str(text),
                Part::Length => filled.push_str(length),
                Part::Metadata(field) => match document.metadata(field)? {
                    MetadataValue::Null => {}
                    MetadataValue::Bool(value) => filled.push_str(&value.to_string()),
                    MetadataValue::Int(value) => filled.push_str(&value.to_string()),
                    MetadataValue::Float(value) => filled.push_str(&value.to_string()),
                    MetadataValue::String(value) => filled.push_str(value),
                },
            }
        }
        Ok(filled)
    }
}
