//! What a tokenizer says of the tokens that it makes.

use tokenizers::ModelWrapper;

use crate::model::Model;

impl Model {
    /// A token as it stands in the vocabulary, with the marks that the tokenizer adds.
    #[must_use]
    pub fn entry(&self, id: u32) -> Option<String> {
        self.0.tokenizer.inner().id_to_token(id)
    }

    /// The token for what is not in the vocabulary, if there is one.
    #[must_use]
    pub fn unknown(&self) -> Option<u32> {
        let tokenizer = self.0.tokenizer.inner();
        let name = match tokenizer.get_model() {
            ModelWrapper::WordPiece(model) => Some(model.unk_token.clone()),
            ModelWrapper::WordLevel(model) => Some(model.unk_token.clone()),
            ModelWrapper::BPE(model) => model.unk_token.clone(),
            // It keeps a number, which only its file gives: by name, as XLM-R and as DeBERTa have it.
            ModelWrapper::Unigram(_) => {
                let named = |name| tokenizer.token_to_id(name);
                return named("<unk>").or_else(|| named("[UNK]"));
            }
        };
        tokenizer.token_to_id(&name?)
    }

    /// Whether the vocabulary marks tokens that continue a word, as `##` does in those of BERT.
    #[must_use]
    pub fn marks_continuations(&self) -> bool {
        match self.0.tokenizer.inner().get_model() {
            ModelWrapper::WordPiece(model) => !model.continuing_subword_prefix.is_empty(),
            ModelWrapper::BPE(model) => {
                model.continuing_subword_prefix.as_ref().is_some_and(|mark| !mark.is_empty())
            }
            ModelWrapper::WordLevel(_) | ModelWrapper::Unigram(_) => false,
        }
    }
}
