//! The plugin's file, its entry table, and whether the two agree.

use std::collections::BTreeSet;

use gloss_host::read_manifest;
use gloss_protocol::Manifest;

use crate::finding::{Finding, Verdict, ensure};
use crate::subject::Subject;

/// No extension has this name.
const NO_EXTENSION: &str = "gloss-conformance.no-such-extension";

fn manifest_of(subject: &Subject) -> Result<Manifest, Finding> {
    read_manifest(&subject.path).map_err(|e| Finding::skipped(e.to_string()))
}

pub fn manifest(subject: &Subject) -> Verdict {
    read_manifest(&subject.path).map_err(|e| Finding::failed(e.to_string()))?;
    Ok(())
}

pub fn manifest_version(subject: &Subject) -> Verdict {
    let version = manifest_of(subject)?.version;
    match semver::Version::parse(&version) {
        Ok(_) => Ok(()),
        Err(error) => {
            let message = format!("the version {version:?} is not MAJOR.MINOR.PATCH: {error}");
            Err(Finding::warned(message))
        }
    }
}

pub fn extractor_names(subject: &Subject) -> Verdict {
    let names = manifest_of(subject)?.extractors;
    ensure(!names.is_empty(), || "the manifest lists no extractor".to_owned())?;
    let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    for name in &names {
        ensure(!name.is_empty() && name.chars().all(legal), || {
            format!("the name {name:?} has other characters than a-z, 0-9 and '-'")
        })?;
        let count = names.iter().filter(|n| *n == name).count();
        ensure(count == 1, || format!("the name {name:?} is listed {count} times"))?;
    }
    Ok(())
}

pub fn entry_table(subject: &Subject) -> Verdict {
    if let Ok(Some(program)) = subject.program() {
        let described = gloss_process::extractors(&program);
        return described.map(drop).map_err(|f| Finding::failed(f.to_string()));
    }
    subject.load_plugin().map_err(|e| Finding::failed(e.to_string()))?;
    Ok(())
}

pub fn manifest_matches_code(subject: &Subject) -> Verdict {
    let listed = manifest_of(subject)?.extractors;
    let code = names(subject)?;
    let unique: BTreeSet<&str> = code.iter().map(String::as_str).collect();
    ensure(unique.len() == code.len(), || format!("the code has one name twice: {code:?}"))?;
    let listed: BTreeSet<&str> = listed.iter().map(String::as_str).collect();
    ensure(listed == unique, || format!("the manifest lists {listed:?}, the code has {unique:?}"))
}

/// The names of the extractors that the code has.
fn names(subject: &Subject) -> Result<Vec<String>, Finding> {
    if let Ok(Some(program)) = subject.program() {
        let described = gloss_process::extractors(&program);
        let described = described.map_err(|f| Finding::skipped(f.to_string()))?;
        return Ok(described.into_iter().map(|(name, _)| name).collect());
    }
    let plugin = &subject.plugin()?.plugin;
    Ok(plugin.extractors().iter().map(|e| e.name().to_owned()).collect())
}

pub fn loads_twice(subject: &Subject) -> Verdict {
    subject.only_for_libraries()?;
    let skipped = |e: gloss_host::Error| Finding::skipped(e.to_string());
    let first = subject.load_plugin().map_err(skipped)?;
    let second = subject
        .load_plugin()
        .map_err(|e| Finding::failed(format!("the second load in one process fails: {e}")))?;
    let names = |p: &gloss_host::LoadedPlugin| -> Vec<String> {
        p.plugin.extractors().iter().map(|e| e.name().to_owned()).collect()
    };
    ensure(names(&first) == names(&second), || {
        "the second load in one process gives other extractors".to_owned()
    })
}

pub fn unknown_extensions(subject: &Subject) -> Verdict {
    subject.only_for_libraries()?;
    let plugin = &subject.plugin()?.plugin;
    ensure(!plugin.supports(NO_EXTENSION), || {
        "the plugin gives a table for an extension that does not exist".to_owned()
    })?;
    for extractor in plugin.extractors() {
        ensure(!extractor.supports(NO_EXTENSION), || {
            let name = extractor.name();
            format!("the extractor {name:?} gives a table for an extension that does not exist")
        })?;
    }
    Ok(())
}
