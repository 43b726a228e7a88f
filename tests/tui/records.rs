//! Records on the screen: merging duplicates and bringing in a file, each shown before it is done; sorting by any field;
//! and one key for many marks.

use super::*;
use baton::tui::msg::Loaded;

fn to_kind(stage: &mut Stage, kind: &str) {
    stage.press("3").model.records_state.kind = Some(kind.parse().unwrap());
    stage.press("R g g");
}

fn names(stage: &Stage) -> Vec<String> {
    let list = stage.model.record_list.iter().flat_map(|list| list.rows.iter());
    list.map(|item| item.row.name.clone()).collect()
}

#[test]
fn somebody_at_a_record_is_added_from_the_palette() {
    let mut stage = Stage::open(80, 24);
    stage.press("3 j Enter :").write("contact").press("Enter").write("Kari Nes").press("Tab");
    stage.write("kari@hansen.example").press("Enter");
    assert!(stage.screen().contains("Contacts 1"), "{}", stage.screen());
    let contact = stage.model.record.as_ref().unwrap().record.contacts[0].clone();
    assert_eq!((contact.name.as_str(), contact.phone), ("Kari Nes", None));
    stage.press("u");
    assert!(stage.screen().contains("Contacts 0"), "{}", stage.screen());
}

#[test]
fn duplicates_are_merged_after_a_look_at_what_comes_over_and_taken_back_with_one_key() {
    let mut stage = Stage::open(80, 24);
    let by = Context::by(&stage.place.me, stage.model.now, OpId(uuid::Uuid::now_v7()));
    let fields = vec![("phone".to_string(), "+47 22 00 11 22".to_string())];
    let add = Command::AddRecord { kind: "customer".parse().unwrap(), name: "Hansen Roofin".into(), fields };
    stage.desk.execute(&add, &by).unwrap();
    to_kind(&mut stage, "customer");
    let before = names(&stage);
    stage.press("/").write("Hansen Roofin").press("Enter g g");
    while names(&stage)[stage_row(&stage)] != "Hansen Roofin" {
        stage.press("j");
    }
    stage.press(":").write("merge").press("Enter");
    assert!(stage.screen().contains("Hansen Roofing"), "{}", stage.screen());
    stage.press("Enter");
    assert!(stage.screen().contains("Hansen Roofin is put away"), "{}", stage.screen());
    assert_snapshot!("merge", stage.screen());
    let head = stage.desk.head().unwrap();
    stage.press("Enter");
    assert_eq!(stage.desk.head().unwrap(), head, "Enter is no");
    stage.press(":").write("merge").press("Enter Enter y");
    assert!(stage.screen().contains("is one with"), "{}", stage.screen());
    stage.press("Esc R");
    assert_eq!(names(&stage).len(), before.len() - 1);
    stage.press("u R");
    assert_eq!(names(&stage), before);
    assert_eq!(stage.desk.doctor(&mut |_, _| {}).unwrap(), []);
}

/// The row the cursor is on.
fn stage_row(stage: &Stage) -> usize {
    let on = stage.model.record_in_focus();
    let list = stage.model.record_list.as_ref().unwrap();
    list.rows.iter().position(|item| Some(item.row.id) == on).unwrap()
}

#[test]
fn a_file_of_records_is_shown_before_it_comes_in() {
    let mut stage = Stage::open(80, 24);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("new.csv");
    std::fs::write(&file, "Firma,phone,colour\nAalto,+47 22 00 11 22,red\nZebra,,\n,1,\n").unwrap();
    to_kind(&mut stage, "customer");
    let before = names(&stage);
    stage.press(":").write("import").press("Enter").write(&file.display().to_string()).press("Enter");
    assert!(stage.screen().contains("No column holds the name"), "{}", stage.screen());
    stage.press("Tab Tab").write("Firma=name").press("Enter");
    for said in ["column Firma -> name", "not used: colour", "2 to add"] {
        assert!(stage.screen().contains(said), "{said}:\n{}", stage.screen());
    }
    assert_eq!(stage.desk.head().unwrap(), stage.model.seen, "looking writes nothing");
    stage.press("y");
    assert!(stage.screen().contains("2 added"), "{}", stage.screen());
    stage.press("R");
    assert_eq!(names(&stage).len(), before.len() + 2);
    stage.press("u R");
    assert_eq!(names(&stage), before);
}

