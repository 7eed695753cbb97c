//! llama.cpp through `llama-cpp-2`. `FLASH_ATTENTION` in the environment says whether attention is fused (1) or not
//! (0), which llama.cpp decides itself where it is not set.

use std::num::NonZero;
use std::path::Path;

use engines::{Engine, Error, likeliest};
use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::context::params::LlamaContextParams;
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::model::params::LlamaModelParams;
use llama_cpp_2::token::LlamaToken;

const CONTEXT: u32 = 2048;

struct LlamaCpp {
    context: LlamaContext<'static>,
    batch: LlamaBatch<'static>,
    seen: i32,
}

impl Engine for LlamaCpp {
    fn load(file: &Path, threads: usize) -> Result<Self, Error> {
        let mut backend = LlamaBackend::init()?;
        backend.void_logs();
        // Both live as long as the process: a context borrows its model.
        let backend = Box::leak(Box::new(backend));
        let model = LlamaModel::load_from_file(backend, file, &LlamaModelParams::default())?;
        let model: &'static LlamaModel = Box::leak(Box::new(model));
        let threads = i32::try_from(threads)?;
        let mut parameters = LlamaContextParams::default()
            .with_n_ctx(NonZero::new(CONTEXT))
            .with_n_batch(CONTEXT)
            .with_n_threads(threads)
            .with_n_threads_batch(threads);
        if let Ok(policy) = std::env::var("FLASH_ATTENTION") {
            parameters = parameters.with_flash_attention_policy(policy.parse()?);
        }
        let context = model.new_context(backend, parameters)?;
        Ok(Self { context, batch: LlamaBatch::new(CONTEXT as usize, 1), seen: 0 })
    }

    fn forget(&mut self) -> Result<(), Error> {
        self.context.clear_kv_cache();
        self.seen = 0;
        Ok(())
    }

    fn read(&mut self, ids: &[u32]) -> Result<u32, Error> {
        self.batch.clear();
        let last = ids.len() - 1;
        for (at, (&id, position)) in ids.iter().zip(self.seen..).enumerate() {
            self.batch.add(LlamaToken(i32::try_from(id)?), position, &[0], at == last)?;
        }
        self.context.decode(&mut self.batch)?;
        self.seen += self.batch.n_tokens();
        likeliest(self.context.get_logits_ith(i32::try_from(last)?))
    }
}

fn main() -> Result<(), Error> {
    engines::measure::<LlamaCpp>()
}
