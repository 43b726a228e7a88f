//! The views: lists from the store, joined with what the catalog knows and what the clock on the wall says.
//! Reads only.

use super::late::OverdueItem;
use super::pressing::where_it_stands;
use super::queue::Remark;
use super::shown::{item, line, of_case, spot};
use super::view::{CaseView, Inbox, InboxItem, What};
use super::{Desk, Error};
use crate::domain::catalog::Catalog;
use crate::domain::command::AboutRecord;
use crate::domain::event::SubjectId;
use crate::domain::refusal::Refusal;
use crate::domain::rows::{
    CaseRow, ExceptionRow, HandoffRow, MessageRow, PlaceKind, PlaceRow, RecordRow, TaskRow,
};
use crate::domain::urgency::Urgency;
use crate::domain::{CaseId, Handle, HandoffId, Instant, RecordId, TaskId, why_date};
use crate::domain::{story, story_items};
use crate::store::{CaseFilter, CaseHead, OpenPlace};
use std::collections::{BTreeMap, HashMap, HashSet};

/// The one of a list that a handoff or a task is about.
type Items<Id> = HashMap<Id, String>;

impl Desk {
    /// What needs a decision by this person in their own right, most late first.
    pub(super) fn own_inbox(&mut self, person: &Handle, now: Instant) -> Result<Inbox, Error> {
        let catalog = self.catalog()?;
        let roles = catalog.roles_of(person).cloned().collect::<Vec<_>>();
        let reminded = self.store.reminders_of(person)?.into_iter();
        let reminded = reminded.map(|(case, branch, n)| ((case, branch), n)).collect::<HashMap<_, _>>();
        let mut mine =
            Mine { catalog: &catalog, person, reminded, now, items: Vec::new(), sent: 0, sent_late: 0 };
        let mut of_several = Vec::new();
        self.store.each_place_of(person, &roles, &mut |place, case| match place.voted {
            // Who has yet to vote is told by the whole case.
            Some(_) => of_several.push((place, case)),
            None => mine.take(place, case, false),
        })?;
        for (place, case) in of_several {
            let of = (&place.clone(), case.version);
            let votes = self.has_a_vote(of, &catalog, person)?;
            let before = mine.items.len();
            mine.take(place, case, votes);
            if let Some(item) = mine.items.get_mut(before) {
                self.await_votes(item, of, &catalog, person)?;
            }
        }
        let Mine { mut items, sent, sent_late, .. } = mine;
        self.climbed(person, &mut items, now)?;
        self.say_paused(&mut items)?;
        let mut exceptions = self.store.exceptions_of(person)?;
        if catalog.admins().any(|admin| admin == person) {
            // What nobody could be told is every admin's, whoever was one when it came up.
            let known = exceptions.iter().map(|(e, _)| (e.case, e.exception)).collect::<HashSet<_>>();
            let others = self.store.unrouted()?.into_iter();
            exceptions.extend(others.filter(|(e, _)| !known.contains(&(e.case, e.exception))));
        }
        self.say_exceptions(person, exceptions, &mut items)?;
        self.messages(person, &mut items)?;
        self.date_by_case(&mut items, now)?;
        self.late_cases(person, &mut items, now)?;
        self.at_risk(person, &mut items, now)?;
        most_late_first(&mut items);
        Ok(Inbox {
            person: person.clone(),
            items,
            waiting_on_others: sent,
            waiting_on_others_late: sent_late,
            snoozed: 0,
            head: 0,
        })
    }

    /// Open exceptions as rows of an inbox.
    pub(super) fn say_exceptions(
        &mut self,
        person: &Handle,
        exceptions: Vec<(ExceptionRow, CaseRow)>,
        items: &mut Vec<InboxItem>,
    ) -> Result<(), Error> {
        let catalog = self.catalog()?;
        let places = self.store.places_in_each(exceptions.iter().map(|(exception, _)| exception.case))?;
        for (exception, case) in exceptions {
            let mut item = of_case(&case, What::Exception, exception.opened);
            item.exception = Some((exception.exception, exception.kind, exception.text));
            item.responsible = person.clone();
            where_it_stands(&mut item, &case, places.get(&case.id), &catalog);
            items.push(item);
        }
        Ok(())
    }

