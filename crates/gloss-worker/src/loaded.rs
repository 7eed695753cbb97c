//! The loaded instance, and the requests that need one.

use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use gloss_boundary::{
    BatchResult, Failure, FailureKind, Findings, Instance, Plugin, State, Worker,
};
use gloss_frame::message::{self, LoadMessage};
use gloss_frame::results::{encode_observed, encode_results};
use gloss_frame::{Batch, Frame, FrameError, Inputs, Kind};

use crate::connection::{Connection, Requests};
use crate::requests::{extractor, unreadable};

/// A loaded instance, with one of everything that it is used through.
pub struct Loaded {
    instance: Arc<Instance>,
    /// `None` after a panic: the next batch makes another.
    worker: Option<Worker>,
    /// What was merged; `None` while that is nothing, and after a failure.
    state: Option<State>,
    findings: Option<Findings>,
    inputs: Inputs,
    message: LoadMessage,
}

impl Loaded {
    pub fn load(plugin: &Plugin, frame: &Frame) -> Result<Loaded, Failure> {
        let message: LoadMessage = message::decode(frame).map_err(unreadable)?;
        let extractor = extractor(plugin, &message.extractor)?;
        let instance = extractor.load(&message.plan, &message.request)?;
        let worker = if instance.observes() { None } else { Some(instance.worker()?) };
        let inputs = Inputs::new(&message.plan, &message.request);
        Ok(Loaded { instance, worker, state: None, findings: None, inputs, message })
    }

    pub fn state_version(&self) -> Option<u32> {
        self.instance.state_version()
    }

    /// Does what is asked and answers; a failure is for the caller to send.
    pub fn answer(
        &mut self,
        frame: &Frame,
        connection: &Connection,
        requests: &Requests,
    ) -> Result<io::Result<()>, Failure> {
        let (number, cancel) = (frame.request(), &*requests.cancel);
        let done = || connection.send_message(Kind::Done, number, &());
        let annotated = |provides: &[_], result: &BatchResult| {
            connection.send(Kind::Extracted, number, |w| encode_results(w, provides, result))
        };
        Ok(match frame.kind() {
            Kind::Extract => {
                let result = self.extract(frame, cancel)?;
                annotated(&self.message.plan.provides, &result)
            }
            Kind::Annotate => {
                let result = self.annotate(frame, cancel)?;
                annotated(&self.message.plan.provides, &result)
            }
            Kind::Observe => {
                let (result, state) = self.observe(frame, cancel)?;
                connection.send(Kind::Observed, number, |w| encode_observed(w, &result, &state))
            }
            Kind::Merge => {
                self.merge(frame)?;
                done()
            }
            Kind::Save => {
                let state = self.save()?;
                connection.send(Kind::Saved, number, |w| {
                    w.bytes(&state);
                    Ok::<_, FrameError>(())
                })
            }
            Kind::Finish => {
                self.finish(cancel)?;
                done()
            }
            kind => return Err(unreadable(FrameError::UnexpectedKind(kind as u16))),
        })
    }

    fn extract(&mut self, frame: &Frame, cancel: &AtomicBool) -> Result<BatchResult, Failure> {
        let batch = self.batch(frame)?;
        let mut worker = match self.worker.take() {
            Some(worker) => worker,
            None => self.instance.worker()?,
        };
        let result = worker.extract(&batch.views(), cancel);
        if !result.poisoned {
            self.worker = Some(worker);
        }
        Ok(result)
    }

    /// Observes a batch in a state of its own and saves that, unless the batch failed.
    fn observe(
        &self,
        frame: &Frame,
        cancel: &AtomicBool,
    ) -> Result<(BatchResult, Vec<u8>), Failure> {
        let batch = self.batch(frame)?;
        let mut state = self.instance.state()?;
        let result = state.observe(&batch.views(), cancel);
        let bytes = if result.failure.is_none() { saved(&mut state)? } else { Vec::new() };
        Ok((result, bytes))
    }

    fn merge(&mut self, frame: &Frame) -> Result<(), Failure> {
        let bytes = frame.reader().and_then(|mut reader| reader.bytes()).map_err(unreadable)?;
        let other = self.instance.restore(bytes)?;
        self.state = Some(match self.state.take() {
            Some(state) => state.merge(other)?,
            None => other,
        });
        Ok(())
    }

    fn save(&mut self) -> Result<Vec<u8>, Failure> {
        let mut state = self.take_state()?;
        let bytes = saved(&mut state)?;
        self.state = Some(state);
        Ok(bytes)
    }

    fn finish(&mut self, cancel: &AtomicBool) -> Result<(), Failure> {
        self.findings = None;
        self.findings = Some(self.take_state()?.finish(cancel)?);
        Ok(())
    }

    fn annotate(&self, frame: &Frame, cancel: &AtomicBool) -> Result<BatchResult, Failure> {
        let batch = self.batch(frame)?;
        let none = || Failure::new(FailureKind::Other, "there are no findings");
        Ok(self.findings.as_ref().ok_or_else(none)?.annotate(&batch.views(), cancel))
    }

    fn batch(&self, frame: &Frame) -> Result<Batch, Failure> {
        Batch::decode(frame, &self.inputs).map_err(unreadable)
    }

    fn take_state(&mut self) -> Result<State, Failure> {
        self.state.take().map_or_else(|| self.instance.state(), Ok)
    }
}

fn saved(state: &mut State) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    state.save(&mut bytes)?;
    Ok(bytes)
}
