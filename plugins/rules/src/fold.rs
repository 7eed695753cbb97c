//! What counts as the same character: canonical equivalence, case, diacritics.

use std::sync::OnceLock;

use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};
use regex_syntax::{hir::Class, hir::HirKind};

/// The simple case folding of a character. Characters of one class of Unicode's simple case folding
/// have one image, the least of the class, so that `ς`, `σ` and `Σ` are the same, and `ß` and `ẞ`,
/// but not `ss`. Patterns with `(?i)` have the same classes.
#[inline]
pub fn fold_case(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    let table = folded();
    table.binary_search_by_key(&c, |&(from, _)| from).map_or(c, |found| table[found].1)
}

/// Characters beyond ASCII whose folding is another character, sorted.
fn folded() -> &'static [(char, char)] {
    static TABLE: OnceLock<Vec<(char, char)>> = OnceLock::new();
    TABLE.get_or_init(|| {
        ('\u{80}'..=char::MAX)
            .filter(|c| c.to_lowercase().ne([*c]) || c.to_uppercase().ne([*c]))
            .filter_map(|c| {
                let mut class = ClassUnicode::new([ClassUnicodeRange::new(c, c)]);
                class.try_case_fold_simple().ok()?;
                let least = class.ranges().first()?.start();
                // ASCII is in lower case, as above.
                let image = least.to_ascii_lowercase();
                (image != c).then_some((c, image))
            })
            .collect()
    })
}

/// Whether a character is a diacritic that folding removes: a combining mark of the general blocks.
/// Marks of single scripts (vowel signs, nukta) stay, for without them words are others.
#[inline]
pub fn is_diacritic(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}'
        | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}')
}

/// Whether a character belongs to what stands before it, so that nothing may be cut there: a mark, or
/// the vowel or final consonant of a Korean syllable in parts.
#[inline]
pub fn continues(c: char) -> bool {
    c >= '\u{300}'
        && (matches!(c, '\u{1160}'..='\u{11FF}' | '\u{D7B0}'..='\u{D7FF}')
            || unicode_normalization::char::is_combining_mark(c))
}

/// Whether a character is part of a word.
#[inline]
pub fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || continues(c)
}

/// Whether a character is of a script that is written without spaces between words.
#[inline]
pub fn is_unspaced(c: char) -> bool {
    // The first of them is Thai.
    c >= '\u{E00}' && unspaced().binary_search_by(|range| place(range, c)).is_ok()
}

fn place(range: &ClassUnicodeRange, c: char) -> std::cmp::Ordering {
    if range.end() < c {
        std::cmp::Ordering::Less
    } else if range.start() > c {
        std::cmp::Ordering::Greater
    } else {
        std::cmp::Ordering::Equal
    }
}

fn unspaced() -> &'static [ClassUnicodeRange] {
    static TABLE: OnceLock<Vec<ClassUnicodeRange>> = OnceLock::new();
    const SCRIPTS: &str = r"[\p{scx:Han}\p{scx:Hiragana}\p{scx:Katakana}\p{scx:Bopomofo}\p{Thai}
        \p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}\p{Tai_Le}\p{New_Tai_Lue}\p{Tai_Tham}\p{Javanese}
        \p{Balinese}&&[\p{Alphabetic}\p{M}]]";
    TABLE.get_or_init(|| {
        let parsed = regex_syntax::ParserBuilder::new()
            .ignore_whitespace(true)
            .build()
            .parse(SCRIPTS)
            .map(regex_syntax::hir::Hir::into_kind);
        match parsed {
            Ok(HirKind::Class(Class::Unicode(class))) => class.ranges().to_vec(),
            // The pattern is constant: a test would fail.
            _ => Vec::new(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case() {
        let check = |class: &str| {
            let images: Vec<char> = class.chars().map(fold_case).collect();
            assert!(images.iter().all(|&c| c == images[0]), "{class}: {images:?}");
        };
        for class in ["aA", "kKK", "σςΣ", "ßẞ", "éÉ", "жЖ", "ſsS", "ǆǅǄ", "𐐀𐐨", "Ა\u{10D0}"]
        {
            check(class);
        }
        let different = |a, b| assert_ne!(fold_case(a), fold_case(b));
        different('ß', 's');
        different('i', 'ı');
        different('é', 'e');
        assert!(folded().is_sorted());
    }

    #[test]
    fn scripts_without_spaces() {
        let check = |text: &str, expected| {
            assert!(text.chars().all(|c| is_unspaced(c) == expected), "{text}");
        };
        check("東京ひらカナー々ไทยລາວខ្មែរမြန်", true);
        check("aéжα한국العربية5５_-。、 ", false);
    }

    #[test]
    fn what_belongs_to_what_stands_before() {
        let check = |text: &str, expected| {
            assert!(text.chars().all(|c| continues(c) == expected), "{text:?}");
        };
        check("\u{301}\u{1161}\u{11AB}\u{93F}\u{FE0F}\u{20E3}", true);
        check("a한\u{1112}é5 -\u{200D}", false);
    }
}
