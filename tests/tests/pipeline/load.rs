//! Many spans through an outage.

use agent_trace_runtime::{Protocol, Telemetry};
use agent_trace_tests::{Collector, Fault, Proxy};

use crate::{apart, counts_of, numbers, wait_until, work};

/// A third before, a third while the collector is away, a third after it.
#[test]
fn a_hundred_thousand_spans_through_an_outage_arrive_once_each() {
    apart("load::a_hundred_thousand_spans_through_an_outage_arrive_once_each", || {
        for (protocol, third) in [(Protocol::Grpc, 33_334), (Protocol::HttpProtobuf, 10_000)] {
            let folder =
                std::env::temp_dir().join(format!("agent-trace-load-{}", std::process::id()));
            let collector = match protocol {
                Protocol::Grpc => Collector::grpc(),
                _ => Collector::http(),
            };
            let proxy = Proxy::to(collector.address());
            let builder = Telemetry::builder()
                .endpoint(format!("http://{}", proxy.address()))
                .protocol(protocol)
                .spool(&folder);
            let telemetry = builder.install().unwrap();
            // The queue holds 2,048 spans: whoever makes more at once than are exported waits for it here.
            let mut next = 0;
            let mut make = || {
                for _ in 0..third {
                    if next % 1_000 == 0 {
                        wait_until("the queue", || counts_of(&telemetry, "spans").queued < 1_000);
                    }
                    work(next);
                    next += 1;
                }
            };
            make();
            telemetry.flush().unwrap();
            proxy.set(Fault::Reset);
            make();
            assert!(telemetry.flush().is_err());
            let away = counts_of(&telemetry, "spans");
            assert!(away.spooled as i64 > third - 1_000, "{away:?}");
            proxy.set(Fault::None);
            make();
            wait_until("the delivery", || telemetry.flush().is_ok());

            let delivered = numbers(&collector.spans());
            assert_eq!(delivered.len() as i64, 3 * third);
            assert!(delivered.values().all(|count| *count == 1));
            let counts = counts_of(&telemetry, "spans");
            assert_eq!((counts.exported as i64, telemetry.lost()), (3 * third, 0));
            telemetry.shutdown().unwrap();
            let _ = std::fs::remove_dir_all(folder);
        }
    });
}
