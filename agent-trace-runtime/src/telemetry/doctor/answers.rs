//! What the answer of a receiver means, and what to do about it.

use super::super::destination::Route;
use super::super::environment::Exporter;
use super::super::error::without_credentials;
use super::super::export::{Answered, Attempt, Noticed, TOO_LATE};
use super::super::settings::Compression;
use super::case::Case;
use super::destinations::Outcome;
use super::network::{no_answer, proxy_variables};
use super::peek::{Speech, speech};
use super::{Level, tls};

/// What came of sending an item.
pub(super) async fn explain(case: &Case, attempt: Attempt, noticed: &Noticed) -> Outcome {
    let is_grpc =
        noticed.content_type.as_ref().is_some_and(|known| known.contains("application/grpc"));
    let is_page = noticed.content_type.as_ref().is_some_and(|known| known.starts_with("text/html"));
    let reason = match attempt {
        Attempt::Delivered { .. } if is_grpc && !case.is_grpc() => {
            return speaks(case, Speech::Http2);
        }
        Attempt::Delivered { .. } if is_page => return page(case),
        Attempt::Delivered { rejected: 0, message } => return delivered(case, &message),
        Attempt::Delivered { message, .. } => return rejected(case, &message),
        Attempt::Later { reason, .. }
        | Attempt::Refused { reason }
        | Attempt::TooLarge { reason } => without_credentials(&reason),
    };
    match noticed.answered {
        Some(_) if is_grpc && !case.is_grpc() => speaks(case, Speech::Http2),
        Some(Answered::Http(status)) => of_status(case, status, &reason, noticed),
        Some(Answered::Grpc(code)) => match mapped_status(&reason) {
            // It was not gRPC that has answered: a gateway before the receiver, or another server.
            Some(status @ (401 | 403 | 407 | 413 | 429 | 500..)) => {
                of_status(case, status, &reason, noticed)
            }
            Some(_) => speaks(case, Speech::Http1),
            None => of_code(case, code, &reason, noticed),
        },
        None if matches!(case.route, Route::File(_)) => unwritable(case, &reason),
        None => unanswered(case, &reason).await,
    }
}

fn delivered(case: &Case, said: &str) -> Outcome {
    let item = match case.kind {
        super::Kind::Spans => "a test span",
        super::Kind::Metrics => "a test metric",
        super::Kind::Events => "a test log event",
    };
    let by = case.place.as_ref().filter(|place| place.is_proxy);
    let by = by.map(|place| format!(" through the proxy at {place} ({})", proxy_variables()));
    let mut message =
        format!("{item}, agent_trace.doctor, was delivered{}", by.unwrap_or_default());
    if said.is_empty() {
        return Outcome { level: Level::Ok, message, remedy: None, skew: None };
    }
    message.push_str(&format!("; the receiver says: {said}"));
    let remedy = Some("see what the receiver says".to_owned());
    Outcome { level: Level::Warning, message, remedy, skew: None }
}

fn rejected(case: &Case, said: &str) -> Outcome {
    let said = if said.is_empty() { "it does not say why" } else { said };
    Outcome::problem(
        format!("the receiver takes the request and rejects the item in it: {said}"),
        format!(
            "see what it says; limits of a tenant, too old a time and unknown attributes are usual reasons, and {} would be rejected alike",
            case.kind
        ),
    )
}

fn page(case: &Case) -> Outcome {
    Outcome::problem(
        "a web page has answered, and no receiver of OTLP: nothing was taken",
        format!(
            "name the address for OTLP in {}, and not that of the user interface",
            case.endpoint_setting()
        ),
    )
}

fn unwritable(case: &Case, reason: &str) -> Outcome {
    Outcome::problem(
        format!("the file {} cannot be written: {reason}", case.endpoint),
        "give the process's user the right to write there, or name another folder by AGENT_TRACE_FILE_DIRECTORY, or `.file(…)` in code",
    )
}

