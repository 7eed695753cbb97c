//! What a run comes to, counted as its outcomes pass, for its record and for whoever watches it.

use std::collections::BTreeMap;

use gloss_boundary::Failure;
use gloss_doc::{Annotations, Document};
use serde::{Deserialize, Serialize};

use crate::run::{Outcome, failure_code};

/// Inputs whose documents are counted one by one.
const INPUTS: usize = 1_000;

/// Documents that failed at one stage with one code.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FailureRecord {
    /// The stage; absent where the document could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// The error's code.
    pub code: String,
    /// How many documents. One with which several stages failed counts at each.
    pub documents: u64,
    /// Ids of the first of them, at most five.
    pub examples: Vec<String>,
}

impl FailureRecord {
    /// The most documents that are named.
    pub const EXAMPLES: usize = 5;
}

/// Counts of a run, as far as it has come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tally {
    /// Documents that were annotated.
    pub annotated: u64,
    /// Documents with which a stage failed.
    pub failed: u64,
    /// Documents that were annotated but for stages that failed with them.
    pub incomplete: u64,
    /// Documents that could not be read.
    pub unreadable: u64,
    /// Documents that were read but not processed.
    pub interrupted: u64,
    /// Documents that went through a pass that observes; a document counts in each.
    pub observed: u64,
    /// Bytes of text in annotated documents.
    pub bytes: u64,
    /// Unicode code points of text in annotated documents.
    pub characters: u64,
    /// Tokens in annotated documents, where a layer of type `tokens` is kept.
    pub tokens: Option<u64>,
    failures: Vec<FailureRecord>,
    #[serde(skip)]
    inputs: Inputs,
}

/// Documents by the inputs that they came from. Not kept for a run that goes on: there may be many.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Inputs {
    #[default]
    Unknown,
    Counted(BTreeMap<String, u64>),
}

impl Tally {
    /// One with which a run begins.
    #[must_use]
    pub fn new() -> Tally {
        Tally { inputs: Inputs::Counted(BTreeMap::new()), ..Tally::default() }
    }

    /// What failed, by stage and code; what could not be read comes first.
    #[must_use]
    pub fn failures(&self) -> &[FailureRecord] {
        &self.failures
    }

    /// Documents that came from an input, whatever became of them; `None` where that is not known,
    /// because there were too many inputs, or the run was gone on with.
    #[must_use]
    pub fn of_input(&self, name: &str) -> Option<u64> {
        let Inputs::Counted(inputs) = &self.inputs else { return None };
        let unknown = inputs.len() >= INPUTS;
        inputs.get(name).copied().or((!unknown).then_some(0))
    }

    fn fail(&mut self, stage: Option<&str>, code: &str, id: &str) {
        let key = |record: &FailureRecord| (record.stage.clone(), record.code.clone());
        let wanted = (stage.map(str::to_owned), code.to_owned());
        let at = self.failures.binary_search_by_key(&wanted, key).unwrap_or_else(|at| {
            let (stage, code) = wanted;
            self.failures.insert(at, FailureRecord { stage, code, ..FailureRecord::default() });
            at
        });
        let record = &mut self.failures[at];
        record.documents += 1;
        if record.examples.len() < FailureRecord::EXAMPLES {
            record.examples.push(id.to_owned());
        }
    }

    fn came_from(&mut self, path: Option<&str>) {
        let (Some(path), Inputs::Counted(inputs)) = (path, &mut self.inputs) else { return };
        if let Some(count) = inputs.get_mut(path) {
            *count += 1;
        } else if inputs.len() < INPUTS {
            inputs.insert(path.to_owned(), 1);
        }
    }

    fn annotated(&mut self, document: &Document) {
        self.annotated += 1;
        self.bytes += document.text.len() as u64;
        self.characters += document.text.chars().count() as u64;
        let tokens = document.layers.iter().find(|layer| {
            layer.schema.layer_type == "tokens"
                && matches!(layer.annotations, Annotations::Spans(_))
        });
        if let Some(layer) = tokens {
            *self.tokens.get_or_insert(0) += layer.annotations.len() as u64;
        }
    }

