//! Calls of each kind that has metrics, ending well and badly.

use agent_trace_runtime::mcp::{PeerExt, Traced};
use agent_trace_runtime::{
    InferenceResponse, Usage, agent, embedding, llm_call, memory, retrieval, tool, workflow,
};
use agent_trace_tests::Tools;
use futures::stream::{self, Stream, StreamExt};
use rmcp::ServiceExt;
use rmcp::model::CallToolRequestParams;

struct Reply;

impl InferenceResponse for Reply {
    fn usage(&self) -> Option<Usage> {
        Some(Usage::new(412, 38).cached_input(200).reasoning_output(30))
    }

    fn response_model(&self) -> Option<&str> {
        Some("gpt-4o-2024-08-06")
    }
}

#[derive(Debug)]
pub(crate) struct Refused;

impl std::fmt::Display for Refused {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("refused")
    }
}

#[llm_call(model = "gpt-4o", server_address = "api.example.com", server_port = 8443)]
async fn ask(is_refused: bool) -> Result<Reply, Refused> {
    if is_refused { Err(Refused) } else { Ok(Reply) }
}

#[llm_call(model = "gpt-4o")]
fn stream_words() -> impl Stream<Item = Reply> {
    stream::iter([Reply, Reply, Reply])
}

#[embedding(model = "text-embedding-3-small", usage = none)]
async fn embed() -> Vec<f32> {
    vec![0.5]
}

#[retrieval(data_source = "handbook")]
async fn retrieve() -> Vec<String> {
    Vec::new()
}

#[memory(search)]
async fn recall() -> Vec<String> {
    Vec::new()
}

#[tool(tool_type = "function")]
async fn look_up(is_refused: bool) -> Result<u32, Refused> {
    if is_refused { Err(Refused) } else { Ok(7) }
}

#[agent(name = "support", model = "gpt-4o")]
async fn answer(is_refused: bool) -> Result<Reply, Refused> {
    let _ = look_up(is_refused).await;
    stream_words().collect::<Vec<_>>().await;
    embed().await;
    retrieve().await;
    recall().await;
    ask(is_refused).await
}

#[workflow(name = "triage")]
async fn triage(is_refused: bool) -> Result<Reply, Refused> {
    answer(is_refused).await
}

/// Both sides of MCP, through a pipe.
async fn ask_tools() {
    let (here, there) = tokio::io::duplex(4096);
    let server = tokio::spawn(async move {
        let server = Traced::new(Tools).serve(there).await.unwrap();
        server.waiting().await
    });
    let client = Traced::new(()).serve(here).await.unwrap();
    for (tool, works) in [("weather", true), ("fault", false)] {
        let answer = client.traced().call_tool(CallToolRequestParams::new(tool)).await;
        assert_eq!(answer.is_ok(), works, "{tool}");
    }
    client.cancel().await.unwrap();
    server.await.unwrap().unwrap();
}

/// Makes all calls.
pub(crate) async fn all() {
    ask_tools().await;
    for is_refused in [false, true] {
        assert_eq!(triage(is_refused).await.is_err(), is_refused);
    }
}

/// A call whose span and log event are exported.
#[retrieval(data_source = "notes")]
pub(crate) fn fail() -> Result<(), Refused> {
    Err(Refused)
}
