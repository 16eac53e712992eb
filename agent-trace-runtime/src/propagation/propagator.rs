//! The formats by the names that `OTEL_PROPAGATORS` has for them.

use std::sync::LazyLock;

use opentelemetry::Context;
use opentelemetry::propagation::text_map_propagator::FieldIter;
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator};
use opentelemetry::trace::SpanContext;

use super::carrier::Destination;
use super::formats::{b3, baggage, jaeger, trace_context, x_ray};
use super::in_force::in_force;

/// A format in which a context travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Propagator {
    /// W3C Trace Context: `traceparent` and `tracestate`. `tracecontext`.
    TraceContext,
    /// W3C Baggage, for the hosts that are allowed. `baggage`.
    Baggage,
    /// B3 in one header. `b3`.
    B3,
    /// B3 in several headers. `b3multi`.
    B3Multi,
    /// Jaeger's `uber-trace-id`. `jaeger`.
    Jaeger,
    /// AWS X-Ray's `x-amzn-trace-id`. `xray`.
    XRay,
}

impl Propagator {
    /// The words that `OTEL_PROPAGATORS` has for them.
    pub(crate) const WORDS: &[(&str, Self)] = &[
        ("tracecontext", Self::TraceContext),
        ("baggage", Self::Baggage),
        ("b3", Self::B3),
        ("b3multi", Self::B3Multi),
        ("jaeger", Self::Jaeger),
        ("xray", Self::XRay),
    ];

    /// What `OTEL_PROPAGATORS` calls it.
    pub(crate) fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, known)| *known == self).map_or("", |(word, _)| word)
    }

    /// The span that came, where one did.
    pub(super) fn extract_span(self, headers: &dyn Extractor) -> Option<SpanContext> {
        match self {
            Self::TraceContext => trace_context::extract(headers),
            Self::Baggage => None,
            Self::B3 | Self::B3Multi => b3::extract(headers),
            Self::Jaeger => jaeger::extract(headers),
            Self::XRay => x_ray::extract(headers),
        }
    }

    /// Writes a span, where this format has spans.
    pub(super) fn inject_span(self, span: &SpanContext, headers: &mut dyn Destination) {
        match self {
            Self::TraceContext => trace_context::inject(span, headers),
            Self::Baggage => {}
            Self::B3 => b3::inject_single(span, headers),
            Self::B3Multi => b3::inject_several(span, headers),
            Self::Jaeger => jaeger::inject(span, headers),
            Self::XRay => x_ray::inject(span, headers),
        }
    }

    /// The names of its headers.
    fn fields(self) -> &'static [&'static str] {
        match self {
            Self::TraceContext => &[trace_context::PARENT, trace_context::STATE],
            Self::Baggage => &[baggage::NAME],
            Self::B3 => &[b3::SINGLE],
            Self::B3Multi => &b3::SEVERAL,
            Self::Jaeger => &[jaeger::NAME],
            Self::XRay => &[x_ray::NAME],
        }
    }
}

/// OpenTelemetry's global propagator, for libraries that propagate by themselves: by what is in force where the
/// context belongs. Baggage leaves by it only where all hosts are allowed, since it does not know the host.
#[derive(Debug)]
pub(crate) struct RoutingPropagator;

/// An injector that nothing can be taken out of.
struct Keeping<'a>(&'a mut dyn Injector);

impl Injector for Keeping<'_> {
    fn set(&mut self, key: &str, value: String) {
        self.0.set(key, value);
    }
}

impl Destination for Keeping<'_> {
    fn remove(&mut self, _: &str) {}
}

impl TextMapPropagator for RoutingPropagator {
    fn inject_context(&self, context: &Context, injector: &mut dyn Injector) {
        in_force(context, |propagation| propagation.inject(context, None, &mut Keeping(injector)));
    }

    fn extract_with_context(&self, context: &Context, extractor: &dyn Extractor) -> Context {
        in_force(context, |propagation| propagation.extract(context, extractor))
            .unwrap_or_else(|| context.clone())
    }

    fn fields(&self) -> FieldIter<'_> {
        static FIELDS: LazyLock<Vec<String>> = LazyLock::new(|| {
            let propagators = Propagator::WORDS.iter().flat_map(|(_, known)| known.fields());
            propagators.map(|field| (*field).to_owned()).collect()
        });
        FieldIter::new(&FIELDS)
    }
}
