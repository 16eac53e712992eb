//! The metrics of the conventions, as data: what is the same in both versions, and what each has of its own.
//!
//! Sources: as of [`profile`](super::profile).

use super as semconv;

/// What a metric measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Measure {
    InferenceDuration,
    OperationDuration,
    AgentDuration,
    WorkflowDuration,
    ToolDuration,
    TimeToFirstChunk,
    TimePerOutputChunk,
    InputTokens,
    OutputTokens,
    InferenceCalls,
    ToolCalls,
    UsedInput,
    UsedOutput,
    UsedCacheRead,
    UsedCacheWrite,
    UsedReasoning,
}

/// How a metric is kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Instrument {
    /// A histogram of seconds.
    Seconds(&'static [f64]),
    /// A histogram of whole numbers.
    Numbers(&'static [f64]),
    /// A counter of tokens, told apart by what they stand for.
    Tokens,
}

/// A metric of the conventions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Metric {
    pub(crate) measure: Measure,
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) instrument: Instrument,
    /// The attributes that tell its series apart, besides `error.type` of durations.
    pub(crate) attributes: &'static [&'static str],
    /// An attribute that is always the same.
    pub(crate) fixed: Option<(&'static str, &'static str)>,
    pub(crate) description: &'static str,
}

const CALL_SECONDS: &[f64] =
    &[0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];

const AGENT_SECONDS: &[f64] =
    &[0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4, 204.8, 409.6];
const WORKFLOW_SECONDS: &[f64] =
    &[1.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0, 7200.0];
const TOKENS: &[f64] = &[
    1.0, 4.0, 16.0, 64.0, 256.0, 1024.0, 4096.0, 16384.0, 65536.0, 262144.0, 1048576.0, 4194304.0,
    16777216.0, 67108864.0,
];
const CALLS: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0];

/// What tells the calls of services apart.
const OF_CLIENTS: &[&str] = &[
    semconv::OPERATION_NAME,
    semconv::PROVIDER_NAME,
    semconv::REQUEST_MODEL,
    semconv::RESPONSE_MODEL,
    semconv::SERVER_ADDRESS,
    semconv::SERVER_PORT,
];
const OF_TOOLS: &[&str] = &[semconv::TOOL_NAME, semconv::TOOL_TYPE, semconv::AGENT_NAME];
const OF_AGENTS: &[&str] = &[semconv::AGENT_NAME, semconv::REQUEST_MODEL];
const OF_WORKFLOWS: &[&str] = &[semconv::WORKFLOW_NAME];
const OF_RUNS: &[&str] = &[semconv::AGENT_NAME];

/// What kind of tokens a metric of the release counts.
const TOKEN_TYPE: &str = "gen_ai.token.type";

const fn metric(
    measure: Measure,
    name: &'static str,
    (unit, instrument): (&'static str, Instrument),
    attributes: &'static [&'static str],
    description: &'static str,
) -> Metric {
    Metric { measure, name, unit, instrument, attributes, fixed: None, description }
}

impl Metric {
    const fn with(mut self, key: &'static str, value: &'static str) -> Self {
        self.fixed = Some((key, value));
        self
    }
}

const fn seconds(boundaries: &'static [f64]) -> (&'static str, Instrument) {
    ("s", Instrument::Seconds(boundaries))
}

const TOKEN_HISTOGRAM: (&str, Instrument) = ("{token}", Instrument::Numbers(TOKENS));
const TOKEN_COUNTER: (&str, Instrument) = ("{token}", Instrument::Tokens);

/// Those that both have, or only the current ones.
pub(super) const COMMON: &[Metric] = &[
    metric(
        Measure::OperationDuration,
        "gen_ai.client.operation.duration",
        seconds(CALL_SECONDS),
        OF_CLIENTS,
        "How long a call of a GenAI service took",
    ),
    metric(
        Measure::AgentDuration,
        "gen_ai.invoke_agent.duration",
        seconds(AGENT_SECONDS),
        OF_AGENTS,
        "How long an agent of this process ran",
    ),
    metric(
        Measure::WorkflowDuration,
        "gen_ai.invoke_workflow.duration",
        seconds(WORKFLOW_SECONDS),
        OF_WORKFLOWS,
        "How long a workflow ran",
    ),
    metric(
        Measure::ToolDuration,
        "gen_ai.execute_tool.duration",
        seconds(CALL_SECONDS),
        OF_TOOLS,
        "How long a tool ran",
    ),
    metric(
        Measure::InferenceCalls,
        "gen_ai.invoke_agent.inference_calls",
        ("{inference_call}", Instrument::Numbers(CALLS)),
        OF_RUNS,
        "How often an agent called models in one run",
    ),
    metric(
        Measure::ToolCalls,
        "gen_ai.invoke_agent.tool_calls",
        ("{tool_call}", Instrument::Numbers(CALLS)),
        OF_RUNS,
        "How often an agent called tools in one run",
    ),
];

