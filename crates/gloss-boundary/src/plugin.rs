//! From an entry table to described, planned and loaded extractors.

use std::ffi::c_void;
use std::sync::Arc;

use gloss_abi::{Entry, Reply, Status, Str};
use gloss_protocol::{AbiVersion, Description, LoadRequest, Plan, PlanRequest};
use serde::de::DeserializeOwned;

use crate::corpus;
use crate::host_table::HOST;
use crate::instance::Instance;
use crate::reply::receive;
use crate::table::{read_str, read_table};
use crate::{Failure, FailureKind, Rule};

/// More extractors than this in one plugin is taken for a broken table.
const MAX_EXTRACTORS: u32 = 4096;

/// Why an entry table was not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// The symbol is there but is no entry table.
    #[error("the symbol gloss_plugin_entry is not a plugin's entry table")]
    NotATable,
    /// Another major version, or another release candidate.
    #[error("it was built for version {plugin} of the plugin interface, this is {host}")]
    Version {
        /// The plugin's.
        plugin: AbiVersion,
        /// Ours.
        host: AbiVersion,
    },
    /// A function that every plugin must have is missing.
    #[error("its table lacks the function {0}")]
    MissingFunction(&'static str),
    /// Its initialisation failed.
    #[error("its initialisation failed: {0}")]
    Init(Failure),
}

/// An accepted and initialised plugin.
#[derive(Clone, Debug)]
pub struct Plugin {
    extractors: Vec<Extractor>,
    extension: Option<ExtensionFunction>,
}

/// Gives the table of an extension, or null.
type ExtensionFunction = unsafe extern "C" fn(name: Str) -> *const c_void;

impl Plugin {
    /// Accepts and initialises the plugin behind an entry table.
    ///
    /// # Safety
    /// `entry` is null or points to the static that a plugin exports as `gloss_plugin_entry`, in a
    /// library that is never unloaded, and the plugin keeps the rules of the interface that cannot
    /// be checked (its pointers are valid).
    ///
    /// # Errors
    /// When the table is none, or of another version, or lacks a function, or `init` fails.
    pub unsafe fn new(entry: *const Entry) -> Result<Plugin, EntryError> {
        // SAFETY: the caller vouches for the table; magic and size are read before anything else.
        let entry = unsafe {
            if entry.is_null() || (&raw const (*entry).magic).read_unaligned() != gloss_abi::MAGIC {
                return Err(EntryError::NotATable);
            }
            read_table(entry)
        };
        let (host, plugin) = (crate::abi_version(), version(&entry));
        if !host.accepts(plugin) {
            return Err(EntryError::Version { plugin, host });
        }
        if let Some(init) = entry.init {
            // SAFETY: the host table is static, the reply lives for the call.
            receive(|reply| unsafe { init(&raw const HOST, reply) }).map_err(EntryError::Init)?;
        }
        let extractor = entry.extractor.ok_or(EntryError::MissingFunction("extractor"))?;
        let mut extractors = Vec::new();
        for index in 0..MAX_EXTRACTORS {
            // SAFETY: a function of the plugin, called as the interface says.
            let table = unsafe { extractor(index) };
            if table.is_null() {
                break;
            }
            // SAFETY: not null, so a table that lives as long as the process.
            extractors.push(unsafe { Extractor::new(table)? });
        }
        Ok(Plugin { extractors, extension: entry.extension })
    }

    /// Whether the plugin as a whole has the extension of this name.
    #[must_use]
    pub fn supports(&self, name: &str) -> bool {
        // SAFETY: a function of the plugin; the name lives for the call.
        self.extension.is_some_and(|f| !unsafe { f(Str::new(name)) }.is_null())
    }

    /// The extractors that the plugin exports.
    #[must_use]
    pub fn extractors(&self) -> &[Extractor] {
        &self.extractors
    }

    /// The extractor of this name.
    #[must_use]
    pub fn extractor(&self, name: &str) -> Option<&Extractor> {
        self.extractors.iter().find(|e| e.name == name)
    }
}

fn version(entry: &Entry) -> AbiVersion {
    AbiVersion { major: entry.abi_major, minor: entry.abi_minor, candidate: entry.abi_candidate }
}

/// One extractor of a plugin.
#[derive(Clone, Debug)]
pub struct Extractor {
    name: String,
    pub(crate) table: gloss_abi::Extractor,
    /// The extension for extractors that must see every document first.
    pub(crate) corpus: Option<gloss_abi::Corpus>,
}

