//! What a request or a notification is about.

use opentelemetry::KeyValue;
use rmcp::model::{
    ClientNotification, ClientRequest, NotificationMetaObject, RequestMetaObject,
    ServerNotification, ServerRequest,
};
use serde_core::Serialize;

use crate::propagation::{Carrier, CarrierMut};
use crate::semconv;

/// What spans and metrics are told of a message.
#[derive(Debug, Default)]
pub(super) struct Message {
    pub(super) method: String,
    pub(super) tool: Option<String>,
    pub(super) prompt: Option<String>,
    pub(super) uri: Option<String>,
    /// Of the request.
    pub(super) id: Option<String>,
}

impl Message {
    /// The method, and what it is about where that is a name and no address.
    pub(super) fn span_name(&self) -> String {
        match self.tool.as_ref().or(self.prompt.as_ref()) {
            Some(target) => format!("{} {target}", self.method),
            None => self.method.clone(),
        }
    }

    /// What both spans and metrics have.
    pub(super) fn labels(&self) -> Vec<KeyValue> {
        let mut labels = vec![KeyValue::new(semconv::MCP_METHOD_NAME, self.method.clone())];
        let named = |key, name: &Option<String>| name.clone().map(|name| KeyValue::new(key, name));
        if self.tool.is_some() {
            labels.push(KeyValue::new(semconv::OPERATION_NAME, "execute_tool"));
        }
        labels.extend(named(semconv::TOOL_NAME, &self.tool));
        labels.extend(named(semconv::PROMPT_NAME, &self.prompt));
        labels
    }

    /// What spans have besides.
    pub(super) fn details(&self) -> impl Iterator<Item = KeyValue> {
        let uri = self.uri.clone().map(|uri| KeyValue::new(semconv::MCP_RESOURCE_URI, uri));
        let id = self.id.clone().map(|id| KeyValue::new(semconv::JSONRPC_REQUEST_ID, id));
        uri.into_iter().chain(id)
    }
}

impl From<&ClientRequest> for Message {
    fn from(request: &ClientRequest) -> Self {
        let mut message = Self { method: request.method().to_owned(), ..Self::default() };
        match request {
            ClientRequest::CallToolRequest(call) => {
                message.tool = Some(call.params.name.clone().into_owned());
            }
            ClientRequest::GetPromptRequest(get) => message.prompt = Some(get.params.name.clone()),
            ClientRequest::ReadResourceRequest(read) => message.uri = Some(read.params.uri.clone()),
            ClientRequest::SubscribeRequest(subscribe) => {
                message.uri = Some(subscribe.params.uri.clone());
            }
            ClientRequest::UnsubscribeRequest(unsubscribe) => {
                message.uri = Some(unsubscribe.params.uri.clone());
            }
            _ => {}
        }
        message
    }
}

macro_rules! told_by_method {
    ($($message:ty)*) => {$(
        impl From<&$message> for Message {
            fn from(message: &$message) -> Self {
                Self { method: method_of(message), ..Self::default() }
            }
        }
    )*};
}

told_by_method! { ServerRequest ClientNotification ServerNotification }

/// The method as it is on the wire: these types do not tell it otherwise.
fn method_of(message: &impl Serialize) -> String {
    let message = serde_json::to_value(message).unwrap_or_default();
    message["method"].as_str().unwrap_or(semconv::ERROR_TYPE_OTHER).to_owned()
}

macro_rules! carriers {
    ($($meta:ty)*) => {$(
        impl Carrier for $meta {
            fn get(&self, name: &str) -> Option<&str> {
                self.0.0.get(name)?.as_str()
            }
        }

        impl CarrierMut for $meta {
            fn set(&mut self, name: &str, text: String) {
                CarrierMut::set(&mut self.0.0, name, text);
            }

            fn remove(&mut self, name: &str) {
                self.0.0.remove(name);
            }
        }
    )*};
}

carriers! { RequestMetaObject NotificationMetaObject }
