//! A proxy on a loopback port, which does to connections what networks do.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{oneshot, watch};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

/// What happens to connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing: they are passed on.
    None,
    /// They are closed as soon as they are there.
    Reset,
    /// They are accepted, and nobody ever answers.
    Hang,
    /// What comes back is cut off after so many bytes.
    Cut(usize),
    /// What comes back takes so many milliseconds longer.
    Delay(u64),
}

/// A running proxy. It stops when this is dropped.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    fault: watch::Sender<Fault>,
    /// The connections that there are.
    open: Arc<AtomicUsize>,
    _alive: oneshot::Sender<()>,
}

impl Proxy {
    /// Passes connections on to this address.
    pub fn to(target: SocketAddr) -> Self {
        Self::start(target, None)
    }

    /// The same, for connections with TLS, which ends here.
    pub fn with_tls(target: SocketAddr, config: ServerConfig) -> Self {
        Self::start(target, Some(TlsAcceptor::from(Arc::new(config))))
    }

    fn start(target: SocketAddr, acceptor: Option<TlsAcceptor>) -> Self {
        let (fault, faults) = watch::channel(Fault::None);
        let open = Arc::new(AtomicUsize::new(0));
        let known = Arc::clone(&open);
        let (alive, ended) = oneshot::channel::<()>();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("the port");
        listener.set_nonblocking(true).expect("a socket that does not block");
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async move {
                let listener = TcpListener::from_std(listener).expect("a listener");
                let serve = async {
                    while let Ok((stream, _)) = listener.accept().await {
                        let (faults, acceptor) = (faults.clone(), acceptor.clone());
                        let known = Arc::clone(&known);
                        known.fetch_add(1, Ordering::SeqCst);
                        tokio::spawn(async move {
                            pass(stream, target, faults, acceptor).await;
                            known.fetch_sub(1, Ordering::SeqCst);
                        });
                    }
                };
                tokio::select! {
                    () = serve => {}
                    _ = ended => {}
                }
            });
        });
        Self { address, fault, open, _alive: alive }
    }

    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Lets this happen to all connections from now on; those that there are have ended then.
    pub fn set(&self, fault: Fault) {
        self.fault.send_replace(fault);
        // A new one may come meanwhile, and hang.
        let deadline = Instant::now() + Duration::from_secs(1);
        while self.open.load(Ordering::SeqCst) > 0 && Instant::now() < deadline {
            thread::yield_now();
        }
    }
}

async fn pass(
    stream: TcpStream,
    target: SocketAddr,
    mut faults: watch::Receiver<Fault>,
    acceptor: Option<TlsAcceptor>,
) {
    let fault = *faults.borrow_and_update();
    let changed = async move {
        let _ = faults.changed().await;
    };
    let passing = async move {
        match fault {
            Fault::Reset => {
                // Closed with something unread, or without lingering, it is a reset.
                let _ = stream.set_zero_linger();
                return;
            }
            Fault::Hang => return std::future::pending().await,
            Fault::None | Fault::Cut(_) | Fault::Delay(_) => {}
        }
        let Ok(onward) = TcpStream::connect(target).await else { return };
        match acceptor {
            None => copy(stream, onward, fault).await,
            Some(acceptor) => {
                if let Ok(stream) = acceptor.accept(stream).await {
                    copy(stream, onward, fault).await;
                }
            }
        }
    };
    tokio::select! {
        () = passing => {}
        () = changed => {}
    }
}

async fn copy(client: impl AsyncRead + AsyncWrite + Unpin, server: TcpStream, fault: Fault) {
    let (mut from_client, mut to_client) = tokio::io::split(client);
    let (mut from_server, mut to_server) = server.into_split();
    let there = async {
        let _ = tokio::io::copy(&mut from_client, &mut to_server).await;
        let _ = to_server.shutdown().await;
    };
    let back = async {
        let mut left = if let Fault::Cut(bytes) = fault { bytes } else { usize::MAX };
        let mut buffer = [0; 4096];
        while let Ok(count) = from_server.read(&mut buffer).await {
            if count == 0 {
                break;
            }
            if let Fault::Delay(milliseconds) = fault {
                tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            }
            let count = count.min(left);
            left -= count;
            if to_client.write_all(&buffer[..count]).await.is_err() || left == 0 {
                return;
            }
        }
        let _ = to_client.shutdown().await;
    };
    if let Fault::Cut(_) = fault {
        // The connection goes with the response.
        tokio::select! {
            () = there => {}
            () = back => {}
        }
    } else {
        tokio::join!(there, back);
    }
}
