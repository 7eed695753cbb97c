//! The stemmer of rouge-score.
//!
//! Porter, "An algorithm for suffix stripping", Program 14.3, 1980, with the additions of NLTK, whose
//! `PorterStemmer` is what rouge-score calls: some irregular words, "ies" and "ied" of short words,
//! "y" behind consonants alone, "bli", "fulli", "logi", and "alli" taken off before what is before it.

/// Words whose stems are not got by the rules.
const IRREGULAR: [(&str, &str); 16] = [
    ("sky", "sky"),
    ("skies", "sky"),
    ("dying", "die"),
    ("lying", "lie"),
    ("tying", "tie"),
    ("news", "news"),
    ("inning", "inning"),
    ("innings", "inning"),
    ("outing", "outing"),
    ("outings", "outing"),
    ("canning", "canning"),
    ("cannings", "canning"),
    ("howe", "howe"),
    ("proceed", "proceed"),
    ("exceed", "exceed"),
    ("succeed", "succeed"),
];

/// A suffix and what is put in its place.
type Rule = (&'static str, &'static str);

const STEP_1A: [Rule; 4] = [("sses", "ss"), ("ies", "i"), ("ss", "ss"), ("s", "")];

const STEP_2: [Rule; 21] = [
    ("ational", "ate"),
    ("tional", "tion"),
    ("enci", "ence"),
    ("anci", "ance"),
    ("izer", "ize"),
    ("bli", "ble"),
    ("alli", "al"),
    ("entli", "ent"),
    ("eli", "e"),
    ("ousli", "ous"),
    ("ization", "ize"),
    ("ation", "ate"),
    ("ator", "ate"),
    ("alism", "al"),
    ("iveness", "ive"),
    ("fulness", "ful"),
    ("ousness", "ous"),
    ("aliti", "al"),
    ("iviti", "ive"),
    ("biliti", "ble"),
    ("fulli", "ful"),
];

const STEP_3: [Rule; 7] = [
    ("icate", "ic"),
    ("ative", ""),
    ("alize", "al"),
    ("iciti", "ic"),
    ("ical", "ic"),
    ("ful", ""),
    ("ness", ""),
];

/// Suffixes that go; "ion" behind "s" and "t" alone.
const STEP_4: [&str; 19] = [
    "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou",
    "ism", "ate", "iti", "ous", "ive", "ize",
];

/// The stem of a word of lower-case ASCII letters and digits.
#[must_use]
pub fn stem(word: &str) -> String {
    if let Some((_, stem)) = IRREGULAR.iter().find(|(irregular, _)| *irregular == word) {
        return (*stem).to_owned();
    }
    let mut word = word.to_owned();
    if word.len() > 2 && word.is_ascii() {
        plural(&mut word);
        past_and_progressive(&mut word);
        final_y(&mut word);
        step_2(&mut word);
        replace_first(&mut word, &STEP_3, |stem| measure(stem) > 0);
        step_4(&mut word);
        final_e(&mut word);
        if word.ends_with("ll") && measure(&word[..word.len() - 1]) > 1 {
            word.pop();
        }
    }
    word
}

/// For each letter whether it is a consonant: "y" is one at the beginning and behind a vowel.
fn consonants(word: &str) -> impl Iterator<Item = bool> + '_ {
    let mut before = false;
    word.bytes().map(move |letter| {
        before = match letter {
            b'a' | b'e' | b'i' | b'o' | b'u' => false,
            b'y' => !before,
            _ => true,
        };
        before
    })
}

/// How often a consonant follows a vowel: Porter's m.
fn measure(word: &str) -> usize {
    let mut after_vowel = false;
    let mut count = 0;
    for consonant in consonants(word) {
        count += usize::from(consonant && after_vowel);
        after_vowel = !consonant;
    }
    count
}

fn has_vowel(word: &str) -> bool {
    consonants(word).any(|consonant| !consonant)
}

fn ends_in_consonant(word: &str) -> bool {
    consonants(word).last().unwrap_or(false)
}

fn ends_in_double_consonant(word: &str) -> bool {
    let letters = word.as_bytes();
    letters.len() >= 2
        && letters[letters.len() - 1] == letters[letters.len() - 2]
        && ends_in_consonant(word)
}

/// Porter's *o: consonant, vowel, consonant that is not "w", "x" or "y". Here a vowel and a consonant
/// that are the whole word count as well.
fn ends_in_short_syllable(word: &str) -> bool {
    let kinds: Vec<bool> = consonants(word).collect();
    match kinds[..] {
        [false, true] => true,
        [.., true, false, true] => !word.ends_with(['w', 'x', 'y']),
        _ => false,
    }
}

