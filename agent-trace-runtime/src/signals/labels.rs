//! What tells the series of metrics apart: few attributes of low cardinality, borrowed from the call.

use std::borrow::Borrow;
use std::hash::{Hash, Hasher};

use opentelemetry::{KeyValue, Value};

use crate::call::{CallSite, Constant, Operation};
use crate::semconv;
use crate::semconv::KeyLengths;

/// How many of the attributes are texts.
const TEXTS: usize = 4;

/// The keys of the texts, and the lengths of the keys of all labels.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Keys {
    texts: [&'static str; TEXTS],
    lengths: KeyLengths,
}

impl Keys {
    const fn new(texts: [&'static str; TEXTS]) -> Self {
        let mut lengths = KeyLengths::NONE.with(semconv::SERVER_PORT);
        let mut index = 0;
        while index < TEXTS {
            lengths = lengths.with(texts[index]);
            index += 1;
        }
        Self { texts, lengths }
    }
}

static OF_CLIENTS: Keys = Keys::new([
    semconv::PROVIDER_NAME,
    semconv::REQUEST_MODEL,
    semconv::RESPONSE_MODEL,
    semconv::SERVER_ADDRESS,
]);
static OF_TOOLS: Keys =
    Keys::new([semconv::TOOL_NAME, semconv::TOOL_TYPE, semconv::AGENT_NAME, ""]);
/// Where the agent of a tool stands among the texts.
const AGENT_OF_TOOL: usize = 2;
static OF_AGENTS: Keys = Keys::new([semconv::AGENT_NAME, semconv::REQUEST_MODEL, "", ""]);
static OF_WORKFLOWS: Keys = Keys::new([semconv::WORKFLOW_NAME, "", "", ""]);

/// The labels of one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Labels<'a> {
    operation: &'static str,
    keys: &'static Keys,
    /// Empty where the call has none.
    texts: [&'a str; TEXTS],
    /// Zero where the call has none.
    port: i64,
}

/// The longest label, in bytes: what is longer is no name, and would be in every export.
const MAX_TEXT: usize = 256;

fn bounded(text: &str) -> &str {
    let end = (0..=text.len().min(MAX_TEXT)).rev().find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or_default()]
}

/// Labels that are kept.
#[derive(Debug)]
pub(super) struct OwnedLabels {
    operation: &'static str,
    keys: &'static Keys,
    texts: [Box<str>; TEXTS],
    port: i64,
}

