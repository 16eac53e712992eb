//! OTLP over HTTP.

use std::collections::HashMap;
use std::pin::Pin;
use std::time::Duration;

use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{WithExportConfig, WithHttpConfig};
use reqwest::header::{HeaderName, HeaderValue};

use super::super::destination::Destination;
use super::super::error::InstallError;
use super::super::failure::{LastFailure, chain};
use super::super::settings::{Otlp, Protocol};
use super::{failed, invalid_header};

/// The specification's default for one export, retries included.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);

pub(super) fn configure<B: WithExportConfig + WithHttpConfig>(
    builder: B,
    otlp: &Otlp,
    destination: &Destination,
    failure: &LastFailure,
) -> Result<B, InstallError> {
    let timeout = destination.timeout.unwrap_or(DEFAULT_TIMEOUT);
    let client = Client::new(timeout, failure.clone()).map_err(failed)?;
    let protocol = match destination.protocol {
        Protocol::HttpJson => opentelemetry_otlp::Protocol::HttpJson,
        _ => opentelemetry_otlp::Protocol::HttpBinary,
    };
    let mut builder = builder
        .with_http_client(client)
        .with_protocol(protocol)
        .with_endpoint(destination.endpoint.as_str())
        .with_timeout(timeout)
        .with_headers(header_map(&otlp.headers)?);
    if let Some(compression) = destination.compression {
        builder = builder.with_compression(compression.into());
    }
    Ok(builder)
}

fn header_map(headers: &[(String, String)]) -> Result<HashMap<String, String>, InstallError> {
    for (name, value) in headers {
        let is_valid = name.parse::<HeaderName>().is_ok() && HeaderValue::from_str(value).is_ok();
        if !is_valid {
            return Err(invalid_header(name));
        }
    }
    Ok(headers.iter().cloned().collect())
}

/// A client that remembers why a request failed: the exporter only says that the network did.
///
/// It is given to the exporter, which would else pick one by the features that the application's
/// other crates switch on, and some of those stall outside of a runtime.
#[derive(Debug)]
pub(super) struct Client {
    client: reqwest::Client,
    failure: LastFailure,
}

impl Client {
    pub(super) fn new(timeout: Duration, failure: LastFailure) -> reqwest::Result<Self> {
        let client = reqwest::Client::builder().timeout(timeout).build()?;
        Ok(Self { client, failure })
    }
}

impl HttpClient for Client {
    fn send_bytes<'life, 'future>(
        &'life self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'future>>
    where
        'life: 'future,
        Self: 'future,
    {
        Box::pin(async move {
            let result = self.client.send_bytes(request).await;
            if let Err(error) = &result {
                self.failure.set(chain(&**error));
            }
            result
        })
    }
}
