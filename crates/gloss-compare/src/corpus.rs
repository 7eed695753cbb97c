//! What is compared: variants as they come, and documents aligned over all of them.

use std::sync::Arc;

/// A stretch of a text with a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Byte offset of the first byte.
    pub start: u32,
    /// Byte offset behind the last byte.
    pub end: u32,
    /// Index into the labels: of the variant before alignment, of the corpus after it.
    pub label: u32,
}

impl Span {
    /// How many bytes both spans cover.
    #[must_use]
    pub fn overlap(&self, other: &Span) -> u32 {
        self.end.min(other.end).saturating_sub(self.start.max(other.start))
    }

    /// Whether both cover the same bytes.
    #[must_use]
    pub fn same_bounds(&self, other: &Span) -> bool {
        (self.start, self.end) == (other.start, other.end)
    }
}

/// What a class or a number is said of: a stretch of the text in bytes, or (`None`) the document.
pub type Target = Option<(u32, u32)>;

/// The class of a target.
#[derive(Clone, Debug, PartialEq)]
pub struct Class {
    /// What it is said of.
    pub target: Target,
    /// Index into the labels.
    pub label: u32,
    /// Labels with their probabilities: all classes, that of `label` alone, or none.
    pub probabilities: Vec<(u32, f64)>,
}

/// A number said of a target, such as a graded sentiment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Value {
    /// What it is said of.
    pub target: Target,
    /// The number.
    pub value: f64,
}

/// A text said of a target, such as a summary. Several texts of one target are references, each as
/// good as another: the gold may have them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// What it is said of.
    pub target: Target,
    /// The text.
    pub text: String,
    /// Its sentences as byte offsets in it, in order, for ROUGE-Lsum; where there are none, each
    /// line is one.
    pub sentences: Vec<(u32, u32)>,
}

/// The vector of a target, such as the embedding of a sentence.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Vector {
    /// What it stands for.
    pub target: Target,
    /// Its numbers: as many for every target of a variant.
    pub values: Vec<f32>,
}

/// A token that has a vector.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Token {
    /// Byte offset of the first byte, in the text that the token is of.
    pub start: u32,
    /// Byte offset behind the last byte. A token of no bytes is a special one, such as `[CLS]`: it
    /// can be the nearest of others, and counts for nothing itself.
    pub end: u32,
    /// The same for the same token in all texts of all variants, such as its number in the
    /// vocabulary.
    pub id: u32,
}

/// Vectors of the tokens of a text about a target; its texts' where the variant has such.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TokenVectors {
    /// What the text is said of.
    pub target: Target,
    /// Its tokens.
    pub tokens: Vec<Token>,
    /// As many numbers for each token, token after token.
    pub values: Vec<f32>,
}

/// A document as one variant annotates it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VariantDocument {
    /// Unique within the variant.
    pub id: String,
    /// The text that offsets count in; shared, so that variants of one run cost it once. `None`
    /// where the source has no texts, as a table of classes.
    pub text: Option<Arc<str>>,
    /// What is known about the document apart from its text.
    pub metadata: serde_json::Map<String, serde_json::Value>,
    /// Spans, in any order; they may overlap.
    pub spans: Vec<Span>,
    /// Classes, at most one for a target.
    pub classes: Vec<Class>,
    /// Numbers, at most one for a target.
    pub values: Vec<Value>,
    /// Texts; several of one target are references.
    pub texts: Vec<Text>,
    /// Vectors, at most one for a target.
    pub vectors: Vec<Vector>,
    /// Vectors of the tokens of texts; several of one target are of references.
    pub token_vectors: Vec<TokenVectors>,
}

/// One set of annotations: a stage, a run, another tool's file, or the gold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Variant {
    /// Its name in the results.
    pub name: String,
    /// The labels that spans and classes refer to.
    pub labels: Vec<String>,
    /// Its documents, in any order.
    pub documents: Vec<VariantDocument>,
}

/// What one variant says of an aligned document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Annotations {
    /// Spans, sorted by start, end and label.
    pub spans: Vec<Span>,
    /// Classes, sorted by target.
    pub classes: Vec<Class>,
    /// Numbers, sorted by target.
    pub values: Vec<Value>,
    /// Texts, sorted by target.
    pub texts: Vec<Text>,
    /// Vectors, sorted by target.
    pub vectors: Vec<Vector>,
    /// Vectors of tokens, sorted by target.
    pub token_vectors: Vec<TokenVectors>,
}

/// A document that all variants annotate.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Its id in the first variant.
    pub id: String,
    /// Its text in the first variant that has one.
    pub text: Option<Arc<str>>,
    /// Its metadata in all variants together; of several values of one field, the first.
    pub metadata: serde_json::Map<String, serde_json::Value>,
    /// The annotations, in the order of the variants.
    pub annotations: Vec<Annotations>,
}

/// Documents that all variants annotate, under one set of labels.
#[derive(Clone, Debug, PartialEq)]
pub struct Corpus {
    /// Names of the variants.
    pub variants: Vec<String>,
    /// Labels that occur, sorted, so that an index also is a rank.
    pub labels: Vec<String>,
    /// The documents, in the order of the first variant.
    pub documents: Vec<Document>,
}
