//! Quotations: what is quoted, by which words it is attributed, and who said it.

mod attribution;
mod clause;
mod extractor;
mod marks;
mod speaker;
mod words;

pub use extractor::{Options, Quotes};

gloss_plugin::export! {
    id: "gloss/quotes",
    extractors: { "quotes" => Quotes },
}
