//! The text of a document that its tokens make, and the entities in it.

use std::borrow::Cow;

use gloss_doc::{Document, OffsetUnit};
use indexmap::IndexSet;

use super::conll_line::Token;
use super::layers::{Problem, SpanRecord, counted, spans};
use super::tags::{Oddities, Tag, chunks};
use crate::read::MAX_DOCUMENT;

/// A text with its entities.
#[derive(Default)]
pub struct Page {
    /// Tokens with a space between them, sentences with a line break, but where the file says otherwise.
    pub text: String,
    odd: Oddities,
    /// Sentences that are not what they are said to be.
    misfits: u64,
    /// Entities by their places in bytes, and their labels.
    entities: Vec<(usize, usize, Option<usize>)>,
    labels: IndexSet<String>,
    sentence: Sentence,
}

/// The sentence that is being read.
#[derive(Default)]
struct Sentence {
    /// What it is said to be.
    said: Option<String>,
    /// Its tokens without anything between them.
    forms: String,
    /// Where each ends in `forms`, and whether the next is joined to it.
    ends: Vec<(usize, bool)>,
    tags: Vec<Tag<usize>>,
    /// How many tokens to come are parts of one that was read.
    parts: u64,
}

impl Page {
    /// Whether there is neither a token nor a sentence.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty() && !self.in_sentence()
    }

    /// Whether the sentence has a token.
    pub fn in_sentence(&self) -> bool {
        !self.sentence.ends.is_empty()
    }

    /// Takes note of what the sentence is said to be.
    pub fn said(&mut self, text: &str) {
        self.sentence.said = Some(text.to_owned());
    }

    /// Adds a token to the sentence; `false` where the text would be too long.
    pub fn push(&mut self, token: &Token<'_>) -> bool {
        let tag = token.tag.map(|label| match self.labels.get_index_of(label) {
            Some(index) => index,
            None => self.labels.insert_full(label.to_owned()).0,
        });
        let sentence = &mut self.sentence;
        if let Some(left) = sentence.parts.checked_sub(1) {
            sentence.parts = left;
            // Entities may be marked on the words or on what they are written as.
            if let Some(whole) = sentence.tags.last_mut().filter(|whole| whole.is_outside()) {
                *whole = tag;
            }
            return true;
        }
        sentence.parts = token.parts;
        sentence.forms.push_str(token.form);
        sentence.ends.push((sentence.forms.len(), token.joined));
        sentence.tags.push(tag);
        let most = self.text.len() + sentence.forms.len() + sentence.ends.len();
        let said = sentence.said.as_ref().map_or(0, String::len);
        (most.max(self.text.len() + said) as u64) < MAX_DOCUMENT
    }

    /// Puts the sentence behind the text; `false` where it has no token.
    pub fn end_sentence(&mut self) -> bool {
        let sentence = std::mem::take(&mut self.sentence);
        if sentence.ends.is_empty() {
            return false;
        }
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        let base = self.text.len();
        let said = sentence.said.as_deref().map(|said| (said, sentence.found_in(said)));
        let ranges = match said {
            Some((said, Some(ranges))) => {
                self.text.push_str(said);
                ranges
            }
            other => {
                self.misfits += u64::from(other.is_some());
                sentence.join(&mut self.text)
            }
        };
        for chunk in chunks(&sentence.tags, &mut self.odd) {
            let (start, end) = (ranges[chunk.first].0, ranges[chunk.behind - 1].1);
            self.entities.push((base + start, base + end, chunk.label));
        }
        true
    }

    /// The document of the text, with its entities as `stage` has them.
    pub fn into_document(
        self,
        stage: &str,
        document: impl FnOnce(String) -> Document,
    ) -> Result<Document, Problem> {
        let name = format!("{stage}/entities");
        let (records, unit) = (self.entities(), OffsetUnit::Byte);
        let layer = spans(&name, "entities", &self.text, &records, unit, "entity")?;
        drop(records);
        let mut document = document(self.text);
        document.layers.push(layer);
        let odd = self.odd.count();
        if odd > 0 {
            let tags = counted(odd, "tag");
            document
                .notes
                .push(format!("{stage}: {tags} with no entity to continue, taken to begin one"));
        }
        if self.misfits > 0 {
            let sentences = counted(self.misfits, "sentence");
            document.notes.push(format!(
                "{stage}: {sentences} made of the tokens, because the text that is given for it is another"
            ));
        }
        Ok(document)
    }

    /// The entities, in bytes.
    fn entities(&self) -> Vec<SpanRecord<'_>> {
        let record = |&(start, end, label): &(usize, usize, Option<usize>)| SpanRecord {
            start: start as u64,
            end: end as u64,
            label: label
                .and_then(|index| Some(Cow::Borrowed(self.labels.get_index(index)?.as_str()))),
            ..SpanRecord::default()
        };
        self.entities.iter().map(record).collect()
    }
}

