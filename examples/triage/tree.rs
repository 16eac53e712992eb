//! A trace as a tree, with the service of each span.

use std::collections::HashMap;
use std::fmt::Write;

use agent_trace_tests::Received;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;

struct Node<'a> {
    service: &'a str,
    span: &'a Span,
}

impl Node<'_> {
    /// The name, and the conversation where the span has one.
    fn label(&self) -> String {
        let conversation = text(&self.span.attributes, "gen_ai.conversation.id");
        let conversation = conversation.map(|id| format!("  [{id}]")).unwrap_or_default();
        format!("{}{conversation}", self.span.name)
    }
}

fn text<'a>(attributes: &'a [KeyValue], key: &str) -> Option<&'a str> {
    let known = attributes.iter().find(|known| known.key == key)?;
    match known.value.as_ref()?.value.as_ref()? {
        Value::StringValue(text) => Some(text),
        _ => None,
    }
}

/// The traces that were received, the first to start first. Sessions of MCP begin with a request that belongs to
/// none, which is left out.
pub(crate) fn of(received: &[Received]) -> String {
    let mut nodes = Vec::new();
    for resource in received.iter().flat_map(|received| &received.request.resource_spans) {
        let service = resource.resource.as_ref();
        let service = service.and_then(|service| text(&service.attributes, "service.name"));
        let service = service.unwrap_or_default();
        let spans = resource.scope_spans.iter().flat_map(|scope| &scope.spans);
        nodes.extend(spans.map(|span| Node { service, span }));
    }
    nodes.sort_by_key(|node| node.span.start_time_unix_nano);
    let mut children: HashMap<&[u8], Vec<&Node<'_>>> = HashMap::new();
    for node in nodes.iter().filter(|node| node.span.name != "initialize") {
        children.entry(&node.span.parent_span_id).or_default().push(node);
    }
    let mut text = String::new();
    for root in children.get(&[][..]).into_iter().flatten() {
        let _ = writeln!(text, "{:<12}{}", root.service, root.label());
        write_children(&mut text, &children, root, "");
    }
    text
}

fn write_children(
    text: &mut String,
    children: &HashMap<&[u8], Vec<&Node<'_>>>,
    parent: &Node<'_>,
    indent: &str,
) {
    let below = children.get(&*parent.span.span_id).map(Vec::as_slice).unwrap_or_default();
    for (index, node) in below.iter().enumerate() {
        let is_last = index + 1 == below.len();
        let (branch, rest) = if is_last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        let _ = writeln!(text, "{:<12}{indent}{branch}{}", node.service, node.label());
        write_children(text, children, node, &format!("{indent}{rest}"));
    }
}
