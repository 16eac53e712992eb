//! A request that is open, and how it ends: from the head of its response to the end of the body.

use http::{HeaderMap, Method, Response, StatusCode, Version};
use opentelemetry::{Context, KeyValue};

use super::attributes::{self, Described, has_no_body, is_rpc, push_version};
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
    protocol: Protocol,
}

/// Who sees the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Server,
    Client,
}

/// What is spoken.
#[derive(Debug)]
pub(super) enum Protocol {
    Http,
    Rpc,
    /// gRPC, as a client says; its server has not answered yet.
    Claimed(Box<Claim>),
}

/// What a request is called that says it speaks gRPC. Until a server of gRPC answers, that is a stranger's word.
#[derive(Debug)]
pub(super) struct Claim {
    pub(super) path: String,
    /// What it is where it does not.
    pub(super) http: Described,
}

impl OpenRequest {
    pub(super) fn new(
        context: Context,
        span: Option<RequestSpan>,
        side: Side,
        method: Method,
        protocol: Protocol,
    ) -> Self {
        let context = span.as_ref().map_or(context, RequestSpan::context);
        Self { context, span, side, method, protocol }
    }

    /// Runs `body` where the span is current; where it unwinds out of that, the span ends as panicked.
    pub(super) fn enter<T>(&mut self, body: impl FnOnce() -> T) -> T {
        let attached = self.context.clone().attach();
        let mut entered = Entered { request: self, is_unwinding: true };
        let output = body();
        entered.is_unwinding = false;
        drop(attached);
        output
    }

    /// Takes what the head of the response says; ends the request where no body follows.
    pub(super) fn take_head<B>(&mut self, response: &Response<B>, is_whole: bool) {
        self.settle_claim(response);
        match self.protocol {
            Protocol::Rpc => self.take_trailers(response.headers()),
            _ => self.take_status(response.status(), response.version()),
        }
        if is_whole || has_no_body(&self.method, response.status()) {
            self.end();
        }
    }

    /// Finds out whether a request that says it speaks gRPC has met one who does.
    fn settle_claim<B>(&mut self, response: &Response<B>) {
        let Claim { path, http } = match std::mem::replace(&mut self.protocol, Protocol::Http) {
            Protocol::Claimed(claim) => *claim,
            known => {
                self.protocol = known;
                return;
            }
        };
        let is_rpc = is_rpc(response.headers());
        if is_rpc {
            self.protocol = Protocol::Rpc;
        }
        let Some(span) = &self.span else { return };
        if !is_rpc {
            span.rename(http.name);
            span.set(http.attributes);
        } else if rpc::status(response.headers()) == Some(rpc::UNIMPLEMENTED) {
            span.set(rpc::unknown_method(&path));
        } else {
            span.rename(rpc::method(&path).to_owned());
            span.set(rpc::known_method(&path));
        }
    }

    /// Takes the status of a response, and the version of HTTP that came with it.
    pub(super) fn take_status(&mut self, status: StatusCode, version: Version) {
        let Some(span) = &mut self.span else { return };
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
        let (Some(span), Protocol::Rpc) = (&mut self.span, &self.protocol) else { return };
        let Some(status) = rpc::status(headers) else { return };
        span.set([KeyValue::new(semconv::RPC_RESPONSE_STATUS_CODE, status)]);
        if rpc::is_error(status, self.side == Side::Server) {
            span.fail(&Failure::new(status, ""));
        }
    }

    /// Ends the request as one that failed by an error of this type.
    pub(super) fn fail<E>(&mut self) {
        self.fail_as(std::any::type_name::<E>());
    }

    pub(super) fn fail_as(&mut self, error_type: &'static str) {
        if let Some(span) = &mut self.span {
            span.fail(&Failure::new(error_type, ""));
        }
        self.end();
    }

    pub(super) fn end(&mut self) {
        if let Some(span) = &mut self.span {
            span.end();
        }
    }

    /// Takes that the response was let go before its end, which a client may do.
    pub(super) fn let_go(&mut self) {
        if self.side == Side::Client {
            self.end();
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

impl Drop for OpenRequest {
    fn drop(&mut self) {
        if let (Protocol::Claimed(claim), Some(span)) = (&self.protocol, &self.span) {
            span.set(rpc::unknown_method(&claim.path));
        }
    }
}

/// The time in which something runs that may unwind.
struct Entered<'a> {
    request: &'a mut OpenRequest,
    is_unwinding: bool,
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        if self.is_unwinding {
            self.request.fail_as("panic");
        }
    }
}
