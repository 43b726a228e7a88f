//! Going through lists by keys, and counting them: the bars K1 to K5, K9 and K12, T3 and T4 of the screens.

use super::*;
use baton::desk::{Queue, Remark};
use baton::domain::command::StartCase;
use baton::domain::{CaseId, Handle};

/// The screen of somebody else than the usual person.
pub(super) fn of(person: &Handle, width: u16, height: u16) -> Stage {
    let mut stage = Stage::open(width, height);
    stage.model.me = person.clone();
    stage.place.me = person.clone();
    stage.model.inbox = None;
    stage.take(vec![Effect::Load(Query::Inbox)]);
    stage
}

/// Somebody who may reassign anything.
fn lead() -> Handle {
    let mut stage = Stage::open(80, 24);
    stage.desk.catalog().unwrap().admins().next().unwrap().clone()
}

fn cases(stage: &Stage) -> Vec<CaseId> {
    stage.model.inbox.iter().flat_map(|inbox| &inbox.items).map(|item| item.case).collect()
}

fn strokes(keys: &str) -> usize {
    keys.split(' ').count()
}

/// What many become is one thing, whichever each was.
#[test]
fn urgency_of_marks_goes_one_way_and_says_which() {
    let mut stage = Stage::open(120, 40);
    let three = cases(&stage).into_iter().take(3).collect::<std::collections::BTreeSet<_>>();
    let first = cases(&stage)[0];
    let urgent = |stage: &Stage| {
        let ids = Some(three.iter().copied().collect());
        let rows = stage.desk.cases(&baton::desk::CaseFilter { ids, ..Default::default() }).unwrap();
        rows.iter().filter(|row| row.urgent).count()
    };
    stage.press("!");
    assert_eq!(urgent(&stage), 1);
    assert!(stage.screen().contains(&format!("{first} urgent: ")), "{}", stage.screen());
    stage.press("Home Space Space Space !");
    assert!(stage.screen().contains("Put urgency on 2 of 3"), "{}", stage.screen());
    assert!(stage.screen().contains("it is urgent already"), "{}", stage.screen());
    stage.press("y");
    assert_eq!(urgent(&stage), three.len());
    assert!(stage.screen().contains("2 cases made urgent"), "{}", stage.screen());
    stage.press("Home Space Space Space !");
    assert_eq!(urgent(&stage), 0);
    assert!(stage.screen().contains("3 cases no longer urgent"), "{}", stage.screen());
}

/// Somebody does something in another session.
fn elsewhere(stage: &Stage, by: &str, command: &Command) {
    let by = Context::by(&by.parse().unwrap(), stage.model.now, OpId(uuid::Uuid::now_v7()));
    Desk::open(stage.desk.store().path()).unwrap().execute(command, &by).unwrap();
}

#[test]
fn k1_the_most_overdue_is_under_the_cursor_at_the_start_and_one_key_away_from_anywhere() {
    let mut stage = Stage::open(80, 24);
    let inbox = stage.model.inbox.clone().unwrap();
    let most = inbox.items.iter().filter(|item| item.due.is_some()).min_by_key(|item| item.due).unwrap();
    let on =
        |stage: &Stage| stage.model.inbox_state.selected(stage.model.inbox.as_ref().unwrap()).unwrap().case;
    assert_eq!(on(&stage), most.case, "0 keys");
    for place in ["2", "3", "4", "g s", "Enter"] {
        stage.press(place).press(".");
        assert_eq!(on(&stage), most.case, "1 key from {place}");
        assert!(stage.model.view().is_none() && stage.model.sweep.queue == Queue::Mine);
    }
}

#[test]
fn k2_k3_k12_one_key_accepts_and_goes_on_marks_are_one_action_and_one_key_takes_it_back() {
    let mut stage = Stage::open(80, 24);
    stage.press("Tab");
    let accept = "a";
    stage.press(accept);
    assert_eq!(strokes(accept), 1);
    assert_eq!(
        stage.model.inbox.as_ref().unwrap().items.iter().filter(|i| i.what.word() == "ACCEPT").count(),
        stage.model.inbox_state.shown(stage.model.inbox.as_ref().unwrap()).count()
    );
    stage.press("u");
    // Four that are scattered among other things of the inbox.
    for title in ["One", "Two"] {
        let start = baton::domain::command::StartCase { title: Some(title.into()), ..Default::default() };
        let start = baton::domain::command::StartCase { to: Some("@dee".parse().unwrap()), ..start };
        elsewhere(&stage, "ana", &Command::StartCase(start));
    }
    let before = stage.press("R Esc g g").wait(6).press("R").model.inbox.as_ref().unwrap().items.len();
    let kinds = stage.model.inbox.as_ref().unwrap().items.iter().map(|item| item.what.word());
    let offered = kinds.collect::<Vec<_>>();
    let at = (0..offered.len()).filter(|n| offered[*n] == "ACCEPT").collect::<Vec<_>>();
    assert!(at.len() >= 4 && at.windows(2).any(|pair| pair[1] > pair[0] + 1), "scattered: {offered:?}");
    let keys = "Space Space Space Space a";
    stage.press(keys);
    assert!(
        (5..=9).contains(&strokes(keys)) && stage.screen().contains("Done: 4 accepts"),
        "{}",
        stage.screen()
    );
    // The program is left and started again: the action is still the last one.
    let by = Context::by(&stage.place.me, stage.model.now, OpId(uuid::Uuid::now_v7()));
    assert_eq!(Desk::open(stage.desk.store().path()).unwrap().undo(&by).unwrap().len(), 4);
    stage.press("R");
    assert_eq!(stage.model.inbox.as_ref().unwrap().items.len(), before);
}

