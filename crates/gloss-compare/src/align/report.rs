//! How variants are aligned, and what came of it.

use serde::{Deserialize, Serialize};

use crate::rules::LabelRules;

/// By what documents of different variants are found to be the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Key {
    /// By id; their texts must be equal.
    #[default]
    Id,
    /// By text, for tools that give ids of their own. Documents of equal texts are taken in order.
    Text,
}

/// How variants are aligned.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct AlignOptions {
    /// By what documents are found to be the same.
    pub key: Key,
    /// Whether texts that differ in white space alone are the same; offsets are then mapped to the
    /// first variant's text.
    pub ignore_white_space: bool,
    /// Which labels mean the same, and which are left out.
    pub labels: LabelRules,
}

/// Documents that a variant has, and that are not compared because another lacks them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OneSided {
    /// The variant.
    pub variant: String,
    /// How many documents it has.
    pub documents: usize,
    /// Ids of those that another variant lacks, in its order.
    pub only_here: Vec<String>,
    /// How many of its spans lay in these.
    pub spans: usize,
}

/// What the offsets of a variant look like when they do not fit the words of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum OffsetSuspicion {
    /// They fit when read as code points.
    Codepoints,
    /// They fit when read as units of UTF-16.
    Utf16,
    /// They are bytes that were taken for code points.
    BytesTakenForCodepoints,
    /// They fit when both ends are moved by so many characters.
    Shifted {
        /// Added to both ends.
        by: i32,
    },
    /// Ends are the last byte rather than the one behind it.
    InclusiveEnds,
}

impl std::fmt::Display for OffsetSuspicion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            OffsetSuspicion::Codepoints => f.write_str("its offsets look like code points"),
            OffsetSuspicion::Utf16 => f.write_str("its offsets look like units of UTF-16"),
            OffsetSuspicion::BytesTakenForCodepoints => {
                f.write_str("its offsets look like bytes that were taken for code points")
            }
            OffsetSuspicion::Shifted { by } => {
                write!(f, "its offsets fit the words when moved by {by:+}")
            }
            OffsetSuspicion::InclusiveEnds => f.write_str("its ends look inclusive"),
        }
    }
}

/// What kind of thing to know a warning is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum WarningKind {
    /// Documents on one side only.
    OneSided,
    /// Offsets that look wrong.
    Offsets,
    /// Labels that one variant alone has, or that the rules name and none has.
    Labels,
    /// A variant without annotations.
    NoAnnotations,
    /// Too few documents to conclude anything.
    FewDocuments,
    /// Something was solved approximately, or could not be computed.
    Approximate,
    /// Texts that have no words or no counterpart, or whose words the tokenizer breaks.
    Texts,
    /// Vectors that have no counterpart, or cannot be compared with it.
    Vectors,
    /// The gold is a sample, of which a part is counted.
    Sample,
    /// A part of the documents could not be had, or lacks what is compared.
    Incomplete,
}

/// Something that readers of the result should know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Warning {
    /// What it is about.
    pub kind: WarningKind,
    /// What it is, in a sentence, with what to do.
    pub message: String,
}

impl Warning {
    /// A warning.
    pub fn new(kind: WarningKind, message: impl Into<String>) -> Warning {
        Warning { kind, message: message.into() }
    }
}

/// What came of aligning.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Alignment {
    /// Documents that are compared.
    pub compared: usize,
    /// For each variant, what it has that is not compared.
    pub one_sided: Vec<OneSided>,
    /// Documents whose texts differ in white space, whose offsets were mapped.
    pub mapped: usize,
    /// Spans of mapped documents that hold white space alone, which are left out.
    pub unmappable_spans: usize,
    /// Annotations that the label rules left out.
    pub dropped: usize,
    /// What readers of the result should know.
    pub warnings: Vec<Warning>,
}
