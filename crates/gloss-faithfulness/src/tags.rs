//! What part each word plays in its sentence, by lists of function words and by its neighbours.
//!
//! No tagger is trained here: function words are a closed class, forms of verbs are listed, and what
//! is left are nouns and their modifiers, which nothing here needs to tell apart.

mod function_words;
mod tagger;

use crate::lexicon::Lexicon;
use crate::words::Word;
use function_words::{BE, NUMBERS, is_in};

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
    tagger::Tagger::new(words, lexicon).tags()
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
