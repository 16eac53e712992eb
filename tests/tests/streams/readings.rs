//! What an attribute says of the result is said of each item of a stream.

use std::fmt::Error;
use std::pin::Pin;

use agent_trace_runtime::testing::Recorder;
use agent_trace_runtime::{Usage, llm_call, tool};
use futures::executor::block_on;
use futures::{Stream, StreamExt, stream};

/// An item of somebody else's.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Part {
    model: &'static str,
    input: Option<u64>,
    output: Option<u64>,
}

const PARTS: [Part; 3] = [
    Part { model: "gpt-4o-2024-08-06", input: Some(10), output: Some(1) },
    Part { model: "", input: None, output: Some(2) },
    Part { model: "", input: None, output: None },
];

type Boxed<T> = Pin<Box<dyn Stream<Item = T> + Send>>;

fn usage(part: &Part) -> Option<Usage> {
    let usage = Usage::default().with_output(part.output?);
    Some(part.input.map_or(usage, |input| usage.with_input(input)))
}

#[llm_call(model = "gpt-4o", usage = |part| part.output.and_then(|_| usage(part)))]
async fn opaque() -> impl Stream<Item = Part> {
    stream::iter(PARTS)
}

#[llm_call(model = "gpt-4o", usage = |part| part.output.and_then(|_| usage(part)))]
fn opaque_at_once() -> Result<impl Stream<Item = Result<Part, Error>>, Error> {
    Ok(stream::iter(PARTS).map(Ok))
}

#[llm_call(
    model = "gpt-4o",
    record(input_tokens = reply.input, output_tokens = reply.output, model = reply.model)
)]
async fn boxed() -> Result<Boxed<Result<Part, Error>>, Error> {
    Ok(stream::iter(PARTS).map(Ok).boxed())
}

#[llm_call(
    model = "gpt-4o",
    record(input_tokens = reply.input, output_tokens = reply.output, model = reply.model)
)]
fn boxed_at_once() -> Option<Boxed<Part>> {
    Some(stream::iter(PARTS).boxed())
}

#[llm_call(model = "gpt-4o", usage = |part| usage(part))]
async fn borrowing<'a>(parts: &'a [Part]) -> Pin<Box<dyn Stream<Item = &'a Part> + Send + 'a>> {
    stream::iter(parts).boxed()
}

fn assert_told<T>(make: impl FnOnce() -> T, count: impl FnOnce(T) -> usize) {
    let recorder = Recorder::install();
    assert_eq!(count(make()), PARTS.len());
    assert_eq!(recorder.tree(), "chat gpt-4o [10→2 tokens]\n");
}

#[test]
fn closures_and_mappings_read_each_item() {
    fn count(stream: impl Stream) -> usize {
        block_on(stream.count())
    }
    assert_told(|| block_on(opaque()), count);
    assert_told(|| opaque_at_once().unwrap(), count);
    assert_told(|| block_on(boxed()).unwrap(), count);
    assert_told(|| boxed_at_once().unwrap(), count);
    assert_told(|| block_on(borrowing(&PARTS)), count);
}

#[derive(Debug, PartialEq)]
enum Failure {
    Ended,
    Broken,
}

#[tool(
    ok_if = |error| *error == Failure::Ended,
    error_type = |error| if *error == Failure::Broken { "broken" } else { "ended" }
)]
async fn follow(
    first: Result<(), Failure>,
    then: Failure,
) -> Result<impl Stream<Item = Result<u8, Failure>>, Failure> {
    first?;
    Ok(stream::iter([Ok(1), Err(then)]))
}

#[tool(error_type = |error| if *error == Failure::Broken { "broken" } else { "ended" })]
fn follow_at_once() -> impl Stream<Item = Result<u8, Failure>> {
    stream::iter([Ok(1), Err(Failure::Broken)])
}

#[tool(ok_if = |error| *error == Failure::Ended)]
async fn follow_others(first: Failure) -> Result<Boxed<Result<u8, Error>>, Failure> {
    Err(first)
}

#[test]
fn errors_of_items_are_read_as_those_of_the_stream() {
    let recorder = Recorder::install();
    assert!(block_on(follow(Err(Failure::Ended), Failure::Broken)).is_err());
    assert!(block_on(follow(Err(Failure::Broken), Failure::Broken)).is_err());
    for then in [Failure::Ended, Failure::Broken] {
        let stream = block_on(follow(Ok(()), then)).unwrap();
        assert_eq!(block_on(stream.count()), 2);
    }
    assert_eq!(block_on(follow_at_once().count()), 2);
    assert!(block_on(follow_others(Failure::Ended)).is_err());
    assert_eq!(
        recorder.tree(),
        "execute_tool follow\n\
         execute_tool follow [error broken]\n\
         execute_tool follow\n\
         execute_tool follow [error broken]\n\
         execute_tool follow_at_once [error broken]\n\
         execute_tool follow_others\n"
    );
}
