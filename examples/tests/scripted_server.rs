//! The scripted server, seen by clients over HTTP: OpenAI's client for Rust and bare requests.

use agent_trace_examples::{ModelServer, Reply, Script, ToolCall, scripts};
use async_openai::Client;
use async_openai::config::OpenAIConfig;
use async_openai::error::{ApiErrorResponse, OpenAIError};
use async_openai::types::chat::{
    ChatCompletionMessageToolCalls, ChatCompletionRequestAssistantMessage,
    ChatCompletionRequestMessage, ChatCompletionRequestToolMessage,
    ChatCompletionRequestUserMessage, ChatCompletionStreamOptions, ChatCompletionTool,
    ChatCompletionTools, CompletionUsage, CreateChatCompletionRequest,
    CreateChatCompletionResponse, CreateChatCompletionStreamResponse, FinishReason, FunctionObject,
};
use futures::StreamExt;
use reqwest::StatusCode;
use serde_json::{Value, json};

type OpenAi = Client<OpenAIConfig>;

#[tokio::test]
async fn a_conversation_with_a_failed_tool_call() {
    let server = start(scripts::support()).await;
    let client = client(&server, "any-key");

    let first = ask(&client, vec![user("Where is my parcel?")]).await;
    assert_eq!(first.object, "chat.completion");
    assert_eq!(first.model, "gpt-4o-2024-08-06");
    assert!(first.id.starts_with("chatcmpl-"));
    assert_eq!(first.choices[0].finish_reason, Some(FinishReason::ToolCalls));
    assert_eq!(first.choices[0].message.content, None);
    assert_eq!(
        called(&first),
        [
            ("track_parcel", json!({"order_id": "A-1042"})),
            ("refund_policy", json!({"reason": "late_delivery"})),
        ]
    );
    assert_eq!(tokens(&first), (236, 0, 49, 0, 285));

    let second = ask(&client, follow_up(&first, ["error: no answer", "Full refund."])).await;
    assert_eq!(second.choices[0].finish_reason, Some(FinishReason::Stop));
    assert!(said(&second).contains("couldn't reach the carrier"));
    assert_eq!(tokens(&second), (331, 224, 62, 0, 393));
    assert_ne!(first.id, second.id);
}

#[tokio::test]
async fn the_answer_depends_on_what_the_tools_said() {
    let server = start(scripts::support()).await;
    let client = client(&server, "any-key");

    let first = ask(&client, vec![user("Where is my parcel?")]).await;
    let results = ["Out for delivery today.", "Full refund."];
    let second = ask(&client, follow_up(&first, results)).await;
    assert!(said(&second).contains("out for delivery today"));
    assert_eq!(tokens(&second), (327, 224, 54, 0, 381));

    // The user speaks again: what the tools said before does not count for this turn.
    let mut messages = follow_up(&first, results);
    messages.push(ChatCompletionRequestAssistantMessage::from(said(&second)).into());
    messages.push(user("And my other parcel?"));
    let third = ask(&client, messages).await;
    assert_eq!(called(&third).len(), 2);
}

#[tokio::test]
async fn rules_see_the_conversation_and_replies_carry_their_own_counts() {
    let script = Script::new()
        .when(
            |conversation| {
                conversation.user_text() == "Think." && conversation.model() == "o4-mini"
            },
            Reply::text("Done.").tokens(2048, 900).cached(1024).reasoning(832),
        )
        .otherwise(Reply::text("No need."));
    let server = start(script).await;
    let client = client(&server, "any-key");

    let mut request = request(vec![user("Think.")]);
    request.model = "o4-mini".to_owned();
    let reply = client.chat().create(request).await.expect("a reply");
    assert_eq!(reply.model, "o4-mini-2025-04-16");
    assert_eq!(said(&reply), "Done.");
    assert_eq!(tokens(&reply), (2048, 1024, 900, 832, 2948));

    assert_eq!(said(&ask(&client, vec![user("Think.")]).await), "No need.");
}

