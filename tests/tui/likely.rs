//! The two keys a row offers do what they say: every kind of row there is in every list, for everybody who has one.

use super::sweep::of;
use super::*;
use baton::desk::{Queue, What};
use baton::domain::Handle;
use baton::tui::action::ActionId as A;
use baton::tui::likely::two;
use std::collections::BTreeSet;

/// The lists and the keys to them.
const LISTS: [(&str, &str); 6] = [
    ("1", "inbox"),
    ("g s", "stalled"),
    ("g l", "late"),
    ("g w", "waiting"),
    ("g z", "snoozed"),
    ("g n", "news"),
];

fn everybody() -> Vec<Handle> {
    let mut stage = Stage::open(80, 24);
    stage.desk.catalog().unwrap().people.keys().cloned().collect()
}

/// Kinds that the sample company happens not to have are brought about.
fn with_all_kinds(stage: &mut Stage) {
    let offered = stage.desk.inbox_of_all(stage.model.now).unwrap();
    let mut starts = offered.iter().filter(|item| item.what == What::Start);
    let mut act = |by: &Handle, command: Command| {
        let by = Context::by(by, stage.model.now, OpId(uuid::Uuid::now_v7()));
        stage.desk.execute(&command, &by).unwrap();
    };
    let first = starts.next().unwrap();
    let (case, task, who) = (first.case, first.task.unwrap(), &first.responsible);
    act(who, Command::NoteCase { case, text: "@dee @ivo look at this".into() });
    act(who, Command::DelegateTask { case, task, to: "dee".parse().unwrap(), note: None });
    let second = starts.next().unwrap();
    let (case, task, reason) = (second.case, second.task.unwrap(), "the bank".to_string());
    act(&second.responsible, Command::WaitTask { case, task, reason, until: None });
}

/// Presses the key of an action and carries its dialog through where that needs no more than a few words.
fn carry_out(stage: &mut Stage, id: A, about: &str) {
    let before = stage.desk.head().unwrap();
    let key = stage.model.keymap.shown(id).to_string();
    stage.press(&key);
    let said = |stage: &Stage| format!("{about}: {key}\n{}", stage.screen());
    assert!(!stage.model.status.error, "{}", said(stage));
    let opened = !stage.model.overlays.is_empty() || stage.model.view().is_some();
    let done = stage.desk.head().unwrap() != before;
    assert!(opened || done, "{}", said(stage));
    match (id, stage.model.overlays.last()) {
        (A::Offer, Some(Overlay::Form(_))) => {
            // Somebody who has it already, or had a part in what it checks, is refused; another is not.
            for whom in ["@gus", "@kim", "@lou", "@hana"] {
                stage.press("Ctrl-u").write(whom).press("Enter");
                let wrong =
                    matches!(stage.model.overlays.last(), Some(Overlay::Form(form)) if form.error.is_some());
                if !wrong {
                    break;
                }
            }
        }
        (A::Decline, Some(Overlay::Form(_))) if stage.screen().contains("Why? ") => {
            stage.press("1 Enter");
        }
        (A::Note, Some(Overlay::Form(_))) => {
            stage.write("how does it stand?").press("Enter");
        }
        (A::Accept, Some(Overlay::Form(form))) => {
            let vote = form.fields.iter().any(|field| field.name == "outcome");
            let decides = form.fields.iter().any(|field| matches!(field.name.as_str(), "text" | "next"));
            assert!(vote || decides, "{}", said(stage));
        }
        _ => {}
    }
    assert!(!stage.model.status.error, "{}", said(stage));
    if let Some(Overlay::Form(form)) = stage.model.overlays.last() {
        assert_eq!(form.error, None, "{}", said(stage));
    }
    while !stage.model.overlays.is_empty() {
        stage.press("Esc");
    }
    if stage.model.view().is_some() {
        stage.press("Esc");
    }
    if stage.desk.head().unwrap() != before && id != A::Undo {
        stage.press("u");
        assert!(!stage.model.status.error, "{}", said(stage));
    }
}

