use rmpv::Value;

use super::*;
use crate::lexeme::Norms;
use crate::tokenizer::{Token, Tokenizer};

/// The `patterns` file of these entries, given as JSON.
fn file(entries: serde_json::Value) -> Vec<u8> {
    fn value(json: &serde_json::Value) -> Value {
        match json {
            serde_json::Value::String(text) => Value::from(text.as_str()),
            serde_json::Value::Number(number) => Value::from(number.as_i64().unwrap()),
            serde_json::Value::Bool(flag) => Value::from(*flag),
            serde_json::Value::Array(items) => Value::Array(items.iter().map(value).collect()),
            serde_json::Value::Object(fields) => Value::Map(
                fields
                    .iter()
                    .map(|(key, field)| (Value::from(key.as_str()), value(field)))
                    .collect(),
            ),
            serde_json::Value::Null => Value::Nil,
        }
    }
    let mut bytes = Vec::new();
    rmpv::encode::write_value(&mut bytes, &value(&entries)).unwrap();
    bytes
}

/// Applies rules to `word/tag` tokens, each with the arc label `dep`, and shows all that is set.
fn check(entries: serde_json::Value, text: &str, expected: &str) {
    let columns = [Column::Tag, Column::Pos, Column::Morph, Column::Lemma, Column::Dep];
    let mut symbols = Symbols::default();
    let columns = columns.into_iter().collect();
    let ruler = Ruler::read(&file(entries), "r/patterns", columns, &mut symbols).unwrap();
    let tokenizer = Tokenizer::empty();
    let norms = Norms::default();
    let (mut tokens, mut plain) = (Vec::new(), String::new());
    let (mut annotations, mut tree) = (Annotations::default(), Tree::default());
    annotations.start(text.split(' ').count());
    for (at, token) in text.split(' ').enumerate() {
        let (word, tag) = token.split_once('/').unwrap();
        let start = plain.len();
        plain.push_str(&word.replace("\\n", "\n"));
        tokens.push(Token { start, end: plain.len(), spacy: false, norm: 0 });
        annotations.tag[at] = symbols.add(tag);
        tree.heads.push(at as u32);
        tree.labels.push(symbols.add("dep"));
    }
    let words = Words { text: &plain, tokens: &tokens, tokenizer: &tokenizer, norms: &norms };
    let mut scratch = RulerScratch::default();
    ruler.apply(&words, &mut annotations, Some(&mut tree), &mut scratch, Watch::never()).unwrap();
    let shown = (0..tokens.len()).map(|at| {
        let Annotations { tag, pos, morph, lemma } = &annotations;
        let lemma = match lemma[at] {
            Lemma::Symbol(symbol) => symbols.name(symbol),
            _ => "",
        };
        let [tag, pos, morph, dep] =
            [tag[at], pos[at], morph[at], tree.labels[at]].map(|symbol| symbols.name(symbol));
        format!("{tag},{pos},{morph},{lemma},{dep}")
    });
    assert_eq!(shown.collect::<Vec<_>>().join(" "), expected, "{text}");
}

