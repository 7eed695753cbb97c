//! The error of this crate.

gloss_codes::error_kinds! {
    /// A comparison needs two sets of annotations or more, each under a name of its own.
    Variants = "G1000",
    /// The variant named as gold is not among those compared.
    UnknownGold = "G1001",
    /// Two documents of one variant have the same id.
    DuplicateId = "G1002",
    /// A variant has no documents, or no document is in all variants.
    NothingInCommon = "G1003",
    /// The texts of a document differ between variants.
    TextsDiffer = "G1004",
    /// A span is empty, ends outside its text, or cuts a character.
    BadSpan = "G1005",
    /// A document has two classes, numbers or vectors for the same target, or two texts of a variant
    /// that is not the gold.
    DuplicateTarget = "G1006",
    /// A number is not finite, or a probability is not between 0 and 1.
    BadNumber = "G1007",
    /// An option of the comparison cannot be followed.
    BadOption = "G1008",
    /// A text has 4 GiB or more, or a variant more documents than can be counted.
    TooLarge = "G1009",
    /// An annotation refers to a label that its variant does not have.
    BadLabel = "G1010",
    /// A vector has another number of numbers than others of its variant, or tokens do not fit it.
    BadVector = "G1011",
    /// A variant has no layer of this name.
    UnknownLayer = "G1020",
    /// It is not clear which layers are to be compared.
    AmbiguousLayer = "G1021",
    /// Layers of this kind cannot be compared.
    NotComparable = "G1022",
    /// Classes speak of annotations that are not there.
    NoTarget = "G1023",
    /// A sample cannot be taken so, or nothing can be estimated from it.
    BadSample = "G1030",
}

/// Why annotations cannot be compared. Holds no text of documents.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CompareError {
    /// What went wrong.
    pub kind: ErrorKind,
    /// What happened, with the variant and the document.
    pub message: String,
    /// What to do, or empty.
    pub help: String,
}

impl CompareError {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> CompareError {
        CompareError { kind, message: message.into(), help: String::new() }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> CompareError {
        self.help = help.into();
        self
    }
}

/// `names`, the first few of them, and how many more there are.
pub(crate) fn some_of<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const SHOWN: usize = 3;
    let mut names = names.into_iter();
    let shown: Vec<String> = names.by_ref().take(SHOWN).map(|n| format!("{n:?}")).collect();
    match names.count() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