#[test]
fn k4_returning_with_a_standard_reason_takes_three_keys() {
    let mut stage = Stage::open(80, 24);
    stage.press("Tab");
    let keys = "r 1 Enter";
    stage.press(keys);
    assert_eq!(strokes(keys), 3);
    assert!(stage.screen().contains("Declined C-"), "{}", stage.screen());
}

#[test]
fn k5_reassigning_all_that_stands_still_takes_eight_keys_and_one_takes_it_back() {
    let mut stage = of(&lead(), 80, 24);
    stage.model.sweep.days = Some(1);
    stage.press("g s");
    let (stalled, before) = (cases(&stage), stage.model.inbox.clone().unwrap().items);
    assert!(stalled.len() >= 20, "only {} stand still:\n{}", stalled.len(), stage.screen());
    assert_snapshot!("stalled", stage.screen());
    // From the inbox again, with nothing chosen.
    stage.press("1");
    let keys = "g s V A b o Enter";
    stage.press(keys);
    assert_snapshot!("reassign", stage.screen());
    assert!(stage.screen().contains("to bo?"), "{}", stage.screen());
    assert_eq!(strokes(keys) + strokes("y"), 8);
    stage.press("y");
    let after = stage.press("R").model.inbox.clone().unwrap().items;
    let given = |item: &&baton::desk::InboxItem| item.to.as_ref().is_some_and(|to| to.to_string() == "@bo");
    assert!(before.iter().filter(given).count() < 5 && stage.screen().contains("Stalled"));
    let moved = stalled.iter().filter(|case| !after.iter().any(|item| item.case == **case)).count();
    assert!(moved * 4 >= stalled.len() * 3, "{moved} of {}:\n{}", stalled.len(), stage.screen());
    // What was moved just now stands still no longer, whatever else is late of it: the list is what its title says.
    let least = baton::domain::Span::DAY;
    for item in &after {
        let still = matches!(item.told, Some(Remark::Still(since)) if stage.model.now - since >= least);
        assert!(still, "{:?}", item.told);
    }
    stage.press("u R");
    assert_eq!(cases(&stage), stalled, "{}", stage.screen());
}

/// A slow line delivers many keys in one piece: what they are about has not come when they are heard.
#[test]
fn keys_typed_ahead_wait_for_what_they_are_about() {
    let burst = |stage: &mut Stage, keys: &str| {
        let keys = keys.split(' ').map(|key| Input::Key(key.parse().unwrap())).collect();
        let effects = update::update(&mut stage.model, Msg::Input(keys));
        stage.take(effects);
    };
    let mut stage = of(&lead(), 80, 24);
    stage.model.sweep.days = Some(1);
    burst(&mut stage, "g s V A b o Enter y");
    let offered = stage.model.status.text.clone();
    assert!(offered.starts_with("Done: ") && offered.contains("offers"), "{offered}\n{}", stage.screen());
    // Two decisions, one key each: the second is about the second thing.
    let mut stage = Stage::open(80, 24);
    stage.press("Tab");
    let before = stage.listed().len();
    burst(&mut stage, "a a");
    assert_eq!(stage.listed().len() + 2, before, "{}", stage.screen());
    // What a filter leaves is what the next key is about, and so is a case that is still on its way.
    let mut stage = Stage::open(80, 24);
    burst(&mut stage, "/ c - 7 9 Enter a");
    assert!(stage.screen().contains("Accepted C-79"), "{}", stage.screen());
    let mut stage = Stage::open(80, 24);
    burst(&mut stage, ": c - 7 9 Enter a");
    assert!(stage.screen().contains("Accepted C-79"), "{}", stage.screen());
}

