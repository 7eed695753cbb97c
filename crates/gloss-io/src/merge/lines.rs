//! Formats with a document a line.

use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};

use super::{Parts, Result, Source, sink};
use crate::Sink;
use crate::write::TextSink;

pub struct Lines {
    inputs: Vec<Source>,
    sink: TextSink,
}

impl Lines {
    pub fn open(inputs: &[PathBuf], output: &Path) -> Result<Lines> {
        Ok(Lines { inputs: Source::all(inputs)?, sink: sink(output)? })
    }
}

impl Parts for Lines {
    type Part = Vec<u8>;

    fn next(&mut self, input: usize) -> Result<Option<Vec<u8>>> {
        line(&mut self.inputs[input])
    }

    fn write(&mut self, line: Vec<u8>) -> io::Result<()> {
        self.sink.write_all(&line)
    }

    fn finish(self) -> io::Result<Vec<String>> {
        self.sink.finish().map(|()| Vec::new())
    }
}

/// The next line, with its end.
pub fn line(source: &mut Source) -> Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let read = source.reader.read_until(b'\n', &mut line);
    let read = read.map_err(|error| source.unusable(&error))?;
    if read > 0 && line.last() != Some(&b'\n') {
        return Err(source.unusable(&"it ends within a line"));
    }
    Ok((read > 0).then_some(line))
}
