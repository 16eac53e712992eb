//! A call whose body returned a stream: what the chunks tell as they come.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use opentelemetry::KeyValue;
use opentelemetry::trace::Event;

use super::active::Running;
use super::dispatch::{Pipeline, with_pipeline_of};
use super::moment::Moment;
use super::outcome::Failure;
use crate::response::{EventReader, InferenceResponse, Response};
use crate::semconv;
use crate::semconv::metrics::Measure;
use crate::signals::{Series, Told};

/// What a stream has told so far.
#[derive(Debug, Default)]
pub(super) struct Streamed {
    pub(super) response: Response,
    pub(super) failure: Option<Failure>,
    /// The event that is cut between two items, where items are bytes.
    pub(super) events: EventReader,
    pub(super) chunks: i64,
    pub(super) time_to_first_chunk: Option<Duration>,
    last_chunk: Option<Moment>,
    /// Where the time of each further chunk goes; found with the second one.
    meter: Option<ChunkMeter>,
}

#[derive(Debug)]
struct ChunkMeter {
    pipeline: Arc<Pipeline>,
    series: Arc<Series>,
}

impl Streamed {
    /// Nothing yet, to be told to `response`.
    pub(super) fn new(response: Response) -> Self {
        Self { response, ..Self::default() }
    }
}

impl Running {
    /// Notes that a stream has given another item that is no failure.
    #[inline]
    pub(super) fn count_chunk(&self, streamed: &mut Streamed) {
        if self.site.operation.is_inference() && (streamed.chunks == 0 || self.observed.metrics) {
            self.time_chunk(streamed);
        }
        streamed.chunks += 1;
        if streamed.chunks <= i64::from(self.site.chunk_events)
            && let Some(record) = self.record()
        {
            let index = KeyValue::new(semconv::STREAM_CHUNK_INDEX, streamed.chunks);
            let event = Event::new(semconv::STREAM_CHUNK_EVENT, SystemTime::now(), vec![index], 0);
            record.record(|recorded, limits| recorded.add_event(event, limits));
        }
    }

    fn time_chunk(&self, streamed: &mut Streamed) {
        let now = Moment::now();
        let last = streamed.last_chunk.replace(now);
        if streamed.chunks == 0 {
            let started = self.record().and_then(|record| record.with(|open| open.started));
            streamed.time_to_first_chunk = started.map(|started| now.since(started));
            return;
        }
        if streamed.meter.is_none() {
            streamed.meter = self.chunk_meter(streamed);
        }
        if let (Some(ChunkMeter { pipeline, series }), Some(last)) = (&streamed.meter, last)
            && let Some(metrics) = &pipeline.metrics
        {
            let seconds = now.since(last).as_secs_f64();
            metrics.record_seconds(series, Measure::TimePerOutputChunk, seconds);
        }
    }

    /// The labels of chunks are those that are known when the second one comes.
    fn chunk_meter(&self, streamed: &Streamed) -> Option<ChunkMeter> {
        let model = streamed.response.response_model();
        let known =
            self.record()?.with(|open| (open.told_attributes().to_vec(), open.scope.clone()));
        let (attributes, scope) = known?;
        let labels = Told::of(self.site, &attributes, None, model)?.labels();
        let meter = with_pipeline_of(scope.as_ref(), |pipeline| {
            let series = pipeline.metrics.as_ref()?.series(&labels);
            Some(ChunkMeter { pipeline: Arc::clone(pipeline), series })
        });
        meter.flatten()
    }
}

#[cfg(test)]
mod tests {
    use std::pin::{Pin, pin};
    use std::task::{Poll, Waker};

    use futures_core::Stream;
    use opentelemetry::Context;
    use opentelemetry_sdk::Resource;
    use opentelemetry_sdk::trace::{Sampler, SpanLimits};

    use super::*;
    use crate::call::ending::{Ending, OfItems, OfValue};
    use crate::call::stream_ending::{AsOpaque, OfStream};
    use crate::call::{CallSite, Identifiers, Providers, Scope, Spans, scope_ended, scope_started};
    use crate::signals::Settings;

    /// Never to be looked at.
    struct Sealed;

    impl InferenceResponse for Sealed {
        fn body_piece(&self) -> Option<&[u8]> {
            std::process::abort()
        }

        fn tell(&self, _: &mut Response) {
            std::process::abort()
        }
    }

    struct Once;

    impl Stream for Once {
        type Item = Sealed;

        fn poll_next(self: Pin<&mut Self>, _: &mut std::task::Context<'_>) -> Poll<Option<Sealed>> {
            Poll::Ready(Some(Sealed))
        }
    }

    #[test]
    fn items_that_nobody_hears_of_are_not_read() {
        static SITE: CallSite = CallSite::inference("chat", "chat a", "a");
        let resource = Resource::builder_empty().build();
        let (sampling, limits) = (Sampler::AlwaysOff.into(), SpanLimits::default());
        let spans = Spans::new(resource, sampling, limits, Identifiers::default(), Vec::new());
        let providers = Providers { spans, metrics: None, events: None };
        let pipeline = Arc::new(Pipeline::new(providers, Settings::default()));
        let scope = Context::current().with_value(Scope(pipeline)).attach();
        scope_started();
        let mut call = SITE.start();
        let once = call.enter(|| Once);
        let stream = <(OfStream<AsOpaque, OfValue>, OfItems)>::finish(&mut call, once);
        let mut context = std::task::Context::from_waker(Waker::noop());
        assert!(pin!(stream).poll_next(&mut context).is_ready());
        drop(scope);
        scope_ended();
    }
}
