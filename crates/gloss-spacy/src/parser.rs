//! spaCy's dependency parser: arc-eager transitions with breaks between sentences.

mod state;
mod transitions;
pub(crate) mod tree;

use std::ops::Range;

use hashbrown::HashMap;

use crate::error::Error;
use crate::symbols::{Symbol, Symbols};
use crate::transition::Scorer;
pub(crate) use state::ParserScratch;
use transitions::Action;

/// Features of a state: the first two words of the buffer, the first three of the stack, the latest
/// left child of the buffer's first, the latest left and right child of the stack's first.
pub(crate) const SLOTS: usize = 8;

/// Between the two labels of an arc that stands for a crossing one.
const DELIMITER: &str = "||";
/// The label of tokens without head.
const ROOT: &str = "ROOT";

/// The parser; immutable.
#[derive(Debug)]
pub(crate) struct Parser {
    scorer: Scorer,
    upper: gloss_kernels::Affine,
    /// Actions in the order of classes.
    actions: Vec<Action>,
    /// The same as runs of classes.
    runs: Vec<(Action, Range<usize>)>,
    /// Labels in the same order.
    labels: Vec<Symbol>,
    root: Symbol,
    /// Labels `x||y`, with x and y.
    decorated: HashMap<Symbol, (Symbol, Symbol)>,
}

impl Parser {
    pub(crate) fn new(
        moves: &[(u32, String)],
        scorer: Scorer,
        symbols: &mut Symbols,
        file: &str,
    ) -> Result<Self, Error> {
        let invalid = |reason: String| Error::invalid(file, "moves", reason);
        if moves.len() != scorer.classes() {
            let reason = format!("{} actions, but {} are scored", moves.len(), scorer.classes());
            return Err(invalid(reason));
        }
        let (mut actions, mut labels, mut decorated) = (vec![], vec![], HashMap::new());
        for (action, label) in moves {
            let known = Action::parse(*action);
            actions
                .push(known.ok_or_else(|| invalid(format!("no action has the number {action}")))?);
            let symbol = symbols.add(label);
            labels.push(symbol);
            if let Some((new, head)) = decoration(label, file)? {
                decorated.insert(symbol, (symbols.add(new), symbols.add(head)));
            }
        }
        if !actions.contains(&Action::Shift) || !actions.contains(&Action::Reduce) {
            return Err(invalid("no action that shifts or none that reduces".to_owned()));
        }
        let classes: Vec<usize> = (0..moves.len()).collect();
        let upper = scorer.upper_for(&classes);
        let runs = actions.chunk_by(|a, b| a == b).scan(0, |first, run| {
            *first += run.len();
            Some((run[0], *first - run.len()..*first))
        });
        let runs = runs.collect();
        Ok(Self { scorer, upper, runs, actions, labels, root: symbols.add(ROOT), decorated })
    }
}

/// The labels that arcs can have when all is done, sorted.
pub(crate) fn labels(moves: &[(u32, String)], file: &str) -> Result<Vec<String>, Error> {
    let mut labels = vec![ROOT.to_owned()];
    for (action, label) in moves {
        if matches!(Action::parse(*action), Some(Action::Left | Action::Right)) {
            let label = decoration(label, file)?.map_or(label.as_str(), |(new, _)| new);
            labels.push(label.to_owned());
        }
    }
    labels.sort_unstable();
    labels.dedup();
    Ok(labels)
}

/// The parts of a label `x||y`.
fn decoration<'a>(label: &'a str, file: &str) -> Result<Option<(&'a str, &'a str)>, Error> {
    if label == "subtok" {
        let what = "the parser's label subtok (a pipeline that learns to join tokens)";
        return Err(Error::unsupported(file, what));
    }
    match label.split_once(DELIMITER) {
        Some((_, head)) if head.contains(DELIMITER) => {
            Err(Error::invalid(file, "moves", format!("the label {label} is of three parts")))
        }
        parts => Ok(parts),
    }
}

#[cfg(test)]
mod tests;
