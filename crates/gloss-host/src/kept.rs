//! Which layers the output keeps, and which their extractors are to make.

use gloss_protocol::Plan;

use crate::graph::Graph;
use crate::options::nearest;
use crate::{Error, ErrorKind, PipelineFile, StageSpec};

/// For each stage and each layer that it provides, in the order of its plan.
#[derive(Debug, PartialEq, Eq)]
pub struct Kept {
    /// The output has it.
    pub kept: Vec<Vec<bool>>,
    /// It is kept, or feeds a stage, or such a layer refers to it.
    pub wanted: Vec<Vec<bool>>,
}

impl Kept {
    /// Reads `layers` of the stages.
    ///
    /// # Errors
    /// Names that a stage does not provide.
    pub fn new(file: &PipelineFile, plans: &[Plan], graph: &Graph) -> Result<Kept, Vec<Error>> {
        let mut errors = Vec::new();
        let mut kept = Vec::with_capacity(plans.len());
        for (spec, plan) in file.stages.iter().zip(plans) {
            let given = spec.layers.as_deref();
            errors.extend(unknown(file, spec, plan));
            let is_kept = |name: &String| given.is_none_or(|names| names.contains(name));
            kept.push(plan.provides.iter().map(|layer| is_kept(&layer.name)).collect::<Vec<_>>());
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let mut wanted = kept.clone();
        for (stage, layer) in graph.needed() {
            wanted[stage][layer] = true;
        }
        for (plan, wanted) in plans.iter().zip(&mut wanted) {
            want_referents(plan, wanted);
        }
        Ok(Kept { kept, wanted })
    }
}

/// An annotation cannot be made without those of its own stage that it refers to.
fn want_referents(plan: &Plan, wanted: &mut [bool]) {
    let mut pending: Vec<usize> = (0..wanted.len()).filter(|&layer| wanted[layer]).collect();
    while let Some(layer) = pending.pop() {
        let schema = &plan.provides[layer];
        for name in [&schema.target, &schema.head, &schema.tail].into_iter().flatten() {
            match plan.provides.iter().position(|p| p.name == *name) {
                Some(referent) if !wanted[referent] => {
                    wanted[referent] = true;
                    pending.push(referent);
                }
                _ => {}
            }
        }
    }
}

fn unknown(file: &PipelineFile, spec: &StageSpec, plan: &Plan) -> Vec<Error> {
    let names: Vec<&str> = plan.provides.iter().map(|layer| layer.name.as_str()).collect();
    let given = spec.layers.iter().flatten();
    given
        .filter(|name| !names.contains(&name.as_str()))
        .map(|name| {
            let message = format!("the stage {:?} provides no layer {name:?}", spec.id);
            let help = match nearest(name, names.iter().copied()) {
                Some(near) => format!("did you mean {near:?}?"),
                None => format!("it provides: {}", names.join(", ")),
            };
            Error::new(ErrorKind::UnknownLayer, message)
                .at(&file.path, spec.span_of("layers"))
                .with_help(help)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use gloss_doc::{Kind, LayerSchema};

    use super::*;

    /// A stage that provides spans `a` and `b`, and classes `c` of `b`; the second stage of each
    /// pipeline is fed by `a` of the first.
    fn check(layers: &str, expected: Result<([bool; 3], [bool; 3]), &str>) {
        let text = format!(
            "[[stage]]\nid = \"x\"\nextractor = \"e\"\n{layers}\n[[stage]]\nid = \"y\"\nextractor = \"e\"\n"
        );
        let file = PipelineFile::parse(Path::new("p.toml"), text).unwrap();
        let spans = |name| LayerSchema::new(name, Kind::Spans);
        let classes =
            LayerSchema { target: Some("b".to_owned()), ..LayerSchema::new("c", Kind::Classes) };
        let provides = vec![spans("a"), spans("b"), classes];
        let plans = [Plan { provides, ..Plan::default() }, Plan::default()];
        let graph = Graph {
            inputs: vec![vec![], vec![vec![(0, 0)]]],
            languages: vec![vec![]; 2],
            order: vec![0, 1],
        };
        match (Kept::new(&file, &plans, &graph), expected) {
            (Ok(found), Ok((kept, wanted))) => {
                assert_eq!(
                    (found.kept[0].as_slice(), found.wanted[0].as_slice()),
                    (&kept[..], &wanted[..]),
                    "{layers}"
                );
            }
            (Err(errors), Err(help)) => {
                assert_eq!(errors[0].kind, ErrorKind::UnknownLayer);
                assert_eq!(errors[0].help.as_deref(), Some(help), "{layers}");
            }
            (found, expected) => panic!("{layers}: {found:?}, expected {expected:?}"),
        }
    }

    #[test]
    fn kept_and_wanted() {
        let (yes, no) = (true, false);
        check("", Ok(([yes, yes, yes], [yes, yes, yes])));
        check("layers = []", Ok(([no, no, no], [yes, no, no])));
        check("layers = [\"b\"]", Ok(([no, yes, no], [yes, yes, no])));
        check("layers = [\"c\"]", Ok(([no, no, yes], [yes, yes, yes])));
        check("layers = [\"bb\"]", Err("did you mean \"b\"?"));
        check("layers = [\"a\", \"entities\"]", Err("it provides: a, b, c"));
    }
}
