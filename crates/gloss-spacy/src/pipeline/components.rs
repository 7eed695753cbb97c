//! Which components of a pipeline run, and which cannot.

use crate::config::Config;
use crate::error::Error;
use crate::noun_chunks;
use crate::settings::{Parts, Sentences, Settings};

const CONFIG: &str = "config.cfg";

/// A component that this crate has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Tok2Vec,
    Tagger,
    Morphologizer,
    Parser,
    Senter,
    Ruler,
    Lemmatizer,
    Recognizer,
}

impl Kind {
    fn parse(factory: &str) -> Option<Self> {
        Some(match factory {
            "tok2vec" => Self::Tok2Vec,
            "tagger" => Self::Tagger,
            "morphologizer" => Self::Morphologizer,
            "parser" => Self::Parser,
            "senter" => Self::Senter,
            "attribute_ruler" => Self::Ruler,
            "lemmatizer" => Self::Lemmatizer,
            "ner" => Self::Recognizer,
            _ => return None,
        })
    }
}

/// A component by its name, which is also its folder's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Component {
    pub(super) name: String,
    pub(super) kind: Kind,
}

/// The components that run, in their order.
#[derive(Debug)]
pub(super) struct Components {
    pub(super) order: Vec<Component>,
    /// Components that change nothing of what is asked for.
    pub(super) ignored: Vec<String>,
    lang: String,
}

impl Components {
    /// Reads the order, and refuses by name what would change the wanted parts and is not supported.
    pub(super) fn read(config: &Config, settings: &Settings) -> Result<Self, Error> {
        let names = config.texts("nlp", "pipeline")?;
        let disabled = config.texts("nlp", "disabled")?;
        let lang = config.text("nlp", "lang")?.unwrap_or_default();
        let mut components = Self { order: Vec::new(), ignored: Vec::new(), lang };
        for name in names {
            // Names become paths.
            if name.contains(['/', '\\']) || name == ".." || name.is_empty() {
                return Err(Error::invalid(CONFIG, "nlp.pipeline", "a component's name is a path"));
            }
            let factory = config.text(&format!("components.{name}"), "factory")?;
            let factory = factory.unwrap_or_default();
            let kind = Kind::parse(&factory);
            if runs(kind, disabled.contains(&name), settings.sentences) {
                components.add(config, name, &factory, kind, settings)?;
            }
        }
        Ok(components)
    }

    fn add(
        &mut self,
        config: &Config,
        name: String,
        factory: &str,
        kind: Option<Kind>,
        settings: &Settings,
    ) -> Result<(), Error> {
        let Some(kind) = kind else {
            if changes(config, &name, factory, settings)? {
                let factory = if factory.is_empty() { "no known factory" } else { factory };
                return Err(Error::unsupported(
                    CONFIG,
                    format!("the component {name} ({factory})"),
                ));
            }
            self.ignored.push(name);
            return Ok(());
        };
        if kind != Kind::Tok2Vec && self.has(kind) {
            let what = format!("more than one component {factory}");
            return Err(Error::unsupported(CONFIG, what));
        }
        self.order.push(Component { name, kind });
        Ok(())
    }

    /// The component of a kind.
    pub(super) fn find(&self, kind: Kind) -> Option<&Component> {
        self.order.iter().find(|component| component.kind == kind)
    }

    pub(super) fn has(&self, kind: Kind) -> bool {
        self.find(kind).is_some()
    }

    /// Whether both run, the one before the other.
    pub(super) fn precedes(&self, first: Kind, second: Kind) -> bool {
        let place = |kind| self.order.iter().position(|component| component.kind == kind);
        matches!((place(first), place(second)), (Some(first), Some(second)) if first < second)
    }

    /// What these components can give.
    pub(super) fn available(&self) -> Parts {
        let parser = self.has(Kind::Parser);
        let (ruler, morphologizer) = (self.has(Kind::Ruler), self.has(Kind::Morphologizer));
        Parts {
            tags: self.has(Kind::Tagger) || (ruler && morphologizer),
            pos: morphologizer || ruler,
            morph: morphologizer || ruler,
            lemmas: self.has(Kind::Lemmatizer),
            dependencies: parser,
            sentences: parser || self.has(Kind::Senter),
            noun_chunks: parser && (morphologizer || ruler) && noun_chunks::has_rules(&self.lang),
            entities: self.has(Kind::Recognizer),
        }
    }

    /// Refuses what is asked for and cannot be given.
    pub(super) fn check(&self, settings: &Settings) -> Result<(), Error> {
        let (parts, have) = (settings.parts, self.available());
        for (asked, given, what, component) in [
            (parts.tags, have.tags, "tags were asked for", "tagger"),
            (parts.pos, have.pos, "parts of speech were asked for", "morphologizer"),
            (parts.morph, have.morph, "morphology was asked for", "morphologizer"),
            (parts.lemmas, have.lemmas, "lemmas were asked for", "lemmatizer"),
            (parts.dependencies, have.dependencies, "dependencies were asked for", "parser"),
            (parts.sentences, have.sentences, "sentences were asked for", "parser or senter"),
            (parts.entities, have.entities, "entities were asked for", "ner"),
        ] {
            if asked && !given {
                return Err(Error::absent(what, component));
            }
        }
        if parts.noun_chunks && !have.noun_chunks {
            if self.has(Kind::Parser) && !noun_chunks::has_rules(&self.lang) {
                let what = format!("spaCy's rules for noun chunks of the language {}", self.lang);
                return Err(Error::unsupported(CONFIG, what));
            }
            return Err(Error::absent("noun chunks were asked for", "parser"));
        }
        match settings.sentences {
            Sentences::Parser if !self.has(Kind::Parser) => {
                Err(Error::absent("sentences are to come from the parser", "parser"))
            }
            Sentences::Senter if !self.has(Kind::Senter) => {
                Err(Error::absent("sentences are to come from the senter", "senter"))
            }
            _ => Ok(()),
        }
    }
}

/// Whether a component runs at all.
fn runs(kind: Option<Kind>, disabled: bool, sentences: Sentences) -> bool {
    match (kind, sentences) {
        (Some(Kind::Parser), Sentences::Parser) | (Some(Kind::Senter), Sentences::Senter) => true,
        (Some(Kind::Parser), Sentences::Senter) => false,
        (Some(Kind::Parser | Kind::Senter), Sentences::None) => false,
        _ => !disabled,
    }
}

/// Whether a component that this crate lacks could change what is asked for.
fn changes(config: &Config, name: &str, factory: &str, settings: &Settings) -> Result<bool, Error> {
    let parts = settings.parts;
    let entities_alone = parts == Parts::ENTITIES && !settings.entities_within_sentences;
    Ok(match factory {
        "textcat"
        | "textcat_multilabel"
        | "spancat"
        | "spancat_singlelabel"
        | "span_finder"
        | "entity_linker"
        | "nn_labeller"
        | "doc_cleaner" => false,
        // What listens to it is refused where it is read.
        "transformer" | "curated_transformer" => false,
        "beam_ner" | "entity_ruler" | "future_entity_ruler" => parts.entities,
        "span_ruler" => {
            parts.entities && config.flag(&format!("components.{name}"), "annotate_ents")?
        }
        "trainable_lemmatizer" => parts.lemmas,
        "merge_entities" | "merge_noun_chunks" | "merge_subtokens" | "token_splitter" => true,
        // beam_parser, sentencizer; and somebody else's code, which may do anything.
        _ => !entities_alone,
    })
}
