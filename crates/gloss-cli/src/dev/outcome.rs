//! What one run gave, and how two differ.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use gloss_doc::json::DocumentRecord;
use gloss_doc::{Document, Layer, described, marked};
use serde_json::Value;

/// The documents of one run, for people to read.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Each document as text with marks, or why it failed.
    texts: Vec<String>,
    /// Each annotation and each failure, with its document in front where there are several.
    lines: Vec<String>,
}

impl Outcome {
    /// Reads what a run wrote to its output, and to its quarantine if it did. Only layers of the
    /// plugins `ids` are shown, or all where none is named.
    pub fn read([output, quarantine]: &[PathBuf; 2], ids: &[String]) -> Result<Outcome> {
        let mut outcome = Outcome::default();
        let documents: Vec<Document> = lines(output)?
            .into_iter()
            .map(|record| {
                let record: DocumentRecord<'_> = serde_json::from_value(record)?;
                Ok(Document::try_from(record)?)
            })
            .collect::<Result<_>>()?;
        let failed = lines(quarantine)?;
        let several = documents.len() + failed.len() > 1;
        for document in &documents {
            let is_shown = |layer: &&Layer| {
                let of = layer.producer.extractor.split(':').next().unwrap_or_default();
                ids.is_empty() || ids.iter().any(|id| id == of)
            };
            let layers: Vec<&Layer> = document.layers.iter().filter(is_shown).collect();
            let notes = document.notes.iter().map(|note| format!("note: {note}"));
            let lines = described(document, &layers).into_iter().chain(notes.clone());
            outcome.add(&document.id, several, marked(document, &layers), lines);
        }
        for failed in failed {
            let errors = failed["errors"].as_array().into_iter().flatten();
            let lines: Vec<String> = errors.map(failure).collect();
            let id = failed["id"].as_str().unwrap_or_default();
            outcome.add(id, several, lines.join("\n"), lines.into_iter());
        }
        Ok(outcome)
    }

    fn add(&mut self, id: &str, several: bool, text: String, lines: impl Iterator<Item = String>) {
        if several {
            self.texts.push(format!("── {id}\n{text}\n"));
            self.lines.extend(lines.map(|line| format!("{id}: {line}")));
        } else {
            self.texts.push(text);
            self.lines.extend(lines);
        }
    }

    /// All of it.
    pub fn whole(&self) -> String {
        self.texts.join("\n")
    }

    /// The lines that `other` lacks, and those that only `other` has, in their order.
    pub fn differences<'o>(&'o self, other: &'o Outcome) -> (Vec<&'o str>, Vec<&'o str>) {
        (only_in(&self.lines, &other.lines), only_in(&other.lines, &self.lines))
    }
}

/// The lines of `these` that are not in `those`; a line counts as often as it is there.
fn only_in<'l>(these: &'l [String], those: &[String]) -> Vec<&'l str> {
    let mut left: HashMap<&str, usize> = HashMap::new();
    for line in those {
        *left.entry(line).or_default() += 1;
    }
    let is_new = |line: &&str| match left.get_mut::<str>(line) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    };
    these.iter().map(String::as_str).filter(is_new).collect()
}

fn failure(error: &Value) -> String {
    let word = |key: &str| error[key].as_str().unwrap_or_default();
    let stage = match word("stage") {
        "" => String::new(),
        stage => format!(" stage {stage:?}:"),
    };
    format!("failed:{stage} {} {}", word("code"), word("message"))
}

/// The lines of a JSONL file; none where there is no file.
fn lines(path: &Path) -> Result<Vec<Value>> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let text = fs::read_to_string(path).context("the results cannot be read")?;
    text.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_told_apart() {
        let outcome = |lines: &[&str]| Outcome {
            texts: vec![],
            lines: lines.iter().map(|&line| line.to_owned()).collect(),
        };
        let check = |last: &[&str], now: &[&str], gone: &[&str], new: &[&str]| {
            let (last, now) = (outcome(last), outcome(now));
            assert_eq!(last.differences(&now), (gone.to_vec(), new.to_vec()));
        };
        check(&[], &[], &[], &[]);
        check(&["a", "b"], &["b", "a"], &[], &[]);
        check(&["a", "b", "c"], &["a", "d", "c"], &["b"], &["d"]);
        check(&["a", "a"], &["a"], &["a"], &[]);
        check(&["a"], &["b", "a", "a"], &[], &["b", "a"]);
    }
}
