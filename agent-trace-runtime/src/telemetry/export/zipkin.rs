//! Spans in the format of Zipkin.
#![expect(deprecated, reason = "Zipkin takes OTLP, too, where somebody has switched that on")]

use opentelemetry::Key;
use opentelemetry_http::Bytes;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{SpanData, SpanExporter};
use opentelemetry_zipkin::ZipkinExporter;
use serde_json::{Value, json};

use super::super::error::InstallError;
use super::encoding::{Capture, Encode, Encoder, Format};

/// Writes spans.
pub(super) fn encoder() -> Result<ZipkinEncoder, InstallError> {
    let sent = Capture::default();
    let exporter = ZipkinExporter::builder()
        .with_http_client(sent.clone())
        // Nobody is there, and nobody is asked.
        .with_collector_endpoint("http://localhost")
        .build()
        .map_err(super::failed)?;
    let encoder = Encoder { exporter, sent, format: Format::Zipkin };
    Ok(ZipkinEncoder { encoder, service: None })
}

/// The exporter, which does not know the name of the service, by which Zipkin finds spans.
#[derive(Debug)]
pub(super) struct ZipkinEncoder {
    encoder: Encoder<ZipkinExporter>,
    service: Option<String>,
}

impl Encode<SpanData> for ZipkinEncoder {
    fn encode(&self, batch: Vec<SpanData>) -> Result<Bytes, String> {
        let body = self.encoder.capture(self.encoder.exporter.export(batch))?;
        let mut spans: Vec<Value> =
            serde_json::from_slice(&body).map_err(|error| error.to_string())?;
        for span in spans.iter_mut().filter_map(Value::as_object_mut) {
            if let Some(service) = &self.service {
                span.insert("localEndpoint".to_owned(), json!({ "serviceName": service }));
            }
            // A root has no parent, and none of zeros.
            if span.get("parentId").and_then(Value::as_str) == Some("0000000000000000") {
                span.remove("parentId");
            }
        }
        serde_json::to_vec(&spans).map(Bytes::from).map_err(|error| error.to_string())
    }

    fn format(&self) -> Format {
        Format::Zipkin
    }

    fn set_resource(&mut self, resource: &Resource) {
        let service = resource.get(&Key::from_static_str("service.name"));
        self.service = service.map(|name| name.as_str().into_owned());
        self.encoder.exporter.set_resource(resource);
    }
}
