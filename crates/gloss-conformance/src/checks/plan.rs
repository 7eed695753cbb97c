//! Plans, and options that must be refused.

use std::collections::BTreeSet;

use gloss_boundary::{Failure, FailureKind};
use gloss_doc::{Kind, LayerSchema};
use gloss_protocol::Plan;
use serde_json::{Map, Value};

use crate::finding::{Finding, Verdict, ensure};
use crate::options::{DeclaredOption, Forbidden, declared};
use crate::subject::{Subject, Target};

/// No extractor has this option.
pub const NO_OPTION: &str = "gloss-no-such-option";
/// Threads that ask at once.
const THREADS: usize = 4;

pub fn plan(subject: &Subject) -> Verdict {
    let plan = subject.extractor()?.plan(&subject.plan_request());
    plan.map_err(|f| Finding::failed(format!("the options {} are refused: {f}", shown(subject))))?;
    Ok(())
}

fn shown(subject: &Subject) -> String {
    Value::Object(subject.options.clone()).to_string()
}

pub fn stable(subject: &Subject) -> Verdict {
    let extractor = subject.extractor()?;
    let first = subject.plan(&extractor)?;
    let request = subject.plan_request();
    let again = || extractor.plan(&request);
    let others = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(again)).collect();
        threads.into_iter().map(|t| t.join()).collect::<Vec<_>>()
    });
    for other in others {
        let other = other
            .map_err(|_| Finding::failed("a thread of the check panicked"))?
            .map_err(|f| Finding::failed(format!("a later call fails: {f}")))?;
        ensure(other == first, || "two calls of plan gave two answers".to_owned())?;
    }
    Ok(())
}

pub fn layers(subject: &Subject) -> Verdict {
    let plan = subject.plan(&subject.extractor()?)?;
    let names = plan.provides.iter().map(|p| p.name.as_str());
    ensure_unique("two provided layers have one name", names)?;
    let types = plan.requires.iter().map(|r| r.layer_type.as_str());
    ensure_unique("two requirements have one type", types)?;
    ensure_unique("a metadata field is named twice", plan.metadata.iter().map(String::as_str))?;
    plan.provides.iter().try_for_each(|schema| {
        legal_layer(schema)
            .map_err(|f| Finding::failed(format!("{:?}: {}", schema.name, f.message)))
    })
}

fn ensure_unique<'n>(problem: &str, names: impl Iterator<Item = &'n str>) -> Verdict {
    let mut seen = BTreeSet::new();
    for name in names {
        ensure(!name.is_empty(), || "a name is empty".to_owned())?;
        ensure(seen.insert(name), || format!("{problem}: {name:?}"))?;
    }
    Ok(())
}

fn legal_layer(schema: &LayerSchema) -> Verdict {
    ensure(!schema.layer_type.is_empty(), || "it has no type".to_owned())?;
    ensure(!schema.name.contains('/'), || "the name has a '/'".to_owned())?;
    ensure_unique("a label is declared twice", schema.labels.iter().map(String::as_str))?;
    ensure_unique(
        "an attribute is declared twice",
        schema.attributes.iter().map(|a| a.name.as_str()),
    )?;
    let only = |present: bool, kinds: &[Kind], key: &str| {
        ensure(!present || kinds.contains(&schema.kind), || {
            format!("a layer of {} has no {key}", schema.kind.as_str())
        })
    };
    only(!schema.labels.is_empty(), &[Kind::Spans, Kind::Classes, Kind::Relations], "labels")?;
    only(schema.target.is_some(), &[Kind::Classes, Kind::Texts, Kind::Vectors], "target")?;
    only(schema.head.is_some() || schema.tail.is_some(), &[Kind::Relations], "head and tail")?;
    only(schema.dimension.is_some(), &[Kind::Vectors], "dimension")?;
    only(
        schema.score.is_some(),
        &[Kind::Spans, Kind::Classes, Kind::Texts, Kind::Relations],
        "score",
    )?;
    match schema.kind {
        Kind::Classes => {
            ensure(!schema.labels.is_empty(), || "a layer of classes needs labels".to_owned())
        }
        Kind::Vectors => ensure(schema.dimension.is_some_and(|d| d > 0), || {
            "a layer of vectors needs a dimension above 0".to_owned()
        }),
        Kind::Relations => ensure(schema.head.is_some() && schema.tail.is_some(), || {
            "a layer of relations needs head and tail".to_owned()
        }),
        Kind::Spans | Kind::Texts => Ok(()),
    }
}

