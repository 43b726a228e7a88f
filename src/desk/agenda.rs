//! What the days to come bring to somebody: what is due and what is to be looked at again, by day in the company's
//! calendar, and what schedules will start. Reads only; foretells nothing that depends on what anybody does, which is
//! `simulate`.

use super::pressing::answers;
use super::{Desk, Error, zone_of};
use crate::domain::calendar::DateKind;
use crate::domain::catalog::Catalog;
use crate::domain::clock::{ClockOn, FollowUp};
use crate::domain::decide::looked_at_next;
use crate::domain::event::SubjectId;
use crate::domain::rows::{CaseRow, PlaceKind};
use crate::domain::urgency::Urgency;
use crate::domain::visits::is_outside;
use crate::domain::{CaseId, Handle, Instant, Party, Span};
use crate::store::{CaseFilter, OpenPlace};
use chrono::{Days, NaiveDate};
use std::collections::BTreeMap;

/// What something on the agenda is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ahead {
    /// Work in hand is due.
    Due,
    /// A vote is asked for by then.
    Vote,
    /// To be accepted by then.
    Accept,
    /// Offered by this person, to be accepted by somebody else by then.
    Offered,
    /// To be looked at again.
    Look,
    /// A wait ends by itself.
    Ends,
    /// Reminded again to ask for what is waited for.
    Chase,
    /// A case is due that this person answers for, or whose work lies with them alone.
    Case,
    /// A schedule starts a case.
    Starts,
    /// Somebody goes away.
    Away,
    /// A process this person answers for is reviewed.
    Review,
}

impl Ahead {
    /// The word on screen.
    pub fn word(self) -> &'static str {
        match self {
            Ahead::Due => "DUE",
            Ahead::Vote => "VOTE",
            Ahead::Accept => "ACCEPT",
            Ahead::Offered => "OFFERED",
            Ahead::Look => "LOOK",
            Ahead::Ends => "ENDS",
            Ahead::Chase => "CHASE",
            Ahead::Case => "CASE",
            Ahead::Starts => "STARTS",
            Ahead::Away => "AWAY",
            Ahead::Review => "REVIEW",
        }
    }
}

/// One thing on a day.
#[derive(Debug, Clone, PartialEq)]
pub struct AgendaItem {
    pub at: Instant,
    pub what: Ahead,
    pub case: Option<CaseId>,
    /// The open branch it is about, where it is one.
    pub branch: Option<u32>,
    pub process: Option<Handle>,
    /// Of the case, or in words what happens.
    pub title: String,
    /// The step, or what is waited for.
    pub about: String,
    /// The one of a list it is about.
    pub item: Option<String>,
    pub urgency: Urgency,
}

/// A date with what it brings.
#[derive(Debug, Clone, PartialEq)]
pub struct AgendaDay {
    pub date: NaiveDate,
    /// Why nobody works: the name of the holiday where it has one.
    pub closed: Option<String>,
    /// Hours of its own, where they differ from those of its weekday.
    pub hours: Option<String>,
    pub items: Vec<AgendaItem>,
}

/// Somebody's agenda.
#[derive(Debug, Clone, PartialEq)]
pub struct Agenda {
    pub person: Handle,
    /// Past, most late first.
    pub overdue: Vec<AgendaItem>,
    /// Today and the days after it.
    pub days: Vec<AgendaDay>,
}

/// Of more cases than this the pauses are not looked up one by one.
const MOST_CASES: usize = 500;

