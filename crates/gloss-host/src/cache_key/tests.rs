use std::path::PathBuf;
use std::sync::Arc;

use gloss_boundary::MetadataValue;
use gloss_doc::{
    Annotations, AttributeColumn, AttributeSchema, AttributeType, AttributeValues, Kind, Layer,
    LayerSchema, Producer, Spans,
};
use gloss_protocol::{InputBinding, ModelFiles, Requirement, ResolvedFile};

use super::*;

/// Everything of which a key is made, and what must not matter.
#[derive(Clone)]
struct Given {
    plugin: String,
    extractor: String,
    plan: Plan,
    request: LoadRequest,
    instructions: String,
    id: String,
    text: String,
    metadata: MetadataValue,
    layer: Option<Layer>,
}

fn schema() -> LayerSchema {
    let attribute = |name: &str| AttributeSchema {
        name: name.to_owned(),
        value_type: AttributeType::Int,
        description: String::new(),
    };
    LayerSchema {
        labels: vec!["a".to_owned(), "b".to_owned()],
        attributes: vec![attribute("read"), attribute("unread")],
        ..LayerSchema::new("tokens", Kind::Spans)
    }
}

fn given() -> Given {
    let column =
        |value| AttributeColumn { valid: vec![1], values: AttributeValues::Int(vec![value]) };
    let layer = Layer {
        name: "tok/tokens".to_owned(),
        schema: Arc::new(schema()),
        producer: Arc::new(Producer::default()),
        annotations: Annotations::Spans(Spans {
            start: vec![0],
            end: vec![2],
            label: vec![0],
            score: vec![],
        }),
        attributes: vec![column(7), column(8)],
    };
    let requirement = Requirement {
        layer_type: "tokens".to_owned(),
        kind: Kind::Spans,
        attributes: vec!["read".to_owned()],
        optional: true,
    };
    let model = ModelFiles {
        name: "m".to_owned(),
        version: "1".to_owned(),
        path: PathBuf::from("/models/m"),
        digest: "00".to_owned(),
    };
    let file = ResolvedFile {
        name: "names.csv".to_owned(),
        path: PathBuf::from("/lists/names.csv"),
        digest: "11".to_owned(),
    };
    Given {
        plugin: "22".to_owned(),
        extractor: "p/q:e".to_owned(),
        plan: Plan {
            requires: vec![requirement],
            provides: vec![LayerSchema::new("names", Kind::Spans)],
            metadata: vec!["date".to_owned()],
            window: None,
        },
        request: LoadRequest {
            options: json!({"x": 1, "y": {"b": true, "a": null}}),
            models: [("model".to_owned(), model)].into(),
            files: [("names".to_owned(), vec![file])].into(),
            inputs: vec![Some(InputBinding { layer: "tok/tokens".to_owned(), schema: schema() })],
            wanted: vec![true],
            threads: 2,
        },
        instructions: "linux x86_64 avx2".to_owned(),
        id: "a.txt".to_owned(),
        text: "ab cd".to_owned(),
        metadata: MetadataValue::Int(1),
        layer: Some(layer),
    }
}

fn key(given: &Given) -> CacheKey {
    let stage = StageKey::new(&Loaded {
        plugin: &given.plugin,
        extractor: &given.extractor,
        plan: &given.plan,
        request: &given.request,
        instructions: &given.instructions,
    });
    let view = DocumentView {
        id: &given.id,
        text: &given.text,
        metadata: vec![given.metadata.clone()],
        inputs: vec![given.layer.as_ref()],
    };
    let other = DocumentView { text: "another document", ..view.clone() };
    // Where a document stands in a batch does not matter.
    let keys = stage.of(&[other, view.clone()]);
    assert_eq!(stage.of(&[view]), keys[1..]);
    keys[1]
}

fn spans(given: &mut Given) -> &mut Spans {
    match &mut given.layer.as_mut().unwrap().annotations {
        Annotations::Spans(spans) => spans,
        _ => unreachable!("the layer has spans"),
    }
}

fn attribute(given: &mut Given, index: usize) -> &mut AttributeColumn {
    &mut given.layer.as_mut().unwrap().attributes[index]
}

