//! Opens what explains a date, and what brings holidays in. Translates only: the explanation and the plan are
//! the domain's.

use super::act;
use super::action::ActionId;
use super::model::Model;
use super::msg::{Effect, Query};
use super::overlays::forms::{self, Kind};
use super::overlays::why::WhyBox;
use super::overlays::{Form, Overlay, understand};
use super::target::targets;
use super::update::say;
use crate::desk::Holidays;
use crate::domain::clock::ClockOn;
use crate::domain::counted::counted;
use crate::domain::rows::PlaceKind;
use crate::domain::why_date;

/// Shows why the dates of the case in focus are what they are, that of the branch under the cursor first.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    let Some(view) = model.loaded_case() else {
        model.pending = Some(ActionId::Why);
        return model.case_in_focus().map(|case| Effect::Load(Query::Case(case))).into_iter().collect();
    };
    let mut clocks = why_date::of_case(&view.case, &view.process, &model.catalog, model.now);
    let id = view.row.id;
    let on = targets(model).first().and_then(|target| match (target.branch, target.kind) {
        (None, _) => Some(ClockOn::Case),
        (_, PlaceKind::Offered) => target.handoff.map(ClockOn::Accept),
        (_, PlaceKind::Held) => target.handoff.map(ClockOn::Decide),
        _ => target.task.map(ClockOn::Work),
    });
    clocks.sort_by_key(|clock| Some(clock.on) != on);
    if clocks.is_empty() {
        say(model, &format!("No clock runs on {id}: nothing promised, or nothing of it is open."));
        return Vec::new();
    }
    let title = format!("Why this date: {id}");
    model.overlays.push(Overlay::Why(Box::new(WhyBox::new(title, clocks, model.now))));
    Vec::new()
}

/// Asks for the file. What is in it decides what is asked next.
pub(super) fn ask_for_file(model: &mut Model) -> Vec<Effect> {
    let mut form = forms::holiday_file(&model.catalog);
    understand::understand(&mut form, &act::sense(model), false);
    let place = form.place();
    model.overlays.push(Overlay::Form(Box::new(form)));
    vec![Effect::LoadDraft(place)]
}

/// Has the file read; it is answered with its dates.
pub(super) fn read_file(form: &mut Form) -> Vec<Effect> {
    let path = form.value("path");
    if path.is_empty() {
        form.error = Some(("Say which file, such as ~/Downloads/holidays.ics.".to_string(), String::new()));
        return Vec::new();
    }
    form.sent = true;
    let calendar = form.value("calendar").parse().ok();
    vec![
        Effect::KeepDraft { place: form.place(), text: form.draft() },
        Effect::Load(Query::Holidays { path, calendar }),
    ]
}

/// Shows the dates with a switch for each; a file without any that would change something is said to be so.
pub(super) fn choose(model: &mut Model, holidays: Holidays) {
    let asked = |overlay: &Overlay| matches!(overlay, Overlay::Form(form) if form.sent && form.kind == Kind::HolidayFile);
    let Some(n) = model.overlays.iter().rposition(asked) else { return };
    if holidays.plan.wanted().count() == 0 {
        if let Overlay::Form(form) = &mut model.overlays[n] {
            form.sent = false;
            let entries = holidays.plan.entries.len();
            let what = match entries {
                0 => format!("No date of it lies from {} to {}.", holidays.from, holidays.to),
                _ => format!(
                    "It holds {} and none would change {}.",
                    counted(entries, "date"),
                    holidays.calendar
                ),
            };
            form.error = Some((what, String::new()));
        }
        return;
    }
    model.overlays.remove(n);
    model.overlays.push(Overlay::Form(Box::new(forms::holidays(holidays))));
}
