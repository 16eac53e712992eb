//! What the RPC conventions call what is known of a call by gRPC.
//!
//! Source: RPC conventions 1.44.0, release candidate.

use http::HeaderMap;
use opentelemetry::KeyValue;

use super::attributes::{Described, push_host};
use crate::semconv;

const SYSTEM: &str = "rpc.system.name";
const METHOD: &str = "rpc.method";
const METHOD_ORIGINAL: &str = "rpc.method_original";
const GRPC: &str = "grpc";
/// What a span is called while nobody has said that there is such a method.
const UNKNOWN_NAME: &str = "grpc";
const STATUS_HEADER: &str = "grpc-status";

/// The status of a service that does not know the method: what it is called is then the client's word.
pub(super) const UNIMPLEMENTED: &str = "UNIMPLEMENTED";

/// The codes of gRPC, each at its number.
const CODES: [&str; 17] = [
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    UNIMPLEMENTED,
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
];

/// Those that are the server's fault; the others are the client's, and errors only there.
const ERRORS_OF_SERVERS: [&str; 6] =
    ["UNKNOWN", "DEADLINE_EXCEEDED", UNIMPLEMENTED, "INTERNAL", "UNAVAILABLE", "DATA_LOSS"];

/// A call that a client makes, by its path, `/package.Service/Method`.
pub(super) fn described(path: &str, host: Option<&str>) -> Described {
    let mut attributes = known_method(path).to_vec();
    push_host(host, &mut attributes);
    Described { name: method(path).to_owned().into(), attributes }
}

/// A call that a server gets, before it is known whether there is such a method.
pub(super) fn claimed(host: Option<&str>) -> Described {
    let mut attributes = Vec::new();
    push_host(host, &mut attributes);
    Described { name: UNKNOWN_NAME.into(), attributes }
}

pub(super) fn method(path: &str) -> &str {
    path.trim_start_matches('/')
}

pub(super) fn known_method(path: &str) -> [KeyValue; 2] {
    [KeyValue::new(SYSTEM, GRPC), KeyValue::new(METHOD, method(path).to_owned())]
}

/// The attributes of a method that no service has answered: what a stranger has called it names no span.
pub(super) fn unknown_method(path: &str) -> [KeyValue; 3] {
    [
        KeyValue::new(SYSTEM, GRPC),
        KeyValue::new(METHOD, semconv::ERROR_TYPE_OTHER),
        KeyValue::new(METHOD_ORIGINAL, method(path).to_owned()),
    ]
}

/// The status in headers or trailers, where one is there.
pub(super) fn status(headers: &HeaderMap) -> Option<&'static str> {
    let number: usize = headers.get(STATUS_HEADER)?.to_str().ok()?.parse().ok()?;
    Some(CODES.get(number).copied().unwrap_or("UNKNOWN"))
}

/// Whether this status is an error on the side of a server, or of a client.
pub(super) fn is_error(status: &str, of_server: bool) -> bool {
    if of_server { ERRORS_OF_SERVERS.contains(&status) } else { status != "OK" }
}
