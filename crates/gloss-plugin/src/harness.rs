//! Runs an extractor on a text within its own tests.
//!
//! Goes through the same C tables and the same checks as a host does, but needs no library file.
//!
//! ```ignore
//! let shouts = Harness::<Shouting>::new(json!({ "min_letters": 4 }))?.run("They said STOP.")?;
//! assert_eq!(shouts.layer("test/shouts").unwrap().annotations.len(), 1);
//! ```

#![allow(unsafe_code)]

mod corpus;

pub use corpus::CorpusHarness;

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use gloss_boundary::{
    BatchResult, DocumentResult, DocumentView, Instance, LayerData, MetadataValue,
};
use gloss_doc::{Document, Layer, Producer};
use gloss_protocol::{InputBinding, LoadRequest, ModelFiles, Plan, PlanRequest};

use crate::{Extractor, shim};

/// A loaded extractor under test. Its stage is named `test`.
pub struct Harness<E> {
    instance: Arc<Instance>,
    plan: Plan,
    _extractor: PhantomData<E>,
}

/// Why a test run did not give annotations; the text of the failure.
pub type Failure = gloss_boundary::Failure;

impl<E: Extractor> Harness<E> {
    /// Plans and loads with these options and no models; requirements are fed by layers of the
    /// documents given to [`Harness::run_document`].
    ///
    /// # Errors
    /// What the extractor says.
    pub fn new(options: serde_json::Value) -> Result<Harness<E>, Failure> {
        Self::with(options, BTreeMap::new(), &[])
    }

    /// Plans and loads with options, models, and the layers that feed the requirements (their
    /// schemas count; matched by type).
    ///
    /// # Errors
    /// What the extractor says.
    pub fn with(
        options: serde_json::Value,
        models: BTreeMap<String, ModelFiles>,
        inputs: &[Layer],
    ) -> Result<Harness<E>, Failure> {
        let extractor = plugin::<E>()?;
        let plan =
            extractor.plan(&PlanRequest { options: options.clone(), models: models.clone() })?;
        let binding = |layer_type: &str| {
            inputs.iter().find(|l| l.schema.layer_type == layer_type).map(|layer| InputBinding {
                layer: layer.name.clone(),
                schema: (*layer.schema).clone(),
            })
        };
        let request = LoadRequest {
            options,
            models,
            inputs: plan.requires.iter().map(|r| binding(&r.layer_type)).collect(),
            wanted: vec![true; plan.provides.len()],
            threads: 1,
        };
        let instance = extractor.load(&plan, &request)?;
        Ok(Harness { instance, plan, _extractor: PhantomData })
    }

    /// What the extractor requires and provides.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Annotates a text.
    ///
    /// # Errors
    /// What the extractor says, or the rule of the interface that it broke.
    pub fn run(&self, text: &str) -> Result<Document, Failure> {
        self.run_document(Document { text: text.to_owned(), ..Document::default() })
    }

    /// Annotates a document, whose layers feed the requirements by type.
    ///
    /// # Errors
    /// As [`Harness::run`].
    pub fn run_document(&self, mut document: Document) -> Result<Document, Failure> {
        if document.id.is_empty() {
            "test".clone_into(&mut document.id);
        }
        let view = view(&self.plan, &document);
        let result = self.instance.worker()?.extract(&[view], &AtomicBool::new(false));
        let finished = finished(result)?;
        annotate(&self.plan, &mut document, finished);
        Ok(document)
    }
}

/// The document as the extractor sees it; its layers feed the requirements by type.
fn view<'d>(plan: &Plan, document: &'d Document) -> DocumentView<'d> {
    let find =
        |layer_type: &str| document.layers.iter().find(|l| l.schema.layer_type == layer_type);
    DocumentView {
        id: &document.id,
        text: &document.text,
        metadata: plan.metadata.iter().map(|f| metadata(document, f)).collect(),
        inputs: plan.requires.iter().map(|r| find(&r.layer_type)).collect(),
    }
}

/// What a batch of one document gave: its layers and notes.
fn finished(result: BatchResult) -> Result<(Vec<LayerData>, Vec<String>), Failure> {
    if let Some(failure) = result.failure {
        return Err(failure);
    }
    match result.documents.into_iter().next() {
        Some(DocumentResult::Finished { layers, notes }) => Ok((layers, notes)),
        Some(DocumentResult::Failed(failure)) => Err(failure),
        _ => Err(Failure::new(gloss_boundary::FailureKind::Other, "the document was not finished")),
    }
}

