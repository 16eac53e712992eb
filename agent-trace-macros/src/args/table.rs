//! Every argument of every macro, once: parsing, errors and documentation are driven by it.

use super::{Argument, Meaning};

/// Taken by every macro.
pub(crate) const COMMON: &[Argument] = &[
    Argument {
        name: "span_name",
        meaning: Meaning::SpanName,
        summary: "a span name of the team's own, in place of the conventions' one",
    },
    Argument {
        name: "attributes",
        meaning: Meaning::Attributes,
        summary: "further attributes: `attributes(\"app.tenant\" = tenant)`",
    },
    Argument {
        name: "crate",
        meaning: Meaning::Crate,
        summary: "the path of agent-trace-runtime, where the dependency is renamed",
    },
];

const MODEL: Argument = Argument {
    name: "model",
    meaning: Meaning::Target,
    summary: "the model that is asked for; it ends the span's name",
};

const FIXED_MODEL: Argument = Argument {
    name: "model",
    meaning: Meaning::Record("REQUEST_MODEL"),
    summary: "the model, where it is always the same",
};

const PROVIDER: Argument = Argument {
    name: "provider",
    meaning: Meaning::Provider,
    summary: "who serves the model: \"openai\", \"aws.bedrock\" …",
};

pub(crate) const AGENT: &[Argument] = &[
    Argument {
        name: "name",
        meaning: Meaning::Target,
        summary: "the agent's name; the function's name where it is left out",
    },
    Argument {
        name: "remote",
        meaning: Meaning::Remote,
        summary: "the agent runs in another service, and this function calls it",
    },
    PROVIDER,
    FIXED_MODEL,
];

pub(crate) const WORKFLOW: &[Argument] = &[Argument {
    name: "name",
    meaning: Meaning::Target,
    summary: "the workflow's name; the function's name where it is left out",
}];

pub(crate) const LLM_CALL: &[Argument] = &[
    MODEL,
    PROVIDER,
    Argument {
        name: "operation",
        meaning: Meaning::Operation,
        summary: "\"chat\" where it is left out, \"generate_content\" or \"text_completion\"",
    },
];

pub(crate) const EMBEDDING: &[Argument] = &[MODEL, PROVIDER];

pub(crate) const RETRIEVAL: &[Argument] = &[
    Argument {
        name: "data_source",
        meaning: Meaning::Target,
        summary: "the id of the data source; it ends the span's name",
    },
    PROVIDER,
    FIXED_MODEL,
];

pub(crate) const MEMORY: &[Argument] = &[
    Argument {
        name: "store",
        meaning: Meaning::Record("MEMORY_STORE_ID"),
        summary: "the id of the memory store",
    },
    Argument {
        name: "in_process",
        meaning: Meaning::InProcess,
        summary: "the store is a part of this process",
    },
    PROVIDER,
];

pub(crate) const TOOL: &[Argument] = &[Argument {
    name: "name",
    meaning: Meaning::Target,
    summary: "the tool's name; the function's name where it is left out",
}];

pub(crate) const PLAN: &[Argument] = &[Argument {
    name: "name",
    meaning: Meaning::Target,
    summary: "the name of the agent that plans",
}];
