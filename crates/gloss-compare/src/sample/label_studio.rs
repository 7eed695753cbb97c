//! A sample as tasks of Label Studio: its import format, and a configuration of the labelling
//! interface that fits.

use std::collections::BTreeSet;
use std::fmt::Write;

use gloss_doc::{OffsetMap, OffsetUnit};
use serde_json::{Value, json};

use super::{DISAGREEMENT, POPULATION, RANDOM, STRATUM, Sample};
use crate::corpus::{Annotations, Corpus, Document};
use crate::error::{CompareError, ErrorKind};

/// Names in the configuration, to which predictions refer.
const LABELS: &str = "label";
const CHOICES: &str = "class";
const TEXT: &str = "text";

/// What can be corrected.
const CORRECTABLE: &str = "spans, and classes of whole documents, can be corrected so";

/// What is given to Label Studio.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelStudio {
    /// The tasks, as a JSON array. The text, the id and the metadata are in `data`; each variant is a
    /// prediction, whose offsets count code points.
    pub tasks: String,
    /// The configuration of the labelling interface, in XML.
    pub config: String,
}

/// The tasks of a sample, the random stratum and the other mixed, in the order of the corpus: who
/// corrects them is not to know which is which. Predictions are of all variants but the gold.
///
/// # Errors
///
/// Where a document has no text, or classes of stretches of it, which this configuration does not show;
/// where there are neither spans nor classes.
pub fn label_studio(
    corpus: &Corpus,
    sample: &Sample,
    gold: Option<&str>,
) -> Result<LabelStudio, CompareError> {
    let has_some = |said: &Annotations| !(said.spans.is_empty() && said.classes.is_empty());
    if !corpus.documents.iter().any(|document| document.annotations.iter().any(has_some)) {
        let message = "no variant has spans or classes, so there is nothing to be corrected";
        return Err(CompareError::new(ErrorKind::BadSample, message).help(CORRECTABLE));
    }
    let strata = [(RANDOM, &sample.random), (DISAGREEMENT, &sample.disagreements)];
    let mut numbers: Vec<(usize, &str)> = strata
        .iter()
        .flat_map(|(stratum, numbers)| numbers.iter().map(|&number| (number, *stratum)))
        .collect();
    numbers.sort_unstable();
    let task = |&(number, stratum): &(usize, &str)| {
        task(corpus, &corpus.documents[number], stratum, sample.population, gold)
    };
    let tasks = numbers.iter().map(task).collect::<Result<Vec<Value>, _>>()?;
    // Values of this crate serialize.
    let tasks = serde_json::to_string_pretty(&tasks).unwrap_or_default() + "\n";
    Ok(LabelStudio { tasks, config: config(corpus) })
}

fn task(
    corpus: &Corpus,
    document: &Document,
    stratum: &str,
    population: usize,
    gold: Option<&str>,
) -> Result<Value, CompareError> {
    let refuse = |what: &str| {
        let message = format!("document {:?} {what}, so it makes no task", document.id);
        Err(CompareError::new(ErrorKind::BadSample, message).help(CORRECTABLE))
    };
    let Some(text) = document.text.as_deref() else { return refuse("has no text") };
    let of_stretches = |a: &Annotations| a.classes.iter().any(|class| class.target.is_some());
    if document.annotations.iter().any(of_stretches) {
        return refuse("has classes of stretches of its text");
    }
    let map = OffsetMap::new(text, OffsetUnit::Codepoint);
    let mut data = document.metadata.clone();
    data.insert("id".to_owned(), document.id.clone().into());
    data.insert("text".to_owned(), text.into());
    data.insert(STRATUM.to_owned(), stratum.into());
    data.insert(POPULATION.to_owned(), population.into());
    let variants = corpus.variants.iter().zip(&document.annotations);
    let predictions: Vec<Value> = variants
        .filter(|(name, _)| Some(name.as_str()) != gold)
        .map(|(name, said)| json!({ "model_version": name, "result": result(corpus, text, &map, said) }))
        .collect();
    Ok(json!({ "data": data, "predictions": predictions }))
}

fn result(corpus: &Corpus, text: &str, map: &OffsetMap<'_>, said: &Annotations) -> Vec<Value> {
    let label = |label: u32| corpus.labels[label as usize].as_str();
    let spans = said.spans.iter().filter_map(|span| {
        let (start, end) = (span.start as usize, span.end as usize);
        let value = json!({
            "start": map.from_byte(start)?,
            "end": map.from_byte(end)?,
            "text": text.get(start..end)?,
            "labels": [label(span.label)],
        });
        Some((LABELS, "labels", value))
    });
    let classes = said
        .classes
        .iter()
        .map(|class| (CHOICES, "choices", json!({ "choices": [label(class.label)] })));
    let item = |(number, (from, kind, value)): (usize, (&str, &str, Value))| json!({ "id": format!("r{number}"), "from_name": from, "to_name": TEXT, "type": kind, "value": value });
    spans.chain(classes).enumerate().map(item).collect()
}

/// A control for spans and one for classes, as far as there are any, with the labels that occur.
fn config(corpus: &Corpus) -> String {
    let (mut of_spans, mut of_classes) = (BTreeSet::new(), BTreeSet::new());
    for said in corpus.documents.iter().flat_map(|document| &document.annotations) {
        of_spans.extend(said.spans.iter().map(|span| span.label));
        of_classes.extend(said.classes.iter().map(|class| class.label));
    }
    let mut out = String::from("<View>\n");
    let mut control = |element: &str, name: &str, item: &str, labels: &BTreeSet<u32>| {
        if labels.is_empty() {
            return;
        }
        // Writing to a string cannot fail.
        let _ = writeln!(out, "  <{element} name=\"{name}\" toName=\"{TEXT}\">");
        for &label in labels {
            let _ = writeln!(
                out,
                "    <{item} value=\"{}\"/>",
                escaped(&corpus.labels[label as usize])
            );
        }
        let _ = writeln!(out, "  </{element}>");
    };
    control("Labels", LABELS, "Label", &of_spans);
    control("Choices", CHOICES, "Choice", &of_classes);
    let _ = writeln!(out, "  <Text name=\"{TEXT}\" value=\"$text\"/>\n</View>");
    out
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