#[test]
fn enter_is_no_and_l_lists_each() {
    let mut stage = of(&lead(), 80, 24);
    stage.model.sweep.days = Some(1);
    let head = stage.desk.head().unwrap();
    stage.press("g s V A b o Enter l");
    assert!(stage.screen().contains("cannot:") || stage.screen().contains("C-"), "{}", stage.screen());
    stage.press("Enter Esc");
    assert_eq!(stage.desk.head().unwrap(), head, "nothing was written, not by trying either");
    assert!(stage.model.marks.len() > 10, "the marks are still there");
}

#[test]
fn k9_one_key_says_why_on_one_screen_and_names_the_key_that_moves_it_on() {
    let mut stage = Stage::open(80, 24);
    assert_snapshot!("why stuck", stage.press("w").screen());
    assert_eq!(stage.screen().lines().count(), 24);
    assert!(stage.screen().contains("since"), "{}", stage.screen());
    stage.press("Esc 4");
    assert!(stage.press("w").screen().contains(" lost in "), "{}", stage.screen());
}

/// A dozen different things, each dealt with for itself by what is likely for its kind; nothing is marked.
#[test]
fn twelve_mixed_things_are_cleared_one_by_one_with_thirty_six_keys() {
    use baton::desk::What;
    let mut stage = of(&"ana".parse().unwrap(), 80, 24);
    for title in ["One", "Two", "Three"] {
        let start = baton::domain::command::StartCase { title: Some(title.into()), ..Default::default() };
        let start = baton::domain::command::StartCase { to: Some("@ana".parse().unwrap()), ..start };
        elsewhere(&stage, "dee", &Command::StartCase(start));
    }
    stage.wait(6).press("R g g").wait(6);
    let items = stage.model.inbox.clone().unwrap().items;
    let kinds = items.iter().take(12).map(|item| item.what).collect::<std::collections::BTreeSet<_>>();
    assert!(kinds.len() >= 5 && items.len() >= 12, "a mixture of {}: {kinds:?}", items.len());
    let (mut keys, mut dealt, mut before) = (0, 0, None);
    while dealt < 12 {
        let inbox = stage.model.inbox.clone().unwrap();
        let item = stage.model.inbox_state.selected(&inbox).unwrap().clone();
        let key = (item.case, item.branch, item.exception.clone().map(|(n, ..)| n));
        // What stays in the list, such as work that was begun, is gone past by one key.
        if before == Some(key) {
            stage.press("j");
            keys += 1;
            before = None;
            continue;
        }
        let wanted = match item.what {
            What::Accept => "a",
            What::Start => "S",
            What::Back => "A b o Enter",
            What::Late => "W x Enter",
            // A word that is asked for counts as one, as titles do in K6.
            What::Exception => "a k Enter",
            What::Vote => "a 2 k Tab Space Tab Space Enter",
            _ => "s Enter",
        };
        let head = stage.desk.head().unwrap();
        stage.press(wanted);
        keys += strokes(wanted);
        assert!(stage.desk.head().unwrap() > head, "{wanted} on {:?}:\n{}", item.what, stage.screen());
        (dealt, before) = (dealt + 1, Some(key));
    }
    println!("12 mixed things: {keys} keys, {kinds:?}");
    assert!(keys <= 36, "{keys} keys");
}

/// One key acts and goes on, whether what it was about leaves the list or stays; what is only said of it goes nowhere, and
/// an undo goes back to what it brought back.
#[test]
fn whatever_settles_a_row_goes_on_to_the_next_and_an_undo_comes_back_to_it() {
    let mut stage = Stage::open(80, 24);
    let step = |name: &str, next: &str| {
        format!(
            "[[step]]\nstep = \"{name}\"\ntitle = \"{name}\"\nby = \"@ME\"\ngoal = \"1 day\"\nnext = {next}\n"
        )
    };
    let text = "process = \"plan\"\ntitle = \"Plan\"\npurpose = \"p\"\naccountable = \"@ME\"\n";
    let text = format!("{text}{}{}", step("one", "\"two\""), step("two", "{ end = true }"));
    let case = begun(&mut stage, &text, &[]);
    stage.press("R g g");
    for _ in 0..cases(&stage).iter().position(|of| *of == case).unwrap() {
        stage.press("j");
    }
    let on = |stage: &Stage| {
        let item = stage.model.inbox_state.selected(stage.model.inbox.as_ref().unwrap()).unwrap();
        (item.case, item.branch)
    };
    let all = |stage: &Stage| {
        let items = &stage.model.inbox.as_ref().unwrap().items;
        items.iter().map(|item| (item.case, item.branch)).collect::<Vec<_>>()
    };
    let (here, before) = (on(&stage), all(&stage));
    let next = before[before.iter().position(|key| *key == here).unwrap() + 1];
    for settles in ["W x Enter", "d m o n Tab x Enter", "s Enter", "x 1 x Enter"] {
        let head = stage.desk.head().unwrap();
        stage.press(settles);
        assert!(stage.desk.head().unwrap() > head, "{settles}:\n{}", stage.screen());
        assert_eq!(on(&stage), next, "{settles}:\n{}", stage.screen());
        stage.press("u");
        assert_eq!((on(&stage), all(&stage)), (here, before.clone()), "{settles}:\n{}", stage.screen());
    }
    for said in ["c x Enter", "!", "t x Enter"] {
        let head = stage.desk.head().unwrap();
        stage.press(said);
        assert!(stage.desk.head().unwrap() > head, "{said}:\n{}", stage.screen());
        assert_eq!(on(&stage), here, "{said}:\n{}", stage.screen());
    }
    // So does work that is handed on, to a step of one's own as well: it is in the list still, and dealt with.
    let order = all(&stage);
    let at = order.iter().position(|key| key.0 == case).unwrap();
    stage.press("L Enter");
    assert!(all(&stage).iter().any(|key| key.0 == case), "{}", stage.screen());
    assert_eq!(on(&stage), order[at + 1], "{}", stage.screen());
    stage.press("k L Enter");
    assert!(!all(&stage).iter().any(|key| key.0 == case), "{}", stage.screen());
    assert_eq!(on(&stage), order[at + 1], "{}", stage.screen());
}

