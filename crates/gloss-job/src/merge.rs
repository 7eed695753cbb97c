//! Shards that were run apart, merged into what one run would have written.
//!
//! Which line of which shard comes next follows from the shards' numbers alone (see
//! [`Shard`]), but for documents that failed: the quarantine files say where those were.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use gloss_host::FailureRecord;
use gloss_io::{OutputFile, Sink};
use serde::Deserialize;

use crate::Shard;
use crate::emitter::unwritable;
use crate::error::{Error, ErrorKind, Result};
use crate::identity::{self, SHARD, STATE};
use crate::journal;
use crate::record::{JobRecord, ShardRecord};

/// What was merged.
#[derive(Debug)]
pub struct Merged {
    /// The record of the whole.
    pub record: JobRecord,
    /// The quarantine file, if a document is in it.
    pub quarantine: Option<PathBuf>,
}

/// One shard that is being merged.
struct Part {
    path: PathBuf,
    shard: Shard,
    output: Lines,
    quarantine: Option<Lines>,
    /// The next line of the quarantine file.
    failed: Option<(Positioned, Vec<u8>)>,
    record: JobRecord,
}

/// The lines of a file, one by one.
struct Lines {
    path: PathBuf,
    reader: BufReader<File>,
}

/// What has to be known of a line of a quarantine file.
#[derive(Deserialize)]
struct Positioned {
    position: u64,
    /// The document is not among the results.
    #[serde(default = "yes")]
    fatal: bool,
}

/// Files beside an output.
fn beside(output: &Path, ending: &str) -> PathBuf {
    let mut path = output.as_os_str().to_owned();
    path.push(ending);
    path.into()
}

/// Merges the outputs of shards, with the quarantine files and records beside them, into `output` and
/// the same beside that. The outputs must be of one document a line, in the order of the input, as
/// JSONL is. Memory does not grow with their length.
///
/// # Errors
/// [`ErrorKind::Shards`] when they do not make up a whole: a shard is missing, there twice, not
/// finished, of another pipeline or other inputs, or its files do not fit its record; and when
/// something cannot be read or written.
pub fn merge(shards: &[PathBuf], output: &Path) -> Result<Merged> {
    let mut parts = shards.iter().map(|path| Part::open(path)).collect::<Result<Vec<_>>>()?;
    check(&mut parts)?;
    let failed: u64 = parts.iter().map(Part::quarantined).sum();
    let mut writer = OutputFile::create(output).map_err(|e| unwritable(output, e))?;
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
        let part = &mut parts[(position % count) as usize];
        let mut fatal = false;
        if let (Some((of, line)), Some(file)) = (part.failure_at(position)?, &mut quarantined) {
            file.write_all(&line).map_err(|e| unwritable(&quarantine, e))?;
            fatal = of.fatal;
        }
        if !fatal {
            let line = part.output.next()?.ok_or_else(|| part.short())?;
            writer.write_all(&line).map_err(|e| unwritable(output, e))?;
        }
    }
    for part in &mut parts {
        part.check_end()?;
    }
    if let Some(file) = quarantined {
        file.finish().map_err(|e| unwritable(&quarantine, e))?;
    } else if let Err(e) = fs::remove_file(&quarantine)
        && e.kind() != io::ErrorKind::NotFound
    {
        return Err(unwritable(&quarantine, e));
    }
    writer.finish().map_err(|e| unwritable(output, e))?;
    let record = sum(parts.into_iter().map(|part| part.record).collect())?;
    record.write(&beside(output, ".run.json"))?;
    Ok(Merged { record, quarantine: (failed > 0).then_some(quarantine) })
}

fn refuse(message: String, help: &str) -> Error {
    Error::new(ErrorKind::Shards, message, help)
}

fn none() -> Error {
    refuse("there are no shards".to_owned(), "name their outputs")
}

impl Part {
    fn open(path: &Path) -> Result<Part> {
        let journal = journal::path_beside(path);
        if journal.exists() {
            let message = format!("{} is not whole: its run has not ended", path.display());
            return Err(refuse(message, "wait for it, or go on with it by `--resume`"));
        }
        let output = Lines::open(path)?;
        let record = JobRecord::read(&beside(path, ".run.json"))?;
        let Some(shard) = record.shard else {
            let message = format!("{} is no shard: its run took the whole input", path.display());
            return Err(refuse(message, "merge what runs with `--shard` wrote"));
        };
        if record.run.summary.stopped {
            let message = format!("{} is not whole: its run was stopped", path.display());
            return Err(refuse(message, "run the shard again"));
        }
        let mut part =
            Part { path: path.to_owned(), shard, output, quarantine: None, failed: None, record };
        if part.quarantined() > 0 {
            part.quarantine = Some(Lines::open(&beside(path, ".quarantine.jsonl"))?);
            part.next_failure()?;
        }
        Ok(part)
    }

    fn failures(&self) -> u64 {
        self.record.run.summary.failed + self.record.run.summary.unreadable
    }

    /// Lines of its quarantine file.
    fn quarantined(&self) -> u64 {
        self.failures() + self.record.run.summary.incomplete
    }

