//! Connecting stages: which layer feeds which requirement, and in which order stages can run.

use std::collections::BTreeMap;

use gloss_protocol::{Plan, Requirement};

use crate::options::nearest;
use crate::{Error, ErrorKind, PipelineFile, StageSpec};

/// A provided layer: position of the stage, and of the layer in its plan.
pub type LayerId = (usize, usize);

/// How the stages are connected.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Graph {
    /// For each stage and requirement, what feeds it; `None` only for optional ones.
    pub inputs: Vec<Vec<Option<LayerId>>>,
    /// The stages, each behind those that feed it.
    pub order: Vec<usize>,
}

/// Connects stages by what their plans require and provide.
///
/// # Errors
/// Layers that are missing, ambiguous or unknown, and circles.
pub fn connect(file: &PipelineFile, plans: &[Plan]) -> Result<Graph, Vec<Error>> {
    let mut errors = Vec::new();
    let mut inputs = Vec::with_capacity(plans.len());
    for (stage, spec) in file.stages.iter().enumerate() {
        let binder = Binder { file, plans, stage, spec };
        errors.extend(binder.unknown_inputs());
        let feeds = plans[stage].requires.iter().map(|requirement| {
            binder.feed(requirement).unwrap_or_else(|error| {
                errors.push(error);
                None
            })
        });
        inputs.push(feeds.collect::<Vec<_>>());
    }
    if errors.is_empty() {
        match order(&inputs) {
            Ok(order) => return Ok(Graph { inputs, order }),
            Err(circle) => errors.push(cycle_error(file, &circle)),
        }
    }
    Err(errors)
}

struct Binder<'a> {
    file: &'a PipelineFile,
    plans: &'a [Plan],
    stage: usize,
    spec: &'a StageSpec,
}

impl Binder<'_> {
    fn error(&self, kind: ErrorKind, path: &str, message: String) -> Error {
        Error::new(kind, message).at(&self.file.path, self.spec.span_of(path))
    }

    fn name(&self, (stage, layer): LayerId) -> String {
        format!("{}/{}", self.file.stages[stage].id, self.plans[stage].provides[layer].name)
    }

    fn layers(&self) -> impl Iterator<Item = LayerId> + '_ {
        self.plans.iter().enumerate().flat_map(|(s, p)| (0..p.provides.len()).map(move |l| (s, l)))
    }

    /// Inputs that the user names but the extractor does not require.
    fn unknown_inputs(&self) -> Vec<Error> {
        let requires = &self.plans[self.stage].requires;
        let names: Vec<&str> = requires.iter().map(|r| r.layer_type.as_str()).collect();
        self.spec
            .inputs
            .keys()
            .filter(|name| !names.contains(&name.as_str()))
            .map(|name| {
                let message = format!(
                    "the stage {:?} requires no layer of type {name:?} with these options",
                    self.spec.id
                );
                let help = match nearest(name, names.iter().copied()) {
                    Some(near) => format!("did you mean {near:?}?"),
                    None if names.is_empty() => "it requires none".to_owned(),
                    None => format!("it requires: {}", names.join(", ")),
                };
                self.error(ErrorKind::UnknownKey, &format!("inputs.{name}"), message)
                    .with_help(help)
            })
            .collect()
    }

    fn feed(&self, requirement: &Requirement) -> Result<Option<LayerId>, Error> {
        if let Some(name) = self.spec.inputs.get(&requirement.layer_type) {
            return self.named(requirement, name).map(Some);
        }
        let candidates: Vec<LayerId> = self
            .layers()
            .filter(|&(stage, layer)| {
                let schema = &self.plans[stage].provides[layer];
                stage != self.stage
                    && schema.layer_type == requirement.layer_type
                    && schema.kind == requirement.kind
            })
            .collect();
        match candidates.as_slice() {
            [] if requirement.optional => Ok(None),
            [] => Err(self.missing(requirement)),
            [one] => self.with_attributes(requirement, *one).map(Some),
            several => Err(self.ambiguous(requirement, several)),
        }
    }

    fn named(&self, requirement: &Requirement, name: &str) -> Result<LayerId, Error> {
        let path = format!("inputs.{}", requirement.layer_type);
        let Some(id) = self.layers().find(|&id| self.name(id) == *name) else {
            let names: Vec<String> = self.layers().map(|id| self.name(id)).collect();
            let help = match nearest(name, names.iter().map(String::as_str)) {
                Some(near) => format!("did you mean {near:?}?"),
                None => format!("there are: {}", names.join(", ")),
            };
            let message = format!("no stage provides a layer {name:?}");
            return Err(self.error(ErrorKind::MissingLayer, &path, message).with_help(help));
        };
        let schema = &self.plans[id.0].provides[id.1];
        if schema.kind != requirement.kind {
            let message = format!(
                "the layer {name:?} holds {}, the stage {:?} wants {}",
                schema.kind.as_str(),
                self.spec.id,
                requirement.kind.as_str()
            );
            return Err(self.error(ErrorKind::MissingLayer, &path, message));
        }
        self.with_attributes(requirement, id)
    }

    fn with_attributes(&self, requirement: &Requirement, id: LayerId) -> Result<LayerId, Error> {
        let schema = &self.plans[id.0].provides[id.1];
        match requirement.attributes.iter().find(|a| schema.attribute_index(a).is_none()) {
            Some(attribute) if !requirement.optional => {
                let message = format!(
                    "the layer {:?} has no attribute {attribute:?}, which the stage {:?} requires",
                    self.name(id),
                    self.spec.id
                );
                Err(self.error(ErrorKind::MissingLayer, "", message))
            }
            _ => Ok(id),
        }
    }

    fn missing(&self, requirement: &Requirement) -> Error {
        let wanted = &requirement.layer_type;
        let message = format!(
            "the stage {:?} requires a layer of type {wanted:?}, and no stage provides one",
            self.spec.id
        );
        self.error(ErrorKind::MissingLayer, "extractor", message).with_help(format!(
            "add a stage that provides {wanted:?}; `gloss plugin list` shows what each extractor gives"
        ))
    }

    fn ambiguous(&self, requirement: &Requirement, several: &[LayerId]) -> Error {
        let names: Vec<String> = several.iter().map(|&id| self.name(id)).collect();
        let message = format!(
            "the stage {:?} requires a layer of type {:?}, and there are several: {}",
            self.spec.id,
            requirement.layer_type,
            names.join(", ")
        );
        self.error(ErrorKind::AmbiguousLayer, "extractor", message).with_help(format!(
            "say which in the stage: inputs = {{ {} = {:?} }}",
            requirement.layer_type, names[0]
        ))
    }
}

