//! How a request ended, by the rules of each side.

use std::borrow::Cow;

use opentelemetry::KeyValue;
use rmcp::ErrorData;
use rmcp::service::ServiceError;

use crate::call::Failure;
use crate::semconv;

/// The codes that a client is to blame for: parse error, invalid request, method not found, invalid params, resource
/// not found.
const OF_CLIENTS: [i32; 5] = [-32700, -32600, -32601, -32602, -32002];
/// Of those, what says that a name is none that the server knows.
const OF_NAMES: [i32; 2] = [-32601, -32602];

/// What is told of a request's end.
#[derive(Clone, Debug, Default)]
pub(super) struct Outcome {
    pub(super) error_type: Option<Cow<'static, str>>,
    /// The code of a JSON-RPC error, whoever is to blame.
    pub(super) code: Option<i32>,
    /// What the error says, which can quote content.
    pub(super) message: Cow<'static, str>,
}

impl Outcome {
    /// The end of a request as its receiver sees it.
    pub(super) fn of_receiver<T>(
        result: &Result<T, ErrorData>,
        is_tool_error: fn(&T) -> bool,
    ) -> Self {
        match result {
            Ok(result) => Self::of_result(is_tool_error(result)),
            Err(error) => {
                let mut outcome = Self::of_json_rpc(error);
                outcome.error_type.take_if(|_| OF_CLIENTS.contains(&error.code.0));
                outcome
            }
        }
    }

    /// The end of a request as its sender sees it.
    pub(super) fn of_sender<T>(
        result: &Result<T, ServiceError>,
        is_tool_error: fn(&T) -> bool,
    ) -> Self {
        match result {
            Ok(result) => Self::of_result(is_tool_error(result)),
            Err(ServiceError::McpError(error)) => Self::of_json_rpc(error),
            Err(error) => Self {
                error_type: Some(Cow::Borrowed(name_of(error))),
                code: None,
                message: Cow::Owned(error.to_string()),
            },
        }
    }

    /// That of a request whose future was dropped.
    pub(super) fn cancelled() -> Self {
        let error_type = if std::thread::panicking() { "panic" } else { "cancelled" };
        Self { error_type: Some(Cow::Borrowed(error_type)), code: None, message: Cow::Borrowed("") }
    }

    fn of_result(is_tool_error: bool) -> Self {
        let error_type = is_tool_error.then_some(Cow::Borrowed("tool_error"));
        Self { error_type, ..Self::default() }
    }

    fn of_json_rpc(error: &ErrorData) -> Self {
        Self {
            error_type: Some(Cow::Owned(error.code.0.to_string())),
            code: Some(error.code.0),
            message: Cow::Owned(error.message.to_string()),
        }
    }

    pub(super) fn failure(&self) -> Option<Failure> {
        Some(Failure::new(self.error_type.clone()?, self.message.clone()))
    }

    pub(super) fn code(&self) -> Option<KeyValue> {
        Some(KeyValue::new(semconv::RPC_RESPONSE_STATUS_CODE, self.code?.to_string()))
    }

    /// What metrics have of it.
    pub(super) fn labels(&self) -> impl Iterator<Item = KeyValue> {
        let error = self.error_type.clone();
        let error = error.map(|error| KeyValue::new(semconv::ERROR_TYPE, error));
        self.code().into_iter().chain(error)
    }

    /// Whether there is a result, even one that tells of an error.
    pub(super) fn is_result(&self) -> bool {
        self.code.is_none() && self.message.is_empty()
    }

    /// Whether what the request named may be anything that its sender has made up.
    pub(super) fn is_of_unknown_name(&self) -> bool {
        self.code.is_some_and(|code| OF_NAMES.contains(&code))
    }
}

fn name_of(error: &ServiceError) -> &'static str {
    match error {
        ServiceError::Timeout { .. } => "timeout",
        ServiceError::Cancelled { .. } => "cancelled",
        ServiceError::TransportSend(_) => "transport_send",
        ServiceError::TransportClosed => "transport_closed",
        ServiceError::UnexpectedResponse => "unexpected_response",
        _ => semconv::ERROR_TYPE_OTHER,
    }
}
