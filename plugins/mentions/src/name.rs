//! What a mention says: its words for comparing, its title, the acronym that it is.

use std::ops::Range;

use crate::fold::{fold, lower};
use crate::words::{Gender, gender, is_generation, is_legal_form, is_title};

/// Longer names are compared whole only: nobody is called so, and work stays in proportion.
const MOST_WORDS: usize = 10;

/// A mention's text, taken apart.
#[derive(Clone, Debug, Default)]
pub struct Name {
    /// Where the name itself is: without article, title, possessive and an acronym in parentheses.
    pub core: Range<usize>,
    /// Words for comparing: folded, without title, legal form and generation.
    pub words: Vec<String>,
    /// The same with accents.
    pub accented: String,
    /// "jr" and the like.
    pub generation: Option<String>,
    /// The title, inside the mention or before it.
    pub title: Option<String>,
    /// The letters, if it is an acronym: "US" of "U.S.".
    pub acronym: Option<String>,
    /// Whether it had a legal form such as "Inc.".
    pub legal: bool,
}

impl Name {
    /// Reads the mention at `range`. Titles count for persons alone: General Motors has none.
    pub fn read(text: &str, range: Range<usize>, person: bool) -> Name {
        let core = core(text, range.clone());
        let mut name = Name { core, ..Name::default() };
        if person {
            name.title = title_before(text, range.start);
        }
        name.acronym = acronym(&text[name.core.clone()]);
        // No initials tell that these are one.
        if name.acronym.as_deref() == Some("USA") {
            name.acronym = Some("US".to_owned());
        }
        match &name.acronym {
            // "US" is no "us", nor "WHO" a "who"; longer ones are also written "Nato".
            Some(letters) if letters.chars().count() <= 3 => {
                name.words.push(letters.clone());
                name.accented.clone_from(letters);
            }
            Some(letters) => {
                name.words.push(fold(letters));
                name.accented = lower(letters);
            }
            None => name.read_words(text, person),
        }
        name
    }

    /// What groups equal names.
    pub fn key(&self) -> String {
        let mut key = self.words.join(" ");
        if let Some(generation) = &self.generation {
            key.push_str(", ");
            key.push_str(generation);
        }
        key
    }

    pub fn gender(&self) -> Option<Gender> {
        self.title.as_deref().and_then(gender)
    }

    fn read_words(&mut self, text: &str, person: bool) {
        let mut words: Vec<&str> = text[self.core.clone()].split_whitespace().collect();
        let bare = |word: &str| lower(word.trim_matches(|c: char| !c.is_alphanumeric()));
        while person && words.len() > 1 && words[0].len() < 20 && is_title(&bare(words[0])) {
            self.title = Some(bare(words.remove(0)));
            self.core.start = words[0].as_ptr().addr() - text.as_ptr().addr();
        }
        if words.len() > 1 && is_generation(&bare(words[words.len() - 1])) {
            self.generation = words.pop().map(bare);
        }
        while !person
            && words.len() > 1
            && is_legal_form(&bare(words[words.len() - 1]).replace('.', ""))
        {
            words.pop();
            self.legal = true;
        }
        if words.len() > MOST_WORDS {
            let whole = words.join(" ");
            self.words = vec![fold(&whole)];
            self.accented = lower(&whole);
            return;
        }
        let mut accented = Vec::new();
        for (i, word) in words.iter().enumerate() {
            for part in parts(word, person) {
                let part = if i + 1 == words.len() { without_article(part) } else { part };
                let folded = fold(part);
                if !folded.is_empty() {
                    accented.push(lower(part));
                    self.words.push(folded);
                }
            }
        }
        self.accented = accented.join(" ");
    }
}

/// The words in one word: of the initials "J.K." there are two.
fn parts(word: &str, person: bool) -> impl Iterator<Item = &str> {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '&');
    let initials = person && word.split('.').all(|part| part.chars().count() == 1);
    let separator = move |c: char| initials && c == '.';
    word.split(separator)
}

/// "Assad" of "al-Assad".
fn without_article(word: &str) -> &str {
    let end = word.char_indices().nth(3).map_or(word.len(), |(at, _)| at);
    match lower(&word[..end]).as_str() {
        "al-" | "el-" | "as-" | "ad-" | "ar-" if word.len() > end + 2 => &word[end..],
        _ => word,
    }
}

/// Without what surrounds a name: quotes and blanks, "the", the possessive, an acronym behind it.
fn core(text: &str, range: Range<usize>) -> Range<usize> {
    let edge = |c: char| !c.is_alphanumeric() && !matches!(c, '.' | '&' | '\'' | '’');
    let all = &text[range];
    let mut name = all.trim_matches(edge).trim_start_matches(['\'', '’', '.']);
    if let Some(open) = name.find(" (").filter(|&at| at > 0) {
        name = &name[..open];
    }
    for article in ["the ", "The ", "THE "] {
        name = name.strip_prefix(article).unwrap_or(name);
    }
    let name = ["'s", "’s", "'S", "’S", "'", "’"]
        .iter()
        .find_map(|possessive| name.strip_suffix(possessive))
        .unwrap_or(name)
        .trim();
    let start = name.as_ptr().addr() - text.as_ptr().addr();
    start..start + name.len()
}

/// A title that stands directly before `at`.
fn title_before(text: &str, at: usize) -> Option<String> {
    // "minister Smith" is in lower case in some papers, so case is free.
    let word = lower(last_word_before(text, at)?.trim_end_matches('.'));
    is_title(&word).then_some(word)
}

/// The word that stands a blank before `at`. Of longer words than any that is asked for, a part.
pub fn last_word_before(text: &str, at: usize) -> Option<&str> {
    let mut from = at.saturating_sub(24);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let before = text[from..at].strip_suffix(' ')?;
    before.rsplit(char::is_whitespace).next()
}

/// The letters of an acronym, without points.
pub fn acronym(name: &str) -> Option<String> {
    if name.len() > 24 || name.contains(char::is_whitespace) {
        return None;
    }
    let letters: String = name.chars().filter(|&c| c != '.').collect();
    let upper = letters.chars().filter(|c| c.is_uppercase()).count();
    let count = letters.chars().count();
    let shape = letters.chars().all(|c| c.is_alphanumeric() || c == '&');
    let mixed = count <= 5 && letters.ends_with(char::is_uppercase);
    (shape && (2..=8).contains(&count) && upper >= 2 && (upper == count || mixed))
        .then_some(letters)
}
