//! The hosts that may be told what is in the baggage.

use std::net::Ipv6Addr;

/// A list of hosts: names, addresses, `*.example.com` for all below a name, `*` for all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Hosts(Vec<String>);

impl Hosts {
    /// Reads patterns; gives the first that is none.
    pub(crate) fn parse<P: AsRef<str>>(
        patterns: impl IntoIterator<Item = P>,
    ) -> Result<Self, String> {
        let mut hosts = Self::default();
        for pattern in patterns {
            let pattern = pattern.as_ref().trim();
            let name = pattern.strip_prefix("*.").unwrap_or(pattern);
            let is_whole = pattern == "*" || authority(name).is_some();
            if !is_whole || name.trim_end_matches('.').is_empty() {
                return Err(pattern.to_owned());
            }
            hosts.0.push(if pattern == "*" { pattern.to_owned() } else { without_port(pattern) });
        }
        Ok(hosts)
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
        let host = host.filter(|_| !self.0.is_empty()).map(without_port).unwrap_or_default();
        if host.is_empty() {
            return false;
        }
        self.0.iter().any(|pattern| match pattern.strip_prefix('*') {
            // `*.example.com` is for what is below it, and not for the name itself.
            Some(end) => end.starts_with('.') && host.len() > end.len() && host.ends_with(end),
            None => *pattern == host,
        })
    }
}

/// A host in lower case, without its port, the brackets of an IPv6 address and a last dot. Empty where it is none.
fn without_port(host: &str) -> String {
    let name = match host.strip_prefix("*.") {
        Some(name) => return format!("*.{}", without_port(name)),
        None => authority(host).map_or("", |(name, _)| name),
    };
    name.trim_end_matches('.').to_ascii_lowercase()
}

/// A host, without brackets, and its port where there is one; `None` where it is anything else.
pub(crate) fn authority(text: &str) -> Option<(&str, Option<u16>)> {
    let (name, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest.split_once(']')?;
            address.parse::<Ipv6Addr>().ok()?;
            (address, port)
        }
        // An IPv6 address without brackets has no port.
        None if text.parse::<Ipv6Addr>().is_ok() => (text, ""),
        None => {
            let end = text.find(':').unwrap_or(text.len());
            let (name, port) = text.split_at(end);
            let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
            if name.is_empty() || !name.bytes().all(is_letter) {
                return None;
            }
            (name, port)
        }
    };
    let port = match port.strip_prefix(':') {
        Some(port) => Some(port.parse().ok()?),
        None if port.is_empty() => None,
        None => return None,
    };
    Some((name, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_allowed_by_its_name_and_by_what_it_is_below() {
        let hosts = Hosts::parse(["Agents.Internal", "*.svc.cluster.local", "[::1]:8080"]).unwrap();
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
            "agents.internal@evil.com",
            "agents.internal/path",
            "agents.internal:port",
            "[::1",
            "[::1]x",
            "::1:5x",
        ] {
            assert!(!hosts.allow(Some(refused)), "{refused}");
        }
        assert!(!hosts.allow(None));
    }

    #[test]
    fn nobody_is_allowed_where_nothing_is_said_and_all_by_a_star() {
        assert!(!Hosts::default().allow(Some("localhost")));
        assert!(!Hosts::default().allow(None));
        assert!(
            Hosts::parse(["*"]).unwrap().allow(Some("api.openai.com"))
                && Hosts::parse(["*"]).unwrap().allow(None)
        );
    }

    #[test]
    fn what_is_no_host_is_refused() {
        for wrong in [
            "http://agents.internal",
            "10.0.0.*",
            "a.*.b",
            "agents.internal/path",
            "",
            "*.",
            "[::1",
        ] {
            assert_eq!(Hosts::parse(["good.host", wrong]), Err(wrong.to_owned()));
        }
    }
}
