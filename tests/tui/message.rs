//! A note that names somebody, on their screen.

use super::*;

#[test]
fn a_message_is_a_row_that_is_answered_or_read_with_one_key() {
    let mut stage = Stage::open(80, 24);
    let now = stage.place.clock.now();
    let case = stage.model.inbox.as_ref().unwrap().items[0].case;
    let note = Command::NoteCase { case, text: "@dee the client rang, @nobody knows".into() };
    let by = Context::by(&"kim".parse().unwrap(), now, OpId(uuid::Uuid::from_u128(7)));
    stage.desk.execute(&note, &by).unwrap();
    stage.take(vec![Effect::Load(Query::Inbox)]);
    stage.press("G");
    let screen = stage.screen();
    assert!(screen.contains("MSG") && screen.contains("Messages 1"), "{screen}");
    assert!(screen.contains("written by kim"), "{screen}");
    assert!(screen.contains("a read") && screen.contains("r reply"), "{screen}");
    stage.press("r");
    assert!(stage.screen().contains("Reply"), "{}", stage.screen());
    stage.write("on it").press("Enter");
    let screen = stage.screen();
    assert!(!screen.contains("MSG"), "an answer is read: {screen}");
    let kim = stage.desk.messages_to(&"kim".parse().unwrap()).unwrap();
    assert_eq!(kim.len(), 1);
    assert_eq!(kim[0].0.text, "@kim on it");
    stage.press("u").press("G");
    assert!(stage.screen().contains("MSG"), "taken back, it waits again: {}", stage.screen());
    stage.press("a");
    assert!(!stage.screen().contains("MSG"), "{}", stage.screen());
}

/// On a record it is the same row with the same keys, and Enter opens the record.
#[test]
fn a_message_on_a_record_is_read_answered_and_opened_like_one_on_a_case() {
    let mut stage = Stage::open(80, 24);
    let now = stage.place.clock.now();
    let record = baton::domain::RecordId(1);
    let note = Command::NoteRecord { record, text: "@dee they moved to Storgata 9".into() };
    let by = Context::by(&"kim".parse().unwrap(), now, OpId(uuid::Uuid::from_u128(9)));
    stage.desk.execute(&note, &by).unwrap();
    stage.take(vec![Effect::Load(Query::Inbox)]);
    stage.press("G");
    let screen = stage.screen();
    assert!(screen.contains("MSG     R-1 ") && screen.contains("Messages 1"), "{screen}");
    assert!(screen.contains("written by kim") && screen.contains("a read"), "{screen}");
    assert_snapshot!("message on a record", screen);
    // It is no case to be marked.
    stage.press("Space");
    assert!(stage.model.marks.is_empty(), "{:?}", stage.model.marks);
    stage.press("G Enter");
    let screen = stage.screen();
    assert!(screen.contains("Inbox / ") && screen.contains("they moved to Storgata 9"), "{screen}");
    stage.press("q G r").write("noted").press("Enter");
    let screen = stage.screen();
    assert!(!screen.contains("MSG"), "an answer is read: {screen}");
    assert!(screen.contains("Noted on R-1, and told kim."), "{screen}");
    let kim = stage.desk.messages_to(&"kim".parse().unwrap()).unwrap();
    assert_eq!(kim.iter().map(|(told, _)| told.text.as_str()).collect::<Vec<_>>(), ["@kim noted"]);
    stage.press("u G");
    assert!(stage.screen().contains("MSG"), "taken back, it waits again: {}", stage.screen());
    stage.press("a");
    let screen = stage.screen();
    assert!(!screen.contains("MSG") && screen.contains("Read on R-1."), "{screen}");
}

/// A message and the work of the same case are two rows, and an undo goes back to the one it brought back.
#[test]
fn an_answer_that_is_taken_back_brings_the_cursor_back_to_the_message() {
    let mut stage = Stage::open(80, 24);
    let case = stage.model.case_in_focus().unwrap();
    let note = Command::NoteCase { case, text: "@dee what about it".into() };
    let by = Context::by(&"ana".parse().unwrap(), stage.model.now, OpId(uuid::Uuid::from_u128(11)));
    stage.desk.execute(&note, &by).unwrap();
    stage.take(vec![Effect::Load(Query::Inbox)]);
    const MESSAGE: baton::desk::What = baton::desk::What::Message;
    let on = |stage: &Stage| {
        let inbox = stage.model.inbox.as_ref().unwrap();
        stage.model.inbox_state.selected(inbox).map(|item| (item.case, item.what)).unwrap()
    };
    stage.press("g g");
    while on(&stage) != (case, MESSAGE) {
        let before = on(&stage);
        stage.press("j");
        assert_ne!(on(&stage), before, "no message of {case} in\n{}", stage.screen());
    }
    stage.press("r").write("soon").press("Enter");
    assert_ne!(on(&stage), (case, MESSAGE), "{}", stage.screen());
    stage.press("u");
    assert_eq!(on(&stage), (case, MESSAGE), "{}", stage.screen());
}
