//! The attributes of the conventions: types, and the spans they belong on.
//!
//! Source: the OpenTelemetry GenAI semantic conventions, development, 2026-10-09, and those core
//! attributes (1.44.0) that they use.

use super::Kinds;
use super::ValueType::{self, Boolean, Double, Integer, Structured, Template, Text, Texts};

/// An attribute of the conventions.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) key: &'static str,
    pub(crate) value: ValueType,
    /// The members of an enum. All enums of the conventions are open.
    pub(crate) members: &'static [&'static str],
    /// The macros whose spans have it.
    pub(crate) kinds: Kinds,
}

const fn known(key: &'static str, value: ValueType, kinds: Kinds) -> Known {
    Known { key, value, members: &[], kinds }
}

const fn open_enum(key: &'static str, members: &'static [&'static str], kinds: Kinds) -> Known {
    Known { key, value: Text, members, kinds }
}

const NONE: Kinds = Kinds::NONE;
const ALL: Kinds = Kinds::ALL;
const AGENT: Kinds = Kinds::AGENT;
const REMOTE_AGENT: Kinds = Kinds::REMOTE_AGENT;
const WORKFLOW: Kinds = Kinds::WORKFLOW;
const INFERENCE: Kinds = Kinds::INFERENCE;
const EMBEDDINGS: Kinds = Kinds::EMBEDDINGS;
const RETRIEVAL: Kinds = Kinds::RETRIEVAL;
const MEMORY: Kinds = Kinds::MEMORY;
const TOOL: Kinds = Kinds::TOOL;
const PLAN: Kinds = Kinds::PLAN;

/// All attributes that are neither deprecated nor removed, by key.
pub(crate) const KNOWN: &[Known] = &[
    known("aws.bedrock.guardrail.id", Text, INFERENCE),
    known("aws.bedrock.knowledge_base.id", Text, INFERENCE),
    known("azure.resource_provider.namespace", Text, INFERENCE),
    known("client.address", Text, NONE),
    known("client.port", Integer, NONE),
    open_enum("error.type", &["_OTHER"], ALL),
    known("exception.message", Text, NONE),
    known("exception.stacktrace", Text, NONE),
    known("exception.type", Text, NONE),
    known("gen_ai.agent.description", Text, AGENT.and(REMOTE_AGENT)),
    known("gen_ai.agent.id", Text, REMOTE_AGENT),
    known("gen_ai.agent.name", Text, AGENT.and(REMOTE_AGENT).and(TOOL).and(PLAN)),
    known("gen_ai.agent.version", Text, REMOTE_AGENT),
    known("gen_ai.conversation.compacted", Boolean, INFERENCE),
    known(
        "gen_ai.conversation.id",
        Text,
        AGENT.and(REMOTE_AGENT).and(WORKFLOW).and(INFERENCE).and(TOOL),
    ),
    known("gen_ai.data_source.id", Text, AGENT.and(REMOTE_AGENT).and(RETRIEVAL)),
    known("gen_ai.embeddings.dimension.count", Integer, EMBEDDINGS),
    known("gen_ai.evaluation.explanation", Text, NONE),
    known("gen_ai.evaluation.name", Text, NONE),
    known("gen_ai.evaluation.score.label", Text, NONE),
    known("gen_ai.evaluation.score.value", Double, NONE),
    known(
        "gen_ai.input.messages",
        Structured,
        AGENT.and(REMOTE_AGENT).and(WORKFLOW).and(INFERENCE),
    ),
    known("gen_ai.main_agent.description", Text, NONE),
    known("gen_ai.main_agent.id", Text, NONE),
    known("gen_ai.main_agent.name", Text, NONE),
    known("gen_ai.memory.query.text", Text, MEMORY),
    known("gen_ai.memory.record.count", Integer, MEMORY),
    known("gen_ai.memory.record.id", Text, MEMORY),
    known("gen_ai.memory.records", Structured, MEMORY),
    known("gen_ai.memory.store.id", Text, MEMORY),
    open_enum(
        "gen_ai.operation.name",
        &[
            "chat",
            "generate_content",
            "text_completion",
            "embeddings",
            "retrieval",
            "fetch_response",
            "create_agent",
            "invoke_agent",
            "execute_tool",
            "invoke_workflow",
            "plan",
            "search_memory",
            "create_memory",
            "update_memory",
            "upsert_memory",
            "delete_memory",
            "create_memory_store",
            "delete_memory_store",
        ],
        ALL,
    ),
    known(
        "gen_ai.output.messages",
        Structured,
        AGENT.and(REMOTE_AGENT).and(WORKFLOW).and(INFERENCE),
    ),
    open_enum(
        "gen_ai.output.type",
        &["text", "json", "image", "speech"],
        AGENT.and(REMOTE_AGENT).and(INFERENCE),
    ),
    known("gen_ai.prompt.name", Text, INFERENCE),
    known("gen_ai.prompt.variable", Template, INFERENCE),
    known("gen_ai.prompt.version", Text, INFERENCE),
    open_enum(
        "gen_ai.provider.name",
        &[
            "openai",
            "gcp.gen_ai",
            "gcp.vertex_ai",
            "gcp.gemini",
            "anthropic",
            "cohere",
            "azure.ai.inference",
            "azure.ai.openai",
            "ibm.watsonx.ai",
            "aws.bedrock",
            "perplexity",
            "x_ai",
            "deepseek",
            "groq",
            "mistral_ai",
            "moonshot_ai",
        ],
        REMOTE_AGENT.and(INFERENCE).and(EMBEDDINGS).and(RETRIEVAL).and(MEMORY),
    ),
    known("gen_ai.request.choice.count", Integer, AGENT.and(REMOTE_AGENT).and(INFERENCE)),
    known("gen_ai.request.encoding_formats", Texts, EMBEDDINGS),
    known("gen_ai.request.frequency_penalty", Double, AGENT.and(REMOTE_AGENT).and(INFERENCE)),
    known("gen_ai.request.max_tokens", Integer, AGENT.and(REMOTE_AGENT).and(INFERENCE)),
    known(
        "gen_ai.request.model",
        Text,
        AGENT.and(REMOTE_AGENT).and(INFERENCE).and(EMBEDDINGS).and(RETRIEVAL),
    ),
    known("gen_ai.request.presence_penalty", Double, AGENT.and(REMOTE_AGENT).and(INFERENCE)),
    known("gen_ai.request.previous_response.id", Text, REMOTE_AGENT.and(INFERENCE)),
    known("gen_ai.request.reasoning.level", Text, INFERENCE),
    known("gen_ai.request.seed", Integer, AGENT.and(REMOTE_AGENT).and(INFERENCE)),
    known("gen_ai.request.stop_sequences", Texts, AGENT.and(REMOTE_AGENT).and(INFERENCE)),
    known("gen_ai.request.stream", Boolean, INFERENCE),
    known("gen_ai.request.stream_cursor", Text, NONE),
    known("gen_ai.request.temperature", Double, AGENT.and(REMOTE_AGENT).and(INFERENCE)),
    known("gen_ai.request.top_k", Integer, INFERENCE),
    known("gen_ai.request.top_p", Double, AGENT.and(REMOTE_AGENT).and(INFERENCE)),
    known("gen_ai.response.finish_reasons", Texts, AGENT.and(REMOTE_AGENT).and(INFERENCE)),
    known("gen_ai.response.id", Text, INFERENCE),
    known("gen_ai.response.model", Text, INFERENCE.and(EMBEDDINGS)),
    open_enum(
        "gen_ai.response.status",
        &["queued", "in_progress", "completed", "incomplete", "failed", "cancelled"],
        NONE,
    ),
    known("gen_ai.response.time_to_first_chunk", Double, INFERENCE),
    known("gen_ai.retrieval.documents", Structured, RETRIEVAL),
    known("gen_ai.retrieval.query.text", Text, RETRIEVAL),
    known("gen_ai.retrieval.top_k", Integer, RETRIEVAL),
    known("gen_ai.skill.description", Text, TOOL),
    known("gen_ai.skill.name", Text, TOOL),
    known("gen_ai.skill.resource.name", Text, TOOL),
    known("gen_ai.skill.source.uri", Text, TOOL),
    known("gen_ai.system_instructions", Structured, AGENT.and(REMOTE_AGENT).and(INFERENCE)),
    open_enum("gen_ai.token.modality", &["text", "image", "audio", "unknown"], NONE),
    known("gen_ai.tool.call.arguments", Structured, TOOL),
    known("gen_ai.tool.call.id", Text, TOOL),
    known("gen_ai.tool.call.result", Structured, TOOL),
    known("gen_ai.tool.definitions", Structured, AGENT.and(REMOTE_AGENT).and(INFERENCE)),
    known("gen_ai.tool.description", Text, TOOL),
    known("gen_ai.tool.name", Text, TOOL),
    known("gen_ai.tool.type", Text, TOOL),
    known("gen_ai.usage.audio.cache_read.input_tokens", Integer, REMOTE_AGENT.and(INFERENCE)),
    known("gen_ai.usage.audio.input_tokens", Integer, REMOTE_AGENT.and(INFERENCE)),
    known("gen_ai.usage.audio.output_tokens", Integer, REMOTE_AGENT.and(INFERENCE)),
    known("gen_ai.usage.cache_read.input_tokens", Integer, REMOTE_AGENT.and(INFERENCE)),
    known("gen_ai.usage.cache_write.input_tokens", Integer, REMOTE_AGENT.and(INFERENCE)),
    known("gen_ai.usage.image.cache_read.input_tokens", Integer, REMOTE_AGENT.and(INFERENCE)),
    known("gen_ai.usage.image.input_tokens", Integer, REMOTE_AGENT.and(INFERENCE)),
    known("gen_ai.usage.image.output_tokens", Integer, REMOTE_AGENT.and(INFERENCE)),
    known(
        "gen_ai.usage.input_tokens",
        Integer,
        AGENT.and(REMOTE_AGENT).and(INFERENCE).and(EMBEDDINGS),
    ),
    known("gen_ai.usage.output_tokens", Integer, AGENT.and(REMOTE_AGENT).and(INFERENCE)),
    known("gen_ai.usage.reasoning.output_tokens", Integer, INFERENCE),
    known("gen_ai.usage.text.cache_read.input_tokens", Integer, REMOTE_AGENT.and(INFERENCE)),
    known("gen_ai.usage.text.input_tokens", Integer, REMOTE_AGENT.and(INFERENCE)),
    known("gen_ai.usage.text.output_tokens", Integer, REMOTE_AGENT.and(INFERENCE)),
    known("gen_ai.workflow.name", Text, WORKFLOW),
    known("jsonrpc.protocol.version", Text, NONE),
    known("jsonrpc.request.id", Text, NONE),
    open_enum(
        "mcp.method.name",
        &[
            "notifications/cancelled",
            "initialize",
            "notifications/initialized",
            "notifications/progress",
            "ping",
            "resources/list",
            "resources/templates/list",
            "resources/read",
            "notifications/resources/list_changed",
            "resources/subscribe",
            "resources/unsubscribe",
            "notifications/resources/updated",
            "prompts/list",
            "prompts/get",
            "notifications/prompts/list_changed",
            "tools/list",
            "tools/call",
            "notifications/tools/list_changed",
            "logging/setLevel",
            "notifications/message",
            "sampling/createMessage",
            "completion/complete",
            "roots/list",
            "notifications/roots/list_changed",
            "elicitation/create",
        ],
        NONE,
    ),
    known("mcp.protocol.version", Text, NONE),
    known("mcp.resource.uri", Text, NONE),
    known("mcp.session.id", Text, NONE),
    known("network.protocol.name", Text, NONE),
    known("network.protocol.version", Text, NONE),
    open_enum("network.transport", &["tcp", "udp", "pipe", "unix", "quic"], NONE),
    open_enum("openai.api.type", &["chat_completions", "responses"], INFERENCE),
    open_enum("openai.request.service_tier", &["auto", "default"], INFERENCE),
    known("openai.response.service_tier", Text, INFERENCE),
    known("openai.response.system_fingerprint", Text, INFERENCE),
    known("process.executable.name", Text, TOOL),
    known("process.executable.path", Text, TOOL),
    known("process.exit.code", Integer, TOOL),
    known("rpc.response.status_code", Text, NONE),
    known(
        "server.address",
        Text,
        REMOTE_AGENT.and(INFERENCE).and(EMBEDDINGS).and(RETRIEVAL).and(MEMORY),
    ),
    known(
        "server.port",
        Integer,
        REMOTE_AGENT.and(INFERENCE).and(EMBEDDINGS).and(RETRIEVAL).and(MEMORY),
    ),
];

/// Former names, with what they are now; empty where nothing took their place.
pub(crate) const FORMER: &[(&str, &str)] = &[
    ("gen_ai.completion", "gen_ai.output.messages"),
    ("gen_ai.openai.request.response_format", "gen_ai.output.type"),
    ("gen_ai.openai.request.seed", "gen_ai.request.seed"),
    ("gen_ai.openai.request.service_tier", "openai.request.service_tier"),
    ("gen_ai.openai.response.service_tier", "openai.response.service_tier"),
    ("gen_ai.openai.response.system_fingerprint", "openai.response.system_fingerprint"),
    ("gen_ai.prompt", "gen_ai.input.messages"),
    ("gen_ai.system", "gen_ai.provider.name"),
    ("gen_ai.token.type", ""),
    ("gen_ai.usage.cache_creation.input_tokens", "gen_ai.usage.cache_write.input_tokens"),
    ("gen_ai.usage.completion_tokens", "gen_ai.usage.output_tokens"),
    ("gen_ai.usage.prompt_tokens", "gen_ai.usage.input_tokens"),
    ("gen_ai.usage.total_tokens", ""),
    ("llm.completion_tokens", "gen_ai.usage.output_tokens"),
    ("llm.model", "gen_ai.request.model"),
    ("llm.prompt_tokens", "gen_ai.usage.input_tokens"),
];
