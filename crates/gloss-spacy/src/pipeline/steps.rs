//! The components that run, and how they run over one document.

use gloss_kernels::row;

use super::{KEPT_TOKENS, Scratch, WINDOW};
use crate::annotations::Annotations;
use crate::classifier::Classifier;
use crate::error::Error;
use crate::lemmatizer::Lemmatizer;
use crate::lexeme::is_space_token;
use crate::ner::{self, Ner};
use crate::parser::Parser;
use crate::ruler::Ruler;
use crate::symbols::{Symbol, Symbols};
use crate::tok2vec::{Tok2Vec, Tok2VecScratch, Words};
use crate::watch::{OFTEN, Watch};

/// A component; networks by their position in the pipeline's list.
#[derive(Debug)]
pub(super) enum Step {
    Tagger(TagStep),
    /// With features as labels, and parts of speech beside them.
    Morphologizer(TagStep, Vec<Symbol>),
    /// Class 1 starts a sentence.
    Senter(TagStep),
    Parser(usize, Box<Parser>),
    Ruler(Ruler),
    Lemmatizer(Box<Lemmatizer>),
    Recognizer(usize, Box<Ner>),
}

/// A component that gives each token one of its labels.
#[derive(Debug)]
pub(super) struct TagStep {
    pub(super) network: usize,
    pub(super) classifier: Classifier,
    pub(super) labels: Vec<Symbol>,
    /// Whether it replaces what is set already.
    pub(super) overwrite: bool,
}

/// The classes that components gave to tokens.
#[derive(Debug, Default)]
pub(super) struct Classes {
    tags: Vec<u16>,
    analyses: Vec<u16>,
    starts: Vec<u16>,
    scores: Vec<f32>,
}

/// The steps of a loaded pipeline, in its order.
#[derive(Debug)]
pub(super) struct Steps {
    pub(super) networks: Vec<Tok2Vec>,
    pub(super) steps: Vec<Step>,
    /// Whether the senter runs before the parser, which then keeps to the sentences it is given.
    parser_waits: bool,
    pub(super) entities_within_sentences: bool,
}

impl Steps {
    pub(super) fn new(networks: Vec<Tok2Vec>, steps: Vec<Step>, within: bool) -> Self {
        let place = |test: fn(&Step) -> bool| steps.iter().position(test);
        let senter = place(|step| matches!(step, Step::Senter(_)));
        let parser = place(|step| matches!(step, Step::Parser(..)));
        let parser_waits = senter.is_some() && senter < parser;
        Self { networks, steps, parser_waits, entities_within_sentences: within }
    }

    /// Runs everything over the tokens in `scratch`.
    pub(super) fn run(
        &self,
        words: &Words<'_>,
        symbols: &Symbols,
        scratch: &mut Scratch,
        watch: Watch<'_>,
    ) -> Result<(), Error> {
        let count = words.tokens.len();
        if self.steps.iter().any(|step| matches!(step, Step::Parser(..))) {
            scratch.parser.start(count);
        }
        if self.steps.iter().any(|step| !matches!(step, Step::Recognizer(..))) {
            scratch.annotations.start(count);
        }
        for network in 0..self.networks.len() {
            self.classify(network, words, scratch, watch)?;
        }
        if self.parser_waits {
            let class = |&class: &u16| class == 1;
            scratch.known_starts.extend(scratch.classes.starts.iter().map(class));
            for step in &self.steps {
                if let Step::Parser(network, parser) = step {
                    self.parse(*network, parser, words, scratch, watch)?;
                }
            }
        }
        for step in &self.steps {
            watch.check()?;
            self.apply(step, words, symbols, scratch, watch)?;
        }
        Ok(())
    }

    /// Runs all that needs nothing but the vectors of one network, window by window.
    fn classify(
        &self,
        network: usize,
        words: &Words<'_>,
        scratch: &mut Scratch,
        watch: Watch<'_>,
    ) -> Result<(), Error> {
        let uses = |step: &&Step| match step {
            Step::Tagger(tag) | Step::Morphologizer(tag, _) | Step::Senter(tag) => {
                tag.network == network
            }
            Step::Parser(own, _) => *own == network && !self.parser_waits,
            _ => false,
        };
        let users: Vec<&Step> = self.steps.iter().filter(uses).collect();
        if users.is_empty() {
            return Ok(());
        }
        let again = self.steps.iter().any(|step| match step {
            Step::Recognizer(own, _) => *own == network,
            Step::Parser(own, _) => *own == network && self.parser_waits,
            _ => false,
        });
        let count = words.tokens.len();
        let Scratch { tok2vec, kept, classes, parser: state, .. } = scratch;
        for start in (0..count).step_by(WINDOW) {
            check_window(watch, start)?;
            let range = start..(start + WINDOW).min(count);
            let net = &self.networks[network];
            let vectors = net.vectors(words, range.clone(), &mut tok2vec[network]);
            for step in &users {
                let (tag, out) = match step {
                    Step::Tagger(tag) => (tag, &mut classes.tags),
                    Step::Morphologizer(tag, _) => (tag, &mut classes.analyses),
                    Step::Senter(tag) => (tag, &mut classes.starts),
                    Step::Parser(_, parser) => {
                        parser.advance(&range, vectors, None, state);
                        continue;
                    }
                    _ => continue,
                };
                tag.classifier.classify(vectors, range.len(), &mut classes.scores, out);
            }
            if again && count <= KEPT_TOKENS {
                kept[network].extend_from_slice(vectors);
            }
        }
        Ok(())
    }

