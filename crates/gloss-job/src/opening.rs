//! What is refused before the first document is read.

use std::path::Path;

use gloss_host::Pipeline;
use gloss_io::{Fingerprint, Input};

use crate::Documents;
use crate::changes;
use crate::error::{Error, ErrorKind, Result};
use crate::identity::{self, Identity};
use crate::job::{Destination, JobOptions, Start};
use crate::journal::Unfinished;
use crate::record::JobRecord;
use crate::roles;

/// Whether what is asked for can be done.
pub fn check(
    pipeline: &Pipeline,
    documents: &Documents,
    destination: &Destination<'_>,
    options: &JobOptions,
) -> Result<()> {
    let states = &options.run.states;
    if let Documents::Inputs(inputs, shard) = documents {
        if options.start == Start::Resume && inputs.contains(&Input::Stdin) {
            let message =
                "a run over standard input cannot be gone on with: it cannot be read again";
            let help = "write it to a file, and give that as the input";
            return Err(Error::new(ErrorKind::NotResumable, message, help));
        }
        let alone = states.merge.is_empty() && !states.observe_only;
        if shard.count() > 1 && pipeline.observes() && alone {
            let message =
                "a stage must see every document first, and a shard alone has only a part of them";
            let help = "first run each shard with `--observe-only --states FOLDER`, then with \
                        `--merge-states` and the folders of all";
            return Err(Error::new(ErrorKind::Shards, message, help));
        }
    }
    if options.start == Start::Resume && !matches!(destination, Destination::File(..)) {
        let message = "a run without an output file cannot be gone on with";
        return Err(Error::new(ErrorKind::NotResumable, message, "give one with `-o FILE`"));
    }
    roles::check(pipeline, documents, destination, options)
}

/// An earlier run is not whole, and nobody said what is to become of it.
pub fn unfinished(path: &Path, earlier: &Unfinished) -> Error {
    let counts = earlier.complete.as_ref().or(earlier.progress.as_ref().map(|p| &p.counts));
    let settled = counts.map_or(0, crate::counts::Counts::settled);
    let message = format!(
        "an earlier run to {} is not whole; it came through {settled} document{}",
        path.display(),
        if settled == 1 { "" } else { "s" }
    );
    let help = "go on with `--resume`, or begin anew with `--restart`";
    Error::new(ErrorKind::Unfinished, message, help)
}

/// Whether a run that is not whole is one of this pipeline, these inputs and these options.
pub fn compare(
    path: &Path,
    earlier: &Unfinished,
    now: &Identity,
    inputs: &[Fingerprint],
) -> Result<()> {
    let mut different = identity::differences(&earlier.header.identity, now);
    let subject = format!("the run to {} cannot be gone on with", path.display());
    let help = "restore what it was begun with, or begin anew with `--restart`";
    // The inputs say more than that their list differs.
    different.retain(|what| what != identity::INPUTS);
    if !different.is_empty() {
        let message = format!("{subject}: {}", changed(&different));
        return Err(Error::new(ErrorKind::Different, message, help));
    }
    if let Some(difference) = changes::difference(&earlier.header.inputs, inputs) {
        let message = format!("{subject}: of the inputs {difference}");
        return Err(Error::new(ErrorKind::Different, message, help));
    }
    Ok(())
}

/// The record of an output that is there, if it is that of this run.
pub fn whole(
    path: &Path,
    record: &Path,
    now: &Identity,
    inputs: &[Fingerprint],
) -> Result<JobRecord> {
    let refuse = |why: String| {
        let message = format!(
            "{} is there already, and there is no run to go on with: {why}",
            path.display()
        );
        Error::new(
            ErrorKind::Different,
            message,
            "make it anew with `--restart`, or give another output",
        )
    };
    let record = JobRecord::read(record).map_err(|e| refuse(e.to_string()))?;
    if record.run.summary.stopped {
        return Err(refuse("it is what was finished of a run that was stopped".to_owned()));
    }
    let different = identity::differences(&record.identity, now);
    if !different.is_empty() {
        return Err(refuse(changed(&different)));
    }
    if record.inputs_changed != identity::of_times(inputs) {
        return Err(refuse("an input was changed".to_owned()));
    }
    Ok(record)
}

fn changed(what: &[String]) -> String {
    match what {
        [one] => format!("{one} is another"),
        many => format!("{} are others", many.join(", ")),
    }
}
