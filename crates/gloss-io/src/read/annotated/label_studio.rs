//! Tasks that Label Studio exports.

use gloss_doc::{Document, OffsetUnit};
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::json_documents::{Tool, Value, without_text};
use super::label_studio_results::{ResultRecord, Results};
use super::layers::word;
use crate::columns::id_text;
use crate::left_out::LeftOut;
use crate::{AnnotationChoice, Columns, Error, ErrorKind, ReadOptions};

/// Reads [exported tasks](https://labelstud.io/guide/task_format), and those of the short form JSON-MIN.
///
/// Results of the type `labels` are entities, those of the type `choices` classes, a layer for each
/// control. Offsets are code points in what versions of today write, and units of UTF-16 in what those
/// before October 2021 wrote: which of them it is the text shows that stands beside them.
pub struct LabelStudio {
    columns: Columns,
    offsets: Option<OffsetUnit>,
    choice: AnnotationChoice,
    predictions: bool,
    left_out: LeftOut,
}

#[derive(Deserialize)]
struct Annotation {
    result: Option<Vec<ResultRecord>>,
    #[serde(default)]
    was_cancelled: Option<bool>,
    #[serde(default)]
    ground_truth: Option<bool>,
    #[serde(default)]
    model_version: Option<String>,
    #[serde(default)]
    score: Option<f32>,
}

/// Keys of the short form that are neither data nor annotations.
const OWN_KEYS: [&str; 6] =
    ["annotator", "annotation_id", "created_at", "updated_at", "lead_time", "agreement"];

const HELP: &str = "a task is an object with \"data\" and \"annotations\", as the exports JSON and JSON-MIN have it";

impl LabelStudio {
    pub fn new(options: &ReadOptions, left_out: LeftOut) -> LabelStudio {
        let annotations = &options.annotations;
        LabelStudio {
            columns: options.columns.clone(),
            offsets: annotations.offsets,
            choice: annotations.annotation,
            predictions: annotations.predictions,
            left_out,
        }
    }

    /// The annotation that is to be read of those that were not cancelled.
    fn choose(&self, annotations: Vec<Annotation>) -> Option<Annotation> {
        let mut kept: Vec<Annotation> =
            annotations.into_iter().filter(|one| one.was_cancelled != Some(true)).collect();
        let truth = kept.iter().position(|one| one.ground_truth == Some(true));
        let at = match self.choice {
            AnnotationChoice::GroundTruth => truth.or(kept.len().checked_sub(1)),
            AnnotationChoice::First => Some(0),
            AnnotationChoice::Last => kept.len().checked_sub(1),
        };
        at.filter(|at| *at < kept.len()).map(|at| kept.swap_remove(at))
    }

    /// The document of a task's data.
    fn document(
        &self,
        mut data: Map<String, Json>,
        task: Json,
        value: &Value<'_>,
    ) -> Result<Document, Error> {
        let bad =
            |what: &str, help: String| value.place.error(ErrorKind::BadAnnotation, what).help(help);
        let is_text = |(_, value): &(&String, &Json)| value.is_string();
        let mut texts = data.iter().filter(is_text).map(|(key, _)| key.clone());
        let key = match (self.columns.text.as_ref(), texts.next(), texts.next()) {
            (Some(named), _, _) => named.clone(),
            (None, Some(only), None) if !data.contains_key("text") => only,
            _ => "text".to_owned(),
        };
        let Some(Json::String(text)) = data.remove(&key) else {
            let keys: Vec<&str> = data.keys().map(String::as_str).take(40).collect();
            let help =
                format!("say which holds it (`--text-column`); there are: {}", keys.join(", "));
            return Err(bad(&format!("the task's data have no text in {key:?}"), help));
        };
        let id = data.remove(self.columns.id()).filter(|id| !id.is_null()).unwrap_or(task);
        let id = id_text(id).ok_or_else(|| bad("the id is no text", HELP.to_owned()))?;
        data.retain(|_, value| !value.is_null());
        Ok(value.place.document(text, id, data))
    }

    fn task(&self, mut task: Map<String, Json>, value: &Value<'_>) -> Result<Vec<Document>, Error> {
        let Some(Json::Object(data)) = task.remove("data") else {
            let what = "the task has no \"data\" that are an object";
            return Err(value.place.error(ErrorKind::BadAnnotation, what).help(HELP));
        };
        let mut list = |key: &str| -> Result<Option<Vec<Annotation>>, Error> {
            let Some(found) = task.remove(key).filter(|found| !found.is_null()) else {
                return Ok(None);
            };
            serde_json::from_value(found).map(Some).map_err(|e| {
                let what = format!("{key:?}: {}", without_text(&e));
                value.place.error(ErrorKind::BadAnnotation, &what).help(HELP)
            })
        };
        let annotations = list("annotations")?;
        let annotations = if annotations.is_some() { annotations } else { list("completions")? };
        let predictions = if self.predictions { list("predictions")? } else { None };
        let id = task.remove("id").unwrap_or_default();
        // A task that nobody was asked about is still a document.
        let asked = annotations.is_some();
        let cancelled = annotations.as_ref().is_some_and(|all| !all.is_empty());
        let chosen = annotations.and_then(|annotations| self.choose(annotations));
        if asked && chosen.is_none() && predictions.as_ref().is_none_or(Vec::is_empty) {
            self.left_out.add(if cancelled {
                "of Label Studio all of whose annotations were cancelled"
            } else {
                "of Label Studio without an annotation"
            });
            return Ok(Vec::new());
        }
        let mut document = self.document(data, id, value)?;
        if let Some(chosen) = chosen {
            let results = chosen.result.unwrap_or_default();
            self.add(&mut document, "label-studio", results, None, value)?;
        }
        for (number, prediction) in (1..).zip(predictions.into_iter().flatten()) {
            let version = prediction.model_version.filter(|version| !version.is_empty());
            let stage = match version {
                Some(version) => word(&version).replace('.', "-"),
                None => format!("prediction-{number}"),
            };
            let results = prediction.result.unwrap_or_default();
            self.add(&mut document, &stage, results, prediction.score, value)?;
        }
        Ok(vec![document])
    }

    fn add(
        &self,
        document: &mut Document,
        stage: &str,
        results: Vec<ResultRecord>,
        score: Option<f32>,
        value: &Value<'_>,
    ) -> Result<(), Error> {
        let mut found = Results::new(score);
        results.into_iter().for_each(|result| found.add(result));
        found.put_into(document, stage, self.offsets).map_err(|problem| value.problem(&problem))
    }

    /// A task of the short form, in which annotations stand beside the data under the names of their
    /// controls.
    fn short(&self, task: Map<String, Json>, value: &Value<'_>) -> Result<Vec<Document>, Error> {
        let (mut data, mut found) = (Map::new(), Results::new(None));
        let mut id = Json::Null;
        for (key, json) in task {
            if key == "id" {
                id = json;
            } else if OWN_KEYS.contains(&key.as_str()) {
            } else if !found.add_short(&key, &json, self.columns.classes.labels.contains(&key)) {
                data.insert(key, json);
            }
        }
        let mut document = self.document(data, id, value)?;
        found
            .put_into(&mut document, "label-studio", self.offsets)
            .map_err(|problem| value.problem(&problem))?;
        Ok(vec![document])
    }
}

impl Tool for LabelStudio {
    fn read(&self, value: &Value<'_>) -> Result<Vec<Document>, Error> {
        let task: Map<String, Json> = value.parse(HELP)?;
        if !task.contains_key("data") && task.contains_key("annotation_id") {
            return self.short(task, value);
        }
        self.task(task, value)
    }
}
