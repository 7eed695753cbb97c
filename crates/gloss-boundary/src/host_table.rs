//! The table of services that the host offers to plugins.

use std::ffi::c_void;

use gloss_abi::{Host, LogLevel, Str};
use tracing::Level;
use tracing::level_filters::LevelFilter;

use crate::table::read_str;

/// The one table of this process; plugins keep its address.
pub static HOST: Host = Host {
    struct_size: size_of::<Host>() as u32,
    abi_major: gloss_abi::ABI_MAJOR,
    abi_minor: gloss_abi::ABI_MINOR,
    context: std::ptr::null_mut(),
    log_level: Some(log_level),
    log: Some(log),
    extension: Some(extension),
};

unsafe extern "C" fn log_level(_: *mut c_void) -> LogLevel {
    match LevelFilter::current() {
        LevelFilter::OFF => LogLevel(0),
        LevelFilter::ERROR => LogLevel::ERROR,
        LevelFilter::WARN => LogLevel::WARN,
        LevelFilter::INFO => LogLevel::INFO,
        LevelFilter::DEBUG => LogLevel::DEBUG,
        _ => LogLevel::TRACE,
    }
}

unsafe extern "C" fn log(_: *mut c_void, level: LogLevel, target: Str, message: Str) {
    // SAFETY: the interface lets plugins pass only readable strings.
    let (module, message) = unsafe { (read_str(target), read_str(message)) };
    let level = match level {
        LogLevel::ERROR => Level::ERROR,
        LogLevel::WARN => Level::WARN,
        LogLevel::INFO => Level::INFO,
        LogLevel::DEBUG => Level::DEBUG,
        _ => Level::TRACE,
    };
    log_record(level, &module, &message);
}

/// Writes a log record of a plugin, wherever the plugin runs. `module` is a path in the plugin.
pub fn log_record(level: Level, module: &str, message: &str) {
    match level {
        Level::ERROR => tracing::error!(target: "gloss::plugin", module, "{message}"),
        Level::WARN => tracing::warn!(target: "gloss::plugin", module, "{message}"),
        Level::INFO => tracing::info!(target: "gloss::plugin", module, "{message}"),
        Level::DEBUG => tracing::debug!(target: "gloss::plugin", module, "{message}"),
        Level::TRACE => tracing::trace!(target: "gloss::plugin", module, "{message}"),
    }
}

unsafe extern "C" fn extension(_: *mut c_void, _: Str) -> *const c_void {
    std::ptr::null()
}
