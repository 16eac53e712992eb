//! How contexts travel, and who is told of the baggage.

use super::TelemetryBuilder;
use crate::propagation::{Hosts, Propagation, Propagator};
use crate::telemetry::environment::{Environment, Said};
use crate::telemetry::error::InstallError;

const HOSTS: &str = "AGENT_TRACE_BAGGAGE_HOSTS";
const KEYS: &str = "AGENT_TRACE_BAGGAGE_KEYS";

impl TelemetryBuilder {
    /// The formats in which contexts travel to other services and from them. `OTEL_PROPAGATORS` says the same.
    ///
    /// # Examples
    ///
    /// ```
    /// use agent_trace_runtime::Telemetry;
    /// use agent_trace_runtime::propagation::Propagator;
    ///
    /// let builder = Telemetry::builder().propagators([Propagator::TraceContext, Propagator::B3]);
    /// ```
    pub fn propagators(mut self, propagators: impl IntoIterator<Item = Propagator>) -> Self {
        self.propagators = Some(propagators.into_iter().collect());
        self
    }

    /// The keys of baggage that become attributes of spans where they come in, and the attributes of the context
    /// that become baggage where they leave. None where nothing is said: nothing of the baggage reaches a span.
    /// `AGENT_TRACE_BAGGAGE_KEYS`, a list with commas, says the same.
    ///
    /// # Examples
    ///
    /// ```
    /// use agent_trace_runtime::{Telemetry, semconv};
    ///
    /// let builder = Telemetry::builder()
    ///     .baggage_keys([semconv::CONVERSATION_ID, "app.tenant"])
    ///     .baggage_hosts(["*.agents.internal", "127.0.0.1"]);
    /// ```
    pub fn baggage_keys<K: Into<String>>(mut self, keys: impl IntoIterator<Item = K>) -> Self {
        self.baggage_keys = Some(keys.into_iter().map(K::into).collect());
        self
    }

    /// The hosts that baggage may be sent to: names and addresses, `*.example.com` for all below a name, `*` for all.
    /// None where nothing is said. `AGENT_TRACE_BAGGAGE_HOSTS`, a list with commas, says the same.
    pub fn baggage_hosts<H: AsRef<str>>(mut self, hosts: impl IntoIterator<Item = H>) -> Self {
        self.baggage_hosts = Some(hosts.into_iter().map(|host| host.as_ref().to_owned()).collect());
        self
    }

    /// The builder's settings over the environment's.
    pub(super) fn propagation(
        &self,
        environment: &Environment,
    ) -> Result<Propagation, InstallError> {
        let listed = |setting: &str, of_builder: &Option<Vec<String>>, variable: &str| {
            let said = match of_builder {
                Some(list) => Said::by_builder(list.clone()),
                None => environment.list(variable)?.unwrap_or(Said::by_default(Vec::new())),
            };
            if !said.value.is_empty() {
                environment.note("propagation", setting, &said.value.join(" "), &said.source);
            }
            Ok::<_, InstallError>(said)
        };
        let of_builder = self.propagators.clone();
        let of_builder =
            self.or_backends(of_builder, |backend| backend.propagators.map(<[_]>::to_vec));
        let propagators = match of_builder {
            Some(propagators) => Said::by_builder(propagators),
            None => environment
                .propagators()?
                .unwrap_or_else(|| Said::by_default(Propagation::default().propagators)),
        };
        let names: Vec<&str> = propagators.value.iter().map(|known| known.word()).collect();
        let names = if names.is_empty() { "none".to_owned() } else { names.join(" ") };
        environment.note("propagation", "formats", &names, &propagators.source);
        let keys = listed("baggage keys", &self.baggage_keys, KEYS)?;
        let hosts = listed("baggage hosts", &self.baggage_hosts, HOSTS)?;
        let is_of_builder = self.baggage_hosts.is_some();
        Ok(Propagation {
            propagators: propagators.value,
            keys: keys.value,
            hosts: Hosts::parse(hosts.value).map_err(|value| InstallError::InvalidSetting {
                setting: if is_of_builder { "baggage_hosts" } else { HOSTS }.to_owned(),
                value,
                reason: "a host is a name or an address, `*.` and a name, or `*`".to_owned(),
            })?,
        })
    }
}
