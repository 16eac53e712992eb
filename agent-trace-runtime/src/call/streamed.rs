//! A call whose body returned a stream: what the chunks tell as they come.

use std::sync::Arc;
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::trace::TraceContextExt;

use super::active::Running;
use super::dispatch::{Pipeline, with_pipeline};
use super::outcome::Outcome;
use crate::response::{EventReader, InferenceResponse};
use crate::semconv;
use crate::semconv::profile::Measure;
use crate::signals::{Labels, Series};

/// What a stream has told so far.
#[derive(Debug, Default)]
pub(super) struct Streamed {
    pub(super) outcome: Outcome,
    /// The event that is cut between two items, where items are bytes.
    pub(super) events: EventReader,
    pub(super) chunks: i64,
    pub(super) time_to_first_chunk: Option<Duration>,
    /// When the last chunk came, after the start.
    last_chunk: Duration,
    /// Where the time of each further chunk goes; found with the second one.
    meter: Option<ChunkMeter>,
}

#[derive(Debug)]
struct ChunkMeter {
    pipeline: Arc<Pipeline>,
    series: Arc<Series>,
}

impl Running {
    /// Notes that a stream has given another item.
    #[inline]
    pub(super) fn observe_chunk(&mut self) -> &mut Streamed {
        let mut streamed = self.streamed.take().unwrap_or_default();
        if streamed.chunks == 0 || self.observed.metrics {
            self.time_chunk(&mut streamed);
        }
        streamed.chunks += 1;
        if streamed.chunks <= i64::from(self.site.chunk_events)
            && let Some(context) = self.current.context()
        {
            let index = KeyValue::new(semconv::STREAM_CHUNK_INDEX, streamed.chunks);
            context.span().add_event(semconv::STREAM_CHUNK_EVENT, vec![index]);
        }
        self.streamed.insert(streamed)
    }

    fn time_chunk(&self, streamed: &mut Streamed) {
        if !self.site.operation.is_inference() {
            return;
        }
        let now = self.started.elapsed();
        let since_last = now.saturating_sub(streamed.last_chunk);
        streamed.last_chunk = now;
        if streamed.chunks == 0 {
            streamed.time_to_first_chunk = Some(now);
            return;
        }
        if streamed.meter.is_none() {
            streamed.meter = self.chunk_meter(streamed);
        }
        if let Some(ChunkMeter { pipeline, series }) = &streamed.meter
            && let Some(metrics) = &pipeline.metrics
        {
            let seconds = since_last.as_secs_f64();
            metrics.record_seconds(series, Measure::TimePerOutputChunk, seconds);
        }
    }

    /// The labels of chunks are those that are known when the second one comes.
    fn chunk_meter(&self, streamed: &Streamed) -> Option<ChunkMeter> {
        let model = streamed.outcome.response.response_model();
        let labels = Labels::of(self.site, &self.attributes, None, model)?;
        with_pipeline(self.current.context()?, |pipeline| {
            let series = pipeline.metrics.as_ref()?.series(&labels);
            Some(ChunkMeter { pipeline: Arc::clone(pipeline), series })
        })?
    }
}
