//! The middleware of `reqwest`.

use async_trait::async_trait;
use http::{Extensions, Uri};
use opentelemetry::trace::{FutureExt, SpanKind};
use opentelemetry::{Context, KeyValue};
use reqwest::{Request, Response};
use reqwest_middleware::{Error, Middleware, Next, Result};

use super::attributes::of_client;
use super::ending::{OpenRequest, Protocol, Side};
use crate::propagation::{Propagation, in_force, inject_context};

/// Opens the span of each request that `reqwest` sends, and writes the context into its headers.
///
/// Where an annotated call stands for the request already, as `#[llm_call]` does,
/// [`ClientMiddleware::without_spans`] leaves it at the headers: one call, one span.
///
/// Baggage is not sent, unless [`ClientMiddleware::with_baggage`] says so: `reqwest` follows redirects below this
/// middleware, to whatever host, with the headers that it has.
///
/// The span ends with the head of the response, since `reqwest` hands its body to the caller as it is. Redirects are
/// part of the request. With `reqwest-retry` outside of it, each attempt is a span with its number.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::http::ClientMiddleware;
/// use reqwest_middleware::ClientBuilder;
///
/// let client = ClientBuilder::new(reqwest::Client::new()).with(ClientMiddleware::new()).build();
/// // client.get("http://specialist.internal/agents/specialist").send().await
/// # drop(client);
/// ```
#[derive(Clone, Debug, Default)]
pub struct ClientMiddleware {
    is_silent: bool,
    sends_baggage: bool,
}

/// How often a request has been sent before, where it is sent again.
#[derive(Clone, Copy)]
struct Resent(i64);

const RESEND_COUNT: &str = "http.request.resend_count";

impl ClientMiddleware {
    /// Middleware that opens a span for each request.
    #[must_use]
    pub const fn new() -> Self {
        Self { is_silent: false, sends_baggage: false }
    }

    /// Only writes the context into the headers.
    #[must_use]
    pub const fn without_spans() -> Self {
        Self { is_silent: true, sends_baggage: false }
    }

    /// Sends baggage to the hosts that are allowed. For clients that follow no redirect to another host.
    ///
    /// ```
    /// use agent_trace_runtime::http::ClientMiddleware;
    /// use reqwest_middleware::ClientBuilder;
    ///
    /// # fn main() -> Result<(), reqwest::Error> {
    /// let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
    /// let client = ClientBuilder::new(client).with(ClientMiddleware::new().with_baggage()).build();
    /// # drop(client);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub const fn with_baggage(mut self) -> Self {
        self.sends_baggage = true;
        self
    }

    fn open(
        &self,
        propagation: &Propagation,
        request: &mut Request,
        extensions: &mut Extensions,
    ) -> OpenRequest {
        let current = Context::current();
        let url = request.url();
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let host = url.host_str().map(|host| format!("{host}{port}"));
        let span = if self.is_silent {
            None
        } else {
            let uri: Uri = url.as_str().parse().unwrap_or_default();
            let mut described = of_client(request.method(), &uri, host.as_deref());
            let resent = extensions.get().map_or(0, |Resent(before)| before + 1);
            extensions.insert(Resent(resent));
            if resent > 0 {
                described.attributes.push(KeyValue::new(RESEND_COUNT, resent));
            }
            described.open(&current, SpanKind::Client, None)
        };
        let method = request.method().clone();
        let open = OpenRequest::new(current, span, Side::Client, method, Protocol::Http);
        // What is sent without knowing where to, may go where all hosts are allowed.
        let destination = if self.sends_baggage { host.as_deref() } else { None };
        inject_context(propagation, open.context(), destination, request.headers_mut());
        open
    }
}

#[async_trait]
impl Middleware for ClientMiddleware {
    async fn handle(
        &self,
        mut request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> Result<Response> {
        let open = in_force(&Context::current(), |propagation| {
            self.open(propagation, &mut request, extensions)
        });
        let Some(mut open) = open else { return next.run(request, extensions).await };
        let context = open.context().clone();
        let result = next.run(request, extensions).with_context(context).await;
        match &result {
            Ok(response) => open.take_status(response.status(), response.version()),
            Err(error) => open.fail_as(error_type(error)),
        }
        open.end();
        result
    }
}

/// Why no response came.
fn error_type(error: &Error) -> &'static str {
    match error {
        Error::Reqwest(error) if error.is_timeout() => "timeout",
        Error::Reqwest(error) if error.is_connect() => "connect",
        Error::Reqwest(error) if error.is_redirect() => "redirect",
        Error::Reqwest(error) if error.is_body() => "body",
        Error::Reqwest(_) => "reqwest::Error",
        Error::Middleware(_) => "reqwest_middleware::Error",
    }
}