#[test]
fn records_are_sorted_by_any_field_of_their_kind_however_many_pages_they_are() {
    let mut stage = Stage::open(80, 24);
    let customer = "customer".parse::<baton::domain::Handle>().unwrap();
    let field =
        stage.model.catalog.kinds[&customer].fields.iter().position(|field| field.name == "phone").unwrap();
    let by = || Context::by(&"dee".parse().unwrap(), stage.model.now, OpId(uuid::Uuid::now_v7()));
    let add = |n: usize| Command::AddRecord {
        kind: customer.clone(),
        name: format!("New {n}"),
        fields: vec![("phone".to_string(), format!("+47 22 00 {:04}", 9999 - n))],
    };
    let all = (0..300).map(add).collect::<Vec<_>>();
    stage.desk.execute_all(&all, &by()).unwrap();
    to_kind(&mut stage, "customer");
    let title = stage.model.catalog.kinds[&customer].fields[field].title.clone();
    let title = title.unwrap_or_else(|| "phone".to_string());
    stage.press("o").write(&title).press("Enter");
    assert!(stage.screen().contains(&format!("sort: {title}")), "{}", stage.screen());
    let list = stage.model.record_list.as_ref().unwrap();
    let values =
        list.rows.iter().filter_map(|item| item.row.fields.get("phone")?.as_str().map(str::to_string));
    let values = values.collect::<Vec<_>>();
    assert!(values.len() >= 300 && values.is_sorted(), "{} rows", values.len());
    stage.press("O");
    assert!(stage.screen().contains("reversed: "), "{}", stage.screen());
}

/// `L` on marks: one form for all of them, what cannot go on is listed, and one key takes it back.
#[test]
fn marked_work_is_handed_on_together() {
    let mut stage = Stage::open(80, 24);
    let start = |title: &str| {
        let start = baton::domain::command::StartCase { title: Some(title.into()), ..Default::default() };
        Command::StartCase(baton::domain::command::StartCase { to: Some("@dee".parse().unwrap()), ..start })
    };
    let by = Context::by(&stage.place.me, stage.model.now, OpId(uuid::Uuid::now_v7()));
    stage.desk.execute_all(&[start("Alpha one"), start("Alpha two")], &by).unwrap();
    stage.press("R").wait(6).press("/").write("Alpha").press("Enter g g V L");
    assert!(stage.screen().contains("Hand on 2 cases to their next steps"), "{}", stage.screen());
    stage.press("Enter");
    assert!(stage.screen().contains("Done: 2"), "{}", stage.screen());
    let done = |stage: &mut Stage| {
        let filter = baton::desk::CaseFilter::default();
        let cases = stage.desk.cases(&filter).unwrap().into_iter();
        cases.filter(|case| case.title.starts_with("Alpha") && case.state == "done").count()
    };
    assert_eq!(done(&mut stage), 2, "{}", stage.screen());
    stage.press("u");
    assert_eq!(done(&mut stage), 0, "{}", stage.screen());
}

/// Marks, a range and everything shown take the verbs of records, more than ten ask once, and one key takes it back.
#[test]
fn marked_records_are_tagged_noted_and_put_away_together() {
    let mut stage = Stage::open(80, 24);
    to_kind(&mut stage, "customer");
    let before = names(&stage);
    stage.press("Space Space");
    assert!(stage.screen().contains("2 marked") && stage.screen().contains("c note 2"), "{}", stage.screen());
    assert_eq!(stage.screen().lines().filter(|line| line.get(1..2) == Some("*")).count(), 2);
    stage.press("E");
    assert!(stage.screen().contains("it is filled in for one record"), "{}", stage.screen());
    stage.press("t").write("vip").press("Enter");
    assert!(stage.screen().contains("Done: 2 tags in 2 records."), "{}", stage.screen());
    let tagged = |stage: &Stage| {
        let list = stage.model.record_list.iter().flat_map(|list| list.rows.iter());
        list.filter(|item| !item.row.tags.is_empty()).map(|item| item.row.name.clone()).collect::<Vec<_>>()
    };
    stage.press("R");
    assert_eq!(tagged(&stage), before[..2]);
    stage.press("u R");
    assert_eq!(tagged(&stage), Vec::<String>::new());

    // A range follows the cursor, and marks out of sight are counted.
    stage.press("g g v j j");
    assert!(stage.screen().contains("3 marked"), "{}", stage.screen());
    stage.press("v c").write("Moved to the new list.").press("Enter");
    assert!(stage.screen().contains("Done: 3 notes in 3 records."), "{}", stage.screen());
    stage.press("Space").press("/").write(&before[before.len() - 1]).press("Enter");
    assert!(stage.screen().contains("1 marked, 1 not in sight"), "{}", stage.screen());
    stage.press("Esc Esc");

    // More than ten are asked about, and Enter is no.
    assert!(before.len() > 10, "{}", before.len());
    let head = stage.desk.head().unwrap();
    stage.press("V x");
    let all = before.len();
    assert!(stage.screen().contains(&format!("Archive {all} records?")), "{}", stage.screen());
    stage.press("Enter");
    assert_eq!(stage.desk.head().unwrap(), head);
    stage.press("x y R");
    assert_eq!(names(&stage), Vec::<String>::new());
    stage.press("u R");
    assert_eq!(names(&stage), before);
    assert_eq!(stage.desk.doctor(&mut |_, _| {}).unwrap(), []);
}

