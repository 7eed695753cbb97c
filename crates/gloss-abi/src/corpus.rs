//! The extension for extractors that must see every document before they can answer.

use core::ffi::c_void;

use crate::{Batch, Output, Reply, Status};

/// Name under which [`Extractor::extension`](crate::Extractor::extension) gives a [`Corpus`] table.
pub const CORPUS_EXTENSION: &str = "gloss.corpus";

/// Where a state is written to. `[calling thread only]`
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Sink {
    /// Size of this struct in bytes.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// Handed back as the first argument of each function here.
    pub context: *mut c_void,
    /// Appends `len` bytes; may be called many times. Anything but OK means that the bytes could
    /// not be kept: the caller returns that status. The host copies.
    pub write:
        Option<unsafe extern "C" fn(context: *mut c_void, bytes: *const u8, len: usize) -> Status>,
}

/// Says whether the call to which it is lent should end. `[any]`, until that call returns
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Cancellation {
    /// Size of this struct in bytes.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// Handed back as the first argument of each function here.
    pub context: *const c_void,
    /// 1 when the plugin should return [`Status::CANCELLED`] as soon as it can; cheap.
    pub cancelled: Option<unsafe extern "C" fn(context: *const c_void) -> u32>,
}

/// What an extractor offers that must see every document before it can answer, such as one that
/// finds near-duplicates.
///
/// Life: `state_create` gives an empty state of an instance; `observe` shows it documents; states
/// are combined by `merge`, and written and read by `save` and `restore`, so that shards can be
/// observed apart; `finish` makes findings of one state; `annotate` annotates documents by them.
/// A state is used by one thread at a time and may move between threads between calls. Findings
/// are shared by all threads. States and findings are destroyed before their instance is.
///
/// **What comes out depends on the set of documents alone**: not on their order, nor on how they
/// were spread over states, nor on the order in which states were merged.
///
/// A host may observe each batch in a state of its own and merge that into a larger one, so that a
/// panic costs no document that was observed before. So an empty state should be cheap, and the
/// cost of a merge should be that of what `other` has seen. After any failure of a function that
/// takes a state, other than of single documents in `observe`, the state is only destroyed.
///
/// An extractor with this extension has no use for workers: `worker_create` and `extract` are not
/// called on an instance that is used through it. All functions are required.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Corpus {
    /// Size of this struct in bytes, as the plugin knew it.
    pub struct_size: u32,
    /// Version of the form in which `save` writes; `restore` is handed no other.
    pub state_version: u32,
    /// Creates an empty state of the instance and stores it in `state`. `[any]`
    pub state_create: Option<
        unsafe extern "C" fn(
            instance: *mut c_void,
            reply: *const Reply,
            state: *mut *mut c_void,
        ) -> Status,
    >,
    /// Destroys a state; also one that panicked. `[state]`
    pub state_destroy: Option<unsafe extern "C" fn(state: *mut c_void)>,
    /// Shows documents to a state. Each must be finished or failed through `output`; a failed one
    /// must not have changed the state. Nothing can be pushed, and no note be left. `[state]`
    pub observe: Option<
        unsafe extern "C" fn(
            state: *mut c_void,
            batch: *const Batch,
            output: *const Output,
        ) -> Status,
    >,
    /// Adds what `other` has seen to `state`; `other` is only destroyed afterwards. Both are of one
    /// instance. `[state]` of both
    pub merge: Option<
        unsafe extern "C" fn(state: *mut c_void, other: *mut c_void, reply: *const Reply) -> Status,
    >,
    /// Writes a state, so that it can be restored in another process; the state stays as it is.
    /// What is written may depend on the order in which documents were observed. `[state]`
    pub save: Option<
        unsafe extern "C" fn(state: *mut c_void, sink: *const Sink, reply: *const Reply) -> Status,
    >,
    /// Makes a state of what `save` wrote and stores it in `state`. The bytes are lent and not
    /// trusted: a damaged state is refused. `[any]`
    pub restore: Option<
        unsafe extern "C" fn(
            instance: *mut c_void,
            bytes: *const u8,
            len: usize,
            reply: *const Reply,
            state: *mut *mut c_void,
        ) -> Status,
    >,
    /// Makes findings of a state, which is only destroyed afterwards, and stores them in
    /// `findings`. It may take long, so it should ask `cancellation` now and then. `[state]`
    pub finish: Option<
        unsafe extern "C" fn(
            state: *mut c_void,
            cancellation: *const Cancellation,
            reply: *const Reply,
            findings: *mut *mut c_void,
        ) -> Status,
    >,
    /// Destroys findings. `[any]`
    pub findings_destroy: Option<unsafe extern "C" fn(findings: *mut c_void)>,
    /// Annotates a batch by the findings, as `extract` does. May be called by several threads at
    /// once, and again after a panic: findings do not change. `[any]`
    pub annotate: Option<
        unsafe extern "C" fn(
            findings: *mut c_void,
            batch: *const Batch,
            output: *const Output,
        ) -> Status,
    >,
}
