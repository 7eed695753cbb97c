//! MessagePack value by value, out of bytes that may lie about what follows.

use rmp::Marker;

/// A place in MessagePack.
#[derive(Clone, Copy, Debug)]
pub struct Cursor<'a> {
    bytes: &'a [u8],
    /// Bytes before it.
    pub at: usize,
}

/// A value, or the beginning of a list or a map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Head<'a> {
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    /// A text, whose bytes nobody looked at.
    Text(&'a [u8]),
    Bytes(&'a [u8]),
    List(u64),
    Map(u64),
    /// Nothing, or an extension.
    Other,
}

impl<'a> Cursor<'a> {
    pub fn new(bytes: &'a [u8], at: usize) -> Cursor<'a> {
        Cursor { bytes, at }
    }

    /// The next value, or the beginning of it; nothing where the bytes do not have it.
    pub fn head(&mut self) -> Option<Head<'a>> {
        let marker = Marker::from_u8(self.number(1)? as u8);
        Some(match marker {
            Marker::Null => Head::Other,
            Marker::False => Head::Bool(false),
            Marker::True => Head::Bool(true),
            Marker::FixPos(number) => Head::Unsigned(u64::from(number)),
            Marker::U8 => Head::Unsigned(self.number(1)?),
            Marker::U16 => Head::Unsigned(self.number(2)?),
            Marker::U32 => Head::Unsigned(self.number(4)?),
            Marker::U64 => Head::Unsigned(self.number(8)?),
            Marker::FixNeg(number) => Head::Signed(i64::from(number)),
            Marker::I8 => Head::Signed(i64::from(self.number(1)? as u8 as i8)),
            Marker::I16 => Head::Signed(i64::from(self.number(2)? as u16 as i16)),
            Marker::I32 => Head::Signed(i64::from(self.number(4)? as u32 as i32)),
            Marker::I64 => Head::Signed(self.number(8)? as i64),
            Marker::F32 => Head::Float(f64::from(f32::from_bits(self.number(4)? as u32))),
            Marker::F64 => Head::Float(f64::from_bits(self.number(8)?)),
            Marker::FixStr(length) => Head::Text(self.take(u64::from(length))?),
            Marker::Str8 => Head::Text(self.counted(1)?),
            Marker::Str16 => Head::Text(self.counted(2)?),
            Marker::Str32 => Head::Text(self.counted(4)?),
            Marker::Bin8 => Head::Bytes(self.counted(1)?),
            Marker::Bin16 => Head::Bytes(self.counted(2)?),
            Marker::Bin32 => Head::Bytes(self.counted(4)?),
            Marker::FixArray(length) => Head::List(u64::from(length)),
            Marker::Array16 => Head::List(self.number(2)?),
            Marker::Array32 => Head::List(self.number(4)?),
            Marker::FixMap(length) => Head::Map(u64::from(length)),
            Marker::Map16 => Head::Map(self.number(2)?),
            Marker::Map32 => Head::Map(self.number(4)?),
            Marker::FixExt1 => self.extension(1)?,
            Marker::FixExt2 => self.extension(2)?,
            Marker::FixExt4 => self.extension(4)?,
            Marker::FixExt8 => self.extension(8)?,
            Marker::FixExt16 => self.extension(16)?,
            Marker::Ext8 => {
                let length = self.number(1)?;
                self.extension(length)?
            }
            Marker::Ext16 => {
                let length = self.number(2)?;
                self.extension(length)?
            }
            Marker::Ext32 => {
                let length = self.number(4)?;
                self.extension(length)?
            }
            Marker::Reserved => return None,
        })
    }

    /// Goes behind the next value, however deep it is.
    pub fn skip(&mut self) -> Option<()> {
        // Every value that a list claims takes a byte at least, so this ends with the bytes.
        let mut left = 1_u64;
        while left > 0 {
            left -= 1;
            left = left.checked_add(match self.head()? {
                Head::List(length) => length,
                Head::Map(length) => 2 * length,
                _ => 0,
            })?;
        }
        Some(())
    }

    /// How many values a list has that follows.
    pub fn list(&mut self) -> Option<u64> {
        match self.head()? {
            Head::List(length) => Some(length),
            _ => None,
        }
    }

    /// How many pairs a map has that follows.
    pub fn map(&mut self) -> Option<u64> {
        match self.head()? {
            Head::Map(length) => Some(length),
            _ => None,
        }
    }

    /// A text that follows.
    pub fn text(&mut self) -> Option<&'a str> {
        match self.head()? {
            Head::Text(text) => str::from_utf8(text).ok(),
            _ => None,
        }
    }

    /// Bytes that follow.
    pub fn bytes(&mut self) -> Option<&'a [u8]> {
        match self.head()? {
            Head::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    fn take(&mut self, length: u64) -> Option<&'a [u8]> {
        let end = self.at.checked_add(usize::try_from(length).ok()?)?;
        let taken = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(taken)
    }

    /// A number of this many bytes.
    fn number(&mut self, width: u64) -> Option<u64> {
        let bytes = self.take(width)?;
        Some(bytes.iter().fold(0, |number, &byte| number << 8 | u64::from(byte)))
    }

    /// As many bytes as the number before them says.
    fn counted(&mut self, width: u64) -> Option<&'a [u8]> {
        let length = self.number(width)?;
        self.take(length)
    }

    fn extension(&mut self, length: u64) -> Option<Head<'a>> {
        // Its type is a byte.
        self.take(length + 1)?;
        Some(Head::Other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read() {
        let check = |bytes: &[u8], expected: Option<Head<'_>>, skips: bool| {
            assert_eq!(Cursor::new(bytes, 0).head(), expected, "{bytes:02x?}");
            let mut cursor = Cursor::new(bytes, 0);
            assert_eq!(cursor.skip().is_some() && cursor.at == bytes.len(), skips, "{bytes:02x?}");
        };
        check(&[7], Some(Head::Unsigned(7)), true);
        check(&[0xcd, 1, 0], Some(Head::Unsigned(256)), true);
        check(&[0xff], Some(Head::Signed(-1)), true);
        check(&[0xd1, 0xff, 0xfe], Some(Head::Signed(-2)), true);
        check(
            &[0xd3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            Some(Head::Signed(-1)),
            true,
        );
        check(&[0xca, 0x3f, 0, 0, 0], Some(Head::Float(0.5)), true);
        check(&[0xa1, b'a'], Some(Head::Text(b"a")), true);
        check(&[0xc4, 1, 9], Some(Head::Bytes(&[9])), true);
        check(&[0x92, 0xc0, 0x81, 0xa0, 0xc3], Some(Head::List(2)), true);
        check(&[0xd4, 1, 2], Some(Head::Other), true);
        // Lengths that lie
        check(&[0xc6, 0xff, 0xff, 0xff, 0xff, 0], None, false);
        check(&[0xdd, 0xff, 0xff, 0xff, 0xff, 0xc0], Some(Head::List(u64::from(u32::MAX))), false);
        check(&[0xc9, 0xff, 0xff, 0xff, 0xff, 0], None, false);
        check(&[0xc1], None, false);
        check(&[], None, false);
        // Depth is no matter.
        let mut deep = vec![0x91; 1_000_000];
        deep.push(0xc0);
        check(&deep, Some(Head::List(1)), true);
    }
}