impl Desk {
    /// What lies ahead of a person from now through `days` more dates.
    pub fn agenda(&mut self, person: &Handle, now: Instant, days: u32) -> Result<Agenda, Error> {
        let catalog = self.catalog()?;
        let zone = zone_of(&catalog);
        let today = zone.date(now);
        let dates =
            (0..=u64::from(days)).filter_map(|n| today.checked_add_days(Days::new(n))).collect::<Vec<_>>();
        let last = dates.last().copied().unwrap_or(today);
        let mut items = self.ahead_in_hand(person, now)?;
        items.extend(self.ahead_of_cases(person, now)?);
        let until = now + Span::DAY.times(i64::from(days) + 1);
        items.extend(self.ahead_of_schedules(now, until)?);
        items.extend(self.ahead_of_reviews(person, now, until)?);
        for (who, known) in &catalog.people {
            let mine = who == person;
            for absence in known.absences.iter().filter(|absence| absence.until > now) {
                let place = absence.substitute.as_ref() == Some(person);
                if !mine && !place {
                    continue;
                }
                let until = catalog.shown(absence.until, now);
                let who = if mine { "you are".to_string() } else { format!("{who} is") };
                let instead = if place { ", and you take their place" } else { "" };
                items.push(AgendaItem {
                    at: absence.from.max(now),
                    what: Ahead::Away,
                    case: None,
                    branch: None,
                    process: None,
                    title: format!("{who} away until {until}{instead}"),
                    about: String::new(),
                    item: None,
                    urgency: Urgency::Open,
                });
            }
        }
        items.sort_by_key(|item| (item.at, item.what, item.case));
        let (overdue, ahead) = items.into_iter().partition::<Vec<_>, _>(|item| item.at < now);
        let mut days = dates
            .iter()
            .map(|date| {
                let calendar = catalog.works_by(person);
                let kind = calendar.map_or(DateKind::Ordinary, |calendar| calendar.kind_of(*date));
                let name = calendar.and_then(|calendar| calendar.name_of(*date)).map(str::to_string);
                let company = catalog.company_calendar().map(|company| company.kind_of(*date));
                let closed = match kind {
                    // A day of everybody else's is worth a word.
                    DateKind::NoHours if company.is_some_and(|company| company != DateKind::NoHours) => {
                        Some(name.clone().unwrap_or_else(|| format!("{person} does not work")))
                    }
                    DateKind::Closed => Some(name.clone().unwrap_or_else(|| "closed".to_string())),
                    DateKind::NoHours => {
                        Some(name.clone().unwrap_or_else(|| "not a working day".to_string()))
                    }
                    DateKind::Ordinary | DateKind::Special => None,
                };
                let special = calendar.filter(|_| kind == DateKind::Special);
                let hours = special.map(|calendar| {
                    let name = name.clone().map(|name| format!(", {name}")).unwrap_or_default();
                    format!("open {}{name}", calendar.hours_text(*date))
                });
                AgendaDay { date: *date, closed, hours, items: Vec::new() }
            })
            .collect::<Vec<_>>();
        for item in ahead.into_iter().filter(|item| zone.date(item.at) <= last) {
            let date = zone.date(item.at);
            if let Some(day) = days.iter_mut().find(|day| day.date == date) {
                day.items.push(item);
            }
        }
        Ok(Agenda { person: person.clone(), overdue, days })
    }

    /// What is in their hand, offered to them, or offered by them.
    fn ahead_in_hand(&mut self, person: &Handle, now: Instant) -> Result<Vec<AgendaItem>, Error> {
        let catalog = self.catalog()?;
        let roles = catalog.roles_of(person).cloned().collect::<Vec<_>>();
        let (mut items, mut held) = (Vec::new(), BTreeMap::<CaseId, Vec<OpenPlace>>::new());
        for open in self.store.places_of(person, &roles)? {
            let (place, case) = (&open.place, &open.case);
            let offered_to_me = place.is_offered_to(&catalog, person);
            let mine = &place.responsible == person;
            let delegated = place.delegate.as_ref() == Some(person);
            let what = match place.kind {
                PlaceKind::Offered if offered_to_me => Ahead::Accept,
                PlaceKind::Offered if mine => Ahead::Offered,
                PlaceKind::Task | PlaceKind::Held | PlaceKind::Waiting if mine || delegated => Ahead::Due,
                _ if self.has_a_vote((place, case.version), &catalog, person)? => Ahead::Vote,
                _ => continue,
            };
            if what == Ahead::Due && case.due.is_some() && !answers(&catalog, &case.accountable, person) {
                held.entry(case.id).or_default().push(open.clone());
            }
            let step = place.title(&catalog, case.version);
            let item = |at: Instant, what: Ahead, about: String| AgendaItem {
                at,
                what,
                case: Some(case.id),
                branch: Some(place.branch),
                process: Some(case.process.clone()),
                title: case.title.clone(),
                about,
                item: place.item.clone(),
                urgency: match what {
                    Ahead::Look | Ahead::Chase | Ahead::Ends => Urgency::of(now, Some(place.since), Some(at)),
                    _ => Urgency::of(now, place.clock_started, place.due),
                },
            };
            let about = match (what, &place.to) {
                (Ahead::Offered, Some(to)) => format!("{step}, to {to}"),
                _ => step.clone(),
            };
            items.extend(place.due.map(|due| item(due, what, about.clone())));
            let step_of = catalog.process(&place.process, case.version).and_then(|of| of.step(&place.step));
            let asked = place.task.is_some() && step_of.is_some_and(is_outside);
            // What nobody has to accept by a time is looked at by whoever offered it.
            if what == Ahead::Offered && place.due.is_none() {
                if let Some(next) = self.looked_at_next(case.id, place.branch, &catalog)? {
                    items.push(item(next, Ahead::Look, about));
                }
                continue;
            }
            let (about, came) = match &place.waiting {
                Some((_, until)) if place.ends_by_itself() => {
                    items.extend(until.map(|at| item(at, Ahead::Ends, step)));
                    continue;
                }
                Some((reason, until)) => {
                    let about = format!("{step}: {reason}");
                    items.extend(until.map(|at| item(at, Ahead::Look, about.clone())));
                    (about, until.is_some_and(|at| at <= now))
                }
                None => (step, asked),
            };
            // What they said they would do next, and when.
            if what == Ahead::Due && place.waiting.is_none() && step_of.is_some_and(|step| step.ask_next) {
                let (_, subject) = self.load(SubjectId::Case(case.id))?;
                let task = place.task.and_then(|task| subject.case()?.tasks.get(&task).cloned());
                if let Some((next, at)) = task.and_then(|task| task.next_action.zip(task.next_at)) {
                    items.push(item(at, Ahead::Look, format!("{about}: {next}")));
                }
            }
            // A follow-up that has come is asked for again and again, and so is work of somebody outside.
            if came && let Some(next) = self.looked_at_next(case.id, place.branch, &catalog)? {
                items.push(item(next, Ahead::Chase, about));
            }
        }
        items.extend(self.ahead_of_held(held, &catalog, now)?);
        Ok(items)
    }

