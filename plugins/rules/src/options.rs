//! What a pipeline file may set.

use gloss_plugin::{DataFile, Deserialize, JsonSchema, Serialize};

use crate::normal::Folding;

/// Options of the extractor.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// Files of entries to find, CSV (`.csv`, or `.tsv` with tabs) with a header, or JSONL (`.jsonl`).
    /// A relative path counts from the folder of the pipeline file.
    pub gazetteers: Vec<DataFile>,
    /// Entries to find, in the pipeline file itself. They come before those of gazetteers.
    pub entries: Vec<InlineEntry>,
    /// Regular expressions to find.
    pub patterns: Vec<InlinePattern>,
    /// The label of entries and patterns that have none of their own.
    pub label: Option<String>,
    /// The column of CSV files, or the key of JSONL files, with what to find.
    pub text_column: String,
    /// The column or key with the label.
    pub label_column: String,
    /// The column or key with what an entry is known by elsewhere.
    pub id_column: String,
    /// Whether upper and lower case count in entries: `sensitive`, `insensitive`, or `smart`, where
    /// they count for entries that have a letter in upper case.
    pub case: Case,
    /// Whether letters with and without diacritics are the same in entries (`Nicolas` finds `Nicolás`).
    pub fold_diacritics: bool,
    /// Whether entries are found as whole words only.
    pub boundaries: bool,
    /// What is reported where matches overlap: `longest`, the one that begins first and of these the
    /// longest, or `all`.
    pub overlaps: Overlaps,
    /// The longest match of a pattern, in bytes. What it costs to look for a pattern grows with it.
    #[schemars(range(min = 1, max = 100_000))]
    pub longest_match: u32,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            gazetteers: Vec::new(),
            entries: Vec::new(),
            patterns: Vec::new(),
            label: None,
            text_column: "text".to_owned(),
            label_column: "label".to_owned(),
            id_column: "id".to_owned(),
            case: Case::default(),
            fold_diacritics: false,
            boundaries: true,
            overlaps: Overlaps::default(),
            longest_match: 1000,
        }
    }
}

impl Options {
    /// How columns and keys are called.
    pub fn columns(&self) -> Columns<'_> {
        Columns { text: &self.text_column, label: &self.label_column, id: &self.id_column }
    }

    /// Which differences do not count between an entry and a text.
    pub fn folding(&self) -> Folding {
        Folding { case: self.case != Case::Sensitive, diacritics: self.fold_diacritics }
    }
}

/// Names of columns and keys.
#[derive(Clone, Copy, Debug)]
pub struct Columns<'o> {
    /// What to find.
    pub text: &'o str,
    /// The label.
    pub label: &'o str,
    /// What the entry is known by elsewhere.
    pub id: &'o str,
}

/// An entry in the pipeline file.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InlineEntry {
    /// What to find.
    pub text: String,
    /// Its label.
    pub label: Option<String>,
    /// What the entry is known by elsewhere.
    pub id: Option<String>,
}

/// A regular expression in the pipeline file.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InlinePattern {
    /// In the syntax of the Rust crate `regex`. What the group `span` matches is the span; other named
    /// groups are attributes.
    pub regex: String,
    /// Its label.
    pub label: Option<String>,
    /// What the pattern is known by elsewhere.
    pub id: Option<String>,
}

/// Whether upper and lower case count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Case {
    /// They are different.
    #[default]
    Sensitive,
    /// They are the same, by Unicode's simple case folding.
    Insensitive,
    /// They are the same for entries that have no letter in upper case.
    Smart,
}

/// What is reported where matches overlap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Overlaps {
    /// The match that begins first, of these the longest, of these that of the first rule; nothing that
    /// overlaps it.
    #[default]
    Longest,
    /// Every match of every entry; for each pattern, its matches from left to right.
    All,
}
