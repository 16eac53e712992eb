//! A collector that counts: takes spans by OTLP over HTTP, decodes them, and lets go of them.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;

use super::Process;

/// A sink in a process of its own, whose time is no time of what is measured.
pub(super) struct Sink {
    process: Child,
    /// The sink ends when this is closed.
    open: ChildStdin,
    told: BufReader<ChildStdout>,
    address: SocketAddr,
}

impl Sink {
    pub(super) fn start(program: &str) -> Self {
        let mut process = Process::Sink
            .command(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program was built with this one");
        let open = process.stdin.take().expect("it is piped");
        let mut told = BufReader::new(process.stdout.take().expect("it is piped"));
        let mut address = String::new();
        told.read_line(&mut address).expect("it tells where it listens");
        let address = address.trim().parse().expect("it tells an address");
        Self { process, open, told, address }
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends it, and tells how many spans it was sent.
    pub(super) fn end(mut self) -> u64 {
        drop(self.open);
        let mut received = String::new();
        self.told.read_to_string(&mut received).expect("it tells what it was sent");
        self.process.wait().expect("it ends when nobody needs it");
        received.trim().parse().expect("it tells a count")
    }
}

/// The process: says where it listens, and at its end what it was sent.
pub(super) fn run() {
    let received = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&received);
    let address = free_address();
    serve(address, move |spans| {
        counted.fetch_add(spans, Ordering::Relaxed);
    });
    println!("{address}");
    std::io::stdout().flush().expect("somebody listens");
    std::io::stdin().read_to_end(&mut Vec::new()).expect("somebody holds the other end");
    println!("{}", received.load(Ordering::Relaxed));
}

/// Takes spans on a thread of this process, and tells of each request how many they were.
pub(super) fn serve<T>(address: SocketAddr, take: T)
where
    T: Fn(u64) + Clone + Send + Sync + 'static,
{
    let listener = TcpListener::bind(address).expect("the address is free");
    listener.set_nonblocking(true).expect("sockets can be waited for");
    let routes = Router::new().route("/v1/traces", post(count::<T>)).with_state(take);
    let routes = routes.layer(DefaultBodyLimit::disable());
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
        runtime.expect("a runtime starts").block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).expect("it is non-blocking");
            axum::serve(listener, routes).await
        })
    });
}

async fn count<T: Fn(u64)>(State(take): State<T>, body: Bytes) -> StatusCode {
    let Ok(request) = ExportTraceServiceRequest::decode(body) else {
        return StatusCode::BAD_REQUEST;
    };
    let spans = request.resource_spans.iter().flat_map(|resource| &resource.scope_spans);
    take(spans.map(|scope| scope.spans.len() as u64).sum());
    StatusCode::OK
}

/// Where nothing listens.
pub(super) fn free_address() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
    listener.local_addr().expect("it is bound")
}

/// Says so in the variables that all kits read.
pub(super) fn export_to(command: &mut Command, address: SocketAddr) {
    command
        .env("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", format!("http://{address}/v1/traces"))
        .env("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf");
}
