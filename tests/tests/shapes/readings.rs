//! What an attribute says of the result: where the usage is, and what is no failure.

use agent_trace_runtime::opentelemetry::trace::Status;
use agent_trace_runtime::testing::Recorder;
use agent_trace_runtime::{Usage, calls_without_usage, current, embedding, llm_call, tool};
use futures::FutureExt;
use futures::executor::block_on;

use crate::support::{assert_tree, check, check_async};

#[derive(Debug, PartialEq)]
struct Reply {
    tokens: (u64, u64),
}

#[derive(Debug, PartialEq)]
enum LookupError {
    NotFound,
    Broken,
}

impl LookupError {
    fn is_missing(&self) -> bool {
        *self == Self::NotFound
    }
}

#[llm_call(model = "gpt-4o", usage = |reply| Usage::new(reply.tokens.0, reply.tokens.1))]
async fn ask(tokens: (u64, u64)) -> Result<Reply, LookupError> {
    Ok(Reply { tokens })
}

#[embedding(
    model = "text-embedding-3-small",
    usage = |vector: &Vec<f32>| Usage::default().with_input(vector.len() as u64)
)]
fn embed() -> Vec<f32> {
    vec![0.5; 3]
}

#[llm_call(model = "gpt-4o", usage = |reply| (reply.tokens.0 > 0).then(|| Usage::new(1, 1)))]
async fn sometimes(first: u64) -> Option<Reply> {
    Some(Reply { tokens: (first, 0) })
}

#[derive(Clone, Debug, PartialEq)]
struct Body {
    model: String,
    usage: Counts,
    choices: Vec<Option<&'static str>>,
}

#[derive(Clone, Debug, PartialEq)]
struct Counts {
    prompt: u32,
    completion: Option<i64>,
    cached: u64,
    reasoning: usize,
}

#[llm_call(
    model = "gpt-4o",
    record(
        model = reply.model,
        finish_reasons = reply.choices,
        input_tokens = reply.usage.prompt,
        output_tokens = reply.usage.completion,
        cached_input_tokens = reply.usage.cached,
        reasoning_output_tokens = reply.usage.reasoning,
    )
)]
async fn map(body: Body) -> Result<Body, LookupError> {
    Ok(body)
}

#[llm_call(
    model = "claude-sonnet-4-5",
    record(cached = apart, input_tokens = reply.prompt, cached_input_tokens = reply.cached)
)]
fn map_apart(counts: Counts) -> Option<Counts> {
    Some(counts)
}

macro_rules! mapped {
    ($name:ident, $($key:ident = $value:expr),*) => {
        #[llm_call(model = "gpt-4o", record($($key = $value),*))]
        async fn $name(tokens: (u64, u64)) -> Reply {
            Reply { tokens }
        }
    };
}
mapped!(map_in_macro, input_tokens = reply.tokens.0, output_tokens = reply.tokens.1.max(1));

#[tool(ok_if = |error| *error == LookupError::NotFound)]
async fn find(id: u32) -> Result<u32, LookupError> {
    match id {
        0 => Err(LookupError::NotFound),
        1 => Err(LookupError::Broken),
        _ => Ok(id),
    }
}

#[tool(ok_if = |error| matches!(error, LookupError::NotFound))]
fn find_at_once(id: u32) -> Result<u32, LookupError> {
    if id == 0 { Err(LookupError::NotFound) } else { Err(LookupError::Broken) }
}

#[test]
fn a_closure_reads_the_usage() {
    check_async(|| ask((412, 38)), Ok(Reply { tokens: (412, 38) }), "chat gpt-4o [412→38 tokens]");
    let recorder = Recorder::install();
    assert_eq!(embed().len(), 3);
    let span = recorder.span("embeddings text-embedding-3-small");
    let input =
        span.data().attributes.iter().find(|a| a.key.as_str() == "gen_ai.usage.input_tokens");
    assert_eq!(input.map(|input| input.value.clone()), Some(3.into()));
}

