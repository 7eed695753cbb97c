//! A variant before its annotations are there.

use gloss_host::{PipelineFile, Place};
use gloss_io::InputFormat;

/// A variant, as it is asked for.
#[derive(Clone, Debug)]
pub struct VariantSpec {
    /// Its name, where one is given.
    pub name: Option<String>,
    /// Where its annotations come from.
    pub source: Source,
    /// The layer, as [`choose`](gloss_compare::variant::choose) takes it.
    pub layer: Option<String>,
    /// Where it stands, if in a comparison file.
    pub place: Option<Place>,
}

/// Where annotations come from.
#[derive(Clone, Debug)]
pub enum Source {
    /// Files of documents with layers.
    File(FileSource),
    /// A pipeline, which is run over the documents of the comparison.
    Pipeline(Box<PipelineFile>),
}

/// Files of documents with layers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSource {
    /// A file, a folder or a pattern.
    pub path: String,
    /// Their format, where it is given.
    pub format: Option<InputFormat>,
}

impl Source {
    /// The file, or the pipeline's file.
    pub(crate) fn path(&self) -> String {
        match self {
            Source::File(file) => file.path.clone(),
            Source::Pipeline(pipeline) => pipeline.path.display().to_string(),
        }
    }
}