/// Something else is spoken there than was expected.
fn speaks(case: &Case, speech: Speech) -> Outcome {
    let (endpoint, protocol) = (case.endpoint_setting(), case.protocol_setting());
    match speech {
        Speech::Http1 => Outcome::problem(
            "a server for HTTP answers there, and not one for gRPC: the ports may be mixed up",
            format!(
                "name the port for gRPC in {endpoint}, by custom 4317; or set {protocol} to http/protobuf"
            ),
        ),
        Speech::Http2 => Outcome::problem(
            "a server for gRPC answers there, and not one for HTTP: the ports may be mixed up",
            format!(
                "name the port for HTTP in {endpoint}, by custom 4318; or set {protocol} to grpc"
            ),
        ),
        Speech::Tls => Outcome::problem(
            "the receiver speaks TLS there",
            format!("write https:// in place of http:// in {endpoint}"),
        ),
    }
}

/// Nobody has answered, or nothing that could be understood.
async fn unanswered(case: &Case, reason: &str) -> Outcome {
    if case.is_tls()
        && let Some(outcome) = tls::explain(case, reason)
    {
        return outcome;
    }
    if let Some(place) = case.place.as_ref().filter(|place| !place.is_proxy)
        && !case.is_tls()
    {
        match speech(&place.to_string()).await {
            Some(Speech::Http1) if case.is_grpc() => return speaks(case, Speech::Http1),
            Some(Speech::Http2) if !case.is_grpc() => return speaks(case, Speech::Http2),
            Some(Speech::Tls) => return speaks(case, Speech::Tls),
            _ => {}
        }
    }
    if reason == TOO_LATE {
        return no_answer(case);
    }
    let message = format!("the connection breaks before an answer: {reason}");
    let setting = case.endpoint_setting();
    let remedy = format!("see the receiver's log, and whether {setting} names its OTLP port");
    if case.endpoint.starts_with("https://") {
        // A receiver that refuses a client in TLS 1.3 says so behind the handshake, which may come too late.
        return Outcome::problem(
            message,
            format!(
                "{remedy}; if it wants to see a certificate of this service (mTLS), give one with its key by \
                 OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE and OTEL_EXPORTER_OTLP_CLIENT_KEY"
            ),
        );
    }
    Outcome::problem(message, remedy)
}

fn of_status(case: &Case, status: u16, reason: &str, noticed: &Noticed) -> Outcome {
    let path = case.path();
    match status {
        401 | 403 => unknown_sender(case, reason, noticed),
        404 => {
            Outcome::problem(format!("there is no {path} at the receiver: {reason}"), of_path(case))
        }
        405 => {
            Outcome::problem(format!("{path} is there, and takes no POST: {reason}"), of_path(case))
        }
        300..=399 => {
            let to = noticed.location.as_deref().map(without_credentials);
            let to = to.map_or("elsewhere".to_owned(), |to| format!("to {to}"));
            Outcome::problem(
                format!("the receiver sends {to} ({reason}), which telemetry does not follow"),
                format!("write the address that it names in {}", case.endpoint_setting()),
            )
        }
        407 => Outcome::problem(
            format!("the proxy wants to know who asks: {reason}"),
            format!(
                "write name and password in {}, as http://name:password@host, or add the receiver's host to NO_PROXY",
                proxy_variables()
            ),
        ),
        413 => Outcome::problem(
            format!("a request with a single item is too large: {reason}"),
            "raise the limit of the receiver, or of the proxy before it; `.request_bytes(…)` in code makes requests smaller",
        ),
        415 => wrong_format(case, reason),
        429 => Outcome::problem(
            format!("the receiver takes no more now: {reason}"),
            "see the limits of this account or tenant; sampling and longer intervals send less",
        ),
        500.. => Outcome::problem(
            format!("the receiver, or a proxy before it, fails: {reason}"),
            "see its log and whether what is behind it runs; telemetry is sent again until it is taken",
        ),
        _ => Outcome::problem(
            format!("the receiver refuses the request: {reason}"),
            format!(
                "see what it says, and whether {} and the headers in {} are what it expects",
                case.endpoint_setting(),
                case.header_setting()
            ),
        ),
    }
}

