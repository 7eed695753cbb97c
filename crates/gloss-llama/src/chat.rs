//! Chat templates: Jinja, as Hugging Face's tokenizers have them.

use minijinja::{Environment, Value, context};

use crate::error::Error;
use crate::metadata::Metadata;
use crate::tokenizer::Tokenizer;

/// Renders messages as the model was taught to see them.
#[derive(Debug)]
pub struct Chat {
    environment: Environment<'static>,
    begin: String,
    end: String,
}

/// A message: who says it (`system`, `user`, `assistant`), and what.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// Who says it.
    pub role: &'a str,
    /// What.
    pub content: &'a str,
}

/// The format of most models that come without a template.
const CHATML: &str = "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + \
    message['content'] + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}\
    {{ '<|im_start|>assistant\n' }}{% endif %}";

/// What stands for the contents of a message while the template is rendered, so that nothing in them is taken
/// for a part of the template: characters that no text should have, around the message's number.
const OPEN: char = '\u{10FFFE}';
const CLOSE: char = '\u{10FFFF}';

impl Chat {
    pub(crate) fn read(metadata: &Metadata) -> Result<Self, Error> {
        let source = metadata.text("tokenizer.chat_template")?.unwrap_or(CHATML).to_owned();
        let tokens = metadata.texts("tokenizer.ggml.tokens")?;
        let name = |field: &str| {
            let id = metadata.whole_if_there(&format!("tokenizer.ggml.{field}"))?;
            Ok::<_, Error>(id.and_then(|id| tokens.get(id)).cloned().unwrap_or_default())
        };
        let mut environment = Environment::new();
        environment.set_trim_blocks(true);
        environment.set_lstrip_blocks(true);
        environment
            .set_unknown_method_callback(minijinja_contrib::pycompat::unknown_method_callback);
        environment.add_function("raise_exception", |text: String| -> Result<Value, _> {
            Err(minijinja::Error::new(minijinja::ErrorKind::InvalidOperation, text))
        });
        // A template is a stranger's program: it gets no more than this many steps.
        environment.set_fuel(Some(1_000_000));
        environment.add_template_owned("chat", source).map_err(failed)?;
        Ok(Self { environment, begin: name("bos_token_id")?, end: name("eos_token_id")? })
    }

    /// The tokens of messages, and of what opens the model's answer. Nothing in the contents is taken for a
    /// control token.
    ///
    /// # Errors
    /// [`Error::Template`] if the template refuses the messages, [`Error::Tokenizer`].
    pub fn encode(
        &self,
        tokenizer: &Tokenizer,
        messages: &[Message<'_>],
    ) -> Result<Vec<u32>, Error> {
        let stands_for = |at: usize| format!("{OPEN}{at}{CLOSE}");
        let rows = messages.iter().enumerate().map(|(at, message)| {
            context! { role => message.role, content => stands_for(at) }
        });
        let rows: Vec<Value> = rows.collect();
        let template = self.environment.get_template("chat").map_err(failed)?;
        let rendered = template.render(context! {
            messages => rows,
            add_generation_prompt => true,
            bos_token => self.begin,
            eos_token => self.end,
        });
        let rendered = rendered.map_err(failed)?;
        let mut ids: Vec<u32> = tokenizer.begin().into_iter().collect();
        let mut text = String::new();
        for (at, piece) in rendered.split(OPEN).enumerate() {
            let (content, mut rest) = match piece.split_once(CLOSE) {
                Some((number, rest)) if at > 0 => {
                    let message = number.parse().ok().and_then(|at: usize| messages.get(at));
                    (message.map_or("", |message| message.content), rest)
                }
                _ => ("", piece),
            };
            text.push_str(content);
            while let Some((at, length, id)) = tokenizer.find_special(rest) {
                text.push_str(&rest[..at]);
                ids.extend(tokenizer.encode(&std::mem::take(&mut text))?);
                // Some templates write what the tokenizer begins with as well.
                if !(ids.len() == 1 && tokenizer.begin() == Some(id)) {
                    ids.push(id);
                }
                rest = &rest[at + length..];
            }
            text.push_str(rest);
        }
        ids.extend(tokenizer.encode(&text)?);
        Ok(ids)
    }
}

fn failed(error: minijinja::Error) -> Error {
    Error::Template { reason: error.to_string() }
}
