//! The arguments.

use std::num::{NonZeroU16, NonZeroU32};
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::FalseyValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum};
use gloss_doc::OffsetUnit;
use gloss_host::MaxFailures;

use crate::input::InputFlags;

/// Runs NLP extractors as plugins, in one fast pipeline, and shows where models disagree.
///
/// Exit codes: 0 all well; 1 an error, nothing was done or the output could not be written; 2
/// wrong arguments; 3 the run ended but some documents failed (see the quarantine file), or a
/// plugin broke a rule; 4 a gate is not passed: the drop is larger than allowed; 5 a gate is not passed:
/// too little is known to rule that out; 130 interrupted: what was finished is kept.
#[derive(Debug, Parser)]
#[command(name = "gloss", version, arg_required_else_help = true, max_term_width = 100)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub log: Log,
}

/// What is logged, and where. The variable `GLOSS_LOG` says it in more detail than `-v`.
#[derive(Debug, Args)]
pub struct Log {
    /// Log more; twice for much more
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// How to write the log
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text")]
    pub log_format: LogFormat,
    /// Append the log to this file; by default it goes to standard error
    #[arg(long, global = true, value_name = "FILE")]
    pub log_file: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For reading
    Text,
    /// One object a line
    Json,
}

/// What several commands need.
#[derive(Debug, Args)]
pub struct Common {
    /// Also look for plugins in this folder, or take this plugin file; may be repeated
    #[arg(long, global = true, value_name = "PATH")]
    pub plugin_path: Vec<PathBuf>,
    /// Keep models in this folder
    #[arg(
        long,
        global = true,
        value_name = "FOLDER",
        env = "GLOSS_MODELS",
        hide_env_values = true
    )]
    pub models_folder: Option<PathBuf>,
    /// Also read this catalogue of models
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "GLOSS_CATALOGUE",
        hide_env_values = true
    )]
    pub catalogue: Option<PathBuf>,
    /// Never touch the network
    #[arg(long, global = true, env = "GLOSS_OFFLINE", hide_env_values = true, value_parser = FalseyValueParser::new())]
    pub offline: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a pipeline over documents
    Run(Box<Run>),
    /// Join the outputs of shards into what one run would have written
    Merge(Merge),
    /// Say what is wrong with a pipeline, or show its stages; loads no model
    Check(Check),
    /// Build, run and show what changed, whenever a plugin's source, the pipeline or a document does
    Dev(Dev),
    /// Plugins: which there are, what they give
    Plugin {
        #[command(subcommand)]
        command: Plugin,
    },
    /// Models: which there are, fetch and verify them
    Models {
        #[command(subcommand)]
        command: Models,
    },
    /// The cache of results: what is in it, and removing that
    Cache {
        #[command(subcommand)]
        command: Cache,
    },
    /// Say where annotations of the same documents differ, and whether that is real
    Compare(Box<crate::compare::args::Compare>),
    /// Say what a run did, and what its documents hold
    Report(Report),
    /// Print a JSON Schema
    Schema(Schema),
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Args)]
pub struct Run {
    /// The pipeline file
    pub pipeline: PathBuf,
    /// Files, folders, patterns, or `-` for standard input
    #[arg(required_unless_present = "retry")]
    pub paths: Vec<String>,
    /// How to write results; by default as the output's name ends, else pretty on a terminal, JSONL
    /// elsewhere
    #[arg(short, long)]
    pub format: Option<Format>,
    /// Write results to this file, or folder; it appears when it is whole. Text is compressed where
    /// the name ends in `.gz` or `.zst`
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// What a row of CSV, TSV or Parquet is; by default a document in Parquet, an annotation in others
    #[arg(long)]
    pub rows: Option<Rows>,
    /// The layer of entities that CoNLL and spaCy's JSON have one place for; by default the first
    #[arg(long, value_name = "LAYER")]
    pub entities: Option<String>,
    /// What offsets count in JSONL, CSV, TSV and Parquet; elsewhere they are code points
    #[arg(long, value_name = "UNIT", default_value = "byte")]
    pub offsets: Unit,
    /// Write documents that fail to this file; by default beside the output
    #[arg(long, value_name = "FILE")]
    pub quarantine: Option<PathBuf>,
    /// End the run when more documents than this fail: a number, or a share of the documents so far
    /// (`1%`), which counts from the hundredth on
    #[arg(long, value_name = "N|P%")]
    pub max_failures: Option<MaxFailures>,
    /// Write the record of the run to this file; by default beside the output
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,
    /// Threads; by default as many as there are cores
    #[arg(short = 'j', long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub threads: Option<u16>,
    /// The most documents in a batch; 1 for a latency of documents in the record
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub batch_documents: Option<u32>,
    /// The most tokens in a batch of more than one document, at four bytes of text for each
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub batch_tokens: Option<u32>,
    /// Run every stage in processes of its own, so that no plugin can take the run along
    #[arg(long)]
    pub isolate: bool,
    /// Refuse models that would have to be added to `gloss.lock`
    #[arg(long)]
    pub locked: bool,
    /// Show no progress
    #[arg(short, long)]
    pub quiet: bool,
    #[command(flatten)]
    pub length: Length,
    #[command(flatten)]
    pub input: InputFlags,
    #[command(flatten)]
    pub cache: RunCache,
    #[command(flatten)]
    pub metrics: Metrics,
    #[command(flatten)]
    pub corpus: Corpus,
}

