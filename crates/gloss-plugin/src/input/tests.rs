//! Batches of hosts that are newer or older than this SDK. Run under Miri, these tests also show
//! that nothing is read which such a host does not have.

use std::ptr::{null, null_mut};

use gloss_abi::{AttributeColumn, Layer, Value};
use gloss_protocol::{InputBinding, LoadRequest, Plan, Requirement};

use super::*;

/// What a host of this version has.
const SIZES: [usize; 4] = [
    size_of::<gloss_abi::Document>(),
    size_of::<Layer>(),
    size_of::<AttributeColumn>(),
    size_of::<Value>(),
];

/// The items as an array of this stride: cut off, or with garbage behind them.
fn strided<T: Copy>(items: &[T], stride: usize) -> Vec<u64> {
    let mut words = vec![u64::MAX; (items.len() * stride).div_ceil(8)];
    for (i, item) in items.iter().enumerate() {
        // SAFETY: as many bytes as both sides have.
        unsafe {
            let to = words.as_mut_ptr().cast::<u8>().add(i * stride);
            let from = (&raw const *item).cast::<u8>();
            std::ptr::copy_nonoverlapping(from, to, size_of::<T>().min(stride));
        }
    }
    words
}

fn shared() -> Shared {
    let requirement = serde_json::json!({"type": "t", "kind": "spans", "attributes": ["a", "b"]});
    let requirement: Requirement = serde_json::from_value(requirement).unwrap();
    let schema = serde_json::json!({"name": "n", "type": "t", "kind": "spans", "labels": ["x"]});
    let schema = serde_json::from_value(schema).unwrap();
    let binding = InputBinding { layer: "s/n".to_owned(), schema };
    Shared {
        plan: Plan {
            requires: vec![requirement.clone(), requirement],
            metadata: vec!["first".to_owned(), "second".to_owned()],
            ..Plan::default()
        },
        request: LoadRequest {
            options: serde_json::json!({}),
            models: Default::default(),
            files: Default::default(),
            inputs: vec![Some(binding.clone()), Some(binding)],
            wanted: Vec::new(),
            threads: 1,
        },
    }
}

/// Text, metadata, covered text and label, attribute.
type Seen = (
    &'static str,
    MetadataValue<'static>,
    Option<(&'static str, Option<&'static str>)>,
    Option<i64>,
);

/// What an extractor sees of two documents, in a batch whose elements are larger or smaller by
/// `growth` bytes than they are here.
fn check(growth: [isize; 4], expected: [Seen; 2]) {
    let strides = [0, 1, 2, 3].map(|i| SIZES[i].checked_add_signed(growth[i]).unwrap());
    let (start, end, label, numbers) = ([4_u32], [7_u32], [0_u32], [7_i64]);
    let column = AttributeColumn {
        kind: ValueKind::INT,
        reserved: 0,
        valid: null(),
        values: numbers.as_ptr().cast(),
        data: null(),
    };
    let absent = AttributeColumn { kind: ValueKind::NULL, values: null_mut(), ..column };
    let columns = strided(&[absent, column], strides[2]);
    let layer = Layer {
        kind: Kind::SPANS,
        count: 1,
        start: start.as_ptr(),
        end: end.as_ptr(),
        label: label.as_ptr(),
        score: null(),
        target: null(),
        head: null(),
        tail: null(),
        text_offsets: null(),
        text: null(),
        vector: null(),
        dimension: 0,
        attribute_count: 2,
        attributes: columns.as_ptr().cast(),
    };
    let layers = strided(&[layer, layer], strides[1]);
    let value = |kind, int, string| Value { kind, attribute: 0, int, float: 0.0, string };
    let values =
        [value(ValueKind::INT, 3, Str::EMPTY), value(ValueKind::STRING, 0, Str::new("words"))];
    let values = strided(&values, strides[3]);
    let document = |text| gloss_abi::Document {
        id: Str::new("id"),
        text: Str::new(text),
        metadata: values.as_ptr().cast(),
        inputs: layers.as_ptr().cast(),
    };
    let documents = strided(&[document("one two"), document("uno dos")], strides[0]);
    let [document_size, layer_size, column_size, value_size] = strides.map(|s| s as u32);
    let raw = gloss_abi::Batch {
        struct_size: size_of::<gloss_abi::Batch>() as u32,
        document_count: 2,
        document_size,
        layer_size,
        column_size,
        value_size,
        documents: documents.as_ptr().cast(),
    };
    let shared = shared();
    // SAFETY: the batch above is one for this plan.
    let batch = unsafe { Batch::new(&raw, &shared) };
    assert_eq!(batch.len(), 2);
    for (document, expected) in batch.documents().zip(expected) {
        let layer = document.input("t").unwrap();
        let span = layer.get(0).map(|s| (s.text(), s.label()));
        let attribute = layer.attribute("b").unwrap().and_then(|a| a.int(0));
        assert!(layer.attribute("a").unwrap().is_none());
        let metadata = document.metadata("second").unwrap();
        assert_eq!((document.text(), metadata, span, attribute), expected, "{growth:?}");
    }
}

#[test]
fn strides_of_other_versions() {
    let words = MetadataValue::String("words");
    let whole = [
        ("one two", words, Some(("two", Some("x"))), Some(7)),
        ("uno dos", words, Some(("dos", Some("x"))), Some(7)),
    ];
    check([0, 0, 0, 0], whole);
    // Newer hosts: there is more behind what we know.
    check([8, 8, 8, 8], whole);
    check([64, 16, 8, 40], whole);
    check([0, 40, 0, 0], whole);
    // Older hosts: what they do not have is absent. (The first version has all of these fields;
    // they stand for those that later ones will append.)
    check([-8, 0, 0, 0], whole.map(|(text, metadata, ..)| (text, metadata, None, None)));
    check([0, -8, 0, 0], whole.map(|(text, metadata, span, _)| (text, metadata, span, None)));
    check([0, 0, -8, 0], whole);
    check([-8, -16, -8, 8], whole.map(|(text, metadata, ..)| (text, metadata, None, None)));
}