#[test]
fn a_mapping_says_where_the_parts_are() {
    let usage = Counts { prompt: 412, completion: Some(38), cached: 200, reasoning: 30 };
    let choices = vec![Some("stop"), None];
    let body = Body { model: "gpt-4o-2024-08-06".to_owned(), usage, choices };
    let recorder = Recorder::install();
    assert_eq!(block_on(map(body.clone())), Ok(body.clone()));
    let attributes = recorder.span("chat gpt-4o").data().attributes.clone();
    let value = |key: &str| {
        attributes.iter().find(|known| known.key.as_str() == key).map(|a| a.value.to_string())
    };
    for (key, expected) in [
        ("gen_ai.response.model", "gpt-4o-2024-08-06"),
        ("gen_ai.response.finish_reasons", r#"["stop","error"]"#),
        ("gen_ai.usage.input_tokens", "412"),
        ("gen_ai.usage.output_tokens", "38"),
        ("gen_ai.usage.cache_read.input_tokens", "200"),
        ("gen_ai.usage.reasoning.output_tokens", "30"),
    ] {
        assert_eq!(value(key).as_deref(), Some(expected), "{key}");
    }
    assert_eq!(map_apart(body.usage.clone()), Some(body.usage));
    let span = recorder.span("chat claude-sonnet-4-5");
    let input =
        span.data().attributes.iter().find(|a| a.key.as_str() == "gen_ai.usage.input_tokens");
    assert_eq!(input.map(|input| input.value.clone()), Some(612.into()));
}

#[test]
fn a_mapping_may_come_from_a_macro() {
    let reply = Reply { tokens: (412, 0) };
    check_async(|| map_in_macro((412, 0)), reply, "chat gpt-4o [412→1 tokens]");
}

#[test]
fn a_function_reads_as_a_closure_does() {
    struct Kept {
        usage: Usage,
    }

    fn count(kept: &Kept) -> &Usage {
        &kept.usage
    }

    #[llm_call(model = "gpt-4o", usage = count, ok_if = LookupError::is_missing)]
    async fn ask(is_there: bool) -> Result<Kept, LookupError> {
        if is_there { Ok(Kept { usage: Usage::new(3, 2) }) } else { Err(LookupError::NotFound) }
    }

    let recorder = Recorder::install();
    assert!(block_on(ask(true)).is_ok());
    assert!(block_on(ask(false)).is_err());
    assert_tree(&recorder, "chat gpt-4o [3→2 tokens]\nchat gpt-4o");
}

#[test]
fn a_call_that_tells_no_usage_is_counted() {
    check_async(|| sometimes(1), Some(Reply { tokens: (1, 0) }), "chat gpt-4o [1→1 tokens]");
    let before = calls_without_usage();
    check_async(|| sometimes(0), Some(Reply { tokens: (0, 0) }), "chat gpt-4o");
    assert!(calls_without_usage() > before);
}

#[test]
fn an_error_is_a_failure_unless_the_attribute_says_otherwise() {
    let name = "execute_tool find";
    check_async(|| find(0), Err(LookupError::NotFound), name);
    check_async(|| find(2), Ok(2), name);
    let error = "[error shapes::readings::LookupError]";
    check_async(|| find(1), Err(LookupError::Broken), &format!("{name} {error}"));
    let name = "execute_tool find_at_once";
    check(|| find_at_once(0), Err(LookupError::NotFound), name);
    check(|| find_at_once(1), Err(LookupError::Broken), &format!("{name} {error}"));
}

#[test]
fn a_closure_that_panics_leaves_the_call_alone() {
    #[tool(ok_if = |_| panic!("wrong"))]
    async fn fails() -> Result<(), LookupError> {
        Err(LookupError::Broken)
    }

    let recorder = Recorder::install();
    assert_eq!(block_on(fails()), Err(LookupError::Broken));
    assert_tree(&recorder, "execute_tool fails [error shapes::readings::LookupError]");
}

#[test]
fn an_error_is_called_what_the_attribute_says() {
    #[tool(error_type = |error| match error {
        LookupError::NotFound => "not_found",
        LookupError::Broken => "order 1042 is broken",
    })]
    async fn find(error: LookupError) -> Result<(), LookupError> {
        Err(error)
    }

    #[tool(error_type = |error: &u16| error.to_string())]
    fn ask(status: u16) -> Result<(), u16> {
        Err(status)
    }

    let recorder = Recorder::install();
    assert!(block_on(find(LookupError::NotFound)).is_err());
    assert!(block_on(find(LookupError::Broken)).is_err());
    assert!(ask(503).is_err());
    assert_tree(
        &recorder,
        "execute_tool find [error not_found]\nexecute_tool find [error _OTHER]\nexecute_tool ask [error 503]",
    );
}

