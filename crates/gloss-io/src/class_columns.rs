//! Columns of a table, or fields of an object, that hold classes of the document.

use std::borrow::Cow;

use gloss_doc::Document;
use serde_json::Value;

use crate::read::{class_layer, layer_name};

/// Columns that hold classes. Where there are any, a table need not have a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClassColumns {
    /// Each holds a class; in JSON and Parquet it may hold a list of them.
    pub labels: Vec<String>,
    /// Holds the score of the class in the first of `labels`.
    pub score: Option<String>,
    /// Each is named as a class, and holds its probability.
    pub probabilities: Vec<String>,
}

impl ClassColumns {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == ClassColumns::default()
    }

    /// All of them.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let all = self.labels.iter().chain(&self.score).chain(&self.probabilities);
        all.map(String::as_str)
    }

    /// Puts the classes of a row into its document: a layer for each column of labels, and one of all
    /// probabilities. Where a row has no value it has no class. Says what is wrong otherwise.
    pub(crate) fn put_into<'v>(
        &self,
        document: &mut Document,
        stage: &str,
        value: impl Fn(&str) -> Option<Cow<'v, Value>>,
    ) -> Result<(), String> {
        for (index, column) in self.labels.iter().enumerate() {
            let Some(found) = value(column) else { continue };
            let labels = labels(&found).ok_or_else(|| format!("{column:?} holds no class"))?;
            let score = match self.score.as_deref().filter(|_| index == 0) {
                Some(score) => match value(score) {
                    Some(found) => number(&found, score)?,
                    None => None,
                },
                None => None,
            };
            if !labels.is_empty() {
                let labels: Vec<_> =
                    labels.into_iter().map(|label| (Cow::Owned(label), score)).collect();
                let name = layer_name(document, stage, column).map_err(|problem| problem.what)?;
                document.layers.push(class_layer(&name, &labels));
            }
        }
        let mut scored = Vec::new();
        for column in &self.probabilities {
            let found = value(column).map(|found| number(&found, column)).transpose()?.flatten();
            scored.extend(found.map(|found| (Cow::Borrowed(column.as_str()), Some(found))));
        }
        if !scored.is_empty() {
            let name =
                layer_name(document, stage, "probabilities").map_err(|problem| problem.what)?;
            document.layers.push(class_layer(&name, &scored));
        }
        Ok(())
    }
}

/// The classes that a value names.
fn labels(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::Null => Some(Vec::new()),
        Value::String(label) if label.is_empty() => Some(Vec::new()),
        Value::String(label) => Some(vec![label.clone()]),
        Value::Number(label) => Some(vec![label.to_string()]),
        Value::Bool(label) => Some(vec![label.to_string()]),
        Value::Array(all) => {
            let all = all.iter().map(|one| labels(one).filter(|_| !one.is_array()));
            Some(all.collect::<Option<Vec<_>>>()?.into_iter().flatten().collect())
        }
        Value::Object(_) => None,
    }
}

/// The number that a value is, or is written as.
fn number(value: &Value, column: &str) -> Result<Option<f32>, String> {
    let number = match value {
        Value::Null => return Ok(None),
        Value::String(text) if text.trim().is_empty() => return Ok(None),
        Value::String(text) => text.trim().parse().ok(),
        other => other.as_f64().map(|number| number as f32),
    };
    let number = number.filter(|number| number.is_finite());
    number.map(Some).ok_or_else(|| format!("{column:?} holds no number"))
}

#[cfg(test)]
mod tests {
    use gloss_doc::Annotations;
    use serde_json::json;

    use super::*;

    #[test]
    fn rows_have_classes() {
        let columns = ClassColumns {
            labels: vec!["tone".to_owned(), "topic".to_owned()],
            score: Some("sure".to_owned()),
            probabilities: vec!["good".to_owned(), "bad".to_owned()],
        };
        let check = |row: Value, expected: Result<&str, &str>| {
            let mut document = Document::default();
            let found =
                columns.put_into(&mut document, "csv", |name| row.get(name).map(Cow::Borrowed));
            let told = |layer: &gloss_doc::Layer| match &layer.annotations {
                Annotations::Classes(classes) => {
                    let label = |row: usize| &layer.schema.labels[classes.label[row] as usize];
                    let rows = (0..classes.label.len()).map(|row| match classes.score.get(row) {
                        Some(score) => format!("{}={score}", label(row)),
                        None => label(row).clone(),
                    });
                    format!("{}: {}", layer.name, rows.collect::<Vec<_>>().join(" "))
                }
                other => panic!("{other:?}"),
            };
            let found =
                found.map(|()| document.layers.iter().map(told).collect::<Vec<_>>().join("; "));
            assert_eq!(found, expected.map(str::to_owned).map_err(str::to_owned), "{row}");
        };
        check(json!({"tone": "good"}), Ok("csv/tone: good"));
        check(
            json!({"tone": "good", "sure": " 0.5", "topic": ["a", 2]}),
            Ok("csv/tone: good=0.5; csv/topic: a 2"),
        );
        check(json!({"tone": "", "topic": null, "sure": ""}), Ok(""));
        check(json!({"good": "0.25", "bad": 0.75}), Ok("csv/probabilities: bad=0.75 good=0.25"));
        check(json!({"good": "much"}), Err("\"good\" holds no number"));
        check(json!({"good": "inf"}), Err("\"good\" holds no number"));
        check(json!({"tone": "x", "sure": true}), Err("\"sure\" holds no number"));
        check(json!({"tone": {}}), Err("\"tone\" holds no class"));
        check(json!({"topic": [["a"]]}), Err("\"topic\" holds no class"));
    }
}
