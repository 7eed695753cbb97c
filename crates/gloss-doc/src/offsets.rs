//! Conversion between the units in which offsets are counted.

use serde::{Deserialize, Serialize};

/// What an offset counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum OffsetUnit {
    /// Bytes of the UTF-8: Rust, Go, C.
    #[default]
    Byte,
    /// Unicode code points: Python.
    Codepoint,
    /// Code units of the UTF-16: JavaScript, Java.
    Utf16,
}

impl OffsetUnit {
    /// The word that files use for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            OffsetUnit::Byte => "byte",
            OffsetUnit::Codepoint => "codepoint",
            OffsetUnit::Utf16 => "utf16",
        }
    }

    fn width(self, c: char) -> usize {
        match self {
            OffsetUnit::Byte => c.len_utf8(),
            OffsetUnit::Codepoint => 1,
            OffsetUnit::Utf16 => c.len_utf16(),
        }
    }
}

/// Bytes between two checkpoints of an [`OffsetMap`].
const STRIDE: usize = 256;

/// Converts offsets of one text between bytes and another unit, both ways.
///
/// Building it reads the text once; a conversion reads at most a few hundred bytes. For ASCII text
/// and for bytes it is free.
#[derive(Debug)]
pub struct OffsetMap<'a> {
    text: &'a str,
    unit: OffsetUnit,
    /// `(byte, unit)` at character boundaries about every [`STRIDE`] bytes; empty when the units agree.
    checkpoints: Vec<(usize, usize)>,
}

impl<'a> OffsetMap<'a> {
    /// A map for `text` and `unit`.
    #[must_use]
    pub fn new(text: &'a str, unit: OffsetUnit) -> OffsetMap<'a> {
        let mut checkpoints = Vec::new();
        if unit != OffsetUnit::Byte && !text.is_ascii() {
            let (mut next, mut count) = (0, 0);
            for (byte, c) in text.char_indices() {
                if byte >= next {
                    checkpoints.push((byte, count));
                    next = byte + STRIDE;
                }
                count += unit.width(c);
            }
        }
        OffsetMap { text, unit, checkpoints }
    }

    /// The offset in the map's unit of a byte offset; `None` when it is outside the text or
    /// inside a character.
    #[must_use]
    pub fn from_byte(&self, byte: usize) -> Option<usize> {
        if !self.text.is_char_boundary(byte) {
            return None;
        }
        let Some(i) = self.checkpoints.partition_point(|&(b, _)| b <= byte).checked_sub(1) else {
            return Some(byte);
        };
        let (start, count) = self.checkpoints[i];
        Some(count + self.text[start..byte].chars().map(|c| self.unit.width(c)).sum::<usize>())
    }

    /// The byte offset of an offset in the map's unit; `None` when it is outside the text or
    /// inside a character.
    #[must_use]
    pub fn to_byte(&self, offset: usize) -> Option<usize> {
        let Some(i) = self.checkpoints.partition_point(|&(_, u)| u <= offset).checked_sub(1) else {
            return self.text.is_char_boundary(offset).then_some(offset);
        };
        let (start, mut count) = self.checkpoints[i];
        for (i, c) in self.text[start..].char_indices() {
            if count >= offset {
                return (count == offset).then_some(start + i);
            }
            count += self.unit.width(c);
        }
        (count == offset).then_some(self.text.len())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_offsets() {
        let check = |text: &str, unit, byte, expected| {
            assert_eq!(OffsetMap::new(text, unit).from_byte(byte), expected, "{text:?} {unit:?}");
        };
        check("añb", OffsetUnit::Codepoint, 3, Some(2));
        check("añb", OffsetUnit::Codepoint, 2, None);
        check("a😀b", OffsetUnit::Utf16, 5, Some(3));
        check("a😀b", OffsetUnit::Codepoint, 6, Some(3));
        check("a😀b", OffsetUnit::Byte, 5, Some(5));
        check("abc", OffsetUnit::Utf16, 3, Some(3));
        check("abc", OffsetUnit::Utf16, 4, None);
        assert_eq!(OffsetMap::new("a😀b", OffsetUnit::Utf16).to_byte(2), None);
    }

    proptest! {
        #[test]
        fn there_and_back(text in "\\PC{0,700}") {
            for unit in [OffsetUnit::Byte, OffsetUnit::Codepoint, OffsetUnit::Utf16] {
                let map = OffsetMap::new(&text, unit);
                let mut expected = 0;
                for (byte, c) in text.char_indices() {
                    prop_assert_eq!(map.from_byte(byte), Some(expected));
                    prop_assert_eq!(map.to_byte(expected), Some(byte));
                    expected += unit.width(c);
                }
                prop_assert_eq!(map.from_byte(text.len()), Some(expected));
                prop_assert_eq!(map.to_byte(expected), Some(text.len()));
                prop_assert_eq!(map.to_byte(expected + 1), None);
            }
        }
    }
}
