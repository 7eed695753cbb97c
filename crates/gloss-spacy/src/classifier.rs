//! The last layer of `spacy.Tagger.v2`: one class for each token.

use gloss_kernels::{Affine, Kernels, row};

use crate::error::Error;
use crate::matrix::{argmax, linear};
use crate::thinc::Model;

/// The layer; immutable.
#[derive(Debug)]
pub(crate) struct Classifier {
    layer: Affine,
    classes: usize,
}

impl Classifier {
    /// Reads the layer for token vectors of `width` numbers; it must have `classes` outputs.
    pub(crate) fn read(
        model: &Model<'_>,
        width: usize,
        classes: usize,
        kernels: Kernels,
    ) -> Result<Self, Error> {
        let file = model.file;
        let mut layers = model.named("softmax");
        let (Some(layer), None) = (layers.next(), layers.next()) else {
            return Err(Error::invalid(file, "nodes", "one softmax layer was expected"));
        };
        if u16::try_from(classes).is_err() || classes == 0 {
            return Err(Error::invalid(file, "softmax", format!("{classes} classes")));
        }
        let weights = layer.parameter("W", file)?;
        weights.expect(&[classes, width], file)?;
        let layer = linear(kernels, &weights, &layer.parameter("b", file)?, file)?;
        Ok(Self { layer, classes })
    }

    /// Appends the class with the highest score (the first of equals) of each of `count` tokens.
    pub(crate) fn classify(
        &self,
        vectors: &[f32],
        count: usize,
        scores: &mut Vec<f32>,
        classes: &mut Vec<u16>,
    ) {
        self.layer.product(vectors, row(self.layer.inputs()), count, scores);
        let rows = scores.chunks_exact(self.layer.outputs());
        classes.extend(rows.map(|scores| argmax(&scores[..self.classes]) as u16));
    }
}
