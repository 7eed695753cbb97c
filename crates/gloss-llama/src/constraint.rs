//! Whether a text can still become a value of a schema, and what it lacks.
//!
//! One walk over the text answers both: where the text ends, the walk goes on in what it would have to be
//! followed by, taking the shortest way. Output has one form: a blank behind `:` and `,`, no other white space
//! between values, and properties in the order of their names.

use crate::schema::{Node, Property, Schema};

/// Digits of a number: as many as every reader of JSON keeps.
const DIGITS: usize = 15;

/// The text does not fit the schema, however it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Misfit;

impl Schema {
    /// What has to follow `text` at least to make a value of it; nothing, if it is one.
    ///
    /// # Errors
    /// [`Misfit`].
    pub fn rest(&self, text: &[u8]) -> Result<Vec<u8>, Misfit> {
        let mut walk = Walk { text, at: 0, rest: Vec::new() };
        walk.value(&self.0)?;
        if walk.at == text.len() { Ok(walk.rest) } else { Err(Misfit) }
    }

    /// Makes a value of a text that can become one: what is cut off within a character is dropped, and the
    /// shortest rest appended. Nothing, if it cannot.
    #[must_use]
    pub fn complete(&self, mut text: &[u8]) -> Option<String> {
        if let Err(error) = std::str::from_utf8(text) {
            text = &text[..error.valid_up_to()];
        }
        let rest = self.rest(text).ok()?;
        String::from_utf8([text, &rest].concat()).ok()
    }
}

struct Walk<'t> {
    text: &'t [u8],
    at: usize,
    rest: Vec<u8>,
}

