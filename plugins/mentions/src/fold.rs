//! Letters made equal for comparing: case and, in Latin script, accents.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// In lower case, composed, with straight apostrophes and one sort of hyphen.
pub fn lower(text: &str) -> String {
    text.nfc().flat_map(char::to_lowercase).map(plain).collect()
}

/// As [`lower`], without the accents of Latin letters. Marks of other scripts are letters there
/// (й is not и), so they stay.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut latin = false;
    for c in text.nfd().flat_map(char::to_lowercase).map(plain) {
        if is_combining_mark(c) {
            if !latin {
                out.push(c);
            }
            continue;
        }
        latin = matches!(c, 'a'..='z' | '\u{DF}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}');
        match c {
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'ø' => out.push('o'),
            'ł' => out.push('l'),
            'đ' => out.push('d'),
            'ı' => out.push('i'),
            c => out.push(c),
        }
    }
    out
}

/// Whether two names that fold to the same do not contradict each other: word by word, their accents
/// are the same, or one has none. "Nicolás" is "Nicolas", but "Rosé" is not "Rôse".
pub fn accents_agree(a: &str, b: &str) -> bool {
    let bare = |word: &str| word.is_ascii();
    a.split(' ').zip(b.split(' ')).all(|(a, b)| a == b || bare(a) || bare(b))
}

fn plain(c: char) -> char {
    match c {
        '’' | 'ʼ' | '‘' | '`' => '\'',
        '‐' | '‑' | '–' => '-',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_folded_with_care() {
        let check = |text: &str, expected: &str| assert_eq!(fold(text), expected, "{text}");
        check("Nicolás", "nicolas");
        check("Nova\u{301}kova\u{301}", "novakova");
        check("Łódź Ångström Weiß", "lodz angstrom weiss");
        check("O’Dwyer", "o'dwyer");
        check("Цой", "цои\u{306}");
        assert!(accents_agree("nicolás maduro", "nicolas maduro"));
        assert!(!accents_agree("rosé", "rôse"));
    }
}
