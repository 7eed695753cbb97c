//! Paragraphs of spaCy's training files of version 2: tokens with tags of BILUO.

use std::borrow::Cow;

use gloss_doc::Document;
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::conll_line::Token as Tagged;
use super::conll_text::Page;
use super::json_documents::Value;
use super::layers::{Problem, classes};
use super::spacy_json::score;
use super::tags::Tag;
use crate::{Error, ErrorKind};

#[derive(Deserialize)]
pub struct Paragraph {
    raw: Option<String>,
    #[serde(default)]
    sentences: Vec<Sentence>,
    cats: Option<Vec<Category>>,
}

#[derive(Deserialize)]
struct Sentence {
    tokens: Vec<Token>,
}

#[derive(Deserialize)]
struct Token {
    orth: String,
    ner: Option<String>,
}

#[derive(Deserialize)]
struct Category {
    label: String,
    value: Json,
}

/// The document of a paragraph.
pub fn paragraph(paragraph: Paragraph, id: String, value: &Value<'_>) -> Result<Document, Error> {
    let bad =
        |what: &str| value.problem(&Problem::new(what, "tags are those of BILUO: B-PER, U-PER, O"));
    let mut page = Page::default();
    if let Some(raw) = &paragraph.raw {
        page.said(raw);
    }
    for sentence in &paragraph.sentences {
        for token in &sentence.tokens {
            let tag = token.ner.as_deref().map_or(Some(Tag::OUTSIDE), Tag::parse);
            let tag = tag.ok_or_else(|| bad("a token's \"ner\" is no tag of an entity"))?;
            let token = Tagged { form: &token.orth, tag, joined: false, parts: 0 };
            if !page.push(&token) {
                return Err(value.place.place(crate::read::too_long(value.place.input)));
            }
        }
        // Where there is a text, all tokens are found in it together.
        if paragraph.raw.is_none() {
            page.end_sentence();
        }
    }
    if !page.in_sentence() && page.is_empty() {
        let raw = paragraph.raw.unwrap_or_default();
        page.text = raw;
    }
    page.end_sentence();
    let mut document = page
        .into_document("spacy-json", |text| value.place.document(text, id, Map::new()))
        .map_err(|problem| value.problem(&problem))?;
    // Of tokens without tags nobody said whether they are in an entity.
    let mut tokens = paragraph.sentences.iter().flat_map(|sentence| &sentence.tokens).peekable();
    let is_untagged = |token: &Token| token.ner.as_deref().is_none_or(|tag| tag == "-");
    if tokens.peek().is_some() && tokens.all(is_untagged) {
        document.layers.clear();
    }
    if let Some(categories) = paragraph.cats.filter(|cats| !cats.is_empty()) {
        let scored = categories.iter().map(|category| {
            let score = score(&category.value).ok_or_else(|| {
                let what = "a category's \"value\" is no number";
                value.place.error(ErrorKind::BadAnnotation, what)
            })?;
            Ok((Cow::Borrowed(category.label.as_str()), Some(score)))
        });
        let scored = scored.collect::<Result<Vec<_>, Error>>()?;
        document.layers.push(classes("spacy-json/classes", &scored));
    }
    Ok(document)
}
