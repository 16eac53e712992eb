//! What recording costs: an item of a stream that tells nothing new allocates nothing, and neither do metrics
//! after the first call with the same labels.

use agent_trace_runtime::opentelemetry_sdk::trace::Sampler;
use agent_trace_runtime::response::{
    EventReader, FinishReason, InferenceResponse, Response, Usage,
};
use agent_trace_runtime::testing::{Recorder, RecorderBuilder};
use agent_trace_runtime::{Conventions, llm_call, tool};
use agent_trace_tests::{Counting, allocations};
use futures::{FutureExt, Stream, StreamExt, stream};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

struct Chunk {
    finish_reason: Option<&'static str>,
    usage: Option<Usage>,
}

impl InferenceResponse for Chunk {
    fn usage(&self) -> Option<Usage> {
        self.usage
    }

    fn response_model(&self) -> Option<&str> {
        Some("gpt-4o-2024-08-06")
    }

    fn response_id(&self) -> Option<&str> {
        Some("chatcmpl-1")
    }

    fn finished_choices(&self) -> Vec<FinishReason<'_>> {
        let reason = self.finish_reason.map(|reason| FinishReason::new(0, reason));
        reason.into_iter().collect()
    }

    fn choice_count(&self) -> usize {
        1
    }
}

#[test]
fn the_allocator_counts() {
    assert_eq!(allocations(|| vec![1_u8]), 1);
    assert_eq!(allocations(|| 1), 0);
}

#[test]
fn an_item_that_tells_nothing_new_allocates_nothing() {
    let delta = Chunk { finish_reason: None, usage: None };
    let mut response = Response::default();
    assert!(allocations(|| response.observe(&delta)) > 0, "the first item tells the model");
    assert_eq!(allocations(|| response.observe(&delta)), 0);

    let running_total = Chunk { finish_reason: None, usage: Some(Usage::new(412, 38)) };
    assert_eq!(allocations(|| response.observe(&running_total)), 0);
    assert_eq!(allocations(|| response.observe(&Ok::<_, ()>(Some(&delta)))), 0);
}

#[test]
fn events_without_news_allocate_nothing() {
    let openai = br#"data: {"id":"chatcmpl-1","object":"chat.completion.chunk","model":"gpt-4o","choices":[{"index":0,"delta":{"content":"Shipped\n"},"finish_reason":null}],"usage":null}

"#;
    let anthropic = br#"event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Shipped"}}

"#;
    let ollama =
        br#"{"model":"llama3.2","message":{"role":"assistant","content":"Ship"},"done":false}
"#;
    for event in [openai.as_slice(), anthropic, ollama] {
        let mut response = Response::default();
        let mut events = EventReader::default();
        response.observe(event);
        assert_eq!(allocations(|| response.observe(event)), 0);
        assert_eq!(allocations(|| events.read(event, &mut response)), 0);
    }
}

#[llm_call(model = "gpt-4o")]
async fn ask() -> Result<Usage, &'static str> {
    Ok(Usage::new(412, 38).cached_input(200).reasoning_output(30))
}

#[llm_call(model = "gpt-4o")]
async fn fail() -> Result<Usage, &'static str> {
    Err("refused")
}

#[llm_call(model = "gpt-4o")]
fn chunks() -> impl Stream<Item = Usage> {
    stream::iter([Usage::default(), Usage::default(), Usage::new(412, 38)])
}

#[tool(tool_type = "function")]
fn look_up() {}

fn calls() {
    assert!(ask().now_or_never().is_some());
    assert!(fail().now_or_never().is_some());
    assert_eq!(chunks().count().now_or_never(), Some(3));
    look_up();
}

/// How often the calls allocate, after they were made once.
fn warm_allocations(builder: RecorderBuilder) -> usize {
    let _recorder = builder.install();
    calls();
    allocations(calls)
}

#[test]
fn metrics_of_known_labels_allocate_nothing() {
    for conventions in [Conventions::Released, Conventions::Latest, Conventions::Both] {
        let measured = |are_measured| {
            let builder = Recorder::builder().conventions(conventions).metrics(are_measured);
            // The growth of the list of recorded spans would be counted, too.
            warm_allocations(builder.sampler(Sampler::AlwaysOff))
        };
        assert_eq!(measured(true), measured(false), "{conventions:?}");
    }
}
