//! What an adapter changes of a model's weights: low-rank sums (Hu et al. 2021,
//! <https://arxiv.org/abs/2106.09685>), as the Python package `peft` saves them.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crate::casing;
use crate::config::Task;
use crate::error::Error;
use crate::names;
use crate::tensors::Tensors;

mod base;
mod config;
mod heads;
mod manifest;

use config::Config;
pub use heads::AdapterHead;
pub(crate) use manifest::Feature;
pub use manifest::{HeadActivation, HeadKind};
use manifest::{HeadEntry, Manifest};

/// The files of an adapter's folder.
const CONFIG: &str = "adapter_config.json";
const WEIGHTS: &str = "adapter_model.safetensors";
const NEEDS: &str = "adapter_config.json and adapter_model.safetensors";

/// What `peft` puts before the names of the model's own modules.
const WRAPPED: &str = "base_model.model.";

/// An adapter, whole in memory. Clones are the same adapter.
#[derive(Clone)]
pub struct Adapter(Arc<Parts>);

struct Parts {
    config: Config,
    /// What it says beside what `peft` knows.
    manifest: Option<Manifest>,
    /// What is added to weights, by the name of the module.
    sums: BTreeMap<String, Sum>,
    /// What stands in for tensors of the model, or is not in it, by name.
    whole: BTreeMap<String, Tensor>,
}

/// `up` times `down`: matrices of `outputs` by `rank` and of `rank` by `inputs`.
struct Sum {
    rank: usize,
    inputs: usize,
    outputs: usize,
    down: Vec<f32>,
    up: Vec<f32>,
}

struct Tensor {
    shape: Vec<usize>,
    numbers: Vec<f32>,
}

