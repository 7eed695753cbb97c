//! The C functions of the extension for extractors that must see every document first.

use std::ffi::c_void;
use std::io::{self, Write};

use gloss_abi::{Reply, Sink, Status};

use super::{Loaded, answer, run_batch};
use crate::corpus::{Corpus, CorpusExtractor};
use crate::span_run::SpanRun;
use crate::table::read_table;
use crate::{Batch, Cancellation, Document, DocumentOutput, Error, Output, Result, panics};

/// The table of the extension.
pub fn table<C: CorpusExtractor>() -> &'static gloss_abi::Corpus {
    const {
        &gloss_abi::Corpus {
            struct_size: size_of::<gloss_abi::Corpus>() as u32,
            state_version: C::STATE_VERSION,
            state_create: Some(state_create::<C>),
            state_destroy: Some(state_destroy::<C>),
            observe: Some(observe::<C>),
            merge: Some(merge::<C>),
            save: Some(save::<C>),
            restore: Some(restore::<C>),
            finish: Some(finish::<C>),
            findings_destroy: Some(findings_destroy::<C>),
            annotate: Some(annotate::<C>),
        }
    }
}

struct State<C: CorpusExtractor> {
    /// Outlives the state: the interface says that states are destroyed first.
    instance: *const Loaded<Corpus<C>>,
    /// `None` once it was merged into another or made into findings.
    state: Option<C::State>,
}

struct Findings<C: CorpusExtractor> {
    /// As above.
    instance: *const Loaded<Corpus<C>>,
    findings: C::Findings,
}

impl<C: CorpusExtractor> State<C> {
    fn open(&mut self) -> Result<&mut C::State> {
        self.state.as_mut().ok_or_else(used_up)
    }

    fn take(&mut self) -> Result<C::State> {
        self.state.take().ok_or_else(used_up)
    }
}

fn used_up() -> Error {
    Error::new("the host used a state again that it had merged or finished")
}

/// Moves a value to where the host keeps only its pointer.
///
/// # Safety
/// `place` is lent for the call.
unsafe fn hand_over<T>(value: T, place: *mut *mut c_void) {
    // SAFETY: stated above.
    unsafe { *place = Box::into_raw(Box::new(value)).cast() }
}

/// Destroys what `hand_over` gave; a panic in a destructor is swallowed.
///
/// # Safety
/// `pointer` is null or came from `hand_over` with this type, and is not used again.
unsafe fn destroy<T>(pointer: *mut c_void) {
    if !pointer.is_null() {
        // SAFETY: stated above.
        let _ = panics::catch(|| drop(unsafe { Box::from_raw(pointer.cast::<T>()) }));
    }
}

unsafe extern "C" fn state_create<C: CorpusExtractor>(
    instance: *mut c_void,
    reply: *const Reply,
    state: *mut *mut c_void,
) -> Status {
    let call = || {
        let instance: *const Loaded<Corpus<C>> = instance.cast_const().cast();
        // SAFETY: made by `load` and alive.
        let made = unsafe { &*instance }.extractor.0.state()?;
        // SAFETY: the host lends the place for the pointer.
        unsafe { hand_over(State::<C> { instance, state: Some(made) }, state) }
        Ok(None)
    };
    // SAFETY: the host lends the reply.
    unsafe { answer(reply, call) }
}

unsafe extern "C" fn state_destroy<C: CorpusExtractor>(state: *mut c_void) {
    // SAFETY: made by `state_create` or `restore`, destroyed once.
    unsafe { destroy::<State<C>>(state) }
}

/// Runs `call` for each document, finishes it on `Ok` and fails it on `Err`.
fn each(
    batch: &Batch<'_>,
    sink: &mut Output<'_>,
    mut call: impl FnMut(&Document<'_>, &mut DocumentOutput<'_>) -> Result<()>,
) -> Result<()> {
    for document in batch.documents() {
        if sink.cancelled() {
            return Ok(());
        }
        let mut out = sink.document(document.index());
        match call(&document, &mut out) {
            Ok(()) => out.finish()?,
            Err(error) => out.fail(&error),
        }
    }
    Ok(())
}

unsafe extern "C" fn observe<C: CorpusExtractor>(
    state: *mut c_void,
    batch: *const gloss_abi::Batch,
    output: *const gloss_abi::Output,
) -> Status {
    // SAFETY: a state of ours, this thread's alone; batch and output are lent for the call.
    let (state, batch, output) =
        unsafe { (&mut *state.cast::<State<C>>(), read_table(batch), read_table(output)) };
    // SAFETY: the instance outlives its states.
    let loaded = unsafe { &*state.instance };
    // SAFETY: the host made the batch for this instance's plan.
    let batch = unsafe { Batch::new(&batch, &loaded.shared) };
    run_batch(&mut Output::new(&output, &loaded.shared, &mut SpanRun::default()), |sink| {
        let state = state.open()?;
        each(&batch, sink, |document, _| loaded.extractor.0.observe(state, document))
    })
}

