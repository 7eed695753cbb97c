//! The extractor `unruly`.

use std::path::Path;
use std::time::{Duration, Instant};

use gloss_plugin::prelude::*;

use crate::faults::Fault;
use crate::words::words;

/// Options of the extractor `unruly`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct UnrulyOptions {
    /// What it does.
    pub fault: Fault,
    /// Where: in documents whose text contains this; in all where it is empty.
    pub trigger: String,
    /// How long `sleep` and `slow-load` last, in milliseconds.
    pub sleep_ms: u64,
    /// A folder whose files it reads when it is loaded, and in which there must be something.
    pub model: Option<Model>,
}

impl Default for UnrulyOptions {
    fn default() -> UnrulyOptions {
        UnrulyOptions { fault: Fault::None, trigger: String::new(), sleep_ms: 60_000, model: None }
    }
}

/// Words, and whatever fault it was told to have.
pub struct Unruly {
    options: UnrulyOptions,
}

impl Extractor for Unruly {
    type Options = UnrulyOptions;
    type Worker = ();

    fn describe() -> Description {
        Description {
            summary: "for tests: words, and a fault where it is told to have one".to_owned(),
            gives: vec!["words".to_owned()],
            ..Description::default()
        }
    }

    fn plan(options: &UnrulyOptions, _: &Models) -> Result<Plan> {
        assert!(options.fault != Fault::PanicInPlan, "in plan, as it was told");
        let words = layer::spans("words").labels(["short", "long"]);
        Ok(Plan { provides: vec![words], ..Plan::default() })
    }

    fn load(options: UnrulyOptions, context: &LoadContext) -> Result<Unruly> {
        assert!(options.fault != Fault::PanicInLoad, "in load, as it was told");
        if options.fault == Fault::SlowLoad {
            std::thread::sleep(Duration::from_millis(options.sleep_ms));
        }
        if options.model.is_some() {
            read_all(&context.models().get("model")?.path)?;
        }
        Ok(Unruly { options })
    }

    fn worker(&self) -> Result<()> {
        Ok(())
    }

    fn extract(
        &self,
        (): &mut (),
        document: &Document<'_>,
        out: &mut DocumentOutput<'_>,
    ) -> Result<()> {
        let text = document.text();
        let fault = self.fault(text);
        fault.commit()?;
        for range in words(text) {
            let long = range.len() > 3;
            out.span(0, range).label_index(usize::from(long)).push()?;
        }
        fault.push(text, out)
    }

    // Overridden because some faults are between documents, where the SDK would not let them be.
    fn extract_batch(
        &self,
        worker: &mut (),
        batch: &Batch<'_>,
        output: &mut Output<'_>,
    ) -> Result<()> {
        for document in batch.documents() {
            let fault = self.fault(document.text());
            if fault == Fault::Sleep {
                self.sleep(output);
            }
            if output.cancelled() {
                return Ok(());
            }
            let mut out = output.document(document.index());
            match self.extract(worker, &document, &mut out) {
                Ok(()) if fault == Fault::Unfinished => {}
                Ok(()) => out.finish()?,
                Err(error) => out.fail(&error),
            }
        }
        Ok(())
    }
}

impl Unruly {
    fn fault(&self, text: &str) -> Fault {
        if text.contains(&self.options.trigger) { self.options.fault } else { Fault::None }
    }

    fn sleep(&self, output: &Output<'_>) {
        let begin = Instant::now();
        while !output.cancelled() && begin.elapsed() < Duration::from_millis(self.options.sleep_ms)
        {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

fn read_all(folder: &Path) -> Result<()> {
    let failed = |e: std::io::Error| Error::model("", format!("{}: {e}", folder.display()));
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        bytes += std::fs::read(entry.map_err(failed)?.path()).map_err(failed)?.len();
    }
    if bytes == 0 {
        return Err(Error::model("", format!("{}: there is nothing in it", folder.display())));
    }
    Ok(())
}
