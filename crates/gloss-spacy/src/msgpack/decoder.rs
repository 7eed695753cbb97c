//! MessagePack value by value. Nothing is allocated, so nothing that a file claims costs memory, and
//! nothing recurs, so nesting costs no stack.

/// A scalar, or what begins a list or a map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Head<'a> {
    Nil,
    Boolean(bool),
    /// 0 or more.
    Unsigned(u64),
    /// Less than 0.
    Negative(i64),
    /// A number with a fraction, or an extension: what no model file has.
    Other,
    /// Text that may not be UTF-8.
    Text(&'a [u8]),
    Bytes(&'a [u8]),
    /// The number of values that follow.
    List(u32),
    /// The number of pairs that follow.
    Map(u32),
}

impl<'a> Head<'a> {
    /// UTF-8 text, from text or from bytes.
    pub(crate) fn text(self) -> Option<&'a str> {
        match self {
            Self::Text(bytes) | Self::Bytes(bytes) => std::str::from_utf8(bytes).ok(),
            _ => None,
        }
    }

    pub(crate) fn unsigned(self) -> Option<u64> {
        match self {
            Self::Unsigned(number) => Some(number),
            _ => None,
        }
    }
}

/// The values in some bytes, one after another; `None` where the bytes end too early or hold none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Decoder<'a> {
    rest: &'a [u8],
}

