//! The container: a header, the lengths of the buffers, the buffers.
//!
//! ```text
//! 0   4  magic "GLFR"
//! 4   2  version
//! 6   2  kind
//! 8   4  number of the request, repeated in its answer
//! 12  4  number of buffers, n
//! 16  8  length of the body: everything that follows
//! 24     n lengths of 8 bytes, then the buffers, each padded with zeros to a multiple of 8
//! ```

use crate::FrameError;
use crate::numbers::Number;

/// Bytes before the body.
pub const HEADER_SIZE: usize = 24;
/// Version of the format.
pub const VERSION: u16 = 2;
const MAGIC: [u8; 4] = *b"GLFR";
/// A writer keeps this much memory for its next frame: most are far smaller, few are a whole state.
const KEPT_MEMORY: usize = 64 << 20;
/// Buffers start at multiples of this many bytes.
const ALIGNMENT: usize = 8;

/// What a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum Kind {
    /// To the child: what is this extractor?
    Describe = 1,
    /// To the child: plan with these options.
    Plan = 2,
    /// To the child: load an instance and a worker of it.
    Load = 3,
    /// To the child: annotate these documents.
    Extract = 4,
    /// To the child: stop as soon as you can. Has no answer; may come while the child works.
    Cancel = 5,
    /// To the child: observe these documents in a state of their own.
    Observe = 6,
    /// To the child: add what this saved state has seen to the child's state.
    Merge = 7,
    /// To the child: save the child's state.
    Save = 8,
    /// To the child: make findings of the child's state.
    Finish = 9,
    /// To the child: annotate these documents by the findings.
    Annotate = 10,
    /// From the child, unasked, once and first: who it is.
    Hello = 64,
    /// From the child: the answer to `Describe` or `Plan`.
    Answer = 65,
    /// From the child: it is loaded.
    Loaded = 66,
    /// From the child: the request failed.
    Failed = 67,
    /// From the child: the annotations, the answer to `Extract` or `Annotate`.
    Extracted = 68,
    /// From the child, unasked, at any time: a log record.
    Log = 69,
    /// From the child: the answer to `Merge` or `Finish`.
    Done = 70,
    /// From the child: what came of the documents, and the state that observed them.
    Observed = 71,
    /// From the child: its state.
    Saved = 72,
    /// Never sent: what a host keeps for itself.
    Stored = 128,
}

/// All of them.
const KINDS: [Kind; 20] = [
    Kind::Describe,
    Kind::Plan,
    Kind::Load,
    Kind::Extract,
    Kind::Cancel,
    Kind::Observe,
    Kind::Merge,
    Kind::Save,
    Kind::Finish,
    Kind::Annotate,
    Kind::Hello,
    Kind::Answer,
    Kind::Loaded,
    Kind::Failed,
    Kind::Extracted,
    Kind::Log,
    Kind::Done,
    Kind::Observed,
    Kind::Saved,
    Kind::Stored,
];

impl Kind {
    /// The kind of this number.
    ///
    /// # Errors
    /// When there is none.
    pub fn from_number(number: u16) -> Result<Kind, FrameError> {
        let kind = KINDS.into_iter().find(|kind| *kind as u16 == number);
        kind.ok_or(FrameError::UnexpectedKind(number))
    }
}

/// The first [`HEADER_SIZE`] bytes of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameHeader {
    /// What it is.
    pub kind: Kind,
    /// Number of the request.
    pub request: u32,
    /// Number of buffers.
    pub buffers: u32,
    /// Bytes that follow.
    pub body: u64,
}

impl FrameHeader {
    /// Reads a header; the body may have at most `limit` bytes.
    ///
    /// # Errors
    /// When it is none, or of another version, or the body is longer.
    pub fn read(bytes: &[u8; HEADER_SIZE], limit: u64) -> Result<FrameHeader, FrameError> {
        let number = |at: usize, size: usize| {
            bytes[at..at + size].iter().rev().fold(0, |n, b| (n << 8) | u64::from(*b))
        };
        if bytes[..4] != MAGIC {
            return Err(FrameError::NotAFrame);
        }
        let version = number(4, 2) as u16;
        if version != VERSION {
            return Err(FrameError::Version(version));
        }
        let header = FrameHeader {
            kind: Kind::from_number(number(6, 2) as u16)?,
            request: number(8, 4) as u32,
            buffers: number(12, 4) as u32,
            body: number(16, 8),
        };
        if header.body > limit {
            return Err(FrameError::TooLong(header.body));
        }
        Ok(header)
    }
}

/// A frame that was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    header: FrameHeader,
    body: Vec<u8>,
}

impl Frame {
    /// A frame of a header and its body, whose length is the one that the header states.
    #[must_use]
    pub fn new(header: FrameHeader, body: Vec<u8>) -> Frame {
        Frame { header, body }
    }

