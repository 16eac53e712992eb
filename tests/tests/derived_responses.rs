//! `#[derive(InferenceResponse)]`: what a call records of a derived response, and what its fields may be.

use std::borrow::Cow;
use std::fmt;

use agent_trace_runtime::llm_call;
use agent_trace_runtime::response::{InferenceResponse, Response, Usage};
use agent_trace_runtime::testing::Recorder;
use futures::executor::block_on;
use futures::stream::{self, Stream, StreamExt};

#[derive(Clone, InferenceResponse)]
struct Reply {
    #[expect(dead_code, reason = "a field without a key is ignored")]
    text: String,
    #[response(model)]
    model: String,
    #[response(id)]
    id: Option<String>,
    #[response(finish_reason)]
    finish: Cow<'static, str>,
    #[response(service_tier)]
    tier: Option<&'static str>,
    #[response(system_fingerprint)]
    fingerprint: Box<str>,
    #[response(input_tokens)]
    prompt_tokens: u64,
    #[response(output_tokens)]
    completion_tokens: i32,
    #[response(cached_input_tokens)]
    cached: Option<u16>,
    #[response(cache_write_input_tokens)]
    cache_write: Option<usize>,
    #[response(reasoning_output_tokens)]
    reasoning: i64,
}

fn reply() -> Reply {
    Reply {
        text: "Shipped.".to_owned(),
        model: "gpt-4o-2024-08-06".to_owned(),
        id: Some("chatcmpl-1".to_owned()),
        finish: "stop".into(),
        tier: Some("default"),
        fingerprint: "fp_1".into(),
        prompt_tokens: 412,
        completion_tokens: 38,
        cached: Some(128),
        cache_write: None,
        reasoning: -1,
    }
}

#[llm_call(model = "gpt-4o")]
async fn ask(fails: bool) -> Result<Reply, fmt::Error> {
    if fails { Err(fmt::Error) } else { Ok(reply()) }
}

#[test]
fn a_call_records_exactly_what_the_fields_tell() {
    let recorder = Recorder::install();
    assert!(block_on(ask(false)).is_ok());
    assert!(block_on(ask(true)).is_err());

    let spans = recorder.spans();
    let told = |span: &agent_trace_runtime::testing::RecordedSpan| {
        let attributes = span.data().attributes.iter();
        let mut told: Vec<String> = attributes
            .filter(|attribute| {
                let key = attribute.key.as_str();
                ["gen_ai.response", "gen_ai.usage", "openai."].iter().any(|it| key.starts_with(it))
            })
            .map(|attribute| format!("{} = {}", attribute.key, attribute.value))
            .collect();
        told.sort();
        told
    };
    assert_eq!(
        told(&spans[0]),
        [
            "gen_ai.response.finish_reasons = [\"stop\"]",
            "gen_ai.response.id = chatcmpl-1",
            "gen_ai.response.model = gpt-4o-2024-08-06",
            "gen_ai.usage.cache_read.input_tokens = 128",
            "gen_ai.usage.input_tokens = 412",
            "gen_ai.usage.output_tokens = 38",
            "openai.response.service_tier = default",
            "openai.response.system_fingerprint = fp_1",
        ]
    );
    assert!(told(&spans[1]).is_empty());
}

#[derive(Default, InferenceResponse)]
#[response(cached = apart)]
struct Tokens {
    #[response(input_tokens)]
    input: Option<u64>,
    #[response(cached_input_tokens)]
    read: Option<u64>,
    #[response(cache_write_input_tokens)]
    written: u64,
    #[response(output_tokens)]
    output: u64,
}

#[derive(InferenceResponse)]
struct Message {
    #[response(usage)]
    usage: Option<Tokens>,
    #[response(finish_reasons)]
    stop_reasons: Vec<Option<String>>,
}

#[test]
fn counts_of_a_type_of_their_own_add_up() {
    let usage = Some(Tokens { input: Some(10), read: Some(900), written: 90, output: 38 });
    let reasons = vec![Some("end_turn".to_owned()), None];
    let message = Message { usage, stop_reasons: reasons };
    let expected = Usage::new(1000, 38).cached_input(900).cache_write_input(90);
    assert_eq!(message.usage(), Some(expected));
    assert_eq!(message.finish_reasons(), ["end_turn", "error"]);
    assert_eq!(Response::of(&message).finish_reasons(), ["end_turn", "error"]);

    let silent = Message { usage: None, stop_reasons: Vec::new() };
    assert_eq!(Response::of(&silent), Response::default());
}

