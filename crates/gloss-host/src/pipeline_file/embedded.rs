//! Pipelines that stand in another file, and options that another file gives.

use std::path::Path;

use serde_json::Value as Json;
use toml_edit::{Document, Item};

use super::{PipelineFile, Reader, StageSpec};
use crate::options::nearest;
use crate::{Error, ErrorKind, Place};

impl PipelineFile {
    /// Reads what a file that is no pipeline file says of pipelines: its `[input]` and, where `table`
    /// names an array of tables and the number of one of them, the `[[stage]]` of that. Its other
    /// keys are the caller's. `path` is for messages.
    ///
    /// # Errors
    /// As [`PipelineFile::read`].
    pub fn embedded(
        path: &Path,
        text: String,
        table: Option<(&str, usize)>,
    ) -> Result<PipelineFile, Vec<Error>> {
        let document = Document::parse(text.as_str()).map_err(|e| {
            let error = Error::new(ErrorKind::PipelineSyntax, e.message().trim().to_owned());
            vec![error.at(path, e.span())]
        })?;
        let mut reader = Reader { path, errors: Vec::new() };
        let input = reader.input(document.as_table());
        let table = table.and_then(|(name, number)| {
            document.get(name).and_then(Item::as_array_of_tables)?.get(number)
        });
        let stages = table.map(|table| reader.stages(table)).unwrap_or_default();
        match reader.errors {
            errors if errors.is_empty() => {
                Ok(PipelineFile { path: path.to_owned(), text: text.clone(), input, stages })
            }
            errors => Err(errors),
        }
    }

    /// Gives an option of a stage another value; `place` is where that stands.
    ///
    /// # Errors
    /// Where there is no such stage.
    pub fn override_option(
        &mut self,
        stage: &str,
        option: &str,
        value: Json,
        place: Place,
    ) -> Result<(), Error> {
        let ids: Vec<String> = self.stages.iter().map(|stage| stage.id.clone()).collect();
        let Some(spec) = self.stages.iter_mut().find(|spec| spec.id == stage) else {
            let message = format!("{} has no stage {stage:?}", self.path.display());
            let help = match nearest(stage, ids.iter().map(String::as_str)) {
                Some(near) => format!("did you mean {near:?}?"),
                None => format!("there are: {}", ids.join(", ")),
            };
            return Err(Error::new(ErrorKind::UnknownKey, message).with_help(help).at_place(place));
        };
        spec.options.insert(option.to_owned(), value);
        spec.overridden.insert(format!("options.{option}"), place);
        Ok(())
    }
}

impl StageSpec {
    /// As [`StageSpec::span_of`], with the file: that of the pipeline, or the one that gave the option.
    pub(crate) fn place_of(&self, file: &Path, path: &str) -> Place {
        let option = path.trim_end_matches("@key");
        let given = self.overridden.iter().find(|(name, _)| {
            option
                .strip_prefix(name.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        });
        match given {
            Some((_, place)) => place.clone(),
            None => Place { file: file.to_owned(), span: self.span_of(path), position: None },
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TEXT: &str = "documents = [\"a\"]\n[input]\ntext = \"body\"\n[[variant]]\nfile = \"x\"\n\
        [[variant]]\n[[variant.stage]]\nextractor = \"ner\"\noptions = { model = \"m\" }\n";

    #[test]
    fn stages_of_another_file() {
        let read = |table| PipelineFile::embedded(Path::new("c.toml"), TEXT.to_owned(), table);
        let check = |table, stages: usize| {
            let file = read(table).unwrap();
            assert_eq!(file.input.text.as_deref(), Some("body"));
            assert_eq!(file.stages.len(), stages, "{table:?}");
        };
        check(None, 0);
        check(Some(("variant", 1)), 1);
        // Without stages it is no pipeline.
        assert_eq!(read(Some(("variant", 0))).unwrap_err()[0].kind, ErrorKind::MissingKey);
    }

    #[test]
    fn options_of_another_file_have_its_place() {
        let table = Some(("variant", 1));
        let mut file = PipelineFile::embedded(Path::new("c.toml"), TEXT.to_owned(), table).unwrap();
        let place = Place { file: "d.toml".into(), span: Some(3..5), position: None };
        file.override_option("ner", "model", json!("n"), place.clone()).unwrap();
        let stage = &file.stages[0];
        assert_eq!(stage.options["model"], "n");
        let check = |path: &str, expected: &str| {
            assert_eq!(
                stage.place_of(Path::new("c.toml"), path).file,
                Path::new(expected),
                "{path}"
            );
        };
        check("options.model", "d.toml");
        check("options.model@key", "d.toml");
        check("options.model.name", "d.toml");
        check("options.models", "c.toml");
        check("options", "c.toml");
        let error = file.override_option("nerr", "model", json!("n"), place).unwrap_err();
        assert_eq!(error.help.as_deref(), Some("did you mean \"ner\"?"));
    }
}
