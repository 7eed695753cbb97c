//! The extractor `relay`.

use gloss_plugin::prelude::*;

/// Options of the extractor `relay`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RelayOptions {
    /// Types of the layers of spans that it requires.
    pub reads: Vec<String>,
    /// Names of the layers of spans that it provides.
    pub gives: Vec<String>,
    /// Fails to load when one of these layers is not wanted, or another is.
    pub wanted: Option<Vec<String>>,
}

/// Pushes the spans of all layers that it reads into each layer that is wanted of it.
pub struct Relay {
    options: RelayOptions,
}

impl Extractor for Relay {
    type Options = RelayOptions;
    type Worker = ();

    fn describe() -> Description {
        Description {
            summary: "for tests: the spans of the layers that it reads, in those that it gives"
                .to_owned(),
            ..Description::default()
        }
    }

    fn plan(options: &RelayOptions, _: &Models) -> Result<Plan> {
        Ok(Plan {
            requires: options.reads.iter().map(|t| layer::required(t, Kind::Spans)).collect(),
            provides: options.gives.iter().map(|name| layer::spans(name)).collect(),
            ..Plan::default()
        })
    }

    fn load(options: RelayOptions, context: &LoadContext) -> Result<Relay> {
        if let Some(expected) = &options.wanted {
            let wanted: Vec<&String> = options.gives.iter().filter(|l| context.wants(l)).collect();
            if !wanted.iter().copied().eq(expected) {
                return Err(Error::option("wanted", format!("these are wanted: {wanted:?}")));
            }
        }
        Ok(Relay { options })
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
        for layer in (0..self.options.gives.len()).filter(|&i| out.wants(i)).collect::<Vec<_>>() {
            for layer_type in &self.options.reads {
                for span in document.input(layer_type)?.iter() {
                    out.span(layer, span.range()).push()?;
                }
            }
        }
        Ok(())
    }
}
