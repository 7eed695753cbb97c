//! Where the annotations stand that classes, texts and vectors speak of.

use gloss_doc::{Annotations, Document, Layer, NONE};

use crate::corpus::Target;
use crate::error::{CompareError, ErrorKind};

/// Finds them in a document.
pub struct Targets<'a> {
    layer: &'a Layer,
    target: Option<&'a Layer>,
}

impl<'a> Targets<'a> {
    pub fn new(document: &'a Document, layer: &'a Layer) -> Targets<'a> {
        let target = layer.schema.target.as_deref().and_then(|name| document.layer(name));
        Targets { layer, target }
    }

    /// The stretch of the text that an annotation of the target layer covers; `None` for the document.
    pub fn stretch(&self, id: u32) -> Result<Target, CompareError> {
        if id == NONE {
            return Ok(None);
        }
        let name = self.layer.schema.target.as_deref().unwrap_or("another layer");
        let Some(target) = self.target else {
            let message = format!("{} speaks of {name}, which is not there", self.layer.name);
            return Err(CompareError::new(ErrorKind::NoTarget, message)
                .help("write that layer as well: see `layers` of the pipeline's stages"));
        };
        let Annotations::Spans(spans) = &target.annotations else {
            let message = format!("{} speaks of {name}, which holds no spans", self.layer.name);
            return Err(CompareError::new(ErrorKind::NoTarget, message)
                .help("what is said of documents and of spans can be compared"));
        };
        match (spans.start.get(id as usize), spans.end.get(id as usize)) {
            (Some(&start), Some(&end)) => Ok(Some((start, end))),
            _ => {
                let message = format!("{} speaks of number {id} of {name}", self.layer.name);
                Err(CompareError::new(ErrorKind::NoTarget, message)
                    .help(format!("that layer has {} annotations", spans.start.len())))
            }
        }
    }
}
