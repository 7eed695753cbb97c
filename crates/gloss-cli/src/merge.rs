//! `gloss merge`.

use anyhow::Result;

use crate::args::Merge;
use crate::run::documents;
use crate::say::note;
use crate::{EXIT_DOCUMENTS_FAILED, EXIT_OK};

pub fn merge(arguments: &Merge) -> Result<u8> {
    let merged = gloss_job::merge(&arguments.shards, &arguments.output)?;
    let summary = &merged.record.run.summary;
    let Some(quarantine) = merged.quarantine else { return Ok(EXIT_OK) };
    let warning = console::style("warning:").yellow().bold();
    let failed = documents(summary.failed + summary.unreadable);
    note!("{warning} {failed} failed; see {}", quarantine.display());
    Ok(EXIT_DOCUMENTS_FAILED)
}
