//! Several attempts at a summary, of which the best is taken.

use gloss_plugin::Result;

use super::draft::Draft;

/// The best of some attempts.
#[derive(Debug, PartialEq)]
pub(super) struct Best {
    pub(super) draft: Draft,
    /// Which one it is, from 1.
    pub(super) attempt: usize,
    /// How many were made.
    pub(super) made: usize,
}

/// Writes drafts until one is carried or `most`, of which there is at least one, are written. `write` is told
/// which one it is, from 0.
pub(super) fn best(most: usize, mut write: impl FnMut(usize) -> Result<Draft>) -> Result<Best> {
    let mut best = Best { draft: write(0)?, attempt: 1, made: 1 };
    while best.made < most && !best.draft.is_carried() {
        let draft = write(best.made)?;
        best.made += 1;
        if draft.is_better_than(&best.draft) {
            best = Best { draft, attempt: best.made, ..best };
        }
    }
    Ok(best)
}

impl Best {
    /// What readers of the document should know.
    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.made > 1 {
            let Self { attempt, made, .. } = self;
            notes.push(format!("of {made} attempts at a summary, attempt {attempt} was taken"));
        }
        let left_out = self.draft.left_out.len();
        match (self.draft.kept, left_out) {
            (0, 0) => notes.push("the model wrote nothing: there is no summary".to_owned()),
            (0, 1) => notes.push(
                "the only sentence of the summary is not carried by the text: there is no summary"
                    .to_owned(),
            ),
            (0, all) => notes.push(format!(
                "none of the {all} sentences of the summary is carried by the text: there is no summary"
            )),
            (_, 0) => {}
            (kept, _) => notes.push(left_out_of(left_out, kept + left_out, "the summary")),
        }
        notes
    }
}

/// That so many of all sentences were left out.
pub(super) fn left_out_of(count: usize, all: usize, of: &str) -> String {
    let (is, was) = if count == 1 { ("is", "was") } else { ("are", "were") };
    format!("{count} of {all} sentences of {of} {is} not carried by the text and {was} left out")
}

#[cfg(test)]
mod tests {
    use gloss_llama::End;
    use gloss_plugin::Error;

    use super::super::draft::Fault;
    use super::*;

    /// A draft of which so many sentences are kept and left out.
    fn draft(kept: usize, left_out: usize) -> Draft {
        let fault = Fault { reason: String::new(), sources: Vec::new() };
        let left_out = vec![("Bad.".to_owned(), fault); left_out];
        Draft { text: "Good.".repeat(kept), kept, left_out, end: End::Model }
    }

    /// Drafts that a model would write, the one that is taken, from 1, and how many are written.
    #[track_caller]
    fn check(most: usize, drafts: &[(usize, usize)], attempt: usize, made: usize) {
        let mut asked = Vec::new();
        let best = best(most, |number| {
            asked.push(number);
            let (kept, left_out) = drafts[number];
            Ok(draft(kept, left_out))
        });
        let (kept, left_out) = drafts[attempt - 1];
        assert_eq!(
            best.unwrap(),
            Best { draft: draft(kept, left_out), attempt, made },
            "{drafts:?}"
        );
        assert_eq!(asked, Vec::from_iter(0..made));
    }

    #[test]
    fn the_attempt_with_the_fewest_unsupported_sentences_is_taken() {
        check(1, &[(1, 2)], 1, 1);
        check(3, &[(3, 0), (3, 0)], 1, 1);
        check(3, &[(2, 1), (3, 0), (3, 0)], 2, 2);
        check(3, &[(1, 2), (2, 1), (1, 2)], 2, 3);
        check(3, &[(2, 1), (2, 1), (3, 1)], 3, 3);
        check(2, &[(2, 1), (2, 1)], 1, 2);
        // Whatever keeps a sentence is better than what keeps none.
        check(3, &[(0, 1), (1, 2), (0, 0)], 2, 3);
        check(2, &[(0, 0), (0, 2)], 1, 2);
    }

    #[test]
    fn what_fails_ends_the_attempts() {
        let failed = best(3, |number| match number {
            0 => Ok(draft(1, 1)),
            _ => Err(Error::cancelled()),
        });
        assert!(failed.is_err());
    }

    #[test]
    fn readers_are_told_what_was_left_out() {
        let check = |(kept, left_out), attempt, made, expected: &[&str]| {
            let best = Best { draft: draft(kept, left_out), attempt, made };
            assert_eq!(best.notes(), expected);
        };
        check((3, 0), 1, 1, &[]);
        check(
            (3, 2),
            1,
            1,
            &["2 of 5 sentences of the summary are not carried by the text and were left out"],
        );
        check(
            (1, 1),
            2,
            3,
            &[
                "of 3 attempts at a summary, attempt 2 was taken",
                "1 of 2 sentences of the summary is not carried by the text and was left out",
            ],
        );
        check((3, 0), 2, 2, &["of 2 attempts at a summary, attempt 2 was taken"]);
        check(
            (0, 1),
            1,
            1,
            &["the only sentence of the summary is not carried by the text: there is no summary"],
        );
        check(
            (0, 3),
            1,
            1,
            &["none of the 3 sentences of the summary is carried by the text: there is no summary"],
        );
        check((0, 0), 1, 1, &["the model wrote nothing: there is no summary"]);
    }
}
