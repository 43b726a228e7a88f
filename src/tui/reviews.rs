//! The improvement loop on the screen: begin the review of a process, say what it comes to, see its five questions and
//! which process to improve first. Translates only; whether it may be done is the domain's to say.

use super::action::ActionId;
use super::model::{Model, Pane, View};
use super::msg::{Effect, Query};
use super::overlays::form::Form;
use super::overlays::menu::{Item, Menu, Pick};
use super::overlays::{Overlay, places};
use super::panes::process::SCORECARD;
use super::place_keys;
use super::places::{At, here};
use super::update::say;
use crate::desk::{CaseView, RANKED_DAYS};
use crate::domain::catalog::Catalog;
use crate::domain::command::Command;
use crate::domain::counted::counted;
use crate::domain::rank::{Effort, Ranked, first};
use crate::domain::review::{self, Verdict};
use crate::domain::when::length;
use crate::domain::{CaseId, Handle, TaskId};

/// The process meant: that of the place, of the review or case in front, of the board or the figures.
pub(super) fn meant(model: &Model) -> Option<Handle> {
    let of_place = here(model).and_then(|at| match at {
        At::Process(process) | At::Check(process) | At::Compare { process, .. } => Some(process.clone()),
        At::Migrate { process, .. } => Some(process.clone()),
        At::People | At::Person(_) | At::Agenda => None,
    });
    let case = model.loaded_case();
    let reviewed = case.and_then(|view| Some(review::reviewed(&view.case)?.0));
    let of_case = reviewed.or(case.map(|view| view.row.process.clone()));
    let known = |process: &Handle| model.catalog.processes.contains_key(process);
    of_place.or(of_case.filter(known)).or(model.process.clone())
}

/// The process whose open review is in front, and that review with its version: as a case, or in the place of the process.
fn open_review(model: &Model) -> Option<(Handle, CaseId, u32)> {
    let case = model.loaded_case().filter(|view| view.row.state == "open");
    if let Some((process, version)) = case.and_then(|view| review::reviewed(&view.case)) {
        return Some((process, case?.row.id, version));
    }
    let process = meant(model)?;
    let card = model.places.flow.as_ref().map(|flow| &flow.card);
    let (case, version) = card.filter(|card| card.process.handle == process)?.open_review?;
    Some((process, case, version))
}

/// The process whose open review is the case on screen, and that case: there one key brings the version before back, where
/// there is one and none has come since.
pub(super) fn on_screen(model: &Model) -> Option<(Handle, CaseId)> {
    let shown = matches!(model.view(), Some(View::Case(_)));
    let case = model.loaded_case().filter(|view| shown && view.row.state == "open")?;
    let (process, version) = review::reviewed(&case.case)?;
    let newest = model.catalog.newest(&process).map(|(newest, _)| newest);
    (version > 1 && newest == Some(version)).then_some((process, case.row.id))
}

/// Why the case on screen, an open review, brings no version back; `None` where it is none, or does.
pub(super) fn cannot_revert(model: &Model) -> Option<String> {
    let shown = matches!(model.view(), Some(View::Case(_)));
    let case = model.loaded_case().filter(|view| shown && view.row.state == "open")?;
    let (process, version) = review::reviewed(&case.case)?;
    let newest = model.catalog.newest(&process).map(|(newest, _)| newest);
    match newest {
        _ if version < 2 => {
            Some(format!("version {version} of {process} is the first; there is none before it"))
        }
        Some(newest) if newest > version => {
            Some(format!("version {newest} of {process} has come since; reverting would take it back too"))
        }
        _ => None,
    }
}

/// Brings the version before back. What it replaces keeps its number and its text, so nothing is asked.
pub(super) fn revert(process: Handle, case: CaseId) -> Effect {
    let reason = Some("reverted on its review".to_string());
    Effect::Verdict { of: (process, case), verdict: Verdict::Revert, reason }
}

/// Whether one of these can be done here; `None` for every other action.
pub(super) fn possible(model: &Model, id: ActionId) -> Option<Result<(), String>> {
    use ActionId as A;
    let said = |yes: bool, why: &str| Some(if yes { Ok(()) } else { Err(why.to_string()) });
    match id {
        A::BeginReview => {
            let newest =
                meant(model).and_then(|process| model.catalog.newest(&process).map(|(_, of)| of.clone()));
            let measured = newest.is_some_and(|process| process.improve.is_some());
            said(measured, "no process here that says what it is measured by")
        }
        A::Verdict => {
            said(open_review(model).is_some(), "no review is open here; g p shows a process with its own")
        }
        A::Forecast | A::Scorecard => said(meant(model).is_some(), "there is no process yet"),
        A::Effort => said(meant(model).is_some(), "there is no process yet"),
        A::Rank => said(!model.catalog.processes.is_empty(), "there is no process yet"),
        _ => None,
    }
}

