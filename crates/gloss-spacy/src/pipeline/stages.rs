//! What a pipeline does, stage by stage, for benchmarks. Not part of the crate's interface.

use super::steps::Step;
use super::{Pipeline, Scratch, WINDOW};
use crate::error::Error;
use crate::tok2vec::Words;
use crate::tokenizer::Token;
use crate::watch::Watch;

/// Documents with the results of every stage but the one that is timed.
#[derive(Debug)]
pub struct Stages<'a> {
    pipeline: &'a Pipeline,
    documents: Vec<Prepared<'a>>,
    scratch: Scratch,
}

#[derive(Debug)]
struct Prepared<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    /// The vectors, by network.
    vectors: Vec<Vec<f32>>,
}

impl<'a> Stages<'a> {
    /// Runs the tokenizer and the networks.
    ///
    /// # Errors
    /// A pattern of the model that gives up on a text.
    pub fn new(pipeline: &'a Pipeline, texts: &'a [String]) -> Result<Self, Error> {
        let mut scratch = Scratch::new(pipeline);
        let prepare = |text: &'a String| {
            let tokens = pipeline.tokenize(text, &mut scratch)?;
            Ok(Prepared { text, tokens, vectors: Vec::new() })
        };
        let documents = texts.iter().map(prepare).collect::<Result<_, Error>>()?;
        let mut stages = Self { pipeline, documents, scratch };
        stages.encode();
        Ok(stages)
    }

    /// Embeds the words of each document, as if it were the first.
    pub fn embed(&mut self) {
        let Self { pipeline, documents, scratch } = self;
        for document in documents.iter() {
            let words = document.words(pipeline);
            for (network, scratch) in pipeline.steps.networks.iter().zip(&mut scratch.tok2vec) {
                network.embed_anew(&words, scratch);
            }
        }
    }

    /// Computes the vectors of all tokens; embeddings that fit in the cache are in it.
    pub fn encode(&mut self) {
        let Self { pipeline, documents, scratch } = self;
        let networks = &pipeline.steps.networks;
        scratch.start(networks.len());
        for document in documents {
            let mut vectors = std::mem::take(&mut document.vectors);
            vectors.resize_with(networks.len(), Vec::new);
            let (words, count) = (document.words(pipeline), document.tokens.len());
            for ((network, scratch), out) in
                networks.iter().zip(&mut scratch.tok2vec).zip(&mut vectors)
            {
                out.clear();
                for start in (0..count).step_by(WINDOW) {
                    let range = start..(start + WINDOW).min(count);
                    out.extend_from_slice(network.vectors(&words, range, scratch));
                }
            }
            document.vectors = vectors;
        }
    }

    /// Parses each document by its vectors.
    ///
    /// # Errors
    /// None, unless it is told to stop.
    pub fn parse(&mut self) -> Result<(), Error> {
        self.run(|step| matches!(step, Step::Parser(..)))
    }

    /// Finds the entities of each document by its vectors.
    ///
    /// # Errors
    /// None, unless it is told to stop.
    pub fn recognize(&mut self) -> Result<(), Error> {
        self.run(|step| matches!(step, Step::Recognizer(..)))
    }

    fn run(&mut self, runs: impl Fn(&Step) -> bool) -> Result<(), Error> {
        let Self { pipeline, documents, scratch } = self;
        let steps = &pipeline.steps;
        for document in documents {
            scratch.start(steps.networks.len());
            scratch.parser.start(document.tokens.len());
            std::mem::swap(&mut scratch.kept, &mut document.vectors);
            let (words, watch) = (document.words(pipeline), Watch::never());
            for step in steps.steps.iter().filter(|step| runs(step)) {
                if let Step::Parser(network, parser) = step {
                    steps.parse(*network, parser, &words, scratch, watch)?;
                }
                steps.apply(step, &words, &pipeline.symbols, scratch, watch)?;
            }
            std::mem::swap(&mut scratch.kept, &mut document.vectors);
        }
        Ok(())
    }
}

impl Prepared<'_> {
    fn words<'w>(&'w self, pipeline: &'w Pipeline) -> Words<'w> {
        let Pipeline { tokenizer, norms, .. } = pipeline;
        Words { text: self.text, tokens: &self.tokens, tokenizer, norms }
    }
}
