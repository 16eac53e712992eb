//! A chat completion request: checked as the real service checks it, and open to a script's questions.

use serde_json::{Map, Value};

use crate::error::ApiError;

const ROLES: [&str; 6] = ["system", "assistant", "user", "function", "tool", "developer"];

/// The conversation a client sent: its messages, and the tools it offers to the model.
#[derive(Clone, Debug)]
pub struct Conversation {
    model: String,
    messages: Vec<Value>,
    tools: Vec<String>,
    stream: Option<StreamOptions>,
}

/// How the client wants its stream.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct StreamOptions {
    /// Whether a last chunk tells the tokens.
    pub(crate) include_usage: bool,
}

impl Conversation {
    /// Reads a request's body. Everything the real service would refuse is refused here too.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, ApiError> {
        let Ok(Value::Object(mut body)) = serde_json::from_slice(body) else {
            return Err(ApiError::bad_request("We could not parse the JSON body of your request."));
        };
        let model = match body.remove("model") {
            Some(Value::String(model)) if !model.is_empty() => model,
            Some(Value::String(_)) | None => {
                return Err(ApiError::bad_request("you must provide a model parameter"));
            }
            Some(_) => return Err(wrong_type("model", "a string")),
        };
        let messages = match body.remove("messages") {
            Some(Value::Array(messages)) => messages,
            Some(_) => return Err(wrong_type("messages", "an array of objects")),
            None => return Err(missing("messages")),
        };
        check_messages(&messages)?;
        Ok(Self { model, messages, tools: tool_names(&body)?, stream: stream_options(&body)? })
    }

    /// The model the client asked for.
    pub fn model(&self) -> &str {
        &self.model
    }

    /// Whether the client offers a tool of this name.
    pub fn offers_tool(&self, name: &str) -> bool {
        self.tools.iter().any(|tool| tool == name)
    }

    /// Whether the user spoke last: the model has not begun to answer.
    pub fn user_spoke_last(&self) -> bool {
        self.messages.last().is_some_and(|message| message["role"] == "user")
    }

    /// What the user said last; empty if the user has not spoken.
    pub fn user_text(&self) -> String {
        self.messages
            .iter()
            .rfind(|message| message["role"] == "user")
            .map(|message| text(&message["content"]))
            .unwrap_or_default()
    }

    /// What the latest call of this tool returned, if it was called since the user spoke.
    pub fn tool_result(&self, tool: &str) -> Option<String> {
        let turn = self.messages.rsplit(|message| message["role"] == "user").next()?;
        let call = turn
            .iter()
            .rev()
            .flat_map(|message| tool_calls(message).iter().rev())
            .find(|call| call["function"]["name"] == tool)?;
        let answer = turn
            .iter()
            .rfind(|message| message["role"] == "tool" && message["tool_call_id"] == call["id"])?;
        Some(text(&answer["content"]))
    }

    /// How the client wants the reply as a stream of events, if it does.
    pub(crate) fn stream(&self) -> Option<StreamOptions> {
        self.stream
    }
}

fn stream_options(body: &Map<String, Value>) -> Result<Option<StreamOptions>, ApiError> {
    let wants_stream = match body.get("stream") {
        None | Some(Value::Null) => false,
        Some(Value::Bool(wants_stream)) => *wants_stream,
        Some(_) => return Err(wrong_type("stream", "a boolean")),
    };
    let options = body.get("stream_options").filter(|options| !options.is_null());
    match options {
        Some(_) if !wants_stream => {
            let message =
                "The 'stream_options' parameter is only allowed when 'stream' is enabled.";
            Err(ApiError::bad_request(message).param("stream_options"))
        }
        Some(options) => {
            let include_usage = options["include_usage"].as_bool().unwrap_or_default();
            Ok(Some(StreamOptions { include_usage }))
        }
        None => Ok(wants_stream.then(StreamOptions::default)),
    }
}

