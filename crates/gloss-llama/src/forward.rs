//! What a model computes of tokens.
//!
//! A prompt's tokens go through the layers in parts, which the threads of a team share out; of a single token
//! they share out the outputs of each layer and the heads of each attention. Every number is computed in the
//! order in which one thread computes it, so results do not depend on the number of threads.

use gloss_kernels::{Activation, BlockRows, History, Member, Rows};

use crate::linear::{Output, products};
use crate::model::{Layer, Model};
use crate::session::Session;

/// Tokens of a part: enough that weights are read for many at once, few enough that what is between layers
/// stays in a near cache.
const PART: usize = 64;
/// Tokens that go through the kernels together.
const TOGETHER: usize = 8;
/// Fewest products of an attention of one token that are worth to be shared out.
const WORTH: usize = 1 << 15;

/// Room that is used again.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    parts: Vec<Part>,
    heads: Vec<Vec<f32>>,
    pub(crate) logits: Vec<f32>,
}

/// Tokens that follow each other, on their way through the layers.
#[derive(Debug, Default)]
struct Part {
    /// How many there are.
    count: usize,
    rows: Vec<f32>,
    normal: Vec<f32>,
    queries: Vec<f32>,
    keys: Vec<f32>,
    values: Vec<f32>,
    scores: Vec<f32>,
    attended: Vec<f32>,
    gate: Vec<f32>,
    up: Vec<f32>,
    difference: Vec<f32>,
    /// Of each token the cosine and sine of each angle.
    turns: Vec<(f32, f32)>,
    bytes: [BlockRows; 3],
}

/// The tokens that go through the layers in one run.
pub(crate) fn chunk(member: &Member) -> usize {
    PART * member.threads()
}

impl Model {
    /// Runs tokens that follow those that the session has seen; at most [`chunk`]. `wanted`: sets the
    /// session's logits to those of what follows the last of them.
    pub(crate) fn run(&self, session: &mut Session, member: &Member, ids: &[u32], wanted: bool) {
        let mut scratch = std::mem::take(&mut session.scratch);
        let each = ids.len().div_ceil(member.threads()).next_multiple_of(TOGETHER).min(PART);
        let count = ids.len().div_ceil(each);
        scratch.parts.resize_with(count.max(scratch.parts.len()), Part::default);
        let parts = &mut scratch.parts[..count];
        let mut position = session.tokens.len();
        for (part, ids) in parts.iter_mut().zip(ids.chunks(each)) {
            self.begin(part, ids, position);
            position += ids.len();
        }
        for at in 0..self.layers.len() {
            match &mut *parts {
                [part] => self.layer_of_one(at, session, &mut scratch.heads, part, member),
                parts => self.layer(at, session, parts, member),
            }
        }
        if let Some(last) = parts.last_mut().filter(|_| wanted) {
            let row = last.rows.len() - self.config.width;
            self.norm.apply(&last.rows[row..], &mut last.normal);
            let layer = self.output.as_ref().unwrap_or(&self.tokens);
            let (room, out) = (&mut last.bytes[0], &mut scratch.logits);
            products(member, &last.normal, 1, [Output { layer, room, out }]);
            scratch.logits.truncate(self.config.vocabulary);
        }
        session.scratch = scratch;
        session.tokens.extend_from_slice(ids);
    }

    /// Looks up the tokens of a part, the first of which is at this position.
    fn begin(&self, part: &mut Part, ids: &[u32], position: usize) {
        let width = self.config.width;
        part.count = ids.len();
        part.rows.resize(ids.len() * width, 0.0);
        for (&id, row) in ids.iter().zip(part.rows.chunks_exact_mut(width)) {
            self.tokens.weights(id as usize, row);
        }
        part.turns.clear();
        for position in position..position + ids.len() {
            let turn = |angle: &f64| {
                let (sine, cosine) = (position as f64 * angle).sin_cos();
                (cosine as f32, sine as f32)
            };
            part.turns.extend(self.config.angles.iter().map(turn));
        }
    }

    /// A layer for several parts, each on one thread.
    fn layer(&self, at: usize, session: &mut Session, parts: &mut [Part], member: &Member) {
        let layer = &self.layers[at];
        member.for_each(parts, |part| self.project(layer, part, &Member::alone()));
        let mut seen = self.remember(at, session, parts);
        let mut parts: Vec<_> = parts
            .iter_mut()
            .map(|part| {
                seen += part.count;
                (seen - part.count, part)
            })
            .collect();
        let histories = self.histories(at, session);
        member.for_each(&mut parts, |(seen, part)| {
            self.attend(histories, *seen, part);
            self.go_on(layer, part, &Member::alone());
        });
    }

    /// A layer for one part, on all threads if it is of one token.
    fn layer_of_one(
        &self,
        at: usize,
        session: &mut Session,
        heads: &mut Vec<Vec<f32>>,
        part: &mut Part,
        member: &Member,
    ) {
        let layer = &self.layers[at];
        self.project(layer, part, member);
        let seen = self.remember(at, session, std::slice::from_mut(part));
        let histories = self.histories(at, session);
        let work = (seen + 1) * self.config.width;
        if part.count == 1 && member.threads() > 1 && work >= WORTH {
            self.attend_by_heads(histories, seen, heads, part, member);
        } else {
            self.attend(histories, seen, part);
        }
        self.go_on(layer, part, member);
    }

