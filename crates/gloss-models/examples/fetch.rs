//! Fetches one model and tells each step with the time: `cargo run --example fetch -- NAME [STORE]`.

use std::time::Instant;

use gloss_models::{Progress, Result, Store, StoreOptions};

struct Told(Instant, u64);

#[allow(clippy::print_stderr)]
impl Told {
    fn say(&self, what: &str) {
        eprintln!("{:7.2} s  {what}", self.0.elapsed().as_secs_f64());
    }
}

impl Progress for Told {
    fn started(&mut self, source: &str, _total: Option<u64>) {
        self.1 = 0;
        self.say(&format!("trying {source}"));
    }
    fn advanced(&mut self, bytes: u64) {
        self.1 += bytes;
    }
    fn source_failed(&mut self, _source: &str, reason: &str) {
        self.say(&format!("failed: {reason}"));
    }
    fn unpacking(&mut self) {
        self.say(&format!("unpacking {} bytes", self.1));
    }
    fn verifying(&mut self) {
        self.say("verifying");
    }
    fn done(&mut self) {
        self.say("done");
    }
}

#[allow(clippy::print_stdout)]
fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().unwrap_or_else(|| "en_core_web_sm".to_owned());
    let root = arguments.next().map(Into::into);
    let store = Store::open(StoreOptions { root, ..Default::default() })?;
    let model = store.fetch(&name, &mut Told(Instant::now(), 0))?;
    store.verify(&name)?;
    println!("{}  {} bytes  {}", model.path.display(), model.bytes, model.digest);
    Ok(())
}