#[test]
fn losing_a_race_is_no_failure_where_the_attribute_says_so() {
    #[tool(cancel = ok)]
    async fn waits() {
        std::future::pending::<()>().await;
    }

    let recorder = Recorder::install();
    assert!(waits().now_or_never().is_none());
    assert_eq!(recorder.span("execute_tool waits").data().status, Status::Unset);
}

#[test]
fn attempts_are_counted_and_the_last_one_decides() {
    #[tool]
    async fn retries(attempts: usize) -> Result<usize, LookupError> {
        for _ in 0..attempts {
            current().record_attempt();
        }
        Ok(attempts)
    }

    for (attempts, expected) in [(1, None), (3, Some(3.into()))] {
        let recorder = Recorder::install();
        assert_eq!(block_on(retries(attempts)), Ok(attempts));
        let span = recorder.span("execute_tool retries");
        let found =
            span.data().attributes.iter().find(|a| a.key.as_str() == "agent_trace.attempt_count");
        assert_eq!(found.map(|found| found.value.clone()), expected);
    }
}

#[test]
fn what_a_search_finds_is_counted() {
    use agent_trace_runtime::opentelemetry::Value;
    use agent_trace_runtime::{attribute, memory, retrieval};

    #[memory(search)]
    async fn remember(count: usize) -> Result<Vec<usize>, LookupError> {
        if count == 0 { Err(LookupError::NotFound) } else { Ok(vec![0; count]) }
    }

    #[memory(search, in_process)]
    fn by_hand() -> &'static [u8] {
        current().set(attribute!("gen_ai.memory.record.count" = 7));
        &[1, 2]
    }

    #[memory(create)]
    fn create() -> Vec<u8> {
        vec![1]
    }

    #[retrieval(data_source = "handbook")]
    async fn search() -> Option<std::sync::Arc<[u8]>> {
        Some([1, 2].into())
    }

    #[retrieval(data_source = "handbook")]
    async fn search_on() -> Result<Option<Vec<u8>>, LookupError> {
        Ok(Some(vec![1, 2, 3]))
    }

    #[retrieval(data_source = "handbook")]
    fn borrowed() -> std::borrow::Cow<'static, [u8]> {
        [1, 2].as_slice().into()
    }

    #[retrieval(data_source = "handbook")]
    fn documents() -> serde_json::Value {
        serde_json::json!([1, 2])
    }

    #[retrieval(data_source = "handbook")]
    fn document() -> Result<serde_json::Value, LookupError> {
        Ok(serde_json::json!({"id": 1}))
    }

    #[retrieval(data_source = "handbook")]
    fn linked() -> std::collections::LinkedList<u8> {
        [1, 2].into()
    }

    #[retrieval(data_source = "handbook")]
    fn one() -> String {
        String::new()
    }

    let count = |call: &dyn Fn()| -> Option<Value> {
        let recorder = Recorder::install();
        call();
        let spans = recorder.spans();
        let attributes = &spans[0].data().attributes;
        let found = attributes.iter().find(|known| {
            known.key.as_str().ends_with("_count") || known.key.as_str().ends_with(".count")
        });
        found.map(|found| found.value.clone())
    };
    assert_eq!(count(&|| drop(block_on(remember(3)))), Some(3.into()));
    assert_eq!(count(&|| drop(block_on(remember(0)))), None);
    assert_eq!(count(&|| assert_eq!(by_hand().len(), 2)), Some(7.into()));
    assert_eq!(count(&|| drop(create())), None);
    assert_eq!(count(&|| drop(block_on(search()))), Some(2.into()));
    assert_eq!(count(&|| drop(block_on(search_on()))), Some(3.into()));
    assert_eq!(count(&|| drop(borrowed())), Some(2.into()));
    assert_eq!(count(&|| drop(documents())), Some(2.into()));
    assert_eq!(count(&|| drop(document())), None);
    assert_eq!(count(&|| drop(linked())), Some(2.into()));
    assert_eq!(count(&|| drop(one())), None);
}