    /// Notes that wait for somebody, with what the case or record is called, oldest first.
    pub fn messages_to(&self, person: &Handle) -> Result<Vec<(MessageRow, String)>, Error> {
        let cases = self.store.messages_of(person)?.into_iter().map(|(told, case)| (told, case.title));
        let records = self.store.record_messages_of(person)?;
        let records = records.into_iter().map(|(told, record)| (told, record.name));
        let mut all = cases.chain(records).collect::<Vec<_>>();
        all.sort_by_key(|(told, _)| told.at);
        Ok(all)
    }

    /// Those on one case or record.
    pub fn messages_on(&self, on: SubjectId, person: &Handle) -> Result<Vec<MessageRow>, Error> {
        let all = self.messages_to(person)?.into_iter().map(|(message, _)| message);
        Ok(all.filter(|message| message.on == on).collect())
    }

    /// What notes told this person: a row for each case and record, with the newest in its words.
    fn messages(&mut self, person: &Handle, items: &mut Vec<InboxItem>) -> Result<(), Error> {
        let mut by_case = BTreeMap::<CaseId, (Vec<MessageRow>, CaseRow)>::new();
        for (message, case) in self.store.messages_of(person)? {
            by_case.entry(case.id).or_insert_with(|| (Vec::new(), case)).0.push(message);
        }
        // The row has the newest; reading it reads all of them, so all of them are there to be read.
        let told = |mut item: InboxItem, all: Vec<MessageRow>| {
            let Some(newest) = all.last() else { return item };
            let more = if all.len() > 1 { format!(" +{}", all.len() - 1) } else { String::new() };
            item.what = What::Message;
            item.step_title = format!("\"{}\"{more}", newest.text);
            item.from.clone_from(&newest.from);
            let said = |one: &MessageRow| {
                let by = one.from.as_ref().filter(|by| Some(*by) != newest.from.as_ref());
                let by = by.map(|by| format!("{by}: ")).unwrap_or_default();
                format!("{by}\"{}\"", one.text)
            };
            item.why = (all.len() > 1).then(|| all.iter().rev().map(said).collect::<Vec<_>>().join("  "));
            item
        };
        let places = self.store.places_in_each(by_case.keys().copied())?;
        let catalog = self.catalog()?;
        for (all, case) in by_case.into_values() {
            let at = all.last().map_or(case.started, |newest| newest.at);
            let mut item = of_case(&case, What::Message, at);
            item.responsible = person.clone();
            where_it_stands(&mut item, &case, places.get(&case.id), &catalog);
            items.push(told(item, all));
        }
        let mut by_record = BTreeMap::<RecordId, (Vec<MessageRow>, RecordRow)>::new();
        for (message, record) in self.store.record_messages_of(person)? {
            by_record.entry(record.id).or_insert_with(|| (Vec::new(), record)).0.push(message);
        }
        for (all, record) in by_record.into_values() {
            let Some(newest) = all.last() else { continue };
            let by = newest.from.as_ref().unwrap_or(person);
            let mut item = InboxItem::of_no_case(by, record.name.clone(), newest.at);
            item.told = Some(Remark::On(record.id));
            item.tags = record.tags;
            items.push(told(item, all));
        }
        Ok(())
    }

    /// The inboxes of everybody in one list: what is open, once each.
    pub fn inbox_of_all(&mut self, now: Instant) -> Result<Vec<InboxItem>, Error> {
        let catalog = self.catalog()?;
        let places = self.store.places(None)?;
        let mut items = places.iter().map(|open| item(open, &catalog, now)).collect::<Vec<_>>();
        most_late_first(&mut items);
        Ok(items)
    }

    /// Cases, newest first.
    pub fn cases(&self, filter: &CaseFilter) -> Result<Vec<CaseRow>, Error> {
        Ok(self.store.cases(filter)?)
    }

    /// When the first and the last case of a process were done.
    ///
    /// # Errors
    /// Those of the store.
    pub fn done_between(&self, process: &Handle) -> Result<Option<(Instant, Instant)>, Error> {
        Ok(self.store.done_between(process)?)
    }

