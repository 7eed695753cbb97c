//! Makes a variant of the documents of one source.

use std::collections::HashMap;
use std::sync::Arc;

use gloss_doc::{Annotations, Document, Layer, LayerSchema, Producer};

use super::classes;
use super::targets::Targets;
use crate::corpus::{Span, Text, Variant, VariantDocument, Vector};
use crate::error::CompareError;

/// Collects one layer of documents, which may come in any order.
///
/// Spans are taken as they are, under the layer's type where they have no labels. Of classes the
/// targets become stretches of the text; of several classes of one target that with the highest
/// score counts, and the scores become probabilities where the layer says that they are, or numbers
/// where it says that they are graded. Texts and vectors have targets as classes have.
#[derive(Debug)]
pub struct VariantBuilder {
    variant: Variant,
    layer: String,
    labels: HashMap<String, u32>,
    /// The last schema that was seen, with the variant's label for each of its own: documents of
    /// one run share it.
    last: Option<(Arc<LayerSchema>, Vec<u32>)>,
    without_layer: Vec<String>,
    producer: Option<Arc<Producer>>,
}

impl VariantBuilder {
    /// A variant of this name, of the layer with this full name.
    #[must_use]
    pub fn new(name: &str, layer: &str) -> VariantBuilder {
        VariantBuilder {
            variant: Variant { name: name.to_owned(), ..Variant::default() },
            layer: layer.to_owned(),
            labels: HashMap::new(),
            last: None,
            without_layer: Vec::new(),
            producer: None,
        }
    }

    /// The variant's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.variant.name
    }

    /// What made the layer, in the first document that has it.
    #[must_use]
    pub fn producer(&self) -> Option<&Producer> {
        self.producer.as_deref()
    }

    /// The full name of the layer that is collected.
    #[must_use]
    pub fn layer(&self) -> &str {
        &self.layer
    }

    /// Ids of documents that lack the layer so far. They are not part of the variant: that nobody
    /// annotated a document says nothing of what is in it. Where nothing is, a layer is empty.
    #[must_use]
    pub fn without_layer(&self) -> &[String] {
        &self.without_layer
    }

    /// Adds a document; `text` is its text.
    ///
    /// # Errors
    ///
    /// Where classes speak of annotations that are not there.
    pub fn add(&mut self, document: &Document, text: &Arc<str>) -> Result<(), CompareError> {
        let Some(layer) = document.layer(&self.layer) else {
            self.without_layer.push(document.id.clone());
            return Ok(());
        };
        let mut added = bare(document, text);
        let labels = self.labels_of(layer);
        self.take(document, layer, &labels, &mut added).map_err(|error| {
            let place = format!("document {:?} of {:?}", document.id, self.variant.name);
            CompareError { message: format!("in {place} {}", error.message), ..error }
        })?;
        self.last = Some((Arc::clone(&layer.schema), labels));
        self.producer.get_or_insert_with(|| Arc::clone(&layer.producer));
        self.variant.documents.push(added);
        Ok(())
    }

    /// Adds a document that was annotated and has no annotations of this layer, whether it has the
    /// layer or not.
    pub fn add_empty(&mut self, document: &Document, text: &Arc<str>) {
        self.variant.documents.push(bare(document, text));
    }

    /// The variant.
    #[must_use]
    pub fn finish(self) -> Variant {
        self.variant
    }

    fn take(
        &self,
        document: &Document,
        layer: &Layer,
        labels: &[u32],
        added: &mut VariantDocument,
    ) -> Result<(), CompareError> {
        match &layer.annotations {
            Annotations::Spans(spans) => {
                let bounds = spans.start.iter().zip(&spans.end).enumerate();
                added.spans.extend(bounds.map(|(row, (&start, &end))| {
                    // Spans without labels have one all the same: the last, which is their type.
                    let label = spans.label.get(row).and_then(|&label| labels.get(label as usize));
                    let label = label.or(labels.last()).copied().unwrap_or_default();
                    Span { start, end, label }
                }));
            }
            Annotations::Classes(_) => {
                (added.classes, added.values) = classes::of_layer(document, layer, labels)?;
            }
            Annotations::Texts(texts) => {
                let targets = Targets::new(document, layer);
                for (row, &id) in texts.target.iter().enumerate() {
                    added.texts.push(Text {
                        target: targets.stretch(id)?,
                        text: texts.text.get(row).to_owned(),
                        sentences: Vec::new(),
                    });
                }
            }
            Annotations::Vectors(vectors) => {
                let targets = Targets::new(document, layer);
                let values = vectors.values.chunks_exact(vectors.dimension.max(1) as usize);
                for (&id, values) in vectors.target.iter().zip(values) {
                    let (target, values) = (targets.stretch(id)?, values.to_vec());
                    added.vectors.push(Vector { target, values });
                }
            }
            Annotations::Relations(_) => {}
        }
        Ok(())
    }

    /// The variant's label for each label of the layer, and last the one for what has none.
    fn labels_of(&mut self, layer: &Layer) -> Vec<u32> {
        if let Some((schema, labels)) = &self.last
            && Arc::ptr_eq(schema, &layer.schema)
        {
            return labels.clone();
        }
        let names = layer.schema.labels.iter().chain([&layer.schema.layer_type]);
        let mut known = Vec::with_capacity(layer.schema.labels.len() + 1);
        for name in names {
            let next = self.labels.len() as u32;
            let index = *self.labels.entry(name.clone()).or_insert_with(|| {
                self.variant.labels.push(name.clone());
                next
            });
            known.push(index);
        }
        known
    }
}

/// A document without annotations.
fn bare(document: &Document, text: &Arc<str>) -> VariantDocument {
    VariantDocument {
        id: document.id.clone(),
        text: Some(Arc::clone(text)),
        metadata: document.metadata.clone(),
        ..VariantDocument::default()
    }
}

#[cfg(test)]
#[path = "builder_tests.rs"]
mod tests;
