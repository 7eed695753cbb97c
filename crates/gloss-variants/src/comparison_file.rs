//! The comparison file: TOML to variants, and how they are compared.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use gloss_compare::GateRule;
use gloss_compare::rules::{BoundaryRules, LabelRules};
use gloss_compare::texts::TextOptions;
use gloss_compare::vectors::VectorOptions;
use gloss_host::{PipelineFile, Place, nearest};
use gloss_io::InputFormat;
use serde::Deserialize;
use serde_json::Value;
use toml::Spanned;

use crate::error::{Error, ErrorKind};
use crate::matrix::{Axis, MOST, combinations, name};
use crate::spec::{FileSource, Source, VariantSpec};

/// A comparison file. Relative paths in it are resolved against its folder.
#[derive(Clone, Debug)]
pub struct ComparisonFile {
    /// Where it was read from.
    pub path: PathBuf,
    /// Its text, for showing lines of it.
    pub text: String,
    /// How documents are read: a pipeline without stages.
    pub input: PipelineFile,
    /// The variants.
    pub variants: Vec<VariantSpec>,
    /// What pipelines are run over.
    pub documents: Vec<String>,
    /// Everything else.
    pub settings: ComparisonSettings,
}

/// How variants are compared, as far as the file says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ComparisonSettings {
    /// The layer of variants that name none.
    pub layer: Option<String>,
    /// The name of the variant that is taken to be right.
    pub gold: Option<String>,
    /// Which labels mean the same, and which are left out.
    pub labels: LabelRules,
    /// What is cut off spans for the boundary-normalised score.
    pub boundaries: Option<BoundaryRules>,
    /// Fields of the metadata by whose values results are sliced.
    pub slices: Vec<String>,
    /// Labels from low to high.
    pub label_order: Vec<String>,
    /// Whether documents are the same by their texts.
    pub by_text: bool,
    /// Whether texts that differ in white space alone are the same.
    pub ignore_white_space: bool,
    /// What must be ruled out.
    pub gate: Option<GateRule>,
    /// Seed of all random numbers.
    pub seed: Option<u64>,
    /// Resamples of the bootstrap.
    pub resamples: Option<usize>,
    /// How texts are compared.
    pub texts: TextOptions,
    /// How vectors are compared.
    pub vectors: VectorOptions,
}

/// A comparison file.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Comparison file"))]
#[serde(deny_unknown_fields)]
struct Parsed {
    /// Files, folders or patterns of the documents that pipelines are run over.
    #[serde(default)]
    documents: Vec<String>,
    /// How these documents are read, as in a pipeline file.
    #[serde(default, rename = "input")]
    #[cfg_attr(feature = "schema", schemars(with = "serde_json::Map<String, Value>"))]
    _input: toml::Table,
    /// What is compared.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<ParsedVariant>"))]
    variant: Vec<Spanned<ParsedVariant>>,
    /// The layer of variants that name none: `stage/layer`, a stage, or a type of layers.
    layer: Option<String>,
    /// The name of the variant that is taken to be right.
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    gold: Option<Spanned<String>>,
    /// Which labels mean the same, and which are left out.
    #[serde(default)]
    labels: LabelRules,
    /// What is cut off spans for the boundary-normalised score.
    boundaries: Option<BoundaryRules>,
    /// Fields of the metadata by whose values results are sliced.
    #[serde(default)]
    slices: Vec<String>,
    /// Labels from low to high, for ordinal agreement.
    #[serde(default)]
    label_order: Vec<String>,
    /// Documents are found to be the same by their texts, not their ids.
    #[serde(default)]
    by_text: bool,
    /// Texts that differ in white space alone are the same.
    #[serde(default)]
    ignore_white_space: bool,
    /// What must be ruled out for the command to succeed.
    gate: Option<GateRule>,
    /// Seed of all random numbers.
    seed: Option<u64>,
    /// Resamples of the bootstrap.
    resamples: Option<usize>,
    /// How texts are compared.
    #[serde(default)]
    texts: TextOptions,
    /// How vectors are compared.
    #[serde(default)]
    vectors: VectorOptions,
}

/// What is compared: a file, a pipeline, or stages.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Variant"))]
#[serde(deny_unknown_fields)]
struct ParsedVariant {
    /// Its name; by default that of the file, the stage or the layer, whichever tells variants apart.
    name: Option<String>,
    /// A file, a folder or a pattern of documents with layers.
    file: Option<String>,
    /// The file's format; by default its name tells it.
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    format: Option<Spanned<String>>,
    /// The layer.
    layer: Option<String>,
    /// A pipeline file.
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pipeline: Option<Spanned<String>>,
    /// The stages of a pipeline.
    #[serde(rename = "stage")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<Vec<serde_json::Map<String, Value>>>"))]
    stages: Option<Vec<toml::Table>>,
    /// Options of the pipeline's stages that are other than its file says, by stage.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(with = "BTreeMap<String, BTreeMap<String, Value>>"))]
    options: Given,
    /// Lists of values of options, by stage: the variant is made once for each combination.
    #[serde(default)]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "BTreeMap<String, BTreeMap<String, Vec<Value>>>")
    )]
    matrix: Given,
}

