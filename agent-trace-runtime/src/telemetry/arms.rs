//! Builds the arms of telemetry, each with the exporters that its settings ask for.

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::logs::{LoggerProviderBuilder, SdkLoggerProvider};
use opentelemetry_sdk::metrics::{MeterProviderBuilder, SdkMeterProvider};

use super::arm::{Arm, Kind, Provider};
use super::backend;
#[cfg(feature = "__push")]
use super::destination::Destination;
use super::destination::require;
use super::environment::{Environment, Exporter};
use super::error::{InstallError, shown};
#[cfg(feature = "__push")]
use super::export::{Building, Control, Counts, Observed, observe};
use super::exporters::{exporters, of_spans};
use super::failure::LastFailure;
use super::settings::Exporting;
#[cfg(feature = "__push")]
use super::settings::SpoolSettings;
#[cfg(feature = "__worker")]
use super::worker::Worker;
#[cfg(feature = "__push")]
use crate::call::Pipeline;
use crate::call::{Identifiers, Processor, Sampling, Spans};
use crate::signals::view;

/// The arms that have been built.
pub(super) struct Arms<'a> {
    environment: &'a Environment,
    exporting: &'a Exporting,
    #[cfg(feature = "__push")]
    spool: Option<SpoolSettings>,
    #[cfg(feature = "__worker")]
    worker: Option<Worker>,
    #[cfg(feature = "__push")]
    counts: Vec<Counted>,
    #[cfg(feature = "prometheus")]
    scraped: Option<super::prometheus::Scraped>,
    built: Vec<Arm>,
    /// Whether spans are printed, and evaluations with them.
    has_console: bool,
}

/// What is kept until telemetry ends.
#[derive(Debug, Default)]
pub(super) struct Built {
    pub(super) arms: Vec<Arm>,
    #[cfg(feature = "__push")]
    counted: Vec<Counted>,
    #[cfg(feature = "prometheus")]
    scraped: std::sync::Mutex<Option<super::prometheus::Scraped>>,
    #[cfg(feature = "__worker")]
    _worker: Option<Worker>,
}

#[cfg(feature = "__push")]
impl Built {
    /// Lets metrics tell of the exporters from now on.
    pub(super) fn observe(&self, pipeline: &Pipeline) {
        if let Some(metrics) = &pipeline.metrics {
            let observed = self.counted.iter().map(|counted| counted.observed.clone());
            let observed: Vec<Observed> = observed.collect();
            observe(metrics.provider(), pipeline.instrumentation(), &observed);
        }
    }

    pub(super) fn lost(&self) -> u64 {
        self.counted.iter().map(|counted| counted.observed.counts.lost()).sum()
    }

    pub(super) fn counts(&self) -> Vec<(&'static str, &'static str, super::ExportCounts)> {
        let read = |counted: &Counted| {
            let Observed { kind, counts, .. } = &counted.observed;
            (kind.name(), counted.exporter, counts.read())
        };
        self.counted.iter().map(read).collect()
    }
}

#[cfg(not(feature = "__push"))]
impl Built {
    #[expect(clippy::unused_self, reason = "with an exporter it has counts")]
    pub(super) const fn lost(&self) -> u64 {
        0
    }
}

impl Built {
    /// Gives the address of the pull endpoint free.
    #[cfg_attr(not(feature = "prometheus"), expect(clippy::unused_self, reason = "there is none"))]
    pub(super) fn stop_serving(&self) {
        #[cfg(feature = "prometheus")]
        drop(self.scraped.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take());
    }
}

/// What one exporter has counted.
#[cfg(feature = "__push")]
#[derive(Clone, Debug)]
pub(super) struct Counted {
    pub(super) exporter: &'static str,
    pub(super) observed: Observed,
}

/// Where an arm goes, as far as it is known.
#[derive(Default)]
struct Noted {
    destinations: Vec<String>,
    failure: LastFailure,
    #[cfg(feature = "__push")]
    exporters: Vec<Control>,
}

/// What is named beside the exporters of the environment.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Others {
    /// A processor or a reader of the application's.
    pub(super) of_application: bool,
}

impl<'a> Arms<'a> {
    pub(super) fn new(
        environment: &'a Environment,
        exporting: &'a Exporting,
    ) -> Result<Self, InstallError> {
        backend::check(exporting)?;
        Ok(Self {
            environment,
            exporting,
            #[cfg(feature = "__push")]
            spool: environment.spool(exporting)?,
            #[cfg(feature = "__worker")]
            worker: None,
            #[cfg(feature = "__push")]
            counts: Vec::new(),
            #[cfg(feature = "prometheus")]
            scraped: None,
            built: Vec::new(),
            has_console: false,
        })
    }

