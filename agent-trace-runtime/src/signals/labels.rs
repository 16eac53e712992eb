//! What tells the series of metrics apart: few attributes of low cardinality, borrowed from the call.

use std::borrow::Borrow;
use std::hash::{Hash, Hasher};

use opentelemetry::{KeyValue, Value};

use crate::call::{CallSite, Constant, Operation};
use crate::semconv;
use crate::semconv::KeySketch;

/// How many of the attributes are texts.
const TEXTS: usize = 4;

/// The keys of the texts, and what the keys of all labels look like.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Keys {
    texts: [&'static str; TEXTS],
    sketch: KeySketch,
}

impl Keys {
    const fn new(texts: [&'static str; TEXTS]) -> Self {
        let mut sketch = KeySketch::NONE.with(semconv::SERVER_PORT);
        let mut index = 0;
        while index < TEXTS {
            sketch = sketch.with(texts[index]);
            index += 1;
        }
        Self { texts, sketch }
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
/// Where the model that answered stands among the texts of clients.
const RESPONSE_MODEL: usize = 2;
/// Where the agent of a tool stands among its texts.
const AGENT_OF_TOOL: usize = 2;
static OF_AGENTS: Keys = Keys::new([semconv::AGENT_NAME, semconv::REQUEST_MODEL, "", ""]);
static OF_WORKFLOWS: Keys = Keys::new([semconv::WORKFLOW_NAME, "", "", ""]);

/// All labels of one call, or of a site.
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
    if text.len() <= MAX_TEXT {
        return text;
    }
    let end = (0..=MAX_TEXT).rev().find(|end| text.is_char_boundary(*end));
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

/// The labels of one call, as far as its site does not know them.
#[derive(Debug)]
pub(crate) struct Told<'a> {
    of_site: &'static Labels<'static>,
    /// None where the site's stand.
    texts: [Option<&'a str>; TEXTS],
    port: Option<i64>,
}

/// What was told, kept.
#[derive(Debug)]
pub(super) struct OwnedTold {
    texts: [Option<Box<str>>; TEXTS],
    port: Option<i64>,
}

impl<'a> Told<'a> {
    /// What is told of a call, where it has metrics. What `attributes` say of it goes before what its site says,
    /// and both before the agent that it runs in.
    pub(crate) fn of(
        site: &'static CallSite,
        attributes: &'a [KeyValue],
        agent: Option<&'a str>,
        response_model: Option<&'a str>,
    ) -> Option<Self> {
        let of_site = site.labels()?;
        let mut told = Self { of_site, texts: [None; TEXTS], port: None };
        if site.operation == Operation::Tool && of_site.texts[AGENT_OF_TOOL].is_empty() {
            told.texts[AGENT_OF_TOOL] = agent.map(bounded);
        }
        for attribute in attributes {
            let key = attribute.key.as_str();
            if !of_site.keys.sketch.may_have(key) {
                continue;
            }
            match &attribute.value {
                Value::String(text) => told.set(key, text.as_str()),
                Value::I64(port) if key == semconv::SERVER_PORT => told.port = Some(*port),
                _ => {}
            }
        }
        if let (true, Some(model)) = (std::ptr::eq(of_site.keys, &OF_CLIENTS), response_model) {
            told.texts[RESPONSE_MODEL] = Some(bounded(model));
        }
        Some(told)
    }

    fn set(&mut self, key: &str, text: &'a str) {
        if let Some(position) = self.of_site.position(key) {
            self.texts[position] = Some(bounded(text));
        }
    }

    /// All labels of the call.
    pub(crate) fn labels(&self) -> Labels<'a> {
        let mut labels: Labels<'a> = *self.of_site;
        for (text, told) in labels.texts.iter_mut().zip(self.texts) {
            *text = told.unwrap_or(text);
        }
        labels.port = self.port.unwrap_or(labels.port);
        labels
    }

    pub(super) fn to_owned(&self) -> OwnedTold {
        OwnedTold { texts: self.texts.map(|text| text.map(Box::from)), port: self.port }
    }
}

impl OwnedTold {
    /// Whether a call of the same site has told the same.
    #[inline]
    pub(super) fn is_told_by(&self, told: &Told<'_>) -> bool {
        let mut texts = self.texts.iter().zip(told.texts);
        self.port == told.port && texts.all(|(known, text)| known.as_deref() == text)
    }
}

impl OwnedLabels {
    #[inline]
    pub(super) fn as_labels(&self) -> Labels<'_> {
        let Self { operation, keys, texts, port } = self;
        Labels { operation, keys, texts: texts.each_ref().map(|text| &**text), port: *port }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_looked_up_stands_where_it_is_put() {
        assert_eq!(OF_CLIENTS.texts[RESPONSE_MODEL], semconv::RESPONSE_MODEL);
        assert_eq!(OF_TOOLS.texts[AGENT_OF_TOOL], semconv::AGENT_NAME);
        assert!(!OF_AGENTS.texts.contains(&semconv::RESPONSE_MODEL));
    }

    #[test]
    fn what_a_call_tells_stands_in_place_of_what_its_site_does() {
        static SITE: CallSite = CallSite::inference("chat", "chat gpt-4o", "gpt-4o");
        let told = |attributes: &[KeyValue]| {
            let told = Told::of(&SITE, attributes, None, Some("gpt-4o-2024-08-06")).unwrap();
            told.labels().texts.map(str::to_owned)
        };
        assert_eq!(told(&[]), ["", "gpt-4o", "gpt-4o-2024-08-06", ""]);
        let none = KeyValue::new(semconv::REQUEST_MODEL, "");
        assert_eq!(told(&[none]), ["", "", "gpt-4o-2024-08-06", ""]);
    }

    #[test]
    fn labels_are_cut_between_characters() {
        assert_eq!(bounded("gpt-4o"), "gpt-4o");
        let long = format!("x{}", "é".repeat(MAX_TEXT));
        assert_eq!(bounded(&long).len(), MAX_TEXT - 1);
    }
}
