//! What any store must do, tested through its public methods: in memory, and on a file with two connections
//! as two programs have them.

use super::{Appended, Batch, OpRow, Store, StoreError};
use crate::domain::catalog::Catalog;
use crate::domain::command::Numbers;
use crate::domain::event::{Actor, DeclineReason, Event, ExceptionKind, OpId, SubjectId};
use crate::domain::ladder::ClockKind;
use crate::domain::rows::{
    CaseRow, Changes, ClockRow, ExceptionRow, HandoffRow, NoticeRow, PlaceKind, PlaceRow, RecordRow, Row,
    TaskRow,
};
use crate::domain::{CaseId, Handle, HandoffId, Instant, Party, RecordId, Span, TaskId};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;
use uuid::Uuid;

const C1: SubjectId = SubjectId::Case(CaseId(1));
const C2: SubjectId = SubjectId::Case(CaseId(2));

fn h(text: &str) -> Handle {
    text.parse().unwrap()
}

/// A file with two connections; it goes away with the value.
struct Two {
    folder: TempDir,
    a: Store,
    b: Store,
}

fn two() -> Two {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("t.baton");
    let (a, b) = (Store::open(&path).unwrap(), Store::open(&path).unwrap());
    Two { folder, a, b }
}

impl Two {
    fn path(&self) -> PathBuf {
        self.folder.path().join("t.baton")
    }
}

/// Runs a test in memory and on a file.
fn on_each(test: impl Fn(&mut Store)) {
    test(&mut Store::in_memory().unwrap());
    test(&mut two().a);
}

/// A batch as a command decided on what the store has now would give it.
fn batch(store: &Store, subject: SubjectId, op: u128, notes: &[&str]) -> Batch {
    let head = store.head().unwrap();
    Batch {
        subject,
        expected: store.last_seq(subject).unwrap(),
        catalog_seen: head.catalog_seq,
        numbers: (head.numbers, head.numbers),
        at: Instant(1_000 * op as i64),
        actor: Actor::Person(h("bo")),
        op: OpId(Uuid::from_u128(op)),
        action: None,
        events: notes.iter().map(|text| Event::CaseNoted { text: text.to_string(), to: vec![] }).collect(),
        changes: Arc::default(),
        catalog: None,
    }
}

fn written(store: &Store) -> Vec<(i64, String)> {
    let entries = store.entries_after(0, 1000).unwrap().into_iter();
    let note = |event: Event| match event {
        Event::CaseNoted { text, .. } => text,
        other => format!("{other:?}"),
    };
    entries.map(|entry| (entry.seq, note(entry.event))).collect()
}

fn case_row(id: i64, foreign: Option<&str>) -> CaseRow {
    CaseRow {
        id: CaseId(id),
        process: h("sale"),
        version: 1,
        title: "Dach \u{202e}für Łódź 🏠".into(),
        about: None,
        accountable: Party::Role(h("finance")),
        urgent: false,
        tags: vec![h("vip"), h("łódź")],
        state: "open".into(),
        outcome: None,
        started: Instant(-1),
        ended: None,
        due: Some(Instant(i64::MAX)),
        breached: None,
        foreign: foreign.map(Into::into),
        joining: false,
        moved: None,
        touched: Instant(i64::MIN),
        migrated: false,
        duplicate_of: None,
        broken: None,
    }
}

#[test]
fn numbers_are_gapless_and_in_the_order_of_commits_from_every_connection() {
    let Two { folder: _folder, mut a, mut b } = two();
    assert_eq!(a.head().unwrap().seq, 0);
    let stale = batch(&a, C1, 9, &["lost"]);
    assert_eq!(a.append(&batch(&a, C1, 1, &["one", "two"])).unwrap(), Appended::Done { first: 1, last: 2 });
    assert_eq!(b.append(&batch(&b, C2, 2, &["three"])).unwrap(), Appended::Done { first: 3, last: 3 });
    assert_eq!(b.append(&stale).unwrap(), Appended::Conflict);
    assert_eq!(a.append(&batch(&a, C1, 3, &["four"])).unwrap(), Appended::Done { first: 4, last: 4 });
    let expected = ["one", "two", "three", "four"].map(String::from);
    for store in [&a, &b] {
        assert_eq!(written(store), (1..).zip(expected.clone()).collect::<Vec<_>>());
        assert_eq!((store.last_seq(C1).unwrap(), store.last_seq(C2).unwrap()), (4, 3));
        assert_eq!(store.broken_at().unwrap(), None);
    }
}

