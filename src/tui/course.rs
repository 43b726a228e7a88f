//! The keys for the course of a case: urgent or not, its clock paused or going on, closed before its end, and taken up
//! again. Translates only; whether it may be done is the domain's to say.

use super::act::open_form;
use super::action::ActionId;
use super::bulk;
use super::model::Model;
use super::msg::{Effect, Query};
use super::overlays::{closing, moves};
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

/// The cases of things: two branches of one case are one case.
pub(super) fn cases_of(targets: &[Target]) -> Vec<crate::domain::CaseId> {
    targets.iter().map(|t| t.case).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Leads an action to its command or its dialog.
pub fn act(model: &mut Model, id: ActionId) -> Vec<Effect> {
    if id == ActionId::Urgent {
        let targets = targets(model);
        let mut seen = BTreeSet::new();
        let each = bulk::sorted(model, &targets, |_, target| Ok((target.case, target.urgent)));
        // Two branches of one case are one case.
        let each = each.into_iter().filter(|(case, _)| seen.insert(*case));
        let each = each.map(|(case, urgent)| vec![Command::SetUrgent { case, urgent: !urgent }]).collect();
        return bulk::now(model, "Turn urgency of", each);
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
        ActionId::Pause if view.case.paused().any(|(_, pause)| pause.task.is_none()) => {
            vec![Effect::Do(vec![Command::ResumeCase { case }])]
        }
        ActionId::Pause => {
            let words = format!("{case} {}", view.row.title);
            open_form(model, moves::pause(vec![case], &words))
        }
        ActionId::Reopen => {
            let form = moves::reopen(view);
            open_form(model, form)
        }
        _ => Vec::new(),
    }
}
