//! What is said of OTLP: where to, how, and how much waits.

use std::time::Duration;

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

/// How requests to an OTLP endpoint are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Compression {
    /// gzip.
    Gzip,
    /// Zstandard. Needs the feature `zstd`.
    Zstd,
}

/// What the builder says of the OTLP exporter.
#[derive(Default)]
pub(super) struct Otlp {
    pub(super) endpoint: Option<String>,
    pub(super) protocol: Option<Protocol>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) timeout: Option<Duration>,
    pub(super) compression: Option<Compression>,
    pub(super) queued_bytes: Option<usize>,
}

#[cfg(feature = "__otlp")]
impl Otlp {
    /// The most bytes that wait in a queue.
    pub(super) fn queued_bytes(&self) -> usize {
        self.queued_bytes.unwrap_or(DEFAULT_QUEUED_BYTES)
    }
}

/// Enough for some seconds of a busy service with content, and little beside what it uses itself.
#[cfg(feature = "__otlp")]
const DEFAULT_QUEUED_BYTES: usize = 32 << 20;

impl std::fmt::Debug for Otlp {
    /// Leaves out the values of headers, which hold API keys.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let headers: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        formatter
            .debug_struct("Otlp")
            .field("endpoint", &self.endpoint)
            .field("protocol", &self.protocol)
            .field("headers", &headers)
            .field("timeout", &self.timeout)
            .field("compression", &self.compression)
            .finish()
    }
}