#[test]
fn t3_the_order_stays_while_somebody_works_and_the_cursor_stays_with_its_case() {
    let mut stage = Stage::open(80, 24);
    stage.press("j j");
    let (order, on) = (cases(&stage), stage.model.case_in_focus());
    for second in 0..1000 {
        stage.wait(1);
        if second % 100 == 99 {
            assert_eq!(stage.model.case_in_focus(), on, "after {second} seconds");
        }
    }
    // Somebody else's new work is only counted while keys are pressed.
    stage.press("j");
    let start = baton::domain::command::StartCase { title: Some("Zeppelin".into()), ..Default::default() };
    let start = baton::domain::command::StartCase { to: Some("@dee".parse().unwrap()), ..start };
    elsewhere(&stage, "ana", &Command::StartCase(start));
    stage.take(vec![Effect::Load(Query::Inbox)]);
    assert!(!stage.screen().contains("Zeppelin") && stage.screen().contains("+1 new"), "{}", stage.screen());
    let before = cases(&stage);
    stage.wait(6);
    assert_eq!(cases(&stage).len(), before.len() + 1, "{}", stage.screen());
    assert!(order.iter().all(|case| cases(&stage).contains(case)));
}

#[test]
fn t4_what_somebody_else_took_stays_a_moment_says_who_and_cannot_be_acted_on() {
    let mut stage = Stage::open(80, 24);
    stage.press("Tab");
    let item = stage.model.inbox_state.selected(stage.model.inbox.as_ref().unwrap()).unwrap().clone();
    let withdraw = Command::WithdrawCase { case: item.case, reason: "no need".into() };
    elsewhere(&stage, "ana", &withdraw);
    stage.take(vec![Effect::Load(Query::Inbox)]);
    let shown =
        stage.model.inbox.as_ref().unwrap().items.iter().find(|other| other.case == item.case).unwrap();
    assert_eq!(shown.told, Some(Remark::Gone("withdrawn by ana".into())));
    let head = stage.desk.head().unwrap();
    stage.press("a");
    assert!(stage.screen().contains("withdrawn by ana"), "{}", stage.screen());
    assert_eq!(stage.desk.head().unwrap(), head, "nothing was written");
    stage.wait(6).wait(6);
    assert!(!cases(&stage).contains(&item.case), "{}", stage.screen());
}

#[test]
fn t4_an_offer_of_what_changed_under_ones_eyes_is_refused_with_who_changed_it() {
    let mut stage = of(&lead(), 80, 24);
    stage.press("g s");
    let inbox = stage.model.inbox.clone().unwrap();
    let item = stage.model.inbox_state.selected(&inbox).unwrap().clone();
    stage.press("A").write("bo");
    elsewhere(&stage, "dee", &Command::NoteCase { case: item.case, text: "I am on it".into() });
    let head = stage.desk.head().unwrap();
    stage.press("Enter");
    assert!(stage.screen().contains("changed just now"), "{}", stage.screen());
    assert_eq!(stage.desk.head().unwrap(), head);
}

#[test]
fn snoozed_things_are_out_of_the_inbox_and_come_back() {
    let mut stage = Stage::open(80, 24);
    let (before, first) = (cases(&stage), stage.model.case_in_focus().unwrap());
    stage.press("s Enter");
    assert_eq!(cases(&stage).len(), before.len() - 1, "{}", stage.screen());
    stage.press("g z");
    assert_eq!(cases(&stage), [first], "{}", stage.screen());
    stage.press("1 u");
    assert_eq!(cases(&stage).len(), before.len());
    // On a Friday it is put off to Monday.
    stage.press("s Enter 1").wait(60 * 60 * 96).press("R");
    assert!(cases(&stage).contains(&first), "it comes back by itself");
}

