//! What Label Studio calls results, as layers.

use std::borrow::Cow;

use gloss_doc::{Document, OffsetUnit};
use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value as Json;

use super::layers::{
    Problem, Scored, SpanRecord, classes, counted, layer_name, spans, unit_that_fits,
};

/// A result of an annotation or a prediction.
#[derive(Deserialize)]
pub struct ResultRecord {
    #[serde(rename = "type")]
    kind: Option<String>,
    from_name: Option<String>,
    #[serde(default)]
    value: Json,
    score: Option<f32>,
}

/// The results of one annotation.
#[derive(Default)]
pub struct Results {
    score: Option<f32>,
    spans: Vec<SpanRecord<'static>>,
    /// Whether anything was to be labelled.
    labelled: bool,
    classes: IndexMap<String, Vec<Scored<'static>>>,
    /// Results that are neither.
    others: u64,
}

impl Results {
    /// No results; `score` is that of the whole, where results have none of their own.
    pub fn new(score: Option<f32>) -> Results {
        Results { score, ..Results::default() }
    }

    /// Adds a result.
    pub fn add(&mut self, result: ResultRecord) {
        let score = result.score.or(self.score);
        let control = result.from_name.unwrap_or_else(|| "classes".to_owned());
        let added = match result.kind.as_deref() {
            Some("labels") => self.span(&result.value, score),
            // Choices for a region are of that region, and not of the document.
            Some("choices") if result.value.get("start").is_none() => {
                self.class(&control, result.value.get("choices"), score)
            }
            _ => false,
        };
        self.others += u64::from(!added);
    }

    /// Adds what the short form has under a key; `false` where that is no annotation. A text is a choice
    /// or a part of the data: which, nothing but the user can say.
    pub fn add_short(&mut self, key: &str, json: &Json, is_label: bool) -> bool {
        match json {
            Json::Array(items) if items.iter().all(|item| item.get("labels").is_some()) => {
                for item in items {
                    self.others += u64::from(!self.span(item, None));
                }
                self.labelled = true;
                true
            }
            Json::Object(object) if object.contains_key("choices") => {
                self.class(key, object.get("choices"), None)
            }
            Json::String(_) | Json::Array(_) if is_label => self.class(key, Some(json), None),
            _ => false,
        }
    }

    fn span(&mut self, value: &Json, score: Option<f32>) -> bool {
        let number = |key: &str| value.get(key).and_then(Json::as_u64);
        let (Some(start), Some(end)) = (number("start"), number("end")) else { return false };
        let quote =
            value.get("text").and_then(Json::as_str).map(|text| Cow::Owned(text.to_owned()));
        let labels = value.get("labels").and_then(Json::as_array);
        let labels = labels.into_iter().flatten().filter_map(Json::as_str);
        let mut labels: Vec<Option<&str>> = labels.map(Some).collect();
        if labels.is_empty() {
            labels.push(None);
        }
        for label in labels {
            let label = label.map(|label| Cow::Owned(label.to_owned()));
            self.spans.push(SpanRecord { start, end, label, score, quote: quote.clone() });
        }
        self.labelled = true;
        true
    }

    fn class(&mut self, control: &str, choices: Option<&Json>, score: Option<f32>) -> bool {
        let choices = match choices {
            Some(Json::String(one)) => vec![one.as_str()],
            Some(Json::Array(all)) => all.iter().filter_map(Json::as_str).collect(),
            _ => return false,
        };
        let choices = choices.into_iter().map(|choice| (Cow::Owned(choice.to_owned()), score));
        self.classes.entry(control.to_owned()).or_default().extend(choices);
        true
    }

    /// Makes layers of the document. One without any result has no entity.
    pub fn put_into(
        self,
        document: &mut Document,
        stage: &str,
        offsets: Option<OffsetUnit>,
    ) -> Result<(), Problem> {
        if self.labelled || self.classes.is_empty() {
            let likely = [OffsetUnit::Codepoint, OffsetUnit::Utf16];
            let text = &document.text;
            let unit = offsets.unwrap_or_else(|| unit_that_fits(text, &self.spans, &likely));
            let name = layer_name(document, stage, "entities")?;
            document.layers.push(spans(&name, "entities", text, &self.spans, unit, "region")?);
        }
        for (control, found) in &self.classes {
            let name = layer_name(document, stage, control)?;
            document.layers.push(classes(&name, found));
        }
        if self.others > 0 {
            let results = counted(self.others, "result");
            document.notes.push(format!(
                "{stage}: {results} left out, for neither labels nor choices of the text"
            ));
        }
        Ok(())
    }
}
