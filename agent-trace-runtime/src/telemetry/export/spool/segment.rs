//! One file of a spool.
//!
//! ```text
//! head    8 B "ATSPOOL1"   8 B how far it has been delivered   4 B checksum of that
//! record  4 B "ATSR"   4 B length   4 B items   1 B format   4 B checksum of all but this, and the batch
//! ```
//!
//! Numbers are little-endian, checksums CRC-32.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::super::delivery::Batch;
use super::super::encoding::Format;

const MAGIC: &[u8; 8] = b"ATSPOOL1";
const HEAD_BYTES: usize = 20;
const RECORD: &[u8; 4] = b"ATSR";
const RECORD_HEAD_BYTES: usize = 17;

/// How many bytes a batch takes.
pub(super) const fn record_bytes(batch: &Batch) -> u64 {
    (RECORD_HEAD_BYTES + batch.body.len()) as u64
}

/// Writes a segment.
#[derive(Debug)]
pub(super) struct Writer {
    file: File,
    bytes: u64,
}

impl Writer {
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
        if let Err(error) = file.write_all(&head(HEAD_BYTES as u64)) {
            // Nobody would know of it.
            let _ = std::fs::remove_file(path);
            return Err(error);
        }
        Ok(Self { file, bytes: HEAD_BYTES as u64 })
    }

    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn append(&mut self, batch: &Batch, syncs: bool) -> io::Result<()> {
        let too_large = |_| io::Error::other("the batch is too large");
        let mut record = Vec::with_capacity(RECORD_HEAD_BYTES + batch.body.len());
        record.extend_from_slice(RECORD);
        record
            .extend_from_slice(&u32::try_from(batch.body.len()).map_err(too_large)?.to_le_bytes());
        record.extend_from_slice(&u32::try_from(batch.items).map_err(too_large)?.to_le_bytes());
        record.push(number_of(batch.format));
        let checksum = checksum(&record, &batch.body);
        record.extend_from_slice(&checksum.to_le_bytes());
        record.extend_from_slice(&batch.body);
        self.file.write_all(&record)?;
        self.bytes += record.len() as u64;
        if syncs { self.file.sync_data() } else { Ok(()) }
    }
}

/// Reads a segment, from where it has been delivered to.
#[derive(Debug)]
pub(super) struct Reader {
    file: File,
    /// Of the batch that was read last, and behind it.
    end: u64,
    skipped: u64,
    is_at_end: bool,
}

impl Reader {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let mut file = OpenOptions::new().read(true).write(true).open(path)?;
        let mut bytes = [0; HEAD_BYTES];
        file.read_exact(&mut bytes)?;
        let end = delivered(&bytes)?;
        Ok(Self { file, end, skipped: 0, is_at_end: false })
    }

    /// The next batch that is whole; `None` at the end of the segment.
    pub(super) fn next(&mut self) -> Option<Batch> {
        self.is_at_end = false;
        loop {
            match self.read_at(self.end) {
                Ok(Some(batch)) => {
                    self.end += record_bytes(&batch);
                    return Some(batch);
                }
                Ok(None) | Err(_) => match self.find_after(self.end) {
                    Some(next) => {
                        self.skipped += next - self.end;
                        self.end = next;
                    }
                    None => {
                        self.is_at_end = true;
                        return None;
                    }
                },
            }
        }
    }

    /// How many bytes were passed over, because nothing that is whole is there.
    pub(super) const fn skipped(&self) -> u64 {
        self.skipped
    }

    pub(super) const fn is_at_end(&self) -> bool {
        self.is_at_end
    }

    /// Writes down that the batch that was read last has been delivered.
    pub(super) fn advance(&mut self, syncs: bool) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(&head(self.end))?;
        if syncs { self.file.sync_data() } else { Ok(()) }
    }

    /// The batch at a place; `None` where none that is whole begins there.
    fn read_at(&mut self, place: u64) -> io::Result<Option<Batch>> {
        self.file.seek(SeekFrom::Start(place))?;
        let mut head = [0; RECORD_HEAD_BYTES];
        self.file.read_exact(&mut head)?;
        let (Some(RECORD), Some(length), Some(items), Some(expected)) = (
            head.first_chunk(),
            number_at(&head, 4),
            number_at(&head, 8),
            number_at(&head, RECORD_HEAD_BYTES - 4),
        ) else {
            return Ok(None);
        };
        let left = self.file.metadata()?.len().saturating_sub(place);
        if u64::from(length) > left {
            return Ok(None);
        }
        let mut body = vec![0; length as usize];
        self.file.read_exact(&mut body)?;
        let known = head.get(..RECORD_HEAD_BYTES - 4).unwrap_or_default();
        let format = known.last().copied().and_then(format_of);
        let is_whole = checksum(known, &body) == expected;
        Ok(format.filter(|_| is_whole).map(|format| Batch {
            body: body.into(),
            items: items as usize,
            format,
        }))
    }

    /// Where the next record may begin, behind one that is torn.
    fn find_after(&mut self, place: u64) -> Option<u64> {
        let mut rest = Vec::new();
        self.file.seek(SeekFrom::Start(place + 1)).ok()?;
        self.file.read_to_end(&mut rest).ok()?;
        let found = rest.windows(RECORD.len()).position(|window| window == RECORD)?;
        Some(place + 1 + found as u64)
    }
}

fn head(delivered: u64) -> [u8; HEAD_BYTES] {
    let mut head = [0; HEAD_BYTES];
    let number = delivered.to_le_bytes();
    let parts = [&MAGIC[..], &number, &crc32fast::hash(&number).to_le_bytes()].concat();
    head.copy_from_slice(&parts);
    head
}

/// How far a segment has been delivered; from its start, where that cannot be read.
fn delivered(head: &[u8; HEAD_BYTES]) -> io::Result<u64> {
    let (magic, rest) = head.split_at(MAGIC.len());
    if magic != MAGIC {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let number = rest.first_chunk().copied().unwrap_or_default();
    let is_whole = number_at(rest, 8) == Some(crc32fast::hash(&number));
    Ok(if is_whole { u64::from_le_bytes(number) } else { HEAD_BYTES as u64 })
}

fn number_at(bytes: &[u8], place: usize) -> Option<u32> {
    bytes.get(place..)?.first_chunk().copied().map(u32::from_le_bytes)
}

fn checksum(head: &[u8], body: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(head);
    hasher.update(body);
    hasher.finalize()
}

const fn number_of(format: Format) -> u8 {
    match format {
        Format::Protobuf => 1,
        Format::Json => 2,
        #[cfg(feature = "zipkin")]
        Format::Zipkin => 3,
    }
}

const fn format_of(number: u8) -> Option<Format> {
    match number {
        1 => Some(Format::Protobuf),
        2 => Some(Format::Json),
        #[cfg(feature = "zipkin")]
        3 => Some(Format::Zipkin),
        _ => None,
    }
}
