//! What holds for any text: offsets, cover, and time that grows with the text's length.

use gloss_sentences::{Error, LANGUAGES, Newline, SplitOptions, Splitter};
use proptest::prelude::*;

#[track_caller]
fn check(language: &str, newline: Newline, text: &str) {
    let splitter = Splitter::new(language, SplitOptions { newline }).expect("a well-formed tag");
    let mut end = 0;
    for range in splitter.split(text) {
        assert!(range.start >= end && range.end > range.start, "order of {range:?} in {text:?}");
        assert_eq!(text[end..range.start].trim(), "", "not covered before {range:?} in {text:?}");
        let sentence = &text[range.clone()];
        assert_eq!(sentence, sentence.trim(), "not trimmed: {text:?}");
        end = range.end;
    }
    assert_eq!(text[end..].trim(), "", "not covered after {end} in {text:?}");
}

/// Text made of the pieces that the rules look at.
fn tempting() -> impl Strategy<Value = String> {
    let pieces = [
        ".", "!", "?", "…", "。", "」", "「", "(", ")", "[1]", "“", "”", "\"", "«", "»", " ", "\n",
        "\r\n", "\n\n", "\u{A0}", "\u{2028}", "\u{2029}", "\u{85}", "\0", "e\u{301}", "🎉",
        "\u{200D}", "❤️", "U.S", "p.m", "No", "Mr", "J", "5", "The", "word", "•", "- ", "1.", "é",
        "है", "他说",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..40).prop_map(|p| p.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn any_unicode(text in "\\PC*|(?s:.*)", at in 0..LANGUAGES.len()) {
        check(LANGUAGES[at], Newline::Wraps, &text);
        check(LANGUAGES[at], Newline::Ends, &text);
    }

    #[test]
    fn tempting_pieces(text in tempting(), at in 0..LANGUAGES.len()) {
        check(LANGUAGES[at], Newline::Wraps, &text);
        check(LANGUAGES[at], Newline::Ends, &text);
        check("ja", Newline::Wraps, &text);
    }
}

/// A megabyte takes a second or two while time is linear, and an hour when it is quadratic.
#[test]
fn hostile_texts_end() {
    let pieces = [
        "word ", "x", ".", ". ", "? ", "(", "「", "a.", "J. ", "\n", ".\n ", "🎉", ". 🎉", "\"",
        " ", ".-",
    ];
    for piece in pieces {
        let text = piece.repeat(1_000_000 / piece.len());
        check("en", Newline::Wraps, &text);
    }
}

#[test]
fn opening_marks_before_many_stops_end() {
    let text = "\"".repeat(500_000) + &"J. ".repeat(160_000);
    check("en", Newline::Wraps, &text);
}

#[test]
fn fifty_megabytes_of_news() {
    let news = include_str!("data/development.txt").replace('‖', "");
    check("en", Newline::Wraps, &news.repeat(1 + 50_000_000 / news.len()));
}

#[track_caller]
fn check_sentences(newline: Newline, text: &str, expected: &[&str]) {
    let splitter = Splitter::new("en", SplitOptions { newline }).expect("a well-formed tag");
    let found: Vec<&str> = splitter.split(text).into_iter().map(|range| &text[range]).collect();
    assert_eq!(found, expected, "text {text:?}");
}

#[test]
fn line_ends() {
    let text = "Headline one\r\nHe left\r\n\r\nThen. She\r\nstayed";
    check_sentences(Newline::Wraps, text, &["Headline one\r\nHe left", "Then.", "She\r\nstayed"]);
    check_sentences(Newline::Ends, text, &["Headline one", "He left", "Then.", "She", "stayed"]);
    check_sentences(Newline::Wraps, "A\0b. C\0d.", &["A\0b.", "C\0d."]);
    check_sentences(Newline::Wraps, " \t\n", &[]);
    check_sentences(Newline::Wraps, "", &[]);
    check_sentences(Newline::Wraps, "。\0.\n.", &["。", "\0.", "."]);
}

#[test]
fn malformed_languages_are_refused() {
    let refused = Splitter::new("not a tag", SplitOptions::default()).unwrap_err();
    assert_eq!(refused, Error::Language { tag: "not a tag".into() });
}
