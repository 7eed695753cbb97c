//! How long a summary may be.

/// How long a summary may be.
#[derive(Clone, Copy, Debug)]
pub(super) enum Length {
    Sentences(usize),
    Words(usize),
}

impl Length {
    /// For the prompt: "3 sentences".
    pub(super) fn in_words(self) -> String {
        match self {
            Self::Sentences(1) => "one sentence".to_owned(),
            Self::Sentences(count) => format!("{count} sentences"),
            Self::Words(count) => format!("at most {count} words"),
        }
    }

    /// Whether a summary of so many sentences and words is short enough.
    pub(super) fn fits(self, sentences: usize, words: usize) -> bool {
        match self {
            Self::Sentences(most) => sentences <= most,
            Self::Words(most) => words <= most,
        }
    }
}
