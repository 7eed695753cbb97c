//! Which layer of each variant is compared.

use std::collections::BTreeSet;

use super::layers::{LayerFacts, Layers};
use crate::error::{CompareError, ErrorKind};
use crate::rules::nearest;

/// A variant whose layer is to be chosen.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// What the variant is called in messages.
    pub variant: &'a str,
    /// The layer that is asked for: `stage/layer`, a stage, a type of layers, or a layer's own name.
    pub layer: Option<&'a str>,
    /// The layers that there are.
    pub layers: &'a Layers,
}

/// Chooses a layer for each variant: the one that is asked for, or the one whose type all of them
/// have once; where no type is common, the one whose kind they have once.
///
/// # Errors
///
/// Where a layer that is asked for is not there, where several would do, where none would, or where
/// layers of one kind would be compared with those of another.
pub fn choose(wanted: &[Wanted<'_>]) -> Result<Vec<String>, CompareError> {
    let candidates = wanted.iter().map(candidates).collect::<Result<Vec<_>, _>>()?;
    let by_type = common(&candidates, |layer| layer.layer_type.clone());
    let chosen = match by_type.as_slice() {
        [one] => one.clone(),
        [] => match common(&candidates, |layer| layer.kind.as_str().to_owned()).as_slice() {
            [one] => one.clone(),
            _ => return Err(nothing_in_common(wanted, &candidates)),
        },
        several => return Err(several_types(several)),
    };
    Ok(chosen.iter().map(|layer| layer.name.clone()).collect())
}

/// Layers of one source that can be compared with each other: those that are asked for, or all of
/// the one type that it has more than once.
///
/// # Errors
///
/// As [`choose`], and where fewer than two layers are left.
pub fn choose_from_one(
    source: &str,
    layers: &Layers,
    wanted: &[String],
) -> Result<Vec<String>, CompareError> {
    if !wanted.is_empty() {
        let of = |layer| Wanted { variant: source, layer: Some(layer), layers };
        let wanted: Vec<Wanted<'_>> = wanted.iter().map(|layer| of(layer.as_str())).collect();
        return choose(&wanted);
    }
    let comparable = || layers.iter().filter(|layer| layer.is_comparable());
    let types: BTreeSet<&str> = comparable().map(|layer| layer.layer_type.as_str()).collect();
    let of_type = |wanted: &str| -> Vec<String> {
        let layers = comparable().filter(|layer| layer.layer_type == wanted);
        layers.map(|layer| layer.name.clone()).collect()
    };
    let mut several = types.into_iter().map(of_type).filter(|layers| layers.len() > 1);
    match (several.next(), several.next()) {
        (Some(layers), None) => Ok(layers),
        (None, _) => {
            let message = format!("{source:?} has no two layers of one type to compare");
            Err(CompareError::new(ErrorKind::AmbiguousLayer, message).help(format!(
                "name another file, or two layers with `--layer`; layers are: {}",
                layers.listed()
            )))
        }
        (Some(_), Some(_)) => {
            let message = format!("{source:?} has layers of several types to compare");
            Err(CompareError::new(ErrorKind::AmbiguousLayer, message)
                .help(format!("say which with `--layer`; layers are: {}", layers.listed())))
        }
    }
}

/// The layers of a variant that may be meant.
fn candidates<'a>(wanted: &Wanted<'a>) -> Result<Vec<&'a LayerFacts>, CompareError> {
    let all = || wanted.layers.iter();
    let Some(name) = wanted.layer else {
        return Ok(all().filter(|layer| layer.is_comparable()).collect());
    };
    let means: [fn(&LayerFacts, &str) -> bool; 4] = [
        |layer, name| layer.name == name,
        |layer, name| layer.stage() == name,
        |layer, name| layer.layer_type == name,
        |layer, name| layer.short() == name,
    ];
    let found = means.iter().map(|means| all().filter(|layer| means(layer, name)).collect());
    let found: Vec<&LayerFacts> =
        found.into_iter().find(|f: &Vec<_>| !f.is_empty()).unwrap_or_default();
    if found.is_empty() {
        return Err(unknown_layer(wanted, name));
    }
    // A stage may be called as the layer that matters: `sentiment` gives its words as well.
    let same: Vec<_> = found.iter().copied().filter(|layer| layer.layer_type == name).collect();
    let found = if same.is_empty() { found } else { same };
    let comparable: Vec<_> = found.iter().copied().filter(|layer| layer.is_comparable()).collect();
    if comparable.is_empty() {
        let message = format!("{} of {:?} holds relations", found[0].name, wanted.variant);
        return Err(CompareError::new(ErrorKind::NotComparable, message)
            .help("spans, classes, texts and vectors can be compared"));
    }
    Ok(comparable)
}

