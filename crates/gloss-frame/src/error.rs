//! The error of this crate.

/// Why bytes are no frame, or a frame is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// The first four bytes are others.
    #[error("the bytes are not a frame")]
    NotAFrame,
    /// A version that this side does not speak.
    #[error("the frame has version {0}, this side speaks {version}", version = crate::VERSION)]
    Version(u16),
    /// The frame is longer than this side takes.
    #[error("the frame announces {0} bytes, more than is allowed")]
    TooLong(u64),
    /// The lengths of its buffers do not add up to the frame's.
    #[error("the lengths of the frame's buffers do not add up")]
    Lengths,
    /// It has fewer buffers than its kind calls for.
    #[error("the frame lacks the buffer {0}")]
    MissingBuffer(usize),
    /// A buffer is not what it should be; says which and why.
    #[error("the frame's buffer {index} {problem}")]
    Buffer {
        /// Number of the buffer, from 0.
        index: usize,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A frame of this kind was not expected.
    #[error("a frame of kind {0} was not expected")]
    UnexpectedKind(u16),
    /// A JSON buffer cannot be read.
    #[error("the frame's JSON cannot be read: {0}")]
    Json(String),
}
