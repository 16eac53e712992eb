//! What the chunks of a stream tell of the model's response.

use agent_trace_runtime::opentelemetry::Value;
use agent_trace_runtime::testing::Recorder;
use agent_trace_runtime::{InferenceResponse, Modality, Usage, current, llm_call};
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

/// One of Anthropic's streams, in which the last event says most of what is billed.
const EVENTS: &str = "event: message_start\n\
    data: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":100,\"output_tokens\":1}}}\n\n\
    event: message_delta\n\
    data: {\"type\":\"message_delta\",\"delta\":{},\"usage\":{\"output_tokens\":900}}\n\n";

#[test]
fn events_that_are_cut_between_two_items_are_read() {
    #[llm_call(model = "claude-sonnet-4-5")]
    fn ask<T: InferenceResponse>(pieces: Vec<T>) -> impl Stream<Item = T> {
        stream::iter(pieces)
    }

    fn assert_told<'a, T: InferenceResponse>(size: usize, piece: impl Fn(&'a [u8]) -> T) {
        let recorder = Recorder::install();
        let pieces = EVENTS.as_bytes().chunks(size).map(piece).collect();
        let _ = block_on(ask(pieces).collect::<Vec<_>>());
        assert_eq!(recorder.tree(), "chat claude-sonnet-4-5 [100→900 tokens]\n", "by {size}");
    }

    for size in [1, 9, 100, EVENTS.len()] {
        assert_told(size, |piece| piece.to_vec());
        assert_told(size, |piece| Some(std::borrow::Cow::Borrowed(piece)));
        assert_told(size, |piece| Ok::<_, ()>(std::sync::Arc::new(piece.to_vec())));
        assert_told(size, bytes::Bytes::from_static);
    }
    assert_told(1, |piece| [piece[0]]);
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

#[test]
fn what_is_recorded_by_hand_and_what_chunks_tell_count_as_they_come() {
    #[llm_call(model = "gpt-4o")]
    fn ask(recorded_with: usize) -> impl Stream<Item = Chunk> {
        let call = current();
        call.record_usage(Usage::new(1, 1).cached_input(1));
        let usage = [Some(Usage::new(10, 2)), Some(Usage::new(10, 9)), None];
        stream::iter(usage).enumerate().map(move |(index, usage)| {
            if index == recorded_with {
                call.record_usage(Usage::default().with_output(5));
            }
            Chunk { text: "a", usage }
        })
    }

    for (recorded_with, tree) in [(0, "[10→9 tokens]"), (1, "[10→9 tokens]"), (2, "[10→5 tokens]")]
    {
        let recorder = Recorder::install();
        let _ = block_on(ask(recorded_with).collect::<Vec<_>>());
        assert_eq!(recorder.tree(), format!("chat gpt-4o {tree}\n"));
        // What is recorded again before an item is there replaces what was.
        let cached = (recorded_with > 0).then(|| 1.into());
        assert_eq!(attribute(&recorder, "gen_ai.usage.cache_read.input_tokens"), cached);
    }
}

/// A chunk that tells everything.
struct Everything;

impl InferenceResponse for Everything {
    fn usage(&self) -> Option<Usage> {
        let usage = Usage::new(90, 90).cached_input(30).cache_write_input(30).reasoning_output(9);
        Some([Modality::Text, Modality::Image, Modality::Audio].into_iter().fold(
            usage,
            |usage, modality| {
                usage.input_of(modality, 9).output_of(modality, 9).cached_input_of(modality, 9)
            },
        ))
    }

    fn response_model(&self) -> Option<&str> {
        Some("gpt-4o-2024-08-06")
    }

    fn response_id(&self) -> Option<&str> {
        Some("chatcmpl-1")
    }

    fn finish_reasons(&self) -> Vec<std::borrow::Cow<'_, str>> {
        vec!["stop".into()]
    }

    fn service_tier(&self) -> Option<&str> {
        Some("default")
    }

    fn system_fingerprint(&self) -> Option<&str> {
        Some("fp_1")
    }
}

#[test]
fn the_compiler_leaves_room_for_all_that_is_added() {
    #[llm_call(model = "gpt-4o")]
    fn ask() -> impl Stream<Item = Everything> + Unpin {
        current().record_attempt().record_attempt();
        stream::iter([Everything, Everything])
    }

    let recorder = Recorder::install();
    let mut stream = ask();
    assert!(block_on(stream.next()).is_some());
    drop(stream);
    // Of these, the site says the provider and the model.
    let added = recorder.span("chat gpt-4o").data().attributes.len() - 2;
    let checks = include_str!("../../../docs/checks.md");
    let (_, room) = checks.split_once("a span has room for ").unwrap();
    let room: usize = room.split_once(' ').unwrap().0.parse().unwrap();
    // One more for the items that a search has found, which are those of no model call.
    assert_eq!(added + 1, 128 - room);
}
