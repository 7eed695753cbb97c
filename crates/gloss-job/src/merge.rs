//! Shards that were run apart, merged into what one run would have written.
//!
//! Which line of which shard comes next follows from the shards' numbers alone (see
//! [`crate::Shard`]), but for documents that failed: the quarantine files say where those were.

mod part;
mod summed;

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use gloss_doc::OffsetUnit;
use gloss_io::{MergeError, MergeOptions, OutputFile, OutputFormat, Rows, Sink, merge_outputs};

use self::part::Part;
use self::summed::sum;
use crate::emitter::unwritable;
use crate::error::{Error, ErrorKind, Result};
use crate::identity::{self, SHARD, STATE};
use crate::journal::Journal;
use crate::opening;
use crate::record::JobRecord;
use crate::roles::is_same;

/// What was merged.
#[derive(Debug)]
pub struct Merged {
    /// The record of the whole.
    pub record: JobRecord,
    /// The quarantine file, if a document is in it.
    pub quarantine: Option<PathBuf>,
    /// What the format of the whole had no place for, a sentence each.
    pub losses: Vec<String>,
}

/// In which format the whole is written.
#[derive(Clone, Debug, Default)]
pub struct Whole {
    /// By default as the output's name ends, else that of the shards. Another than theirs is made of
    /// JSONL alone.
    pub format: Option<OutputFormat>,
    /// What a row is, where a table is made of JSONL.
    pub rows: Option<Rows>,
    /// The layer of entities, where what is made of JSONL has one place for them.
    pub entities: Option<String>,
    /// The settings of a run with these rows and entities, in place of those of the shards.
    pub settings: BTreeMap<String, String>,
}

/// Files beside an output. Of a folder the name without the slash: what goes beside it must not go
/// into it.
fn beside(output: &Path, ending: &str) -> PathBuf {
    let mut path = output.components().collect::<PathBuf>().into_os_string();
    path.push(ending);
    path.into()
}

/// Merges the outputs of shards, with the quarantine files and records beside them, into `output` and
/// the same beside that. Memory does not grow with their length. Which formats can be merged
/// [`merge_outputs`] says.
///
/// # Errors
/// [`ErrorKind::Shards`] when they do not make up a whole: a shard is missing, there twice, not
/// finished, of another pipeline or other inputs, or its files do not fit its record; when their
/// format does not allow it; and when something cannot be read or written.
pub fn merge(shards: &[PathBuf], output: &Path, whole: &Whole) -> Result<Merged> {
    let mut parts = shards.iter().map(|path| Part::open(path)).collect::<Result<Vec<_>>>()?;
    check(&mut parts)?;
    if let Some(part) = parts.iter().find(|part| is_same(&part.path, output)) {
        let message = format!("{} would be overwritten with the whole", part.path.display());
        return Err(refuse(message, "give another output with `-o`"));
    }
    let (journal, earlier) = Journal::take(output)?;
    if let Some(earlier) = earlier {
        return Err(opening::unfinished(output, &earlier));
    }
    let failed: u64 = parts.iter().map(Part::quarantined).sum();
    let options = options(&parts, output, whole)?;
    let paths: Vec<PathBuf> = parts.iter().map(|part| part.path.clone()).collect();
    let fail = |error| failure(output, error);
    let mut merger = merge_outputs(&paths, output, &options).map_err(fail)?;
    let quarantine = beside(output, ".quarantine.jsonl");
    let mut quarantined = None;
    if failed > 0 {
        let file = OutputFile::create(&quarantine).map_err(|e| unwritable(&quarantine, e))?;
        quarantined = Some(file);
    }
    let total: u64 = parts.iter().map(Part::documents).sum();
    let count = parts.len() as u64;
    for position in 0..total {
        // There are as many parts as shards.
        let number = (position % count) as usize;
        let part = &mut parts[number];
        let mut fatal = false;
        if let (Some((of, line)), Some(file)) = (part.failure_at(position)?, &mut quarantined) {
            file.write_all(&line).map_err(|e| unwritable(&quarantine, e))?;
            fatal = of.fatal;
        }
        if !fatal && !merger.take(number).map_err(fail)? {
            return Err(part.short());
        }
    }
    for (number, part) in parts.iter().enumerate() {
        if part.failed.is_some() || !merger.is_at_end(number).map_err(fail)? {
            return Err(part.long());
        }
    }
    if let Some(file) = quarantined {
        file.finish().map_err(|e| unwritable(&quarantine, e))?;
    } else if let Err(e) = fs::remove_file(&quarantine)
        && e.kind() != io::ErrorKind::NotFound
    {
        return Err(unwritable(&quarantine, e));
    }
    let losses = merger.finish().map_err(fail)?;
    let mut record = sum(parts.into_iter().map(|part| part.record).collect())?;
    if options.from != options.to {
        record.identity.extend(whole.settings.clone());
        record.identity.insert(FORMAT.to_owned(), options.to.as_str().to_owned());
    }
    record.write(&beside(output, ".run.json"))?;
    journal.remove()?;
    Ok(Merged { record, quarantine: (failed > 0).then_some(quarantine), losses })
}

