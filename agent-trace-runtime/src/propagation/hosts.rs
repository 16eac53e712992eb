//! The hosts that may be told what is in the baggage.

/// A list of hosts: names, addresses, `*.example.com` for all below a name, `*` for all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Hosts(Vec<String>);

impl Hosts {
    /// Reads patterns. What is empty is left out.
    pub(crate) fn new<P: AsRef<str>>(patterns: impl IntoIterator<Item = P>) -> Self {
        let patterns = patterns.into_iter().map(|pattern| without_port(pattern.as_ref().trim()));
        Self(patterns.filter(|pattern| !pattern.is_empty()).collect())
    }

    /// Whether any host at all is allowed, also one that is not known.
    pub(crate) fn allow_all(&self) -> bool {
        self.0.iter().any(|pattern| pattern == "*")
    }

    /// Whether this host is allowed, or where it is not known, any.
    pub(crate) fn allow(&self, host: Option<&str>) -> bool {
        if self.allow_all() {
            return true;
        }
        let Some(host) = host.filter(|_| !self.0.is_empty()).map(without_port) else {
            return false;
        };
        self.0.iter().any(|pattern| match pattern.strip_prefix('*') {
            // `*.example.com` is for what is below it, and not for the name itself.
            Some(end) => end.starts_with('.') && host.len() > end.len() && host.ends_with(end),
            None => *pattern == host,
        })
    }
}

/// A host in lower case, without its port, the brackets of an IPv6 address and a last dot.
fn without_port(host: &str) -> String {
    let name = match host.strip_prefix('[') {
        Some(address) => address.split(']').next().unwrap_or_default(),
        // An IPv6 address without brackets has no port.
        None if host.matches(':').count() == 1 => host.split(':').next().unwrap_or_default(),
        None => host,
    };
    name.trim_end_matches('.').to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_allowed_by_its_name_and_by_what_it_is_below() {
        let hosts = Hosts::new(["Agents.Internal", "*.svc.cluster.local", "[::1]:8080", ""]);
        for allowed in
            ["agents.internal", "AGENTS.internal:443", "a.svc.cluster.local.", "::1", "[::1]"]
        {
            assert!(hosts.allow(Some(allowed)), "{allowed}");
        }
        for refused in [
            "internal",
            "evil-agents.internal",
            "agents.internal.evil.com",
            "svc.cluster.local",
            "evilsvc.cluster.local",
            "api.openai.com",
            "",
        ] {
            assert!(!hosts.allow(Some(refused)), "{refused}");
        }
        assert!(!hosts.allow(None));
    }

    #[test]
    fn nobody_is_allowed_where_nothing_is_said_and_all_by_a_star() {
        assert!(!Hosts::default().allow(Some("localhost")));
        assert!(!Hosts::default().allow(None));
        assert!(Hosts::new(["*"]).allow(Some("api.openai.com")) && Hosts::new(["*"]).allow(None));
    }
}
