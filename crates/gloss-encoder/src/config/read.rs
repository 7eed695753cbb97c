//! Reads `config.json`.

use std::collections::BTreeMap;
use std::path::Path;

use gloss_kernels::Activation;
use serde::Deserialize;

use super::{Config, FILE, Family, ProblemType, RelativeConfig, Task, deberta};
use crate::error::Error;
use crate::folder;

/// The file as it is; each family has some of the fields.
#[derive(Deserialize)]
struct Raw {
    model_type: Option<String>,
    architectures: Option<Vec<String>>,
    hidden_size: Option<usize>,
    dim: Option<usize>,
    embedding_size: Option<usize>,
    num_hidden_layers: Option<usize>,
    n_layers: Option<usize>,
    num_attention_heads: Option<usize>,
    n_heads: Option<usize>,
    intermediate_size: Option<usize>,
    hidden_dim: Option<usize>,
    hidden_act: Option<String>,
    activation: Option<String>,
    layer_norm_eps: Option<f64>,
    vocab_size: Option<usize>,
    max_position_embeddings: Option<usize>,
    type_vocab_size: Option<usize>,
    pad_token_id: Option<u32>,
    position_embedding_type: Option<String>,
    num_hidden_groups: Option<usize>,
    inner_group_num: Option<usize>,
    num_labels: Option<usize>,
    id2label: Option<BTreeMap<String, String>>,
    problem_type: Option<String>,
    relative_attention_num_buckets: Option<usize>,
    #[serde(flatten)]
    deberta: deberta::Raw,
}

impl Config {
    pub(crate) fn read(folder: &Path) -> Result<Self, Error> {
        Self::new(&folder::read(folder, FILE)?)
    }

    fn new(raw: &Raw) -> Result<Self, Error> {
        let family = family(raw)?;
        let task = task(raw)?;
        // DistilBERT has names of its own.
        let hidden = size("hidden_size", raw.dim.or(raw.hidden_size))?;
        let act = raw.activation.as_deref().or(raw.hidden_act.as_deref()).unwrap_or("gelu");
        let pad = match family {
            // Written into the code of these models.
            Family::MpNet => 1,
            Family::Roberta => raw.pad_token_id.unwrap_or(1),
            _ => raw.pad_token_id.unwrap_or(0),
        };
        let shares = family == Family::Albert;
        let widened = matches!(family, Family::Albert | Family::Electra);
        let labels = labels(raw)?;
        if labels.is_empty() && task != Task::Embedding {
            return Err(Error::invalid(FILE, "id2label", "there is no label"));
        }
        let problem_type = problem_type(raw, labels.len())?;
        let positions = size("max_position_embeddings", raw.max_position_embeddings)?;
        let deberta = family == Family::DebertaV2;
        let after_padding = matches!(family, Family::Roberta | Family::MpNet);
        let typical = if family == Family::Roberta { 1e-5 } else { 1e-12 };
        let config = Self {
            family,
            task,
            hidden,
            embedding: if widened { size("embedding_size", raw.embedding_size)? } else { hidden },
            layers: size("num_hidden_layers", raw.n_layers.or(raw.num_hidden_layers))?,
            heads: size("num_attention_heads", raw.n_heads.or(raw.num_attention_heads))?,
            intermediate: size("intermediate_size", raw.hidden_dim.or(raw.intermediate_size))?,
            activation: activation("hidden_act", act)?,
            epsilon: raw.layer_norm_eps.unwrap_or(typical) as f32,
            vocabulary: size("vocab_size", raw.vocab_size)?,
            positions,
            absolute: !deberta || raw.deberta.absolute(),
            first_position: if after_padding { pad as usize + 1 } else { 0 },
            types: match family {
                Family::DistilBert | Family::MpNet => 0,
                Family::DebertaV2 => raw.type_vocab_size.unwrap_or(0),
                _ => raw.type_vocab_size.unwrap_or(2),
            },
            pad,
            groups: if shares {
                let inner = size("inner_group_num", raw.inner_group_num.or(Some(1)))?;
                (raw.num_hidden_groups.unwrap_or(1), inner)
            } else {
                (1, 1)
            },
            labels,
            problem_type,
            relative: match family {
                Family::DebertaV2 => raw.deberta.relative(hidden, positions)?,
                Family::MpNet => bias(raw.relative_attention_num_buckets.unwrap_or(32))?,
                _ => RelativeConfig::None,
            },
            products: if deberta { raw.deberta.products() } else { 1 },
            pooler_activation: raw.deberta.pooler_activation()?,
        };
        config.check(raw)?;
        Ok(config)
    }

    fn check(&self, raw: &Raw) -> Result<(), Error> {
        let invalid = |field: &str, reason: String| Err(Error::invalid(FILE, field, reason));
        if !self.hidden.is_multiple_of(self.heads) {
            let reason = format!("{} heads do not divide {}", self.heads, self.hidden);
            return invalid("num_attention_heads", reason);
        }
        if self.first_position >= self.positions {
            let reason = format!("{} leaves no position for a token", self.positions);
            return invalid("max_position_embeddings", reason);
        }
        if !self.absolute && self.positions > UNCHECKED {
            let reason = format!("{} is more than {UNCHECKED}", self.positions);
            return invalid("max_position_embeddings", reason);
        }
        if let RelativeConfig::Disentangled { span, .. } = self.relative {
            // Of each token, attention holds its products with all distances.
            let distances = 2 * span.min(self.positions);
            if self.positions.saturating_mul(distances) > MOST_DISTANCES {
                let reason = format!("{} with {distances} distances are too many", self.positions);
                return invalid("max_position_embeddings", reason);
            }
        }
        let (groups, inner) = self.groups;
        // Layers that share weights cost a file nothing.
        let shared = self.family == Family::Albert && self.layers / groups.max(1) > MOST_SHARED;
        if groups == 0 || groups > self.layers || shared {
            let reason = format!("{groups} groups of {inner} for {} layers", self.layers);
            return invalid("num_hidden_groups", reason);
        }
        match raw.position_embedding_type.as_deref() {
            None | Some("absolute") => Ok(()),
            Some(other) => Err(Error::unsupported(FILE, format!("positions of type {other}"))),
        }
    }
}

