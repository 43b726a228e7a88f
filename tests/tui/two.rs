//! T4: two people press keys at random on one file, each seeing what they last read. What one of them is told was done
//! is in the journal once, and what is refused left nothing there.

use super::hostile::Dice;
use super::*;
use baton::domain::event::{Event, SubjectId};

const KEYS: [&str; 22] = [
    "a",
    "S",
    "s Enter",
    "r 1 Enter",
    "A b o Enter",
    "A d e e Enter",
    "W x Enter",
    "L Enter",
    "L Space Enter",
    "x Tab n o Enter",
    "d f r i Enter",
    "!",
    "u",
    "U",
    "V ! y",
    "Space Space s Enter y",
    "g s",
    "2",
    "j",
    "j j j",
    "R",
    "G",
];

/// Another session on the same file.
fn beside(first: &Stage, who: &str) -> Stage {
    let mut second = Stage::open(80, 24);
    second.desk = Desk::open(first.desk.store().path()).unwrap();
    second.model.me = who.parse().unwrap();
    second.place.me = who.parse().unwrap();
    second.model.inbox = None;
    second.take(vec![Effect::Load(Query::Catalog), Effect::Load(Query::Inbox)]);
    second
}

/// The notes of the journal with their writers.
fn notes(stage: &mut Stage) -> Vec<(String, String)> {
    let cases = stage.desk.cases(&Default::default()).unwrap();
    let mut notes = Vec::new();
    for case in cases {
        for entry in stage.desk.store().entries(SubjectId::Case(case.id)).unwrap() {
            if let (Event::CaseNoted { text, .. }, Some(person)) = (&entry.event, entry.actor.person()) {
                // One for whoever has it names them first.
                let own = text.find("note ").map_or(text.as_str(), |at| &text[at..]);
                notes.push((person.to_string(), own.to_string()));
            }
        }
    }
    notes
}

#[test]
fn t4_nothing_of_two_people_at_once_is_lost_or_done_twice() {
    let mut dice = Dice::new(7);
    let first = Stage::open(80, 24);
    let second = beside(&first, "ana");
    let mut both = [first, second];
    let (mut told, mut refused) = (Vec::new(), 0);
    for round in 0..240 {
        let stage = &mut both[dice.below(2)];
        let head = stage.desk.head().unwrap();
        let wrote = |stage: &Stage| stage.desk.head().unwrap() > head;
        if dice.below(3) == 0 {
            // A note of its own that is told to be written is written, and one that is refused is not.
            let text = format!("note {round}");
            stage.press("1 Esc c");
            if stage.model.overlays.is_empty() {
                continue;
            }
            stage.write(&text).press("Enter");
            if wrote(stage) {
                told.push((stage.place.me.to_string(), text));
            } else {
                refused += 1;
                stage.press("Esc");
            }
        } else {
            let keys = KEYS[dice.below(KEYS.len())];
            stage.press(keys);
            let said = stage.screen();
            assert!(!said.contains("database is locked"), "{keys}:\n{said}");
            for _ in 0..3 {
                stage.press("Esc");
            }
            if dice.below(4) == 0 {
                stage.wait(6);
            }
        }
    }
    let [mut first, mut second] = both;
    let written = notes(&mut first);
    for note in &told {
        assert_eq!(
            written.iter().filter(|known| *known == note).count(),
            1,
            "{note:?} was told to be written"
        );
    }
    let own = written.iter().filter(|(_, text)| text.starts_with("note ")).count();
    assert_eq!(own, told.len(), "what was refused left nothing");
    assert!(told.len() > 30, "{} notes, {refused} refused", told.len());
    // Both see the same in the end, and it is what the journal says.
    for stage in [&mut first, &mut second] {
        stage.press("Esc Esc Esc 1").wait(6).press("R").wait(12).press("R");
        let now = stage.desk.inbox(&stage.place.me.clone(), stage.model.now).unwrap();
        let shown = stage.model.inbox.as_ref().unwrap();
        let keys = |inbox: &baton::desk::Inbox| {
            inbox.items.iter().map(|item| (item.case, item.branch, item.what)).collect::<Vec<_>>()
        };
        assert_eq!(keys(shown), keys(&now), "{}", stage.screen());
    }
    assert_eq!(first.desk.doctor(&mut |_, _| {}).unwrap(), []);
    println!("T4: {} notes told and written, {refused} refused", told.len());
}

