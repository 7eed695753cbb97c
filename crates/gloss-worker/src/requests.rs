//! Answering the host's requests.

use std::io;

use gloss_boundary::{Extractor, Failure, FailureKind, Plugin};
use gloss_frame::message::{self, Describe, FailureRecord, LoadedMessage, PlanMessage};
use gloss_frame::{Frame, FrameError, Kind};

use crate::connection::{Connection, Requests};
use crate::loaded::Loaded;

/// Answers requests until the host ends the connection.
pub fn answer_all(plugin: &Plugin, connection: &Connection, requests: &Requests) -> io::Result<()> {
    let mut loaded = None;
    while let Some(frame) = requests.next() {
        let number = frame.request();
        let answered = match frame.kind() {
            Kind::Describe => describe(plugin, &frame)
                .map(|answer| connection.send_message(Kind::Answer, number, &answer)),
            Kind::Plan => plan(plugin, &frame)
                .map(|answer| connection.send_message(Kind::Answer, number, &answer)),
            Kind::Load => Loaded::load(plugin, &frame).map(|now| {
                let answer = LoadedMessage { state_version: now.state_version() };
                loaded = Some(now);
                connection.send_message(Kind::Loaded, number, &answer)
            }),
            _ => match &mut loaded {
                None => Err(Failure::new(FailureKind::Other, "nothing is loaded")),
                Some(loaded) => loaded.answer(&frame, connection, requests),
            },
        };
        match answered {
            Ok(sent) => sent?,
            Err(failure) => {
                connection.send_message(Kind::Failed, number, &FailureRecord::from(&failure))?;
            }
        }
    }
    Ok(())
}

pub fn unreadable(error: FrameError) -> Failure {
    Failure::new(FailureKind::Other, format!("the request cannot be read: {error}"))
}

pub fn extractor<'p>(plugin: &'p Plugin, name: &str) -> Result<&'p Extractor, Failure> {
    plugin.extractor(name).ok_or_else(|| {
        Failure::new(FailureKind::Other, format!("the plugin has no extractor {name:?}"))
    })
}

fn describe(plugin: &Plugin, frame: &Frame) -> Result<gloss_host::Description, Failure> {
    let request: Describe = message::decode(frame).map_err(unreadable)?;
    extractor(plugin, &request.extractor)?.describe()
}

fn plan(plugin: &Plugin, frame: &Frame) -> Result<gloss_host::Plan, Failure> {
    let message: PlanMessage = message::decode(frame).map_err(unreadable)?;
    extractor(plugin, &message.extractor)?.plan(&message.request)
}
