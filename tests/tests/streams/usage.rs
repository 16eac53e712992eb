//! What the chunks of a stream tell of the model's response.

use agent_trace_runtime::opentelemetry::Value;
use agent_trace_runtime::testing::Recorder;
use agent_trace_runtime::{Usage, current, llm_call};
use futures::executor::block_on;
use futures::{Stream, StreamExt, stream};

use crate::support::Chunk;

#[llm_call(model = "gpt-4o")]
fn ask(chunks: Vec<Chunk>) -> impl Stream<Item = Chunk> {
    stream::iter(chunks)
}

fn attribute(recorder: &Recorder, key: &str) -> Option<Value> {
    let span = recorder.span("chat gpt-4o");
    let attributes = &span.data().attributes;
    attributes.iter().find(|known| known.key.as_str() == key).map(|known| known.value.clone())
}

#[test]
fn final_totals_replace_running_ones() {
    let recorder = Recorder::install();
    let running = [Usage::new(10, 1), Usage::new(10, 2), Usage::new(10, 7).cached_input(4)];
    let chunks = running.map(|usage| Chunk { text: "a", usage: Some(usage) });
    let _ = block_on(ask(chunks.to_vec()).collect::<Vec<_>>());
    assert_eq!(attribute(&recorder, "gen_ai.usage.output_tokens"), Some(7.into()));
    assert_eq!(attribute(&recorder, "gen_ai.usage.cache_read.input_tokens"), Some(4.into()));
    let model = attribute(&recorder, "gen_ai.response.model");
    assert_eq!(model, Some("gpt-4o-2024-08-06".into()));
}

#[test]
fn bodies_of_providers_tell_their_usage_event_by_event() {
    #[llm_call(model = "claude-sonnet-4-5")]
    fn ask(events: Vec<&'static str>) -> impl Stream<Item = Result<Vec<u8>, std::fmt::Error>> {
        stream::iter(events).map(|event| Ok(event.as_bytes().to_vec()))
    }

    let recorder = Recorder::install();
    let events = vec![
        r#"{"type":"message_start","message":{"id":"msg_1","model":"claude-sonnet-4-5","usage":{"input_tokens":10,"cache_read_input_tokens":90,"output_tokens":1}}}"#,
        r#"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Shipped"}}"#,
        r#"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":12}}"#,
    ];
    let _ = block_on(ask(events).collect::<Vec<_>>());
    assert_eq!(recorder.tree(), "chat claude-sonnet-4-5 [100→12 tokens]\n");
}

#[test]
fn what_the_body_records_by_hand_counts_more() {
    #[llm_call(model = "gpt-4o", usage = manual)]
    fn ask() -> impl Stream<Item = &'static str> {
        let call = current();
        stream::iter(["Ship", "ped"]).inspect(move |_| {
            call.record_usage(Usage::new(3, 2));
        })
    }

    let recorder = Recorder::install();
    let _ = block_on(ask().collect::<Vec<_>>());
    assert_eq!(recorder.tree(), "chat gpt-4o [3→2 tokens]\n");
}
