//! `genai`, asked through its client: it makes its responses only from a provider's answer.

use agent_trace_runtime::InferenceResponse;
use agent_trace_runtime::response::Response;
use agent_trace_tests::responses::{Fixture, fixture};
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use futures::StreamExt;
use genai::adapter::AdapterKind;
use genai::chat::{ChatMessage, ChatOptions, ChatRequest};
use genai::resolver::{AuthData, Endpoint, Error, ServiceTargetResolver};
use genai::{Client, ModelIden, ServiceTarget};
use tokio::net::TcpListener;

/// A client whose provider answers everything with the fixture.
async fn client(kind: AdapterKind, fixture: &'static Fixture) -> Client {
    let is_stream = fixture.path.ends_with(".sse");
    let content_type = if is_stream { "text/event-stream" } else { "application/json" };
    let answer = move || async move { ([(CONTENT_TYPE, content_type)], fixture.body()) };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}/v1/", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await });

    let resolve = move |target: ServiceTarget| -> Result<ServiceTarget, Error> {
        Ok(ServiceTarget {
            endpoint: Endpoint::from_owned(endpoint.clone()),
            auth: AuthData::from_single("key"),
            model: ModelIden::new(kind, target.model.model_name),
        })
    };
    let resolver = ServiceTargetResolver::from_resolver_fn(resolve);
    Client::builder().with_service_target_resolver(resolver).build().unwrap()
}

fn question() -> ChatRequest {
    ChatRequest::default().append_message(ChatMessage::user("Where is my order?"))
}

#[tokio::test]
async fn chats_tell_what_their_bodies_tell() {
    for (kind, path) in [
        (AdapterKind::OpenAI, "openai/chat.json"),
        (AdapterKind::Anthropic, "anthropic/message.json"),
    ] {
        let fixture = fixture(path);
        let client = client(kind, fixture).await;
        let reply = client.exec_chat(fixture.model.unwrap(), question(), None).await.unwrap();
        let (told, body) = (Response::of(&reply), Response::of(&fixture.body()));
        assert_eq!(told.response_model(), fixture.model);
        assert_eq!(told.finish_reasons(), fixture.finish_reasons);
        let counts = |response: &Response| {
            let usage = response.usage().unwrap();
            // It leaves out what is zero.
            (usage.input_tokens(), usage.output_tokens(), usage.cached_input_tokens().unwrap_or(0))
        };
        assert_eq!(counts(&told), counts(&body), "{path}");
    }
}

#[tokio::test]
async fn the_end_of_a_stream_tells_its_usage() {
    for (kind, path) in [
        (AdapterKind::OpenAI, "openai/chat_stream.sse"),
        (AdapterKind::Anthropic, "anthropic/message_stream.sse"),
        (AdapterKind::Gemini, "gemini/content_stream.sse"),
    ] {
        let fixture = fixture(path);
        let client = client(kind, fixture).await;
        let options = ChatOptions::default().with_capture_usage(true);
        let model = fixture.model.unwrap();
        let reply = client.exec_chat_stream(model, question(), Some(&options)).await.unwrap();
        let mut told = Response::default();
        let events: Vec<_> = reply.stream.collect().await;
        events.iter().for_each(|event| told.observe(event.as_ref().unwrap()));
        let usage = told.usage().unwrap();
        let counts = (usage.input_tokens(), usage.output_tokens());
        assert_eq!(counts, (fixture.tokens.input, fixture.tokens.output), "{path}");
    }
}