    /// Counts a document with which stages failed, and that is annotated without them.
    pub fn tolerated(&mut self, document: &Document, failures: &[(String, Failure)]) {
        self.incomplete += 1;
        for (stage, failure) in failures {
            self.fail(Some(stage), failure_code(failure).code(), &document.id);
        }
    }

    /// Counts what came of a document.
    pub fn count(&mut self, outcome: &Outcome) {
        let path = |document: &Document| document.source.as_ref().map(|s| s.path.clone());
        match outcome {
            Outcome::Annotated(document) => {
                self.annotated(document);
                self.came_from(path(document).as_deref());
            }
            Outcome::Failed(document, failures) => {
                self.failed += 1;
                for (stage, failure) in failures {
                    self.fail(Some(stage), failure_code(failure).code(), &document.id);
                }
                self.came_from(path(document).as_deref());
            }
            Outcome::Unreadable(failure) => {
                self.unreadable += 1;
                self.fail(None, &failure.code, &failure.id);
                self.came_from(Some(&failure.source.path));
            }
            Outcome::Interrupted(document) => {
                self.interrupted += 1;
                self.came_from(path(document).as_deref());
            }
            Outcome::Observed(document) => self.came_from(path(document).as_deref()),
        }
    }
}

#[cfg(test)]
mod tests {
    use gloss_boundary::{Failure, FailureKind};
    use gloss_doc::Source;

    use super::*;
    use crate::InputFailure;

    fn document(id: usize, text: &str) -> Document {
        let source = Source { path: format!("{}.jsonl", id % 2000), offset: None, line: None };
        let text = text.to_owned();
        Document { id: id.to_string(), text, source: Some(source), ..Document::default() }
    }

    fn tally(outcomes: impl IntoIterator<Item = Outcome>) -> Tally {
        let mut tally = Tally::new();
        outcomes.into_iter().for_each(|outcome| tally.count(&outcome));
        tally
    }

    #[test]
    fn outcomes_are_counted_by_stage_and_code() {
        let failed = |id, stage: &str, kind| {
            let failure = Failure::new(kind, "no matter what");
            Outcome::Failed(document(id, "x"), vec![(stage.to_owned(), failure)])
        };
        let unreadable = InputFailure {
            id: "u".to_owned(),
            source: Box::default(),
            code: "G0202".to_owned(),
            message: String::new(),
            help: String::new(),
        };
        let mut outcomes =
            vec![Outcome::Annotated(document(0, "añ")), Outcome::Unreadable(unreadable)];
        outcomes.extend((0..9).map(|id| failed(id, "ner", FailureKind::Panic)));
        outcomes.push(failed(9, "ner", FailureKind::Document));
        outcomes.push(Outcome::Interrupted(document(10, "")));
        let tally = tally(outcomes);
        assert_eq!((tally.annotated, tally.failed, tally.unreadable), (1, 10, 1));
        assert_eq!((tally.interrupted, tally.bytes, tally.characters), (1, 3, 2));
        let found: Vec<_> = tally
            .failures()
            .iter()
            .map(|f| (f.stage.clone(), f.code.clone(), f.documents, f.examples.join(" ")))
            .collect();
        let ner = Some("ner".to_owned());
        assert_eq!(
            found,
            [
                (None, "G0202".to_owned(), 1, "u".to_owned()),
                (ner.clone(), "G0500".to_owned(), 1, "9".to_owned()),
                (ner, "G0501".to_owned(), 9, "0 1 2 3 4".to_owned()),
            ]
        );
    }

    #[test]
    fn many_inputs_do_not_need_much_memory() {
        let tally = tally((0..4000).map(|id| Outcome::Annotated(document(id, ""))));
        assert!(matches!(&tally.inputs, Inputs::Counted(inputs) if inputs.len() == INPUTS));
        assert_eq!((tally.of_input("0.jsonl"), tally.of_input("1999.jsonl")), (Some(2), None));
        let kept = serde_json::to_string(&tally).unwrap();
        let again: Tally = serde_json::from_str(&kept).unwrap();
        assert_eq!((again.annotated, again.of_input("0.jsonl")), (4000, None));
    }
}
