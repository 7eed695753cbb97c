//! What a model has seen of a text so far.

use gloss_kernels::History;

use crate::error::Error;
use crate::model::{CHUNK, Model, Scratch};

/// The tokens that a model has seen, and what it keeps of them. Made for one model, and run with it alone.
#[derive(Debug, Default)]
pub struct Session {
    pub(crate) tokens: Vec<u32>,
    /// Of each layer, each head of keys.
    pub(crate) histories: Vec<History>,
    pub(crate) scratch: Scratch,
    capacity: usize,
}

impl Session {
    /// The tokens that were seen.
    #[must_use]
    pub fn tokens(&self) -> &[u32] {
        &self.tokens
    }

    /// Runs the model over a text of these tokens, of which the part that was seen already costs nothing, and
    /// gives the logits of the token after the last. There is room for `more` tokens then. `cancelled` is
    /// asked now and then.
    ///
    /// # Errors
    /// [`Error::TooLong`], [`Error::EmptyPrompt`], [`Error::Cancelled`]; [`Error::Invalid`] if a token is not one
    /// of the model's.
    pub fn read(
        &mut self,
        model: &Model,
        ids: &[u32],
        more: usize,
        cancelled: &mut dyn FnMut() -> bool,
    ) -> Result<&[f32], Error> {
        let (config, last) = (&model.config, ids.len().saturating_sub(1));
        if ids.is_empty() {
            return Err(Error::EmptyPrompt);
        }
        let needed = ids.len().checked_add(more).filter(|&needed| needed <= config.context);
        let Some(needed) = needed else {
            let (prompt, context) = (ids.len(), config.context);
            return Err(Error::TooLong { prompt, generated: more, context });
        };
        if let Some(id) = ids.iter().find(|&&id| id as usize >= config.vocabulary) {
            return Err(Error::invalid(format!("token {id}"), "the vocabulary does not have it"));
        }
        self.reserve(model, needed);
        // The last token is run in any case: its logits are asked for.
        let known = self.tokens.iter().zip(&ids[..last]).take_while(|(a, b)| a == b).count();
        self.tokens.truncate(known);
        self.histories.iter_mut().for_each(|history| history.truncate(known));
        for chunk in ids[known..last].chunks(CHUNK) {
            if cancelled() {
                return Err(Error::Cancelled);
            }
            model.run(self, chunk, false);
        }
        model.run(self, &ids[last..], true);
        Ok(&self.scratch.logits)
    }

    /// Runs one more token, for which there must be room, and gives the logits of the next.
    pub(crate) fn next(&mut self, model: &Model, id: u32) -> &[f32] {
        model.run(self, &[id], true);
        &self.scratch.logits
    }

    pub(crate) fn logits_mut(&mut self) -> &mut [f32] {
        &mut self.scratch.logits
    }

    fn reserve(&mut self, model: &Model, needed: usize) {
        if needed <= self.capacity {
            return;
        }
        let config = &model.config;
        self.capacity = needed.next_multiple_of(256).min(config.context.max(needed));
        let history = || History::new(model.kernels, config.head, self.capacity);
        self.histories = (0..config.layers * config.shared_heads).map(|_| history()).collect();
        self.tokens.clear();
    }
}
