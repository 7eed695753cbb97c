//! Texts in the form in which they are compared, with the way back to their bytes.
//!
//! A text is decomposed (NFD), its case is folded, diacritics are left out, and runs of white space
//! become one blank, as far as the options say. Entries and documents go through the same function.

use unicode_normalization::char::{canonical_combining_class, decompose_canonical};

use crate::fold::{continues, fold_case, is_diacritic, is_unspaced, is_word};

/// Which differences do not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Folding {
    /// Upper and lower case are the same.
    pub case: bool,
    /// Letters with and without diacritics are the same.
    pub diacritics: bool,
}

/// A match may begin or end before this byte: no character of the text is split, nor a letter from
/// its marks.
pub const EDGE: u8 = 1;
/// The byte is of a part of a word.
pub const WORD: u8 = 2;
/// The byte is of a script that is written without spaces.
pub const UNSPACED: u8 = 4;

/// A stretch of a text in normal form. Used again, so that its memory is.
#[derive(Debug, Default)]
pub struct Normal {
    /// The normal form.
    pub bytes: Vec<u8>,
    /// For each byte, what it is: `EDGE`, `WORD`, `UNSPACED`; one more, for the end.
    pub flags: Vec<u8>,
    /// For each byte, where in the text the character begins that it comes from; one more, for the
    /// end. It counts where `EDGE` is set.
    pub offsets: Vec<u32>,
    /// What stands before the stretch.
    before: u8,
    /// Marks that wait to be put into canonical order.
    pending: Vec<Pending>,
}

#[derive(Clone, Copy, Debug)]
struct Pending {
    class: u8,
    c: char,
    flags: u8,
    offset: u32,
}

impl Normal {
    /// Appends `text` from `start` until about `limit` bytes are there, and gives the offset at which it
    /// stopped: never before what belongs to the character before it, nor within white space.
    /// `start` is the beginning of the text or an edge in it.
    pub fn fill(&mut self, text: &str, start: usize, limit: usize, folding: Folding) -> usize {
        self.bytes.clear();
        self.flags.clear();
        self.offsets.clear();
        self.pending.clear();
        let mut earlier = text[..start].chars().rev();
        let before = earlier.find(|&c| !(folding.diacritics && is_diacritic(c)));
        self.before = before.map_or(0, flags_of);
        let bytes = text.as_bytes();
        let mut at = start;
        while at < bytes.len() {
            let byte = bytes[at];
            let (c, length) = if byte.is_ascii() {
                (char::from(byte), 1)
            } else {
                let c = text[at..].chars().next().unwrap_or_default();
                (c, c.len_utf8())
            };
            if self.bytes.len() >= limit && !continues(c) && !c.is_whitespace() {
                break;
            }
            if byte.is_ascii_alphanumeric() {
                self.flush();
                let folded = if folding.case { byte.to_ascii_lowercase() } else { byte };
                self.push_byte(folded, EDGE | WORD, at);
            } else if c.is_whitespace() {
                self.flush();
                if self.bytes.last() != Some(&b' ') {
                    self.push_byte(b' ', EDGE, at);
                }
            } else if byte.is_ascii() {
                self.flush();
                self.push_byte(byte, if byte == b'_' { EDGE | WORD } else { EDGE }, at);
            } else {
                self.character(c, at, folding);
            }
            at += length;
        }
        self.flush();
        self.flags.push(EDGE);
        self.offsets.push(offset(at));
        at
    }

    /// A character beyond ASCII.
    fn character(&mut self, c: char, at: usize, folding: Folding) {
        let mut first = true;
        decompose_canonical(c, |part| {
            let class = canonical_combining_class(part);
            if class == 0 {
                self.flush();
            }
            let edge = if first && !continues(c) { EDGE } else { 0 };
            first = false;
            if folding.diacritics && is_diacritic(part) {
                return;
            }
            let c = if folding.case { fold_case(part) } else { part };
            let flags = edge | flags_of(part);
            let pending = Pending { class, c, flags, offset: offset(at) };
            if class == 0 { self.push(pending) } else { self.pending.push(pending) }
        });
    }

