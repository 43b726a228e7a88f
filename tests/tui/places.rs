//! The places of a process, of people and of the agenda, and what is opened from them, at every size.

use super::*;
use baton::domain::Handle;
use baton::tui::model::View;
use baton::tui::places::At;

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (40, 12)];

/// The same keys at every size, each screen under its name.
fn at_every_size(screens: &[(&str, &str)]) {
    for (width, height) in SIZES {
        let mut stage = Stage::open(width, height);
        for (keys, name) in screens {
            stage.press(keys);
            assert_snapshot!(format!("{name} {width}x{height}"), stage.screen());
        }
    }
}

/// What would be handed to the editor.
pub(super) fn to_editor(stage: &mut Stage) -> (Handle, String, Option<usize>) {
    let key = "E".parse::<Key>().unwrap();
    let effects = update::update(&mut stage.model, Msg::Input(vec![Input::Key(key)]));
    let edit = effects.into_iter().find_map(|effect| match effect {
        Effect::EditFile { process, text, line } => Some((process, text, line)),
        _ => None,
    });
    edit.unwrap()
}

pub(super) fn from_editor(stage: &mut Stage, process: &Handle, text: &str) {
    let msg = Msg::FileEdited { process: process.clone(), written: Some((text.to_string(), PathBuf::new())) };
    let effects = update::update(&mut stage.model, msg);
    stage.take(effects);
}