#[tokio::test]
async fn a_stream_says_the_same_in_chunks() {
    let server = start(scripts::support()).await;
    let client = client(&server, "any-key");
    let whole = ask(&client, vec![user("Where is my parcel?")]).await;
    let messages = follow_up(&whole, ["Out for delivery today.", "Full refund."]);
    let said_whole = said(&ask(&client, messages.clone()).await).to_owned();

    let options = ChatCompletionStreamOptions { include_usage: Some(true), ..Default::default() };
    let chunks = streamed(&client, request(messages.clone()), Some(options)).await;
    let text: String = chunks
        .iter()
        .flat_map(|chunk| &chunk.choices)
        .filter_map(|choice| choice.delta.content.as_deref())
        .collect();
    assert_eq!(text, said_whole);
    let (last, others) = chunks.split_last().expect("chunks");
    assert!(others.iter().all(|chunk| chunk.usage.is_none() && chunk.id == last.id));
    assert_eq!(others.last().expect("more").choices[0].finish_reason, Some(FinishReason::Stop));
    assert!(last.choices.is_empty());
    assert_eq!(last.usage.as_ref().map(|usage| usage.total_tokens), Some(381));

    let chunks = streamed(&client, request(messages), None).await;
    assert!(chunks.iter().all(|chunk| chunk.usage.is_none()));

    let chunks = streamed(&client, request(vec![user("Where is my parcel?")]), None).await;
    let deltas = chunks.iter().flat_map(|chunk| &chunk.choices);
    let calls: Vec<_> =
        deltas.filter_map(|choice| choice.delta.tool_calls.as_ref()).flatten().collect();
    assert_eq!(calls.iter().map(|call| call.index).collect::<Vec<_>>(), [0, 1]);
    assert!(calls.iter().all(|call| call.id.is_some()));
}

