//! Brings spans that are opened through OpenTelemetry's global API to the recorder of their context.

use std::sync::LazyLock;

use opentelemetry::trace::{SpanBuilder, Tracer, TracerProvider};
use opentelemetry::{Context, InstrumentationScope};
use opentelemetry_sdk::trace::{Sampler, SdkTracer, SdkTracerProvider, Span};

use crate::call::with_pipeline;
use crate::telemetry::install_if_free;

/// Takes the spans that belong to no recorder: they record nothing.
static NOWHERE: LazyLock<SdkTracerProvider> =
    LazyLock::new(|| SdkTracerProvider::builder().with_sampler(Sampler::AlwaysOff).build());

/// Routes the global API, unless the application has set a global provider.
pub(super) fn install() {
    install_if_free(RoutingProvider);
}

#[derive(Debug)]
struct RoutingProvider;

#[derive(Debug)]
struct RoutingTracer(InstrumentationScope);

impl TracerProvider for RoutingProvider {
    type Tracer = RoutingTracer;

    fn tracer_with_scope(&self, scope: InstrumentationScope) -> RoutingTracer {
        RoutingTracer(scope)
    }
}

impl Tracer for RoutingTracer {
    type Span = Span;

    fn build_with_context(&self, builder: SpanBuilder, parent: &Context) -> Span {
        let tracer: SdkTracer =
            with_pipeline(parent, |pipeline| pipeline.provider.tracer_with_scope(self.0.clone()))
                .unwrap_or_else(|| NOWHERE.tracer_with_scope(self.0.clone()));
        tracer.build_with_context(builder, parent)
    }
}