    /// The dates of cases whose work is in somebody's hand who does not answer for them: what is late with its case, as in
    /// the inbox, and what they have alone, because nobody else can bring that on.
    fn ahead_of_held(
        &self,
        held: BTreeMap<CaseId, Vec<OpenPlace>>,
        catalog: &Catalog,
        now: Instant,
    ) -> Result<Vec<AgendaItem>, Error> {
        let ids = held.keys().copied().collect::<Vec<_>>();
        let open = self.store.branches_of(&ids)?;
        let all = |case: &CaseId| open.get(case).map_or(0, Vec::len);
        let mut items = Vec::new();
        for (id, mine) in held {
            let Some(first) = mine.iter().find(|open| open.pressing(now).of_case).or(mine.first()) else {
                continue;
            };
            let alone = all(&id) == mine.len();
            let Some(due) = first.case.due.filter(|_| alone || first.pressing(now).of_case) else { continue };
            let step = first.place.title(catalog, first.case.version);
            items.push(AgendaItem {
                branch: Some(first.place.branch),
                item: first.place.item.clone(),
                ..of_case(&first.case, due, now, Ahead::Case, format!("{step} is in your hand"))
            });
        }
        Ok(items)
    }

    /// When whoever has a branch in hand is told again to look at it.
    fn looked_at_next(
        &mut self,
        id: CaseId,
        branch: u32,
        catalog: &Catalog,
    ) -> Result<Option<Instant>, Error> {
        let (_, subject) = self.load(SubjectId::Case(id))?;
        Ok(subject.case().and_then(|case| looked_at_next(case, branch, catalog)))
    }

    /// The cases they answer for, and the pauses they look at again.
    fn ahead_of_cases(&mut self, person: &Handle, now: Instant) -> Result<Vec<AgendaItem>, Error> {
        let filter = CaseFilter { state: Some("open".to_string()), ..CaseFilter::default() };
        let catalog = self.catalog()?;
        let me = Party::Person(person.clone());
        let mut items = Vec::new();
        let mine = self.store.cases(&filter)?.into_iter();
        let mine = mine.filter(|case| answers(&catalog, &case.accountable, person));
        for (n, case) in mine.enumerate() {
            let item = |at: Instant, what: Ahead, about: String| of_case(&case, at, now, what, about);
            let who = if case.accountable == me {
                "you are".to_string()
            } else {
                format!("{} is", case.accountable)
            };
            items.extend(case.due.map(|due| item(due, Ahead::Case, format!("{who} accountable"))));
            // Without a due instant, which a pause takes away, there may be a pause to look at.
            if case.due.is_some() || n >= MOST_CASES {
                continue;
            }
            let (_, subject) = self.load(SubjectId::Case(case.id))?;
            let Some(loaded) = subject.case() else { continue };
            for (number, pause) in loaded.paused() {
                let on = ClockOn::FollowUp(FollowUp::Pause(number));
                let watched = loaded.clocks.values().any(|clock| clock.on == on && clock.is_open());
                if let Some(until) = pause.until.filter(|_| watched || pause.until.is_some()) {
                    items.push(item(until, Ahead::Look, format!("paused: {}", pause.reason)));
                }
            }
        }
        Ok(items)
    }

