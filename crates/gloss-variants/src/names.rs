//! What variants are called that were given no name.

use std::collections::HashSet;
use std::path::Path;

use crate::error::{Error, ErrorKind};
use crate::spec::VariantSpec;

/// A way to name a variant of which the layer is known.
type Way<'a> = &'a dyn Fn(&VariantSpec, &str) -> String;

/// Names of variants, whose layers are chosen: those that are given, else the shortest that tell them
/// apart: of the file, of the stage, of the layer, of file and layer.
///
/// # Errors
/// Where two are the same all the same.
pub fn names(specs: &[VariantSpec], layers: &[String]) -> Result<Vec<String>, Error> {
    let file = |spec: &VariantSpec| {
        let path = spec.source.path();
        let name = Path::new(&path).file_name().and_then(|name| name.to_str()).unwrap_or(&path);
        let stem = name.split('.').next().filter(|stem| !stem.is_empty());
        stem.unwrap_or(name).to_owned()
    };
    let stage = |layer: &str| layer.split('/').next().unwrap_or(layer).to_owned();
    let ways: [Way<'_>; 5] = [
        &|spec, _| file(spec),
        &|_, layer| stage(layer),
        &|_, layer| layer.to_owned(),
        &|spec, layer| format!("{}#{layer}", file(spec)),
        &|spec, layer| format!("{}#{layer}", spec.source.path()),
    ];
    let mut found = Vec::new();
    for way in ways {
        let named = specs.iter().zip(layers);
        found = named
            .map(|(spec, layer)| spec.name.clone().unwrap_or_else(|| way(spec, layer)))
            .collect();
        if twice(&found).is_none() {
            return Ok(found);
        }
    }
    let name = twice(&found).map(|at| found[at].clone()).unwrap_or_default();
    let place = twice(&found).and_then(|at| specs[at].place.clone());
    let message = format!("two variants are called {name:?}");
    let error = Error::new(ErrorKind::DuplicateName, message, "give one another name");
    Err(match place {
        Some(place) => error.at(place),
        None => error,
    })
}

/// The number of a name that stands before it too.
fn twice(names: &[String]) -> Option<usize> {
    let mut seen = HashSet::new();
    names.iter().position(|name| !seen.insert(name.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::VariantArgument;

    #[test]
    fn variants_are_told_apart() {
        let check = |variants: &[(&str, &str)], expected: Result<&[&str], ()>| {
            let specs: Vec<VariantSpec> = variants
                .iter()
                .map(|(v, _)| v.parse::<VariantArgument>().unwrap().into())
                .collect();
            let layers: Vec<String> =
                variants.iter().map(|(_, layer)| (*layer).to_owned()).collect();
            let found = names(&specs, &layers).map_err(|_| ());
            let expected = expected.map(|names| names.iter().map(|&n| n.to_owned()).collect());
            assert_eq!(found, expected, "{variants:?}");
        };
        check(&[("a.jsonl", "x/e"), ("b/c.jsonl.gz", "x/e")], Ok(&["a", "c"]));
        check(&[("a.jsonl", "x/e"), ("a.jsonl", "y/e")], Ok(&["x", "y"]));
        check(&[("a.jsonl", "x/e"), ("a.jsonl", "x/f")], Ok(&["x/e", "x/f"]));
        check(
            &[("a.jsonl", "x/e"), ("a.jsonl", "y/e"), ("b.jsonl", "x/e")],
            Ok(&["a#x/e", "a#y/e", "b#x/e"]),
        );
        check(
            &[("1/a.jsonl", "x/e"), ("2/a.jsonl", "x/e")],
            Ok(&["1/a.jsonl#x/e", "2/a.jsonl#x/e"]),
        );
        check(&[("old=1/a.jsonl", "x/e"), ("2/a.jsonl", "x/e")], Ok(&["old", "a"]));
        check(&[("a=1/a.jsonl", "x/e"), ("a=2/a.jsonl", "x/e")], Err(()));
        check(&[("a.jsonl", "x/e"), ("a.jsonl", "x/e")], Err(()));
    }
}
