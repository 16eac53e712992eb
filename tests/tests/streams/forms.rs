//! Every way in which a function may return a stream.

use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::task::{Context, Poll};

use agent_trace_runtime::testing::Recorder;
use agent_trace_runtime::{StreamTracer, TraceStream, llm_call};
use futures::executor::block_on;
use futures::future::BoxFuture;
use futures::stream::{self, BoxStream, FusedStream};
use futures::{FutureExt, Stream, StreamExt};

use crate::support::{Answer, Boxed, chunks};

type Error = std::fmt::Error;
type Alias = Result<Boxed<'static>, Error>;

#[llm_call(model = "gpt-4o")]
async fn opaque() -> impl Stream<Item = Answer> + Send {
    chunks()
}

#[llm_call(model = "gpt-4o")]
async fn opaque_in_result(_prompt: &str) -> Result<impl Stream<Item = Answer> + Send, Error> {
    Ok(chunks())
}

#[llm_call(model = "gpt-4o")]
async fn boxed() -> Boxed<'static> {
    Box::pin(chunks())
}

#[llm_call(model = "gpt-4o")]
async fn boxed_in_result() -> Result<BoxStream<'static, Answer>, Error> {
    Ok(chunks().boxed())
}

#[llm_call(model = "gpt-4o")]
async fn boxed_local() -> Pin<Box<dyn Stream<Item = Answer>>> {
    Box::pin(chunks())
}

#[llm_call(model = "gpt-4o")]
async fn boxed_sync(chunks: Vec<Answer>) -> Pin<Box<dyn Stream<Item = Answer> + Send + Sync>> {
    Box::pin(futures::stream::iter(chunks))
}

#[llm_call(model = "gpt-4o")]
async fn boxed_unpin() -> Box<dyn Stream<Item = Answer> + Send + Unpin> {
    Box::new(Box::pin(chunks()))
}

#[llm_call(model = "gpt-4o")]
async fn boxed_unpin_local() -> Result<Box<dyn Stream<Item = Answer> + Unpin>, Error> {
    Ok(Box::new(Box::pin(chunks())))
}

#[llm_call(model = "gpt-4o")]
async fn pinned_opaque() -> Pin<Box<impl Stream<Item = Answer> + Send>> {
    Box::pin(chunks())
}

#[llm_call(model = "gpt-4o")]
fn plain_pinned_opaque() -> Result<Pin<Box<impl Stream<Item = Answer> + Send>>, Error> {
    Ok(Box::pin(chunks()))
}

#[llm_call(model = "gpt-4o")]
async fn borrowing<'a>(words: &'a [Answer]) -> Boxed<'a> {
    Box::pin(futures::stream::iter(words.iter().cloned()))
}

#[llm_call(model = "gpt-4o")]
async fn alias() -> Alias {
    Ok(Box::pin(chunks()))
}

#[llm_call(model = "gpt-4o")]
async fn optional() -> Option<Boxed<'static>> {
    Some(Box::pin(chunks()))
}

#[llm_call(model = "gpt-4o")]
async fn optional_opaque() -> Option<impl Stream<Item = Answer> + Send> {
    Some(chunks())
}

#[llm_call(model = "gpt-4o")]
fn plain_opaque() -> impl Stream<Item = Answer> + Send {
    chunks()
}

#[llm_call(model = "gpt-4o")]
fn plain_opaque_in_result() -> Result<impl Stream<Item = Answer> + Send, Error> {
    Ok(chunks())
}

#[llm_call(model = "gpt-4o")]
fn plain_boxed() -> Boxed<'static> {
    Box::pin(chunks())
}

#[llm_call(model = "gpt-4o")]
fn plain_in_result() -> Alias {
    Ok(Box::pin(chunks()))
}

#[llm_call(model = "gpt-4o")]
fn future_of_opaque() -> impl Future<Output = Result<impl Stream<Item = Answer> + Send, Error>> {
    async move { Ok(chunks()) }
}

#[llm_call(model = "gpt-4o")]
fn future_of_boxed() -> BoxFuture<'static, Alias> {
    let made = chunks();
    async move { Ok(Box::pin(made) as Boxed<'_>) }.boxed()
}

struct Words<'a>(Boxed<'a>);

impl Stream for Words<'_> {
    type Item = Answer;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Answer>> {
        self.0.as_mut().poll_next(context)
    }
}

impl TraceStream for Words<'_> {
    fn trace_stream(self, tracer: StreamTracer<Answer>) -> Self {
        Self(Box::pin(tracer.around(self.0)))
    }
}

#[llm_call(model = "gpt-4o")]
async fn named() -> Words<'static> {
    Words(Box::pin(chunks()))
}

#[async_trait::async_trait]
trait Model {
    async fn ask(&self) -> Alias;
}

#[async_trait::async_trait]
impl Model for () {
    #[llm_call(model = "gpt-4o")]
    async fn ask(&self) -> Alias {
        Ok(Box::pin(chunks()))
    }
}

#[llm_call(model = "gpt-4o")]
async fn generic<S: Stream<Item = Answer> + Send + 'static>(stream: S) -> Boxed<'static> {
    Box::pin(stream)
}

const TREE: &str = "\
chat gpt-4o [10→2 tokens]
├─ execute_tool check_word
└─ execute_tool check_word
";

fn assert_traced(tree: &str, stream: impl Stream<Item = Answer>, recorder: &Recorder) {
    assert!(recorder.spans_named("chat gpt-4o").is_empty(), "ended before its first chunk");
    let texts: Vec<&str> =
        block_on(stream.map(|chunk| chunk.map_or("", |chunk| chunk.text)).collect());
    assert_eq!(texts, ["Ship", "ped"]);
    assert_eq!(recorder.tree(), tree);
}

