use std::sync::Arc;

use super::*;
use crate::{
    AttributeColumn, AttributeSchema, AttributeType, Classes, Kind, LayerSchema, Producer,
    Relations, Spans, Texts, Vectors,
};

fn layer(name: &str, labels: &[&str], annotations: Annotations) -> Layer {
    let kind = match annotations {
        Annotations::Spans(_) => Kind::Spans,
        Annotations::Classes(_) => Kind::Classes,
        Annotations::Texts(_) => Kind::Texts,
        Annotations::Vectors(_) => Kind::Vectors,
        Annotations::Relations(_) => Kind::Relations,
    };
    let mut schema = LayerSchema::new(name, kind);
    schema.labels = labels.iter().map(|&label| label.to_owned()).collect();
    Layer {
        name: format!("test/{name}"),
        schema: Arc::new(schema),
        producer: Arc::new(Producer::default()),
        annotations,
        attributes: Vec::new(),
    }
}

fn spans(name: &str, labels: &[&str], spans: &[(u32, u32, u32)]) -> Layer {
    let mut columns = Spans::default();
    for &(start, end, label) in spans {
        columns.start.push(start);
        columns.end.push(end);
        columns.label.push(label);
    }
    layer(name, labels, Annotations::Spans(columns))
}

fn check(text: &str, layers: Vec<Layer>, expected: &str) {
    let document = Document { text: text.to_owned(), layers, ..Document::default() };
    let layers: Vec<&Layer> = document.layers.iter().collect();
    assert_eq!(marked(&document, &layers), expected);
}

#[test]
fn spans_stand_in_the_text() {
    let one = |found: &[(u32, u32, u32)]| vec![spans("names", &["A", "B"], found)];
    check("", vec![], "");
    check("no span", one(&[]), "no span");
    check("é a b", one(&[(0, 2, 0), (5, 6, 1)]), "[é](A) a [b](B)");
    check("a b", one(&[(2, 3, 1), (0, 1, 0)]), "[a](A) [b](B)");
    check("ab", one(&[(0, 1, 0), (1, 2, 1)]), "[a](A)[b](B)");
    check("a b c", one(&[(0, 5, 0), (2, 3, 1)]), "[a [b](B) c](A)");
    check("a b", one(&[(0, 3, 0), (0, 3, 1), (0, 1, 1)]), "[[[a](B) b](B)](A)");
    check("a b", one(&[(2, 2, 0), (2, 3, 1), (3, 3, 0)]), "a [](A)[b](B)[](A)");
    check("a b c d", one(&[(0, 3, 0), (2, 5, 1), (6, 7, 0)]), "[1|a [2|b]1|(A) c]2|(B) [d](A)");
    check("a b c d", one(&[(0, 5, 0), (2, 3, 1), (4, 7, 1)]), "[1|a [b](B) [2|c]1|(A) d]2|(B)");
    check("ab c", vec![spans("words", &[], &[(0, 2, NONE)])], "[ab] c");
}

#[test]
fn layers_are_told_apart() {
    let layers =
        || vec![spans("names", &["A"], &[(0, 1, 0)]), spans("words", &[], &[(2, 3, NONE)])];
    check("a b", layers(), "[a](names:A) [b](words)");
    let mut layers = layers();
    Arc::make_mut(&mut layers[1].schema).name = "names".to_owned();
    layers[1].name = "other/names".to_owned();
    check("a b", layers, "[a](test/names:A) [b](other/names)");
}

#[test]
fn attributes_stand_behind_the_label() {
    let mut layer = spans("names", &["A"], &[(0, 1, 0), (2, 3, 0)]);
    let schema = Arc::make_mut(&mut layer.schema);
    for (name, value_type) in [("value", AttributeType::String), ("count", AttributeType::Int)] {
        schema.attributes.push(AttributeSchema {
            name: name.to_owned(),
            value_type,
            description: String::new(),
        });
        layer.attributes.push(AttributeColumn::new(value_type));
    }
    let AttributeValues::String(values) = &mut layer.attributes[0].values else { panic!() };
    values.push("x y");
    layer.attributes[0].valid.push(1);
    let AttributeValues::Int(values) = &mut layer.attributes[1].values else { panic!() };
    values.extend([7, 8]);
    layer.attributes[1].valid.extend([1, 1]);
    let document = Document { text: "a b".to_owned(), ..Document::default() };
    let lines = ["names: A \"a\" 0..1 value=\"x y\" count=7", "names: A \"b\" 2..3 count=8"];
    assert_eq!(described(&document, &[&layer]), lines);
    check("a b", vec![layer], "[a](A value=\"x y\" count=7) [b](A count=8)");
}

#[test]
fn other_kinds_have_lines() {
    let about = |mut layer: Layer, target: &str| {
        Arc::make_mut(&mut layer.schema).target = Some(target.to_owned());
        layer
    };
    let classes = Classes { target: vec![NONE, 1], label: vec![0, 1], score: vec![] };
    let mut texts = Texts { target: vec![NONE], sources: vec![vec![]], ..Texts::default() };
    texts.text.push("short");
    let vectors = Vectors { target: vec![0], values: vec![1.0, -0.25], dimension: 2 };
    let long = Vectors { target: vec![NONE], values: vec![0.5; 9], dimension: 9 };
    let relations = Relations { head: vec![0], tail: vec![1], label: vec![0], score: vec![] };
    let mut relations = layer("pairs", &["of"], Annotations::Relations(relations));
    let schema = Arc::make_mut(&mut relations.schema);
    (schema.head, schema.tail) = (Some("names".to_owned()), Some("test/names".to_owned()));
    check(
        "a b",
        vec![
            spans("names", &["A"], &[(0, 1, 0), (2, 3, 0)]),
            about(layer("tone", &["good", "bad"], Annotations::Classes(classes)), "names"),
            layer("summary", &[], Annotations::Texts(texts)),
            about(layer("numbers", &[], Annotations::Vectors(vectors)), "names"),
            layer("long", &[], Annotations::Vectors(long)),
            relations,
        ],
        "[a](A) [b](A)\ntone: good\ntone: bad on \"b\"\nsummary: short\n\
         numbers: [1.000, -0.250] on \"a\"\nlong: [0.500, 0.500, 0.500, 0.500, ... 9 numbers]\n\
         pairs: of \"a\" -> \"b\"",
    );
}
