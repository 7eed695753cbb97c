//! `lookups.bin` of a lemmatizer: tables of words, which stay where they are in the file's bytes.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashMap, HashTable};

use crate::error::Error;
use crate::msgpack::{Decoder, Head};

/// A word of the tables: a place in the file's bytes that holds UTF-8.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word {
    start: u32,
    len: u32,
}

/// The tables for one part of speech.
#[derive(Debug, Default)]
pub(crate) struct PosTables {
    /// Endings with what replaces them.
    pub(crate) rules: Vec<(Word, Word)>,
    /// Known base forms.
    index: HashTable<Word>,
    /// Words with their irregular base forms: a range of `Lookups::forms`.
    exceptions: HashTable<(Word, u32, u32)>,
}

impl PosTables {
    pub(crate) fn is_empty(&self) -> bool {
        self.rules.is_empty() && self.index.is_empty() && self.exceptions.is_empty()
    }
}

/// All tables.
#[derive(Debug, Default)]
pub(crate) struct Lookups {
    bytes: Vec<u8>,
    forms: Vec<Word>,
    hasher: DefaultHashBuilder,
    /// By the id of the part of speech in lower case.
    by_pos: HashMap<u64, PosTables>,
    /// Lemmas by the id of the word.
    lookup: HashMap<u64, Word>,
    /// The names of the tables that the file has.
    pub(crate) tables: Vec<String>,
}

impl Lookups {
    /// Reads the file.
    pub(crate) fn read(bytes: Vec<u8>, file: &str) -> Result<Self, Error> {
        let mut lookups = Self::default();
        let mut source = Source { decoder: Decoder::new(&bytes), len: bytes.len() };
        let invalid = |field: &str, reason: &str| Error::invalid(file, field, reason);
        let not_a_map = || invalid("MessagePack", "a map was expected, or the file is cut off");
        if u32::try_from(bytes.len()).is_err() {
            return Err(invalid("MessagePack", "more than 4 GiB"));
        }
        for _ in 0..source.decoder.map().ok_or_else(not_a_map)? {
            let name = source.decoder.text();
            let name = name.ok_or_else(|| invalid("MessagePack", "no table's name"))?;
            lookups
                .add(name, &mut source)
                .ok_or_else(|| invalid(name, "cut off, or not of the kinds of this table"))?;
        }
        if !source.decoder.is_at_end() {
            return Err(invalid("MessagePack", "more bytes follow"));
        }
        lookups.forms.shrink_to_fit();
        lookups.bytes = bytes;
        Ok(lookups)
    }

    /// The tables for a part of speech.
    pub(crate) fn pos(&self, pos: u64) -> Option<&PosTables> {
        self.by_pos.get(&pos)
    }

    /// The lemma of the word with this id.
    pub(crate) fn lookup(&self, id: u64) -> Option<&str> {
        self.lookup.get(&id).map(|&word| self.text(word))
    }

    pub(crate) fn text(&self, word: Word) -> &str {
        // It was UTF-8 when it was read.
        std::str::from_utf8(slice(&self.bytes, word)).unwrap_or_default()
    }

    /// Whether a word is a base form.
    pub(crate) fn is_base(&self, tables: &PosTables, word: &str) -> bool {
        let word = word.as_bytes();
        let equal = |known: &Word| slice(&self.bytes, *known) == word;
        tables.index.find(self.hasher.hash_one(word), equal).is_some()
    }

    /// The irregular base forms of a word.
    pub(crate) fn exceptions<'l>(
        &'l self,
        tables: &PosTables,
        word: &str,
    ) -> impl Iterator<Item = &'l str> + use<'l> {
        let word = word.as_bytes();
        let equal = |entry: &(Word, u32, u32)| slice(&self.bytes, entry.0) == word;
        let found = tables.exceptions.find(self.hasher.hash_one(word), equal);
        let (first, last) = found.map_or((0, 0), |&(_, first, last)| (first, last));
        self.forms[first as usize..last as usize].iter().map(|&form| self.text(form))
    }

    fn add(&mut self, name: &str, table: &mut Source<'_>) -> Option<()> {
        self.tables.push(name.to_owned());
        let count = table.decoder.map()?;
        let add = match name {
            "lemma_lookup" => Self::add_lookup,
            "lemma_rules" => Self::add_rules,
            "lemma_index" => Self::add_index,
            "lemma_exc" => Self::add_exceptions,
            _ => return (0..2 * count).try_for_each(|_| table.decoder.skip()),
        };
        if name == "lemma_lookup" {
            self.lookup.reserve(count);
        }
        for _ in 0..count {
            let key = table.decoder.unsigned()?;
            add(self, key, table)?;
        }
        Some(())
    }

    fn add_lookup(&mut self, key: u64, value: &mut Source<'_>) -> Option<()> {
        // One lemma, or a list, whose first is taken.
        let word = match value.decoder.head()? {
            Head::List(0) => return None,
            Head::List(count) => {
                let word = value.word()?;
                (1..count).try_for_each(|_| value.decoder.skip())?;
                word
            }
            head => value.place(head.text()?),
        };
        self.lookup.insert(key, word);
        Some(())
    }

    fn add_rules(&mut self, key: u64, value: &mut Source<'_>) -> Option<()> {
        for _ in 0..value.decoder.list()? {
            if value.decoder.list()? != 2 {
                return None;
            }
            let rule = (value.word()?, value.word()?);
            self.by_pos.entry(key).or_default().rules.push(rule);
        }
        Some(())
    }

    fn add_index(&mut self, key: u64, value: &mut Source<'_>) -> Option<()> {
        let Self { hasher, by_pos, .. } = self;
        let count = value.decoder.list()?;
        let mut index = HashTable::with_capacity(count);
        for _ in 0..count {
            let (word, bytes) = value.word_with_bytes()?;
            // There is room for all, so none is hashed again.
            index.insert_unique(hasher.hash_one(bytes), word, |_| 0);
        }
        by_pos.entry(key).or_default().index = index;
        Some(())
    }

    fn add_exceptions(&mut self, key: u64, value: &mut Source<'_>) -> Option<()> {
        let Self { hasher, by_pos, forms, .. } = self;
        let count = value.decoder.map()?;
        let mut exceptions = HashTable::with_capacity(count);
        for _ in 0..count {
            let (word, bytes) = value.word_with_bytes()?;
            let first = u32::try_from(forms.len()).ok()?;
            for _ in 0..value.decoder.list()? {
                forms.push(value.word()?);
            }
            let entry = (word, first, u32::try_from(forms.len()).ok()?);
            exceptions.insert_unique(hasher.hash_one(bytes), entry, |_| 0);
        }
        by_pos.entry(key).or_default().exceptions = exceptions;
        Some(())
    }
}

/// The file while it is read.
struct Source<'a> {
    decoder: Decoder<'a>,
    len: usize,
}

impl<'a> Source<'a> {
    fn word(&mut self) -> Option<Word> {
        self.word_with_bytes().map(|(word, _)| word)
    }

    fn word_with_bytes(&mut self) -> Option<(Word, &'a [u8])> {
        let text = self.decoder.text()?;
        Some((self.place(text), text.as_bytes()))
    }

    /// Where the text that was just read is.
    fn place(&self, text: &str) -> Word {
        let start = self.len - self.decoder.rest().len() - text.len();
        Word { start: start as u32, len: text.len() as u32 }
    }
}

fn slice(bytes: &[u8], word: Word) -> &[u8] {
    &bytes[word.start as usize..][..word.len as usize]
}