impl Adapter {
    /// Reads the folder of an adapter: `adapter_config.json`, `adapter_model.safetensors`, and `gloss.json` if it
    /// is there.
    ///
    /// # Errors
    ///
    /// If a file is missing or damaged, or the adapter is of another kind than LoRA or needs something that is
    /// not supported.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let read = |file: &str| {
            let path = folder.join(file);
            std::fs::read(&path).map_err(|source| Error::Io { path, source, needs: NEEDS })
        };
        let described = folder.join(manifest::FILE).try_exists().unwrap_or(true);
        let manifest = if described { Some(read(manifest::FILE)?) } else { None };
        let tensors = Tensors::open(folder, WEIGHTS, NEEDS)?;
        Self::new(&read(CONFIG)?, manifest.as_deref(), tensors)
    }

    /// Reads an adapter whose files are these: its `adapter_config.json`, its `gloss.json`, and its
    /// `adapter_model.safetensors`.
    ///
    /// # Errors
    ///
    /// As [`Adapter::open`].
    pub fn from_bytes(
        config: &[u8],
        manifest: Option<&[u8]>,
        weights: Vec<u8>,
    ) -> Result<Self, Error> {
        Self::new(config, manifest, Tensors::of_bytes(WEIGHTS, weights)?)
    }

    fn new(config: &[u8], manifest: Option<&[u8]>, mut tensors: Tensors) -> Result<Self, Error> {
        let config = Config::read(config)?;
        let manifest = manifest.map(Manifest::read).transpose()?;
        let (mut sums, mut whole) = (BTreeMap::new(), BTreeMap::new());
        let names: Vec<String> = tensors.names().map(str::to_owned).collect();
        for name in names {
            let bare = names::bare(name.strip_prefix(WRAPPED).unwrap_or(&name));
            if let Some(module) = bare.strip_suffix(".lora_A.weight") {
                sums.insert(module.to_owned(), Sum::read(&mut tensors, &name)?);
            } else if bare.strip_suffix(".lora_B.weight").is_some() {
                let down = name.replace(".lora_B.", ".lora_A.");
                if !tensors.has(&down) {
                    return Err(Error::invalid(WEIGHTS, &name, format!("there is no {down}")));
                }
            } else if bare.contains(".lora_") {
                return Err(Error::unsupported(WEIGHTS, format!("the tensor {name}")));
            } else {
                let shape = tensors.shape(&name).unwrap_or_default().to_vec();
                let numbers = tensors.read(&name, &shape)?;
                whole.insert(bare.to_owned(), Tensor { shape, numbers });
            }
        }
        let adapter = Parts { config, manifest, sums, whole };
        Ok(Self(Arc::new(adapter.with_token_classifier()?)))
    }

    /// The shape and numbers of a tensor that the adapter has whole, such as one of a head. Its name is without
    /// what `peft` puts before all names.
    #[must_use]
    pub fn tensor(&self, name: &str) -> Option<(&[usize], &[f32])> {
        self.0.whole.get(name).map(|tensor| (tensor.shape.as_slice(), tensor.numbers.as_slice()))
    }

    /// The numbers that stand in for a tensor of the model, if there are some.
    pub(crate) fn replacement(
        &self,
        name: &str,
        shape: &[usize],
    ) -> Result<Option<Vec<f32>>, Error> {
        let Some((found, numbers)) = self.tensor(name) else { return Ok(None) };
        if found == shape {
            return Ok(Some(numbers.to_vec()));
        }
        let reason = format!("of shape {found:?}, but the model's is {shape:?}");
        Err(Error::invalid(WEIGHTS, name, reason))
    }

    /// Refuses a model that lacks a module, or has other shapes; `shape` tells that of a module's weights.
    pub(crate) fn check<'s>(
        &self,
        shape: impl Fn(&str) -> Option<&'s [usize]>,
    ) -> Result<(), Error> {
        for (module, sum) in &self.0.sums {
            let (asked, found) = ([sum.outputs, sum.inputs], shape(module));
            if found != Some(&asked) {
                let found = found.map_or("has none".to_owned(), |found| format!("has {found:?}"));
                let reason = format!("it is for weights of shape {asked:?}, but the model {found}");
                return Err(Error::invalid(WEIGHTS, module, reason));
            }
        }
        Ok(())
    }

    /// Whether a tensor of the model becomes another.
    pub(crate) fn changes(&self, name: &str) -> bool {
        let module = name.strip_suffix(".weight");
        self.0.whole.contains_key(name)
            || module.is_some_and(|module| self.0.sums.contains_key(module))
    }

    /// The tokens of a window that the adapter was trained with, special ones included.
    pub(crate) fn window(&self) -> Option<usize> {
        self.0.manifest.as_ref().map(|manifest| manifest.max_tokens)
    }

    /// Whether the adapter has vectors for how words are written.
    pub(crate) fn has_casing(&self) -> bool {
        self.0.manifest.as_ref().is_some_and(|manifest| manifest.casing.is_some())
    }

    /// Those, of `width` numbers each.
    pub(crate) fn casing(&self, width: usize) -> Result<Option<Vec<f32>>, Error> {
        let manifest = self.0.manifest.as_ref();
        let Some(entry) = manifest.and_then(|manifest| manifest.casing.as_ref()) else {
            return Ok(None);
        };
        if entry.classes != casing::CLASSES {
            let what = format!("the classes of casing {:?}", entry.classes);
            return Err(Error::unsupported(manifest::FILE, what));
        }
        let name = format!("{}.weight", entry.module);
        let table = self.replacement(&name, &[entry.classes.len(), width])?;
        table.ok_or_else(|| missing(&name)).map(Some)
    }

    /// The heads for texts and targets, for vectors of `hidden` numbers.
    pub(crate) fn heads(&self, hidden: usize) -> Result<Vec<AdapterHead>, Error> {
        let entries = self.0.manifest.iter().flat_map(|manifest| &manifest.heads);
        let entries = entries.filter(|entry| entry.kind != HeadKind::Token);
        entries.map(|entry| AdapterHead::read(self, entry, hidden)).collect()
    }

    /// What the adapter's head for classes is for, how many there are, and their names if it has them.
    pub(crate) fn classes(&self) -> Option<(Task, usize, Option<&[String]>)> {
        if let Some(HeadEntry { labels, .. }) = self.token_head() {
            return Some((Task::TokenClassification, labels.len(), Some(labels)));
        }
        let task = self.0.config.task?;
        let last = ["classifier.weight", "classifier.out_proj.weight"];
        // Without one the head is the model's own.
        let (shape, _) = last.iter().find_map(|name| self.tensor(name))?;
        Some((task, *shape.first()?, None))
    }

    fn token_head(&self) -> Option<&HeadEntry> {
        let heads = self.0.manifest.as_ref().map(|manifest| &manifest.heads);
        heads?.iter().find(|head| head.kind == HeadKind::Token)
    }

    /// Adds what the adapter has for a tensor of a model that was checked.
    pub(crate) fn merge(&self, name: &str, numbers: &mut [f32]) {
        let module = name.strip_suffix(".weight");
        if let Some(sum) = module.and_then(|module| self.0.sums.get(module)) {
            sum.add(self.0.config.scale(sum.rank), numbers);
        }
    }
}

