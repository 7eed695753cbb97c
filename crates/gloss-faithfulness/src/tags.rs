//! What part each word plays in its sentence, by lists of function words and by its neighbours.
//!
//! No tagger is trained here: function words are a closed class, forms of verbs are listed, and what
//! is left are nouns and their modifiers, which nothing here needs to tell apart.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::lexicon::{Lexicon, VerbForm};
use crate::words::Word;

/// The part that a word plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    /// A noun, name or adjective.
    Noun,
    /// A number in digits or words.
    Number,
    /// "the", "no", "many".
    Determiner,
    /// "his", "their".
    Possessive,
    /// "he", "them", "nobody".
    Pronoun,
    /// "who", "which", "that" behind what it refers to.
    Relative,
    /// "of", "in".
    Preposition,
    /// "to" before a verb.
    Infinitive,
    /// "and", "or", "but".
    Conjunction,
    /// "because", "while", "that" before what is said.
    Subordinator,
    /// Forms of be, have and do before another verb, and modal verbs.
    Auxiliary,
    /// A form of be or have that stands alone: "is reckless".
    Copula,
    /// A verb in a finite form.
    Verb,
    /// A verb in another form: "to buy", "having", "was taken".
    NonFinite,
    /// "slightly", "again".
    Adverb,
    /// "not", "never".
    Negation,
    /// A comma, semicolon, colon, dash or bracket.
    Comma,
    /// A quotation mark.
    Quote,
    /// Any other mark.
    Mark,
}

/// A list of function words, as a bit.
type List = u32;

const DETERMINERS: List = 1 << 0;
const POSSESSIVES: List = 1 << 1;
const PRONOUNS: List = 1 << 2;
const PREPOSITIONS: List = 1 << 3;
const SUBORDINATORS: List = 1 << 4;
const BE: List = 1 << 5;
const HAVE: List = 1 << 6;
const DO: List = 1 << 7;
const MODALS: List = 1 << 8;
const NEGATIONS: List = 1 << 9;
const ADVERBS: List = 1 << 10;
const NUMBERS: List = 1 << 11;
/// Say nothing by themselves, and are in no other list.
const EMPTY: List = 1 << 12;

/// The words of each list.
const LISTS: [(List, &str); 13] = [
    (
        DETERMINERS,
        "a an the this these those no every each any some all both another many several few most such \
         other either neither more fewer less much enough",
    ),
    (POSSESSIVES, "his her its their my our your whose"),
    (
        PRONOUNS,
        "he she it they we i you him them me us himself herself itself themselves nobody none someone \
         somebody everyone everybody anyone anybody nothing something everything",
    ),
    (
        PREPOSITIONS,
        "of in on at by for from with to into onto over under against between among during without \
         within through across behind beyond near toward towards upon about around via per despite \
         amid above below than like unlike until till since after before off out up down along inside \
         outside throughout alongside except besides beside following regarding as",
    ),
    (
        SUBORDINATORS,
        "because although though while whereas if whether unless once when where why how",
    ),
    (BE, "is are was were be been being am isn't aren't wasn't weren't"),
    (HAVE, "has have had having hasn't haven't hadn't"),
    (DO, "do does did doesn't don't didn't"),
    (
        MODALS,
        "will would can could may might shall should must cannot won't wouldn't can't couldn't \
         shouldn't mustn't",
    ),
    (NEGATIONS, "not never hardly scarcely nor"),
    (
        ADVERBS,
        "also already again still yet just only soon later earlier then now here there however \
         meanwhile nevertheless therefore instead even ever once twice too very quite rather almost \
         nearly perhaps often always sometimes together away back ahead far alone today tomorrow \
         yesterday ago well first",
    ),
    (
        NUMBERS,
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen \
         sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety \
         hundred thousand million billion trillion dozen half",
    ),
    (EMPTY, "who whom which what that and or but so not s t mr mrs ms dr own same"),
];

/// The lists that a word, in lower case, is in.
fn lists(word: &str) -> List {
    static OF_WORDS: OnceLock<HashMap<&str, List>> = OnceLock::new();
    let of_words = OF_WORDS.get_or_init(|| {
        let mut of_words = HashMap::new();
        for (list, words) in LISTS {
            for word in words.split_ascii_whitespace() {
                *of_words.entry(word).or_insert(0) |= list;
            }
        }
        of_words
    });
    of_words.get(word).copied().unwrap_or(0)
}

/// Whether one of some lists holds a word.
fn is_in(lists_of: List, word: &str) -> bool {
    lists(word) & lists_of != 0
}

