//! How a child ended, in words.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

/// What happened to a process, for the sentence "the plugin's process ...".
pub fn describe(status: Option<ExitStatus>) -> String {
    let Some(status) = status else {
        return "closed its connection".to_owned();
    };
    match (status.signal(), status.code()) {
        (Some(signal), _) => match signal_name(signal) {
            Some(name) => format!("was ended by signal {signal} ({name})"),
            None => format!("was ended by signal {signal}"),
        },
        (None, Some(code)) => format!("ended by itself with exit code {code}"),
        (None, None) => "ended".to_owned(),
    }
}

/// Signals whose numbers are the same on all systems that we run on, with what usually causes them.
fn signal_name(signal: i32) -> Option<&'static str> {
    Some(match signal {
        4 => "SIGILL: an illegal instruction",
        6 => "SIGABRT: it aborted, or its stack overflowed",
        8 => "SIGFPE: a division by zero",
        9 => "SIGKILL: somebody killed it, perhaps the system for lack of memory",
        11 => "SIGSEGV: an invalid memory access",
        13 => "SIGPIPE",
        15 => "SIGTERM",
        _ => return None,
    })
}
