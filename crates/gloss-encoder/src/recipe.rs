//! What sentence-transformers saves beside a model: how vectors of tokens become one of the text.

use std::path::Path;

use serde::Deserialize;

use crate::error::Error;
use crate::folder::read_if_there;
use crate::settings::Pooling;

const MODULES: &str = "modules.json";

/// How the folder says that texts are to be turned to vectors. A folder without such files takes the mean of
/// tokens, as sentence-transformers does.
#[derive(Debug)]
pub(crate) struct Recipe {
    pub(crate) pooling: Pooling,
    pub(crate) normalize: bool,
    /// Texts are put in lower case before anything else.
    pub(crate) lowercase: bool,
    /// The tokens of a window.
    pub(crate) window: Option<usize>,
}

#[derive(Deserialize)]
struct Module {
    #[serde(default)]
    path: String,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct Sentence {
    max_seq_length: Option<usize>,
    #[serde(default)]
    do_lower_case: bool,
}

/// Older files have a flag for each way, newer ones its name.
#[derive(Deserialize)]
struct PoolingConfig {
    pooling_mode: Option<String>,
    #[serde(default)]
    pooling_mode_cls_token: bool,
    #[serde(default)]
    pooling_mode_mean_tokens: bool,
    #[serde(default)]
    pooling_mode_max_tokens: bool,
    #[serde(default)]
    pooling_mode_mean_sqrt_len_tokens: bool,
    #[serde(default)]
    pooling_mode_weightedmean_tokens: bool,
    #[serde(default)]
    pooling_mode_lasttoken: bool,
}

impl Recipe {
    pub(crate) fn read(folder: &Path) -> Result<Self, Error> {
        let sentence: Option<Sentence> = read_if_there(folder, "sentence_bert_config.json")?;
        let modules: Option<Vec<Module>> = read_if_there(folder, MODULES)?;
        let mut recipe = Self {
            pooling: Pooling::Mean,
            normalize: false,
            lowercase: sentence.as_ref().is_some_and(|sentence| sentence.do_lower_case),
            window: sentence.and_then(|sentence| sentence.max_seq_length),
        };
        for module in modules.unwrap_or_default() {
            match module.kind.rsplit('.').next().unwrap_or_default() {
                "Transformer" => {}
                "Normalize" => recipe.normalize = true,
                "Pooling" => recipe.pooling = pooling(folder, &module.path)?,
                other => return Err(Error::unsupported(MODULES, format!("the module {other}"))),
            }
        }
        Ok(recipe)
    }
}

fn pooling(folder: &Path, path: &str) -> Result<Pooling, Error> {
    let file = format!("{path}/config.json");
    let normal = |part| matches!(part, std::path::Component::Normal(_));
    if path.is_empty() || !Path::new(path).components().all(normal) {
        return Err(Error::invalid(MODULES, "path", format!("{path:?} is not within the folder")));
    }
    let pool: PoolingConfig = crate::folder::read(folder, &file)?;
    let flags = [
        (pool.pooling_mode_cls_token, "cls"),
        (pool.pooling_mode_mean_tokens, "mean"),
        (pool.pooling_mode_max_tokens, "max"),
        (pool.pooling_mode_mean_sqrt_len_tokens, "mean_sqrt_len_tokens"),
        (pool.pooling_mode_weightedmean_tokens, "weightedmean"),
        (pool.pooling_mode_lasttoken, "lasttoken"),
    ];
    let mut names: Vec<&str> =
        flags.iter().filter(|(set, _)| *set).map(|(_, name)| *name).collect();
    names.extend(pool.pooling_mode.as_deref());
    match names[..] {
        ["cls"] => Ok(Pooling::Cls),
        ["mean"] => Ok(Pooling::Mean),
        ["max"] => Ok(Pooling::Max),
        [] => Err(Error::invalid(&file, "pooling_mode", "it is missing")),
        _ => Err(Error::unsupported(&file, format!("pooling by {}", names.join(" and ")))),
    }
}
