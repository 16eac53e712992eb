//! A program that traces and logs all that its libraries say, at every level.

use agent_trace_runtime::opentelemetry::trace::TracerProvider;
use agent_trace_runtime::step;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

#[step("app.work")]
fn work() {}

fn main() {
    let telemetry = agent_trace_runtime::init().expect("telemetry");
    let tracer = telemetry.tracer_provider().tracer("chatty");
    tracing_subscriber::registry()
        .with(telemetry.tracing_layer())
        .with(tracing_opentelemetry::layer().with_tracer(tracer))
        .init();
    tracing::info!("the application's");
    work();
    tracing::trace_span!("app.traced").in_scope(|| ());
    for _ in 0..3 {
        telemetry.flush().expect("a flush");
    }
    telemetry.shutdown().expect("the end");
}
