//! What families call their tensors.

use crate::config::Family;

/// The names of a layer's parts, without `.weight` and `.bias`.
pub(crate) struct LayerNames {
    /// What the names of the attention start with.
    pub(crate) attention: String,
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
        Family::MpNet => "mpnet.",
        Family::DebertaV2 => "deberta.",
    }
}

/// A name without what those of an encoder start with where there is a head.
pub(crate) fn bare(name: &str) -> &str {
    let all = [
        Family::Bert,
        Family::DistilBert,
        Family::Roberta,
        Family::Albert,
        Family::Electra,
        Family::MpNet,
        Family::DebertaV2,
    ];
    all.into_iter().find_map(|family| name.strip_prefix(prefix(family))).unwrap_or(name)
}

/// The names of a layer: of one of a group where layers share weights, elsewhere of a group of one.
pub(crate) fn layer(family: Family, group: usize, layer: usize) -> LayerNames {
    let names = |base: String, parts: [&str; 8]| {
        let [query, key, value, attention_out, attention_norm, up, down, norm] =
            parts.map(|part| format!("{base}.{part}"));
        let attention = query.rsplit_once('.').map_or(String::new(), |(base, _)| base.to_owned());
        LayerNames { attention, query, key, value, attention_out, attention_norm, up, down, norm }
    };
    match family {
        Family::Bert | Family::Roberta | Family::Electra => names(
            format!("encoder.layer.{group}"),
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
            format!("transformer.layer.{group}"),
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
        Family::MpNet => names(
            format!("encoder.layer.{group}"),
            [
                "attention.attn.q",
                "attention.attn.k",
                "attention.attn.v",
                "attention.attn.o",
                "attention.LayerNorm",
                "intermediate.dense",
                "output.dense",
                "output.LayerNorm",
            ],
        ),
        Family::DebertaV2 => names(
            format!("encoder.layer.{group}"),
            [
                "attention.self.query_proj",
                "attention.self.key_proj",
                "attention.self.value_proj",
                "attention.output.dense",
                "attention.output.LayerNorm",
                "intermediate.dense",
                "output.dense",
                "output.LayerNorm",
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
