//! What a view is made of before it is text for a screen or for a page.

/// How much a section matters where not all fit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rank {
    /// It is shown in any case.
    Head,
    /// What was found.
    #[default]
    Finding,
    /// Where it comes from.
    Detail,
}

/// A part of a view.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// What it shows; empty for what stands at the top.
    pub title: String,
    /// Its tables, from top to bottom.
    pub tables: Vec<Table>,
    /// Places in documents.
    pub places: Vec<Place>,
    /// Sentences about it.
    pub notes: Vec<Note>,
    /// How much it matters.
    pub rank: Rank,
}

/// A sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// How it is meant.
    pub tone: Tone,
    /// The sentence.
    pub text: String,
}

/// How a sentence is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// As an explanation.
    Plain,
    /// As a warning.
    Warning,
    /// As good news.
    Good,
    /// As bad news.
    Bad,
}

/// Rows under a head. The first column is of words, the others of numbers, unless `words` says more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Names of the columns.
    pub head: Vec<String>,
    /// The rows, as long as the head.
    pub rows: Vec<Vec<String>>,
    /// Columns of words at the left.
    pub words: usize,
    /// Rows that were left out behind the last.
    pub more: usize,
}

/// A place in a document of which variants say different things.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The document's id.
    pub document: String,
    /// Text before, in and behind the place, each on one line.
    pub text: [String; 3],
    /// The variants, with what each says.
    pub said: Vec<(String, String)>,
}

impl Section {
    /// A section without content.
    pub fn new(title: impl Into<String>) -> Section {
        Section { title: title.into(), ..Section::default() }
    }

    /// The section as one that matters so much.
    pub fn ranked(self, rank: Rank) -> Section {
        Section { rank, ..self }
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty() && self.places.is_empty() && self.notes.is_empty()
    }

    /// Adds an explanation.
    pub fn note(&mut self, text: impl Into<String>) {
        self.say(Tone::Plain, text);
    }

    /// Adds a sentence.
    pub fn say(&mut self, tone: Tone, text: impl Into<String>) {
        self.notes.push(Note { tone, text: text.into() });
    }
}

impl Table {
    /// A table with a head.
    pub fn new(words: usize, head: &[&str]) -> Table {
        Table {
            head: head.iter().map(|&h| h.to_owned()).collect(),
            rows: Vec::new(),
            words,
            more: 0,
        }
    }
}
