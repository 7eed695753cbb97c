//! What a model has seen of a text so far.

use std::sync::Arc;

use gloss_kernels::{History, Member, Team};

use crate::error::Error;
use crate::forward::{Scratch, chunk};
use crate::model::Model;

/// The tokens that a model has seen, and what it keeps of them. Made for one model, and run with it alone.
#[derive(Debug, Default)]
pub struct Session {
    pub(crate) tokens: Vec<u32>,
    /// Of each layer, each head of keys.
    pub(crate) histories: Vec<History>,
    pub(crate) scratch: Scratch,
    capacity: usize,
    team: Option<Arc<Team>>,
}

impl Session {
    /// A session whose runs use the threads that other members of the team leave idle. Results do not depend
    /// on them.
    #[must_use]
    pub fn with_team(team: Arc<Team>) -> Self {
        Self { team: Some(team), ..Self::default() }
    }

    /// The right to use the team's threads, while something runs.
    pub(crate) fn join(&self) -> Member {
        self.team.as_ref().map_or_else(Member::alone, Team::join)
    }

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
        let member = self.join();
        self.read_as(&member, model, ids, more, cancelled)
    }

    /// As [`Session::read`], of which it is a part.
    pub(crate) fn read_as(
        &mut self,
        member: &Member,
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
        let mut rest = &ids[known..last];
        while !rest.is_empty() {
            if cancelled() {
                return Err(Error::Cancelled);
            }
            let (now, later) = rest.split_at(chunk(member).min(rest.len()));
            rest = later;
            model.run(self, member, now, false);
        }
        model.run(self, member, &ids[last..], true);
        Ok(&self.scratch.logits)
    }

    /// Runs one more token, for which there must be room, and gives the logits of the next.
    pub(crate) fn next(&mut self, member: &Member, model: &Model, id: u32) -> &[f32] {
        model.run(self, member, &[id], true);
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
