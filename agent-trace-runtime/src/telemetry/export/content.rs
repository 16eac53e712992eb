//! What is in a batch of OTLP: read again, where it has to be taken apart or written otherwise.

use opentelemetry_http::Bytes;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::metrics::v1::Metric;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use prost::Message;

use super::super::arm::Kind;
use super::delivery::Batch;
use super::encoding::Format;

/// A batch, read.
enum Content {
    Spans(ExportTraceServiceRequest),
    Metrics(ExportMetricsServiceRequest),
    Events(ExportLogsServiceRequest),
}

/// Splits a batch in two; `None` of a single item, and of what cannot be read.
pub(super) fn halves(kind: Kind, batch: &Batch) -> Option<[Batch; 2]> {
    #[cfg(feature = "zipkin")]
    if batch.format == Format::Zipkin {
        return halves_of_list(batch);
    }
    let mut content = Content::read(kind, batch)?;
    let count = content.parts();
    if count < 2 {
        return None;
    }
    let rest = content.split_off(count / 2);
    let whole = |content: Content| content.write(batch.format);
    Some([whole(content)?, whole(rest)?])
}

/// Those of a list of spans in Zipkin's format.
#[cfg(feature = "zipkin")]
fn halves_of_list(batch: &Batch) -> Option<[Batch; 2]> {
    let mut spans: Vec<&serde_json::value::RawValue> = serde_json::from_slice(&batch.body).ok()?;
    if spans.len() < 2 {
        return None;
    }
    let rest = spans.split_off(spans.len() / 2);
    let whole = |spans: Vec<&serde_json::value::RawValue>| {
        let body = serde_json::to_vec(&spans).ok()?.into();
        Some(Batch { body, items: spans.len(), format: batch.format })
    };
    Some([whole(spans)?, whole(rest)?])
}

/// The same batch in another format; `None` where it cannot be read.
pub(super) fn rewritten(kind: Kind, batch: &Batch, format: Format) -> Option<Batch> {
    Content::read(kind, batch)?.write(format)
}

macro_rules! each_content {
    ($content:expr, $request:ident => $do:expr) => {
        match $content {
            Content::Spans($request) => $do,
            Content::Metrics($request) => $do,
            Content::Events($request) => $do,
        }
    };
}

impl Content {
    fn read(kind: Kind, batch: &Batch) -> Option<Self> {
        fn one<M: Message + Default + serde_core::de::DeserializeOwned>(
            batch: &Batch,
        ) -> Option<M> {
            match batch.format {
                Format::Protobuf => M::decode(&*batch.body).ok(),
                Format::Json => serde_json::from_slice(&batch.body).ok(),
                #[cfg(feature = "zipkin")]
                Format::Zipkin => None,
            }
        }
        Some(match kind {
            Kind::Spans => Self::Spans(one(batch)?),
            Kind::Metrics => Self::Metrics(one(batch)?),
            Kind::Events => Self::Events(one(batch)?),
        })
    }

    fn write(&self, format: Format) -> Option<Batch> {
        let body: Bytes = match format {
            Format::Protobuf => each_content!(self, request => request.encode_to_vec()).into(),
            Format::Json => {
                each_content!(self, request => serde_json::to_vec(request)).ok()?.into()
            }
            #[cfg(feature = "zipkin")]
            Format::Zipkin => return None,
        };
        Some(Batch { body, items: self.count(), format })
    }

    /// How many items there are; of metrics, data points.
    fn count(&self) -> usize {
        match self {
            Self::Metrics(request) => {
                let scopes = request.resource_metrics.iter().flat_map(|known| &known.scope_metrics);
                scopes.flat_map(|scope| &scope.metrics).map(points).sum()
            }
            _ => self.parts(),
        }
    }
}

fn points(metric: &Metric) -> usize {
    match &metric.data {
        Some(Data::Gauge(gauge)) => gauge.data_points.len(),
        Some(Data::Sum(sum)) => sum.data_points.len(),
        Some(Data::Histogram(histogram)) => histogram.data_points.len(),
        Some(Data::ExponentialHistogram(histogram)) => histogram.data_points.len(),
        Some(Data::Summary(summary)) => summary.data_points.len(),
        None => 0,
    }
}

macro_rules! items {
    ($($variant:ident: $resources:ident, $scopes:ident, $items:ident;)*) => {
        impl Content {
            /// How many there are of what is taken apart: spans, log events, metrics.
            fn parts(&self) -> usize {
                match self {$(
                    Self::$variant(request) => {
                        let scopes = request.$resources.iter().flat_map(|known| &known.$scopes);
                        scopes.map(|scope| scope.$items.len()).sum()
                    }
                )*}
            }

            /// Takes out all items but the first `kept`.
            fn split_off(&mut self, kept: usize) -> Self {
                match self {$(
                    Self::$variant(request) => {
                        let mut rest = request.clone();
                        let mut before = 0;
                        for (resource, others) in
                            request.$resources.iter_mut().zip(&mut rest.$resources)
                        {
                            for (scope, other) in
                                resource.$scopes.iter_mut().zip(&mut others.$scopes)
                            {
                                let own = kept.saturating_sub(before).min(scope.$items.len());
                                before += scope.$items.len();
                                scope.$items.truncate(own);
                                other.$items.drain(..own);
                            }
                            resource.$scopes.retain(|scope| !scope.$items.is_empty());
                            others.$scopes.retain(|scope| !scope.$items.is_empty());
                        }
                        request.$resources.retain(|known| !known.$scopes.is_empty());
                        rest.$resources.retain(|known| !known.$scopes.is_empty());
                        Self::$variant(rest)
                    }
                )*}
            }
        }
    };
}

items! {
    Spans: resource_spans, scope_spans, spans;
    Metrics: resource_metrics, scope_metrics, metrics;
    Events: resource_logs, scope_logs, log_records;
}
