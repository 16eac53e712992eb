//! Ends an application in good order when a signal asks for it.

use std::fmt;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::process::ExitCode;
use std::task::Poll;

use super::listener::Listening;
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
        ExitCode::from(self.code())
    }

    pub(super) const fn code(self) -> u8 {
        match self {
            Self::Interrupt => 130,
            Self::Terminate => 143,
        }
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
    /// On a signal the future is dropped, so that every call in it ends as `cancelled`, each with its span; so do
    /// calls in tasks that it has spawned, and on other threads. All is exported within the time that
    /// [`shutdown`](Self::shutdown) has; where that fails, a warning on stderr says so.
    ///
    /// A second signal ends the process at once, and so does the first one after this has returned: what the
    /// system does by default.
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
        if let Err(error) = self.shutdown() {
            error::warn(&error);
        }
        run
    }
}

async fn run_until_signal<F: Future>(future: F) -> Run<F::Output> {
    let mut listening = match Listening::start() {
        Ok(listening) => listening,
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
        // The thread that hears lives as long as the process, and so does its side.
        Pin::new(&mut listening.0).poll(context).map(|heard| match heard {
            Ok(signal) => Run::Stopped(signal),
            Err(_) => Run::Stopped(Signal::Terminate),
        })
    })
    .await
}