const NO_ADVERBS: &str =
    "family italy july supply reply ally early only assembly bully fly anomaly monopoly rally";

/// Whether a list holds a word.
pub fn within(list: &str, word: &str) -> bool {
    word.len() <= 16 && list.split_ascii_whitespace().any(|entry| entry == word)
}

/// Whether a word is a form of "be".
pub fn is_be(word: &Word) -> bool {
    is_in(BE, &word.lower)
}

/// Whether a word says nothing by itself: function words, and verbs that stand for any.
pub fn is_function(word: &Word) -> bool {
    if word.acronym && !matches!(word.lower.as_str(), "a" | "i") {
        return false;
    }
    is_in(!NUMBERS, &word.lower)
}

/// The part of each word of a sentence.
pub fn tags(words: &[Word], lexicon: &Lexicon) -> Vec<Tag> {
    let forms: Vec<VerbForm> = words.iter().map(|word| lexicon.verb(&word.lower)).collect();
    let tags = Vec::with_capacity(words.len());
    let mut tagger = Tagger { words, forms, tags, has_verb: false, has_plural: false, joins: None };
    for at in 0..words.len() {
        let tag = tagger.tag(at);
        tagger.push(tag);
    }
    tagger.tags
}

/// What is known of a sentence up to a word. Kept as it is read: to look for it behind every word would
/// take time by the square of the sentence's length.
struct Tagger<'w> {
    words: &'w [Word],
    forms: Vec<VerbForm>,
    tags: Vec<Tag>,
    /// A finite verb, or what stands for one.
    has_verb: bool,
    /// A noun in the plural right before a preposition.
    has_plural: bool,
    /// What a verb behind "and" would be: as the last verb is.
    joins: Option<Tag>,
}

