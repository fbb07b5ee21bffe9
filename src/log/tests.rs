//! What is appended is read back, whatever happened in between.

use std::os::unix::fs::PermissionsExt;

use super::*;
use crate::event::{Fact, Noted};
use chrono::DateTime;

fn note(n: usize) -> Event {
    let at = DateTime::parse_from_rfc3339("2026-11-22T09:02:00+01:00").expect("a valid time");
    let text = format!("note {n}: \"quoted\", größer\nzwei Zeilen");
    let noted = Noted { text, attachment: None, phase: None, about: None, file: None, key: None };
    Event { v: FORMAT, id: format!("id-{n}"), at, pid: 7, by: None, moved: None, fact: Fact::Noted(noted) }
}

fn log_of(count: usize) -> (tempfile::TempDir, Log, Vec<u8>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let log = Log::at(folder.path().join("session"));
    log.create().expect("the folder is made");
    (0..count).for_each(|n| log.append(&note(n), Durability::Buffered).expect("appended"));
    let bytes = fs::read(log.file()).unwrap_or_default();
    (folder, log, bytes)
}

fn read(bytes: &[u8]) -> Records {
    let mut reading = LogReader::default();
    reading.log(bytes, Vec::new());
    reading.records
}

#[test]
fn what_is_appended_is_read_back() {
    let (_folder, log, _) = log_of(3);
    let records = log.read().expect("readable");
    assert_eq!(records, Records { events: (0..3).map(note).collect(), ..Records::default() });
}

#[test]
fn a_log_cut_at_any_byte_keeps_every_whole_record() {
    let (_folder, _log, bytes) = log_of(40);
    let record = encode(&note(0)).expect("encodes").len();
    for cut in 0..bytes.len() {
        let records = read(&bytes[..cut]);
        let whole = (0..40)
            .scan(0, |end, n| {
                *end += encode(&note(n)).expect("encodes").len();
                Some(*end)
            })
            .filter(|end| end - 1 <= cut)
            .count();
        assert_eq!(records.events.len(), whole, "cut at {cut} of records of {record} bytes");
        // a later record is never glued to the torn one
        let mut again = bytes[..cut].to_vec();
        again.extend(encode(&note(99)).expect("encodes"));
        assert_eq!(read(&again).events.last(), Some(&note(99)));
    }
}

#[test]
fn a_flipped_byte_costs_at_most_its_own_record() {
    let (_folder, _log, bytes) = log_of(40);
    for at in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[at] ^= 0x15;
        let records = read(&flipped);
        assert!(records.events.len() >= 39, "byte {at}");
        assert!(records.events.iter().all(|event| (0..40).any(|n| *event == note(n))), "byte {at} made up an event");
    }
}

#[test]
fn an_unknown_fact_of_a_newer_program_is_kept() {
    let body = "{\"v\":9,\"id\":\"x\",\"at\":\"2026-11-22T09:02:00+01:00\",\"pid\":1,\"kind\":\"teleported\",\"to\":\"mars\"";
    let line = format!("\n{body},\"crc\":\"{:08x}\"}}\n", crc32fast::hash(body.as_bytes()));
    let records = read(line.as_bytes());
    assert_eq!((records.events.len(), &records.events[0].fact, records.newer), (1, &Fact::Unknown, true));
}

#[test]
fn a_log_that_cannot_be_written_spools_the_event_in_its_place() {
    let (_folder, log, bytes) = log_of(1);
    fs::set_permissions(log.file(), fs::Permissions::from_mode(0o600)).expect("set");
    let aside = log.folder().join("aside");
    let blocked = |events: &[usize]| {
        fs::rename(log.file(), &aside).expect("moved");
        fs::create_dir(log.file()).expect("a folder in the way");
        // as long as the log is in the way, its length is the folder's: put the length of the log into the names
        events.iter().for_each(|n| log.append(&note(*n), Durability::Synced).expect("spooled"));
        fs::remove_dir(log.file()).expect("removed");
        fs::rename(&aside, log.file()).expect("moved back");
    };
    blocked(&[5, 6]);
    for path in fs::read_dir(log.folder().join("spool")).expect("a spool").flatten().map(|entry| entry.path()) {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        let renamed = format!("{:016x}{}", bytes.len(), &name[16..]);
        fs::rename(&path, path.with_file_name(renamed)).expect("renamed");
    }
    log.append(&note(7), Durability::Synced).expect("appended");
    assert_eq!(log.read().expect("readable").events, [note(0), note(5), note(6), note(7)]);
}

#[test]
fn what_is_erased_is_gone_and_all_else_stays() {
    let (_folder, log, before) = log_of(5);
    let erased = [note(1), note(3)];
    log.erase(&erased.iter().collect::<Vec<_>>()).expect("erased");
    log.append(&note(7), Durability::Synced).expect("appended");
    let records = log.read().expect("readable");
    assert_eq!(records, Records { events: [0, 2, 4, 7].map(note).to_vec(), ..Records::default() });
    let text = fs::read_to_string(log.file()).expect("text");
    assert!(!text.contains("note 1") && !text.contains("id-3") && text.len() > before.len());
}

#[test]
fn what_was_erased_in_half_is_no_damage_and_goes_with_the_next() {
    let (_folder, log, before) = log_of(3);
    let second = before.windows(4).position(|window| window == b"id-1").expect("the record");
    let start = before[..second].iter().rposition(|&b| b == b'\n').expect("a line") + 1;
    let file = OpenOptions::new().write(true).open(log.file()).expect("open");
    file.write_all_at(&vec![b' '; second - start], start as u64).expect("written");
    assert_eq!(log.read().expect("readable"), Records { events: [0, 2].map(note).to_vec(), ..Records::default() });
    log.erase(&[]).expect("erased");
    assert!(!fs::read_to_string(log.file()).expect("text").contains("id-1"));
    assert_eq!(log.read().expect("readable").events, [0, 2].map(note));
}

#[test]
fn an_attachment_goes_with_the_last_event_that_names_it() {
    let (_folder, log, _) = log_of(0);
    let name = log.attach(b"long").expect("attached");
    let with = |n| {
        let Fact::Noted(noted) = note(n).fact else { panic!("a note") };
        Event { fact: Fact::Noted(Noted { attachment: Some(name.clone()), ..noted }), ..note(n) }
    };
    [1, 2].iter().for_each(|n| log.append(&with(*n), Durability::Buffered).expect("appended"));
    log.erase(&[&with(1)]).expect("erased");
    assert!(log.attachment(&name).is_ok());
    log.erase(&[&with(2)]).expect("erased");
    assert!(log.attachment(&name).is_err());
}

#[test]
fn attachments_come_back_or_say_that_they_are_damaged() {
    let (_folder, log, _) = log_of(0);
    let name = log.attach(b"a long text").expect("attached");
    assert_eq!(log.attachment(&name).expect("there"), b"a long text");
    fs::write(log.folder().join("attachments").join(&name), b"another").expect("overwritten");
    assert!(log.attachment(&name).expect_err("damaged").to_string().contains("damaged"));
}
