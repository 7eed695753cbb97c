//! Weights of a file for the variables of a network.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use rust_bert::RustBertError;
use tch::nn::VarStore;
use tch::{Tensor, no_grad};

/// The files that weights may be in, the first that is there. `.ot` is how rust-bert's own scripts write them.
pub const FILES: &[&str] = &["model.safetensors", "rust_model.ot"];

/// The files that a folder must have.
pub const NEEDS: &str = "config.json, tokenizer.json, and model.safetensors or rust_model.ot";

/// Which of the files a folder has.
pub fn file(folder: &Path) -> Option<&'static str> {
    FILES.iter().copied().find(|file| folder.join(file).is_file())
}

/// The tensors of a file by their names.
///
/// # Errors
/// When it cannot be read, or is damaged.
pub fn read(path: &Path) -> Result<HashMap<String, Tensor>, RustBertError> {
    let tensors = match path.extension().is_some_and(|extension| extension == "safetensors") {
        true => Tensor::read_safetensors(path)?,
        false => Tensor::load_multi(path)?,
    };
    Ok(tensors.into_iter().collect())
}

/// Gives every variable its weight: of the same name, or with or without the name of the encoder, `prefix`, before
/// it, which is there in a file that has a head. Variables that begin with a name of `optional` may lack theirs.
///
/// # Errors
/// When a weight is missing, or has another shape.
pub fn fill(
    store: &VarStore,
    tensors: &HashMap<String, Tensor>,
    prefix: &str,
    optional: &[&str],
) -> Result<(), RustBertError> {
    let refuse = |message| Err(RustBertError::ValueError(message));
    for (name, mut variable) in store.variables() {
        let Some(weight) = names(&name, prefix).iter().find_map(|name| tensors.get(name)) else {
            if optional.iter().any(|optional| name.starts_with(optional)) {
                continue;
            }
            return refuse(format!("the tensor {name} is missing"));
        };
        let (found, needed) = (weight.size(), variable.size());
        // Copying would also stretch one number over many.
        if found != needed {
            return refuse(format!(
                "the tensor {name} has the shape {found:?}, and not {needed:?}"
            ));
        }
        no_grad(|| variable.f_copy_(weight))?;
    }
    Ok(())
}

/// What a variable may be called in a file.
fn names(name: &str, prefix: &str) -> Vec<String> {
    let mut names = vec![name.to_owned(), format!("{prefix}.{name}")];
    names.extend(
        name.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('.')).map(str::to_owned),
    );
    // As TensorFlow called them, whose weights some models were made of.
    let old = |name: &String| {
        let (layer, part) = name.rsplit_once('.')?;
        let part = match part {
            "weight" if layer.ends_with("LayerNorm") => "gamma",
            "bias" if layer.ends_with("LayerNorm") => "beta",
            _ => return None,
        };
        Some(format!("{layer}.{part}"))
    };
    let old: Vec<String> = names.iter().filter_map(old).collect();
    names.extend(old);
    let mut seen = HashSet::new();
    names.retain(|name| seen.insert(name.clone()));
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_a_variable() {
        let check = |name: &str, expected: &[&str]| assert_eq!(names(name, "bert"), expected);
        check("a.weight", &["a.weight", "bert.a.weight"]);
        check("bert.a.weight", &["bert.a.weight", "bert.bert.a.weight", "a.weight"]);
        check(
            "LayerNorm.bias",
            &["LayerNorm.bias", "bert.LayerNorm.bias", "LayerNorm.beta", "bert.LayerNorm.beta"],
        );
        check("bertha.weight", &["bertha.weight", "bert.bertha.weight"]);
    }
}
