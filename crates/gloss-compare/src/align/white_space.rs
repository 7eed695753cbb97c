//! Offsets between texts that differ in white space alone.

/// The text without white space: what is compared.
pub fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Whether two texts are the same but for white space.
pub fn same_but_for_white_space(a: &str, b: &str) -> bool {
    let dark = |text| str::chars(text).filter(|c| !c.is_whitespace());
    dark(a).eq(dark(b))
}

/// Maps stretches of one text to another that is the same but for white space.
pub struct Map {
    /// Of each character that is not white space: where it starts in the one and the other.
    starts: Vec<(u32, u32)>,
    /// How long it is.
    widths: Vec<u8>,
}

impl Map {
    /// From `from` to `to`.
    pub fn new(from: &str, to: &str) -> Map {
        let dark = |text: &'_ str| -> Vec<(u32, u8)> {
            let indices = text.char_indices().filter(|(_, c)| !c.is_whitespace());
            indices.map(|(at, c)| (at as u32, c.len_utf8() as u8)).collect()
        };
        let (from, to) = (dark(from), dark(to));
        let starts = from.iter().zip(&to).map(|(&(from, _), &(to, _))| (from, to)).collect();
        Map { starts, widths: from.iter().map(|&(_, width)| width).collect() }
    }

    /// Where the characters from `start` to `end` stand in the other text, without white space at
    /// either end; `None` when there are none but white space.
    pub fn apply(&self, start: u32, end: u32) -> Option<(u32, u32)> {
        let first = self.starts.partition_point(|&(from, _)| from < start);
        let behind = self.starts.partition_point(|&(from, _)| from < end);
        let last = behind.checked_sub(1).filter(|&last| last >= first)?;
        Some((self.starts[first].1, self.starts[last].1 + u32::from(self.widths[last])))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_maps() {
        let check = |from: &str, to: &str, span: (u32, u32), expected: Option<(u32, u32)>| {
            assert_eq!(Map::new(from, to).apply(span.0, span.1), expected, "{from:?} {to:?}");
        };
        check("in New York.", "in New\n  York .", (3, 11), Some((3, 13)));
        check("in New York.", "in New\n  York .", (2, 12), Some((3, 15)));
        check("in New York.", "in New\n  York .", (6, 7), None);
        check("é b", "éb", (3, 4), Some((2, 3)));
    }

    proptest! {
        #[test]
        fn there_and_back(words in prop::collection::vec("[a-cé😀]{1,3}", 1..9), pick in 0..9usize) {
            let (a, b) = (words.join(" "), format!(" {}\n", words.join("\t\t")));
            let pick = pick % words.len();
            let start: usize = words[..pick].iter().map(|w| w.len() + 1).sum();
            let span = (start as u32, (start + words[pick].len()) as u32);
            let there = Map::new(&a, &b).apply(span.0, span.1).unwrap();
            prop_assert_eq!(&b[there.0 as usize..there.1 as usize], &words[pick]);
            prop_assert_eq!(Map::new(&b, &a).apply(there.0, there.1), Some(span));
        }
    }
}
