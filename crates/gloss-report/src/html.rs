//! A report as one page that needs nothing else: no network, no scripts.
//!
//! The templates escape all that they show, and a policy in the page keeps browsers from loading or
//! running anything, should something slip through.

use minijinja::{Environment, UndefinedBehavior, context};
use serde::Serialize;

use crate::chart::{Bar, Timeline, Whisker, common_reach};
use crate::{EntitySection, Error, ErrorKind, Report, format, words};

/// Endings in `.html` make the engine escape.
const TEMPLATES: &[(&str, &str)] = &[
    ("report.html", include_str!("../templates/report.html")),
    ("run.html", include_str!("../templates/run.html")),
    ("corpus.html", include_str!("../templates/corpus.html")),
    ("charts.html", include_str!("../templates/charts.html")),
];
const STYLE: &str = include_str!("../templates/report.css");

/// An entity with what is drawn of it.
#[derive(Serialize)]
struct EntityRow<'r> {
    #[serde(flatten)]
    entity: &'r EntitySection,
    /// Its mentions, in percent of the most frequent one's.
    width: f64,
    whisker: Option<Whisker>,
    spark: Vec<Bar>,
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
    environment.add_filter("short", format::short);
    environment.add_filter("bytes", format::bytes);
    environment.add_filter("seconds", format::seconds);
    environment.add_filter("percent", format::percent);
    environment.add_filter("signed", format::signed);
    environment.add_filter("plain", |number: f64| number.to_string());
    // Of coordinates more digits are of no use.
    environment.add_filter("fix", |number: f64| format!("{number:.2}"));
    Ok(environment)
}

/// A report as a page.
///
/// # Errors
/// [`ErrorKind::Page`] when memory or a template is at fault.
pub fn html(report: &Report) -> Result<String, Error> {
    render(report).map_err(|error| {
        let help = "this is a fault of gloss: please report it";
        Error::new(ErrorKind::Page, format!("the page cannot be made: {error:#}"), help)
    })
}

fn render(report: &Report) -> Result<String, minijinja::Error> {
    let corpus = report.corpus.as_ref();
    let timeline = corpus.and_then(|corpus| Timeline::new(&corpus.days));
    let shown = corpus.map_or(&[][..], |corpus| &corpus.entities);
    let reach = common_reach(shown);
    let most = shown.iter().map(|entity| entity.mentions).max().unwrap_or(1);
    let row = |entity| row(entity, most, reach, timeline.as_ref());
    let entities: Vec<EntityRow<'_>> = shown.iter().map(row).collect();
    let title = report.run.pipeline.rsplit(['/', '\\']).next().unwrap_or_default();
    environment()?.get_template("report.html")?.render(context! {
        title,
        style => minijinja::Value::from_safe_string(STYLE.to_owned()),
        report,
        run => report.run,
        corpus,
        timeline,
        entities,
        reach,
        document_mean => corpus.and_then(|c| c.sentiment.as_ref()).map(words::mean),
        about_entities => corpus.map(words::about_entities),
        about_pairs => corpus.map(words::about_pairs),
    })
}

fn row<'r>(
    entity: &'r EntitySection,
    most: u64,
    reach: f64,
    timeline: Option<&Timeline>,
) -> EntityRow<'r> {
    EntityRow {
        entity,
        width: 100.0 * entity.mentions as f64 / most.max(1) as f64,
        whisker: entity.sentiment.as_ref().map(|mean| Whisker::new(mean, reach)),
        spark: timeline.map(|line| line.of_entity(&entity.days)).unwrap_or_default(),
    }
}
