//! The plugin's `tracing` events go to the host's log.

use std::fmt::Write;
use std::sync::atomic::{AtomicPtr, Ordering};

use gloss_abi::{Host, LogLevel, Str};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Metadata, Subscriber, span};

static HOST: AtomicPtr<Host> = AtomicPtr::new(std::ptr::null_mut());

/// Keeps the host's table and sends this library's `tracing` events there.
pub fn connect(host: *const Host) {
    HOST.store(host.cast_mut(), Ordering::Release);
    // Fails where this code is not in a library of its own (in tests): events then go where the
    // process sends them, which is right.
    let _ = tracing::subscriber::set_global_default(Forward);
}

fn level(level: &Level) -> LogLevel {
    match *level {
        Level::ERROR => LogLevel::ERROR,
        Level::WARN => LogLevel::WARN,
        Level::INFO => LogLevel::INFO,
        Level::DEBUG => LogLevel::DEBUG,
        Level::TRACE => LogLevel::TRACE,
    }
}

/// Forwards events; spans are not recorded.
struct Forward;

impl Subscriber for Forward {
    #[allow(unsafe_code)]
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        // SAFETY: null or the host's table, which is valid until the process ends.
        let host = unsafe { HOST.load(Ordering::Acquire).as_ref() };
        // SAFETY: a function of the host, which may be called from any thread.
        let limit = host.and_then(|h| h.log_level.map(|f| unsafe { f(h.context) }));
        limit.is_some_and(|limit| level(metadata.level()) <= limit)
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    #[allow(unsafe_code)]
    fn event(&self, event: &Event<'_>) {
        let mut text = Text(String::new());
        event.record(&mut text);
        let target = event.metadata().target();
        // SAFETY: null or the host's table, which is valid until the process ends.
        if let Some(host) = unsafe { HOST.load(Ordering::Acquire).as_ref() }
            && let Some(log) = host.log
        {
            let level = level(event.metadata().level());
            // SAFETY: the strings live for the call.
            unsafe { log(host.context, level, Str::new(target), Str::new(&text.0)) }
        }
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

/// The message first, then `field=value`.
struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "message" {
            self.0.insert_str(0, &format!("{value:?}"));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(self.0, " {}={value:?}", field.name());
        }
    }
}
