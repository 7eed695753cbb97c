//! One check for each rule that the host checks on arrival, over texts with nothing unusual.

use std::collections::BTreeSet;

use gloss_boundary::{BatchResult, Rule};

use crate::finding::{Finding, Verdict};
use crate::results::{broken_rules, judge};
use crate::subject::{Loaded, Subject, run};
use crate::texts;

/// Every rule that the host checks, to be excused where another check reports it.
const ALL: [Rule; 15] = [
    Rule::Document,
    Rule::Ended,
    Rule::AfterFinish,
    Rule::Pointer,
    Rule::Layer,
    Rule::Range,
    Rule::Label,
    Rule::Score,
    Rule::Reference,
    Rule::Vector,
    Rule::Encoding,
    Rule::Attribute,
    Rule::Thread,
    Rule::Size,
    Rule::Answer,
];

fn ordinary(loaded: &Loaded) -> Result<BatchResult, Finding> {
    Ok(run(&mut loaded.worker()?, &loaded.trials(texts::ORDINARY)))
}

/// The rules that are broken already with texts that have nothing unusual in them. Checks of
/// unusual texts excuse them, so that one fault is reported by one check.
pub fn broken_by_ordinary_texts(loaded: &Loaded) -> Result<BTreeSet<Rule>, Finding> {
    Ok(broken_rules(&ordinary(loaded)?).into_iter().map(|(rule, _)| rule).collect())
}

/// The gate: ordinary texts are annotated, broken rules aside.
pub fn extract(subject: &Subject) -> Verdict {
    let result = ordinary(&subject.load()?)?;
    judge("ordinary English text", &result, &ALL.into()).map_err(|f| Finding::failed(f.message))
}

fn keeps(subject: &Subject, rules: &[Rule]) -> Verdict {
    let broken = broken_rules(&ordinary(&subject.load()?)?);
    match broken.into_iter().find(|(rule, _)| rules.contains(rule)) {
        Some((_, message)) => Err(Finding::failed(message)),
        None => Ok(()),
    }
}

pub fn documents(subject: &Subject) -> Verdict {
    keeps(subject, &[Rule::Document])
}

pub fn ended(subject: &Subject) -> Verdict {
    keeps(subject, &[Rule::Ended])
}

pub fn after_finish(subject: &Subject) -> Verdict {
    keeps(subject, &[Rule::AfterFinish])
}

pub fn pointers(subject: &Subject) -> Verdict {
    keeps(subject, &[Rule::Pointer])
}

pub fn layers(subject: &Subject) -> Verdict {
    keeps(subject, &[Rule::Layer])
}

pub fn ranges(subject: &Subject) -> Verdict {
    keeps(subject, &[Rule::Range])
}

pub fn labels(subject: &Subject) -> Verdict {
    keeps(subject, &[Rule::Label])
}

pub fn scores(subject: &Subject) -> Verdict {
    keeps(subject, &[Rule::Score])
}

pub fn references(subject: &Subject) -> Verdict {
    keeps(subject, &[Rule::Reference])
}

pub fn vectors(subject: &Subject) -> Verdict {
    keeps(subject, &[Rule::Vector])
}

pub fn encoding(subject: &Subject) -> Verdict {
    keeps(subject, &[Rule::Encoding])
}

pub fn attributes(subject: &Subject) -> Verdict {
    keeps(subject, &[Rule::Attribute])
}