#[test]
fn the_two_keys_of_every_row_of_every_list_do_what_they_say() {
    let mut seen = BTreeSet::new();
    for person in everybody() {
        let mut stage = of(&person, 80, 24);
        with_all_kinds(&mut stage);
        // Whatever is not waited for until a date stands still.
        stage.model.sweep.days = Some(0);
        let may = stage.model.catalog.permission(&person);
        stage.press("R");
        for (keys, list) in LISTS {
            stage.press(keys);
            let items = stage.model.inbox.clone().unwrap().items;
            for (n, item) in items.iter().enumerate() {
                // One of a kind, of one's own and of others, for everybody who may as much is enough.
                if !seen.insert((list, item.what, may, item.responsible == person)) {
                    continue;
                }
                stage.press("R");
                let still = stage.model.inbox.as_ref().unwrap();
                if still.items.get(n).is_none_or(|now| (now.case, now.what) != (item.case, item.what)) {
                    continue;
                }
                for at in 0..2 {
                    stage.press("g g");
                    for _ in 0..n {
                        stage.press("j");
                    }
                    let offers = two(&stage.model);
                    let about = format!("{person} {list} {:?} {}", item.what, item.case);
                    assert_eq!(offers.len(), 2, "{about} offers {offers:?}\n{}", stage.screen());
                    carry_out(&mut stage, offers[at], &about);
                    stage.press(keys).press("R");
                }
            }
        }
    }
    let kinds = |list: &str| {
        let of_list = seen.iter().filter(|(known, ..)| *known == list);
        of_list.map(|(_, what, ..)| what.word()).collect::<BTreeSet<_>>()
    };
    let of_work = "ACCEPT BACK DELEG DUE LATE START VOTE WAITS";
    let all = |words: &'static str| words.split(' ').collect::<BTreeSet<_>>();
    // What waits is looked at again at a date, and stands still from then on.
    assert_eq!(kinds("stalled"), all("ACCEPT BACK DELEG DUE LATE START VOTE"));
    assert!(kinds("inbox").is_superset(&all(of_work)), "{:?}", kinds("inbox"));
    assert!(kinds("inbox").is_superset(&all("ESCAL EXCEPT MSG RISK")), "{:?}", kinds("inbox"));
}

#[test]
fn a_vote_among_what_everybody_has_is_given_with_the_key_it_offers() {
    for person in everybody() {
        let mut stage = of(&person, 80, 24);
        stage.model.sweep.days = Some(1);
        stage.press("g s");
        assert!(matches!(stage.model.sweep.queue, Queue::Stalled(_)));
        let items = stage.model.inbox.clone().unwrap().items;
        let Some(n) = items.iter().position(|item| item.what == What::Vote) else { continue };
        for _ in 0..n {
            stage.press("j");
        }
        assert!(stage.screen().contains("a vote"), "{}", stage.screen());
        stage.press("a");
        assert!(stage.screen().contains("Decision"), "{}", stage.screen());
        return;
    }
    panic!("nobody has a vote that stands still");
}

/// Whoever has work in hand that something was done before, and how many such things they have.
fn with_work() -> Stage {
    for person in everybody() {
        let stage = of(&person, 80, 24);
        let items = stage.model.inbox.clone().unwrap().items;
        let own = items.iter().filter(|item| item.task.is_some() && item.responsible == person);
        if own.count() > 1 && items.iter().any(|item| item.what == What::Accept) {
            return stage;
        }
    }
    panic!("nobody has work and offers");
}