    /// What it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.header.kind
    }

    /// Number of the request.
    #[must_use]
    pub fn request(&self) -> u32 {
        self.header.request
    }

    /// Reads the buffers, one after another.
    ///
    /// # Errors
    /// When their lengths do not add up to the body's.
    pub fn reader(&self) -> Result<FrameReader<'_>, FrameError> {
        let lengths = (self.header.buffers as usize).checked_mul(8).ok_or(FrameError::Lengths)?;
        if lengths > self.body.len() {
            return Err(FrameError::Lengths);
        }
        let (directory, mut rest) = self.body.split_at(lengths);
        let mut buffers = Vec::with_capacity(self.header.buffers as usize);
        for length in u64::read(directory) {
            let length = usize::try_from(length).map_err(|_| FrameError::Lengths)?;
            let padded = length.checked_next_multiple_of(ALIGNMENT).ok_or(FrameError::Lengths)?;
            let (buffer, behind) = rest.split_at_checked(padded).ok_or(FrameError::Lengths)?;
            buffers.push(&buffer[..length]);
            rest = behind;
        }
        if !rest.is_empty() {
            return Err(FrameError::Lengths);
        }
        Ok(FrameReader { buffers, next: 0 })
    }
}

/// Reads the buffers of a frame in their order.
#[derive(Clone, Debug)]
pub struct FrameReader<'f> {
    buffers: Vec<&'f [u8]>,
    next: usize,
}

impl<'f> FrameReader<'f> {
    /// The next buffer.
    ///
    /// # Errors
    /// When there is none left.
    pub fn bytes(&mut self) -> Result<&'f [u8], FrameError> {
        let buffer = self.buffers.get(self.next).ok_or(FrameError::MissingBuffer(self.next))?;
        self.next += 1;
        Ok(buffer)
    }

    /// The next buffer, as text.
    ///
    /// # Errors
    /// When there is none left, or it is not UTF-8.
    pub fn text(&mut self) -> Result<&'f str, FrameError> {
        let bytes = self.bytes()?;
        str::from_utf8(bytes).map_err(|_| self.wrong("is not UTF-8"))
    }

    /// The next buffer, as numbers.
    ///
    /// # Errors
    /// When there is none left, or its length is not a multiple of theirs.
    pub(crate) fn numbers<T: Number>(&mut self) -> Result<Vec<T>, FrameError> {
        let bytes = self.bytes()?;
        if bytes.len() % T::SIZE != 0 {
            return Err(self.wrong("has a length that is no multiple of its numbers'"));
        }
        Ok(T::read(bytes))
    }

    /// The next buffer, as exactly `count` numbers.
    pub(crate) fn exactly<T: Number>(&mut self, count: usize) -> Result<Vec<T>, FrameError> {
        let numbers = self.numbers()?;
        if numbers.len() != count {
            return Err(self.wrong("has another number of rows than its layer"));
        }
        Ok(numbers)
    }

    /// The next buffer, as `count + 1` offsets that never fall, from 0 to `end`.
    pub(crate) fn offsets(&mut self, count: usize) -> Result<Vec<u32>, FrameError> {
        let offsets: Vec<u32> = self.exactly(count + 1)?;
        if offsets.first() != Some(&0) || !offsets.is_sorted() {
            return Err(self.wrong("has offsets that do not rise from 0"));
        }
        Ok(offsets)
    }

    /// What is wrong with the buffer that was read last.
    pub(crate) fn wrong(&self, problem: &'static str) -> FrameError {
        FrameError::Buffer { index: self.next.saturating_sub(1), problem }
    }
}

/// Builds a frame; used again and again, it keeps its memory, unless that is very large.
#[derive(Debug, Default)]
pub struct FrameWriter {
    lengths: Vec<u64>,
    buffers: Vec<u8>,
    frame: Vec<u8>,
}

impl FrameWriter {
    /// Forgets the buffers.
    pub fn clear(&mut self) {
        self.lengths.clear();
        self.buffers.clear();
        self.buffers.shrink_to(KEPT_MEMORY);
        self.frame.clear();
        self.frame.shrink_to(KEPT_MEMORY);
    }

    /// Appends a buffer that `write` fills.
    pub(crate) fn buffer(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        let begin = self.buffers.len();
        write(&mut self.buffers);
        self.lengths.push((self.buffers.len() - begin) as u64);
        self.buffers.resize(self.buffers.len().next_multiple_of(ALIGNMENT), 0);
    }

    /// Appends a buffer of bytes.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.buffer(|b| b.extend_from_slice(bytes));
    }

    /// Appends a buffer of the numbers of several columns, one behind another.
    pub(crate) fn numbers<'c, T: Number + 'c>(&mut self, columns: impl Iterator<Item = &'c [T]>) {
        self.buffer(|b| columns.for_each(|column| T::write(column, b)));
    }

    /// The whole frame; valid until the writer is used again. Forgets the buffers.
    pub fn finish(&mut self, kind: Kind, request: u32) -> &[u8] {
        let body = self.lengths.len() * 8 + self.buffers.len();
        self.frame.clear();
        self.frame.reserve(HEADER_SIZE + body);
        self.frame.extend_from_slice(&MAGIC);
        self.frame.extend_from_slice(&VERSION.to_le_bytes());
        self.frame.extend_from_slice(&(kind as u16).to_le_bytes());
        self.frame.extend_from_slice(&request.to_le_bytes());
        self.frame.extend_from_slice(&(self.lengths.len() as u32).to_le_bytes());
        self.frame.extend_from_slice(&(body as u64).to_le_bytes());
        u64::write(&self.lengths, &mut self.frame);
        self.frame.extend_from_slice(&self.buffers);
        self.lengths.clear();
        self.buffers.clear();
        &self.frame
    }
}
