//! The macros' own arguments: each is recorded under its key and as its type, from a literal, a constant
//! or an expression.

use agent_trace_runtime::opentelemetry::{Array, StringValue, Value};
use agent_trace_runtime::testing::Recorder;
use agent_trace_runtime::{
    agent, embedding, llm_call, memory, plan, retrieval, step, tool, workflow,
};

use crate::support::assert_attributes;

fn strings(values: &[&'static str]) -> Value {
    Value::Array(Array::String(values.iter().copied().map(StringValue::from).collect()))
}

#[track_caller]
fn expect(call: impl FnOnce(), span: &str, attributes: &[(&str, Value)]) {
    let recorder = Recorder::install();
    call();
    assert_attributes(&recorder.span(span), attributes);
}

/// What every argument of a model call leaves, however its value is written.
fn of_inference() -> Vec<(&'static str, Value)> {
    vec![
        ("gen_ai.operation.name", "chat".into()),
        ("gen_ai.provider.name", "openai".into()),
        ("gen_ai.request.model", "gpt-4o".into()),
        ("gen_ai.request.stream", true.into()),
        ("gen_ai.request.temperature", 0.5.into()),
        ("gen_ai.request.top_p", 1.0.into()),
        ("gen_ai.request.max_tokens", 100.into()),
        ("gen_ai.request.stop_sequences", strings(&["END", "STOP"])),
        ("gen_ai.request.seed", (-7).into()),
        ("gen_ai.request.choice.count", 2.into()),
        ("gen_ai.request.frequency_penalty", (-0.5).into()),
        ("gen_ai.request.presence_penalty", 2.0.into()),
        ("gen_ai.request.top_k", 5.0.into()),
        ("gen_ai.request.reasoning.level", "high".into()),
        ("gen_ai.output.type", "json".into()),
        ("gen_ai.conversation.id", "c-1".into()),
        ("gen_ai.request.previous_response.id", "r-1".into()),
        ("server.address", "api.example.com".into()),
        ("server.port", 443.into()),
    ]
}

#[test]
fn a_model_call_with_literals() {
    #[llm_call(
        model = "gpt-4o",
        provider = "openai",
        operation = "chat",
        stream = true,
        temperature = 0.5,
        top_p = 1,
        max_tokens = 100,
        stop_sequences = ["END", "STOP"],
        seed = -7,
        choice_count = 2,
        frequency_penalty = -0.5,
        presence_penalty = 2,
        top_k = 5,
        reasoning_level = "high",
        output_type = "json",
        conversation_id = "c-1",
        previous_response_id = "r-1",
        server_address = "api.example.com",
        server_port = 443,
        usage = none
    )]
    fn ask() {}
    expect(ask, "chat gpt-4o", &of_inference());
}

/// What a user's own request may look like.
struct Request {
    stream: Option<bool>,
    temperature: f32,
    max_tokens: Option<u32>,
    stop: Vec<String>,
    seed: Option<i64>,
    conversation: Option<String>,
    host: String,
    port: u16,
}

#[test]
fn a_model_call_with_expressions() {
    #[llm_call(
        model = model,
        provider = "openai",
        stream = request.stream,
        temperature = request.temperature,
        top_p = u8::from(true),
        max_tokens = request.max_tokens,
        stop_sequences = &request.stop,
        seed = request.seed,
        choice_count = [1, 2].len(),
        frequency_penalty = -f64::from(request.temperature),
        presence_penalty = Some(2.0),
        top_k = { 2 + 3 },
        reasoning_level = if model.is_empty() { "low" } else { "high" },
        output_type = Some("json"),
        conversation_id = request.conversation.as_deref(),
        previous_response_id = format!("r-{}", 1),
        server_address = request.host,
        server_port = request.port,
        usage = none
    )]
    async fn ask(model: &str, request: Request) -> Request {
        request
    }

    let request = Request {
        stream: Some(true),
        temperature: 0.5,
        max_tokens: Some(100),
        stop: vec!["END".to_owned(), "STOP".to_owned()],
        seed: Some(-7),
        conversation: Some("c-1".to_owned()),
        host: "api.example.com".to_owned(),
        port: 443,
    };
    let call = || drop(futures::executor::block_on(ask("gpt-4o", request)));
    expect(call, "chat gpt-4o", &of_inference());
}

#[test]
fn what_is_absent_is_not_recorded() {
    #[llm_call(
        model = "gpt-4o",
        stream = false,
        temperature = None::<f64>,
        max_tokens = tokens,
        stop_sequences = None::<Vec<String>>,
        conversation_id = conversation,
        usage = none,
    )]
    fn ask(tokens: Option<u64>, conversation: Option<&str>) {
        assert!(tokens.is_none() && conversation.is_none());
    }
    expect(
        || ask(None, None),
        "chat gpt-4o",
        &[
            ("gen_ai.operation.name", "chat".into()),
            ("gen_ai.provider.name", "openai".into()),
            ("gen_ai.request.model", "gpt-4o".into()),
        ],
    );
}

