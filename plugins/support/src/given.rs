//! The extractor `given-summary`: a summary that came with the document.

use gloss_plugin::MetadataValue;
use gloss_plugin::prelude::*;

/// What a pipeline file may set.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct GivenOptions {
    /// The metadata field that holds the summary.
    pub field: String,
}

impl Default for GivenOptions {
    fn default() -> GivenOptions {
        GivenOptions { field: "summary".to_owned() }
    }
}

/// Makes a layer of a metadata field, so that summaries from elsewhere can be checked and compared.
#[derive(Debug)]
pub struct GivenSummary {
    field: String,
}

impl Extractor for GivenSummary {
    type Options = GivenOptions;
    type Worker = ();

    fn describe() -> Description {
        Description {
            summary: "a summary that comes with the document, in a metadata field".to_owned(),
            gives: vec!["summary".to_owned()],
            ignores_id: true,
            ..Description::default()
        }
    }

    fn plan(options: &GivenOptions, _: &Models) -> Result<Plan> {
        if options.field.is_empty() {
            return Err(Error::option("field", "a metadata field has a name")
                .with_help("leave it out for the field \"summary\""));
        }
        Ok(Plan {
            provides: vec![
                layer::texts("summary").description("the summary that came with the document"),
            ],
            metadata: vec![options.field.clone()],
            ..Plan::default()
        })
    }

    fn load(options: GivenOptions, _: &LoadContext) -> Result<Self> {
        Ok(GivenSummary { field: options.field })
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
        match document.metadata(&self.field)? {
            MetadataValue::String(summary) if !summary.trim().is_empty() => {
                out.text(0, summary).push()?;
            }
            MetadataValue::Null | MetadataValue::String(_) => {}
            _ => out.note(&format!(
                "the metadata field {:?} holds no text: there is no summary",
                self.field
            ))?,
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use gloss_plugin::harness::Harness;
    use gloss_plugin::harness::gloss_doc::{Annotations, Document as Doc};
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_field_becomes_a_layer() {
        let check = |options: Value, metadata: Value, expected: &[&str], notes: usize| {
            let harness = Harness::<GivenSummary>::new(options).unwrap();
            let Value::Object(metadata) = metadata else { panic!() };
            let document = harness.run_document(Doc { metadata, ..Doc::default() }).unwrap();
            let Annotations::Texts(texts) = &document.layer("test/summary").unwrap().annotations
            else {
                panic!()
            };
            let found: Vec<&str> = (0..texts.text.len()).map(|i| texts.text.get(i)).collect();
            assert_eq!((found.as_slice(), document.notes.len()), (expected, notes));
        };
        check(json!({}), json!({ "summary": "It rained." }), &["It rained."], 0);
        check(
            json!({ "field": "abstract" }),
            json!({ "abstract": "It rained." }),
            &["It rained."],
            0,
        );
        check(json!({}), json!({ "summary": " " }), &[], 0);
        check(json!({}), json!({}), &[], 0);
        check(json!({}), json!({ "summary": 7 }), &[], 1);
        assert!(Harness::<GivenSummary>::new(json!({ "field": "" })).is_err());
    }
}
