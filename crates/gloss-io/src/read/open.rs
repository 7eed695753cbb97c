//! Inputs as bytes: opened, counted, decompressed; and what went wrong with them.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;

use crate::encoding::Malformed;
use crate::fingerprint::Watch;
use crate::{Compression, Error, ErrorKind, Input};

const BUFFER: usize = 1 << 16;

/// An input's bytes, decompressed.
pub struct Opened {
    pub reader: Box<dyn BufRead + Send>,
    /// For files.
    pub watch: Option<Watch>,
}

/// Opens an input, and counts in `read` what is read of it.
pub fn open(
    input: &Input,
    compression: Compression,
    read: &Arc<AtomicU64>,
) -> Result<Opened, Error> {
    let name = input.name();
    let fail = |e: io::Error| unreadable(&name, &e);
    let (inner, watch): (Box<dyn Read + Send>, _) = match input {
        Input::Stdin => (Box::new(io::stdin()), None),
        Input::File(path) => {
            let file = File::open(path).map_err(fail)?;
            let watch = Watch::new(path, &file).map_err(fail)?;
            (Box::new(file), Some(watch))
        }
    };
    let counted = Counted { inner, read: Arc::clone(read) };
    let stored = BufReader::with_capacity(BUFFER, counted);
    let reader: Box<dyn BufRead + Send> = match compression {
        Compression::None => Box::new(stored),
        Compression::Gzip => buffered(Marked(MultiGzDecoder::new(stored))),
        Compression::Zstd => {
            buffered(Marked(zstd::stream::read::Decoder::with_buffer(stored).map_err(fail)?))
        }
    };
    Ok(Opened { reader, watch })
}

fn buffered(reader: impl Read + Send + 'static) -> Box<dyn BufRead + Send> {
    Box::new(BufReader::with_capacity(BUFFER, reader))
}

struct Counted {
    inner: Box<dyn Read + Send>,
    read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// A decompressor, whose errors say that they are of one. The decompressors report damage under
/// several kinds, the system's errors pass through with their number.
struct Marked<R>(R);

/// Compressed data that cannot be decompressed.
#[derive(Debug)]
struct Damaged {
    cut: bool,
    message: String,
}

impl std::fmt::Display for Damaged {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Damaged {}

impl<R: Read> Read for Marked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer).map_err(|e| match e.kind() {
            io::ErrorKind::Interrupted => e,
            _ if e.raw_os_error().is_some() => e,
            kind => {
                let cut = kind == io::ErrorKind::UnexpectedEof;
                io::Error::new(kind, Damaged { cut, message: e.to_string() })
            }
        })
    }
}

fn shown(name: &str) -> &str {
    if name == "-" { "standard input" } else { name }
}

pub fn unreadable(name: &str, error: &io::Error) -> Error {
    let message = format!("{} cannot be read: {error}", shown(name));
    Error::new(ErrorKind::Unreadable, name, message)
}

/// The error of an input that could not be read on.
pub fn read_error(name: &str, error: &io::Error) -> Error {
    let inner = error.get_ref();
    if let Some(damaged) = inner.and_then(|e| e.downcast_ref::<Damaged>()) {
        return if damaged.cut {
            cut_off(name, "the compressed data has no end")
        } else {
            let message = format!("{} cannot be decompressed: {damaged}", shown(name));
            Error::new(ErrorKind::Damaged, name, message)
                .help("what stood before the damage was read; fetch or compress the file again")
        };
    }
    match inner.and_then(|e| e.downcast_ref::<Malformed>()) {
        Some(malformed) => Error::new(
            ErrorKind::NotInEncoding,
            name,
            format!("{}: {malformed}", shown(name)),
        )
        .help("give the encoding that it is in (`--encoding LABEL`), or let it be guessed (`--encoding detect`)"),
        None => unreadable(name, error),
    }
}

/// The error of an input that ends before it is complete.
pub fn cut_off(name: &str, what: &str) -> Error {
    let message = format!("{} is cut off: {what}", shown(name));
    Error::new(ErrorKind::CutOff, name, message)
        .help("what stood before was read; wait until the file is whole, or fetch it again")
}

pub fn too_long(name: &str) -> Error {
    Error::new(ErrorKind::TooLong, name, format!("{name} has a document of 4 GiB or more"))
        .help("split it")
}

/// The error of bytes that are not UTF-8 from the byte `at` on.
pub fn not_utf8(name: &str, at: usize, bytes: &[u8]) -> Error {
    let found = bytes.get(at).map_or(String::new(), |b| format!(" (0x{b:02X})"));
    Error::new(ErrorKind::NotUtf8, name, format!("{name} is not UTF-8: byte {at}{found}")).help(
        "say which encoding it is in (`--encoding windows-1252`), or let it be guessed \
         (`--encoding detect`)",
    )
}
