//! Extractors that must see every document before they can answer: states and findings.

use std::ffi::c_void;
use std::io::{self, Write};
use std::ptr::null_mut;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use gloss_abi::{CORPUS_EXTENSION, Cancellation, Corpus, Sink, Status, Str};

use crate::collector::Collector;
use crate::instance::{BatchResult, Instance};
use crate::lend::DocumentView;
use crate::plugin::missing;
use crate::reply::receive;
use crate::table::read_table;
use crate::{EntryError, Failure, FailureKind};

/// Asks an extractor for the extension.
///
/// # Safety
/// `table` is the table of an extractor that keeps the rules of the interface.
///
/// # Errors
/// When it has the extension, but not all of its functions.
pub unsafe fn read(table: &gloss_abi::Extractor) -> Result<Option<Corpus>, EntryError> {
    let Some(extension) = table.extension else { return Ok(None) };
    // SAFETY: a function of the plugin; the name lives for the call.
    let corpus = unsafe { extension(Str::new(CORPUS_EXTENSION)) };
    if corpus.is_null() {
        return Ok(None);
    }
    // SAFETY: not null, so a table of this name that lives as long as the process.
    let corpus = unsafe { read_table(corpus.cast::<Corpus>()) };
    for (present, function) in [
        (corpus.state_create.is_some(), "state_create"),
        (corpus.state_destroy.is_some(), "state_destroy"),
        (corpus.observe.is_some(), "observe"),
        (corpus.merge.is_some(), "merge"),
        (corpus.save.is_some(), "save"),
        (corpus.restore.is_some(), "restore"),
        (corpus.finish.is_some(), "finish"),
        (corpus.findings_destroy.is_some(), "findings_destroy"),
        (corpus.annotate.is_some(), "annotate"),
    ] {
        if !present {
            return Err(EntryError::MissingFunction(function));
        }
    }
    Ok(Some(corpus))
}

/// Why a state was not saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// The plugin failed.
    #[error(transparent)]
    Plugin(Failure),
    /// The bytes could not be written.
    #[error(transparent)]
    Write(io::Error),
}

/// For a state that is written to memory, or to where a failure to write is nobody else's concern.
impl From<SaveError> for Failure {
    fn from(error: SaveError) -> Failure {
        match error {
            SaveError::Plugin(failure) => failure,
            SaveError::Write(error) => Failure::new(FailureKind::Resource, error.to_string()),
        }
    }
}

impl Instance {
    fn corpus(&self) -> Result<&Corpus, Failure> {
        self.extractor.corpus.as_ref().ok_or_else(missing)
    }

    /// Whether it is used through states; see [`Extractor::observes`](crate::Extractor::observes).
    #[must_use]
    pub fn observes(&self) -> bool {
        self.extractor.observes()
    }

    /// Version of the form in which states are saved; `None` when the extractor has none.
    #[must_use]
    pub fn state_version(&self) -> Option<u32> {
        self.extractor.corpus.as_ref().map(|c| c.state_version)
    }

    /// Creates an empty state.
    ///
    /// # Errors
    /// When the plugin fails to.
    pub fn state(self: &Arc<Self>) -> Result<State, Failure> {
        let create = self.corpus()?.state_create.ok_or_else(missing)?;
        let mut pointer = null_mut();
        // SAFETY: a function of the plugin with an instance of its own.
        receive(|reply| unsafe { create(self.pointer, reply, &raw mut pointer) })?;
        Ok(State { instance: Arc::clone(self), pointer })
    }

    /// Makes a state of what [`State::save`] wrote in the same version.
    ///
    /// # Errors
    /// When the plugin finds it damaged, or made with other options.
    pub fn restore(self: &Arc<Self>, bytes: &[u8]) -> Result<State, Failure> {
        let restore = self.corpus()?.restore.ok_or_else(missing)?;
        let mut pointer = null_mut();
        // SAFETY: as above; the bytes are lent for the call.
        receive(|reply| unsafe {
            restore(self.pointer, bytes.as_ptr(), bytes.len(), reply, &raw mut pointer)
        })?;
        Ok(State { instance: Arc::clone(self), pointer })
    }
}

/// What an instance has seen of a set of documents: held by one thread at a time.
#[derive(Debug)]
pub struct State {
    instance: Arc<Instance>,
    pointer: *mut c_void,
}

// SAFETY: the interface says that a state may move between threads, one at a time.
unsafe impl Send for State {}

impl Drop for State {
    fn drop(&mut self) {
        if let Some(destroy) = self.instance.extractor.corpus.and_then(|c| c.state_destroy) {
            // SAFETY: a state of the plugin, never used again.
            unsafe { destroy(self.pointer) }
        }
    }
}

