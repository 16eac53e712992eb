//! Batches on the disk, in their order, until they can be delivered: by this process, or by the next one.
//!
//! A spool is a folder of segments. What is written to a segment is never changed; how much of it has been delivered
//! stands in its head. A process that was killed leaves a segment whose last record may be torn: its checksum tells.

mod folder;
mod segment;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use self::folder::Folder;
use self::segment::{Reader, Writer};
use super::super::settings::SpoolSettings;
use super::counts::{Counts, Loss};
use super::delivery::Batch;

/// Segments are deleted whole: small ones give room back soon.
const SEGMENT_BYTES: u64 = 4 << 20;

/// How many bytes wait in a directory, by the names of its spools. Nothing is taken or locked.
pub(in super::super) fn waiting_bytes(directory: &Path) -> io::Result<Vec<(String, u64)>> {
    let mut waiting = Vec::new();
    for entry in std::fs::read_dir(directory)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            let name = entry.file_name().to_string_lossy().into_owned();
            waiting.push((name, folder::waiting_bytes(&entry.path())?));
        }
    }
    Ok(waiting)
}

/// The batches of one exporter.
#[derive(Debug)]
pub(super) struct Spool {
    folder: PathBuf,
    /// Held as long as the spool is in use.
    _lock: File,
    /// The first is read, the last is written.
    segments: VecDeque<Segment>,
    reader: Option<Reader>,
    writer: Option<Writer>,
    front: Option<Batch>,
    most_bytes: u64,
    syncs: bool,
    counts: Counts,
}

#[derive(Debug)]
struct Segment {
    number: u64,
    path: PathBuf,
    bytes: u64,
}

impl Spool {
    /// Opens the spool of `name`, with what earlier processes have left in it. Other processes that run have theirs
    /// beside it.
    pub(super) fn open(settings: &SpoolSettings, name: &str, counts: Counts) -> io::Result<Self> {
        let Folder { path, lock, segments } = folder::open(&settings.directory.join(name))?;
        let segments = segments
            .into_iter()
            .map(|(number, path)| {
                let bytes = path.metadata()?.len();
                Ok(Segment { number, path, bytes })
            })
            .collect::<io::Result<_>>()?;
        let mut spool = Self {
            folder: path,
            _lock: lock,
            segments,
            reader: None,
            writer: None,
            front: None,
            most_bytes: settings.bytes,
            syncs: settings.syncs,
            counts,
        };
        spool.load();
        spool.count();
        Ok(spool)
    }

    /// Whether nothing waits.
    pub(super) const fn is_empty(&self) -> bool {
        self.front.is_none()
    }

    /// The batch that waits longest.
    pub(super) fn front(&mut self) -> Option<&Batch> {
        self.front.as_ref()
    }

    /// Takes out the batch that has waited longest.
    pub(super) fn pop(&mut self) {
        if let (Some(_), Some(reader)) = (self.front.take(), &mut self.reader) {
            // Where that cannot be written, the batch is sent again by the next process: better twice than never.
            let _ = reader.advance(self.syncs);
        }
        self.load();
        self.count();
    }

    /// Writes a batch behind the others.
    pub(super) fn push(&mut self, batch: &Batch) -> Result<(), String> {
        let bytes = segment::record_bytes(batch);
        if self.bytes() + bytes > self.most_bytes {
            return Err(format!("the spool has reached its limit of {} bytes", self.most_bytes));
        }
        self.write(batch).map_err(|error| {
            // What may be torn is written on by nobody.
            self.writer = None;
            format!("{}: {error}", self.folder.display())
        })?;
        if self.front.is_none() {
            self.load();
        }
        self.count();
        Ok(())
    }

    fn write(&mut self, batch: &Batch) -> io::Result<()> {
        self.writer.take_if(|writer| writer.bytes() >= SEGMENT_BYTES);
        let writer = match &mut self.writer {
            Some(writer) => writer,
            None => {
                let mut number = self.segments.back().map_or(1, |last| last.number + 1);
                let mut path = folder::segment_path(&self.folder, number);
                while path.exists() {
                    number += 1;
                    path = folder::segment_path(&self.folder, number);
                }
                let writer = Writer::create(&path)?;
                self.segments.push_back(Segment { number, path, bytes: writer.bytes() });
                self.writer.insert(writer)
            }
        };
        let written = writer.append(batch, self.syncs);
        if let Some(last) = self.segments.back_mut() {
            last.bytes = writer.bytes();
        }
        written
    }

    /// Reads the batch that waits longest; deletes segments that have none any more.
    fn load(&mut self) {
        while self.front.is_none() {
            let Some(first) = self.segments.front() else { return };
            let reader = match &mut self.reader {
                Some(reader) => reader,
                None => match Reader::open(&first.path) {
                    Ok(reader) => self.reader.insert(reader),
                    Err(error) if is_of_content(&error) => {
                        // Less than a head: its writer was killed before it had written anything.
                        let is_begun = error.kind() == io::ErrorKind::UnexpectedEof;
                        self.counts.add_lost(Loss::Unreadable, usize::from(!is_begun));
                        self.drop_first();
                        continue;
                    }
                    // It may be readable another time.
                    Err(_) => return,
                },
            };
            let torn = reader.skipped();
            self.front = reader.next();
            if reader.skipped() > torn && !reader.is_at_end() {
                // The tail that was torn when its writer was killed is none that was promised.
                self.counts.add_lost(Loss::Unreadable, 1);
            }
            if self.front.is_none() {
                self.drop_first();
            }
        }
    }

    /// Deletes the first segment, which is read to its end.
    fn drop_first(&mut self) {
        self.reader = None;
        let Some(first) = self.segments.pop_front() else { return };
        if self.segments.is_empty() {
            self.writer = None;
        }
        let _ = std::fs::remove_file(first.path);
    }

    fn bytes(&self) -> u64 {
        self.segments.iter().map(|segment| segment.bytes).sum()
    }

    fn count(&self) {
        self.counts.set_spool_bytes(self.bytes());
    }
}

/// Whether a segment is not readable because of what is in it, or because it is gone.
fn is_of_content(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidData, NotFound, UnexpectedEof};

    [InvalidData, NotFound, UnexpectedEof].contains(&error.kind())
}