/// Values of options by stage and option.
type Given = BTreeMap<String, BTreeMap<String, Spanned<toml::Value>>>;

/// The JSON Schema of a comparison file, but for what a stage is.
#[cfg(feature = "schema")]
#[must_use]
pub fn schema() -> Value {
    schemars::schema_for!(Parsed).to_value()
}

impl ComparisonFile {
    /// Reads a comparison file.
    ///
    /// # Errors
    /// What is wrong with it, with its place; of pipelines all that is wrong.
    pub fn read(path: &Path) -> Result<ComparisonFile, Error> {
        let text = fs::read_to_string(path).map_err(|e| {
            let message = format!("the comparison file {} cannot be read: {e}", path.display());
            Error::new(ErrorKind::Unreadable, message, "check the path")
        })?;
        ComparisonFile::parse(path, text)
    }

    /// Reads a comparison from its text; `path` is for messages, and its folder for relative paths.
    ///
    /// # Errors
    /// As [`ComparisonFile::read`].
    pub fn parse(path: &Path, text: String) -> Result<ComparisonFile, Error> {
        let parsed: Parsed = toml::from_str(&text).map_err(|error| syntax(path, &error))?;
        let input = PipelineFile::embedded(path, text.clone(), None).map_err(Error::Pipeline)?;
        let reader = Reader { path, text: &text };
        let mut variants = Vec::new();
        for (number, variant) in parsed.variant.iter().enumerate() {
            variants.extend(reader.variant(number, variant)?);
        }
        if let Some(gold) = &parsed.gold {
            let names: Vec<&str> = variants.iter().filter_map(|v| v.name.as_deref()).collect();
            reader.check_gold(gold, &names, variants.len())?;
        }
        let base = reader.base();
        Ok(ComparisonFile {
            path: path.to_owned(),
            input,
            variants,
            documents: parsed.documents.iter().map(|path| joined(base, path)).collect(),
            settings: ComparisonSettings {
                layer: parsed.layer,
                gold: parsed.gold.map(Spanned::into_inner),
                labels: parsed.labels,
                boundaries: parsed.boundaries,
                slices: parsed.slices,
                label_order: parsed.label_order,
                by_text: parsed.by_text,
                ignore_white_space: parsed.ignore_white_space,
                gate: parsed.gate,
                seed: parsed.seed,
                texts: parsed.texts,
                vectors: parsed.vectors,
                resamples: parsed.resamples,
            },
            text,
        })
    }
}

struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
}

