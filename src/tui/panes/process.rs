//! The place of a process: the picture of its flow with what lies at each step, the procedure and the versions; what it
//! does by itself is `process_more`, how it does `process_score`. Draws from what was fetched; decides nothing.

use super::sheet::{Link, Place, Sheet};
use super::{Look, NARROW, Tab, WIDE, process_more, process_score};
use crate::desk::{FlowView, Load};
use crate::domain::counted::counted;
use crate::domain::flow_lines::Signs;
use crate::domain::flow_picture::{self, LEGEND, LineKind};
use crate::domain::process::{Pick, Process, Step};
use crate::domain::{Goal, Handle, when};
use crate::tui::theme::Meaning;

/// The tabs in their order.
pub const TABS: [&str; 5] = ["Flow", "Steps", "By itself", "Versions", "Scorecard"];

/// Where two of them stand.
pub const VERSIONS: usize = 3;
pub const SCORECARD: usize = 4;

/// The whole place with one of its tabs.
pub fn place(view: &FlowView, tab: usize, width: u16, look: &Look) -> Place {
    let process = &view.process;
    let right = format!("{} open, {} late", view.score.open.len(), view.score.late.len());
    let title = match width < NARROW {
        true => process.title.clone(),
        false => format!("Process / {}  version {}", process.title, view.version),
    };
    let names = [
        TABS[0].to_string(),
        format!("{} {}", TABS[1], process.steps.len()),
        format!("{} {}", TABS[2], process_more::len(process)),
        format!("{} {}", TABS[3], view.versions.len()),
        TABS[4].to_string(),
    ];
    let sheet = match tab {
        0 => flow(view, width, look),
        1 => steps(view, width),
        2 => process_more::by_itself(view, width, look),
        VERSIONS => versions(view, width, look),
        _ => process_score::sheet(view, width, look),
    };
    Place { title, right, tabs: names.into_iter().map(Tab::new).collect(), active: tab.min(4), sheet }
}

fn signs(look: &Look) -> Signs {
    match look.theme.lines.vertical {
        "|" => Signs::Ascii,
        " " => Signs::None,
        _ => Signs::Box,
    }
}

fn flow(view: &FlowView, width: u16, look: &Look) -> Sheet {
    let mut sheet = Sheet::new(width);
    let by = if width < NARROW {
        0
    } else if width < WIDE {
        24
    } else {
        40
    };
    let left = usize::from(width).saturating_sub(by + 12 + usize::from(by > 0));
    let loads = |step: &Handle| view.loads.get(step).cloned().unwrap_or_default();
    let row = |sheet: &mut Sheet, text: &str, doer: &str, load: Option<&Load>, link: Option<Link>| {
        let (open, late) = load.map(load_words).unwrap_or_default();
        let mut cells = vec![(text, 0, Meaning::Plain)];
        if by > 0 {
            cells.push((doer, by, Meaning::Plain));
        }
        cells.push((&open, 4, Meaning::Plain));
        cells.push((&late, 4, Meaning::Late));
        sheet.row(&cells, link);
    };
    let mut heads = vec![("STEP", 0, Meaning::Dim)];
    if by > 0 {
        heads.push(("BY", by, Meaning::Dim));
    }
    heads.extend([("OPEN", 4, Meaning::Dim), ("LATE", 4, Meaning::Dim)]);
    sheet.row(&heads, None);
    for line in flow_picture::picture(&view.process, left, usize::from(width).saturating_sub(2), signs(look))
    {
        let text = format!("{} {}", line.graph, line.text);
        match line.kind {
            LineKind::Step => {
                let link = Some(Link::Step(line.step.clone()));
                row(&mut sheet, &text, &line.by, Some(&loads(&line.step)), link);
            }
            LineKind::Note | LineKind::Way => {
                // What is said of a way may run on to where nothing else stands.
                sheet.row(&[(&text, 0, Meaning::Dim)], None);
            }
        }
    }
    for (step, load) in view.loads.iter().filter(|(step, _)| view.process.step(step).is_none()) {
        let text = format!("  {step} (only in an older version)");
        row(&mut sheet, &text, "", Some(load), None);
    }
    sheet.blank().text(0, LEGEND, Meaning::Dim);
    if !view.process.purpose.is_empty() {
        sheet.text(0, &view.process.purpose, Meaning::Plain);
    }
    sheet
}

/// `7` and `!2`: how many lie there and how many of them are late.
fn load_words(load: &Load) -> (String, String) {
    let open = if load.cases.is_empty() { "-".to_string() } else { load.cases.len().to_string() };
    let late = if load.late > 0 { format!("!{}", load.late) } else { String::new() };
    (format!("{open:>4}"), format!("{late:>4}"))
}

fn steps(view: &FlowView, width: u16) -> Sheet {
    let mut sheet = Sheet::new(width);
    let process = &view.process;
    for step in &process.steps {
        sheet.row(&[(&step.title, 0, Meaning::Title)], Some(Link::Step(step.handle.clone())));
        one_step(&mut sheet, view, step);
        sheet.blank();
    }
    sheet.head("For the whole process");
    sheet.field("Accountable", &with_members(view, &process.accountable));
    if let Some(goal) = process.goal {
        sheet.field("Start to end", &goal_words(goal, process.urgent_goal));
    }
    for ladder in crate::domain::decide::ladders(process) {
        for (n, rung) in ladder.rungs.iter().enumerate() {
            let label = if n == 0 { format!("{} ladder", ladder.on.word()) } else { String::new() };
            sheet.field(&label, &process_more::rung_words(rung));
        }
    }
    sheet
}

