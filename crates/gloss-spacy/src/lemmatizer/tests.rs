use rmpv::Value;

use super::*;
use crate::strings::id;

/// A `lookups.bin`: by part of speech, rules, known base forms and exceptions; and a plain table.
fn file() -> Vec<u8> {
    let texts = |list: &[&str]| Value::Array(list.iter().map(|&text| Value::from(text)).collect());
    let rules = |list: &[(&str, &str)]| {
        Value::Array(list.iter().map(|(old, new)| texts(&[old, new])).collect())
    };
    let table = |fields: Vec<(&str, Value)>| {
        Value::Map(fields.into_iter().map(|(key, value)| (Value::from(id(key)), value)).collect())
    };
    let exceptions = |list: &[(&str, &[&str])]| {
        Value::Map(list.iter().map(|(word, forms)| (Value::from(*word), texts(forms))).collect())
    };
    let tables = [
        (
            "lemma_rules",
            table(vec![
                ("noun", rules(&[("s", ""), ("ies", "y"), ("men", "man")])),
                ("verb", rules(&[("ing", "e"), ("ing", ""), ("ed", "e"), ("ed", "")])),
                ("punct", rules(&[("“", "\"")])),
            ]),
        ),
        (
            "lemma_index",
            table(vec![
                ("noun", texts(&["fly", "cat", "fox"])),
                ("verb", texts(&["bake", "jump"])),
            ]),
        ),
        (
            "lemma_exc",
            table(vec![
                ("noun", exceptions(&[("mice", &["mouse"]), ("axes", &["ax", "axis"])])),
                ("adj", exceptions(&[("better", &["good", "well"])])),
            ]),
        ),
        (
            "lemma_lookup",
            table(vec![
                ("went", texts(&["go"])),
                ("Paris", texts(&["paris"])),
                ("zzs", Value::from("zz")),
            ]),
        ),
    ];
    let tables = tables.into_iter().map(|(name, table)| (Value::from(name), table));
    let mut bytes = Vec::new();
    rmpv::encode::write_value(&mut bytes, &Value::Map(tables.collect())).unwrap();
    bytes
}

fn lemmatizer(lang: &str, mode: &str, symbols: &mut Symbols) -> Lemmatizer {
    let lookups = Lookups::read(file(), "l").unwrap();
    let mut made = Lemmatizer::new(lang, mode, false, lookups, symbols, "l").unwrap();
    made.finish(lang, symbols);
    made
}

#[test]
fn lemmas_are_spacys() {
    // Expected values are spaCy's for the same tables.
    for (lang, mode, word, pos, expected) in [
        ("en", "rule", "Flies", "NOUN", "fly"),
        ("en", "rule", "cats", "NOUN", "cat"),
        ("en", "rule", "Mice", "NOUN", "mouse"),
        ("en", "rule", "axes", "NOUN", "axis"),
        ("en", "rule", "zorks", "NOUN", "zork"),
        ("en", "rule", "s", "NOUN", "s"),
        ("en", "rule", "x-s", "NOUN", "x-"),
        ("en", "rule", "Zork", "NOUN", "Zork"),
        ("en", "rule", "baking", "VERB", "bake"),
        ("en", "rule", "Jumped", "VERB", "jump"),
        ("en", "rule", "“", "PUNCT", "\""),
        ("en", "rule", "better", "ADJ", "well"),
        ("en", "rule", "Berlin", "PROPN", "Berlin"),
        ("en", "rule", "Of", "ADP", "of"),
        ("en", "rule", " \n", "SPACE", " \n"),
        ("en", "rule", "Cats", "", "cats"),
        ("fr", "rule", "Cat", "NOUN", "cat"),
        ("fr", "rule", "axes", "NOUN", "ax"),
        ("fr", "rule", "zorks", "NOUN", "zork"),
        ("fr", "rule", "went", "NOUN", "go"),
        ("fr", "rule", "Paris", "PROPN", "paris"),
        ("fr", "rule", "Rome", "PROPN", "Rome"),
        ("fr", "rule", "ÉTÉ", "SPACE", "été"),
        ("de", "lookup", "went", "NOUN", "go"),
        ("de", "lookup", "zzs", "", "zz"),
        ("de", "lookup", "Went", "", "Went"),
    ] {
        let made = lemmatizer(lang, mode, &mut Symbols::default());
        assert_eq!(made.lemma(word, pos, false), expected, "{lang} {word} {pos}");
    }
}

#[test]
fn base_forms_of_english_stay() {
    let mut symbols = Symbols::default();
    let forms = [
        ("NOUN", "Number=Sing", true),
        ("NOUN", "Number=Plur", false),
        ("VERB", "Tense=Pres|VerbForm=Fin", true),
        ("VERB", "Number=Sing|Tense=Pres|VerbForm=Fin", false),
        ("AUX", "Tense=Pres|VerbForm=Fin", false),
        ("AUX", "VerbForm=Inf", true),
        ("ADV", "Degree=Pos", true),
        ("ADJ", "Degree=Cmp", false),
        ("X", "_", false),
    ];
    let forms = forms.map(|(pos, morph, base)| (symbols.add(pos), symbols.add(morph), base));
    for (lang, respected) in [("en", true), ("sv", false)] {
        let made = lemmatizer(lang, "rule", &mut symbols);
        for (pos, morph, base) in forms {
            assert_eq!(made.is_base(pos, morph), base && respected, "{}", symbols.name(morph));
        }
    }
}

#[test]
fn what_is_missing_is_named() {
    for (lang, mode, expected) in [
        ("es", "rule", "spaCy's own lemmatizer of the language es"),
        ("en", "pymorphy3", "a lemmatizer of the mode pymorphy3"),
    ] {
        let error = Lemmatizer::check(lang, mode).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    let empty = Lookups::default();
    let error = Lemmatizer::new("fr", "rule", false, empty, &mut Symbols::default(), "l");
    assert!(error.unwrap_err().to_string().contains("l: lemma_lookup: the table is missing"));
}

#[test]
fn damaged_tables_are_refused() {
    let bytes = file();
    for len in 0..bytes.len() {
        assert!(Lookups::read(bytes[..len].to_vec(), "l").is_err(), "{len} bytes");
    }
}
