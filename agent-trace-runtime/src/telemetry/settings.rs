//! What the builder says of exporters: where to, how, and how much waits.
#![cfg_attr(
    not(feature = "__push"),
    allow(dead_code, reason = "what is switched off would read it")
)]

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use super::error::shown;

use opentelemetry_sdk::metrics::Temporality;

use super::backend::Backend;

/// How spans, metrics and log events travel to an OTLP endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Protocol {
    /// gRPC, by custom on port 4317. Needs the feature `otlp-grpc`.
    Grpc,
    /// Protobuf over HTTP, by custom on port 4318. Needs the feature `otlp-http`.
    HttpProtobuf,
    /// JSON over HTTP, by custom on port 4318. Needs the feature `otlp-http`.
    HttpJson,
}

impl Protocol {
    /// By the name that variables have for it.
    pub(super) fn parse(name: &str) -> Option<Self> {
        [Self::Grpc, Self::HttpProtobuf, Self::HttpJson]
            .into_iter()
            .find(|protocol| protocol.name().eq_ignore_ascii_case(name))
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Grpc => "grpc",
            Self::HttpProtobuf => "http/protobuf",
            Self::HttpJson => "http/json",
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// How requests to an endpoint are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Compression {
    /// gzip.
    Gzip,
    /// Zstandard. Needs the feature `zstd`.
    Zstd,
}

impl Compression {
    pub(super) const fn name(compression: Option<Self>) -> &'static str {
        match compression {
            None => "none",
            Some(Self::Gzip) => "gzip",
            Some(Self::Zstd) => "zstd",
        }
    }
}

/// When a file of telemetry is put aside, and how many of those are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rotation {
    pub(super) bytes: u64,
    pub(super) files: u32,
}

impl Default for Rotation {
    fn default() -> Self {
        Self { bytes: 100 << 20, files: 5 }
    }
}

/// Where batches wait on the disk that cannot be delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SpoolSettings {
    pub(super) directory: PathBuf,
    /// The most bytes of each exporter.
    pub(super) bytes: u64,
    /// Whether each batch is forced to the disk.
    pub(super) syncs: bool,
}

/// Enough for some seconds of a busy service with content, and little beside what it uses itself.
pub(super) const DEFAULT_QUEUED_BYTES: usize = 32 << 20;
/// What collectors take over gRPC where nobody has changed it.
pub(super) const DEFAULT_REQUEST_BYTES: usize = 4 << 20;
pub(super) const DEFAULT_SPOOL_BYTES: usize = 256 << 20;

/// Headers of requests, by their names.
pub(super) type Headers = Vec<(String, String)>;

/// What the builder says of exporters.
#[derive(Clone, Default)]
pub(super) struct Exporting {
    pub(super) endpoint: Option<String>,
    pub(super) protocol: Option<Protocol>,
    pub(super) headers: Headers,
    pub(super) timeout: Option<Duration>,
    pub(super) compression: Option<Compression>,
    pub(super) certificate: Option<PathBuf>,
    pub(super) client_certificate: Option<PathBuf>,
    pub(super) client_key: Option<PathBuf>,
    pub(super) backends: Vec<Backend>,
    /// Whether sums and histograms are sent whole, or what has come since the last time; a variable says it otherwise.
    pub(super) temporality: Option<Temporality>,
    pub(super) console: bool,
    pub(super) zipkin: Option<String>,
    pub(super) prometheus: Option<String>,
    pub(super) file: Option<PathBuf>,
    pub(super) rotation: Rotation,
    pub(super) queued_bytes: Option<usize>,
    pub(super) request_bytes: Option<usize>,
    pub(super) spool: Option<PathBuf>,
    pub(super) spool_bytes: Option<usize>,
    pub(super) spool_syncs: Option<bool>,
}

impl fmt::Debug for Exporting {
    /// Leaves out the values of headers, which hold API keys.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        formatter
            .debug_struct("Exporting")
            .field("endpoint", &self.endpoint.as_deref().map(shown))
            .field("protocol", &self.protocol)
            .field("headers", &headers)
            .field("timeout", &self.timeout)
            .field("compression", &self.compression)
            .field("backends", &self.backends)
            .field("zipkin", &self.zipkin.as_deref().map(shown))
            .field("prometheus", &self.prometheus)
            .field("file", &self.file)
            .field("spool", &self.spool)
            .finish_non_exhaustive()
    }
}