/// Counters for who watches many runs.
#[derive(Debug, Args)]
#[command(next_help_heading = "Metrics")]
pub struct Metrics {
    /// Write the run's counters to this file every few seconds, as Prometheus reads them
    #[arg(long, value_name = "FILE")]
    pub metrics: Option<PathBuf>,
    /// A label of all metrics, that tells this run from others; may be repeated
    #[arg(long, value_name = "NAME=VALUE", requires = "metrics", value_parser = label)]
    pub metrics_label: Vec<(String, String)>,
}

/// A label of metrics.
fn label(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if gloss_report::is_label_name(name) => {
            Ok((name.to_owned(), value.to_owned()))
        }
        _ => Err("not NAME=VALUE with a name of letters, digits and underscores".to_owned()),
    }
}

/// For runs over many documents.
#[derive(Debug, Args)]
#[command(next_help_heading = "Runs at length")]
pub struct Length {
    /// Go on with a run to the same output that was ended before it was whole; begin one if there is
    /// none, and do nothing if the output is whole
    #[arg(long, requires = "output")]
    pub resume: bool,
    /// Throw away what a run to the same output left that was ended before it was whole
    #[arg(long, requires = "output", conflicts_with = "resume")]
    pub restart: bool,
    /// Take one part of the documents: `2/5` is every fifth from the second on
    #[arg(long, value_name = "I/N", conflicts_with = "retry")]
    pub shard: Option<gloss_job::Shard>,
    /// Take the documents of a quarantine file, in place of inputs
    #[arg(long, value_name = "FILE", conflicts_with = "paths")]
    pub retry: Option<PathBuf>,
    /// Note how far the run came at the latest after so many documents; every few seconds anyway
    #[arg(long, value_name = "DOCUMENTS", default_value = "10000", value_parser = clap::value_parser!(u64).range(1..))]
    pub checkpoint_every: u64,
}

#[derive(Debug, Args)]
pub struct Merge {
    /// The outputs of all shards, in any order, with their records beside them
    #[arg(required = true)]
    pub shards: Vec<PathBuf>,
    /// Write the whole to this file, or folder, with its quarantine file and record beside it
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// How to write it; by default as its name ends, else as the shards are. JSONL can be made into any
    /// format, what else can be merged stays in its own
    #[arg(short, long)]
    pub format: Option<Format>,
    /// Of shards in JSONL: what a row of CSV, TSV or Parquet is
    #[arg(long)]
    pub rows: Option<Rows>,
    /// Of shards in JSONL: the layer of entities that CoNLL and spaCy's JSON have one place for
    #[arg(long, value_name = "LAYER")]
    pub entities: Option<String>,
}

