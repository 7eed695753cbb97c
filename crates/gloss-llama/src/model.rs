//! A loaded model.

use std::path::Path;

use gloss_kernels::Kernels;

use crate::chat::Chat;
use crate::config::Config;
use crate::error::Error;
use crate::gguf::Gguf;
use crate::linear::{Linear, RootMeanSquare};
use crate::tokenizer::Tokenizer;

/// A language model of the Llama architecture (Touvron et al. 2023, <https://arxiv.org/abs/2302.13971>), with
/// its tokenizer and chat template. Immutable: threads share it.
#[derive(Debug)]
pub struct Model {
    pub(crate) kernels: Kernels,
    pub(crate) config: Config,
    pub(crate) tokens: Linear,
    pub(crate) layers: Vec<Layer>,
    pub(crate) norm: RootMeanSquare,
    /// None where the table of tokens is the last layer as well.
    pub(crate) output: Option<Linear>,
    tokenizer: Tokenizer,
    chat: Chat,
}

/// An attention and a gated feed-forward network, each with what goes in normalised, and added to it.
#[derive(Debug)]
pub(crate) struct Layer {
    pub(crate) attention_norm: RootMeanSquare,
    pub(crate) query: Linear,
    pub(crate) key: Linear,
    pub(crate) value: Linear,
    pub(crate) attention_out: Linear,
    pub(crate) norm: RootMeanSquare,
    pub(crate) gate: Linear,
    pub(crate) up: Linear,
    pub(crate) down: Linear,
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
