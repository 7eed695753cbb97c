//! The extractor `echo`: a stage that needs the layer of one that observes.

use gloss_plugin::prelude::*;

/// It has none.
#[derive(Deserialize, JsonSchema, Default)]
#[serde(default, deny_unknown_fields)]
pub struct EchoOptions {}

/// Repeats the tally as a text.
pub struct Echo;

impl Extractor for Echo {
    type Options = EchoOptions;
    type Worker = ();

    fn describe() -> Description {
        Description::default()
    }

    fn plan(_: &EchoOptions, _: &Models) -> Result<Plan> {
        let mut tally = layer::required("tally", Kind::Classes);
        tally.attributes.push("documents".to_owned());
        Ok(Plan { requires: vec![tally], provides: vec![layer::texts("echo")], ..Plan::default() })
    }

    fn load(_: EchoOptions, _: &LoadContext) -> Result<Echo> {
        Ok(Echo)
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
        let documents = document.input("tally")?.attribute("documents")?;
        let count = documents.and_then(|values| values.int(0)).unwrap_or(-1);
        out.text("echo", &format!("of {count}")).push()?;
        Ok(())
    }
}
