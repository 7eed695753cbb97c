//! Which of rust-bert's networks a folder's `config.json` names.

use std::path::Path;

use gloss_encoder::Error;
use rust_bert::RustBertError;
use rust_bert::albert::{
    AlbertForQuestionAnswering, AlbertForSequenceClassification, AlbertForTokenClassification,
    AlbertModel,
};
use rust_bert::bert::{
    BertEmbeddings, BertForQuestionAnswering, BertForSequenceClassification,
    BertForTokenClassification, BertModel,
};
use rust_bert::distilbert::{
    DistilBertForQuestionAnswering, DistilBertForTokenClassification, DistilBertModel,
    DistilBertModelClassifier,
};
use rust_bert::electra::{ElectraForTokenClassification, ElectraModel};
use rust_bert::roberta::{
    RobertaEmbeddings, RobertaForQuestionAnswering, RobertaForSequenceClassification,
    RobertaForTokenClassification,
};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tch::Tensor;
use tch::nn;

use crate::guard::guarded;
use crate::weights::NEEDS;

const FILE: &str = "config.json";

/// What a network gives for the tokens of a sequence and the segments that they are of: a row of one sequence.
pub type Forward = Box<dyn Fn(&Tensor, &Tensor) -> Result<Tensor, RustBertError> + Send>;

/// What a network ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// Nothing: a vector for each token.
    None,
    /// Scores of the sequence.
    Sequences,
    /// Scores of each token.
    Tokens,
    /// For each token, how likely an answer begins and ends there.
    Answers,
}

impl Head {
    fn name(self) -> &'static str {
        match self {
            Head::None => "embeddings",
            Head::Sequences => "classification of texts",
            Head::Tokens => "classification of tokens",
            Head::Answers => "question answering",
        }
    }
}

/// The architectures that rust-bert and `gloss-encoder` both know, without DeBERTa: of a small model of version 3
/// rust-bert 0.23 gave other numbers than transformers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Bert,
    DistilBert,
    Roberta,
    Albert,
    Electra,
}

/// What a folder's `config.json` says.
pub struct Architecture {
    family: Family,
    config: Value,
}

// rust-bert's networks of one kind are used alike, but share no trait.

/// What gives vectors as BERT does, with embeddings of a type.
macro_rules! bert_vectors {
    ($embeddings:ty, $root:expr, $config:expr) => {{
        let model = BertModel::<$embeddings>::new_with_optional_pooler($root, &$config, false);
        Box::new(move |ids, of| {
            let ids = Some(ids);
            let output = model.forward_t(ids, None, Some(of), None, None, None, None, false)?;
            Ok(output.hidden_state)
        })
    }};
}

/// What gives scores of classes.
macro_rules! logits {
    ($network:ty, $root:expr, $config:expr) => {{
        let model = <$network>::new($root, &$config)?;
        Box::new(move |ids, of| {
            Ok(model.forward_t(Some(ids), None, Some(of), None, None, false).logits)
        })
    }};
}

/// What gives scores of where answers begin and end.
macro_rules! answers {
    ($network:ty, $root:expr, $config:expr) => {{
        let model = <$network>::new($root, &$config);
        Box::new(move |ids, of| {
            let output = model.forward_t(Some(ids), None, Some(of), None, None, false);
            both(output.start_logits, output.end_logits)
        })
    }};
}

impl Architecture {
    /// Reads a folder. `labels` are those of the model; some files name none, and rust-bert counts them.
    ///
    /// # Errors
    /// When the file is damaged, or rust-bert does not have the architecture.
    pub fn read(folder: &Path, labels: &[String]) -> Result<Self, Error> {
        let path = folder.join(FILE);
        let text =
            std::fs::read(&path).map_err(|source| Error::Io { path, source, needs: NEEDS })?;
        let mut config: Map<String, Value> = serde_json::from_slice(&text)
            .map_err(|error| invalid("the whole file", error.to_string()))?;
        let family = match config.get("model_type").and_then(Value::as_str) {
            Some("bert") => Family::Bert,
            Some("distilbert") => Family::DistilBert,
            Some("roberta" | "xlm-roberta" | "camembert") => Family::Roberta,
            Some("albert") => Family::Albert,
            Some("electra") => Family::Electra,
            other => {
                let what = format!("the architecture {}", other.unwrap_or("of no name"));
                return Err(Error::Unsupported { file: FILE.to_owned(), what });
            }
        };
        // rust-bert wants it of DistilBERT, and only newer files lack it. It is for other heads.
        config.entry("tie_weights_").or_insert(Value::Bool(true));
        if !labels.is_empty() {
            let numbered = labels.iter().enumerate();
            let map = numbered.map(|(at, label)| (at.to_string(), Value::from(label.as_str())));
            config.insert("id2label".to_owned(), Value::Object(map.collect()));
        }
        Ok(Architecture { family, config: Value::Object(config) })
    }