/// Of a list that is here in pages, everything shown is all of it.
#[test]
fn all_of_a_long_list_of_records_is_marked() {
    let mut stage = Stage::open(80, 24);
    let by = Context::by(&"dee".parse().unwrap(), stage.model.now, OpId(uuid::Uuid::now_v7()));
    let customer = "customer".parse::<baton::domain::Handle>().unwrap();
    let add =
        |n: usize| Command::AddRecord { kind: customer.clone(), name: format!("New {n}"), fields: vec![] };
    stage.desk.execute_all(&(0..600).map(add).collect::<Vec<_>>(), &by).unwrap();
    to_kind(&mut stage, "customer");
    let all = stage.model.record_list.as_ref().unwrap().rows.len();
    assert!(all > 600 && !stage.model.record_list.as_ref().unwrap().rows.is_whole());
    stage.press("V");
    assert!(stage.screen().contains(&format!("{all} marked")), "{}", stage.screen());
    stage.press("Esc /").write("New").press("Enter V");
    assert!(stage.screen().contains("600 marked"), "{}", stage.screen());
}

/// What was begun and not sent is listed, and opens where it was with what was typed.
#[test]
fn half_written_forms_are_listed_and_opened_again() {
    let mut stage = Stage::open(80, 24);
    stage.press(":").write("drafts").press("Enter");
    assert!(stage.screen().contains("Nothing is half written."), "{}", stage.screen());
    let case = stage.model.case_in_focus().unwrap();
    stage.press("c").write("Ask about the frost").press("Esc");
    assert!(stage.screen().contains(":drafts lists it"), "{}", stage.screen());
    stage.press("3 Enter c").write("They moved").press("Esc");
    stage.press("1 j :").write("drafts").press("Enter");
    let screen = stage.screen();
    assert!(screen.contains(&format!("note {case}")) && screen.contains("Ask about the frost"), "{screen}");
    assert!(screen.contains("note R-") && screen.contains("They moved"), "{screen}");
    stage.write("frost").press("Enter");
    let screen = stage.screen();
    assert!(screen.contains("> Note") && screen.contains("Ask about the frost"), "{screen}");
    stage.press("Enter");
    assert!(stage.screen().contains(&format!("Noted on {case}.")), "{}", stage.screen());
    stage.press(":").write("drafts").press("Enter").write("moved").press("Enter");
    assert!(stage.screen().contains("They moved"), "{}", stage.screen());
    // Whoever was quicker leaves the text without its form: it is read, and goes into a note.
    let mut stage = Stage::open(80, 24);
    stage.press("/").write("ACCEPT").press("Enter r 2 Tab").write("site photos").press("Esc");
    let case = stage.model.case_in_focus().unwrap();
    stage.press("a Esc :").write("drafts").press("Enter Enter");
    let screen = stage.screen();
    assert!(screen.contains("site photos") && screen.contains("c puts it into a note"), "{screen}");
    stage.press("Esc c Enter");
    assert!(stage.screen().contains(&format!("Noted on {case}.")), "{}", stage.screen());
}

