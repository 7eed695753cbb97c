//! Fetches a Python package with the machine's own pip or uv, so that the user's index, proxy and
//! certificates apply. No package's code runs: wheels only, no dependencies.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::error::{Error, Result};
use crate::progress::Progress;

/// The part of an installer's own output that is shown.
const OUTPUT_LINES: usize = 12;

/// What the installer left.
pub(crate) enum Fetched {
    /// A wheel, still packed.
    Wheel(PathBuf),
    /// A folder that the wheel was unpacked into.
    Unpacked(PathBuf),
}

/// Downloads `package==version` into `scratch`, which exists and is empty.
pub(crate) fn fetch(
    package: &str,
    version: &str,
    scratch: &Path,
    command: Option<&[String]>,
    timeout: Duration,
    progress: &mut dyn Progress,
) -> Result<Fetched> {
    let found: &[&[&str]] = &[&["python3", "-m", "pip"], &["pip3"], &["pip"], &["uv"]];
    let candidates: Vec<Vec<String>> = match command {
        Some(command) => vec![command.to_vec()],
        None => found.iter().map(|c| c.iter().map(|w| (*w).to_owned()).collect()).collect(),
    };
    let mut last = None;
    for candidate in &candidates {
        // The names of pip are mostly one program; asking it again only repeats its failure.
        if last.is_some() && !is_uv(candidate) {
            continue;
        }
        let into = scratch.join("package");
        let _ = fs::remove_dir_all(&into);
        fs::create_dir_all(&into).map_err(Error::io("create", &into))?;
        match run(candidate, &format!("{package}=={version}"), &into, scratch, timeout, progress) {
            Ok(true) if is_uv(candidate) => return Ok(Fetched::Unpacked(into)),
            Ok(true) => return single_wheel(&into).map(Fetched::Wheel),
            Ok(false) => {}
            // uv may be set up for an index that pip does not know.
            Err(error @ Error::InstallerFailed { .. }) => {
                last.get_or_insert(error);
            }
            Err(error) => return Err(error),
        }
    }
    let tried = candidates.iter().map(|c| c.join(" ")).collect::<Vec<_>>().join(", ");
    Err(last.unwrap_or(Error::NoInstaller { tried }))
}

fn is_uv(command: &[String]) -> bool {
    let program = command.first().map(|program| Path::new(program).file_stem());
    program.flatten().is_some_and(|stem| stem == "uv")
}

/// `Ok(false)`: this installer is not on the machine.
fn run(
    installer: &[String],
    requirement: &str,
    into: &Path,
    scratch: &Path,
    timeout: Duration,
    progress: &mut dyn Progress,
) -> Result<bool> {
    let Some((program, first)) = installer.split_first() else { return Ok(false) };
    let fixed: &[&str] = match is_uv(installer) {
        // Copied, because links into uv's cache would let others change what was verified.
        true => &["pip", "install", "--no-deps", "--only-binary", ":all:", "--link-mode", "copy"],
        false => &["download", "--no-deps", "--only-binary=:all:", "--no-input"],
    };
    // Files, not pipes: a full pipe would block the child, and a grandchild may hold it open.
    let log_path = scratch.join("installer.log");
    let log = File::create(&log_path).map_err(Error::io("create", &log_path))?;
    let both = log.try_clone().map_err(Error::io("open", &log_path))?;
    let mut command = Command::new(program);
    command.args(first).args(fixed).arg(requirement);
    command.arg(if is_uv(installer) { "--target" } else { "-d" }).arg(into);
    command.stdin(Stdio::null()).stdout(log).stderr(both);
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(Error::io("run", program)(error)),
    };
    let status = wait(&mut child, timeout, progress);
    let output = fs::read(&log_path).unwrap_or_default();
    let output = String::from_utf8_lossy(&output);
    let status = match status? {
        Some(status) if status.success() => return Ok(true),
        Some(status) => status.to_string(),
        None => format!("stopped after {} s", timeout.as_secs()),
    };
    if output.contains("No module named pip") {
        return Ok(false);
    }
    let shown = installer.iter().map(String::as_str).chain(fixed.iter().copied());
    let command = shown.chain([requirement]).collect::<Vec<_>>().join(" ");
    Err(Error::InstallerFailed { command, status, output: trimmed(&output) })
}

/// `None` when the time was up and the child was stopped.
fn wait(
    child: &mut Child,
    timeout: Duration,
    progress: &mut dyn Progress,
) -> Result<Option<std::process::ExitStatus>> {
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait().map_err(Error::io("wait for", "the installer"))? {
            return Ok(Some(status));
        }
        let cancelled = progress.cancelled();
        if cancelled || begun.elapsed() > timeout {
            let _ = child.kill();
            let _ = child.wait();
            return if cancelled { Err(Error::Cancelled) } else { Ok(None) };
        }
        thread::sleep(Duration::from_millis(50));
    }
}

fn trimmed(output: &str) -> String {
    let lines: Vec<&str> = output.lines().filter(|line| !line.trim().is_empty()).collect();
    let tail = &lines[lines.len().saturating_sub(OUTPUT_LINES)..];
    tail.iter()
        .map(|line| line.chars().take(300).collect::<String>())
        .collect::<Vec<_>>()
        .join("\n")
}

fn single_wheel(folder: &Path) -> Result<PathBuf> {
    let items = fs::read_dir(folder).map_err(Error::io("list", folder))?;
    let paths = items.filter_map(|item| item.ok().map(|item| item.path()));
    let mut wheels = paths.filter(|path| path.extension().is_some_and(|ext| ext == "whl"));
    match (wheels.next(), wheels.next()) {
        (Some(wheel), None) => Ok(wheel),
        (None, _) => Err(Error::BadArchive { reason: "the installer left no wheel".to_owned() }),
        _ => Err(Error::BadArchive { reason: "the installer left several wheels".to_owned() }),
    }
}
