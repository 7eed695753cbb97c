//! What a sentence looks like from outside: does it stand alone, and does it lean on the one
//! before it?

use unicode_segmentation::UnicodeSegmentation;

const PRONOUNS: &[&str] = &[
    "another", "both", "he", "her", "hers", "him", "his", "it", "it's", "its", "she", "such",
    "that", "their", "them", "these", "they", "this", "those",
];
const CONNECTIVES: &[&str] = &[
    "accordingly",
    "additionally",
    "also",
    "and",
    "besides",
    "but",
    "consequently",
    "conversely",
    "elsewhere",
    "furthermore",
    "hence",
    "however",
    "instead",
    "likewise",
    "meanwhile",
    "moreover",
    "nevertheless",
    "nonetheless",
    "or",
    "otherwise",
    "similarly",
    "so",
    "still",
    "then",
    "therefore",
    "thus",
    "yet",
];
const PHRASES: &[&str] = &[
    "after that",
    "as a result",
    "as such",
    "at that point",
    "at the same time",
    "because of this",
    "by contrast",
    "despite this",
    "even so",
    "for example",
    "for instance",
    "for that reason",
    "for this reason",
    "in addition",
    "in contrast",
    "in doing so",
    "in other words",
    "in particular",
    "in response",
    "in that case",
    "in turn",
    "on the contrary",
    "on the other hand",
    "that said",
    "the former",
    "the latter",
    "the same day",
    "the two",
    "to that end",
];
/// "This week" points at the calendar, not at a sentence.
const TIMES: &[&str] = &[
    "afternoon",
    "autumn",
    "century",
    "decade",
    "evening",
    "fall",
    "month",
    "morning",
    "night",
    "quarter",
    "season",
    "spring",
    "summer",
    "week",
    "weekend",
    "winter",
    "year",
    "year's",
];
const OPEN: &[char] = &['"', '\u{201c}', '\u{201e}', '\u{ab}', '\u{300c}', '\u{2018}'];
const CLOSE: &[char] = &['"', '\u{201d}', '\u{201c}', '\u{bb}', '\u{300d}', '\u{2019}'];
const END: &[char] = &['.', '!', '\u{2026}', '\u{3002}', '\u{ff01}', '\u{964}', '\u{6d4}'];

/// Whether the sentence leans on what stands before it. Only English has lists so far.
pub(crate) fn is_dangling(sentence: &str, language: &str) -> bool {
    if language != "en" {
        return false;
    }
    let sentence = sentence.trim();
    match quotation(sentence) {
        // `"Text," he said.`: what is said stands alone, who says it does not.
        Some((_, Some(after))) if !after.is_empty() => leans(after),
        Some((inside, _)) => leans(inside),
        None => leans(sentence),
    }
}

fn leans(text: &str) -> bool {
    let words: Vec<String> = text
        .unicode_words()
        .take(5)
        .map(|word| word.to_lowercase().replace('\u{2019}', "'"))
        .collect();
    let Some(first) = words.first().map(String::as_str) else { return false };
    let second = words.get(1).map_or("", String::as_str);
    if first == "this" && TIMES.contains(&second) {
        return false;
    }
    if PRONOUNS.contains(&first) || CONNECTIVES.contains(&first) {
        return true;
    }
    // "said he" after a quotation.
    if first == "said" && PRONOUNS.contains(&second) {
        return true;
    }
    let opening = words.join(" ");
    PHRASES.iter().any(|phrase| {
        opening.strip_prefix(phrase).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    })
}

/// If the sentence opens with a quotation mark: what is inside, and what follows its end, if any.
fn quotation(sentence: &str) -> Option<(&str, Option<&str>)> {
    let open = sentence.chars().next().filter(|c| OPEN.contains(c))?;
    let inside = &sentence[open.len_utf8()..];
    let close = |c: char| match open {
        '"' => c == '"',
        '\u{2018}' => c == '\u{2019}',
        _ => CLOSE.contains(&c) && c != '\u{2019}',
    };
    // An apostrophe inside a word does not close a single quotation.
    let end = inside.char_indices().find(|&(i, c)| {
        let next = inside[i + c.len_utf8()..].chars().next();
        close(c) && !(c == '\u{2019}' && next.is_some_and(char::is_alphabetic))
    });
    Some(match end {
        Some((i, c)) => (&inside[..i], Some(inside[i + c.len_utf8()..].trim())),
        None => (inside, None),
    })
}

/// Whether the sentence does not stand alone: too short, without a closing mark, a question, or
/// nothing but (the beginning of) a quotation.
pub(crate) fn is_fragment(sentence: &str, min_words: usize) -> bool {
    let sentence = sentence.trim();
    if sentence.unicode_words().take(min_words).count() < min_words {
        return true;
    }
    let bare = sentence.trim_end_matches(|c| CLOSE.contains(&c) || c == ')' || c == ']');
    if !bare.ends_with(END) {
        return true;
    }
    // A short quoted name or phrase at the front ("Dune" opened on Friday.) is no quotation opening.
    matches!(quotation(sentence), Some((_, None)))
        || matches!(quotation(sentence), Some((_, Some(after))) if after.unicode_words().next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dangling_openings() {
        let check = |text: &str, expected| assert_eq!(is_dangling(text, "en"), expected, "{text}");
        check("He left on Monday.", true);
        check("However, the talks went on.", true);
        check("In response, the ministry denied it.", true);
        check("In responses to the survey, most agreed.", false);
        check("This week the council meets.", false);
        check("This surprised nobody.", true);
        check("It\u{2019}s over for the club.", true);
        check("\u{201c}We will stay,\u{201d} she said.", true);
        check("\u{201c}We will stay,\u{201d} said Ana Ruiz, the mayor.", false);
        check("\"We will stay,\" said he.", true);
        check("The latter won.", true);
        check("Helsinki voted on Sunday.", false);
        check("", false);
        assert!(!is_dangling("He left.", "de"));
    }

    #[test]
    fn fragments() {
        let check = |text: &str, expected| assert_eq!(is_fragment(text, 4), expected, "{text}");
        check("Council votes to close the bridge", true);
        check("CARACAS, Jan. 3 (Reuters) -", true);
        check("The council voted to close the bridge.", false);
        check("Why did the council vote so late?", true);
        check("\u{201c}We never wanted this to happen.\u{201d}", true);
        check("\u{201c}We never wanted this to happen.", true);
        check("\u{201c}Dune\u{201d} opened in ninety cinemas.", false);
        check("She called it \u{201c}a very good day.\u{201d}", false);
        check("They won.", true);
        check("", true);
    }
}
