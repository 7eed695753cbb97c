//! Runs an extractor that must see every document first, within its own tests.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::sync::atomic::AtomicBool;

use gloss_boundary::{FailureKind, State};
use gloss_doc::{Document, Layer};
use gloss_protocol::{ModelFiles, Plan};

use super::{Failure, Harness, annotate, finished, view};
use crate::{Corpus, CorpusExtractor};

/// A loaded extractor under test, over sets of documents. Its stage is named `test`.
///
/// ```ignore
/// let harness = CorpusHarness::<NearDuplicates>::new(json!({}))?;
/// let documents = CorpusHarness::<NearDuplicates>::documents(["One text.", "One text."]);
/// harness.check_independence(&documents)?;
/// let annotated = harness.run(&[&documents])?;
/// ```
pub struct CorpusHarness<C: CorpusExtractor> {
    harness: Harness<Corpus<C>>,
    _extractor: PhantomData<C>,
}

impl<C: CorpusExtractor> CorpusHarness<C> {
    /// As [`Harness::new`].
    ///
    /// # Errors
    /// What the extractor says.
    pub fn new(options: serde_json::Value) -> Result<Self, Failure> {
        Self::with(options, BTreeMap::new(), &[])
    }

    /// As [`Harness::with`].
    ///
    /// # Errors
    /// What the extractor says.
    pub fn with(
        options: serde_json::Value,
        models: BTreeMap<String, ModelFiles>,
        inputs: &[Layer],
    ) -> Result<Self, Failure> {
        let harness = Harness::with(options, models, inputs)?;
        Ok(CorpusHarness { harness, _extractor: PhantomData })
    }

