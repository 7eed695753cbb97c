//! Showing errors: code, message, place with the line, and what to do.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use annotate_snippets::{AnnotationKind, Element, Level, Renderer, Snippet};

/// A title alone.
const NOTHING: [Element<'static>; 0] = [];

/// Errors of a pipeline, with the text of its file.
#[derive(Debug)]
pub struct PipelineErrors {
    /// What is wrong.
    pub errors: Vec<gloss_host::Error>,
    /// The pipeline file's text, for showing lines of it.
    pub text: String,
}

impl fmt::Display for PipelineErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for error in &self.errors {
            writeln!(f, "{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for PipelineErrors {}

/// An error with a code, from whichever library.
#[derive(Debug)]
pub struct Coded {
    /// The code.
    pub code: &'static str,
    /// What happened.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl fmt::Display for Coded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for Coded {}

impl From<gloss_io::Error> for Coded {
    fn from(error: gloss_io::Error) -> Coded {
        let help = Some(error.help.clone()).filter(|h| !h.is_empty());
        Coded { code: error.kind.code(), message: error.message, help }
    }
}

impl From<gloss_cache::Error> for Coded {
    fn from(error: gloss_cache::Error) -> Coded {
        Coded { code: error.kind.code(), message: error.message, help: Some(error.help) }
    }
}

impl From<gloss_models::Error> for Coded {
    fn from(error: gloss_models::Error) -> Coded {
        Coded { code: error.code(), message: error.to_string(), help: error.help() }
    }
}

impl From<gloss_scaffold::Error> for Coded {
    fn from(error: gloss_scaffold::Error) -> Coded {
        Coded { code: error.kind.code(), message: error.message, help: Some(error.help) }
    }
}

impl From<gloss_host::Error> for Coded {
    fn from(error: gloss_host::Error) -> Coded {
        let place = error.place.as_ref().map(|p| format!(" ({p})"));
        let message = format!("{}{}", error.message, place.unwrap_or_default());
        Coded { code: error.kind.code(), message, help: error.help }
    }
}

impl From<&gloss_job::Error> for Coded {
    fn from(error: &gloss_job::Error) -> Coded {
        match error {
            gloss_job::Error::Pipeline(error) => Coded::from(error.clone()),
            gloss_job::Error::Io(error) => Coded::from(error.clone()),
            gloss_job::Error::Files { kind, message, help, .. } => Coded {
                code: kind.code(),
                message: message.clone(),
                help: Some(help.clone()).filter(|h| !h.is_empty()),
            },
        }
    }
}

/// An error with its place, from whichever library.
#[derive(Debug)]
pub struct Placed {
    /// The code.
    pub code: &'static str,
    /// What happened.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Where.
    pub place: Option<gloss_host::Place>,
}

impl From<gloss_host::Error> for Placed {
    fn from(error: gloss_host::Error) -> Placed {
        let gloss_host::Error { kind, message, place, help } = error;
        Placed { code: kind.code(), message, help, place }
    }
}

/// Errors in several files.
#[derive(Debug)]
pub struct PlacedErrors {
    /// What is wrong.
    pub errors: Vec<Placed>,
    /// The files' texts, for showing lines of them.
    pub texts: BTreeMap<PathBuf, String>,
}

impl fmt::Display for PlacedErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.errors.iter().try_for_each(|error| writeln!(f, "{}: {}", error.code, error.message))
    }
}

impl std::error::Error for PlacedErrors {}

/// Prints an error on standard error.
pub fn report(error: &anyhow::Error) {
    let renderer =
        if console::colors_enabled_stderr() { Renderer::styled() } else { Renderer::plain() };
    if let Some(errors) = error.downcast_ref::<PipelineErrors>() {
        for error in &errors.errors {
            eprintln!("{}\n", render(&renderer, &Placed::from(error.clone()), &errors.text));
        }
    } else if let Some(errors) = error.downcast_ref::<PlacedErrors>() {
        for error in &errors.errors {
            let text = error.place.as_ref().and_then(|place| errors.texts.get(&place.file));
            eprintln!("{}\n", render(&renderer, error, text.map_or("", String::as_str)));
        }
    } else if let Some(error) = error.downcast_ref::<gloss_host::Error>() {
        report_coded(&renderer, &Coded::from(error.clone()));
    } else if let Some(error) = error.downcast_ref::<gloss_job::Error>() {
        report_coded(&renderer, &Coded::from(error));
    } else if let Some(coded) = error.downcast_ref::<Coded>() {
        report_coded(&renderer, coded);
    } else {
        let message = format!("{error:#}");
        eprintln!("{}", renderer.render(&[Level::ERROR.primary_title(&message).elements(NOTHING)]));
    }
}

fn report_coded(renderer: &Renderer, coded: &Coded) {
    let mut group = Level::ERROR.primary_title(&coded.message).id(coded.code).elements(NOTHING);
    if let Some(help) = &coded.help {
        group = group.element(Level::HELP.message(help));
    }
    eprintln!("{}", renderer.render(&[group]));
}

fn render(renderer: &Renderer, error: &Placed, text: &str) -> String {
    let title = Level::ERROR.primary_title(&error.message).id(error.code);
    let path = error.place.as_ref().map(|p| p.file.display().to_string()).unwrap_or_default();
    let span = error.place.as_ref().and_then(|p| p.span.clone());
    // A whole table as the place would underline all of its lines: its first line is enough.
    let span =
        span.filter(|span| text.is_char_boundary(span.start) && span.start < text.len().max(1));
    let span = span.map(|s| {
        let line = text[s.start..].find('\n').map_or(text.len(), |n| s.start + n);
        s.start..s.end.min(line).max(s.start)
    });
    let mut group = match span {
        Some(span) => title.element(
            Snippet::source(text).path(&path).annotation(AnnotationKind::Primary.span(span)),
        ),
        None if !path.is_empty() => title.element(annotate_snippets::Origin::path(&path)),
        None => title.elements(NOTHING),
    };
    if let Some(help) = &error.help {
        group = group.element(Level::HELP.message(help));
    }
    renderer.render(&[group])
}
