//! Over gRPC.

use bytes::{Buf, BufMut, Bytes};
use http::uri::PathAndQuery;
use tonic::client::Grpc;
use tonic::codec::{Codec, CompressionEncoding, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::metadata::{AsciiMetadataKey, AsciiMetadataValue, MetadataMap};
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Status};
use tonic_types::StatusExt;

use super::super::super::arm::Kind;
use super::super::super::destination::Destination;
use super::super::super::error::InstallError;
use super::super::super::failure::chain;
use super::super::super::settings::Compression;
use super::super::delivery::Batch;
use super::super::encoding::Format;
use super::super::{failed, invalid_header};
use super::{Answered, Attempt, Noticed, partial};

/// A client of one service of OTLP.
#[derive(Debug)]
pub(crate) struct Client {
    service: Grpc<Channel>,
    path: PathAndQuery,
    metadata: MetadataMap,
}

impl Client {
    /// Must be called where tonic finds the runtime that will drive it.
    pub(super) fn new(kind: Kind, destination: &Destination) -> Result<Self, InstallError> {
        let endpoint = Endpoint::from_shared(destination.endpoint.clone()).map_err(failed)?;
        let endpoint = endpoint
            .user_agent(concat!("agent-trace/", env!("CARGO_PKG_VERSION")))
            .map_err(failed)?;
        let channel = with_tls(endpoint, destination)?.connect_lazy();
        let mut service = Grpc::new(channel);
        if let Some(compression) = destination.compression {
            service = service.send_compressed(match compression {
                Compression::Gzip => CompressionEncoding::Gzip,
                #[cfg(feature = "zstd")]
                Compression::Zstd => CompressionEncoding::Zstd,
                #[cfg(not(feature = "zstd"))]
                Compression::Zstd => {
                    unreachable!("a destination's compression has its feature")
                }
            });
        }
        let path = PathAndQuery::from_static(match kind {
            Kind::Spans => "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
            Kind::Metrics => "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
            Kind::Events => "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
        });
        Ok(Self { service, path, metadata: metadata(&destination.headers)? })
    }

    pub(super) async fn attempt(&mut self, batch: &Batch, noticed: &mut Noticed) -> Attempt {
        if let Err(error) = self.service.ready().await {
            return Attempt::later(chain(&error));
        }
        let mut request = Request::new(batch.body.clone());
        request.metadata_mut().clone_from(&self.metadata);
        match self.service.unary(request, self.path.clone(), Raw).await {
            Ok(response) => {
                notice(Code::Ok, response.metadata(), noticed);
                partial::read(response.get_ref(), Format::Protobuf)
            }
            Err(status) => {
                // Else it was not the server that has said so.
                if std::error::Error::source(&status).is_none() {
                    notice(status.code(), status.metadata(), noticed);
                }
                read(&status)
            }
        }
    }
}

fn notice(code: Code, metadata: &MetadataMap, noticed: &mut Noticed) {
    let text = |name| Some(metadata.get(name)?.to_str().ok()?.to_owned());
    *noticed = Noticed {
        answered: Some(Answered::Grpc(code as i32)),
        date: text("date").and_then(|date| httpdate::parse_http_date(&date).ok()),
        challenge: text("www-authenticate"),
        location: None,
        content_type: text("content-type"),
    };
}

fn read(status: &Status) -> Attempt {
    let reason = match std::error::Error::source(status) {
        // It was not the server that has said so.
        Some(source) => chain(source),
        None => format!("{:?}: {}", status.code(), status.message()),
    };
    let after = status.get_details_retry_info().and_then(|information| information.retry_delay);
    let is_of_size = ["larger than max", "too large", "exceeds the limit"]
        .iter()
        .any(|words| status.message().contains(words));
    match status.code() {
        Code::ResourceExhausted | Code::OutOfRange if is_of_size && after.is_none() => {
            Attempt::TooLarge { reason }
        }
        Code::Cancelled
        | Code::DeadlineExceeded
        | Code::Aborted
        | Code::OutOfRange
        | Code::Unavailable
        | Code::DataLoss => Attempt::Later { reason, after },
        Code::ResourceExhausted if after.is_some() => Attempt::Later { reason, after },
        // What the transport makes of an error of its own.
        Code::Unknown | Code::Internal if std::error::Error::source(status).is_some() => {
            Attempt::Later { reason, after }
        }
        _ => Attempt::Refused { reason },
    }
}

fn metadata(headers: &[(String, String)]) -> Result<MetadataMap, InstallError> {
    let mut metadata = MetadataMap::new();
    for (name, value) in headers {
        let key = name.to_ascii_lowercase().parse::<AsciiMetadataKey>();
        let value = value.parse::<AsciiMetadataValue>();
        let (Ok(key), Ok(mut value)) = (key, value) else { return Err(invalid_header(name)) };
        value.set_sensitive(true);
        metadata.append(key, value);
    }
    Ok(metadata)
}

#[cfg(feature = "tls")]
fn with_tls(endpoint: Endpoint, destination: &Destination) -> Result<Endpoint, InstallError> {
    use tonic::transport::{Certificate, ClientTlsConfig, Identity};

    if !destination.endpoint.starts_with("https://") {
        return Ok(endpoint);
    }
    let tls = &destination.tls;
    let mut config = match tls.authority()? {
        Some(pem) => ClientTlsConfig::new().ca_certificate(Certificate::from_pem(pem)),
        None => ClientTlsConfig::new().with_enabled_roots(),
    };
    if let Some(known) = tls.identity()? {
        config = config.identity(Identity::from_pem(known.certificate, known.key));
    }
    endpoint.tls_config(config).map_err(failed)
}

#[cfg(not(feature = "tls"))]
#[expect(clippy::unnecessary_wraps, reason = "there is nothing that could fail without TLS")]
fn with_tls(endpoint: Endpoint, _destination: &Destination) -> Result<Endpoint, InstallError> {
    Ok(endpoint)
}

/// Messages that are written already, and answers that are read elsewhere.
#[derive(Clone, Copy, Debug)]
struct Raw;

impl Codec for Raw {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put(item);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(buffer.copy_to_bytes(buffer.remaining())))
    }
}
