//! The pipeline file: TOML to stages, with the place of everything kept for error messages.

mod annotation_spec;
mod embedded;
mod input_spec;

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Map, Value as Json};
use toml_edit::{Document, Item, TableLike, Value};

use crate::failures::OnFailure;
use crate::isolation::Isolation;
use crate::options::nearest;
use crate::quantity::{parse_bytes, parse_duration};
use crate::routing::is_language_tag;
use crate::{Error, ErrorKind, Place};

pub use annotation_spec::AnnotationSpec;
pub use input_spec::InputSpec;

type Span = Option<Range<usize>>;

/// One stage, as the user wrote it.
#[derive(Clone, Debug, PartialEq)]
pub struct StageSpec {
    /// Its id, unique in the file: the first part of its layers' names.
    pub id: String,
    /// Which extractor it runs; see [`Catalogue::find`](crate::Catalogue::find).
    pub extractor: String,
    /// The extractor's options.
    pub options: Map<String, Json>,
    /// Which layers feed which requirement, where the user says so: type to full names. Of several,
    /// the first that there is in a document.
    pub inputs: BTreeMap<String, Vec<String>>,
    /// The languages of the documents that it runs on, BCP 47, or `und`; empty for all documents.
    pub languages: Vec<String>,
    /// What becomes of a document with which it fails.
    pub on_failure: OnFailure,
    /// Names of its layers that the output keeps; `None` for all.
    pub layers: Option<Vec<String>>,
    /// Where it runs; `None` where the user does not say.
    pub isolation: Option<Isolation>,
    /// The longest time for one batch.
    pub timeout: Option<Duration>,
    /// The most memory of one of its processes, in bytes.
    pub memory: Option<u64>,
    /// The most workers.
    pub workers: Option<usize>,
    /// Whether its results are kept where a cache is used; `None` where the user does not say.
    pub cache: Option<bool>,
    /// The most threads that they keep busy together.
    pub threads: Option<usize>,
    /// Where the stage begins.
    pub span: Span,
    extractor_span: Span,
    spans: BTreeMap<String, Span>,
    /// Where options stand that another file gave.
    overridden: BTreeMap<String, Place>,
}

impl StageSpec {
    /// Where the extractor is named.
    #[must_use]
    pub fn extractor_span(&self) -> Span {
        self.extractor_span.clone().or_else(|| self.span.clone())
    }

    /// Where the value of an option or an input stands (`options.model`, `inputs.sentences`), or
    /// the option's name (`options.model@key`), or as much of the path as there is.
    #[must_use]
    pub fn span_of(&self, path: &str) -> Span {
        let mut path = path;
        loop {
            if let Some(span) = self.spans.get(path) {
                return span.clone();
            }
            match path.rsplit_once('.') {
                Some((parent, _)) => path = parent,
                None => return self.span.clone(),
            }
        }
    }
}

/// The keys of a stage.
const STAGE_KEYS: &[&str] = &[
    "id",
    "extractor",
    "options",
    "inputs",
    "languages",
    "layers",
    "on-failure",
    "isolation",
    "timeout",
    "memory",
    "workers",
    "cache",
    "threads",
];

/// A pipeline file.
#[derive(Clone, Debug, PartialEq)]
pub struct PipelineFile {
    /// Where it was read from.
    pub path: PathBuf,
    /// Its text, for showing lines of it.
    pub text: String,
    /// How documents are read.
    pub input: InputSpec,
    /// The stages, in the order of the file.
    pub stages: Vec<StageSpec>,
}

impl PipelineFile {
    /// Reads a pipeline file.
    ///
    /// # Errors
    /// All that is wrong with it as far as it can be told without plugins.
    pub fn read(path: &Path) -> Result<PipelineFile, Vec<Error>> {
        let text = fs::read_to_string(path).map_err(|e| {
            let error = Error::new(
                ErrorKind::PipelineUnreadable,
                format!("the pipeline file cannot be read: {e}"),
            );
            vec![
                error.in_file(path).with_help("check the path; `gloss run PIPELINE.toml PATHS...`"),
            ]
        })?;
        PipelineFile::parse(path, text)
    }

    /// Reads a pipeline from its text; `path` is for messages.
    ///
    /// # Errors
    /// As [`PipelineFile::read`].
    pub fn parse(path: &Path, text: String) -> Result<PipelineFile, Vec<Error>> {
        let document = Document::parse(text.as_str()).map_err(|e| {
            let error = Error::new(ErrorKind::PipelineSyntax, e.message().trim().to_owned());
            vec![error.at(path, e.span())]
        })?;
        let mut reader = Reader { path, errors: Vec::new() };
        let input = reader.input(document.as_table());
        let stages = reader.root(document.as_table());
        match reader.errors {
            errors if errors.is_empty() => {
                Ok(PipelineFile { path: path.to_owned(), text: text.clone(), input, stages })
            }
            errors => Err(errors),
        }
    }
}

struct Reader<'p> {
    path: &'p Path,
    errors: Vec<Error>,
}