#[test]
fn marks_are_sent_back_delegated_and_paused_together_and_the_question_counts_what_will_happen() {
    let mut stage = with_work();
    let all = stage.model.inbox.as_ref().unwrap().items.len();
    stage.press("V H");
    assert!(
        stage.screen().contains("Send back") && stage.screen().contains("stay out"),
        "{}",
        stage.screen()
    );
    stage.write("the amount").press("Enter");
    let asked = stage.screen();
    assert!(asked.contains("Send back") && asked.contains(&format!(" of {all} ")), "{asked}");
    let can = asked.rsplit("Send back ").next().unwrap().split(' ').next().unwrap().parse::<usize>().unwrap();
    assert!(can > 0 && can < all, "{asked}");
    stage.press("y");
    let back = stage.model.status.text.clone();
    assert!(!stage.model.status.error && back.contains(&can.to_string()) || can == 1, "{}", stage.screen());
    stage.press("u");
    assert!(!stage.model.status.error, "one key takes it back:\n{}", stage.screen());
    for (keys, what) in [("D", "Delegate"), (":", "Pause")] {
        stage.press("Esc Esc V").press(keys);
        if keys == ":" {
            stage.write("pause").press("Enter");
        }
        assert!(stage.screen().contains(what), "{}", stage.screen());
        stage.press("Esc");
    }
    // What is about one thing says why.
    stage.press("e");
    assert!(stage.screen().contains("it is done one by one"), "{}", stage.screen());
}

/// How many things a form is about, by what it would do.
fn about(form: &baton::tui::overlays::Form) -> Option<usize> {
    use baton::tui::overlays::forms::Kind;
    Some(match &form.kind {
        Kind::HandOnAll { what } | Kind::SendBackAll { what } => what.len(),
        Kind::Wait { what } => what.len(),
        Kind::Due { what } | Kind::Delegate { what } | Kind::Release { what } => what.len(),
        Kind::Decline { what } | Kind::Recall { what } | Kind::Accept { what } => what.len(),
        Kind::Offer { what } | Kind::Snooze { what } => what.len(),
        Kind::EndWait { what } => what.len(),
        Kind::NoteCase { cases } | Kind::Withdraw { cases } => cases.len(),
        _ => return None,
    })
}

/// The footer, the form and the question say of the same marks the same number, whatever they are a mixture of.
#[test]
fn the_count_of_a_verb_is_the_same_in_the_footer_in_the_form_and_in_the_question() {
    let (mut compared, mut mixed) = (BTreeSet::new(), 0);
    for person in ["dee", "ana", "hana"] {
        let mut stage = of(&person.parse().unwrap(), 200, 40);
        with_all_kinds(&mut stage);
        stage.model.sweep.days = Some(0);
        for list in ["1", "g s", "g l", "2"] {
            stage.press(list).press("R").press("V");
            let all = stage.model.marks.len();
            let screen = stage.screen();
            let footer = screen.lines().skip(37).collect::<Vec<_>>().join("  ");
            for hint in footer.split("  ").map(str::trim).filter(|hint| !hint.is_empty()) {
                let (key, words) = hint.split_once(' ').unwrap();
                let Some(n) = words.rsplit(' ').next().unwrap().parse::<usize>().ok() else { continue };
                if all < 2 || key == "V" {
                    continue;
                }
                let head = stage.desk.head().unwrap();
                stage.press(key);
                let said = format!("{person} {list} `{hint}` of {all}:\n{}", stage.screen());
                let title = match stage.model.overlays.last() {
                    Some(Overlay::Form(form)) => {
                        assert_eq!(about(form).unwrap_or(n), n, "{said}");
                        Some(form.title.clone())
                    }
                    Some(Overlay::Told(told)) => Some(told.title.clone()),
                    _ => None,
                };
                if let Some(title) = title {
                    let numbers = title.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
                    let first = numbers.map(|part| part.parse::<usize>().unwrap()).next();
                    let one = title.contains("C-");
                    assert!(one || first == Some(n), "{title}: {said}");
                    mixed += usize::from(title.contains(" of "));
                    compared.insert(key.to_string());
                }
                while !stage.model.overlays.is_empty() {
                    stage.press("Esc");
                }
                if stage.desk.head().unwrap() != head {
                    stage.press("u");
                }
                stage.press(list).press("R").press("V");
            }
        }
    }
    assert!(compared.len() >= 7 && mixed > 10, "{compared:?}, {mixed} mixtures");
}

