//! Variants of files: each is read once, whatever it holds.

use std::iter::Chain;
use std::vec::IntoIter;

use gloss_compare::variant::{Layers, SharedTexts, VariantBuilder};
use gloss_doc::Document;
use gloss_io::{Input, Reader, expand};

use crate::collect::{CollectOptions, Watch};
use crate::error::Error;
use crate::spec::FileSource;

/// Documents that are looked at for the layers that there are, before all are.
const LOOKED_AT: usize = 1_000;

/// What readers of the result should know of files that were read.
#[derive(Debug, Default)]
pub struct Read {
    /// What was left out, or noted.
    pub notes: Vec<String>,
    /// Layers that might have been chosen, and came too late.
    pub late: Vec<String>,
}

/// Files that are open.
pub struct OpenFiles {
    name: String,
    documents: Chain<IntoIter<Result<Document, gloss_io::Error>>, Reader>,
    progress: gloss_io::Progress,
    /// Whether there are more documents than were looked at.
    is_longer: bool,
    /// What the first documents hold.
    pub layers: Layers,
}

impl OpenFiles {
    /// Opens what a source names, and looks at the first documents.
    pub fn open(source: &FileSource, options: &CollectOptions<'_>) -> Result<OpenFiles, Error> {
        let inputs = expand(std::slice::from_ref(&source.path))?;
        let mut reader = Reader::new(inputs, (options.read_files)(source)?);
        reader.check()?;
        let progress = reader.progress();
        let mut layers = Layers::default();
        let mut first = Vec::new();
        for document in reader.by_ref().take(LOOKED_AT) {
            let document = document?;
            layers.see(&document);
            first.push(Ok(document));
        }
        let is_longer = first.len() == LOOKED_AT;
        let documents = first.into_iter().chain(reader);
        Ok(OpenFiles { name: source.path.clone(), documents, progress, is_longer, layers })
    }

    /// Looks at all other documents for layers; says whether there were any that can be read twice.
    pub fn look_further(
        &mut self,
        source: &FileSource,
        options: &CollectOptions<'_>,
    ) -> Result<bool, Error> {
        let inputs = expand(std::slice::from_ref(&source.path))?;
        if !self.is_longer || inputs.contains(&Input::Stdin) {
            return Ok(false);
        }
        let mut reader = Reader::new(inputs, (options.read_files)(source)?);
        reader.skip_documents(LOOKED_AT as u64);
        for document in reader {
            self.layers.see(&document?);
        }
        self.is_longer = false;
        Ok(true)
    }

    /// Reads all documents into the variants that are made of them. Gives what readers of the result
    /// should know: what a reader left out or noted, and layers that were not seen when some were chosen.
    pub fn read(
        mut self,
        builders: &mut [&mut VariantBuilder],
        texts: &mut SharedTexts,
        watch: &mut dyn Watch,
    ) -> Result<Read, Error> {
        let mut read = Read::default();
        let (mut noted, mut first_note) = (0_u64, None);
        let types: Vec<String> = builders
            .iter()
            .filter_map(|builder| self.layers.iter().find(|layer| layer.name == builder.layer()))
            .map(|layer| layer.layer_type.clone())
            .collect();
        watch.begins(&self.name, self.progress.clone());
        for document in self.documents {
            let document = document?;
            for layer in self.layers.see(&document) {
                if types.contains(&layer.layer_type) {
                    read.late.push(format!(
                        "{} has {} too, which is not compared: it first stands in document {:?}, behind \
                         the {LOOKED_AT} in which layers are looked for; say which layers are meant",
                        self.name, layer.name, document.id
                    ));
                }
            }
            if let [note, ..] = document.notes.as_slice() {
                noted += 1;
                first_note.get_or_insert_with(|| format!("{:?}: {note}", document.id));
            }
            let text = texts.share(&document);
            for builder in builders.iter_mut() {
                if is_unused_control(&document, builder.layer()) {
                    builder.add_empty(&document, &text);
                } else {
                    builder.add(&document, &text)?;
                }
            }
            watch.document();
            if watch.is_stopped() {
                break;
            }
        }
        let left_out = self.progress.left_out().into_iter();
        read.notes.extend(left_out.map(|what| format!("{}: {what} left out", self.name)));
        if let Some(first) = first_note {
            let name = &self.name;
            read.notes.push(format!("{noted} documents of {name} were read with a note: {first}"));
        }
        Ok(read)
    }
}

/// Whether the layer is of a control of Label Studio that a document lacks though it was annotated:
/// Label Studio writes nothing of a control in which nothing was chosen or marked.
fn is_unused_control(document: &Document, layer: &str) -> bool {
    let is_of = |name: &str| name.starts_with("label-studio/");
    is_of(layer)
        && document.layer(layer).is_none()
        && document.layers.iter().any(|other| is_of(&other.name))
}
