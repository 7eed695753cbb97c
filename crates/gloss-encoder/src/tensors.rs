//! Reads tensors of a safetensors file (<https://github.com/huggingface/safetensors>), one at a time.

use std::collections::HashMap;
use std::fs::File;
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::path::Path;

use half::{bf16, f16};
use safetensors::Dtype;
use safetensors::tensor::TensorInfo;

use crate::error::Error;

/// A header is text; no model's comes near this.
const LONGEST_HEADER: u64 = 100 << 20;
/// Bytes that are read and converted in a go.
const CHUNK: usize = 1 << 18;

/// What tensors are read from.
trait Source: Read + Seek + Send {}
impl<T: Read + Seek + Send> Source for T {}

/// A file of which everything that the header says has been checked against the file's length.
pub(crate) struct Tensors {
    /// The file's name, for messages.
    file: &'static str,
    source: Box<dyn Source>,
    /// Where the tensors' bytes start in the file.
    start: u64,
    tensors: HashMap<String, TensorInfo>,
}

impl Tensors {
    /// The file of a folder, which `needs` such files.
    pub(crate) fn open(
        folder: &Path,
        file: &'static str,
        needs: &'static str,
    ) -> Result<Self, Error> {
        let path = folder.join(file);
        let io = |source| Error::Io { path: path.clone(), source, needs };
        let source = File::open(&path).map_err(io)?;
        let size = source.metadata().map_err(io)?.len();
        Self::new(file, Box::new(source), size)
    }

    /// What the file of this name would hold.
    pub(crate) fn of_bytes(file: &'static str, bytes: Vec<u8>) -> Result<Self, Error> {
        let size = bytes.len() as u64;
        Self::new(file, Box::new(Cursor::new(bytes)), size)
    }

    fn new(file: &'static str, mut source: Box<dyn Source>, size: u64) -> Result<Self, Error> {
        let header = |reason: String| Error::invalid(file, "header", reason);
        let mut length = [0; 8];
        let read = source.read_exact(&mut length);
        read.map_err(|_| header("the file has less than 8 bytes".to_owned()))?;
        let length = u64::from_le_bytes(length);
        if length > LONGEST_HEADER || length > size - 8 {
            return Err(header(format!("a length of {length} bytes in a file of {size}")));
        }
        let mut text = vec![0; length as usize];
        source.read_exact(&mut text).map_err(|error| header(error.to_string()))?;
        let start = 8 + length;
        let tensors = tensors(file, &text)?;
        check(file, &tensors, size - start)?;
        Ok(Self { file, source, start, tensors })
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.tensors.keys().map(String::as_str)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.tensors.contains_key(name)
    }

    pub(crate) fn shape(&self, name: &str) -> Option<&[usize]> {
        self.tensors.get(name).map(|info| info.shape.as_slice())
    }

    /// The numbers of a tensor, which must be of this shape.
    pub(crate) fn read(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, Error> {
        let file = self.file;
        let Some(info) = self.tensors.get(name) else {
            return Err(Error::invalid(file, name, "there is no such tensor"));
        };
        if info.shape != shape {
            let reason = format!("of shape {:?}, but config.json asks for {shape:?}", info.shape);
            return Err(Error::invalid(file, name, reason));
        }
        let convert = converter(info.dtype).ok_or_else(|| {
            Error::unsupported(file, format!("numbers of type {:?} in {name}", info.dtype))
        })?;
        let (from, to) = info.data_offsets;
        let io = |error: std::io::Error| Error::invalid(file, name, error.to_string());
        self.source.seek(SeekFrom::Start(self.start + from as u64)).map_err(io)?;
        let mut numbers = Vec::with_capacity(shape.iter().product());
        let mut bytes = vec![0; CHUNK.min(to - from)];
        let mut rest = to - from;
        while rest > 0 {
            let chunk = &mut bytes[..CHUNK.min(rest)];
            self.source.read_exact(chunk).map_err(io)?;
            convert(chunk, &mut numbers);
            rest -= chunk.len();
        }
        // What is no number would be hidden by the limits of exponentials, and results look like any others.
        if let Some(at) = numbers.iter().position(|number| !number.is_finite()) {
            return Err(Error::invalid(file, name, format!("number {at} is not finite")));
        }
        Ok(numbers)
    }
}

/// Appends the numbers that the bytes, a whole number of them, stand for.
type Converter = fn(&[u8], &mut Vec<f32>);

fn converter(dtype: Dtype) -> Option<Converter> {
    match dtype {
        Dtype::F32 => Some(|bytes, numbers| {
            numbers.extend(bytes.as_chunks().0.iter().map(|&bytes| f32::from_le_bytes(bytes)));
        }),
        Dtype::F16 => Some(|bytes, numbers| {
            numbers.extend(bytes.as_chunks().0.iter().map(|&b| f16::from_le_bytes(b).to_f32()));
        }),
        Dtype::BF16 => Some(|bytes, numbers| {
            numbers.extend(bytes.as_chunks().0.iter().map(|&b| bf16::from_le_bytes(b).to_f32()));
        }),
        _ => None,
    }
}

fn tensors(file: &str, text: &[u8]) -> Result<HashMap<String, TensorInfo>, Error> {
    let entries: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(text)
        .map_err(|error| Error::invalid(file, "header", format!("not JSON: {error}")))?;
    let tensors = entries.into_iter().filter(|(name, _)| name != "__metadata__");
    tensors
        .map(|(name, value)| match serde_json::from_value(value) {
            Ok(info) => Ok((name, info)),
            Err(error) => Err(Error::invalid(file, &name, format!("in the header: {error}"))),
        })
        .collect()
}

/// Tensors must fill the `size` bytes after the header, one after another, each as its shape says.
fn check(file: &str, tensors: &HashMap<String, TensorInfo>, size: u64) -> Result<(), Error> {
    let mut sorted: Vec<(&String, &TensorInfo)> = tensors.iter().collect();
    sorted.sort_by_key(|(name, info)| (info.data_offsets, *name));
    let mut end = 0;
    for (name, info) in sorted {
        let (from, to) = info.data_offsets;
        if from != end || to < from {
            let reason = format!("at bytes {from} to {to}, but the tensor before ends at {end}");
            return Err(Error::invalid(file, name, reason));
        }
        let bits = info.shape.iter().try_fold(info.dtype.bitsize(), |bits, &n| bits.checked_mul(n));
        if bits != (to - from).checked_mul(8) {
            let reason = format!(
                "{} bytes do not hold a tensor of shape {:?} and type {:?}",
                to - from,
                info.shape,
                info.dtype
            );
            return Err(Error::invalid(file, name, reason));
        }
        end = to;
    }
    if end as u64 != size {
        let reason = format!("it tells of {end} bytes of tensors, but {size} follow");
        return Err(Error::invalid(file, "header", reason));
    }
    Ok(())
}