    /// The cases that schedules will start.
    fn ahead_of_schedules(&mut self, now: Instant, until: Instant) -> Result<Vec<AgendaItem>, Error> {
        let catalog = self.catalog()?;
        let mut items = Vec::new();
        for of in self.schedules()? {
            let zone = catalog.zone_of(&of.process);
            let times = of.schedule.occurrences(&zone, of.run.since, of.run.done_until(), until);
            let first = of.process.steps.first();
            let to =
                first.and_then(|step| step.by.party()).map(|to| format!(", to {to}")).unwrap_or_default();
            let about = first.map(|step| format!("{}{to}", step.title)).unwrap_or_default();
            // What is past the next tick starts: nobody has to do anything about it.
            for at in times.unwrap_or_default().into_iter().filter(|at| *at >= now) {
                items.push(AgendaItem {
                    at,
                    what: Ahead::Starts,
                    case: None,
                    branch: None,
                    process: Some(of.process.handle.clone()),
                    title: of.process.title.clone(),
                    about: about.clone(),
                    item: None,
                    urgency: Urgency::Open,
                });
            }
        }
        Ok(items)
    }
}

/// A line about a case as a whole.
fn of_case(case: &CaseRow, at: Instant, now: Instant, what: Ahead, about: String) -> AgendaItem {
    AgendaItem {
        at,
        what,
        case: Some(case.id),
        branch: None,
        process: Some(case.process.clone()),
        title: case.title.clone(),
        about,
        item: None,
        urgency: Urgency::of(now, Some(case.started), Some(at)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ctx, desk, h};
    use super::*;
    use crate::domain::absence::Absence;
    use crate::domain::calendar::Calendar;
    use crate::domain::command::Command;
    use crate::domain::schedule::{Overlap, Schedule};
    use std::sync::Arc;

    fn words(agenda: &Agenda) -> Vec<String> {
        let item = |day: String, item: &AgendaItem| {
            let case = item.case.map(|case| case.to_string()).unwrap_or_default();
            format!("{day} {} {case} {}", item.what.word(), item.title)
        };
        let overdue = agenda.overdue.iter().map(|one| item("overdue".to_string(), one));
        let ahead = agenda
            .days
            .iter()
            .flat_map(|day| day.items.iter().map(move |one| item(day.date.format("%d").to_string(), one)));
        overdue.chain(ahead).map(|line| line.replace("  ", " ")).collect()
    }

    #[test]
    fn it_tells_what_is_due_by_day_with_the_holidays_named_and_what_schedules_start() {
        let (mut desk, now) = desk();
        let catalog = desk.catalog().unwrap();
        let name = catalog.settings.as_ref().unwrap().calendar.clone();
        let calendar = catalog.own_calendar().unwrap().clone();
        let mut closed: Calendar = (*calendar).clone();
        closed.close("2026-11-18".parse().unwrap(), Some("Repentance Day"));
        let apply = Command::ApplyCalendar { calendar: name, definition: Arc::new(closed) };
        desk.execute(&apply, &ctx("bo", now)).unwrap();
        let mut sale = (**catalog.newest(&h("sale")).unwrap().1).clone();
        sale.schedules = vec![Schedule {
            every: "FREQ=WEEKLY;BYDAY=TU".into(),
            at: 10 * 60,
            overlap: Overlap::Start,
            catch_up: "1 day".parse().unwrap(),
            data: vec![],
        }];
        desk.execute(&Command::PublishProcess { process: Arc::new(sale) }, &ctx("bo", now)).unwrap();
        let absence = Absence {
            from: now + Span::DAY.times(2),
            until: now + Span::DAY.times(3),
            substitute: Some(h("bo")),
            note: None,
        };
        desk.execute(&Command::SetAway { person: h("ana"), absence }, &ctx("ana", now)).unwrap();
        let agenda = desk.agenda(&h("bo"), now, 9).unwrap();
        let told = words(&agenda);
        let starts = told.iter().filter(|line| line.contains("STARTS")).collect::<Vec<_>>();
        assert_eq!(starts, ["17 STARTS Sale", "24 STARTS Sale"]);
        assert!(
            told.iter().any(|line| line.contains("AWAY") && line.contains("you take their place")),
            "{told:?}"
        );
        let day = |date: &str| agenda.days.iter().find(|day| day.date.to_string() == date).unwrap().clone();
        assert_eq!(day("2026-11-18").closed.as_deref(), Some("Repentance Day"));
        assert_eq!(day("2026-11-21").closed.as_deref(), Some("not a working day"));
        assert_eq!(day("2026-11-19").closed, None);
        // Days later the offer that ana has not taken is overdue, hers to accept and bo's to look after.
        let later = now + Span::DAY.times(5);
        let (bos, anas) =
            (desk.agenda(&h("bo"), later, 1).unwrap(), desk.agenda(&h("ana"), later, 1).unwrap());
        assert!(words(&bos).iter().any(|line| line.starts_with("overdue OFFERED C-1")), "{:?}", words(&bos));
        assert!(words(&anas).iter().any(|line| line.starts_with("overdue ACCEPT C-1")), "{:?}", words(&anas));
        assert!(bos.overdue.iter().all(|item| item.urgency.is_late()));
    }
}
