//! JSONL, made into another format.

use std::io;
use std::path::{Path, PathBuf};

use gloss_doc::Document;
use gloss_doc::json::DocumentRecord;

use super::lines::line;
use super::{MergeError, Parts, Result, Source};
use crate::{
    DocumentWriter, Error, ErrorKind, OutputFormat, Rows, Target, WriteOptions, open_writer,
};

pub struct Documents {
    inputs: Vec<Source>,
    writer: Box<dyn DocumentWriter>,
}

impl Documents {
    pub fn open(
        inputs: &[PathBuf],
        output: &Path,
        to: OutputFormat,
        options: &WriteOptions,
    ) -> Result<Documents> {
        let table = matches!(to, OutputFormat::Csv | OutputFormat::Tsv);
        if table && options.rows == Some(Rows::Documents) {
            let what = "JSONL does not say which layers and labels other documents have, and each has \
                        a column in a table of documents";
            let error = Error::new(ErrorKind::BadOutput, &output.display().to_string(), what);
            return Err(MergeError::Refused(
                error.help("run the shards with `-f csv --rows documents`, and merge those"),
            ));
        }
        let target = Target::Path(output.to_owned());
        let inputs = Source::all(inputs)?;
        let writer =
            open_writer(to, &target, options, None).map_err(|error| match error.system {
                Some(system) => MergeError::Output(system.into()),
                None => MergeError::Refused(error),
            })?;
        Ok(Documents { inputs, writer })
    }
}

impl Parts for Documents {
    type Part = Document;

    fn next(&mut self, input: usize) -> Result<Option<Document>> {
        let source = &mut self.inputs[input];
        let Some(line) = line(source)? else { return Ok(None) };
        // Not the text of the error alone: it has the column, and nothing of the document.
        let record: DocumentRecord<'_> = serde_json::from_slice(&line)
            .map_err(|error| source.unusable(&format!("a line is no document: {error}")))?;
        Document::try_from(record).map(Some).map_err(|error| source.unusable(&error))
    }

    fn write(&mut self, document: Document) -> io::Result<()> {
        self.writer.write(&document)
    }

    fn finish(self) -> io::Result<Vec<String>> {
        let losses = self.writer.losses();
        self.writer.finish().map(|()| losses)
    }
}
