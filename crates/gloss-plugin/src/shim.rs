//! The C functions behind [`export!`](crate::export): each wraps one function of the trait.

#![allow(unsafe_code)]

pub(crate) mod corpus;

use std::ffi::c_void;
use std::marker::PhantomData;
use std::sync::Arc;

use gloss_abi::{Entry, Host, Reply, Status, Str};
use gloss_protocol::{Description, LoadRequest, PlanRequest};
use serde::de::DeserializeOwned;

use crate::context::Shared;
use crate::output::failure;
use crate::span_run::SpanRun;
use crate::table::read_table;
use crate::{Batch, Error, Extractor, LoadContext, Models, Output, Result, log, panics};

/// The entry table of a plugin.
pub const fn entry(extractor: extern "C" fn(index: u32) -> *const gloss_abi::Extractor) -> Entry {
    Entry {
        magic: gloss_abi::MAGIC,
        struct_size: size_of::<Entry>() as u32,
        abi_major: gloss_abi::ABI_MAJOR,
        abi_minor: gloss_abi::ABI_MINOR,
        abi_candidate: gloss_abi::ABI_CANDIDATE,
        reserved: 0,
        reserved2: 0,
        init: Some(init),
        // SAFETY: a safe function is one that may be called as an unsafe one; same signature.
        extractor: Some(unsafe {
            std::mem::transmute::<
                extern "C" fn(u32) -> *const gloss_abi::Extractor,
                unsafe extern "C" fn(u32) -> *const gloss_abi::Extractor,
            >(extractor)
        }),
        extension: Some(extension),
    }
}

/// The table of one extractor.
pub const fn table<E: Extractor>(name: &'static str) -> gloss_abi::Extractor {
    gloss_abi::Extractor {
        struct_size: size_of::<gloss_abi::Extractor>() as u32,
        reserved: 0,
        name: Str::new(name),
        describe: Some(describe::<E>),
        plan: Some(plan::<E>),
        load: Some(load::<E>),
        unload: Some(unload::<E>),
        worker_create: Some(worker_create::<E>),
        worker_destroy: Some(worker_destroy::<E>),
        extract: Some(extract::<E>),
        extension: Some(extractor_extension::<E>),
    }
}

struct Loaded<E> {
    extractor: E,
    shared: Arc<Shared>,
}

struct Worker<E: Extractor> {
    /// Outlives the worker: the interface says that workers are destroyed first.
    instance: *const Loaded<E>,
    scratch: E::Worker,
    run: SpanRun,
    _instance: PhantomData<E>,
}

unsafe extern "C" fn init(host: *const Host, _: *const Reply) -> Status {
    // SAFETY: the host's table, which is valid until the process ends.
    log::connect(unsafe { read_table(host) });
    Status::OK
}

unsafe extern "C" fn extension(_: Str) -> *const c_void {
    std::ptr::null()
}

unsafe extern "C" fn extractor_extension<E: Extractor>(name: Str) -> *const c_void {
    if name.ptr.is_null() {
        return std::ptr::null();
    }
    // SAFETY: the host lends the name for the call.
    let name = unsafe { std::slice::from_raw_parts(name.ptr, name.len) };
    std::str::from_utf8(name).map_or(std::ptr::null(), E::extension)
}

/// Runs `call`, writes its answer to `reply`, and turns errors and panics into failures.
///
/// # Safety
/// `reply` is a reply channel of the host that lives for the call.
unsafe fn answer(reply: *const Reply, call: impl FnOnce() -> Result<Option<String>>) -> Status {
    let outcome = panics::catch(call);
    // SAFETY: stated above.
    let reply = unsafe { read_table(reply) };
    let (error, status) = match outcome {
        Ok(Ok(None)) => return Status::OK,
        Ok(Ok(Some(text))) => {
            if let Some(write) = reply.write {
                // SAFETY: the host's function; the text lives for the call.
                unsafe { write(reply.context, Str::new(&text)) }
            }
            return Status::OK;
        }
        Ok(Err(error)) => (error, Status::FAILED),
        Err(panic) => (panic, Status::PANICKED),
    };
    if let Some(fail) = reply.fail {
        let failure = failure(&error);
        // SAFETY: the host's function; the failure lives for the call.
        unsafe { fail(reply.context, &raw const failure) }
    }
    status
}

/// # Safety
/// `text` is lent for the call.
unsafe fn request<T: DeserializeOwned>(text: Str) -> Result<T> {
    if text.ptr.is_null() {
        return Err(Error::new("the host sent an empty request"));
    }
    // SAFETY: stated above.
    let bytes = unsafe { std::slice::from_raw_parts(text.ptr, text.len) };
    Ok(serde_json::from_slice(bytes)?)
}

fn parse_options<E: Extractor>(options: &serde_json::Value) -> Result<E::Options> {
    let options = if options.is_null() {
        serde_json::Value::Object(serde_json::Map::new())
    } else {
        options.clone()
    };
    serde_path_to_error::deserialize(options).map_err(|error| {
        let path = error.path().to_string();
        Error::option(if path == "." { "" } else { &path }, error.into_inner().to_string())
    })
}

