//! From what is stored to what is shown: one open branch as a line of an inbox, a card, or a place in a case.

use super::view::{Card, InboxItem, Need, NextStep, Spot, What};
use crate::domain::Instant;
use crate::domain::case::Case;
use crate::domain::catalog::Catalog;
use crate::domain::command::AboutRecord;
use crate::domain::decide::{self, Way};
use crate::domain::field::is_given;
use crate::domain::process::{Performer, Pick, Process, Step, StepKind};
use crate::domain::rows::{CaseRow, PlaceKind, PlaceRow};
use crate::domain::urgency::Urgency;
use crate::store::{CaseHead, OpenPlace};

fn step_of<'c>(catalog: &'c Catalog, version: u32, place: &PlaceRow) -> Option<&'c Step> {
    catalog.process(&place.process, version).and_then(|process| process.step(&place.step))
}

/// A title with the item that a branch is about, where a step is done once for each of a list.
pub fn of_item(title: String, item: Option<&str>) -> String {
    match item {
        Some(item) => format!("{title} ({item})"),
        None => title,
    }
}

fn asks_next(catalog: &Catalog, version: u32, place: &PlaceRow) -> bool {
    step_of(catalog, version, place).is_some_and(|step| step.ask_next)
}

pub(super) fn item(open: &OpenPlace, catalog: &Catalog, now: Instant) -> InboxItem {
    line(open.place.clone(), CaseHead::from(&open.case), catalog, now)
}

/// An open branch as a line, of which an inbox may have thousands.
pub(super) fn line(place: PlaceRow, case: CaseHead, catalog: &Catalog, now: Instant) -> InboxItem {
    // What waits has no promise of its own meanwhile: it presses by when somebody should have looked at it again.
    let looked_at = place.waiting.as_ref().and_then(|(_, until)| *until);
    let looked_at = looked_at.filter(|until| *until <= now && !place.ends_by_itself());
    let (clock_started, due) = match (place.due, looked_at) {
        (None, Some(until)) => (Some(place.since), Some(until)),
        (due, _) => (place.clock_started, due),
    };
    let urgency = Urgency::of(now, clock_started, due);
    let follow_up_is_due = looked_at.is_some();
    let what = match place.kind {
        PlaceKind::Offered => What::Accept,
        PlaceKind::Held => What::Back,
        PlaceKind::Waiting => What::Waiting,
        PlaceKind::Task if follow_up_is_due => What::Due,
        PlaceKind::Task if place.waiting.is_some() => What::Waiting,
        PlaceKind::Task if urgency.is_late() => What::Late,
        PlaceKind::Task if place.started || place.waiting.is_some() => What::Due,
        PlaceKind::Task => What::Start,
    };
    InboxItem {
        what,
        urgency,
        case: place.case,
        step_title: place.title(catalog, case.version),
        ask_next: asks_next(catalog, case.version, &place),
        ends_by_itself: place.ends_by_itself(),
        due: place.due.or(place.waiting.as_ref().and_then(|(_, until)| *until)),
        title: case.title,
        process: place.process,
        step: place.step,
        item: place.item,
        branch: Some(place.branch),
        handoff: place.handoff,
        task: place.task,
        exception: None,
        from: place.from,
        responsible: place.responsible,
        to: place.to,
        since: place.since,
        clock_started,
        started: place.started,
        movable: true,
        let_wait: place.waiting.is_some(),
        paused: None,
        waiting: place.waiting,
        barred: place.barred,
        declined: place.declined,
        delegate: place.delegate,
        reminded: 0,
        on_behalf: None,
        urgent: case.urgent,
        why: None,
        told: None,
        of_case: false,
        tags: case.tags,
        risk: None,
    }
}

/// A line of a list that is about a case and none of its branches.
pub(super) fn of_case(row: &CaseRow, what: What, since: Instant) -> InboxItem {
    let responsible = row.accountable.person().cloned().unwrap_or_else(|| row.process.clone());
    InboxItem {
        what,
        case: row.id,
        process: row.process.clone(),
        step: row.process.clone(),
        urgent: row.urgent,
        tags: row.tags.clone(),
        ..InboxItem::of_no_case(&responsible, row.title.clone(), since)
    }
}

