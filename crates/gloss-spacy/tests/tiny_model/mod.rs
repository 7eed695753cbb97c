//! spaCy-format pipelines small enough to be written by a test, with arbitrary weights: one of an entity
//! recogniser alone, and a whole one.

use std::path::Path;

use rmpv::Value;

/// Token vectors of this many numbers.
pub const WIDTH: usize = 4;
const PIECES: usize = 2;
const HIDDEN: usize = 3;
const SLOTS: usize = 3;
/// Begin, in, last and unit of one label, and out.
const ACTIONS: usize = 5;

/// `config.cfg` of the recogniser alone.
const CONFIG: &str = r#"
[nlp]
lang = "en"
pipeline = ["ner"]
disabled = []
tokenizer = {"@tokenizers":"spacy.Tokenizer.v1"}

[components.ner]
factory = "ner"

[components.ner.model]
@architectures = "spacy.TransitionBasedParser.v2"
extra_state_tokens = false
use_upper = true

[components.ner.model.tok2vec]
@architectures = "spacy.Tok2Vec.v2"

[components.ner.model.tok2vec.embed]
@architectures = "spacy.MultiHashEmbed.v2"
attrs = ["NORM","SHAPE"]
include_static_vectors = false

[components.ner.model.tok2vec.encode]
@architectures = "spacy.MaxoutWindowEncoder.v2"
width = 4
depth = 1
window_size = 1
"#;

/// One parameter of one layer, in C order.
#[derive(Clone)]
pub struct Parameter {
    /// The layer's name in the file and the parameter's, as in `maxout.W`.
    pub name: &'static str,
    pub kind: &'static str,
    pub shape: Vec<usize>,
    pub numbers: Vec<f32>,
}

/// The parameters of `ner/model`, layer by layer, in the order of the file.
pub fn parameters() -> Vec<(&'static str, Vec<Parameter>)> {
    let mixed = 2 * WIDTH;
    let seen = 3 * WIDTH;
    let embed = || parameter("E", &[10, WIDTH]);
    let maxout =
        |inputs| vec![parameter("W", &[WIDTH, PIECES, inputs]), parameter("b", &[WIDTH, PIECES])];
    let norm = || vec![parameter("G", &[WIDTH]), parameter("b", &[WIDTH])];
    vec![
        ("parser_model", vec![]),
        ("hashembed", vec![embed()]),
        ("hashembed", vec![embed()]),
        ("maxout", maxout(mixed)),
        ("layernorm", norm()),
        ("expand_window", vec![]),
        ("maxout", maxout(seen)),
        ("layernorm", norm()),
        ("linear", vec![parameter("W", &[WIDTH, WIDTH]), parameter("b", &[WIDTH])]),
        (
            "precomputable_affine",
            vec![
                parameter("W", &[SLOTS, HIDDEN, PIECES, WIDTH]),
                parameter("b", &[HIDDEN, PIECES]),
                parameter("pad", &[1, SLOTS, HIDDEN, PIECES]),
            ],
        ),
        ("linear", vec![parameter("W", &[ACTIONS, HIDDEN]), parameter("b", &[ACTIONS])]),
    ]
}

fn parameter(name: &'static str, shape: &[usize]) -> Parameter {
    let count: usize = shape.iter().product();
    let numbers = (0..count).map(|at| ((at * 37 + shape.len()) % 19) as f32 / 19.0 - 0.4).collect();
    Parameter { name, kind: "<f4", shape: shape.to_vec(), numbers }
}

