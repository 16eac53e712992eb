//! How requests end that do not end well: who asked goes away, bodies break, handlers panic.

use std::convert::Infallible;
use std::future::pending;
use std::panic::AssertUnwindSafe;

use agent_trace_runtime::http::ServerLayer;
use agent_trace_runtime::testing::Recorder;
use agent_trace_runtime::tool;
use agent_trace_tests::software::free_ports;
use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use axum::routing::get;
use futures::{FutureExt as _, StreamExt, stream};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tower::{Layer, ServiceExt, service_fn};

use crate::http::{client, ended, serve_router, text};

/// Its span tells a test that the handler runs.
#[tool]
fn begin() {}

async fn hang() {
    begin();
    pending::<()>().await;
}

async fn endless() -> Body {
    Body::from_stream(stream::once(async { Ok::<_, Infallible>("first") }).chain(stream::pending()))
}

async fn broken() -> Body {
    Body::from_stream(stream::iter([Ok("half"), Err(std::io::Error::other("cut"))]))
}

async fn panics() {
    panic!("as asked")
}

/// Goes away once the handler runs.
async fn give_up<T>(recorder: &Recorder, request: impl Future<Output = T>) {
    tokio::select! {
        _ = request => panic!("it never answers"),
        _ = ended(recorder, "execute_tool begin") => {}
    }
}

#[tokio::test]
async fn who_goes_away_cancels_and_what_breaks_fails() {
    let recorder = Recorder::install();
    let router = Router::new()
        .route("/hang", get(hang))
        .route("/endless", get(endless))
        .route("/broken", get(broken))
        .layer(ServerLayer::new());
    let address = serve_router(router).await;
    let client = client();
    give_up(&recorder, client.get(format!("http://{address}/hang")).send()).await;
    assert_eq!(ended(&recorder, "GET /hang").await.error_type(), Some("cancelled"));
    assert_eq!(ended(&recorder, "GET").await.error_type(), Some("cancelled"));

    let mut endless = reqwest::get(format!("http://{address}/endless")).await.unwrap();
    assert!(endless.chunk().await.unwrap().is_some());
    drop(endless);
    assert_eq!(ended(&recorder, "GET /endless").await.error_type(), Some("cancelled"));

    let broken = async { reqwest::get(format!("http://{address}/broken")).await?.text().await };
    assert!(broken.await.is_err());
    let broken = ended(&recorder, "GET /broken").await;
    assert_eq!(broken.error_type(), Some("axum_core::error::Error"));

    let [port] = free_ports();
    assert!(client.get(format!("http://127.0.0.1:{port}/")).send().await.is_err());
    let failed = recorder.spans_named("GET").pop().unwrap();
    assert_eq!(failed.error_type(), Some("connect"));
}

#[tokio::test]
async fn a_panicking_handler_ends_its_span() {
    let recorder = Recorder::install();
    let router: Router = Router::new().route("/", get(panics)).layer(ServerLayer::new());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (done, is_done) = oneshot::channel::<()>();
    tokio::spawn(async move {
        let server = axum::serve(listener, router);
        tokio::select! { _ = server => {} _ = is_done => {} }
    });
    assert!(reqwest::get(format!("http://{address}/")).await.is_err());
    assert_eq!(ended(&recorder, "GET /").await.error_type(), Some("panic"));
    drop(done);
}

#[tokio::test]
async fn what_a_handler_owns_ends_within_its_request() {
    struct Cleanup;
    impl Drop for Cleanup {
        fn drop(&mut self) {
            clean_up();
        }
    }
    #[tool]
    fn clean_up() {}
    async fn hang_with_cleanup() {
        let _cleanup = Cleanup;
        hang().await;
    }
    let recorder = Recorder::install();
    let router = Router::new().route("/", get(hang_with_cleanup)).layer(ServerLayer::new());
    let address = serve_router(router).await;
    give_up(&recorder, reqwest::get(format!("http://{address}/"))).await;
    let server = ended(&recorder, "GET /").await;
    assert_eq!(recorder.span("execute_tool clean_up").parent_span_id(), server.span_id());
}

#[tokio::test]
async fn a_panic_that_is_caught_around_the_layer_is_one() {
    let recorder = Recorder::install();
    let service = ServerLayer::new().layer(service_fn(|_: Request<Body>| async {
        panic!("as asked");
        #[expect(unreachable_code, reason = "it types the response")]
        Ok::<_, Infallible>(Response::new(Body::empty()))
    }));
    let call = AssertUnwindSafe(service.oneshot(Request::new(Body::empty()))).catch_unwind();
    assert!(call.await.is_err());
    assert_eq!(recorder.span("GET").error_type(), Some("panic"));
}

#[tokio::test]
async fn who_only_says_that_it_speaks_grpc_is_a_request_of_http() {
    let recorder = Recorder::install();
    let fault = || async { StatusCode::INTERNAL_SERVER_ERROR };
    let router = Router::new().route("/fault", get(fault)).route("/hang", get(hang));
    let address = serve_router(router.layer(ServerLayer::new())).await;
    let request = |path: &str| {
        let request = reqwest::Client::new().get(format!("http://{address}{path}"));
        request.header("content-type", "application/grpc").send()
    };
    request("/fault").await.unwrap();
    let fault = ended(&recorder, "GET /fault").await;
    assert_eq!(fault.error_type(), Some("500"));
    assert_eq!(text(&fault, "rpc.method"), None);
    // It gives no name either where it goes away before it is answered.
    give_up(&recorder, request("/hang")).await;
    let hang = ended(&recorder, "grpc").await;
    assert_eq!(text(&hang, "rpc.method"), Some("_OTHER"));
    assert_eq!(hang.error_type(), Some("cancelled"));
}

#[tokio::test]
async fn no_attribute_is_told_twice() {
    let recorder = Recorder::install();
    let broken = || async {
        let body = Body::from_stream(stream::iter([Ok("half"), Err(std::io::Error::other("cut"))]));
        (StatusCode::INTERNAL_SERVER_ERROR, body)
    };
    let router: Router = Router::new().route("/", get(broken)).layer(ServerLayer::new());
    let address = serve_router(router).await;
    let _ = async { reqwest::get(format!("http://{address}/")).await?.text().await }.await;
    let server = ended(&recorder, "GET /").await;
    let keys = server.attribute_keys();
    assert!(keys.windows(2).all(|pair| pair[0] != pair[1]), "{keys:?}");
    assert_eq!(server.error_type(), Some("500"), "what came first");
}
