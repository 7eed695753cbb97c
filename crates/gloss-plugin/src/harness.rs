//! Runs an extractor on a text within its own tests.
//!
//! Goes through the same C tables and the same checks as a host does, but needs no library file.
//!
//! What an extractor finds is written as marks in the text, as [`gloss_doc::marked`] describes:
//!
//! ```ignore
//! check::<Shouting>("They said STOP.", "They said [STOP].");
//!
//! let patient = Harness::<Shouting>::new(json!({ "min_letters": 6 }))?;
//! patient.check("They said STOP.", "They said STOP.");
//! println!("{}", patient.show("They said STOPPED.")?);
//! ```
//!
//! An extractor that reads layers gets them with the document: [`spans`] makes one. `Harness::with` is
//! told their schemas.
//!
//! Where marks do not say enough (scores), look at the columns:
//!
//! ```ignore
//! let document = patient.run("They said STOPPED.")?;
//! assert_eq!(document.layer("test/shouts").unwrap().annotations.len(), 1);
//! ```

#![allow(unsafe_code)]

mod corpus;

pub use corpus::CorpusHarness;
/// Documents and layers, to make what an extractor reads and to look at what it found.
pub use gloss_doc;

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use gloss_boundary::{
    BatchResult, DocumentResult, DocumentView, Instance, LayerData, MetadataValue,
};
use gloss_doc::{Annotations, Document, Layer, LayerSchema, Producer, Spans};
use gloss_protocol::{InputBinding, LoadRequest, ModelFiles, Plan, PlanRequest, ResolvedFile};

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
        Self::plan_and_load(PlanRequest { options, models, ..PlanRequest::default() }, inputs)
    }

    /// Plans and loads with options, the files that they name, by option, and the layers that feed the
    /// requirements. The digests of these files are empty: an extractor that compares digests must pass
    /// over an empty one.
    ///
    /// # Errors
    /// What the extractor says.
    pub fn with_files(
        options: serde_json::Value,
        files: &[(&str, &[&Path])],
        inputs: &[Layer],
    ) -> Result<Harness<E>, Failure> {
        let resolved = |path: &&Path| ResolvedFile {
            name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            path: path.to_path_buf(),
            digest: String::new(),
        };
        let files = files
            .iter()
            .map(|(option, paths)| ((*option).to_owned(), paths.iter().map(resolved).collect()));
        let files = files.collect();
        Self::plan_and_load(PlanRequest { options, files, ..PlanRequest::default() }, inputs)
    }

    fn plan_and_load(request: PlanRequest, inputs: &[Layer]) -> Result<Harness<E>, Failure> {
        let extractor = plugin::<E>()?;
        let plan = extractor.plan(&request)?;
        let binding = |layer_type: &str| {
            inputs.iter().find(|l| l.schema.layer_type == layer_type).map(|layer| InputBinding {
                layer: layer.name.clone(),
                schema: (*layer.schema).clone(),
            })
        };
        let request = LoadRequest {
            options: request.options,
            models: request.models,
            files: request.files,
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

    /// Annotates a text, and shows what was found as marks in it.
    ///
    /// # Errors
    /// As [`Harness::run`].
    pub fn show(&self, text: &str) -> Result<String, Failure> {
        self.show_document(Document { text: text.to_owned(), ..Document::default() })
    }

    /// Annotates a document, and shows what was found as marks in its text. The layers that it came
    /// with are not shown.
    ///
    /// # Errors
    /// As [`Harness::run`].
    pub fn show_document(&self, document: Document) -> Result<String, Failure> {
        let given = document.layers.len();
        let document = self.run_document(document)?;
        let found: Vec<&Layer> = document.layers[given..].iter().collect();
        Ok(gloss_doc::marked(&document, &found))
    }

    /// Annotates a text, and compares it with the same text with marks.
    ///
    /// # Panics
    /// When something else is found, or the extractor fails.
    #[track_caller]
    pub fn check(&self, text: &str, expected: &str) {
        self.check_document(Document { text: text.to_owned(), ..Document::default() }, expected);
    }

    /// As [`Harness::check`], for a document with metadata, or with layers that are required.
    ///
    /// # Panics
    /// As [`Harness::check`].
    #[track_caller]
    pub fn check_document(&self, document: Document, expected: &str) {
        match self.show_document(document) {
            Ok(found) if found == expected => {}
            Ok(found) => panic!("\nexpected: {expected}\n   found: {found}\n"),
            Err(failure) => panic!("\nexpected: {expected}\n  failed: {failure}\n"),
        }
    }
}

/// Runs an extractor with its default options, and compares; see [`Harness::check`].
///
/// # Panics
/// When it finds something else, or fails.
#[track_caller]
pub fn check<E: Extractor>(text: &str, expected: &str) {
    match Harness::<E>::new(serde_json::json!({})) {
        Ok(harness) => harness.check(text, expected),
        Err(failure) => panic!("the extractor does not load: {failure}"),
    }
}

/// A layer of spans, as another stage would have made it, to feed what an extractor requires: where
/// each span is, in bytes, and the number of its label among those of the schema.
#[must_use]
pub fn spans(schema: LayerSchema, spans: impl IntoIterator<Item = (Range<usize>, usize)>) -> Layer {
    // Texts of tests are short, and what does not fit fails as a span outside of its text.
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let mut columns = Spans::default();
    for (range, label) in spans {
        columns.start.push(number(range.start));
        columns.end.push(number(range.end));
        if !schema.labels.is_empty() {
            columns.label.push(number(label));
        }
    }
    Layer {
        name: format!("other/{}", schema.name),
        schema: Arc::new(schema),
        producer: Arc::new(Producer::default()),
        annotations: Annotations::Spans(columns),
        attributes: Vec::new(),
    }
}

/// The document as the extractor sees it; its layers feed the requirements by type.
fn view<'d>(plan: &Plan, document: &'d Document) -> DocumentView<'d> {
    let find =
        |layer_type: &str| document.layers.iter().find(|l| l.schema.layer_type == layer_type);
    DocumentView {
        id: &document.id,
        text: &document.text,
        metadata: plan
            .metadata
            .iter()
            .map(|f| MetadataValue::of(document.metadata.get(f)))
            .collect(),
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

/// The extractor behind tables made here, as a library would export them.
fn plugin<E: Extractor>() -> Result<gloss_boundary::Extractor, Failure> {
    // Tables live as long as the process in a library, so these few bytes are leaked.
    let table: &'static _ = Box::leak(Box::new(shim::table::<E>("test")));
    gloss_boundary::Extractor::from_table(table)
        .map_err(|e| Failure::new(gloss_boundary::FailureKind::Other, e.to_string()))
}

#[cfg(test)]
mod tests;