#[test]
fn what_was_done_is_told_with_what_can_be_taken_back_and_news_since_the_last_session() {
    let mut stage = Stage::open(120, 40);
    stage.press("Tab a g h");
    let screen = stage.screen();
    assert!(screen.contains("What you did") && screen.contains("accept H-"), "{screen}");
    let items = stage.model.inbox.clone().unwrap().items;
    assert!(matches!(&items[0].told, Some(Remark::Did { kept: None, .. })), "{:?}", items[0].told);
    stage.desk.end_session(&stage.place.me, stage.model.now).unwrap();
    stage.press("1").wait(60);
    let start = baton::domain::command::StartCase { title: Some("Zeppelin".into()), ..Default::default() };
    let start = baton::domain::command::StartCase { to: Some("@dee".parse().unwrap()), ..start };
    elsewhere(&stage, "ana", &Command::StartCase(start));
    stage.press("g n");
    assert!(
        stage.screen().contains("Zeppelin") && stage.screen().contains("newly yours"),
        "{}",
        stage.screen()
    );
    assert_eq!(stage.desk.since(&stage.place.me.clone(), stage.model.now).unwrap().words(), "1 newly yours");
    // What somebody took themselves is no news to them.
    stage.press("1 /").write("Zeppelin").press("Enter").wait(60).press("a");
    assert!(stage.screen().contains("Accepted C-"), "{}", stage.screen());
    assert_eq!(stage.desk.since(&stage.place.me.clone(), stage.model.now).unwrap().words(), "");
}

#[test]
fn another_date_is_agreed_on_with_a_reason() {
    let mut stage = Stage::open(80, 24);
    stage.press("Tab a Shift-Tab g g");
    let mine = stage.model.inbox.as_ref().unwrap().items.iter().position(|item| item.task.is_some()).unwrap();
    for _ in 0..mine {
        stage.press("j");
    }
    stage.press("d").write("fri 5pm").press("Tab").write("Hansen is content").press("Enter k");
    assert!(stage.screen().contains("by agreement"), "{}", stage.screen());
    assert_eq!(stage.desk.doctor(&mut |_, _| {}).unwrap(), []);
}

#[test]
fn what_changed_since_the_last_session_is_said_once_and_covers_nothing_else() {
    let mut stage = Stage::open(80, 24);
    let me = stage.place.me.clone();
    stage.take(vec![Effect::Load(Query::Since)]);
    assert_eq!(stage.model.status.text, "", "there was no session before");

    let before = baton::domain::Instant(stage.model.now.0 - 3 * 86_400_000);
    stage.desk.end_session(&me, before).unwrap();
    stage.take(vec![Effect::Load(Query::Since)]);
    let said = stage.model.status.text.clone();
    assert!(said.starts_with("Since you last looked: "), "{said}");
    assert!(said.contains("newly") || said.contains("done by others"), "{said}");
    // What changed has a plus until it is looked at.
    let new = |stage: &Stage| stage.screen().lines().filter(|line| line.get(2..3) == Some("+")).count();
    let news = new(&stage);
    assert!(news > 0, "{}", stage.screen());
    while stage.model.case_in_focus().is_some_and(|case| !stage.model.news.contains(&case)) {
        stage.press("j");
    }
    stage.press("Enter Esc");
    assert!(new(&stage) < news, "{}", stage.screen());

    // And its view has a section for each of what it means.
    stage.press("g n");
    let (screen, things) = (stage.screen(), stage.model.inbox.as_ref().unwrap().items.len());
    assert!(screen.contains(&format!("[All {things}]  Newly yours ")), "{screen}");
    assert!(screen.contains("Newly late ") && screen.contains("Since you last looked: "), "{screen}");
    let mut counted = 0;
    loop {
        let before = stage.model.inbox_state.section;
        stage.press("l");
        if stage.model.inbox_state.section == before {
            break;
        }
        counted += stage.model.inbox_state.shown(stage.model.inbox.as_ref().unwrap()).count();
    }
    assert_eq!(counted, things);
    stage.press("1");
    stage.model.status.text = said.clone();

    stage.model.status.text = "Something else.".to_string();
    stage.take(vec![Effect::Load(Query::Since)]);
    assert_eq!(stage.model.status.text, "Something else.");
}

