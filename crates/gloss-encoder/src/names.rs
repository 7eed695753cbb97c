//! What families call their tensors.

use crate::config::{Config, Family};

/// The names of a layer's parts, without `.weight` and `.bias`.
pub(crate) struct LayerNames {
    pub(crate) query: String,
    pub(crate) key: String,
    pub(crate) value: String,
    pub(crate) attention_out: String,
    pub(crate) attention_norm: String,
    pub(crate) up: String,
    pub(crate) down: String,
    pub(crate) norm: String,
}

/// What the names of the encoder start with where the model has a head.
pub(crate) fn prefix(family: Family) -> &'static str {
    match family {
        Family::Bert => "bert.",
        Family::DistilBert => "distilbert.",
        Family::Roberta => "roberta.",
        Family::Albert => "albert.",
        Family::Electra => "electra.",
    }
}

/// The names of a layer, or where layers share weights of the first one of a group.
pub(crate) fn layer(config: &Config, group: usize, layer: usize) -> LayerNames {
    let names = |base: String, parts: [&str; 8]| {
        let [query, key, value, attention_out, attention_norm, up, down, norm] =
            parts.map(|part| format!("{base}.{part}"));
        LayerNames { query, key, value, attention_out, attention_norm, up, down, norm }
    };
    match config.family {
        Family::Bert | Family::Roberta | Family::Electra => names(
            format!("encoder.layer.{layer}"),
            [
                "attention.self.query",
                "attention.self.key",
                "attention.self.value",
                "attention.output.dense",
                "attention.output.LayerNorm",
                "intermediate.dense",
                "output.dense",
                "output.LayerNorm",
            ],
        ),
        Family::DistilBert => names(
            format!("transformer.layer.{layer}"),
            [
                "attention.q_lin",
                "attention.k_lin",
                "attention.v_lin",
                "attention.out_lin",
                "sa_layer_norm",
                "ffn.lin1",
                "ffn.lin2",
                "output_layer_norm",
            ],
        ),
        Family::Albert => names(
            format!("encoder.albert_layer_groups.{group}.albert_layers.{layer}"),
            [
                "attention.query",
                "attention.key",
                "attention.value",
                "attention.dense",
                "attention.LayerNorm",
                "ffn",
                "ffn_output",
                "full_layer_layer_norm",
            ],
        ),
    }
}

/// The name of the layer that brings embeddings to the width of the encoder.
pub(crate) fn projection(family: Family) -> &'static str {
    match family {
        Family::Albert => "encoder.embedding_hidden_mapping_in",
        _ => "embeddings_project",
    }
}
