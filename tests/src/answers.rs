//! What an OTLP receiver answers, over HTTP and over gRPC.

use std::time::{Duration, SystemTime};

use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

/// What a receiver answers to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It takes all of it.
    Take,
    /// It takes it, without so many of its items.
    Partly(i64),
    /// It cannot take it now.
    Unavailable,
    /// It cannot take more before so many seconds.
    Throttled(u64),
    /// It never takes such a request.
    Refused,
    /// It never takes one as large.
    TooLarge,
    /// It answers with this status of HTTP, or with that of gRPC that means the same.
    Status(u16),
    /// It takes all of it, and its clock is so many seconds ahead, over HTTP.
    Ahead(i64),
    /// A page for people answers, over HTTP.
    Page,
}

impl Answer {
    pub(crate) const fn is_taken(self) -> bool {
        matches!(self, Self::Take | Self::Partly(_) | Self::Ahead(_))
    }

    /// The items that were rejected.
    pub(crate) const fn rejected(self) -> i64 {
        if let Self::Partly(rejected) = self { rejected } else { 0 }
    }

    pub(crate) fn over_grpc(self) -> Result<(), Status> {
        match self {
            Self::Take | Self::Partly(_) | Self::Ahead(_) | Self::Page => Ok(()),
            Self::Unavailable => Err(Status::unavailable("restarting")),
            Self::Throttled(seconds) => {
                let details = ErrorDetails::with_retry_info(Some(Duration::from_secs(seconds)));
                let code = Code::ResourceExhausted;
                Err(Status::with_error_details(code, "too many requests", details))
            }
            Self::Refused => Err(Status::invalid_argument("no such tenant")),
            Self::TooLarge => {
                Err(Status::resource_exhausted("grpc: received message larger than max"))
            }
            Self::Status(401) => Err(Status::unauthenticated("who is it?")),
            Self::Status(403) => Err(Status::permission_denied("not for you")),
            Self::Status(404) => Err(Status::unimplemented("unknown service")),
            Self::Status(status) => Err(Status::unknown(status.to_string())),
        }
    }

    pub(crate) fn over_http(self) -> Response {
        match self {
            Self::Take | Self::Partly(_) => StatusCode::OK.into_response(),
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE.into_response(),
            Self::Throttled(seconds) => {
                let mut response = StatusCode::TOO_MANY_REQUESTS.into_response();
                response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
                response
            }
            Self::Refused => {
                let mut response = Response::new(Body::from("no such tenant"));
                *response.status_mut() = StatusCode::BAD_REQUEST;
                response
            }
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE.into_response(),
            Self::Status(status) => {
                let status = StatusCode::from_u16(status).expect("a status of HTTP");
                let elsewhere = [(header::LOCATION, "https://elsewhere.example/v1/traces")];
                let challenge = [(header::WWW_AUTHENTICATE, "Bearer realm=\"otlp\"")];
                match status {
                    StatusCode::UNAUTHORIZED => (status, challenge).into_response(),
                    _ if status.is_redirection() => (status, elsewhere).into_response(),
                    _ => status.into_response(),
                }
            }
            Self::Ahead(seconds) => {
                let now = SystemTime::now();
                let by = Duration::from_secs(seconds.unsigned_abs());
                let date = if seconds < 0 { now - by } else { now + by };
                [(header::DATE, httpdate::fmt_http_date(date))].into_response()
            }
            Self::Page => Html("<html>traces</html>").into_response(),
        }
    }
}
