//! A spaCy-format pipeline small enough to be written by a test, with arbitrary weights.

use std::path::Path;

use rmpv::Value;

/// Token vectors of this many numbers.
pub const WIDTH: usize = 4;
const PIECES: usize = 2;
const HIDDEN: usize = 3;
const SLOTS: usize = 3;
/// Begin, in, last and unit of one label, and out.
const ACTIONS: usize = 5;

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
            0 => vec![
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
