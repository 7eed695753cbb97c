//! Extractors of a plugin that is only ever loaded in a child.

use std::sync::Arc;

use gloss_boundary::Failure;
use gloss_frame::Kind;
use gloss_frame::message::{Describe, PlanMessage};
use gloss_protocol::{Description, LoadRequest, Plan, PlanRequest};

use crate::child::{Child, START_TIMEOUT};
use crate::instance::RemoteInstance;
use crate::{Limits, Program};

/// Names and descriptions of all extractors of a plugin, by a child that ends afterwards.
///
/// # Errors
/// When the child cannot be started or ends, or an extractor cannot describe itself.
pub fn extractors(program: &Program) -> Result<Vec<(String, Description)>, Failure> {
    let (mut child, hello) = Child::start(program, None)?;
    let mut described = Vec::with_capacity(hello.extractors.len());
    for extractor in hello.extractors {
        let request = Describe { extractor: extractor.clone() };
        let description = child.call(Kind::Describe, &request, Kind::Answer, START_TIMEOUT)?;
        described.push((extractor, description));
    }
    Ok(described)
}

/// An extractor that runs in child processes.
#[derive(Clone, Debug)]
pub struct RemoteExtractor {
    pub(crate) program: Program,
    pub(crate) name: String,
}

impl RemoteExtractor {
    /// The extractor `name` of this plugin.
    #[must_use]
    pub fn new(program: Program, name: String) -> RemoteExtractor {
        RemoteExtractor { program, name }
    }

    /// What it is, by a child that ends afterwards.
    ///
    /// # Errors
    /// When the plugin fails, or its process ends.
    pub fn describe(&self) -> Result<Description, Failure> {
        let (mut child, _) = Child::start(&self.program, None)?;
        let request = Describe { extractor: self.name.clone() };
        child.call(Kind::Describe, &request, Kind::Answer, START_TIMEOUT)
    }

    /// What it requires and provides with these options, by a child that ends afterwards.
    ///
    /// # Errors
    /// When the plugin refuses the options, or its process ends.
    pub fn plan(&self, request: &PlanRequest) -> Result<Plan, Failure> {
        let (mut child, _) = Child::start(&self.program, None)?;
        let message = PlanMessage { extractor: self.name.clone(), request: request.clone() };
        child.call(Kind::Plan, &message, Kind::Answer, START_TIMEOUT)
    }

    /// Loads an instance, in one child; further workers are further children.
    ///
    /// # Errors
    /// When the plugin fails to load, or its process ends.
    pub fn load(
        &self,
        plan: &Plan,
        request: &LoadRequest,
        limits: Limits,
    ) -> Result<Arc<RemoteInstance>, Failure> {
        RemoteInstance::load(self.clone(), plan.clone(), request.clone(), limits).map(Arc::new)
    }
}
