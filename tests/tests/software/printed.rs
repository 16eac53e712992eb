//! What rotel prints of each signal, taken apart.

use std::collections::BTreeMap;

/// A span, a metric with its points, or a log record: what is said of it, by the names that rotel has for that.
#[derive(Debug, Default)]
pub(crate) struct Printed {
    /// `Span`, `Metric` or `LogRecord`.
    pub(crate) signal: String,
    /// The service that sent it, and the schema of its names.
    pub(crate) service: String,
    pub(crate) schema: String,
    pub(crate) points: Vec<Printed>,
    fields: BTreeMap<String, String>,
    attributes: BTreeMap<String, String>,
}

impl Printed {
    /// What is said by this name; nothing, where it is not.
    pub(crate) fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }

    /// An attribute with its type, as in `Int(7)`; of a metric, what describes it.
    pub(crate) fn attribute(&self, key: &str) -> Option<&str> {
        self.attributes.get(key).map(String::as_str)
    }

    /// Takes up a line below the heading.
    fn add(&mut self, line: &str) {
        let innermost = self.points.last_mut();
        let (fields, attributes) = match innermost {
            Some(point) => (&mut point.fields, &mut point.attributes),
            None => (&mut self.fields, &mut self.attributes),
        };
        let (list, line) = match line.strip_prefix("-> ") {
            Some(attribute) => (attributes, attribute),
            None => (fields, line),
        };
        if let Some((name, value)) = line.split_once(':') {
            list.insert(name.trim().to_owned(), value.trim().to_owned());
        }
    }
}

/// All signals in the order in which they were printed.
pub(crate) fn read(text: &str) -> Vec<Printed> {
    let mut all: Vec<Printed> = Vec::new();
    let (mut service, mut schema) = (String::new(), String::new());
    let mut is_around = true;
    for line in text.lines().map(str::trim) {
        if let Some((heading, _)) = line.split_once(" #") {
            match heading {
                "Span" | "Metric" | "LogRecord" => {
                    is_around = false;
                    let (signal, service, schema) =
                        (heading.to_owned(), service.clone(), schema.clone());
                    all.push(Printed { signal, service, schema, ..Printed::default() });
                }
                "HistogramDataPoints" => {
                    all.last_mut().expect("their metric").points.push(Printed::default());
                }
                // Bounds and buckets stand within their points.
                _ => is_around |= heading.starts_with("Resource") || heading.starts_with("Scope"),
            }
        } else if !is_around {
            all.last_mut().expect("a signal").add(line);
        } else if let Some(name) = line.strip_prefix("-> service.name: ") {
            name.clone_into(&mut service);
        } else if let Some((_, url)) = line.split_once(" SchemaURL: ") {
            url.clone_into(&mut schema);
        }
    }
    all
}
