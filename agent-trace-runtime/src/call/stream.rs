//! The stream of an annotated function: its call lasts until the stream ends.

use std::fmt;
use std::marker::PhantomData;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_core::stream::FusedStream;
use pin_project_lite::pin_project;

use super::active::{ActiveCall, Running, State};
use super::dropping::{EndOfDrop, FutureCall};
use super::ending::{Ending, Inspect, NoResponse, OfItems, OfResponse, ReadResponse};
use super::outcome::{Outcome, quietly};
use super::reading::{EndingRead, ItemReader};
use super::streamed::Streamed;
use crate::response::{EventReader, InferenceResponse, Response};

/// Adds what an item tells: of the model's response, and whether it is a failure.
type Observe<T> = fn(&T, &mut Streamed);

/// Goes with the stream that a function returned, and ends its call with it.
///
/// [`TraceStream::trace_stream`] gets one, to be put around the stream by [`around`](Self::around).
pub struct StreamTracer<T> {
    call: ActiveCall,
    observe: Observe<T>,
    /// What the site's closures read of each item.
    read: Option<ItemReader<T>>,
}

impl<T> fmt::Debug for StreamTracer<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("StreamTracer").field("call", &self.call).finish_non_exhaustive()
    }
}

impl<T> StreamTracer<T> {
    /// The same items, with the call's span current whenever `stream` is polled.
    pub fn around<S: Stream<Item = T>>(self, stream: S) -> TracedStream<S> {
        let Self { call, observe, read } = self;
        let end = EndOfDrop::new(&call);
        TracedStream { call: FutureCall(call), stream, end, observe, read }
    }
}

pin_project! {
    /// A stream whose call ends when it does: at its end, with the first item that is an error, or where
    /// it is dropped before.
    ///
    /// Its fields are dropped in this order.
    #[must_use = "streams do nothing unless polled"]
    pub struct TracedStream<S: Stream> {
        call: FutureCall,
        #[pin]
        stream: S,
        end: EndOfDrop,
        observe: Observe<S::Item>,
        read: Option<ItemReader<S::Item>>,
    }
}

impl<S: Stream> fmt::Debug for TracedStream<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("TracedStream").field("call", &self.call).finish_non_exhaustive()
    }
}

// What this adds to the stream is taken out before it is looked at again, whatever unwinds.
impl<S: Stream + UnwindSafe> UnwindSafe for TracedStream<S> {}
impl<S: Stream + RefUnwindSafe> RefUnwindSafe for TracedStream<S> {}

impl<S: FusedStream> FusedStream for TracedStream<S> {
    fn is_terminated(&self) -> bool {
        self.stream.is_terminated()
    }
}

impl<S: Stream> Stream for TracedStream<S> {
    type Item = S::Item;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<S::Item>> {
        let this = self.project();
        let FutureCall(call) = this.call;
        if call.is_off() {
            return this.stream.poll_next(context);
        }
        this.end.disarm();
        let is_observed = call.is_observed();
        let entered = call.entered();
        let poll = this.stream.poll_next(context);
        if let (Poll::Ready(Some(item)), Some(read), true) = (&poll, this.read, is_observed) {
            let _ = quietly(|| read(item));
        }
        entered.leave();
        match &poll {
            Poll::Pending => {}
            Poll::Ready(None) => call.end(Outcome::default()),
            Poll::Ready(Some(item)) => observe_item(call, item, *this.observe),
        }
        this.end.arm(call);
        poll
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.stream.size_hint()
    }
}

fn observe_item<T>(call: &mut ActiveCall, item: &T, observe: Observe<T>) {
    let State::Running(running) = &mut call.0 else { return };
    if !running.observed.is_any() {
        return;
    }
    let mut streamed = running.streamed.take().unwrap_or_default();
    // What the user's types panic about is not to take the stream along.
    let _ = quietly(|| observe(item, &mut streamed));
    let failure = streamed.outcome.failure.take();
    let has_failed = failure.is_some() || streamed.outcome.response.has_failed();
    if !has_failed {
        running.count_chunk(&mut streamed);
    }
    running.streamed = Some(streamed);
    if has_failed {
        call.end(Outcome { failure, ..Outcome::default() });
    }
}

