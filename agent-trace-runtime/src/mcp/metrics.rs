//! How long requests and sessions took.
//!
//! Source: MCP conventions, development, as of 2026-10-09.

use std::time::Duration;

use opentelemetry::metrics::{Histogram, Meter};
use opentelemetry::{Context, KeyValue};

use crate::call::with_pipeline;

/// In seconds.
const BOUNDARIES: [f64; 14] =
    [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0];

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measured {
    ClientOperation,
    ServerOperation,
    ClientSession,
    ServerSession,
}

const METRICS: [(Measured, &str, &str); 4] = [
    (
        Measured::ClientOperation,
        "mcp.client.operation.duration",
        "How long a request or a notification took its sender",
    ),
    (
        Measured::ServerOperation,
        "mcp.server.operation.duration",
        "How long a request or a notification took its receiver",
    ),
    (Measured::ClientSession, "mcp.client.session.duration", "How long a client's session lasted"),
    (Measured::ServerSession, "mcp.server.session.duration", "How long a server's session lasted"),
];

/// The instruments of a pipeline.
#[derive(Debug)]
pub(crate) struct Instruments([Histogram<f64>; 4]);

impl Instruments {
    pub(crate) fn new(meter: &Meter) -> Self {
        Self(METRICS.map(|(_, name, description)| {
            meter
                .f64_histogram(name)
                .with_unit("s")
                .with_description(description)
                .with_boundaries(BOUNDARIES.to_vec())
                .build()
        }))
    }
}

/// Records how long something took, where `context` belongs.
pub(super) fn record(
    context: &Context,
    measured: Measured,
    elapsed: Duration,
    labels: &[KeyValue],
) {
    with_pipeline(context, |pipeline| {
        if let Some(metrics) = &pipeline.metrics {
            metrics.mcp().0[measured as usize].record(elapsed.as_secs_f64(), labels);
        }
    });
}
