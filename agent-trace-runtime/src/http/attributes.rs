//! What the HTTP conventions call what is known of a request.
//!
//! Source: HTTP conventions 1.44.0, stable.

use std::borrow::Cow;

use http::header::{CONTENT_TYPE, HOST, USER_AGENT};
use http::{HeaderMap, Method, StatusCode, Uri, Version};
use opentelemetry::trace::{SpanContext, SpanKind};
use opentelemetry::{Context, KeyValue};

use crate::propagation::authority;
use crate::request_span::{self, RequestSpan};
use crate::semconv;

const METHOD: &str = "http.request.method";
const METHOD_ORIGINAL: &str = "http.request.method_original";
const ROUTE: &str = "http.route";
pub(super) const STATUS: &str = "http.response.status_code";
const URL_FULL: &str = "url.full";
const URL_PATH: &str = "url.path";
const URL_QUERY: &str = "url.query";
const URL_SCHEME: &str = "url.scheme";
const USER_AGENT_ORIGINAL: &str = "user_agent.original";
const PROTOCOL_VERSION: &str = "network.protocol.version";

/// What stands for the value of a query.
const REDACTED: &str = "REDACTED";

/// The methods that HTTP knows; any other may be anything that a client has made up.
const METHODS: [&str; 9] =
    ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "CONNECT", "TRACE"];

/// What a request is, as its span is told at the start.
#[derive(Debug)]
pub(super) struct Described {
    pub(super) name: Cow<'static, str>,
    pub(super) attributes: Vec<KeyValue>,
}

impl Described {
    /// Opens the span of the request, below `context`.
    pub(super) fn open(
        self,
        context: &Context,
        kind: SpanKind,
        link: Option<SpanContext>,
    ) -> Option<RequestSpan> {
        let Self { name, attributes } = self;
        RequestSpan::start(context, request_span::Request { kind, name, attributes, link })
    }
}

/// A request that comes in, with the route that takes it, where that is known.
pub(super) fn of_server(
    method: &Method,
    uri: &Uri,
    version: Version,
    headers: &HeaderMap,
    route: Option<String>,
) -> Described {
    let mut attributes = Vec::with_capacity(12);
    let method = push_method(method, &mut attributes);
    let name = match &route {
        Some(route) => Cow::Owned(format!("{method} {route}")),
        None => Cow::Borrowed(method),
    };
    attributes.push(KeyValue::new(URL_SCHEME, scheme(uri)));
    attributes.push(KeyValue::new(URL_PATH, uri.path().to_owned()));
    if let Some(query) = uri.query().filter(|query| !query.is_empty()) {
        attributes.push(KeyValue::new(URL_QUERY, redacted_query(query)));
    }
    attributes.extend(route.map(|route| KeyValue::new(ROUTE, route)));
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    push_host(uri.authority().map(|authority| authority.as_str()).or(text(&HOST)), &mut attributes);
    push_version(version, &mut attributes);
    if let Some(agent) = text(&USER_AGENT) {
        attributes.push(KeyValue::new(USER_AGENT_ORIGINAL, agent.to_owned()));
    }
    Described { name, attributes }
}

/// A request that goes out to `host`.
pub(super) fn of_client(method: &Method, uri: &Uri, host: Option<&str>) -> Described {
    let mut attributes = Vec::with_capacity(8);
    let method = push_method(method, &mut attributes);
    push_host(host, &mut attributes);
    // It is on every client span, whatever the scheme's own port is.
    if !attributes.iter().any(|known| known.key.as_str() == semconv::SERVER_PORT)
        && let Some(port) = standard_port(uri.scheme_str())
    {
        attributes.push(KeyValue::new(semconv::SERVER_PORT, port));
    }
    attributes.push(KeyValue::new(URL_FULL, redacted_url(uri, host)));
    Described { name: Cow::Borrowed(method), attributes }
}

/// What the method is called in the span's name.
fn push_method(method: &Method, attributes: &mut Vec<KeyValue>) -> &'static str {
    if let Some(known) = METHODS.iter().find(|known| **known == method.as_str()) {
        attributes.push(KeyValue::new(METHOD, *known));
        return known;
    }
    attributes.push(KeyValue::new(METHOD, semconv::ERROR_TYPE_OTHER));
    attributes.push(KeyValue::new(METHOD_ORIGINAL, method.as_str().to_owned()));
    "HTTP"
}

/// The host and the port, where it names one.
pub(super) fn push_host(host: Option<&str>, attributes: &mut Vec<KeyValue>) {
    let Some((address, port)) = host.and_then(authority) else { return };
    attributes.push(KeyValue::new(semconv::SERVER_ADDRESS, address.to_owned()));
    let port = port.map(i64::from);
    attributes.extend(port.map(|port| KeyValue::new(semconv::SERVER_PORT, port)));
}

/// That of a server is seldom known: what ends TLS is often in front of it.
fn scheme(uri: &Uri) -> &'static str {
    if uri.scheme_str() == Some("https") { "https" } else { "http" }
}

fn standard_port(scheme: Option<&str>) -> Option<i64> {
    match scheme? {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    }
}

pub(super) fn push_version(version: Version, attributes: &mut Vec<KeyValue>) {
    let version = match version {
        Version::HTTP_10 => "1.0",
        Version::HTTP_11 => "1.1",
        Version::HTTP_2 => "2",
        Version::HTTP_3 => "3",
        _ => return,
    };
    attributes.push(KeyValue::new(PROTOCOL_VERSION, version));
}

/// An address without what may be secret in it.
fn redacted_url(uri: &Uri, host: Option<&str>) -> String {
    let authority = uri.authority().map(|authority| {
        let text = authority.as_str();
        text.rsplit_once('@').map_or(text, |(_, host)| host)
    });
    let mut url = String::new();
    if let Some(host) = authority.or(host) {
        url.extend([scheme(uri), "://", host]);
    }
    url.push_str(uri.path());
    if let Some(query) = uri.query().filter(|query| !query.is_empty()) {
        url.push('?');
        url.push_str(&redacted_query(query));
    }
    url
}

/// The names that a query asks by. A part without `=` may be a value.
fn redacted_query(query: &str) -> String {
    let parts = query.split('&').map(|part| match part.split_once('=') {
        Some((name, _)) => Cow::Owned(format!("{name}={REDACTED}")),
        None => Cow::Borrowed(REDACTED),
    });
    parts.collect::<Vec<_>>().join("&")
}

/// Whether this is a call by gRPC.
pub(super) fn is_rpc(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/grpc"))
}

/// Whether no body follows such a response.
pub(super) fn has_no_body(method: &Method, status: StatusCode) -> bool {
    *method == Method::HEAD
        || status.is_informational()
        || matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_of_an_address_is_told() {
        let told = |address: &str| redacted_url(&address.parse().unwrap(), None);
        assert_eq!(
            told("https://user:pass@api.example.com:8443/v1/models?key=sk-1&alt=sse&token"),
            "https://api.example.com:8443/v1/models?key=REDACTED&alt=REDACTED&REDACTED"
        );
        assert_eq!(told("http://[::1]:80/"), "http://[::1]:80/");
        assert_eq!(redacted_url(&"/a?".parse().unwrap(), Some("h:1")), "http://h:1/a");
    }
}