pub fn references(subject: &Subject) -> Verdict {
    let plan = subject.plan(&subject.extractor()?)?;
    let known = |name: &String| {
        plan.provides.iter().any(|p| p.name == *name)
            || plan.requires.iter().any(|r| r.layer_type == *name)
    };
    for schema in &plan.provides {
        let references = [&schema.target, &schema.head, &schema.tail];
        for name in references.into_iter().flatten() {
            ensure(known(name), || {
                format!(
                    "{:?} refers to {name:?}, which is neither provided nor required",
                    schema.name
                )
            })?;
        }
    }
    Ok(())
}

pub fn agrees(subject: &Subject) -> Verdict {
    let extractor = subject.extractor()?;
    let description = subject.description(&extractor)?;
    let plan = subject.plan(&extractor)?;
    for requirement in &plan.requires {
        ensure(description.reads.contains(&requirement.layer_type), || {
            let name = &requirement.layer_type;
            format!("the plan requires {name:?}, which `reads` of the description lacks")
        })?;
    }
    for schema in &plan.provides {
        ensure(description.gives.contains(&schema.layer_type), || {
            let name = &schema.layer_type;
            format!("the plan provides {name:?}, which `gives` of the description lacks")
        })?;
    }
    Ok(())
}

pub fn defaults(subject: &Subject) -> Verdict {
    let (extractor, expected) = planned(subject)?;
    if subject.plan(&extractor)? != expected {
        return Err(Finding::skipped("plan gives another answer each time"));
    }
    for option in declared_by(subject)? {
        let given = subject.options.contains_key(&option.name) || option.model;
        let Some(default) = option.default.as_ref().filter(|d| !given && option.accepts(d)) else {
            continue;
        };
        let request = subject.request_with(with(subject, &option.name, default.clone()));
        let name = &option.name;
        let plan = extractor
            .plan(&request)
            .map_err(|f| Finding::failed(format!("the default of {name:?} is refused: {f}")))?;
        ensure(plan == expected, || {
            format!("with {name:?} set to its default the plan is another than without it")
        })?;
    }
    Ok(())
}

fn planned(subject: &Subject) -> Result<(Target, Plan), Finding> {
    let extractor = subject.extractor()?;
    let plan = subject.plan(&extractor)?;
    Ok((extractor, plan))
}

fn declared_by(subject: &Subject) -> Result<Vec<DeclaredOption>, Finding> {
    let schema = subject.description(&subject.extractor()?)?.options;
    declared(&schema).map_err(|e| Finding::skipped(format!("the schema of the options: {e}")))
}

/// The options given, with one more.
pub fn with(subject: &Subject, name: &str, value: Value) -> Map<String, Value> {
    let mut options = subject.options.clone();
    options.insert(name.to_owned(), value);
    options
}

/// What a refusal of an option must look like.
pub fn refused<T>(answer: Result<T, Failure>, name: &str, value: &Value) -> Verdict {
    let failure = match answer {
        Ok(_) => return Err(Finding::failed(format!("{name:?} = {value} is accepted"))),
        Err(failure) => failure,
    };
    ensure(failure.kind == FailureKind::Options, || {
        format!(
            "{name:?} = {value} is refused with kind {:?} instead of OPTIONS: {failure}",
            failure.kind
        )
    })?;
    let rest = failure.place.strip_prefix(name);
    ensure(rest.is_some_and(|r| r.is_empty() || r.starts_with(['.', '['])), || {
        format!("{name:?} = {value} is refused, but the place is {:?}", failure.place)
    })
}

pub fn unknown_option(subject: &Subject) -> Verdict {
    let (extractor, _) = planned(subject)?;
    let options = with(subject, NO_OPTION, Value::Bool(true));
    refused(extractor.plan(&subject.request_with(options)), NO_OPTION, &Value::Bool(true))
}

pub fn option_types(subject: &Subject) -> Verdict {
    refuses_all(subject, Forbidden::Type)
}

pub fn option_limits(subject: &Subject) -> Verdict {
    refuses_all(subject, Forbidden::Limit)
}

fn refuses_all(subject: &Subject, why: Forbidden) -> Verdict {
    let (extractor, _) = planned(subject)?;
    let mut tried = false;
    for option in declared_by(subject)? {
        for value in option.forbidden(why) {
            let options = with(subject, &option.name, value.clone());
            let answer = extractor.plan(&subject.request_with(options));
            refused(answer, &option.name, &value)?;
            tried = true;
        }
    }
    if tried { Ok(()) } else { Err(Finding::skipped("the schema forbids no value of this sort")) }
}
