//! Which exporters an arm of telemetry has, and where each of them goes.

use super::arm::Kind;
use super::backend::Backend;
use super::description::Source;
use super::destination::Destination;
use super::environment::{Environment, Exporter, Said};
use super::error::InstallError;
use super::settings::Exporting;

/// An exporter, and where it goes, where that is another place than this process.
pub(super) type Chosen = (Exporter, Option<Destination>);

/// The exporters that the builder names, else those of the arm's variable, else OTLP where an endpoint is known.
///
/// A back end decides for all arms: what it does not take goes nowhere, unless the builder names another exporter for it.
/// Else a key of one receiver could reach another, or metrics a receiver that refuses them once a minute.
pub(super) fn exporters(
    environment: &Environment,
    exporting: &Exporting,
    kind: Kind,
) -> Result<Vec<Chosen>, InstallError> {
    let mut found = of_backends(environment, exporting, kind)?;
    let named = named(exporting, kind);
    let said = if named.is_empty() && exporting.backends.is_empty() {
        environment.exporters(kind)?
    } else {
        Some(Said::by_builder(named))
    };
    let is_said = said.is_some();
    let Said { value: mut exporters, source } =
        said.unwrap_or(Said::by_default(vec![Exporter::Otlp]));
    if exporting.console && kind == Kind::Spans && !exporters.contains(&Exporter::Console) {
        exporters.push(Exporter::Console);
    }
    for exporter in exporters {
        let destination = match exporter {
            Exporter::Otlp => {
                let destination = Destination::otlp(environment, exporting, kind, is_said)?;
                // Nobody has asked for it, and it has nowhere to go.
                let Some(destination) = destination else { continue };
                Some(destination)
            }
            Exporter::Zipkin => Some(Destination::zipkin(environment, exporting)?),
            Exporter::File => Some(Destination::file(environment, exporting, kind)?),
            Exporter::Console | Exporter::Prometheus => None,
        };
        environment.note(kind.name(), "exporter", &exporter.name(), &source);
        found.push((exporter, destination));
    }
    if is_said && found.is_empty() {
        environment.note(kind.name(), "exporter", &"none", &source);
    }
    Ok(found)
}

/// The exporters of spans, which go to the console where nobody says otherwise.
pub(super) fn of_spans(
    environment: &Environment,
    exporting: &Exporting,
    has_others: bool,
) -> Result<Vec<Chosen>, InstallError> {
    let of_variable = environment.exporters(Kind::Spans)?;
    let is_none =
        !exporting.backends.is_empty() || of_variable.is_some_and(|said| said.value.is_empty());
    let mut exporters = exporters(environment, exporting, Kind::Spans)?;
    if exporters.is_empty() && !has_others && !is_none {
        environment.note("spans", "exporter", &Exporter::Console.name(), &Source::Default);
        exporters.push((Exporter::Console, None));
    }
    Ok(exporters)
}

/// What the builder names beside back ends.
fn named(exporting: &Exporting, kind: Kind) -> Vec<Exporter> {
    let mut named = Vec::new();
    if exporting.endpoint.is_some() && exporting.backends.is_empty() {
        named.push(Exporter::Otlp);
    }
    if exporting.file.is_some() {
        named.push(Exporter::File);
    }
    if exporting.zipkin.is_some() && kind == Kind::Spans {
        named.push(Exporter::Zipkin);
    }
    if exporting.prometheus.is_some() && kind == Kind::Metrics {
        named.push(Exporter::Prometheus);
    }
    named
}

fn of_backends(
    environment: &Environment,
    exporting: &Exporting,
    kind: Kind,
) -> Result<Vec<Chosen>, InstallError> {
    let mut found: Vec<Chosen> = Vec::new();
    for backend in exporting.backends.iter().filter(|backend| backend.takes(kind)) {
        let name = backend.name();
        environment.note(kind.name(), "exporter", &Exporter::Otlp.name(), &Source::Builder);
        environment.note(kind.name(), "back end", &name, &Source::Builder);
        let destination = destination(environment, exporting, backend, kind)?;
        let before = found.iter().filter_map(|(_, destination)| destination.as_ref());
        let place = before.filter(|destination| destination.name == name).count();
        found.push((Exporter::Otlp, destination.map(|known| Destination { name, place, ..known })));
    }
    Ok(found)
}

fn destination(
    environment: &Environment,
    exporting: &Exporting,
    backend: &Backend,
    kind: Kind,
) -> Result<Option<Destination>, InstallError> {
    Destination::otlp(environment, &backend.settings(exporting), kind, true)
}
