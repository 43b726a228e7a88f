//! Records on the screen: merging duplicates and bringing in a file, each shown before it is done; sorting by any field;
//! and one key for many marks.

use super::*;

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
    assert!(stage.screen().contains("Hand on 2 things to their next steps"), "{}", stage.screen());
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