    /// The queries, keys and values of a part.
    fn project(&self, layer: &Layer, part: &mut Part, member: &Member) {
        let (width, head) = (self.config.width, self.config.head);
        let Part { rows, normal, queries, keys, values, turns, bytes, count, .. } = part;
        layer.attention_norm.apply(rows, normal);
        let [query, key, value] = bytes;
        let outputs = [
            Output { layer: &layer.query, room: query, out: queries },
            Output { layer: &layer.key, room: key, out: keys },
            Output { layer: &layer.value, room: value, out: values },
        ];
        products(member, normal, *count, outputs);
        let (pairs, shared) = (self.config.angles.len(), self.config.shared_heads * head);
        for (token, turns) in turns.chunks_exact(pairs.max(1)).enumerate() {
            turn(&mut queries[token * width..][..width], head, turns);
            turn(&mut keys[token * shared..][..shared], head, turns);
        }
        let scale = 1.0 / (head as f32).sqrt();
        queries.iter_mut().for_each(|query| *query *= scale);
    }

    /// Appends the keys and values of parts to a layer's histories; how many there were before.
    fn remember(&self, at: usize, session: &mut Session, parts: &[Part]) -> usize {
        let (shared_heads, head) = (self.config.shared_heads, self.config.head);
        let histories = &mut session.histories[at * shared_heads..][..shared_heads];
        let seen = histories[0].count();
        for (shared, history) in histories.iter_mut().enumerate() {
            for part in parts {
                for token in 0..part.count {
                    let from = (token * shared_heads + shared) * head;
                    history.push(&part.keys[from..from + head], &part.values[from..from + head]);
                }
            }
        }
        seen
    }

    fn histories<'a>(&self, at: usize, session: &'a Session) -> &'a [History] {
        &session.histories[at * self.config.shared_heads..][..self.config.shared_heads]
    }

    /// The attention of a part, before the first token of which so many were seen.
    fn attend(&self, histories: &[History], seen: usize, part: &mut Part) {
        let (width, head) = (self.config.width, self.config.head);
        let group = self.config.heads / self.config.shared_heads;
        let Part { queries, scores, attended, count, .. } = part;
        let count = *count;
        attended.resize(count * width, 0.0);
        for (shared, history) in histories.iter().enumerate() {
            let first = shared * group * head;
            if count == 1 {
                // All heads that share the keys at once.
                let input = Rows { numbers: &queries[first..], stride: head, count: group };
                history.attend(input, (seen + 1, group), scores, &mut attended[first..], head);
                continue;
            }
            for first in (first..).step_by(head).take(group) {
                let input = Rows { numbers: &queries[first..], stride: width, count };
                history.attend(input, (seen + 1, 1), scores, &mut attended[first..], width);
            }
        }
    }

    /// As [`Model::attend`] for one token, each head by itself.
    fn attend_by_heads(
        &self,
        histories: &[History],
        seen: usize,
        scores: &mut Vec<Vec<f32>>,
        part: &mut Part,
        member: &Member,
    ) {
        let head = self.config.head;
        let group = self.config.heads / self.config.shared_heads;
        scores.resize_with(self.config.heads, Vec::new);
        part.attended.resize(self.config.width, 0.0);
        let queries = part.queries.chunks_exact(head);
        let outputs = part.attended.chunks_exact_mut(head).zip(scores);
        let mut heads: Vec<_> = queries.zip(outputs).enumerate().collect();
        member.for_each(&mut heads, |(at, (query, (out, scores)))| {
            let input = Rows { numbers: query, stride: head, count: 1 };
            histories[*at / group].attend(input, (seen + 1, 1), scores, out, head);
        });
    }

    /// What follows an attention in its layer.
    fn go_on(&self, layer: &Layer, part: &mut Part, member: &Member) {
        let Part { rows, normal, attended, gate, up, difference, bytes, count, .. } = part;
        let [first, second, _] = bytes;
        let out = Output { layer: &layer.attention_out, room: &mut *first, out: &mut *difference };
        products(member, attended, *count, [out]);
        add(rows, difference);
        layer.norm.apply(rows, normal);
        let outputs = [
            Output { layer: &layer.gate, room: &mut *first, out: gate },
            Output { layer: &layer.up, room: second, out: up },
        ];
        products(member, normal, *count, outputs);
        self.kernels.activate(Activation::Silu, gate);
        gate.iter_mut().zip(up).for_each(|(gate, up)| *gate *= *up);
        let out = Output { layer: &layer.down, room: first, out: &mut *difference };
        products(member, gate, *count, [out]);
        add(rows, difference);
    }
}

fn add(rows: &mut [f32], difference: &[f32]) {
    rows.iter_mut().zip(difference).for_each(|(row, difference)| *row += difference);
}

/// Turns neighbouring numbers of each head, as a file of this architecture has them.
fn turn(row: &mut [f32], head: usize, turns: &[(f32, f32)]) {
    for row in row.chunks_exact_mut(head) {
        for (pair, (cosine, sine)) in row.chunks_exact_mut(2).zip(turns) {
            let (a, b) = (pair[0], pair[1]);
            (pair[0], pair[1]) = (a * cosine - b * sine, a * sine + b * cosine);
        }
    }
}