#[test]
fn rules_set_attributes() {
    let one = |pattern: serde_json::Value, attrs: serde_json::Value| serde_json::json!([{ "patterns": [pattern], "attrs": attrs, "index": 0 }]);
    use serde_json::json;
    let map = one(json!([{ "TAG": "NN" }]), json!({ "POS": "NOUN", "MORPH": "Number=Sing|A=b,a" }));
    check(map, "a/NN b/VB", "NN,NOUN,A=a,b|Number=Sing,,dep VB,,,,dep");
    let case =
        one(json!([{ "LOWER": "gon", "TAG": { "NOT_IN": ["X"] } }]), json!({ "LEMMA": "go" }));
    check(case, "GON/VB gon/X gone/VB", "VB,,,go,dep X,,,,dep VB,,,,dep");
    let orth = one(json!([{ "ORTH": { "IN": ["Ay", "By"] } }]), json!({ "TAG": "T" }));
    check(orth, "Ay/x ay/x By/x", "T,,,,dep x,,,,dep T,,,,dep");
    let regex = one(json!([{ "LOWER": { "REGEX": "^n'?t$" } }]), json!({ "LEMMA": "not" }));
    check(regex, "N't/RB ants/NN nt/X", "RB,,,not,dep NN,,,,dep X,,,not,dep");
    let space = json!([
        { "patterns": [[{ "IS_SPACE": true, "DEP": { "NOT_IN": [""] } }]], "attrs": { "DEP": "d" }, "index": 0 },
        { "patterns": [[{ "IS_SPACE": true }]], "attrs": { "TAG": "_SP", "MORPH": "_" }, "index": 0 },
    ]);
    check(space, r"\n/NN a/NN", "_SP,,_,,d NN,,,,dep");
    // The last rule wins; all see the document as it was before.
    let order = json!([
        { "patterns": [[{ "TAG": "A" }]], "attrs": { "TAG": "B", "POS": "X" }, "index": 0 },
        { "patterns": [[{ "TAG": "B" }]], "attrs": { "POS": "Y" }, "index": 0 },
        { "patterns": [[{ "TAG": "A" }, {}]], "attrs": { "POS": "Z" }, "index": -1 },
        { "patterns": [[{ "TAG": { "IN": ["A", "C"] } }], [{ "LOWER": "w" }]], "attrs": { "LEMMA": "l" }, "index": 0 },
    ]);
    check(order, "v/A w/B x/A", "B,X,,l,dep B,Z,,l,dep B,X,,l,dep");
}

#[test]
fn rules_that_set_nothing_wanted_are_left_out() {
    let entries = serde_json::json!([
        { "patterns": [[{ "DEP": "aux" }]], "attrs": { "POS": "AUX" }, "index": 0 },
        { "patterns": [[{ "TAG": "NN" }]], "attrs": { "LEMMA": "x" }, "index": 0 },
    ]);
    for (wanted, reads) in [
        (vec![Column::Pos], vec![Column::Dep]),
        (vec![Column::Lemma], vec![Column::Tag]),
        (vec![Column::Morph], vec![]),
        (vec![Column::Pos, Column::Lemma], vec![Column::Tag, Column::Dep]),
    ] {
        let (wanted, mut symbols) = (wanted.into_iter().collect(), Symbols::default());
        let ruler = Ruler::read(&file(entries.clone()), "p", wanted, &mut symbols).unwrap();
        assert_eq!(ruler.reads(), reads.into_iter().collect());
    }
}

#[test]
fn what_is_not_supported_is_named() {
    use serde_json::json;
    for (pattern, attrs, index, expected) in [
        (json!([{ "LEMMA": "x" }]), json!({}), 0, "looks at LEMMA with =="),
        (json!([{ "TAG": { "REGEX": "N" } }]), json!({}), 0, "looks at TAG with REGEX"),
        (json!([{ "LENGTH": { ">=": 3 } }]), json!({}), 0, "looks at LENGTH with >="),
        (json!([{ "OP": "+" }]), json!({}), 0, "looks at OP with =="),
        (json!([{ "IS_SPACE": "x" }]), json!({}), 0, "true or false"),
        (json!([{ "TAG": "x" }]), json!({ "NORM": "x" }), 0, "sets NORM"),
        (json!([{ "TAG": "x" }]), json!({ "TAG": "y" }), 1, "index 1 is outside"),
        (json!([{ "TAG": "x" }]), json!({ "TAG": "y" }), -2, "index -2 is outside"),
        (json!([{ "LOWER": { "REGEX": "(" } }]), json!({}), 0, "REGEX: cannot compile"),
        (json!([{ "TAG": "x" }]), json!({ "MORPH": "Sing" }), 0, "no morphological features"),
    ] {
        let entry = json!([{ "patterns": [pattern], "attrs": attrs, "index": index }]);
        let wanted = [Column::Tag].into_iter().collect();
        let error = Ruler::read(&file(entry), "r/patterns", wanted, &mut Symbols::default());
        let error = error.unwrap_err().to_string();
        assert!(error.starts_with("r/patterns: ") && error.contains(expected), "{error}");
    }
}
