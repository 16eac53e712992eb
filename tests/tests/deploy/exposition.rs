//! Received metrics in the text format that Prometheus scrapes: what stands in for the collector's way to Prometheus,
//! since the version here cannot receive OTLP.

use std::fmt::Write;

use agent_trace_tests::Collector;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{
    HistogramDataPoint, NumberDataPoint, number_data_point,
};

use crate::names::{self, Kind};

pub(crate) fn of(collector: &Collector) -> String {
    let mut text = String::new();
    for metric in collector.metrics() {
        let names = names::series(&metric.name, &metric.unit, Kind::of(&metric));
        match metric.data.unwrap() {
            Data::Histogram(histogram) => {
                histogram
                    .data_points
                    .iter()
                    .for_each(|point| write_histogram(&mut text, &names, point));
            }
            Data::Sum(sum) => {
                sum.data_points.iter().for_each(|point| write_number(&mut text, &names[0], point));
            }
            Data::Gauge(gauge) => {
                gauge
                    .data_points
                    .iter()
                    .for_each(|point| write_number(&mut text, &names[0], point));
            }
            other => panic!("{other:?}"),
        }
    }
    if !text.is_empty() {
        text.push_str("target_info 1\n");
    }
    text
}

fn write_number(text: &mut String, name: &str, point: &NumberDataPoint) {
    let value = match point.value.unwrap() {
        number_data_point::Value::AsInt(value) => value.to_string(),
        number_data_point::Value::AsDouble(value) => value.to_string(),
    };
    writeln!(text, "{name}{{{}}} {value}", labels(&point.attributes)).unwrap();
}

fn write_histogram(text: &mut String, names: &[String], point: &HistogramDataPoint) {
    let labels = labels(&point.attributes);
    let bounds = point.explicit_bounds.iter().map(ToString::to_string).chain(["+Inf".to_owned()]);
    let mut count = 0;
    for (bound, in_bucket) in bounds.zip(&point.bucket_counts) {
        count += in_bucket;
        writeln!(text, "{}{{{labels}le=\"{bound}\"}} {count}", names[0]).unwrap();
    }
    writeln!(text, "{}{{{labels}}} {}", names[1], point.count).unwrap();
    writeln!(text, "{}{{{labels}}} {}", names[2], point.sum.unwrap()).unwrap();
}

fn labels(attributes: &[KeyValue]) -> String {
    let mut text = String::new();
    for KeyValue { key, value, .. } in attributes {
        let value = match value.as_ref().and_then(|value| value.value.as_ref()) {
            Some(Value::StringValue(value)) => value.clone(),
            Some(Value::IntValue(value)) => value.to_string(),
            other => panic!("{key}: {other:?}"),
        };
        write!(text, "{}={value:?},", names::label(key)).unwrap();
    }
    text
}