#[test]
fn a_command_of_the_same_identity_is_written_once() {
    on_each(|store| {
        let once = batch(store, C1, 1, &["once"]);
        store.append(&once).unwrap();
        let again = Batch { subject: C2, ..batch(store, C2, 1, &["twice"]) };
        assert_eq!(store.append(&again).unwrap(), Appended::Repeated { subject: C1 });
        assert_eq!(store.append(&once).unwrap(), Appended::Repeated { subject: C1 });
        assert_eq!(store.op(again.op).unwrap().map(|row| row.subject), Some(C1));
        assert_eq!(store.op(OpId(Uuid::from_u128(2))).unwrap(), None);
        assert_eq!(written(store).len(), 1);
    });
    let Two { folder: _folder, mut a, mut b } = two();
    a.append(&batch(&a, C1, 1, &["once"])).unwrap();
    assert_eq!(b.append(&batch(&b, C1, 1, &["twice"])).unwrap(), Appended::Repeated { subject: C1 });
}

/// Commands as the list of them has them, with the action of each.
fn listed(rows: Vec<OpRow>) -> Vec<(u128, u128)> {
    rows.iter().map(|row| (row.op.0.as_u128(), row.action.0.as_u128())).collect()
}

#[test]
fn commands_that_were_given_together_are_one_action() {
    on_each(|store| {
        let id = |n| OpId(Uuid::from_u128(n));
        for (op, of, action) in [
            (1, C1, None),
            (2, C1, Some(9)),
            (3, C2, Some(9)),
            (4, C1, None),
            (5, C2, Some(8)),
            (6, C1, Some(9)),
        ] {
            let action = action.map(id);
            store.append(&Batch { action, ..batch(store, of, op, &["x", "y"]) }).unwrap();
        }
        let ana = Actor::Person(h("ana"));
        store.append(&Batch { actor: ana, action: Some(id(7)), ..batch(store, C1, 10, &["x"]) }).unwrap();

        assert_eq!(listed(store.ops_of_action(id(9)).unwrap()), [(2, 9), (3, 9), (6, 9)], "oldest first");
        assert_eq!(listed(store.ops_of_action(id(1)).unwrap()), [(1, 1)], "one by itself is its own action");
        assert_eq!(listed(store.ops_of_action(id(2)).unwrap()), [], "a part of an action is no action");
        let bo = |before, limit| listed(store.ops_of(&h("bo"), before, limit).unwrap());
        assert_eq!(bo(i64::MAX, 3), [(6, 9), (5, 8), (4, 4)], "newest first");
        let third = store.op(id(3)).unwrap().unwrap();
        assert_eq!((third.subject, third.at, third.first, third.last), (C2, Instant(3_000), 5, 6));
        assert_eq!(bo(third.last, 9), [(2, 9), (1, 1)], "what comes before");
        assert_eq!(listed(store.ops_of(&h("ana"), i64::MAX, 9).unwrap()), [(10, 7)]);
    });
}

