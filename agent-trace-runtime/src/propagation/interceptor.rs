//! The interceptor of clients of `tonic`.

use std::borrow::Cow;

use tonic::service::Interceptor;
use tonic::{Request, Status};

use super::{inject, inject_for};

/// Writes the current context into the metadata of each request of a `tonic` client.
///
/// It opens no span: `http::ClientLayer` does.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::propagation::ClientInterceptor;
/// use tonic::service::Interceptor;
///
/// // SummarizerClient::with_interceptor(channel, ClientInterceptor::for_host("summarizer.internal"))
/// let mut interceptor = ClientInterceptor::for_host("summarizer.internal");
/// assert!(interceptor.call(tonic::Request::new(())).is_ok());
/// ```
#[derive(Clone, Debug, Default)]
pub struct ClientInterceptor {
    host: Option<Cow<'static, str>>,
}

impl ClientInterceptor {
    /// An interceptor that does not know where requests go: baggage is sent only where all hosts are allowed.
    #[must_use]
    pub const fn new() -> Self {
        Self { host: None }
    }

    /// An interceptor of requests that go to this host.
    #[must_use]
    pub fn for_host(host: impl Into<Cow<'static, str>>) -> Self {
        Self { host: Some(host.into()) }
    }
}

impl Interceptor for ClientInterceptor {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        match &self.host {
            Some(host) => inject_for(host, request.metadata_mut()),
            None => inject(request.metadata_mut()),
        }
        Ok(request)
    }
}
