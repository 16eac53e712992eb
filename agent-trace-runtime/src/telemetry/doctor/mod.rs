//! Finds out whether telemetry arrives where it goes, and says in plain words what is wrong and what to do.

#[cfg(feature = "__push")]
mod answers;
#[cfg(feature = "__push")]
mod case;
#[cfg(feature = "__push")]
mod clock;
#[cfg(feature = "__push")]
mod destinations;
mod diagnosis;
#[cfg(feature = "__push")]
mod network;
#[cfg(feature = "__push")]
mod peek;
mod places;
#[cfg(feature = "__push")]
mod tls;
mod variables;

use opentelemetry::Key;
use opentelemetry_sdk::Resource;

use super::Telemetry;
use super::arm::Kind;
use super::backend;
use super::description::{Description, Line};
use super::destination::require;
use super::environment::{Environment, Exporter};
use super::error::InstallError;
use super::exporters::{exporters, of_spans};
use super::settings::Exporting;
use crate::call::Sampling;

pub use diagnosis::{Diagnosis, Finding, Level};

/// Finds out whether telemetry would arrive, as the environment configures it, and says what to do where it would not.
///
/// It reads the configuration as [`init`](crate::init()) does, and installs nothing. To each receiver it sends a span, a
/// point of a metric and a log event, all by the name of `agent_trace.doctor`, over the connections, certificates and headers
/// that telemetry would use, and explains the answers. It also looks at the clock of receivers, at folders and ports, at
/// what is switched off, and for variables whose names are mistyped.
///
/// It may be called from any thread, inside or outside of an async runtime, also beside installed telemetry; it blocks
/// its thread, as [`Telemetry::flush`] does: for as long as one request may take, ten seconds at most, and a few
/// seconds more. [`TelemetryBuilder::doctor`](crate::TelemetryBuilder::doctor) does the same for a configuration in
/// code.
///
/// # Examples
///
/// ```
/// let diagnosis = agent_trace_runtime::doctor();
/// print!("{diagnosis}");
/// ```
///
/// prints, where nothing listens at the endpoint:
///
/// ```text
/// problem  spans, metrics and log events to http://localhost:4317 (grpc): nothing listens there: connection refused
///          → start the receiver, or correct OTEL_EXPORTER_OTLP_ENDPOINT
/// ```
#[must_use]
pub fn doctor() -> Diagnosis {
    Telemetry::builder().doctor()
}

/// What the application brings itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Own {
    pub(super) processes_spans: bool,
    pub(super) reads_metrics: bool,
    pub(super) processes_events: bool,
}

impl Own {
    const fn has(self, kind: Kind) -> bool {
        match kind {
            Kind::Spans => self.processes_spans,
            Kind::Metrics => self.reads_metrics,
            Kind::Events => self.processes_events,
        }
    }
}

/// What has been found so far.
#[derive(Debug, Default)]
pub(super) struct Examination {
    findings: Vec<Finding>,
    is_disabled: bool,
}

impl Examination {
    /// What was read; where that is an error, it is a finding.
    pub(super) fn take<T>(&mut self, read: Result<T, InstallError>) -> Option<T> {
        read.map_err(|error| self.findings.push(not_installed(&error))).ok()
    }

    /// Whether telemetry is switched off.
    pub(super) fn disabled(&mut self, read: Result<bool, InstallError>) {
        self.is_disabled = self.take(read).unwrap_or(false);
        if self.is_disabled {
            self.findings.push(Finding::problem(
                "configuration",
                "telemetry is switched off by OTEL_SDK_DISABLED: nothing is recorded, and nothing was sent to receivers",
                "unset OTEL_SDK_DISABLED, or set it to false",
            ));
        }
    }

    pub(super) fn service_name(&mut self, resource: Option<&Resource>) {
        let Some(resource) = resource else { return };
        let name = resource.get(&Key::from_static_str("service.name"));
        let name = name.map(|name| name.as_str().into_owned()).unwrap_or_default();
        if name.is_empty() || name.starts_with("unknown_service") {
            self.findings.push(Finding::warning(
                "service.name",
                "it is not set: back ends list this service as `unknown_service`, together with all others that have no name",
                "set OTEL_SERVICE_NAME, or say `.service_name(…)` in code",
            ));
        } else {
            self.findings.push(Finding::ok("service.name", name));
        }
    }

    /// Whether any trace is recorded.
    pub(super) fn sampling(&mut self, read: Result<Sampling, InstallError>) {
        let Some(sampling) = self.take(read) else { return };
        if !sampling.drops_roots() {
            return;
        }
        let remedy = "set OTEL_TRACES_SAMPLER to parentbased_always_on, or OTEL_TRACES_SAMPLER_ARG to a ratio above 0; \
                      in code, give `.sampler(…)` another one";
        self.findings.push(if sampling.heeds_parent() {
            let message = "no trace that begins in this process is recorded; only those are that a caller has begun and recorded";
            Finding::warning("sampler", message, remedy)
        } else {
            Finding::problem("sampler", "it drops every span: no trace is ever recorded", remedy)
        });
    }