    fn documents(&self) -> u64 {
        self.record.run.summary.annotated + self.failures()
    }

    fn next_failure(&mut self) -> Result<()> {
        let Some(lines) = &mut self.quarantine else { return Ok(()) };
        self.failed = match lines.next()? {
            None => None,
            Some(line) => {
                let positioned: Positioned = serde_json::from_slice(&line).map_err(|e| {
                    let message = format!("{}: {e}", lines.path.display());
                    refuse(message, "it must be the quarantine file that the run wrote")
                })?;
                Some((positioned, line))
            }
        };
        Ok(())
    }

    /// The quarantine's line of the document with this position, if there is one.
    fn failure_at(&mut self, position: u64) -> Result<Option<(Positioned, Vec<u8>)>> {
        let failed = self.failed.take_if(|(of, _)| of.position == position);
        if failed.is_some() {
            self.next_failure()?;
        }
        Ok(failed)
    }

    fn short(&self) -> Error {
        let message = format!("{} has fewer documents than its record says", self.path.display());
        refuse(message, "run the shard again")
    }

    fn check_end(&mut self) -> Result<()> {
        if self.failed.is_some() || self.output.next()?.is_some() {
            let message = format!(
                "{} or its quarantine file has more documents than its record says",
                self.path.display()
            );
            return Err(refuse(message, "run the shard again"));
        }
        Ok(())
    }
}

impl Lines {
    fn open(path: &Path) -> Result<Lines> {
        let file = File::open(path).map_err(|e| {
            let what = "a file of a shard cannot be read:";
            Error::system(ErrorKind::Shards, what, path, e, "name the outputs of all shards")
        })?;
        Ok(Lines { path: path.to_owned(), reader: BufReader::with_capacity(1 << 16, file) })
    }

    fn next(&mut self) -> Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let read = self.reader.read_until(b'\n', &mut line);
        let read = read.map_err(|e| {
            let what = "a file of a shard cannot be read:";
            Error::system(ErrorKind::Shards, what, &self.path, e, "")
        })?;
        if read > 0 && line.last() != Some(&b'\n') {
            let message = format!("{} ends within a line", self.path.display());
            return Err(refuse(message, "only JSONL that is whole can be merged"));
        }
        Ok((read > 0).then_some(line))
    }
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

/// The record of the whole.
fn sum(records: Vec<JobRecord>) -> Result<JobRecord> {
    let shards = records.iter().map(|record| ShardRecord {
        shard: record.shard.unwrap_or_default(),
        started: record.run.started.clone(),
        seconds: record.run.seconds,
        threads: record.run.threads,
        resumed: record.resumed,
    });
    let shards: Vec<ShardRecord> = shards.collect();
    let mut records = records.into_iter();
    let mut all = records.next().ok_or_else(none)?;
    for JobRecord { run, resumed, .. } in records {
        all.resumed += resumed;
        all.run.seconds += run.seconds;
        all.run.threads = all.run.threads.max(run.threads);
        all.run.ended = all.run.ended.take().max(run.ended);
        // Of several processes, on several machines.
        all.run.peak_memory = None;
        all.run.characters += run.characters;
        all.run.tokens = all.run.tokens.zip(run.tokens).map(|(sum, one)| sum + one);
        add_failures(&mut all.run.failures, run.failures);
        for (sum, one) in all.run.inputs.listed.iter_mut().zip(run.inputs.listed) {
            sum.documents = sum.documents.zip(one.documents).map(|(sum, one)| sum + one);
        }
        let (sum, one) = (&mut all.run.summary, run.summary);
        sum.incomplete += one.incomplete;
        sum.annotated += one.annotated;
        sum.failed += one.failed;
        sum.unreadable += one.unreadable;
        sum.observed += one.observed;
        sum.bytes += one.bytes;
        for (sum, one) in all.run.stages.iter_mut().zip(run.stages) {
            sum.documents += one.documents;
            sum.passed_over += one.passed_over;
            sum.batches += one.batches;
            sum.bytes += one.bytes;
            sum.observed = sum.observed.zip(one.observed).map(|(sum, one)| sum + one);
            sum.failed += one.failed;
            sum.busy_seconds += one.busy_seconds;
            sum.latency = None;
        }
    }
    all.identity.retain(|what, _| !what.starts_with(STATE));
    all.identity.insert(SHARD.to_owned(), Shard::default().to_string());
    (all.shard, all.shards) = (None, shards);
    Ok(all)
}

fn add_failures(sum: &mut Vec<FailureRecord>, more: Vec<FailureRecord>) {
    for one in more {
        let same = |f: &&mut FailureRecord| (&f.stage, &f.code) == (&one.stage, &one.code);
        match sum.iter_mut().find(same) {
            Some(found) => {
                found.documents += one.documents;
                found.examples.extend(one.examples);
                found.examples.truncate(FailureRecord::EXAMPLES);
            }
            None => sum.push(one),
        }
    }
    sum.sort_by(|a, b| (&a.stage, &a.code).cmp(&(&b.stage, &b.code)));
}

fn yes() -> bool {
    true
}

#[cfg(test)]
mod tests;