#[test]
fn when_open_cases_are_likely_to_end_is_a_list_whose_rows_open() {
    let mut stage = Stage::open(80, 24);
    stage.press("4 :").write("fore").press("Enter");
    let screen = stage.screen();
    assert!(screen.contains("is likely to end, told from"), "{screen}");
    stage.press("Enter");
    assert!(matches!(stage.model.view(), Some(baton::tui::model::View::Case(_))), "{}", stage.screen());
}

#[test]
fn a_review_is_accepted_and_decided_from_its_row_of_the_inbox() {
    let stage = Stage::open(80, 24);
    let process = stage.model.catalog.processes.keys().next().unwrap().clone();
    let (_, definition) = stage.model.catalog.newest(&process).unwrap();
    let who = match &definition.accountable {
        baton::domain::Party::Role(role) => {
            stage.model.catalog.roles[role].members.iter().next().unwrap().clone()
        }
        party => party.person().unwrap().clone(),
    };
    let mut stage = of(&who, 80, 24);
    stage.model.process = Some(process.clone());
    stage.press("4 :").write("begin-review").press("Enter");
    let review = stage.desk.scorecards(Some(&process), stage.model.now).unwrap()[0].open_review.unwrap().0;
    stage.press("1 R /").write("verdict").press("Enter");
    while stage.model.case_in_focus() != Some(review) {
        stage.press("j");
    }
    stage.press("a");
    assert!(
        stage.screen().contains("Accepted C-") && stage.screen().contains("L verdict"),
        "{}",
        stage.screen()
    );
    stage.press("L");
    let asked = stage.screen();
    assert!(asked.contains("version 1") && asked.contains("finished"), "the numbers stand there:\n{asked}");
    assert!(
        asked.contains("1 keep") && !asked.contains("revert"),
        "nothing is there to go back to:\n{asked}"
    );
    stage.press("Enter");
    assert!(stage.screen().contains("Say what it comes to"), "{}", stage.screen());
    stage.press("1 Tab").write("it holds").press("Enter");
    assert!(stage.screen().contains("Kept"), "{}", stage.screen());
    assert_eq!(stage.desk.case(review, stage.model.now).unwrap().row.outcome.as_deref(), Some("keep"));
}

/// Thirty things of others are gone through without a key in between: whatever is done about one, the next comes.
#[test]
fn what_is_with_others_is_gone_through_without_a_key_in_between() {
    let mut stage = of(&"ana".parse().unwrap(), 80, 24);
    stage.press("g s");
    let on =
        |stage: &Stage| stage.model.inbox_state.selected(stage.model.inbox.as_ref().unwrap()).unwrap().case;
    let order = stage.model.inbox.as_ref().unwrap().items.iter().map(|item| item.case).collect::<Vec<_>>();
    for expected in order.iter().take(3) {
        assert_eq!(on(&stage), *expected, "{}", stage.screen());
        stage.press("c").write("how far?").press("Enter");
    }
    assert_eq!(on(&stage), order[3], "{}", stage.screen());
    // What is taken back is what the cursor goes back to.
    stage.press("u");
    assert_eq!(on(&stage), order[2], "{}", stage.screen());
}

