//! Names of the OpenTelemetry GenAI semantic conventions that the runtime emits.
//!
//! These are the current ones. What the last release calls otherwise, [`Conventions`] says.
//!
//! Source: `open-telemetry/semantic-conventions-genai`, development, as of 2026-10-09 (no release
//! exists yet); `error.type` and `server.*` come from the core conventions, 1.44.0.
//!
//! ```
//! use agent_trace_runtime::semconv;
//!
//! assert_eq!(semconv::REQUEST_MODEL, "gen_ai.request.model");
//! ```

pub(crate) mod metrics;
pub(crate) mod openinference;
pub(crate) mod profile;
mod sketch;

pub use profile::Conventions;
pub(crate) use sketch::KeySketch;

/// What `error.type` says of errors whose type says nothing.
pub(crate) const ERROR_TYPE_OTHER: &str = "_OTHER";

/// Whether an attribute holds captured content.
#[cfg(feature = "__push")]
pub(crate) fn is_content(key: &str) -> bool {
    const CONTENT: [&str; 10] = [
        SYSTEM_INSTRUCTIONS,
        INPUT_MESSAGES,
        OUTPUT_MESSAGES,
        TOOL_DEFINITIONS,
        TOOL_CALL_ARGUMENTS,
        TOOL_CALL_RESULT,
        RETRIEVAL_QUERY_TEXT,
        RETRIEVAL_DOCUMENTS,
        MEMORY_QUERY_TEXT,
        MEMORY_RECORDS,
    ];
    // And what OpenInference calls it.
    const PREFIXES: [&str; 4] =
        ["input.", "output.", "llm.input_messages.", "llm.output_messages."];
    CONTENT.contains(&key) || PREFIXES.iter().any(|prefix| key.starts_with(prefix))
}

