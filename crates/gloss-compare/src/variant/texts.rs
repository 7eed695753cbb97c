//! Texts that variants of the same documents have in common.

use std::collections::HashMap;
use std::sync::Arc;

use gloss_doc::Document;

/// Gives documents of one id and one text the same memory, from whichever source they come.
#[derive(Debug, Default)]
pub struct SharedTexts(HashMap<String, Arc<str>>);

impl SharedTexts {
    /// The text of a document.
    pub fn share(&mut self, document: &Document) -> Arc<str> {
        match self.0.get(&document.id) {
            Some(text) if **text == *document.text => Arc::clone(text),
            // Another source has another text under this id: whether they are the same is told later.
            Some(_) => document.text.as_str().into(),
            None => {
                let text: Arc<str> = document.text.as_str().into();
                self.0.insert(document.id.clone(), Arc::clone(&text));
                text
            }
        }
    }
}
