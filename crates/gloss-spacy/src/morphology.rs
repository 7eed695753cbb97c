//! Morphological analyses: `Field=Value` pairs, in spaCy's order.

/// What spaCy stores for an analysis without features, so that it differs from none at all.
pub(crate) const EMPTY: &str = "_";

/// Fields sorted, and the values of each: `b=2,1|a=x` becomes `a=x|b=1,2`. `None` where a feature is
/// no `Field=Value`.
pub(crate) fn normalize(features: &str) -> Option<String> {
    if features.is_empty() || features == EMPTY {
        return Some(EMPTY.to_owned());
    }
    let feature = |feature: &str| {
        let (field, values) = feature.split_once('=').filter(|(_, v)| !v.contains('='))?;
        let mut values: Vec<&str> = values.split(',').collect();
        values.sort_unstable();
        Some(format!("{field}={}", values.join(",")))
    };
    let mut features: Vec<String> = features.split('|').map(feature).collect::<Option<_>>()?;
    features.sort_unstable();
    Some(features.join("|"))
}

/// The value of a field in a normalised analysis.
pub(crate) fn value<'a>(features: &'a str, field: &str) -> Option<&'a str> {
    let mut pairs = features.split('|').filter_map(|feature| feature.split_once('='));
    pairs.find(|(name, _)| *name == field).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn analyses_are_put_in_order() {
        for (given, expected) in [
            ("", Some("_")),
            ("_", Some("_")),
            ("Number=Sing", Some("Number=Sing")),
            ("Tense=Past|Aspect=Perf", Some("Aspect=Perf|Tense=Past")),
            ("PronType=Rel,Int", Some("PronType=Int,Rel")),
            ("Number", None),
            ("a=b=c", None),
        ] {
            assert_eq!(normalize(given).as_deref(), expected, "{given}");
        }
        assert_eq!(value("Aspect=Perf|Tense=Past", "Tense"), Some("Past"));
        assert_eq!(value("_", "Tense"), None);
    }
}
