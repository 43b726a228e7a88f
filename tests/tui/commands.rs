//! Every command there is, on a file full of hostile texts and with more of them as arguments: what it writes is
//! looked at. The commands are asked of the program itself, so that a new one without a line here fails.

use super::hostile::{Dice, found, hostile};
use super::*;
use std::collections::BTreeSet;
use std::process::{Command as Program, Output};

/// What a command gets, and whether it only shows something.
enum Line {
    /// Looked at as it is, plain and as JSON.
    Shows(&'static str),
    /// Carried out once, with what is hostile in the place of `~`.
    Does(&'static str),
    /// Writes data that has to come back as it was; only what it says beside that is looked at.
    Data(&'static str),
    /// Does not end by itself, or opens the screen.
    Never,
}

use Line::{Data, Does, Never, Shows};

/// One line a command; `CASE`, `TASK`, `HANDOFF`, `RECORD`, `CLOSED` and `FILE` stand for something hostile that is there.
const COMMANDS: &[(&str, Line)] = &[
    ("agenda", Shows("")),
    ("audit head", Shows("")),
    ("audit verify", Shows("")),
    ("backup", Does("~.db")),
    ("board", Shows("plan")),
    ("calendar apply", Does("FILE")),
    ("calendar due", Shows("--start 2026-11-20T10:00 --goal ~")),
    ("calendar elapsed", Shows("--from ~ --to 2026-11-20T12:00")),
    ("calendar holidays", Does("FILE")),
    ("calendar list", Shows("")),
    ("calendar show", Shows("~")),
    ("case accountable", Does("CASE ~")),
    ("case add-task", Does("CASE ~ --to @bo")),
    ("case due", Shows("CASE")),
    ("case list", Shows("")),
    ("case note", Does("CASE ~")),
    ("case pause", Does("CASE --reason ~")),
    ("case proceed", Does("CASE")),
    ("case reopen", Does("CLOSED --reason ~")),
    ("case resolve", Does("CASE 1 --note ~")),
    ("case resume", Does("CASE")),
    ("case set", Does("CASE ~=~")),
    ("case show", Shows("CASE")),
    ("case start", Does("plan --title ~ --note ~ --about RECORD")),
    ("case tag", Does("CASE ~")),
    ("case urgent", Does("CASE")),
    ("case why", Shows("CASE")),
    ("case withdraw", Does("CASE --reason ~")),
    ("completions", Data("bash")),
    ("config", Shows("")),
    ("db check", Shows("")),
    ("db info", Shows("")),
    ("demo", Never),
    ("doctor", Shows("")),
    ("export all", Data("")),
    ("export calendar", Data("")),
    ("export log", Data("")),
    ("export records", Data("")),
    ("handoff accept", Does("HANDOFF")),
    ("handoff decline", Does("HANDOFF --reason other --text ~")),
    ("handoff list", Shows("")),
    ("handoff offer", Does("CASE --to ~")),
    ("handoff recall", Does("HANDOFF --reason ~")),
    ("handoff show", Shows("HANDOFF")),
    ("history", Shows("")),
    ("import all", Does("FILE")),
    ("import log", Does("FILE")),
    ("import records", Does("FILE --kind customer")),
    ("inbox", Shows("--all")),
    ("init", Does("--zone ~")),
    ("keys", Shows("")),
    ("ladder list", Shows("")),
    ("ladder show", Shows("plan")),
    ("man", Data("")),
    ("message add", Does("CASE ~")),
    ("message list", Shows("")),
    ("message read", Does("CASE")),
    ("message reply", Does("CASE ~")),
    ("message send", Does("CASE ~ --to @bo")),
    ("metrics chart", Shows("--process plan ~")),
    ("metrics compare", Shows("--process plan --a 1 --b 2")),
    ("metrics conformance", Shows("--process plan")),
    ("metrics cycle-time", Shows("--process plan")),
    ("metrics flow", Shows("--process plan")),
    ("metrics forecast", Shows("--process plan")),
    ("metrics handoffs", Shows("--process plan")),
    ("metrics log", Shows("FILE")),
    ("metrics people", Shows("--process plan")),
    ("metrics review", Shows("--process plan")),
    ("metrics scorecard", Shows("")),
    ("metrics rework", Shows("--process plan")),
    ("metrics steps", Shows("--process plan")),
    ("metrics summary", Shows("")),
    ("overdue", Shows("")),
    ("person add", Does("eve ~ --mail ~")),
    ("person away", Does("bo --until ~")),
    ("person back", Does("~")),
    ("person change", Does("bo --name ~")),
    ("person leave", Does("~")),
    ("person list", Shows("")),
    ("person permit", Does("bo ~")),
    ("person show", Shows("dee")),
    ("process apply", Does("FILE")),
    ("process check", Shows("FILE")),
    ("process diff", Shows("plan")),
    ("process draft", Data("--from plan")),
    ("process edit", Does("plan --expect ~")),
    ("process effort", Does("plan ~")),
    ("process export", Data("plan")),
    ("process list", Shows("")),
    ("process map", Shows("plan")),
    ("process migrate", Does("plan")),
    ("process new", Does("~")),
    ("process rank", Shows("")),
    ("process review", Does("plan --verdict ~")),
    ("process scorecard", Shows("plan")),
    ("process show", Shows("plan")),
    ("process templates", Shows("")),
    ("process why", Shows("plan")),
    ("record add", Does("customer ~ city=~")),
    ("record archive", Does("RECORD --reason ~")),
    ("record contact", Does("RECORD ~ --mail ~ --phone ~")),
    ("record file", Does("RECORD ~ ~")),
    ("record kind apply", Does("FILE")),
    ("record kind list", Shows("")),
    ("record kind show", Shows("customer")),
    ("record list", Shows("")),
    ("record merge", Does("RECORD R-1")),
    ("record note", Does("RECORD ~")),
    ("record set", Does("RECORD name=~ ~=~")),
    ("record show", Shows("RECORD")),
    ("record tag", Does("RECORD ~")),
    ("record timeline", Shows("RECORD")),
    ("redo", Does("")),
    ("role add", Does("odd ~ --member dee")),
    ("role change", Does("odd --title ~")),
    ("role list", Shows("")),
    ("role show", Shows("odd")),
    ("rule list", Shows("")),
    ("rule show", Shows("~")),
    ("schedule list", Shows("")),
    ("schedule show", Shows("plan")),
    ("simulate", Shows("--days 2")),
    ("since", Shows("")),
    ("stalled", Shows("--days 1")),
    ("task check", Does("TASK 1")),
    ("task delegate", Does("TASK --to @bo --note ~")),
    ("task done", Does("TASK ~=~ --note ~")),
    ("task due", Does("TASK --by friday --reason ~")),
    ("task list", Shows("")),
    ("task reassign", Does("TASK --to ~")),
    ("task release", Does("TASK --note ~")),
    ("task resolve", Does("TASK --note ~")),
    ("task resume", Does("TASK")),
    ("task send-back", Does("TASK --to one --reason ~")),
    ("task show", Shows("TASK")),
    ("task snooze", Does("TASK --until ~")),
    ("task start", Does("TASK")),
    ("task uncheck", Does("TASK 1")),
    ("task wait", Does("TASK --reason ~")),
    ("tick", Does("")),
    ("undo", Does("")),
    ("watch", Never),
];

/// The commands that are there, by their words.
fn there_are() -> BTreeSet<String> {
    let (mut found, mut ahead) = (BTreeSet::new(), vec![String::new()]);
    while let Some(words) = ahead.pop() {
        let mut program = Program::new(env!("CARGO_BIN_EXE_baton"));
        let help = program.args(words.split_whitespace()).arg("--help").output().unwrap();
        let help = String::from_utf8(help.stdout).unwrap();
        let listed =
            help.split_once("Commands:\n").map(|(_, rest)| rest.split("\n\n").next().unwrap_or_default());
        let more = listed
            .unwrap_or_default()
            .lines()
            .filter(|line| line.starts_with("  ") && !line.starts_with("   "));
        let more = more.filter_map(|line| line.split_whitespace().next()).filter(|word| *word != "help");
        let more = more.map(|word| format!("{words} {word}").trim().to_string()).collect::<Vec<_>>();
        match more.is_empty() {
            true => _ = found.insert(words),
            false => ahead.extend(more),
        }
    }
    found
}

/// Runs every command on the file of this stage and looks at what it writes; how many did what they are for.
pub(super) fn are_clean(stage: &mut Stage, needed: &everywhere::Needed, dice: &mut Dice) -> usize {
    let written = COMMANDS.iter().map(|(words, _)| words.to_string()).collect::<BTreeSet<_>>();
    assert_eq!(there_are(), written, "tests/tui/commands.rs has one line a command");
    let folder = stage._folder.path().to_path_buf();
    // What they change is changed in a copy: the walk through the screens needs the rest as it was.
    let file = folder.join("copy.db");
    stage.desk.store().backup(&file).unwrap();
    let csv = folder.join("hostile.csv");
    let cell = |dice: &mut Dice| hostile(dice).replace(['"', '\n', '\r'], " ");
    let rows = (0..40).map(|n| format!("\"{}\",\"{}\",{n},\"{}\"\n", cell(dice), cell(dice), cell(dice)));
    let rows = rows.collect::<String>();
    std::fs::write(&csv, format!("name,{},city,q0.\u{202e}\n{rows}", cell(dice))).unwrap();
    let view = stage.desk.case(needed.own[0], stage.model.now).unwrap();
    let task = view.spots[0].place.task.unwrap().to_string();
    let handoffs = stage.desk.handoffs(None).unwrap();
    let offered = handoffs.iter().find(|handoff| handoff.to.to_string() == "@dee").unwrap();
    let stands = |word: &str, dice: &mut Dice| match word {
        "CASE" => needed.own[0].to_string(),
        "CLOSED" => needed.closed.to_string(),
        "TASK" => task.clone(),
        "HANDOFF" => offered.id.to_string(),
        "RECORD" => needed.record.to_string(),
        "FILE" => csv.display().to_string(),
        // Nothing on a command line holds a zero byte, and a name of a file no slash.
        word => word
            .split('~')
            .map(str::to_string)
            .reduce(|a, b| a + &hostile(dice).replace('/', " ") + &b)
            .unwrap(),
    };
    let mut run = |words: &str, form: &str, arguments: &str| -> Output {
        let mut program = Program::new(env!("CARGO_BIN_EXE_baton"));
        program.current_dir(&folder).args(["--db", file.to_str().unwrap(), "--as", "dee"]);
        program.args(["--now", "2026-11-20T10:43:00+01:00"]).args(form.split_whitespace());
        program.args(words.split_whitespace());
        program.args(arguments.split_whitespace().map(|word| stands(word, dice)));
        // An editor that leaves a fault behind, in the folder and in no other.
        program.env("VISUAL", "sh -c 'echo \"~\" >>\"$0\"'").env("XDG_RUNTIME_DIR", &folder);
        program.env("HOME", &folder).env_remove("BATON_CONFIG").output().unwrap()
    };
    let mut done = 0;
    // What shows is looked at before anything is changed.
    for changes in [false, true] {
        for (words, line) in COMMANDS {
            let (forms, arguments, data): (&[&str], _, _) = match line {
                Shows(arguments) if !changes => (&["", "--plain", "--json"], arguments, false),
                Data(arguments) if !changes => (&[""], arguments, true),
                Does(arguments) if changes => (&[""], arguments, false),
                _ => continue,
            };
            for form in forms {
                let ran = run(words, form, arguments);
                let (out, err) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
                assert!(data || found(&out, true).is_none(), "{form} {words}: {out:?}");
                assert_eq!(found(&err, true), None, "{form} {words}: {err:?}");
                assert!(ran.status.code().is_some_and(|code| code <= 3), "{form} {words}: {err}");
                done += usize::from(ran.status.success());
            }
        }
    }
    done
}

/// What is printed as a file that can be applied again: a line of it is not for somebody's eyes to break.
const FILES: [&str; 2] = ["calendar show", "record kind show"];

/// No line of any command is wider than the terminal, nor than any there could be where it goes into a pipe.
#[test]
fn every_line_of_every_command_fits() {
    let mut stage = Stage::open(80, 24);
    let folder = stage._folder.path().to_path_buf();
    let now = stage.model.now;
    let inbox = stage.desk.inbox(&stage.model.me, now).unwrap().items;
    let mine = inbox.iter().find(|item| item.task.is_some()).unwrap();
    let offered = inbox.iter().find(|item| item.handoff.is_some() && item.task.is_none()).unwrap();
    let late = stage.desk.overdue(now).unwrap();
    let wide = |text: &str| baton::text::Shown::new(text).width();
    let mut looked_at = 0;
    for (columns, most) in [(Some("80"), 80), (Some("120"), 120), (None, 160)] {
        let file = folder.join(format!("copy {most}.db"));
        stage.desk.store().backup(&file).unwrap();
        let run = |words: &str, arguments: &str, about: &str| {
            let mut program = Program::new(env!("CARGO_BIN_EXE_baton"));
            program.current_dir(&folder).args(["--db", file.to_str().unwrap(), "--as", "dee"]);
            program.args(["--now", "2026-11-20T10:43:00+01:00"]).args(words.split_whitespace());
            let arguments = arguments.split_whitespace().map(|word| match word {
                "CASE" | "CLOSED" => about.to_string(),
                "TASK" => mine.task.unwrap().to_string(),
                "HANDOFF" => offered.handoff.unwrap().to_string(),
                "RECORD" => "R-6".to_string(),
                "FILE" => "order.toml".to_string(),
                "plan" => "order-to-cash".to_string(),
                "odd" => "finance".to_string(),
                "~" if words == "calendar show" => "office".to_string(),
                word => word.replace('~', "something"),
            });
            program.args(arguments).env("HOME", &folder).env_remove("BATON_CONFIG").env_remove("VISUAL");
            match columns {
                Some(columns) => program.env("COLUMNS", columns),
                None => program.env_remove("COLUMNS"),
            };
            program.env("EDITOR", "true").output().unwrap()
        };
        std::fs::write(folder.join("order.toml"), run("process export", "plan", "").stdout).unwrap();
        for changes in [false, true] {
            for (words, line) in COMMANDS {
                let arguments = match line {
                    Shows(arguments) if !changes => arguments,
                    Does(arguments) if changes => arguments,
                    _ => continue,
                };
                let cases = late.iter().map(|item| item.case.to_string()).take(6).collect::<Vec<_>>();
                let about = if arguments.contains("CASE") && !changes { &cases[..] } else { &cases[..1] };
                for case in about {
                    let ran = run(words, arguments, case);
                    let out = String::from_utf8(if FILES.contains(words) { Vec::new() } else { ran.stdout });
                    for text in [out, String::from_utf8(ran.stderr)] {
                        let text = text.unwrap();
                        let wider = text.lines().find(|line| wide(line) > most);
                        assert_eq!(wider, None, "{words} {arguments} in {columns:?} columns:\n{text}");
                        looked_at += text.lines().count();
                    }
                }
            }
        }
    }
    assert!(looked_at > 3_000, "only {looked_at} lines");
}