impl Sentence {
    fn forms(&self) -> impl Iterator<Item = &str> {
        let mut start = 0;
        self.ends.iter().map(move |&(end, _)| {
            let form = &self.forms[start..end];
            start = end;
            form
        })
    }

    /// Where the tokens stand in `text`, if all do, with nothing but white space between them.
    fn found_in(&self, text: &str) -> Option<Vec<(usize, usize)>> {
        let mut at = 0;
        let place = |form: &str| {
            // A token may itself begin with white space.
            if !text[at..].starts_with(form) {
                at += text[at..].len() - text[at..].trim_start().len();
            }
            let start = at;
            at += text[at..].starts_with(form).then_some(form.len())?;
            Some((start, at))
        };
        self.forms().map(place).collect()
    }

    /// Puts the tokens behind the text, and says where they stand in what is new.
    fn join(&self, text: &mut String) -> Vec<(usize, usize)> {
        let base = text.len();
        let mut joined = true;
        let mut ranges = Vec::with_capacity(self.ends.len());
        for (form, &(_, to_next)) in self.forms().zip(&self.ends) {
            if !joined && !form.is_empty() {
                text.push(' ');
            }
            let start = text.len() - base;
            text.push_str(form);
            ranges.push((start, text.len() - base));
            joined = to_next || (joined && form.is_empty());
        }
        ranges
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a sentence is said to be, and its tokens: form, tag, and whether the next is joined.
    type Written<'a> = (Option<&'a str>, &'a [(&'a str, &'a str, bool)]);

    fn page(sentences: &[Written<'_>]) -> Page {
        let mut page = Page::default();
        for (said, tokens) in sentences {
            if let Some(said) = said {
                page.said(said);
            }
            for (form, tag, joined) in *tokens {
                let tag = Tag::parse(tag).unwrap();
                page.push(&Token { form, tag, joined: *joined, parts: 0 });
            }
            page.end_sentence();
        }
        page
    }

    #[test]
    fn tokens_make_a_text() {
        let check = |sentences: &[Written<'_>], expected: &str, misfits| {
            let page = page(sentences);
            let mut marked = page.text.clone();
            for entity in page.entities().iter().rev() {
                marked.insert_str(
                    entity.end as usize,
                    &format!("]({})", entity.label.as_deref().unwrap_or("")),
                );
                marked.insert(entity.start as usize, '[');
            }
            assert_eq!((marked.as_str(), page.misfits), (expected, misfits));
        };
        let ada: &[(&str, &str, bool)] =
            &[("Ada", "B-PER", false), ("L.", "I-PER", true), (",", "O", false)];
        check(&[], "", 0);
        check(&[(None, ada), (None, &[("é", "B", false)])], "[Ada L.](PER),\n[é]()", 0);
        check(&[(Some("Ada  L. , x"), ada)], "[Ada  L.](PER) , x", 0);
        check(&[(Some("Adam L."), ada), (Some("é"), &[("é", "O", false)])], "[Ada L.](PER),\né", 1);
        check(
            &[(
                None,
                &[("", "O", false), ("a", "B-X", false), ("", "O", false), ("b", "O", false)],
            )],
            "[a](X) b",
            0,
        );
        check(&[(Some("x"), &[]), (None, &[("a", "O", false)])], "a", 0);
    }
}