pub(super) fn card(open: &OpenPlace, catalog: &Catalog, now: Instant) -> Card {
    let OpenPlace { place, case } = open;
    Card {
        case: case.id,
        branch: place.branch,
        title: of_item(case.title.clone(), place.item.as_deref()),
        kind: place.kind,
        responsible: place.responsible.clone(),
        to: place.to.clone(),
        handoff: place.handoff,
        task: place.task,
        since: place.since,
        due: place.due,
        clock_started: place.clock_started,
        case_clock: (case.started, case.due),
        pressing: open.pressing(now),
        waiting: place.waiting.clone(),
        declined: place.declined.clone(),
        started: place.started,
        delegate: place.delegate.clone(),
        voted: place.voted.clone(),
        ask_next: asks_next(catalog, case.version, place),
        urgent: case.urgent,
        tags: case.tags.clone(),
        step: if place.free.is_some() { place.process.clone() } else { place.step.clone() },
        step_title: place.step_title(catalog, case.version),
        of: (1, 1),
        came: place.since,
        usual: None,
    }
}

pub(super) fn data_needs(case: &Case, names: &[String]) -> Vec<Need> {
    let need = |name: &String| Need { label: name.clone(), met: is_given(case.data.get(name)), item: None };
    names.iter().map(need).collect()
}

/// The steps whose contract is asked for when work goes on to these: theirs, and that of what comes behind those that
/// nobody does.
fn asked<'p>(process: &'p Process, case: &Case, record: &AboutRecord, steps: Vec<&'p Step>) -> Vec<&'p Step> {
    let mut asked = steps;
    let mut n = 0;
    while let Some(step) = asked.get(n).copied() {
        n += 1;
        let passed = matches!(step.kind, StepKind::Auto { .. } | StepKind::Process { wait: false, .. });
        if !passed || !step.join.is_empty() {
            continue;
        }
        if let Ok(Way::To { targets, .. }) = decide::way_on(process, case, record, step, None) {
            for next in targets.iter().filter_map(|target| process.step(target)) {
                if !asked.iter().any(|step| step.handle == next.handle) {
                    asked.push(next);
                }
            }
        }
    }
    asked
}

fn documents(case: &Case, step: &Step) -> impl Iterator<Item = (String, Option<String>)> {
    let with = |title: &String| (title.clone(), case.documents.get(title).cloned());
    step.documents.iter().map(with).collect::<Vec<_>>().into_iter()
}

