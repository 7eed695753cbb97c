//! Answering the host's requests.

use std::io;
use std::sync::Arc;

use gloss_boundary::{BatchResult, Extractor, Failure, FailureKind, Instance, Plugin, Worker};
use gloss_frame::message::{self, Describe, FailureRecord, LoadMessage, PlanMessage};
use gloss_frame::results::encode_results;
use gloss_frame::{Batch, Frame, FrameError, Inputs, Kind};

use crate::connection::{Connection, Requests};

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
                loaded = Some(now);
                connection.send_message(Kind::Loaded, number, &())
            }),
            Kind::Extract => match &mut loaded {
                None => Err(Failure::new(FailureKind::Other, "nothing is loaded")),
                Some(loaded) => loaded.extract(&frame, requests).map(|result| {
                    let provides = &loaded.message.plan.provides;
                    connection
                        .send(Kind::Extracted, number, |w| encode_results(w, provides, &result))
                }),
            },
            kind => Err(unreadable(FrameError::UnexpectedKind(kind as u16))),
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

fn unreadable(error: FrameError) -> Failure {
    Failure::new(FailureKind::Other, format!("the request cannot be read: {error}"))
}

fn extractor<'p>(plugin: &'p Plugin, name: &str) -> Result<&'p Extractor, Failure> {
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

/// A loaded instance and its one worker.
struct Loaded {
    instance: Arc<Instance>,
    /// `None` after a panic: the next batch makes another.
    worker: Option<Worker>,
    inputs: Inputs,
    message: LoadMessage,
}

impl Loaded {
    fn load(plugin: &Plugin, frame: &Frame) -> Result<Loaded, Failure> {
        let message: LoadMessage = message::decode(frame).map_err(unreadable)?;
        let extractor = extractor(plugin, &message.extractor)?;
        let instance = extractor.load(&message.plan, &message.request)?;
        let worker = Some(instance.worker()?);
        let inputs = Inputs::new(&message.plan, &message.request);
        Ok(Loaded { instance, worker, inputs, message })
    }

    fn extract(&mut self, frame: &Frame, requests: &Requests) -> Result<BatchResult, Failure> {
        let batch = Batch::decode(frame, &self.inputs).map_err(unreadable)?;
        let mut worker = match self.worker.take() {
            Some(worker) => worker,
            None => self.instance.worker()?,
        };
        let result = worker.extract(&batch.views(), &requests.cancel);
        if !result.poisoned {
            self.worker = Some(worker);
        }
        Ok(result)
    }
}
