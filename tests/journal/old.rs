//! A file that an older release wrote opens, proves sound and goes on. `tests/data/old` holds one of each
//! released format, made with `baton demo --write FILE --cases 8 --seed 3 --days 12` of that release and then
//! one `undo`; `tests/data/imported` files with an event log, of which a handoff was accepted and a task done.

use crate::company::{h, op};
use baton::desk::{CaseFilter, Desk};
use baton::domain::command::{Command, Context};
use baton::domain::rows::TaskRow;
use baton::domain::zone::parse_rfc3339;
use baton::domain::{CaseId, Handle, HandoffId};
use flate2::read::GzDecoder;
use std::path::{Path, PathBuf};

/// The kept files of a folder, each unpacked into another one.
fn unpacked(kept: &str, folder: &Path) -> Vec<PathBuf> {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join(kept);
    let files = std::fs::read_dir(kept).unwrap().map(|old| {
        let old = old.unwrap().path();
        let path = folder.join(old.file_stem().unwrap());
        let mut file = std::fs::File::create(&path).unwrap();
        std::io::copy(&mut GzDecoder::new(std::fs::File::open(&old).unwrap()), &mut file).unwrap();
        path
    });
    let files = files.collect::<Vec<_>>();
    assert!(!files.is_empty(), "an older file is there");
    files
}

#[test]
fn a_file_of_every_older_release_opens_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    for path in unpacked("tests/data/old", folder.path()) {
        let mut desk = Desk::open_existing(&path).unwrap();
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), [], "{}", path.display());
        assert_eq!(desk.cases(&CaseFilter::default()).unwrap().len(), 9);
        let ctx = || Context::by(&h("dee"), parse_rfc3339("2026-11-21T09:00:00Z").unwrap(), op());
        let undone = desk.redo(&ctx()).unwrap();
        assert_eq!(undone.len(), 1, "what was taken back then is done again now");
        let recall = Command::RecallHandoff { case: CaseId(7), handoff: HandoffId(19), reason: None };
        desk.execute(&recall, &ctx()).unwrap();
        desk.undo(&ctx()).unwrap();
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), [], "{}", path.display());
    }
}

/// Rows of what a log told were written once, and are not any more.
#[test]
fn an_older_file_with_an_event_log_keeps_the_work_of_its_people_and_its_figures() {
    let folder = tempfile::tempdir().unwrap();
    for path in unpacked("tests/data/imported", folder.path()) {
        let mut desk = Desk::open_existing(&path).unwrap();
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), [], "{}", path.display());
        let tasks = desk.tasks(Some(CaseId(19)), None).unwrap();
        let of = |task: &TaskRow| (task.step.to_string(), task.holder.as_ref().map(Handle::to_string));
        let (kim, nobody) = (Some("kim".to_string()), None);
        let told = [("receive".to_string(), nobody), ("check".to_string(), kim.clone())];
        assert_eq!(tasks[..2].iter().map(of).collect::<Vec<_>>(), told);
        assert_eq!(of(&tasks[2]), ("approve".to_string(), kim));
        assert_eq!(desk.handoffs(Some(CaseId(18))).unwrap().len(), 2);
        let (from, to) = ("2026-09-01T00:00:00Z", "2026-11-30T00:00:00Z");
        let (from, to) = (parse_rfc3339(from).unwrap(), parse_rfc3339(to).unwrap());
        let figures = desk.figures(&h("old"), from, to, to).unwrap();
        assert_eq!((figures.finished.len(), figures.cycle.n), (22, 22));
        assert_eq!(figures.steps.iter().map(|step| step.visits).sum::<usize>(), 88);
    }
}
