//! The extractor `tally`: counts the documents of a run.

use std::io::Write;
use std::time::Duration;

use gloss_plugin::AttributeType;
use gloss_plugin::prelude::*;

/// What it does wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// Nothing.
    #[default]
    None,
    /// Panics when it observes a document with the trigger, after it has counted it.
    Panic,
    /// Refuses to observe a document with the trigger.
    Error,
    /// Panics when it annotates a document with the trigger.
    PanicInAnnotate,
    /// Panics when it merges more than ten documents.
    PanicInMerge,
    /// Fails to make findings.
    ErrorInFinish,
    /// Makes findings until the run is cancelled.
    SlowFinish,
    /// Makes findings for ever, whatever it is told.
    HangInFinish,
    /// Ends its process when it observes a document with the trigger, after it has counted it.
    Abort,
    /// Never comes back from observing a document with the trigger.
    Hang,
    /// Takes up memory without end when it observes a document with the trigger.
    EatMemory,
    /// Ends its process when it annotates a document with the trigger.
    AbortInAnnotate,
    /// Ends its process when it merges more than ten documents.
    AbortInMerge,
}

/// Options of the extractor.
#[derive(Deserialize, JsonSchema, Default)]
#[serde(default, deny_unknown_fields)]
pub struct TallyOptions {
    /// What it does wrong.
    fault: Fault,
    /// A part of the texts with which it does that.
    trigger: String,
    /// How long it takes over each document that it observes.
    milliseconds: u64,
    /// Observe what near-duplicates found.
    after: bool,
}

/// Counts the documents of a run.
pub struct Tally {
    options: TallyOptions,
}

/// Documents, and those among them that are duplicates.
type Counts = [u64; 2];

impl Tally {
    fn triggered(&self, fault: Fault, document: &Document<'_>) -> bool {
        self.options.fault == fault && document.text().contains(&self.options.trigger)
    }
}

fn hang() -> ! {
    loop {
        std::thread::sleep(Duration::from_secs(1));
    }
}

impl CorpusExtractor for Tally {
    type Options = TallyOptions;
    type State = Counts;
    type Findings = Counts;

    const STATE_VERSION: u32 = 1;

    fn describe() -> Description {
        Description::default()
    }

    fn plan(options: &TallyOptions, _: &Models) -> Result<Plan> {
        let tally = layer::classes("tally")
            .labels(["counted"])
            .attribute("documents", AttributeType::Int, "documents of the run")
            .attribute("duplicates", AttributeType::Int, "duplicates among them");
        let after = options.after.then(|| layer::required("near-duplicates", Kind::Classes));
        Ok(Plan { requires: after.into_iter().collect(), provides: vec![tally], ..Plan::default() })
    }

    fn load(options: TallyOptions, _: &LoadContext) -> Result<Tally> {
        Ok(Tally { options })
    }

    fn state(&self) -> Result<Counts> {
        Ok([0, 0])
    }

    fn observe(&self, state: &mut Counts, document: &Document<'_>) -> Result<()> {
        if self.options.milliseconds > 0 {
            std::thread::sleep(Duration::from_millis(self.options.milliseconds));
        }
        if self.triggered(Fault::Error, document) {
            return Err(Error::new("as the options ask"));
        }
        state[0] += 1;
        assert!(!self.triggered(Fault::Panic, document), "as the options ask");
        if self.triggered(Fault::Abort, document) {
            std::process::abort();
        }
        if self.triggered(Fault::Hang, document) {
            hang();
        }
        if self.triggered(Fault::EatMemory, document) {
            let mut memory = Vec::new();
            loop {
                memory.push(vec![1u8; 16 << 20]);
                std::thread::sleep(Duration::from_millis(10));
            }
        }
        if self.options.after {
            let layer = document.input("near-duplicates")?;
            let duplicate = layer.get(0).and_then(|a| a.label()) == Some("duplicate");
            state[1] += u64::from(duplicate);
        }
        Ok(())
    }

    fn merge(&self, state: &mut Counts, other: Counts) -> Result<()> {
        *state = [state[0] + other[0], state[1] + other[1]];
        match self.options.fault {
            Fault::PanicInMerge if state[0] > 10 => panic!("as the options ask"),
            Fault::AbortInMerge if state[0] > 10 => std::process::abort(),
            _ => Ok(()),
        }
    }

    fn save(&self, state: &Counts, writer: &mut dyn Write) -> Result<()> {
        state.iter().try_for_each(|n| writer.write_all(&n.to_le_bytes()))?;
        Ok(())
    }

    fn restore(&self, bytes: &[u8]) -> Result<Counts> {
        let ([documents, duplicates], []) = bytes.as_chunks::<8>() else {
            return Err(Error::new("the state does not hold two numbers"));
        };
        Ok([u64::from_le_bytes(*documents), u64::from_le_bytes(*duplicates)])
    }

    fn finish(&self, state: Counts, cancellation: &Cancellation) -> Result<Counts> {
        gloss_plugin::tracing::info!("making findings");
        match self.options.fault {
            Fault::ErrorInFinish => Err(Error::new("as the options ask")),
            Fault::SlowFinish => {
                while !cancellation.is_cancelled() {
                    std::thread::sleep(Duration::from_millis(5));
                }
                Err(cancellation.error())
            }
            Fault::HangInFinish => hang(),
            _ => Ok(state),
        }
    }

    fn annotate(
        &self,
        findings: &Counts,
        document: &Document<'_>,
        out: &mut DocumentOutput<'_>,
    ) -> Result<()> {
        assert!(!self.triggered(Fault::PanicInAnnotate, document), "as the options ask");
        if self.triggered(Fault::AbortInAnnotate, document) {
            std::process::abort();
        }
        let [documents, duplicates] = findings.map(|n| i64::try_from(n).unwrap_or(i64::MAX));
        out.class("tally", "counted")
            .attribute("documents", documents)
            .attribute("duplicates", duplicates)
            .push()?;
        Ok(())
    }
}
