//! Layers and metadata as few providers give them.

use std::collections::BTreeSet;

use gloss_boundary::MetadataValue;

use super::rules::broken_by_ordinary_texts;
use crate::finding::{Finding, Verdict};
use crate::layers::Shape;
use crate::results::judge;
use crate::subject::{Loaded, Loading, Subject, Trial, run};
use crate::texts;

fn copes(what: &str, subject: &Subject, loaded: &Loaded, trials: &[Trial]) -> Verdict {
    let usual = subject.load()?;
    let excused: BTreeSet<_> = broken_by_ordinary_texts(&usual)?;
    judge(what, &run(&mut loaded.worker()?, trials), &excused)
}

pub fn empty(subject: &Subject) -> Verdict {
    let plan = subject.plan(&subject.extractor()?)?;
    if plan.requires.is_empty() {
        return Err(Finding::skipped("the extractor requires no layer"));
    }
    let loaded = subject.load_as(Loading { shape: Shape::Empty, ..Loading::default() })?;
    copes("layers without annotations", subject, &loaded, &loaded.trials(texts::ORDINARY))
}

pub fn absent(subject: &Subject) -> Verdict {
    let extractor = subject.extractor()?;
    let plan = subject.plan(&extractor)?;
    if !plan.requires.iter().any(|r| r.optional) {
        return Err(Finding::skipped("the extractor has no optional requirement"));
    }
    let loading = Loading { optional: false, ..Loading::default() };
    let request = subject.load_request(&plan, loading);
    if let Err(failure) = extractor.load(&plan, &request) {
        let message =
            format!("it does not load when an optional requirement is not fed: {failure}");
        return Err(Finding::failed(message));
    }
    let loaded = subject.load_as(loading)?;
    copes("an optional layer that is absent", subject, &loaded, &loaded.trials(texts::ORDINARY))
}

pub fn odd(subject: &Subject) -> Verdict {
    let plan = subject.plan(&subject.extractor()?)?;
    if plan.requires.is_empty() {
        return Err(Finding::skipped("the extractor requires no layer"));
    }
    // Refusing to load with a schema that one cannot use is legal.
    let loading = Loading { shape: Shape::Odd, ..Loading::default() };
    let loaded = subject.load_as(loading)?;
    copes(
        "empty, nested and unordered annotations",
        subject,
        &loaded,
        &loaded.trials(texts::ORDINARY),
    )
}

pub fn metadata(subject: &Subject) -> Verdict {
    let loaded = subject.load()?;
    if loaded.plan.metadata.is_empty() {
        return Err(Finding::skipped("the extractor reads no metadata"));
    }
    let values = [
        ("no value", MetadataValue::Null),
        ("a truth value", MetadataValue::Bool(true)),
        ("an integer", MetadataValue::Int(i64::MIN)),
        ("a number", MetadataValue::Float(-0.5)),
        ("an empty string", MetadataValue::String(String::new())),
        ("an array", MetadataValue::String("[1, {\"a\": null}]".to_owned())),
        ("a name", MetadataValue::String("Zoë \u{1f600}".to_owned())),
    ];
    for (name, value) in values {
        let mut trials = loaded.trials(texts::ORDINARY);
        trials.iter_mut().for_each(|t| t.metadata.fill(value.clone()));
        copes(&format!("metadata that is {name}"), subject, &loaded, &trials)?;
    }
    Ok(())
}