impl Parts {
    /// A head for tokens gets the name that models have for theirs, and its temperature merged.
    fn with_token_classifier(mut self) -> Result<Self, Error> {
        let heads = self.manifest.iter().flat_map(|manifest| &manifest.heads);
        let Some(head) = heads.into_iter().find(|head| head.kind == HeadKind::Token) else {
            return Ok(self);
        };
        for part in ["weight", "bias"] {
            let name = format!("{}.{part}", head.module);
            let mut tensor = self.whole.remove(&name).ok_or_else(|| missing(&name))?;
            tensor.numbers.iter_mut().for_each(|number| *number /= head.temperature);
            self.whole.insert(format!("classifier.{part}"), tensor);
        }
        Ok(self)
    }
}

fn missing(name: &str) -> Error {
    Error::invalid(WEIGHTS, name, "there is no such tensor")
}

impl Sum {
    /// Reads what the name is that of the first matrix of.
    fn read(tensors: &mut Tensors, down: &str) -> Result<Self, Error> {
        let up = down.replace(".lora_A.", ".lora_B.");
        let shape = |name: &str| match tensors.shape(name) {
            Some(&[rows, columns]) => Ok([rows, columns]),
            Some(other) => Err(Error::invalid(
                WEIGHTS,
                name,
                format!("of shape {other:?}, which is no matrix"),
            )),
            None => Err(missing(name)),
        };
        let ([rank, inputs], [outputs, columns]) = (shape(down)?, shape(&up)?);
        if columns != rank {
            let reason = format!("of shape [{outputs}, {columns}] beside [{rank}, {inputs}]");
            return Err(Error::invalid(WEIGHTS, &up, reason));
        }
        let (down, up) =
            (tensors.read(down, &[rank, inputs])?, tensors.read(&up, &[outputs, rank])?);
        Ok(Self { rank, inputs, outputs, down, up })
    }

    /// Adds the product, times `scale`, to rows of `inputs` numbers, one for each output.
    fn add(&self, scale: f32, numbers: &mut [f32]) {
        if self.inputs == 0 || self.rank == 0 {
            return;
        }
        let rows = numbers.chunks_exact_mut(self.inputs).zip(self.up.chunks_exact(self.rank));
        for (row, factors) in rows {
            for (factor, down) in factors.iter().zip(self.down.chunks_exact(self.inputs)) {
                let factor = factor * scale;
                row.iter_mut().zip(down).for_each(|(number, x)| *number += factor * x);
            }
        }
    }
}

impl std::fmt::Debug for Adapter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Adapter").field("config", &self.0.config).finish_non_exhaustive()
    }
}
