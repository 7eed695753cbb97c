//! What a pipeline is loaded for.

use gloss_kernels::Kernels;

/// What a pipeline is to give. What is not asked for is neither loaded nor computed, unless something
/// that is asked for depends on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// Fine-grained tags.
    pub tags: bool,
    /// Universal parts of speech.
    pub pos: bool,
    /// Morphological features.
    pub morph: bool,
    /// Lemmas.
    pub lemmas: bool,
    /// Heads and labels of arcs.
    pub dependencies: bool,
    /// Sentences.
    pub sentences: bool,
    /// Base noun phrases.
    pub noun_chunks: bool,
    /// Named entities.
    pub entities: bool,
}

impl Parts {
    /// Everything.
    pub const ALL: Self = Self {
        tags: true,
        pos: true,
        morph: true,
        lemmas: true,
        dependencies: true,
        sentences: true,
        noun_chunks: true,
        entities: true,
    };

    /// Entities alone.
    pub const ENTITIES: Self = Self {
        tags: false,
        pos: false,
        morph: false,
        lemmas: false,
        dependencies: false,
        sentences: false,
        noun_chunks: false,
        entities: true,
    };

    /// What is in both.
    #[must_use]
    pub fn intersection(self, other: Self) -> Self {
        Self {
            tags: self.tags && other.tags,
            pos: self.pos && other.pos,
            morph: self.morph && other.morph,
            lemmas: self.lemmas && other.lemmas,
            dependencies: self.dependencies && other.dependencies,
            sentences: self.sentences && other.sentences,
            noun_chunks: self.noun_chunks && other.noun_chunks,
            entities: self.entities && other.entities,
        }
    }
}

/// What finds sentences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sentences {
    /// Whatever does so in the pipeline as it was saved.
    #[default]
    Pipeline,
    /// The dependency parser.
    Parser,
    /// The sentence recogniser in place of the parser, which does not run. It runs even where the
    /// pipeline was saved with it disabled, as spaCy's are.
    Senter,
    /// Nothing: neither of the two runs.
    None,
}

/// How a pipeline is to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// What finds sentences.
    pub sentences: Sentences,
    /// Whether entities end where sentences do. spaCy's recogniser sees the sentences that were found
    /// before it, which changes an entity now and then.
    pub entities_within_sentences: bool,
    /// What is asked for.
    pub parts: Parts,
    /// The instructions to compute with.
    pub kernels: Kernels,
}

impl Default for Settings {
    /// Everything, as the whole pipeline gives it in spaCy.
    fn default() -> Self {
        Self {
            sentences: Sentences::Pipeline,
            entities_within_sentences: true,
            parts: Parts::ALL,
            kernels: Kernels::default(),
        }
    }
}

impl Settings {
    /// Entities as the recogniser alone finds them, with nothing before it but the tokenizer.
    #[must_use]
    pub fn entities_alone() -> Self {
        Self {
            sentences: Sentences::None,
            entities_within_sentences: false,
            parts: Parts::ENTITIES,
            kernels: Kernels::default(),
        }
    }
}
