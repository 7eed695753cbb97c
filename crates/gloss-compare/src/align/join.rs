//! Finds the same document in every variant.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use super::labels::{Labels, unite};
use super::offsets::suspicion;
use super::report::{AlignOptions, Alignment, Key, OneSided, Warning, WarningKind};
use super::validate::validate;
use super::white_space::{Map, same_but_for_white_space, squeezed};
use crate::corpus::{Annotations, Corpus, Document, Target, Variant, VariantDocument};
use crate::error::{CompareError, ErrorKind, some_of};

/// Aligns variants. Documents that not all of them have are counted and listed, not compared.
///
/// # Errors
///
/// Where there is nothing to compare, two documents of a variant have one id, texts differ, or an
/// annotation is not one: always with the variant and the document.
pub fn align(
    mut variants: Vec<Variant>,
    options: &AlignOptions,
) -> Result<(Corpus, Alignment), CompareError> {
    validate(&variants)?;
    let mut alignment = Alignment::default();
    warn_of_content(&variants, &mut alignment.warnings);
    let labels = unite(&variants, options, &mut alignment.warnings);
    let rows = rows(&variants, options)?;
    count_one_sided(&variants, &rows, &mut alignment);
    refuse_nothing(&variants, &rows)?;
    refuse_other_texts(&variants, &rows, options)?;
    let documents = rows
        .iter()
        .map(|row| take_document(&mut variants, row, &labels, &mut alignment))
        .collect::<Vec<_>>();
    alignment.compared = documents.len();
    let names = variants.into_iter().map(|variant| variant.name).collect();
    Ok((Corpus { variants: names, labels: labels.common, documents }, alignment))
}

fn warn_of_content(variants: &[Variant], warnings: &mut Vec<Warning>) {
    for variant in variants {
        let annotated = variant.documents.iter().any(|document| {
            !(document.spans.is_empty()
                && document.classes.is_empty()
                && document.values.is_empty()
                && document.texts.is_empty()
                && document.vectors.is_empty()
                && document.token_vectors.is_empty())
        });
        if !annotated {
            let message = format!("{:?} holds no annotations", variant.name);
            warnings.push(Warning::new(WarningKind::NoAnnotations, message));
        }
        if let Some(suspicion) = suspicion(variant) {
            let message = format!("most spans of {:?} cut words: {suspicion}", variant.name);
            warnings.push(Warning::new(WarningKind::Offsets, message));
        }
    }
}

/// For each compared document its number in every variant.
fn rows(variants: &[Variant], options: &AlignOptions) -> Result<Vec<Vec<usize>>, CompareError> {
    let mut rows: Vec<Vec<usize>> = Vec::with_capacity(variants[0].documents.len());
    let keys_of_first: Vec<String> = keys(&variants[0], options)?;
    let mut others: Vec<HashMap<String, VecDeque<usize>>> = Vec::new();
    for variant in &variants[1..] {
        let mut numbers: HashMap<String, VecDeque<usize>> =
            HashMap::with_capacity(variant.documents.len());
        for (number, key) in keys(variant, options)?.into_iter().enumerate() {
            numbers.entry(key).or_default().push_back(number);
        }
        others.push(numbers);
    }
    for (number, key) in keys_of_first.iter().enumerate() {
        if others.iter().all(|numbers| numbers.get(key).is_some_and(|free| !free.is_empty())) {
            let mut row = vec![number];
            row.extend(others.iter_mut().filter_map(|numbers| numbers.get_mut(key)?.pop_front()));
            rows.push(row);
        }
    }
    Ok(rows)
}

fn keys(variant: &Variant, options: &AlignOptions) -> Result<Vec<String>, CompareError> {
    let key = |document: &VariantDocument| match (options.key, &document.text) {
        (Key::Id, _) => Ok(document.id.clone()),
        (Key::Text, Some(text)) if options.ignore_white_space => Ok(squeezed(text)),
        (Key::Text, Some(text)) => Ok(text.to_string()),
        (Key::Text, None) => {
            let message = format!("document {:?} of {:?} has no text", document.id, variant.name);
            Err(CompareError::new(ErrorKind::BadOption, message).help("align by id"))
        }
    };
    variant.documents.iter().map(key).collect()
}

fn count_one_sided(variants: &[Variant], rows: &[Vec<usize>], alignment: &mut Alignment) {
    for (at, variant) in variants.iter().enumerate() {
        let mut compared = vec![false; variant.documents.len()];
        rows.iter().for_each(|row| compared[row[at]] = true);
        let alone = || variant.documents.iter().zip(&compared).filter(|(_, compared)| !**compared);
        let one_sided = OneSided {
            variant: variant.name.clone(),
            documents: variant.documents.len(),
            only_here: alone().map(|(document, _)| document.id.clone()).collect(),
            spans: alone().map(|(document, _)| document.spans.len()).sum(),
        };
        if !one_sided.only_here.is_empty() {
            let message = format!(
                "{} of the {} documents of {:?} are not in all variants and not compared: {}",
                one_sided.only_here.len(),
                one_sided.documents,
                variant.name,
                some_of(one_sided.only_here.iter().map(String::as_str)),
            );
            alignment.warnings.push(Warning::new(WarningKind::OneSided, message));
        }
        alignment.one_sided.push(one_sided);
    }
}

