//! Text as a pipeline file: read, and planned with the plugins in the folders of
//! `GLOSS_PLUGIN_PATH`, without a model.

#![no_main]

use std::path::Path;
use std::sync::LazyLock;

use gloss_host::{Catalogue, Error, IsolationOptions, Pipeline, PipelineFile, SearchPath};

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    let paths = std::env::var_os("GLOSS_PLUGIN_PATH").unwrap_or_default();
    let places: Vec<_> = std::env::split_paths(&paths).map(SearchPath::Folder).collect();
    Catalogue::search(&places)
});
/// Plugins are asked once for what they are.
static ISOLATION: LazyLock<IsolationOptions> = LazyLock::new(|| IsolationOptions {
    descriptions: Some(std::env::temp_dir().join("gloss-host-fuzz")),
    ..IsolationOptions::default()
});

libfuzzer_sys::fuzz_target!(|text: &str| {
    let path = Path::new("pipeline.toml");
    let file = match PipelineFile::parse(path, text.to_owned()) {
        Ok(file) => file,
        Err(errors) => return check(&errors, text),
    };
    assert!(!file.stages.is_empty() && file.text == text);
    let resolve = |_: &str| Err(("there are no models".to_owned(), None));
    match Pipeline::plan(file, &CATALOGUE, &resolve, &ISOLATION) {
        Ok(pipeline) => assert!(!pipeline.stages().is_empty()),
        Err(errors) => check(&errors, text),
    }
});

/// There is an error, each says something, and what it points at can be shown.
fn check(errors: &[Error], text: &str) {
    assert!(!errors.is_empty());
    for error in errors {
        assert!(!error.message.is_empty() && !error.kind.code().is_empty());
        let span = error.place.as_ref().and_then(|place| place.span.clone());
        assert!(span.is_none_or(|span| text.get(span).is_some()), "{error:?}");
    }
}
