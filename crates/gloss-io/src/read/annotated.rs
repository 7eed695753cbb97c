//! Files with other tools' annotations: one module a format, and what they share.

mod conll;
mod conll_line;
mod conll_text;
mod layers;
mod tags;

pub use conll::Conll;
