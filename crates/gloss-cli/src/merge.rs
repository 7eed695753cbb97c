//! `gloss merge`.

use anyhow::Result;
use gloss_job::Whole;

use crate::args::{Format, Merge};
use crate::diagnostics::Coded;
use crate::run::{documents, form_settings};
use crate::say::note;
use crate::{EXIT_DOCUMENTS_FAILED, EXIT_OK};

pub fn merge(arguments: &Merge) -> Result<u8> {
    let Merge { shards, output, format, rows, entities } = arguments;
    let written = |format: Format| {
        format.written().ok_or_else(|| Coded {
            code: gloss_io::ErrorKind::BadOutput.code(),
            message: format!("{} cannot be written for reading", output.display()),
            help: Some("give another format with `-f`, such as html".to_owned()),
        })
    };
    let whole = Whole {
        format: format.map(written).transpose()?,
        rows: rows.map(Into::into),
        entities: entities.clone(),
        settings: form_settings(*rows, entities.as_deref()),
    };
    let merged = gloss_job::merge(shards, output, &whole)?;
    for loss in merged.losses {
        note!("{} {loss}", console::style("note:").cyan().bold());
    }
    let summary = &merged.record.run.summary;
    let Some(quarantine) = merged.quarantine else { return Ok(EXIT_OK) };
    let warning = console::style("warning:").yellow().bold();
    let failed = documents(summary.failed + summary.unreadable);
    note!("{warning} {failed} failed; see {}", quarantine.display());
    Ok(EXIT_DOCUMENTS_FAILED)
}
