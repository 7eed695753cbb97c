//! `lookups.bin` of a lemmatizer: tables of words, read into few large pieces of memory.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashMap, HashTable};
use rmpv::ValueRef;

use crate::error::Error;
use crate::msgpack::{Reader, text};

/// A word of the tables.
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
    words: String,
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
    pub(crate) fn read(bytes: &[u8], file: &str) -> Result<Self, Error> {
        let root = Reader::parse(bytes, file)?;
        let mut lookups = Self::default();
        root.each_pair(|name, table| lookups.add(text(name)?, table))?;
        lookups.words.shrink_to_fit();
        lookups.forms.shrink_to_fit();
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
        &self.words[word.start as usize..(word.start + word.len) as usize]
    }

    /// Whether a word is a base form.
    pub(crate) fn is_base(&self, tables: &PosTables, word: &str) -> bool {
        let equal = |known: &Word| self.text(*known) == word;
        tables.index.find(self.hasher.hash_one(word), equal).is_some()
    }

    /// The irregular base forms of a word.
    pub(crate) fn exceptions<'l>(
        &'l self,
        tables: &PosTables,
        word: &str,
    ) -> impl Iterator<Item = &'l str> + use<'l> {
        let equal = |entry: &(Word, u32, u32)| self.text(entry.0) == word;
        let found = tables.exceptions.find(self.hasher.hash_one(word), equal);
        let (first, last) = found.map_or((0, 0), |&(_, first, last)| (first, last));
        self.forms[first as usize..last as usize].iter().map(|&form| self.text(form))
    }

    fn add(&mut self, name: &str, table: &ValueRef<'_>) -> Option<()> {
        self.tables.push(name.to_owned());
        let ValueRef::Map(pairs) = table else { return None };
        for (key, value) in pairs {
            match name {
                "lemma_lookup" => self.add_lookup(key.as_u64()?, value)?,
                "lemma_rules" => self.add_rules(key.as_u64()?, value)?,
                "lemma_index" => self.add_index(key.as_u64()?, value)?,
                "lemma_exc" => self.add_exceptions(key.as_u64()?, value)?,
                _ => return Some(()),
            }
        }
        Some(())
    }

    fn word(&mut self, value: &ValueRef<'_>) -> Option<Word> {
        let word = text(value)?;
        let start = u32::try_from(self.words.len()).ok()?;
        self.words.push_str(word);
        u32::try_from(self.words.len()).ok()?;
        Some(Word { start, len: word.len() as u32 })
    }

    fn add_lookup(&mut self, key: u64, value: &ValueRef<'_>) -> Option<()> {
        // One lemma, or a list, whose first is taken.
        let first = if let ValueRef::Array(items) = value { items.first()? } else { value };
        let word = self.word(first)?;
        self.lookup.insert(key, word);
        Some(())
    }

    fn add_rules(&mut self, key: u64, value: &ValueRef<'_>) -> Option<()> {
        for rule in list(value)? {
            let [old, new] = list(rule)? else { return None };
            let rule = (self.word(old)?, self.word(new)?);
            self.by_pos.entry(key).or_default().rules.push(rule);
        }
        Some(())
    }

    fn add_index(&mut self, key: u64, value: &ValueRef<'_>) -> Option<()> {
        let items = list(value)?;
        let mut index = HashTable::with_capacity(items.len());
        for item in items {
            let word = self.word(item)?;
            let Self { words, hasher, .. } = &*self;
            let hash = |word: &Word| hasher.hash_one(slice(words, *word));
            index.insert_unique(hash(&word), word, hash);
        }
        self.by_pos.entry(key).or_default().index = index;
        Some(())
    }

    fn add_exceptions(&mut self, key: u64, value: &ValueRef<'_>) -> Option<()> {
        let ValueRef::Map(pairs) = value else { return None };
        let mut exceptions = HashTable::with_capacity(pairs.len());
        for (word, forms) in pairs {
            let word = self.word(word)?;
            let first = u32::try_from(self.forms.len()).ok()?;
            for form in list(forms)? {
                let form = self.word(form)?;
                self.forms.push(form);
            }
            let entry = (word, first, u32::try_from(self.forms.len()).ok()?);
            let Self { words, hasher, .. } = &*self;
            let hash = |entry: &(Word, u32, u32)| hasher.hash_one(slice(words, entry.0));
            exceptions.insert_unique(hash(&entry), entry, hash);
        }
        self.by_pos.entry(key).or_default().exceptions = exceptions;
        Some(())
    }
}

fn slice(words: &str, word: Word) -> &str {
    &words[word.start as usize..(word.start + word.len) as usize]
}

fn list<'v, 'a>(value: &'v ValueRef<'a>) -> Option<&'v [ValueRef<'a>]> {
    match value {
        ValueRef::Array(items) => Some(items),
        _ => None,
    }
}
