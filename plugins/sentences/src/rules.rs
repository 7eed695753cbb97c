//! Whether a stop ends its sentence.

use crate::chars;
use crate::splitter::Splitter;

/// Longest word looked at, in bytes; a bound keeps time linear in text without spaces.
const WORD_LIMIT: usize = 48;

/// What a word is when it follows a stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    Starter,
    AfterTime,
}

/// A run of terminators with its closing marks, as byte offsets into the block.
#[derive(Debug, Default)]
pub(crate) struct Stop {
    /// Where the sentence began.
    pub sentence: usize,
    pub start: usize,
    pub end: usize,
    pub dots: u32,
    /// Has a mark other than full stop and ellipsis.
    pub strong: bool,
    pub ellipsis: bool,
    /// Has a mark that needs no white space after it.
    pub closed: bool,
    /// Closes a quotation.
    pub quoted: bool,
}

/// What follows a stop.
struct Next<'a> {
    word: &'a str,
    first: char,
    quote: bool,
    dash: bool,
}

/// Nouns that a letter names: "Plan B." is no initial.
const LETTER_NOUNS: &[&str] = &[
    "plan",
    "group",
    "vitamin",
    "hepatitis",
    "influenza",
    "type",
    "class",
    "grade",
    "category",
    "section",
    "appendix",
    "option",
    "team",
    "gate",
    "exhibit",
    "series",
    "schedule",
    "block",
];

/// Names that end in an exclamation mark.
const EXCLAIMED: &[&str] = &["Yahoo", "Jeopardy", "Yum"];

const SPEECH: &[&str] = &[
    "said",
    "says",
    "asked",
    "asks",
    "told",
    "added",
    "replied",
    "wrote",
    "shouted",
    "yelled",
    "cried",
    "wondered",
    "exclaimed",
    "responded",
    "tweeted",
    "joked",
    "quipped",
];

/// Whether the sentence ends at `stop.end`.
pub(crate) fn ends_sentence(splitter: &Splitter, text: &str, stop: &Stop) -> bool {
    let rest = &text[stop.end..];
    let Some(next) = rest.chars().next() else { return true };
    if stop.closed {
        return !continues_east_asian(rest.trim_start(), stop);
    }
    if !next.is_whitespace() {
        return stop.strong && chars::is_east_asian(next);
    }
    let Some(next) = read_next(rest) else { return true };
    if stop.quoted && next.dash || chars::is_continuation(next.first) || is_lower(next.word) {
        return false;
    }
    if stop.strong {
        return !continues_exclaimed(splitter, text, stop, &next, rest);
    }
    if stop.ellipsis {
        return next.quote || !next.first.is_numeric();
    }
    stop.quoted || full_stop_ends(splitter, text, stop, &next)
}

/// Reports of speech after a closing quote: 「…。」と言った, “…。”他说.
fn continues_east_asian(rest: &str, stop: &Stop) -> bool {
    let Some(first) = rest.chars().next() else { return false };
    if chars::is_continuation(first) {
        return true;
    }
    stop.quoted
        && (matches!(first, 'と' | 'っ' | 'は' | 'が' | 'の' | 'を' | 'に' | 'も')
            || rest
                .chars()
                .take(6)
                .take_while(|c| !chars::is_terminator(*c) && !chars::is_continuation(*c))
                .any(|c| matches!(c, '说' | '說' | '道' | '问' | '問' | '称' | '稱' | '喊')))
}

fn read_next(rest: &str) -> Option<Next<'_>> {
    let mut next = Next { word: "", first: ' ', quote: false, dash: false };
    for (at, c) in rest.char_indices() {
        if chars::is_dash(c) {
            next.dash = true;
        } else if chars::is_opener(c) {
            next.quote = true;
        } else if !c.is_whitespace() {
            next.word = first_word(&rest[at..]);
            next.first = c;
            return Some(next);
        }
    }
    None
}

/// The word at the start, without the punctuation after it.
fn first_word(rest: &str) -> &str {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '\'' | '’');
    let end = rest.char_indices().find(|(at, c)| !part(*c) || *at > WORD_LIMIT);
    &rest[..end.map_or(rest.len(), |(at, _)| at)]
}

