//! What a `DocBin` holds, checked as it is read.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use super::layers::{Problem, Scored};
use super::msgpack::{Cursor, Head};
use super::spacy_strings::{hash, symbol};

/// Ids of spaCy's attributes.
const ORTH: u64 = 65;
const ENT_IOB: u64 = 77;
const ENT_TYPE: u64 = 78;

/// The most strings that a file may have.
const MAX_STRINGS: u64 = 1 << 24;

/// The most attributes that a token may have.
const MAX_ATTRIBUTES: u64 = 1 << 10;

const HELP: &str = "write the file anew with `DocBin(docs=docs).to_disk(path)`";

/// A span of tokens: the first, the one behind the last, and the label.
pub type TokenSpan<'a> = (usize, usize, Cow<'a, str>);

/// All documents of a file.
pub struct Content {
    bytes: Vec<u8>,
    /// Where each string stands, by its id.
    strings: HashMap<u64, Range<usize>>,
    /// Attributes of a token, in their order.
    attributes: Vec<u64>,
    tokens: Range<usize>,
    spaces: Range<usize>,
    /// Before which token each document begins, and the last ends.
    starts: Vec<usize>,
    /// Where what is said of each document stands; empty where nothing is.
    categories: Vec<usize>,
    flags: Vec<usize>,
    groups: Vec<usize>,
}

/// What is said of a document.
pub struct Tokens<'a> {
    content: &'a Content,
    range: Range<usize>,
    document: usize,
}

/// A text, and where its tokens stand.
pub struct Text {
    pub text: String,
    pub ranges: Vec<(usize, usize)>,
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
    fn string(&self, id: u64) -> Result<Cow<'_, str>, Problem> {
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

impl<'a> Tokens<'a> {
    /// An attribute of a token; nothing where the file does not have it.
    fn attribute(&self, token: usize, attribute: u64) -> Option<u64> {
        let Content { bytes, attributes, tokens, .. } = self.content;
        let column = attributes.iter().position(|other| *other == attribute)?;
        let at = tokens.start + 8 * ((self.range.start + token) * attributes.len() + column);
        Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
    }

    /// The text that the tokens make, as spaCy makes it.
    pub fn text(&self) -> Result<Text, Problem> {
        let spaces = &self.content.bytes[self.content.spaces.clone()][self.range.clone()];
        let unknown = self.flag("has_unknown_spaces");
        let (mut text, mut ranges) = (String::new(), Vec::with_capacity(self.range.len()));
        for (token, &space) in spaces.iter().enumerate() {
            let form = self.content.string(self.attribute(token, ORTH).unwrap_or(0))?;
            // Few strings can make a long text.
            if u32::try_from(text.len() + form.len() + 1).is_err() {
                return Err(Problem::new("the document has 4 GiB or more", "split it"));
            }
            let start = text.len();
            text.push_str(&form);
            ranges.push((start, text.len()));
            if unknown || space != 0 {
                text.push(' ');
            }
        }
        Ok(Text { text, ranges })
    }

    /// The entities; nothing where it was not said of any token whether it is in one.
    pub fn entities(&self) -> Result<Option<Vec<TokenSpan<'a>>>, Problem> {
        let places = (0..self.range.len()).map(|token| self.attribute(token, ENT_IOB).unwrap_or(0));
        let places: Vec<u64> = places.collect();
        if places.iter().all(|place| *place == 0) {
            return Ok(None);
        }
        let mut found: Vec<TokenSpan<'a>> = Vec::new();
        let mut open = false;
        for (token, place) in places.into_iter().enumerate() {
            let label = self.attribute(token, ENT_TYPE).unwrap_or(0);
            match place {
                1 if open => {
                    if let Some(last) = found.last_mut() {
                        last.1 = token + 1;
                    }
                }
                // One without a label says that there is no entity.
                1 | 3 if label != 0 => {
                    found.push((token, token + 1, self.content.string(label)?));
                    open = true;
                }
                _ => open = false,
            }
        }
        Ok(Some(found))
    }

