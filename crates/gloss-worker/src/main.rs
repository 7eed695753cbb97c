//! The program `gloss-worker`: loads one plugin and runs one extractor of it for the host that
//! started it, which it talks to in frames (`docs/frames.md`) over its standard input, a socket.

mod connection;
mod loaded;
mod log;
mod requests;

use std::path::PathBuf;
use std::process::ExitCode;

use gloss_boundary::Failure;
use gloss_frame::Kind;
use gloss_frame::message::{FailureRecord, Hello};
use gloss_host::{Catalogue, LoadedPlugin, SearchPath};

use connection::{Connection, Requests};

const HELP: &str = "gloss-worker is started by gloss to run a plugin in a process of its own.\n\
                    usage: gloss-worker --log LEVEL PLUGIN < SOCKET";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [option, level, plugin] = arguments.as_slice() else { return usage() };
    if option != "--log" {
        return usage();
    }
    let (Ok(connection), Ok(level)) = (Connection::take_standard_input(), level.parse()) else {
        return usage();
    };
    // A crash is for the host to report; a core file of each would fill the disk.
    let none = rustix::process::Rlimit { current: Some(0), maximum: Some(0) };
    let _ = rustix::process::setrlimit(rustix::process::Resource::Core, none);
    log::forward(&connection, level);
    let requests = Requests::read(&connection);
    match serve(&PathBuf::from(plugin), &connection, &requests) {
        Ok(()) => ExitCode::SUCCESS,
        // The host is gone, or cannot be talked to.
        Err(_) => ExitCode::FAILURE,
    }
}

#[allow(clippy::print_stderr)]
fn usage() -> ExitCode {
    eprintln!("{HELP}");
    ExitCode::from(2)
}

/// Loads the plugin, says so, and answers requests until the host ends the connection.
fn serve(
    plugin: &std::path::Path,
    connection: &Connection,
    requests: &Requests,
) -> std::io::Result<()> {
    let loaded = match load(plugin) {
        Ok(loaded) => loaded,
        Err(failure) => {
            return connection.send_message(Kind::Failed, 0, &FailureRecord::from(&failure));
        }
    };
    let hello = Hello {
        abi: loaded.identity.manifest.abi.clone(),
        extractors: loaded.plugin.extractors().iter().map(|e| e.name().to_owned()).collect(),
    };
    connection.send_message(Kind::Hello, 0, &hello)?;
    requests::answer_all(&loaded.plugin, connection, requests)
}

fn load(plugin: &std::path::Path) -> Result<LoadedPlugin, Failure> {
    let failure = |error: &gloss_host::Error| Failure {
        help: error.help.clone().unwrap_or_default(),
        ..Failure::new(gloss_boundary::FailureKind::Other, error.to_string())
    };
    let catalogue = Catalogue::search(&[SearchPath::File(plugin.to_owned())]);
    match (catalogue.plugins.first(), catalogue.problems.first()) {
        (Some(found), _) => found.load().map_err(|e| failure(&e)),
        (None, Some(problem)) => Err(failure(problem)),
        (None, None) => {
            Err(Failure::new(gloss_boundary::FailureKind::Other, "the file is not a plugin"))
        }
    }
}