/// What is merged into what: the records of the shards say how they were written.
fn options(parts: &[Part], output: &Path, whole: &Whole) -> Result<MergeOptions> {
    let first = parts.first().ok_or_else(none)?;
    let said = |setting: &str| first.record.identity.get(setting).map(String::as_str);
    let from = match said(FORMAT) {
        None => OutputFormat::of_path(&first.path).unwrap_or(OutputFormat::Jsonl),
        Some(name) => OutputFormat::named(name).ok_or_else(|| {
            let message = format!("{} is in the format {name:?}", first.path.display());
            refuse(message, "run the shards with `-f jsonl`: those can be merged into every format")
        })?,
    };
    let units = [OffsetUnit::Byte, OffsetUnit::Codepoint, OffsetUnit::Utf16];
    let offsets = units.into_iter().find(|unit| said(OFFSETS) == Some(unit.as_str()));
    // spaCy's JSON has no ending of its own.
    let ends = OutputFormat::of_path(output)
        .filter(|&ends| (from, ends) != (OutputFormat::Spacy, OutputFormat::Jsonl));
    Ok(MergeOptions {
        from,
        to: whole.format.or(ends).unwrap_or(from),
        rows: whole.rows,
        entities: whole.entities.clone(),
        offsets: offsets.unwrap_or_default(),
    })
}

/// Settings of a run that its record keeps.
const FORMAT: &str = "--format";
const OFFSETS: &str = "--offsets";

fn failure(output: &Path, error: MergeError) -> Error {
    match error {
        MergeError::Input { path, message } => refuse(
            format!("{} cannot be merged: {message}", path.display()),
            "name the outputs of all shards; where one is damaged, run the shard again",
        ),
        MergeError::Output(error) => unwritable(output, error),
        MergeError::Refused(error) => error.into(),
    }
}

fn refuse(message: String, help: &str) -> Error {
    Error::new(ErrorKind::Shards, message, help)
}

fn none() -> Error {
    refuse("there are no shards".to_owned(), "name their outputs")
}

/// Puts the parts in order, and checks that they make up a whole.
fn check(parts: &mut [Part]) -> Result<()> {
    parts.sort_by_key(|part| part.shard.number());
    let Some(first) = parts.first() else {
        return Err(none());
    };
    let count = first.shard.count();
    let mut seen: BTreeMap<u64, &Path> = BTreeMap::new();
    for part in parts.iter() {
        let (path, shard) = (part.path.display(), part.shard);
        let of = |one: &Path, what: String| format!("{path} and {} {what}", one.display());
        if shard.count() != count {
            let message = of(&first.path, format!("are of {} and {count} shards", shard.count()));
            return Err(refuse(message, "merge shards of one division"));
        }
        if let Some(other) = seen.insert(shard.number(), &part.path) {
            return Err(refuse(of(other, format!("are both shard {shard}")), "name each once"));
        }
        let comparable = |record: &JobRecord| {
            let mut identity = record.identity.clone();
            // Each shard is told of the states of the others.
            identity.retain(|what, _| what != SHARD && !what.starts_with(STATE));
            identity
        };
        let (ours, theirs) = (comparable(&first.record), comparable(&part.record));
        if let Some(what) = identity::differences(&ours, &theirs).first() {
            let message = of(&first.path, format!("are of different runs: {what} is another"));
            return Err(refuse(message, "run all shards with one pipeline over the same inputs"));
        }
    }
    if let Some(missing) = (1..=count).find(|number| !seen.contains_key(number)) {
        let message = format!("shard {missing}/{count} is missing");
        return Err(refuse(message, "name the outputs of all shards"));
    }
    let total: u64 = parts.iter().map(Part::documents).sum();
    for part in parts.iter() {
        let (has, share) = (part.documents(), part.shard.share_of(total));
        if has != share {
            let message = format!(
                "{} has {has} documents; of {total} shard {} has {share}",
                part.path.display(),
                part.shard
            );
            return Err(refuse(message, "run all shards over the same inputs"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
