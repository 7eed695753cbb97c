//! Which sentences of an answer the document carries.

use gloss_faithfulness::{Annotations, Label, Limits, SentenceVerdict, Source, Verdict, sentences};

use super::draft::{Fault, Sentence};

/// Finds faults with sentences.
pub(super) struct Judge<'d> {
    /// The document; `None` finds no faults.
    source: Option<Source<'d>>,
}

impl<'d> Judge<'d> {
    /// Finds fault with what this text does not carry. All that it goes by is the text, so that no other stage
    /// of a pipeline changes a summary.
    pub(super) fn of(text: &'d str) -> Self {
        let source = Source::read(text, &sentences(text), &Annotations::default());
        Self { source: Some(source) }
    }

    /// Lets everything pass.
    pub(super) fn lenient() -> Self {
        Self { source: None }
    }

    /// The sentences of an answer.
    pub(super) fn sentences(&self, answer: &str, stop: &dyn Fn() -> bool) -> Vec<Sentence> {
        let Some(source) = &self.source else {
            let ranges = sentences(answer).into_iter();
            return ranges.map(|range| Sentence { range, fault: None }).collect();
        };
        let verdicts = source.verify(answer, Limits::default(), stop).into_iter();
        verdicts
            .map(|verdict| Sentence { fault: fault(source, &verdict), range: verdict.range })
            .collect()
    }
}

fn fault(source: &Source<'_>, sentence: &SentenceVerdict) -> Option<Fault> {
    if sentence.label() < Label::Unsupported {
        return None;
    }
    let clauses = sentence.clauses.iter().map(|clause| &clause.verdict);
    let unsupported: Vec<&Verdict> =
        clauses.filter(|verdict| verdict.label == Label::Unsupported).collect();
    let mut sources: Vec<_> = unsupported.iter().flat_map(|v| source.sources_of(v)).collect();
    sources.sort_by_key(|range| range.start);
    sources.dedup();
    Some(Fault { reason: reason(&unsupported), sources })
}

/// What the document does not have, in words.
fn reason(verdicts: &[&Verdict]) -> String {
    let all = |of: fn(&Verdict) -> &[String], what: &str| {
        let mut found: Vec<&str> =
            verdicts.iter().flat_map(|verdict| of(verdict)).map(String::as_str).collect();
        found.dedup();
        (!found.is_empty()).then(|| format!("no {what}: {}", found.join(", ")))
    };
    let missing = [
        all(|v| &v.missing_names, "such name"),
        all(|v| &v.missing_numbers, "such number"),
        all(|v| &v.missing_dates, "such date"),
        all(|v| &v.missing_words, "such word"),
    ];
    let relations = verdicts.iter().filter_map(|verdict| verdict.relation.clone());
    let reasons: Vec<String> = missing.into_iter().flatten().chain(relations).collect();
    reasons.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "The court freed Ana Ruiz on Friday. The police had arrested her in Porto in May.";

    /// Each sentence with its fault, and the sentences of the text that come nearest.
    fn found(judge: &Judge<'_>, answer: &str) -> Vec<String> {
        let show = |Sentence { range, fault }: Sentence| match fault {
            None => answer[range].to_owned(),
            Some(Fault { reason, sources }) => {
                let sources: Vec<&str> = sources.into_iter().map(|range| &TEXT[range]).collect();
                format!("{} | {reason} | {}", &answer[range], sources.join(" + "))
            }
        };
        judge.sentences(answer, &|| false).into_iter().map(show).collect()
    }

    #[test]
    fn faults_have_a_reason_and_a_place() {
        let (first, second) = TEXT.split_at(36);
        let answer = "Ruiz was released by the court. Ruiz was arrested in Lisbon on 3 May. \
                      Ana Ruiz freed the court. She did so. The ambassador sold 12 ships to Spain.";
        let expected = [
            "Ruiz was released by the court.".to_owned(),
            format!("Ruiz was arrested in Lisbon on 3 May. | no such name: Lisbon | {second}"),
            format!(
                "Ana Ruiz freed the court. | freed: the roles are exchanged | {}",
                first.trim()
            ),
            "She did so.".to_owned(),
            "The ambassador sold 12 ships to Spain. | no such name: Spain; no such number: 12; \
             no such word: ambassador, sold, ships | "
                .to_owned(),
        ];
        assert_eq!(found(&Judge::of(TEXT), answer), expected);
    }

    #[test]
    fn who_is_lenient_finds_no_fault() {
        let answer = "Spain sold 12 ships. Mr. Fox left.";
        assert_eq!(found(&Judge::lenient(), answer), ["Spain sold 12 ships.", "Mr. Fox left."]);
        assert!(found(&Judge::of(""), "").is_empty());
    }
}
