//! Where telemetry goes, and what happens where it cannot.

use std::path::PathBuf;
use std::time::Duration;

use opentelemetry::KeyValue;

use super::TelemetryBuilder;
use crate::telemetry::backend::Backend;
use crate::telemetry::settings::{Compression, Protocol, Rotation};

impl TelemetryBuilder {
    /// Sends spans, metrics and log events to a receiver that is known by its name, each of them if it takes it. With
    /// several, each gets what it takes. What none of them takes goes nowhere, whatever variables say, unless
    /// [`file`](Self::file), [`zipkin`](Self::zipkin), [`prometheus`](Self::prometheus) or [`console`](Self::console) is
    /// named for it.
    ///
    /// What the builder says itself, before or after, goes before what the back end says: [`endpoint`](Self::endpoint),
    /// [`protocol`](Self::protocol), a [`header`](Self::header) of the same name, a
    /// [`resource_attribute`](Self::resource_attribute) of the same key, [`propagators`](Self::propagators),
    /// [`openinference`](Self::openinference), [`timed_trace_ids`](Self::timed_trace_ids). With several back ends the first
    /// three are said of one of them: [`Backend::endpoint`], [`Backend::protocol`], [`Backend::header`].
    ///
    /// # Examples
    ///
    /// ```
    /// use agent_trace_runtime::{Backend, Telemetry};
    ///
    /// let builder = Telemetry::builder()
    ///     .backend(Backend::tempo("http://tempo:4317"))
    ///     .backend(Backend::prometheus("http://prometheus:9090"))
    ///     .backend(Backend::loki("http://loki:3100"));
    /// ```
    pub fn backend(mut self, backend: Backend) -> Self {
        self.exporting.backends.push(backend);
        self
    }

