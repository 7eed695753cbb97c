//! A model that answers prompts about documents.

use std::ffi::OsStr;
use std::num::NonZero;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use gloss_llama::{End, Generated, Message, Model, Request, Sampling, Schema, Session, Team};
use gloss_plugin::{DocumentOutput, Error, LoadContext, ModelFiles, Result};

/// Name of the default model.
pub(crate) const MODEL: &str = "SmolLM2-135M-Instruct";
/// Tokens that a part's prompt may have beyond what is counted: joined pieces differ by one or two.
const SLACK: usize = 8;
/// Fewest tokens of text that are worth a look.
const LEAST: usize = 16;

/// What both extractors run.
pub(crate) struct Engine {
    pub(crate) model: Model,
    /// What workers share their threads with. A document that is alone has all of them.
    pub(crate) team: Arc<Team>,
    pub(crate) window: usize,
    pub(crate) max_tokens: usize,
    pub(crate) sampling: Sampling,
    pub(crate) system: Option<String>,
    pub(crate) schema: Option<Schema>,
}

/// Loads the one GGUF file of a model's folder.
pub(crate) fn load(context: &LoadContext) -> Result<Model> {
    let file = gguf(context.models().get("model")?)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Model::load(&file).map_err(|error| Error::model(&name, error.to_string()))
}

/// The threads of a stage: those of other stages of the same number, if there are any, so that together they
/// keep to it.
pub(crate) fn team(context: &LoadContext) -> Arc<Team> {
    static TEAM: Mutex<Weak<Team>> = Mutex::new(Weak::new());
    let threads = NonZero::new(context.threads()).unwrap_or(NonZero::<usize>::MIN);
    let mut shared = TEAM.lock().unwrap_or_else(PoisonError::into_inner);
    let known = shared.upgrade().filter(|team| team.threads() == threads.get());
    known.unwrap_or_else(|| {
        let team = Arc::new(Team::new(threads));
        *shared = Arc::downgrade(&team);
        team
    })
}

fn gguf(files: &ModelFiles) -> Result<std::path::PathBuf> {
    let entries = std::fs::read_dir(&files.path)
        .map_err(|error| Error::model("", format!("{}: {error}", files.path.display())))?;
    let mut found: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension() == Some(OsStr::new("gguf")))
        .collect();
    match (found.pop(), found.len()) {
        (Some(file), 0) => Ok(file),
        (None, _) => Err(Error::model("", "the model's folder has no file that ends in .gguf")),
        (Some(_), more) => {
            let message = format!("the model's folder has {} files that end in .gguf", more + 1);
            Err(Error::model("", message).with_help("keep one of them in a folder of its own"))
        }
    }
}

impl Engine {
    pub(crate) fn session(&self) -> Session {
        Session::with_team(Arc::clone(&self.team))
    }

    /// The most tokens that model and window allow for prompt and answer together.
    fn context(&self) -> usize {
        self.window.min(self.model.context())
    }

    /// Tokens that are left for a document's text in a prompt that is `empty` without it.
    pub(crate) fn budget(&self, empty: &str) -> Result<usize> {
        let taken = self.encode(empty)?.len() + self.max_tokens + SLACK;
        match self.context().checked_sub(taken) {
            Some(left) if left >= LEAST => Ok(left),
            _ => {
                let message = format!(
                    "of {} tokens, the prompt without the text and max_tokens take {taken}, which leaves no \
                     room for the text",
                    self.context()
                );
                Err(Error::option("window", message)
                    .with_help("make window larger, or max_tokens smaller"))
            }
        }
    }

    fn encode(&self, prompt: &str) -> Result<Vec<u32>> {
        let system = self.system.as_deref().map(|content| Message { role: "system", content });
        let user = Message { role: "user", content: prompt };
        let messages: Vec<_> = system.into_iter().chain([user]).collect();
        Ok(self.model.chat().encode(self.model.tokenizer(), &messages)?)
    }

    /// The model's answer to a prompt.
    pub(crate) fn answer(
        &self,
        session: &mut Session,
        prompt: &str,
        sampling: &Sampling,
        out: &DocumentOutput<'_>,
    ) -> Result<Generated> {
        let prompt = self.encode(prompt)?;
        let request = Request {
            prompt: &prompt,
            max_tokens: self.max_tokens,
            sampling,
            schema: self.schema.as_ref(),
        };
        match self.model.generate(session, request, &mut || out.cancelled()) {
            Ok(generated) => Ok(generated),
            Err(gloss_llama::Error::Cancelled) => Err(Error::cancelled()),
            Err(error) => Err(error.into()),
        }
    }

    /// Tells the document's readers that answers were cut.
    pub(crate) fn note_limit(&self, ends: &[End], out: &mut DocumentOutput<'_>) -> Result<()> {
        let cut = ends.iter().filter(|&&end| end == End::Limit).count();
        if cut == 0 {
            return Ok(());
        }
        let closed = if self.schema.is_some() { " and its JSON was closed" } else { "" };
        let what = if ends.len() == 1 { "the answer".to_owned() } else { format!("{cut} answers") };
        out.note(&format!("{what} ended at {} tokens{closed}", self.max_tokens))
    }
}