#[test]
fn what_was_decided_on_a_stale_subject_catalog_or_number_is_not_written() {
    on_each(|store| {
        let on_nothing = batch(store, C1, 1, &["first"]);
        store.append(&batch(store, C1, 2, &["somebody was faster"])).unwrap();
        assert_eq!(store.append(&on_nothing).unwrap(), Appended::Conflict);

        let decided = batch(store, C2, 3, &["under the old catalog"]);
        let catalog =
            Batch { catalog: Some(Catalog::default()), ..batch(store, SubjectId::Catalog, 4, &["new"]) };
        store.append(&catalog).unwrap();
        assert_eq!(store.append(&decided).unwrap(), Appended::Conflict);

        let take = |store: &Store, op, subject| {
            let batch = batch(store, subject, op, &["takes a number"]);
            let (before, _) = batch.numbers;
            Batch { numbers: (before, Numbers { task: before.task + 1, ..before }), ..batch }
        };
        let (one, other) = (take(store, 5, C1), take(store, 6, C2));
        assert_ne!(store.append(&one).unwrap(), Appended::Conflict);
        assert_eq!(store.append(&other).unwrap(), Appended::Conflict, "the number was taken");
        let plain =
            Batch { numbers: (Numbers::FIRST, Numbers::FIRST), ..batch(store, C2, 7, &["takes none"]) };
        assert_ne!(store.append(&plain).unwrap(), Appended::Conflict, "who takes no number loses none");
        assert_eq!(store.head().unwrap().numbers.task, 2);
        assert_eq!(written(store).len(), 4);
    });
}

#[test]
fn entries_rows_and_head_go_in_together_or_not_at_all() {
    on_each(|store| {
        let with = |store: &Store, op, id: i64| Batch {
            changes: Changes { put: vec![Row::Case(case_row(id, Some("log-7")))], remove: Vec::new() }.into(),
            ..batch(store, SubjectId::Case(CaseId(id)), op, &["imported"])
        };
        store.append(&with(store, 1, 1)).unwrap();
        let before = (store.head().unwrap(), written(store));
        // Another case of the same name in the same log must not push the first one out silently.
        assert!(store.append(&with(store, 2, 2)).is_err());
        assert_eq!((store.head().unwrap(), written(store)), before);
        assert_eq!(store.case_by_foreign(&h("sale"), "log-7").unwrap(), Some(CaseId(1)));

        let (one, two) = (batch(store, C1, 3, &["a"]), batch(store, C2, 4, &["b"]));
        let writer = store.writer().unwrap();
        writer.append(&one).unwrap();
        writer.append(&two).unwrap();
        drop(writer);
        assert_eq!((store.head().unwrap(), written(store)), before, "nothing stands before the commit");
        assert_eq!(store.op(one.op).unwrap(), None);
    });
}