    /// Examines where telemetry goes, and says what was found in all.
    pub(super) fn exporters(
        mut self,
        environment: Environment,
        exporting: &Exporting,
        own: Own,
        resource: Option<Resource>,
    ) -> Diagnosis {
        #[cfg(feature = "__push")]
        let mut samples = destinations::Samples::new(resource);
        #[cfg(not(feature = "__push"))]
        drop(resource);
        // What is refused since a key could reach another receiver is not sent to find that out.
        let is_clear = self.is_disabled || self.take(backend::check(exporting)).is_some();
        if !self.is_disabled && is_clear {
            for kind in [Kind::Spans, Kind::Metrics, Kind::Events] {
                let found = match kind {
                    Kind::Spans => of_spans(&environment, exporting, own.has(kind)),
                    Kind::Metrics | Kind::Events => exporters(&environment, exporting, kind),
                };
                let Some(found) = self.take(found) else { continue };
                if own.has(kind) {
                    let message =
                        "they go to what the application has added itself, which is not checked";
                    self.findings.push(Finding::ok(kind.name(), message));
                } else if found.is_empty() {
                    let is_said = environment.exporters(kind);
                    self.nowhere(kind, is_said.is_ok_and(|said| said.is_some()));
                }
                for (exporter, destination) in found {
                    match (exporter, destination) {
                        (Exporter::Console, _) => self.console(kind),
                        (Exporter::Prometheus, _) => {
                            let place = environment.prometheus(exporting);
                            if let Some(place) = self.take(place) {
                                self.findings.push(places::prometheus(&place));
                            }
                        }
                        #[cfg(feature = "__push")]
                        (_, Some(destination)) => {
                            let added = samples.add(&environment, kind, destination);
                            self.take(added);
                        }
                        _ => {}
                    }
                }
            }
            #[cfg(feature = "__push")]
            if let Some(spool) = self.take(environment.spool(exporting)).flatten() {
                self.findings.push(places::spool(&spool));
            }
        }
        self.findings.extend(variables::wrong(&environment));
        self.findings.extend(variables::unknown(std::env::vars_os().map(|(name, _)| name)));
        let lines = environment.into_lines();
        #[cfg(feature = "__push")]
        self.findings.extend(samples.send(&Description { lines: lines.clone() }));
        self.into_diagnosis(lines)
    }

    pub(super) fn into_diagnosis(self, lines: Vec<Line>) -> Diagnosis {
        Diagnosis::new(self.findings, Description { lines })
    }

    /// They are printed, and leave the process by no other way that is known here.
    fn console(&mut self, kind: Kind) {
        let is_on =
            require(cfg!(feature = "console"), "console", || format!("{kind} on the console"));
        if self.take(is_on).is_some() {
            self.findings.push(Finding::ok(kind.name(), "they are printed on stderr"));
        }
    }

    fn nowhere(&mut self, kind: Kind, is_said: bool) {
        let variable = format!("OTEL_{}_EXPORTER", kind.word().to_ascii_uppercase());
        self.findings.push(if is_said {
            Finding::ok(kind.name(), format!("they go nowhere, as {variable} says"))
        } else {
            Finding::warning(
                kind.name(),
                "they go nowhere: no endpoint is known",
                format!(
                    "set OTEL_EXPORTER_OTLP_ENDPOINT, as to http://localhost:4318; if nowhere is meant, set {variable} to none"
                ),
            )
        });
    }
}

/// Why telemetry could not be installed at all.
fn not_installed(error: &InstallError) -> Finding {
    let remedy = match error {
        InstallError::FeatureDisabled { feature, .. } => format!(
            "switch it on in Cargo.toml: agent-trace-runtime = {{ version = \"{}\", features = [\"{feature}\"] }}",
            env!("CARGO_PKG_VERSION")
        ),
        InstallError::InvalidSetting { setting, .. } => correction(setting),
        _ => "see what it says; until then, `init()` fails".to_owned(),
    };
    Finding::problem("configuration", format!("telemetry cannot be installed: {error}"), remedy)
}

/// By what name a setting is corrected.
fn correction(setting: &str) -> String {
    match setting {
        "file" => "give the process's user the right to write there, or name another folder by AGENT_TRACE_FILE_DIRECTORY, or \
                   `.file(…)` in code"
            .to_owned(),
        "header" => {
            "correct the header of this name, in OTEL_EXPORTER_OTLP_HEADERS or `.header(…)` in code".to_owned()
        }
        "builder" => "correct the file's path in code, or let the process's user read it".to_owned(),
        variable if variable.starts_with(|first: char| first.is_ascii_uppercase()) => {
            format!("correct {variable}, or unset it")
        }
        method => format!("correct `.{method}(…)` in code"),
    }
}