/// Whoever opened the form first must not write back what the other has changed meanwhile.
#[test]
fn two_people_change_two_fields_of_one_case_and_both_stay() {
    let mut first = Stage::open(80, 24);
    first.press("/").write("c-66").press("Enter");
    let mut second = beside(&first, "ana");
    second.press("2");
    first.press("e");
    let case = first.model.case_in_focus().unwrap();
    let (mine, theirs) = ("billing_contact", "purchase_no");
    let by = |stage: &mut Stage, name: &str| {
        let data = vec![(name.to_string(), "changed".to_string())];
        let command = Command::ChangeData { case, data };
        stage.take(vec![Effect::Do(vec![command])]);
    };
    by(&mut second, theirs);
    let Some(Overlay::Form(form)) = first.model.overlays.last_mut() else { panic!() };
    let at = form.fields.iter().position(|field| field.name == format!("data {mine}")).unwrap();
    form.fields[at].fill("mine");
    first.press("Enter");
    let now = first.desk.case(case, first.model.now).unwrap().case.data;
    assert_eq!((now[mine].as_str(), now[theirs].as_str()), (Some("mine"), Some("changed")), "{now:?}");
}

/// Between two looks at the journal nobody knows of the other, and the last to write must be told all the same.
#[test]
fn what_somebody_wrote_on_a_record_a_moment_ago_is_not_written_over_without_a_word() {
    let mut first = Stage::open(80, 24);
    first.press("3 j E");
    let Some(Overlay::Form(form)) = first.model.overlays.last_mut() else { panic!("{}", first.screen()) };
    let record = first.model.record.as_ref().unwrap().row.id;
    let at = form.fields.iter().position(|field| field.name == "data contact").unwrap();
    form.fields[at].fill("Quick");
    let mut second = beside(&first, "ana");
    let fields = vec![("contact".to_string(), "Theirs".to_string())];
    second.take(vec![Effect::Do(vec![Command::ChangeRecord { record, name: None, fields }])]);
    let contact = |stage: &mut Stage| {
        let view = stage.desk.record(record, stage.model.now).unwrap();
        view.record.fields["contact"].as_str().unwrap().to_string()
    };
    first.press("Enter");
    assert_eq!(contact(&mut first), "Theirs", "{}", first.screen());
    assert!(first.screen().contains("changed just now"), "{}", first.screen());
    first.wait(6).press("Enter");
    assert_eq!(contact(&mut first), "Theirs");
    assert!(first.screen().contains("by now"), "{}", first.screen());
    first.press("Enter");
    assert_eq!(contact(&mut first), "Quick", "who was told may write over it\n{}", first.screen());
}

/// What one session keeps must not take the place of what the same person wrote in another.
#[test]
fn two_sessions_of_one_person_keep_a_draft_each() {
    let mut first = Stage::open(80, 24);
    first.press("/").write("c-66").press("Enter");
    let mut second = beside(&first, "dee");
    second.press("/").write("c-66").press("Enter");
    first.press("c").write("first words");
    second.press("c").write("second words");
    first.press("Esc");
    second.press("Esc");
    for (stage, own) in [(&mut first, "first words"), (&mut second, "second words")] {
        let form = stage.press("c").screen();
        assert!(form.contains(own) && form.contains("More of yours is half written"), "{form}");
        stage.press("Esc");
    }
    first.press(":").write("drafts").press("Enter");
    let list = first.screen();
    assert!(list.contains("first words") && list.contains("second words"), "{list}");
    // That of the other session is gone on with, and once it is sent the own one is still there.
    let at = |screen: &str, words: &str| screen.lines().position(|line| line.contains(words)).unwrap();
    let down = at(&list, "second words").saturating_sub(at(&list, "first words"));
    (0..down).for_each(|_| _ = first.press("Down"));
    first.press("Enter");
    assert!(first.screen().contains("second words"), "{}", first.screen());
    first.press("Enter");
    assert!(first.screen().contains("Noted on C-66"), "{}", first.screen());
    let kept = second.desk.drafts(&second.place.me).unwrap();
    let notes = kept.iter().filter(|(place, _)| place.starts_with("note"));
    let kept = notes.map(|(_, text)| text.as_str()).collect::<Vec<_>>();
    assert!(matches!(kept.as_slice(), [text] if text.contains("first words")), "{kept:?}");
}
