//! Why a case or a process does not move, over the pane, with the key that moves it on. Translates only: the causes
//! are the domain's.

use super::action::ActionId;
use super::model::{Model, Pane};
use super::msg::{Effect, Query};
use super::overlays::Overlay;
use super::overlays::menu::{Item, Menu, Pick};
use super::overlays::moves::Begins;
use super::overlays::told::{Asks, ToldBox};
use super::target::possible;
use super::theme::Meaning;
use crate::desk::{Lost, StuckCase};
use crate::domain::counted::counted;
use crate::domain::stuck::{Fix, sentence};
use crate::domain::when::hours;

/// Asks why; the answer opens the box.
pub(super) fn ask(model: &mut Model) -> Vec<Effect> {
    if model.view().is_none() && model.pane == Pane::Metrics {
        let process = model.process.clone();
        let days = model.days;
        return process.map(|process| Effect::Load(Query::Lost { process, days })).into_iter().collect();
    }
    model.case_in_focus().map(|case| Effect::Load(Query::Stuck(case))).into_iter().collect()
}

/// The key that fixes it, where one of this screen does.
fn key_of(fix: &Fix) -> &'static [ActionId] {
    match fix {
        Fix::Accept(_) => &[ActionId::Accept, ActionId::Offer],
        Fix::Offer(_) | Fix::OfferOrDrop(..) => &[ActionId::Offer],
        Fix::Start(_) => &[ActionId::Start, ActionId::Offer],
        Fix::HandOn(_) => &[ActionId::HandOn, ActionId::Offer],
        Fix::Reassign(_) => &[ActionId::Offer],
        Fix::Vote(_) => &[ActionId::Accept, ActionId::HandOn, ActionId::Note],
        Fix::Resume(_) => &[ActionId::Start],
        Fix::ResumeCase => &[ActionId::Start, ActionId::Resume],
        Fix::Decide(_) => &[ActionId::Resolve],
        Fix::Proceed => &[ActionId::Start, ActionId::Note],
        Fix::FillIn(_) => &[ActionId::Data, ActionId::Start, ActionId::Note],
        Fix::Note => &[ActionId::Note],
    }
}

/// Shows why one case does not move.
pub(super) fn told(model: &mut Model, stuck: &StuckCase) {
    let id = stuck.row.id;
    let mut lines = Vec::new();
    let mut keys = Vec::<(String, String)>::new();
    if stuck.causes.is_empty() {
        lines.push((format!("{id} is {}.", stuck.row.state), Meaning::Plain));
    }
    // What the cursor is on comes first, and only its keys are offered: they act on nothing else.
    let targets = super::target::targets(model);
    let on = targets.first().and_then(|target| target.branch);
    let resumes = targets.first().is_some_and(|t| matches!(t.begins(model), Ok(Begins::ResumeCase(_))));
    let mut causes = stuck.causes.iter().collect::<Vec<_>>();
    causes.sort_by_key(|one| on.is_some() && one.branch.is_some() && one.branch != on);
    for one in causes {
        let here = one.branch.is_none() || on.is_none() || one.branch == on;
        if !lines.is_empty() {
            lines.push((String::new(), Meaning::Plain));
        }
        lines.push((sentence(one, model.now, &model.zone), Meaning::Plain));
        let can = key_of(&one.fix).iter().filter(|_| here);
        // `S` may mean the work rather than the case.
        let means = |action: ActionId| action != ActionId::Start || one.fix != Fix::ResumeCase || resumes;
        let can = can.clone().find(|action| means(**action) && possible(model, **action).is_ok());
        let key =
            can.map(|action| (model.keymap.shown(*action), super::act::words(model, *action).to_string()));
        // Whoever cannot accept it offers it to somebody else.
        let fix = match (&one.fix, can) {
            (fix, Some(ActionId::Offer)) => fix.clone().for_another(true).command(id),
            (fix, _) => fix.command(id),
        };
        match key.filter(|(key, _)| !key.is_empty()) {
            Some((key, words)) => {
                lines.push((format!("  {key} {words}   {fix}"), Meaning::Active));
                if !keys.iter().any(|(known, _)| *known == key) {
                    keys.push((key, words));
                }
            }
            None => {
                // An action without a key is found by its name.
                let name = can.map(|action| format!(":{}   ", super::action::of(*action).name));
                lines.push((format!("  {}{fix}", name.unwrap_or_default()), Meaning::Dim));
            }
        }
    }
    if let Some(late) = stuck.late(model.now, &model.zone) {
        lines.push((String::new(), Meaning::Plain));
        lines.push((late, Meaning::Late));
    }
    // What is likely to go well is no reason why it stands still, and beside what is late it would read as its opposite.
    if let Some(risk) = stuck.risk.as_ref().filter(|risk| risk.is_likely()) {
        lines.push((String::new(), Meaning::Plain));
        lines.push((risk.sentence(model.now, &model.zone), Meaning::Plain));
    }
    let title = format!("Why it does not move: {id}");
    let mut told = ToldBox::new(title, lines, Asks::Reading { dates: true });
    told.keys = keys;
    told.dates_key = model.keymap.shown(ActionId::Why);
    model.overlays.push(Overlay::Told(Box::new(told)));
}

/// Shows what a process lost to waiting; each line leads to its cases.
pub(super) fn lost(model: &mut Model, process: &str, lost: &[Lost]) {
    if lost.is_empty() {
        return super::update::say(model, "Nothing was lost to waiting.");
    }
    let item = |one: &Lost| {
        let cause = one.cause.replace('_', " ");
        let title = format!("{cause}, {}", one.at);
        Item {
            label: format!("{:>8}  {cause:<17} {}", hours(one.hours), one.at),
            detail: counted(one.times, "time"),
            key: counted(one.cases.len(), "case"),
            possible: true,
            pick: Pick::Cases(title, one.cases.clone()),
        }
    };
    let mut items = lost.iter().map(item).collect::<Vec<_>>();
    if lost.iter().any(|one| one.cause == "not_started") {
        let label =
            "What is not started is in somebody's hand, which figures of steps count as work.".to_string();
        let (detail, key) = (String::new(), String::new());
        items.push(Item { label, detail, key, possible: true, pick: Pick::Nothing });
    }
    let titled = model.catalog.processes.iter().find(|(handle, _)| handle.as_str() == process);
    let titled = titled.and_then(|(_, versions)| versions.last()).map_or(process, |newest| &newest.title);
    let title = format!("What {titled} lost in {}, in business hours", counted(model.days, "day"));
    model.overlays.push(Overlay::Menu(Box::new(Menu::new(&title, "which", items))));
}
