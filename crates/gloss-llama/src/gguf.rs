//! The container: GGUF of version 2 or 3, little-endian
//! (<https://github.com/ggml-org/ggml/blob/master/docs/gguf.md>).
//!
//! Whatever the file claims is compared with its length before room is made for it.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::format::Format;
use crate::metadata::{Metadata, Value};

/// A tensor of the file: rows of `inputs` numbers.
#[derive(Clone, Debug)]
pub(crate) struct Tensor {
    pub(crate) format: Format,
    /// Numbers in a row, which are the tensor's first dimension.
    pub(crate) inputs: usize,
    /// All other dimensions together.
    pub(crate) rows: usize,
    start: u64,
}

impl Tensor {
    /// The bytes of a row.
    pub(crate) fn row_bytes(&self) -> usize {
        self.inputs / self.format.block() * self.format.bytes()
    }
}

/// An open file, whose header has been checked.
pub(crate) struct Gguf {
    path: PathBuf,
    file: File,
    pub(crate) metadata: Metadata,
    tensors: HashMap<String, Tensor>,
}

impl Gguf {
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let io = |source| Error::Io { path: path.to_owned(), source };
        let file = File::open(path).map_err(io)?;
        let length = file.metadata().map_err(io)?.len();
        let mut header =
            Header { file: BufReader::with_capacity(1 << 18, file), at: 0, length, path };
        if header.bytes::<4>()? != *b"GGUF" {
            return Err(Error::invalid("byte 0", "it does not begin with GGUF"));
        }
        let version = header.u32()?;
        if !matches!(version, 2 | 3) {
            return Err(Error::unsupported(format!("version {version} of GGUF")));
        }
        let tensors = header.count("the number of tensors", 24)?;
        let fields = header.count("the number of metadata fields", 13)?;
        let mut metadata = HashMap::new();
        for _ in 0..fields {
            let name = header.text()?;
            let value = header.value(&name)?;
            metadata.insert(name, value);
        }
        let metadata = Metadata(metadata);
        let tensors = header.tensors(tensors, &metadata)?;
        let Header { file, .. } = header;
        Ok(Self { path: path.to_owned(), file: file.into_inner(), metadata, tensors })
    }

    /// The tensor of this name, if there is one.
    pub(crate) fn find(&self, name: &str) -> Option<&Tensor> {
        self.tensors.get(name)
    }

    /// The tensor of this name and these sizes, and its bytes.
    pub(crate) fn read(
        &mut self,
        name: &str,
        (inputs, rows): (usize, usize),
    ) -> Result<(Tensor, Vec<u8>), Error> {
        let tensor = self.find(name).cloned();
        let tensor = tensor.ok_or_else(|| Error::invalid(name, "there is no such tensor"))?;
        if (tensor.inputs, tensor.rows) != (inputs, rows) {
            let (found, other) = (tensor.inputs, tensor.rows);
            let reason = format!("it is {found} by {other}, but should be {inputs} by {rows}");
            return Err(Error::invalid(name, reason));
        }
        // That it lies within the file has been checked.
        let mut bytes = vec![0; tensor.row_bytes() * rows];
        let read = self.file.seek(SeekFrom::Start(tensor.start));
        read.and_then(|_| self.file.read_exact(&mut bytes))
            .map_err(|source| Error::Io { path: self.path.clone(), source })?;
        Ok((tensor, bytes))
    }

    /// A tensor of whole numbers in one row.
    pub(crate) fn numbers(&mut self, name: &str, count: usize) -> Result<Vec<f32>, Error> {
        let (tensor, bytes) = self.read(name, (count, 1))?;
        if tensor.format.form().is_some() {
            return Err(Error::unsupported(format!("quants in {name}")));
        }
        Ok((0..count).map(|at| tensor.format.number(&bytes, at)).collect())
    }
}

/// The header while it is read.
struct Header<'p> {
    file: BufReader<File>,
    at: u64,
    length: u64,
    path: &'p Path,
}

