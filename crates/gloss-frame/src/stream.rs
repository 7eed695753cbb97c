//! Reading a frame from a stream.

use std::io::{self, Read};

use crate::FrameError;
use crate::frame::{Frame, FrameHeader, HEADER_SIZE};

/// Memory that is set aside before any of it has arrived: the announced length is not trusted.
const FIRST_ALLOCATION: u64 = 1 << 20;

/// Why no frame could be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadFrameError {
    /// The stream failed, or ended inside a frame.
    #[error(transparent)]
    Stream(#[from] io::Error),
    /// What came is no frame.
    #[error(transparent)]
    Frame(#[from] FrameError),
}

/// Reads one frame whose body has at most `limit` bytes; `None` when the stream ended before it.
///
/// # Errors
/// When the stream fails or what comes is no frame; the stream is of no use afterwards.
pub fn read_frame(stream: &mut impl Read, limit: u64) -> Result<Option<Frame>, ReadFrameError> {
    let mut bytes = [0; HEADER_SIZE];
    let mut filled = 0;
    while filled < HEADER_SIZE {
        match stream.read(&mut bytes[filled..])? {
            0 if filled == 0 => return Ok(None),
            0 => return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
            count => filled += count,
        }
    }
    let header = FrameHeader::read(&bytes, limit)?;
    let capacity = usize::try_from(header.body.min(FIRST_ALLOCATION)).unwrap_or_default();
    let mut body = Vec::with_capacity(capacity);
    stream.take(header.body).read_to_end(&mut body)?;
    if body.len() as u64 != header.body {
        return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
    }
    Ok(Some(Frame::new(header, body)))
}
