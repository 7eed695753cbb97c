//! Checked access to MessagePack data; every error names the file and the field.

mod decoder;

use crate::error::Error;
pub(crate) use decoder::{Decoder, Head};

/// A value with the file that it comes from and the path of fields that leads to it. The value stays
/// in the file's bytes until it is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Reader<'a> {
    /// One whole value.
    bytes: &'a [u8],
    file: &'a str,
    path: String,
}

impl<'a> Reader<'a> {
    /// Takes the one value that `bytes` hold; what is cut off is an error, and so are trailing bytes.
    pub(crate) fn parse(bytes: &'a [u8], file: &'a str) -> Result<Self, Error> {
        Self::parse_at(bytes, file, String::new())
    }

    fn parse_at(bytes: &'a [u8], file: &'a str, path: String) -> Result<Self, Error> {
        let field = if path.is_empty() { "MessagePack" } else { &path };
        let mut decoder = Decoder::new(bytes);
        let invalid = |reason: &str| Error::invalid(file, field, reason);
        decoder.skip().ok_or_else(|| invalid("cut off, or no MessagePack"))?;
        if !decoder.rest().is_empty() {
            return Err(invalid(&format!("{} bytes follow the value", decoder.rest().len())));
        }
        Ok(Self { bytes, file, path })
    }

    /// Takes the value that is packed inside this one's bytes.
    pub(crate) fn unpack(&self) -> Result<Reader<'a>, Error> {
        Reader::parse_at(self.bytes()?, self.file, self.path.clone())
    }

    /// An error about this value.
    pub(crate) fn error(&self, reason: impl Into<String>) -> Error {
        Error::invalid(self.file, &self.path, reason)
    }

    /// Reads this value one by one, where it is large or of one kind throughout.
    pub(crate) fn decoder(&self) -> Decoder<'a> {
        Decoder::new(self.bytes)
    }

    /// An error about a part of this value.
    pub(crate) fn error_in(&self, name: &str, reason: impl Into<String>) -> Error {
        self.child(&[], name).error(reason)
    }

    fn child(&self, bytes: &'a [u8], name: &str) -> Reader<'a> {
        let path =
            if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) };
        Reader { bytes, file: self.file, path }
    }

    fn head(&self) -> Head<'a> {
        self.decoder().head().unwrap_or(Head::Nil)
    }

    /// The keys and values of a map.
    fn pairs(&self) -> Result<impl Iterator<Item = (&'a [u8], &'a [u8])> + use<'a>, Error> {
        let mut decoder = self.decoder();
        let count = decoder.map().ok_or_else(|| self.error("a map was expected"))?;
        Ok((0..count).map_while(move |_| Some((decoder.value()?, decoder.value()?))))
    }

    /// The pairs of a map.
    pub(crate) fn entries(&self) -> Result<impl Iterator<Item = (Reader<'a>, Reader<'a>)>, Error> {
        let pair = |(key, value)| (self.child(key, "key"), self.child(value, &name(key)));
        Ok(self.pairs()?.map(pair))
    }

    pub(crate) fn is_map(&self) -> bool {
        matches!(self.head(), Head::Map(_))
    }

    /// Whether this is a list.
    pub(crate) fn is_list(&self) -> bool {
        matches!(self.head(), Head::List(_))
    }

    /// The number of elements of a list.
    pub(crate) fn count(&self) -> Result<usize, Error> {
        self.decoder().list().ok_or_else(|| self.error("a list was expected"))
    }

    /// The elements of a list.
    pub(crate) fn items(&self) -> Result<impl Iterator<Item = Reader<'a>>, Error> {
        let count = self.count()?;
        let mut decoder = self.decoder();
        decoder.head();
        let item = move |at: usize| Some(self.child(decoder.value()?, &at.to_string()));
        Ok((0..count).map_while(item))
    }

    /// A field of a map, whose key may be a string or bytes; `None` where absent or nil.
    pub(crate) fn optional(&self, name: &str) -> Result<Option<Reader<'a>>, Error> {
        let mut pairs = self.pairs()?.map(|(key, value)| (key, self.child(value, name)));
        Ok(pairs.find(|(key, value)| text(key) == Some(name) && !value.is_nil()).map(|(_, v)| v))
    }

    /// A field of a map that must be there.
    pub(crate) fn field(&self, name: &str) -> Result<Reader<'a>, Error> {
        self.optional(name)?.ok_or_else(|| self.error_in(name, "the field is missing"))
    }

    pub(crate) fn is_nil(&self) -> bool {
        self.head() == Head::Nil
    }

    pub(crate) fn is_bytes(&self) -> bool {
        matches!(self.head(), Head::Bytes(_))
    }

    /// UTF-8 text, from a string or from bytes.
    pub(crate) fn string(&self) -> Result<&'a str, Error> {
        self.head().text().ok_or_else(|| self.error("text was expected"))
    }

    pub(crate) fn bytes(&self) -> Result<&'a [u8], Error> {
        match self.head() {
            Head::Bytes(bytes) => Ok(bytes),
            _ => Err(self.error("bytes were expected")),
        }
    }

    pub(crate) fn integer(&self) -> Result<u64, Error> {
        let number = self.head().unsigned();
        number.ok_or_else(|| self.error("a whole number of 0 or more was expected"))
    }

    /// A whole number with a sign.
    pub(crate) fn signed(&self) -> Result<i64, Error> {
        match self.head() {
            Head::Negative(number) => Ok(number),
            Head::Unsigned(number) => {
                i64::try_from(number).map_err(|_| self.error("the number is too large"))
            }
            _ => Err(self.error("a whole number was expected")),
        }
    }

    pub(crate) fn size(&self) -> Result<usize, Error> {
        usize::try_from(self.integer()?).map_err(|_| self.error("the number is too large"))
    }

    pub(crate) fn boolean(&self) -> Result<bool, Error> {
        match self.head() {
            Head::Boolean(flag) => Ok(flag),
            _ => Err(self.error("true or false was expected")),
        }
    }
}

/// A key that is text.
fn text(key: &[u8]) -> Option<&str> {
    Decoder::new(key).head()?.text()
}

/// A key as a part of a path.
fn name(key: &[u8]) -> String {
    match Decoder::new(key).head() {
        Some(Head::Unsigned(number)) => number.to_string(),
        Some(Head::Negative(number)) => number.to_string(),
        head => head.and_then(Head::text).unwrap_or("?").to_owned(),
    }
}
