//! Metrics on their way to a destination, each time that they are collected.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use opentelemetry_otlp::MetricExporter;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::metrics::Temporality;
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData, ResourceMetrics};
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

use super::control::Control;
use super::delivery::{Batch, Delivery};
use super::encoding::Encoder;
use super::end::Ending;

/// How long a collection waits for its delivery, with what is attempted again.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long the end waits for what is left.
const PUT_ASIDE: Duration = Duration::from_millis(300);

/// The most collections that wait where each holds what no other does: an hour of them, once a minute.
const WAITING: usize = 60;

/// Hands what is collected to a task of the exporting thread.
#[derive(Debug)]
pub(super) struct MetricsPush {
    encoder: Encoder<MetricExporter>,
    batches: UnboundedSender<Collected>,
    ending: Ending,
}

#[derive(Debug)]
enum Collected {
    Batch(Batch, oneshot::Sender<OTelSdkResult>),
    /// With whom to tell that it has.
    End(mpsc::SyncSender<()>),
}

impl MetricsPush {
    pub(super) fn new(
        encoder: Encoder<MetricExporter>,
        runtime: &Handle,
        delivery: Delivery,
        ending: Ending,
    ) -> Self {
        let (batches, collected) = unbounded_channel();
        let is_whole = encoder.temporality() == Temporality::Cumulative;
        runtime.spawn(run(collected, delivery, is_whole));
        Self { encoder, batches, ending }
    }
}

impl MetricsPush {
    /// What telemetry asks of it.
    pub(super) fn control(&self) -> Control {
        Control::new(self.ending.clone(), None)
    }
}

impl PushMetricExporter for MetricsPush {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        let items = count_points(metrics);
        if items == 0 {
            return Ok(());
        }
        let body = self.encoder.encode(metrics).map_err(OTelSdkError::InternalFailure)?;
        let batch = Batch { body, items, format: self.encoder.format };
        let (answer, answered) = oneshot::channel();
        if self.batches.send(Collected::Batch(batch, answer)).is_err() {
            return Err(OTelSdkError::AlreadyShutdown);
        }
        answered.await.unwrap_or(Err(OTelSdkError::AlreadyShutdown))
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.ending.set(Instant::now() + timeout);
        let (ended, end) = mpsc::sync_channel(1);
        if self.batches.send(Collected::End(ended)).is_ok() {
            // What is left goes to the spool, which takes no time to speak of.
            let _ = end.recv_timeout(PUT_ASIDE);
        }
        Ok(())
    }

    fn temporality(&self) -> Temporality {
        self.encoder.temporality()
    }
}

async fn run(mut collected: UnboundedReceiver<Collected>, mut delivery: Delivery, is_whole: bool) {
    loop {
        let next = match delivery.pause() {
            Some(pause) => tokio::time::timeout(pause, collected.recv()).await,
            None => Ok(collected.recv().await),
        };
        match next {
            Ok(Some(Collected::Batch(batch, answer))) => {
                if is_whole {
                    // The sums of a later collection hold those of the earlier one.
                    delivery.supersede();
                } else {
                    delivery.keep_at_most(WAITING);
                }
                let deadline = Instant::now() + PATIENCE;
                delivery.offer(batch, Some(deadline)).await;
                if delivery.is_behind() {
                    delivery.insist(deadline).await;
                }
                let _ = answer.send(delivery.result());
            }
            Ok(Some(Collected::End(ended))) => {
                delivery.end();
                let _ = ended.send(());
                return;
            }
            Ok(None) => break,
            Err(_) => {
                delivery.catch_up(None).await;
            }
        }
        delivery.report_losses();
    }
    delivery.end();
}

fn count_points(metrics: &ResourceMetrics) -> usize {
    fn count<T>(data: &MetricData<T>) -> usize {
        match data {
            MetricData::Gauge(gauge) => gauge.data_points().count(),
            MetricData::Sum(sum) => sum.data_points().count(),
            MetricData::Histogram(histogram) => histogram.data_points().count(),
            MetricData::ExponentialHistogram(histogram) => histogram.data_points().count(),
        }
    }
    let metrics = metrics.scope_metrics().flat_map(|scope| scope.metrics());
    metrics
        .map(|metric| match metric.data() {
            AggregatedMetrics::F64(data) => count(data),
            AggregatedMetrics::U64(data) => count(data),
            AggregatedMetrics::I64(data) => count(data),
        })
        .sum()
}