    /// What the extractor requires and provides.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        self.harness.plan()
    }

    /// Documents of these texts, whose ids are their positions: `0`, `1`, ...
    pub fn documents<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Vec<Document> {
        let document = |(i, text): (usize, T)| Document {
            id: i.to_string(),
            text: text.into(),
            ..Document::default()
        };
        texts.into_iter().enumerate().map(document).collect()
    }

    /// Observes each set of documents in a state of its own.
    ///
    /// # Errors
    /// What the extractor says of any document, or the rule of the interface that it broke.
    pub fn observe(&self, documents: &[Document]) -> Result<State, Failure> {
        let mut state = self.harness.instance.state()?;
        for document in documents {
            let view = view(&self.harness.plan, document);
            finished(state.observe(&[view], &AtomicBool::new(false)))?;
        }
        Ok(state)
    }

    /// Saves a state and restores it.
    ///
    /// # Errors
    /// What the extractor says.
    pub fn save_and_restore(&self, mut state: State) -> Result<State, Failure> {
        self.restore(&self.save(&mut state)?)
    }

    /// What the extractor writes of a state.
    ///
    /// # Errors
    /// What the extractor says.
    pub fn save(&self, state: &mut State) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        state.save(&mut bytes).map_err(|e| Failure::new(FailureKind::Other, e.to_string()))?;
        Ok(bytes)
    }

    /// Makes a state of what the extractor wrote.
    ///
    /// # Errors
    /// What the extractor says.
    pub fn restore(&self, bytes: &[u8]) -> Result<State, Failure> {
        self.harness.instance.restore(bytes)
    }

    /// Merges states in their order, makes findings, and annotates documents by them.
    ///
    /// # Errors
    /// What the extractor says.
    pub fn annotate(
        &self,
        states: impl IntoIterator<Item = State>,
        documents: &[Document],
    ) -> Result<Vec<Document>, Failure> {
        let mut all = self.harness.instance.state()?;
        for state in states {
            all = all.merge(state)?;
        }
        let findings = all.finish(&AtomicBool::new(false))?;
        let annotate_one = |document: &Document| {
            let view = view(&self.harness.plan, document);
            let made = finished(findings.annotate(&[view], &AtomicBool::new(false)))?;
            let mut document = document.clone();
            annotate(&self.harness.plan, &mut document, made);
            Ok(document)
        };
        documents.iter().map(annotate_one).collect()
    }

    /// Observes each set of documents in a state of its own, merges the states in their order, and
    /// annotates all documents.
    ///
    /// # Errors
    /// What the extractor says.
    pub fn run(&self, sets: &[&[Document]]) -> Result<Vec<Document>, Failure> {
        let states = sets.iter().map(|set| self.observe(set)).collect::<Result<Vec<_>, _>>()?;
        self.annotate(states, &sets.concat())
    }

    /// Checks that annotations depend on the set of documents alone: they must be equal however
    /// documents are ordered, spread over states and merged, and whether states were saved.
    ///
    /// # Errors
    /// What the extractor says, or which document is annotated differently, and when.
    pub fn check_independence(&self, documents: &[Document]) -> Result<(), Failure> {
        let expected = self.annotate([self.observe(documents)?], documents)?;
        let check = |how: &str, states: Vec<State>| {
            let found = self.annotate(states, documents)?;
            // As text, because a score that is not there is NaN, which equals nothing.
            let differs = |(a, b): &(&Document, &Document)| format!("{a:?}") != format!("{b:?}");
            match expected.iter().zip(&found).find(differs) {
                None => Ok(()),
                Some((document, _)) => {
                    let message =
                        format!("document {:?} is annotated otherwise {how}", document.id);
                    Err(Failure::new(FailureKind::Rule, message))
                }
            }
        };
        let one_each = || documents.chunks(1).map(|one| self.observe(one));
        let reversed: Vec<Document> = documents.iter().rev().cloned().collect();
        check("when its set comes in reverse", vec![self.observe(&reversed)?])?;
        check("when each has a state", one_each().collect::<Result<_, _>>()?)?;
        check("when states are merged in reverse", one_each().rev().collect::<Result<_, _>>()?)?;
        let (even, odd): (Vec<_>, Vec<_>) =
            documents.iter().cloned().enumerate().partition(|(i, _)| i % 2 == 0);
        let half = |half: Vec<(usize, Document)>| {
            self.observe(&half.into_iter().map(|(_, d)| d).collect::<Vec<_>>())
        };
        let states = [half(odd)?, half(even)?].map(|state| self.save_and_restore(state));
        check("when states were saved", states.into_iter().collect::<Result<_, _>>()?)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::prelude::*;

    /// How many documents have each text; and ways to be wrong.
    struct Twins {
        fault: String,
    }

    #[derive(Deserialize, JsonSchema, Default)]
    #[serde(default, deny_unknown_fields)]
    struct TwinsOptions {
        fault: String,
    }

    impl CorpusExtractor for Twins {
        type Options = TwinsOptions;
        type State = Vec<String>;
        type Findings = Vec<String>;
        const STATE_VERSION: u32 = 1;

        fn describe() -> Description {
            Description::default()
        }

        fn plan(_: &TwinsOptions, _: &Models) -> Result<Plan> {
            let twins = layer::classes("twins").labels(["single", "twin"]).score("how many");
            Ok(Plan { provides: vec![twins], ..Plan::default() })
        }

        fn load(options: TwinsOptions, _: &LoadContext) -> Result<Self> {
            Ok(Twins { fault: options.fault })
        }

        fn state(&self) -> Result<Vec<String>> {
            Ok(Vec::new())
        }

        fn observe(&self, state: &mut Vec<String>, document: &crate::Document<'_>) -> Result<()> {
            match document.text() {
                "panic" => panic!("as asked"),
                "error" => Err(Error::new("as asked")),
                // First come, first served: what this is not to be.
                text if self.fault == "order" && !state.is_empty() => {
                    state.push(format!("{text} too"));
                    Ok(())
                }
                text => {
                    state.push(text.to_owned());
                    Ok(())
                }
            }
        }

        fn merge(&self, state: &mut Vec<String>, other: Vec<String>) -> Result<()> {
            if self.fault == "merge" && !state.is_empty() {
                return Ok(());
            }
            state.extend(other);
            Ok(())
        }

        fn save(&self, state: &Vec<String>, writer: &mut dyn Write) -> Result<()> {
            let saved = if self.fault == "save" { &state[1..] } else { &state[..] };
            Ok(serde_json::to_writer(writer, saved)?)
        }

        fn restore(&self, bytes: &[u8]) -> Result<Vec<String>> {
            Ok(serde_json::from_slice(bytes)?)
        }

        fn finish(&self, state: Vec<String>, _: &Cancellation) -> Result<Vec<String>> {
            if self.fault == "finish" { panic!("as asked") } else { Ok(state) }
        }

        fn annotate(
            &self,
            findings: &Vec<String>,
            document: &crate::Document<'_>,
            out: &mut DocumentOutput<'_>,
        ) -> Result<()> {
            let count = findings.iter().filter(|t| *t == document.text()).count();
            let label = if count > 1 { "twin" } else { "single" };
            out.class("twins", label).score(count as f32).push()?;
            Ok(())
        }
    }

    fn check(fault: &str, texts: &[&str], expected: std::result::Result<&[u32], &str>) {
        let harness = CorpusHarness::<Twins>::new(serde_json::json!({ "fault": fault })).unwrap();
        let documents = CorpusHarness::<Twins>::documents(texts.iter().copied());
        let result = harness
            .check_independence(&documents)
            .and_then(|()| harness.run(&[&documents[..1], &documents[1..]]));
        match (result, expected) {
            (Ok(documents), Ok(labels)) => {
                for (document, label) in documents.iter().zip(labels) {
                    let gloss_doc::Annotations::Classes(c) = &document.layers[0].annotations else {
                        panic!("{document:?}");
                    };
                    assert_eq!(c.label, [*label], "{document:?}");
                }
            }
            (Err(failure), Err(part)) => {
                assert!(failure.to_string().contains(part), "{fault}: {failure}");
            }
            (got, expected) => panic!("{fault} {texts:?}: {got:?}, expected {expected:?}"),
        }
    }

    #[test]
    fn findings_and_faults() {
        check("", &["a", "b", "a"], Ok(&[1, 0, 1]));
        check("", &["a", "panic"], Err("panicked: as asked"));
        check("", &["a", "error"], Err("as asked"));
        check("order", &["a", "a", "b"], Err("in reverse"));
        check("merge", &["a", "b", "a"], Err("document \"0\" is annotated otherwise when each"));
        check("save", &["a", "b", "a"], Err("when states were saved"));
        check("finish", &["a"], Err("panicked: as asked"));
    }

    #[test]
    fn damaged_states_and_states_of_others_are_refused() {
        let new = || CorpusHarness::<Twins>::new(serde_json::json!({})).unwrap();
        let (one, other) = (new(), new());
        assert!(one.restore(b"[\"a\",").unwrap_err().to_string().contains("EOF"));
        let state = other.observe(&[]).unwrap();
        let failure = one.annotate([state], &[]).unwrap_err();
        assert!(failure.to_string().contains("two instances"), "{failure}");
    }

    #[test]
    fn a_host_without_the_extension_is_told() {
        let failure = Harness::<Corpus<Twins>>::new(serde_json::json!({})).unwrap().run("a");
        assert!(failure.unwrap_err().help.contains("gloss.corpus"));
    }
}
