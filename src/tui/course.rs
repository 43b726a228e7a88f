//! The keys for the course of a case: urgent or not, its clock paused or going on, closed before its end, and taken up
//! again. Translates only; whether it may be done is the domain's to say.

use super::act::{open_form, open_many};
use super::action::ActionId;
use super::bulk;
use super::model::Model;
use super::msg::{Effect, Query};
use super::overlays::arrange::{self, Waits};
use super::overlays::closing;
use super::overlays::moves::{self, Begins};
use super::record_marks::archivable;
use super::target::{Target, possible, targets};
use crate::domain::command::Command;
use std::collections::BTreeSet;

/// Asks how a case is closed, or whether a record is put away.
pub(super) fn close(model: &mut Model, targets: &[Target]) -> Vec<Effect> {
    if archivable(model).is_some() {
        let records = super::record_marks::targets(model).into_iter();
        let each = records.map(|record| vec![Command::ArchiveRecord { record, reason: None }]);
        return bulk::now(model, "Archive", each.collect());
    }
    let Some(focus) = model.case_in_focus() else { return Vec::new() };
    let cases = cases_of(targets);
    let words = bulk::about_cases(targets, focus);
    let cases = if cases.is_empty() { vec![focus] } else { cases };
    let finish = possible(model, ActionId::HandOn).is_ok();
    let of = bulk::declined_as_duplicate(model, &cases);
    model.elsewhere = None;
    open_form(model, closing::close(cases, &words, finish, of))
}

/// Lets work begin or go on, a paused case too; for `resume` only what was stopped.
pub(super) fn begin(model: &mut Model, id: ActionId, targets: &[Target], words: &str) -> Vec<Effect> {
    let what = bulk::sorted(model, targets, |model, t| match id {
        ActionId::Resume => t.resumes(model).ok_or("nothing of yours waits there"),
        _ => t.begins(model),
    });
    // What waits goes on with a word of what came; work is begun without one.
    if what.iter().any(|one| matches!(one, Begins::GoesOn(..))) {
        let [Begins::GoesOn(case, branch)] = what.as_slice() else {
            return open_many(model, moves::end_wait(what, words, None));
        };
        // What comes behind it may ask for something, which the case tells.
        let Some(view) = model.case.as_ref().filter(|view| view.row.id == *case) else {
            model.pending = Some(id);
            return vec![Effect::Load(Query::Case(*case))];
        };
        let spot = view.spots.iter().find(|spot| spot.place.branch == *branch);
        let form = moves::end_wait(what.clone(), words, spot.map(|spot| (view, spot)));
        return open_many(model, form);
    }
    let each = what.iter().map(|one| vec![one.command("")]).collect();
    bulk::now(model, if id == ActionId::Resume { "Resume" } else { "Start" }, each)
}

/// Lets work wait, and looks at what waits already on another date.
pub(super) fn wait(model: &mut Model, targets: &[Target], words: &str) -> Vec<Effect> {
    let what = bulk::sorted(model, targets, |model, t| t.waits(model));
    open_many(model, arrange::wait(what, words))
}

/// The cases of things: two branches of one case are one case.
pub(super) fn cases_of(targets: &[Target]) -> Vec<crate::domain::CaseId> {
    targets.iter().map(|t| t.case).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Leads an action to its command or its dialog.
pub fn act(model: &mut Model, id: ActionId) -> Vec<Effect> {
    if id == ActionId::Urgent {
        let targets = targets(model);
        // Many go one way, whichever each was: all become urgent, unless all are.
        let urgent = targets.iter().any(|target| target.gone.is_none() && !target.urgent);
        let mut seen = BTreeSet::new();
        let each = bulk::sorted(model, &targets, |_, target| match target.urgent == urgent {
            true => Err("it is urgent already"),
            false => Ok(target.case),
        });
        // Two branches of one case are one case.
        let each = each.into_iter().filter(|case| seen.insert(*case));
        let each = each.map(|case| vec![Command::SetUrgent { case, urgent }]).collect();
        return bulk::now(model, if urgent { "Put urgency on" } else { "Take urgency off" }, each);
    }
    let marked = targets(model);
    if marked.len() > 1 {
        let cases = cases_of(&marked);
        let words = bulk::about_cases(&marked, marked[0].case);
        return match id {
            ActionId::Pause => open_form(model, moves::pause(cases, &words)),
            ActionId::Reopen => open_form(model, moves::reopen_all(cases, &words)),
            _ => Vec::new(),
        };
    }
    let Some(view) = model.loaded_case() else {
        model.pending = Some(id);
        return model.case_in_focus().map(|case| Effect::Load(Query::Case(case))).into_iter().collect();
    };
    let case = view.row.id;
    match id {
        ActionId::Pause => {
            let words = format!("{case} {}", view.row.title);
            let paused = view.case.paused().find(|(_, pause)| pause.task.is_none());
            let form = match paused.map(|(_, pause)| pause.reason.clone()) {
                // It is looked at again on another date.
                Some(why) => arrange::wait(vec![Waits { case, task: None, why: Some(why) }], &words),
                None => moves::pause(vec![case], &words),
            };
            open_form(model, form)
        }
        ActionId::Reopen => {
            let form = moves::reopen(view);
            open_form(model, form)
        }
        _ => Vec::new(),
    }
}
