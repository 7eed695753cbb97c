//! rten with the text generation of `rten-generate`, from an ONNX file.

use std::path::Path;
use std::sync::Arc;

use engines::{Engine, Error};
use rten::{Model, RunOptions, ThreadPool};
use rten_generate::{Generator, GeneratorConfig};

/// Room in the caches of keys and values, so that they are not made anew as the text grows.
const CONTEXT: usize = 2048;

struct Rten {
    model: &'static Model,
    options: RunOptions,
    generator: Generator<'static>,
}

fn generator(model: &'static Model, options: &RunOptions) -> Result<Generator<'static>, Error> {
    let config = GeneratorConfig { kv_cache_capacity: Some(CONTEXT), ..GeneratorConfig::default() };
    let generator = Generator::from_model_config(model, config)?;
    Ok(generator.with_run_options(Some(options.clone())))
}

impl Engine for Rten {
    fn load(file: &Path, threads: usize) -> Result<Self, Error> {
        // It lives as long as the process: a generator borrows it.
        let model: &'static Model = Box::leak(Box::new(Model::load_file(file)?));
        let pool = Arc::new(ThreadPool::with_num_threads(threads));
        let options = RunOptions::default().with_thread_pool(Some(pool));
        let generator = generator(model, &options)?;
        Ok(Self { model, options, generator })
    }

    fn forget(&mut self) -> Result<(), Error> {
        self.generator = generator(self.model, &self.options)?;
        Ok(())
    }

    /// A generator has put the token that it gave last at the end of its prompt already.
    fn read(&mut self, ids: &[u32]) -> Result<u32, Error> {
        self.generator.clear_prompt();
        self.generator.append_prompt(ids);
        Ok(self.generator.next().ok_or("nothing is generated")??)
    }
}

fn main() -> Result<(), Error> {
    engines::measure::<Rten>()
}