#[test]
fn the_arguments_of_the_other_macros() {
    #[agent(
        remote,
        name = "helper",
        provider = custom("acme"),
        agent_id = "a-1",
        agent_version = version,
        description = "helps",
        model = "gpt-4o",
        data_source = "wiki"
    )]
    fn helper(version: &str) -> usize {
        version.len()
    }
    expect(
        || assert_eq!(helper("1.2"), 3),
        "invoke_agent helper",
        &[
            ("gen_ai.operation.name", "invoke_agent".into()),
            ("gen_ai.agent.name", "helper".into()),
            ("gen_ai.provider.name", "acme".into()),
            ("gen_ai.agent.id", "a-1".into()),
            ("gen_ai.agent.version", "1.2".into()),
            ("gen_ai.agent.description", "helps".into()),
            ("gen_ai.request.model", "gpt-4o".into()),
            ("gen_ai.data_source.id", "wiki".into()),
        ],
    );

    #[embedding(
        model = "text-embedding-3-small",
        dimension_count = 256,
        encoding_formats = ["float"],
        usage = none,
    )]
    fn embed() {}
    expect(
        embed,
        "embeddings text-embedding-3-small",
        &[
            ("gen_ai.operation.name", "embeddings".into()),
            ("gen_ai.provider.name", "openai".into()),
            ("gen_ai.request.model", "text-embedding-3-small".into()),
            ("gen_ai.embeddings.dimension.count", 256.into()),
            ("gen_ai.request.encoding_formats", strings(&["float"])),
        ],
    );

    #[retrieval(data_source = "wiki", top_k = limit)]
    fn search(limit: u8) -> u8 {
        limit
    }
    expect(
        || assert_eq!(search(3), 3),
        "retrieval wiki",
        &[
            ("gen_ai.operation.name", "retrieval".into()),
            ("gen_ai.data_source.id", "wiki".into()),
            ("gen_ai.request.top_k", 3.0.into()),
        ],
    );

    #[memory(update, store = "notes", record_id = id)]
    fn note(id: String) -> String {
        id
    }
    expect(
        || drop(note("n-1".to_owned())),
        "update_memory",
        &[
            ("gen_ai.operation.name", "update_memory".into()),
            ("gen_ai.memory.store.id", "notes".into()),
            ("gen_ai.memory.record.id", "n-1".into()),
        ],
    );

    #[tool(tool_type = "function", description = "looks up", call_id = id, agent = "support")]
    fn lookup(id: &str) -> usize {
        id.len()
    }
    expect(
        || assert_eq!(lookup("call-1"), 6),
        "execute_tool lookup",
        &[
            ("gen_ai.operation.name", "execute_tool".into()),
            ("gen_ai.tool.name", "lookup".into()),
            ("gen_ai.tool.type", "function".into()),
            ("gen_ai.tool.description", "looks up".into()),
            ("gen_ai.tool.call.id", "call-1".into()),
            ("gen_ai.agent.name", "support".into()),
        ],
    );

    #[workflow(conversation_id = id)]
    fn digest(id: Option<&str>) {
        assert!(id.is_some());
    }
    expect(
        || digest(Some("c-1")),
        "invoke_workflow digest",
        &[
            ("gen_ai.operation.name", "invoke_workflow".into()),
            ("gen_ai.workflow.name", "digest".into()),
            ("gen_ai.conversation.id", "c-1".into()),
        ],
    );
}

mod constants {
    use super::*;

    pub(crate) const NAME: &str = "named_by_constant";
    const MODEL: &str = "gpt-4o";
    const STEP: &str = "app.constant";
    const LIMIT: u32 = 7;
    static SOURCE: &str = "wiki";

    struct Names;

    impl Names {
        const AGENT: &'static str = "desk";
    }

    #[agent(name = Names::AGENT, model = MODEL)]
    fn desk() {}

    #[tool(name = super::constants::NAME)]
    async fn named() {}

    #[plan(name = NAME)]
    fn planned() {}

    #[retrieval(data_source = SOURCE, top_k = LIMIT)]
    fn search() {}

    #[llm_call(model = MODEL, provider = "openai", max_tokens = LIMIT, attributes("app.step" = STEP), usage = none)]
    fn ask() {}

    #[step(STEP, attributes("app.limit" = LIMIT))]
    fn stepped() {}

    #[llm_call(model = MODEL, provider = "openai", span_name = "team.ask", usage = none)]
    fn renamed() {}

    #[test]
    fn constants_name_spans_and_stand_as_values() {
        let name = |operation: &'static str| ("gen_ai.operation.name", operation.into());
        let model = || ("gen_ai.request.model", MODEL.into());
        let provider = || ("gen_ai.provider.name", "openai".into());
        let agent = |name: &'static str| ("gen_ai.agent.name", name.into());
        for _ in 0..2 {
            expect(desk, "invoke_agent desk", &[name("invoke_agent"), agent("desk"), model()]);
            expect(
                || futures::executor::block_on(named()),
                "execute_tool named_by_constant",
                &[name("execute_tool"), ("gen_ai.tool.name", NAME.into())],
            );
            expect(planned, "plan named_by_constant", &[name("plan"), agent(NAME)]);
            expect(
                search,
                "retrieval wiki",
                &[
                    name("retrieval"),
                    ("gen_ai.data_source.id", "wiki".into()),
                    ("gen_ai.request.top_k", 7.0.into()),
                ],
            );
            expect(
                ask,
                "chat gpt-4o",
                &[
                    name("chat"),
                    model(),
                    provider(),
                    ("gen_ai.request.max_tokens", 7.into()),
                    ("app.step", STEP.into()),
                ],
            );
            expect(stepped, "app.constant", &[("app.limit", 7.into())]);
            expect(renamed, "team.ask", &[name("chat"), model(), provider()]);
        }
    }
}
