//! How a call goes on that returned a stream: what is read of the items, and how the stream comes to the
//! caller.

use std::marker::PhantomData;
use std::pin::Pin;

use futures_core::Stream;

use super::active::{ActiveCall, State};
use super::ending::{Ending, Inspect, NoResponse, OfItems, OfResponse, ReadResponse};
use super::outcome::{Outcome, quietly};
use super::reading::{EndingRead, ItemReader};
use super::stream::{Observe, StreamTracer, TraceStream, TracedStream};
use crate::response::{EventReader, InferenceResponse, Response};

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
        R::observe_item(item, &mut streamed.events, &mut streamed.response);
        // Most items are none, and moving them about would take longer than to look.
        if let Some(failure) = I::failure(item) {
            streamed.failure = Some(failure);
        }
    };
    let mut call = std::mem::replace(call, ActiveCall(State::Off)).into_streaming();
    if let State::Running(running) = &mut call.0
        && let Some(streamed) = &mut running.streamed
    {
        let mut outcome = Outcome::default();
        let _ = quietly(|| R::observe(&stream, &mut outcome));
        if let Some(response) = outcome.response {
            streamed.response.merge(response);
        }
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
            call.end(&mut Outcome::absent());
        }
        output.map(|stream| hand::<S, H, I, R>(call, stream, read))
    };

    [E, F] OfStreamInResult<H, I, F>, Result<S, E> => Result<H::Output, E>
    where F: Inspect<Result<S, E>>;
    |call, output, read| {
        if output.is_err() {
            call.end(&mut Outcome { failure: F::failure(&output), ..Outcome::default() });
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
