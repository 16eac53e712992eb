//! The configuration as `install` reads it, for the doctor.

use opentelemetry_sdk::Resource;

use super::{TelemetryBuilder, build_resource};
use crate::telemetry::doctor::{Diagnosis, Examination, Own};
use crate::telemetry::environment::Environment;

impl TelemetryBuilder {
    /// Finds out whether telemetry that is configured like this would arrive, and says what to do where it would not: see
    /// [`doctor`](crate::doctor()). Nothing is installed.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use agent_trace_runtime::Telemetry;
    ///
    /// let builder = Telemetry::builder().service_name("support").endpoint("http://otel-collector:4317");
    /// let diagnosis = builder.doctor();
    /// if !diagnosis.is_healthy() {
    ///     eprint!("{diagnosis}");
    /// }
    /// ```
    #[must_use]
    pub fn doctor(&self) -> Diagnosis {
        let mut examination = Examination::default();
        let Some(environment) = examination.take(Environment::examined(self.strict)) else {
            return examination.into_diagnosis(Vec::new());
        };
        let resource = self.read(&environment, &mut examination);
        let own = Own {
            processes_spans: !self.span_processors.is_empty(),
            reads_metrics: self.has_metric_reader,
            processes_events: self.has_log_processor,
        };
        examination.exporters(environment, &self.exporting, own, resource)
    }

    /// Reads what is not about exporters.
    fn read(&self, environment: &Environment, examination: &mut Examination) -> Option<Resource> {
        let is_disabled = environment.flag("sdk", "disabled", None, "OTEL_SDK_DISABLED");
        examination.disabled(is_disabled);
        if let Some(propagation) = examination.take(self.propagation(environment)) {
            examination.take(self.settings(environment, propagation));
        }
        let resource = build_resource(environment, self.resource_attributes());
        let resource = examination.take(resource);
        examination.service_name(resource.as_ref());
        examination.sampling(environment.sampling(self.sampler.clone()));
        examination.take(self.identifiers(environment));
        examination.take(environment.span_limits());
        resource
    }

    /// The same, for a test of what is read.
    #[cfg(all(test, feature = "__push"))]
    pub(in crate::telemetry) fn read_all(&self, environment: &Environment) {
        self.read(environment, &mut Examination::default());
    }
}