/// Applies the first rule whose suffix the word has, if the condition holds of what is before it;
/// says whether there was such a suffix.
fn replace_first(word: &mut String, rules: &[Rule], condition: impl Fn(&str) -> bool) -> bool {
    let Some((suffix, replacement)) = rules.iter().find(|(suffix, _)| word.ends_with(suffix))
    else {
        return false;
    };
    let stem = word.len() - suffix.len();
    if condition(&word[..stem]) {
        word.truncate(stem);
        word.push_str(replacement);
    }
    true
}

fn plural(word: &mut String) {
    if word.len() == 4 && word.ends_with("ies") {
        word.pop();
    } else {
        replace_first(word, &STEP_1A, |_| true);
    }
}

fn past_and_progressive(word: &mut String) {
    if word.ends_with("ied") {
        let kept = if word.len() == 4 { 1 } else { 2 };
        word.truncate(word.len() - kept);
        return;
    }
    if word.ends_with("eed") {
        replace_first(word, &[("eed", "ee")], |stem| measure(stem) > 0);
        return;
    }
    let without = |suffix| word.strip_suffix(suffix).filter(|stem| has_vowel(stem));
    let Some(stem) = without("ed").or_else(|| without("ing")).map(str::len) else { return };
    word.truncate(stem);
    let restored = [("at", "ate"), ("bl", "ble"), ("iz", "ize")];
    if replace_first(word, &restored, |_| true) {
        return;
    }
    if ends_in_double_consonant(word) {
        if !word.ends_with(['l', 's', 'z']) {
            word.pop();
        }
    } else if measure(word) == 1 && ends_in_short_syllable(word) {
        word.push('e');
    }
}

fn final_y(word: &mut String) {
    replace_first(word, &[("y", "i")], |stem| stem.len() > 1 && ends_in_consonant(stem));
}

fn step_2(word: &mut String) {
    while let Some(stem) = word.strip_suffix("alli")
        && measure(stem) > 0
    {
        word.truncate(word.len() - "li".len());
    }
    if !replace_first(word, &STEP_2, |stem| measure(stem) > 0)
        && word.ends_with("logi")
        // The "l" counts to what is before.
        && measure(&word[..word.len() - "ogi".len()]) > 0
    {
        word.pop();
    }
}

fn step_4(word: &mut String) {
    let Some(suffix) = STEP_4.iter().find(|suffix| word.ends_with(**suffix)) else { return };
    let stem = &word[..word.len() - suffix.len()];
    if measure(stem) > 1 && (*suffix != "ion" || stem.ends_with(['s', 't'])) {
        word.truncate(stem.len());
    }
}

fn final_e(word: &mut String) {
    if let Some(stem) = word.strip_suffix('e') {
        let m = measure(stem);
        if m > 1 || (m == 1 && !ends_in_short_syllable(stem)) {
            word.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::stem;

    #[test]
    fn known_stems() {
        let check = |word: &str, expected: &str| assert_eq!(stem(word), expected, "{word}");
        for (word, expected) in [
            ("caresses", "caress"),
            ("ponies", "poni"),
            ("ties", "tie"),
            ("cats", "cat"),
            ("tied", "tie"),
            ("cried", "cri"),
            ("feed", "feed"),
            ("agreed", "agre"),
            ("plastered", "plaster"),
            ("bled", "bled"),
            ("conflated", "conflat"),
            ("hopping", "hop"),
            ("falling", "fall"),
            ("hissing", "hiss"),
            ("filing", "file"),
            ("aging", "age"),
            ("happy", "happi"),
            ("enjoy", "enjoy"),
            ("spy", "spi"),
            ("relational", "relat"),
            ("radically", "radic"),
            ("hopefully", "hope"),
            ("geologies", "geolog"),
            ("sensibility", "sensibl"),
            ("adoption", "adopt"),
            ("replacement", "replac"),
            ("controlled", "control"),
            ("cease", "ceas"),
            ("dying", "die"),
            ("sky", "sky"),
            ("2000s", "2000"),
            ("as", "as"),
            ("", ""),
        ] {
            check(word, expected);
        }
    }

    proptest! {
        /// Any word has a stem that is no longer than it and one letter.
        #[test]
        fn stems_are_not_longer(word in "[a-z0-9]{0,12}") {
            let stem = stem(&word);
            prop_assert!(stem.len() <= word.len() + 1 && (word.is_empty() || !stem.is_empty()));
        }
    }
}
