//! The keys for the course of a case: urgent or not, its clock paused or going on, closed before its end, and taken up
//! again. Translates only; whether it may be done is the domain's to say.

use super::act::open_form;
use super::action::ActionId;
use super::bulk;
use super::model::Model;
use super::msg::{Effect, Query};
use super::overlays::{closing, forms};
use super::target::{Target, archivable, possible, targets};
use crate::domain::command::Command;
use std::collections::BTreeSet;

/// Asks how a case is closed, or whether a record is put away.
pub(super) fn close(model: &mut Model, targets: &[Target], words: &str) -> Vec<Effect> {
    if archivable(model).is_some() {
        let records = super::record_marks::targets(model).into_iter();
        let each = records.map(|record| vec![Command::ArchiveRecord { record, reason: None }]);
        return bulk::now(model, "Archive", each.collect());
    }
    let Some(focus) = model.case_in_focus() else { return Vec::new() };
    let cases = targets.iter().map(|t| t.case).collect::<BTreeSet<_>>();
    let cases = if cases.is_empty() { vec![focus] } else { cases.into_iter().collect::<Vec<_>>() };
    let finish = possible(model, ActionId::HandOn).is_ok();
    let of = bulk::declined_as_duplicate(model, &cases);
    model.elsewhere = None;
    open_form(model, closing::close(cases, words, finish, of))
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
            let form = forms::pause(view);
            open_form(model, form)
        }
        ActionId::Reopen => {
            let form = forms::reopen(view);
            open_form(model, form)
        }
        _ => Vec::new(),
    }
}
