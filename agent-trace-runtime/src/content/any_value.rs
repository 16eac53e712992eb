//! JSON as a value of OpenTelemetry's log records, for content on events.

use opentelemetry::logs::AnyValue;
use serde_json::Value;

use super::json::{MAX_DEPTH, TOO_DEEP};

/// How much deeper a value may be than the content that was put into it.
const MAX_ANY_DEPTH: usize = MAX_DEPTH + 16;

/// The same value for an attribute of a log record.
///
/// OpenTelemetry has no null: an entry that is null is left out, and elsewhere it is the text `null`. A
/// number that no `i64` holds exactly is a double where it has a fraction or an exponent, and a text
/// otherwise. What is nested more than 80 levels deep is replaced by a text that says so.
///
/// # Examples
///
/// ```
/// use agent_trace_runtime::content::to_any_value;
/// use opentelemetry::logs::AnyValue;
/// use serde_json::json;
///
/// assert_eq!(to_any_value(&json!(7)), AnyValue::Int(7));
/// ```
#[must_use]
pub fn to_any_value(value: &Value) -> AnyValue {
    convert(value, 0)
}

fn convert(value: &Value, depth: usize) -> AnyValue {
    match value {
        Value::Null => AnyValue::String("null".into()),
        Value::Bool(flag) => AnyValue::Boolean(*flag),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(integer), _) => AnyValue::Int(integer),
            (None, Some(double)) if !number.is_u64() => AnyValue::Double(double),
            _ => AnyValue::String(number.to_string().into()),
        },
        Value::String(text) => AnyValue::String(text.clone().into()),
        Value::Array(_) | Value::Object(_) if depth == MAX_ANY_DEPTH => {
            AnyValue::String(TOO_DEEP.into())
        }
        Value::Array(elements) => {
            let elements = elements.iter().map(|element| convert(element, depth + 1));
            AnyValue::ListAny(Box::new(elements.collect()))
        }
        Value::Object(entries) => {
            let entries = entries.iter().filter(|(_, value)| !value.is_null());
            let entries =
                entries.map(|(key, value)| (key.clone().into(), convert(value, depth + 1)));
            AnyValue::Map(Box::new(entries.collect()))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_keep_what_they_are() {
        let AnyValue::Map(map) =
            to_any_value(&json!({"t": "a", "n": null, "l": [true, -1, 0.5, null]}))
        else {
            unreachable!()
        };
        assert_eq!(map.len(), 2);
        let list = vec![
            AnyValue::Boolean(true),
            AnyValue::Int(-1),
            AnyValue::Double(0.5),
            AnyValue::String("null".into()),
        ];
        assert_eq!(map.get("l"), Some(&AnyValue::ListAny(Box::new(list))));
        assert_eq!(to_any_value(&json!(u64::MAX)), AnyValue::String(u64::MAX.to_string().into()));
    }

    #[test]
    fn depth_is_bounded() {
        let mut deep = json!(1);
        for _ in 0..100_000 {
            deep = Value::Array(vec![deep]);
        }
        assert!(matches!(to_any_value(&deep), AnyValue::ListAny(_)));
        super::super::json::cap_depth(&mut deep);
    }
}
