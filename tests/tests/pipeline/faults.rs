//! What networks and receivers do wrong, over each protocol: what becomes of every span.

use std::time::{Duration, Instant};

use agent_trace_runtime::{Loss, Protocol, Telemetry};
use agent_trace_tests::{Answer, Collector, Fault, Proxy};

use crate::{apart, counts_of, numbers, turn, wait_until, work};

/// What goes wrong.
#[derive(Clone, Copy, Debug)]
enum Wrong {
    Network(Fault),
    Receiver(Answer),
}

/// What becomes of spans that come while it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// They arrive when it is over.
    Kept,
    /// They arrive, and may do so twice: nobody can know whether they had.
    KeptPerhapsTwice,
    /// They are lost, and counted.
    Refused,
}

const SPANS: i64 = 40;

const CASES: [(&str, Wrong, Fate); 10] = [
    ("reset", Wrong::Network(Fault::Reset), Fate::Kept),
    ("hang", Wrong::Network(Fault::Hang), Fate::Kept),
    ("cut at once", Wrong::Network(Fault::Cut(1)), Fate::KeptPerhapsTwice),
    ("cut in the middle", Wrong::Network(Fault::Cut(60)), Fate::KeptPerhapsTwice),
    ("slow", Wrong::Network(Fault::Delay(10)), Fate::Kept),
    ("unavailable", Wrong::Receiver(Answer::Unavailable), Fate::Kept),
    ("throttled", Wrong::Receiver(Answer::Throttled(1)), Fate::Kept),
    ("refused", Wrong::Receiver(Answer::Refused), Fate::Refused),
    ("too large", Wrong::Receiver(Answer::TooLarge), Fate::Refused),
    ("in part", Wrong::Receiver(Answer::Partly(SPANS)), Fate::Refused),
];

/// What a fault has left.
struct Row {
    delivered: usize,
    twice: usize,
    spooled: u64,
    dropped: u64,
}

fn suffer(protocol: Protocol, wrong: Wrong, fate: Fate, spool: Option<&std::path::Path>) -> Row {
    let collector = match protocol {
        Protocol::Grpc => Collector::grpc(),
        _ => Collector::http(),
    };
    let proxy = Proxy::to(collector.address());
    let mut builder = Telemetry::builder()
        .endpoint(format!("http://{}", proxy.address()))
        .protocol(protocol)
        .timeout(Duration::from_millis(300));
    if let Some(spool) = spool {
        builder = builder.spool(spool);
    }
    let telemetry = builder.install().unwrap();
    // The connection is there, and in use.
    work(-1);
    telemetry.flush().unwrap();

    match wrong {
        Wrong::Network(fault) => proxy.set(fault),
        Wrong::Receiver(answer) => collector.answer(answer),
    }
    let start = Instant::now();
    for number in 0..SPANS {
        work(number);
    }
    assert!(start.elapsed() < Duration::from_secs(1), "calls are not slowed");
    let flushed = telemetry.flush();
    let is_slow_only = matches!(wrong, Wrong::Network(Fault::Delay(_)));
    if fate != Fate::KeptPerhapsTwice {
        assert_eq!(flushed.is_ok(), is_slow_only, "{wrong:?}: {flushed:?}");
    }
    proxy.set(Fault::None);
    collector.answer(Answer::Take);
    // It was asked to wait for at most a second.
    wait_until("the delivery", || telemetry.flush().is_ok());

    let counts = counts_of(&telemetry, "spans");
    let mut delivered = numbers(&collector.spans());
    assert_eq!(delivered.remove(&-1), Some(1));
    let twice = delivered.values().filter(|count| **count > 1).count();
    let row = Row {
        delivered: delivered.len(),
        twice,
        spooled: counts.spooled,
        dropped: counts.lost.iter().map(|(_, count)| count).sum(),
    };
    match fate {
        Fate::Kept => assert_eq!((row.delivered, row.twice, row.dropped), (SPANS as usize, 0, 0)),
        Fate::KeptPerhapsTwice => assert_eq!((row.delivered, row.dropped), (SPANS as usize, 0)),
        Fate::Refused => {
            let lost = counts.lost_by(Loss::Refused) + counts.lost_by(Loss::TooLarge);
            assert_eq!(lost, SPANS as u64, "{counts:?}");
        }
    }
    let keeps = fate == Fate::Kept && !is_slow_only;
    if keeps && spool.is_some() {
        assert_eq!(row.spooled, SPANS as u64, "{wrong:?}");
        assert_eq!(counts.spool_bytes, 0, "it is empty again");
    }
    telemetry.shutdown().unwrap();
    row
}

const PROTOCOLS: [Protocol; 2] = [Protocol::Grpc, Protocol::HttpProtobuf];

/// Names a row to the process that is to make it: its case, protocol, and whether there is a spool.
const ROW: &str = "AGENT_TRACE_FAULT_ROW";

/// One row of the table, in a process of its own; in no other it does nothing.
#[test]
fn row() {
    let Ok(row) = std::env::var(ROW) else { return };
    let numbers: Vec<usize> = row.split(' ').map(|number| number.parse().unwrap()).collect();
    let [case, protocol, has_spool] = numbers[..] else { panic!("{row}") };
    let (_, wrong, fate) = CASES[case];
    let folder = std::env::temp_dir().join(format!("agent-trace-faults-{}", std::process::id()));
    let row = suffer(PROTOCOLS[protocol], wrong, fate, (has_spool == 1).then_some(&folder));
    let _ = std::fs::remove_dir_all(&folder);
    let Row { delivered, twice, spooled, dropped } = row;
    println!("row {delivered} {spooled} {dropped} {twice}");
}