impl State {
    /// Shows a batch to it. The results of finished documents have no layers. When the batch
    /// failed as a whole the state must be dropped.
    #[must_use]
    pub fn observe(&mut self, views: &[DocumentView<'_>], cancel: &AtomicBool) -> BatchResult {
        let collector = Collector::observing(views, cancel);
        let observe = self.instance.extractor.corpus.and_then(|c| c.observe);
        self.instance.run_batch(views, collector, |batch, output| match observe {
            // SAFETY: batch and output outlive the call; the state is ours alone.
            Some(observe) => unsafe { observe(self.pointer, batch, output) },
            None => Status::FAILED,
        })
    }

    /// Adds what `other` has seen. When that fails both are lost.
    ///
    /// # Errors
    /// When the plugin fails, or the states are of two instances.
    pub fn merge(self, other: State) -> Result<State, Failure> {
        if !Arc::ptr_eq(&self.instance, &other.instance) {
            let message = "states of two instances cannot be merged";
            return Err(Failure::new(FailureKind::Other, message));
        }
        let merge = self.instance.corpus()?.merge.ok_or_else(missing)?;
        // SAFETY: two states of one instance, both ours alone; `other` is only dropped afterwards.
        receive(|reply| unsafe { merge(self.pointer, other.pointer, reply) })?;
        Ok(self)
    }

    /// Writes it, so that another process can restore it. When the plugin fails, the state must
    /// be dropped.
    ///
    /// # Errors
    /// When the plugin or `writer` fails.
    pub fn save(&mut self, writer: &mut dyn Write) -> Result<(), SaveError> {
        let save = self.instance.corpus().and_then(|c| c.save.ok_or_else(missing));
        let save = save.map_err(SaveError::Plugin)?;
        let mut context = Writing { writer, error: None };
        let sink = Sink {
            struct_size: size_of::<Sink>() as u32,
            reserved: 0,
            context: (&raw mut context).cast(),
            write: Some(write),
        };
        // SAFETY: the sink outlives the call; the state is ours alone.
        let saved = receive(|reply| unsafe { save(self.pointer, &raw const sink, reply) });
        // Bytes that were not kept are missing, whatever the plugin says.
        match context.error {
            Some(error) => Err(SaveError::Write(error)),
            None => saved.map(|_| ()).map_err(SaveError::Plugin),
        }
    }

    /// Makes findings of all that it has seen. `cancel` is what the plugin sees when it asks
    /// whether to stop.
    ///
    /// # Errors
    /// When the plugin fails, or stopped because it was told to.
    pub fn finish(self, cancel: &AtomicBool) -> Result<Findings, Failure> {
        let finish = self.instance.corpus()?.finish.ok_or_else(missing)?;
        let mut pointer = null_mut();
        let cancellation = Cancellation {
            struct_size: size_of::<Cancellation>() as u32,
            reserved: 0,
            context: std::ptr::from_ref(cancel).cast(),
            cancelled: Some(cancelled),
        };
        // SAFETY: the state is ours alone and only dropped afterwards; the cancellation outlives
        // the call.
        receive(|reply| unsafe {
            finish(self.pointer, &raw const cancellation, reply, &raw mut pointer)
        })?;
        Ok(Findings { instance: Arc::clone(&self.instance), pointer })
    }
}

unsafe extern "C" fn cancelled(context: *const c_void) -> u32 {
    // SAFETY: `context` is the flag of the `finish` that is running, on any thread of the plugin.
    u32::from(unsafe { &*context.cast::<AtomicBool>() }.load(Ordering::Relaxed))
}

struct Writing<'w> {
    writer: &'w mut dyn Write,
    error: Option<io::Error>,
}

unsafe extern "C" fn write(context: *mut c_void, bytes: *const u8, len: usize) -> Status {
    // SAFETY: `context` is the one of the `save` that is running, on this thread.
    let writing = unsafe { &mut *context.cast::<Writing<'_>>() };
    if writing.error.is_some() {
        return Status::REJECTED;
    }
    if len == 0 {
        return Status::OK;
    }
    if bytes.is_null() || isize::try_from(len).is_err() {
        let message = "the plugin handed over bytes that cannot be there";
        writing.error = Some(io::Error::new(io::ErrorKind::InvalidInput, message));
        return Status::REJECTED;
    }
    // SAFETY: not null, of a size that can be; the plugin lends the bytes for the call.
    match writing.writer.write_all(unsafe { std::slice::from_raw_parts(bytes, len) }) {
        Ok(()) => Status::OK,
        Err(error) => {
            writing.error = Some(error);
            Status::REJECTED
        }
    }
}

/// What an instance found in all that was observed; shared by threads.
#[derive(Debug)]
pub struct Findings {
    instance: Arc<Instance>,
    pointer: *mut c_void,
}

// SAFETY: the interface says that findings may be used from any thread, concurrently.
unsafe impl Send for Findings {}
// SAFETY: as above.
unsafe impl Sync for Findings {}

impl Drop for Findings {
    fn drop(&mut self) {
        if let Some(destroy) = self.instance.extractor.corpus.and_then(|c| c.findings_destroy) {
            // SAFETY: findings of the plugin, never used again.
            unsafe { destroy(self.pointer) }
        }
    }
}

impl Findings {
    /// Annotates a batch by them.
    #[must_use]
    pub fn annotate(&self, views: &[DocumentView<'_>], cancel: &AtomicBool) -> BatchResult {
        let collector = Collector::new(&self.instance.provides, views, cancel);
        let annotate = self.instance.extractor.corpus.and_then(|c| c.annotate);
        self.instance.run_batch(views, collector, |batch, output| match annotate {
            // SAFETY: batch and output outlive the call.
            Some(annotate) => unsafe { annotate(self.pointer, batch, output) },
            None => Status::FAILED,
        })
    }
}