/// A board of which only pages are here: everything shown is everything the filter leaves, and the question has
/// the numbers.
#[test]
fn all_of_a_long_board_is_marked_and_too_much_says_what_it_takes() {
    let mut stage = Stage::open(80, 24);
    let step = "[[step]]\nstep = \"one\"\ntitle = \"One\"\nby = \"@dee\"\ngoal = \"1 day\"\nnext = { end = \"done\" }\n";
    let (publish, start) = plan(&mut stage, step);
    stage.take(vec![Effect::Do(vec![publish])]);
    let Command::StartCase(start) = start else { panic!() };
    let title = |n: usize| format!("{} number {n}", if n.is_multiple_of(4) { "Roof" } else { "Wall" });
    let many = (0..1_200).map(|n| {
        Command::StartCase(baton::domain::command::StartCase { title: Some(title(n)), ..start.clone() })
    });
    let by = Context::by(&"bo".parse().unwrap(), stage.model.now, OpId(uuid::Uuid::now_v7()));
    for started in stage.desk.execute_each(&many.collect::<Vec<_>>(), &by).unwrap() {
        started.unwrap();
    }
    stage.press("2 b").write("plan").press("Enter R V");
    stage.says("1200 marked.");
    stage.says("offer 1200");
    stage.press("A").write("bo").press("Enter");
    stage.says("Offer 1200 cases to bo?");
    stage.press("Esc Esc Esc").press("/").write("roof").press("Enter V");
    stage.says("300 marked.");
    stage.press("Esc Esc");
    stage.model.board.as_mut().unwrap().open = 6_000;
    stage.press("V");
    stage.says("These 6000 cards are more than one action takes, which is 5000: / narrows them.");
    assert!(stage.model.marks.is_empty());
}

#[test]
fn every_row_of_an_inbox_says_where_its_case_stands() {
    let people = Stage::open(80, 24).model.catalog.people.keys().cloned().collect::<Vec<_>>();
    let mut exceptions = 0;
    let places = Stage::open(80, 24).desk.places(None).unwrap();
    assert!(places.iter().any(|open| open.place.ends_by_itself()), "some wait for their time");
    for person in people {
        for item in &of(&person, 80, 24).model.inbox.as_ref().unwrap().items {
            assert!(!item.step_title.is_empty(), "{person}: {item:?}");
            // What goes on by itself needs nobody.
            assert!(!item.ends_by_itself || item.urgency.is_late(), "{person}: {item:?}");
            exceptions += usize::from(item.what == baton::desk::What::Exception);
        }
    }
    assert!(exceptions > 0);
}

#[test]
fn tab_takes_the_word_that_was_meant() {
    let mut stage = Stage::open(80, 24);
    for keep in [false, true] {
        stage.press("/").write("hanson");
        if keep {
            stage.press("Enter");
        }
        assert!(stage.screen().contains("Did you mean   hansen (1)"), "{}", stage.screen());
        assert!(stage.press("Tab").screen().contains("filter: /hansen"), "{}", stage.screen());
        assert_eq!(stage.model.inbox_state.shown(stage.model.inbox.as_ref().unwrap()).count(), 1);
        stage.press("Esc Esc");
    }
}

/// No number without a list behind it, and in that list every verb works: on the case under the cursor, on marks, and on
/// everything shown.
#[test]
fn the_cases_behind_a_number_are_things_to_act_on() {
    let mut stage = Stage::open(80, 24);
    let behind = |stage: &mut Stage| {
        stage.press("4");
        for n in 1..100 {
            stage.press("Enter");
            let open = stage.model.cases.iter().filter(|case| case.state == "open").count();
            let list = matches!(stage.model.view(), Some(baton::tui::model::View::Cases { .. }));
            match list && open > 1 {
                true => return open,
                false if list => stage.press("q"),
                false => stage,
            };
            stage.press(if n % 8 == 0 { "l" } else { "j" });
        }
        panic!("{}", stage.screen());
    };
    let open = behind(&mut stage);
    let all = stage.model.cases.len();
    stage.press("V");
    assert!(stage.screen().contains(&format!("{all} marked")), "{}", stage.screen());
    stage.press("c").write("Seen in the figures.").press("Enter");
    if stage.screen().contains("Enter no") {
        stage.press("y");
    }
    assert!(stage.screen().contains(&format!(" in {open} cases")), "{}", stage.screen());
    stage.press("u");
    // One, two by their marks, and what is closed says so.
    stage.press("g g Space Space");
    assert!(stage.screen().contains("2 marked"), "{}", stage.screen());
    stage.press("Esc");
    while stage.model.loaded_case().is_none_or(|view| view.spots.is_empty()) {
        stage.press("j");
    }
    let case = stage.model.case_in_focus().unwrap();
    stage.press("A");
    assert!(stage.screen().contains(&format!("Offer {case}")), "{}", stage.screen());
    stage.press("Esc q");
    assert!(stage.model.marks.is_empty());
    assert_eq!(stage.desk.doctor(&mut |_, _| {}).unwrap(), []);
}

