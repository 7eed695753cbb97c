//! One variant for each combination of values of options.

use gloss_host::Place;
use serde_json::Value;

/// An option of a stage with the values that it is to have, each with its place.
#[derive(Clone, Debug)]
pub struct Axis {
    /// The stage.
    pub stage: String,
    /// The option.
    pub option: String,
    /// Its values.
    pub values: Vec<(Value, Place)>,
}

/// A value of each axis: stage, option, value and its place.
pub type Combination<'a> = Vec<(&'a Axis, &'a (Value, Place))>;

/// The most variants that one table makes.
pub const MOST: usize = 100;

/// All combinations, the last axis changing fastest; one that is empty where there is no axis. `None`
/// where there are more than [`MOST`].
pub fn combinations<'a>(axes: &'a [Axis]) -> Option<Vec<Combination<'a>>> {
    let mut all: Vec<Combination<'a>> = vec![Vec::new()];
    for axis in axes {
        if all.len().saturating_mul(axis.values.len()) > MOST {
            return None;
        }
        let longer = |(combination, value): (&Combination<'a>, &'a (Value, Place))| {
            combination.iter().copied().chain([(axis, value)]).collect()
        };
        let pairs = all.iter().flat_map(|c| axis.values.iter().map(move |value| (c, value)));
        all = pairs.map(longer).collect();
    }
    Some(all)
}

/// The name of a combination: the variant's own, and the values.
pub fn name(own: Option<&str>, combination: &Combination<'_>) -> Option<String> {
    let word = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let values: Vec<String> = combination.iter().map(|(_, (value, _))| word(value)).collect();
    match (own, values.join(" ")) {
        (own, values) if values.is_empty() => own.map(str::to_owned),
        (Some(own), values) => Some(format!("{own} {values}")),
        (None, values) => Some(values),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn all_combinations() {
        let place = Place { file: "c.toml".into(), span: None, position: None };
        let axis = |option: &str, values: Vec<Value>| Axis {
            stage: "ner".into(),
            option: option.into(),
            values: values.into_iter().map(|value| (value, place.clone())).collect(),
        };
        let check = |axes: &[Axis], expected: &[&str]| {
            let all = combinations(axes).unwrap();
            let names: Vec<String> = all.iter().filter_map(|c| name(Some("v"), c)).collect();
            assert_eq!(names, expected);
        };
        check(&[], &["v"]);
        let two = [
            axis("model", vec![json!("a"), json!("b")]),
            axis("deep", vec![json!(1), json!(true)]),
        ];
        check(&two, &["v a 1", "v a true", "v b 1", "v b true"]);
        assert_eq!(name(None, &combinations(&two).unwrap()[0]).as_deref(), Some("a 1"));
        assert!(
            combinations(&[axis("a", vec![json!(1); 11]), axis("b", vec![json!(1); 10])]).is_none()
        );
    }
}