#[derive(InferenceResponse)]
struct Labelled<T, S>
where
    T: Clone,
{
    #[response(flatten)]
    inner: T,
    #[response(id)]
    id: Option<S>,
}

#[derive(InferenceResponse)]
enum Either<'a, T> {
    Known(&'a Reply),
    Counted {
        at: u64,
        #[response(flatten)]
        usage: Box<Usage>,
    },
    Other(Box<T>),
}

#[test]
fn what_a_flattened_field_tells_stands_unless_told_otherwise() {
    let labelled = |id| Labelled { inner: reply(), id };
    assert_eq!(labelled(None::<String>).response_id(), Some("chatcmpl-1"));
    assert_eq!(labelled(Some("of-mine".to_owned())).response_id(), Some("of-mine"));
    assert_eq!(labelled(None).usage(), reply().usage());
    assert_eq!(labelled(None).finish_reasons(), ["stop"]);

    #[derive(InferenceResponse)]
    struct Ended(#[response(flatten)] Reply, #[response(finish_reason)] &'static str);
    assert_eq!(Response::of(&Ended(reply(), "length")).finish_reasons(), ["length"]);

    let body = br#"{"model": "gpt-4o", "usage": {"prompt_tokens": 3, "completion_tokens": 2}}"#;
    #[derive(InferenceResponse)]
    struct Body(#[response(flatten)] Vec<u8>);
    assert_eq!(Response::of(&Body(body.to_vec())), Response::of(body.as_slice()));
}

#[test]
fn an_enum_tells_what_its_variant_tells() {
    let reply = reply();
    let told = |response: &Either<'_, Reply>| Response::of(response);
    assert_eq!(told(&Either::Known(&reply)), Response::of(&reply));
    assert_eq!(told(&Either::Other(Box::new(reply.clone()))), Response::of(&reply));
    let counted = Either::Counted { at: 1, usage: Usage::new(3, 2).into() };
    assert!(matches!(counted, Either::Counted { at: 1, .. }));
    assert_eq!(told(&counted).usage(), Some(Usage::new(3, 2)));
}

#[derive(InferenceResponse)]
struct Chunk {
    #[response(finish_reasons)]
    finish: [Option<&'static str>; 2],
    #[response(usage)]
    usage: Option<Usage>,
}

#[llm_call(model = "gpt-4o", stream = true)]
fn stream() -> impl Stream<Item = Chunk> {
    stream::iter([
        Chunk { finish: [None, None], usage: None },
        Chunk { finish: [None, Some("length")], usage: None },
        Chunk { finish: [Some("stop"), None], usage: None },
        Chunk { finish: [None, None], usage: Some(Usage::new(412, 38)) },
    ])
}

#[test]
fn the_items_of_a_stream_tell_together() {
    let recorder = Recorder::install();
    assert_eq!(block_on(stream().count()), 4);
    let span = recorder.span("chat gpt-4o");
    assert_eq!(span.attribute("gen_ai.usage.input_tokens"), Some(&412.into()));
    let reasons = span.attribute("gen_ai.response.finish_reasons").map(ToString::to_string);
    assert_eq!(reasons.as_deref(), Some("[\"stop\",\"length\"]"));
}

macro_rules! responses {
    ($($name:ident { $field:ident: $ty:ty })*) => {$(
        #[derive(InferenceResponse)]
        struct $name {
            #[response(input_tokens)]
            $field: $ty,
        }
    )*};
}
responses! {
    Raw { r#type: u8 }
    OfReference { response: &'static u32 }
}

#[test]
fn types_that_a_macro_writes_are_read() {
    assert_eq!(Raw { r#type: 5 }.usage(), Some(Usage::default().with_input(5)));
    assert_eq!(OfReference { response: &6 }.usage(), Some(Usage::default().with_input(6)));
}