impl Walk<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// What is left begins with `word`, or is the beginning of it and gets the rest of it.
    fn word(&mut self, word: &str) -> Result<(), Misfit> {
        let left = &self.text[self.at..];
        let common = left.len().min(word.len());
        if left[..common] != word.as_bytes()[..common] {
            return Err(Misfit);
        }
        self.at += common;
        self.rest.extend_from_slice(&word.as_bytes()[common..]);
        Ok(())
    }

    fn value(&mut self, node: &Node) -> Result<(), Misfit> {
        match node {
            Node::Object(properties) => self.object(properties),
            Node::Array { items, least, most } => self.array(items, *least, *most),
            Node::Text { most } => self.string(*most),
            Node::Number => self.number(true),
            Node::Integer => self.number(false),
            Node::Words(words) => {
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                self.one_of(&words).map(|_| ())
            }
            Node::Any(nodes) => {
                let (at, written) = (self.at, self.rest.len());
                for node in nodes {
                    (self.at, _) = (at, self.rest.truncate(written));
                    if self.value(node).is_ok() {
                        return Ok(());
                    }
                }
                Err(Misfit)
            }
        }
    }

    /// Which of the words the text has here, or may become at its end.
    fn one_of(&mut self, words: &[&str]) -> Result<usize, Misfit> {
        let left = &self.text[self.at..];
        let all = || words.iter().map(|word| word.as_bytes()).enumerate();
        // Of words that begin with others, such as 1 and 12, the longest counts.
        let whole = all().filter(|(_, word)| left.starts_with(word));
        let whole = whole.max_by_key(|(_, word)| word.len());
        let begun = all().find(|(_, word)| word.starts_with(left));
        let chosen = whole.filter(|(_, word)| word.len() == left.len()).or(begun).or(whole);
        let (at, _) = chosen.ok_or(Misfit)?;
        self.word(words[at])?;
        Ok(at)
    }

    fn object(&mut self, properties: &[Property]) -> Result<(), Misfit> {
        self.word("{")?;
        let mut next = 0;
        let mut first = true;
        loop {
            let must = properties[next..].iter().position(|property| property.required);
            if self.peek() == Some(b'}') || self.peek().is_none() && must.is_none() {
                return if must.is_none() { self.word("}") } else { Err(Misfit) };
            }
            // One up to the next that is required; at the text's end that one itself.
            let last = must.map_or(properties.len(), |must| next + must + 1);
            let skipped = if self.peek().is_none() { last - 1 } else { next };
            if skipped >= properties.len() {
                return Err(Misfit);
            }
            if !first {
                self.word(", ")?;
            }
            // Behind a comma at the text's end it may be any of them; the required one is the shortest way.
            let from = if self.peek().is_none() && must.is_some() { last - 1 } else { next };
            let names: Vec<&str> =
                properties[from..last].iter().map(|property| property.name.as_str()).collect();
            let chosen = from + self.one_of(&names)?;
            self.word(": ")?;
            self.value(&properties[chosen].node)?;
            (next, first) = (chosen + 1, false);
        }
    }

    fn array(&mut self, items: &Node, least: usize, most: usize) -> Result<(), Misfit> {
        self.word("[")?;
        let mut count = 0;
        loop {
            if self.peek() == Some(b']') || self.peek().is_none() && count >= least {
                return if count >= least { self.word("]") } else { Err(Misfit) };
            }
            if count == most {
                return Err(Misfit);
            }
            if count > 0 {
                self.word(", ")?;
            }
            self.value(items)?;
            count += 1;
        }
    }

    fn string(&mut self, most: usize) -> Result<(), Misfit> {
        self.word("\"")?;
        let mut count = 0;
        loop {
            match self.peek() {
                None | Some(b'"') => return self.word("\""),
                _ if count == most => return Err(Misfit),
                Some(b'\\') => self.escape()?,
                Some(0..0x20) => return Err(Misfit),
                Some(_) => self.character()?,
            }
            count += 1;
        }
    }

    /// A character of one or more bytes, of which the last ones may lack.
    fn character(&mut self) -> Result<(), Misfit> {
        let left = &self.text[self.at..];
        let left = &left[..left.len().min(4)];
        let valid = match std::str::from_utf8(left) {
            Ok(text) => text.chars().next().map_or(0, char::len_utf8),
            Err(error) if error.valid_up_to() > 0 => {
                let text = std::str::from_utf8(&left[..error.valid_up_to()]).unwrap_or_default();
                text.chars().next().map_or(0, char::len_utf8)
            }
            // Only the end of the text may be in the middle of a character.
            Err(error)
                if error.error_len().is_none() && self.at + left.len() == self.text.len() =>
            {
                left.len()
            }
            Err(_) => return Err(Misfit),
        };
        self.at += valid;
        Ok(())
    }

    fn escape(&mut self) -> Result<(), Misfit> {
        self.at += 1;
        match self.peek() {
            None => self.rest.push(b'n'),
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => {
                self.at += 1;
                self.code_point()?;
            }
            Some(_) => return Err(Misfit),
        }
        Ok(())
    }

    /// Four hexadecimal digits; not those of one half of a pair, which is no character.
    fn code_point(&mut self) -> Result<(), Misfit> {
        let mut pair = false;
        for place in 0..4 {
            let Some(digit) = self.peek() else {
                self.rest.push(b'0');
                continue;
            };
            let allowed = digit.is_ascii_hexdigit() && !(place == 1 && pair && digit > b'7');
            if !allowed {
                return Err(Misfit);
            }
            pair = place == 0 && digit.eq_ignore_ascii_case(&b'd');
            self.at += 1;
        }
        Ok(())
    }

    fn number(&mut self, fraction: bool) -> Result<(), Misfit> {
        let minus = self.peek() == Some(b'-');
        self.at += usize::from(minus);
        let zero = self.peek() == Some(b'0');
        // Some readers take -0 for a number that is no integer.
        let least = if minus && !fraction { b'1' } else { b'0' };
        if zero && least == b'1' {
            return Err(Misfit);
        }
        let digits = self.digits(if zero { 1 } else { DIGITS }, least)?;
        if fraction && self.peek() == Some(b'.') && digits < DIGITS {
            self.at += 1;
            self.digits(DIGITS - digits, b'0')?;
        }
        Ok(())
    }

    /// At least one digit, and no more than `most`; `least` where the text ends before it.
    fn digits(&mut self, most: usize, least: u8) -> Result<usize, Misfit> {
        let mut count = 0;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            (self.at, count) = (self.at + 1, count + 1);
        }
        match (count, self.peek()) {
            (0, None) => self.rest.push(least),
            (0, Some(_)) => return Err(Misfit),
            _ if count > most => return Err(Misfit),
            _ => {}
        }
        Ok(count)
    }
}
