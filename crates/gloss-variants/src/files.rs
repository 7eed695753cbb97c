//! Variants of files: each is read once, whatever it holds.

use std::iter::Chain;
use std::vec::IntoIter;

use gloss_compare::variant::{Layers, SharedTexts, VariantBuilder};
use gloss_doc::Document;
use gloss_io::{Reader, expand};

use crate::collect::{CollectOptions, Watch};
use crate::error::Error;
use crate::spec::FileSource;

/// Documents that are looked at for the layers that there are.
const LOOKED_AT: usize = 1_000;

/// Files that are open.
pub struct OpenFiles {
    name: String,
    documents: Chain<IntoIter<Result<Document, gloss_io::Error>>, Reader>,
    progress: gloss_io::Progress,
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
        let documents = first.into_iter().chain(reader);
        Ok(OpenFiles { name: source.path.clone(), documents, progress, layers })
    }

    /// Reads all documents into the variants that are made of them.
    pub fn read(
        self,
        builders: &mut [&mut VariantBuilder],
        texts: &mut SharedTexts,
        watch: &mut dyn Watch,
    ) -> Result<(), Error> {
        watch.begins(&self.name, self.progress);
        for document in self.documents {
            let document = document?;
            let text = texts.share(&document);
            for builder in builders.iter_mut() {
                builder.add(&document, &text)?;
            }
            watch.document();
            if watch.is_stopped() {
                break;
            }
        }
        Ok(())
    }
}