    /// Every open branch, with its case.
    pub fn places(&self, process: Option<&Handle>) -> Result<Vec<OpenPlace>, Error> {
        Ok(self.store.places(process)?)
    }

    /// One case with everything about it.
    pub fn case(&mut self, id: CaseId, now: Instant) -> Result<CaseView, Error> {
        let catalog = self.catalog()?;
        let missing = || not_found(format!("There is no case {id}."), "`baton case list` shows the cases.");
        let filter = CaseFilter { ids: Some(vec![id]), ..CaseFilter::default() };
        let row = self.store.cases(&filter)?.into_iter().next().ok_or_else(missing)?;
        let entries = self.store.entries(SubjectId::Case(id))?;
        let subject = crate::domain::fold::fold(SubjectId::Case(id), &entries, &catalog);
        let case = subject.case().cloned().ok_or_else(missing)?;
        let process = case.definition(&catalog).ok_or_else(missing)?;
        let record = match case.about {
            Some(record) => {
                self.store.rows_of(SubjectId::Record(record))?.into_iter().find_map(|row| match row {
                    crate::domain::rows::Row::Record(record) => Some(record),
                    _ => None,
                })
            }
            None => None,
        };
        let places = self.store.places_in(id)?;
        let of = |record: &RecordRow| {
            AboutRecord::of(&record.fields, catalog.kinds.get(&record.kind)).called(record.id, &record.name)
        };
        let about = record.as_ref().map(of).unwrap_or_default();
        let spot = |open| spot(&case, &process, &about, &catalog, open, now);
        let mut spots = places.into_iter().filter_map(spot).collect::<Vec<_>>();
        let timeline = story::tell(&entries, &catalog, &super::zone_of(&catalog));
        if let Some(compared) = self.review_text(&case, now)? {
            let hows = spots.iter_mut().filter_map(|spot| spot.how.as_mut());
            hows.for_each(|how| *how = format!("{compared}\n\n{how}"));
        }
        let links = self.links(&case)?;
        let clocks = why_date::of_case(&case, &process, &catalog, now);
        let items = story_items::items(&entries);
        Ok(CaseView { row, case, process, record, spots, timeline, links, clocks, items, at: now })
    }

    /// Open handoffs, or all of one case.
    pub fn handoffs(&mut self, case: Option<CaseId>) -> Result<Vec<HandoffRow>, Error> {
        match case {
            Some(case) => self.handoffs_of(case),
            None => Ok(self.store.handoffs(None)?),
        }
    }

    /// Open tasks of a person, or all of a case, or all open.
    pub fn tasks(&mut self, case: Option<CaseId>, holder: Option<&Handle>) -> Result<Vec<TaskRow>, Error> {
        match (case, holder) {
            (Some(case), None) => self.tasks_of(case),
            _ => Ok(self.store.tasks(case, holder)?),
        }
    }

    /// The one of a list that each open handoff and each task in hand is about, where there is one.
    pub fn items(&self) -> Result<(Items<HandoffId>, Items<TaskId>), Error> {
        let (mut handoffs, mut tasks) = (HashMap::new(), HashMap::new());
        for place in self.store.places(None)?.into_iter().map(|open| open.place) {
            let Some(item) = place.item else { continue };
            tasks.extend(place.task.map(|task| (task, item.clone())));
            handoffs.extend(place.handoff.map(|handoff| (handoff, item)));
        }
        Ok((handoffs, tasks))
    }

    /// The case a handoff belongs to.
    pub fn case_of_handoff(&self, id: HandoffId) -> Result<CaseId, Error> {
        let missing = || not_found(format!("There is no handoff {id}."), "`baton handoff list` shows them.");
        self.store.case_of_handoff(id)?.ok_or_else(missing)
    }

    /// The case a task belongs to.
    pub fn case_of_task(&self, id: TaskId) -> Result<CaseId, Error> {
        let missing = || not_found(format!("There is no task {id}."), "`baton task list` shows yours.");
        self.store.case_of_task(id)?.ok_or_else(missing)
    }