fn annotate(plan: &Plan, document: &mut Document, (layers, notes): (Vec<LayerData>, Vec<String>)) {
    let layers = layers.into_iter().zip(&plan.provides).map(|(data, schema)| Layer {
        name: format!("test/{}", schema.name),
        schema: Arc::new(schema.clone()),
        producer: Arc::new(Producer::default()),
        annotations: data.annotations,
        attributes: data.attributes,
    });
    document.layers.extend(layers);
    document.notes = notes;
}

fn metadata(document: &Document, field: &str) -> MetadataValue {
    match document.metadata.get(field) {
        Some(serde_json::Value::String(text)) => MetadataValue::String(text.clone()),
        _ => MetadataValue::Null,
    }
}

/// The extractor behind tables made here, as a library would export them.
fn plugin<E: Extractor>() -> Result<gloss_boundary::Extractor, Failure> {
    // Tables live as long as the process in a library, so these few bytes are leaked.
    let table: &'static _ = Box::leak(Box::new(shim::table::<E>("test")));
    gloss_boundary::Extractor::from_table(table)
        .map_err(|e| Failure::new(gloss_boundary::FailureKind::Other, e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prelude::*;

    struct Words;

    #[derive(Deserialize, JsonSchema)]
    #[serde(default, deny_unknown_fields)]
    struct WordsOptions {
        mode: String,
    }

    impl Default for WordsOptions {
        fn default() -> Self {
            WordsOptions { mode: "words".to_owned() }
        }
    }

    impl Extractor for Words {
        type Options = WordsOptions;
        type Worker = String;

        fn describe() -> Description {
            Description::default()
        }

        fn plan(_: &WordsOptions, _: &Models) -> Result<Plan> {
            let words = layer::spans("words").labels(["short", "long"]).score("length").attribute(
                "upper",
                crate::AttributeType::Bool,
                "in capitals",
            );
            Ok(Plan { provides: vec![words], ..Plan::default() })
        }

        fn load(options: WordsOptions, _: &LoadContext) -> Result<Self> {
            if options.mode == "broken" { Err(Error::option("mode", "no")) } else { Ok(Words) }
        }

        fn worker(&self) -> Result<String> {
            Ok(String::new())
        }

        fn extract(
            &self,
            _: &mut String,
            document: &crate::Document<'_>,
            out: &mut DocumentOutput<'_>,
        ) -> Result<()> {
            let text = document.text();
            match text {
                "panic" => panic!("as asked"),
                "outside" => {
                    out.span("words", 0..99).label("long").push()?;
                }
                "inside é" => {
                    out.span("words", 0..8).label("long").push()?;
                }
                "label" => {
                    out.span("words", 0..1).label("none").push()?;
                }
                "error" => return Err(Error::new("as asked")),
                _ => {}
            }
            for word in text.split_whitespace() {
                let start = word.as_ptr() as usize - text.as_ptr() as usize;
                out.span("words", start..start + word.len())
                    .label(if word.len() < 4 { "short" } else { "long" })
                    .score(word.len() as f32)
                    .attribute("upper", word.chars().all(char::is_uppercase))
                    .push()?;
            }
            Ok(())
        }
    }

    fn check(text: &str, expected: std::result::Result<usize, &str>) {
        let result = Harness::<Words>::new(serde_json::json!({})).unwrap().run(text);
        match (result, expected) {
            (Ok(document), Ok(count)) => {
                assert_eq!(document.layers[0].annotations.len(), count, "{text}");
                assert!(document.layers[0].attributes[0].len() == count);
            }
            (Err(failure), Err(part)) => {
                assert!(failure.to_string().contains(part), "{text}: {failure}");
            }
            (got, expected) => panic!("{text}: {got:?}, expected {expected:?}"),
        }
    }

    #[test]
    fn annotations_and_failures() {
        check("", Ok(0));
        check("One ÜBER añb 😀", Ok(4));
        check("panic", Err("panicked: as asked (crates/gloss-plugin/src/harness.rs"));
        check("outside", Err("0..99 lies outside the text of 7 bytes"));
        check("inside é", Err("begins or ends inside a character"));
        check("label", Err("does not declare the label \"none\""));
        check("error", Err("as asked"));
    }

    #[test]
    fn options_are_named() {
        let check = |options, kind, place: &str| {
            let failure = Harness::<Words>::new(options).err().unwrap();
            assert_eq!((failure.kind, failure.place.as_str()), (kind, place), "{failure}");
        };
        use gloss_boundary::FailureKind::Options;
        check(serde_json::json!({"mode": 1}), Options, "mode");
        check(serde_json::json!({"mode": "broken"}), Options, "mode");
        check(serde_json::json!({"mood": "x"}), Options, "mood");
    }
}