impl Reader<'_> {
    fn base(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }

    fn place(&self, span: Range<usize>) -> Place {
        Place { file: self.path.to_owned(), span: Some(span), position: None }
    }

    /// The variants of a table: several where it has a matrix.
    fn variant(
        &self,
        number: usize,
        table: &Spanned<ParsedVariant>,
    ) -> Result<Vec<VariantSpec>, Error> {
        let (variant, place) = (table.get_ref(), self.place(table.span()));
        let refuse = |message: &str, help: &str| {
            Err(Error::new(ErrorKind::BadVariant, message, help).at(place.clone()))
        };
        let sources =
            [variant.file.is_some(), variant.pipeline.is_some(), variant.stages.is_some()];
        if sources.iter().filter(|given| **given).count() != 1 {
            return refuse(
                "a variant has one of `file`, `pipeline` and `[[variant.stage]]`",
                "say where its annotations come from, once",
            );
        }
        let spec = |name: Option<String>, source| VariantSpec {
            name,
            source,
            layer: variant.layer.clone(),
            place: Some(place.clone()),
        };
        if let Some(file) = &variant.file {
            if !(variant.options.is_empty() && variant.matrix.is_empty()) {
                return refuse(
                    "a variant of a file has no stages whose options could be given",
                    "",
                );
            }
            let format = variant.format.as_ref().map(|format| self.format(format)).transpose()?;
            let source = FileSource { path: joined(self.base(), file), format };
            return Ok(vec![spec(variant.name.clone(), Source::File(source))]);
        }
        if variant.format.is_some() {
            return refuse("only a variant of a file has a format", "see `[input]` for documents");
        }
        let axes = self.axes(&variant.matrix)?;
        let Some(all) = combinations(&axes) else {
            return refuse(
                &format!("the matrix makes more than {MOST} variants"),
                "make it smaller",
            );
        };
        let pipeline = self.pipeline(number, variant)?;
        let of = |combination: &crate::matrix::Combination<'_>| {
            let mut pipeline = pipeline.clone();
            for (axis, (value, place)) in combination {
                pipeline.override_option(
                    &axis.stage,
                    &axis.option,
                    value.clone(),
                    place.clone(),
                )?;
            }
            let name = name(variant.name.as_deref(), combination);
            Ok(spec(name, Source::Pipeline(Box::new(pipeline))))
        };
        all.iter().map(of).collect()
    }

    fn pipeline(&self, number: usize, variant: &ParsedVariant) -> Result<PipelineFile, Error> {
        let mut pipeline = match &variant.pipeline {
            Some(path) => {
                let file = PathBuf::from(joined(self.base(), path.get_ref()));
                PipelineFile::read(&file).map_err(|mut errors| {
                    // Where it is named tells more than that it cannot be read.
                    for error in errors
                        .iter_mut()
                        .filter(|e| e.kind == gloss_host::ErrorKind::PipelineUnreadable)
                    {
                        error.place = Some(self.place(path.span()));
                    }
                    Error::Pipeline(errors)
                })?
            }
            None => {
                let table = Some(("variant", number));
                PipelineFile::embedded(self.path, self.text.to_owned(), table)
                    .map_err(Error::Pipeline)?
            }
        };
        for (stage, options) in &variant.options {
            for (option, value) in options {
                let place = self.place(value.span());
                let value = self.value(option, value.get_ref(), &place)?;
                pipeline.override_option(stage, option, value, place)?;
            }
        }
        Ok(pipeline)
    }

    fn axes(&self, matrix: &Given) -> Result<Vec<Axis>, Error> {
        let mut axes = Vec::new();
        for (stage, options) in matrix {
            for (option, values) in options {
                let place = self.place(values.span());
                let toml::Value::Array(values) = values.get_ref() else {
                    let message = format!("the matrix gives {option:?} one value, not a list");
                    return Err(Error::new(ErrorKind::BadVariant, message, "write [value, value]")
                        .at(place));
                };
                let values = values
                    .iter()
                    .map(|value| Ok((self.value(option, value, &place)?, place.clone())));
                let values = values.collect::<Result<Vec<_>, Error>>()?;
                if values.is_empty() {
                    let message = format!("the matrix gives {option:?} no values");
                    return Err(
                        Error::new(ErrorKind::BadVariant, message, "name one or more").at(place)
                    );
                }
                axes.push(Axis { stage: stage.clone(), option: option.clone(), values });
            }
        }
        Ok(axes)
    }

    fn value(&self, option: &str, value: &toml::Value, place: &Place) -> Result<Value, Error> {
        to_json(value).ok_or_else(|| {
            let message = format!("{option:?} must be a finite number, not a date");
            Error::new(ErrorKind::Syntax, message, "").at(place.clone())
        })
    }

    fn format(&self, format: &Spanned<String>) -> Result<InputFormat, Error> {
        format.get_ref().parse::<InputFormat>().map_err(|error| {
            Error::new(ErrorKind::BadVariant, error.message, &error.help)
                .at(self.place(format.span()))
        })
    }

    /// Where all variants are named, the gold must be one of them.
    fn check_gold(&self, gold: &Spanned<String>, names: &[&str], all: usize) -> Result<(), Error> {
        let wanted = gold.get_ref().as_str();
        if names.len() < all || names.contains(&wanted) {
            return Ok(());
        }
        let help = match nearest(wanted, names.iter().copied()) {
            Some(near) => format!("did you mean {near:?}?"),
            None => format!("variants are: {}", names.join(", ")),
        };
        let message = format!("the gold {wanted:?} is not among the variants");
        Err(Error::new(ErrorKind::BadGold, message, &help).at(self.place(gold.span())))
    }
}

fn joined(base: &Path, path: &str) -> String {
    if path == "-" { path.to_owned() } else { base.join(path).to_string_lossy().into_owned() }
}

fn to_json(value: &toml::Value) -> Option<Value> {
    Some(match value {
        toml::Value::String(text) => text.as_str().into(),
        toml::Value::Integer(number) => (*number).into(),
        toml::Value::Float(number) => Value::Number(serde_json::Number::from_f64(*number)?),
        toml::Value::Boolean(truth) => (*truth).into(),
        toml::Value::Datetime(_) => return None,
        toml::Value::Array(items) => items.iter().map(to_json).collect::<Option<Vec<_>>>()?.into(),
        toml::Value::Table(table) => {
            let pairs = table.iter().map(|(name, value)| Some((name.clone(), to_json(value)?)));
            Value::Object(pairs.collect::<Option<_>>()?)
        }
    })
}

/// The error of a text that is no comparison file. Of a key that is not known the parser lists those
/// that there are.
fn syntax(path: &Path, error: &toml::de::Error) -> Error {
    let message = error.message().trim();
    let mut quoted = message.split('`').skip(1).step_by(2);
    let unknown = message.starts_with("unknown field").then(|| quoted.next()).flatten();
    let error_of = match unknown {
        Some(key) => {
            let known: Vec<&str> = quoted.collect();
            let help = match nearest(key, known.iter().copied()) {
                Some(near) => format!("did you mean {near:?}?"),
                None => format!("there are: {}", known.join(", ")),
            };
            Error::new(ErrorKind::UnknownKey, format!("there is no key {key:?} here"), &help)
        }
        None => Error::new(ErrorKind::Syntax, message, ""),
    };
    error_of.at(Place { file: path.to_owned(), span: error.span(), position: None })
}

#[cfg(test)]
#[path = "comparison_file_tests.rs"]
mod tests;
