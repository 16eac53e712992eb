//! The scripted server: OpenAI's chat completions over HTTP on a loopback port.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use futures::stream::{self, Stream, StreamExt};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::completion::Completion;
use crate::error::ApiError;
use crate::script::{Content, Reply};
use crate::{Conversation, Script};

/// The names a client may ask for, and the exact version of the model that answers to each.
const MODELS: [(&str, &str); 4] = [
    ("gpt-4o", "gpt-4o-2024-08-06"),
    ("gpt-4o-mini", "gpt-4o-mini-2024-07-18"),
    ("gpt-4.1", "gpt-4.1-2025-04-14"),
    ("o4-mini", "o4-mini-2025-04-16"),
];

/// A running server. It stops when it is dropped.
///
/// A request must carry a bearer token (any token will do), a known model and a conversation in
/// which every tool call is answered. Anything else gets the error that OpenAI's service would give.
#[derive(Debug)]
pub struct ModelServer {
    address: SocketAddr,
    task: JoinHandle<io::Result<()>>,
}

impl ModelServer {
    /// Starts a server that answers by this script, on a free port, in the current tokio runtime.
    pub async fn start(script: Script) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let service = Service { script, replies: AtomicU64::new(0) };
        let router = Router::new()
            .route("/v1/chat/completions", post(chat_completions))
            .fallback(unknown_url)
            .method_not_allowed_fallback(wrong_method)
            .with_state(Arc::new(service));
        let task = tokio::spawn(axum::serve(listener, router).into_future());
        Ok(Self { address, task })
    }

    /// The URL that clients append `/chat/completions` to: `http://127.0.0.1:PORT/v1`.
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }
}

impl Drop for ModelServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[derive(Debug)]
struct Service {
    script: Script,
    replies: AtomicU64,
}

async fn chat_completions(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    check_token(&headers)?;
    let conversation = Conversation::parse(&body)?;
    let completion = service.complete(&conversation)?;
    tokio::time::sleep(completion.reply.delay).await;
    Ok(match conversation.stream() {
        None => Json(completion.to_json()).into_response(),
        Some(options) => {
            events(completion.to_chunks(options), completion.reply.pause).into_response()
        }
    })
}

/// Server-sent events, one for each chunk, with a pause between two; then `[DONE]`.
fn events(
    chunks: Vec<Value>,
    pause: Duration,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let chunks = chunks.into_iter().map(|chunk| chunk.to_string());
    let data = chunks.chain([String::from("[DONE]")]).enumerate();
    Sse::new(stream::iter(data).then(move |(position, data)| async move {
        if position > 1 {
            tokio::time::sleep(pause).await;
        }
        Ok(Event::default().data(data))
    }))
}

impl Service {
    fn complete(&self, conversation: &Conversation) -> Result<Completion<'_>, ApiError> {
        let model = resolve_model(conversation.model())?;
        let reply = self.script.reply_to(conversation).ok_or_else(|| {
            ApiError::bad_request("The script has no reply to this conversation.")
                .code("script_mismatch")
        })?;
        check_tools_offered(reply, conversation)?;
        let number = self.replies.fetch_add(1, Ordering::Relaxed);
        Ok(Completion::new(number, model, reply))
    }
}

fn check_token(headers: &HeaderMap) -> Result<(), ApiError> {
    let token = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    match token {
        Some(token) if !token.trim().is_empty() => Ok(()),
        _ => Err(ApiError::new(
            StatusCode::UNAUTHORIZED,
            "You didn't provide an API key. Send it in the header 'Authorization: Bearer YOUR_KEY'.",
        )),
    }
}

/// The version of the model behind a name; a version is a name for itself.
fn resolve_model(name: &str) -> Result<&'static str, ApiError> {
    MODELS
        .iter()
        .find(|(alias, version)| name == *alias || name == *version)
        .map(|(_, version)| *version)
        .ok_or_else(|| {
            let message =
                format!("The model `{name}` does not exist or you do not have access to it.");
            ApiError::new(StatusCode::NOT_FOUND, message).code("model_not_found")
        })
}

/// A model can only call the tools it was told about, so a script must not either.
fn check_tools_offered(reply: &Reply, conversation: &Conversation) -> Result<(), ApiError> {
    let Content::ToolCalls(calls) = &reply.content else {
        return Ok(());
    };
    match calls.iter().find(|call| !conversation.offers_tool(&call.name)) {
        None => Ok(()),
        Some(call) => Err(ApiError::bad_request(format!(
            "The script calls the tool '{}', which the request does not offer.",
            call.name
        ))
        .param("tools")
        .code("script_mismatch")),
    }
}

async fn unknown_url(method: Method, uri: Uri) -> ApiError {
    let message = format!("Unknown request URL: {method} {}.", uri.path());
    ApiError::new(StatusCode::NOT_FOUND, message).code("unknown_url")
}

async fn wrong_method(method: Method, uri: Uri) -> ApiError {
    let message = format!("Not allowed to {method} on {}.", uri.path());
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, message).code("method_not_supported")
}
