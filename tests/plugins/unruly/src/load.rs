//! The extractors `no-op` and `spans`: a load whose own work is next to nothing.

use gloss_plugin::prelude::*;

/// The extractor `no-op` has no options.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NoOptions {}

/// Pushes nothing.
pub struct NoOp;

impl Extractor for NoOp {
    type Options = NoOptions;
    type Worker = ();

    fn describe() -> Description {
        Description { summary: "for tests: nothing".to_owned(), ..Description::default() }
    }

    fn plan(_: &NoOptions, _: &Models) -> Result<Plan> {
        Ok(Plan { provides: vec![layer::spans("nothing")], ..Plan::default() })
    }

    fn load(_: NoOptions, _: &LoadContext) -> Result<NoOp> {
        Ok(NoOp)
    }

    fn worker(&self) -> Result<()> {
        Ok(())
    }

    fn extract(&self, (): &mut (), _: &Document<'_>, _: &mut DocumentOutput<'_>) -> Result<()> {
        Ok(())
    }
}

/// Options of the extractor `spans`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SpansOptions {
    /// Number of spans in each document.
    pub spans: usize,
}

impl Default for SpansOptions {
    fn default() -> SpansOptions {
        SpansOptions { spans: 74 }
    }
}

/// Pushes spans that lie evenly over the text.
pub struct Spans {
    options: SpansOptions,
}

impl Extractor for Spans {
    type Options = SpansOptions;
    type Worker = ();

    fn describe() -> Description {
        Description { summary: "for tests: a number of spans".to_owned(), ..Description::default() }
    }

    fn plan(_: &SpansOptions, _: &Models) -> Result<Plan> {
        let spans = layer::spans("spans").labels(["even", "odd"]).score("position in the text");
        Ok(Plan { provides: vec![spans], ..Plan::default() })
    }

    fn load(options: SpansOptions, _: &LoadContext) -> Result<Spans> {
        Ok(Spans { options })
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
        let boundary = |i: usize| {
            let at = text.len() * i / self.options.spans;
            (0..=at).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
        };
        for i in 0..self.options.spans {
            let score = i as f32 / self.options.spans as f32;
            out.span(0, boundary(i)..boundary(i + 1)).label_index(i % 2).score(score).push()?;
        }
        Ok(())
    }
}