/// Lower case that is not a brand's ("iPhone").
fn is_lower(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_lowercase)
        && !letters.next().is_some_and(char::is_uppercase)
}

/// "Yahoo! Inc.", and “Why?” Mayor Ortiz asked.
fn continues_exclaimed(s: &Splitter, text: &str, stop: &Stop, next: &Next, rest: &str) -> bool {
    let starter = s.words.get(next.word) == Some(&Class::Starter);
    if EXCLAIMED.contains(&word_before(text, stop.start)) && !stop.quoted {
        return !starter;
    }
    if !stop.quoted || starter || next.quote {
        return false;
    }
    for word in rest.split_whitespace().take(5) {
        if SPEECH.contains(&word.trim_end_matches(['.', ',', ':'])) {
            return true;
        }
        if word.len() > WORD_LIMIT || !word.starts_with(char::is_uppercase) {
            return false;
        }
    }
    false
}

/// The characters before `end` up to white space, without opening marks.
fn word_before(text: &str, end: usize) -> &str {
    let splits = |c: char| c.is_whitespace() || c == '/' || matches!(c, '–' | '—');
    let mut start = end;
    for (at, c) in text[..end].char_indices().rev() {
        if splits(c) || end - at > WORD_LIMIT {
            break;
        }
        start = at;
    }
    text[start..end].trim_start_matches(chars::is_opener)
}

fn full_stop_ends(s: &Splitter, text: &str, stop: &Stop, next: &Next) -> bool {
    // Not past the sentence's start: after "。" the word before may reach into the last sentence.
    let word = word_before(&text[stop.sentence..stop.start], stop.start - stop.sentence);
    let word_start = stop.start - word.len();
    let starter = s.words.get(next.word) == Some(&Class::Starter);
    let number = next.first.is_numeric();
    // The bound keeps a text that starts with millions of opening marks from being read each time.
    let opening = word_start - stop.sentence <= WORD_LIMIT
        && text[stop.sentence..word_start].chars().all(chars::is_opener);
    if opening && is_list_mark(word) {
        return false;
    }
    if matches!(word, "a.m" | "p.m" | "A.M" | "P.M") {
        return !number && s.words.get(next.word) != Some(&Class::AfterTime);
    }
    let listed = |list: &[&str]| is_listed(list, word);
    if listed(s.lists.joins) {
        return false;
    }
    if listed(s.lists.either) {
        return !number && (starter || next.quote);
    }
    if listed(s.lists.numbers) || (s.german && word.ends_with("str")) {
        return !number && !is_roman(next.word);
    }
    if is_dotted(word) {
        return !number && (starter || next.quote);
    }
    if is_one_capital(word) {
        let before = word_before(text, text[..word_start].trim_end().len());
        let noun = LETTER_NOUNS.contains(&before.to_lowercase().as_str());
        return starter || noun || number || next.quote;
    }
    if s.lists.ordinals && (is_short_number(word) || is_roman(word)) {
        return starter || next.quote;
    }
    true
}

/// In the list as written, in capitals ("MR"), or after a hyphen or apostrophe ("l'art").
fn is_listed(list: &[&str], word: &str) -> bool {
    let tail = word.rsplit(['-', '\'', '’']).next().unwrap_or(word);
    let capitals = word.len() > 1 && word.chars().all(char::is_uppercase);
    list.iter().any(|known| {
        *known == word || *known == tail || (capitals && known.eq_ignore_ascii_case(word))
    })
}

fn is_list_mark(word: &str) -> bool {
    is_short_number(word) || is_one_capital(word)
}

fn is_short_number(word: &str) -> bool {
    (1..=2).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit())
}

fn is_one_capital(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.next().is_none()
}

fn is_roman(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| matches!(b, b'I' | b'V' | b'X' | b'L'))
}

/// "U.S", "Ph.D", "J.-C": parts of one or two letters between full stops.
fn is_dotted(word: &str) -> bool {
    word.contains('.')
        && word.split('.').all(|part| {
            let letters = part.trim_start_matches('-');
            (1..=2).contains(&letters.chars().count()) && letters.chars().all(char::is_alphabetic)
        })
}
