//! The documents of a page as its scripts read them.
//!
//! Offsets are in UTF-16 code units, as JavaScript counts. Lists of numbers are flat, and what is
//! empty is left out: a page of thousands of documents is mostly this.

use std::borrow::Cow;

use gloss_compare::spans::Assigner;
use gloss_compare::{Annotations, Corpus, Document, Target};
use gloss_doc::{OffsetMap, OffsetUnit};
use serde::Serialize;

use super::metadata::field_value;

/// All that the scripts know.
#[derive(Serialize)]
pub struct PageData<'a> {
    variants: &'a [String],
    /// The number of the gold.
    gold: Option<usize>,
    labels: &'a [String],
    /// How many spans and classes of these documents have each label.
    counts: Vec<usize>,
    /// Names of the fields of the metadata.
    fields: Vec<&'a str>,
    /// Every two variants, those with the gold first.
    pairs: Vec<(usize, usize)>,
    documents: Vec<DocumentData<'a>>,
}

#[derive(Serialize)]
struct DocumentData<'a> {
    id: &'a str,
    /// Its number in the input, from 0.
    n: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    /// Fields, by their number, and values.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    meta: Vec<(usize, Cow<'a, str>)>,
    /// Of each variant start, length and label of its spans.
    #[serde(skip_serializing_if = "all_empty")]
    spans: Vec<Vec<usize>>,
    /// Of each pair the spans that are not equal: of the left side and of the right side that answers
    /// it, by their numbers; -1 where there is none.
    #[serde(skip_serializing_if = "all_empty")]
    pairs: Vec<Vec<i64>>,
    #[serde(skip_serializing_if = "all_empty")]
    classes: Vec<Vec<ClassData>>,
    #[serde(skip_serializing_if = "all_empty")]
    values: Vec<Vec<ValueData>>,
    #[serde(skip_serializing_if = "all_empty")]
    texts: Vec<Vec<TextData<'a>>>,
}

/// Start and end of the target (-1 for the document), label, and its probability.
#[derive(Serialize)]
struct ClassData(i64, i64, u32, #[serde(skip_serializing_if = "Option::is_none")] Option<f64>);

/// Start and end of the target (-1 for the document), and the number.
#[derive(Serialize)]
struct ValueData(i64, i64, f64);

/// Start and end of the target (-1 for the document), and the text.
#[derive(Serialize)]
struct TextData<'a>(i64, i64, &'a str);

fn all_empty<T>(lists: &[Vec<T>]) -> bool {
    lists.iter().all(Vec::is_empty)
}

/// Every two variants, those with the gold first and the gold on the left: the order of the results.
pub fn pairs(variants: usize, gold: Option<usize>) -> Vec<(usize, usize)> {
    let others = || (0..variants).filter(|at| Some(*at) != gold);
    let with_gold = gold.into_iter().flat_map(|gold| others().map(move |at| (gold, at)));
    let rest = others().flat_map(|a| others().filter(move |b| *b > a).map(move |b| (a, b)));
    with_gold.chain(rest).collect()
}

