//! What a receiver says of items that it has rejected out of a batch that it took.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use prost::Message;

use super::super::encoding::Format;
use super::Attempt;

/// Reads the body of a successful response. One that cannot be read rejects nothing.
pub(super) fn read(body: &[u8], format: Format) -> Attempt {
    let told = match format {
        Format::Protobuf => of_protobuf(body),
        Format::Json => of_json(body),
        #[cfg(feature = "zipkin")]
        Format::Zipkin => None,
    };
    let (rejected, message) = told.unwrap_or_default();
    Attempt::Delivered { rejected: u64::try_from(rejected).unwrap_or(0), message }
}

/// The responses for spans, metrics and log events are written alike.
fn of_protobuf(body: &[u8]) -> Option<(i64, String)> {
    let response = ExportTraceServiceResponse::decode(body).ok()?;
    response.partial_success.map(|partial| (partial.rejected_spans, partial.error_message))
}

fn of_json(body: &[u8]) -> Option<(i64, String)> {
    let response: serde_json::Value = serde_json::from_slice(body).ok()?;
    let partial = response.get("partialSuccess")?;
    let names = ["rejectedSpans", "rejectedDataPoints", "rejectedLogRecords"];
    let rejected = names.iter().find_map(|name| partial.get(name)).and_then(|number| {
        // 64-bit integers are texts in the JSON of protobuf, and not everywhere.
        number.as_i64().or_else(|| number.as_str()?.parse().ok())
    });
    let message = partial.get("errorMessage").and_then(serde_json::Value::as_str);
    Some((rejected.unwrap_or(0), message.unwrap_or_default().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejected_items_are_read_in_both_formats() {
        let rejected =
            |rejected, message: &str| Attempt::Delivered { rejected, message: message.to_owned() };
        let json = br#"{"partialSuccess":{"rejectedLogRecords":"3","errorMessage":"too old"}}"#;
        assert_eq!(read(json, Format::Json), rejected(3, "too old"));
        let json = br#"{"partialSuccess":{"rejectedSpans":2}}"#;
        assert_eq!(read(json, Format::Json), rejected(2, ""));
        for body in [&b""[..], b"{}", b"<html>", b"{\"partialSuccess\":{\"rejectedSpans\":-4}}"] {
            assert_eq!(read(body, Format::Json), Attempt::WHOLE);
        }
        let response = ExportTraceServiceResponse {
            partial_success: Some(
                opentelemetry_proto::tonic::collector::trace::v1::ExportTracePartialSuccess {
                    rejected_spans: 5,
                    error_message: "no".to_owned(),
                },
            ),
        };
        assert_eq!(read(&response.encode_to_vec(), Format::Protobuf), rejected(5, "no"));
        assert_eq!(read(b"\xff\xff", Format::Protobuf), Attempt::WHOLE);
    }
}