    pub(super) fn spans(
        &mut self,
        resource: Resource,
        sampling: Sampling,
        identifiers: Identifiers,
        of_application: Vec<Processor>,
    ) -> Result<Spans, InstallError> {
        let mut noted = Noted::default();
        let mut processors = of_application;
        if !processors.is_empty() {
            noted.destinations.push("the application's span processor".to_owned());
        }
        let exporters = of_spans(self.environment, self.exporting, !processors.is_empty())?;
        for (exporter, destination) in exporters {
            match (exporter, destination) {
                (Exporter::Console, _) => {
                    self.has_console = true;
                    add_console(&mut processors, self.exporting.console)?;
                    noted.destinations.push("the console".to_owned());
                }
                (_, Some(destination)) => {
                    #[cfg(feature = "__push")]
                    {
                        let (batches, control) =
                            self.building(Kind::Spans, &destination, &noted.failure, |building| {
                                building.spans()
                            })?;
                        processors.push(Processor::of_boxed_ends(batches));
                        noted.exporters.push(control);
                    }
                    noted.destinations.push(destination.endpoint);
                }
                (_, None) => {}
            }
        }
        let limits = self.environment.span_limits()?;
        let spans = Spans::new(resource, sampling, limits, identifiers, processors);
        self.add(Provider::Spans(spans.provider().clone()), noted);
        Ok(spans)
    }

    pub(super) fn metrics(
        &mut self,
        mut builder: MeterProviderBuilder,
        others: Others,
    ) -> Result<Option<SdkMeterProvider>, InstallError> {
        let mut noted = Noted::default();
        for (exporter, destination) in exporters(self.environment, self.exporting, Kind::Metrics)? {
            match (exporter, destination) {
                (Exporter::Console, _) => {
                    builder = with_metrics_console(self.environment, builder)?;
                    noted.destinations.push("the console".to_owned());
                }
                (Exporter::Prometheus, _) => {
                    let place = self.environment.prometheus(self.exporting)?;
                    require(cfg!(feature = "prometheus"), "prometheus", || {
                        "the exporter for Prometheus".to_owned()
                    })?;
                    #[cfg(feature = "prometheus")]
                    {
                        let worker = self.worker()?.runtime();
                        let (reader, scraped) = super::prometheus::serve(&place, &worker)?;
                        builder = builder.with_reader(reader);
                        self.scraped = Some(scraped);
                    }
                    noted.destinations.push(format!("Prometheus at {place}"));
                }
                (_, Some(destination)) => {
                    #[cfg(feature = "__push")]
                    {
                        let (reader, control) = self.building(
                            Kind::Metrics,
                            &destination,
                            &noted.failure,
                            |building| building.metrics(),
                        )?;
                        builder = builder.with_reader(reader);
                        noted.exporters.push(control);
                    }
                    noted.destinations.push(destination.endpoint);
                }
                (_, None) => {}
            }
        }
        if others.of_application {
            noted.destinations.push("the application's reader of metrics".to_owned());
        }
        if noted.destinations.is_empty() {
            return Ok(None);
        }
        let provider = builder.with_view(view).build();
        self.add(Provider::Metrics(provider.clone()), noted);
        Ok(Some(provider))
    }

    pub(super) fn events(
        &mut self,
        mut builder: LoggerProviderBuilder,
        others: Others,
    ) -> Result<Option<SdkLoggerProvider>, InstallError> {
        let mut noted = Noted::default();
        let mut prints_all = false;
        for (exporter, destination) in exporters(self.environment, self.exporting, Kind::Events)? {
            match (exporter, destination) {
                (Exporter::Console, _) => prints_all = true,
                (_, Some(destination)) => {
                    #[cfg(feature = "__push")]
                    {
                        let (batches, control) = self.building(
                            Kind::Events,
                            &destination,
                            &noted.failure,
                            |building| building.events(),
                        )?;
                        builder = builder.with_log_processor(batches);
                        noted.exporters.push(control);
                    }
                    noted.destinations.push(destination.endpoint);
                }
                (_, None) => {}
            }
        }
        if prints_all || self.has_console {
            builder = with_events_console(builder, prints_all)?;
            noted.destinations.push("the console".to_owned());
        }
        if others.of_application {
            noted.destinations.push("the application's log processor".to_owned());
        }
        if noted.destinations.is_empty() {
            return Ok(None);
        }
        let provider = builder.build();
        self.add(Provider::Events(provider.clone()), noted);
        Ok(Some(provider))
    }

