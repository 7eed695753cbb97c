//! Finds temporal expressions in English news text, and says when they are: dates, times, durations
//! and sets, as TIMEX3 has them.
//!
//! A text is cut into tokens (`lexer`), the grammar finds expressions and what they say (`grammar`,
//! `meaning`), and the resolver makes values of that (`resolver`).

mod cues;
mod extractor;
mod grammar;
mod lexer;
mod lexicon;
mod meaning;
mod options;
mod resolver;

pub use extractor::Dates;
pub use options::{DateOrder, Options, WeekdayDirection};

gloss_plugin::export! {
    id: "gloss/dates",
    extractors: { "dates" => Dates },
}
