//! Whether a stage runs on a document, and which layers it is shown.

use std::borrow::Cow;

use gloss_boundary::{DocumentView, Failure, MetadataValue};
use gloss_doc::{Document, Layer};
use serde::{Deserialize, Serialize};

use crate::alternatives::Feed;
use crate::graph::LayerId;
use crate::routing;

/// What a stage made of one document.
#[derive(Clone, Debug, PartialEq)]
pub enum StageOutput<L = Layer> {
    /// Its layers.
    Layers(Made<L>),
    /// No layers, and the document goes on without them.
    Absent(Absence),
    /// It failed, and the document with it.
    Failed(Failure),
    /// It was not run, because a stage that feeds it failed, or the run was cancelled.
    Skipped,
}

/// Layers of a stage.
#[derive(Clone, Debug, PartialEq)]
pub struct Made<L = Layer> {
    /// In the order of its plan.
    pub layers: Vec<L>,
    /// Remarks, each with the stage in front.
    pub notes: Vec<String>,
    /// Which of the stage's schemas they have: see [`Intake::variants`].
    pub variant: usize,
}

/// Why a document has no layers of a stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Absence {
    /// The document is in another language.
    Language,
    /// No stage that could feed it ran on the document.
    Unfed,
    /// It failed, and the document is to go on without it.
    Failed(Failure),
    /// A stage that was to feed it failed so.
    AfterFailure,
}

/// What a stage needs of a document.
#[derive(Debug, Default)]
pub struct Intake {
    /// One for each requirement.
    pub feeds: Vec<Feed>,
    /// The languages that it runs for; empty for all.
    pub languages: Vec<String>,
    /// Layers that say a document's language; none where its metadata do.
    pub language_layers: Vec<LayerId>,
    /// Metadata fields that it reads.
    pub metadata: Vec<String>,
    /// It is lent no ids.
    pub ignores_id: bool,
    /// Requirements that several layers can feed and that its own layers refer to, with the number of
    /// those: which of them did tells the schemas of its layers. The first counts most.
    pub variants: Vec<(usize, usize)>,
}

/// What becomes of a document at a stage.
pub enum Admission<'d> {
    /// The stage runs on it.
    Runs(Shown<'d>),
    /// It goes on without the stage.
    Absent(Absence),
    /// It goes no further.
    Skipped,
}

/// The layers of a document that a stage is shown.
pub struct Shown<'d> {
    layers: Vec<Option<Cow<'d, Layer>>>,
    pub variant: usize,
}

impl Intake {
    /// Whether the stage runs on a document, of which `made` gives what other stages made.
    pub fn admit<'d>(
        &self,
        document: &'d Document,
        made: impl Fn(usize) -> Option<&'d StageOutput>,
    ) -> Admission<'d> {
        let needed = self.feeds.iter().flat_map(|feed| feed.layers.iter().map(|(id, _)| id));
        for &(from, _) in needed.chain(&self.language_layers) {
            if matches!(made(from), None | Some(StageOutput::Failed(_) | StageOutput::Skipped)) {
                return Admission::Skipped;
            }
        }
        let layer = |(from, layer): LayerId| match made(from)? {
            StageOutput::Layers(made) => made.layers.get(layer),
            _ => None,
        };
        if !self.languages.is_empty() {
            let language = if self.language_layers.is_empty() {
                routing::of_metadata(document)
            } else {
                let found = self.language_layers.iter().find_map(|&id| layer(id));
                found.map_or(routing::UNDETERMINED, routing::of_layer)
            };
            if !routing::is_among(&self.languages, language) {
                return Admission::Absent(Absence::Language);
            }
        }
        let (mut layers, mut chosen) = (Vec::with_capacity(self.feeds.len()), Vec::new());
        for feed in &self.feeds {
            let mut found = feed.layers.iter().enumerate();
            let found = found.find_map(|(i, (id, adapter))| Some((i, layer(*id)?, adapter)));
            if found.is_none() && !feed.optional {
                let after_failure = feed.layers.iter().any(|((from, _), _)| {
                    let absence = made(*from);
                    matches!(
                        absence,
                        Some(StageOutput::Absent(Absence::Failed(_) | Absence::AfterFailure))
                    )
                });
                let absence = if after_failure { Absence::AfterFailure } else { Absence::Unfed };
                return Admission::Absent(absence);
            }
            chosen.push(found.map_or(0, |(i, ..)| i));
            layers.push(found.map(|(_, layer, adapter)| match adapter {
                Some(adapter) => Cow::Owned(adapter.adapt(layer)),
                None => Cow::Borrowed(layer),
            }));
        }
        let variant = self.variants.iter().fold(0, |v, &(input, of)| v * of + chosen[input]);
        Admission::Runs(Shown { layers, variant })
    }

    /// A document as the stage sees it.
    pub fn view<'d>(&self, document: &'d Document, shown: &'d Shown<'_>) -> DocumentView<'d> {
        let metadata = self.metadata.iter().map(|f| MetadataValue::of(document.metadata.get(f)));
        DocumentView {
            id: if self.ignores_id { "" } else { &document.id },
            text: &document.text,
            metadata: metadata.collect(),
            inputs: shown.layers.iter().map(Option::as_deref).collect(),
        }
    }
}
