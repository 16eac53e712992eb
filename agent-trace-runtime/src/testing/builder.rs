//! A recorder, configured.

use std::sync::Arc;

use opentelemetry::Context;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SpanLimits};

use super::{Memory, Reach, Recorder};
use crate::InstallError;
use crate::call::{
    Identifiers, Pipeline, Processor, Providers, Scope, Spans, scope_started, set_global,
};
use crate::content::{Limits, Redact, Upload};
use crate::propagation::{Hosts, Propagator};
use crate::semconv::Conventions;
use crate::signals::{ContentCapture, Settings};
use crate::telemetry::install_global_provider;

/// A [`Recorder`] to be installed; [`Recorder::builder()`] makes it.
#[derive(Debug)]
#[must_use = "nothing is recorded before it is installed"]
pub struct RecorderBuilder {
    sampler: Sampler,
    has_metrics: bool,
    settings: Settings,
}

impl RecorderBuilder {
    pub(super) fn new() -> Self {
        let settings = Settings { error_messages: true, ..Settings::default() };
        Self { sampler: Sampler::AlwaysOn, has_metrics: true, settings }
    }

    /// Which traces have spans; metrics are of all.
    pub fn sampler(mut self, sampler: Sampler) -> Self {
        self.sampler = sampler;
        self
    }

    /// Whether calls are measured; they are where nothing is said.
    pub const fn metrics(mut self, are_recorded: bool) -> Self {
        self.has_metrics = are_recorded;
        self
    }

    /// Which conventions are followed.
    pub const fn conventions(mut self, conventions: Conventions) -> Self {
        self.settings.conventions = conventions;
        self
    }

    /// Whether the texts of errors are recorded. They are where nothing is said, unlike by telemetry that
    /// leaves the process.
    pub const fn error_messages(mut self, are_recorded: bool) -> Self {
        self.settings.error_messages = are_recorded;
        self
    }

    /// Whether spans have the attributes of OpenInference as well.
    pub const fn openinference(mut self, are_recorded: bool) -> Self {
        self.settings.openinference = are_recorded;
        self
    }

    /// Where the content is recorded that sites name in `capture(…)`.
    pub const fn content(mut self, capture: ContentCapture) -> Self {
        self.settings.content.capture = capture;
        self
    }

    /// What content passes through.
    pub fn redact(mut self, redactor: impl Redact + 'static) -> Self {
        self.settings.content.redactor = Some(Arc::new(redactor));
        self
    }

    /// Takes bytes out of content, and gives a reference to record in their place.
    pub fn upload(mut self, upload: impl Upload + 'static) -> Self {
        self.settings.content.upload = Some(Arc::new(upload));
        self
    }

    /// How much content is recorded.
    pub const fn content_limits(mut self, limits: Limits) -> Self {
        self.settings.content.limits = limits;
        self
    }

    /// Whether each inference is repeated as a log event.
    pub const fn inference_details(mut self, are_recorded: bool) -> Self {
        self.settings.details = are_recorded;
        self
    }

    /// The formats in which contexts travel; W3C Trace Context and Baggage where nothing is said.
    pub fn propagators(mut self, propagators: impl IntoIterator<Item = Propagator>) -> Self {
        self.settings.propagation.propagators = propagators.into_iter().collect();
        self
    }

    /// The keys of baggage that become attributes of spans, and the attributes that become baggage.
    pub fn baggage_keys<K: Into<String>>(mut self, keys: impl IntoIterator<Item = K>) -> Self {
        self.settings.propagation.keys = keys.into_iter().map(K::into).collect();
        self
    }

    /// The hosts that baggage may be sent to.
    ///
    /// # Panics
    ///
    /// Where one of them is no host, nor a pattern of hosts.
    #[track_caller]
    pub fn baggage_hosts<H: AsRef<str>>(mut self, hosts: impl IntoIterator<Item = H>) -> Self {
        match Hosts::parse(hosts) {
            Ok(hosts) => self.settings.propagation.hosts = hosts,
            Err(wrong) => panic!("`{wrong}` is no host, nor a pattern of hosts"),
        }
        self
    }

    /// Records the calls below the present context.
    pub fn install(self) -> Recorder {
        install_global_provider(false);
        let (pipeline, memory) = self.record();
        let scope = Context::current().with_value(Scope(Arc::clone(&pipeline)));
        scope_started();
        Recorder { pipeline, memory, reach: Reach::Scope(scope.attach()) }
    }

    /// Records every call of this process that no other recorder claims, on any thread.
    ///
    /// For integration tests whose server runs its handlers in tasks of its own. Only one of these
    /// can exist at a time.
    ///
    /// # Errors
    ///
    /// Where telemetry or another such recorder is installed.
    pub fn install_global(self) -> Result<Recorder, InstallError> {
        install_global_provider(false);
        let (pipeline, memory) = self.record();
        if !set_global(Arc::clone(&pipeline)) {
            return Err(InstallError::AlreadyInstalled);
        }
        Ok(Recorder { pipeline, memory, reach: Reach::Process })
    }

    fn record(self) -> (Arc<Pipeline>, Memory) {
        let memory = Memory::default();
        let processors = vec![Processor::of_ends(memory.spans.clone())];
        let resource = Resource::builder().build();
        let (sampling, limits) = (self.sampler.into(), SpanLimits::default());
        let spans = Spans::new(resource, sampling, limits, Identifiers::default(), processors);
        let metrics = self.has_metrics.then(|| memory.metrics.provider());
        let events = Some(memory.events.provider());
        let pipeline = Pipeline::new(Providers { spans, metrics, events }, self.settings);
        (Arc::new(pipeline), memory)
    }
}
