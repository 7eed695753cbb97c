//! Which stage does what in which pass over the documents.

use crate::graph::Graph;

/// What a stage does with a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Annotates it, without having to know others.
    Extract,
    /// Takes note of it.
    Observe,
    /// Annotates it by what it found in all documents.
    Annotate,
}

/// One pass over the documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pass {
    /// For each stage, what it does in this pass.
    pub roles: Vec<Option<Role>>,
    /// For each stage, those that must have run before it in this pass.
    pub feeds: Vec<Vec<usize>>,
}

impl Pass {
    /// Stages that do something in this pass.
    pub fn active(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.roles.len()).filter(|&stage| self.roles[stage].is_some())
    }

    /// Stages that observe in this pass.
    pub fn observing(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.roles.len()).filter(|&stage| self.roles[stage] == Some(Role::Observe))
    }
}

/// The passes of a pipeline: one, and one more for each observation that waits for another.
///
/// A stage observes as soon as its inputs can be had, so that there are few passes. Layers are
/// made as late as they can be: what no stage needs in order to observe is made in the last pass,
/// so that it need not be kept between passes, and results come as they are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passes {
    /// In their order; there is at least one, and only the last does not observe.
    pub list: Vec<Pass>,
}

impl Passes {
    /// `observes` says which stages must see every document first.
    pub fn new(graph: &Graph, observes: &[bool]) -> Passes {
        let feeds = |stage: usize| {
            let mut feeds: Vec<usize> = graph.feeds(stage).collect();
            feeds.sort_unstable();
            feeds.dedup();
            feeds
        };
        // The first pass in which all inputs are there, and the first in which the layers are.
        let (mut ready, mut earliest) = (vec![0; observes.len()], vec![0; observes.len()]);
        for &stage in &graph.order {
            ready[stage] = feeds(stage).into_iter().map(|from| earliest[from]).max().unwrap_or(0);
            earliest[stage] = ready[stage] + usize::from(observes[stage]);
        }
        let last = earliest.iter().copied().max().unwrap_or(0);
        // The last pass in which the layers may be made.
        let mut makes = vec![last; observes.len()];
        for &stage in graph.order.iter().rev() {
            let needs = if observes[stage] { ready[stage] } else { makes[stage] };
            for from in feeds(stage) {
                makes[from] = makes[from].min(needs);
            }
        }
        let role = |stage: usize, pass: usize| match observes[stage] {
            true if ready[stage] == pass => Some(Role::Observe),
            true if makes[stage] == pass => Some(Role::Annotate),
            false if makes[stage] == pass => Some(Role::Extract),
            _ => None,
        };
        let stages = 0..observes.len();
        let pass = |pass: usize| Pass {
            roles: stages.clone().map(|stage| role(stage, pass)).collect(),
            feeds: stages
                .clone()
                .map(|stage| match role(stage, pass) {
                    None => Vec::new(),
                    Some(_) => feeds(stage).into_iter().filter(|&f| makes[f] == pass).collect(),
                })
                .collect(),
        };
        Passes { list: (0..=last).map(pass).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `stages` gives for each stage those that feed it; a `*` in front says that it observes.
    /// `expected` has a word for each pass with a letter for each stage.
    fn check(stages: &[&str], expected: &str) {
        let inputs = stages.iter().map(|s| {
            s.chars().filter_map(|c| c.to_digit(10)).map(|d| vec![(d as usize, 0)]).collect()
        });
        let graph = Graph {
            inputs: inputs.collect(),
            languages: vec![vec![]; stages.len()],
            order: (0..stages.len()).collect(),
        };
        let observes: Vec<bool> = stages.iter().map(|s| s.starts_with('*')).collect();
        let passes = Passes::new(&graph, &observes);
        let letter = |role: &Option<Role>| match role {
            None => '-',
            Some(Role::Extract) => 'e',
            Some(Role::Observe) => 'o',
            Some(Role::Annotate) => 'a',
        };
        let word = |pass: &Pass| pass.roles.iter().map(letter).collect::<String>();
        let found = passes.list.iter().map(word).collect::<Vec<_>>().join(" ");
        assert_eq!(found, expected, "{stages:?}");
        for pass in &passes.list {
            for stage in pass.active() {
                let makes =
                    |&f: &usize| matches!(pass.roles[f], Some(Role::Extract | Role::Annotate));
                assert!(pass.feeds[stage].iter().all(makes), "{stages:?} {pass:?}");
            }
        }
    }

    #[test]
    fn stages_run_when_they_must() {
        check(&[""], "e");
        check(&["", "0"], "ee");
        check(&["*"], "o a");
        // What does not depend on the observation waits for the last pass.
        check(&["*", ""], "o- ae");
        // What an observation needs runs before it, and only once.
        check(&["", "*0"], "eo -a");
        check(&["", "*0", "1", ""], "eo-- -aee");
        // An observation of what another found.
        check(&["*", "*0"], "o- ao -a");
        check(&["*", "0", "*1", "0"], "o--- aeo- --ae");
        check(&["*", "*"], "oo aa");
        check(&["*", "*0", "*"], "o-o ao- -aa");
    }
}
