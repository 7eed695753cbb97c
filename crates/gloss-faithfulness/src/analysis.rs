//! A sentence with all that is read of it.

use std::ops::Range;

use crate::calendar::{Date, dates};
use crate::frames::Frame;
use crate::lexicon::Lexicon;
use crate::names::{Casing, Name, names};
use crate::numbers::{Number, numbers};
use crate::shallow;
use crate::tags::{Tag, is_function, tags};
use crate::words::{Word, words};

/// A sentence of the source or of the summary.
#[derive(Debug, Default)]
pub struct Sentence {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// Behind an empty line.
    pub begins_paragraph: bool,
    pub words: Vec<Word>,
    pub tags: Vec<Tag>,
    pub names: Vec<Name>,
    pub numbers: Vec<Number>,
    pub dates: Vec<Date>,
    pub frames: Vec<Frame>,
    /// What each word is a part of.
    pub parts: Vec<Part>,
}

/// What a word counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A mark, or a word that says nothing by itself.
    Function,
    /// Any other word.
    Content,
    /// Position in `names`.
    Name(usize),
    /// Position in `numbers`.
    Number(usize),
    /// Position in `dates`.
    Date(usize),
}

/// The words of a sentence, before names are looked for.
pub fn read(text: &str, range: Range<usize>, lexicon: &Lexicon) -> Sentence {
    Sentence { words: words(text, range.clone(), lexicon), range, ..Sentence::default() }
}

impl Sentence {
    /// Finds names, numbers, dates and roles.
    pub fn analyze(&mut self, casing: &Casing, lexicon: &Lexicon) {
        self.tags = tags(&self.words, lexicon);
        self.dates = dates(&self.words);
        let mut taken = vec![false; self.words.len()];
        for date in &self.dates {
            taken[date.words.clone()].fill(true);
        }
        self.names = names(&self.words, casing);
        self.names.retain(|name| !taken[name.words.clone()].contains(&true));
        for name in &self.names {
            taken[name.words.clone()].fill(true);
        }
        self.numbers = numbers(&self.words, &taken);
        self.frames = shallow::frames(&self.words, &self.tags, lexicon);
        self.set_parts();
    }

    /// After names, numbers or dates have changed.
    pub fn set_parts(&mut self) {
        self.parts =
            self.words
                .iter()
                .map(|word| {
                    if word.is_word && !is_function(word) { Part::Content } else { Part::Function }
                })
                .collect();
        for (i, name) in self.names.iter().enumerate() {
            self.parts[name.words.clone()].fill(Part::Name(i));
        }
        for (i, number) in self.numbers.iter().enumerate() {
            self.parts[number.words.clone()].fill(Part::Number(i));
        }
        for (i, date) in self.dates.iter().enumerate() {
            self.parts[date.words.clone()].fill(Part::Date(i));
        }
    }

    /// The name that a word is a part of.
    pub fn name_of(&self, word: usize) -> Option<&Name> {
        match self.parts.get(word) {
            Some(Part::Name(name)) => self.names.get(*name),
            _ => None,
        }
    }

    /// The words of the text.
    pub fn text<'t>(&self, text: &'t str, words: &Range<usize>) -> &'t str {
        let first = self.words.get(words.start).map(|word| word.range.start);
        let last = words.end.checked_sub(1).and_then(|last| self.words.get(last));
        match (first, last) {
            (Some(start), Some(last)) => text.get(start..last.range.end).unwrap_or_default(),
            _ => "",
        }
    }
}