    /// What has been built.
    pub(super) fn finish(self) -> Built {
        Built {
            arms: self.built,
            #[cfg(feature = "__push")]
            counted: self.counts,
            #[cfg(feature = "prometheus")]
            scraped: self.scraped.into(),
            #[cfg(feature = "__worker")]
            _worker: self.worker,
        }
    }

    fn add(&mut self, provider: Provider, noted: Noted) {
        let destinations = noted.destinations.iter();
        let destinations: Vec<String> = destinations.map(|known| shown(known)).collect();
        self.built.push(Arm::new(
            provider,
            destinations.join(" and "),
            noted.failure,
            #[cfg(feature = "__push")]
            noted.exporters,
        ));
    }

    #[cfg(feature = "__worker")]
    fn worker(&mut self) -> Result<&Worker, InstallError> {
        Ok(match &mut self.worker {
            Some(worker) => worker,
            none => none.insert(Worker::start()?),
        })
    }

    /// Builds what exports to a destination, and keeps what it counts.
    #[cfg(feature = "__push")]
    fn building<T>(
        &mut self,
        kind: Kind,
        destination: &Destination,
        failure: &LastFailure,
        build: impl FnOnce(&Building<'_>) -> Result<T, InstallError>,
    ) -> Result<T, InstallError> {
        use super::settings::{DEFAULT_QUEUED_BYTES, DEFAULT_REQUEST_BYTES};

        let counts = Counts::default();
        self.worker()?;
        let worker =
            self.worker.as_ref().ok_or_else(|| std::io::Error::other("it has not started"))?;
        let built = build(&Building {
            environment: self.environment,
            destination,
            worker,
            failure,
            counts: &counts,
            spool: self.spool.as_ref(),
            queued_bytes: self.exporting.queued_bytes.unwrap_or(DEFAULT_QUEUED_BYTES),
            request_bytes: self.exporting.request_bytes.unwrap_or(DEFAULT_REQUEST_BYTES),
        })?;
        let transport = destination.transport_name();
        let alike = |counted: &&Counted| {
            counted.observed.kind == kind && counted.observed.transport == transport
        };
        let place = self.counts.iter().filter(alike).count();
        let observed = Observed { kind, transport, place, counts };
        self.counts.push(Counted { exporter: destination.name, observed });
        Ok(built)
    }
}

#[cfg(feature = "console")]
fn add_console(processors: &mut Vec<Processor>, _is_asked: bool) -> Result<(), InstallError> {
    processors.push(Processor::new(crate::console::ConsoleProcessor::default()));
    Ok(())
}

#[cfg(not(feature = "console"))]
fn add_console(_processors: &mut Vec<Processor>, is_asked: bool) -> Result<(), InstallError> {
    let asked = if is_asked { "the console" } else { "telemetry without an endpoint" };
    Err(no_console(asked))
}

#[cfg(not(feature = "console"))]
fn no_console(asked: &str) -> InstallError {
    InstallError::FeatureDisabled { asked: asked.to_owned(), feature: "console" }
}

#[cfg(feature = "console")]
fn with_metrics_console(
    environment: &Environment,
    builder: MeterProviderBuilder,
) -> Result<MeterProviderBuilder, InstallError> {
    use opentelemetry_sdk::metrics::PeriodicReader;

    let reader = PeriodicReader::builder(crate::console::MetricsPrinter);
    Ok(builder.with_reader(reader.with_interval(environment.metric_interval()?).build()))
}

#[cfg(not(feature = "console"))]
fn with_metrics_console(
    _environment: &Environment,
    _builder: MeterProviderBuilder,
) -> Result<MeterProviderBuilder, InstallError> {
    Err(no_console("metrics on the console"))
}

#[cfg(feature = "console")]
fn with_events_console(
    builder: LoggerProviderBuilder,
    prints_all: bool,
) -> Result<LoggerProviderBuilder, InstallError> {
    Ok(builder.with_log_processor(crate::console::EventPrinter { prints_all }))
}

#[cfg(not(feature = "console"))]
fn with_events_console(
    _builder: LoggerProviderBuilder,
    _prints_all: bool,
) -> Result<LoggerProviderBuilder, InstallError> {
    Err(no_console("log events on the console"))
}
