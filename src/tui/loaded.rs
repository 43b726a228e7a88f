//! Takes the answers of the workers into the model. What was not asked for any more is left alone; asks nobody itself.

use super::act;
use super::action::ActionId;
use super::model::{Model, Pane, Status, View};
use super::msg::{Effect, Loaded, Query};
use super::run::run;
use super::update::{reload, understand_anew};
use super::windows;
use crate::domain::Handle;
use crate::domain::event::SubjectId;

/// How the line begins that counts what changed.
const NEWS: &str = "Since you last looked:";

/// Whether that line stands on the screen: it is counted anew while it does, because the screen's own chores may bring more.
pub(super) fn counts_news(model: &Model) -> bool {
    model.status.text.starts_with(NEWS)
}

/// Takes an answer in; what has to follow comes back.
pub(super) fn on_loaded(model: &mut Model, loaded: Loaded) -> Vec<Effect> {
    match loaded {
        Loaded::Catalog(catalog) => {
            model.zone = crate::desk::zone_of(&catalog);
            model.first_run = catalog.settings.is_none();
            if model.process.as_ref().is_none_or(|process| !catalog.processes.contains_key(process)) {
                model.process = catalog.processes.keys().next().cloned();
                if model.process.is_some() && matches!(model.pane, Pane::Boards | Pane::Metrics) {
                    model.catalog = catalog;
                    understand_anew(model);
                    return reload(model);
                }
            }
            model.catalog = catalog;
            understand_anew(model);
            return super::edit::overtaken(model).into_iter().collect();
        }
        Loaded::NotThere { of, sentence, hint } => return not_there(model, of, sentence, hint),
        Loaded::Busy => super::ahead::busy(model),
        Loaded::Inbox(inbox) => return super::sweep::inbox_came(model, inbox),
        Loaded::Queue(queue, inbox) => return super::sweep::queue_came(model, queue, inbox),
        Loaded::Became { case, words } => super::sweep::became(model, case, words),
        Loaded::Since { words, cases, from } => {
            model.news.extend(cases);
            model.records_state.away = from.map(|from| (from, model.now));
            // Where times are shown is said quietly: anything takes its place.
            let quiet = model.catalog.other_zone(&model.me).as_ref() == Some(&model.status.text);
            if (model.status.text.is_empty() || quiet || counts_news(model)) && !words.is_empty() {
                model.status.text = format!("{NEWS} {words}.");
                model.status.hint = "g n shows them".to_string();
            }
        }
        Loaded::OpenOf(ids, cards) => super::listed::came(model, ids, cards),
        Loaded::Drafts(drafts) => super::half_done::came(model, drafts),
        Loaded::Stuck(stuck) => super::stuck::told(model, &stuck),
        Loaded::Outlook(outlook) => super::outlook::came(model, &outlook),
        Loaded::Ranked(ranked) => super::reviews::ranked(model, &ranked),
        Loaded::Lost { process, lost } => super::stuck::lost(model, process.as_str(), &lost),
        Loaded::Preview(preview) => super::deeds::previewed(model, *preview),
        Loaded::Tried(plan) => return super::bulk::planned(model, *plan),
        Loaded::Case(view) => {
            model.asked.retain(|query| *query != Query::Case(view.row.id));
            // Opened by its number, the keys act on what is this person's of it.
            if model.view() == Some(&View::Case(view.row.id)) && model.case_state.branch.is_none() {
                let mine = view.spots.iter().find(|spot| {
                    spot.place.task.is_some() && spot.place.responsible == model.me
                        || spot.place.is_offered_to(&model.catalog, &model.me)
                });
                model.case_state.branch = mine.map(|spot| spot.place.branch);
            }
            model.case = Some(*view);
            if let Some(id) = model.pending.take() {
                return run(model, id);
            }
        }
        Loaded::Board { board, filter } => windows::board_came(model, board, filter),
        Loaded::Cards { process, step, filter, page } => {
            windows::cards_came(model, (process, step, filter), page);
        }
        Loaded::Names { begins, items } => {
            let known = model.records.get_or_insert_default();
            match begins.is_empty() {
                true => *known = items,
                false => {
                    let new =
                        items.into_iter().filter(|item| known.iter().all(|old| old.row.id != item.row.id));
                    let new = new.collect::<Vec<_>>();
                    known.extend(new);
                }
            }
            understand_anew(model);
            super::menus::renew_palette(model);
            super::narrowed::renew(model);
        }
        Loaded::More(more) => super::figures_more::came(model, *more),
        Loaded::Loads(loads) => {
            model.loads = Some(loads);
            understand_anew(model);
        }
        Loaded::Found { words, found, .. } => return super::elsewhere::came(model, &words, found),
        Loaded::RecordPage { wish, filter, kinds, page } => {
            let count = |kind: &Handle| kinds.iter().find(|(of, _)| of == kind).map_or(0, |(_, n)| *n);
            let known = model.catalog.kinds.values();
            model.kinds = known.map(|kind| (kind.clone(), count(&kind.handle))).collect();
            windows::records_came(model, wish, filter, page);
        }
        Loaded::Record(view) => {
            let id = view.row.id;
            model
                .asked
                .retain(|query| !matches!(query, Query::Record(of) | Query::RecordBrief(of) if *of == id));
            model.record = Some(super::panes::record_timeline::folded(*view));
            if model.pending == Some(ActionId::EditRecord) {
                model.pending = None;
                return run(model, ActionId::EditRecord);
            }
        }
        Loaded::Glance(glance) => super::figures::glance_came(model, &glance),
        Loaded::Figures(filter, figures) => super::figures::figures_came(model, filter, *figures),
        Loaded::Picture(picture) => model.drawn = Some(*picture),
        Loaded::Holidays(holidays) => super::why::choose(model, *holidays),
        Loaded::AllCards { process, filter, cards } => {
            super::marks::all_came(model, &process, &filter, cards);
        }
        Loaded::AllRecords { kind, filter, ids } => super::record_marks::all_came(model, &kind, &filter, ids),
        Loaded::Place(placed) => model.places.take(*placed),
        Loaded::Checked(checked) => return super::edit::checked(model, *checked),
        Loaded::Stranded { person, absence, stranded } => {
            super::overlays::people::say_stranded(model, &person, &absence, &stranded);
        }
        Loaded::Cases { title, page } => windows::cases_came(model, &title, page),
        Loaded::Leaving(view) => {
            let form = super::overlays::leaving::leave(view.holds, &view.alone);
            return act::open_form(model, form);
        }
    }
    Vec::new()
}

/// Something is not there: what was on screen went with an undo, and its page with it; what was asked for by its number never
/// was. What the cursor of a list was on is gone from the list that comes.
fn not_there(model: &mut Model, of: SubjectId, sentence: String, hint: String) -> Vec<Effect> {
    let shown = match (model.view(), of) {
        (Some(View::Case(case)), SubjectId::Case(id)) if *case == id => {
            model.case.as_ref().is_some_and(|view| view.row.id == id)
        }
        (Some(View::Record(record)), SubjectId::Record(id)) if *record == id => {
            model.record.as_ref().is_some_and(|view| view.row.id == id)
        }
        _ => return Vec::new(),
    };
    model.views.pop();
    if !shown {
        model.status = Status { text: sentence, hint, error: true };
    }
    reload(model)
}