    /// The OTLP endpoint: `http://localhost:4318`. Over HTTP, `/v1/traces`, `/v1/metrics` and `/v1/logs`
    /// are added to it.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.exporting.endpoint = Some(endpoint.into());
        self
    }

    /// How telemetry travels to the endpoint.
    pub fn protocol(mut self, protocol: Protocol) -> Self {
        self.exporting.protocol = Some(protocol);
        self
    }

    /// A header, or over gRPC a metadata entry, of each request to the endpoint.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.exporting.headers.push((name.into(), value.into()));
        self
    }

    /// How long one export may take, retries included. Ten seconds where nothing says otherwise.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.exporting.timeout = Some(timeout);
        self
    }

    /// How requests to the endpoint are compressed. Not at all where nothing says otherwise.
    pub fn compression(mut self, compression: Compression) -> Self {
        self.exporting.compression = Some(compression);
        self
    }

    /// The certificates, in a file in PEM, of those who are trusted in the place of the platform's. Needs the feature `tls`,
    /// as every `https://` endpoint does.
    pub fn certificate(mut self, file: impl Into<PathBuf>) -> Self {
        self.exporting.certificate = Some(file.into());
        self
    }

    /// The certificate and the private key, in files in PEM, by which receivers know this service (mTLS).
    pub fn client_certificate(
        mut self,
        certificate: impl Into<PathBuf>,
        key: impl Into<PathBuf>,
    ) -> Self {
        self.exporting.client_certificate = Some(certificate.into());
        self.exporting.client_key = Some(key.into());
        self
    }

    /// Prints finished traces to stderr, also where spans are exported. Needs the feature `console`.
    pub fn console(mut self) -> Self {
        self.exporting.console = true;
        self
    }

    /// Sends spans to Zipkin in its own format: `http://zipkin:9411/api/v2/spans`. Needs the feature `zipkin`.
    pub fn zipkin(mut self, endpoint: impl Into<String>) -> Self {
        self.exporting.zipkin = Some(endpoint.into());
        self
    }

    /// Serves the metrics at this address, under `/metrics`, for Prometheus to fetch: `0.0.0.0:9464`. Needs the feature
    /// `prometheus`, whose crate also switches on what OpenTelemetry says of itself by `tracing`.
    pub fn prometheus(mut self, address: impl Into<String>) -> Self {
        self.exporting.prometheus = Some(address.into());
        self
    }

    /// Writes spans, metrics and log events into this folder: `traces.jsonl`, `metrics.jsonl` and `logs.jsonl`, a request
    /// of OTLP as JSON on each line, as OpenTelemetry's format for files has it. Needs the feature `otlp-file`.
    pub fn file(mut self, folder: impl Into<PathBuf>) -> Self {
        self.exporting.file = Some(folder.into());
        self
    }

    /// Puts a file aside before it is larger than `bytes`, and keeps so many of those: 100 MiB and 5 where nothing is
    /// said.
    pub const fn file_rotation(mut self, bytes: u64, files: u32) -> Self {
        self.exporting.rotation = Rotation { bytes, files };
        self
    }

    /// The most bytes of spans that wait to be exported, and of log events, as they are estimated: 32 MiB
    /// where nothing says otherwise. Where there is no room, a span is queued without its content; a log event
    /// is lost, and so is what comes when the queue is full. [`Telemetry::lost`](crate::Telemetry::lost) counts what is.
    pub const fn queued_bytes(mut self, most: usize) -> Self {
        self.exporting.queued_bytes = Some(most);
        self
    }

    /// The most bytes of a request, before it is compressed: 4 MiB where nothing is said, which is what receivers take over
    /// gRPC. Batches are split to fit; a span or log event that does not alone loses its content, or is lost.
    pub const fn request_bytes(mut self, most: usize) -> Self {
        self.exporting.request_bytes = Some(most);
        self
    }

    /// Keeps batches that cannot be delivered in this folder, until they can: by this process, or by the next one that
    /// is given the folder. Several processes can share it. `AGENT_TRACE_SPOOL_DIRECTORY` says the same.
    ///
    /// They are delivered in their order, and once, save for a batch whose delivery was not answered.
    ///
    /// # Examples
    ///
    /// ```
    /// use agent_trace_runtime::Telemetry;
    ///
    /// let builder = Telemetry::builder()
    ///     .endpoint("http://otel-collector:4317")
    ///     .spool("/var/spool/support")
    ///     .spool_bytes(1 << 30);
    /// ```
    pub fn spool(mut self, folder: impl Into<PathBuf>) -> Self {
        self.exporting.spool = Some(folder.into());
        self
    }

    /// The most bytes in the spool, of each of spans, metrics and log events: 256 MiB where nothing is said. What comes when
    /// it is full is lost. `AGENT_TRACE_SPOOL_BYTES` says the same.
    pub const fn spool_bytes(mut self, most: usize) -> Self {
        self.exporting.spool_bytes = Some(most);
        self
    }

    /// Whether each batch is forced to the disk, so that it outlives the machine and not only the process.
    /// `AGENT_TRACE_SPOOL_SYNC=true` says the same.
    pub const fn spool_sync(mut self, is_forced: bool) -> Self {
        self.exporting.spool_syncs = Some(is_forced);
        self
    }

    /// What the builder says, or else the first back end that says something.
    pub(super) fn or_backends<T>(
        &self,
        said: Option<T>,
        of_backend: impl FnMut(&Backend) -> Option<T>,
    ) -> Option<T> {
        said.or_else(|| self.exporting.backends.iter().find_map(of_backend))
    }

    /// What the builder says of the resource, and what the back ends want it to say.
    pub(super) fn resource_attributes(&self) -> Vec<KeyValue> {
        let mut attributes = self.resource.clone();
        for attribute in self.exporting.backends.iter().flat_map(|backend| &backend.resource) {
            if !attributes.iter().any(|known| known.key == attribute.key) {
                attributes.push(attribute.clone());
            }
        }
        attributes
    }
}