// SAFETY: the table holds function pointers and a static string; the interface says that all of it
// may be used from any thread.
unsafe impl Send for Extractor {}
// SAFETY: as above.
unsafe impl Sync for Extractor {}

impl Extractor {
    /// The extractor behind a table of this process: for a plugin's own tests.
    ///
    /// # Errors
    /// When the table lacks a function.
    pub fn from_table(table: &'static gloss_abi::Extractor) -> Result<Extractor, EntryError> {
        // SAFETY: a reference that lives as long as the process.
        unsafe { Extractor::new(table) }
    }

    /// # Safety
    /// `table` points to an extractor table that lives as long as the process.
    unsafe fn new(table: *const gloss_abi::Extractor) -> Result<Extractor, EntryError> {
        // SAFETY: the caller vouches for the table and its name.
        let (table, name) = unsafe {
            let table = read_table(table);
            (table, read_str(table.name))
        };
        for (present, function) in [
            (table.describe.is_some(), "describe"),
            (table.plan.is_some(), "plan"),
            (table.load.is_some(), "load"),
            (table.unload.is_some(), "unload"),
            (table.worker_create.is_some(), "worker_create"),
            (table.worker_destroy.is_some(), "worker_destroy"),
            (table.extract.is_some(), "extract"),
        ] {
            if !present {
                return Err(EntryError::MissingFunction(function));
            }
        }
        // SAFETY: the table is the plugin's, as the caller vouches.
        let corpus = unsafe { corpus::read(&table)? };
        Ok(Extractor { name, table, corpus })
    }

    /// Whether it must see every document before it can answer: its instances are used through
    /// [`State`](crate::State)s, not workers.
    #[must_use]
    pub fn observes(&self) -> bool {
        self.corpus.is_some()
    }

    /// Its name within the plugin.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether this extractor has the extension of this name.
    #[must_use]
    pub fn supports(&self, name: &str) -> bool {
        // SAFETY: a function of the plugin; the name lives for the call.
        self.table.extension.is_some_and(|f| !unsafe { f(Str::new(name)) }.is_null())
    }

    /// What it is.
    ///
    /// # Errors
    /// When the plugin fails, or answers with something else than a description.
    pub fn describe(&self) -> Result<Description, Failure> {
        let describe = self.table.describe.ok_or_else(missing)?;
        // SAFETY: a function of the plugin, called as the interface says.
        let description = parse("describe", &receive(|reply| unsafe { describe(reply) })?)?;
        Ok(Description { observes: self.observes(), ..description })
    }

    /// What it requires and provides with these options.
    ///
    /// # Errors
    /// When the plugin refuses the options, or answers with something else than a plan.
    pub fn plan(&self, request: &PlanRequest) -> Result<Plan, Failure> {
        let plan = self.table.plan.ok_or_else(missing)?;
        let request = to_json(request)?;
        // SAFETY: as above; the request lives for the call.
        parse("plan", &receive(|reply| unsafe { plan(Str::new(&request), reply) })?)
    }

    /// Loads an instance whose layers are those of `plan`.
    ///
    /// # Errors
    /// When the plugin fails to load, for example because a model's file is broken.
    pub fn load(&self, plan: &Plan, request: &LoadRequest) -> Result<Arc<Instance>, Failure> {
        let load = self.table.load.ok_or_else(missing)?;
        let json = to_json(request)?;
        let mut instance = std::ptr::null_mut();
        let call = |reply: *const Reply| -> Status {
            // SAFETY: as above; the instance pointer is ours.
            unsafe { load(Str::new(&json), reply, &raw mut instance) }
        };
        receive(call)?;
        Instance::new(self.clone(), instance, plan, request).map(Arc::new)
    }
}

pub(crate) fn missing() -> Failure {
    Failure::new(FailureKind::Other, "the plugin's table lacks a function")
}

fn to_json(message: &impl serde::Serialize) -> Result<String, Failure> {
    serde_json::to_string(message).map_err(|e| Failure::new(FailureKind::Other, e.to_string()))
}

fn parse<T: DeserializeOwned>(call: &str, answer: &str) -> Result<T, Failure> {
    serde_json::from_str(answer).map_err(|e| {
        Failure::broken(
            Rule::Answer,
            call,
            format!("its answer is not what the interface says: {e}"),
        )
    })
}
