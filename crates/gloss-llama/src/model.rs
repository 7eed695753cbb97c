//! A loaded model, and what it computes.

use std::path::Path;

use gloss_kernels::{Activation, BlockRows, Kernels, Rows};

use crate::chat::Chat;
use crate::config::Config;
use crate::error::Error;
use crate::gguf::Gguf;
use crate::linear::{Linear, RootMeanSquare};
use crate::session::Session;
use crate::tokenizer::Tokenizer;

/// Tokens that go through the layers together.
pub(crate) const CHUNK: usize = 64;

/// A language model of the Llama architecture (Touvron et al. 2023, <https://arxiv.org/abs/2302.13971>), with
/// its tokenizer and chat template. Immutable: threads share it.
#[derive(Debug)]
pub struct Model {
    pub(crate) kernels: Kernels,
    pub(crate) config: Config,
    tokens: Linear,
    layers: Vec<Layer>,
    norm: RootMeanSquare,
    /// None where the table of tokens is the last layer as well.
    output: Option<Linear>,
    tokenizer: Tokenizer,
    chat: Chat,
}

/// An attention and a gated feed-forward network, each with what goes in normalised, and added to it.
#[derive(Debug)]
struct Layer {
    attention_norm: RootMeanSquare,
    query: Linear,
    key: Linear,
    value: Linear,
    attention_out: Linear,
    norm: RootMeanSquare,
    gate: Linear,
    up: Linear,
    down: Linear,
}

/// Room that is used again.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    bytes: BlockRows,
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
    pub(crate) logits: Vec<f32>,
}

impl Model {
    /// Reads a GGUF file.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Invalid`] if the file is damaged, [`Error::Unsupported`] if it needs what is not
    /// here.
    pub fn load(path: &Path) -> Result<Self, Error> {
        Self::load_with(path, Kernels::default())
    }

    /// As [`Model::load`], with other kernels than the fastest.
    ///
    /// # Errors
    /// Those of [`Model::load`].
    pub fn load_with(path: &Path, kernels: Kernels) -> Result<Self, Error> {
        let mut file = Gguf::open(path)?;
        let config = Config::read(&mut file)?;
        let tokenizer = Tokenizer::read(&file.metadata)?;
        let chat = Chat::read(&file.metadata)?;
        let Config { width, vocabulary, epsilon, .. } = config;
        let sizes = (width, vocabulary);
        let tokens = Linear::read_table(&mut file, kernels, "token_embd.weight", sizes)?;
        let layers = (0..config.layers).map(|at| Layer::read(&mut file, kernels, &config, at));
        let layers = layers.collect::<Result<_, _>>()?;
        let norm = RootMeanSquare::read(&mut file, "output_norm.weight", width, epsilon)?;
        let output = match file.find("output.weight") {
            Some(_) => Some(Linear::read(&mut file, kernels, "output.weight", sizes)?),
            None => None,
        };
        Ok(Self { kernels, config, tokens, layers, norm, output, tokenizer, chat })
    }

    /// The tokenizer.
    #[must_use]
    pub fn tokenizer(&self) -> &Tokenizer {
        &self.tokenizer
    }

    /// The chat template.
    #[must_use]
    pub fn chat(&self) -> &Chat {
        &self.chat
    }

    /// Tokens that the model can look at, prompt and what it generates together.
    #[must_use]
    pub fn context(&self) -> usize {
        self.config.context
    }

    /// Runs tokens that follow those that the session has seen; at most [`CHUNK`]. `wanted`: sets the
    /// session's logits to those of what follows the last of them.
    pub(crate) fn run(&self, session: &mut Session, ids: &[u32], wanted: bool) {
        let (width, before) = (self.config.width, session.tokens.len());
        let mut scratch = std::mem::take(&mut session.scratch);
        scratch.rows.resize(ids.len() * width, 0.0);
        for (&id, row) in ids.iter().zip(scratch.rows.chunks_exact_mut(width)) {
            self.tokens.weights(id as usize, row);
        }
        scratch.turns.clear();
        for position in before..before + ids.len() {
            let turn = |angle: &f64| {
                let (sine, cosine) = (position as f64 * angle).sin_cos();
                (cosine as f32, sine as f32)
            };
            scratch.turns.extend(self.config.angles.iter().map(turn));
        }
        for at in 0..self.layers.len() {
            self.attention(at, session, &mut scratch);
            self.feed_forward(&self.layers[at], &mut scratch);
        }
        if wanted {
            let last = scratch.rows.len() - width;
            self.norm.apply(&scratch.rows[last..], &mut scratch.normal);
            let output = self.output.as_ref().unwrap_or(&self.tokens);
            output.product(&scratch.normal, 1, &mut scratch.bytes, &mut scratch.logits);
            scratch.logits.truncate(self.config.vocabulary);
        }
        session.scratch = scratch;
        session.tokens.extend_from_slice(ids);
    }

