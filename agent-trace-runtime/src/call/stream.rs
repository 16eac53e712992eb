//! The stream of an annotated function: its call lasts until the stream ends.

use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_core::stream::FusedStream;
use pin_project_lite::pin_project;

use super::active::{ActiveCall, State};
use super::dropping::FutureCall;
use super::outcome::{Outcome, quietly};
use super::reading::ItemReader;
use super::streamed::Streamed;

/// Adds what an item tells: of the model's response, and whether it is a failure.
pub(super) type Observe<T> = fn(&T, &mut Streamed);

/// Goes with the stream that a function returned, and ends its call with it.
///
/// [`TraceStream::trace_stream`] gets one, to be put around the stream by [`around`](Self::around).
pub struct StreamTracer<T> {
    pub(super) call: ActiveCall,
    pub(super) observe: Observe<T>,
    /// What the site's closures read of each item.
    pub(super) read: Option<ItemReader<T>>,
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
        TracedStream { stream, call: FutureCall::new(call), observe, read }
    }
}

pin_project! {
    /// A stream whose call ends when it does: at its end, with the first item that is an error, or where
    /// it is dropped before.
    ///
    /// Its fields are dropped in this order.
    #[must_use = "streams do nothing unless polled"]
    pub struct TracedStream<S: Stream> {
        #[pin]
        stream: S,
        call: FutureCall,
        observe: Observe<S::Item>,
        read: Option<ItemReader<S::Item>>,
    }

    impl<S: Stream> PinnedDrop for TracedStream<S> {
        fn drop(this: Pin<&mut Self>) {
            this.project().call.precede_drop();
        }
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
        let is_observed = call.running().is_some();
        let mut entered = call.entered();
        let poll = this.stream.poll_next(context);
        if let (Poll::Ready(Some(item)), Some(read), true) = (&poll, this.read, is_observed) {
            let _ = quietly(|| read(item));
        }
        entered.pause();
        std::mem::forget(entered);
        match &poll {
            Poll::Pending => {}
            Poll::Ready(None) => call.end(&mut Outcome::default()),
            Poll::Ready(Some(item)) => observe_item(call, item, *this.observe),
        }
        poll
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.stream.size_hint()
    }
}

fn observe_item<T>(call: &mut ActiveCall, item: &T, observe: Observe<T>) {
    let State::Running(running) = &mut call.0 else { return };
    let Some(record) = running.record() else { return };
    // What was recorded until now was said before the item was there.
    let usage = record.take_usage();
    let mut streamed = running.streamed.take().unwrap_or_default();
    streamed.response.observe_usage(usage);
    // What the user's types panic about is not to take the stream along.
    let _ = quietly(|| observe(item, &mut streamed));
    let failure = streamed.failure.take();
    let has_failed = failure.is_some() || streamed.response.has_failed();
    if !has_failed {
        running.count_chunk(&mut streamed);
    }
    running.streamed = Some(streamed);
    if has_failed {
        call.end(&mut Outcome { failure, ..Outcome::default() });
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