/// Stages in an order in which they can run (earliest in the file first), or a circle of them.
fn order(inputs: &[Vec<Option<LayerId>>]) -> Result<Vec<usize>, Vec<usize>> {
    let feeds = |stage: usize| inputs[stage].iter().flatten().map(|&(from, _)| from);
    let mut order = Vec::with_capacity(inputs.len());
    while order.len() < inputs.len() {
        let next = (0..inputs.len())
            .find(|s| !order.contains(s) && feeds(*s).all(|from| order.contains(&from)));
        match next {
            Some(stage) => order.push(stage),
            None => return Err(circle(inputs, &order)),
        }
    }
    Ok(order)
}

/// Follows unfinished inputs until a stage comes twice.
fn circle(inputs: &[Vec<Option<LayerId>>], done: &[usize]) -> Vec<usize> {
    let mut path: Vec<usize> = Vec::new();
    let mut next = (0..inputs.len()).find(|s| !done.contains(s));
    while let Some(stage) = next {
        if let Some(begin) = path.iter().position(|&s| s == stage) {
            return path.split_off(begin);
        }
        path.push(stage);
        next = inputs[stage].iter().flatten().map(|&(from, _)| from).find(|f| !done.contains(f));
    }
    path
}

fn cycle_error(file: &PipelineFile, circle: &[usize]) -> Error {
    let id = |s: &usize| file.stages[*s].id.as_str();
    let mut names: Vec<&str> = circle.iter().map(id).collect();
    names.extend(circle.first().map(id));
    let places: BTreeMap<_, _> = circle.iter().map(|&s| (s, &file.stages[s])).collect();
    let span = places.values().next().and_then(|s| s.span.clone());
    let message = format!("stages wait for each other: {}", names.join(" needs "));
    Error::new(ErrorKind::Cycle, message)
        .at(&file.path, span)
        .with_help("change the inputs of one of them")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use gloss_doc::{Kind, LayerSchema};

    use super::*;

    fn plan(requires: &[&str], provides: &[&str]) -> Plan {
        let requirement = |name: &&str| Requirement {
            layer_type: name.trim_end_matches('?').to_owned(),
            kind: Kind::Spans,
            attributes: Vec::new(),
            optional: name.ends_with('?'),
        };
        Plan {
            requires: requires.iter().map(requirement).collect(),
            provides: provides.iter().map(|n| LayerSchema::new(n, Kind::Spans)).collect(),
            ..Plan::default()
        }
    }

    fn check(toml: &str, plans: &[Plan], expected: Result<&[usize], ErrorKind>) {
        let file = PipelineFile::parse(Path::new("p.toml"), toml.to_owned()).unwrap();
        match (connect(&file, plans), expected) {
            (Ok(graph), Ok(order)) => assert_eq!(graph.order, order),
            (Err(errors), Err(kind)) => assert_eq!(errors[0].kind, kind, "{errors:?}"),
            (got, expected) => panic!("{got:?}, expected {expected:?}"),
        }
    }

    #[test]
    fn stages_are_connected() {
        let two = "[[stage]]\nid=\"a\"\nextractor=\"x\"\n[[stage]]\nid=\"b\"\nextractor=\"x\"\n";
        let with = |inputs: &str| format!("{two}inputs = {inputs}");
        let (s, e) = (["s"].as_slice(), [].as_slice());
        check(two, &[plan(e, s), plan(s, e)], Ok(&[0, 1]));
        check(two, &[plan(s, e), plan(e, s)], Ok(&[1, 0]));
        check(two, &[plan(e, e), plan(s, e)], Err(ErrorKind::MissingLayer));
        check(two, &[plan(e, e), plan(&["s?"], e)], Ok(&[0, 1]));
        check(two, &[plan(&["t"], s), plan(s, &["t"])], Err(ErrorKind::Cycle));
        check(two, &[plan(e, &["s", "t"]), plan(&["s", "t"], e)], Ok(&[0, 1]));
        check(&with("{ s = \"a/s\" }"), &[plan(e, s), plan(s, e)], Ok(&[0, 1]));
        check(&with("{ s = \"a/r\" }"), &[plan(e, s), plan(s, e)], Err(ErrorKind::MissingLayer));
        check(&with("{ r = \"a/s\" }"), &[plan(e, s), plan(s, e)], Err(ErrorKind::UnknownKey));
        check(&with("{ s = \"b/s\" }"), &[plan(e, s), plan(s, s)], Err(ErrorKind::Cycle));
        let three = format!("{two}[[stage]]\nid=\"c\"\nextractor=\"x\"\n");
        check(&three, &[plan(e, s), plan(e, s), plan(s, e)], Err(ErrorKind::AmbiguousLayer));
    }
}
