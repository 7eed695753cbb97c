//! From texts to numbers of words.

use std::collections::HashMap;

use unicode_normalization::{UnicodeNormalization, is_nfc};
use unicode_segmentation::UnicodeSegmentation;

use super::grams::Grams;
use super::options::{TextOptions, Tokenizer};
use super::porter;

/// Words longer than this are stemmed, as rouge-score has it.
const UNSTEMMED: usize = 3;

/// A text as it is compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// The numbers of all words.
    pub(super) all: Vec<u32>,
    /// Those of the sentences, one after another; `None` where these are the lines, so that all
    /// words are in them.
    in_sentences: Option<Vec<u32>>,
    /// Where each sentence ends in those.
    ends: Vec<u32>,
    pub(super) grams: Grams,
    /// Words of the Unicode tokenizer that have letters or digits beyond ASCII, where words are
    /// ASCII: those are broken or lost.
    pub broken: u64,
}

impl Words {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The words of all sentences.
    pub(super) fn in_sentences(&self) -> &[u32] {
        self.in_sentences.as_deref().unwrap_or(&self.all)
    }

    /// The words of each sentence that has some.
    pub(super) fn sentences(&self) -> impl Iterator<Item = &[u32]> {
        let words = self.in_sentences();
        let begins = std::iter::once(0).chain(self.ends.iter().copied());
        let ranges = begins.zip(self.ends.iter().copied()).filter(|(begin, end)| begin < end);
        ranges.map(|(begin, end)| &words[begin as usize..end as usize])
    }
}

/// Gives the same word the same number in all texts that it reads. One serves for the texts of one
/// document: numbers are not used up, and memory is let go of.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    options: TextOptions,
    numbers: HashMap<String, u32>,
}

impl Vocabulary {
    /// Reads texts as the options say.
    #[must_use]
    pub fn new(options: TextOptions) -> Vocabulary {
        Vocabulary { options, numbers: HashMap::new() }
    }

    /// How many different words were read.
    pub(super) fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Reads a text. `sentences` are byte offsets in it, on boundaries of characters; where there are
    /// none, its lines are its sentences.
    ///
    /// # Panics
    ///
    /// Where a sentence ends outside the text or cuts a character; alignment refuses such.
    pub fn read(&mut self, text: &str, sentences: &[(u32, u32)]) -> Words {
        let mut words = Words::default();
        if sentences.is_empty() {
            for line in text.split('\n') {
                self.push(line, &mut words.all);
                words.ends.push(words.all.len() as u32);
            }
        } else {
            self.push(text, &mut words.all);
            let mut inside = Vec::with_capacity(words.all.len());
            for &(start, end) in sentences {
                self.push(&text[start as usize..end as usize], &mut inside);
                words.ends.push(inside.len() as u32);
            }
            words.in_sentences = Some(inside);
        }
        words.grams = Grams::of_words(&words.all);
        if self.options.tokenizer == Tokenizer::Ascii && !text.is_ascii() {
            let beyond = |word: &&str| word.chars().any(|c| !c.is_ascii() && c.is_alphanumeric());
            words.broken = text.unicode_words().filter(beyond).count() as u64;
        }
        words
    }

    fn push(&mut self, text: &str, words: &mut Vec<u32>) {
        let text = text.to_lowercase();
        match self.options.tokenizer {
            Tokenizer::Unicode if is_nfc(&text) => {
                text.unicode_words().for_each(|word| words.push(self.number(word)));
            }
            Tokenizer::Unicode => {
                let text: String = text.nfc().collect();
                text.unicode_words().for_each(|word| words.push(self.number(word)));
            }
            Tokenizer::Ascii => {
                let runs = text.split(|c: char| !c.is_ascii_alphanumeric());
                runs.filter(|run| !run.is_empty()).for_each(|word| words.push(self.number(word)));
            }
        }
    }

    fn number(&mut self, word: &str) -> u32 {
        let stemmed = self.options.stem
            && word.len() > UNSTEMMED
            && word.bytes().all(|letter| letter.is_ascii_alphanumeric());
        if stemmed {
            return self.number_of(&porter::stem(word));
        }
        self.number_of(word)
    }

    fn number_of(&mut self, word: &str) -> u32 {
        if let Some(number) = self.numbers.get(word) {
            return *number;
        }
        let number = self.numbers.len() as u32;
        self.numbers.insert(word.to_owned(), number);
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_words() {
        let check = |tokenizer, stem, text: &str, expected: &[&str]| {
            let mut vocabulary = Vocabulary::new(TextOptions { tokenizer, stem });
            let words = vocabulary.read(text, &[]);
            let name = |number: &u32| {
                let found = vocabulary.numbers.iter().find(|(_, other)| *other == number);
                found.map_or("", |(word, _)| word.as_str())
            };
            assert_eq!(words.all.iter().map(name).collect::<Vec<_>>(), expected, "{text}");
            words.broken
        };
        use Tokenizer::{Ascii, Unicode};
        assert_eq!(
            check(Unicode, false, "Rodríguez can't (3.5)!", &["rodríguez", "can't", "3.5"]),
            0
        );
        check(Unicode, false, "Rodri\u{301}guez", &["rodríguez"]);
        check(Unicode, true, "Rodríguez's relational aims", &["rodríguez's", "relat", "aim"]);
        assert_eq!(check(Ascii, false, "Rodríguez can't", &["rodr", "guez", "can", "t"]), 1);
        assert_eq!(check(Ascii, true, "aims as 35%\n—İs", &["aim", "as", "35", "i", "s"]), 1);
        assert_eq!(check(Unicode, false, " \n… ", &[]), 0);
    }

    #[test]
    fn sentences_are_lines_or_as_they_are_given() {
        let check = |sentences: &[(u32, u32)], expected: &[&[u32]]| {
            let words = Vocabulary::default().read("a b.\n\nb c. d", sentences);
            assert_eq!(words.sentences().collect::<Vec<_>>(), expected);
            assert_eq!(words.all, [0, 1, 1, 2, 3]);
        };
        check(&[], &[&[0, 1], &[1, 2, 3]]);
        check(&[(0, 5), (6, 10), (11, 12)], &[&[0, 1], &[1, 2], &[3]]);
    }
}
