//! A message and the context that it was sent in, on their way over a channel.

mod serialized;

use opentelemetry::trace::TraceContextExt;

use super::carried::{Carried, CarriedFuture, carry};
use super::current::present_context;

/// A message with the context in which it was sent, for channels and queues, in the process and outside.
///
/// What receives it decides how the trace goes on. One message at a time goes on below its sender:
/// [`open`](Self::open), [`open_async`](Self::open_async) or [`into_parts`](Self::into_parts). Where many come
/// together, as in a batch, only one could be the parent: the span that processes them has a link to the
/// sender of each, by [`into_linked`](Self::into_linked).
///
/// # Examples
///
/// Below the sender:
///
/// ```
/// use agent_trace_runtime::{Envelope, agent, tool};
/// use agent_trace_runtime::testing::Recorder;
/// use std::sync::mpsc;
///
/// #[agent]
/// fn asks(worker: &mpsc::Sender<Envelope<String>>) {
///     worker.send(Envelope::new("tides".to_owned())).unwrap();
/// }
///
/// #[tool]
/// fn search(query: String) -> usize { query.len() }
///
/// let recorder = Recorder::install();
/// let (sender, receiver) = mpsc::channel::<Envelope<String>>();
/// let worker = std::thread::spawn(move || {
///     for envelope in receiver {
///         envelope.open(search);
///     }
/// });
/// asks(&sender);
/// drop(sender);
/// worker.join().unwrap();
/// assert_eq!(recorder.tree(), "invoke_agent asks\n└─ execute_tool search\n");
/// ```
///
/// A batch:
///
/// ```
/// use agent_trace_runtime::{Envelope, embedding};
///
/// #[embedding(model = "text-embedding-3-small", usage = none)]
/// async fn embed(batch: Vec<Envelope<String>>) -> Vec<usize> {
///     let texts: Vec<String> = batch.into_iter().map(Envelope::into_linked).collect();
///     texts.iter().map(String::len).collect()
/// }
/// ```
///
/// Out of the process, by `serde`, as `{"context": {"traceparent": "…"}, "message": …}`. Which headers the context
/// has, and whether baggage is among them, is as with [`propagation::inject`](crate::propagation::inject). A context
/// that is missing loses nothing but the parent; so does, in JSON and other formats for people, one that is malformed.
///
/// ```
/// use agent_trace_runtime::Envelope;
///
/// let queued = serde_json::to_string(&Envelope::new("tides")).unwrap();
/// let envelope: Envelope<String> = serde_json::from_str(&queued).unwrap();
/// assert_eq!(envelope.message(), "tides");
/// ```
#[derive(Clone, Debug)]
pub struct Envelope<T> {
    message: T,
    sender: Carried,
}

impl<T> Envelope<T> {
    /// A message that is sent here, by the call and the span that are current.
    pub fn new(message: T) -> Self {
        Self { message, sender: carry() }
    }

    /// The message.
    pub const fn message(&self) -> &T {
        &self.message
    }

    /// The message, and the call and context to process it in.
    ///
    /// ```
    /// # use agent_trace_runtime::Envelope;
    /// let (query, sender) = Envelope::new("tides").into_parts();
    /// assert_eq!(sender.enter(|| query.len()), 5);
    /// ```
    pub fn into_parts(self) -> (T, Carried) {
        (self.message, self.sender)
    }

    /// Processes the message below its sender.
    pub fn open<R>(self, process: impl FnOnce(T) -> R) -> R {
        let (message, sender) = self.into_parts();
        sender.enter(|| process(message))
    }

    /// Processes the message below its sender, wherever the future is polled.
    ///
    /// ```
    /// use agent_trace_runtime::{Envelope, tool};
    /// use tokio::sync::mpsc;
    ///
    /// #[tool]
    /// async fn search(query: String) -> usize { query.len() }
    ///
    /// async fn worker(mut queries: mpsc::Receiver<Envelope<String>>) {
    ///     while let Some(envelope) = queries.recv().await {
    ///         tokio::spawn(envelope.open_async(search));
    ///     }
    /// }
    /// ```
    pub fn open_async<F: Future>(self, process: impl FnOnce(T) -> F) -> CarriedFuture<F> {
        let (message, sender) = self.into_parts();
        let future = sender.enter(|| process(message));
        sender.wrap(future)
    }

    /// Gives the span that is current here a link to the span that the message was sent in.
    ///
    /// Nothing is linked where one of them is missing, or both are the same. A span takes as many links as the
    /// limits of the SDK say, 128 where nothing is said, and counts what is beyond.
    ///
    /// ```
    /// use agent_trace_runtime::{Envelope, step};
    ///
    /// #[step("app.longest")]
    /// fn longest(batch: &[Envelope<String>]) -> Option<&str> {
    ///     batch.iter().map(|envelope| envelope.link().message().as_str()).max_by_key(|text| text.len())
    /// }
    /// # assert_eq!(longest(&[]), None);
    /// ```
    pub fn link(&self) -> &Self {
        let sent_in = self.sender.context().span().span_context().clone();
        let context = present_context();
        let here = context.span();
        if sent_in.is_valid() && sent_in != *here.span_context() {
            here.add_link(sent_in, Vec::new());
        }
        self
    }

    /// The message, to which the span that is current here has a [`link`](Self::link).
    pub fn into_linked(self) -> T {
        self.link();
        self.message
    }
}