/// The process of the place on screen.
fn process(stage: &Stage) -> Handle {
    match stage.model.view() {
        Some(View::Place(At::Process(process))) => process.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_place_of_a_process() {
    at_every_size(&[
        ("g p", "process flow"),
        ("l", "process steps"),
        ("l", "process by itself"),
        ("l", "process versions"),
        ("l", "process scorecard"),
    ]);
}

#[test]
fn the_places_of_people() {
    at_every_size(&[
        ("g o", "people"),
        ("j Enter", "person in hand"),
        ("l", "person holds"),
        ("l l", "person may do"),
    ]);
}

#[test]
fn the_agenda() {
    at_every_size(&[("g a", "agenda")]);
    let mut stage = Stage::open(80, 24);
    stage.press("g a");
    assert!(stage.screen().contains("the next 14 days"));
    stage.press("+");
    assert!(stage.screen().contains("the next 30 days"));
    stage.press("Enter");
    assert!(matches!(stage.model.view(), Some(View::Case(_))), "{}", stage.screen());
    assert!(stage.screen().contains("Agenda / C-"), "{}", stage.screen());
}

#[test]
fn what_a_case_is_tied_to_and_why_its_dates_are_what_they_are() {
    at_every_size(&[("Enter l l l", "case links"), ("l", "case clocks"), ("l", "case history")]);
    let mut stage = Stage::open(80, 24);
    stage.press("Enter l l l");
    let (record, before) = (stage.screen().contains("about"), stage.model.views.len());
    assert!(record);
    stage.press("Enter");
    assert_eq!(stage.model.views.len(), before + 1, "{}", stage.screen());
    assert!(matches!(stage.model.view(), Some(View::Record(_))));
}

#[test]
fn from_the_flow_to_the_step_to_its_cases() {
    let mut stage = Stage::open(80, 24);
    stage.press("g p j Enter");
    assert!(stage.screen().contains("[Steps"), "{}", stage.screen());
    let process = process(&stage);
    let catalog = stage.desk.catalog().unwrap();
    let (_, newest) = catalog.newest(&process).unwrap();
    let second = newest.steps.iter().map(|step| step.title.clone()).collect::<Vec<_>>();
    let line = stage.screen().lines().find(|line| line.starts_with('>')).unwrap().to_string();
    assert!(second.iter().any(|title| line.contains(title.as_str())), "{line}");
}

#[test]
fn a_process_file_comes_back_from_the_editor_checked_and_nothing_that_was_written_is_lost() {
    let mut stage = Stage::open(80, 24);
    stage.press("g p");
    let (process, text, line) = to_editor(&mut stage);
    assert_eq!(line, None);
    let mut lines = text.lines().map(str::to_string).collect::<Vec<_>>();
    let by = lines.iter().position(|line| line.starts_with("by = ")).unwrap();
    lines[by] = "by = \"nobodies\"".to_string();
    from_editor(&mut stage, &process, &lines.join("\n"));
    assert_snapshot!("process text wrong", stage.screen());
    // The way back: the same text with what is wrong above it, at the line.
    let (_, again, line) = to_editor(&mut stage);
    assert!(again.starts_with("#! line "), "{again}");
    assert!(again.contains("nobodies"));
    assert_eq!(again.lines().nth(line.unwrap() - 1), Some("by = \"nobodies\""));
    // Somebody who comes back another day finds it again.
    stage.model.places.checked = None;
    stage.press("q g p");
    assert!(to_editor(&mut stage).1.contains("nobodies"));
    let goal = lines.iter().position(|line| line.starts_with("goal = ")).unwrap();
    let own = text.lines().nth(by).unwrap().to_string();
    lines[by] = own;
    lines[goal] = "goal = \"99 days\"".to_string();
    from_editor(&mut stage, &process, &lines.join("\n"));
    assert_snapshot!("process text right", stage.screen());
    let versions = |stage: &mut Stage| stage.desk.catalog().unwrap().newest(&process).unwrap().0;
    assert_eq!(versions(&mut stage), 1);
    stage.press("Enter");
    assert_snapshot!("process publish", stage.screen());
    stage.press("Down Ctrl-u").write("below 5 days").press("Enter");
    // dee may not publish it: the text stays, and so does what it promises.
    if versions(&mut stage) == 1 {
        assert!(stage.screen().contains("below 5 days"), "{}", stage.screen());
        stage.press("Esc");
        let (_, kept, _) = to_editor(&mut stage);
        assert!(kept.contains("99 days"));
        let permit = Command::ChangePermission(PermissionChange {
            person: "dee".parse().unwrap(),
            on: None,
            permission: Some(Permission::Admin),
        });
        let ctx = Context::by(&"ana".parse().unwrap(), stage.model.now, OpId(uuid::Uuid::now_v7()));
        stage.desk.execute(&permit, &ctx).unwrap();
        stage.press("Enter Enter");
    }
    assert_eq!(versions(&mut stage), 2, "{}", stage.screen());
    let newest = stage.desk.catalog().unwrap().newest(&process).unwrap().1.clone();
    let expect = newest.improve.as_ref().and_then(|improve| improve.expect.clone());
    assert_eq!(expect.as_deref(), Some("below 5 days"));
    assert!(!to_editor(&mut stage).1.starts_with("#!"));
    assert_snapshot!("process two versions", stage.screen());
    assert_snapshot!("process compared", stage.press("Enter").screen());
    stage.press("q M");
    assert_snapshot!("process migration", stage.screen());
    let open = |stage: &mut Stage| {
        let now = stage.model.now;
        stage.desk.flow(&process, None, now).unwrap().versions[0].open
    };
    assert_eq!(open(&mut stage), 0);
    stage.press("Enter y");
    let moved = open(&mut stage);
    assert!(moved > 0, "{}", stage.screen());
    stage.press("u");
    assert_eq!(open(&mut stage), 0, "one key takes all of it back: {}", stage.screen());
}

/// What somebody else published meanwhile is not written over by whoever was shown what changes against the version before.
#[test]
fn a_version_that_was_published_meanwhile_is_compared_with_before_anything_is_published() {
    for moved_first in [false, true] {
        let mut stage = super::sweep::of(&"ana".parse().unwrap(), 80, 24);
        stage.press("g p");
        let (process, text, _) = to_editor(&mut stage);
        from_editor(&mut stage, &process, &text.replacen("goal = \"", "goal = \"9", 1));
        stage.press("Enter");
        stage.says(&format!("Publish {process} as version 2"));
        let theirs = text.replacen("purpose = \"", "purpose = \"New. ", 1);
        let known = stage.desk.known().unwrap();
        let theirs = baton::domain::process_check::read(&theirs, &known).0.unwrap();
        let publish = Command::PublishProcess { process: theirs.into() };
        let ctx = Context::by(&"fay".parse().unwrap(), stage.model.now, OpId(uuid::Uuid::now_v7()));
        stage.desk.execute(&publish, &ctx).unwrap();
        if moved_first {
            let head = stage.desk.head().unwrap();
            let effects = update::update(&mut stage.model, Msg::Moved(head));
            stage.take(effects);
        } else {
            stage.press("Enter");
        }
        assert_eq!(stage.desk.catalog().unwrap().newest(&process).unwrap().0, 2, "{}", stage.screen());
        stage.says("published");
        stage.says(" meanwhile.");
        // What the text would take back of the other's version is said, and published only by who means it.
        stage.says("version 2 came meanwhile");
        stage.says("purpose");
        let kept = to_editor(&mut stage).1;
        assert!(kept.contains("goal = \"9"), "what was written is kept");
        stage.press("Enter");
        assert_eq!(stage.desk.catalog().unwrap().newest(&process).unwrap().0, 2, "{}", stage.screen());
        from_editor(&mut stage, &process, &kept.replacen("begun from version 1", "begun from version 2", 1));
        stage.press("Enter");
        stage.says(&format!("Publish {process} as version 3"));
    }
}

#[test]
fn an_absence_says_what_would_lie_before_it_is_saved() {
    let mut stage = Stage::open(80, 24);
    stage.press("g o j j W Tab Tab").write("fri");
    assert_snapshot!("away", stage.screen());
    assert!(stage.screen().contains("would"), "{}", stage.screen());
}

#[test]
fn what_somebody_may_do_is_shown_with_who_could_change_it() {
    let mut stage = Stage::open(80, 24);
    stage.press("g o j e");
    assert_snapshot!("may do", stage.screen());
}

#[test]
fn a_leaver_s_plan_opens_from_the_person() {
    let mut stage = Stage::open(80, 24);
    stage.press("g o j x");
    assert_snapshot!("leaver", stage.screen());
}

#[test]
fn a_template_asks_who_does_what_and_how_long_it_may_take() {
    let mut stage = Stage::open(80, 24);
    stage.press(":").write("bring in a process");
    stage.press("Enter").write("Order to cash");
    stage.press("Enter");
    assert_snapshot!("template", stage.screen());
}

#[test]
fn no_place_panics_at_any_size_whatever_is_pressed() {
    let mut stage = Stage::open(80, 24);
    for keys in ["g p", "g o", "g o j Enter", "g a", "g p l l M"] {
        stage.press(keys);
        for (width, height) in
            [(1, 1), (40, 10), (41, 11), (59, 12), (60, 13), (99, 24), (100, 30), (300, 100)]
        {
            stage.model.size = (width, height);
            stage.press("j G k l PgDn J Tab g g");
            stage.screen();
        }
    }
}

#[test]
fn the_loop_of_improvement_is_gone_round_from_the_palette() {
    let mut stage = Stage::open(80, 24);
    stage.press(":").write("rank").press("Enter");
    assert_snapshot!("process rank", stage.screen());
    stage.press("Esc g p");
    let process = process(&stage);
    stage.press(":").write("verdict");
    assert!(stage.screen().contains("no review is open here"), "{}", stage.screen());
    stage.press("Esc :").write("review").press("Enter");
    let case =
        stage.desk.scorecards(Some(&process), stage.model.now).unwrap()[0].open_review.map(|(case, _)| case);
    assert!(case.is_some(), "{}", stage.screen());
    stage.press(":").write("scorecard").press("Enter");
    stage.press("R");
    assert_snapshot!("process scorecard", stage.screen());
    stage.press(":").write("verdict").press("Enter");
    assert_snapshot!("process verdict", stage.screen());
    stage.press("1 Tab").write("it is fine").press("Enter");
    let ended = stage.desk.case(case.unwrap(), stage.model.now).unwrap().row;
    assert_eq!(ended.outcome.as_deref(), Some("keep"), "{}", stage.screen());
}

#[test]
fn a_review_is_reverted_with_one_key_and_the_version_before_is_current_again() {
    let mut stage = Stage::open(80, 24);
    let permit = Command::ChangePermission(PermissionChange {
        person: "dee".parse().unwrap(),
        on: None,
        permission: Some(Permission::Admin),
    });
    let ana = Context::by(&"ana".parse().unwrap(), stage.model.now, OpId(uuid::Uuid::now_v7()));
    stage.desk.execute(&permit, &ana).unwrap();
    stage.press("g p");
    let (process, text, _) = to_editor(&mut stage);
    let newest = |stage: &mut Stage| {
        let catalog = stage.desk.catalog().unwrap();
        let (version, process) = catalog.newest(&process).unwrap();
        (version, process.goal, process.steps.clone())
    };
    let (first, goal, steps) = newest(&mut stage);
    let own = text.lines().find(|line| line.starts_with("goal = ")).unwrap();
    from_editor(&mut stage, &process, &text.replacen(own, "goal = \"99 days\"", 1));
    stage.press("Enter Down Ctrl-u").write("below 5 days").press("Enter");
    assert_ne!(newest(&mut stage).1, goal, "{}", stage.screen());
    stage.press(":").write("begin-review").press("Enter");
    let review = stage.desk.scorecards(Some(&process), stage.model.now).unwrap()[0].open_review.unwrap().0;
    stage.press("1 :").write(&review.to_string()).press("Enter");
    assert!(stage.screen().contains("H revert"), "{}", stage.screen());
    stage.press("H");
    assert!(stage.screen().contains("Reverted: the version before is version"), "{}", stage.screen());
    assert_eq!(newest(&mut stage), (first + 2, goal, steps), "{}", stage.screen());
    let ended = stage.desk.case(review, stage.model.now).unwrap().row;
    assert_eq!((ended.state.as_str(), ended.outcome.as_deref()), ("done", Some("revert")));
    stage.press("H");
    assert_eq!(newest(&mut stage).0, first + 2, "it ended with that: {}", stage.screen());
}

#[test]
fn a_review_that_a_newer_version_overtook_says_why_it_brings_nothing_back() {
    let mut stage = Stage::open(80, 24);
    let ctx = |stage: &Stage, who: &str| {
        Context::by(&who.parse().unwrap(), stage.model.now, OpId(uuid::Uuid::now_v7()))
    };
    let permit = Command::ChangePermission(PermissionChange {
        person: "dee".parse().unwrap(),
        on: None,
        permission: Some(Permission::Admin),
    });
    let by = ctx(&stage, "ana");
    stage.desk.execute(&permit, &by).unwrap();
    stage.press("g p");
    let (process, text, _) = to_editor(&mut stage);
    let own = text.lines().find(|line| line.starts_with("goal = ")).unwrap().to_string();
    from_editor(&mut stage, &process, &text.replacen(&own, "goal = \"99 days\"", 1));
    stage.press("Enter Down Ctrl-u").write("below 5 days").press("Enter");
    stage.press(":").write("begin-review").press("Enter");
    let review = stage.desk.scorecards(Some(&process), stage.model.now).unwrap()[0].open_review.unwrap().0;
    let mut newer = (**stage.desk.catalog().unwrap().newest(&process).unwrap().1).clone();
    newer.goal = Some("98 days".parse().unwrap());
    let by = ctx(&stage, "dee");
    stage.desk.execute(&Command::PublishProcess { process: newer.into() }, &by).unwrap();
    stage.press("R 1 :").write(&review.to_string()).press("Enter R H");
    assert!(stage.screen().contains("has come since"), "{}", stage.screen());
}

/// Over a key that gives the program and nothing else no editor is started: the text is written on the screen.
#[test]
fn a_process_is_written_on_the_screen_where_no_editor_may_be_started() {
    let mut stage = Stage::open(80, 24);
    stage.model.manners.no_editor = true;
    stage.press("g p E");
    let handle = match stage.model.view() {
        Some(View::Place(At::Process(process))) => process.clone(),
        other => panic!("{other:?}"),
    };
    assert_snapshot!("writing a process", stage.screen());
    let before = stage.model.catalog.newest(&handle).unwrap().0;
    // A goal that is none: the check says so, with the cursor at its line.
    let text = |stage: &Stage| match stage.model.overlays.last() {
        Some(Overlay::Writing(writing)) => writing.field.text().to_string(),
        other => panic!("{other:?}"),
    };
    let goal = text(&stage).lines().position(|line| line.starts_with("goal = ")).unwrap();
    while !stage.screen().contains(&format!("line {} of ", goal + 1)) {
        stage.press("Down");
    }
    stage.press("End Backspace").write(" or so").press("Ctrl-s");
    let screen = stage.screen();
    assert!(screen.contains(&format!("line {} of ", goal + 1)), "{screen}");
    assert!(screen.contains(&format!("line {}: ", goal + 1)), "what is wrong and where: {screen}");
    // It outlives Esc, and E goes on with it.
    stage.press("Esc");
    assert!(stage.screen().contains("Your text is kept"), "{}", stage.screen());
    stage.press("E");
    assert!(text(&stage).contains(" or so"), "{}", stage.screen());
    let whole = text(&stage).replace(" or so", "\"");
    let line = whole.lines().nth(goal).unwrap().to_string();
    let mut lines = whole.lines().map(str::to_string).collect::<Vec<_>>();
    lines[goal] = "goal = \"99 days\"".to_string();
    assert_ne!(lines[goal], line);
    if let Some(Overlay::Writing(writing)) = stage.model.overlays.last_mut() {
        writing.field = baton::tui::widgets::field::Field::long(&lines.join("\n"), 100_000);
    }
    stage.press("Ctrl-s");
    assert!(stage.screen().contains("Publish "), "{}", stage.screen());
    stage.press("Enter Enter");
    assert_eq!(stage.model.catalog.newest(&handle).unwrap().0, before + 1, "{}", stage.screen());
}

/// A note has lines, in its form and in a box of its own.
#[test]
fn a_note_has_more_than_one_line() {
    let mut stage = Stage::open(80, 24);
    let case = stage.model.case_in_focus().unwrap();
    stage.press("c Ctrl-u").write("first line").press("Ctrl-j").write("second line");
    let screen = stage.screen();
    assert!(screen.contains("first line") && screen.contains("second line"), "{screen}");
    stage.model.manners.no_editor = true;
    stage.press("Ctrl-x Enter").write("third line").press("Ctrl-s Enter");
    let told = stage.desk.case(case, stage.model.now).unwrap().timeline.last().unwrap().text.clone();
    for line in ["first line", "second line", "third line"] {
        assert!(told.contains(line), "{told}");
    }
}

/// A case is what the keys act on wherever it stands in a list.
#[test]
fn verbs_work_on_a_case_of_the_agenda_of_a_person_and_of_a_record() {
    let offers = |stage: &Stage| {
        let form = matches!(stage.model.overlays.as_slice(), [Overlay::Form(form)] if form.title.starts_with("Offer C-"));
        assert!(form, "{}", stage.screen());
    };
    let mut stage = Stage::open(80, 24);
    stage.press("g a A");
    offers(&stage);
    stage.press("Esc g o j Enter A");
    offers(&stage);
    stage.press("Esc 3 Enter l A");
    offers(&stage);
    // What is about the record stays so.
    stage.press("Esc c");
    assert!(stage.screen().contains("Note: R-"), "{}", stage.screen());
}

/// Two branches of one case are two lines, and the keys are about the line they are pressed on.
#[test]
fn a_line_of_the_agenda_is_about_its_own_branch_of_the_case() {
    let mut stage = Stage::open(80, 24);
    let text = "process = \"pay\"\ntitle = \"Pay\"\npurpose = \"p\"\naccountable = \"@ME\"\n\
        [[step]]\nstep = \"ask\"\ntitle = \"Ask\"\nby = \"@ME\"\ngoal = \"1 day\"\nnext = { all = [\"one\", \"two\"] }\n\
        [[step]]\nstep = \"one\"\ntitle = \"First half\"\nby = \"@ME\"\ngoal = \"2 days\"\nnext = \"file\"\n\
        [[step]]\nstep = \"two\"\ntitle = \"Second half\"\nby = \"@ME\"\ngoal = \"4 days\"\nnext = \"file\"\n\
        [[step]]\nstep = \"file\"\ntitle = \"File\"\nby = \"@ME\"\ngoal = \"1 day\"\njoin = [\"one\", \"two\"]\nnext = { end = true }\n";
    let case = begun(&mut stage, text, &[]);
    goes_on(&mut stage, case, &[]);
    stage.press("g a");
    for step in ["First half", "Second half"] {
        stage.press("g g");
        for _ in 0..60 {
            let screen = stage.screen();
            let line = screen.lines().find(|line| line.starts_with('>')).unwrap_or_default();
            if line.contains("Zweibank") && line.contains(step) {
                break;
            }
            stage.press("j");
        }
        stage.press("L");
        stage.says(&format!("Hand on {case}: {step}"));
        stage.press("Esc");
    }
}

/// Help, palette and keys of a place say the same, and no key there is mute.
#[test]
fn the_help_of_people_says_what_its_keys_do_and_every_key_answers() {
    let mut stage = Stage::open(80, 24);
    stage.press("g o");
    for words in ["Say what somebody may do", "Add somebody", "Somebody leaves: all they hold"] {
        stage.press("?").write(words);
        let line = stage
            .screen()
            .lines()
            .find(|line| line.contains('>') && line.contains(words))
            .map(str::to_string);
        assert!(line.is_some(), "{words} in\n{}", stage.screen());
        stage.press("Esc");
    }
    stage.press("/").write("chi").press("Enter");
    assert!(
        stage.screen().lines().any(|line| line.starts_with('>') && line.contains("chi")),
        "{}",
        stage.screen()
    );
    stage.press("y");
    stage.says("Copied \"chi ");
    stage.press("Esc Y");
    stage.says("Copied, if your terminal allows it");
    for place in ["g o", "g a", "g p", "1 Enter", "3 Enter"] {
        stage.press("Esc Esc Esc 1").press(place).press("p");
        stage.says("there is no preview here");
    }
    stage.press("Esc Esc Esc 1 g s p");
    stage.says("no room for a preview here");
    assert!(stage.model.inbox_state.preview, "nothing was switched unseen");
}

/// What was typed of a person is written, and nothing that somebody else changed meanwhile.
#[test]
fn the_form_of_a_person_writes_what_was_changed_and_says_what_somebody_else_changed() {
    let mut stage = super::sweep::of(&"ana".parse().unwrap(), 80, 24);
    stage.press("g o /").write("dee").press("Enter Esc E");
    let theirs = |stage: &mut Stage, mail: &str| {
        let of = baton::domain::permission::PersonChange::of("dee".parse().unwrap());
        let change = baton::domain::permission::PersonChange { mail: Some(mail.to_string()), ..of };
        stage.take(vec![Effect::Do(vec![Command::ChangePerson(change)])]);
    };
    stage.press("End").write("XX");
    theirs(&mut stage, "new@fay.example");
    stage.press("Enter");
    let dee = |stage: &mut Stage| stage.desk.catalog().unwrap().people[&"dee".parse().unwrap()].clone();
    let now = dee(&mut stage);
    assert!(now.name.ends_with("XX"), "{now:?}");
    assert_eq!(now.mail.as_deref(), Some("new@fay.example"));
    stage.press("E Tab Ctrl-u").write("mine@x.example");
    theirs(&mut stage, "newer@fay.example");
    stage.press("Enter");
    stage.says("by now: somebody changed it");
    stage.press("Enter");
    assert_eq!(dee(&mut stage).mail.as_deref(), Some("mine@x.example"));
}
