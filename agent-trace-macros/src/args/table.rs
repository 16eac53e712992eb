//! Every argument of every macro, once: parsing, errors and documentation are driven by it.

use super::{Argument, Meaning, Range};

/// Taken by every macro.
pub(crate) const COMMON: &[Argument] = &[
    argument(
        "span_name",
        Meaning::SpanName,
        "a span name of the team's own, in place of the conventions' one",
    ),
    argument(
        "attributes",
        Meaning::Attributes,
        "further attributes: `attributes(\"app.tenant\" = tenant)`",
    ),
    argument(
        "parent",
        Meaning::Parent,
        "what came with the context that the call continues, a reference to an argument: `parent = headers`",
    ),
    argument(
        "cancel",
        Meaning::Cancel,
        "being dropped before its end is no failure, as of a call that lost a race",
    ),
    argument(
        "ok_if",
        Meaning::OkIf,
        "which errors are no failures, as \"not found\" of a lookup: `ok_if = |error| error.is_not_found()`",
    ),
    argument(
        "error_type",
        Meaning::ErrorType,
        "what an error is called, in few words that are always the same: `error_type = |error| error.code()`",
    ),
    argument(
        "crate",
        Meaning::Crate,
        "the path of agent-trace-runtime, where the dependency is renamed",
    ),
];

const fn argument(name: &'static str, meaning: Meaning, summary: &'static str) -> Argument {
    Argument { name, meaning, range: None, summary }
}

/// An argument whose value is recorded under `key`.
const fn record(name: &'static str, key: &'static str, summary: &'static str) -> Argument {
    argument(name, Meaning::Record(key), summary)
}

impl Argument {
    const fn within(self, range: Range) -> Self {
        Self { range: Some(range), ..self }
    }
}

const MODEL: Argument =
    argument("model", Meaning::Target, "the model that is asked for; it ends the span's name");
const PROVIDER: Argument = argument(
    "provider",
    Meaning::Provider,
    "who serves the model: \"openai\", \"aws.bedrock\" …, or `custom(\"acme\")`",
);
const USAGE: Argument = argument(
    "usage",
    Meaning::Usage,
    "where the token usage is, if the result does not tell: `manual` (the body records it), `none`, or `|reply| Usage::new(…)`, of a stream `|item| …`; `required` makes the warning an error",
);
const MAPPING: Argument = argument(
    "record",
    Meaning::Mapping,
    "where in the result, or in each item of a stream, the parts of the response are, by the keys of `#[response(…)]`: `record(input_tokens = reply.usage.prompt)`",
);
const CAPTURE_CHAT: Argument = argument(
    "capture",
    Meaning::Capture,
    "content that is recorded where that is switched on: `capture(input = messages, system = prompt, tools = definitions, output)`",
);
const CAPTURE_WORKFLOW: Argument = argument(
    "capture",
    Meaning::Capture,
    "content that is recorded where that is switched on: `capture(input = question, output)`",
);
const CAPTURE_TOOL: Argument = argument(
    "capture",
    Meaning::Capture,
    "content that is recorded where that is switched on: `capture(arguments, result)`",
);
const CAPTURE_RETRIEVAL: Argument = argument(
    "capture",
    Meaning::Capture,
    "content that is recorded where that is switched on: `capture(query = question, documents)`",
);
const CAPTURE_MEMORY: Argument = argument(
    "capture",
    Meaning::Capture,
    "content that is recorded where that is switched on: `capture(query = question, records)`",
);
const FIXED_MODEL: Argument =
    record("model", "gen_ai.request.model", "the model, where it is always the same");
const TEMPERATURE: Argument =
    record("temperature", "gen_ai.request.temperature", "the sampling temperature")
        .within(Range::at_least(0.0));
const TOP_P: Argument =
    record("top_p", "gen_ai.request.top_p", "the nucleus sampling probability, 0 to 1")
        .within(Range::between(0.0, 1.0));
const TOP_K: Argument =
    record("top_k", "gen_ai.request.top_k", "how many of the likeliest tokens are sampled from")
        .within(Range::at_least(1.0));
const MAX_TOKENS: Argument =
    record("max_tokens", "gen_ai.request.max_tokens", "the most tokens that the model may write")
        .within(Range::at_least(1.0));
const STOP_SEQUENCES: Argument =
    record("stop_sequences", "gen_ai.request.stop_sequences", "texts at which the model stops");
const SEED: Argument = record("seed", "gen_ai.request.seed", "the seed of sampling");
const STREAM: Argument =
    record("stream", "gen_ai.request.stream", "whether the response is streamed");
const CHOICE_COUNT: Argument =
    record("choice_count", "gen_ai.request.choice.count", "how many choices are asked for")
        .within(Range::at_least(1.0));
const FREQUENCY_PENALTY: Argument =
    record("frequency_penalty", "gen_ai.request.frequency_penalty", "the frequency penalty");
const PRESENCE_PENALTY: Argument =
    record("presence_penalty", "gen_ai.request.presence_penalty", "the presence penalty");
const REASONING_LEVEL: Argument = record(
    "reasoning_level",
    "gen_ai.request.reasoning.level",
    "how much the model is asked to reason",
);
const PREVIOUS_RESPONSE_ID: Argument = record(
    "previous_response_id",
    "gen_ai.request.previous_response.id",
    "the id of the response that this call continues",
);
const OUTPUT_TYPE: Argument = record(
    "output_type",
    "gen_ai.output.type",
    "what is asked for: \"text\", \"json\", \"image\", \"speech\"",
);
const CONVERSATION_ID: Argument = record(
    "conversation_id",
    "gen_ai.conversation.id",
    "the id of the conversation, where the application has one",
);
const SERVER_ADDRESS: Argument =
    record("server_address", "server.address", "the host that serves the call");