impl<'a> Labels<'a> {
    /// The labels that all calls of a site have, where they have metrics.
    pub(crate) fn of_site(site: &CallSite) -> Option<Labels<'static>> {
        let keys = match site.operation {
            Operation::Inference(_)
            | Operation::Embeddings
            | Operation::Retrieval
            | Operation::Memory(_)
            | Operation::InProcessMemory(_)
            | Operation::RemoteAgent => &OF_CLIENTS,
            Operation::Tool => &OF_TOOLS,
            Operation::Agent => &OF_AGENTS,
            Operation::Workflow => &OF_WORKFLOWS,
            Operation::Plan | Operation::Step => return None,
        };
        let operation = site.operation.name()?;
        let mut labels = Labels { operation, keys, texts: [""; TEXTS], port: 0 };
        labels.set(site.operation.target_key().unwrap_or_default(), site.target());
        for (key, constant) in site.constants() {
            match constant {
                Constant::Str(text) => labels.set(key, Some(text)),
                Constant::Int(port) if *key == semconv::SERVER_PORT => labels.port = *port,
                _ => {}
            }
        }
        Some(labels)
    }

    /// The labels of a call, where it has metrics. What `attributes` say of it goes before what its site says,
    /// and both before the agent that it runs in.
    pub(crate) fn of(
        site: &'static CallSite,
        attributes: &'a [KeyValue],
        agent: Option<&'a str>,
        response_model: Option<&'a str>,
    ) -> Option<Self> {
        let mut labels: Self = site.labels()?;
        if site.operation == Operation::Tool && labels.texts[AGENT_OF_TOOL].is_empty() {
            labels.set(semconv::AGENT_NAME, agent);
        }
        for attribute in attributes {
            let key = attribute.key.as_str();
            if !labels.keys.lengths.may_have(key) {
                continue;
            }
            match &attribute.value {
                Value::String(text) => labels.set(key, Some(text.as_str())),
                Value::I64(port) if key == semconv::SERVER_PORT => labels.port = *port,
                _ => {}
            }
        }
        labels.set(semconv::RESPONSE_MODEL, response_model);
        Some(labels)
    }

    fn set(&mut self, key: &str, text: Option<&'a str>) {
        if let (Some(position), Some(text)) = (self.position(key), text) {
            self.texts[position] = bounded(text);
        }
    }

    fn position(&self, key: &str) -> Option<usize> {
        self.keys.texts.iter().position(|known| *known == key && !key.is_empty())
    }

    pub(super) const fn operation(&self) -> &'static str {
        self.operation
    }

    /// Those of all calls of this operation that are beyond the limit of series.
    pub(super) const fn beyond_limit(&self) -> Labels<'static> {
        Labels { operation: self.operation, keys: self.keys, texts: [""; TEXTS], port: 0 }
    }

    pub(super) fn to_owned(self) -> OwnedLabels {
        let Self { operation, keys, texts, port } = self;
        OwnedLabels { operation, keys, texts: texts.map(Box::from), port }
    }
}

impl OwnedLabels {
    #[inline]
    pub(super) fn as_labels(&self) -> Labels<'_> {
        let Self { operation, keys, texts, port } = self;
        Labels { operation, keys, texts: texts.each_ref().map(|text| &**text), port: *port }
    }

    /// Whether they are the same, which is looked at in place.
    #[inline]
    pub(super) fn are(&self, labels: &Labels<'_>) -> bool {
        let texts = self.texts.iter().zip(labels.texts);
        std::ptr::eq(self.keys, labels.keys)
            && self.port == labels.port
            && self.operation == labels.operation
            && texts.into_iter().all(|(known, text)| **known == *text)
    }

    /// As the attributes of a metric that has these keys.
    pub(super) fn attributes(&self, keys: &'static [&'static str]) -> Vec<KeyValue> {
        let labels = self.as_labels();
        let value = |key: &str| match key {
            semconv::OPERATION_NAME => Some(self.operation.into()),
            semconv::SERVER_PORT => (self.port != 0).then(|| Value::from(self.port)),
            _ => {
                let text = labels.texts[labels.position(key)?];
                (!text.is_empty()).then(|| text.to_owned().into())
            }
        };
        keys.iter().filter_map(|&key| Some(KeyValue::new(key, value(key)?))).collect()
    }
}

/// Lets borrowed labels find kept ones.
pub(super) trait HasLabels {
    fn labels(&self) -> Labels<'_>;
}

impl HasLabels for Labels<'_> {
    fn labels(&self) -> Labels<'_> {
        *self
    }
}

impl HasLabels for OwnedLabels {
    fn labels(&self) -> Labels<'_> {
        self.as_labels()
    }
}

impl Hash for dyn HasLabels + '_ {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.labels().hash(state);
    }
}

impl PartialEq for dyn HasLabels + '_ {
    fn eq(&self, other: &Self) -> bool {
        self.labels() == other.labels()
    }
}

impl Eq for dyn HasLabels + '_ {}

impl Hash for OwnedLabels {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_labels().hash(state);
    }
}

impl PartialEq for OwnedLabels {
    fn eq(&self, other: &Self) -> bool {
        self.as_labels() == other.as_labels()
    }
}

impl Eq for OwnedLabels {}

impl<'a> Borrow<dyn HasLabels + 'a> for OwnedLabels {
    fn borrow(&self) -> &(dyn HasLabels + 'a) {
        self
    }
}
