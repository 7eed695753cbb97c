//! Finds, checks and loads plugins; plans and runs pipelines of them.
//!
//! Used as a library it has no globals of its own, prints nothing, installs no signal handler and
//! starts no thread before the first run. It knows the plugin interface and nothing of any model
//! or inference engine.
//!
//! A run goes one way: [`Catalogue`] (which plugins there are) → [`PipelineFile`] (what the user
//! wants) → [`Pipeline`] (planned and loaded) → [`Pipeline::run`] (documents in, outcomes out).

mod alternatives;
mod backend;
mod cache;
mod cache_key;
mod cached;
mod canonical;
mod catalogue;
mod corpus;
mod data_files;
mod descriptions;
mod engine;
mod error;
mod failures;
mod graph;
mod install;
mod intake;
mod isolation;
mod kept;
mod latency;
mod library;
mod machine;
mod manifest_file;
mod options;
mod pipeline;
mod pipeline_file;
mod planned;
mod program_file;
mod quantity;
mod record;
mod redact;
mod routing;
mod run;
mod stage;
mod tally;
mod wiring;

pub use cache::{CacheError, CacheKey, ResultCache};
pub use cached::CacheCounts;
pub use catalogue::{Catalogue, FoundPlugin, SearchPath};
pub use data_files::{DataFileProblem, DataFiles, resolve_files};
pub use descriptions::describe;
pub use error::{Error, ErrorKind, Place};
pub use failures::{MaxFailures, OnFailure};
pub use gloss_boundary::{Failure, FailureKind, abi_version};
pub use gloss_process::Runtime;
pub use gloss_protocol::{Description, Plan};
pub use install::{Installed, install, uninstall};
pub use isolation::{Isolation, IsolationOptions};
pub use latency::LatencyRecord;
pub use library::{LoadedPlugin, PluginIdentity};
pub use machine::{Machine, PeakMemory};
pub use manifest_file::read_manifest;
pub use options::{
    OptionProblem, check_options, file_options, file_references, model_options, model_references,
    nearest, options_schema,
};
pub use pipeline::{LayerInfo, Pipeline, ResolveModel, StageInfo};
pub use pipeline_file::{AnnotationSpec, InputSpec, PipelineFile, StageSpec};
pub use quantity::{parse_bytes, parse_duration};
#[cfg(feature = "schema")]
pub use record::schema as run_schema;
pub use record::{InputRecord, InputsRecord, RunContext, RunRecord, StageRecord};
pub use redact::without_text;
pub use run::{
    Control, Input, InputFailure, LeftOut, Outcome, PassInfo, RunOptions, RunSink, RunSummary,
    StateOptions, failure_code,
};
pub use stage::StageCounts;
pub use tally::{FailureRecord, Tally};
