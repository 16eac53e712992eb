//! The HTTP client of the OTLP exporter.

use std::pin::Pin;
use std::time::Duration;

use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};

use super::failure::{LastFailure, chain};

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
