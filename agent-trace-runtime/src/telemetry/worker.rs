//! The thread that exports: a small runtime of its own, so that exporting works under any runtime
//! of the application, and under none.

use std::cell::Cell;
use std::sync::mpsc;
use std::thread;

use opentelemetry::Context;
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

thread_local! {
    /// Whether this thread exports: what it does itself is never exported.
    static IS_EXPORTING: Cell<bool> = const { Cell::new(false) };
}

fn mark_as_exporting() {
    IS_EXPORTING.set(true);
}

/// Whether this thread exports. Not all that makes spans heeds that telemetry is suppressed.
#[cfg(feature = "__push")]
#[inline]
pub(super) fn is_exporting() -> bool {
    IS_EXPORTING.try_with(Cell::get).unwrap_or(false)
}

/// The running thread. It ends when this is dropped, with whatever export is still in flight.
#[derive(Debug)]
pub(super) struct Worker {
    handle: Handle,
    /// Never sent on: the thread ends when this side is gone.
    _alive: oneshot::Sender<()>,
}

impl Worker {
    pub(super) fn start() -> std::io::Result<Self> {
        let (alive, ended) = oneshot::channel();
        let (sender, receiver) = mpsc::sync_channel(1);
        thread::Builder::new().name("agent-trace-export".to_owned()).spawn(move || {
            // What exports a span must not make spans, also where it looks up names.
            let mut builder = Builder::new_current_thread();
            builder.enable_io().enable_time().on_thread_start(mark_as_exporting);
            mark_as_exporting();
            let _suppressed = Context::enter_telemetry_suppressed_scope();
            match builder.build() {
                Ok(runtime) => {
                    let _ = sender.send(Ok(runtime.handle().clone()));
                    let _ = runtime.block_on(ended);
                    // A name look-up that hangs must not hold up the process.
                    runtime.shutdown_background();
                }
                Err(error) => {
                    let _ = sender.send(Err(error));
                }
            }
        })?;
        let handle = receiver.recv().map_err(std::io::Error::other)??;
        Ok(Self { handle, _alive: alive })
    }

    pub(super) fn runtime(&self) -> Handle {
        self.handle.clone()
    }

    /// Runs `build` where clients find the runtime that they will be driven by.
    #[cfg(feature = "otlp-grpc")]
    pub(super) fn enter<T>(&self, build: impl FnOnce() -> T) -> T {
        let _entered = self.handle.enter();
        build()
    }
}