/// For each value of `key` that every variant has exactly once: the layers that have it.
fn common<'a>(
    candidates: &[Vec<&'a LayerFacts>],
    key: impl Fn(&LayerFacts) -> String,
) -> Vec<Vec<&'a LayerFacts>> {
    let keys: BTreeSet<String> = candidates.iter().flatten().map(|layer| key(layer)).collect();
    let once = |wanted: &String| -> Option<Vec<&'a LayerFacts>> {
        let of_variant = |layers: &Vec<&'a LayerFacts>| {
            let mut having = layers.iter().filter(|layer| key(layer) == *wanted);
            having.next().copied().filter(|_| having.next().is_none())
        };
        candidates.iter().map(of_variant).collect()
    };
    let found: Vec<Vec<&LayerFacts>> = keys.iter().filter_map(once).collect();
    // Layers of one type may be of different kinds, which is no type in common.
    let one_kind = |layers: &Vec<&LayerFacts>| layers.iter().all(|l| l.kind == layers[0].kind);
    found.into_iter().filter(one_kind).collect()
}

fn unknown_layer(wanted: &Wanted<'_>, name: &str) -> CompareError {
    let message = format!("{:?} has no layer {name:?}", wanted.variant);
    let listed = wanted.layers.listed();
    let names: Vec<String> = wanted
        .layers
        .iter()
        .flat_map(|layer| [layer.name.clone(), layer.stage().to_owned(), layer.layer_type.clone()])
        .collect();
    let help = match nearest(name, &names) {
        Some(near) => format!("did you mean {near:?}? layers are: {listed}"),
        None => format!("layers are: {listed}"),
    };
    CompareError::new(ErrorKind::UnknownLayer, message).help(help)
}

fn several_types(types: &[Vec<&LayerFacts>]) -> CompareError {
    let names: Vec<&str> = types.iter().map(|layers| layers[0].layer_type.as_str()).collect();
    let message = format!("all variants have layers of these types: {}", names.join(", "));
    CompareError::new(ErrorKind::AmbiguousLayer, message)
        .help(format!("say which is meant, as with `--layer {}`", names[0]))
}

