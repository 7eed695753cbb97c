//! Which file of a folder is the model.

use std::path::{Path, PathBuf};

use gloss_encoder::{Error, Model, Precision, Settings};

use crate::graph::Graph;

/// The files that a model folder must have.
const NEEDS: &str = "config.json, tokenizer.json, and model.safetensors or model.onnx";
const NATIVE: &str = "model.safetensors";
/// Names in the folder or in `onnx/` within it, the first that is there: as optimum writes them, and
/// sentence-transformers.
const WHOLE: &[&str] = &["model"];
const QUANTIZED: &[&str] = &[
    "model_quantized",
    "model_int8",
    "model_qint8_avx512_vnni",
    "model_qint8_avx512",
    "model_quint8_avx2",
    "model_qint8_arm64",
    "model_uint8",
];

/// The ONNX file of a folder, relative to it. For 8 bits it is one whose name says that it is quantized; for 32
/// it is `model.onnx`, or where there is none, a quantized one. None if there is no such file.
#[must_use]
pub fn file(folder: &Path, precision: Precision) -> Option<PathBuf> {
    let find = |names: &[&str]| {
        let paths = names.iter().flat_map(|name| {
            let name = format!("{name}.onnx");
            [PathBuf::from(&name), Path::new("onnx").join(name)]
        });
        paths.into_iter().find(|path| folder.join(path).is_file())
    };
    match precision {
        Precision::F32 => find(WHOLE).or_else(|| find(QUANTIZED)),
        Precision::Int8 => find(QUANTIZED),
    }
}

/// Loads the model of a folder, whatever its weights are in: `model.safetensors` if it is there, else an ONNX
/// file.
///
/// # Errors
///
/// Those of [`Model::load`]; [`Error::Network`] if the ONNX file is damaged, needs what is not here, or is not
/// what `config.json` says; [`Error::Setting`] if 8 bits are asked for, and no file has them.
pub fn load(folder: &Path, settings: &Settings) -> Result<Model, Error> {
    if folder.join(NATIVE).is_file() {
        return Model::load(folder, settings);
    }
    let Some(file) = file(folder, settings.precision) else {
        if self::file(folder, Precision::F32).is_some() {
            let reason = format!(
                "the folder has no ONNX file with 8 bits, such as {}.onnx; leave the setting out, or \
                 quantize the model",
                QUANTIZED[0]
            );
            return Err(Error::Setting { setting: "precision", reason });
        }
        let source = std::io::ErrorKind::NotFound.into();
        return Err(Error::Io { path: folder.join(NATIVE), source, needs: NEEDS });
    };
    Model::load_with(folder, settings, |info| Ok(Box::new(Graph::load(folder, &file, info)?)))
}
