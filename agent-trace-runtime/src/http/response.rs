//! The response to a request that is traced.

use std::pin::Pin;
use std::task::{Context, Poll};

use http::Response;
use http_body::Body;
use pin_project_lite::pin_project;

use super::body::TracedBody;
use super::ending::OpenRequest;

pin_project! {
    /// The response to a request that is traced, with the body that the request lasts as long as.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<F> {
        // Taken out to be dropped within the request as well: what it owns may end spans.
        #[pin]
        future: Option<F>,
        request: Option<OpenRequest>,
    }

    impl<F> PinnedDrop for ResponseFuture<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if this.future.is_some() {
                within(this.request, || this.future.set(None));
            }
        }
    }
}

/// Runs `body` where the request runs, if anybody is told of it.
fn within<T>(request: &mut Option<OpenRequest>, body: impl FnOnce() -> T) -> T {
    match request {
        Some(request) => request.enter(body),
        None => body(),
    }
}

impl<F> ResponseFuture<F> {
    /// Lets a service make its response where `request` runs.
    pub(super) fn of(mut request: Option<OpenRequest>, call: impl FnOnce() -> F) -> Self {
        let future = Some(within(&mut request, call));
        Self { future, request }
    }
}

impl<F, R, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
    R: Body,
{
    type Output = Result<Response<TracedBody<R>>, E>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let polled = within(this.request, || {
            let Some(future) = this.future.as_mut().as_pin_mut() else { return Poll::Pending };
            let polled = future.poll(context);
            if polled.is_ready() {
                this.future.set(None);
            }
            polled
        });
        polled.map(|result| finish(result, this.request.take()))
    }
}

fn finish<R: Body, E>(
    result: Result<Response<R>, E>,
    mut request: Option<OpenRequest>,
) -> Result<Response<TracedBody<R>>, E> {
    match (&result, &mut request) {
        (Ok(response), Some(request)) => {
            request.take_head(response, response.body().is_end_stream());
        }
        (Err(_), Some(request)) => request.fail::<E>(),
        (_, None) => {}
    }
    Ok(result?.map(|body| TracedBody::new(body, request)))
}
