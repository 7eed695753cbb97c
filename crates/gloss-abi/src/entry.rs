//! The one symbol that a plugin exports and the tables behind it.

use core::ffi::c_void;

use crate::{Batch, LogLevel, Output, Reply, Status, Str};

/// Name of the exported symbol: a static of type [`Entry`].
pub const ENTRY_SYMBOL: &str = "gloss_plugin_entry";

/// First field of an [`Entry`]: the bytes `GLOSSPLG` as a little-endian number.
pub const MAGIC: u64 = u64::from_le_bytes(*b"GLOSSPLG");

/// What a plugin library exports under [`ENTRY_SYMBOL`]. Read before any code of it is called.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// [`MAGIC`].
    pub magic: u64,
    /// Size of this struct in bytes, as the plugin knew it.
    pub struct_size: u32,
    /// [`ABI_MAJOR`](crate::ABI_MAJOR) of the plugin's interface.
    pub abi_major: u16,
    /// [`ABI_MINOR`](crate::ABI_MINOR) of the plugin's interface.
    pub abi_minor: u16,
    /// [`ABI_CANDIDATE`](crate::ABI_CANDIDATE) of the plugin's interface.
    pub abi_candidate: u16,
    /// Zero.
    pub reserved: u16,
    /// Zero.
    pub reserved2: u32,
    /// Called before everything else, and again where a host loads the plugin again in one process;
    /// that must succeed too. The host table stays valid until the process ends. On failure nothing
    /// else is called. `[main]`
    pub init: Option<unsafe extern "C" fn(host: *const Host, reply: *const Reply) -> Status>,
    /// The extractor with this number, or null behind the last; valid until the process ends. `[any]`
    pub extractor: Option<unsafe extern "C" fn(index: u32) -> *const Extractor>,
    /// A table for the extension of this name that concerns the plugin as a whole, or null when it
    /// is not supported; valid until the process ends. May be absent. `[any]`
    pub extension: Option<unsafe extern "C" fn(name: Str) -> *const c_void>,
}

/// One extractor of a plugin.
///
/// Life: `describe` and `plan` any number of times; `load` gives an instance, shared by all
/// threads; `worker_create` gives a worker of it, held by one thread at a time; `extract` runs on a
/// worker; workers are destroyed before their instance is.
///
/// Requests and answers of `describe`, `plan` and `load` are JSON, whose schema the interface
/// document gives: they are off the hot path.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Extractor {
    /// Size of this struct in bytes, as the plugin knew it.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// Name, unique within the plugin: lower-case letters, digits and `-`.
    pub name: Str,
    /// Answers with the description: what it is, its options' JSON Schema. `[any]`
    pub describe: Option<unsafe extern "C" fn(reply: *const Reply) -> Status>,
    /// Answers a plan request with the plan: exactly what it requires and provides with these
    /// options. Reads no weights. `[any]`
    pub plan: Option<unsafe extern "C" fn(request: Str, reply: *const Reply) -> Status>,
    /// Loads an instance for a load request and stores it in `instance`. `[any]`
    pub load: Option<
        unsafe extern "C" fn(
            request: Str,
            reply: *const Reply,
            instance: *mut *mut c_void,
        ) -> Status,
    >,
    /// Destroys an instance, after all its workers. `[any]`
    pub unload: Option<unsafe extern "C" fn(instance: *mut c_void)>,
    /// Creates a worker of the instance and stores it in `worker`. `[any]`
    pub worker_create: Option<
        unsafe extern "C" fn(
            instance: *mut c_void,
            reply: *const Reply,
            worker: *mut *mut c_void,
        ) -> Status,
    >,
    /// Destroys a worker; also one that panicked. `[worker]`
    pub worker_destroy: Option<unsafe extern "C" fn(worker: *mut c_void)>,
    /// Annotates a batch. Batch and output are lent until it returns. `[worker]`
    pub extract: Option<
        unsafe extern "C" fn(
            worker: *mut c_void,
            batch: *const Batch,
            output: *const Output,
        ) -> Status,
    >,
    /// A table for the extension of this name, or null when this extractor does not support it;
    /// valid until the process ends. May be absent. `[any]`
    pub extension: Option<unsafe extern "C" fn(name: Str) -> *const c_void>,
}

/// What the host offers to a plugin; valid until the process ends. `[any]`
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Host {
    /// Size of this struct in bytes, as the host knew it.
    pub struct_size: u32,
    /// [`ABI_MAJOR`](crate::ABI_MAJOR) of the host's interface.
    pub abi_major: u16,
    /// [`ABI_MINOR`](crate::ABI_MINOR) of the host's interface.
    pub abi_minor: u16,
    /// Handed back as the first argument of each function here.
    pub context: *mut c_void,
    /// The most verbose level that anybody listens to; what is beyond it need not be formatted.
    pub log_level: Option<unsafe extern "C" fn(context: *mut c_void) -> LogLevel>,
    /// Writes a log record. `target` is a module path. Must not hold text of documents.
    pub log: Option<
        unsafe extern "C" fn(context: *mut c_void, level: LogLevel, target: Str, message: Str),
    >,
    /// A table for the extension of this name, or null when it is not supported.
    pub extension: Option<unsafe extern "C" fn(context: *mut c_void, name: Str) -> *const c_void>,
}

// SAFETY: the table holds numbers, function pointers and, in `context`, a pointer that only the
// host's own functions dereference; it makes them thread-safe.
#[allow(unsafe_code)]
unsafe impl Sync for Host {}
// SAFETY: as above.
#[allow(unsafe_code)]
unsafe impl Send for Host {}
