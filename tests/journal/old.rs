//! A file that an older release wrote opens, proves sound and goes on. `tests/data/old` holds one of each
//! released format, made with `baton demo --write FILE --cases 8 --seed 3 --days 12` of that release and then
//! one `undo`.

use crate::company::{h, op};
use baton::desk::{CaseFilter, Desk};
use baton::domain::command::{Command, Context};
use baton::domain::zone::parse_rfc3339;
use baton::domain::{CaseId, HandoffId};
use flate2::read::GzDecoder;
use std::path::Path;

#[test]
fn a_file_of_every_older_release_opens_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/old");
    let mut found = 0;
    for old in std::fs::read_dir(kept).unwrap() {
        let old = old.unwrap().path();
        let path = folder.path().join(old.file_stem().unwrap());
        let mut file = std::fs::File::create(&path).unwrap();
        std::io::copy(&mut GzDecoder::new(std::fs::File::open(&old).unwrap()), &mut file).unwrap();
        drop(file);

        let mut desk = Desk::open_existing(&path).unwrap();
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), [], "{}", old.display());
        assert_eq!(desk.cases(&CaseFilter::default()).unwrap().len(), 9);
        let ctx = || Context::by(&h("dee"), parse_rfc3339("2026-11-21T09:00:00Z").unwrap(), op());
        let undone = desk.redo(&ctx()).unwrap();
        assert_eq!(undone.len(), 1, "what was taken back then is done again now");
        let recall = Command::RecallHandoff { case: CaseId(7), handoff: HandoffId(19), reason: None };
        desk.execute(&recall, &ctx()).unwrap();
        desk.undo(&ctx()).unwrap();
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), [], "{}", old.display());
        found += 1;
    }
    assert!(found > 0, "an older file is there");
}