#[test]
fn every_kind_of_row_comes_back_as_it_went_in_and_goes_when_removed() {
    let some = Some(Instant(5));
    let place = PlaceRow {
        case: CaseId(1),
        branch: 2,
        process: h("sale"),
        step: h("bill"),
        free: Some("Bill".into()),
        kind: PlaceKind::Held,
        responsible: h("bo"),
        to: Some(Party::Person(h("ana"))),
        from: Some(h("bo")),
        handoff: Some(HandoffId(3)),
        task: Some(TaskId(4)),
        since: Instant(1),
        due: some,
        clock_started: some,
        started: true,
        waiting: Some(("w".into(), some)),
        declined: Some((DeclineReason::Own("price".into()), "text".into())),
        item: Some("one of several".into()),
        voted: Some(vec![h("ana"), h("bo")]),
        delegate: Some(h("cy")),
        barred: vec![h("ana"), h("eli")],
    };
    let bare = PlaceRow {
        branch: 3,
        kind: PlaceKind::Task,
        to: None,
        from: None,
        handoff: None,
        due: None,
        clock_started: None,
        started: false,
        waiting: None,
        declined: None,
        free: None,
        delegate: None,
        barred: vec![],
        ..place.clone()
    };
    let notice = NoticeRow {
        case: CaseId(1),
        clock: 1,
        rung: 0,
        occurrence: 7,
        person: h("eli"),
        escalation: true,
        at: Instant(9),
        branch: None,
    };
    let rows = vec![
        Row::Case(case_row(1, None)),
        Row::Place(place),
        Row::Place(bare),
        Row::Task(TaskRow {
            id: TaskId(4),
            case: CaseId(1),
            process: h("sale"),
            step: h("bill"),
            free: Some("Bill".into()),
            occurrence: 2,
            item: Some("parcel 3".into()),
            holder: None,
            accepted: Instant(3),
            started: some,
            ended: None,
            done: false,
            returned: true,
            superseded: true,
            waited: Span(77),
            due: None,
            breached: some,
        }),
        Row::Handoff(HandoffRow {
            id: HandoffId(3),
            case: CaseId(1),
            process: h("sale"),
            step: h("bill"),
            free: Some("Bill".into()),
            from_step: Some(h("sell")),
            from: h("bo"),
            to: Party::Role(h("finance")),
            offered: Instant(2),
            state: "accepted".into(),
            by: Some(h("ana")),
            implicit: true,
            ended: some,
            due: None,
            breached: None,
            note: Some("note".into()),
            back: true,
        }),
        Row::Clock(ClockRow {
            case: CaseId(1),
            clock: 1,
            kind: ClockKind::Goal,
            next: some,
            calendar: h("office"),
            calendar_version: 2,
        }),
        Row::Notice(notice.clone()),
        Row::Notice(NoticeRow { escalation: false, branch: Some(2), ..notice }),
        Row::Exception(ExceptionRow {
            case: CaseId(1),
            exception: 1,
            person: h("dana"),
            kind: ExceptionKind::SentAnyway,
            text: "x".into(),
            opened: Instant(8),
        }),
    ];
    let record = Row::Record(RecordRow {
        id: RecordId(1),
        kind: h("customer"),
        name: "Hansen".into(),
        fields: serde_json::from_str(r#"{"z": 1, "a": "später", "n": -2.5}"#).unwrap(),
        tags: vec![h("vip")],
        added: Instant(1),
        changed: Instant(2),
        archived: some,
    });
    let by_key = |mut rows: Vec<Row>| {
        rows.sort_by_key(Row::key);
        rows
    };
    on_each(|store| {
        let put = |put: Vec<Row>| Arc::new(Changes { put, remove: Vec::new() });
        store.append(&Batch { changes: put(rows.clone()), ..batch(store, C1, 1, &["x"]) }).unwrap();
        let of_record = SubjectId::Record(RecordId(1));
        let changes = put(vec![record.clone()]);
        store.append(&Batch { changes, ..batch(store, of_record, 2, &["x"]) }).unwrap();
        assert_eq!(by_key(store.rows_of(C1).unwrap()), by_key(rows.clone()));
        assert_eq!(store.rows_of(of_record).unwrap(), std::slice::from_ref(&record));
        // The same once more replaces; removing leaves the others.
        store.append(&Batch { changes: put(rows.clone()), ..batch(store, C1, 3, &["x"]) }).unwrap();
        let (gone, kept) = rows.split_at(4);
        let changes = Changes { put: Vec::new(), remove: gone.iter().skip(1).map(Row::key).collect() }.into();
        store.append(&Batch { changes, ..batch(store, C1, 4, &["x"]) }).unwrap();
        let left = gone.iter().take(1).chain(kept).cloned().collect::<Vec<_>>();
        // Places are read with their case, so that the first row stays for this.
        assert_eq!(by_key(store.rows_of(C1).unwrap()), by_key(left));
        let changes = Changes { put: Vec::new(), remove: rows.iter().map(Row::key).collect() }.into();
        store.append(&Batch { changes, ..batch(store, C1, 5, &["x"]) }).unwrap();
        assert_eq!(store.rows_of(C1).unwrap(), []);
    });
}

#[test]
fn the_chain_shows_a_changed_a_removed_and_a_reordered_past() {
    let tampered = |sql: &[&str]| {
        let mut store = Store::in_memory().unwrap();
        for n in 1..=5 {
            store.append(&batch(&store, C1, n, &[&format!("note {n}")])).unwrap();
        }
        assert_eq!(store.broken_at().unwrap(), None);
        for sql in sql {
            assert!(store.tamper(sql).unwrap() > 0, "{sql}");
        }
        store.broken_at().unwrap().map(|(seq, _)| seq)
    };
    assert_eq!(
        tampered(&["UPDATE entry SET body = replace(body, 'note 2', 'note 9') WHERE seq = 2"]),
        Some(2)
    );
    assert_eq!(tampered(&["UPDATE entry SET at = at + 1 WHERE seq = 3"]), Some(3));
    assert_eq!(tampered(&["UPDATE entry SET actor = '@eve' WHERE seq = 3"]), Some(3));
    assert_eq!(tampered(&["UPDATE entry SET subject_id = 7 WHERE seq = 1"]), Some(1));
    assert_eq!(tampered(&["UPDATE entry SET op = zeroblob(16) WHERE seq = 4"]), Some(4));
    assert_eq!(tampered(&["DELETE FROM entry WHERE seq = 3"]), Some(3));
    assert_eq!(tampered(&["DELETE FROM entry WHERE seq = 5"]), Some(5), "the head knows how many there were");
    let close_up = "UPDATE entry SET seq = seq - 1 WHERE seq > 3";
    assert_eq!(tampered(&["DELETE FROM entry WHERE seq = 3", close_up]), Some(3));
    let swap = ["UPDATE entry SET seq = 99 WHERE seq = 2", "UPDATE entry SET seq = 2 WHERE seq = 3"];
    assert_eq!(tampered(&[swap[0], swap[1], "UPDATE entry SET seq = 3 WHERE seq = 99"]), Some(2));
    let same_text = "UPDATE entry SET body = (SELECT body FROM entry WHERE seq = 1),
                     body_hash = (SELECT body_hash FROM entry WHERE seq = 1) WHERE seq = 2";
    assert_eq!(tampered(&[same_text]), Some(2), "with a hash of its own that fits");
}

#[test]
fn commands_that_do_not_fit_the_journal_are_found() {
    for (sql, said) in [
        ("DELETE FROM op WHERE first_seq = 2", "the command of entry 2 is not among the commands"),
        ("UPDATE op SET last_seq = 3 WHERE first_seq = 2", "a command names entries that are not its own: 2"),
        ("UPDATE head SET catalog_seq = 2", "the head names another last entry of the catalog"),
    ] {
        let mut store = Store::in_memory().unwrap();
        for n in 1..=3 {
            let numbers = (store.head().unwrap().numbers, Numbers { case: 2, ..Numbers::FIRST });
            store.append(&Batch { numbers, ..batch(&store, C1, n, &["x"]) }).unwrap();
        }
        assert_eq!(store.strays().unwrap(), [""; 0]);
        assert_eq!(store.tamper(sql).unwrap(), 1);
        assert_eq!(store.strays().unwrap(), [said]);
    }
}

#[test]
fn a_table_or_index_that_is_not_ours_or_is_gone_is_found() {
    let Two { folder, a, b: _ } = two();
    let path = folder.path().join("t.baton");
    assert_eq!(a.odd_tables().unwrap(), [""; 0]);
    raw(
        &path,
        "ANALYZE; DROP INDEX place_due; CREATE TABLE more (a); CREATE INDEX task_case2 ON task (holder)",
    );
    let said =
        ["more", "place_due", "task_case2"].map(|name| format!("`{name}` is not defined as it should be"));
    assert_eq!(a.odd_tables().unwrap(), said);
}

fn raw(path: &Path, sql: &str) {
    rusqlite::Connection::open(path).unwrap().execute_batch(sql).unwrap();
}

#[test]
fn a_newer_file_is_refused_and_an_open_program_stops_writing_into_it() {
    let mut two = two();
    let decided = batch(&two.a, C1, 1, &["x"]);
    raw(&two.path(), "PRAGMA user_version = 99");
    let refused = two.a.append(&decided).unwrap_err();
    assert!(matches!(refused, StoreError::Newer { found: 99, .. }), "{refused}");
    let refused = Store::open(&two.path()).unwrap_err();
    assert!(matches!(refused, StoreError::Newer { found: 99, .. }), "{refused}");
    assert_eq!(two.b.head().unwrap().seq, 0);
}

#[test]
fn what_is_not_ours_is_refused_and_left_as_it_was() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("other");
    let refused = |path: &Path| {
        let before = std::fs::read(path).unwrap();
        let error = Store::open(path).unwrap_err();
        assert_eq!(std::fs::read(path).unwrap(), before, "left untouched");
        assert!(!error.hint().is_empty());
        assert!(matches!(error, StoreError::NotOurs { .. }), "{error}");
    };
    std::fs::write(&path, "a letter, much longer than the header of a file of ours\n".repeat(40)).unwrap();
    refused(&path);
    std::fs::remove_file(&path).unwrap();
    raw(&path, "CREATE TABLE t (x); PRAGMA user_version = 1");
    refused(&path);
    std::fs::remove_file(&path).unwrap();
    raw(&path, "PRAGMA application_id = 42; PRAGMA user_version = 1; VACUUM");
    refused(&path);
    let missing = Store::open_existing(&folder.path().join("nowhere")).unwrap_err();
    assert!(matches!(missing, StoreError::Missing { .. }));
    assert!(matches!(Store::open(&folder.path().join("Dropbox/t.baton")), Err(StoreError::Shared { .. })));
    assert!(Store::open(folder.path()).is_err(), "a folder is no file");
    assert!(std::fs::exists(folder.path().join("nowhere")).is_ok_and(|there| !there));
}

