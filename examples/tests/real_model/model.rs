//! The model as a process, behind a relay that keeps what it answers.

use std::process::Command;
use std::sync::{Arc, Mutex};

use agent_trace_tests::software::{Process, Software};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use futures::stream;
use serde_json::Value;
use tokio::net::TcpListener;

static MODEL: Software =
    Software::python("a small model", "model", include_str!("requirements.txt"));

/// A running model. It ends when this is dropped.
pub(crate) struct Model {
    /// What clients take for the model's address.
    pub(crate) base_url: String,
    relay: Arc<Relay>,
    _process: Process,
}

impl Model {
    /// `None` where it cannot be had.
    pub(crate) async fn start() -> Option<Self> {
        let folder = MODEL.installed(env!("CARGO_TARGET_TMPDIR"))?;
        let mut python = Command::new(folder.join("bin/python"));
        python.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/real_model/model.py"));
        let process = Process::start(&mut python);
        let address = process.wait_for("address", |printed| {
            let (line, _) = printed.split_once("listening at ")?.1.split_once('\n')?;
            Some(line.to_owned())
        });
        let relay = Arc::new(Relay { address, answers: Mutex::default() });
        let router = Router::new().fallback(relay_request).with_state(Arc::clone(&relay));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}/v1", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Some(Self { base_url, relay, _process: process })
    }

    /// Its answers so far: each a list of chunks, or of the one whole response.
    pub(crate) fn answers(&self) -> Vec<Vec<Value>> {
        let answers = self.relay.answers.lock().unwrap();
        answers.iter().map(|answer| documents(&String::from_utf8_lossy(answer))).collect()
    }
}

/// The JSON documents of a body, or of the events of one.
fn documents(body: &str) -> Vec<Value> {
    if let Ok(whole) = serde_json::from_str(body) {
        return vec![whole];
    }
    let data = body.lines().filter_map(|line| line.strip_prefix("data: "));
    let documents = data.filter(|data| *data != "[DONE]");
    documents.map(|data| serde_json::from_str(data).expect("a chunk")).collect()
}

struct Relay {
    address: String,
    answers: Mutex<Vec<Vec<u8>>>,
}

/// Hands on each piece of the answer as it comes.
async fn relay_request(State(relay): State<Arc<Relay>>, uri: Uri, body: Bytes) -> Response {
    let request = reqwest::Client::new().post(format!("{}{uri}", relay.address)).body(body);
    let response = request.send().await.expect("the model answers");
    let (status, headers) = (response.status(), response.headers().clone());
    let number = {
        let mut answers = relay.answers.lock().unwrap();
        answers.push(Vec::new());
        answers.len() - 1
    };
    let pieces = stream::unfold(response, move |mut response| {
        let relay = Arc::clone(&relay);
        async move {
            let piece = response.chunk().await.transpose()?;
            if let Ok(piece) = &piece {
                relay.answers.lock().unwrap()[number].extend_from_slice(piece);
            }
            Some((piece, response))
        }
    });
    let mut relayed = Response::new(Body::from_stream(pieces));
    *relayed.status_mut() = StatusCode::from_u16(status.as_u16()).expect("a status");
    if let Some(media_type) = headers.get("content-type") {
        relayed.headers_mut().insert("content-type", media_type.clone());
    }
    relayed
}
