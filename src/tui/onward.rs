//! Handing work on or sending it back: one thing with the form that its step asks for, several with one form for all
//! of them. Translates only.

use super::act::{mine, open_form, open_many};
use super::action::ActionId;
use super::bulk;
use super::model::Model;
use super::msg::{Effect, Query};
use super::overlays::forms::{self, Kind};
use super::overlays::understand::ASKS_WHO;
use super::overlays::{Form, moves, receiver};
use super::reviews;
use super::target::Target;
use crate::desk::{CaseView, Spot};
use crate::domain::Party;
use crate::domain::accept_by::accept_by;
use crate::domain::rows::PlaceKind;

/// Leads `L` and `H` to their forms.
pub(super) fn act(model: &mut Model, id: ActionId, targets: &[Target], words: &str) -> Vec<Effect> {
    if id == ActionId::HandOn && targets.len() > 1 {
        return many(model, targets, words);
    }
    if targets.len() > 1 {
        let what = bulk::sorted(model, targets, |model, t| {
            Ok((t.case, t.mine(model).ok_or("it is not in your hand")?))
        });
        return open_many(model, moves::send_back_all(what, words));
    }
    if let Some((process, case)) = reviews::on_screen(model).filter(|_| id == ActionId::SendBack) {
        return vec![reviews::revert(process, case)];
    }
    let delegated = |t: &Target| t.delegated_to_me(model).map(|task| (t.case, task));
    if let (None, Some((case, task))) =
        (targets.iter().find_map(|t| mine(model, t)), targets.iter().find_map(delegated))
    {
        return open_form(model, moves::resolve(case, task, words));
    }
    let vote = |t: &Target| t.votes(model).filter(|_| id == ActionId::HandOn).map(|task| (t.case, task));
    let Some((case, task)) = targets.iter().find_map(|t| mine(model, t).or(vote(t))) else {
        return Vec::new();
    };
    let Some(view) = model.case.as_ref().filter(|view| view.row.id == case) else {
        model.pending = Some(id);
        return vec![Effect::Load(Query::Case(case))];
    };
    let Some(spot) = view.spots.iter().find(|spot| spot.place.task == Some(task)) else {
        return Vec::new();
    };
    let verdict = reviews::verdict_of(&model.catalog, view, Some(task)).filter(|_| id == ActionId::HandOn);
    let form = match (id, verdict) {
        (_, Some(form)) => form,
        (ActionId::SendBack, None) => match moves::send_back(view, spot, task) {
            Some(form) => form,
            None => {
                super::update::say(model, "H (send back): nothing was done before it.");
                return Vec::new();
            }
        },
        _ => {
            let mut form = forms::hand_on(view, spot, task);
            say_of_next(model, view, spot, &mut form);
            form
        }
    };
    open_form(model, form)
}

/// Says in the form until when the next step would have to be accepted, and knows whom the process names for it.
pub(super) fn say_of_next(model: &Model, view: &CaseView, spot: &Spot, form: &mut Form) {
    let Some(next) = &spot.next else { return };
    form.meant_for.clone_from(&next.to);
    let [title] = next.titles.as_slice() else { return };
    let Some(step) = view.process.steps.iter().find(|step| &step.title == title) else { return };
    if let (Some(Party::Contact), Some(to)) = (step.by.party(), &next.to) {
        form.notes.push(format!("The contact of the record does it; {to} minds it."));
    }
    receiver::say_dates(form, view, &step.handle, &model.catalog, model.now);
    form.accept_by = accept_by(&model.catalog, &view.process, &step.handle, model.now).map(|(_, at)| at);
}

/// The same of work that is offered as it is; of many nothing holds for all.
pub(super) fn say_of_offer(model: &Model, form: &mut Form) {
    let Kind::Offer { what } = &form.kind else { return };
    let ([(case, branch)], Some(view)) = (what.as_slice(), model.loaded_case()) else { return };
    let spot = view.spots.iter().find(|spot| spot.place.branch == *branch).filter(|_| view.row.id == *case);
    let Some(step) = spot.and_then(|spot| view.process.step(&spot.place.step)) else { return };
    let performer = model.catalog.performer_now(&view.process, step);
    form.meant_for.clone_from(&performer);
    let Some(to) = form.fields.iter_mut().find(|field| field.name == "to") else { return };
    // What came back has somewhere to go; anything else goes where somebody says.
    let back = spot.map(|spot| &spot.place).filter(|place| place.kind == PlaceKind::Held);
    let again = back.and_then(|place| match place.declined {
        None => place.to.clone(),
        Some(_) => performer.filter(|party| party.role().is_some()),
    });
    match (again, &form.meant_for) {
        (Some(party), _) => {
            to.hint = format!("{party}; or: @person or role");
            form.meant_for = Some(party);
        }
        // What has no room beside the field would move the form once it is said to be wrong.
        (None, Some(party)) if party.to_string().len() <= 10 => to.hint = format!("{ASKS_WHO}: {party}?"),
        _ => {}
    }
    receiver::say_dates(form, view, &step.handle, &model.catalog, model.now);
    form.accept_by = accept_by(&model.catalog, &view.process, &step.handle, model.now).map(|(_, at)| at);
}

/// All that is marked, on to its next steps. What a step asks for beside its checklist is asked for one by one, so
/// the desk says of which it is missing before anything is done.
fn many(model: &mut Model, targets: &[Target], words: &str) -> Vec<Effect> {
    let what = bulk::sorted(model, targets, |model, t| match (t.mine(model), t.votes(model)) {
        (Some(task), _) => Ok((t.case, task)),
        (None, Some(_)) => Err("a vote has a reason of its own: L on it alone"),
        (None, None) => Err("it is not in your hand"),
    });
    open_many(model, moves::hand_on(what, words))
}
