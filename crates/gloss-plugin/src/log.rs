//! The plugin's `tracing` events go to the host's log.

use std::fmt::Write;
use std::sync::OnceLock;

use gloss_abi::{Host, LogLevel, Str};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Metadata, Subscriber, span};

static HOST: OnceLock<Host> = OnceLock::new();

/// Keeps the host's table and sends this library's `tracing` events there.
pub fn connect(host: Host) {
    // A second host is another part of the same process: the first one logs for both.
    let _ = HOST.set(host);
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
        // SAFETY: a function of the host, which may be called from any thread.
        let limit = HOST.get().and_then(|h| h.log_level.map(|f| unsafe { f(h.context) }));
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
        if let Some(host) = HOST.get()
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
