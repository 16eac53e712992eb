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
        #[pin]
        future: F,
        request: Option<OpenRequest>,
    }
}

impl<F> ResponseFuture<F> {
    /// Lets a service make its response where `request` runs, if anybody is told of that.
    pub(super) fn of(request: Option<OpenRequest>, call: impl FnOnce() -> F) -> Self {
        let attached = request.as_ref().map(OpenRequest::attach);
        let future = call();
        drop(attached);
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
        let this = self.project();
        let attached = this.request.as_ref().map(OpenRequest::attach);
        let polled = this.future.poll(context);
        drop(attached);
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