/// An undo of hundreds of commands takes seconds: the screen says at once that it is about it, and the same key once more
/// takes nothing else back, while one typed ahead over a slow line waits its turn.
#[test]
fn a_long_undo_says_so_and_a_second_press_is_not_queued() {
    let mut stage = Stage::open(80, 24);
    let key = |stage: &mut Stage, key: &str| {
        update::update(&mut stage.model, Msg::Input(vec![Input::Key(key.parse().unwrap())]))
    };
    let later = |stage: &mut Stage, ms: i64| {
        let now = stage.model.now + baton::domain::Span(ms);
        update::update(&mut stage.model, Msg::Clock(now))
    };
    let done = || Msg::Done {
        receipt: "Taken back: 300 cases.".into(),
        case: None,
        record: None,
        cases: Vec::new(),
        undoable: false,
    };
    assert!(matches!(key(&mut stage, "u").as_slice(), [Effect::Undo { older: false }]));
    assert!(stage.screen().contains("Taking it back ..."), "{}", stage.screen());
    later(&mut stage, 900);
    assert!(key(&mut stage, "u").is_empty());
    assert!(stage.screen().contains("u (undo): the last one is not done yet"), "{}", stage.screen());
    assert!(key(&mut stage, "U").is_empty(), "nor is it done again meanwhile");
    let after = update::update(&mut stage.model, done());
    assert!(!after.iter().any(|effect| matches!(effect, Effect::Undo { .. } | Effect::Redo)), "{after:?}");
    assert!(stage.screen().contains("Taken back: 300 cases."), "{}", stage.screen());
    // Two in one piece are two: the second waits for the first.
    let mut stage = Stage::open(80, 24);
    let two = vec![Input::Key("u".parse().unwrap()), Input::Key("u".parse().unwrap())];
    assert_eq!(update::update(&mut stage.model, Msg::Input(two)).len(), 1);
    update::update(&mut stage.model, done());
    let next = later(&mut stage, 2_000);
    assert!(next.iter().any(|effect| matches!(effect, Effect::Undo { .. })), "{next:?}");
}

/// While somebody else saves nobody sees what comes of a verb: what is typed then is let go, and that is said.
#[test]
fn keys_typed_while_somebody_saves_act_on_nothing_else() {
    use baton::tui::msg::Loaded;
    let mut stage = Stage::open(80, 24);
    stage.press("j j");
    let on = stage.model.case_in_focus();
    let keys = |stage: &mut Stage, keys: &str| {
        let keys = keys.split(' ').map(|key| Input::Key(key.parse().unwrap())).collect();
        update::update(&mut stage.model, Msg::Input(keys))
    };
    for fails in [true, false] {
        let sent = keys(&mut stage, "a");
        assert!(sent.iter().any(|effect| matches!(effect, Effect::DoAsSeen { .. })), "{sent:?}");
        update::update(&mut stage.model, Msg::Loaded(Box::new(Loaded::Busy)));
        assert!(stage.screen().contains("Someone is saving. Trying again ..."), "{}", stage.screen());
        assert!(keys(&mut stage, "j c x Enter").is_empty());
        for _ in 0..8 {
            let now = stage.model.now + baton::domain::Span(1_000);
            update::update(&mut stage.model, Msg::Clock(now));
        }
        assert_eq!((stage.model.case_in_focus(), stage.model.overlays.len()), (on, 0));
        if fails {
            let (sentence, hint) = ("Someone is saving.".to_string(), "Try again.".to_string());
            update::update(&mut stage.model, Msg::Failed { sentence, hint });
            let screen = stage.screen();
            assert!(screen.contains("What was typed after it did nothing."), "{screen}");
            assert_eq!((stage.model.case_in_focus(), stage.model.overlays.len()), (on, 0), "{screen}");
            continue;
        }
        let order = cases(&stage);
        let at = order.iter().position(|case| Some(*case) == on).unwrap();
        stage.take(sent);
        let said = &stage.model.status.text;
        assert!(said.ends_with("What was typed after it did nothing."), "{said}");
        assert_eq!((stage.model.case_in_focus(), stage.model.overlays.len()), (Some(order[at + 1]), 0));
    }
}

