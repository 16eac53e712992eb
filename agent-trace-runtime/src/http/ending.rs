//! A request that is open, and how it ends: from the head of its response to the end of the body.

use http::{HeaderMap, Method, Response, StatusCode, Uri, Version};
use opentelemetry::{Context, ContextGuard, KeyValue};

use super::attributes::{self, has_no_body, push_version};
use super::rpc;
use crate::call::Failure;
use crate::request_span::RequestSpan;
use crate::semconv;

/// A request that is open: where it runs, and its span where there is one.
#[derive(Debug)]
pub(super) struct OpenRequest {
    context: Context,
    span: Option<RequestSpan>,
    side: Side,
    method: Method,
    /// Of a call by gRPC, until the server has told that it knows the method.
    rpc: Option<Uri>,
}

/// Who sees the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Server,
    Client,
}

impl OpenRequest {
    pub(super) fn new(
        context: Context,
        span: Option<RequestSpan>,
        side: Side,
        method: Method,
        rpc: Option<Uri>,
    ) -> Self {
        let context = span.as_ref().map_or(context, RequestSpan::context);
        Self { context, span, side, method, rpc }
    }

    pub(super) fn attach(&self) -> ContextGuard {
        self.context.clone().attach()
    }

    /// Takes what the head of the response says; ends the request where no body follows.
    pub(super) fn take_head<B>(&mut self, response: &Response<B>, is_whole: bool) {
        if self.rpc.is_some() {
            self.take_trailers(response.headers());
        } else {
            self.take_status(response.status(), response.version());
        }
        if is_whole || has_no_body(&self.method, response.status()) {
            self.end();
        }
    }

    /// Takes the status of a response, and the version of HTTP that came with it.
    pub(super) fn take_status(&self, status: StatusCode, version: Version) {
        let Some(span) = &self.span else { return };
        span.set([KeyValue::new(attributes::STATUS, i64::from(status.as_u16()))]);
        let is_error = match self.side {
            Side::Server => status.is_server_error(),
            Side::Client => status.is_client_error() || status.is_server_error(),
        };
        if is_error {
            span.fail(&Failure::new(status.as_str().to_owned(), ""));
        }
        if self.side == Side::Client {
            // That of the request is what a client can do; the server's answer tells what is spoken.
            let mut attributes = Vec::new();
            push_version(version, &mut attributes);
            span.set(attributes);
        }
    }

    /// Takes what headers or trailers say of a call by gRPC.
    pub(super) fn take_trailers(&mut self, headers: &HeaderMap) {
        let (Some(span), Some(_)) = (&self.span, &self.rpc) else { return };
        let Some(status) = rpc::status(headers) else { return };
        span.set([KeyValue::new(semconv::RPC_RESPONSE_STATUS_CODE, status)]);
        if rpc::is_error(status, self.side == Side::Server) {
            span.fail(&Failure::new(status, ""));
        }
        if status != rpc::UNIMPLEMENTED {
            self.rpc = None;
        }
    }

    /// Ends the request as one that failed by an error of this type.
    pub(super) fn fail<E>(&mut self) {
        self.fail_as(std::any::type_name::<E>());
    }

    pub(super) fn fail_as(&mut self, error_type: &'static str) {
        if let Some(span) = &self.span {
            span.fail(&Failure::new(error_type, ""));
        }
        self.end();
    }

    pub(super) fn end(&mut self) {
        self.hide_unknown_method();
        if let Some(span) = &mut self.span {
            span.end();
        }
    }

    /// What no service of the server has answered, a stranger may have made up.
    fn hide_unknown_method(&mut self) {
        if let (Some(span), Some(uri), Side::Server) = (&self.span, self.rpc.take(), self.side) {
            span.rename("grpc");
            span.set(rpc::unknown_method(&uri));
        }
    }

    /// Takes that the response was let go before its end, which a client may do.
    pub(super) fn let_go(&mut self) {
        match self.side {
            Side::Client => self.end(),
            Side::Server => self.hide_unknown_method(),
        }
    }

    /// Whether it has ended, of those that have a span.
    pub(super) fn has_ended(&self) -> bool {
        self.span.as_ref().is_some_and(RequestSpan::has_ended)
    }

    pub(super) const fn context(&self) -> &Context {
        &self.context
    }
}
