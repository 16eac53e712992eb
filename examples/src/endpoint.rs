//! The choice between a real model service and the scripted one.

use std::{env, fmt, io};

use crate::{ModelServer, Script};

const OPENAI: &str = "https://api.openai.com/v1";

/// Where an example's model is: a base URL and an API key for any OpenAI-compatible client.
///
/// Keep it alive as long as the client is in use; dropping it stops the scripted server.
pub struct Endpoint {
    base_url: String,
    api_key: String,
    server: Option<ModelServer>,
}

impl Endpoint {
    /// The service that `OPENAI_API_KEY` and `OPENAI_BASE_URL` name. Without a key, starts a
    /// server that answers by this script.
    pub async fn from_env_or(script: Script) -> io::Result<Self> {
        match configured(|name| env::var(name).ok()) {
            Some(endpoint) => Ok(endpoint),
            None => Self::scripted(script).await,
        }
    }

    /// A server that answers by this script, whatever the environment says.
    pub async fn scripted(script: Script) -> io::Result<Self> {
        let server = ModelServer::start(script).await?;
        let (base_url, api_key) = (server.base_url(), "scripted".to_owned());
        Ok(Self { base_url, api_key, server: Some(server) })
    }

    /// The URL that clients append `/chat/completions` to.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The key to send as a bearer token.
    pub fn api_key(&self) -> &str {
        &self.api_key
    }
}

// By hand, because the key does not belong in logs.
impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("base_url", &self.base_url)
            .field("server", &self.server)
            .finish_non_exhaustive()
    }
}

/// The endpoint in the environment. An empty variable counts as unset.
fn configured(variable: impl Fn(&str) -> Option<String>) -> Option<Endpoint> {
    let variable = |name| variable(name).filter(|value| !value.trim().is_empty());
    Some(Endpoint {
        api_key: variable("OPENAI_API_KEY")?,
        base_url: variable("OPENAI_BASE_URL").unwrap_or_else(|| OPENAI.to_owned()),
        server: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(variables: &[(&str, &str)]) -> Option<Endpoint> {
        configured(|name| {
            let (_, value) = variables.iter().find(|(key, _)| *key == name)?;
            Some((*value).to_owned())
        })
    }

    #[test]
    fn a_key_selects_the_real_service() {
        let endpoint = endpoint(&[("OPENAI_API_KEY", "sk-secret")]).expect("a key is set");
        assert_eq!(endpoint.base_url(), "https://api.openai.com/v1");
        assert_eq!(endpoint.api_key(), "sk-secret");
        assert!(endpoint.server.is_none());
        assert!(!format!("{endpoint:?}").contains("sk-secret"));
    }

    #[test]
    fn the_base_url_can_be_another_service() {
        let variables =
            [("OPENAI_API_KEY", "key"), ("OPENAI_BASE_URL", "http://localhost:8000/v1")];
        let endpoint = endpoint(&variables).expect("a key is set");
        assert_eq!(endpoint.base_url(), "http://localhost:8000/v1");
    }

    #[test]
    fn no_key_or_an_empty_one_selects_the_script() {
        assert!(endpoint(&[]).is_none());
        assert!(endpoint(&[("OPENAI_API_KEY", "")]).is_none());
        assert!(endpoint(&[("OPENAI_BASE_URL", "http://localhost:8000/v1")]).is_none());
    }
}
