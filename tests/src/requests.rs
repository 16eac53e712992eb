//! An HTTP server on a loopback port that takes any request and keeps it as it came.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, Uri};
use tokio::sync::oneshot;

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub method: String,
    pub path: String,
    /// By their names in lower case.
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

type Kept = Arc<Mutex<Vec<Request>>>;

/// A running server. It stops when this is dropped.
#[derive(Debug)]
pub struct Requests {
    address: SocketAddr,
    kept: Kept,
    _alive: oneshot::Sender<()>,
}

impl Requests {
    /// Answers 200 to everything.
    ///
    /// # Panics
    ///
    /// Where no port is free.
    pub fn keep() -> Self {
        let kept = Kept::default();
        let (alive, ended) = oneshot::channel::<()>();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("the port");
        listener.set_nonblocking(true).expect("a socket that does not block");
        let router = axum::Router::new().fallback(keep).with_state(Arc::clone(&kept));
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async move {
                let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
                tokio::select! {
                    served = axum::serve(listener, router) => served.expect("a server"),
                    _ = ended => {}
                }
            });
        });
        Self { address, kept, _alive: alive }
    }

    /// `http://127.0.0.1:PORT`
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All requests so far, by their paths.
    pub fn so_far(&self) -> Vec<Request> {
        let mut requests = self.kept.lock().unwrap_or_else(PoisonError::into_inner).clone();
        requests.sort_by(|one, other| one.path.cmp(&other.path));
        requests
    }
}

async fn keep(State(kept): State<Kept>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) {
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let headers = headers.iter().map(|(name, value)| (name.to_string(), text(value.as_bytes())));
    let (method, path) = (method.to_string(), uri.to_string());
    let request = Request { method, path, headers: headers.collect(), body: body.to_vec() };
    kept.lock().unwrap_or_else(PoisonError::into_inner).push(request);
}
