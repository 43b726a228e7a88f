//! All screens there are: panes, lists in the inbox's place, views, tabs, overlays and forms, as the enums of the
//! program name them. The walk comes to each, so that a new one that no test sees fails here.

use super::*;
use baton::desk::What;
use baton::domain::{CaseId, RecordId};
use baton::tui::action::Group;
use baton::tui::overlays::Overlay;
use baton::tui::overlays::forms::Kind;
use baton::tui::panes::inbox::Section;
use std::collections::BTreeSet;

/// Where the enums are written, and what their names begin with here.
const ENUMS: [(&str, &str, &str); 10] = [
    (include_str!("../../src/tui/model.rs"), "Pane", "pane"),
    (include_str!("../../src/tui/model.rs"), "View", "view"),
    (include_str!("../../src/tui/places.rs"), "At", "at"),
    (include_str!("../../src/desk/queue.rs"), "Queue", "queue"),
    (include_str!("../../src/tui/panes/case.rs"), "CaseTab", "case"),
    (include_str!("../../src/tui/panes/record.rs"), "RecordTab", "record"),
    (include_str!("../../src/tui/overlays/mod.rs"), "Overlay", "overlay"),
    (include_str!("../../src/tui/overlays/told.rs"), "Asks", "asks"),
    (include_str!("../../src/tui/overlays/forms.rs"), "Kind", "form"),
    (include_str!("../../src/tui/overlays/places.rs"), "PlaceForm", "form of a place"),
];

/// The variants of an enum, from its source.
fn variants(source: &str, name: &str) -> Vec<String> {
    let start = source.find(&format!("pub enum {name} {{")).unwrap_or_else(|| panic!("no enum {name}"));
    let body = source[start..].lines().skip(1).take_while(|line| *line != "}");
    let own = body.filter(|line| line.starts_with("    ") && line[4..].starts_with(char::is_uppercase));
    own.map(|line| word(line.trim())).collect()
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric()).collect()
}

/// Every name the walk has to come past.
pub(super) fn all() -> BTreeSet<String> {
    let of = |(source, name, short): &(&str, &str, &str)| {
        variants(source, name).into_iter().map(|variant| format!("{short} {variant}")).collect::<Vec<_>>()
    };
    ENUMS.iter().flat_map(of).collect()
}

/// What is on the screen, by those names.
pub(super) fn here(model: &Model) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut add = |short: &str, debug: String| names.insert(format!("{short} {}", word(&debug)));
    match model.view() {
        Some(view) => {
            use baton::tui::model::View;
            add("view", format!("{view:?}"));
            match view {
                View::Case(_) => _ = add("case", format!("{:?}", model.case_state.tab)),
                View::Record(_) => _ = add("record", format!("{:?}", model.record_state.tab)),
                View::Place(at) => _ = add("at", format!("{at:?}")),
                View::Cases { .. } => {}
            }
        }
        None => {
            add("pane", format!("{:?}", model.pane));
            add("queue", format!("{:?}", model.sweep.queue));
        }
    }
    for overlay in &model.overlays {
        add("overlay", format!("{overlay:?}"));
        match overlay {
            Overlay::Told(told) => _ = add("asks", format!("{:?}", told.asks)),
            Overlay::Form(form) => {
                add("form", format!("{:?}", form.kind));
                if let Kind::Place(place) = &form.kind {
                    add("form of a place", format!("{place:?}"));
                }
            }
            _ => {}
        }
    }
    names
}

