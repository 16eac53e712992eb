//! The conventions as tables, and what is asked of them.

mod attributes;

pub(crate) use attributes::{FORMER, KNOWN, Known};

/// The attributes that samplers are to see.
pub(crate) const SAMPLING_RELEVANT: &[&str] = &[
    "gen_ai.agent.name",
    "gen_ai.operation.name",
    "gen_ai.provider.name",
    "gen_ai.request.model",
    "gen_ai.skill.name",
    "gen_ai.tool.name",
    "gen_ai.tool.type",
    "server.address",
    "server.port",
];

/// How values of an attribute are typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ValueType {
    Text,
    Integer,
    Double,
    Boolean,
    Texts,
    /// A structured value under a JSON schema: content, which is captured and never set.
    Structured,
    /// A key that is completed by a name.
    Template,
}

impl ValueType {
    /// The type as errors name it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Text => "a string",
            Self::Integer => "an integer",
            Self::Double => "a number",
            Self::Boolean => "a boolean",
            Self::Texts => "a list of strings",
            Self::Structured | Self::Template => "a structured value",
        }
    }
}

/// A set of operations, by the macros that trace them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kinds(u16);

impl Kinds {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const AGENT: Self = Self(1);
    pub(crate) const REMOTE_AGENT: Self = Self(1 << 1);
    pub(crate) const WORKFLOW: Self = Self(1 << 2);
    pub(crate) const INFERENCE: Self = Self(1 << 3);
    pub(crate) const EMBEDDINGS: Self = Self(1 << 4);
    pub(crate) const RETRIEVAL: Self = Self(1 << 5);
    pub(crate) const MEMORY: Self = Self(1 << 6);
    pub(crate) const TOOL: Self = Self(1 << 7);
    pub(crate) const PLAN: Self = Self(1 << 8);
    pub(crate) const ALL: Self = Self((1 << 9) - 1);

    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The macros of this set, as users write them.
    pub(crate) fn names(self) -> String {
        let names = [
            (Self::AGENT, "`#[agent]`"),
            (Self::REMOTE_AGENT, "`#[agent(remote)]`"),
            (Self::WORKFLOW, "`#[workflow]`"),
            (Self::INFERENCE, "`#[llm_call]`"),
            (Self::EMBEDDINGS, "`#[embedding]`"),
            (Self::RETRIEVAL, "`#[retrieval]`"),
            (Self::MEMORY, "`#[memory]`"),
            (Self::TOOL, "`#[tool]`"),
            (Self::PLAN, "`#[plan]`"),
        ];
        let present: Vec<&str> =
            names.iter().filter(|(kind, _)| self.has(*kind)).map(|(_, name)| *name).collect();
        present.join(", ")
    }
}

/// The attribute of this key, where the conventions have it.
pub(crate) fn find(key: &str) -> Option<&'static Known> {
    KNOWN.binary_search_by(|known| known.key.cmp(key)).ok().map(|index| &KNOWN[index])
}

/// The attributes of metrics that arguments can tell. A test compares them with the conventions.
pub(crate) const MEASURED: &[&str] = &[
    "gen_ai.agent.name",
    "gen_ai.provider.name",
    "gen_ai.request.model",
    "gen_ai.tool.name",
    "gen_ai.tool.type",
    "gen_ai.workflow.name",
    "server.address",
    "server.port",
];

/// Whether the attribute tells the series of metrics apart.
pub(crate) fn is_measured(key: &str) -> bool {
    MEASURED.contains(&key)
}

/// Whether the conventions want an attribute to be there when a span starts, for samplers to see.
pub(crate) fn is_sampling_relevant(key: &str) -> bool {
    SAMPLING_RELEVANT.contains(&key)
}

/// What a former key is called now: empty where nothing took its place.
pub(crate) fn successor(key: &str) -> Option<&'static str> {
    FORMER.iter().find(|(former, _)| *former == key).map(|(_, now)| *now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_for_the_search() {
        assert!(KNOWN.is_sorted_by(|one, next| one.key < next.key));
        assert!(KNOWN.iter().all(|known| find(known.key).is_some()));
        assert!(find("gen_ai.request.temprature").is_none());
    }

    #[test]
    fn successors_are_known() {
        for (former, now) in FORMER {
            assert!(now.is_empty() || find(now).is_some(), "{former} → {now}");
            assert!(find(former).is_none(), "{former}");
        }
    }
}