    /// Everything late for anybody, most late first.
    pub fn overdue(&mut self, now: Instant) -> Result<Vec<OverdueItem>, Error> {
        let catalog = self.catalog()?;
        let mut items = Vec::new();
        for open in self.store.places(None)? {
            let Some(due) = open.place.due.filter(|due| *due < now) else { continue };
            let offered = open.place.kind == PlaceKind::Offered;
            // What came back waits for its sender, and is no work yet.
            let handed = offered || open.place.kind == PlaceKind::Held;
            let step_title = open.place.title(&catalog, open.case.version);
            items.push(OverdueItem {
                kind: if handed { "handoff" } else { "task" },
                case: open.case.id,
                title: open.case.title,
                process: open.place.process,
                step_title: Some(step_title),
                step: Some(open.place.step),
                item: open.place.item,
                handoff: open.place.handoff.filter(|_| handed),
                task: open.place.task,
                responsible: Some(open.place.responsible),
                accountable: open.case.accountable,
                to: open.place.to.filter(|_| offered || !handed),
                due,
                urgency: Urgency::of(now, open.place.clock_started, Some(due)),
            });
        }
        let filter = CaseFilter { state: Some("open".to_string()), ..CaseFilter::default() };
        for case in self.store.cases(&filter)? {
            let Some(due) = case.due.filter(|due| *due < now) else { continue };
            items.push(OverdueItem {
                kind: "case",
                case: case.id,
                urgency: Urgency::of(now, Some(case.started), Some(due)),
                title: case.title,
                process: case.process,
                step: None,
                step_title: None,
                item: None,
                handoff: None,
                task: None,
                responsible: None,
                accountable: case.accountable,
                to: None,
                due,
            });
        }
        items.sort_by_key(|item| (item.due, item.case));
        Ok(items)
    }
}

/// What of the open branches is somebody's to decide, and how much they sent that nobody took.
struct Mine<'a> {
    catalog: &'a Catalog,
    person: &'a Handle,
    /// How often the person was reminded of a branch of a case.
    reminded: HashMap<(CaseId, Option<u32>), usize>,
    now: Instant,
    items: Vec<InboxItem>,
    sent: usize,
    sent_late: usize,
}

impl Mine<'_> {
    /// Takes in a branch; `votes` when the person has yet to vote on it.
    fn take(&mut self, place: PlaceRow, case: CaseHead, votes: bool) {
        let person = self.person;
        let offered = place.kind == PlaceKind::Offered;
        let offered_to_me = place.is_offered_to(self.catalog, person);
        let delegated = place.delegate.as_ref() == Some(person);
        let sent = &place.responsible == person;
        if offered && !offered_to_me && !delegated && !sent {
            return;
        }
        if offered && !offered_to_me && !delegated {
            self.sent += 1;
            self.sent_late += usize::from(Urgency::of(self.now, place.clock_started, place.due).is_late());
            return;
        }
        if !offered && &place.responsible != person && !delegated && !votes {
            return;
        }
        let of = (place.case, Some(place.branch));
        let mut item = line(place, case, self.catalog, self.now);
        if delegated && !offered_to_me {
            item.what = What::Delegated;
        }
        if votes {
            item.what = What::Vote;
        }
        item.reminded = self.reminded.get(&of).copied().unwrap_or(0);
        // What goes on by itself at its time needs nobody before that.
        let needs_nobody = item.ends_by_itself && item.reminded == 0 && !item.urgency.is_late();
        if !needs_nobody {
            self.items.push(item);
        }
    }
}

pub(super) fn not_found(what: String, hint: &str) -> Error {
    let refusal = Refusal::NotFound { what, hint: hint.to_string() };
    Error::refused(refusal, &|_| String::new())
}

pub(super) fn no_process(process: &Handle, catalog: &Catalog) -> Error {
    Error::refused(Refusal::no_process(process, catalog), &|_| String::new())
}

pub(super) fn most_late_first(items: &mut [InboxItem]) {
    // Lateness first, then the soonest due, then what nobody promised a time for, oldest first.
    // Messages come last.
    let message = |item: &InboxItem| item.what == What::Message;
    items.sort_by_key(|item| {
        (item.due.is_none(), item.due, message(item), item.since, item.case, item.branch)
    });
}
