//! An ONNX file as a network.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use gloss_encoder::{Error, ModelInfo, Network, Output, Runner, Task};
use rten::{Dimension, ModelOptions, NodeId, RunOptions, ThreadPool, Value};

/// The inputs that a model of this family may have.
const IDS: &str = "input_ids";
const MASK: &str = "attention_mask";
const SEGMENTS: &str = "token_type_ids";
/// The outputs with scores, and with vectors: of tokens, or else of the text.
const SCORES: &[&str] = &["logits"];
const VECTORS: &[&str] = &["last_hidden_state", "token_embeddings", "sentence_embedding"];

/// A loaded file; clones are the same.
#[derive(Clone)]
pub(crate) struct Graph(Arc<Parts>);

struct Parts {
    file: String,
    model: rten::Model,
    /// What the model takes, in its order.
    inputs: Vec<(NodeId, Input)>,
    scores: Option<NodeId>,
    vectors: Option<NodeId>,
}

#[derive(Clone, Copy)]
enum Input {
    Ids,
    Mask,
    Segments,
}

impl Graph {
    /// Loads a file of the folder, for a model that is said to be this.
    pub(crate) fn load(folder: &Path, file: &Path, info: &ModelInfo) -> Result<Self, Error> {
        let name = file.to_string_lossy().replace('\\', "/");
        let refuse = |reason: String| Error::Network { file: name.clone(), reason };
        let mut options = ModelOptions::with_all_ops();
        options.prepack_weights(true);
        let model = guarded(|| options.load_file(folder.join(file)))
            .and_then(|loaded| loaded.map_err(|error| error.to_string()))
            .map_err(|why| refuse(format!("it cannot be loaded as an ONNX model: {why}")))?;
        let inputs = inputs(&model).map_err(&refuse)?;
        let find = |known: &[&str]| {
            let outputs = model.output_ids();
            let named =
                |name: &&str| outputs.iter().copied().find(|&id| node_name(&model, id) == *name);
            known.iter().find_map(named)
        };
        let (scores, vectors) = (find(SCORES), find(VECTORS));
        let asked = if info.task == Task::Embedding { vectors } else { scores };
        let Some(asked) = asked else {
            let known = if info.task == Task::Embedding { VECTORS } else { SCORES };
            let found = names(&model, model.output_ids());
            let reason =
                format!("its outputs are {found}; what is needed is {}", known.join(" or "));
            return Err(refuse(reason));
        };
        let width = if Some(asked) == scores { info.labels.len() } else { info.vector_size };
        if let Some(Dimension::Fixed(found)) = shape(&model, asked).last()
            && *found != width
        {
            let output = node_name(&model, asked);
            let reason = format!("{output} has {found} numbers, but config.json says {width}");
            return Err(refuse(reason));
        }
        Ok(Self(Arc::new(Parts { file: name, model, inputs, scores, vectors })))
    }

    fn output(&self, output: Output) -> Option<NodeId> {
        match output {
            Output::Vectors => self.0.vectors,
            Output::Scores => self.0.scores,
        }
    }

    fn refuse(&self, reason: String) -> Error {
        Error::Network { file: self.0.file.clone(), reason }
    }
}

impl Network for Graph {
    fn file(&self) -> &str {
        &self.0.file
    }

    fn gives(&self, output: Output) -> bool {
        self.output(output).is_some()
    }

    fn runner(&self) -> Box<dyn Runner> {
        // A call has one thread; the host runs several calls.
        let pool = Arc::new(ThreadPool::with_num_threads(1));
        Box::new(Run { graph: self.clone(), pool })
    }
}

/// A graph with a thread to run it on.
struct Run {
    graph: Graph,
    pool: Arc<ThreadPool>,
}

impl Runner for Run {
    fn run(&mut self, output: Output, ids: &[u32], segments: &[u32]) -> Result<Vec<f32>, Error> {
        let graph = &self.graph;
        let Some(id) = graph.output(output) else {
            return Err(graph.refuse(format!("it has no output for {output:?}")));
        };
        let shape = [1, ids.len()];
        // Tokens are below the vocabulary's size, which the tokenizer checked.
        let numbers = |numbers: &[u32]| numbers.iter().map(|&id| id as i32).collect();
        let input = |input: Input| {
            let numbers: Vec<i32> = match input {
                Input::Ids => numbers(ids),
                Input::Mask => vec![1; ids.len()],
                Input::Segments => numbers(segments),
            };
            Value::from_shape(shape, numbers).map_err(|error| graph.refuse(error.to_string()))
        };
        let mut inputs = Vec::with_capacity(graph.0.inputs.len());
        for &(id, kind) in &graph.0.inputs {
            inputs.push((id, input(kind)?.into()));
        }
        let options = RunOptions::default().with_thread_pool(Some(Arc::clone(&self.pool)));
        let value = guarded(|| graph.0.model.run_n(inputs, [id], Some(options)))
            .and_then(|ran| ran.map_err(|error| error.to_string()))
            .map_err(|why| {
                graph.refuse(format!("it cannot be run on {} tokens: {why}", ids.len()))
            })?;
        let [value] = value;
        match value {
            Value::FloatTensor(numbers) => Ok(numbers.into_data()),
            other => Err(graph.refuse(format!("its output is {:?}, not float", other.dtype()))),
        }
    }
}

/// The inputs of a model, if they are all known and take sequences of any length.
fn inputs(model: &rten::Model) -> Result<Vec<(NodeId, Input)>, String> {
    let known = |&id: &NodeId| match node_name(model, id) {
        IDS => Some((id, Input::Ids)),
        MASK => Some((id, Input::Mask)),
        SEGMENTS => Some((id, Input::Segments)),
        _ => None,
    };
    let ids = model.input_ids();
    if ids.is_empty() {
        return Err("it has no graph with inputs; it is damaged, or not an ONNX model".to_owned());
    }
    let inputs: Option<Vec<_>> = ids.iter().map(known).collect();
    let has_ids =
        |inputs: &Vec<(NodeId, Input)>| inputs.iter().any(|(_, input)| matches!(input, Input::Ids));
    let Some(inputs) = inputs.filter(has_ids) else {
        let found = names(model, ids);
        return Err(format!(
            "its inputs are {found}; what is needed is {IDS}, with {MASK} and {SEGMENTS} or without"
        ));
    };
    for &(id, _) in &inputs {
        let (shape, name) = (shape(model, id), node_name(model, id));
        let fits = matches!(
            shape[..],
            [] | [Dimension::Symbolic(_) | Dimension::Fixed(1), Dimension::Symbolic(_)]
        );
        if !fits {
            return Err(format!(
                "{name} is of shape {shape:?}, but texts have any number of tokens; export the model with \
                 dynamic axes for batch and sequence"
            ));
        }
    }
    Ok(inputs)
}

fn node_name(model: &rten::Model, id: NodeId) -> &str {
    model.node_info(id).and_then(|node| node.name()).unwrap_or("without name")
}

/// The sizes of an input or output; none if the file does not say.
fn shape(model: &rten::Model, id: NodeId) -> Vec<Dimension> {
    model.node_info(id).and_then(|node| node.shape()).unwrap_or_default()
}

fn names(model: &rten::Model, ids: &[NodeId]) -> String {
    if ids.is_empty() {
        return "none".to_owned();
    }
    ids.iter().map(|&id| node_name(model, id)).collect::<Vec<_>>().join(", ")
}

/// What a function returns, or that it panicked: the engine trusts graphs more than a file deserves.
fn guarded<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        format!("the engine gave up ({})", text.unwrap_or("it does not say why"))
    })
}