pub(super) fn spot(
    case: &Case,
    process: &Process,
    record: &AboutRecord,
    catalog: &Catalog,
    open: OpenPlace,
    now: Instant,
) -> Option<Spot> {
    let place = open.place;
    let step = process.step(&place.step)?;
    let task = place.task.and_then(|id| case.tasks.get(&id));
    let again = case.branches.get(&place.branch).and_then(|branch| Some(&branch.again.as_ref()?.ticked));
    let mut needs = data_needs(case, &step.needs);
    needs.extend(documents(case, step).map(|(title, reference)| Need {
        label: reference.as_ref().map_or_else(|| title.clone(), |reference| format!("{title}: {reference}")),
        met: reference.is_some(),
        item: None,
    }));
    needs.extend((0u32..).zip(&step.checklist).map(|(item, label)| Need {
        label: label.clone(),
        // What is to be done again shows before it is accepted what was in order the last time.
        met: task.map(|task| &task.checked).or(again).is_some_and(|ticked| ticked.contains(&item)),
        item: Some(item),
    }));
    let next = decide::way_on(process, case, record, step, None).ok().map(|way| match way {
        Way::End(outcome) => NextStep {
            titles: vec![format!("end{}", outcome.as_ref().map(|o| format!(": {o}")).unwrap_or_default())],
            to: None,
            needs: Vec::new(),
            documents: Vec::new(),
            picks: false,
        },
        Way::To { targets, .. } => {
            let steps = targets.iter().filter_map(|target| process.step(target)).collect::<Vec<_>>();
            let to = match steps.as_slice() {
                [one] => match &one.by {
                    // Of somebody outside, whoever minds them.
                    Performer::Party(_) => catalog.performer_now(process, one),
                    Performer::Data(field) => case
                        .data
                        .get(field)
                        .and_then(serde_json::Value::as_str)
                        .and_then(|name| name.parse().ok())
                        .filter(|person| catalog.people.contains_key(person))
                        .map(crate::domain::Party::Person),
                    Performer::Sender => None,
                },
                _ => None,
            };
            let picks = steps.iter().any(|step| step.pick != Pick::First);
            let titles = steps.iter().map(|step| step.title.clone()).collect();
            let asked = asked(process, case, record, steps);
            let needs = |step: &&Step| {
                let names = step.needs.iter().chain(&step.each).cloned().collect::<Vec<_>>();
                data_needs(case, &names)
            };
            NextStep {
                titles,
                to,
                needs: asked.iter().flat_map(needs).collect(),
                documents: asked.iter().flat_map(|step| documents(case, step)).collect(),
                picks,
            }
        }
    });
    let handoff = place.handoff.and_then(|id| case.handoffs.get(&id));
    Some(Spot {
        step_title: of_item(step.title.clone(), place.item.as_deref()),
        done: step.done.clone(),
        how: step.how.clone(),
        needs,
        gives: step.gives.clone(),
        note: handoff.and_then(|handoff| handoff.note.clone()),
        done_by: handoff.and_then(|handoff| handoff.due).filter(|_| place.kind == PlaceKind::Offered),
        urgency: Urgency::of(now, place.clock_started, place.due),
        task: task.cloned(),
        ask_next: step.ask_next,
        next,
        place,
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ctx, desk, h};
    use crate::domain::command::{Command, CompleteTask, StartCase};
    use crate::store::CaseFilter;

    /// Three parcels are three lines alike, and whoever takes one has to know which.
    #[test]
    fn what_is_done_for_each_of_a_list_says_for_which_in_the_inbox_and_in_the_case() {
        let (mut desk, now) = desk();
        let text = "process = \"post\"\ntitle = \"Post\"\nkind = \"operational\"\npurpose = \"x\"\n\
             accountable = \"@bo\"\n[data.parcels]\ntype = \"list\"\nrequired = true\n\
             [[step]]\nstep = \"pack\"\ntitle = \"Pack\"\nby = \"@bo\"\ngoal = \"1 day\"\nnext = \"ship\"\n\
             [[step]]\nstep = \"ship\"\ntitle = \"Ship\"\nby = \"@bo\"\ngoal = \"1 day\"\neach = \"parcels\"\n\
             next = { end = true }\n";
        let (process, problems) = crate::domain::process_check::read(text, &desk.known().unwrap());
        let process = process.unwrap_or_else(|| panic!("{problems:?}"));
        desk.execute(&Command::PublishProcess { process: process.into() }, &ctx("bo", now)).unwrap();
        let data = vec![("parcels".to_string(), "red, blue".to_string())];
        let start = StartCase {
            process: Some(h("post")),
            title: Some("Tuesday".into()),
            data,
            ..StartCase::default()
        };
        desk.execute(&Command::StartCase(start), &ctx("bo", now)).unwrap();
        let filter = CaseFilter { process: Some(h("post")), ..CaseFilter::default() };
        let case = desk.cases(&filter).unwrap()[0].id;
        let task = desk.tasks(Some(case), None).unwrap()[0].id;
        let done = Command::CompleteTask(CompleteTask {
            case,
            task,
            data: vec![],
            documents: vec![],
            to: None,
            note: None,
            all_checked: true,
            checked: vec![],
            anyway: None,
            outcome: None,
            reason: None,
            agreed: Default::default(),
        });
        desk.execute(&done, &ctx("bo", now)).unwrap();
        let inbox = desk.inbox(&h("bo"), now).unwrap().items;
        let mut steps =
            inbox.iter().filter(|item| item.case == case).map(|item| &item.step_title).collect::<Vec<_>>();
        steps.sort();
        assert_eq!(steps, ["Ship (blue)", "Ship (red)"]);
        let spots = desk.case(case, now).unwrap().spots;
        assert_eq!(
            spots.iter().map(|spot| &spot.step_title).collect::<Vec<_>>(),
            ["Ship (red)", "Ship (blue)"]
        );
    }
}
