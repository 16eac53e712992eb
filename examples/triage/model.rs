//! The model, asked over HTTP as its service wants it.

use std::env;

use agent_trace_runtime::http::ClientMiddleware;
use agent_trace_runtime::llm_call;
use reqwest::redirect::Policy;
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware, Error};
use serde_json::{Value, json};

/// A client whose requests are spans, and carry the context along; baggage as well, since it follows no redirects.
pub(crate) fn client() -> Result<ClientWithMiddleware, reqwest::Error> {
    let client = reqwest::Client::builder().redirect(Policy::none()).build()?;
    Ok(ClientBuilder::new(client).with(ClientMiddleware::new().with_baggage()).build())
}

/// Asks the model. The tokens are read from the body of its reply.
#[llm_call(model = "gpt-4o-mini")]
pub(crate) async fn ask(http: &ClientWithMiddleware, prompt: &str) -> Result<Value, Error> {
    let url = env::var("OPENAI_BASE_URL").unwrap_or_default() + "/chat/completions";
    let request = json!({
        "model": "gpt-4o-mini",
        "messages": [{"role": "user", "content": prompt}],
    });
    let request =
        http.post(url).bearer_auth(env::var("OPENAI_API_KEY").unwrap_or_default()).json(&request);
    Ok(request.send().await?.error_for_status()?.json().await?)
}

/// What the model said.
pub(crate) fn text(reply: &Value) -> &str {
    reply["choices"][0]["message"]["content"].as_str().unwrap_or_default()
}