    fn parse(
        &self,
        network: usize,
        parser: &Parser,
        words: &Words<'_>,
        scratch: &mut Scratch,
        watch: Watch<'_>,
    ) -> Result<(), Error> {
        let Scratch { tok2vec, kept, parser: state, known_starts, .. } = scratch;
        let source = Vectors { net: &self.networks[network], kept: &kept[network] };
        for start in (0..words.tokens.len()).step_by(WINDOW) {
            check_window(watch, start)?;
            let range = start..(start + WINDOW).min(words.tokens.len());
            let vectors = source.get(words, range.clone(), &mut tok2vec[network]);
            parser.advance(&range, vectors, Some(known_starts), state);
        }
        Ok(())
    }

    /// Lets a component set what it found.
    fn apply(
        &self,
        step: &Step,
        words: &Words<'_>,
        symbols: &Symbols,
        scratch: &mut Scratch,
        watch: Watch<'_>,
    ) -> Result<(), Error> {
        let Scratch { annotations, classes, tree, ruler, lemmas, .. } = scratch;
        match step {
            Step::Tagger(tag) => {
                set(&mut annotations.tag, &classes.tags, &tag.labels, tag.overwrite);
            }
            Step::Morphologizer(tag, pos) => {
                let Annotations { morph, pos: parts, .. } = annotations;
                set(morph, &classes.analyses, &tag.labels, tag.overwrite);
                set(parts, &classes.analyses, pos, tag.overwrite);
            }
            Step::Senter(tag) => {
                if tree.starts.is_empty() || tag.overwrite {
                    // Token 0 starts a sentence from the beginning.
                    let start =
                        |(at, &class): (usize, &u16)| class == 1 || (at == 0 && !tag.overwrite);
                    tree.starts.clear();
                    tree.starts.extend(classes.starts.iter().enumerate().map(start));
                }
            }
            Step::Parser(_, parser) => {
                let is_space = |at: usize| is_space_token(words.word(&words.tokens[at]));
                parser.tree(&scratch.parser, is_space, tree);
            }
            Step::Ruler(rules) => {
                let parsed = !tree.heads.is_empty();
                rules.apply(words, annotations, parsed.then_some(tree), ruler, watch)?;
            }
            Step::Lemmatizer(lemmatizer) => {
                lemmatizer.apply(words, symbols, annotations, lemmas, watch)?;
            }
            Step::Recognizer(network, ner) => {
                self.recognize(*network, ner, words, scratch, watch)?;
            }
        }
        Ok(())
    }

    fn recognize(
        &self,
        network: usize,
        ner: &Ner,
        words: &Words<'_>,
        scratch: &mut Scratch,
        watch: Watch<'_>,
    ) -> Result<(), Error> {
        let Scratch { tok2vec, kept, ner: state, spans, tree, .. } = scratch;
        let is_space = |at: usize| is_space_token(words.word(&words.tokens[at]));
        let limits = self.entities_within_sentences && !tree.starts.is_empty();
        let sent_start = limits.then_some(tree.starts.as_slice());
        let document = ner::Document { len: words.tokens.len(), is_space: &is_space, sent_start };
        let source = Vectors { net: &self.networks[network], kept: &kept[network] };
        state.start();
        for start in (0..words.tokens.len()).step_by(WINDOW) {
            check_window(watch, start)?;
            let range = start..(start + WINDOW).min(words.tokens.len());
            let vectors = source.get(words, range.clone(), &mut tok2vec[network]);
            ner.decide(&document, range, vectors, state, spans);
        }
        Ok(())
    }
}

/// Asks before every so many windows whether to go on.
fn check_window(watch: Watch<'_>, start: usize) -> Result<(), Error> {
    if start.is_multiple_of(OFTEN) { watch.check() } else { Ok(()) }
}

/// The vectors of a network: kept from an earlier pass over the document, or computed.
struct Vectors<'a> {
    net: &'a Tok2Vec,
    kept: &'a [f32],
}

impl<'a> Vectors<'a> {
    fn get(
        &self,
        words: &Words<'_>,
        range: std::ops::Range<usize>,
        scratch: &'a mut Tok2VecScratch,
    ) -> &'a [f32] {
        if self.kept.is_empty() {
            return self.net.vectors(words, range, scratch);
        }
        let stride = row(self.net.width);
        &self.kept[range.start * stride..range.end * stride]
    }
}

/// Sets labels where none are set, or everywhere.
fn set(column: &mut [Symbol], classes: &[u16], labels: &[Symbol], overwrite: bool) {
    for (value, &class) in column.iter_mut().zip(classes) {
        if overwrite || *value == Symbol::NONE {
            *value = labels[usize::from(class)];
        }
    }
}

impl Classes {
    pub(super) fn clear(&mut self) {
        self.tags.clear();
        self.analyses.clear();
        self.starts.clear();
    }
}
