//! What a spool keeps: through kills, torn writes and other processes.

use std::path::Path;

use opentelemetry_http::Bytes;

use super::*;
use crate::telemetry::export::encoding::Format;

/// A folder that is gone with its test.
struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("agent-trace-spool-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        Self(path)
    }

    fn open(&self) -> Spool {
        self.open_with(1 << 20)
    }

    fn open_with(&self, bytes: u64) -> Spool {
        let settings = SpoolSettings { directory: self.0.clone(), bytes, syncs: false };
        Spool::open(&settings, "traces", Counts::default()).unwrap()
    }

    fn segments(&self, folder: &str) -> Vec<PathBuf> {
        let folder = self.0.join("traces").join(folder);
        let mut files: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.retain(|path| path.extension().is_some_and(|known| known == "spool"));
        files.sort();
        files
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn batch(number: usize) -> Batch {
    sized(number, 100)
}

fn sized(number: usize, bytes: usize) -> Batch {
    let mut body = number.to_string().repeat(bytes);
    body.truncate(bytes);
    let body = Bytes::from(body);
    Batch { body, items: number + 1, format: Format::Protobuf }
}

fn drain(spool: &mut Spool) -> Vec<Batch> {
    let mut batches = Vec::new();
    while let Some(batch) = spool.front() {
        batches.push(batch.clone());
        spool.pop();
    }
    batches
}

fn append(path: &Path, bytes: &[u8]) {
    use std::io::Write;
    std::fs::OpenOptions::new().append(true).open(path).unwrap().write_all(bytes).unwrap();
}

#[test]
fn batches_come_out_once_and_in_their_order() {
    let directory = Directory::new("order");
    let mut spool = directory.open();
    for number in 0..3 {
        spool.push(&batch(number)).unwrap();
    }
    assert_eq!(spool.front(), Some(&batch(0)));
    spool.pop();
    spool.push(&batch(3)).unwrap();
    // As a process that is killed: nothing is closed in good order.
    drop(spool);
    let mut spool = directory.open();
    assert_eq!(drain(&mut spool), [batch(1), batch(2), batch(3)]);
    assert!(spool.is_empty() && directory.segments("0").is_empty(), "what is delivered is deleted");
    spool.push(&batch(4)).unwrap();
    assert_eq!(drain(&mut spool), [batch(4)]);
}

#[test]
fn a_torn_tail_costs_nothing_before_it() {
    let directory = Directory::new("torn");
    for cut in [1, 16, 17, 60, 116] {
        let mut spool = directory.open();
        spool.push(&batch(1)).unwrap();
        spool.push(&batch(2)).unwrap();
        drop(spool);
        let path = directory.segments("0").remove(0);
        let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
        file.set_len(file.metadata().unwrap().len() - cut).unwrap();
        let mut spool = directory.open();
        spool.push(&batch(3)).unwrap();
        assert_eq!(drain(&mut spool), [batch(1), batch(3)], "{cut}");
        assert_eq!(spool.counts.lost(), 0, "a torn tail was never promised");
    }
}

#[test]
fn damage_costs_the_batch_that_it_hits() {
    let directory = Directory::new("damage");
    let mut spool = directory.open();
    for number in 0..4 {
        spool.push(&batch(number)).unwrap();
    }
    drop(spool);
    let path = directory.segments("0").remove(0);
    let mut bytes = std::fs::read(&path).unwrap();
    // Within the second batch.
    bytes[20 + 117 + 50] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let mut spool = directory.open();
    assert_eq!(drain(&mut spool), [batch(0), batch(2), batch(3)]);
    assert_eq!(spool.counts.lost(), 1);
}

#[test]
fn strange_files_are_harmless() {
    let directory = Directory::new("strange");
    let mut spool = directory.open();
    spool.push(&batch(1)).unwrap();
    drop(spool);
    let folder = directory.0.join("traces/0");
    std::fs::write(folder.join("notes.txt"), "mine").unwrap();
    std::fs::write(folder.join("0000000000.spool"), "short").unwrap();
    append(&directory.segments("0")[1], b"ATSRgarbage that says it is a record");
    let mut spool = directory.open();
    assert_eq!(drain(&mut spool), [batch(1)]);
    assert!(folder.join("notes.txt").exists());
}

#[test]
fn no_more_is_kept_than_is_allowed() {
    let directory = Directory::new("bounded");
    let mut spool = directory.open_with(20 + 3 * 117);
    for number in 0..3 {
        spool.push(&batch(number)).unwrap();
    }
    assert!(spool.push(&batch(3)).unwrap_err().contains("its limit of 371 bytes"));
    assert_eq!(spool.counts.read().spool_bytes, 371);
    assert_eq!(drain(&mut spool), [batch(0), batch(1), batch(2)]);
    spool.push(&batch(3)).unwrap();
    assert_eq!(drain(&mut spool), [batch(3)], "room comes back");
}

#[test]
fn segments_are_deleted_one_by_one() {
    let directory = Directory::new("segments");
    let mut spool = directory.open_with(1 << 30);
    for number in 0..5 {
        spool.push(&sized(number, 3 << 20)).unwrap();
    }
    assert_eq!(directory.segments("0").len(), 3);
    for number in 0..3 {
        assert_eq!(spool.front(), Some(&sized(number, 3 << 20)));
        spool.pop();
    }
    assert_eq!(directory.segments("0").len(), 2);
    drop(spool);
    let mut spool = directory.open_with(1 << 30);
    assert_eq!(drain(&mut spool), [sized(3, 3 << 20), sized(4, 3 << 20)]);
}

#[test]
fn processes_that_run_share_no_folder_and_those_that_ended_are_inherited() {
    let directory = Directory::new("shared");
    let mut first = directory.open();
    let mut second = directory.open();
    first.push(&batch(1)).unwrap();
    second.push(&batch(2)).unwrap();
    drop(second);
    let mut third = directory.open();
    assert_eq!(drain(&mut third), [batch(2)], "the first still runs");
    third.push(&batch(3)).unwrap();
    drop((first, third));
    let mut last = directory.open();
    assert_eq!(drain(&mut last), [batch(1), batch(3)]);
}