/// Ways from the inbox to places from which actions are asked for; the others are only looked at.
const PLACES: [&str; 7] = ["1", "1 Enter", "2", "3 Enter", "4", "g p", "g o j"];
const MORE_PLACES: [&str; 7] = ["g s", "g w", "g h", "g n", "g z", "2 T", "3"];
/// The same, which are for looking only.
const TABS: [(&str, &str); 8] = [
    ("1 Enter", "l l l l l l Enter / q Enter n N Esc"),
    ("3 Enter", "l l l l l l l"),
    ("g p", "l l l l l"),
    ("g o j Enter", "l l l l"),
    ("g a", "j +"),
    ("4", "Tab Tab Tab Tab Tab Tab P P P P P Esc Enter"),
    ("g s", "g w g h g n g z"),
    ("1", "Tab Tab Tab Tab Tab g Esc v j v Esc / Esc f Esc o Esc z z"),
];

impl Stage {
    /// To the whole inbox with nothing over it.
    pub(super) fn home(&mut self) -> &mut Stage {
        self.model.overlays.clear();
        self.model.own_state_mut().section = Section::All;
        self.press("Esc Esc Esc Esc").press("1")
    }
}

/// What the walk needs to come everywhere.
pub(super) struct Needed {
    /// In the person's own hand; the second came on from an earlier step.
    pub own: [CaseId; 2],
    pub closed: CaseId,
    /// With contacts, notes and cases.
    pub record: RecordId,
}