unsafe extern "C" fn merge<C: CorpusExtractor>(
    state: *mut c_void,
    other: *mut c_void,
    reply: *const Reply,
) -> Status {
    let call = || {
        // SAFETY: two different states of ours, this thread's alone.
        let (state, other) =
            unsafe { (&mut *state.cast::<State<C>>(), &mut *other.cast::<State<C>>()) };
        // SAFETY: the instance outlives its states.
        let loaded = unsafe { &*state.instance };
        let other = other.take()?;
        loaded.extractor.0.merge(state.open()?, other)?;
        Ok(None)
    };
    // SAFETY: the host lends the reply.
    unsafe { answer(reply, call) }
}

/// The host's sink as a writer.
struct Writer<'s>(&'s Sink);

impl Write for Writer<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let refused = || io::Error::other("the host could not keep the bytes of the state");
        let write = self.0.write.ok_or_else(refused)?;
        // SAFETY: the host's function; the bytes live for the call.
        match unsafe { write(self.0.context, bytes.as_ptr(), bytes.len()) } {
            Status::OK => Ok(bytes.len()),
            _ => Err(refused()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

unsafe extern "C" fn save<C: CorpusExtractor>(
    state: *mut c_void,
    sink: *const Sink,
    reply: *const Reply,
) -> Status {
    let call = || {
        // SAFETY: a state of ours, this thread's alone; the host lends the sink.
        let (state, sink) = unsafe { (&mut *state.cast::<State<C>>(), read_table(sink)) };
        // SAFETY: the instance outlives its states.
        let loaded = unsafe { &*state.instance };
        // Authors write field by field; the boundary is better crossed in large pieces.
        let mut writer = io::BufWriter::with_capacity(64 << 10, Writer(&sink));
        loaded.extractor.0.save(state.open()?, &mut writer)?;
        writer.flush()?;
        Ok(None)
    };
    // SAFETY: the host lends the reply.
    unsafe { answer(reply, call) }
}

unsafe extern "C" fn restore<C: CorpusExtractor>(
    instance: *mut c_void,
    bytes: *const u8,
    len: usize,
    reply: *const Reply,
    state: *mut *mut c_void,
) -> Status {
    let call = || {
        let instance: *const Loaded<Corpus<C>> = instance.cast_const().cast();
        let empty = bytes.is_null() || len == 0;
        // SAFETY: the host lends the bytes.
        let bytes = if empty { &[] } else { unsafe { std::slice::from_raw_parts(bytes, len) } };
        // SAFETY: made by `load` and alive.
        let restored = unsafe { &*instance }.extractor.0.restore(bytes)?;
        // SAFETY: the host lends the place for the pointer.
        unsafe { hand_over(State::<C> { instance, state: Some(restored) }, state) }
        Ok(None)
    };
    // SAFETY: the host lends the reply.
    unsafe { answer(reply, call) }
}

unsafe extern "C" fn finish<C: CorpusExtractor>(
    state: *mut c_void,
    cancellation: *const gloss_abi::Cancellation,
    reply: *const Reply,
    findings: *mut *mut c_void,
) -> Status {
    // SAFETY: the host lends the cancellation for the call.
    let cancellation = unsafe { Cancellation::new(cancellation) };
    let call = || {
        // SAFETY: a state of ours, this thread's alone.
        let state = unsafe { &mut *state.cast::<State<C>>() };
        let instance = state.instance;
        // SAFETY: the instance outlives its states.
        let made = unsafe { &*instance }.extractor.0.finish(state.take()?, &cancellation)?;
        // SAFETY: the host lends the place for the pointer.
        unsafe { hand_over(Findings::<C> { instance, findings: made }, findings) }
        Ok(None)
    };
    // SAFETY: the host lends the reply.
    match unsafe { answer(reply, call) } {
        Status::FAILED if cancellation.is_cancelled() => Status::CANCELLED,
        status => status,
    }
}

unsafe extern "C" fn findings_destroy<C: CorpusExtractor>(findings: *mut c_void) {
    // SAFETY: made by `finish`, destroyed once.
    unsafe { destroy::<Findings<C>>(findings) }
}

unsafe extern "C" fn annotate<C: CorpusExtractor>(
    findings: *mut c_void,
    batch: *const gloss_abi::Batch,
    output: *const gloss_abi::Output,
) -> Status {
    // SAFETY: findings of ours, which are shared and do not change; batch and output are lent for
    // the call.
    let findings = unsafe { &*findings.cast_const().cast::<Findings<C>>() };
    // SAFETY: as above.
    let (batch, output) = unsafe { (read_table(batch), read_table(output)) };
    // SAFETY: the instance outlives its findings.
    let loaded = unsafe { &*findings.instance };
    // SAFETY: the host made the batch for this instance's plan.
    let batch = unsafe { Batch::new(&batch, &loaded.shared) };
    run_batch(&mut Output::new(&output, &loaded.shared, &mut SpanRun::default()), |sink| {
        each(&batch, sink, |document, out| {
            loaded.extractor.0.annotate(&findings.findings, document, out)
        })
    })
}
