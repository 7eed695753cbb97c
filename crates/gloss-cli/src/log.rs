//! The log: to standard error or a file, as text or JSON.

use std::fs::OpenOptions;
use std::io;
use std::sync::Mutex;

use anyhow::{Context, Result};
use tracing_subscriber::EnvFilter;

use crate::args::{Log, LogFormat};

/// Warnings, more with `-v`, or what `GLOSS_LOG` says.
pub fn start(options: &Log) -> Result<()> {
    let level = ["warn", "info", "debug", "trace"][usize::from(options.verbose.min(3))];
    let filter = match std::env::var("GLOSS_LOG") {
        Ok(filter) if !filter.trim().is_empty() => {
            EnvFilter::try_new(&filter).with_context(|| {
                format!(
                    "GLOSS_LOG is {filter:?}; say a level, such as debug, or gloss_host=debug,warn"
                )
            })?
        }
        _ => EnvFilter::new(level),
    };
    let builder = tracing_subscriber::fmt().with_env_filter(filter);
    let Some(path) = &options.log_file else {
        let builder = builder.with_writer(io::stderr);
        match options.log_format {
            // Who watches a terminal knows what time it is.
            LogFormat::Text => {
                builder.with_ansi(console::colors_enabled_stderr()).without_time().init();
            }
            LogFormat::Json => builder.json().init(),
        }
        return Ok(());
    };
    let file = OpenOptions::new().append(true).create(true).open(path);
    let file =
        file.with_context(|| format!("the log file {} cannot be written", path.display()))?;
    let builder = builder.with_writer(Mutex::new(file));
    match options.log_format {
        LogFormat::Text => builder.with_ansi(false).init(),
        LogFormat::Json => builder.json().init(),
    }
    Ok(())
}
