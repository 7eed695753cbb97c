//! Where text formats go: a file or standard output, compressed or not.

use std::io::{self, BufWriter, Stdout, Write};

use flate2::write::GzEncoder;
use zstd::stream::write::Encoder as ZstdEncoder;

use crate::{Checkpoint, Compression, OutputFile, Sink};

/// Zstandard's own default.
const ZSTD_LEVEL: i32 = 3;

/// The bytes below compression.
enum Raw {
    File(OutputFile),
    Stdout(BufWriter<Stdout>),
}

enum State {
    Plain(Raw),
    /// Between two members (frames) of a compressed file, and before the first.
    Between(Raw),
    Gzip(GzEncoder<Raw>),
    Zstd(ZstdEncoder<'static, Raw>),
    /// Writing failed in a way that lost the file.
    Lost,
}

/// A [`Sink`] for text. A checkpoint of a compressed file ends a gzip member or a zstd frame; a file
/// of several is what both formats define, and every reader of them reads it as one.
pub(crate) struct TextSink {
    state: State,
    compression: Compression,
    /// There is a member in the file.
    begun: bool,
}

impl TextSink {
    pub(super) fn file(file: OutputFile, compression: Compression, resumed: bool) -> TextSink {
        let raw = Raw::File(file);
        let state = match compression {
            Compression::None => State::Plain(raw),
            _ => State::Between(raw),
        };
        TextSink { state, compression, begun: resumed }
    }

    pub(super) fn stdout() -> TextSink {
        let raw = Raw::Stdout(BufWriter::new(io::stdout()));
        TextSink { state: State::Plain(raw), compression: Compression::None, begun: false }
    }

    /// Begins a member where none is open.
    fn begin(&mut self) -> io::Result<()> {
        if !matches!(self.state, State::Between(_)) {
            return Ok(());
        }
        let State::Between(raw) = std::mem::replace(&mut self.state, State::Lost) else {
            return Err(lost());
        };
        self.begun = true;
        self.state = if self.compression == Compression::Gzip {
            State::Gzip(GzEncoder::new(raw, flate2::Compression::default()))
        } else {
            let mut encoder = ZstdEncoder::new(raw, ZSTD_LEVEL)?;
            encoder.include_checksum(true)?;
            State::Zstd(encoder)
        };
        Ok(())
    }

    /// Ends the open member, if there is one.
    fn end(&mut self) -> io::Result<&mut Raw> {
        self.state = match std::mem::replace(&mut self.state, State::Lost) {
            State::Gzip(encoder) => State::Between(encoder.finish()?),
            State::Zstd(encoder) => State::Between(encoder.finish()?),
            other => other,
        };
        match &mut self.state {
            State::Plain(raw) | State::Between(raw) => Ok(raw),
            _ => Err(lost()),
        }
    }
}

fn lost() -> io::Error {
    io::Error::other("writing failed before")
}

impl Write for TextSink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.begin()?;
        match &mut self.state {
            State::Plain(raw) => raw.write(bytes),
            State::Gzip(encoder) => encoder.write(bytes),
            State::Zstd(encoder) => encoder.write(bytes),
            State::Between(_) | State::Lost => Err(lost()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.state {
            State::Plain(raw) | State::Between(raw) => raw.flush(),
            State::Gzip(encoder) => encoder.flush(),
            State::Zstd(encoder) => encoder.flush(),
            State::Lost => Err(lost()),
        }
    }
}

impl Sink for TextSink {
    fn checkpoint(&mut self) -> io::Result<Option<Checkpoint>> {
        match self.end()? {
            Raw::File(file) => file.checkpoint(),
            Raw::Stdout(stdout) => stdout.checkpoint(),
        }
    }

    fn finish(mut self) -> io::Result<()> {
        // A file of no bytes is neither gzip nor zstd.
        if !self.begun {
            self.begin()?;
        }
        self.end()?;
        match self.state {
            State::Plain(Raw::File(file)) | State::Between(Raw::File(file)) => file.finish(),
            State::Plain(Raw::Stdout(out)) | State::Between(Raw::Stdout(out)) => out.finish(),
            State::Gzip(_) | State::Zstd(_) | State::Lost => Err(lost()),
        }
    }
}

impl Write for Raw {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Raw::File(file) => file.write(bytes),
            Raw::Stdout(stdout) => stdout.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Raw::File(file) => file.flush(),
            Raw::Stdout(stdout) => stdout.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Read;

    use super::*;

    fn decompressed(compression: Compression, bytes: &[u8]) -> String {
        let mut out = String::new();
        match compression {
            Compression::Gzip => flate2::read::MultiGzDecoder::new(bytes).read_to_string(&mut out),
            Compression::Zstd => zstd::Decoder::new(bytes).unwrap().read_to_string(&mut out),
            Compression::None => (&mut &*bytes).read_to_string(&mut out),
        }
        .unwrap();
        out
    }

    #[test]
    fn goes_on_from_a_checkpoint() {
        let folder = tempfile::tempdir().unwrap();
        let check = |compression| {
            let [whole, resumed] = ["whole", "resumed"].map(|name| folder.path().join(name));
            let open = |path, checkpoint: Option<&Checkpoint>| {
                let file = match checkpoint {
                    None => OutputFile::create(path).unwrap(),
                    Some(checkpoint) => OutputFile::resume(path, checkpoint).unwrap(),
                };
                TextSink::file(file, compression, checkpoint.is_some())
            };
            let mut sink = open(&whole, None);
            sink.write_all(b"one\n").unwrap();
            sink.checkpoint().unwrap().unwrap();
            sink.write_all(b"two\n").unwrap();
            sink.finish().unwrap();
            let mut sink = open(&resumed, None);
            sink.write_all(b"one\n").unwrap();
            let checkpoint = sink.checkpoint().unwrap().unwrap();
            // Nothing came in between: the same place.
            assert_eq!(sink.checkpoint().unwrap().unwrap(), checkpoint);
            sink.write_all(b"lost").unwrap();
            drop(sink);
            let mut sink = open(&resumed, Some(&checkpoint));
            sink.write_all(b"two\n").unwrap();
            sink.finish().unwrap();
            let bytes = fs::read(&resumed).unwrap();
            assert_eq!(bytes, fs::read(&whole).unwrap());
            assert_eq!(decompressed(compression, &bytes), "one\ntwo\n");
        };
        check(Compression::None);
        check(Compression::Gzip);
        check(Compression::Zstd);
    }

    #[test]
    fn nothing_is_a_file_of_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let check = |compression| {
            let path = folder.path().join("empty");
            let file = OutputFile::create(&path).unwrap();
            TextSink::file(file, compression, false).finish().unwrap();
            assert_eq!(decompressed(compression, &fs::read(&path).unwrap()), "");
        };
        check(Compression::None);
        check(Compression::Gzip);
        check(Compression::Zstd);
    }
}