impl<'a> PageData<'a> {
    /// The data of these documents of the corpus.
    pub fn new(corpus: &'a Corpus, gold: Option<usize>, documents: &[usize]) -> PageData<'a> {
        let chosen = || documents.iter().map(|&number| (number, &corpus.documents[number]));
        let mut fields: Vec<&str> = chosen()
            .flat_map(|(_, document)| document.metadata.keys())
            .map(String::as_str)
            .collect();
        fields.sort_unstable();
        fields.dedup();
        let pairs = pairs(corpus.variants.len(), gold);
        let mut counts = vec![0; corpus.labels.len()];
        for side in chosen().flat_map(|(_, document)| &document.annotations) {
            side.spans.iter().for_each(|span| counts[span.label as usize] += 1);
            side.classes.iter().for_each(|class| counts[class.label as usize] += 1);
        }
        let mut assigner = Assigner::default();
        let documents = chosen()
            .map(|(number, document)| {
                DocumentData::new(number, document, &fields, &pairs, &mut assigner)
            })
            .collect();
        PageData {
            variants: &corpus.variants,
            gold,
            labels: &corpus.labels,
            counts,
            fields,
            pairs,
            documents,
        }
    }
}

impl<'a> DocumentData<'a> {
    fn new(
        number: usize,
        document: &'a Document,
        fields: &[&str],
        pairs: &[(usize, usize)],
        assigner: &mut Assigner,
    ) -> DocumentData<'a> {
        let text = document.text.as_deref();
        let units = Units(OffsetMap::new(text.unwrap_or_default(), OffsetUnit::Utf16));
        let meta = document.metadata.iter().filter_map(|(field, value)| {
            Some((fields.binary_search(&field.as_str()).ok()?, field_value(value)))
        });
        let sides = || document.annotations.iter();
        DocumentData {
            id: &document.id,
            n: number,
            text,
            meta: meta.collect(),
            spans: sides().map(|side| units.spans(side)).collect(),
            pairs: pairs
                .iter()
                .map(|&(left, right)| {
                    let side = |at: usize| &document.annotations[at];
                    differing(side(left), side(right), assigner)
                })
                .collect(),
            classes: sides().map(|side| units.classes(side)).collect(),
            values: sides().map(|side| units.values(side)).collect(),
            texts: sides().map(|side| units.texts(side)).collect(),
        }
    }
}

/// Which span of the left side answers which of the right, but for equal ones.
fn differing(left: &Annotations, right: &Annotations, assigner: &mut Assigner) -> Vec<i64> {
    let (left, right) = (&left.spans, &right.spans);
    if left == right {
        return Vec::new();
    }
    let matching = assigner.assign(left, right);
    let unequal = |&&(i, j): &&(u32, u32)| left[i as usize] != right[j as usize];
    let paired = matching.pairs.iter().filter(unequal).map(|&(i, j)| (i.into(), j.into()));
    let lonely_left = matching.left_only.iter().map(|&i| (i.into(), -1));
    let lonely_right = matching.right_only.iter().map(|&j| (-1, j.into()));
    paired.chain(lonely_left).chain(lonely_right).flat_map(|(i, j)| [i, j]).collect()
}

/// Offsets of one text in the units of JavaScript.
struct Units<'a>(OffsetMap<'a>);

impl Units<'_> {
    /// The offset of a byte; alignment has checked that it lies in the text.
    fn at(&self, byte: u32) -> usize {
        self.0.from_byte(byte as usize).unwrap_or(byte as usize)
    }

    fn spans(&self, side: &Annotations) -> Vec<usize> {
        let flat = side.spans.iter().flat_map(|span| {
            let start = self.at(span.start);
            [start, self.at(span.end) - start, span.label as usize]
        });
        flat.collect()
    }

    fn target(&self, target: Target) -> (i64, i64) {
        let offset = |byte: u32| i64::try_from(self.at(byte)).unwrap_or(i64::MAX);
        target.map_or((-1, -1), |(start, end)| (offset(start), offset(end)))
    }

    fn classes(&self, side: &Annotations) -> Vec<ClassData> {
        let data = side.classes.iter().map(|class| {
            let (start, end) = self.target(class.target);
            let own = class.probabilities.iter().find(|(label, _)| *label == class.label);
            // More digits than are shown would only cost space.
            let probability = own.map(|(_, p)| (p * 1e4).round() / 1e4);
            ClassData(start, end, class.label, probability)
        });
        data.collect()
    }

    fn texts<'t>(&self, side: &'t Annotations) -> Vec<TextData<'t>> {
        let data = side.texts.iter().map(|text| {
            let (start, end) = self.target(text.target);
            TextData(start, end, &text.text)
        });
        data.collect()
    }

    fn values(&self, side: &Annotations) -> Vec<ValueData> {
        let data = side.values.iter().map(|value| {
            let (start, end) = self.target(value.target);
            ValueData(start, end, value.value)
        });
        data.collect()
    }
}
