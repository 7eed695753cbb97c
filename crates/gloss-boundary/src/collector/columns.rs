//! The same checks for annotations that arrive as whole columns, from another process.

use gloss_doc::{Annotations, AttributeValues};
use gloss_protocol::Plan;

use super::LayerData;
use super::push::{check_label, check_range, check_reference, check_score};
use crate::instance::{ProvidedLayer, Referent, resolve_layers};
use crate::rule::{Broken, Rule};
use crate::{DocumentView, Failure};

/// Checks layers that were not pushed but decoded, by the rules that pushes are checked by.
#[derive(Debug)]
pub struct LayerChecker {
    provides: Vec<ProvidedLayer>,
}

impl LayerChecker {
    /// Checks the layers that a plan provides.
    ///
    /// # Errors
    /// When a layer refers to one that the plan does not have.
    pub fn new(plan: &Plan) -> Result<LayerChecker, Failure> {
        Ok(LayerChecker { provides: resolve_layers(plan)? })
    }

    /// Checks what was made of one document: one item for each layer that the plan provides, of
    /// its kind, with columns of one length.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn check(&self, view: &DocumentView<'_>, layers: &[LayerData]) -> Result<(), Failure> {
        let rows = |referent| match referent {
            Referent::Document => None,
            Referent::Provided(i) => Some(layers.get(i).map_or(0, |l| l.annotations.len())),
            Referent::Input(i) => {
                Some(view.inputs.get(i).copied().flatten().map_or(0, |l| l.annotations.len()))
            }
        };
        for (provided, data) in self.provides.iter().zip(layers) {
            check_layer(provided, view.text, data, &rows)
                .map_err(|b| Failure::broken(b.rule, &provided.schema.name, b.message))?;
        }
        Ok(())
    }
}

fn check_layer(
    provided: &ProvidedLayer,
    text: &str,
    data: &LayerData,
    rows: &impl Fn(Referent) -> Option<usize>,
) -> Result<(), Broken> {
    let labels = |column: &[u32]| column.iter().try_for_each(|&l| check_label(provided, l));
    let scores = |column: &[f32]| column.iter().try_for_each(|&s| check_score(provided, s));
    let references = |column: &[u32], referent, name: &str| {
        let rows = rows(referent);
        column.iter().try_for_each(|&id| check_reference(rows, id, name))
    };
    match &data.annotations {
        Annotations::Spans(a) => {
            labels(&a.label)?;
            scores(&a.score)?;
            a.start.iter().zip(&a.end).try_for_each(|(&s, &e)| check_range(text, s, e))?;
        }
        Annotations::Classes(a) => {
            references(&a.target, provided.target, "target")?;
            labels(&a.label)?;
            scores(&a.score)?;
        }
        Annotations::Texts(a) => {
            references(&a.target, provided.target, "target")?;
            scores(&a.score)?;
            a.sources.iter().flatten().try_for_each(|&(s, e)| check_range(text, s, e))?;
        }
        Annotations::Vectors(a) => {
            references(&a.target, provided.target, "target")?;
            if a.values.iter().any(|x| !x.is_finite()) {
                return Rule::Vector.broken("a vector has a number that is not finite");
            }
        }
        Annotations::Relations(a) => {
            references(&a.head, provided.head, "head")?;
            references(&a.tail, provided.tail, "tail")?;
            labels(&a.label)?;
            scores(&a.score)?;
        }
    }
    for (schema, column) in provided.schema.attributes.iter().zip(&data.attributes) {
        if let AttributeValues::Float(values) = &column.values
            && values.iter().any(|x| !x.is_finite())
        {
            let name = &schema.name;
            return Rule::Attribute
                .broken(format!("attribute {name:?} has a value that is not finite"));
        }
    }
    Ok(())
}