impl Tagger<'_> {
    fn push(&mut self, tag: Tag) {
        match tag {
            Tag::Verb => self.joins = Some(Tag::Verb),
            Tag::NonFinite | Tag::Infinitive => self.joins = Some(Tag::NonFinite),
            Tag::Preposition if self.tags.last() == Some(&Tag::Noun) => {
                let noun = &self.words[self.tags.len() - 1];
                self.has_plural |= noun.lower.ends_with('s') && !noun.possessive;
            }
            _ => {}
        }
        self.has_verb |= matches!(tag, Tag::Verb | Tag::Copula | Tag::Auxiliary);
        self.tags.push(tag);
    }

    fn lower(&self, at: usize) -> &str {
        self.words.get(at).map_or("", |word| &word.lower)
    }

    /// The nearest word to the left that is no adverb or negation.
    fn before(&self, at: usize) -> Option<usize> {
        (0..at).rev().find(|&i| !matches!(self.tags[i], Tag::Adverb | Tag::Negation | Tag::Quote))
    }

    fn tag(&self, at: usize) -> Tag {
        let word = &self.words[at];
        if !word.is_word {
            return match word.lower.as_str() {
                "," | ";" | ":" | "–" | "—" | "(" | ")" => Tag::Comma,
                "\"" | "“" | "”" | "‘" | "’" | "'" | "«" | "»" => Tag::Quote,
                _ => Tag::Mark,
            };
        }
        let lower = word.lower.as_str();
        if word.acronym && lower.len() > 1 {
            return Tag::Noun;
        }
        if lower.starts_with(|c: char| c.is_ascii_digit()) || is_in(NUMBERS, lower) {
            return Tag::Number;
        }
        self.function(at, lower).unwrap_or_else(|| self.content(at, lower))
    }

    /// The tag of a function word.
    fn function(&self, at: usize, lower: &str) -> Option<Tag> {
        let next = self.lower(at + 1);
        let tag = match lower {
            "and" | "or" | "but" => Tag::Conjunction,
            "who" | "whom" | "which" => Tag::Relative,
            "that" => self.that(at),
            "to" if self.is_infinitive(at) => Tag::Infinitive,
            // "in May", "March" are found by what is behind: a modal verb has one behind it.
            "may" if self.words[at].capital => Tag::Noun,
            "her" if next.is_empty() || self.ends_phrase(at + 1) => Tag::Pronoun,
            "according" if next == "to" => Tag::Preposition,
            "than" if next.starts_with(|c: char| c.is_ascii_digit()) || is_in(NUMBERS, next) => {
                Tag::Adverb
            }
            "no" | "neither" => Tag::Determiner,
            _ if is_in(NEGATIONS, lower) => Tag::Negation,
            _ if is_in(POSSESSIVES, lower) => Tag::Possessive,
            _ if is_in(PRONOUNS, lower) => Tag::Pronoun,
            _ if is_in(MODALS, lower) => Tag::Auxiliary,
            _ if is_in(BE | HAVE | DO, lower) => self.helper(at),
            _ if is_in(DETERMINERS, lower) => Tag::Determiner,
            _ if is_in(SUBORDINATORS, lower) => Tag::Subordinator,
            _ if is_in(PREPOSITIONS, lower) => Tag::Preposition,
            _ if is_in(ADVERBS, lower) => Tag::Adverb,
            _ if lower.ends_with("ly")
                && lower.len() > 4
                && !within(NO_ADVERBS, lower)
                && !self.words[at].capital =>
            {
                Tag::Adverb
            }
            _ => return None,
        };
        Some(tag)
    }

    /// "to" before a verb in its base form that is not surely a noun.
    fn is_infinitive(&self, at: usize) -> bool {
        let next = if is_in(ADVERBS, self.lower(at + 1)) { at + 2 } else { at + 1 };
        let base = self.forms.get(next).is_some_and(|form| form.base);
        base && !self.words.get(next).is_some_and(|word| word.capital)
            || matches!(self.lower(next), "be" | "have" | "do" | "become")
    }

    /// "that" behind a noun and before a verb refers to it; behind a verb it begins what is said.
    fn that(&self, at: usize) -> Tag {
        let verb_next = self.forms.get(at + 1).is_some_and(|f| f.past || f.third)
            || is_in(BE | HAVE | MODALS | DO, self.lower(at + 1));
        match self.before(at).map(|i| self.tags[i]) {
            Some(Tag::Noun | Tag::Number | Tag::Comma) if verb_next => Tag::Relative,
            Some(Tag::Verb | Tag::NonFinite | Tag::Noun) => Tag::Subordinator,
            _ if verb_next => Tag::Pronoun,
            _ => Tag::Determiner,
        }
    }

    /// Whether nothing at this place goes on with a noun phrase.
    fn ends_phrase(&self, at: usize) -> bool {
        let Some(word) = self.words.get(at) else { return true };
        let lower = word.lower.as_str();
        !word.is_word
            || is_in(PREPOSITIONS | DETERMINERS | BE | HAVE | MODALS | SUBORDINATORS, lower)
            || matches!(lower, "and" | "or" | "but" | "that")
    }

    /// Forms of be, have and do: before another verb within a few words, or alone.
    fn helper(&self, at: usize) -> Tag {
        let mut next = at + 1;
        while next < self.words.len() && next < at + 5 {
            let lower = self.lower(next);
            let skips = is_in(ADVERBS, lower)
                || is_in(NEGATIONS, lower)
                || (lower.ends_with("ly") && lower.len() > 4)
                || within("been being be have had", lower);
            if !skips {
                break;
            }
            next += 1;
        }
        let form = self.forms.get(next).copied().unwrap_or_default();
        let lower = self.lower(at);
        let is_helper = match () {
            () if is_in(BE, lower) => form.participle || form.ing,
            () if is_in(HAVE, lower) => form.participle,
            () => form.base,
        };
        let capital = self.words.get(next).is_some_and(|word| word.capital);
        let infinitive = self.words.get(at + 1).is_some_and(|w| w.is("to"));
        if (is_helper && !capital) || infinitive { Tag::Auxiliary } else { Tag::Copula }
    }

    /// A noun, or a verb where its form and its neighbours say so.
    fn content(&self, at: usize, lower: &str) -> Tag {
        let form = self.forms[at];
        let word = &self.words[at];
        if form == VerbForm::default() || word.possessive || (word.capital && at > 0) {
            return Tag::Noun;
        }
        let before = self.before(at);
        let Some(left) = before else {
            // "Warned by ...", "Citing ..." begin sentences; a base form there is a noun.
            return if form.ing || (form.participle && !form.base) {
                Tag::NonFinite
            } else {
                Tag::Noun
            };
        };
        match self.tags[left] {
            Tag::Auxiliary => Tag::NonFinite,
            Tag::Infinitive if form.base => Tag::NonFinite,
            Tag::Copula if form.participle || form.ing => Tag::NonFinite,
            Tag::Determiner | Tag::Possessive | Tag::Number if !form.past => Tag::Noun,
            Tag::Determiner | Tag::Possessive => self.after_determiner(at, form),
            Tag::Preposition if form.ing => Tag::NonFinite,
            Tag::Preposition => Tag::Noun,
            Tag::Pronoun | Tag::Relative if form.past || form.third || form.base => Tag::Verb,
            Tag::Noun | Tag::Number | Tag::Relative | Tag::Pronoun => {
                self.after_noun(at, left, form, lower)
            }
            Tag::Conjunction => self.after_conjunction(at, form),
            Tag::Comma | Tag::Subordinator if form.past => Tag::Verb,
            Tag::Comma | Tag::Subordinator if form.ing => Tag::NonFinite,
            Tag::Comma if form.third => Tag::Verb,
            Tag::Verb | Tag::NonFinite | Tag::Copula if form.ing => Tag::NonFinite,
            _ => Tag::Noun,
        }
    }

    /// "the promised release" has a participle before its noun, "those killed" has none.
    fn after_determiner(&self, at: usize, form: VerbForm) -> Tag {
        if form.past && self.ends_phrase(at + 1) && self.words[at - 1].is("those") {
            Tag::NonFinite
        } else {
            Tag::Noun
        }
    }

    fn after_noun(&self, at: usize, left: usize, form: VerbForm, lower: &str) -> Tag {
        if self.words[left].possessive {
            return Tag::Noun;
        }
        if form.ing {
            return Tag::NonFinite;
        }
        if form.past {
            return Tag::Verb;
        }
        if form.participle {
            return Tag::NonFinite;
        }
        let next = self.words.get(at + 1);
        let next_lower = next.map_or("", |w| &w.lower);
        let says = within(
            "say says claim claims warn warns report reports think thinks believe believes",
            lower,
        );
        // What stands behind a verb: a noun phrase, or what it says.
        let goes_on = next.is_some_and(|w| {
            w.capital
                || w.lower.starts_with(|c: char| c.is_ascii_digit())
                || is_in(DETERMINERS | POSSESSIVES | PRONOUNS | NEGATIONS | NUMBERS, next_lower)
                || matches!(next_lower, "to" | "from" | "whether")
                || (says && next_lower == "that")
        });
        let plural = self.lower(left).ends_with('s')
            || within("police people children men women who which", self.lower(left));
        let plural = plural || self.has_plural;
        let third = form.third && (goes_on || (!self.has_verb && self.prepositional(next_lower)));
        let base = form.base
            && plural
            && (goes_on || says || (!self.has_verb && self.prepositional(next_lower)));
        if third || base { Tag::Verb } else { Tag::Noun }
    }

    fn prepositional(&self, next: &str) -> bool {
        is_in(PREPOSITIONS, next) && next != "of"
    }

    /// A verb if there is one to join with before it.
    fn after_conjunction(&self, at: usize, form: VerbForm) -> Tag {
        if form.past {
            return Tag::Verb;
        }
        let next = self.lower(at + 1);
        let goes_on = (is_in(DETERMINERS | POSSESSIVES | PRONOUNS | PREPOSITIONS, next)
            && next != "of")
            || next == "that"
            || self.words.get(at + 1).is_some_and(|w| w.capital);
        match self.joins {
            Some(Tag::NonFinite) if (form.base || form.ing || form.participle) && goes_on => {
                Tag::NonFinite
            }
            Some(tag) if (form.third || form.base) && goes_on => tag,
            _ if form.ing || form.participle => Tag::NonFinite,
            _ => Tag::Noun,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::words;

    /// Verbs are shown in capitals, other words as they are.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let lexicon = Lexicon::english();
        let words = words(text, 0..text.len(), lexicon);
        let shown: Vec<String> = words
            .iter()
            .zip(tags(&words, lexicon))
            .filter(|(word, _)| word.is_word)
            .map(|(word, tag)| match tag {
                Tag::Verb | Tag::NonFinite => word.lower.to_uppercase(),
                _ => word.lower.clone(),
            })
            .collect();
        assert_eq!(shown.join(" "), expected);
    }

    #[test]
    fn verbs_are_told_from_nouns() {
        check("The police plan a raid.", "the police PLAN a raid");
        check("The plan was dropped.", "the plan was DROPPED");
        check("Rights groups say few were freed.", "rights groups SAY few were FREED");
        check("He reports on trade.", "he REPORTS on trade");
        check("The reports on trade help.", "the reports on trade help");
        check("It agreed to buy and close the plant.", "it AGREED to BUY and CLOSE the plant");
        check("The leaders of the union plan a strike.", "the leaders of the union PLAN a strike");
        check("The leader of the union's plan.", "the leader of the union plan");
        check("They want to buy and sell the plant.", "they WANT to BUY and SELL the plant");
        check("The promised release has begun.", "the promised release has BEGUN");
        check(
            "The union, which demands more, will strike.",
            "the union which DEMANDS more will STRIKE",
        );
    }
}
