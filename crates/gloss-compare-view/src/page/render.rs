//! Templates, styles, scripts and data put together.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gloss_compare::{Comparison, Corpus};
use minijinja::{Environment, UndefinedBehavior, Value, context};
use sha2::{Digest, Sha256};

use super::PageOptions;
use super::choice::choose;
use super::data::PageData;
use super::figures::Figures;
use super::format;
use super::json::json_for_script;

/// Endings in `.html` make the engine escape.
const TEMPLATES: &[(&str, &str)] = &[
    ("page.html", include_str!("templates/page.html")),
    ("figures.html", include_str!("templates/figures.html")),
    ("spans.html", include_str!("templates/spans.html")),
    ("classes.html", include_str!("templates/classes.html")),
    ("texts.html", include_str!("templates/texts.html")),
    ("settings.html", include_str!("templates/settings.html")),
    ("documents.html", include_str!("templates/documents.html")),
    ("macros.html", include_str!("templates/macros.html")),
];

const STYLES: &[&str] = &[
    include_str!("assets/colours.css"),
    include_str!("assets/layout.css"),
    include_str!("assets/figures.css"),
    include_str!("assets/documents.css"),
    include_str!("assets/tracks.css"),
    include_str!("assets/print.css"),
];

/// One script, in this order; `main.js` starts it.
const SCRIPTS: &[&str] = &[
    include_str!("assets/elements.js"),
    include_str!("assets/data.js"),
    include_str!("assets/state.js"),
    include_str!("assets/differences.js"),
    include_str!("assets/filter.js"),
    include_str!("assets/toolbar.js"),
    include_str!("assets/list.js"),
    include_str!("assets/segments.js"),
    include_str!("assets/tracks.js"),
    include_str!("assets/fit.js"),
    include_str!("assets/beside.js"),
    include_str!("assets/texts.js"),
    include_str!("assets/stretch.js"),
    include_str!("assets/document.js"),
    include_str!("assets/keyboard.js"),
    include_str!("assets/theme.js"),
    include_str!("assets/main.js"),
];

/// The page.
pub fn render(
    comparison: &Comparison,
    corpus: &Corpus,
    options: &PageOptions,
) -> Result<String, minijinja::Error> {
    let choice = choose(corpus, options);
    let gold = comparison.gold.as_ref();
    let gold = gold.and_then(|gold| corpus.variants.iter().position(|name| name == gold));
    let data =
        json_for_script(&PageData::new(corpus, gold, &choice.documents)).map_err(|error| {
            minijinja::Error::new(minijinja::ErrorKind::BadSerialization, error.to_string())
        })?;
    let figures = Figures::new(comparison, corpus, options.title.as_deref(), &choice);
    let style = format!("\n{}", STYLES.concat());
    let script = format!("\n\"use strict\";\n(() => {{\n{}}})();\n", SCRIPTS.concat());
    environment()?.get_template("page.html")?.render(context! {
        policy => policy(&style, &script),
        style => Value::from_safe_string(style),
        script => Value::from_safe_string(script),
        data => Value::from_safe_string(data),
        version => env!("CARGO_PKG_VERSION"),
        comparison,
        figures,
    })
}

/// Lets this style and this script in, and nothing else.
fn policy(style: &str, script: &str) -> Value {
    let hash =
        |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text.as_bytes())));
    Value::from_safe_string(format!(
        "default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
        hash(style),
        hash(script)
    ))
}

fn environment() -> Result<Environment<'static>, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    environment.set_trim_blocks(true);
    environment.set_lstrip_blocks(true);
    for (name, template) in TEMPLATES {
        environment.add_template(name, template)?;
    }
    environment.add_filter("count", format::count);
    environment.add_filter("counted", |number: u64, thing: &str| format::counted(number, thing));
    environment.add_filter("percent", format::percent);
    environment.add_filter("score", format::score);
    environment.add_filter("words", |name: &str| name.replace('_', " "));
    // Of coordinates more digits are of no use.
    environment.add_filter("fix", |number: f64| format!("{number:.2}"));
    Ok(environment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_and_styles_do_not_end_themselves() {
        for text in SCRIPTS.iter().chain(STYLES) {
            assert!(!text.contains("</") && !text.contains("<!--"));
        }
        // The policy forbids them, and browsers hand them texts of documents.
        for script in SCRIPTS {
            for word in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("]
            {
                assert!(!script.contains(word), "{word}");
            }
        }
    }
}
