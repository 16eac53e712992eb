//! The thread that hears signals: the first one is told to whoever waits for it, any other ends the process.
//!
//! A signal that is caught once is caught until the process ends, since nothing restores what the system does
//! by default. So the default is done here, where nobody waits any more.

use std::io;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError, mpsc};
use std::thread;

use tokio::runtime::Builder;
use tokio::sync::oneshot;

use super::signal::Signal;

/// Who is told of the next signal.
static WAITING: Mutex<Vec<oneshot::Sender<Signal>>> = Mutex::new(Vec::new());

/// Whether the thread hears signals; why it does not.
static STARTED: OnceLock<Result<(), String>> = OnceLock::new();

/// Waits for a signal, until it is dropped.
#[derive(Debug)]
pub(super) struct Listening(pub(super) oneshot::Receiver<Signal>);

impl Listening {
    pub(super) fn start() -> Result<Self, String> {
        STARTED.get_or_init(|| start().map_err(|error| error.to_string())).clone()?;
        let (sender, receiver) = oneshot::channel();
        let mut waiting = waiting();
        waiting.retain(|waiting| !waiting.is_closed());
        waiting.push(sender);
        Ok(Self(receiver))
    }
}

fn waiting() -> MutexGuard<'static, Vec<oneshot::Sender<Signal>>> {
    WAITING.lock().unwrap_or_else(PoisonError::into_inner)
}

fn start() -> io::Result<()> {
    let (sender, started) = mpsc::sync_channel(1);
    thread::Builder::new().name("agent-trace-signals".to_owned()).spawn(move || {
        let runtime = match Builder::new_current_thread().enable_io().build() {
            Ok(runtime) => runtime,
            Err(error) => {
                let _ = sender.send(Err(error));
                return;
            }
        };
        runtime.block_on(async {
            match Signals::listen() {
                Ok(mut signals) => {
                    let _ = sender.send(Ok(()));
                    loop {
                        hear(signals.next().await);
                    }
                }
                Err(error) => {
                    let _ = sender.send(Err(error));
                }
            }
        });
    })?;
    started.recv().map_err(io::Error::other)?
}

fn hear(signal: Signal) {
    let waiting = std::mem::take(&mut *waiting());
    let heard = waiting.into_iter().filter_map(|waiting| waiting.send(signal).ok()).count();
    if heard == 0 {
        std::process::exit(signal.code().into());
    }
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
}

impl Signals {
    async fn next(&mut self) -> Signal {
        std::future::poll_fn(|context| {
            if self.interrupt.poll_recv(context).is_ready() {
                return std::task::Poll::Ready(Signal::Interrupt);
            }
            self.terminate.poll_recv(context).map(|_| Signal::Terminate)
        })
        .await
    }
}