/// For pipelines with stages that must see every document first.
#[derive(Debug, Args)]
#[command(next_help_heading = "Stages that must see every document first")]
pub struct Corpus {
    /// Keep documents here between two passes over them; by default in the system's folder for
    /// temporary files
    #[arg(long, value_name = "FOLDER")]
    pub temporary_folder: Option<PathBuf>,
    /// Only observe the documents and save the states; writes no results
    #[arg(long, requires = "states")]
    pub observe_only: bool,
    /// Save the states of stages to this folder
    #[arg(long, value_name = "FOLDER")]
    pub states: Option<PathBuf>,
    /// Add what runs over other documents saved to this folder; may be repeated
    #[arg(long, value_name = "FOLDER", num_args = 1..)]
    pub merge_states: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Dev {
    /// The pipeline file
    pub pipeline: PathBuf,
    /// Files or folders with documents
    #[arg(required = true)]
    pub documents: Vec<String>,
    /// The folder of a plugin's project; by default the current one, if it is one; may be repeated
    #[arg(long, value_name = "FOLDER")]
    pub plugin: Vec<PathBuf>,
    /// Build with optimizations: later done, but fast to run
    #[arg(long)]
    pub release: bool,
}

#[derive(Debug, Args)]
pub struct Check {
    /// The pipeline file
    pub pipeline: PathBuf,
    /// As in `gloss run`
    #[arg(long)]
    pub isolate: bool,
    /// As in `gloss run`
    #[arg(long)]
    pub locked: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For reading
    Pretty,
    /// One document a line
    Jsonl,
    /// Comma-separated values
    Csv,
    /// Tab-separated values
    Tsv,
    /// Apache Parquet
    Parquet,
    /// Tokens with their entities, as in CoNLL-2003
    Conll,
    /// CoNLL-U of Universal Dependencies
    Conllu,
    /// A folder for the annotation tool brat
    Brat,
    /// One document a line, for spaCy's `Doc.from_json`
    Spacy,
    /// A page with highlighted spans
    Html,
}

impl Format {
    /// The library's format; `None` for what is printed for reading.
    pub fn written(self) -> Option<gloss_io::OutputFormat> {
        Some(match self {
            Format::Pretty => return None,
            Format::Jsonl => gloss_io::OutputFormat::Jsonl,
            Format::Csv => gloss_io::OutputFormat::Csv,
            Format::Tsv => gloss_io::OutputFormat::Tsv,
            Format::Parquet => gloss_io::OutputFormat::Parquet,
            Format::Conll => gloss_io::OutputFormat::Conll,
            Format::Conllu => gloss_io::OutputFormat::Conllu,
            Format::Brat => gloss_io::OutputFormat::Brat,
            Format::Spacy => gloss_io::OutputFormat::Spacy,
            Format::Html => gloss_io::OutputFormat::Html,
        })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Rows {
    /// Each annotation has a row
    Annotations,
    /// Each document has a row
    Documents,
}

impl From<Rows> for gloss_io::Rows {
    fn from(rows: Rows) -> gloss_io::Rows {
        match rows {
            Rows::Annotations => gloss_io::Rows::Annotations,
            Rows::Documents => gloss_io::Rows::Documents,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Unit {
    /// Bytes of the UTF-8
    Byte,
    /// Unicode code points, as Python counts
    Codepoint,
    /// UTF-16 code units, as JavaScript and Java count
    Utf16,
}

impl From<Unit> for OffsetUnit {
    fn from(unit: Unit) -> OffsetUnit {
        match unit {
            Unit::Byte => OffsetUnit::Byte,
            Unit::Codepoint => OffsetUnit::Codepoint,
            Unit::Utf16 => OffsetUnit::Utf16,
        }
    }
}

#[derive(Debug, Subcommand)]
pub enum Plugin {
    /// List the plugins that are found, and those that cannot be used
    List,
    /// Show a plugin's extractors, their options, what they read and give
    Info {
        /// An extractor, a plugin's id, or a plugin file
        plugin: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Make the project of a new plugin: an extractor that works, its tests, and the SDK
    New {
        /// `PUBLISHER/NAME`, or `NAME`, which is also that of the folder and the extractor
        name: String,
        /// What the extractor makes
        #[arg(long)]
        kind: Kind,
        /// What it is written in
        #[arg(long, default_value = "rust")]
        language: Language,
    },
    /// Build the plugin of a project
    Build(Project),
    /// Run the tests of a project, then every rule of the plugin interface against its plugin
    Test {
        #[command(flatten)]
        project: Project,
        #[command(flatten)]
        checks: Checks,
    },
    /// Copy a plugin to where gloss finds it, and record its hash
    Install {
        /// A plugin file, or the folder of a project, which is built first
        #[arg(default_value = ".", value_name = "FOLDER|FILE")]
        path: PathBuf,
        /// Build without optimizations: sooner done, but slow to run
        #[arg(long)]
        debug: bool,
    },
    /// Remove an installed plugin
    Uninstall {
        /// Its id, the part of that behind the slash, or its file's name
        name: String,
    },
    /// Run every rule of the plugin interface against plugins, each check in a process of its own
    Validate(Validate),
    /// Run one check, for `gloss plugin validate`
    #[command(name = crate::validate::CHILD_COMMAND, hide = true)]
    RunCheck {
        /// What to do
        task: PathBuf,
        /// Where to write what came of it
        answer: PathBuf,
    },
}

/// The project of a plugin.
#[derive(Debug, Args)]
pub struct Project {
    /// The folder of the project
    #[arg(default_value = ".")]
    pub folder: PathBuf,
    /// Build without optimizations: sooner done, but slow to run
    #[arg(long)]
    pub debug: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// Stretches of the text with labels; the example finds words of a list
    Spans,
    /// A label for the document; the example says how hard it is to read
    Classes,
    /// A text about the document; the example takes its beginning
    Text,
    /// A vector for the document; the example hashes its letters
    Vectors,
    /// What only all documents together tell; the example finds keywords by TF-IDF
    Corpus,
}

impl From<Kind> for gloss_scaffold::Kind {
    fn from(kind: Kind) -> gloss_scaffold::Kind {
        match kind {
            Kind::Spans => gloss_scaffold::Kind::Spans,
            Kind::Classes => gloss_scaffold::Kind::Classes,
            Kind::Text => gloss_scaffold::Kind::Texts,
            Kind::Vectors => gloss_scaffold::Kind::Vectors,
            Kind::Corpus => gloss_scaffold::Kind::Corpus,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// With the SDK `gloss-plugin`; needs cargo
    Rust,
    /// With the package `gloss_plugin`; needs Python 3.9 or newer
    Python,
}

impl From<Language> for gloss_scaffold::Language {
    fn from(language: Language) -> gloss_scaffold::Language {
        match language {
            Language::Rust => gloss_scaffold::Language::Rust,
            Language::Python => gloss_scaffold::Language::Python,
        }
    }
}

#[derive(Debug, Args)]
pub struct Validate {
    /// Plugin files
    #[arg(required_unless_present = "list")]
    pub paths: Vec<PathBuf>,
    /// List the checks with the rule of each, and run none
    #[arg(long)]
    pub list: bool,
    #[command(flatten)]
    pub checks: Checks,
    /// Print a report in JSON
    #[arg(long)]
    pub json: bool,
}

/// Which checks are run, and how.
#[derive(Debug, Args)]
pub struct Checks {
    /// Only checks of this name, in which `*` stands for any text; may be repeated
    #[arg(long, value_name = "PATTERN")]
    pub only: Vec<String>,
    /// Only this extractor; may be repeated
    #[arg(long, value_name = "NAME")]
    pub extractor: Vec<String>,
    /// Options of the extractors: a JSON object, or a file of JSON or TOML
    #[arg(long, value_name = "JSON|FILE")]
    pub options: Option<String>,
    /// The model of an option: its name in the catalogue, or a folder; may be repeated
    #[arg(long, value_name = "OPTION=MODEL")]
    pub model: Vec<String>,
    /// What random texts and layers depend on; by default another each time
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Bytes of the longest text
    #[arg(long, value_name = "BYTES", default_value_t = 5_000_000)]
    pub long_text: usize,
    /// Seconds after which a check is killed and has failed
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0, value_parser = seconds)]
    pub timeout: f64,
    /// Checks that run at once; by default as many as there are cores
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: Option<u16>,
}

/// A number of seconds that makes sense as a limit.
fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if (0.01..=86_400.0).contains(&seconds) => Ok(seconds),
        _ => Err("not a number of seconds from 0.01 to 86400".to_owned()),
    }
}

#[derive(Debug, Subcommand)]
pub enum Models {
    /// List the models of the catalogue
    List,
    /// Fetch a model, unless it is there
    Fetch {
        /// `NAME` or `NAME@VERSION`
        #[arg(required_unless_present = "pipeline")]
        names: Vec<String>,
        /// Fetch what this pipeline needs, with the hashes of the `gloss.lock` beside it
        #[arg(long, value_name = "FILE")]
        pipeline: Option<PathBuf>,
    },
    /// Hash a model's files again
    Verify {
        /// `NAME` or `NAME@VERSION`
        #[arg(required = true)]
        names: Vec<String>,
    },
    /// Print the folder of a model
    Path {
        /// `NAME` or `NAME@VERSION`
        name: String,
    },
}

/// Where results are kept.
#[derive(Debug, Args)]
pub struct CacheFolder {
    /// Keep results in this folder, on a disk of this machine; by default below the user's folder
    /// for caches
    #[arg(
        long = "cache-folder",
        value_name = "FOLDER",
        env = "GLOSS_CACHE",
        hide_env_values = true
    )]
    pub folder: Option<PathBuf>,
}

/// For taking results from earlier runs.
#[derive(Debug, Args)]
#[command(next_help_heading = "Results of earlier runs")]
pub struct RunCache {
    /// Keep results, and take those that earlier runs made of the same documents in the same way
    #[arg(long = "cache")]
    pub enabled: bool,
    /// The most that the cache may take up, such as `500MB`; what was not used for longest goes
    #[arg(long = "cache-size", value_name = "SIZE", requires = "enabled", default_value = "2GiB", value_parser = bytes)]
    pub limit: u64,
    #[command(flatten)]
    pub folder: CacheFolder,
}

#[derive(Debug, Subcommand)]
pub enum Cache {
    /// Show where the cache is, and how much of it each extractor takes up
    Info {
        #[command(flatten)]
        folder: CacheFolder,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Remove results: all, or those that are meant by all options together
    Clear {
        #[command(flatten)]
        folder: CacheFolder,
        /// Those that were not used for so long, such as `30d` or `12h`
        #[arg(long, value_name = "TIME", value_parser = time)]
        older_than: Option<Duration>,
        /// Those of this extractor: `NAME`, or `PUBLISHER/PLUGIN:NAME`
        #[arg(long, value_name = "EXTRACTOR")]
        extractor: Option<String>,
    },
    /// Print the path of the cache's file
    Path {
        #[command(flatten)]
        folder: CacheFolder,
    },
}

pub fn bytes(text: &str) -> Result<u64, String> {
    gloss_host::parse_bytes(text).ok_or_else(|| "not a size such as `500MB` or `2GiB`".to_owned())
}

fn time(text: &str) -> Result<Duration, String> {
    let time = gloss_host::parse_duration(text);
    time.ok_or_else(|| "not a time such as `12h` or `30d`".to_owned())
}

#[derive(Debug, Args)]
pub struct Report {
    /// The record of the run: `OUTPUT.run.json`
    #[arg(value_name = "RECORD")]
    pub record: PathBuf,
    /// The run's output in JSONL, for a view of what its documents hold
    #[arg(value_name = "OUTPUT")]
    pub documents: Vec<String>,
    /// Write the report to this file: a page if it ends in .html, JSON if in .json
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// What to write
    #[arg(short, long)]
    pub format: Option<ReportFormat>,
    /// The layer of entities; by default the first of type mentions, else of type entities
    #[arg(long, value_name = "STAGE/LAYER")]
    pub entities: Option<String>,
    /// The layer of sentiment; by default the first of that type
    #[arg(long, value_name = "STAGE/LAYER")]
    pub sentiment: Option<String>,
    /// The field of the metadata with a document's date; by default date
    #[arg(long, value_name = "NAME")]
    pub date_field: Option<String>,
    /// Entities to show
    #[arg(long, value_name = "N", default_value = "40")]
    pub top: NonZeroU16,
    /// Entities to count at a time, while the most frequent are looked for
    #[arg(long, value_name = "N", default_value = "200000")]
    pub count: NonZeroU32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// For reading in a terminal
    Terminal,
    /// One page that needs nothing else
    Html,
    /// For programs
    Json,
}

#[derive(Debug, Args)]
pub struct Schema {
    /// Which schema
    pub which: SchemaKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchemaKind {
    /// Of a document in JSON
    Document,
    /// Of the record of a run
    Run,
    /// Of a report in JSON
    Report,
    /// Of a pipeline file, with the options of all extractors that are found
    Pipeline,
    /// Of a comparison file, with the same
    Comparison,
    /// Of a comparison in JSON
    ComparisonResult,
}