fn one_step(sheet: &mut Sheet, view: &FlowView, step: &Step) {
    let process = &view.process;
    let label = |name: &String| {
        let field = process.field(name);
        field.and_then(|field| field.title.clone()).unwrap_or_else(|| name.clone())
    };
    let names = |names: &[String]| names.iter().map(label).collect::<Vec<_>>().join(", ");
    let by = match step.by.party() {
        Some(party) => {
            let members = members(view, party);
            format!("{}{members}", flow_picture::doer(step))
        }
        None => flow_picture::doer(step),
    };
    sheet.field("By", &by);
    let pick = Pick::ALL.iter().find(|(_, pick)| *pick == step.pick).map_or("", |(word, _)| *word);
    if step.pick != Pick::First {
        sheet.field("Picks", &pick.replace('_', " "));
    }
    if let Some(goal) = step.accept {
        sheet.field("Accept within", &goal.to_string());
    }
    if let Some(goal) = step.goal {
        sheet.field("Done within", &goal_words(goal, step.urgent_goal));
    }
    if let Some(done) = &step.done {
        sheet.field("Done when", done);
    }
    if !step.needs.is_empty() {
        sheet.field("Needs", &names(&step.needs));
    }
    if !step.documents.is_empty() {
        sheet.field("Documents", &step.documents.join(", "));
    }
    for (n, item) in step.checklist.iter().enumerate() {
        sheet.field(if n == 0 { "Checklist" } else { "" }, &format!("[ ] {item}"));
    }
    if !step.gives.is_empty() {
        sheet.field("Fills in", &names(&step.gives));
    }
    if step.ask_next {
        sheet.field("On accepting", "says what comes next, and when");
    }
    if let Some(how) = &step.how {
        for line in how.trim_end().lines() {
            sheet.text(2, line, Meaning::Plain);
        }
    }
}

fn goal_words(goal: Goal, urgent: Option<Goal>) -> String {
    match urgent {
        Some(urgent) => format!("{goal}; {urgent} when urgent"),
        None => goal.to_string(),
    }
}

fn members(view: &FlowView, party: &crate::domain::Party) -> String {
    let members = party.role().and_then(|role| view.roles.get(role));
    match members.map(Vec::as_slice) {
        Some([]) => " (nobody is in it)".to_string(),
        Some(members) => {
            let names = members.iter().map(Handle::as_str).collect::<Vec<_>>().join(", ");
            format!(" ({names})")
        }
        None => String::new(),
    }
}

fn with_members(view: &FlowView, party: &crate::domain::Party) -> String {
    format!("{party}{}", members(view, party))
}

fn versions(view: &FlowView, width: u16, look: &Look) -> Sheet {
    let mut sheet = Sheet::new(width);
    sheet.row(
        &[
            ("VERSION", 8, Meaning::Dim),
            ("SINCE", 22, Meaning::Dim),
            ("BY", 8, Meaning::Dim),
            ("OPEN", 5, Meaning::Dim),
            ("CHANGED", 0, Meaning::Dim),
        ],
        None,
    );
    for line in &view.versions {
        let changed = match (line.changes.len(), line.version) {
            (_, 1) => "the first".to_string(),
            (0, _) => "nothing that matters".to_string(),
            (1, _) => line.changes[0].clone(),
            (n, _) => format!("{n} changes: {}", line.changes[0]),
        };
        let version = format!("{:>4}", line.version);
        let since = when::show(line.at, look.now, look.zone);
        let by = line.by.to_string();
        let open = format!("{:>4}", line.open);
        sheet.row(
            &[
                (&version, 8, Meaning::Plain),
                (&since, 22, Meaning::Plain),
                (&by, 8, Meaning::Plain),
                (&open, 5, Meaning::Plain),
                (&changed, 0, Meaning::Plain),
            ],
            Some(Link::Version(line.version)),
        );
    }
    let older = view.versions.iter().filter(|line| line.version != view.version).map(|line| line.open);
    let older = older.sum::<usize>();
    sheet.blank();
    sheet.text(0, "Enter compares a version with the one before it.", Meaning::Dim);
    if older > 0 {
        let words =
            format!("On an older version: {}. M shows what migrating would do.", counted(older, "open case"));
        sheet.text(0, &words, Meaning::Plain);
    }
    sheet
}

/// How one version differs from another, in the order of a process file.
pub fn compare(
    process: &Handle,
    (from, old): (u32, &Process),
    (to, new): (u32, &Process),
    width: u16,
) -> Place {
    use crate::domain::process_diff::{How, diff};
    let mut sheet = Sheet::new(width);
    let changes = diff(old, new);
    let mut group = String::new();
    for change in &changes {
        let named = match change.name.is_empty() {
            true => change.group.to_string(),
            false => format!("{} {}", change.group, change.name),
        };
        if named != group {
            if !group.is_empty() {
                sheet.blank();
            }
            sheet.head(&named);
            group = named;
        }
        let key = change.key.clone().unwrap_or_else(|| "all of it".to_string());
        let label = format!("{} {key}", change.how.sign());
        match change.how {
            How::Changed => {
                sheet.field(&label, &format!("was  {}", change.before.clone().unwrap_or_default()));
                sheet.field("", &format!("now  {}", change.after.clone().unwrap_or_default()));
            }
            How::Added => {
                sheet.field(&label, change.after.as_deref().unwrap_or("new"));
            }
            How::Removed => {
                sheet.field(&label, change.before.as_deref().unwrap_or("gone"));
            }
        }
    }
    if changes.is_empty() {
        sheet.text(0, "Nothing differs.", Meaning::Plain);
    }
    let title = format!("Process / {process} / version {from} -> {to}");
    let right = match changes.len() {
        1 => "1 change".to_string(),
        many => format!("{many} changes"),
    };
    Place { title, right, tabs: Vec::new(), active: 0, sheet }
}