impl<'a> Decoder<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// What has not been read.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The next scalar, or the beginning of a list or a map, whose values follow.
    #[inline]
    pub(crate) fn head(&mut self) -> Option<Head<'a>> {
        let marker = self.take(1)?[0];
        Some(match marker {
            0x00..=0x7f => Head::Unsigned(u64::from(marker)),
            0x80..=0x8f => Head::Map(u32::from(marker & 0x0f)),
            0x90..=0x9f => Head::List(u32::from(marker & 0x0f)),
            0xa0..=0xbf => Head::Text(self.take(usize::from(marker & 0x1f))?),
            0xc0 => Head::Nil,
            0xc1 => return None,
            0xc2 | 0xc3 => Head::Boolean(marker == 0xc3),
            0xc4..=0xc6 => Head::Bytes(self.take_counted(1 << (marker - 0xc4))?),
            0xc7..=0xc9 => {
                let len = self.number(1 << (marker - 0xc7))?;
                self.take(1)?;
                self.take(usize::try_from(len).ok()?)?;
                Head::Other
            }
            0xca => self.other(4)?,
            0xcb => self.other(8)?,
            0xcc..=0xcf => Head::Unsigned(self.number(1 << (marker - 0xcc))?),
            0xd0..=0xd3 => {
                let size = 1 << (marker - 0xd0);
                // Shifted up and down again, the sign fills what is to the left of it.
                let unused = 64 - 8 * size as u32;
                let number = ((self.number(size)? << unused) as i64) >> unused;
                u64::try_from(number).map_or(Head::Negative(number), Head::Unsigned)
            }
            0xd4..=0xd8 => self.other(1 + (1 << (marker - 0xd4)))?,
            0xd9..=0xdb => Head::Text(self.take_counted(1 << (marker - 0xd9))?),
            0xdc => Head::List(self.number(2)? as u32),
            0xdd => Head::List(self.number(4)? as u32),
            0xde => Head::Map(self.number(2)? as u32),
            0xdf => Head::Map(self.number(4)? as u32),
            0xe0..=0xff => Head::Negative(i64::from(marker as i8)),
        })
    }

    /// A whole number of 0 or more. Ids of strings are told first: there are hundreds of thousands.
    pub(crate) fn unsigned(&mut self) -> Option<u64> {
        if let &[0xcf, a, b, c, d, e, f, g, h, ref rest @ ..] = self.rest {
            self.rest = rest;
            return Some(u64::from_be_bytes([a, b, c, d, e, f, g, h]));
        }
        self.head()?.unsigned()
    }

    /// UTF-8 text.
    pub(crate) fn text(&mut self) -> Option<&'a str> {
        if let &[marker @ 0xa0..=0xbf, ref rest @ ..] = self.rest {
            self.rest = rest;
            return std::str::from_utf8(self.take(usize::from(marker & 0x1f))?).ok();
        }
        self.head()?.text()
    }

    /// Whether everything was read.
    pub(crate) fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// Passes over one value, and all that is in it.
    pub(crate) fn skip(&mut self) -> Option<()> {
        let mut pending = 1u64;
        while pending > 0 {
            pending += match self.head()? {
                Head::List(count) => u64::from(count),
                Head::Map(count) => 2 * u64::from(count),
                _ => 0,
            };
            pending -= 1;
        }
        Some(())
    }

    /// The bytes of one value.
    pub(crate) fn value(&mut self) -> Option<&'a [u8]> {
        let before = self.rest;
        self.skip()?;
        Some(&before[..before.len() - self.rest.len()])
    }

    /// The number of values in the list that begins here. There are bytes for as many, so room for
    /// them can be made.
    pub(crate) fn list(&mut self) -> Option<usize> {
        match self.head()? {
            Head::List(count) => Some(count as usize).filter(|&count| count <= self.rest.len()),
            _ => None,
        }
    }

    /// The number of pairs in the map that begins here. There are bytes for as many.
    pub(crate) fn map(&mut self) -> Option<usize> {
        match self.head()? {
            Head::Map(count) => Some(count as usize).filter(|&count| count <= self.rest.len() / 2),
            _ => None,
        }
    }

    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(len)?;
        self.rest = rest;
        Some(taken)
    }

    /// A big-endian number of 1, 2, 4 or 8 bytes.
    fn number(&mut self, size: usize) -> Option<u64> {
        Some(match *self.take(size)? {
            [a] => u64::from(a),
            [a, b] => u64::from(u16::from_be_bytes([a, b])),
            [a, b, c, d] => u64::from(u32::from_be_bytes([a, b, c, d])),
            [a, b, c, d, e, f, g, h] => u64::from_be_bytes([a, b, c, d, e, f, g, h]),
            _ => return None,
        })
    }

    /// As many bytes as a number of `size` bytes says.
    fn take_counted(&mut self, size: usize) -> Option<&'a [u8]> {
        let len = self.number(size)?;
        self.take(usize::try_from(len).ok()?)
    }

    fn other(&mut self, size: usize) -> Option<Head<'a>> {
        self.take(size).map(|_| Head::Other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rmpv::Value;

    fn packed(value: &Value) -> Vec<u8> {
        let mut bytes = Vec::new();
        rmpv::encode::write_value(&mut bytes, value).unwrap();
        bytes
    }

    /// Decodes with this module what another one encoded.
    fn check(value: &Value) {
        let bytes = packed(value);
        let mut decoder = Decoder::new(&bytes);
        let head = decoder.head().unwrap();
        match (value, head) {
            (Value::Nil, Head::Nil)
            | (Value::F32(_) | Value::F64(_) | Value::Ext(..), Head::Other) => {}
            (Value::Boolean(expected), Head::Boolean(got)) => assert_eq!(*expected, got),
            (Value::Integer(expected), Head::Unsigned(got)) => {
                assert_eq!(expected.as_u64(), Some(got));
                assert_eq!(Decoder::new(&bytes).unsigned(), Some(got));
            }
            (Value::Integer(expected), Head::Negative(got)) => {
                assert_eq!(expected.as_i64(), Some(got))
            }
            (Value::String(expected), Head::Text(got)) => {
                assert_eq!(expected.as_bytes(), got);
                assert_eq!(Decoder::new(&bytes).text(), expected.as_str());
            }
            (Value::Binary(expected), Head::Bytes(got)) => assert_eq!(expected, got),
            (Value::Array(expected), Head::List(got)) => assert_eq!(expected.len(), got as usize),
            (Value::Map(expected), Head::Map(got)) => assert_eq!(expected.len(), got as usize),
            other => panic!("{other:?}"),
        }
        let mut whole = Decoder::new(&bytes);
        assert_eq!(whole.value(), Some(bytes.as_slice()));
        assert!(whole.rest().is_empty());
        for len in 0..bytes.len() {
            assert_eq!(Decoder::new(&bytes[..len]).skip(), None, "{len} bytes of {value}");
        }
    }

    #[test]
    fn every_kind_of_value_is_read() {
        let numbers =
            [0, 1, 127, 128, 255, 256, 65_535, 65_536, u64::from(u32::MAX), 1 << 32, u64::MAX];
        numbers.iter().for_each(|&number| check(&Value::from(number)));
        for number in
            [-1, -32, -33, -128, -129, -32_768, -32_769, -(1 << 31), -(1 << 31) - 1, i64::MIN]
        {
            check(&Value::from(number));
        }
        for len in [0, 1, 15, 16, 31, 32, 255, 256, 65_535, 65_536] {
            if len < 300 {
                check(&Value::from("é".repeat(len / 2)));
                check(&Value::Array(vec![Value::Nil; len]));
                check(&Value::Map(vec![(Value::from(true), Value::from(0.5)); len]));
                check(&Value::Ext(3, vec![0; len]));
            } else {
                // Long ones whole; cut at each byte, they would take long.
                for value in [Value::Binary(vec![7; len]), Value::Array(vec![Value::from(1); len])]
                {
                    let bytes = packed(&value);
                    assert_eq!(Decoder::new(&bytes).value(), Some(bytes.as_slice()));
                    assert_eq!(Decoder::new(&bytes[..bytes.len() - 1]).skip(), None);
                }
            }
        }
        check(&Value::Binary(b"\xff".repeat(256)));
        check(&Value::F32(1.5));
        // Signed kinds that hold what is not negative.
        for bytes in
            [&[0xd0, 5][..], &[0xd1, 0, 5], &[0xd2, 0, 0, 0, 5], &[0xd3, 0, 0, 0, 0, 0, 0, 0, 5]]
        {
            assert_eq!(Decoder::new(bytes).head(), Some(Head::Unsigned(5)));
        }
    }

    #[test]
    fn claims_without_bytes_are_refused() {
        let lists = b"\xdd\xff\xff\xff\xff".repeat(1000);
        let maps = b"\xdf\xff\xff\xff\xff".repeat(1000);
        for bytes in [&lists[..], &maps, &[0xc6, 0xff, 0xff, 0xff, 0xff, 1], &[0xc1], &[]] {
            assert_eq!(Decoder::new(bytes).skip(), None);
            assert_eq!((Decoder::new(bytes).list(), Decoder::new(bytes).map()), (None, None));
        }
        // Deep nesting is read without a deep stack.
        let mut deep = vec![0x91; 1_000_000];
        deep.push(0xc0);
        assert_eq!(Decoder::new(&deep).skip(), Some(()));
    }
}
