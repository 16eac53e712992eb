//! Telemetry that ends while other threads begin and end calls.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use agent_trace_runtime::opentelemetry::Context;
use agent_trace_runtime::opentelemetry::trace::SpanId;
use agent_trace_runtime::opentelemetry_sdk::error::OTelSdkResult;
use agent_trace_runtime::opentelemetry_sdk::trace::{
    BatchSpanProcessor, Sampler, Span, SpanData, SpanExporter, SpanProcessor,
};
use agent_trace_runtime::{Telemetry, current, step};

use super::{lookup, turn};

/// Has a span for a while; says when it came, and whether it was to end before it had it whole.
#[derive(Debug)]
struct Slow {
    came: mpsc::Sender<()>,
    ended: (mpsc::Sender<()>, Mutex<mpsc::Receiver<()>>),
    told: mpsc::Sender<bool>,
}

impl SpanProcessor for Slow {
    fn on_start(&self, _span: &mut Span, _context: &Context) {}

    fn on_end(&self, _span: SpanData) {
        self.came.send(()).unwrap();
        let ended = self.ended.1.lock().unwrap().recv_timeout(Duration::from_millis(100));
        self.told.send(ended.is_ok()).unwrap();
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        let _ = self.ended.0.send(());
        Ok(())
    }
}

#[test]
fn the_end_of_telemetry_waits_for_a_call_that_is_telling_of_its_end() {
    let _turn = turn();
    let ((came, comes), (told, tells), (ended, ends)) =
        (mpsc::channel(), mpsc::channel(), mpsc::channel());
    let slow = Slow { came, ended: (ended, Mutex::new(ends)), told };
    let telemetry = Telemetry::builder().span_processor(slow).install().unwrap();
    let call = thread::spawn(lookup);
    comes.recv().unwrap();
    telemetry.shutdown().unwrap();
    assert_eq!(tells.try_recv(), Ok(false), "the processor ended after it had the span");
    assert_eq!(call.join().unwrap(), 7);
}

/// The ids of what was exported.
#[derive(Clone, Debug, Default)]
struct Exported(Arc<Mutex<Vec<SpanId>>>);

impl Exported {
    /// Telemetry whose calls begin without its processor.
    fn telemetry(&self, sampler: Sampler) -> Telemetry {
        let batches = BatchSpanProcessor::builder(self.clone()).build();
        Telemetry::builder().span_processor(batches).sampler(sampler).install().unwrap()
    }

    fn ids(&self) -> Vec<SpanId> {
        let mut ids = self.0.lock().unwrap().clone();
        ids.sort_unstable_by_key(|id| id.to_bytes());
        ids
    }
}

impl SpanExporter for Exported {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.0.lock().unwrap().extend(batch.iter().map(|span| span.span_context.span_id()));
        Ok(())
    }
}

/// Gives its span's id, where it has begun in telemetry that samples.
#[step("app.wait")]
fn wait(until: &AtomicBool) -> Option<SpanId> {
    let call = current();
    let id = call.is_recording().then(|| call.span_context().span_id());
    while !until.load(Ordering::Acquire) {
        thread::yield_now();
    }
    id
}

#[test]
fn a_call_that_begins_while_telemetry_ends_is_told_once_or_has_none() {
    let _turn = turn();
    for round in 0..300 {
        let (exported, never) = (Exported::default(), Exported::default());
        let telemetry = exported.telemetry(Sampler::AlwaysOn);
        let (begin, is_done) = (Barrier::new(3), AtomicBool::new(false));
        let mut seen: Vec<SpanId> = thread::scope(|threads| {
            let calls = [0, 1].map(|place| {
                let (begin, is_done) = (&begin, &is_done);
                threads.spawn(move || {
                    begin.wait();
                    (0..place * round).for_each(|_| std::hint::spin_loop());
                    wait(is_done)
                })
            });
            begin.wait();
            telemetry.shutdown().unwrap();
            // What a call of the former one leaves open would go there.
            let next = never.telemetry(Sampler::AlwaysOff);
            is_done.store(true, Ordering::Release);
            let seen = calls.into_iter().filter_map(|call| call.join().unwrap()).collect();
            next.shutdown().unwrap();
            seen
        });
        seen.sort_unstable_by_key(|id| id.to_bytes());
        // One that was not seen to record in its body had ended with the telemetry before.
        let told = exported.ids();
        assert!(seen.iter().all(|id| told.iter().filter(|told| *told == id).count() == 1));
        assert_eq!(never.ids(), []);
    }
}