    /// What stands before the names of an encoder's weights in files that have a head.
    pub fn prefix(&self) -> &'static str {
        match self.family {
            Family::Bert => "bert",
            Family::DistilBert => "distilbert",
            Family::Roberta => "roberta",
            Family::Albert => "albert",
            Family::Electra => "electra",
        }
    }

    /// Beginnings of the names of variables that this network does not compute with.
    pub fn optional(&self, head: Head) -> &'static [&'static str] {
        match (self.family, head) {
            // rust-bert has no such network without the layer that looks at the first token alone.
            (Family::Bert, Head::Answers) => &["bert.pooler."],
            (Family::Albert, Head::None) => &["pooler."],
            (Family::Albert, Head::Tokens | Head::Answers) => &["albert.pooler."],
            _ => &[],
        }
    }

    /// The network, with weights that are still to be filled.
    ///
    /// # Errors
    /// When a field is missing or is not what rust-bert takes, or it has no such head.
    pub fn network(&self, root: &nn::Path<'_>, head: Head) -> Result<Forward, Error> {
        match guarded(|| self.forward(root, head)) {
            Ok(Some(forward)) => Ok(forward),
            Ok(None) => {
                let what = format!("{} by the architecture {}", head.name(), self.prefix());
                Err(Error::Unsupported { file: FILE.to_owned(), what })
            }
            Err(reason) => Err(invalid("fields that rust-bert reads", reason)),
        }
    }

    fn parsed<C: DeserializeOwned>(&self) -> Result<C, RustBertError> {
        C::deserialize(&self.config)
            .map_err(|error| RustBertError::InvalidConfigurationError(error.to_string()))
    }

    fn forward(&self, root: &nn::Path<'_>, head: Head) -> Result<Option<Forward>, RustBertError> {
        match self.family {
            Family::Bert => self.bert(root, head),
            Family::DistilBert => self.distilbert(root, head),
            Family::Roberta => self.roberta(root, head),
            Family::Albert => self.albert(root, head),
            Family::Electra => self.electra(root, head),
        }
    }

    fn bert(&self, root: &nn::Path<'_>, head: Head) -> Result<Option<Forward>, RustBertError> {
        let config = self.parsed()?;
        Ok(Some(match head {
            Head::None => bert_vectors!(BertEmbeddings, root, config),
            Head::Sequences => logits!(BertForSequenceClassification, root, config),
            Head::Tokens => logits!(BertForTokenClassification, root, config),
            Head::Answers => answers!(BertForQuestionAnswering, root, config),
        }))
    }

    fn distilbert(
        &self,
        root: &nn::Path<'_>,
        head: Head,
    ) -> Result<Option<Forward>, RustBertError> {
        let config = self.parsed()?;
        Ok(Some(match head {
            Head::None => {
                // rust-bert puts the name of the encoder before the weights by itself.
                let model = DistilBertModel::new(root, &config);
                Box::new(move |ids, _| {
                    Ok(model.forward_t(Some(ids), None, None, false)?.hidden_state)
                })
            }
            Head::Sequences => {
                let model = DistilBertModelClassifier::new(root, &config)?;
                Box::new(move |ids, _| Ok(model.forward_t(Some(ids), None, None, false)?.logits))
            }
            Head::Tokens => {
                let model = DistilBertForTokenClassification::new(root, &config)?;
                Box::new(move |ids, _| Ok(model.forward_t(Some(ids), None, None, false)?.logits))
            }
            Head::Answers => {
                let model = DistilBertForQuestionAnswering::new(root, &config);
                Box::new(move |ids, _| {
                    let output = model.forward_t(Some(ids), None, None, false)?;
                    both(output.start_logits, output.end_logits)
                })
            }
        }))
    }

    fn roberta(&self, root: &nn::Path<'_>, head: Head) -> Result<Option<Forward>, RustBertError> {
        let config = self.parsed()?;
        Ok(Some(match head {
            Head::None => bert_vectors!(RobertaEmbeddings, root, config),
            Head::Sequences => logits!(RobertaForSequenceClassification, root, config),
            Head::Tokens => logits!(RobertaForTokenClassification, root, config),
            Head::Answers => answers!(RobertaForQuestionAnswering, root, config),
        }))
    }

    fn albert(&self, root: &nn::Path<'_>, head: Head) -> Result<Option<Forward>, RustBertError> {
        let config = self.parsed()?;
        Ok(Some(match head {
            Head::None => {
                let model = AlbertModel::new(root, &config);
                Box::new(move |ids, of| {
                    Ok(model.forward_t(Some(ids), None, Some(of), None, None, false)?.hidden_state)
                })
            }
            Head::Sequences => logits!(AlbertForSequenceClassification, root, config),
            Head::Tokens => logits!(AlbertForTokenClassification, root, config),
            Head::Answers => answers!(AlbertForQuestionAnswering, root, config),
        }))
    }

    fn electra(&self, root: &nn::Path<'_>, head: Head) -> Result<Option<Forward>, RustBertError> {
        let config = self.parsed()?;
        Ok(match head {
            Head::None => {
                let model = ElectraModel::new(root, &config);
                Some(Box::new(move |ids, of| {
                    Ok(model.forward_t(Some(ids), None, Some(of), None, None, false)?.hidden_state)
                }))
            }
            Head::Tokens => Some(logits!(ElectraForTokenClassification, root, config)),
            Head::Sequences | Head::Answers => None,
        })
    }
}

/// Two scores of each token side by side.
fn both(start: Tensor, end: Tensor) -> Result<Tensor, RustBertError> {
    Ok(Tensor::f_stack(&[start, end], -1)?)
}

fn invalid(field: &str, reason: String) -> Error {
    Error::Invalid { file: FILE.to_owned(), field: field.to_owned(), reason }
}