impl Reader<'_> {
    fn error(&mut self, kind: ErrorKind, span: Span, message: String, help: &str) {
        let error = Error::new(kind, message).at(self.path, span);
        self.errors.push(if help.is_empty() { error } else { error.with_help(help) });
    }

    fn unknown_keys(&mut self, table: &dyn TableLike, place: &str, known: &[&str]) {
        for (name, _) in table.iter() {
            if known.contains(&name) {
                continue;
            }
            let help = match nearest(name, known.iter().copied()) {
                Some(near) => format!("did you mean {near:?}?"),
                None => format!("there are: {}", known.join(", ")),
            };
            let span = table.key(name).and_then(toml_edit::Key::span);
            self.error(
                ErrorKind::UnknownKey,
                span,
                format!("there is no key {name:?} in {place}"),
                &help,
            );
        }
    }

    fn root(&mut self, root: &dyn TableLike) -> Vec<StageSpec> {
        self.unknown_keys(root, "a pipeline file", &["input", "stage"]);
        self.stages(root)
    }

    fn stages(&mut self, root: &dyn TableLike) -> Vec<StageSpec> {
        let tables = match root.get("stage") {
            Some(Item::ArrayOfTables(stages)) => stages.iter().collect(),
            Some(other) => {
                self.wrong_type(other.span(), "stage", "written as [[stage]]");
                return Vec::new();
            }
            None => Vec::new(),
        };
        if tables.is_empty() {
            let help = "add one: [[stage]] with extractor = \"sentences\"";
            self.error(
                ErrorKind::MissingKey,
                None,
                "the pipeline has no [[stage]]".to_owned(),
                help,
            );
        }
        let mut stages: Vec<StageSpec> = Vec::new();
        for table in tables {
            if let Some(stage) = self.stage(table, table.span()) {
                if stages.iter().any(|s| s.id == stage.id) {
                    let span = table.get("id").and_then(Item::span).or_else(|| stage.span.clone());
                    let message = format!("two stages have the id {:?}", stage.id);
                    self.error(
                        ErrorKind::DuplicateStage,
                        span,
                        message,
                        "give one of them another id",
                    );
                }
                stages.push(stage);
            }
        }
        stages
    }

    fn stage(&mut self, table: &dyn TableLike, span: Span) -> Option<StageSpec> {
        self.unknown_keys(table, "a [[stage]]", STAGE_KEYS);
        let id = self.string(table, "id");
        let Some(extractor) = self.string(table, "extractor") else {
            if table.get("extractor").is_none() {
                let message = "a stage names no extractor".to_owned();
                self.error(ErrorKind::MissingKey, span, message, "add extractor = \"NAME\"");
            }
            return None;
        };
        let id_span = table.get("id").and_then(Item::span).or_else(|| span.clone());
        let id = id.unwrap_or_else(|| {
            let name = extractor.rsplit([':', '/']).next().unwrap_or(&extractor);
            name.to_owned()
        });
        if id.is_empty() || !id.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)) {
            let message = format!("{id:?} is not a stage id");
            let help = "use letters, digits, - and _";
            self.error(ErrorKind::BadStageId, id_span, message, help);
        }
        let mut spans = BTreeMap::new();
        let mut options = Map::new();
        if let Some(given) = self.table(table, "options") {
            for (name, item) in given.iter() {
                record_spans(&mut spans, format!("options.{name}"), item);
                let key = given.key(name).and_then(toml_edit::Key::span);
                spans.insert(format!("options.{name}@key"), key);
                match to_json(item) {
                    Some(value) => {
                        options.insert(name.to_owned(), value);
                    }
                    None => self.wrong_type(item.span(), name, "a finite number, not a date"),
                }
            }
        }
        let inputs = self.inputs(table, &mut spans);
        let languages = self.value(table, "languages", LANGUAGES, languages).unwrap_or_default();
        let on_failure = self.value(table, "on-failure", OnFailure::WORDS, |item| {
            item.as_str().and_then(OnFailure::parse)
        });
        let layers = self.value(table, "layers", "a list of names of layers", |item| {
            let names = item.as_array()?.iter();
            names.map(|name| name.as_str().map(str::to_owned)).collect()
        });
        let isolation =
            self.value(table, "isolation", "\"none\" or \"process\"", |item| {
                match item.as_str()? {
                    "none" => Some(Isolation::None),
                    "process" => Some(Isolation::Process),
                    _ => None,
                }
            });
        let timeout = self.value(table, "timeout", "a time such as \"30s\" or \"5m\"", |item| {
            parse_duration(&number_or_text(item)?)
        });
        let memory = self.value(table, "memory", "a size such as \"512MB\" or \"2GiB\"", |item| {
            parse_bytes(&number_or_text(item)?)
        });
        let count = |item: &Item| usize::try_from(item.as_integer()?).ok().filter(|&n| n > 0);
        let workers = self.value(table, "workers", "a number from 1", count);
        let threads = self.value(table, "threads", "a number from 1", count);
        let cache = self.value(table, "cache", "true or false", Item::as_bool);
        for key in STAGE_KEYS.iter().filter(|key| !["options", "inputs"].contains(key)) {
            spans.insert((*key).to_owned(), table.get(key).and_then(Item::span));
        }
        let extractor_span = table.get("extractor").and_then(Item::span);
        Some(StageSpec {
            id,
            extractor,
            options,
            inputs,
            languages,
            on_failure: on_failure.unwrap_or_default(),
            layers,
            isolation,
            timeout,
            memory,
            workers,
            cache,
            threads,
            span,
            extractor_span,
            spans,
            overridden: BTreeMap::new(),
        })
    }

    /// What feeds the requirements that the user names: a layer, or several.
    fn inputs(
        &mut self,
        table: &dyn TableLike,
        spans: &mut BTreeMap<String, Span>,
    ) -> BTreeMap<String, Vec<String>> {
        let mut inputs = BTreeMap::new();
        let Some(given) = self.table(table, "inputs") else { return inputs };
        for (name, item) in given.iter() {
            spans.insert(format!("inputs.{name}"), item.span());
            match item.as_str().map(|one| vec![one.to_owned()]).or_else(|| texts(item)) {
                Some(layers) => {
                    inputs.insert(name.to_owned(), layers);
                }
                None => self.wrong_type(item.span(), name, LAYERS),
            }
        }
        inputs
    }

    /// The value of a key, if it is there and `parse` takes it.
    fn value<T>(
        &mut self,
        table: &dyn TableLike,
        key: &str,
        wanted: &str,
        parse: impl Fn(&Item) -> Option<T>,
    ) -> Option<T> {
        let item = table.get(key)?;
        let value = parse(item);
        if value.is_none() {
            self.wrong_type(item.span(), key, wanted);
        }
        value
    }

    fn wrong_type(&mut self, span: Span, key: &str, wanted: &str) {
        self.error(ErrorKind::WrongType, span, format!("{key:?} must be {wanted}"), "");
    }

    fn string(&mut self, table: &dyn TableLike, key: &str) -> Option<String> {
        let item = table.get(key)?;
        let text = item.as_str().map(str::to_owned);
        if text.is_none() {
            self.wrong_type(item.span(), key, "a text in quotes");
        }
        text
    }

    fn table<'t>(&mut self, parent: &'t dyn TableLike, key: &str) -> Option<&'t dyn TableLike> {
        let item = parent.get(key)?;
        let table = item.as_table_like();
        if table.is_none() {
            self.wrong_type(item.span(), key, "a table");
        }
        table
    }
}

