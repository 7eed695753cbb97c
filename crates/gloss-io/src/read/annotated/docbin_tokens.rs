//! What a `DocBin` says of one document.

use std::borrow::Cow;
use std::ops::Range;

use super::docbin_content::{Content, HELP, ORTH};
use super::layers::{Problem, Scored};
use super::msgpack::{Cursor, Head};

/// Ids of spaCy's attributes.
const ENT_IOB: u64 = 77;
const ENT_TYPE: u64 = 78;

/// A span of tokens: the first, the one behind the last, and the label.
pub type TokenSpan<'a> = (usize, usize, Cow<'a, str>);

/// What is said of a document.
pub struct Tokens<'a> {
    pub content: &'a Content,
    /// Which of the file's tokens are its own.
    pub range: Range<usize>,
    /// Its number, from 0.
    pub document: usize,
}

/// A text, and where its tokens stand.
pub struct Text {
    pub text: String,
    pub ranges: Vec<(usize, usize)>,
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
        if !places.is_empty() && places.iter().all(|place| *place == 0) {
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
