//! A comparison as one page that needs nothing else: no network, no other file.
//!
//! Figures are made here and stand in the page; its scripts show the documents, whose texts come as
//! JSON and are put in as text, never as markup. A policy in the page lets its own script run, by its
//! hash, and nothing else, should something slip through.

mod calibration;
mod choice;
mod class_pair;
mod confusion;
mod data;
mod differences;
mod figures;
mod format;
mod json;
mod label_row;
mod link;
mod matrix;
mod measure;
mod metadata;
mod places;
mod render;
mod span_pair;
mod text_pair;
mod value_pair;
mod whisker;

use gloss_compare::{Comparison, Corpus};

use crate::{Error, ErrorKind};

/// What of a comparison is on its page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageOptions {
    /// The page's title; without one it is made of the names of the variants.
    pub title: Option<String>,
    /// Documents on the page at most; those that differ most are kept. Figures are of all documents.
    pub most_documents: usize,
    /// Bytes of the texts of these documents at most, together.
    pub most_text_bytes: usize,
}

impl Default for PageOptions {
    fn default() -> PageOptions {
        PageOptions { title: None, most_documents: 5_000, most_text_bytes: 64 << 20 }
    }
}

/// A comparison, and the documents it was made of, as an HTML page.
///
/// The same comparison gives the same page. Where documents are left out, the page says how many.
///
/// # Errors
///
/// [`ErrorKind::OtherCorpus`] where the comparison was not made of these documents,
/// [`ErrorKind::Page`] when a template is at fault.
pub fn page(
    comparison: &Comparison,
    corpus: &Corpus,
    options: &PageOptions,
) -> Result<String, Error> {
    check(comparison, corpus)?;
    render::render(comparison, corpus, options).map_err(|error| {
        let help = "this is a fault of gloss: please report it";
        Error::new(ErrorKind::Page, format!("the page cannot be made: {error:#}"), help)
    })
}

fn check(comparison: &Comparison, corpus: &Corpus) -> Result<(), Error> {
    let names = comparison.variants.iter().map(|variant| &variant.name);
    let same = names.eq(&corpus.variants)
        && comparison.documents == corpus.documents.len()
        && comparison.gold.as_ref().is_none_or(|gold| corpus.variants.contains(gold));
    if same {
        return Ok(());
    }
    let message = format!(
        "the comparison is of {} documents in {} variants, the documents are {} in {}, or the \
         variants have other names",
        comparison.documents,
        comparison.variants.len(),
        corpus.documents.len(),
        corpus.variants.len()
    );
    let help = "show a comparison with the documents that it was made of";
    Err(Error::new(ErrorKind::OtherCorpus, message, help))
}

#[cfg(test)]
#[path = "page/tests.rs"]
mod tests;