/// Goes everywhere and calls `seen` on each screen with the keys that led there. `whole` asks for every action from
/// every place; otherwise what only leads elsewhere is asked for from the inbox alone.
pub(super) fn walk(stage: &mut Stage, needed: Needed, whole: bool, mut seen: impl FnMut(&mut Stage, &str)) {
    let Needed { own, closed, record } = needed;
    stage.home().press(":").write(&record.to_string()).press("Enter");
    for key in ["R", "l", "l", "l", "l", "l", "l", "E", "Tab", "Esc", "c", "Esc"] {
        stage.press(key);
        seen(stage, &format!("{record}, then {key}"));
    }
    for (place, keys) in TABS {
        stage.home().press(place);
        seen(stage, place);
        for key in keys.split(' ') {
            stage.press(key);
            seen(stage, &format!("{place}, then {key}"));
        }
    }
    for (case, key) in [
        (own[0], "W"),
        (own[0], "D"),
        (own[0], "w w"),
        (own[0], "L"),
        (own[0], "d"),
        (own[1], "H"),
        (closed, ":"),
    ] {
        stage.home().press(":").write(&case.to_string()).press("Enter").press(key);
        if key == ":" {
            stage.write("reopen").press("Enter");
        }
        seen(stage, &format!("{case}, then {key}"));
    }
    // Of many it is said by each whether a role does it.
    stage.home().press("V B");
    seen(stage, "V B");
    // Work that was lent out comes back through a form of its own.
    stage.home().press(":").write(&own[0].to_string()).press("Enter D").write("@bo").press("Enter D");
    seen(stage, "taking back what was delegated");
    stage.home().press("f").write("save this").press("Enter");
    seen(stage, "saving a view");
    stage.model.manners.no_editor = true;
    stage.home().press("g p E");
    seen(stage, "a process written on the screen");
    stage.press("Esc");
    stage.model.manners.no_editor = false;
    stage.home().press("V s Enter");
    seen(stage, "many at once");
    for what in [What::Accept, What::Exception, What::Start] {
        for who in ["dee", "ana"] {
            of_person(stage, who);
            let items =
                stage.home().model.inbox.as_ref().map(|inbox| inbox.items.clone()).unwrap_or_default();
            for n in items.iter().enumerate().filter(|(_, item)| item.what == what).map(|(n, _)| n).take(12) {
                stage.home().press("g g");
                (0..n).for_each(|_| _ = stage.press("j"));
                stage.press(if what == What::Accept { "r" } else { "a" });
                seen(stage, &format!("{what:?} of {who}"));
                stage.model.overlays.clear();
                stage.press("a");
                seen(stage, &format!("{what:?} of {who}"));
            }
        }
    }
    of_person(stage, "dee");
    let tasks = stage.home().model.inbox.as_ref().unwrap().items.iter().map(|item| item.what == What::Start);
    let tasks = tasks.collect::<Vec<_>>();
    stage.press("g g");
    tasks.iter().for_each(|start| _ = stage.press(if *start { "Space" } else { "j" }));
    stage.press("L");
    seen(stage, "many handed on");
    stage.press("Esc H");
    seen(stage, "many sent back");
    let waits = closing::waits_for_an_answer(stage);
    stage.home().press(":").write(&waits.to_string()).press("Enter S");
    seen(stage, "what waits, let go on");
    let days = stage._folder.path().join("days.ics");
    let day = "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261221\r\nSUMMARY:q0.\u{202e}Works\r\nEND:VEVENT\r\n";
    std::fs::write(&days, format!("BEGIN:VCALENDAR\r\n{day}END:VCALENDAR\r\n")).unwrap();
    stage.home().press(":").write("holidays").press("Enter Ctrl-u").write(&days.display().to_string());
    stage.press("Enter");
    seen(stage, "holidays of a file");
    a_new_version(stage, &mut seen);
    for action in ["begin-review", "verdict"] {
        stage.home().press("g p :").write(action).press("Enter");
        seen(stage, action);
    }
    stage.home().press("3 :").write("merge").press("Enter Down Enter");
    seen(stage, "two records that become one");
    stage.home().press(":").write("template").press("Enter").write("blank").press("Enter");
    stage.write("q0.\u{202e}x").press("Tab Tab Tab").write("q0.\u{202e}y > z");
    seen(stage, "a process of one's own");
    stage.home().press("1 x 2 Tab").write("q0");
    seen(stage, "the case that one is a duplicate of");
    // The welcome, as if nothing were here; its file has a hostile name.
    stage.home().model.first_run = true;
    stage.model.settings_file = Some("q0.\u{202e}config.toml".into());
    seen(stage, "the welcome");
    stage.press("e");
    seen(stage, "the welcome, then e");
    stage.model.first_run = false;
    for place in PLACES.into_iter().chain(MORE_PLACES).take(if whole { 14 } else { 7 }) {
        for action in baton::tui::action::ACTIONS {
            let leads = matches!(action.group, Group::Go | Group::Move) && place != "1" && !whole;
            if leads || matches!(action.name, "suspend" | "quit" | "undo" | "redo") {
                continue;
            }
            stage.home().press(place).press(":").write(action.name).press("Enter");
            seen(stage, &format!("{place}, then {}", action.name));
            for key in ["Tab", "Enter", "Down"] {
                if stage.model.overlays.is_empty() {
                    break;
                }
                stage.press(key);
                seen(stage, &format!("{place}, then {}, {key}", action.name));
            }
        }
    }
}

/// The screens of somebody else.
fn of_person(stage: &mut Stage, who: &str) {
    stage.model.me = who.parse().unwrap();
    stage.place.me = stage.model.me.clone();
    stage.home();
    stage.model.inbox = None;
    stage.take(vec![Effect::Load(Query::Inbox)]);
}

/// From the editor back: wrong, right, published, compared, migrated to.
fn a_new_version(stage: &mut Stage, seen: &mut impl FnMut(&mut Stage, &str)) {
    stage.home().press("g p");
    let (process, text, _) = places::to_editor(stage);
    for (from, to) in [("goal = ", "goal = \"no time\""), ("goal = ", "goal = \"99 days\"")] {
        let mut lines = text.lines().collect::<Vec<_>>();
        let at = lines.iter().position(|line| line.starts_with(from)).unwrap();
        lines[at] = to;
        places::from_editor(stage, &process, &lines.join("\n"));
        seen(stage, "a process that was edited");
    }
    stage.press("Enter");
    seen(stage, "a new version, and what is expected of it");
    stage.write("below 9 days");
    for keys in ["Enter", "Enter", "q M", "Enter"] {
        stage.press(keys);
        seen(stage, &format!("a new version, {keys}"));
    }
}
