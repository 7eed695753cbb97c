//! The mentions of one entity in a document, gathered.
//!
//! Named entity recognition finds stretches of the text. Here those that name the same thing come
//! together: `Nicolás Maduro` and `Maduro`, but not `Nicolas Maduro Guerra`, his son.

mod aliases;
mod entities;
mod extractor;
mod find;
mod fold;
mod groups;
mod link;
mod name;
mod organizations;
mod persons;
mod words;

pub use extractor::{Mentions, Options};

gloss_plugin::export! {
    id: "gloss/mentions",
    extractors: { "mentions" => Mentions },
}