/// Checks each message by itself, and that every tool call is answered right after it was made.
fn check_messages(messages: &[Value]) -> Result<(), ApiError> {
    if messages.is_empty() {
        let message = "Invalid 'messages': empty array. Expected at least one message.";
        return Err(ApiError::bad_request(message).param("messages").code("empty_array"));
    }
    let mut unanswered: Vec<&str> = Vec::new();
    for (index, message) in messages.iter().enumerate() {
        let role = check_message(index, message)?;
        if role == "tool" {
            let id = message["tool_call_id"].as_str().unwrap_or_default();
            let Some(position) = unanswered.iter().position(|call| *call == id) else {
                let message = "Invalid parameter: messages with role 'tool' must be a response to \
                               a preceding message with 'tool_calls'.";
                return Err(ApiError::bad_request(message).param(format!("messages.[{index}]")));
            };
            unanswered.remove(position);
        } else {
            check_answered(&unanswered, index)?;
            unanswered =
                tool_calls(message).iter().filter_map(|call| call["id"].as_str()).collect();
        }
    }
    check_answered(&unanswered, messages.len())
}

/// Checks one message and returns its role.
fn check_message(index: usize, message: &Value) -> Result<&str, ApiError> {
    let path = |field: &str| format!("messages[{index}].{field}");
    let role = match &message["role"] {
        Value::Null => return Err(missing(path("role"))),
        Value::String(role) if ROLES.contains(&role.as_str()) => role,
        role => {
            let message = format!("Invalid value: {role}. Supported values are: {ROLES:?}.");
            return Err(ApiError::bad_request(message).param(path("role")).code("invalid_value"));
        }
    };
    match &message["content"] {
        Value::String(_) | Value::Array(_) => {}
        // A message of the model may consist of tool calls alone.
        Value::Null if role == "assistant" && !tool_calls(message).is_empty() => {}
        Value::Null => return Err(missing(path("content"))),
        _ => return Err(wrong_type(path("content"), "a string or an array")),
    }
    if role == "tool" && !message["tool_call_id"].is_string() {
        return Err(missing(path("tool_call_id")));
    }
    for (n, call) in tool_calls(message).iter().enumerate() {
        for (pointer, field) in [
            ("/id", "id"),
            ("/function/name", "function.name"),
            ("/function/arguments", "function.arguments"),
        ] {
            if !call.pointer(pointer).is_some_and(Value::is_string) {
                return Err(missing(path(&format!("tool_calls[{n}].{field}"))));
            }
        }
    }
    Ok(role)
}

fn check_answered(unanswered: &[&str], index: usize) -> Result<(), ApiError> {
    if unanswered.is_empty() {
        return Ok(());
    }
    let message = format!(
        "An assistant message with 'tool_calls' must be followed by tool messages responding to \
         each 'tool_call_id'. The following tool_call_ids did not have response messages: {}",
        unanswered.join(", ")
    );
    Err(ApiError::bad_request(message).param(format!("messages.[{index}].role")))
}

fn tool_names(body: &Map<String, Value>) -> Result<Vec<String>, ApiError> {
    let tools = match body.get("tools") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(tools)) => tools,
        Some(_) => return Err(wrong_type("tools", "an array of objects")),
    };
    tools
        .iter()
        .enumerate()
        .map(|(n, tool)| match &tool["function"]["name"] {
            Value::String(name) => Ok(name.clone()),
            _ => Err(missing(format!("tools[{n}].function.name"))),
        })
        .collect()
}

/// The tool calls in a message; none if it has no such field.
fn tool_calls(message: &Value) -> &[Value] {
    message["tool_calls"].as_array().map_or(&[], Vec::as_slice)
}

/// The text of a message's content, which is a string or a list of parts.
fn text(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().filter_map(|part| part["text"].as_str()).collect(),
        _ => String::new(),
    }
}

fn missing(param: impl Into<String>) -> ApiError {
    let param = param.into();
    ApiError::bad_request(format!("Missing required parameter: '{param}'."))
        .param(param)
        .code("missing_required_parameter")
}

fn wrong_type(param: impl Into<String>, expected: &str) -> ApiError {
    let param = param.into();
    ApiError::bad_request(format!("Invalid type for '{param}': expected {expected}."))
        .param(param)
        .code("invalid_type")
}
