//! Ends an application in good order when a signal asks for it.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::pin::pin;
use std::process::ExitCode;
use std::task::Poll;

use super::{Telemetry, error};

/// How an application ended that [`Telemetry::run_until_signal`] ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "this says whether the application finished or was stopped"]
pub enum Run<T> {
    /// It finished, with this output.
    Finished(T),
    /// A signal stopped it.
    Stopped(Signal),
}

impl<T> Run<T> {
    /// The output, where there is one.
    #[must_use]
    pub fn finished(self) -> Option<T> {
        match self {
            Self::Finished(output) => Some(output),
            Self::Stopped(_) => None,
        }
    }
}

/// A signal that asks a process to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Signal {
    /// `SIGINT`: Ctrl-C.
    Interrupt,
    /// `SIGTERM`: what service managers send, Kubernetes and systemd among them.
    Terminate,
}

impl Signal {
    /// The status that a shell gives a process which this signal ended: 130 or 143.
    #[must_use]
    pub fn exit_code(self) -> ExitCode {
        ExitCode::from(match self {
            Self::Interrupt => 130,
            Self::Terminate => 143,
        })
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Interrupt => "SIGINT",
            Self::Terminate => "SIGTERM",
        })
    }
}

impl Telemetry {
    /// Runs the application's future to its end, or until Ctrl-C or SIGTERM; then shuts telemetry down.
    ///
    /// On a signal the future is dropped, so that every call in it ends as `cancelled`, each with its span.
    /// What has ended is exported within the time that [`shutdown`](Self::shutdown) has; where that fails,
    /// a warning on stderr says so. Run everything in it: a signal that comes later is caught and does
    /// nothing.
    ///
    /// Tasks that the future has spawned are not a part of it and go on. Those that are aborted as it is
    /// dropped, like those of a `JoinSet`, end with it on a current-thread runtime; under several threads,
    /// hold [`Telemetry`] until the runtime is dropped instead.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime, and in one without `enable_io` or `enable_all`.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::process::ExitCode;
    /// use agent_trace_runtime::{Run, agent};
    ///
    /// #[agent]
    /// async fn serve() -> Result<(), std::fmt::Error> {
    ///     Ok(())
    /// }
    ///
    /// # async fn run() -> Result<ExitCode, Box<dyn std::error::Error>> {
    /// // #[tokio::main]
    /// // async fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    /// let telemetry = agent_trace_runtime::init()?;
    /// match telemetry.run_until_signal(serve()).await {
    ///     Run::Finished(result) => result?,
    ///     Run::Stopped(signal) => return Ok(signal.exit_code()),
    /// }
    /// Ok(ExitCode::SUCCESS)
    /// # }
    /// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    /// # assert!(runtime.expect("a runtime").block_on(run()).is_ok());
    /// ```
    pub async fn run_until_signal<F: Future>(&self, future: F) -> Run<F::Output> {
        let run = run_until_signal(future).await;
        if matches!(run, Run::Stopped(_)) {
            // Tasks that were aborted just now are dropped when the runtime comes to them.
            for _ in 0..TURNS_OF_ABORTED_TASKS {
                tokio::task::yield_now().await;
            }
        }
        if let Err(error) = self.shutdown() {
            error::warn(&error);
        }
        run
    }
}

/// How often the runtime comes to its tasks before telemetry ends: an aborted one may own others.
const TURNS_OF_ABORTED_TASKS: usize = 8;

async fn run_until_signal<F: Future>(future: F) -> Run<F::Output> {
    let mut signals = match Signals::listen() {
        Ok(signals) => signals,
        Err(error) => {
            error::warn(&format_args!(
                "signals cannot be caught, so that one ends the process with calls unfinished: {error}"
            ));
            return Run::Finished(future.await);
        }
    };
    let mut future = pin!(future);
    poll_fn(|context| {
        if let Poll::Ready(output) = future.as_mut().poll(context) {
            return Poll::Ready(Run::Finished(output));
        }
        signals.poll(context).map(Run::Stopped)
    })
    .await
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    fn poll(&mut self, context: &mut std::task::Context<'_>) -> Poll<Signal> {
        if self.interrupt.poll_recv(context).is_ready() {
            return Poll::Ready(Signal::Interrupt);
        }
        self.terminate.poll_recv(context).map(|_| Signal::Terminate)
    }
}

#[cfg(windows)]
struct Signals {
    interrupt: tokio::signal::windows::CtrlC,
    terminate: tokio::signal::windows::CtrlShutdown,
}

#[cfg(windows)]
impl Signals {
    fn listen() -> io::Result<Self> {
        use tokio::signal::windows::{ctrl_c, ctrl_shutdown};
        Ok(Self { interrupt: ctrl_c()?, terminate: ctrl_shutdown()? })
    }

    fn poll(&mut self, context: &mut std::task::Context<'_>) -> Poll<Signal> {
        if self.interrupt.poll_recv(context).is_ready() {
            return Poll::Ready(Signal::Interrupt);
        }
        self.terminate.poll_recv(context).map(|_| Signal::Terminate)
    }
}