const SERVER_PORT: Argument = record("server_port", "server.port", "the port of that host")
    .within(Range::between(1.0, 65_535.0));
const DESCRIPTION_AGENT: Argument =
    record("description", "gen_ai.agent.description", "what the agent does");
const AGENT_ID: Argument =
    record("agent_id", "gen_ai.agent.id", "the stable id of a hosted agent; needs `remote`");
const AGENT_VERSION: Argument = record(
    "agent_version",
    "gen_ai.agent.version",
    "the version of a hosted agent; needs `remote`",
);
const DATA_SOURCE: Argument =
    record("data_source", "gen_ai.data_source.id", "the id of the data source that the agent uses");
const DIMENSION_COUNT: Argument =
    record("dimension_count", "gen_ai.embeddings.dimension.count", "the dimensions of the vectors")
        .within(Range::at_least(1.0));
const ENCODING_FORMATS: Argument =
    record("encoding_formats", "gen_ai.request.encoding_formats", "the formats that are asked for");
const RETRIEVAL_TOP_K: Argument =
    record("top_k", "gen_ai.retrieval.top_k", "how many documents are asked for")
        .within(Range::at_least(1.0));
const STORE: Argument = record("store", "gen_ai.memory.store.id", "the id of the memory store");
const RECORD_ID: Argument =
    record("record_id", "gen_ai.memory.record.id", "the id of the memory record");
const TOOL_TYPE: Argument = record(
    "tool_type",
    "gen_ai.tool.type",
    "what kind of tool it is: \"function\", \"extension\", \"datastore\"",
);
const TOOL_DESCRIPTION: Argument =
    record("description", "gen_ai.tool.description", "what the tool does");
const CALL_ID: Argument =
    record("call_id", "gen_ai.tool.call.id", "the id of the model's call for this tool");
const AGENT_OF_TOOL: Argument =
    record("agent", "gen_ai.agent.name", "the name of the agent that runs the tool");

pub(crate) const AGENT: &[Argument] = &[
    argument("name", Meaning::Target, "the agent's name; the function's name where it is left out"),
    argument(
        "remote",
        Meaning::Remote,
        "the agent runs in another service, and this function calls it",
    ),
    CAPTURE_CHAT,
    PROVIDER,
    FIXED_MODEL,
    DESCRIPTION_AGENT,
    AGENT_ID,
    AGENT_VERSION,
    DATA_SOURCE,
    CONVERSATION_ID,
    OUTPUT_TYPE,
    TEMPERATURE,
    TOP_P,
    MAX_TOKENS,
    STOP_SEQUENCES,
    SEED,
    CHOICE_COUNT,
    FREQUENCY_PENALTY,
    PRESENCE_PENALTY,
    PREVIOUS_RESPONSE_ID,
    SERVER_ADDRESS,
    SERVER_PORT,
];

pub(crate) const WORKFLOW: &[Argument] = &[
    argument(
        "name",
        Meaning::Target,
        "the workflow's name; the function's name where it is left out",
    ),
    CAPTURE_WORKFLOW,
    CONVERSATION_ID,
];

pub(crate) const LLM_CALL: &[Argument] = &[
    MODEL,
    PROVIDER,
    argument(
        "operation",
        Meaning::Operation,
        "\"chat\" where it is left out, \"generate_content\", \"text_completion\", or `custom(\"…\")`",
    ),
    USAGE,
    MAPPING,
    CAPTURE_CHAT,
    argument(
        "chunk_events",
        Meaning::ChunkEvents,
        "for how many of the first chunks of a stream the span gets an event each, 128 at most; none where it is left out",
    ),
    STREAM,
    TEMPERATURE,
    TOP_P,
    MAX_TOKENS,
    STOP_SEQUENCES,
    SEED,
    CHOICE_COUNT,
    FREQUENCY_PENALTY,
    PRESENCE_PENALTY,
    TOP_K,
    REASONING_LEVEL,
    OUTPUT_TYPE,
    CONVERSATION_ID,
    PREVIOUS_RESPONSE_ID,
    SERVER_ADDRESS,
    SERVER_PORT,
];

pub(crate) const EMBEDDING: &[Argument] = &[
    MODEL,
    PROVIDER,
    USAGE,
    MAPPING,
    DIMENSION_COUNT,
    ENCODING_FORMATS,
    SERVER_ADDRESS,
    SERVER_PORT,
];

pub(crate) const RETRIEVAL: &[Argument] = &[
    argument("data_source", Meaning::Target, "the id of the data source; it ends the span's name"),
    CAPTURE_RETRIEVAL,
    PROVIDER,
    FIXED_MODEL,
    RETRIEVAL_TOP_K,
    SERVER_ADDRESS,
    SERVER_PORT,
];

pub(crate) const MEMORY: &[Argument] = &[
    STORE,
    RECORD_ID,
    argument("in_process", Meaning::InProcess, "the store is a part of this process"),
    CAPTURE_MEMORY,
    PROVIDER,
    SERVER_ADDRESS,
    SERVER_PORT,
];

pub(crate) const TOOL: &[Argument] = &[
    argument("name", Meaning::Target, "the tool's name; the function's name where it is left out"),
    CAPTURE_TOOL,
    TOOL_TYPE,
    TOOL_DESCRIPTION,
    CALL_ID,
    AGENT_OF_TOOL,
    CONVERSATION_ID,
];

pub(crate) const PLAN: &[Argument] =
    &[argument("name", Meaning::Target, "the name of the agent that plans")];
