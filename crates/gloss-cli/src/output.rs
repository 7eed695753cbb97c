//! Where the results of `gloss run` go, and in which format.

use std::io::{self, BufWriter};

use anyhow::Result;
use gloss_host::Pipeline;
use gloss_io::{
    Checkpoint, DocumentWriter, Error, OutputFile, OutputFormat, Target, WriteOptions, open_writer,
};
use gloss_job::Destination;
use indicatif::ProgressBar;

use crate::args::Run;
use crate::diagnostics::Coded;
use crate::live::LiveWriter;
use crate::pretty::PrettyWriter;

/// Where results go.
pub struct Output {
    target: Target,
    /// `None` for what is read on a screen.
    format: Option<OutputFormat>,
    options: WriteOptions,
    /// The run only observes.
    nothing: bool,
}

impl Output {
    pub fn new(arguments: &Run, pipeline: &Pipeline) -> Output {
        let named = arguments.output.as_deref().and_then(OutputFormat::of_path);
        let pretty_by_default = arguments.output.is_none() && console::user_attended();
        let layers = pipeline.stages().into_iter().flat_map(|stage| stage.layers);
        Output {
            target: arguments.output.clone().map_or(Target::Stdout, Target::Path),
            format: match arguments.format {
                Some(format) => format.written(),
                None if pretty_by_default => None,
                None => Some(named.unwrap_or(OutputFormat::Jsonl)),
            },
            options: WriteOptions {
                offsets: arguments.offsets.into(),
                rows: arguments.rows.map(Into::into),
                entities: arguments.entities.clone(),
                layers: layers.filter(|l| l.kept).map(|l| (l.name, l.schema)).collect(),
            },
            nothing: arguments.corpus.observe_only,
        }
    }

    /// The format's name.
    pub fn format(&self) -> &'static str {
        self.format.map_or("pretty", OutputFormat::as_str)
    }

    /// Whether what shards write so can be merged.
    pub fn can_be_merged(&self) -> bool {
        self.format.is_some_and(|format| gloss_io::can_be_merged(format, self.options.rows))
    }

    /// What the run writes to; `bar` is kept out of the way of a stream.
    pub fn destination(self, bar: &ProgressBar) -> Result<Destination<'static>> {
        if self.nothing {
            return Ok(Destination::Nothing);
        }
        Ok(match self.target.clone() {
            Target::Path(path) => Destination::File(path, Box::new(move |from| self.open(from))),
            Target::Stdout => {
                let writer = self.open(None).map_err(Coded::from)?;
                Destination::Stream(Box::new(LiveWriter::new(writer, bar.clone())))
            }
        })
    }

    fn open(&self, from: Option<&Checkpoint>) -> Result<Box<dyn DocumentWriter>, Error> {
        match (self.format, &self.target) {
            (Some(format), target) => open_writer(format, target, &self.options, from),
            (None, Target::Stdout) => {
                Ok(Box::new(PrettyWriter::terminal(BufWriter::new(io::stdout()))))
            }
            (None, target @ Target::Path(path)) => {
                let file = match from {
                    None => OutputFile::create(path),
                    Some(checkpoint) => OutputFile::resume(path, checkpoint),
                };
                let file = file.map_err(|error| target.unwritable(&error))?;
                Ok(Box::new(PrettyWriter::plain(file)))
            }
        }
    }
}