    fn attention(&self, at: usize, session: &mut Session, scratch: &mut Scratch) {
        let layer = &self.layers[at];
        let Config { width, heads, shared_heads, head, .. } = self.config;
        let Scratch { bytes, rows, normal, queries, keys, values, scores, attended, .. } = scratch;
        let count = rows.len() / width;
        layer.attention_norm.apply(rows, normal);
        layer.query.product(normal, count, bytes, queries);
        layer.key.product(normal, count, bytes, keys);
        layer.value.product(normal, count, bytes, values);
        let pairs = self.config.angles.len();
        for (token, turns) in scratch.turns.chunks_exact(pairs.max(1)).enumerate() {
            turn(&mut queries[token * width..][..width], head, turns);
            let shared = shared_heads * head;
            turn(&mut keys[token * shared..][..shared], head, turns);
        }
        let scale = 1.0 / (head as f32).sqrt();
        queries.iter_mut().for_each(|query| *query *= scale);
        attended.resize(count * width, 0.0);
        let (group, stride) = (heads / shared_heads, shared_heads * head);
        for shared in 0..shared_heads {
            let history = &mut session.histories[at * shared_heads + shared];
            let seen = history.count() + 1;
            for token in 0..count {
                let from = token * stride + shared * head;
                history.push(&keys[from..from + head], &values[from..from + head]);
            }
            let first = shared * group * head;
            if count == 1 {
                // All heads that share the keys at once.
                let input = Rows { numbers: &queries[first..], stride: head, count: group };
                history.attend(input, (seen, group), scores, &mut attended[first..], head);
                continue;
            }
            for first in (first..).step_by(head).take(group) {
                let input = Rows { numbers: &queries[first..], stride: width, count };
                history.attend(input, (seen, 1), scores, &mut attended[first..], width);
            }
        }
        layer.attention_out.product(attended, count, bytes, &mut scratch.difference);
        add(rows, &scratch.difference);
    }

    fn feed_forward(&self, layer: &Layer, scratch: &mut Scratch) {
        let Scratch { bytes, rows, normal, gate, up, difference, .. } = scratch;
        let count = rows.len() / self.config.width;
        layer.norm.apply(rows, normal);
        layer.gate.product(normal, count, bytes, gate);
        layer.up.product(normal, count, bytes, up);
        self.kernels.activate(Activation::Silu, gate);
        gate.iter_mut().zip(up).for_each(|(gate, up)| *gate *= *up);
        layer.down.product(gate, count, bytes, difference);
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

impl Layer {
    fn read(file: &mut Gguf, kernels: Kernels, config: &Config, at: usize) -> Result<Self, Error> {
        let &Config { width, inner, head, shared_heads, epsilon, .. } = config;
        let name = |part: &str| format!("blk.{at}.{part}.weight");
        let shared = shared_heads * head;
        for part in ["attn_q", "attn_k", "attn_v", "attn_output"] {
            if file.find(&format!("blk.{at}.{part}.bias")).is_some() {
                return Err(Error::unsupported(format!("a bias of {part}")));
            }
        }
        let mut norm = |part: &str| RootMeanSquare::read(file, &name(part), width, epsilon);
        let (attention_norm, norm) = (norm("attn_norm")?, norm("ffn_norm")?);
        let mut linear =
            |part: &str, sizes: (usize, usize)| Linear::read(file, kernels, &name(part), sizes);
        Ok(Self {
            attention_norm,
            query: linear("attn_q", (width, width))?,
            key: linear("attn_k", (width, shared))?,
            value: linear("attn_v", (width, shared))?,
            attention_out: linear("attn_output", (width, width))?,
            norm,
            gate: linear("ffn_gate", (width, inner))?,
            up: linear("ffn_up", (width, inner))?,
            down: linear("ffn_down", (inner, width))?,
        })
    }
}