unsafe extern "C" fn describe<E: Extractor>(reply: *const Reply) -> Status {
    let call = || {
        let schema = schemars::SchemaGenerator::default().into_root_schema_for::<E::Options>();
        let description = Description { options: schema.to_value(), ..E::describe() };
        Ok(Some(serde_json::to_string(&description)?))
    };
    // SAFETY: the host lends the reply.
    unsafe { answer(reply, call) }
}

unsafe extern "C" fn plan<E: Extractor>(text: Str, reply: *const Reply) -> Status {
    let call = || {
        // SAFETY: the host lends the request.
        let request: PlanRequest = unsafe { request(text)? };
        let options = parse_options::<E>(&request.options)?;
        let plan = E::plan(&options, &Models { models: request.models, files: request.files })?;
        Ok(Some(serde_json::to_string(&plan)?))
    };
    // SAFETY: the host lends the reply.
    unsafe { answer(reply, call) }
}

unsafe extern "C" fn load<E: Extractor>(
    text: Str,
    reply: *const Reply,
    instance: *mut *mut c_void,
) -> Status {
    let call = || {
        // SAFETY: the host lends the request.
        let request: LoadRequest = unsafe { request(text)? };
        let options = parse_options::<E>(&request.options)?;
        let models = Models { models: request.models.clone(), files: request.files.clone() };
        let plan = E::plan(&options, &models)?;
        let shared = Arc::new(Shared { plan, request });
        let context = LoadContext { shared: Arc::clone(&shared), models };
        let extractor = E::load(options, &context)?;
        let loaded = Box::new(Loaded { extractor, shared });
        // SAFETY: the host lends the place for the pointer.
        unsafe { *instance = Box::into_raw(loaded).cast() }
        Ok(None)
    };
    // SAFETY: the host lends the reply.
    unsafe { answer(reply, call) }
}

unsafe extern "C" fn unload<E: Extractor>(instance: *mut c_void) {
    if !instance.is_null() {
        // SAFETY: made by `load`, destroyed once. A panic in a destructor is swallowed.
        let _ = panics::catch(|| drop(unsafe { Box::from_raw(instance.cast::<Loaded<E>>()) }));
    }
}

unsafe extern "C" fn worker_create<E: Extractor>(
    instance: *mut c_void,
    reply: *const Reply,
    worker: *mut *mut c_void,
) -> Status {
    let call = || {
        let instance: *const Loaded<E> = instance.cast_const().cast();
        // SAFETY: made by `load` and alive.
        let scratch = unsafe { &*instance }.extractor.worker()?;
        let made = Box::new(Worker::<E> {
            instance,
            scratch,
            run: SpanRun::default(),
            _instance: PhantomData,
        });
        // SAFETY: the host lends the place for the pointer.
        unsafe { *worker = Box::into_raw(made).cast() }
        Ok(None)
    };
    // SAFETY: the host lends the reply.
    unsafe { answer(reply, call) }
}

unsafe extern "C" fn worker_destroy<E: Extractor>(worker: *mut c_void) {
    if !worker.is_null() {
        // SAFETY: made by `worker_create`, destroyed once. A panic in a destructor is swallowed.
        let _ = panics::catch(|| drop(unsafe { Box::from_raw(worker.cast::<Worker<E>>()) }));
    }
}

unsafe extern "C" fn extract<E: Extractor>(
    worker: *mut c_void,
    batch: *const gloss_abi::Batch,
    output: *const gloss_abi::Output,
) -> Status {
    // SAFETY: the worker was made by `worker_create` and is this thread's; batch and output are
    // lent for the call; the instance outlives its workers.
    let (worker, batch, output) =
        unsafe { (&mut *worker.cast::<Worker<E>>(), read_table(batch), read_table(output)) };
    // SAFETY: as above.
    let loaded = unsafe { &*worker.instance };
    let Worker { scratch, run, .. } = worker;
    run.clear();
    let mut sink = Output::new(&output, &loaded.shared, run);
    // SAFETY: the host made the batch for this instance's plan.
    let batch = unsafe { Batch::new(&batch, &loaded.shared) };
    run_batch(&mut sink, |sink| loaded.extractor.extract_batch(scratch, &batch, sink))
}

/// Runs `call` and says how the batch ended; an error of it is reported to the host.
fn run_batch(sink: &mut Output<'_>, call: impl FnOnce(&mut Output<'_>) -> Result<()>) -> Status {
    let (error, status) = match panics::catch(|| call(sink)) {
        Ok(Ok(())) => return if sink.cancelled() { Status::CANCELLED } else { Status::OK },
        Ok(Err(error)) if error.rejected => return Status::REJECTED,
        Ok(Err(error)) => (error, Status::FAILED),
        Err(panic) => (panic, Status::PANICKED),
    };
    sink.fail_batch(&error);
    status
}
