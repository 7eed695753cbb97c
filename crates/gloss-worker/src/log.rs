//! Log records of the plugin go to the host as frames.

use std::fmt::Write;

use gloss_frame::Kind;
use gloss_frame::message::LogRecord;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Metadata, Subscriber, span};

use crate::connection::Connection;

/// Sends records of this level and more severe ones to the host.
pub fn forward(connection: &Connection, level: LevelFilter) {
    // This is the first subscriber of the process, so it is taken.
    let _ =
        tracing::subscriber::set_global_default(Forward { connection: connection.clone(), level });
}

struct Forward {
    connection: Connection,
    level: LevelFilter,
}

impl Subscriber for Forward {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= self.level
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.level)
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut text = Text::default();
        event.record(&mut text);
        let own = event.metadata().target().to_owned();
        let record = LogRecord {
            level: event.metadata().level().as_str().to_ascii_lowercase(),
            target: text.module.unwrap_or(own),
            message: text.message,
        };
        // A host that is gone needs no log.
        let _ = self.connection.send_message(Kind::Log, 0, &record);
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

/// The message and, where the record came from the plugin, the module in it.
#[derive(Default)]
struct Text {
    message: String,
    module: Option<String>,
}

impl Visit for Text {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "module" {
            self.module = Some(value.to_owned());
        } else {
            self.record_debug(field, &value);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "message" {
            self.message.insert_str(0, &format!("{value:?}"));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(self.message, " {}={value:?}", field.name());
        }
    }
}