fn family(raw: &Raw) -> Result<Family, Error> {
    match raw.model_type.as_deref() {
        Some("bert") => Ok(Family::Bert),
        Some("distilbert") => Ok(Family::DistilBert),
        Some("roberta" | "xlm-roberta" | "camembert") => Ok(Family::Roberta),
        Some("albert") => Ok(Family::Albert),
        Some("electra") => Ok(Family::Electra),
        Some("mpnet") => Ok(Family::MpNet),
        Some("deberta-v2") => Ok(Family::DebertaV2),
        Some(other) => Err(Error::unsupported(FILE, format!("the architecture {other}"))),
        None => Err(Error::invalid(FILE, "model_type", "it is missing")),
    }
}

fn task(raw: &Raw) -> Result<Task, Error> {
    let Some(name) = raw.architectures.as_ref().and_then(|names| names.first()) else {
        return Err(Error::invalid(FILE, "architectures", "it is missing"));
    };
    // Bare encoders are published with the head that they were trained with.
    let bare = ["Model", "ForMaskedLM", "ForPreTraining"];
    if name.ends_with("ForSequenceClassification") {
        Ok(Task::SequenceClassification)
    } else if name.ends_with("ForTokenClassification") {
        Ok(Task::TokenClassification)
    } else if bare.iter().any(|end| name.ends_with(end)) {
        Ok(Task::Embedding)
    } else {
        Err(Error::unsupported(FILE, format!("the architecture {name}")))
    }
}

/// The most that a size may be: what tensors are made of is checked against the file, this keeps products
/// of two sizes within bounds.
pub(super) const MOST: usize = 1 << 24;
/// The most labels: each token of a text gets a score for each.
const MOST_LABELS: usize = 1 << 14;
/// The most products of positions and distances: 256 MB of them.
const MOST_DISTANCES: usize = 1 << 26;

/// The most layers that may share one layer's weights.
const MOST_SHARED: usize = 1 << 10;

/// The most that a size may be that no tensor's shape bears out.
const UNCHECKED: usize = 1 << 16;

fn size(field: &str, value: Option<usize>) -> Result<usize, Error> {
    match value {
        Some(value) if (1..=MOST).contains(&value) => Ok(value),
        Some(value) => Err(Error::invalid(FILE, field, format!("{value} is no size"))),
        None => Err(Error::invalid(FILE, field, "it is missing")),
    }
}

fn bias(buckets: usize) -> Result<RelativeConfig, Error> {
    // Half of the rows are for either side, half of those for near distances.
    if buckets.is_multiple_of(4) && (4..=MOST).contains(&buckets) {
        return Ok(RelativeConfig::Bias { buckets });
    }
    let field = "relative_attention_num_buckets";
    Err(Error::invalid(FILE, field, format!("{buckets} is no multiple of four")))
}

pub(super) fn activation(field: &str, name: &str) -> Result<Activation, Error> {
    match name {
        "gelu" | "gelu_python" => Ok(Activation::Gelu),
        "gelu_new" | "gelu_fast" | "gelu_pytorch_tanh" => Ok(Activation::GeluTanh),
        "relu" => Ok(Activation::Relu),
        "silu" | "swish" => Ok(Activation::Silu),
        "tanh" => Ok(Activation::Tanh),
        other => Err(Error::unsupported(FILE, format!("the {field} {other}"))),
    }
}

fn labels(raw: &Raw) -> Result<Vec<String>, Error> {
    let invalid = |reason: &str| Error::invalid(FILE, "id2label", reason);
    let Some(map) = &raw.id2label else {
        let count = raw.num_labels.unwrap_or(2);
        if count > MOST_LABELS {
            let reason = format!("{count} are more than any head has");
            return Err(Error::invalid(FILE, "num_labels", reason));
        }
        return Ok((0..count).map(|at| format!("LABEL_{at}")).collect());
    };
    if map.len() > MOST_LABELS {
        return Err(invalid(&format!("{} labels are more than any head has", map.len())));
    }
    let mut labels = vec![None; map.len()];
    for (id, label) in map {
        let at: usize = id.parse().map_err(|_| invalid("a key is no number"))?;
        let place = labels.get_mut(at).ok_or_else(|| invalid("numbers are missing"))?;
        if place.replace(label.clone()).is_some() {
            return Err(invalid("a number is there twice"));
        }
    }
    // As many places as keys, each within them and none twice: all are taken.
    Ok(labels.into_iter().flatten().collect())
}

fn problem_type(raw: &Raw, labels: usize) -> Result<ProblemType, Error> {
    match raw.problem_type.as_deref() {
        None if labels == 1 => Ok(ProblemType::Regression),
        // A softmax over one class would be 1 for every text.
        Some("single_label_classification") if labels == 1 => Ok(ProblemType::MultiLabel),
        None | Some("single_label_classification") => Ok(ProblemType::SingleLabel),
        Some("multi_label_classification") => Ok(ProblemType::MultiLabel),
        Some("regression") => Ok(ProblemType::Regression),
        Some(other) => Err(Error::unsupported(FILE, format!("the problem type {other}"))),
    }
}
