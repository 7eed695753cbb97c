//! A plugin for tests, which misbehaves as it is told to.
//!
//! * `unruly` marks words, and does one of the things that plugins must not do.
//! * `relay` requires and provides the layers that its options name, for tests of how stages are
//!   connected.
//! * `no-op` pushes nothing and `spans` a fixed number of spans, for measuring what a host costs.

#![allow(missing_docs)]

mod faults;
mod load;
mod relay;
mod unruly;
mod words;

gloss_plugin::export! {
    id: "gloss-tests/unruly",
    extractors: {
        "unruly" => unruly::Unruly,
        "relay" => relay::Relay,
        "no-op" => load::NoOp,
        "spans" => load::Spans,
    },
}
