//! The code of the README, word for word, compiled and run.

use agent_trace_runtime::ContentCapture;
use agent_trace_runtime::testing::Recorder;

mod first_look {
    use agent_trace_runtime::{agent, llm_call, tool};

    #[agent(name = "support")]
    async fn answer(question: &str) -> Result<String, ModelError> {
        let order = lookup_order(1042).await.unwrap_or_default();
        Ok(ask(&format!("{question}\n{order}")).await?.text)
    }

    #[llm_call(model = "gpt-4o")]
    async fn ask(prompt: &str) -> Result<Reply, ModelError> {
        model().complete(prompt).await
    }

    #[tool]
    async fn lookup_order(id: u32) -> Result<String, OrderError> {
        orders().find(id).await
    }

    use agent_trace_runtime::{InferenceResponse, Usage};

    #[derive(Debug)]
    pub(crate) struct ModelError;
    #[derive(Debug)]
    struct OrderError;
    struct Model;
    struct Orders;

    fn model() -> Model {
        Model
    }

    fn orders() -> Orders {
        Orders
    }

    impl Model {
        async fn complete(&self, prompt: &str) -> Result<Reply, ModelError> {
            if prompt.is_empty() { Err(ModelError) } else { Ok(Reply { text: prompt.to_owned() }) }
        }
    }

    struct Reply {
        text: String,
    }

    impl InferenceResponse for Reply {
        fn usage(&self) -> Option<Usage> {
            Some(Usage::new(self.text.len() as u64, 1))
        }
    }

    impl Orders {
        async fn find(&self, id: u32) -> Result<String, OrderError> {
            if id == 1042 { Err(OrderError) } else { Ok(String::new()) }
        }
    }

    pub(crate) async fn run() -> Result<String, ModelError> {
        answer("Where is it?").await
    }
}

/// Compiled, and not run: a process has one telemetry.
#[expect(dead_code, reason = "only compiled")]
mod set_up {
    fn main() -> Result<(), Box<dyn std::error::Error>> {
        let telemetry = agent_trace_runtime::init()?; // configured by OTEL_* variables
        // … the application …
        telemetry.shutdown()?; // also on drop; bounded in time
        Ok(())
    }
}

#[expect(dead_code, reason = "only compiled")]
mod in_code {
    use agent_trace_runtime::InstallError;

    fn build() -> Result<Telemetry, InstallError> {
        let telemetry = Telemetry::builder()
            .service_name("support")
            .service_version("1.2.0")
            .deployment_environment("production")
            .endpoint("http://otel-collector:4317")
            .protocol(Protocol::Grpc)
            .install()?;
        Ok(telemetry)
    }

    use agent_trace_runtime::{Protocol, Telemetry};
}

mod across_services {
    use agent_trace_runtime::{InstallError, Telemetry};

    #[expect(dead_code, reason = "one process has one telemetry")]
    fn install() -> Result<Telemetry, InstallError> {
        let telemetry = Telemetry::builder()
            .baggage_keys(["gen_ai.conversation.id", "app.tenant"])
            .baggage_hosts(["*.agents.internal"])
            .install()?;
        Ok(telemetry)
    }
}

mod content {
    use agent_trace_runtime::content::{Capture, Message};
    use agent_trace_runtime::{llm_call, tool};
    use serde_json::{Value, json};

    #[llm_call(model = "gpt-4o", capture(input = messages, system = SYSTEM, output))]
    async fn ask(messages: &[Message]) -> Result<Response, ModelError> {
        model().chat(SYSTEM, messages).await
    }

    #[tool(capture(arguments, result))]
    async fn lookup_order(id: u32) -> Result<Order, OrderError> {
        orders().find(id).await
    }

    const SYSTEM: &str = "Be brief.";

    type Response = Value;

    #[derive(Debug)]
    pub(crate) struct ModelError;
    #[derive(Debug)]
    pub(crate) struct OrderError;
    struct Model;
    struct Orders;

    #[derive(Capture)]
    struct Order {
        id: u32,
    }

    fn model() -> Model {
        Model
    }

    fn orders() -> Orders {
        Orders
    }

    impl Model {
        async fn chat(&self, system: &str, messages: &[Message]) -> Result<Response, ModelError> {
            let text = format!("{system} {}", messages.len());
            let message = json!({"role": "assistant", "content": text});
            let usage = json!({"prompt_tokens": 7, "completion_tokens": 2});
            Ok(json!({"choices": [{"index": 0, "message": message}], "usage": usage}))
        }
    }

    impl Orders {
        async fn find(&self, id: u32) -> Result<Order, OrderError> {
            if id == 0 { Err(OrderError) } else { Ok(Order { id }) }
        }
    }

    pub(crate) async fn run() {
        ask(&[Message::user("Where is it?")]).await.unwrap();
        lookup_order(7).await.map(|order| order.id).unwrap();
    }
}

#[tokio::test]
async fn content_is_recorded_where_that_is_switched_on() {
    let recorder = Recorder::builder().content(ContentCapture::Spans).install();
    content::run().await;
    let attribute = |span: &str, key: &str| recorder.span(span).attribute(key).cloned();
    for key in ["gen_ai.input.messages", "gen_ai.system_instructions", "gen_ai.output.messages"] {
        assert!(attribute("chat gpt-4o", key).is_some(), "{key}");
    }
    for key in ["gen_ai.tool.call.arguments", "gen_ai.tool.call.result"] {
        let value = attribute("execute_tool lookup_order", key);
        assert_eq!(value, Some(r#"{"id":7}"#.into()), "{key}");
    }
}

#[tokio::test]
async fn the_first_look_traces() {
    let recorder = Recorder::install();
    assert_eq!(first_look::run().await.unwrap(), "Where is it?\n");
    let tree = "\
invoke_agent support
├─ execute_tool lookup_order [error readme::first_look::OrderError]
└─ chat gpt-4o [13→1 tokens]
";
    assert_eq!(recorder.tree(), tree);
}

#[test]
fn this_file_holds_every_line_of_the_readme() {
    let here: Vec<&str> = include_str!("readme.rs").lines().map(str::trim).collect();
    let blocks = include_str!("../../README.md").split("```rust\n").skip(1);
    let mut count = 0;
    for block in blocks.map(|rest| rest.split("```").next().unwrap_or_default()) {
        count += 1;
        for line in block.lines().map(str::trim) {
            assert!(here.contains(&line), "not compiled here: {line}");
        }
    }
    assert_eq!(count, 5, "the README's blocks of code");
}