#[test]
fn all_that_an_extractor_can_read_is_in_the_key() {
    let mut seen = vec![key(&given())];
    let mut check = |what: &str, change: fn(&mut Given)| {
        let mut changed = given();
        change(&mut changed);
        let key = key(&changed);
        assert!(!seen.contains(&key), "{what} makes no difference");
        seen.push(key);
    };
    check("the plugin's file", |g| g.plugin.push('0'));
    check("the extractor", |g| g.extractor.push('0'));
    check("the plan's window", |g| {
        g.plan.window = Some(gloss_protocol::Window { unit: "tokens".to_owned(), size: 512 });
    });
    check("what is provided", |g| g.plan.provides[0].labels.push("X".to_owned()));
    check("an option", |g| g.request.options["x"] = json!(2));
    check("an option's type", |g| g.request.options["x"] = json!("1"));
    check("an option within an option", |g| g.request.options["y"]["a"] = json!(0));
    check("a model's hash", |g| model(g).digest.push('0'));
    check("a model's name", |g| model(g).name.push('0'));
    check("a model's version", |g| model(g).version.push('0'));
    check("a file's hash", |g| file(g).digest.push('0'));
    check("a file's name", |g| file(g).name.push('0'));
    check("one more file", |g| {
        let again = file(g).clone();
        g.request.files.get_mut("names").unwrap().push(again);
    });
    check("what feeds a requirement", |g| binding(g).layer.push('0'));
    check("the labels of what feeds it", |g| binding(g).schema.labels.reverse());
    check("nothing that feeds it", |g| {
        g.request.inputs = vec![None];
        g.layer = None;
    });
    check("which layers are wanted", |g| g.request.wanted = vec![false]);
    check("the instructions", |g| g.instructions.push_str(" avx512f"));
    check("the id", |g| g.id.push('0'));
    check("the text", |g| g.text.push(' '));
    check("what is id and what is text", |g| {
        g.id.push('a');
        g.text.remove(0);
    });
    check("a metadata value", |g| g.metadata = MetadataValue::Int(2));
    check("a metadata value's type", |g| g.metadata = MetadataValue::String("1".to_owned()));
    check("a metadata value that is not there", |g| g.metadata = MetadataValue::Null);
    check("another sign of zero", |g| g.metadata = MetadataValue::Float(0.0));
    check("a negative zero", |g| g.metadata = MetadataValue::Float(-0.0));
    check("an annotation's place", |g| spans(g).start[0] = 1);
    check("an annotation's label", |g| spans(g).label[0] = 1);
    check("an attribute", |g| attribute(g, 0).values = AttributeValues::Int(vec![9]));
    check("an attribute without a value", |g| attribute(g, 0).valid[0] = 0);
    check("no annotations", |g| {
        let layer = g.layer.as_mut().unwrap();
        layer.annotations = Annotations::Spans(Spans::default());
        layer.attributes.iter_mut().for_each(|a| *a = AttributeColumn::new(AttributeType::Int));
    });
}

fn model(given: &mut Given) -> &mut ModelFiles {
    given.request.models.get_mut("model").unwrap()
}

fn file(given: &mut Given) -> &mut ResolvedFile {
    &mut given.request.files.get_mut("names").unwrap()[0]
}

fn binding(given: &mut Given) -> &mut InputBinding {
    given.request.inputs[0].as_mut().unwrap()
}

#[test]
fn nothing_else_is() {
    let check = |what: &str, change: fn(&mut Given)| {
        let mut changed = given();
        change(&mut changed);
        assert_eq!(key(&changed), key(&given()), "{what} makes a difference");
    };
    check("the number of threads", |g| g.request.threads = 64);
    check("where a model lies", |g| model(g).path.push("elsewhere"));
    check("where a file lies", |g| file(g).path.push("elsewhere"));
    check("the order of options", |g| {
        g.request.options = serde_json::from_str(r#"{"y":{"a":null,"b":true},"x":1}"#).unwrap();
    });
    check("who made an input", |g| {
        let producer = Producer { version: "9".to_owned(), ..Producer::default() };
        g.layer.as_mut().unwrap().producer = Arc::new(producer);
    });
    check("an attribute that is not read", |g| {
        attribute(g, 1).values = AttributeValues::Int(vec![9]);
    });
}

#[test]
fn the_processor_is_named() {
    let path = instructions();
    assert!(path.starts_with(&format!("{} {}", std::env::consts::OS, std::env::consts::ARCH)));
    assert_eq!(path, instructions());
}
