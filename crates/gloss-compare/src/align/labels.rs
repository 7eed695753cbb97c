//! One set of labels for all variants.

use std::collections::BTreeSet;

use super::report::{AlignOptions, Warning, WarningKind};
use crate::corpus::Variant;
use crate::error::some_of;
use crate::rules::nearest;

/// For each variant and each of its labels the index in the common set; `None` where rules drop it
/// or the label does not exist.
pub struct Labels {
    pub common: Vec<String>,
    pub of_variant: Vec<Vec<Option<u32>>>,
}

/// Labels that annotations of the variant refer to.
fn used(variant: &Variant) -> Vec<bool> {
    let mut used = vec![false; variant.labels.len()];
    let mut mark = |label: u32| {
        if let Some(used) = used.get_mut(label as usize) {
            *used = true;
        }
    };
    for document in &variant.documents {
        document.spans.iter().for_each(|span| mark(span.label));
        for class in &document.classes {
            mark(class.label);
            class.probabilities.iter().for_each(|&(label, _)| mark(label));
        }
    }
    used
}

pub fn unite(variants: &[Variant], options: &AlignOptions, warnings: &mut Vec<Warning>) -> Labels {
    let mut found = BTreeSet::new();
    let mut of_each: Vec<BTreeSet<String>> = Vec::new();
    for variant in variants {
        let used = used(variant);
        let labels = variant.labels.iter().zip(used).filter(|(_, used)| *used).map(|(l, _)| l);
        let mut own = BTreeSet::new();
        for label in labels {
            found.insert(label.clone());
            own.extend(options.labels.apply(label).map(str::to_owned));
        }
        of_each.push(own);
    }
    let common: BTreeSet<String> = of_each.iter().flatten().cloned().collect();
    let common: Vec<String> = common.into_iter().collect();
    warn_of_rules(options, &found, warnings);
    warn_of_one_sided(variants, &of_each, warnings);
    let index = |label: &String| {
        let label = options.labels.apply(label)?;
        common.binary_search_by(|other| other.as_str().cmp(label)).ok().map(|at| at as u32)
    };
    let of_variant =
        variants.iter().map(|variant| variant.labels.iter().map(index).collect()).collect();
    Labels { common, of_variant }
}

fn warn_of_rules(options: &AlignOptions, found: &BTreeSet<String>, warnings: &mut Vec<Warning>) {
    for (label, near) in options.labels.unused(found) {
        let near = near.map(|near| format!("; did you mean {near:?}?")).unwrap_or_default();
        let message = format!("the label rules name {label:?}, which no variant has{near}");
        warnings.push(Warning::new(WarningKind::Labels, message));
    }
}

fn warn_of_one_sided(
    variants: &[Variant],
    of_each: &[BTreeSet<String>],
    warnings: &mut Vec<Warning>,
) {
    for (variant, own) in variants.iter().zip(of_each) {
        let elsewhere = |label: &&String| {
            of_each.iter().filter(|labels| labels.contains(label.as_str())).count() > 1
        };
        let alone: Vec<&String> = own.iter().filter(|label| !elsewhere(label)).collect();
        if alone.is_empty() {
            continue;
        }
        let like = alone.iter().find_map(|label| {
            let others = of_each.iter().flatten().filter(|other| !own.contains(other.as_str()));
            nearest(label, others)
                .map(|near| format!("; map {label:?} to {near:?} if they are the same"))
        });
        let message = format!(
            "only {:?} has the labels {}{}",
            variant.name,
            some_of(alone.iter().map(|label| label.as_str())),
            like.unwrap_or_default(),
        );
        warnings.push(Warning::new(WarningKind::Labels, message));
    }
}
