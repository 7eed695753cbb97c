//! The layout of every struct is the one that is pinned.
//!
//! The file in `frozen/` changes only with the interface: by `cargo xtask freeze`.

#![cfg(target_pointer_width = "64")]

use std::fmt::Write as _;
use std::mem::{align_of, offset_of, size_of};

use gloss_abi::{
    AttributeColumn, Batch, Cancellation, Class, Corpus, Document, Entry, Extractor, Failure, Host,
    Layer, Output, Relation, Reply, Sink, Span, Str, Text, TextSource, Value, Vector,
};

/// Appends a line for each struct and each of its fields. The pattern names all fields, so that
/// a field which is not listed here does not compile.
macro_rules! layout {
    ($text:ident: $($name:ident { $($field:ident),* })*) => {$(
        let _ = |$name { $($field: _),* }: $name| {};
        let (size, align) = (size_of::<$name>(), align_of::<$name>());
        let name = stringify!($name);
        writeln!($text, "{name}\t\t0\t{size}\t{align}").unwrap();
        $(
            let size = size_of_field(|table: &$name| &raw const table.$field);
            writeln!($text, "{name}\t{}\t{}\t{size}\t", stringify!($field), offset_of!($name, $field)).unwrap();
        )*
    )*};
}

fn size_of_field<S, F>(_: impl Fn(&S) -> *const F) -> usize {
    size_of::<F>()
}

#[test]
fn layout_is_as_pinned() {
    let mut text = String::from("struct\tfield\toffset\tsize\talignment\n");
    layout! { text:
        Str { ptr, len }
        Failure { struct_size, kind, message, place, help }
        Reply { struct_size, context, write, fail }
        Value { kind, attribute, int, float, string }
        Span { start, end, label, score }
        Class { target, label, score }
        TextSource { start, end }
        Text { text, sources, source_count, target, score }
        Vector { values, dimension, target }
        Relation { head, tail, label, score }
        Output {
            struct_size, context, push_spans, push_classes, push_texts, push_vectors,
            push_relations, set_attributes, note, finish, fail, cancelled
        }
        Batch {
            struct_size, document_count, document_size, layer_size, column_size, value_size,
            documents
        }
        Document { id, text, metadata, inputs }
        Layer {
            kind, count, start, end, label, score, target, head, tail, text_offsets, text, vector,
            dimension, attribute_count, attributes
        }
        AttributeColumn { kind, reserved, valid, values, data }
        Entry {
            magic, struct_size, abi_major, abi_minor, abi_candidate, reserved, reserved2, init,
            extractor, extension
        }
        Extractor {
            struct_size, reserved, name, describe, plan, load, unload, worker_create,
            worker_destroy, extract, extension
        }
        Host { struct_size, abi_major, abi_minor, context, log_level, log, extension }
        Sink { struct_size, reserved, context, write }
        Cancellation { struct_size, reserved, context, cancelled }
        Corpus {
            struct_size, state_version, state_create, state_destroy, observe, merge, save,
            restore, finish, findings_destroy, annotate
        }
    };
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/frozen/", gloss_abi::abi_version!());
    let pinned = std::fs::read_to_string(format!("{folder}/layout.tsv")).expect(HELP);
    for (found, pinned) in text.lines().zip(pinned.lines()) {
        assert_eq!(found, pinned, "{HELP}");
    }
    assert_eq!(text.lines().count(), pinned.lines().count(), "{HELP}\n{text}");
}

const HELP: &str = "the layout is not the pinned one: plugins that exist would read the wrong \
fields. If only new fields were appended to tables, raise ABI_MINOR; if not, ABI_CANDIDATE; then \
run `cargo xtask freeze` and commit what it writes";
