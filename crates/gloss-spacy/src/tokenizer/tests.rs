use proptest::prelude::*;
use rmp::encode::{write_array_len, write_map_len, write_nil, write_str, write_uint};

use super::*;

/// A small `tokenizer` file.
fn file() -> Vec<u8> {
    let mut out = Vec::new();
    write_map_len(&mut out, 6).unwrap();
    for (name, source) in [
        ("prefix_search", r"^\(|^\$|^'|^:"),
        ("suffix_search", r"\)$|,$|'s$|(?<=[0-9])km$|\.\.+$"),
        ("infix_finditer", r"(?<=[a-z])-(?=[a-z])|\.\.+"),
        ("url_match", r"(?u)^https?://\S+$"),
    ] {
        write_str(&mut out, name).unwrap();
        write_str(&mut out, source).unwrap();
    }
    write_str(&mut out, "token_match").unwrap();
    write_nil(&mut out).unwrap();
    write_str(&mut out, "exceptions").unwrap();
    let exceptions: [(&str, &[(&str, &str)]); 4] = [
        ("don't", &[("do", ""), ("n't", "not")]),
        (":)", &[(":)", "")]),
        ("o'", &[("o'", "of")]),
        ("a b", &[("a", ""), (" b", "bee")]),
    ];
    write_map_len(&mut out, exceptions.len() as u32).unwrap();
    for (chunk, tokens) in exceptions {
        write_str(&mut out, chunk).unwrap();
        write_array_len(&mut out, tokens.len() as u32).unwrap();
        for (orth, norm) in tokens {
            write_map_len(&mut out, if norm.is_empty() { 1 } else { 2 }).unwrap();
            write_uint(&mut out, 65).unwrap();
            write_str(&mut out, orth).unwrap();
            if !norm.is_empty() {
                write_uint(&mut out, 67).unwrap();
                write_str(&mut out, norm).unwrap();
            }
        }
    }
    out
}

fn tokenize(text: &str) -> Vec<Token> {
    let tokenizer = Tokenizer::read(&file(), "tokenizer").unwrap();
    let (mut cache, mut tokens) = (ChunkCache::default(), Vec::new());
    tokenizer.tokenize(text, &mut cache, &mut tokens, Watch::never()).unwrap();
    let mut again = Vec::new();
    tokenizer.tokenize(text, &mut cache, &mut again, Watch::never()).unwrap();
    assert_eq!(tokens, again, "the cache changed the result");
    tokens
}

#[test]
fn texts_become_tokens() {
    // `_` marks a token that a space follows. Expected values are spaCy's for the same rules.
    for (text, expected) in [
        ("", ""),
        (" ", " "),
        ("a", "a"),
        ("a ", "a_"),
        ("a  c", "a_| |c"),
        (" a", " |a"),
        ("a\n c", "a|\n |c"),
        ("($5), (don't)", "(|$|5|)|,_|(|do|n't|)"),
        ("10km well-known x-ray...", "10|km_|well|-|known_|x|-|ray|..."),
        ("John's http://a-b.c/d", "John|'s_|http://a-b.c/d"),
        ("x:) y", "x:|)_|y"),
        (":) (:))", ":)_|(|:)|)"),
        ("o' o'clock", "o'_|o'clock"),
        ("a b c", "a| b_|c"),
    ] {
        let shown = tokenize(text)
            .iter()
            .map(|t| format!("{}{}", &text[t.start..t.end], if t.spacy { "_" } else { "" }))
            .collect::<Vec<_>>();
        assert_eq!(shown.join("|"), expected, "{text:?}");
    }
}

#[test]
fn exceptions_set_norms() {
    let tokenizer = Tokenizer::read(&file(), "tokenizer").unwrap();
    let tokens = tokenize("don't");
    assert_eq!(tokenizer.norm(&tokens[0]), None);
    assert_eq!(tokenizer.norm(&tokens[1]), Some(crate::strings::id("not")));
}

#[test]
fn a_truncated_file_is_an_error() {
    let bytes = file();
    for len in 0..bytes.len() {
        let error = Tokenizer::read(&bytes[..len], "tokenizer").unwrap_err();
        assert!(error.to_string().starts_with("tokenizer:"), "{error}");
    }
}

proptest! {
    #[test]
    fn tokens_tile_the_text(text in r"(\PC|[ \n\t\r(),.':a-c\-$5]|don't|a b|\.\.|\x1c){0,60}") {
        let tokens = tokenize(&text);
        let mut at = 0;
        for token in &tokens {
            prop_assert_eq!(token.start, at);
            prop_assert!(token.end > token.start);
            prop_assert!(text.is_char_boundary(token.start) && text.is_char_boundary(token.end));
            at = token.end;
            if token.spacy {
                prop_assert_eq!(&text[at..=at], " ");
                at += 1;
            }
        }
        prop_assert_eq!(at, text.len());
    }
}

/// A megabyte without white space takes a second while time is linear, and an hour when it is not.
#[test]
fn hostile_chunks_end() {
    for (piece, tokens) in
        [("(", 1_000_000), (")", 1_000_000), (".", 1), ("a-", 999_999), ("(a,", 3), ("é", 1)]
    {
        let text = piece.repeat(1_000_000 / piece.len());
        assert_eq!(tokenize(&text).len(), tokens, "{piece:?}");
    }
}
