//! Everything out and in again is the same file, as far as anybody can tell.

use super::*;
use crate::desk::doctor::sorted;
use crate::domain::rows::Row;
use crate::domain::zone::parse_rfc3339;

fn company() -> Desk {
    let now = parse_rfc3339("2026-11-20T10:42:00+01:00").unwrap();
    let mut company = Desk::in_memory().unwrap();
    crate::desk::demo::generate(&mut company, 5, now, 12, 30).unwrap();
    company
}

fn out(desk: &mut Desk) -> (Vec<u8>, Carried) {
    let mut out = Vec::new();
    let carried = desk.export_all(&mut out, &mut |done, of| assert!(done <= of)).unwrap();
    (out, carried)
}

fn bring_in(bytes: &[u8]) -> (Desk, Result<Carried, Error>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("all.jsonl");
    std::fs::write(&path, bytes).unwrap();
    let mut desk = Desk::open(&folder.path().join("fresh.db")).unwrap();
    let carried = desk.import_all(&path, &mut |done, of| assert!(done <= of));
    (desk, carried)
}

fn content(desk: &Desk) -> Vec<Vec<Row>> {
    let subjects = desk.store.subjects().unwrap();
    subjects.into_iter().map(|id| sorted(desk.store.rows_of(id).unwrap())).collect()
}

#[test]
fn a_file_made_of_everything_says_the_same() {
    let mut before = company();
    let (bytes, written) = out(&mut before);
    let (mut after, carried) = bring_in(&bytes);
    assert_eq!(carried.unwrap(), written, "the chain is the same to the last entry");
    assert_eq!(after.doctor(&mut |_, _| {}).unwrap(), vec![]);
    assert_eq!(after.store.head().unwrap(), before.store.head().unwrap());
    assert_eq!(content(&after), content(&before));
    assert_eq!(after.catalog().unwrap(), before.catalog().unwrap());
    let followed = before.store.cursor("rules").unwrap();
    assert!(followed > 0, "the company has rules");
    assert_eq!(after.store.cursor("rules").unwrap(), followed);
    for entry in before.store.entries_after(0, 10_000).unwrap() {
        assert_eq!(after.store.op(entry.op).unwrap(), before.store.op(entry.op).unwrap());
    }
    assert_eq!(out(&mut after).0, bytes, "and goes out as the same bytes");
}

#[test]
fn a_file_that_holds_something_takes_nothing_in() {
    let (bytes, _) = out(&mut company());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("all.jsonl");
    std::fs::write(&path, bytes).unwrap();
    let mut other = crate::desk::tests::desk().0;
    let head = other.store.head().unwrap();
    let refused = other.import_all(&path, &mut |_, _| {}).unwrap_err();
    assert!(refused.to_string().contains("entries already"), "{refused}");
    assert_eq!(other.store.head().unwrap(), head);
}

#[test]
fn what_is_cut_off_or_damaged_brings_nothing() {
    let (bytes, _) = out(&mut crate::desk::tests::desk().0);
    for n in 0..40 {
        let (desk, carried) = bring_in(&bytes[..bytes.len() * n / 40]);
        let said = carried.unwrap_err().to_string();
        assert!(said.contains("cut off") || said.contains("not what"), "{n}: {said}");
        assert_eq!(desk.head().unwrap(), 0);
    }
    for n in 1..40 {
        let mut damaged = bytes.clone();
        let at = (bytes.len() - 2) * n / 40;
        damaged[at] = if damaged[at] == b'7' { b'8' } else { b'7' };
        let (desk, carried) = bring_in(&damaged);
        assert!(carried.is_err(), "byte {at}");
        assert_eq!(desk.head().unwrap(), 0);
    }
    let twice = [bytes.as_slice(), &bytes].concat();
    assert!(bring_in(&twice).1.is_err());
}