fn make_row(case: usize, protocol: usize, has_spool: usize) -> String {
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "faults::row", "--nocapture"]);
    let output = command.env(ROW, format!("{case} {protocol} {has_spool}")).output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let (name, protocol) = (CASES[case].0, PROTOCOLS[protocol]);
    assert!(output.status.success(), "{name} {protocol}: {printed}{}", crate::text(&output.stderr));
    let row = printed.lines().find_map(|line| Some(line.split_once("row ")?.1)).unwrap();
    let [delivered, spooled, dropped, twice] = row.split(' ').collect::<Vec<_>>()[..] else {
        panic!("{row}")
    };
    format!(
        "{name:<18} {protocol:<14} {SPANS:>6} {delivered:>10} {spooled:>8} {dropped:>8} {twice:>6}"
    )
}

#[test]
fn every_fault_has_the_fate_that_is_promised() {
    let rows: Vec<(usize, usize, usize)> = (0..CASES.len())
        .flat_map(|case| (0..4).map(move |which| (case, which / 2, which % 2)))
        .collect();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let made = std::sync::Mutex::new(vec![String::new(); rows.len()]);
    // They wait most of the time.
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    let Some((case, protocol, has_spool)) = rows.get(index).copied() else { break };
                    let row = make_row(case, protocol, has_spool);
                    made.lock().unwrap()[index] = row;
                }
            });
        }
    });
    println!(
        "{:<18} {:<14} {:>6} {:>10} {:>8} {:>8} {:>6}\n{}",
        "fault",
        "protocol",
        "sent",
        "delivered",
        "spooled",
        "dropped",
        "twice",
        made.into_inner().unwrap().join("\n")
    );
}

#[test]
fn a_name_that_nobody_knows_and_a_port_where_nobody_listens_are_told() {
    apart("faults::a_name_that_nobody_knows_and_a_port_where_nobody_listens_are_told", || {
        for (protocol, endpoint) in [
            (Protocol::Grpc, "http://collector.invalid:4317"),
            (Protocol::HttpProtobuf, "http://collector.invalid:4318"),
            (Protocol::HttpProtobuf, "http://127.0.0.1:1"),
        ] {
            let builder = Telemetry::builder().endpoint(endpoint).protocol(protocol);
            let telemetry = builder.timeout(Duration::from_millis(500)).install().unwrap();
            work(1);
            let error = telemetry.shutdown().unwrap_err().to_string();
            assert!(error.contains(endpoint), "{error}");
            let is_told = ["dns", "lookup", "Connection refused", "in time"]
                .iter()
                .any(|reason| error.contains(reason));
            assert!(is_told, "{error}");
            assert_eq!(counts_of(&telemetry, "spans").lost_by(Loss::Undelivered), 1);
        }
    });
}

#[test]
fn a_collector_that_restarts_gets_what_came_meanwhile() {
    apart("faults::a_collector_that_restarts_gets_what_came_meanwhile", || {
        for protocol in [Protocol::Grpc, Protocol::HttpProtobuf] {
            let start = |address| match (protocol, address) {
                (Protocol::Grpc, None) => Collector::grpc(),
                (Protocol::Grpc, Some(address)) => Collector::grpc_at(address),
                (_, None) => Collector::http(),
                (_, Some(address)) => Collector::http_at(address),
            };
            let first = start(None);
            let address = first.address();
            let builder = Telemetry::builder().endpoint(first.endpoint()).protocol(protocol);
            let telemetry = builder.install().unwrap();
            work(0);
            telemetry.flush().unwrap();
            assert_eq!(first.spans().len(), 1);
            drop(first);
            wait_until("the port", || std::net::TcpStream::connect(address).is_err());
            work(1);
            assert!(telemetry.flush().is_err());
            let second = start(Some(address));
            work(2);
            wait_until("the delivery", || telemetry.flush().is_ok());
            let delivered = numbers(&second.spans());
            assert_eq!((delivered.len(), delivered[&1], delivered[&2]), (2, 1, 1));
            assert_eq!(telemetry.lost(), 0);
            telemetry.shutdown().unwrap();
        }
    });
}

/// A span of 6 MiB among others: it alone loses its content.
#[test]
fn a_span_that_is_too_large_costs_its_neighbours_nothing() {
    let _turn = turn();
    #[agent_trace_runtime::step("app.large", attributes("app.text" = text))]
    fn large(text: &str) {}

    for protocol in [Protocol::Grpc, Protocol::HttpProtobuf, Protocol::HttpJson] {
        let collector = match protocol {
            Protocol::Grpc => Collector::grpc(),
            _ => Collector::http(),
        };
        let builder = Telemetry::builder().endpoint(collector.endpoint()).protocol(protocol);
        let telemetry = builder.install().unwrap();
        for number in 0..50 {
            work(number);
        }
        large(&"x".repeat(6 << 20));
        for number in 50..100 {
            work(number);
        }
        let _ = telemetry.flush();
        assert_eq!(numbers(&collector.spans()).len(), 100);
        let counts = counts_of(&telemetry, "spans");
        assert_eq!(
            counts.lost,
            [(Loss::TooLarge, 1)],
            "an attribute of the application's is no content"
        );
        let _ = telemetry.shutdown();
    }
}