/// An empty file is what `mktemp` leaves; one of zero bytes becomes ours.
#[test]
fn an_empty_file_becomes_ours() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("new");
    std::fs::write(&path, "").unwrap();
    let mut store = Store::open(&path).unwrap();
    store.append(&batch(&store, C1, 1, &["x"])).unwrap();
    drop(store);
    assert_eq!(written(&Store::open_existing(&path).unwrap()).len(), 1);
}

/// For root nothing is read-only, so that the test is run again as somebody else.
#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_written_is_refused_at_once() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;
    const ASIDE: &str = "BATON_TEST_READ_ONLY";
    if let Some(path) = std::env::var_os(ASIDE) {
        let refused = Store::open(Path::new(&path)).unwrap_err();
        assert!(matches!(refused, StoreError::ReadOnly { .. }), "{refused}");
        return;
    }
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("t.baton");
    drop(Store::open(&path).unwrap());
    let mode = |path: &Path, mode| std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    for (file, dir) in [(0o444, 0o755), (0o444, 0o555)] {
        mode(&path, file);
        mode(folder.path(), dir);
        let program = std::env::current_exe().unwrap();
        let mut again = std::process::Command::new(program);
        let name = "store::contract::a_file_that_may_not_be_written_is_refused_at_once";
        again.args([name, "--exact", "--nocapture"]).env(ASIDE, &path).current_dir("/");
        if std::fs::metadata(&path).unwrap().uid() == 0 {
            again.uid(65_534);
        }
        let said = again.output();
        mode(folder.path(), 0o755);
        let said = said.unwrap();
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stdout));
        assert!(String::from_utf8_lossy(&said.stdout).contains("1 passed"));
    }
}

