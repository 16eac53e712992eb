//! What is sent: batches as the exporters of OpenTelemetry write them, taken from them before they send anything.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{
    LogExporter, MetricExporter, SpanExporter, WithExportConfig, WithHttpConfig,
};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::logs::{LogBatch, LogExporter as _};
use opentelemetry_sdk::metrics::Temporality;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
use opentelemetry_sdk::trace::{SpanData, SpanExporter as _};

use super::super::error::InstallError;
use super::batch::Event;

/// How a batch is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// OTLP, as protobuf.
    Protobuf,
    /// OTLP, as JSON.
    Json,
    /// Zipkin's list of spans, as JSON.
    #[cfg(feature = "zipkin")]
    Zipkin,
}

impl Format {
    #[cfg(feature = "__http-client")]
    pub(super) const fn content_type(self) -> &'static str {
        match self {
            Self::Protobuf => "application/x-protobuf",
            _ => "application/json",
        }
    }

    fn protocol(self) -> opentelemetry_otlp::Protocol {
        match self {
            Self::Protobuf => opentelemetry_otlp::Protocol::HttpBinary,
            _ => opentelemetry_otlp::Protocol::HttpJson,
        }
    }
}

/// Writes batches of items.
pub(crate) trait Encode<T>: Send + 'static {
    /// # Errors
    ///
    /// Where the exporter cannot write it; says why.
    fn encode(&self, batch: Vec<T>) -> Result<Bytes, String>;

    /// How it writes them.
    fn format(&self) -> Format;

    fn set_resource(&mut self, resource: &Resource);
}

/// Takes the place of the network: keeps the request's body.
#[derive(Clone, Debug, Default)]
pub(super) struct Capture(Arc<Mutex<Option<Request<Bytes>>>>);

impl HttpClient for Capture {
    fn send_bytes<'life, 'future>(
        &'life self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'future>>
    where
        'life: 'future,
        Self: 'future,
    {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(request);
        Box::pin(std::future::ready(Ok(Response::new(Bytes::new()))))
    }
}

/// An exporter that sends nothing, and what it would have sent last.
#[derive(Debug)]
pub(super) struct Encoder<E> {
    pub(super) exporter: E,
    pub(super) sent: Capture,
    pub(super) format: Format,
}

impl<E> Encoder<E> {
    /// Exports, which is done at once: nothing is waited for.
    pub(super) fn capture(
        &self,
        export: impl Future<Output = OTelSdkResult>,
    ) -> Result<Bytes, String> {
        match pin!(export).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Ok(())) => {}
            Poll::Ready(Err(error)) => return Err(error.to_string()),
            Poll::Pending => return Err("the exporter waits for something".to_owned()),
        }
        let sent = self.sent.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        let request = sent.ok_or_else(|| "the exporter has sent nothing".to_owned())?;
        decompressed(request)
    }
}

/// The body, which is compressed only where another crate switches that on in the exporter and a variable asks for it.
fn decompressed(request: Request<Bytes>) -> Result<Bytes, String> {
    use std::io::Read;

    match request.headers().get("content-encoding").map(|name| name.as_bytes()) {
        None => Ok(request.into_body()),
        Some(b"gzip") => {
            let mut body = Vec::new();
            let mut reader = flate2::read::GzDecoder::new(&**request.body());
            reader.read_to_end(&mut body).map_err(|error| error.to_string())?;
            Ok(body.into())
        }
        Some(other) => Err(format!("the exporter has used {}", String::from_utf8_lossy(other))),
    }
}

/// Builds an exporter that hands its requests to `$sent`.
macro_rules! exporter {
    ($builder:expr, $sent:ident, $format:ident) => {
        $builder
            .with_http()
            .with_http_client($sent.clone())
            .with_protocol($format.protocol())
            // Nobody is there, and nobody is asked.
            .with_endpoint("http://localhost")
            .build()
            .map_err(super::failed)?
    };
}

/// Writes spans.
pub(super) fn spans(format: Format) -> Result<Encoder<SpanExporter>, InstallError> {
    let sent = Capture::default();
    let exporter = exporter!(SpanExporter::builder(), sent, format);
    Ok(Encoder { exporter, sent, format })
}

/// Writes log events.
pub(super) fn events(format: Format) -> Result<Encoder<LogExporter>, InstallError> {
    let sent = Capture::default();
    let exporter = exporter!(LogExporter::builder(), sent, format);
    Ok(Encoder { exporter, sent, format })
}

/// Writes metrics: whole, or what has come since the last time. The exporter reads the variable that says it otherwise.
pub(super) fn metrics(
    format: Format,
    temporality: Option<Temporality>,
) -> Result<Encoder<MetricExporter>, InstallError> {
    let sent = Capture::default();
    let mut builder = MetricExporter::builder();
    if let Some(temporality) = temporality {
        builder = builder.with_temporality(temporality);
    }
    let exporter = exporter!(builder, sent, format);
    Ok(Encoder { exporter, sent, format })
}

impl Encode<SpanData> for Encoder<SpanExporter> {
    fn encode(&self, batch: Vec<SpanData>) -> Result<Bytes, String> {
        self.capture(self.exporter.export(batch))
    }

    fn format(&self) -> Format {
        self.format
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

impl Encode<Event> for Encoder<LogExporter> {
    fn encode(&self, batch: Vec<Event>) -> Result<Bytes, String> {
        let records: Vec<_> = batch.iter().map(|event| (&event.record, &event.scope)).collect();
        self.capture(self.exporter.export(LogBatch::new(&records)))
    }

    fn format(&self) -> Format {
        self.format
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}

impl Encoder<MetricExporter> {
    pub(super) fn encode(&self, metrics: &ResourceMetrics) -> Result<Bytes, String> {
        self.capture(self.exporter.export(metrics))
    }

    pub(super) fn temporality(&self) -> Temporality {
        self.exporter.temporality()
    }
}
