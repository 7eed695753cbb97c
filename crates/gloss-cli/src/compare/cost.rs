//! `gloss compare --cost`: each pipeline is measured in a process of its own.

use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use gloss_compare::Comparison;
use gloss_compare::cost::VariantCost;
use gloss_host::Control;
use gloss_variants::{ComparisonFile, Source, VariantSpec, measure};

use super::args::Compare;
use super::collect::{shown, with_options};
use super::{Gold, collect};
use crate::args::Common;
use crate::diagnostics::Coded;
use crate::say::{note, say};
use crate::{EXIT_INTERRUPTED, EXIT_OK};

/// Refuses to measure where there is nothing to be run.
pub fn check(specs: &[VariantSpec]) -> Result<()> {
    if specs.iter().any(|spec| matches!(spec.source, Source::Pipeline(_))) {
        return Ok(());
    }
    let code = gloss_variants::ErrorKind::BadVariant.code();
    let message = "cost is that of running pipelines, and no variant is one".to_owned();
    let help = "name pipelines as variants in a comparison file".to_owned();
    Err(Coded { code, message, help: Some(help) }.into())
}

/// How often it is looked at whether the process that measures has ended.
const PAUSE: Duration = Duration::from_millis(20);

/// Measures the variants with these numbers, one after another. Stopped, it gives what is measured.
pub fn costs(
    pipelines: &[usize],
    comparison: &Comparison,
    quiet: bool,
    control: &Control,
) -> Result<Vec<VariantCost>> {
    let mut costs = Vec::with_capacity(pipelines.len());
    for &number in pipelines {
        if control.is_stopped() {
            break;
        }
        let variant = &comparison.variants[number];
        if !quiet {
            note!("measuring {}", variant.name);
        }
        let layer = variant.origin.as_ref().and_then(|origin| origin.layer.as_deref());
        let target = format!("{number}={}", layer.unwrap_or_default());
        let program = std::env::current_exe().context("this program cannot be found")?;
        let child = Command::new(program)
            .args(std::env::args_os().skip(1))
            .args(["--measure", &target])
            .stdout(Stdio::piped())
            .spawn()
            .context("the process that measures cannot be started")?;
        let Some(output) = output_of(child, control)? else { break };
        if !output.status.success() {
            bail!("the process that measures {:?} ended with {}", variant.name, output.status);
        }
        let cost: VariantCost = serde_json::from_slice(&output.stdout)
            .context("the process that measures said something else")?;
        costs.push(VariantCost { variant: variant.name.clone(), ..cost });
    }
    Ok(costs)
}

/// Waits for a process that writes less than a pipe holds. Stopped, it is ended: half of a measurement
/// is none.
fn output_of(mut child: Child, control: &Control) -> Result<Option<Output>> {
    while child.try_wait()?.is_none() && !control.is_stopped() {
        std::thread::sleep(PAUSE);
    }
    if control.is_stopped() {
        // It may have ended by itself.
        let _ = child.kill();
        child.wait()?;
        return Ok(None);
    }
    let output = child.wait_with_output()?;
    if !output.status.success() {
        // What interrupts both processes may reach that one first.
        std::thread::sleep(10 * PAUSE);
    }
    Ok(Some(output).filter(|_| !control.is_stopped()))
}

/// What that process does.
pub fn run(
    arguments: &Compare,
    common: &Common,
    file: Option<&ComparisonFile>,
    gold: &Gold,
    specs: &[VariantSpec],
    (number, layer): &(usize, String),
) -> Result<u8> {
    let Some(Source::Pipeline(pipeline)) = specs.get(*number).map(|spec| &spec.source) else {
        bail!("there is no pipeline with the number {number}");
    };
    // It is the other process's to be interrupted; this one a signal just ends.
    let control = Control::default();
    let runs = arguments.run.cost.map_or(1, usize::from);
    let cost = with_options(arguments, common, file, gold.place(specs), &control, |options| {
        measure("", pipeline, layer, runs, options)
    })?;
    let cost = cost.map_err(|error| shown(error, &collect::paths(specs, file)))?;
    let Some(cost) = cost else { return Ok(EXIT_INTERRUPTED) };
    say!("{}", serde_json::to_string(&cost)?);
    Ok(EXIT_OK)
}