pub(super) const RELEASED: &[Metric] = &[
    metric(
        Measure::InferenceDuration,
        "gen_ai.client.operation.duration",
        seconds(CALL_SECONDS),
        OF_CLIENTS,
        "How long a call of a GenAI service took",
    ),
    metric(
        Measure::TimeToFirstChunk,
        "gen_ai.client.operation.time_to_first_chunk",
        seconds(CALL_SECONDS),
        OF_CLIENTS,
        "How long the first chunk of a streamed response took",
    ),
    metric(
        Measure::TimePerOutputChunk,
        "gen_ai.client.operation.time_per_output_chunk",
        seconds(CALL_SECONDS),
        OF_CLIENTS,
        "How long each further chunk of a streamed response took",
    ),
    metric(
        Measure::InputTokens,
        "gen_ai.client.token.usage",
        TOKEN_HISTOGRAM,
        OF_CLIENTS,
        "How many tokens a call used",
    )
    .with(TOKEN_TYPE, "input"),
    metric(
        Measure::OutputTokens,
        "gen_ai.client.token.usage",
        TOKEN_HISTOGRAM,
        OF_CLIENTS,
        "How many tokens a call used",
    )
    .with(TOKEN_TYPE, "output"),
];

pub(super) const LATEST: &[Metric] = &[
    metric(
        Measure::InferenceDuration,
        "gen_ai.client.inference.duration",
        seconds(CALL_SECONDS),
        OF_CLIENTS,
        "How long a call of a model took",
    ),
    metric(
        Measure::TimeToFirstChunk,
        "gen_ai.client.inference.time_to_first_chunk",
        seconds(CALL_SECONDS),
        OF_CLIENTS,
        "How long the first chunk of a streamed response took",
    ),
    metric(
        Measure::TimePerOutputChunk,
        "gen_ai.client.inference.time_per_output_chunk",
        seconds(CALL_SECONDS),
        OF_CLIENTS,
        "How long each further chunk of a streamed response took",
    ),
    metric(
        Measure::InputTokens,
        "gen_ai.client.inference.operation.input_tokens",
        TOKEN_HISTOGRAM,
        OF_CLIENTS,
        "How many tokens the input of a call had",
    ),
    metric(
        Measure::OutputTokens,
        "gen_ai.client.inference.operation.output_tokens",
        TOKEN_HISTOGRAM,
        OF_CLIENTS,
        "How many tokens the output of a call had",
    ),
    metric(
        Measure::UsedInput,
        "gen_ai.client.inference.usage.input_tokens",
        TOKEN_COUNTER,
        OF_CLIENTS,
        "Input tokens, cached ones included",
    ),
    metric(
        Measure::UsedOutput,
        "gen_ai.client.inference.usage.output_tokens",
        TOKEN_COUNTER,
        OF_CLIENTS,
        "Output tokens, reasoning included",
    ),
    metric(
        Measure::UsedCacheRead,
        "gen_ai.client.inference.usage.cache_read.input_tokens",
        TOKEN_COUNTER,
        OF_CLIENTS,
        "Input tokens that the provider's cache was read for",
    ),
    metric(
        Measure::UsedCacheWrite,
        "gen_ai.client.inference.usage.cache_write.input_tokens",
        TOKEN_COUNTER,
        OF_CLIENTS,
        "Input tokens that were written to the provider's cache",
    ),
    metric(
        Measure::UsedReasoning,
        "gen_ai.client.inference.usage.reasoning.output_tokens",
        TOKEN_COUNTER,
        OF_CLIENTS,
        "Output tokens of reasoning",
    ),
];