/// A stream type that an annotated function may return by its name.
///
/// Boxed streams are. A function that returns `impl Stream` needs nothing. For a named type of your own,
/// say how to put another stream into it.
///
/// # Examples
///
/// ```
/// use std::pin::Pin;
/// use std::task::{Context, Poll};
/// use agent_trace_runtime::{StreamTracer, TraceStream};
/// use futures_core::Stream;
///
/// struct Words(Pin<Box<dyn Stream<Item = String> + Send>>);
///
/// impl Stream for Words {
///     type Item = String;
///
///     fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<String>> {
///         self.0.as_mut().poll_next(context)
///     }
/// }
///
/// impl TraceStream for Words {
///     fn trace_stream(self, tracer: StreamTracer<String>) -> Self {
///         Words(Box::pin(tracer.around(self.0)))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is a stream that its call's span cannot follow",
    label = "a stream of a named type",
    note = "return `impl Stream<Item = …>` or `Pin<Box<dyn Stream<Item = …> + Send>>`, or implement `TraceStream` for `{Self}`"
)]
pub trait TraceStream: Stream + Sized {
    /// The same stream, followed by `tracer`.
    #[must_use]
    fn trace_stream(self, tracer: StreamTracer<Self::Item>) -> Self;
}

macro_rules! boxes {
    ($($stream:ty => $make:path;)*) => {$(
        impl<'a, T: 'a> TraceStream for $stream {
            fn trace_stream(self, tracer: StreamTracer<T>) -> Self {
                $make(tracer.around(self))
            }
        }
    )*};
}
boxes! {
    Pin<Box<dyn Stream<Item = T> + Send + 'a>> => Box::pin;
    Pin<Box<dyn Stream<Item = T> + Send + Sync + 'a>> => Box::pin;
    Pin<Box<dyn Stream<Item = T> + 'a>> => Box::pin;
    Box<dyn Stream<Item = T> + Send + Unpin + 'a> => Box::new;
    Box<dyn Stream<Item = T> + Send + Sync + Unpin + 'a> => Box::new;
    Box<dyn Stream<Item = T> + Unpin + 'a> => Box::new;
}

/// How a traced stream comes to the caller.
pub trait Hand<S: Stream> {
    /// What the caller gets.
    type Output;

    /// The stream, followed by `tracer`.
    fn hand(stream: S, tracer: StreamTracer<S::Item>) -> Self::Output;
}

/// By the type's name: as the type that it was.
#[derive(Debug)]
pub struct ByName;

/// As `impl Stream`: as another type.
#[derive(Debug)]
pub struct AsOpaque;

/// As `Pin<Box<impl Stream>>`: as another type in a box of its own.
#[derive(Debug)]
pub struct AsPinned;

impl<S: TraceStream> Hand<S> for ByName {
    type Output = S;

    fn hand(stream: S, tracer: StreamTracer<S::Item>) -> S {
        // Not boxed again for nothing.
        if tracer.call.is_off() { stream } else { stream.trace_stream(tracer) }
    }
}

impl<S: Stream> Hand<S> for AsOpaque {
    type Output = TracedStream<S>;

    fn hand(stream: S, tracer: StreamTracer<S::Item>) -> TracedStream<S> {
        tracer.around(stream)
    }
}

impl<S: Stream> Hand<S> for AsPinned {
    type Output = Pin<Box<TracedStream<S>>>;

    fn hand(stream: S, tracer: StreamTracer<S::Item>) -> Self::Output {
        Box::pin(tracer.around(stream))
    }
}

/// Reads what a stream tells of the model's response: by itself when it is returned, and by its items.
pub trait ReadStream<S: Stream>: ReadResponse<S> {
    /// Adds what `item` tells.
    fn observe_item(item: &S::Item, events: &mut EventReader, response: &mut Response);
}

impl<S: Stream> ReadStream<S> for NoResponse {
    fn observe_item(_item: &S::Item, _events: &mut EventReader, _response: &mut Response) {}
}

impl<S: Stream> ReadStream<S> for OfItems
where
    S::Item: InferenceResponse,
{
    fn observe_item(item: &S::Item, events: &mut EventReader, response: &mut Response) {
        match item.body_piece() {
            Some(piece) => events.read(piece, response),
            None => response.observe(item),
        }
    }
}

/// The items are something else.
impl<S: Stream + InferenceResponse> ReadStream<S> for OfResponse {
    fn observe_item(_item: &S::Item, _events: &mut EventReader, _response: &mut Response) {}
}

/// A stream that comes by `H`, whose items are inspected by `I`.
#[derive(Debug)]
pub struct OfStream<H, I>(PhantomData<(H, I)>);

/// A stream within a `Result`, whose error is inspected by `E`.
#[derive(Debug)]
pub struct OfStreamInResult<H, I, E>(PhantomData<(H, I, E)>);

