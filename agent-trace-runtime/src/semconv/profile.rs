//! Which conventions are followed: what each of them calls metrics and attributes, as data.
//!
//! Sources: `open-telemetry/semantic-conventions` v1.41.1 for the released ones,
//! `open-telemetry/semantic-conventions-genai` as of 2026-10-09 for the current ones.

use opentelemetry::{KeyValue, Value};

use super as semconv;

/// The version of the GenAI conventions that spans, metrics and events follow.
///
/// The released ones are what dashboards and back ends read today. The current ones are in
/// development: they have metrics and attributes of their own names, some of them split otherwise.
///
/// `OTEL_SEMCONV_STABILITY_OPT_IN` chooses as well: `gen_ai_latest_experimental` the current ones, `gen_ai/dup`
/// both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Conventions {
    /// The last release that has GenAI conventions, 1.41.1.
    ///
    /// What it has no name for, as the duration of tools, has the current one.
    #[default]
    Released,
    /// Those in development, as of October 2026.
    Latest,
    /// Both at once, for the time in which dashboards move from one to the other.
    Both,
}

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
const COMMON: &[Metric] = &[
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

const RELEASED: &[Metric] = &[
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

const LATEST: &[Metric] = &[
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

/// An attribute that the release has otherwise.
struct Former {
    key: &'static str,
    /// What it calls it.
    name: &'static str,
    /// Whether it is a double there, and an integer now.
    is_double: bool,
}

const FORMER: &[Former] = &[
    Former {
        key: semconv::USAGE_CACHE_WRITE_INPUT_TOKENS,
        name: "gen_ai.usage.cache_creation.input_tokens",
        is_double: false,
    },
    Former { key: "gen_ai.request.top_k", name: "gen_ai.request.top_k", is_double: true },
    Former { key: "gen_ai.retrieval.top_k", name: "gen_ai.request.top_k", is_double: true },
];

impl Conventions {
    /// What `OTEL_SEMCONV_STABILITY_OPT_IN` says: a list, of which other areas may have a part.
    pub(crate) fn opted_into(list: &str) -> Self {
        let has = |word: &str| list.split(',').any(|entry| entry.trim() == word);
        if has("gen_ai/dup") {
            Self::Both
        } else if has("gen_ai_latest_experimental") {
            Self::Latest
        } else {
            Self::Released
        }
    }

    const fn has_released(self) -> bool {
        matches!(self, Self::Released | Self::Both)
    }

    pub(crate) const fn has_latest(self) -> bool {
        matches!(self, Self::Latest | Self::Both)
    }

    /// The schema of what is emitted, where it is one.
    pub(crate) const fn schema_url(self) -> Option<&'static str> {
        match self {
            Self::Released => Some("https://opentelemetry.io/schemas/1.41.0"),
            Self::Latest => Some("https://opentelemetry.io/schemas/gen-ai-dev/1.42.0-dev"),
            Self::Both => None,
        }
    }

    pub(crate) fn metrics(self) -> impl Iterator<Item = &'static Metric> {
        let released = self.has_released().then_some(RELEASED);
        let latest = self.has_latest().then_some(LATEST);
        COMMON.iter().chain(released.into_iter().chain(latest).flatten())
    }

    /// Gives the attributes of a span the names that these conventions have for them.
    pub(crate) fn name(self, attributes: &mut Vec<KeyValue>) {
        if !self.has_released() {
            return;
        }
        for index in 0..attributes.len() {
            let known = &attributes[index];
            let Some(former) = FORMER.iter().find(|former| known.key.as_str() == former.key) else {
                continue;
            };
            let named = former.named(known.value.clone());
            if !self.has_latest() {
                attributes[index] = named;
            } else if former.name != former.key {
                attributes.push(named);
            }
        }
    }
}

impl Former {
    fn named(&self, value: Value) -> KeyValue {
        let value = match value {
            #[expect(clippy::cast_precision_loss, reason = "the release counts in doubles")]
            Value::I64(number) if self.is_double => Value::F64(number as f64),
            value => value,
        };
        KeyValue::new(self.name, value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_may_name_other_areas_too() {
        assert_eq!(Conventions::opted_into(""), Conventions::Released);
        assert_eq!(Conventions::opted_into("http/dup"), Conventions::Released);
        let latest = Conventions::opted_into("http, gen_ai_latest_experimental");
        assert_eq!(latest, Conventions::Latest);
        assert_eq!(Conventions::opted_into("gen_ai/dup,http"), Conventions::Both);
    }

    #[test]
    fn attributes_have_the_names_of_their_conventions() {
        let named = |conventions: Conventions| {
            let mut attributes = vec![
                KeyValue::new("gen_ai.request.top_k", 40),
                KeyValue::new(semconv::USAGE_CACHE_WRITE_INPUT_TOKENS, 7),
            ];
            conventions.name(&mut attributes);
            attributes
        };
        let former = KeyValue::new("gen_ai.usage.cache_creation.input_tokens", 7);
        let released = named(Conventions::Released);
        assert_eq!(released, [KeyValue::new("gen_ai.request.top_k", 40.0), former.clone()]);
        let latest = named(Conventions::Latest);
        assert_eq!(latest[0], KeyValue::new("gen_ai.request.top_k", 40));
        let mut both = latest;
        both.push(former);
        assert_eq!(named(Conventions::Both), both);
    }
}
