//! `otel.` belongs to OpenTelemetry.

use agent_trace_runtime::step;

#[step("otel.export")]
fn f() {}

fn main() {}