fn nothing_in_common(wanted: &[Wanted<'_>], candidates: &[Vec<&LayerFacts>]) -> CompareError {
    let name = |layer: &&LayerFacts| format!("{} ({})", layer.name, layer.kind.as_str());
    let of = |(wanted, layers): (&Wanted<'_>, &Vec<&LayerFacts>)| {
        let names: Vec<String> = layers.iter().map(name).collect();
        let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        format!("{:?}: {names}", wanted.variant)
    };
    let sides: Vec<String> = wanted.iter().zip(candidates).map(of).collect();
    let message = "no layers of one type, or else of one kind, stand once in every variant";
    CompareError::new(ErrorKind::AmbiguousLayer, message).help(format!(
        "name a layer for each variant, as in `FILE#STAGE/LAYER`; layers of {}",
        sides.join("; ")
    ))
}

#[cfg(test)]
mod tests {
    use gloss_doc::{Kind, LayerSchema};

    use super::*;

    fn layers(names: &[(&str, &str, Kind)]) -> Layers {
        let mut layers = Layers::default();
        for (name, layer_type, kind) in names {
            let mut schema = LayerSchema::new("", *kind);
            schema.layer_type = (*layer_type).to_owned();
            layers.declare(name, &schema);
        }
        layers
    }

    fn run() -> Layers {
        layers(&[
            ("sentences/sentences", "sentences", Kind::Spans),
            ("ner/entities", "entities", Kind::Spans),
            ("spacy/tokens", "tokens", Kind::Spans),
            ("spacy/entities", "entities", Kind::Spans),
            ("spacy/dependencies", "dependencies", Kind::Relations),
            ("sentiment/sentiment", "sentiment", Kind::Classes),
            ("sentiment/sentiment-words", "sentiment-words", Kind::Spans),
        ])
    }

    fn gold() -> Layers {
        layers(&[("conll/entities", "entities", Kind::Spans)])
    }

    #[test]
    fn layers_of_several_variants() {
        let check = |wanted: &[(Option<&str>, &Layers)], expected: Result<&[&str], ErrorKind>| {
            let all: Vec<Wanted<'_>> = wanted
                .iter()
                .map(|&(layer, layers)| Wanted { variant: "v", layer, layers })
                .collect();
            let found = choose(&all).map_err(|error| error.kind);
            let expected = expected.map(|names| names.iter().map(|&n| n.to_owned()).collect());
            assert_eq!(found, expected, "{wanted:?}");
        };
        let (run, gold) = (run(), gold());
        let two: &[&str] = &["ner/entities", "spacy/entities"];
        check(&[(Some("ner"), &run), (Some("spacy"), &run)], Ok(two));
        check(&[(Some("ner/entities"), &run), (Some("spacy/entities"), &run)], Ok(two));
        check(&[(None, &gold), (Some("ner"), &run)], Ok(&["conll/entities", "ner/entities"]));
        check(&[(None, &gold), (None, &gold)], Ok(&["conll/entities", "conll/entities"]));
        // Another type, but the only spans.
        check(
            &[(None, &gold), (Some("sentences"), &run)],
            Ok(&["conll/entities", "sentences/sentences"]),
        );
        check(
            &[(Some("sentiment"), &run), (Some("sentiment"), &run)],
            Ok(&["sentiment/sentiment"; 2]),
        );
        check(&[(Some("entities"), &run), (None, &gold)], Err(ErrorKind::AmbiguousLayer));
        check(&[(None, &run), (None, &run)], Err(ErrorKind::AmbiguousLayer));
        check(&[(Some("ner"), &run), (Some("sentiment"), &run)], Err(ErrorKind::AmbiguousLayer));
        check(&[(Some("nerr"), &run), (None, &gold)], Err(ErrorKind::UnknownLayer));
        check(&[(Some("dependencies"), &run), (None, &gold)], Err(ErrorKind::NotComparable));
    }

    #[test]
    fn layers_of_one_file() {
        let check = |layers: &Layers, wanted: &[&str], expected: Result<&[&str], ErrorKind>| {
            let wanted: Vec<String> = wanted.iter().map(|&w| w.to_owned()).collect();
            let found = choose_from_one("f", layers, &wanted).map_err(|error| error.kind);
            let expected = expected.map(|names| names.iter().map(|&n| n.to_owned()).collect());
            assert_eq!(found, expected, "{wanted:?}");
        };
        check(&run(), &[], Ok(&["ner/entities", "spacy/entities"]));
        check(&run(), &["spacy", "ner"], Ok(&["spacy/entities", "ner/entities"]));
        check(&gold(), &[], Err(ErrorKind::AmbiguousLayer));
        check(&run(), &["spacy", "nerr"], Err(ErrorKind::UnknownLayer));
        let message = choose_from_one("f", &run(), &["nerr".into()]).unwrap_err().help;
        assert!(message.contains("did you mean \"ner\"?"), "{message}");
    }
}
