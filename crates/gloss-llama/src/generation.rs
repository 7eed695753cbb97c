//! Continues a prompt.

use crate::error::Error;
use crate::model::Model;
use crate::sampling::{Sampler, Sampling};
use crate::schema::Schema;
use crate::session::Session;

/// What to generate.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The tokens to continue.
    pub prompt: &'a [u32],
    /// The most tokens to generate.
    pub max_tokens: usize,
    /// How tokens are chosen.
    pub sampling: &'a Sampling,
    /// What the text must be, if it is to be JSON.
    pub schema: Option<&'a Schema>,
}

/// What was generated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// The text; a value of the schema, if there was one.
    pub text: String,
    /// The tokens that the model gave.
    pub tokens: Vec<u32>,
    /// Why it ends.
    pub end: End,
}

/// Why a text ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The model ended it, or it is a whole value of the schema.
    Model,
    /// The most tokens were generated. What lacked to a value of the schema then was appended.
    Limit,
}

impl Model {
    /// Generates, token by token; `cancelled` is asked between two. The session keeps what it saw, so that a
    /// prompt that begins as the last one did costs less; the result does not depend on it.
    ///
    /// # Errors
    /// Those of [`Session::read`].
    pub fn generate(
        &self,
        session: &mut Session,
        request: Request<'_>,
        cancelled: &mut dyn FnMut() -> bool,
    ) -> Result<Generated, Error> {
        let Request { prompt, max_tokens, sampling, schema } = request;
        let member = session.join();
        session.read_as(&member, self, prompt, max_tokens, cancelled)?;
        let mut sampler = Sampler::new(sampling);
        let (mut bytes, mut tokens) = (Vec::new(), Vec::new());
        let mut end = End::Limit;
        while tokens.len() < max_tokens {
            if cancelled() {
                return Err(Error::Cancelled);
            }
            let allowed = |id| self.allowed(id, &mut bytes, schema);
            let next = sampler.choose(session.logits_mut(), &tokens, allowed);
            let Some(id) = next.filter(|&id| !self.tokenizer().is_end(id)) else {
                end = End::Model;
                break;
            };
            tokens.push(id);
            bytes.extend_from_slice(self.tokenizer().bytes(id));
            if schema.is_some_and(|schema| is_closed(schema, &bytes)) {
                end = End::Model;
                break;
            }
            // The last one's logits are of no use.
            if tokens.len() < max_tokens {
                session.next(&member, self, id);
            }
        }
        let text = match schema.and_then(|schema| schema.complete(&bytes)) {
            Some(text) => text,
            // A character that the limit cut is dropped; no replacement is put in its place.
            None => String::from_utf8_lossy(&bytes).trim_end_matches('\u{FFFD}').to_owned(),
        };
        Ok(Generated { text, tokens, end })
    }

    /// Whether a token may follow these bytes.
    fn allowed(&self, id: u32, bytes: &mut Vec<u8>, schema: Option<&Schema>) -> bool {
        let tokenizer = self.tokenizer();
        let Some(schema) = schema else {
            return tokenizer.is_end(id) || !tokenizer.is_control(id);
        };
        if tokenizer.is_end(id) {
            return schema.rest(bytes).is_ok_and(|rest| rest.is_empty());
        }
        let (length, more) = (bytes.len(), tokenizer.bytes(id));
        if more.is_empty() {
            return false;
        }
        bytes.extend_from_slice(more);
        let fits = schema.rest(bytes).is_ok();
        bytes.truncate(length);
        fits
    }
}

/// Whether it is a value that nothing can be appended to: only numbers go on.
fn is_closed(schema: &Schema, bytes: &[u8]) -> bool {
    !bytes.last().is_some_and(u8::is_ascii_digit)
        && schema.rest(bytes).is_ok_and(|rest| rest.is_empty())
}
