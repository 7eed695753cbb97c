//! Vectors of the tokens of variants' texts, for BERTScore: a pipeline of its own, over the texts as documents.

use std::collections::HashMap;
use std::path::Path;

use gloss_compare::variant::token_vectors;
use gloss_compare::vectors::VectorOptions;
use gloss_compare::{TokenVectors, Variant};
use gloss_doc::{Document, Kind};
use gloss_host::{Outcome, Pipeline, PipelineFile, Place, RunSink};
use serde_json::Value;

use crate::collect::{CollectOptions, Watch};
use crate::error::{Error, ErrorKind};

/// The pipeline: of one stage, whose options are given one by one.
const PIPELINE: &str = "[[stage]]\nid = \"bertscore\"\nextractor = \"gloss/transformers:embeddings\"\n\
                        options = { of = \"tokens\", special_tokens = true }\n";
const STAGE: &str = "bertscore";
const LAYER: &str = "bertscore/embeddings";

/// A pipeline that gives tokens of texts their vectors, planned.
pub struct TokenStage(Pipeline);

impl TokenStage {
    /// Plans it for layers of these kinds, if vectors are asked for.
    pub fn plan(
        kinds: impl IntoIterator<Item = Kind>,
        options: &CollectOptions<'_>,
    ) -> Result<Option<TokenStage>, Error> {
        let VectorOptions { model, layer, prefix, .. } = options.vectors;
        let Some(model) = model else { return Ok(None) };
        if kinds.into_iter().any(|kind| kind != Kind::Texts) {
            let message = "BERTScore is of texts, and what is compared are others";
            let help = "name a layer of texts, such as summaries; or leave the model out";
            return Err(Error::new(ErrorKind::NoTexts, message, help));
        }
        let path = Path::new("BERTScore");
        let mut file = PipelineFile::parse(path, PIPELINE.to_owned()).map_err(Error::Pipeline)?;
        let given = [
            Some(("model", Value::from(model.as_str()))),
            layer.map(|layer| ("layer", layer.into())),
            (!prefix.is_empty()).then(|| ("prefix", prefix.as_str().into())),
        ];
        let place = Place { file: path.to_owned(), span: None, position: None };
        for (option, value) in given.into_iter().flatten() {
            file.override_option(STAGE, option, value, place.clone())?;
        }
        Ok(Some(TokenStage((options.plan)(file)?)))
    }

    /// Gives the tokens of all texts of the variants their vectors; texts that are the same go through the
    /// model once. Returns how many texts it failed with, and why with the first.
    pub fn run(
        mut self,
        variants: &mut [Variant],
        options: &CollectOptions<'_>,
        watch: &mut dyn Watch,
    ) -> Result<(u64, Option<String>), Error> {
        let (texts, numbers) = different(variants);
        (options.prepare)(&mut self.0)?;
        self.0.load(options.run.threads).map_err(Error::Pipeline)?;
        let documents = texts.into_iter().enumerate().map(|(number, text)| {
            Ok(Document { id: number.to_string(), text, ..Document::default() })
        });
        let mut sink = Sink { watch, found: Vec::new(), failed: (0, None) };
        self.0.run(documents, &options.run, options.control, &mut sink)?;
        let Sink { mut found, failed, .. } = sink;
        let mut numbers = numbers.into_iter();
        for document in variants.iter_mut().flat_map(|variant| &mut variant.documents) {
            for (text, (number, is_last)) in document.texts.iter().zip(&mut numbers) {
                // They are large: what no other text needs is not copied.
                let vectors = found.get_mut(number);
                let vectors = vectors.and_then(|of| if is_last { of.take() } else { of.clone() });
                let of_text = |vectors| TokenVectors { target: text.target, ..vectors };
                document.token_vectors.extend(vectors.map(of_text));
            }
        }
        Ok(failed)
    }
}

/// The different texts of the variants; and for each text, in order, the number of the one that it is the same
/// as, and whether it is the last that is.
fn different(variants: &[Variant]) -> (Vec<String>, Vec<(usize, bool)>) {
    let documents = variants.iter().flat_map(|variant| &variant.documents);
    let all: Vec<&str> =
        documents.flat_map(|document| &document.texts).map(|text| text.text.as_str()).collect();
    let (mut different, mut known) = (Vec::new(), HashMap::new());
    let mut numbers: Vec<(usize, bool)> = Vec::with_capacity(all.len());
    for (at, &text) in all.iter().enumerate() {
        let entry = known.entry(text).or_insert_with(|| {
            different.push(text.to_owned());
            (different.len() - 1, at)
        });
        numbers[..].get_mut(entry.1).into_iter().for_each(|before| before.1 = false);
        entry.1 = at;
        numbers.push((entry.0, true));
    }
    (different, numbers)
}

/// Takes what comes out, in the order of the texts.
struct Sink<'a> {
    watch: &'a mut dyn Watch,
    found: Vec<Option<TokenVectors>>,
    failed: (u64, Option<String>),
}

impl RunSink<Error> for &mut Sink<'_> {
    fn outcome(&mut self, outcome: Outcome) -> Result<(), Error> {
        self.watch.document();
        match outcome {
            Outcome::Annotated(document) => {
                self.found.push(Some(token_vectors(&document, LAYER, None)?));
            }
            Outcome::Failed(_, failures) => {
                self.failed.0 += 1;
                let first = self.failed.1.take();
                self.failed.1 = first.or_else(|| crate::pipelines::why(&failures));
                self.found.push(None);
            }
            Outcome::Unreadable(_) | Outcome::Interrupted(_) | Outcome::Observed(_) => {
                self.found.push(None);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use gloss_compare::{Text, VariantDocument};

    use super::*;

    #[test]
    fn texts_that_are_the_same_go_through_the_model_once() {
        let variant = |texts: &[&str]| {
            let text = |text: &&str| Text { text: (*text).to_owned(), ..Text::default() };
            let texts = texts.iter().map(text).collect();
            let document = VariantDocument { texts, ..VariantDocument::default() };
            Variant { documents: vec![document, VariantDocument::default()], ..Variant::default() }
        };
        let (texts, numbers) = different(&[variant(&["a", "b", "a"]), variant(&["b", "c"])]);
        assert_eq!(texts, ["a", "b", "c"]);
        assert_eq!(numbers, [(0, false), (1, false), (0, true), (1, true), (2, true)]);
    }
}