#[test]
fn a_file_deleted_or_replaced_under_us_takes_nothing_more() {
    for replace in [false, true] {
        let mut two = two();
        two.a.append(&batch(&two.a, C1, 1, &["kept"])).unwrap();
        let decided = batch(&two.a, C1, 2, &["would be lost"]);
        std::fs::rename(two.path(), two.folder.path().join("moved")).unwrap();
        if replace {
            let other = two.folder.path().join("other");
            drop(Store::open(&other).unwrap());
            std::fs::rename(other, two.path()).unwrap();
        }
        let refused = two.a.append(&decided).unwrap_err();
        assert!(matches!(refused, StoreError::Gone { .. }), "{refused}");
        assert!(matches!(two.a.keep_draft(&h("bo"), "note", "x", None), Err(StoreError::Gone { .. })));
        let lease = two.a.take_lease("chores", Uuid::nil(), Instant(0), Instant(1));
        assert!(matches!(lease, Err(StoreError::Gone { .. })));
        std::fs::rename(two.folder.path().join("moved"), two.path()).unwrap();
        assert!(matches!(two.a.append(&decided), Ok(Appended::Done { .. })), "back in its place it goes on");
    }
}

#[test]
fn a_lease_is_held_by_one_until_it_runs_out() {
    let Two { folder: _folder, a, b } = two();
    let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let take = |store: &Store, who, now: i64| {
        store.take_lease("chores", who, Instant(now), Instant(now + 15_000)).unwrap()
    };
    assert!(take(&a, one, 100_000));
    assert!(!take(&b, other, 100_000));
    assert!(!take(&b, other, 99_999), "a clock a moment behind takes nothing away");
    assert!(!take(&b, other, 95_000));
    assert!(take(&a, one, 110_000), "whoever holds it may go on");
    assert!(!take(&b, other, 124_999));
    assert!(take(&b, other, 125_000), "it has run out");
    assert!(!take(&a, one, 126_000));
    assert!(take(&a, one, 20_000), "a clock that went back by minutes does not stop the chores");
    assert!(b.take_lease("post", other, Instant(0), Instant(9)).unwrap(), "each lease is its own");
    b.end_lease("chores", other).unwrap();
    assert!(!take(&b, other, 20_001), "nobody ends another's");
    a.end_lease("chores", one).unwrap();
    assert!(take(&b, other, 20_001), "what was left may be taken at once");
}