/// Does one of these.
pub(super) fn run(model: &mut Model, id: ActionId) -> Vec<Effect> {
    match id {
        ActionId::BeginReview => {
            let begin = meant(model).map(|process| Effect::Do(vec![Command::BeginReview { process }]));
            begin.into_iter().collect()
        }
        ActionId::Verdict => match open_review(model) {
            Some((process, case, version)) => {
                let view = model.loaded_case().filter(|view| view.row.id == case);
                let of_case = view.and_then(|view| verdict_of(&model.catalog, view, None));
                let verdicts = verdicts(&model.catalog, &process, version);
                let form =
                    of_case.unwrap_or_else(|| places::verdict(&process, (case, version), &verdicts, &[]));
                super::act::open_form(model, form)
            }
            None => Vec::new(),
        },
        ActionId::Scorecard => match meant(model) {
            Some(process) => {
                model.places.process_tab = SCORECARD;
                place_keys::open(model, At::Process(process))
            }
            None => Vec::new(),
        },
        ActionId::Effort => {
            let Some(process) = meant(model) else { return Vec::new() };
            let item = |effort: Effort| Item {
                label: effort.word().to_string(),
                detail: String::new(),
                key: String::new(),
                possible: true,
                pick: Pick::Effort(process.clone(), effort),
            };
            let title = format!("What improving {process} would cost");
            let menu = Menu::new(&title, "effort", Effort::ALL.map(item).to_vec());
            model.overlays.push(Overlay::Menu(Box::new(menu)));
            Vec::new()
        }
        _ => vec![Effect::Load(Query::Ranked)],
    }
}

/// The form of the verdict a case is about, with the numbers of the review; `work` where only this work of it would be.
pub(super) fn verdict_of(catalog: &Catalog, view: &CaseView, work: Option<TaskId>) -> Option<Form> {
    /// Lines of numbers that leave room for the fields at 80x24.
    const LINES: usize = 4;
    let (process, version) = review::reviewed(&view.case)?;
    let spot = view.spots.iter().find(|spot| work.is_none() || spot.place.task == work)?;
    let how = spot.how.iter().flat_map(|how| how.lines()).filter(|line| !line.trim().is_empty());
    let numbers = how.take(LINES).map(|line| line.trim().to_string()).collect::<Vec<_>>();
    let verdicts = verdicts(catalog, &process, version);
    Some(places::verdict(&process, (view.row.id, version), &verdicts, &numbers))
}

/// What can be said of a version: one that was replaced cannot be taken back.
fn verdicts(catalog: &Catalog, process: &Handle, version: u32) -> Vec<Verdict> {
    let mut verdicts = Verdict::of_version(version);
    if catalog.newest(process).is_some_and(|(newest, _)| newest > version) {
        verdicts.retain(|verdict| *verdict != Verdict::Revert);
    }
    verdicts
}

/// Whether what is under the cursor is a review to be decided.
pub(super) fn is_review(model: &Model) -> bool {
    model.loaded_case().is_some_and(|view| review::reviewed(&view.case).is_some())
}

/// The verdict of a form, on its way.
pub(super) fn given(form: &Form, process: &Handle, case: CaseId) -> Effect {
    let verdict = Verdict::of(&form.value("verdict")).unwrap_or(Verdict::Extend);
    let reason = Some(form.value("reason")).filter(|reason| !reason.is_empty());
    Effect::Verdict { of: (process.clone(), case), verdict, reason }
}

/// Shows which process loses most, and where to begin; each line leads to the figures of that period, and from there to the
/// cases behind each.
pub(super) fn ranked(model: &mut Model, ranked: &[Ranked]) {
    let Some(begin) = first(ranked) else { return say(model, "Nothing was lost.") };
    let item = |of: &Ranked| {
        let burden = &of.burden;
        let effort = burden.effort.map_or("not judged", Effort::word);
        let (returns, left) = (counted(burden.returns, "return"), counted(burden.exceptions, "exception"));
        let parts = [format!("{} lost", length(burden.lost)), returns, left];
        let parts = parts.iter().enumerate().map(|(n, words)| of.with_part(n, words));
        let key = match () {
            () if burden.process == begin.burden.process => "begin",
            () if of.high => "large",
            () => "",
        };
        Item {
            label: format!("{:>4}  {}", format!("{:.0}%", of.share * 100.0), burden.title),
            detail: format!("{}; effort {effort}", parts.collect::<Vec<_>>().join(", ")),
            key: key.to_string(),
            possible: true,
            pick: Pick::Figures(burden.process.clone()),
        }
    };
    let said = |label: String, pick: Pick| Item {
        label,
        detail: String::new(),
        key: String::new(),
        possible: true,
        pick,
    };
    let mut items = ranked.iter().map(item).collect::<Vec<_>>();
    let effort = "Say what improving the process in front costs (:effort)".to_string();
    items.push(said(effort, Pick::Action(ActionId::Effort)));
    let days = format!("A share is the mean of the brackets; {RANKED_DAYS} days, elapsed.");
    items.push(said(days, Pick::Nothing));
    let title = format!("Which process to improve first: {}", begin.burden.title);
    let mut menu = Menu::new(&title, "which", items);
    menu.wide = true;
    model.overlays.push(Overlay::Menu(Box::new(menu)));
}

/// The figures of a process for as long as the rank looks back.
pub(super) fn figures(model: &mut Model, process: Handle) -> Vec<Effect> {
    model.process = Some(process);
    model.days = u32::try_from(RANKED_DAYS).unwrap_or(model.days);
    super::going::go(model, Pane::Metrics)
}