/// A case that somebody paused, and did not look at again: its row goes on or is looked at later, on a key each.
#[test]
fn a_paused_case_to_be_looked_at_again_goes_on_or_waits_longer_on_a_key_each() {
    let mut stage = Stage::open(80, 24);
    let text = "process = \"pay\"\ntitle = \"Pay\"\npurpose = \"p\"\naccountable = \"@ME\"\ngoal = \"30 days\"\n\
        [[step]]\nstep = \"ask\"\ntitle = \"Ask\"\nby = \"@ME\"\ngoal = \"1 day\"\nnext = \"file\"\n\
        [[step]]\nstep = \"file\"\ntitle = \"File\"\nby = \"@hana\"\ngoal = \"9 days\"\nnext = { end = true }\n";
    let case = begun(&mut stage, text, &[]);
    goes_on(&mut stage, case, &[]);
    stage.press(":").write(&case.to_string()).press("Enter");
    stage
        .press(":")
        .write("pause")
        .press("Enter")
        .write("the court")
        .press("Tab")
        .write("mon")
        .press("Enter");
    stage.says("is paused: the court.");
    stage.press("S");
    stage.says(&format!("The clock of {case} goes on."));
    stage.press("u 1").wait(4 * 24 * 3600);
    let lease = baton::desk::Lease(uuid::Uuid::nil());
    let now = stage.model.now;
    stage.desk.tick(lease, now, &mut || OpId(uuid::Uuid::now_v7())).unwrap();
    stage.take(vec![Effect::Load(Query::Inbox)]);
    stage.press("/").write("zweibank").press("Enter");
    assert_eq!(two(&stage.model), [A::Start, A::Wait], "{}", stage.screen());
    stage.says("S resume case   W look again");
    stage.says("Paused  the court");
    let row = |stage: &Stage| stage.screen().lines().find(|line| line.starts_with('>')).unwrap().to_string();
    assert!(row(&stage).contains("!") && row(&stage).ends_with(" late"), "{}", stage.screen());
    stage.press("w");
    stage.says(&format!("S resume case   baton case resume {case}"));
    stage.press("Esc W");
    stage.says("Look again later");
    stage.press("Enter");
    stage.says("Say when to look at it again.");
    stage.write("fri").press("Enter");
    let paused = |stage: &mut Stage| {
        let view = stage.desk.case(case, stage.model.now).unwrap();
        view.case.paused().map(|(_, pause)| (pause.reason.clone(), pause.until)).collect::<Vec<_>>()
    };
    let until = paused(&mut stage)[0].1.unwrap();
    assert_eq!(paused(&mut stage), [("the court".to_string(), Some(until))], "{}", stage.screen());
    assert!(until > stage.model.now, "{until:?}");
    stage.says(&format!("{case} is paused: the court."));
    stage.press("u Esc").take(vec![Effect::Load(Query::Inbox)]);
    assert!(paused(&mut stage)[0].1.unwrap() < stage.model.now, "u takes it back");
    stage.press("/").write("zweibank").press("Enter :").write("resume").press("Enter");
    stage.says(&format!("The clock of {case} goes on."));
}

/// Work that waits is looked at again on another date with the key that let it wait.
#[test]
fn what_waits_is_looked_at_again_later_with_the_reason_it_has() {
    use baton::tui::overlays::arrange::Waits;
    let (case, other) = (CaseId(7), CaseId(8));
    let waits = |case, why: Option<&str>| Waits {
        case,
        task: Some(baton::domain::TaskId(case.0)),
        why: why.map(str::to_string),
    };
    let again = baton::tui::overlays::arrange::wait(vec![waits(case, Some("the bank"))], "C-7");
    assert_eq!((again.focus, again.value("reason").as_str()), (0, "the bank"));
    assert!(again.title.starts_with("Look again later"), "{}", again.title);
    let mixed = vec![waits(case, Some("the bank")), waits(other, None)];
    let form = baton::tui::overlays::arrange::wait(mixed, "2 things");
    assert!(form.notes.iter().any(|note| note.starts_with("1 waits already")), "{:?}", form.notes);
    let reasons = |given: Option<&str>| match waits(case, Some("the bank")).command(given, None) {
        Command::WaitTask { reason, .. } => reason,
        other => panic!("{other:?}"),
    };
    assert_eq!((reasons(None).as_str(), reasons(Some("a court")).as_str()), ("the bank", "a court"));
}
