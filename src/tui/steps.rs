//! Moving work to any step: which ones the process allows from here, and why not the others. Translates only.

use super::act::open_form;
use super::action::ActionId;
use super::model::Model;
use super::msg::{Effect, Query};
use super::overlays::form::Control;
use super::overlays::menu::{Item, Menu, Pick};
use super::overlays::{Overlay, forms, moves};
use super::target::targets;
use super::update::say;
use crate::desk::{CaseView, Spot};
use crate::domain::decide::ways_back;
use crate::domain::process::{Go, Step};
use crate::domain::{Handle, TaskId};
use std::collections::BTreeSet;

/// The work under the cursor in its loaded case.
fn work(model: &Model) -> Option<(&CaseView, &Spot, TaskId)> {
    let task = targets(model).iter().find_map(|target| target.mine(model))?;
    let view = model.loaded_case()?;
    let spot = view.spots.iter().find(|spot| spot.place.task == Some(task))?;
    Some((view, spot, task))
}

/// Offers every step of the process.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    if model.loaded_case().is_none() {
        model.pending = Some(ActionId::MoveTo);
        return model.case_in_focus().map(|case| Effect::Load(Query::Case(case))).into_iter().collect();
    }
    let Some((view, spot, task)) = work(model) else { return Vec::new() };
    let (here, id) = (&spot.place.step, view.row.id);
    let behind = ways_back(&view.case, &view.process, task);
    let behind = behind.iter().filter_map(|task| Some(view.case.tasks.get(task)?.step.clone()));
    let behind = behind.collect::<BTreeSet<_>>();
    let ahead = onwards(view, here);
    let offer = |step: &Step| {
        let (possible, detail) = if ahead.contains(&step.handle) {
            (true, "hand on to it".to_string())
        } else if behind.contains(&step.handle) {
            (true, "send back to it".to_string())
        } else if &step.handle == here {
            (false, "it is there".to_string())
        } else if !step.kind.is_human() {
            (false, "nobody works there; it is passed by itself".to_string())
        } else {
            (false, format!("no way leads there from {}", spot.step_title))
        };
        let (label, pick) = (step.title.clone(), Pick::Step(step.handle.clone()));
        Item { label, detail, key: String::new(), possible, pick }
    };
    let mut items = view.process.steps.iter().map(offer).collect::<Vec<_>>();
    items.sort_by_key(|item| !item.possible);
    let title = format!("Move {id} from {} to", spot.step_title);
    model.overlays.push(Overlay::Menu(Box::new(Menu::new(&title, "step", items))));
    Vec::new()
}

/// The steps people do next: what a split or a join passes on to stands for it.
fn onwards(view: &CaseView, from: &Handle) -> BTreeSet<Handle> {
    let (mut found, mut seen) = (BTreeSet::new(), BTreeSet::<Handle>::new());
    let mut todo = vec![from.clone()];
    while let Some(handle) = todo.pop() {
        for arm in view.process.step(&handle).iter().flat_map(|step| &step.next) {
            let Go::To(steps) = &arm.go else { continue };
            for next in steps.iter().filter(|next| seen.insert((*next).clone())) {
                match view.process.step(next) {
                    Some(step) if step.kind.is_human() => _ = found.insert(next.clone()),
                    Some(_) => todo.push(next.clone()),
                    None => {}
                }
            }
        }
    }
    found
}

/// Goes on with the dialog that leads to the step, or says why there is none.
pub(super) fn picked(model: &mut Model, step: &Handle) -> Vec<Effect> {
    let Some((view, spot, task)) = work(model) else { return Vec::new() };
    let ahead = onwards(view, &spot.place.step);
    if ahead.contains(step) {
        let mut form = forms::hand_on(view, spot, task);
        super::onward::say_of_next(model, view, spot, &mut form);
        if ahead.len() > 1 {
            form.notes.push("What you fill in decides which way it goes.".to_string());
        }
        return open_form(model, form);
    }
    let back = moves::send_back(view, spot, task).and_then(|form| {
        let to = form.fields.iter().find(|field| field.name == "step").map(|field| &field.control);
        let Some(Control::Choice { options, .. }) = to else { return None };
        let (code, _) = options.iter().find(|(code, _)| moves::which(code).0 == step.as_str())?.clone();
        Some((form, code))
    });
    match back {
        Some((mut form, code)) => {
            for field in form.fields.iter_mut().filter(|field| field.name == "step") {
                field.fill(&code);
            }
            open_form(model, form)
        }
        None => {
            let title = view.process.step(step).map_or(step.to_string(), |step| step.title.clone());
            let words = format!("m ({title}): no way leads there from {}.", spot.step_title);
            say(model, &words);
            Vec::new()
        }
    }
}
