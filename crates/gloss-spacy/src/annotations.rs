//! What is known of a document's tokens, column by column.

use crate::symbols::Symbol;

/// An attribute of a token that a component sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Column {
    Tag,
    Pos,
    Morph,
    Lemma,
    Dep,
}

impl Column {
    /// From spaCy's name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "TAG" => Self::Tag,
            "POS" => Self::Pos,
            "MORPH" => Self::Morph,
            "LEMMA" => Self::Lemma,
            "DEP" => Self::Dep,
            _ => return None,
        })
    }
}

/// A set of columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Columns(u8);

impl Columns {
    pub(crate) fn insert(&mut self, column: Column) {
        self.0 |= 1 << column as u8;
    }

    pub(crate) fn contains(self, column: Column) -> bool {
        self.0 & (1 << column as u8) != 0
    }

    pub(crate) fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl FromIterator<Column> for Columns {
    fn from_iter<I: IntoIterator<Item = Column>>(columns: I) -> Self {
        let mut set = Self::default();
        columns.into_iter().for_each(|column| set.insert(column));
        set
    }
}

/// A lemma.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Lemma {
    /// Not set.
    #[default]
    None,
    /// A string of the pipeline.
    Symbol(Symbol),
    /// A string of the lemmatizer's cache.
    Cached(u32),
}

/// Values by token, as far as they are set. (Labels of arcs are with the arcs.)
#[derive(Debug, Default)]
pub(crate) struct Annotations {
    pub(crate) tag: Vec<Symbol>,
    pub(crate) pos: Vec<Symbol>,
    pub(crate) morph: Vec<Symbol>,
    pub(crate) lemma: Vec<Lemma>,
}

impl Annotations {
    /// Begins a document of `count` tokens, of which nothing is known.
    pub(crate) fn start(&mut self, count: usize) {
        for column in [&mut self.tag, &mut self.pos, &mut self.morph] {
            column.clear();
            column.resize(count, Symbol::NONE);
        }
        self.lemma.clear();
        self.lemma.resize(count, Lemma::None);
    }
}