fn of_code(case: &Case, code: i32, reason: &str, noticed: &Noticed) -> Outcome {
    const DEADLINE_EXCEEDED: i32 = 4;
    const PERMISSION_DENIED: i32 = 7;
    const RESOURCE_EXHAUSTED: i32 = 8;
    const UNIMPLEMENTED: i32 = 12;
    const INTERNAL: i32 = 13;
    const UNAVAILABLE: i32 = 14;
    const UNAUTHENTICATED: i32 = 16;
    match code {
        UNAUTHENTICATED | PERMISSION_DENIED => unknown_sender(case, reason, noticed),
        UNIMPLEMENTED if reason.contains("compress") || reason.contains("encoding") => {
            wrong_format(case, reason)
        }
        UNIMPLEMENTED => Outcome::problem(
            format!("the receiver does not take {} over gRPC: {reason}", case.kind),
            format!(
                "switch them on there, or set {} to none; where it is no receiver of OTLP, correct {}",
                case.exporter_variable(),
                case.endpoint_setting()
            ),
        ),
        RESOURCE_EXHAUSTED => Outcome::problem(
            format!("the receiver takes no more now, or nothing as large: {reason}"),
            "see the limits of this account or tenant, and those of the receiver's requests; `.request_bytes(…)` in code makes requests smaller",
        ),
        UNAVAILABLE | INTERNAL | DEADLINE_EXCEEDED => Outcome::problem(
            format!("the receiver, or a proxy before it, fails: {reason}"),
            "see its log and whether what is behind it runs; telemetry is sent again until it is taken",
        ),
        _ => Outcome::problem(
            format!("the receiver refuses the request: {reason}"),
            format!(
                "see what it says, and whether the headers in {} are what it expects",
                case.header_setting()
            ),
        ),
    }
}

/// Who sends is not known, or not allowed to. Of headers, only the names are told.
fn unknown_sender(case: &Case, reason: &str, noticed: &Noticed) -> Outcome {
    let setting = case.header_setting();
    let scheme =
        noticed.challenge.as_deref().and_then(|challenge| challenge.split([' ', ',']).next());
    let asked = scheme.map(|scheme| format!("; it asks for `authorization` by {scheme}"));
    let asked = asked.unwrap_or_default();
    let (sent, remedy) = if case.headers.is_empty() {
        let remedy = format!(
            "set {setting} to the header that its documentation names, as authorization=Bearer%20KEY or x-api-key=KEY"
        );
        ("no header says who sends".to_owned(), remedy)
    } else {
        let names = case.headers.join(", ");
        let remedy = format!(
            "correct the value of {names} in {setting}: the key may have expired, be of another account or region, or lack a word before it, as Bearer; \
             or the receiver wants a header of another name"
        );
        (format!("the headers {names} are sent"), remedy)
    };
    Outcome::problem(
        format!("the receiver does not let this service in: {reason}; {sent}{asked}"),
        remedy,
    )
}

/// What to do where a path is not the right one.
fn of_path(case: &Case) -> String {
    let (setting, expected) = (case.endpoint_setting(), case.expected_path());
    let path = case.path().trim_end_matches('/');
    if case.exporter == Exporter::Zipkin {
        return format!("correct the path in {setting}: Zipkin's is /api/v2/spans");
    }
    if path.matches("/v1/").count() > 1 {
        return format!("take /v1/… off {setting}: {expected} is added to it");
    }
    if case.has_own_endpoint() && !path.ends_with(&expected) {
        return format!("write {expected} at the end of {setting}, which is used as it is");
    }
    format!(
        "see which path the receiver has for OTLP, and write what stands before {expected} in {setting}; where it does not take {}, set {} to none",
        case.kind,
        case.exporter_variable()
    )
}

/// The body is not what the receiver reads.
fn wrong_format(case: &Case, reason: &str) -> Outcome {
    let mut remedies = Vec::new();
    if case.is_json() {
        remedies.push(format!("set {} to http/protobuf", case.protocol_setting()));
    }
    if case.compression.is_some() {
        remedies.push(format!("set {} to none", case.compression_setting()));
    }
    if remedies.is_empty() {
        remedies.push(format!(
            "set {} to http/json or grpc, whichever it takes, or correct {}",
            case.protocol_setting(),
            case.endpoint_setting()
        ));
    }
    let compression = match case.compression {
        None => String::new(),
        known => format!(", compressed by {}", Compression::name(known)),
    };
    Outcome::problem(
        format!("the receiver does not read {}{compression}: {reason}", case.format()),
        remedies.join("; "),
    )
}

/// The status of HTTP that the client of gRPC has made an answer of.
fn mapped_status(reason: &str) -> Option<u16> {
    let (_, status) = reason.split_once("mapped from HTTP status code ")?;
    status.get(..3)?.parse().ok()
}