macro_rules! keys {
    ($($(#[$attribute:meta])* $name:ident = $key:literal;)*) => {
        $(
            $(#[$attribute])*
            #[doc = concat!("\n\n`", $key, "`")]
            pub const $name: &str = $key;
        )*
    };
}

keys! {
    /// What the span does: `chat`, `execute_tool`, `invoke_agent` … String.
    OPERATION_NAME = "gen_ai.operation.name";
    /// Who serves the model: `openai`, `aws.bedrock` … String.
    PROVIDER_NAME = "gen_ai.provider.name";
    /// The model that was asked for. String.
    REQUEST_MODEL = "gen_ai.request.model";
    /// The model that answered. String.
    RESPONSE_MODEL = "gen_ai.response.model";
    /// The provider's id of the response. String.
    RESPONSE_ID = "gen_ai.response.id";
    /// Why the model stopped, one for each choice. Array of strings.
    RESPONSE_FINISH_REASONS = "gen_ai.response.finish_reasons";
    /// All input tokens, cached ones included. Integer.
    USAGE_INPUT_TOKENS = "gen_ai.usage.input_tokens";
    /// All output tokens, reasoning included. Integer.
    USAGE_OUTPUT_TOKENS = "gen_ai.usage.output_tokens";
    /// Input tokens read from the provider's cache, a part of the input. Integer.
    USAGE_CACHE_READ_INPUT_TOKENS = "gen_ai.usage.cache_read.input_tokens";
    /// Input tokens written to the provider's cache, a part of the input. Integer.
    USAGE_CACHE_WRITE_INPUT_TOKENS = "gen_ai.usage.cache_write.input_tokens";
    /// Output tokens spent on reasoning, a part of the output. Integer.
    USAGE_REASONING_OUTPUT_TOKENS = "gen_ai.usage.reasoning.output_tokens";
    /// Input tokens that stand for text, a part of the input. Integer.
    USAGE_TEXT_INPUT_TOKENS = "gen_ai.usage.text.input_tokens";
    /// Output tokens that stand for text, a part of the output. Integer.
    USAGE_TEXT_OUTPUT_TOKENS = "gen_ai.usage.text.output_tokens";
    /// Cached input tokens that stand for text. Integer.
    USAGE_TEXT_CACHE_READ_INPUT_TOKENS = "gen_ai.usage.text.cache_read.input_tokens";
    /// Input tokens that stand for images, a part of the input. Integer.
    USAGE_IMAGE_INPUT_TOKENS = "gen_ai.usage.image.input_tokens";
    /// Output tokens that stand for images, a part of the output. Integer.
    USAGE_IMAGE_OUTPUT_TOKENS = "gen_ai.usage.image.output_tokens";
    /// Cached input tokens that stand for images. Integer.
    USAGE_IMAGE_CACHE_READ_INPUT_TOKENS = "gen_ai.usage.image.cache_read.input_tokens";
    /// Input tokens that stand for sound, a part of the input. Integer.
    USAGE_AUDIO_INPUT_TOKENS = "gen_ai.usage.audio.input_tokens";
    /// Output tokens that stand for sound, a part of the output. Integer.
    USAGE_AUDIO_OUTPUT_TOKENS = "gen_ai.usage.audio.output_tokens";
    /// Cached input tokens that stand for sound. Integer.
    USAGE_AUDIO_CACHE_READ_INPUT_TOKENS = "gen_ai.usage.audio.cache_read.input_tokens";
    /// The tier that served the call, as OpenAI names it. String.
    OPENAI_RESPONSE_SERVICE_TIER = "openai.response.service_tier";
    /// OpenAI's fingerprint of the backend that served the call. String.
    OPENAI_RESPONSE_SYSTEM_FINGERPRINT = "openai.response.system_fingerprint";
    /// The conversation that a call belongs to, as the application or its provider names it. String.
    CONVERSATION_ID = "gen_ai.conversation.id";
    /// The method of a request or a notification of MCP: `tools/call` … String.
    MCP_METHOD_NAME = "mcp.method.name";
    /// The session of MCP that a message belongs to. String.
    MCP_SESSION_ID = "mcp.session.id";
    /// The version of MCP that both sides speak. String.
    MCP_PROTOCOL_VERSION = "mcp.protocol.version";
    /// The resource that a request of MCP is about. String.
    MCP_RESOURCE_URI = "mcp.resource.uri";
    /// The id of a request of JSON-RPC. String.
    JSONRPC_REQUEST_ID = "jsonrpc.request.id";
    /// The code of an error of JSON-RPC, or of a call by gRPC. String.
    RPC_RESPONSE_STATUS_CODE = "rpc.response.status_code";
    /// The prompt's name. String.
    PROMPT_NAME = "gen_ai.prompt.name";
    /// The agent's name. String.
    AGENT_NAME = "gen_ai.agent.name";
    /// The workflow's name. String.
    WORKFLOW_NAME = "gen_ai.workflow.name";
    /// The tool's name. String.
    TOOL_NAME = "gen_ai.tool.name";
    /// What kind of tool it is. String.
    TOOL_TYPE = "gen_ai.tool.type";
    /// The host that serves the call. String.
    SERVER_ADDRESS = "server.address";
    /// The port of that host. Integer.
    SERVER_PORT = "server.port";
    /// What the tokens of a metric stand for: `text`, `image`, `audio`, `unknown`. String.
    TOKEN_MODALITY = "gen_ai.token.modality";
    /// The id of the data source that is searched. String.
    DATA_SOURCE_ID = "gen_ai.data_source.id";
    /// The id of the memory store. String.
    MEMORY_STORE_ID = "gen_ai.memory.store.id";
    /// Why the call failed: an error type or code, never a message. String.
    ERROR_TYPE = "error.type";
    /// What a model is told apart from the conversation. Content: structured, or JSON.
    SYSTEM_INSTRUCTIONS = "gen_ai.system_instructions";
    /// The conversation that a model is given. Content: structured, or JSON.
    INPUT_MESSAGES = "gen_ai.input.messages";
    /// What a model said, one message for each choice. Content: structured, or JSON.
    OUTPUT_MESSAGES = "gen_ai.output.messages";
    /// The tools that are offered. Content: structured, or JSON.
    TOOL_DEFINITIONS = "gen_ai.tool.definitions";
    /// What a tool is called with. Content: structured, or JSON.
    TOOL_CALL_ARGUMENTS = "gen_ai.tool.call.arguments";
    /// What a tool returned. Content: structured, or JSON.
    TOOL_CALL_RESULT = "gen_ai.tool.call.result";
    /// What is searched for in documents. Content: a string.
    RETRIEVAL_QUERY_TEXT = "gen_ai.retrieval.query.text";
    /// The documents that were found. Content: structured, or JSON.
    RETRIEVAL_DOCUMENTS = "gen_ai.retrieval.documents";
    /// What is searched for in a memory. Content: a string.
    MEMORY_QUERY_TEXT = "gen_ai.memory.query.text";
    /// The records that were written or found. Content: structured, or JSON.
    MEMORY_RECORDS = "gen_ai.memory.records";
    /// The type of an error, on its log event. String.
    EXCEPTION_TYPE = "exception.type";
    /// The text of an error, on its log event. String.
    EXCEPTION_MESSAGE = "exception.message";
    /// The log event of an error that ended a call of a GenAI service.
    EXCEPTION_EVENT = "gen_ai.client.operation.exception";
    /// The log event that repeats an inference.
    DETAILS_EVENT = "gen_ai.client.inference.operation.details";
    /// The log event of an evaluation.
    EVALUATION_EVENT = "gen_ai.evaluation.result";
    /// What was evaluated: `relevance`, `correctness` … String.
    EVALUATION_NAME = "gen_ai.evaluation.name";
    /// The score, as a number. Double.
    EVALUATION_SCORE_VALUE = "gen_ai.evaluation.score.value";
    /// The score, as a word of low cardinality: `pass`, `relevant` … String.
    EVALUATION_SCORE_LABEL = "gen_ai.evaluation.score.label";
    /// Why the score was given. String.
    EVALUATION_EXPLANATION = "gen_ai.evaluation.explanation";
    /// Whether the response was asked for as a stream; true or absent. Boolean.
    REQUEST_STREAM = "gen_ai.request.stream";
    /// The seconds from the call to the first chunk of its stream. Double.
    TIME_TO_FIRST_CHUNK = "gen_ai.response.time_to_first_chunk";
    /// How many items a returned stream has given. Integer; of this kit, not of the conventions.
    STREAM_CHUNK_COUNT = "agent_trace.stream.chunk_count";
    /// How often the body of a call has tried, where it was more than once. Integer; of this kit, not of
    /// the conventions.
    ATTEMPT_COUNT = "agent_trace.attempt_count";
    /// How many records a search of a memory has found. Integer.
    MEMORY_RECORD_COUNT = "gen_ai.memory.record.count";
    /// How many documents a retrieval has found. Integer; of this kit, not of the conventions.
    RETRIEVAL_DOCUMENT_COUNT = "agent_trace.retrieval.document_count";
    /// The event of a chunk, where a site asks for them. Of this kit, not of the conventions.
    STREAM_CHUNK_EVENT = "agent_trace.stream.chunk";
    /// Which chunk of a stream an event is about, from 1. Integer; of this kit, not of the conventions.
    STREAM_CHUNK_INDEX = "agent_trace.stream.chunk_index";
}
