//! Strings, values, status codes and the reply channel for calls off the hot path.

use core::ffi::c_void;

/// "No such index": an annotation without a label, a target or an id.
pub const NONE: u32 = u32::MAX;

/// Borrowed UTF-8 of `len` bytes. `ptr` may be null only when `len` is 0.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Str {
    /// First byte.
    pub ptr: *const u8,
    /// Length in bytes.
    pub len: usize,
}

// SAFETY: a `Str` is a pointer and a length; whoever dereferences it upholds the lifetime that the
// function it came through states. Statics of plugins hold such strings.
#[allow(unsafe_code)]
unsafe impl Sync for Str {}
// SAFETY: as above.
#[allow(unsafe_code)]
unsafe impl Send for Str {}

impl Str {
    /// The empty string.
    pub const EMPTY: Str = Str { ptr: core::ptr::null(), len: 0 };

    /// Borrows `text`; the result must not outlive it.
    #[must_use]
    pub const fn new(text: &str) -> Str {
        Str { ptr: text.as_ptr(), len: text.len() }
    }
}

/// How a call ended. Anything but [`Status::OK`] is a failure; the details come separately.
#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status(pub i32);

impl Status {
    /// The call did what it says.
    pub const OK: Status = Status(0);
    /// It failed; the failure was reported through [`Reply`] or [`Output::fail`](crate::Output::fail).
    pub const FAILED: Status = Status(1);
    /// A panic was caught. The worker that panicked must not be used again, only destroyed.
    pub const PANICKED: Status = Status(2);
    /// The call stopped early because it was told to.
    pub const CANCELLED: Status = Status(3);
    /// The other side refused what was handed to it; it keeps the reason and reports it itself.
    pub const REJECTED: Status = Status(4);
}

/// What sort of failure it was: decides who must act, and the error code that users see.
#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailureKind(pub u32);

impl FailureKind {
    /// None of the others.
    pub const OTHER: FailureKind = FailureKind(0);
    /// An option has an unusable value; `place` names it.
    pub const OPTIONS: FailureKind = FailureKind(1);
    /// A model's files are unusable; `place` names the file where it can.
    pub const MODEL: FailureKind = FailureKind(2);
    /// This document cannot be processed; others can.
    pub const DOCUMENT: FailureKind = FailureKind(3);
    /// A panic was caught.
    pub const PANIC: FailureKind = FailureKind(4);
    /// Out of memory, disk or another resource.
    pub const RESOURCE: FailureKind = FailureKind(5);
}

/// A failure in words. Everything is lent for the duration of the call.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Failure {
    /// Size of this struct in bytes.
    pub struct_size: u32,
    /// Sort of failure.
    pub kind: FailureKind,
    /// What happened; one sentence without the document's text.
    pub message: Str,
    /// Where: a dotted path of an option, a file, or empty.
    pub place: Str,
    /// What the user can do, or empty.
    pub help: Str,
}

/// The channel through which a plugin answers a call off the hot path. `[calling thread only]`
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Reply {
    /// Size of this struct in bytes.
    pub struct_size: u32,
    /// Handed back as the first argument of each function here.
    pub context: *mut c_void,
    /// Appends UTF-8 to the answer; may be called several times. The host copies.
    pub write: Option<unsafe extern "C" fn(context: *mut c_void, text: Str)>,
    /// Reports why the call fails; the last report counts. The host copies.
    pub fail: Option<unsafe extern "C" fn(context: *mut c_void, failure: *const Failure)>,
}

/// Level of a log record, most severe first.
#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LogLevel(pub u32);

impl LogLevel {
    /// Something failed.
    pub const ERROR: LogLevel = LogLevel(1);
    /// Something is suspicious.
    pub const WARN: LogLevel = LogLevel(2);
    /// What an operator wants to know.
    pub const INFO: LogLevel = LogLevel(3);
    /// What a developer wants to know.
    pub const DEBUG: LogLevel = LogLevel(4);
    /// Everything.
    pub const TRACE: LogLevel = LogLevel(5);
}

/// Kind of a layer: what one annotation of it is.
#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind(pub u32);

impl Kind {
    /// Stretches of the text, overlap allowed.
    pub const SPANS: Kind = Kind(1);
    /// Labels of the document or of annotations of another layer.
    pub const CLASSES: Kind = Kind(2);
    /// Texts about the document, such as summaries.
    pub const TEXTS: Kind = Kind(3);
    /// Vectors of `f32` of one dimension.
    pub const VECTORS: Kind = Kind(4);
    /// Labelled pairs of annotations.
    pub const RELATIONS: Kind = Kind(5);
}

/// Type of a value.
#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ValueKind(pub u32);

impl ValueKind {
    /// No value.
    pub const NULL: ValueKind = ValueKind(0);
    /// Integer 0 or 1; columns hold one byte a row.
    pub const BOOL: ValueKind = ValueKind(1);
    /// Signed 64-bit integer.
    pub const INT: ValueKind = ValueKind(2);
    /// IEEE 754 double.
    pub const FLOAT: ValueKind = ValueKind(3);
    /// UTF-8.
    pub const STRING: ValueKind = ValueKind(4);
}

/// A value of an attribute or of a metadata field. Only the member that `kind` names is read.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Value {
    /// Which member holds.
    pub kind: ValueKind,
    /// Index of the attribute in the layer's schema; 0 for metadata.
    pub attribute: u32,
    /// The value of a BOOL (0 or 1) or INT.
    pub int: i64,
    /// The value of a FLOAT; must be finite.
    pub float: f64,
    /// The value of a STRING.
    pub string: Str,
}