/// A stream within an `Option`.
#[derive(Debug)]
pub struct OfStreamInOption<H, I>(PhantomData<(H, I)>);

fn hand<S, H, I, R>(
    call: &mut ActiveCall,
    stream: S,
    read: Option<ItemReader<S::Item>>,
) -> H::Output
where
    S: Stream,
    H: Hand<S>,
    I: Inspect<S::Item>,
    R: ReadStream<S>,
{
    let observe: Observe<S::Item> = |item, streamed| {
        let Streamed { outcome, events, .. } = streamed;
        R::observe_item(item, events, &mut outcome.response);
        // Most items are none, and moving them about would take longer than to look.
        if let Some(failure) = I::failure(item) {
            outcome.failure = Some(failure);
        }
    };
    let mut call = std::mem::replace(call, ActiveCall(State::Off)).into_streaming();
    if let State::Running(Running { streamed: Some(streamed), .. }) = &mut call.0 {
        let _ = quietly(|| R::observe(&stream, &mut streamed.outcome));
    }
    H::hand(stream, StreamTracer { call, observe, read })
}

/// Each kind of ending twice: without and with what reads the items.
macro_rules! endings {
    ($(
        [$($parameter:ident),*] $kind:ty, $output:ty => $handed:ty
        $(where $inspect:ident: Inspect<$inspected:ty>)?;
        |$call:ident, $value:ident, $read:ident| $finish:expr;
    )*) => {$(
        impl<S, H, I, R, $($parameter),*> EndingRead<$output, ItemReader<S::Item>> for ($kind, R)
        where
            S: Stream,
            H: Hand<S>,
            I: Inspect<S::Item>,
            R: ReadStream<S>,
            $($inspect: Inspect<$inspected>,)?
        {
            type Output = $handed;

            fn finish_read(
                $call: &mut ActiveCall,
                $value: $output,
                $read: Option<ItemReader<S::Item>>,
            ) -> $handed {
                $finish
            }
        }

        impl<S, H, I, R, $($parameter),*> Ending<$output> for ($kind, R)
        where
            S: Stream,
            H: Hand<S>,
            I: Inspect<S::Item>,
            R: ReadStream<S>,
            $($inspect: Inspect<$inspected>,)?
        {
            type Output = $handed;

            fn finish(call: &mut ActiveCall, output: $output) -> $handed {
                <Self as EndingRead<$output, ItemReader<S::Item>>>::finish_read(call, output, None)
            }
        }
    )*};
}
endings! {
    [] OfStream<H, I>, S => H::Output;
    |call, output, read| hand::<S, H, I, R>(call, output, read);

    [] OfStreamInOption<H, I>, Option<S> => Option<H::Output>;
    |call, output, read| {
        if output.is_none() {
            call.end(Outcome::absent());
        }
        output.map(|stream| hand::<S, H, I, R>(call, stream, read))
    };

    [E, F] OfStreamInResult<H, I, F>, Result<S, E> => Result<H::Output, E>
    where F: Inspect<Result<S, E>>;
    |call, output, read| {
        if output.is_err() {
            call.end(Outcome { failure: F::failure(&output), ..Outcome::default() });
        }
        Ok(hand::<S, H, I, R>(call, output?, read))
    };
}

/// Without what the items tell of a model's response.
macro_rules! tells_nothing {
    ($([$($parameter:ident),*] $kind:ty;)*) => {$(
        impl<T, $($parameter),*> Ending<T> for $kind
        where
            (Self, NoResponse): Ending<T>,
        {
            type Output = <(Self, NoResponse) as Ending<T>>::Output;

            fn finish(call: &mut ActiveCall, output: T) -> Self::Output {
                <(Self, NoResponse)>::finish(call, output)
            }
        }

        impl<T, X, $($parameter),*> EndingRead<T, ItemReader<X>> for $kind
        where
            (Self, NoResponse): EndingRead<T, ItemReader<X>>,
        {
            type Output = <(Self, NoResponse) as EndingRead<T, ItemReader<X>>>::Output;

            fn finish_read(
                call: &mut ActiveCall,
                output: T,
                read: Option<ItemReader<X>>,
            ) -> Self::Output {
                <(Self, NoResponse)>::finish_read(call, output, read)
            }
        }
    )*};
}
tells_nothing! {
    [H, I] OfStream<H, I>;
    [H, I] OfStreamInOption<H, I>;
    [H, I, E] OfStreamInResult<H, I, E>;
}
