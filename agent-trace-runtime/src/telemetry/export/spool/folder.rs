//! The folder of a spool: one for each process that runs, locked while it does.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// How many processes can share a directory.
const MOST: u32 = 1024;
const EXTENSION: &str = "spool";

/// A folder that no other process uses.
pub(super) struct Folder {
    pub(super) path: PathBuf,
    pub(super) lock: File,
    /// With their numbers, in their order.
    pub(super) segments: Vec<(u64, PathBuf)>,
}

/// Takes the first folder that is free, with the segments of all others that are: their processes have ended.
pub(super) fn open(parent: &Path) -> io::Result<Folder> {
    let mut own: Option<Folder> = None;
    for index in 0..MOST {
        let path = parent.join(index.to_string());
        let is_new = !path.exists();
        if is_new && own.is_some() {
            break;
        }
        std::fs::create_dir_all(&path)?;
        let Some(lock) = lock(&path)? else { continue };
        match &mut own {
            None => own = Some(Folder { segments: segments(&path)?, path, lock }),
            Some(own) => own.take_from(&path)?,
        }
    }
    own.ok_or_else(|| io::Error::other("too many processes share this directory"))
}

/// The bytes of the segments of all processes.
pub(super) fn waiting_bytes(parent: &Path) -> io::Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(parent)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            for (_, path) in segments(&entry.path())? {
                bytes += path.metadata()?.len();
            }
        }
    }
    Ok(bytes)
}

pub(super) fn segment_path(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("{number:010}.{EXTENSION}"))
}

impl Folder {
    /// Moves the segments of a folder that nobody uses behind the own ones.
    fn take_from(&mut self, other: &Path) -> io::Result<()> {
        for (_, from) in segments(other)? {
            let number = self.segments.last().map_or(1, |(number, _)| number + 1);
            let to = segment_path(&self.path, number);
            std::fs::rename(from, &to)?;
            self.segments.push((number, to));
        }
        Ok(())
    }
}

/// Locks a folder; `None` where another process has it. The lock goes with the process, however that ends.
fn lock(folder: &Path) -> io::Result<Option<File>> {
    let file =
        OpenOptions::new().create(true).truncate(false).write(true).open(folder.join("lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn segments(folder: &Path) -> io::Result<Vec<(u64, PathBuf)>> {
    let mut segments = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let number = path.file_stem().and_then(|stem| stem.to_str()?.parse().ok());
        if let (Some(number), Some(EXTENSION)) =
            (number, path.extension().and_then(|extension| extension.to_str()))
        {
            segments.push((number, path));
        }
    }
    segments.sort();
    Ok(segments)
}
