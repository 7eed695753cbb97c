//! The last layer of `spacy.Tagger.v2`: one class for each token.

use crate::error::Error;
use crate::matrix::Affine;
use crate::thinc::Model;

/// The layer; immutable.
#[derive(Debug)]
pub(crate) struct Classifier(Affine);

impl Classifier {
    /// Reads the layer for token vectors of `width` numbers; it must have `classes` outputs.
    pub(crate) fn read(model: &Model<'_>, width: usize, classes: usize) -> Result<Self, Error> {
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
        Ok(Self(Affine::linear(&weights, &layer.parameter("b", file)?, file)?))
    }

    /// Appends the class with the highest score (the first of equals) of each of `count` tokens.
    pub(crate) fn classify(
        &self,
        vectors: &[f32],
        count: usize,
        scores: &mut Vec<f32>,
        classes: &mut Vec<u16>,
    ) {
        self.0.product(vectors, self.0.inputs, count, scores);
        self.0.add_bias(scores);
        classes.extend(scores.chunks_exact(self.0.outputs).map(|scores| {
            let better = |best: usize, at: usize| if scores[at] > scores[best] { at } else { best };
            (1..scores.len()).fold(0, better) as u16
        }));
    }
}