/// Calls each function below a recorder of its own, and reads the stream to its end.
macro_rules! assert_forms {
    ($($stream:expr;)*) => {$({
        let recorder = Recorder::install();
        let stream = $stream;
        assert_traced(TREE, stream, &recorder);
    })*};
}

#[test]
fn every_form_is_traced_to_its_end() {
    assert_forms! {
        block_on(opaque());
        block_on(opaque_in_result("")).unwrap();
        block_on(boxed());
        block_on(boxed_in_result()).unwrap();
        block_on(boxed_local());
        block_on(boxed_unpin());
        block_on(boxed_unpin_local()).unwrap();
        block_on(pinned_opaque());
        plain_pinned_opaque().unwrap();
        block_on(alias()).unwrap();
        block_on(optional()).unwrap();
        block_on(optional_opaque()).unwrap();
        plain_opaque();
        plain_opaque_in_result().unwrap();
        plain_boxed();
        plain_in_result().unwrap();
        block_on(future_of_opaque()).unwrap();
        block_on(future_of_boxed()).unwrap();
        block_on(named());
        block_on(().ask()).unwrap();
        block_on(generic(chunks()));
    }
}

#[test]
fn bounds_of_an_opaque_stream_are_kept() {
    #[llm_call(model = "gpt-4o")]
    async fn fused() -> impl FusedStream<Item = Answer> + Send + UnwindSafe + RefUnwindSafe {
        stream::iter([]).fuse()
    }

    #[llm_call(model = "gpt-4o")]
    fn fused_at_once() -> Result<impl FusedStream<Item = Answer> + Unpin, Error> {
        Ok(stream::iter([]).fuse())
    }

    let recorder = Recorder::install();
    for _ in 0..2 {
        let mut stream = fused_at_once().unwrap();
        assert!(!stream.is_terminated());
        assert!(block_on(stream.next()).is_none());
        assert!(stream.is_terminated());
    }
    assert!(!block_on(fused()).is_terminated());
    assert_eq!(recorder.spans().len(), 3);
}

#[test]
fn a_stream_may_have_another_name() {
    use futures::Stream as Flow;

    #[llm_call(model = "gpt-4o")]
    fn flow() -> impl Flow<Item = Answer> {
        stream::iter([]).map(Ok)
    }

    #[agent_trace_runtime::step("app.words")]
    fn words() -> impl DoubleEndedIterator<Item = u8> {
        [1, 2].into_iter()
    }

    trait Words {
        type Item;
    }

    impl Words for u8 {
        type Item = String;
    }

    #[agent_trace_runtime::step("app.words")]
    async fn other_words() -> impl Words<Item = String> {
        7
    }

    #[agent_trace_runtime::step("app.words")]
    fn no_words(fail: bool) -> Result<impl Words<Item = String>, Error> {
        if fail { Err(std::fmt::Error) } else { Ok(7) }
    }

    let recorder = Recorder::install();
    let _ = block_on(other_words());
    assert!(no_words(true).is_err());
    assert_eq!(recorder.tree(), "app.words\napp.words [error core::fmt::Error]\n");
    drop(recorder);

    let recorder = Recorder::install();
    assert_eq!(block_on(flow().count()), 0);
    assert_eq!(words().next_back(), Some(2));
    assert_eq!(recorder.spans().len(), 2);
}

#[test]
fn streams_of_what_is_there_already_are_traced_too() {
    let recorder = Recorder::install();
    let words: Vec<Answer> = block_on(chunks().collect());
    let stream = block_on(boxed_sync(words.clone()));
    fn assert_sync<T: Send + Sync>(value: T) -> T {
        value
    }
    assert_eq!(block_on(assert_sync(stream).collect::<Vec<_>>()), words);
    assert_eq!(block_on(block_on(borrowing(&words)).collect::<Vec<_>>()), words);
    assert_eq!(recorder.spans_named("chat gpt-4o").len(), 2);
}

#[test]
fn a_function_that_gives_no_stream_ends_its_call() {
    #[llm_call(model = "gpt-4o")]
    async fn fails() -> Alias {
        Err(std::fmt::Error)
    }

    #[llm_call(model = "gpt-4o")]
    async fn gives_none() -> Option<Boxed<'static>> {
        None
    }

    let recorder = Recorder::install();
    assert!(block_on(fails()).is_err());
    assert!(block_on(gives_none()).is_none());
    assert_eq!(recorder.tree(), "chat gpt-4o [error core::fmt::Error]\nchat gpt-4o\n");
}

#[test]
fn what_the_signature_promises_is_kept() {
    fn assert_send<T: Send>(_: &T) {}
    let recorder = Recorder::install();
    let (opaque, boxed) = (block_on(opaque()), block_on(boxed()));
    assert_send(&opaque);
    assert_send(&boxed);
    assert_eq!(opaque.size_hint(), chunks().size_hint());
    drop((opaque, boxed));
    assert_eq!(recorder.spans().len(), 2);
}

#[test]
fn without_telemetry_a_boxed_stream_stays_in_its_box() {
    let stream: Boxed<'static> = Box::pin(chunks());
    let address = std::ptr::from_ref(&*stream).cast::<()>();
    let stream = block_on(generic_box(stream));
    assert_eq!(std::ptr::from_ref(&*stream).cast::<()>(), address);

    #[llm_call(model = "gpt-4o")]
    async fn generic_box(stream: Boxed<'static>) -> Boxed<'static> {
        stream
    }
}
