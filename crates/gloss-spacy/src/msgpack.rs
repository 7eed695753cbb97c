//! Checked access to MessagePack data; every error names the file and the field.

use rmpv::ValueRef;
use rmpv::decode::read_value_ref_with_max_depth;

use crate::error::Error;

/// Deeper nesting than any model file has.
const MAX_DEPTH: usize = 32;

/// A value with the file that it comes from and the path of fields that leads to it.
#[derive(Clone, Debug)]
pub(crate) struct Reader<'a> {
    value: ValueRef<'a>,
    file: &'a str,
    path: String,
}

impl<'a> Reader<'a> {
    /// Decodes the one value that `bytes` holds; trailing bytes are an error.
    pub(crate) fn parse(bytes: &'a [u8], file: &'a str) -> Result<Self, Error> {
        Self::parse_at(bytes, file, String::new())
    }

    fn parse_at(mut bytes: &'a [u8], file: &'a str, path: String) -> Result<Self, Error> {
        let field = if path.is_empty() { "MessagePack" } else { &path };
        let value = read_value_ref_with_max_depth(&mut bytes, MAX_DEPTH)
            .map_err(|error| Error::invalid(file, field, error.to_string()))?;
        if !bytes.is_empty() {
            let reason = format!("{} bytes follow the value", bytes.len());
            return Err(Error::invalid(file, field, reason));
        }
        Ok(Self { value, file, path })
    }

    /// Decodes the value that is packed inside this one's bytes.
    pub(crate) fn unpack(&self) -> Result<Reader<'a>, Error> {
        Reader::parse_at(self.bytes()?, self.file, self.path.clone())
    }

    /// An error about this value.
    pub(crate) fn error(&self, reason: impl Into<String>) -> Error {
        Error::invalid(self.file, &self.path, reason)
    }

    fn child(&self, value: ValueRef<'a>, name: &str) -> Reader<'a> {
        let path =
            if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) };
        Reader { value, file: self.file, path }
    }

    /// The pairs of a map.
    pub(crate) fn entries(&self) -> Result<Vec<(Reader<'a>, Reader<'a>)>, Error> {
        let ValueRef::Map(pairs) = &self.value else {
            return Err(self.error("a map was expected"));
        };
        let pair = |(key, value): &(ValueRef<'a>, ValueRef<'a>)| {
            let name = match text(key) {
                Some(name) => name.to_owned(),
                None => key.to_string(),
            };
            (self.child(key.clone(), "key"), self.child(value.clone(), &name))
        };
        Ok(pairs.iter().map(pair).collect())
    }

    /// Visits the pairs of a large map without making a path for each; where `visit` gives `None`, the
    /// pair is not what it should be.
    pub(crate) fn each_pair<'v>(
        &'v self,
        mut visit: impl FnMut(&'v ValueRef<'a>, &'v ValueRef<'a>) -> Option<()>,
    ) -> Result<(), Error> {
        let ValueRef::Map(pairs) = &self.value else {
            return Err(self.error("a map was expected"));
        };
        for (at, (key, value)) in pairs.iter().enumerate() {
            if visit(key, value).is_none() {
                let name = text(key).map_or_else(|| at.to_string(), str::to_owned);
                let place = self.child(ValueRef::Nil, &name);
                return Err(place.error("not of the expected kind, or out of range"));
            }
        }
        Ok(())
    }

    pub(crate) fn is_map(&self) -> bool {
        matches!(self.value, ValueRef::Map(_))
    }

    /// Whether this is a list.
    pub(crate) fn is_list(&self) -> bool {
        matches!(self.value, ValueRef::Array(_))
    }

    /// The elements of a list.
    pub(crate) fn items(&self) -> Result<Vec<Reader<'a>>, Error> {
        let ValueRef::Array(items) = &self.value else {
            return Err(self.error("a list was expected"));
        };
        let item = |(at, value): (usize, &ValueRef<'a>)| self.child(value.clone(), &at.to_string());
        Ok(items.iter().enumerate().map(item).collect())
    }

    /// A field of a map, whose key may be a string or bytes; `None` where absent or nil.
    pub(crate) fn optional(&self, name: &str) -> Result<Option<Reader<'a>>, Error> {
        let ValueRef::Map(pairs) = &self.value else {
            return Err(self.error("a map was expected"));
        };
        let found = pairs
            .iter()
            .find(|(key, value)| text(key) == Some(name) && !matches!(value, ValueRef::Nil));
        Ok(found.map(|(_, value)| self.child(value.clone(), name)))
    }

    /// A field of a map that must be there.
    pub(crate) fn field(&self, name: &str) -> Result<Reader<'a>, Error> {
        self.optional(name)?
            .ok_or_else(|| self.child(ValueRef::Nil, name).error("the field is missing"))
    }

    pub(crate) fn is_nil(&self) -> bool {
        matches!(self.value, ValueRef::Nil)
    }

    pub(crate) fn is_bytes(&self) -> bool {
        matches!(self.value, ValueRef::Binary(_))
    }

    /// UTF-8 text, from a string or from bytes.
    pub(crate) fn string(&self) -> Result<&'a str, Error> {
        text(&self.value).ok_or_else(|| self.error("text was expected"))
    }

    pub(crate) fn bytes(&self) -> Result<&'a [u8], Error> {
        match &self.value {
            ValueRef::Binary(bytes) => Ok(bytes),
            _ => Err(self.error("bytes were expected")),
        }
    }

    pub(crate) fn integer(&self) -> Result<u64, Error> {
        match &self.value {
            ValueRef::Integer(number) => number.as_u64(),
            _ => None,
        }
        .ok_or_else(|| self.error("a whole number of 0 or more was expected"))
    }

    /// A whole number with a sign.
    pub(crate) fn signed(&self) -> Result<i64, Error> {
        let ValueRef::Integer(number) = &self.value else {
            return Err(self.error("a whole number was expected"));
        };
        number.as_i64().ok_or_else(|| self.error("the number is too large"))
    }

    pub(crate) fn size(&self) -> Result<usize, Error> {
        usize::try_from(self.integer()?).map_err(|_| self.error("the number is too large"))
    }

    pub(crate) fn boolean(&self) -> Result<bool, Error> {
        match self.value {
            ValueRef::Boolean(flag) => Ok(flag),
            _ => Err(self.error("true or false was expected")),
        }
    }
}

/// Text, from a string or from bytes that are UTF-8.
pub(crate) fn text<'a>(value: &ValueRef<'a>) -> Option<&'a str> {
    match value {
        ValueRef::String(string) => string.into_str(),
        ValueRef::Binary(bytes) => std::str::from_utf8(bytes).ok(),
        _ => None,
    }
}
