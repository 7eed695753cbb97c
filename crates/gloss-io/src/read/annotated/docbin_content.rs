//! What a `DocBin` holds, checked as it is read.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use super::docbin_tokens::Tokens;
use super::layers::Problem;
use super::msgpack::{Cursor, Head};
use super::spacy_strings::{hash, symbol};

/// The id of the attribute of a token that is its text.
pub(super) const ORTH: u64 = 65;

/// The most strings that a file may have.
const MAX_STRINGS: u64 = 1 << 24;

/// The most attributes that a token may have.
const MAX_ATTRIBUTES: u64 = 1 << 10;

pub(super) const HELP: &str = "write the file anew with `DocBin(docs=docs).to_disk(path)`";

/// All documents of a file.
pub struct Content {
    pub(super) bytes: Vec<u8>,
    /// Where each string stands, by its id.
    strings: HashMap<u64, Range<usize>>,
    /// Attributes of a token, in their order.
    pub(super) attributes: Vec<u64>,
    pub(super) tokens: Range<usize>,
    pub(super) spaces: Range<usize>,
    /// Before which token each document begins, and the last ends.
    starts: Vec<usize>,
    /// Where what is said of each document stands; empty where nothing is.
    pub(super) categories: Vec<usize>,
    pub(super) flags: Vec<usize>,
    pub(super) groups: Vec<usize>,
}

impl Content {
    /// Takes a decompressed file; says what is wrong with it.
    pub fn new(bytes: Vec<u8>) -> Result<Content, String> {
        let mut content = Content {
            strings: HashMap::new(),
            attributes: Vec::new(),
            tokens: 0..0,
            spaces: 0..0,
            starts: vec![0],
            categories: Vec::new(),
            flags: Vec::new(),
            groups: Vec::new(),
            bytes: Vec::new(),
        };
        let mut lengths = 0..0;
        // What is said of documents is looked at when their number is known.
        let mut said = [None; 3];
        let mut cursor = Cursor::new(&bytes, 0);
        let pairs = cursor.map().ok_or("it holds no map of MessagePack")?;
        for _ in 0..pairs {
            let key = cursor.text().ok_or("it is cut off, or damaged")?;
            let damaged = || format!("{key:?} is damaged");
            match key {
                "attrs" => content.attributes = numbers(&mut cursor).ok_or_else(damaged)?,
                "tokens" => content.tokens = packed(&mut cursor).ok_or_else(damaged)?,
                "spaces" => content.spaces = packed(&mut cursor).ok_or_else(damaged)?,
                "lengths" => lengths = packed(&mut cursor).ok_or_else(damaged)?,
                "strings" => content.strings = strings(&mut cursor).ok_or_else(damaged)?,
                "cats" => {
                    said[0] = Some(cursor);
                    cursor.skip().ok_or_else(damaged)?;
                }
                "flags" => {
                    said[1] = Some(cursor);
                    cursor.skip().ok_or_else(damaged)?;
                }
                "span_groups" => {
                    said[2] = Some(cursor);
                    cursor.skip().ok_or_else(damaged)?;
                }
                _ => cursor.skip().ok_or_else(damaged)?,
            }
        }
        content.cut(&bytes[lengths])?;
        let [categories, flags, groups] = said.map(|list| items(list, content.len()));
        let wrong = |name| format!("{name:?} are not as many as its documents");
        content.categories = categories.ok_or_else(|| wrong("cats"))?;
        content.flags = flags.ok_or_else(|| wrong("flags"))?;
        content.groups = groups.ok_or_else(|| wrong("span_groups"))?;
        content.bytes = bytes;
        Ok(content)
    }

    /// Cuts the tokens into documents.
    fn cut(&mut self, lengths: &[u8]) -> Result<(), String> {
        let (chunks, rest) = lengths.as_chunks::<4>();
        if !rest.is_empty() {
            return Err("\"lengths\" are no numbers of 32 bits".to_owned());
        }
        let mut end = 0_usize;
        for length in chunks {
            let length = usize::try_from(i32::from_le_bytes(*length)).ok();
            end = length.and_then(|length| end.checked_add(length)).ok_or("a length is below 0")?;
            self.starts.push(end);
        }
        let wanted = self.attributes.len().checked_mul(8).and_then(|row| row.checked_mul(end));
        if wanted != Some(self.tokens.len()) || self.spaces.len() != end {
            return Err("its documents have not as many tokens as it holds".to_owned());
        }
        if end > 0 && !self.attributes.contains(&ORTH) {
            return Err("its tokens have no texts".to_owned());
        }
        Ok(())
    }

    /// Number of documents.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// What is said of a document.
    pub fn document(&self, document: usize) -> Option<Tokens<'_>> {
        let range = *self.starts.get(document)?..*self.starts.get(document + 1)?;
        Some(Tokens { content: self, range, document })
    }

    /// The string of an id.
    pub(super) fn string(&self, id: u64) -> Result<Cow<'_, str>, Problem> {
        if let Some(name) = symbol(id) {
            return Ok(name);
        }
        let found = self.strings.get(&id).and_then(|range| self.bytes.get(range.clone()));
        let found = found.and_then(|text| str::from_utf8(text).ok());
        found.map(Cow::Borrowed).ok_or_else(|| {
            Problem::new("the file does not hold a string that a token or a span has", HELP)
        })
    }
}

fn numbers(cursor: &mut Cursor<'_>) -> Option<Vec<u64>> {
    let count = cursor.list().filter(|count| *count <= MAX_ATTRIBUTES)?;
    let number = |_| match cursor.head()? {
        Head::Unsigned(number) => Some(number),
        _ => None,
    };
    (0..count).map(number).collect()
}

/// Where the bytes stand that follow.
fn packed(cursor: &mut Cursor<'_>) -> Option<Range<usize>> {
    let length = cursor.bytes()?.len();
    Some(cursor.at - length..cursor.at)
}

/// Where each value of a list begins, if it has as many as there are documents; where there is no list
/// nothing is said of any.
fn items(list: Option<Cursor<'_>>, documents: usize) -> Option<Vec<usize>> {
    let Some(mut cursor) = list else { return Some(Vec::new()) };
    if cursor.list()? != documents as u64 {
        return None;
    }
    let mut all = Vec::with_capacity(documents);
    for _ in 0..documents {
        all.push(cursor.at);
        cursor.skip()?;
    }
    Some(all)
}

fn strings(cursor: &mut Cursor<'_>) -> Option<HashMap<u64, Range<usize>>> {
    let count = cursor.list().filter(|count| *count <= MAX_STRINGS)?;
    let mut all = HashMap::new();
    for _ in 0..count {
        let Head::Text(text) = cursor.head()? else { return None };
        all.insert(hash(text), cursor.at - text.len()..cursor.at);
    }
    Some(all)
}
