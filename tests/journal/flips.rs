//! Bits that turn over in a copy of the file.

use crate::company::Company;
use baton::desk::Desk;
use baton::domain::event::SubjectId;
use std::path::Path;
use tempfile::TempDir;

#[test]
fn five_hundred_bit_flips_never_panic_and_no_changed_content_goes_unseen() {
    flips(500, 1);
}

#[test]
#[ignore = "minutes: the size of a release run"]
fn ten_thousand_bit_flips_never_panic_and_no_changed_content_goes_unseen() {
    flips(10_000, 2);
}

fn flips(times: usize, seed: u64) {
    let company = Company::lived_in();
    let whole = std::fs::read(company.path()).unwrap();
    let (content, folder) = (content(&company.path()).unwrap(), TempDir::new().unwrap());
    // Most of a young file is empty: flips go where something is.
    let used = (0..whole.len()).filter(|byte| whole[*byte] != 0).collect::<Vec<_>>();
    let (mut refused, mut found, mut harmless) = (0, 0, 0);
    // Any spread will do; this one is the same every time.
    let mut random = seed;
    for n in 0..times {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let bit = (random >> 11) as usize % (used.len() * 8);
        let (byte, bit) = (used[bit / 8], bit % 8);
        let mut flipped = whole.clone();
        flipped[byte] ^= 1 << bit;
        let path = folder.path().join(format!("{n}.db"));
        std::fs::write(&path, flipped).unwrap();
        match Desk::open_existing(&path).and_then(|mut desk| desk.doctor(&mut |_, _| {})) {
            Err(_) => refused += 1,
            Ok(findings) if !findings.is_empty() => found += 1,
            Ok(_) => {
                harmless += 1;
                let read = self::content(&path);
                assert!(read.is_some_and(|read| read == content), "byte {byte}, bit {bit}: a change unseen");
            }
        }
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(folder.path().join(format!("{n}.db{end}")));
        }
    }
    println!("{times} flips: {refused} refused, {found} found, {harmless} in unused bytes");
    assert!(found * 2 > times, "the flips hit what is looked at: {found} of {times}");
}

/// Everything the journal and the tables say; `None` when it cannot be read.
fn content(path: &Path) -> Option<String> {
    let mut desk = Desk::open_existing(path).ok()?;
    let catalog = desk.catalog().ok()?;
    let store = desk.store();
    let mut all = format!("{catalog:?} {:?}", store.entries_after(0, 100_000).ok()?);
    let mut subjects = store.subjects().ok()?;
    subjects.sort();
    for subject in subjects.into_iter().chain([SubjectId::Catalog]) {
        all.push_str(&format!("{subject} {:?}\n", store.rows_of(subject).ok()?));
    }
    Some(all)
}
