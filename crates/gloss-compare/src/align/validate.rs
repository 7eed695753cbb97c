//! What a variant must be before it is aligned.

use std::collections::HashSet;

use super::contents;
use super::offsets::suspicion;
use crate::corpus::{Span, Target, Variant, VariantDocument};
use crate::error::{CompareError, ErrorKind, some_of};

/// Refuses what cannot be compared, by name.
pub fn validate(variants: &[Variant]) -> Result<(), CompareError> {
    if variants.len() < 2 {
        let message = format!("{} set of annotations is given, two are needed", variants.len());
        return Err(CompareError::new(ErrorKind::Variants, message));
    }
    let mut names = HashSet::new();
    if let Some(twice) = variants.iter().find(|variant| !names.insert(variant.name.as_str())) {
        let message = format!("two sets of annotations are called {:?}", twice.name);
        return Err(CompareError::new(ErrorKind::Variants, message).help("give one another name"));
    }
    variants.iter().try_for_each(of_variant)
}

fn of_variant(variant: &Variant) -> Result<(), CompareError> {
    if variant.documents.is_empty() {
        let message = format!("{:?} has no documents", variant.name);
        return Err(CompareError::new(ErrorKind::NothingInCommon, message));
    }
    if variant.documents.len() > u32::MAX as usize {
        let message = format!("{:?} has more documents than can be compared", variant.name);
        return Err(CompareError::new(ErrorKind::TooLarge, message));
    }
    let mut ids = HashSet::with_capacity(variant.documents.len());
    let twice: Vec<&str> =
        variant.documents.iter().map(|d| d.id.as_str()).filter(|id| !ids.insert(*id)).collect();
    if !twice.is_empty() {
        let message =
            format!("{:?} has these ids more than once: {}", variant.name, some_of(twice));
        return Err(CompareError::new(ErrorKind::DuplicateId, message)
            .help("give each document an id of its own"));
    }
    variant.documents.iter().try_for_each(|document| of_document(variant, document))?;
    contents::of_variant(variant)
}

fn of_document(variant: &Variant, document: &VariantDocument) -> Result<(), CompareError> {
    let text = document.text.as_deref();
    if text.is_some_and(|text| u32::try_from(text.len()).is_err()) {
        let message = format!("document {:?} has 4 GiB or more", document.id);
        return Err(CompareError::new(ErrorKind::TooLarge, message).help("split it"));
    }
    let labels = variant.labels.len();
    for span in &document.spans {
        if let Some(problem) = problem_of(text, span.start, span.end) {
            return Err(bad_span(variant, document, span, problem));
        }
        if span.label as usize >= labels {
            return Err(bad_label(variant, document, span.label));
        }
    }
    let targets = document.classes.iter().map(|class| class.target);
    unique(variant, document, targets, "classes")?;
    unique(variant, document, document.values.iter().map(|value| value.target), "numbers")?;
    for class in &document.classes {
        let named = class.probabilities.iter().map(|&(label, _)| label).chain([class.label]);
        if let Some(label) = named.into_iter().find(|&label| label as usize >= labels) {
            return Err(bad_label(variant, document, label));
        }
        let bad = class.probabilities.iter().find(|(_, p)| !(0.0..=1.0).contains(p));
        if let Some((label, p)) = bad {
            let what = format!("the probability {p} of {:?}", variant.labels[*label as usize]);
            return Err(bad_number(variant, document, &what));
        }
    }
    match document.values.iter().find(|value| !value.value.is_finite()) {
        Some(value) => Err(bad_number(variant, document, &format!("the number {}", value.value))),
        None => Ok(()),
    }
}

pub(super) fn unique(
    variant: &Variant,
    document: &VariantDocument,
    targets: impl Iterator<Item = Target>,
    what: &str,
) -> Result<(), CompareError> {
    let mut seen = HashSet::new();
    for target in targets {
        let place = place(variant, document);
        if let Some((start, end)) = target
            && let Some(problem) = problem_of(document.text.as_deref(), start, end)
        {
            let message = format!("in {place} a target from {start} to {end} {problem}");
            return Err(CompareError::new(ErrorKind::BadSpan, message));
        }
        if !seen.insert(target) {
            let target = target.map_or("it".into(), |(start, end)| format!("{start} to {end}"));
            let message = format!("{place} has two {what} for {target}");
            return Err(CompareError::new(ErrorKind::DuplicateTarget, message)
                .help("compare one layer of them at a time"));
        }
    }
    Ok(())
}

pub(super) fn place(variant: &Variant, document: &VariantDocument) -> String {
    format!("document {:?} of {:?}", document.id, variant.name)
}

/// What is wrong with a stretch of a text.
pub(super) fn problem_of(text: Option<&str>, start: u32, end: u32) -> Option<String> {
    if start >= end {
        return Some("is empty".into());
    }
    let text = text?;
    if end as usize > text.len() {
        return Some(format!("ends outside the text, which has {} bytes", text.len()));
    }
    let whole = text.is_char_boundary(start as usize) && text.is_char_boundary(end as usize);
    (!whole).then(|| "cuts a character".into())
}

fn bad_span(
    variant: &Variant,
    document: &VariantDocument,
    span: &Span,
    problem: String,
) -> CompareError {
    let Span { start, end, .. } = *span;
    let place = place(variant, document);
    let message = format!("in {place} the span from byte {start} to {end} {problem}");
    let help = match suspicion(variant) {
        Some(suspicion) => format!("{suspicion}: read them so"),
        None => "offsets count bytes of the UTF-8 here, ends are behind the last".to_owned(),
    };
    CompareError::new(ErrorKind::BadSpan, message).help(help)
}

fn bad_label(variant: &Variant, document: &VariantDocument, label: u32) -> CompareError {
    let message = format!(
        "{} refers to the label number {label}, of {}",
        place(variant, document),
        variant.labels.len()
    );
    CompareError::new(ErrorKind::BadLabel, message)
}

pub(super) fn bad_number(
    variant: &Variant,
    document: &VariantDocument,
    what: &str,
) -> CompareError {
    let message = format!("{} has {what}", place(variant, document));
    CompareError::new(ErrorKind::BadNumber, message)
        .help("numbers are finite, probabilities between 0 and 1")
}