impl Header<'_> {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        if self.length - self.at < bytes.len() as u64 {
            return Err(self.cut(bytes.len() as u64));
        }
        let io = |source| Error::Io { path: self.path.to_owned(), source };
        self.file.read_exact(bytes).map_err(io)?;
        self.at += bytes.len() as u64;
        Ok(())
    }

    fn cut(&self, needed: u64) -> Error {
        let left = self.length - self.at;
        let reason = format!("{needed} bytes should follow, but there are {left}");
        Error::invalid(format!("byte {}", self.at), reason)
    }

    fn bytes<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    fn u32(&mut self) -> Result<u32, Error> {
        Ok(u32::from_le_bytes(self.bytes()?))
    }

    fn u64(&mut self) -> Result<u64, Error> {
        Ok(u64::from_le_bytes(self.bytes()?))
    }

    /// How many things follow, of `least` bytes each.
    fn count(&mut self, what: &str, least: u64) -> Result<usize, Error> {
        let (at, count) = (self.at, self.u64()?);
        if count > (self.length - self.at) / least {
            let reason = format!("{what} is {count}, more than the file has room for");
            return Err(Error::invalid(format!("byte {at}"), reason));
        }
        usize::try_from(count).map_err(|_| self.cut(count))
    }

    fn text(&mut self) -> Result<String, Error> {
        let at = self.at;
        let length = self.count("the length of a text", 1)?;
        let mut bytes = vec![0; length];
        self.fill(&mut bytes)?;
        String::from_utf8(bytes)
            .map_err(|_| Error::invalid(format!("byte {at}"), "a text is not UTF-8"))
    }

    fn value(&mut self, name: &str) -> Result<Value, Error> {
        let kind = self.u32()?;
        if kind != 9 {
            return self.scalar(name, kind);
        }
        let kind = self.u32()?;
        let least = match kind {
            0 | 1 | 7 => 1,
            2 | 3 => 2,
            4..=6 => 4,
            _ => 8,
        };
        let count = self.count("the length of a list", least)?;
        if kind == 8 {
            return (0..count).map(|_| self.text()).collect::<Result<_, _>>().map(Value::Texts);
        }
        let number = |_| match self.scalar(name, kind)? {
            Value::Whole(number) => Ok(number as f64),
            Value::Number(number) => Ok(number),
            _ => Err(Error::invalid(name, "it is a list of what is no text and no number")),
        };
        (0..count).map(number).collect::<Result<_, _>>().map(Value::Numbers)
    }

    fn scalar(&mut self, name: &str, kind: u32) -> Result<Value, Error> {
        Ok(match kind {
            0 => Value::Whole(i64::from(self.bytes::<1>()?[0])),
            1 => Value::Whole(i64::from(i8::from_le_bytes(self.bytes()?))),
            2 => Value::Whole(i64::from(u16::from_le_bytes(self.bytes()?))),
            3 => Value::Whole(i64::from(i16::from_le_bytes(self.bytes()?))),
            4 => Value::Whole(i64::from(self.u32()?)),
            5 => Value::Whole(i64::from(i32::from_le_bytes(self.bytes()?))),
            6 => Value::Number(f64::from(f32::from_le_bytes(self.bytes()?))),
            7 => Value::Truth(self.bytes::<1>()?[0] != 0),
            8 => Value::Text(self.text()?),
            10 => Value::Whole(i64::try_from(self.u64()?).unwrap_or(i64::MAX)),
            11 => Value::Whole(i64::from_le_bytes(self.bytes()?)),
            12 => Value::Number(f64::from_le_bytes(self.bytes()?)),
            _ => {
                return Err(Error::invalid(name, format!("a value has the unknown type {kind}")));
            }
        })
    }

    fn tensors(
        &mut self,
        count: usize,
        metadata: &Metadata,
    ) -> Result<HashMap<String, Tensor>, Error> {
        let mut tensors = HashMap::new();
        for _ in 0..count {
            let (name, tensor) = self.tensor()?;
            if tensors.insert(name.clone(), tensor).is_some() {
                return Err(Error::invalid(name, "there are two tensors of this name"));
            }
        }
        let alignment = metadata.whole_or("general.alignment", 32)?;
        if !alignment.is_power_of_two() || alignment > 1 << 20 {
            let reason = format!("{alignment} is no power of two below a million");
            return Err(Error::invalid("general.alignment", reason));
        }
        let start = self.at.next_multiple_of(alignment as u64);
        let mut places = Vec::new();
        for (name, tensor) in &mut tensors {
            let size = tensor.row_bytes() as u64 * tensor.rows as u64;
            let from = start.checked_add(tensor.start);
            let to = from.and_then(|from| from.checked_add(size));
            let (Some(from), Some(to)) = (from, to.filter(|&to| to <= self.length)) else {
                let (at, length) = (tensor.start, self.length);
                let reason = format!(
                    "its {size} bytes at {at} behind byte {start} end beyond the {length} bytes of the file"
                );
                return Err(Error::invalid(name, reason));
            };
            tensor.start = from;
            places.push((from, to, name));
        }
        places.sort();
        for pair in places.windows(2) {
            if pair[1].0 < pair[0].1 {
                return Err(Error::invalid(pair[1].2, format!("it overlaps {}", pair[0].2)));
            }
        }
        Ok(tensors)
    }

    fn tensor(&mut self) -> Result<(String, Tensor), Error> {
        let name = self.text()?;
        let dimensions = self.u32()?;
        if !(1..=4).contains(&dimensions) {
            return Err(Error::invalid(name, format!("it has {dimensions} dimensions")));
        }
        let sizes: Vec<u64> = (0..dimensions).map(|_| self.u64()).collect::<Result<_, _>>()?;
        let kind = self.u32()?;
        let format = Format::of(kind)
            .ok_or_else(|| Error::unsupported(format!("the number format {kind} (of {name})")))?;
        let start = self.u64()?;
        let rows = sizes[1..].iter().try_fold(1u64, |all, &size| all.checked_mul(size));
        let numbers = rows.and_then(|rows| rows.checked_mul(sizes[0]));
        let (Some(rows), Some(numbers)) = (rows, numbers) else {
            return Err(Error::invalid(name, "its sizes are too large"));
        };
        // The densest format has more than four bits for each number.
        if numbers > self.length.saturating_mul(2) {
            return Err(Error::invalid(name, format!("{numbers} numbers are not in this file")));
        }
        let (inputs, rows) = (sizes[0] as usize, rows as usize);
        if !inputs.is_multiple_of(format.block()) {
            let reason = format!("rows of {inputs} numbers are not whole blocks");
            return Err(Error::invalid(name, reason));
        }
        Ok((name, Tensor { format, inputs, rows, start }))
    }
}