#[tokio::test]
async fn a_request_without_a_token_is_unauthorized() {
    let server = start(scripts::support()).await;
    let error = refusal(&client(&server, ""), request(vec![user("Hello?")])).await;
    assert_eq!(error.status_code, StatusCode::UNAUTHORIZED);
    assert_eq!(error.api_error.r#type.as_deref(), Some("invalid_request_error"));

    let response = post(&server, None, "{}").await;
    assert_eq!(response.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_unknown_model_is_not_found() {
    let server = start(scripts::support()).await;
    let mut request = request(vec![user("Hello?")]);
    request.model = "gpt-99".to_owned();
    let error = refusal(&client(&server, "any-key"), request).await;
    assert_eq!(error.status_code, StatusCode::NOT_FOUND);
    assert_eq!(error.api_error.code.as_deref(), Some("model_not_found"));
    assert_eq!(
        error.api_error.message,
        "The model `gpt-99` does not exist or you do not have access to it."
    );
}

#[tokio::test]
async fn a_body_that_is_not_json_is_refused() {
    let server = start(scripts::support()).await;
    for body in ["", "{\"model\": ", "[]"] {
        let (status, error) = post(&server, Some("any-key"), body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(error["error"]["type"], "invalid_request_error", "{body}");
        assert_eq!(error["error"]["code"], Value::Null, "{body}");
    }
}

#[tokio::test]
async fn requests_of_the_wrong_shape_are_refused() {
    let call = json!({
        "id": "call_1",
        "type": "function",
        "function": {"name": "track_parcel", "arguments": "{}"},
    });
    let user = json!({"role": "user", "content": "Hello?"});
    let calling = json!({"role": "assistant", "tool_calls": [call]});
    let result = json!({"role": "tool", "tool_call_id": "call_1", "content": "Found."});
    let chat = |messages: Value| json!({"model": "gpt-4o", "messages": messages});

    let cases = [
        (json!({"messages": [user]}), json!(null)),
        (json!({"model": 4, "messages": [user]}), json!("invalid_type")),
        (json!({"model": "gpt-4o"}), json!("missing_required_parameter")),
        (chat(json!("Hello?")), json!("invalid_type")),
        (chat(json!([])), json!("empty_array")),
        (chat(json!([{"content": "Hello?"}])), json!("missing_required_parameter")),
        (chat(json!([{"role": "guest", "content": "Hello?"}])), json!("invalid_value")),
        (chat(json!([{"role": "user"}])), json!("missing_required_parameter")),
        (chat(json!([{"role": "user", "content": 1}])), json!("invalid_type")),
        // A call nobody answered, an answer nobody called for, and an answer without an id.
        (chat(json!([user, calling])), json!(null)),
        (chat(json!([user, calling, user])), json!(null)),
        (chat(json!([user, result])), json!(null)),
        (chat(json!([user, calling, result, result])), json!(null)),
        (
            chat(json!([user, calling, {"role": "tool", "content": "Found."}])),
            json!("missing_required_parameter"),
        ),
        (
            json!({"model": "gpt-4o", "messages": [user], "tools": [{"type": "function"}]}),
            json!("missing_required_parameter"),
        ),
        (json!({"model": "gpt-4o", "messages": [user], "stream": "yes"}), json!("invalid_type")),
        (
            json!({
                "model": "gpt-4o",
                "messages": [user],
                "stream_options": {"include_usage": true},
            }),
            json!(null),
        ),
        // The script calls tools, so the request has to offer them.
        (chat(json!([user])), json!("script_mismatch")),
    ];
    let server = start(scripts::support()).await;
    for (body, code) in cases {
        let (status, error) = post(&server, Some("any-key"), &body.to_string()).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(error["error"]["type"], "invalid_request_error", "{body}");
        assert_eq!(error["error"]["code"], code, "{body} got {error}");
    }
}

#[tokio::test]
async fn a_conversation_outside_the_script_is_refused() {
    let server = start(Script::new()).await;
    let error = refusal(&client(&server, "any-key"), request(vec![user("Anybody there?")])).await;
    assert_eq!(error.status_code, StatusCode::BAD_REQUEST);
    assert_eq!(error.api_error.code.as_deref(), Some("script_mismatch"));
}

#[tokio::test]
async fn a_tool_is_only_called_if_it_is_offered() {
    let call = ToolCall::new("open_door", json!({}));
    let server = start(Script::new().otherwise(Reply::tool_calls([call]))).await;
    let error = refusal(&client(&server, "any-key"), request(vec![user("Open!")])).await;
    assert_eq!(error.api_error.code.as_deref(), Some("script_mismatch"));
    assert!(error.api_error.message.contains("open_door"));
}

#[tokio::test]
async fn other_urls_and_methods_get_errors_of_the_same_shape() {
    let server = start(scripts::support()).await;
    let chat = format!("{}/chat/completions", server.base_url());
    let models = format!("{}/models", server.base_url());
    for (url, status) in [(chat, StatusCode::METHOD_NOT_ALLOWED), (models, StatusCode::NOT_FOUND)] {
        let response = reqwest::get(url).await.expect("a response");
        assert_eq!(response.status(), status);
        let error: Value = serde_json::from_str(&response.text().await.expect("a body"))
            .expect("an error in JSON");
        assert_eq!(error["error"]["type"], "invalid_request_error");
    }
}

#[tokio::test]
async fn dropping_the_server_stops_it() {
    let server = start(scripts::support()).await;
    let url = server.base_url();
    reqwest::get(&url).await.expect("the server is there to answer");

    drop(server);
    for _ in 0..100 {
        match reqwest::get(&url).await {
            // The socket closes once the runtime gets to it.
            Ok(_) => tokio::task::yield_now().await,
            Err(error) => return assert!(error.is_connect() || error.is_request()),
        }
    }
    panic!("the server still answers");
}

async fn start(script: Script) -> ModelServer {
    ModelServer::start(script).await.expect("a free port")
}

fn client(server: &ModelServer, key: &str) -> OpenAi {
    let config = OpenAIConfig::new().with_api_base(server.base_url());
    Client::with_config(config.with_api_key(key))
}

fn user(text: &str) -> ChatCompletionRequestMessage {
    ChatCompletionRequestUserMessage::from(text).into()
}

/// A request that offers the tools of the support agent.
fn request(messages: Vec<ChatCompletionRequestMessage>) -> CreateChatCompletionRequest {
    let tool = |name: &str| {
        ChatCompletionTools::Function(ChatCompletionTool {
            function: FunctionObject { name: name.to_owned(), ..Default::default() },
        })
    };
    CreateChatCompletionRequest {
        model: "gpt-4o".to_owned(),
        messages,
        tools: Some(vec![tool("track_parcel"), tool("refund_policy")]),
        ..Default::default()
    }
}

async fn ask(
    client: &OpenAi,
    messages: Vec<ChatCompletionRequestMessage>,
) -> CreateChatCompletionResponse {
    let reply = client.chat().create(request(messages)).await;
    reply.expect("a reply")
}

async fn streamed(
    client: &OpenAi,
    mut request: CreateChatCompletionRequest,
    options: Option<ChatCompletionStreamOptions>,
) -> Vec<CreateChatCompletionStreamResponse> {
    request.stream_options = options;
    let stream = client.chat().create_stream(request).await.expect("a stream");
    stream.map(|chunk| chunk.expect("a chunk")).collect().await
}

async fn refusal(client: &OpenAi, request: CreateChatCompletionRequest) -> ApiErrorResponse {
    match client.chat().create(request).await {
        Err(OpenAIError::ApiError(error)) => error,
        other => panic!("expected an error from the service, got {other:?}"),
    }
}

async fn post(server: &ModelServer, token: Option<&str>, body: &str) -> (StatusCode, Value) {
    let url = format!("{}/chat/completions", server.base_url());
    let mut request = reqwest::Client::new().post(url).body(body.to_owned());
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    let response = request.send().await.expect("a response");
    let status = response.status();
    let body = response.text().await.expect("a body");
    (status, serde_json::from_str(&body).expect("an error in JSON"))
}

/// The conversation after the model's tool calls were made and returned these results.
fn follow_up(
    reply: &CreateChatCompletionResponse,
    results: [&str; 2],
) -> Vec<ChatCompletionRequestMessage> {
    let calls = tool_calls(reply);
    let mut messages = vec![
        user("Where is my parcel?"),
        ChatCompletionRequestAssistantMessage {
            tool_calls: Some(calls.clone()),
            ..Default::default()
        }
        .into(),
    ];
    for (call, result) in calls.into_iter().zip(results) {
        let ChatCompletionMessageToolCalls::Function(call) = call else {
            panic!("expected a function call, got {call:?}");
        };
        messages.push(
            ChatCompletionRequestToolMessage { tool_call_id: call.id, content: result.into() }
                .into(),
        );
    }
    messages
}

fn tool_calls(reply: &CreateChatCompletionResponse) -> Vec<ChatCompletionMessageToolCalls> {
    let message = &reply.choices[0].message;
    message.tool_calls.clone().unwrap_or_default()
}

/// The tools called, with their arguments.
fn called(reply: &CreateChatCompletionResponse) -> Vec<(&str, Value)> {
    let calls = reply.choices[0].message.tool_calls.iter().flatten();
    calls
        .map(|call| match call {
            ChatCompletionMessageToolCalls::Function(call) => {
                assert!(call.id.starts_with("call_"));
                let arguments = serde_json::from_str(&call.function.arguments);
                (call.function.name.as_str(), arguments.expect("JSON"))
            }
            other => panic!("expected a function call, got {other:?}"),
        })
        .collect()
}

fn said(reply: &CreateChatCompletionResponse) -> &str {
    reply.choices[0].message.content.as_deref().expect("a text")
}

/// Tokens of the prompt, cached ones, tokens of the completion, of reasoning, and in total.
fn tokens(reply: &CreateChatCompletionResponse) -> (u32, u32, u32, u32, u32) {
    let CompletionUsage {
        prompt_tokens,
        completion_tokens,
        total_tokens,
        prompt_tokens_details,
        completion_tokens_details,
    } = reply.usage.clone().expect("a usage");
    (
        prompt_tokens,
        prompt_tokens_details.and_then(|details| details.cached_tokens).expect("cached tokens"),
        completion_tokens,
        completion_tokens_details
            .and_then(|details| details.reasoning_tokens)
            .expect("reasoning tokens"),
        total_tokens,
    )
}