fn refuse_nothing(variants: &[Variant], rows: &[Vec<usize>]) -> Result<(), CompareError> {
    if !rows.is_empty() {
        return Ok(());
    }
    let examples = variants.iter().filter_map(|variant| {
        Some(format!("{:?} in {:?}", variant.documents.first()?.id, variant.name))
    });
    let examples: Vec<String> = examples.collect();
    let message =
        format!("no document is in all variants; ids are such as {}", examples.join(", "));
    Err(CompareError::new(ErrorKind::NothingInCommon, message)
        .help("where tools give ids of their own, align by text"))
}

fn refuse_other_texts(
    variants: &[Variant],
    rows: &[Vec<usize>],
    options: &AlignOptions,
) -> Result<(), CompareError> {
    let text = |at: usize, row: &[usize]| variants[at].documents[row[at]].text.as_ref();
    for at in 1..variants.len() {
        let differs = |row: &&Vec<usize>| {
            let Some(own) = text(at, row) else { return false };
            let Some(first) = (0..at).find_map(|before| text(before, row)) else { return false };
            !(Arc::ptr_eq(own, first)
                || own == first
                || (options.ignore_white_space && same_but_for_white_space(own, first)))
        };
        let differing: Vec<&str> = rows
            .iter()
            .filter(differs)
            .map(|row| variants[0].documents[row[0]].id.as_str())
            .collect();
        if differing.is_empty() {
            continue;
        }
        let message = format!(
            "the texts of {} documents of {:?} differ from those before it: {}",
            differing.len(),
            variants[at].name,
            some_of(differing),
        );
        let help = if options.ignore_white_space {
            "compare annotations of the same texts"
        } else {
            "where they differ in white space alone, align without it"
        };
        return Err(CompareError::new(ErrorKind::TextsDiffer, message).help(help));
    }
    Ok(())
}

/// Moves the parts of a document out of the variants.
fn take_document(
    variants: &mut [Variant],
    row: &[usize],
    labels: &Labels,
    alignment: &mut Alignment,
) -> Document {
    let mut document = Document {
        id: std::mem::take(&mut variants[0].documents[row[0]].id),
        text: None,
        metadata: serde_json::Map::new(),
        annotations: Vec::with_capacity(variants.len()),
    };
    for ((variant, &number), labels) in variants.iter_mut().zip(row).zip(&labels.of_variant) {
        let mut part = std::mem::take(&mut variant.documents[number]);
        for (field, value) in std::mem::take(&mut part.metadata) {
            document.metadata.entry(field).or_insert(value);
        }
        if let (Some(own), Some(first)) = (&part.text, &document.text)
            && !Arc::ptr_eq(own, first)
            && own != first
        {
            let map = Map::new(own, first);
            alignment.mapped += 1;
            alignment.unmappable_spans += move_offsets(&mut part, &map);
        }
        document.text = document.text.or(part.text.take());
        document.annotations.push(relabel(part, labels, &mut alignment.dropped));
    }
    document
}

/// Moves all offsets; leaves out what holds white space alone, and says how much.
fn move_offsets(part: &mut VariantDocument, map: &Map) -> usize {
    let count = |part: &VariantDocument| {
        let of_items = part.texts.len() + part.vectors.len() + part.token_vectors.len();
        part.spans.len() + part.classes.len() + part.values.len() + of_items
    };
    let before = count(part);
    part.spans.retain_mut(|span| {
        let moved = map.apply(span.start, span.end);
        (span.start, span.end) = moved.unwrap_or((span.start, span.end));
        moved.is_some()
    });
    let retarget = |target: &mut Target| match *target {
        Some((start, end)) => {
            *target = map.apply(start, end);
            target.is_some()
        }
        None => true,
    };
    part.classes.retain_mut(|class| retarget(&mut class.target));
    part.values.retain_mut(|value| retarget(&mut value.target));
    part.texts.retain_mut(|text| retarget(&mut text.target));
    part.vectors.retain_mut(|vector| retarget(&mut vector.target));
    part.token_vectors.retain_mut(|vectors| retarget(&mut vectors.target));
    before - count(part)
}

/// Puts common labels in place of the variant's own, and everything in order.
fn relabel(part: VariantDocument, labels: &[Option<u32>], dropped: &mut usize) -> Annotations {
    let VariantDocument {
        mut spans,
        mut classes,
        mut values,
        mut texts,
        mut vectors,
        mut token_vectors,
        ..
    } = part;
    let before = spans.len() + classes.len();
    let common = |label: u32| labels.get(label as usize).copied().flatten();
    spans.retain_mut(|span| common(span.label).map(|label| span.label = label).is_some());
    classes.retain_mut(|class| common(class.label).map(|label| class.label = label).is_some());
    *dropped += before - spans.len() - classes.len();
    for class in &mut classes {
        class.probabilities.retain_mut(|(own, _)| common(*own).map(|label| *own = label).is_some());
        class.probabilities.sort_by_key(|&(label, _)| label);
        // Labels that are mapped to one share its probability.
        class.probabilities.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            kept.1 = if same { (kept.1 + next.1).min(1.0) } else { kept.1 };
            same
        });
    }
    spans.sort_unstable();
    classes.sort_by_key(|class| class.target);
    values.sort_by_key(|value| value.target);
    // The sort is stable: references of one target keep their order.
    texts.sort_by_key(|text| text.target);
    vectors.sort_by_key(|vector| vector.target);
    token_vectors.sort_by_key(|vectors| vectors.target);
    Annotations { spans, classes, values, texts, vectors, token_vectors }
}

#[cfg(test)]
#[path = "join_tests.rs"]
mod tests;