const LAYERS: &str = "the name of a layer, \"stage/layer\", or a list of such names";
const LANGUAGES: &str = "a list of codes of languages, such as [\"en\", \"pt-BR\"]";

/// A list of texts that is not empty.
fn texts(item: &Item) -> Option<Vec<String>> {
    let texts = item.as_array()?.iter().map(|text| text.as_str().map(str::to_owned));
    texts.collect::<Option<Vec<_>>>().filter(|texts| !texts.is_empty())
}

fn languages(item: &Item) -> Option<Vec<String>> {
    texts(item).filter(|tags| tags.iter().all(|tag| is_language_tag(tag)))
}

/// A quantity may be written with its unit, or as a number.
fn number_or_text(item: &Item) -> Option<String> {
    let number = || item.as_float().or_else(|| item.as_integer().map(|n| n as f64));
    item.as_str().map(str::to_owned).or_else(|| number().map(|n| n.to_string()))
}

fn record_spans(spans: &mut BTreeMap<String, Span>, path: String, item: &Item) {
    if let Some(table) = item.as_table_like() {
        for (name, item) in table.iter() {
            record_spans(spans, format!("{path}.{name}"), item);
        }
    }
    spans.insert(path, item.span());
}

fn to_json(item: &Item) -> Option<Json> {
    match item {
        Item::Value(value) => value_to_json(value),
        Item::Table(table) => table_to_json(table),
        Item::ArrayOfTables(tables) => {
            tables.iter().map(|t| table_to_json(t)).collect::<Option<Vec<_>>>().map(Json::Array)
        }
        Item::None => None,
    }
}

fn table_to_json(table: &dyn TableLike) -> Option<Json> {
    let pairs = table.iter().map(|(name, item)| Some((name.to_owned(), to_json(item)?)));
    pairs.collect::<Option<Map<_, _>>>().map(Json::Object)
}

fn value_to_json(value: &Value) -> Option<Json> {
    Some(match value {
        Value::String(s) => s.value().as_str().into(),
        Value::Integer(n) => (*n.value()).into(),
        Value::Float(x) => Json::Number(serde_json::Number::from_f64(*x.value())?),
        Value::Boolean(b) => (*b.value()).into(),
        Value::Datetime(_) => return None,
        Value::Array(items) => {
            Json::Array(items.iter().map(value_to_json).collect::<Option<Vec<_>>>()?)
        }
        Value::InlineTable(table) => table_to_json(table)?,
    })
}

#[cfg(test)]
mod tests;
