//! The keys for the course of a case: urgent or not, its clock paused or going on, and a closed one taken up
//! again. Translates only; whether it may be done is the domain's to say.

use super::act::open_form;
use super::action::ActionId;
use super::bulk;
use super::model::Model;
use super::msg::{Effect, Query};
use super::overlays::forms;
use super::target::targets;
use crate::domain::command::Command;
use std::collections::BTreeSet;

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
