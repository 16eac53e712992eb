//! Folders and ports of this machine.

#[cfg(feature = "__push")]
use super::super::settings::SpoolSettings;
use super::{Finding, not_installed};
use crate::telemetry::destination::require;

/// Whether Prometheus can be served.
pub(super) fn prometheus(place: &str) -> Finding {
    let asked = || "the exporter for Prometheus".to_owned();
    if let Err(error) = require(cfg!(feature = "prometheus"), "prometheus", asked) {
        return not_installed(&error);
    }
    let subject = format!("metrics for Prometheus at {place}");
    match std::net::TcpListener::bind(place) {
        Ok(_) => Finding::ok(subject, "the address is free"),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => Finding::problem(
            subject,
            "something listens at this address already",
            "if that is this application, which runs beside the doctor, all is well; else set OTEL_EXPORTER_PROMETHEUS_PORT \
             to another port, or say `.prometheus(…)` in code",
        ),
        Err(error) => Finding::problem(
            subject,
            format!("metrics cannot be served at this address: {error}"),
            "set OTEL_EXPORTER_PROMETHEUS_HOST to an address of this machine, as 0.0.0.0, or say `.prometheus(…)` in code",
        ),
    }
}

/// Whether the spool can be written, and what is in it. What waits there is left alone.
#[cfg(feature = "__push")]
pub(super) fn spool(settings: &SpoolSettings) -> Finding {
    use super::super::export::waiting_bytes;

    let SpoolSettings { directory, bytes: most, .. } = settings;
    let subject = format!("spool in {}", directory.display());
    if let Err(error) = write(directory) {
        return Finding::problem(
            subject,
            format!("the folder cannot be written: {error}"),
            "give the process's user the right to write there, or name another folder by AGENT_TRACE_SPOOL_DIRECTORY, or \
             `.spool(…)` in code",
        );
    }
    match waiting_bytes(directory) {
        Ok(waiting) => match waiting.iter().find(|(_, bytes)| bytes >= most) {
            Some((name, _)) => Finding::warning(
                subject,
                format!(
                    "it is full ({most} bytes in {name}): what comes and cannot be delivered is lost"
                ),
                "deliver what waits, by a process that is given this folder while the receiver is there, or allow more by \
                 AGENT_TRACE_SPOOL_BYTES, or `.spool_bytes(…)` in code",
            ),
            None => {
                let bytes: u64 = waiting.iter().map(|(_, bytes)| bytes).sum();
                let waits = if bytes == 0 {
                    "nothing waits in it".to_owned()
                } else {
                    format!("{bytes} bytes wait in it")
                };
                Finding::ok(subject, format!("it can be written; {waits}"))
            }
        },
        Err(error) => Finding::problem(
            subject,
            format!("the folder cannot be read: {error}"),
            "give the process's user the right to read it",
        ),
    }
}

/// Writes a file, and takes it away again.
#[cfg(feature = "__push")]
fn write(directory: &std::path::Path) -> std::io::Result<()> {
    std::fs::create_dir_all(directory)?;
    let file = directory.join(format!("doctor-{}", std::process::id()));
    std::fs::write(&file, b"agent-trace")?;
    std::fs::remove_file(file)
}
