//! The body of a response, which its request lasts as long as.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use super::ending::OpenRequest;

pin_project! {
    /// A body whose request's span is current whenever it is polled, and ends with it.
    ///
    /// Dropped before its end, a server's span ends as cancelled: the client has gone away. A client's ends in good
    /// order: it has read what it wanted.
    pub struct TracedBody<B> {
        #[pin]
        body: B,
        request: Option<LetGo>,
    }
}

/// A request that is let go when this is dropped.
#[derive(Debug)]
struct LetGo(OpenRequest);

impl Drop for LetGo {
    fn drop(&mut self) {
        self.0.let_go();
    }
}

impl<B> fmt::Debug for TracedBody<B> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("TracedBody").field("request", &self.request).finish_non_exhaustive()
    }
}

impl<B> TracedBody<B> {
    /// A body of a request that is open, or of one that nobody is told of.
    pub(super) fn new(body: B, request: Option<OpenRequest>) -> Self {
        let open = request.filter(|request| !request.has_ended());
        Self { body, request: open.map(LetGo) }
    }
}

/// An empty body, for frameworks that ask for one.
impl<B: Default> Default for TracedBody<B> {
    fn default() -> Self {
        Self::new(B::default(), None)
    }
}

impl<B: Body> Body for TracedBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let mut this = self.project();
        let Some(LetGo(request)) = this.request else { return this.body.poll_frame(context) };
        let polled = request.enter(|| this.body.as_mut().poll_frame(context));
        match &polled {
            Poll::Pending => return polled,
            Poll::Ready(Some(Ok(frame))) => {
                if let Some(trailers) = frame.trailers_ref() {
                    request.take_trailers(trailers);
                }
                // Who sends it need not ask for what follows the last frame.
                if !frame.is_trailers() && !this.body.is_end_stream() {
                    return polled;
                }
                request.end();
            }
            Poll::Ready(None) => request.end(),
            Poll::Ready(Some(Err(_))) => request.fail::<B::Error>(),
        }
        *this.request = None;
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