    /// Writes the marks that wait, in canonical order.
    #[inline]
    fn flush(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let mut pending = std::mem::take(&mut self.pending);
        pending.sort_by_key(|mark| mark.class);
        pending.iter().for_each(|&mark| self.push(mark));
        pending.clear();
        self.pending = pending;
    }

    fn push(&mut self, Pending { c, flags, offset, .. }: Pending) {
        let mut buffer = [0; 4];
        let encoded = c.encode_utf8(&mut buffer).as_bytes();
        for (i, &byte) in encoded.iter().enumerate() {
            self.bytes.push(byte);
            self.flags.push(if i == 0 { flags } else { flags & !EDGE });
            self.offsets.push(offset);
        }
    }

    #[inline]
    fn push_byte(&mut self, byte: u8, flags: u8, at: usize) {
        self.bytes.push(byte);
        self.flags.push(flags);
        self.offsets.push(offset(at));
    }

    /// Whether a match may begin or end here, and, with `boundaries`, whether a word does: on one side
    /// there is no part of a word, or what is written without spaces.
    #[inline]
    pub fn is_cut(&self, at: usize, boundaries: bool) -> bool {
        let here = self.flags[at];
        if here & EDGE == 0 {
            return false;
        }
        if !boundaries {
            return true;
        }
        let before = if at == 0 { self.before } else { self.flags[at - 1] };
        before & here & WORD == 0 || (before | here) & UNSPACED != 0
    }
}

#[inline]
fn flags_of(c: char) -> u8 {
    let word = if is_word(c) { WORD } else { 0 };
    word | if is_unspaced(c) { UNSPACED } else { 0 }
}

/// Texts are shorter than 4 GiB.
#[inline]
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// The normal form of an entry: white space around it is left out, also where it is at the end only
/// because the mark behind it is.
pub fn normalize(text: &str, folding: Folding) -> Vec<u8> {
    let mut normal = Normal::default();
    normal.fill(text.trim(), 0, usize::MAX, folding);
    normal.bytes.truncate(normal.bytes.trim_ascii_end().len());
    normal.bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Folding = Folding { case: true, diacritics: true };
    const NONE: Folding = Folding { case: false, diacritics: false };

    #[test]
    fn equal_forms() {
        let check = |a: &str, b: &str, folding, expected| {
            let equal = normalize(a, folding) == normalize(b, folding);
            assert_eq!(equal, expected, "{a:?} {b:?}");
        };
        check("é", "e\u{301}", NONE, true);
        check("e\u{323}\u{301}", "e\u{301}\u{323}", NONE, true);
        check("ệ", "e\u{302}\u{323}", NONE, true);
        check("한", "\u{1112}\u{1161}\u{11AB}", NONE, true);
        check("Å", "Å", NONE, true);
        check("New York", " New\r\n\u{A0} York ", NONE, true);
        check("NewYork", "New York", ALL, false);
        check("a \u{301}", "a", ALL, true);
        check("CAFÉ", "café", Folding { case: true, diacritics: false }, true);
        check("CAFÉ", "cafe", Folding { case: true, diacritics: false }, false);
        check("CAFÉ", "cafe", ALL, true);
        check("Łódź", "Łodz", ALL, true);
        check("Łódź", "Lodz", ALL, false);
        check("ᾳ", "ᾼ", Folding { case: true, diacritics: false }, true);
        check("कि", "क", ALL, false);
    }

    #[test]
    fn the_way_back() {
        let check = |text: &str, limit, edges: &[u32], end| {
            let mut normal = Normal::default();
            assert_eq!(normal.fill(text, 0, limit, ALL), end, "{text:?}");
            let cut = (0..=normal.bytes.len()).filter(|&i| normal.is_cut(i, false));
            assert_eq!(cut.map(|i| normal.offsets[i]).collect::<Vec<_>>(), edges, "{text:?}");
        };
        check("", 9, &[0], 0);
        check("aé b", 9, &[0, 1, 3, 4, 5], 5);
        check("ae\u{301}\u{302}b", 9, &[0, 1, 6, 7], 7);
        check("한국", 90, &[0, 3, 6], 6);
        check("a \n\t b", 9, &[0, 1, 5, 6], 6);
        check("a \n\t b", 1, &[0, 1, 5], 5);
        check("ae\u{301}b", 2, &[0, 1, 4], 4);
    }
}
