//! Label maps.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// Which labels mean the same, and which are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct LabelRules {
    /// From a label to what it is called in the comparison: `PERSON` to `PER`.
    pub map: BTreeMap<String, String>,
    /// Labels that are left out, after mapping.
    pub drop: BTreeSet<String>,
}

impl LabelRules {
    /// What a label is called in the comparison; `None` when it is left out.
    #[must_use]
    pub fn apply<'a>(&'a self, label: &'a str) -> Option<&'a str> {
        let label = self.map.get(label).map_or(label, String::as_str);
        (!self.drop.contains(label)).then_some(label)
    }

    /// Labels that the rules name and no variant has, each with what it is near to, if anything.
    pub(crate) fn unused<'a>(
        &'a self,
        found: &'a BTreeSet<String>,
    ) -> Vec<(&'a str, Option<&'a str>)> {
        let mapped = |label: &String| self.map.values().any(|to| to == label);
        let named = self.map.keys().chain(self.drop.iter().filter(|label| !mapped(label)));
        let unused = named.filter(|label| !found.contains(*label));
        unused.map(|label| (label.as_str(), nearest(label, found))).collect()
    }
}

/// The name most like `name`, if one is much like it.
pub(crate) fn nearest<'a>(
    name: &str,
    among: impl IntoIterator<Item = &'a String>,
) -> Option<&'a str> {
    let likeness =
        |other: &&'a String| strsim::jaro_winkler(&name.to_lowercase(), &other.to_lowercase());
    let scored = among.into_iter().map(|other| (likeness(&other), other));
    let best = scored.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 > 0.8).then_some(best.1.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_mapped_then_dropped() {
        let rules = LabelRules {
            map: BTreeMap::from([("PERSON".into(), "PER".into()), ("DATE".into(), "TIME".into())]),
            drop: BTreeSet::from(["TIME".into(), "MSC".into()]),
        };
        let check = |label, expected| assert_eq!(rules.apply(label), expected, "{label}");
        check("PERSON", Some("PER"));
        check("PER", Some("PER"));
        check("DATE", None);
        check("ORG", Some("ORG"));
        let found = BTreeSet::from(["PER", "MISC"].map(String::from));
        assert_eq!(
            rules.unused(&found),
            [("DATE", None), ("PERSON", Some("PER")), ("MSC", Some("MISC"))]
        );
    }
}
