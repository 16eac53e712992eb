//! Into files, a request of OTLP as JSON on each line, as OpenTelemetry's format for files has it.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::super::super::arm::Kind;
use super::super::super::destination::Destination;
use super::super::super::error::InstallError;
use super::super::super::settings::Rotation;
use super::super::content;
use super::super::delivery::Batch;
use super::super::encoding::Format;
use super::Attempt;

/// The file of one signal, and the older ones beside it.
#[derive(Debug)]
pub(crate) struct Files {
    kind: Kind,
    path: PathBuf,
    rotation: Rotation,
    current: Option<Current>,
}

#[derive(Debug)]
struct Current {
    file: File,
    bytes: u64,
}

impl Files {
    pub(super) fn new(
        kind: Kind,
        destination: &Destination,
        rotation: Rotation,
    ) -> Result<Self, InstallError> {
        let path = PathBuf::from(&destination.endpoint);
        let unusable = |error: io::Error| InstallError::InvalidSetting {
            setting: "file".to_owned(),
            value: destination.endpoint.clone(),
            reason: format!("it cannot be written to: {error}"),
        };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(unusable)?;
        }
        let current = Some(Current::open(&path).map_err(unusable)?);
        Ok(Self { kind, path, rotation, current })
    }

    pub(super) fn write(&mut self, batch: &Batch) -> Attempt {
        let Some(line) = content::rewritten(self.kind, batch, Format::Json) else {
            return Attempt::Refused { reason: "it cannot be written as JSON".to_owned() };
        };
        match self.append(&line.body) {
            Ok(()) => Attempt::WHOLE,
            Err(error) => Attempt::Later { reason: error.to_string(), after: None },
        }
    }

    fn append(&mut self, line: &[u8]) -> io::Result<()> {
        let bytes = line.len() as u64 + 1;
        if !self.path.exists() {
            // Somebody has taken it away.
            self.current = None;
            if let Some(folder) = self.path.parent() {
                std::fs::create_dir_all(folder)?;
            }
        }
        if self
            .current
            .as_ref()
            .is_some_and(|current| current.bytes > 0 && current.bytes + bytes > self.rotation.bytes)
        {
            self.current = None;
            self.rotate()?;
        }
        let current = match self.current.take() {
            Some(current) => current,
            None => Current::open(&self.path)?,
        };
        let current = self.current.insert(current);
        // One write for the line and its end, so that readers see it whole.
        let mut whole = Vec::with_capacity(line.len() + 1);
        whole.extend_from_slice(line);
        whole.push(b'\n');
        if let Err(error) = current.file.write_all(&whole) {
            // A line that is there in part is taken back, and written again another time.
            let _ = current.file.set_len(current.bytes);
            return Err(error);
        }
        current.bytes += bytes;
        Ok(())
    }

    /// Moves each file to the next number, in place of the one there.
    fn rotate(&self) -> io::Result<()> {
        for number in (0..self.rotation.files).rev() {
            let from = numbered(&self.path, number);
            if from.exists() {
                std::fs::rename(from, numbered(&self.path, number + 1))?;
            }
        }
        if self.rotation.files == 0 { std::fs::remove_file(&self.path) } else { Ok(()) }
    }
}

impl Current {
    fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        let bytes = file.metadata()?.len();
        Ok(Self { file, bytes })
    }
}

/// `traces.jsonl`, `traces.1.jsonl` …
fn numbered(path: &Path, number: u32) -> PathBuf {
    if number == 0 {
        return path.to_owned();
    }
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    path.with_extension(format!("{number}.{extension}"))
}