/// Esc while a file is being brought in stops that and nothing else; a second one leaves the form all the same.
#[test]
fn esc_stops_what_is_being_brought_in() {
    let mut stage = Stage::open(80, 24);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("new.csv");
    std::fs::write(&file, "name\nAalto\n").unwrap();
    stage.press(":").write("import").press("Enter").write(&file.display().to_string()).press("Enter");
    assert!(stage.screen().contains("1 to add"), "{}", stage.screen());
    // The worker has it and has not answered.
    let key = |stage: &mut Stage, key: &str| {
        update::update(&mut stage.model, Msg::Input(vec![Input::Key(key.parse().unwrap())]))
    };
    let sent = key(&mut stage, "y");
    assert!(matches!(sent.as_slice(), [Effect::Carry(_)]), "{sent:?}");
    assert!(stage.screen().contains("Esc stops, and nothing of it"), "{}", stage.screen());
    assert!(matches!(key(&mut stage, "Esc").as_slice(), [Effect::CallOff]));
    assert!(stage.screen().contains("Stopping ...") && stage.screen().contains("Bring in a file"));
    let hint = "Nothing of it was brought in.".to_string();
    update::update(&mut stage.model, Msg::Failed { sentence: "It was stopped.".into(), hint });
    let screen = stage.screen();
    assert!(screen.contains("It was stopped.") && !screen.contains("Bringing it in"), "{screen}");
    assert!(!screen.contains("Stopping ..."), "it has settled without a key: {screen}");
    // What was filled in is there, and goes again.
    stage.press("Enter y");
    assert!(stage.screen().contains("1 added"), "{}", stage.screen());
}

/// A file is laid at a record from its tab, one of the same title takes its place, and it comes along when records are merged.
#[test]
fn a_file_is_added_to_a_record_from_its_tab() {
    let mut stage = Stage::open(80, 24);
    stage.press("3 Enter h");
    while !stage.screen().contains("[Files ") {
        stage.press("l");
    }
    let id = stage.model.record_in_focus().unwrap();
    assert!(stage.screen().contains("i file"), "{}", stage.screen());
    stage.press("i").write("Contract").press("Tab").write("files/contract-1.pdf").press("Enter");
    assert!(stage.screen().contains("Contract: files/contract-1.pdf"), "{}", stage.screen());
    stage.press("i").write("Contract").press("Tab").write("files/contract-2.pdf").press("Enter");
    let files = |stage: &mut Stage, id| {
        let view = stage.desk.record(id, stage.model.now).unwrap();
        view.files
            .into_iter()
            .filter(|file| file.case.is_none())
            .map(|file| file.reference)
            .collect::<Vec<_>>()
    };
    assert_eq!(files(&mut stage, id), ["files/contract-2.pdf"]);
    stage.press("u");
    assert_eq!(files(&mut stage, id), ["files/contract-1.pdf"], "{}", stage.screen());
    let same = stage.model.records.iter().flatten().map(|item| item.row.clone()).collect::<Vec<_>>();
    let kind = &same.iter().find(|row| row.id == id).unwrap().kind;
    let kept = same.iter().find(|row| row.id != id && row.kind == *kind).unwrap().id;
    let mut next = || OpId(uuid::Uuid::now_v7());
    let person = stage.place.me.clone();
    let mut by = baton::desk::Series { person, now: stage.model.now, op: &mut next };
    stage.desk.merge_records(kept, id, false, &mut by).unwrap();
    assert_eq!(files(&mut stage, kept), ["files/contract-1.pdf"]);
    assert_eq!(stage.desk.doctor(&mut |_, _| {}).unwrap(), []);
}

/// What changed about a record while its reader was away is marked, until they have looked at it.
#[test]
fn what_changed_about_a_record_meanwhile_has_a_mark_until_it_is_opened() {
    let mut stage = Stage::open(80, 24);
    stage.press("3");
    assert!(stage.screen().contains(">  Amstel Law"), "{}", stage.screen());
    let from = Some(stage.model.now - baton::domain::Span::DAY.times(3));
    let since = Loaded::Since { words: String::new(), cases: Vec::new(), from };
    update::update(&mut stage.model, Msg::Loaded(Box::new(since)));
    let screen = stage.screen();
    assert!(screen.contains("> +Amstel Law") && screen.contains("   Berg Optik"), "{screen}");
    stage.press("Enter q");
    assert!(stage.screen().contains(">  Amstel Law"), "{}", stage.screen());
}