/// `ner/model` for these layers.
pub fn model(layers: &[(&'static str, Vec<Parameter>)]) -> Vec<u8> {
    let (mut nodes, mut attributes, mut parameters) = (vec![], vec![], vec![]);
    let mut columns = 0u64;
    for (index, (name, own)) in layers.iter().enumerate() {
        let references = match index {
            0 if *name == "parser_model" => vec![
                ("lower", Value::from(layers.len() - 2)),
                ("upper", Value::from(layers.len() - 1)),
            ],
            _ => vec![],
        };
        nodes.push(map(vec![
            ("index", Value::from(index)),
            ("name", Value::from(*name)),
            ("refs", map(references)),
        ]));
        attributes.push(map(match *name {
            "hashembed" => {
                columns += 1;
                vec![("column", packed(columns - 1)), ("seed", packed(columns + 7))]
            }
            "expand_window" => vec![("window_size", packed(1))],
            _ => vec![],
        }));
        parameters.push(map(own.iter().map(|own| (own.name, array(own))).collect()));
    }
    bytes(&map(vec![
        ("nodes", Value::Array(nodes)),
        ("attrs", Value::Array(attributes)),
        ("params", Value::Array(parameters)),
    ]))
}

/// thinc packs each attribute by itself.
fn packed(number: u64) -> Value {
    Value::Binary(bytes(&Value::from(number)))
}

fn array(parameter: &Parameter) -> Value {
    let data = parameter.numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
    let field = |name: &str, value| (Value::Binary(name.into()), value);
    Value::Map(vec![
        field("nd", Value::from(true)),
        field("type", Value::from(parameter.kind)),
        field("kind", Value::Binary(vec![])),
        field(
            "shape",
            Value::Array(parameter.shape.iter().map(|&size| Value::from(size)).collect()),
        ),
        field("data", Value::Binary(data)),
    ])
}

fn map(fields: Vec<(&str, Value)>) -> Value {
    Value::Map(fields.into_iter().map(|(name, value)| (Value::from(name), value)).collect())
}

fn bytes(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    rmpv::encode::write_value(&mut out, value).expect("memory can be written");
    out
}

/// Writes the whole folder.
pub fn write(folder: &Path) {
    let moves = r#"{"1":{"NAME":1},"2":{"NAME":1},"3":{"NAME":1},"4":{"NAME":1},"5":{"":1}}"#;
    let tokenizer = map(vec![
        ("prefix_search", Value::from(r"^\(")),
        ("suffix_search", Value::from(r"\)$|\.$")),
        ("infix_finditer", Value::from(r"(?<=[a-z])-(?=[a-z])")),
        ("exceptions", map(vec![])),
    ]);
    for (file, content) in [
        ("config.cfg", CONFIG.as_bytes().to_vec()),
        ("meta.json", br#"{"name":"tiny","version":"1.0.0","lang":"en"}"#.to_vec()),
        ("tokenizer", bytes(&tokenizer)),
        ("vocab/lookups.bin", bytes(&map(vec![]))),
        ("ner/cfg", b"{\"beam_width\":1}".to_vec()),
        ("ner/moves", bytes(&map(vec![("moves", Value::from(moves))]))),
        ("ner/model", model(&parameters())),
    ] {
        let path = folder.join(file);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a writable folder");
        std::fs::write(path, content).expect("a writable folder");
    }
}

/// `config.cfg` of the whole pipeline.
#[allow(dead_code)] // not all tests write it
pub const WHOLE: &str = r#"
[nlp]
lang = "en"
pipeline = ["tok2vec","tagger","parser","senter","attribute_ruler","lemmatizer","ner"]
disabled = ["senter"]
tokenizer = {"@tokenizers":"spacy.Tokenizer.v1"}

[components.tok2vec]
factory = "tok2vec"

[components.tok2vec.model]
@architectures = "spacy.HashEmbedCNN.v2"
width = 4
depth = 1
window_size = 1
embed_size = 10
maxout_pieces = 2
subword_features = true
pretrained_vectors = true

[components.tagger]
factory = "tagger"

[components.tagger.model]
@architectures = "spacy.Tagger.v2"

[components.tagger.model.tok2vec]
@architectures = "spacy.Tok2VecListener.v1"
width = 4
upstream = "tok2vec"

[components.parser]
factory = "parser"

[components.parser.model]
@architectures = "spacy.TransitionBasedParser.v2"
extra_state_tokens = false
use_upper = true

[components.parser.model.tok2vec]
@architectures = "spacy.Tok2VecListener.v1"
width = 4
upstream = "*"

[components.senter]
factory = "senter"

[components.senter.model]
@architectures = "spacy.Tagger.v2"

[components.senter.model.tok2vec]
@architectures = "spacy.Tok2Vec.v2"

[components.senter.model.tok2vec.embed]
@architectures = "spacy.MultiHashEmbed.v2"
attrs = ["NORM","SPACY"]
include_static_vectors = false

[components.senter.model.tok2vec.encode]
@architectures = "spacy.MaxoutWindowEncoder.v2"
width = 4
depth = 1
window_size = 1

[components.attribute_ruler]
factory = "attribute_ruler"

[components.lemmatizer]
factory = "lemmatizer"
mode = "rule"
overwrite = false

[components.ner]
factory = "ner"

[components.ner.model]
@architectures = "spacy.TransitionBasedParser.v2"
extra_state_tokens = false
use_upper = true

[components.ner.model.tok2vec]
@architectures = "spacy.Tok2VecListener.v1"
width = 4
upstream = "tok2vec"
"#;

/// Numbers of a word vector.
const VECTOR: usize = 5;

/// A network of `tables` hash embeddings, with word vectors or not.
fn network(tables: usize, vectors: bool) -> Vec<(&'static str, Vec<Parameter>)> {
    let whole = parameters();
    let mut layers = vec![("network", vec![])];
    layers.extend((0..tables).map(|_| whole[1].clone()));
    if vectors {
        layers.push(("static_vectors", vec![parameter("W", &[WIDTH, VECTOR])]));
    }
    let inputs = WIDTH * (tables + usize::from(vectors));
    let mixer = vec![parameter("W", &[WIDTH, PIECES, inputs]), parameter("b", &[WIDTH, PIECES])];
    layers.push(("maxout", mixer));
    layers.extend_from_slice(&whole[4..8]);
    layers
}

fn softmax(classes: usize) -> (&'static str, Vec<Parameter>) {
    ("softmax", vec![parameter("W", &[classes, WIDTH]), parameter("b", &[classes])])
}

/// The layers of a transition-based component that has no network of its own.
fn scorer(slots: usize, actions: usize) -> Vec<(&'static str, Vec<Parameter>)> {
    vec![
        ("parser_model", vec![]),
        ("linear", vec![parameter("W", &[WIDTH, WIDTH]), parameter("b", &[WIDTH])]),
        (
            "precomputable_affine",
            vec![
                parameter("W", &[slots, HIDDEN, PIECES, WIDTH]),
                parameter("b", &[HIDDEN, PIECES]),
                parameter("pad", &[1, slots, HIDDEN, PIECES]),
            ],
        ),
        ("linear", vec![parameter("W", &[actions, HIDDEN]), parameter("b", &[actions])]),
    ]
}

/// `vocab/vectors` of two words, and `vocab/key2row`. (The ids are those of "Ada" and "met".)
fn word_vectors() -> (Vec<u8>, Vec<u8>) {
    let mut table = b"\x93NUMPY\x01\x00".to_vec();
    let header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': (2, {VECTOR}), }}\n");
    table.extend((header.len() as u16).to_le_bytes());
    table.extend(header.as_bytes());
    table.extend((0..2 * VECTOR).flat_map(|at| (at as f32 / 7.0 - 0.6).to_le_bytes()));
    let ids = [13_014_124_235_272_500_476u64, 14_332_210_279_624_491_740];
    let rows = ids.iter().enumerate().map(|(row, &id)| (Value::from(id), Value::from(row)));
    (table, bytes(&Value::Map(rows.collect())))
}

/// Writes the whole pipeline's folder; gives the names of its files.
#[allow(dead_code)] // not all tests write it
pub fn write_whole(folder: &Path) -> Vec<&'static str> {
    write(folder);
    let text = |text: &str| Value::from(text);
    let texts = |list: &[&str]| Value::Array(list.iter().map(|&item| text(item)).collect());
    let rule = |pattern: Value, attrs: Vec<(&str, &str)>| {
        let attrs = attrs.into_iter().map(|(name, value)| (name, text(value)));
        map(vec![
            ("patterns", Value::Array(vec![Value::Array(vec![pattern])])),
            ("attrs", map(attrs.collect())),
            ("index", Value::from(0)),
        ])
    };
    let rules = Value::Array(vec![
        rule(map(vec![("TAG", text("A"))]), vec![("POS", "NOUN"), ("MORPH", "Number=Plur")]),
        rule(map(vec![("TAG", text("B"))]), vec![("POS", "VERB"), ("MORPH", "_")]),
        rule(map(vec![("DEP", text("x"))]), vec![("POS", "PROPN")]),
        rule(map(vec![("LOWER", text("the"))]), vec![("LEMMA", "the"), ("DEP", "det")]),
        rule(map(vec![("IS_SPACE", Value::from(true))]), vec![("TAG", "_SP"), ("POS", "SPACE")]),
    ]);
    // The id of "noun".
    let noun = |value| Value::Map(vec![(Value::from(16_833_663_260_455_505_849u64), value)]);
    let lookups = map(vec![
        ("lemma_rules", noun(Value::Array(vec![texts(&["s", ""])]))),
        ("lemma_index", noun(texts(&["countess", "text"]))),
        ("lemma_exc", noun(Value::Map(vec![(text("met"), texts(&["meet"]))]))),
    ]);
    let moves = r#"{"0":{"":9},"1":{"":9},"2":{"x":4,"y||x":1},"3":{"x":3,"z":2},"4":{"ROOT":1}}"#;
    let (vectors, rows) = word_vectors();
    let mut tagger = vec![("tagger", vec![])];
    tagger.push(softmax(2));
    let mut senter = network(2, false);
    // Every token starts a sentence.
    let mut every = softmax(2);
    every.1[1].numbers = vec![0.0, 100.0];
    senter.push(every);
    // Entities begin as soon as they can and go on as long as they can.
    let mut ner = scorer(SLOTS, ACTIONS);
    ner[3].1[1].numbers = vec![50.0, 50.0, 0.0, 0.0, 0.0];
    let files = [
        ("config.cfg", WHOLE.as_bytes().to_vec()),
        ("tok2vec/model", model(&network(4, true))),
        ("tagger/cfg", br#"{"labels":["A","B"],"overwrite":false}"#.to_vec()),
        ("tagger/model", model(&tagger)),
        ("parser/cfg", b"{}".to_vec()),
        ("parser/moves", bytes(&map(vec![("moves", Value::from(moves))]))),
        ("parser/model", model(&scorer(8, 7))),
        ("senter/cfg", b"{}".to_vec()),
        ("senter/model", model(&senter)),
        ("attribute_ruler/patterns", bytes(&rules)),
        ("lemmatizer/lookups/lookups.bin", bytes(&lookups)),
        ("ner/model", model(&ner)),
        ("vocab/vectors", vectors),
        ("vocab/key2row", rows),
        ("vocab/vectors.cfg", b"{\"mode\":\"default\"}".to_vec()),
    ];
    for (file, content) in &files {
        let path = folder.join(file);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a writable folder");
        std::fs::write(path, content).expect("a writable folder");
    }
    let more = ["meta.json", "tokenizer", "vocab/lookups.bin", "ner/cfg", "ner/moves"];
    files.iter().map(|(file, _)| *file).chain(more).collect()
}