#[test]
fn drafts_are_kept_by_person_and_place_until_they_are_forgotten() {
    let Two { folder, a, b } = two();
    assert!(a.keep_draft(&h("bo"), "C-1/note", "half", None).unwrap());
    assert!(!b.keep_draft(&h("bo"), "C-1/note", "theirs", None).unwrap(), "somebody else's text is there");
    assert!(!b.keep_draft(&h("bo"), "C-1/note", "theirs", Some("before")).unwrap());
    assert!(
        b.keep_draft(&h("bo"), "C-1/note", "", Some("before")).unwrap(),
        "what is not seen any more stays"
    );
    assert!(a.keep_draft(&h("bo"), "C-1/note", "half a sen\ntence", Some("half")).unwrap());
    assert!(b.keep_draft(&h("bo"), "C-1/note", "half a sen\ntence", None).unwrap(), "it is the same");
    assert!(a.keep_draft(&h("bo"), "C-2/note", "other", None).unwrap());
    assert!(b.keep_draft(&h("ana"), "C-1/note", "mine", None).unwrap());
    assert!(a.keep_draft(&h("bo"), "C-2/note", "", Some("other")).unwrap());
    assert_eq!(b.drafts(&h("bo")).unwrap(), [("C-1/note".to_string(), "half a sen\ntence".to_string())]);
    drop((a, b));
    let store = Store::open(&folder.path().join("t.baton")).unwrap();
    assert_eq!(store.draft(&h("bo"), "C-1/note").unwrap().as_deref(), Some("half a sen\ntence"));
    assert_eq!(store.draft(&h("bo"), "C-2/note").unwrap(), None);
    assert_eq!(store.draft(&h("ana"), "C-1/note").unwrap().as_deref(), Some("mine"));
}

#[test]
fn another_connection_s_write_is_noticed_and_one_s_own_is_not() {
    let Two { folder: _folder, mut a, b } = two();
    let (seen_a, seen_b) = (a.foreign_changes().unwrap(), b.foreign_changes().unwrap());
    a.append(&batch(&a, C1, 1, &["x"])).unwrap();
    assert_eq!(a.foreign_changes().unwrap(), seen_a);
    assert_ne!(b.foreign_changes().unwrap(), seen_b);
    assert_eq!(b.head().unwrap(), a.head().unwrap());
}

#[test]
fn a_copy_is_whole_and_never_overwrites() {
    let Two { folder, mut a, b: _b } = two();
    a.append(&batch(&a, C1, 1, &["x"])).unwrap();
    let to = folder.path().join("copy.baton");
    a.backup(&to).unwrap();
    assert_eq!(written(&Store::open_existing(&to).unwrap()), written(&a));
    let before = std::fs::read(&to).unwrap();
    assert!(a.backup(&to).is_err());
    assert_eq!(std::fs::read(&to).unwrap(), before);
}
