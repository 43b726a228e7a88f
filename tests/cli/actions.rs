//! Everything the screen can do has a command that does the same, or is only about the screen; and every view
//! of the command line has a plain form.

use crate::place::{MON, MON_LATE, Place};
use baton::tui::action::ACTIONS;
use std::collections::BTreeSet;

/// What does the same without the screen.
enum Way {
    /// The words of the command before its arguments.
    Command(&'static str),
    /// Moves, looks or arranges on the screen and changes nothing else.
    OnlyTheScreen,
}

use Way::{Command as C, OnlyTheScreen as S};

/// One line an action of the table; an action without a line fails the test below.
const WAYS: &[(&str, Way)] = &[
    ("accept", C("handoff accept")),
    ("decline", C("handoff decline")),
    ("start", C("task start")),
    ("hand-on", C("task done")),
    ("send-back", C("task send-back")),
    ("delegate", C("task delegate")),
    ("release", C("task release")),
    ("offer", C("handoff offer")),
    ("wait", C("task wait")),
    ("snooze", C("task snooze")),
    ("wake", C("task snooze")),
    ("due", C("task due")),
    ("move-to", C("task done")),
    ("tags", C("case tag")),
    ("note", C("case note")),
    ("data", C("case set")),
    ("resolve", C("case resolve")),
    ("withdraw", C("case withdraw")),
    ("urgent", C("case urgent")),
    ("pause", C("case pause")),
    ("resume", C("case resume")),
    ("reopen", C("case reopen")),
    ("why", C("case why")),
    ("undo", C("undo")),
    ("redo", C("redo")),
    ("new-case", C("case start")),
    ("add-task", C("case add-task")),
    ("new-record", C("record add")),
    ("edit-record", C("record set")),
    ("add-person", C("person add")),
    ("away", C("person away")),
    ("let-go", C("person leave")),
    ("add-template", C("process new")),
    ("holidays", C("calendar holidays")),
    ("merge", C("record merge")),
    ("effort", C("process effort")),
    ("contact", C("record contact")),
    ("file", C("record file")),
    ("import", C("import records")),
    ("inbox", C("inbox")),
    ("boards", C("board")),
    ("records", C("record list")),
    ("metrics", C("metrics summary")),
    ("customers", C("record list")),
    ("vendors", C("record list")),
    ("employees", C("record list")),
    ("process", C("process map")),
    ("people", C("person list")),
    ("agenda", C("agenda")),
    ("lost", C("process why")),
    ("migrate", C("process migrate")),
    ("stalled", C("stalled")),
    ("late", C("overdue")),
    ("waiting", C("handoff list")),
    ("history", C("history")),
    ("news", C("since")),
    ("drafts", S),
    ("snoozed", C("inbox")),
    ("keys", C("keys")),
    ("next-late", C("overdue")),
    ("previous-late", C("overdue")),
    ("open", C("case show")),
    ("help", C("keys")),
    ("down", S),
    ("up", S),
    ("left", S),
    ("right", S),
    ("top", S),
    ("bottom", S),
    ("page-down", S),
    ("page-up", S),
    ("half-down", S),
    ("half-up", S),
    ("other-down", S),
    ("other-up", S),
    ("next-section", S),
    ("previous-section", S),
    ("back", S),
    ("leave", S),
    ("choose-board", S),
    ("filter", S),
    ("filter-menu", S),
    ("sort", S),
    ("reverse-sort", S),
    ("palette", S),
    ("mark", S),
    ("mark-all", S),
    ("range", S),
    ("copy-all", S),
    ("copy", S),
    ("preview", S),
    ("zoom", S),
    ("table", S),
    ("picture", C("metrics chart")),
    ("shorter-period", S),
    ("longer-period", S),
    ("reload", S),
    ("redraw", S),
    ("suspend", S),
    ("mouse", S),
    ("quit", S),
    ("previous-view", S),
    ("messages", S),
    ("theme", S),
    ("begin-review", C("process review")),
    ("verdict", C("process review")),
    ("scorecard", C("process scorecard")),
    ("forecast", C("metrics forecast")),
    ("rank", C("process rank")),
];

#[test]
fn a2_every_action_of_the_screen_is_a_command_or_only_about_the_screen() {
    let actions = ACTIONS.iter().map(|action| action.name).collect::<BTreeSet<_>>();
    let written = WAYS.iter().map(|(name, _)| *name).collect::<BTreeSet<_>>();
    assert_eq!(actions, written, "tests/cli/actions.rs says for every action which command does the same");
    let place = Place::new();
    let commands = WAYS.iter().filter_map(|(_, way)| match way {
        C(command) => Some(*command),
        S => None,
    });
    for command in commands.collect::<BTreeSet<_>>() {
        let ran = place.run("bo", MON, &format!("{command} --help"));
        assert_eq!(ran.code, 0, "there is no `baton {command}`: {}", ran.err);
    }
}

#[test]
fn every_view_has_a_plain_form_without_headings_and_boxes() {
    let place = Place::company();
    for line in [
        "record add customer Hansen city=Oslo",
        "record contact R-1 Kari --mail k@example.com",
        "record note R-1 called",
        "case start sale --title Roof --about R-1",
        "case note C-1 hello",
        "task done T-1 amount=1",
    ] {
        place.ok("bo", MON, line);
    }
    let views = [
        "inbox --all",
        "overdue",
        "case list",
        "case show C-1",
        "task list",
        "task show T-1",
        "handoff list",
        "handoff show H-1",
        "record list",
        "record show R-1",
        "record timeline R-1",
        "record kind list",
        "person list",
        "person show bo",
        "role list",
        "role show finance",
        "process list",
        "process show sale",
        "process templates",
        "calendar list",
        "metrics summary",
        "metrics steps sale",
        "metrics handoffs sale",
        "config",
        "keys",
        "db info",
    ];
    let mut looked = 0;
    for view in views {
        let (wide, plain) =
            (place.run("ana", MON_LATE, view), place.run("ana", MON_LATE, &format!("--plain {view}")));
        assert_eq!(wide.code, plain.code, "{view}: {} {}", wide.err, plain.err);
        if wide.code != 0 {
            continue;
        }
        looked += 1;
        let boxes = plain.out.chars().find(|c| ('\u{2500}'..='\u{259f}').contains(c));
        assert_eq!(boxes, None, "{view}: {}", plain.out);
        for line in plain.out.lines() {
            assert!(!line.contains("   "), "{view}: columns are between tabs: {line:?}");
            let heading =
                line.split('\t').all(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_uppercase()));
            assert!(!heading, "{view}: a heading in the plain form: {line:?}");
        }
    }
    assert!(looked >= views.len() - 4, "only {looked} of {} views could be looked at", views.len());
}