    /// The groups of spans, by their names.
    pub fn groups(&self) -> Result<Vec<(String, Vec<TokenSpan<'a>>)>, Problem> {
        let Some(&at) = self.content.groups.get(self.document) else { return Ok(Vec::new()) };
        let bytes = Cursor::new(&self.content.bytes, at).bytes().unwrap_or_default();
        let damaged = || Problem::new("the groups of spans are damaged", HELP);
        if bytes.is_empty() {
            return Ok(Vec::new());
        }
        let mut cursor = Cursor::new(bytes, 0);
        let (mut groups, mut copied) = (Vec::new(), 0);
        match cursor.head().ok_or_else(damaged)? {
            // What spaCy wrote before 3.4.
            Head::List(count) => {
                for _ in 0..count {
                    let group = cursor.bytes().ok_or_else(damaged)?;
                    let (name, spans) = self.group(group)?.ok_or_else(damaged)?;
                    groups.push((name, spans));
                }
            }
            Head::Map(count) => {
                for _ in 0..count {
                    let group = cursor.bytes().ok_or_else(damaged)?;
                    let (_, spans) = self.group(group)?.ok_or_else(damaged)?;
                    for _ in 0..cursor.list().ok_or_else(damaged)? {
                        let name = cursor.text().ok_or_else(damaged)?;
                        // A few bytes must not name a large group many times.
                        copied += spans.len();
                        if copied > bytes.len() {
                            return Err(damaged());
                        }
                        groups.push((name.to_owned(), spans.clone()));
                    }
                }
            }
            _ => return Err(damaged()),
        }
        Ok(groups)
    }

    /// A group: its own name and its spans.
    fn group(&self, bytes: &[u8]) -> Result<Option<(String, Vec<TokenSpan<'a>>)>, Problem> {
        let mut cursor = Cursor::new(bytes, 0);
        let (mut name, mut spans) = (String::new(), Vec::new());
        let Some(pairs) = cursor.map() else { return Ok(None) };
        for _ in 0..pairs {
            match cursor.text() {
                Some("name") => cursor.text().unwrap_or_default().clone_into(&mut name),
                Some("spans") => {
                    let Some(count) = cursor.list() else { return Ok(None) };
                    for _ in 0..count {
                        let Some(span) = cursor.bytes().and_then(|bytes| bytes.first_chunk())
                        else {
                            return Ok(None);
                        };
                        spans.push(self.span(span)?);
                    }
                }
                _ if cursor.skip().is_some() => {}
                _ => return Ok(None),
            }
        }
        Ok(Some((name, spans)))
    }

    /// A span, big-endian: id, knowledge base id, label; start and end in tokens, start and end in
    /// characters.
    fn span(&self, bytes: &[u8; 40]) -> Result<TokenSpan<'a>, Problem> {
        let number = |at: usize| {
            let bytes = bytes.get(at..at + 4).and_then(|bytes| bytes.first_chunk());
            bytes.and_then(|bytes| usize::try_from(i32::from_be_bytes(*bytes)).ok())
        };
        let label = bytes
            .get(16..)
            .and_then(|bytes| bytes.first_chunk())
            .map_or(0, |b| u64::from_be_bytes(*b));
        match number(24).zip(number(28)) {
            Some((start, end)) if start < end && end <= self.range.len() => {
                Ok((start, end, self.content.string(label)?))
            }
            _ => Err(Problem::new("a span of a group is empty, or outside the document", HELP)),
        }
    }

    /// The categories with their scores.
    pub fn categories(&self) -> Result<Vec<Scored<'a>>, Problem> {
        let Some(&at) = self.content.categories.get(self.document) else { return Ok(Vec::new()) };
        let damaged = || Problem::new("the categories hold no numbers by their labels", HELP);
        let mut cursor = Cursor::new(&self.content.bytes, at);
        let mut found = Vec::new();
        for _ in 0..cursor.map().ok_or_else(damaged)? {
            let label = cursor.text().ok_or_else(damaged)?;
            let score =
                number(&mut cursor).filter(|number| number.is_finite()).ok_or_else(damaged)?;
            found.push((Cow::Borrowed(label), Some(score)));
        }
        Ok(found)
    }

    fn flag(&self, name: &str) -> bool {
        let Some(&at) = self.content.flags.get(self.document) else { return false };
        let mut cursor = Cursor::new(&self.content.bytes, at);
        let pairs = cursor.map().unwrap_or(0);
        for _ in 0..pairs {
            if cursor.text() == Some(name) {
                return cursor.head() == Some(Head::Bool(true));
            }
            if cursor.skip().is_none() {
                break;
            }
        }
        false
    }
}

fn number(cursor: &mut Cursor<'_>) -> Option<f32> {
    Some(match cursor.head()? {
        Head::Float(number) => number as f32,
        Head::Unsigned(number) => number as f32,
        Head::Signed(number) => number as f32,
        Head::Bool(truth) => f32::from(u8::from(truth)),
        _ => return None,
    })
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
