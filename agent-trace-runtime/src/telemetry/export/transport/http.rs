//! Over HTTP.

use opentelemetry_http::Bytes;
use reqwest::StatusCode;
use reqwest::header::{
    CONTENT_ENCODING, CONTENT_TYPE, DATE, HeaderMap, HeaderName, HeaderValue, LOCATION,
    RETRY_AFTER, WWW_AUTHENTICATE,
};

use super::super::super::arm::Kind;
use super::super::super::destination::Destination;
use super::super::super::error::InstallError;
use super::super::super::failure::chain;
use super::super::super::settings::Compression;
use super::super::delivery::Batch;
use super::super::encoding::Format;
use super::super::{failed, invalid_header};
use super::{Answered, Attempt, Noticed, partial, retry_after};

/// The most of a response that is looked at.
const RESPONSE_BYTES: usize = 64 << 10;

/// A client of one address.
#[derive(Debug)]
pub(crate) struct Client {
    client: reqwest::Client,
    address: String,
    compression: Option<Compression>,
    pub(super) format: Format,
}

impl Client {
    pub(super) fn new(_kind: Kind, destination: &Destination) -> Result<Self, InstallError> {
        let mut headers = HeaderMap::new();
        for (name, value) in &destination.headers {
            let name_of = name.parse::<HeaderName>();
            let value = HeaderValue::from_str(value);
            let (Ok(known), Ok(mut value)) = (name_of, value) else {
                return Err(invalid_header(name));
            };
            value.set_sensitive(true);
            headers.append(known, value);
        }
        // The application's features may switch the following of redirects on, and a body is not sent elsewhere.
        let builder = reqwest::Client::builder()
            .default_headers(headers)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("agent-trace/", env!("CARGO_PKG_VERSION")));
        let client = with_certificates(builder, destination)?.build().map_err(failed)?;
        let address = destination.endpoint.clone();
        let Destination { compression, format, .. } = *destination;
        Ok(Self { client, address, compression, format })
    }

    pub(super) async fn attempt(&self, batch: &Batch, noticed: &mut Noticed) -> Attempt {
        let (body, encoding) = match compressed(&batch.body, self.compression) {
            Ok(compressed) => compressed,
            Err(error) => return Attempt::Refused { reason: error.to_string() },
        };
        let mut request = self
            .client
            .post(&self.address)
            .header(CONTENT_TYPE, batch.format.content_type())
            .body(body);
        if let Some(encoding) = encoding {
            request = request.header(CONTENT_ENCODING, encoding);
        }
        match request.send().await {
            Ok(response) => {
                notice(&response, noticed);
                read(response, batch).await
            }
            Err(error) => Attempt::later(chain(&error)),
        }
    }
}

fn notice(response: &reqwest::Response, noticed: &mut Noticed) {
    let text = |name| Some(response.headers().get(name)?.to_str().ok()?.to_owned());
    *noticed = Noticed {
        answered: Some(Answered::Http(response.status().as_u16())),
        date: text(DATE).and_then(|date| httpdate::parse_http_date(&date).ok()),
        challenge: text(WWW_AUTHENTICATE),
        location: text(LOCATION),
        content_type: text(CONTENT_TYPE),
    };
}

async fn read(mut response: reqwest::Response, batch: &Batch) -> Attempt {
    let status = response.status();
    let after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    let after = after.and_then(retry_after::parse);
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() < RESPONSE_BYTES => body.extend_from_slice(&chunk),
            Ok(_) => break,
            // It was taken; what has broken off is what was rejected of it.
            Err(_) if status.is_success() => break,
            Err(error) => return Attempt::later(format!("{status}: {}", chain(&error))),
        }
    }
    if status.is_success() {
        return partial::read(&body, batch.format);
    }
    let said = said(&body);
    let reason = if said.is_empty() { status.to_string() } else { format!("{status}: {said}") };
    match status {
        StatusCode::TOO_MANY_REQUESTS
        | StatusCode::BAD_GATEWAY
        | StatusCode::SERVICE_UNAVAILABLE
        | StatusCode::GATEWAY_TIMEOUT => Attempt::Later { reason, after },
        StatusCode::PAYLOAD_TOO_LARGE => Attempt::TooLarge { reason },
        _ => Attempt::Refused { reason },
    }
}

/// The first line of a text that a server has answered, where it is one.
fn said(body: &[u8]) -> String {
    const MOST: usize = 200;
    let text = String::from_utf8_lossy(body);
    let line = text.lines().next().unwrap_or_default();
    let is_text = !line.is_empty() && !line.contains(|c: char| c.is_control() || c == '\u{fffd}');
    if is_text { line.chars().take(MOST).collect() } else { String::new() }
}

fn compressed(
    body: &Bytes,
    compression: Option<Compression>,
) -> std::io::Result<(Bytes, Option<&'static str>)> {
    use std::io::Write;

    Ok(match compression {
        None => (body.clone(), None),
        Some(Compression::Gzip) => {
            let level = flate2::Compression::default();
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), level);
            encoder.write_all(body)?;
            (encoder.finish()?.into(), Some("gzip"))
        }
        #[cfg(feature = "zstd")]
        Some(Compression::Zstd) => (zstd::bulk::compress(body, 0)?.into(), Some("zstd")),
        #[cfg(not(feature = "zstd"))]
        Some(Compression::Zstd) => unreachable!("a destination's compression has its feature"),
    })
}

#[cfg(feature = "tls")]
fn with_certificates(
    mut builder: reqwest::ClientBuilder,
    destination: &Destination,
) -> Result<reqwest::ClientBuilder, InstallError> {
    let tls = &destination.tls;
    // The application's features may bring another one, which would go before it and reads certificates in its own way.
    builder = builder.tls_backend_rustls();
    if let Some(pem) = tls.authority()? {
        let certificates = reqwest::Certificate::from_pem_bundle(&pem).map_err(failed)?;
        builder = builder.tls_certs_only(certificates);
    }
    if let Some(identity) = tls.identity()? {
        let pem = [identity.certificate, b"\n".to_vec(), identity.key].concat();
        builder = builder.identity(reqwest::Identity::from_pem(&pem).map_err(failed)?);
    }
    Ok(builder)
}

#[cfg(not(feature = "tls"))]
#[expect(clippy::unnecessary_wraps, reason = "there is nothing that could fail without TLS")]
fn with_certificates(
    builder: reqwest::ClientBuilder,
    _destination: &Destination,
) -> Result<reqwest::ClientBuilder, InstallError> {
    Ok(builder)
}
