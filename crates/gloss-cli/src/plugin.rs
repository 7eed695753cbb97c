//! `gloss plugin`.

mod values;

use anyhow::{Context, Result};
use gloss_host::{Catalogue, FoundPlugin, IsolationOptions, PluginIdentity, SearchPath};
use serde_json::{Value, json};

use crate::args::{Common, Plugin};
use crate::diagnostics::Coded;
use crate::say::say;
use crate::{EXIT_OK, author, environment, validate};

pub fn plugin(command: &Plugin, common: &Common) -> Result<u8> {
    match command {
        Plugin::List => list(&environment::search(common), &environment::isolation(false)),
        Plugin::Info { plugin, json } => info(plugin, *json, common)?,
        Plugin::New { name, kind, language } => author::new(name, *kind, *language)?,
        Plugin::Build(project) => author::build(project)?,
        Plugin::Test { project, checks } => return author::test(project, checks, common),
        Plugin::Install { path, debug } => author::install(path, *debug)?,
        Plugin::Uninstall { name } => author::uninstall(name)?,
        Plugin::Validate(arguments) => return validate::validate(arguments, common),
        Plugin::RunCheck { task, answer } => return validate::child(task, answer),
    }
    Ok(EXIT_OK)
}

fn list(catalogue: &Catalogue, isolation: &IsolationOptions) {
    if catalogue.plugins.is_empty() {
        say!("No plugins were found. Set GLOSS_PLUGIN_PATH, or use `gloss plugin install`.");
    }
    for found in &catalogue.plugins {
        let manifest = &found.manifest;
        say!("{} {}", console::style(&manifest.id).bold(), manifest.version);
        say!("  {}", found.path.display());
        match found.identify().and_then(|plugin| gloss_host::describe(&plugin, isolation)) {
            Ok(extractors) => {
                for (name, d) in extractors {
                    say!("  {name}: {}", d.summary);
                    say!("    {} -> {}", words(&d.reads), words(&d.gives));
                }
            }
            Err(error) => say!("  {} {error}", console::style("cannot be used:").red()),
        }
    }
    for problem in &catalogue.problems {
        say!("{} {problem}", console::style("cannot be used:").red());
        if let Some(help) = &problem.help {
            say!("  {help}");
        }
    }
}

fn words(types: &[String]) -> String {
    if types.is_empty() { "text".to_owned() } else { types.join(", ") }
}

fn info(reference: &str, as_json: bool, common: &Common) -> Result<()> {
    let catalogue = if std::path::Path::new(reference).is_file() {
        Catalogue::search(&[SearchPath::File(reference.into())])
    } else {
        environment::catalogue(common)?
    };
    let by_file = std::path::Path::new(reference).is_file();
    if let Some(problem) = catalogue.problems.into_iter().next().filter(|_| by_file) {
        return Err(Coded::from(problem).into());
    }
    let by_id = |p: &&FoundPlugin| by_file || p.manifest.id == reference;
    let catalogue = Catalogue { plugins: catalogue.plugins, problems: Vec::new() };
    let found = match catalogue.plugins.iter().find(by_id) {
        Some(found) => found,
        None => catalogue.find(reference).map_err(Coded::from)?.0,
    };
    let plugin = found.identify().map_err(Coded::from)?;
    let value = describe(&plugin)?;
    if as_json {
        say!("{}", serde_json::to_string_pretty(&value)?);
    } else {
        show(&plugin, &value);
    }
    Ok(())
}

fn describe(plugin: &PluginIdentity) -> Result<Value> {
    let mut extractors = Vec::new();
    let described = gloss_host::describe(plugin, &environment::isolation(false));
    for (name, description) in described.map_err(Coded::from)? {
        let mut value = serde_json::to_value(description).context("description")?;
        value["name"] = json!(name);
        extractors.push(value);
    }
    let mut value = json!({
        "manifest": plugin.manifest,
        "path": plugin.path,
        "sha256": plugin.sha256,
        "extractors": extractors,
    });
    if let Some(command) = plugin.command() {
        value["command"] = json!(command);
    }
    Ok(value)
}

fn show(plugin: &PluginIdentity, value: &Value) {
    let manifest = &plugin.manifest;
    say!("{} {}", console::style(&manifest.id).bold(), manifest.version);
    say!("  file       {}", plugin.path.display());
    say!("  sha256     {}", plugin.sha256);
    match value["command"].as_array() {
        Some(words) => {
            let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
            say!("  interface  {}", manifest.abi);
            say!("  command    {}", words.join(" "));
        }
        None => say!("  interface  {}  platform  {}", manifest.abi, manifest.target),
    }
    if let Some(needs) = &manifest.needs {
        say!("  needs      {needs}");
    }
    for extractor in value["extractors"].as_array().into_iter().flatten() {
        let text = |key: &str| extractor[key].as_str().unwrap_or("").to_owned();
        let list = |key: &str| {
            let types = extractor[key].as_array().into_iter().flatten();
            types.filter_map(|t| t.as_str().map(str::to_owned)).collect::<Vec<_>>()
        };
        say!("\n{}  {}", console::style(text("name")).bold(), text("summary"));
        say!("  {} -> {}", words(&list("reads")), words(&list("gives")));
        let properties = extractor["options"]["properties"].as_object();
        for (name, option) in properties.into_iter().flatten() {
            let default = match &option["default"] {
                Value::Null => String::new(),
                value => format!(" = {value}"),
            };
            say!("  {}{default}", console::style(name).cyan());
            for line in option["description"].as_str().unwrap_or("").lines() {
                say!("      {line}");
            }
            for line in values::lines(option, &extractor["options"]) {
                say!("      {line}");
            }
        }
    }
}