/// What somebody outside does next is offered to whoever minds it, and not to the word the process has for them.
#[test]
fn l_before_a_step_of_somebody_outside_offers_it_to_whoever_minds_it() {
    let mut stage = Stage::open(80, 24);
    let text = "process = \"door\"\ntitle = \"Door\"\nkind = \"operational\"\npurpose = \"x\"\n\
                accountable = \"@dee\"\nabout = \"customer\"\n[[step]]\nstep = \"hang\"\ntitle = \"Hang it\"\nby = \"@dee\"\n\
                goal = \"1 day\"\nnext = \"take\"\n[[step]]\nstep = \"take\"\ntitle = \"Have it taken\"\n\
                by = \"contact\"\nminded = \"finance\"\naccept = \"1 day\"\ngoal = \"5 days\"\nnext = { end = true }\n";
    let customer = "customer".parse::<Handle>().unwrap();
    let row = stage.desk.records(Some(&customer), false, stage.model.now).unwrap()[0].row.clone();
    let (process, problems) = baton::domain::process_check::read(text, &stage.desk.known().unwrap());
    let process = process.unwrap_or_else(|| panic!("{problems:?}"));
    let start = StartCase {
        process: Some("door".parse().unwrap()),
        title: Some("Green door".into()),
        about: Some((row.id, row.kind.clone(), row.name.clone())),
        ..StartCase::default()
    };
    elsewhere(&stage, "ana", &Command::PublishProcess { process: process.into() });
    elsewhere(&stage, "dee", &Command::StartCase(start));
    stage.press("R /").write("Green door").press("Enter L");
    let screen = stage.screen();
    assert!(matches!(stage.model.overlays.last(), Some(Overlay::Form(_))), "{screen}");
    assert!(screen.contains("finance") && !screen.contains("nobody of that name"), "{screen}");
    stage.press("Enter");
    assert!(stage.screen().contains("Have it taken offered to role finance"), "{}", stage.screen());
}

/// What is on screen goes with an undo, and that is no error.
#[test]
fn an_undo_takes_the_case_under_the_cursor_and_on_screen_away_and_says_what_it_did() {
    let mut stage = Stage::open(80, 24);
    for open in ["", "Enter"] {
        stage.press("1 n").write("Zeppelin for now").press("Enter");
        stage.press("/").write("Zeppelin").press("Enter");
        if !open.is_empty() {
            stage.press(open);
            stage.says("Zeppelin for now");
        }
        stage.press("u");
        stage.says("Taken back");
        assert!(!stage.screen().contains("There is no case"), "{}", stage.screen());
        assert!(stage.model.view().is_none(), "its page is gone with it");
        stage.press("Esc Esc");
    }
    stage.press(":").write("C-99999").press("Enter");
    stage.says("There is no case C-99999");
}

/// What was said of an undo is answered by the next key, or by none.
#[test]
fn u_once_more_means_an_older_action_only_right_after_it_was_offered() {
    let mut stage = Stage::open(80, 24);
    stage.model.older = true;
    stage.press("j");
    assert!(!stage.model.older);
    stage.model.older = true;
    stage.press("f").write("save this").press("Enter").write("mine").press("Enter");
    assert!(!stage.model.older);
    stage.press("f").write("save this").press("Enter").write("mine").press("Enter");
    stage.says("over the one of that name");
    stage.press("f").write("forget").press("Enter");
    stage.says("u brings back what was done, and no views");
}

/// What was typed at the one end of a case goes along to the other.
#[test]
fn a_reason_typed_where_a_case_is_closed_is_the_note_it_is_handed_on_with() {
    let mut stage = Stage::open(80, 24);
    let dee = stage.place.me.clone();
    stage.press("Enter i").write("Call the landlord").press("Tab").write("@dee").press("Enter");
    stage.press("q G x 1 Tab").write("it is done so far").press("Up 3 Enter");
    let screen = stage.screen();
    assert!(screen.contains("Hand") && screen.contains("it is done so far"), "{screen}");
    let kept = stage.desk.drafts(&dee).unwrap();
    assert!(!kept.iter().any(|(place, _)| place.starts_with("withdraw")), "{kept:?}");
}

/// The hours lost lead to the cases behind them, all of them, where every verb works.
#[test]
fn the_hours_lost_and_the_rank_lead_to_what_is_behind_them() {
    let mut stage = Stage::open(80, 24);
    stage.press("4 :").write("lost").press("Enter");
    let Some(Overlay::Menu(menu)) = stage.model.overlays.last() else { panic!("{}", stage.screen()) };
    let Some(baton::tui::overlays::menu::Pick::Cases(_, behind)) = menu.items.first().map(|item| &item.pick)
    else {
        panic!("{menu:?}")
    };
    let behind = behind.len();
    stage.press("Enter");
    assert_eq!(stage.model.list_state.shown(&stage.model.cases).count(), behind, "{}", stage.screen());
    stage.press("1 :").write("rank").press("Enter Enter");
    assert_eq!((stage.model.pane, stage.model.days), (baton::tui::model::Pane::Metrics, 90));
    let process = stage.model.process.clone().unwrap();
    let most = stage.desk.ranked(stage.model.now).unwrap().remove(0).burden.process;
    assert_eq!(process, most);
}
