//! Every argument, with literals, constants and expressions.

use agent_trace_runtime::{
    agent, embedding, llm_call, memory, plan, retrieval, step, tool, workflow,
};

mod names {
    pub const ASSEMBLY: &str = "agent.prompt_assembly";
    pub const MODEL: &str = "gpt-4o";
    pub const TOOL: &str = "lookup_order";
    pub const AGENT: &str = "Customer support";
}

struct Request {
    model: String,
    limit: Option<u32>,
    heat: f32,
    stops: Vec<String>,
}

#[llm_call(
    model = "gpt-4o",
    stream = true,
    temperature = 0,
    top_p = 0.95,
    top_k = 40,
    max_tokens = 1_024,
    stop_sequences = ["stop", "end"],
    seed = -1,
    choice_count = 2,
    frequency_penalty = -0.5,
    presence_penalty = 1.5,
    reasoning_level = "high",
    output_type = "yaml",
    conversation_id = "c",
    previous_response_id = "r",
    server_address = "api.openai.com",
    server_port = 443,
    attributes(
        "openai.request.service_tier" = "flex",
        "gen_ai.prompt.name" = "support",
        "app.tenant" = "acme",
        "app.weight" = -0.5,
        "app.first" = true,
    ),
    usage = none
)]
async fn literals() {}

#[llm_call(
    provider = "aws.bedrock",
    model = request.model,
    temperature = request.heat,
    max_tokens = request.limit,
    stop_sequences = request.stops,
    stream = request.limit.is_some(),
    conversation_id = conversation,
    attributes("app.limit" = request.limit, "app.stops" = request.stops),
    usage = none,
)]
async fn expressions(request: Request, conversation: Option<&str>) -> usize {
    request.stops.len() + conversation.map_or(0, str::len)
}

#[llm_call(model = names::MODEL, provider = "openai", usage = none)]
fn constants() {}

#[llm_call(model = "house-7b", provider = custom("acme"), operation = custom("rerank"), usage = none)]
fn custom_values() {}

#[llm_call(model = "claude-sonnet-4-5", provider = "aws.bedrock", usage = none)]
fn served_by_another() {}

#[llm_call(model = "gpt-4o", span_name = "agent.llm_call", usage = none)]
fn own_name() {}

#[llm_call(model = names::MODEL, provider = "openai", span_name = "agent.llm_call", usage = none)]
fn own_name_of_a_constant() {}

#[llm_call(model = model, provider = provider, span_name = "agent.llm_call", usage = none)]
fn own_name_of_an_expression(model: &str, provider: &str) {}

#[embedding(model = "text-embedding-3-small", dimension_count = 1_536, encoding_formats = ["float"], usage = none)]
fn embed() {}

#[agent(name = names::AGENT, description = "answers", data_source = "handbook", model = "gpt-4o")]
fn in_process() {}

#[agent(remote, provider = "openai", agent_id = "asst_1", agent_version = "2", name = name)]
fn remote(name: String) -> String {
    name
}

#[workflow(name = "Nightly digest", conversation_id = id)]
fn digest(id: &str) {}

#[retrieval(data_source = source, top_k = 5, provider = "openai", model = "text-embedding-3-small")]
fn search(source: &str) {}

#[memory(upsert, in_process, store = "customers", record_id = id)]
fn remember(id: String) -> String {
    id
}

#[tool(name = names::TOOL, tool_type = "function", description = "finds orders", call_id = id, agent = "support")]
fn lookup(id: &str) {}

#[plan(name = "support")]
fn plan_steps() {}

#[step(names::ASSEMBLY, attributes("http.route" = "/x", "user.id" = 5))]
fn assemble() {}

#[step("support.v2.rank_documents")]
fn rank() {}

fn main() {
    agent_trace_runtime::current()
        .set(agent_trace_runtime::attribute!("app.tenant" = "acme"))
        .set(agent_trace_runtime::attribute!("gen_ai.request.seed" = 5_u64))
        .add_event("cache.miss", [agent_trace_runtime::attribute!("app.key" = String::from("k"))]);
}
