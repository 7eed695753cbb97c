//! candle's `quantized_llama`.

use std::fs::File;
use std::path::Path;

use candle_core::quantized::gguf_file::Content;
use candle_core::{Device, Tensor};
use candle_transformers::models::quantized_llama::ModelWeights;
use engines::{Engine, Error, likeliest};

struct Candle {
    model: ModelWeights,
    seen: usize,
}

impl Engine for Candle {
    fn load(file: &Path, threads: usize) -> Result<Self, Error> {
        if candle_core::utils::get_num_threads() != threads {
            return Err("candle takes the number of threads from RAYON_NUM_THREADS".into());
        }
        let mut file = File::open(file)?;
        let content = Content::read(&mut file)?;
        let model = ModelWeights::from_gguf(content, &mut file, &Device::Cpu)?;
        Ok(Self { model, seen: 0 })
    }

    fn forget(&mut self) -> Result<(), Error> {
        self.model.clear_kv_cache();
        self.seen = 0;
        Ok(())
    }

    fn read(&mut self, ids: &[u32]) -> Result<u32, Error> {
        let input = Tensor::new(ids, &Device::Cpu)?.unsqueeze(0)?;
        let logits = self.model.forward(&input, self.seen)?;
        self.seen += ids.len();
        likeliest(&logits.flatten_all()?.to_vec1::<f32>()?)
    }
}

fn main() -> Result<(), Error> {
    engines::measure::<Candle>()
}
