//! Metrics that Prometheus fetches.

use std::time::Duration;

use agent_trace_runtime::{Telemetry, Usage, current, llm_call};

use crate::turn;

#[llm_call(model = "gpt-4o", usage = manual)]
async fn ask() -> u32 {
    current().record_usage(Usage::new(7, 2));
    0
}

/// A port that was free a moment ago.
fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

async fn get(address: &str, path: &str) -> (u16, String) {
    let client = reqwest::Client::builder().timeout(Duration::from_secs(10)).build().unwrap();
    let response = client.get(format!("http://{address}{path}")).send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

#[tokio::test]
#[expect(clippy::await_holding_lock, reason = "one test at a time installs telemetry")]
async fn metrics_are_served_at_the_address_that_is_given() {
    let _turn = turn();
    let address = format!("127.0.0.1:{}", free_port());
    let telemetry =
        Telemetry::builder().service_name("support").prometheus(&address).install().unwrap();
    ask().await;
    let (status, metrics) = get(&address, "/metrics").await;
    assert_eq!(status, 200);
    for line in [
        "# TYPE gen_ai_client_operation_duration_seconds histogram",
        "# TYPE gen_ai_client_token_usage histogram",
    ] {
        assert!(metrics.contains(line), "{line} in:\n{metrics}");
    }
    let is_of_call = |line: &&str| {
        line.starts_with("gen_ai_client_token_usage_sum")
            && line.contains("gen_ai_token_type=\"input\"")
    };
    let sum = metrics.lines().find(is_of_call).unwrap();
    assert!(sum.contains("gen_ai_request_model=\"gpt-4o\"") && sum.ends_with(" 7"), "{sum}");
    assert!(metrics.contains("target_info") && metrics.contains("service_name=\"support\""));
    assert_eq!(get(&address, "/").await.0, 404);

    let error = Telemetry::builder().prometheus(&address).install().unwrap_err();
    assert!(error.to_string().contains("installed already"), "{error}");
    telemetry.shutdown().unwrap();
    drop(telemetry);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let error = Telemetry::builder().prometheus(&address).install().unwrap_err().to_string();
    assert!(error.contains(&address) && error.contains("in use"), "{error}");
}
