//! Connecting stages: which layer feeds which requirement, and in which order stages can run.

use std::collections::BTreeMap;

use gloss_doc::{Kind, LayerSchema};
use gloss_protocol::{Plan, Requirement};

use crate::alternatives::merge;
use crate::options::nearest;
use crate::routing::LANGUAGE;
use crate::{Error, ErrorKind, PipelineFile, StageSpec};

/// A provided layer: position of the stage, and of the layer in its plan.
pub type LayerId = (usize, usize);

/// How the stages are connected.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Graph {
    /// For each stage and requirement, what feeds it: the first of these that a document has. There
    /// is none only where the requirement is optional.
    pub inputs: Vec<Vec<Vec<LayerId>>>,
    /// For each stage that runs on documents in some languages only, what says in which language a
    /// document is: the first of these that it has. There is none where its metadata say it.
    pub languages: Vec<Vec<LayerId>>,
    /// The stages, each behind those that feed it.
    pub order: Vec<usize>,
}

impl Graph {
    /// The stages whose layers a stage needs; one may come several times.
    pub fn feeds(&self, stage: usize) -> impl Iterator<Item = usize> + '_ {
        feeds(&self.inputs, &self.languages, stage)
    }

    /// The layers that some stage needs.
    pub fn needed(&self) -> impl Iterator<Item = LayerId> + '_ {
        self.inputs.iter().flatten().chain(&self.languages).flatten().copied()
    }
}

fn feeds<'g>(
    inputs: &'g [Vec<Vec<LayerId>>],
    languages: &'g [Vec<LayerId>],
    stage: usize,
) -> impl Iterator<Item = usize> + 'g {
    inputs[stage].iter().chain(std::iter::once(&languages[stage])).flatten().map(|&(from, _)| from)
}

/// Connects stages by what their plans require and provide.
///
/// # Errors
/// Layers that are missing, ambiguous or unknown, and circles.
pub fn connect(file: &PipelineFile, plans: &[Plan]) -> Result<Graph, Vec<Error>> {
    let mut errors = Vec::new();
    let (mut inputs, mut languages) = (Vec::new(), Vec::new());
    for (stage, spec) in file.stages.iter().enumerate() {
        let binder = Binder { file, plans, stage, spec };
        errors.extend(binder.unknown_inputs());
        let mut feed = |requirement: &Requirement| {
            binder.feed(requirement).unwrap_or_else(|error| {
                errors.push(error);
                Vec::new()
            })
        };
        inputs.push(plans[stage].requires.iter().map(&mut feed).collect::<Vec<_>>());
        let routed = !spec.languages.is_empty();
        languages.push(if routed { feed(&language_layer()) } else { Vec::new() });
    }
    if errors.is_empty() {
        let feeds = |stage| feeds(&inputs, &languages, stage);
        match order(plans.len(), feeds) {
            Ok(order) => return Ok(Graph { inputs, languages, order }),
            Err(circle) => errors.push(cycle_error(file, &circle)),
        }
    }
    Err(errors)
}

/// What a stage needs that runs on documents in some languages only. Where no stage provides it, the
/// documents' metadata say the language.
fn language_layer() -> Requirement {
    Requirement {
        layer_type: LANGUAGE.to_owned(),
        kind: Kind::Classes,
        attributes: Vec::new(),
        optional: true,
    }
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
        let mut names: Vec<&str> = requires.iter().map(|r| r.layer_type.as_str()).collect();
        if !self.spec.languages.is_empty() {
            names.push(LANGUAGE);
        }
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

    fn feed(&self, requirement: &Requirement) -> Result<Vec<LayerId>, Error> {
        if let Some(names) = self.spec.inputs.get(&requirement.layer_type) {
            let mut feeds: Vec<LayerId> = Vec::with_capacity(names.len());
            for name in names {
                let feed = self.named(requirement, name)?;
                if !feeds.contains(&feed) {
                    feeds.push(feed);
                }
            }
            return self.alike(requirement, feeds);
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
            [] if requirement.optional => Ok(Vec::new()),
            [] => Err(self.missing(requirement)),
            [one] => self.with_attributes(requirement, *one).map(|one| vec![one]),
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

    /// Layers that can feed one requirement.
    fn alike(&self, wanted: &Requirement, feeds: Vec<LayerId>) -> Result<Vec<LayerId>, Error> {
        let schemas: Vec<LayerSchema> =
            feeds.iter().map(|&(stage, layer)| self.plans[stage].provides[layer].clone()).collect();
        match merge(&schemas) {
            Ok(_) => Ok(feeds),
            Err(why) => {
                let path = format!("inputs.{}", wanted.layer_type);
                let message = format!("these layers cannot feed one stage: {why}");
                Err(self.error(ErrorKind::AmbiguousLayer, &path, message).with_help("name one"))
            }
        }
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
            "say which in the stage: inputs = {{ {0} = {1:?} }}; where a document has only one of \
             them, name several: inputs = {{ {0} = {2:?} }}",
            requirement.layer_type,
            names[0],
            &names[..2]
        ))
    }
}

/// Stages in an order in which they can run (earliest in the file first), or a circle of them.
/// `feeds` says which stages one needs.
fn order<F: Iterator<Item = usize>>(
    stages: usize,
    feeds: impl Fn(usize) -> F,
) -> Result<Vec<usize>, Vec<usize>> {
    let mut order = Vec::with_capacity(stages);
    while order.len() < stages {
        let next =
            (0..stages).find(|s| !order.contains(s) && feeds(*s).all(|from| order.contains(&from)));
        match next {
            Some(stage) => order.push(stage),
            None => return Err(circle(stages, feeds, &order)),
        }
    }
    Ok(order)
}

/// Follows unfinished inputs until a stage comes twice.
fn circle<F: Iterator<Item = usize>>(
    stages: usize,
    feeds: impl Fn(usize) -> F,
    done: &[usize],
) -> Vec<usize> {
    let mut path: Vec<usize> = Vec::new();
    let mut next = (0..stages).find(|s| !done.contains(s));
    while let Some(stage) = next {
        if let Some(begin) = path.iter().position(|&s| s == stage) {
            return path.split_off(begin);
        }
        path.push(stage);
        next = feeds(stage).find(|f| !done.contains(f));
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
mod tests;
