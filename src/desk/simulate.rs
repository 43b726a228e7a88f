//! What rungs, rules and schedules would bring in the days to come if nobody did anything: time is played forward in
//! a transaction that is taken back. Runs no program and leaves nothing behind.

use super::{Desk, Error};
use crate::domain::catalog::Catalog;
use crate::domain::command::{Command, Context};
use crate::domain::event::{Actor, Entry, Event, OpId, Outcome, SubjectId};
use crate::domain::{CaseId, Handle, Instant, Party, Span};
use std::collections::BTreeMap;

/// How many instants are looked at: a rung every minute for a year is more than anybody reads.
const MOST: usize = 20_000;
/// How many cases are looked at for one instant at once.
const AT_ONCE: usize = 200;

/// What reaches a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sent {
    Reminder,
    Escalation,
    Exception,
    /// Work is offered to them, alone or with others.
    Offer,
}

impl Sent {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Sent::Reminder => "remind",
            Sent::Escalation => "escalate",
            Sent::Exception => "exception",
            Sent::Offer => "offer",
        }
    }
}

/// One thing that would reach a person.
#[derive(Debug, Clone, PartialEq)]
pub struct Coming {
    pub at: Instant,
    pub person: Handle,
    pub what: Sent,
    pub case: CaseId,
    pub title: String,
    /// What sends it: `rung`, `rule NAME`, …
    pub by: String,
    pub text: String,
}

/// What would happen beside.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Simulated {
    /// In order of time.
    pub coming: Vec<Coming>,
    /// Cases that would be started, with what starts them.
    pub started: Vec<(Instant, CaseId, String, String)>,
    /// Programs that would be run, by their names in the configuration.
    pub programs: Vec<(Instant, CaseId, String)>,
    /// Everything after this instant was not looked at: there was too much.
    pub cut: Option<Instant>,
}

impl Desk {
    /// Plays the time from `now` to `until`. Changes nothing.
    pub fn simulate(&mut self, now: Instant, until: Instant) -> Result<Simulated, Error> {
        self.rehearse(|desk| {
            let head = desk.head()?;
            let cut = desk.play(now, until)?;
            let mut simulated = Simulated { cut, ..Simulated::default() };
            let mut seq = head;
            loop {
                let entries = desk.store.entries_after(seq, 1000)?;
                let Some(last) = entries.last() else { break };
                seq = last.seq;
                for entry in &entries {
                    desk.collect(entry, &mut simulated)?;
                }
            }
            simulated.coming.sort_by(|a, b| (a.at, &a.person, a.case).cmp(&(b.at, &b.person, b.case)));
            Ok(simulated)
        })
    }

    /// From one instant at which something is due to the next. The instant it had to stop at.
    fn play(&mut self, now: Instant, until: Instant) -> Result<Option<Instant>, Error> {
        let mut at = now;
        self.catch_up(now)?;
        for step in 0.. {
            if step == MOST {
                return Ok(Some(at));
            }
            loop {
                let cases = self.store.cases_due(at, AT_ONCE)?;
                let mut said = false;
                for case in cases {
                    // The same each time, so that a simulation can be told twice.
                    let op = OpId(uuid::Uuid::new_v5(
                        &uuid::Uuid::nil(),
                        format!("simulated {case} {step} {}", self.head()?).as_bytes(),
                    ));
                    let ctx = Context::of(Actor::Tick, at, op);
                    match self.execute(&Command::RunClocks { case }, &ctx) {
                        Ok(done) => said |= !done.events.is_empty(),
                        Err(Error::Refused { .. }) => {}
                        Err(error) => return Err(error),
                    }
                }
                self.settle_rows()?;
                if !said {
                    break;
                }
            }
            if self.next_scheduled()?.is_some_and(|next| next <= at) {
                self.run_schedules(at)?;
                self.settle_rows()?;
            }
            let next = self.store.next_due()?.into_iter().chain(self.next_scheduled()?).min();
            // A clock that has nothing to say would hold the time up.
            match next.map(|next| next.max(at + Span::MINUTE.times(i64::from(next <= at)))) {
                Some(next) if next <= until => at = next,
                _ => return Ok(None),
            }
        }
        Ok(None)
    }

    fn collect(&mut self, entry: &Entry, into: &mut Simulated) -> Result<(), Error> {
        let SubjectId::Case(id) = entry.subject else { return Ok(()) };
        let Some(case) = self.case_now(id)? else { return Ok(()) };
        let catalog = self.catalog()?;
        let process = catalog.process(&case.process, case.version);
        let step_title = |step: &Handle| {
            process.and_then(|p| p.step(step)).map_or_else(|| step.to_string(), |step| step.title.clone())
        };
        let mut send = |people: &[Handle], what: Sent, by: &str, text: String| {
            into.coming.extend(people.iter().map(|person| Coming {
                at: entry.at,
                person: person.clone(),
                what,
                case: id,
                title: case.title.clone(),
                by: by.to_string(),
                text: text.clone(),
            }));
        };
        let by = match &entry.actor {
            Actor::Rule(cause) => format!("{} of {}", cause.rule, cause.process),
            _ => "clock".to_string(),
        };
        match &entry.event {
            Event::RungFired { clock, remind, escalate, outcome: Outcome::Acted, .. } => {
                let clock = case.clocks.get(clock).map_or("", |clock| clock.on.kind().word());
                let text = format!("{clock} clock");
                send(remind, Sent::Reminder, "ladder", text.clone());
                send(escalate, Sent::Escalation, "ladder", text);
            }
            Event::FollowUpCame { people, outcome: Outcome::Acted, .. } => {
                send(people, Sent::Reminder, "follow-up", "look again".to_string());
            }
            Event::Reminded { people } | Event::CaseNoted { to: people, .. } => {
                send(people, Sent::Reminder, &by, String::new())
            }
            Event::ExceptionOpened { to, text, .. } => send(to, Sent::Exception, &by, text.clone()),
            Event::HandoffOffered { to, step, .. } => {
                send(&people(to, &catalog), Sent::Offer, &by, step_title(step))
            }
            Event::CaseStarted { title, .. } => into.started.push((entry.at, id, title.clone(), by)),
            Event::RunRequested { name, .. } => into.programs.push((entry.at, id, name.clone())),
            _ => {}
        }
        Ok(())
    }
}

impl Simulated {
    /// How much reaches each person on each day of a zone.
    pub fn by_day(&self, zone: &crate::domain::zone::Zone) -> BTreeMap<(chrono::NaiveDate, Handle), usize> {
        let mut days = BTreeMap::new();
        for coming in &self.coming {
            *days.entry((zone.date(coming.at), coming.person.clone())).or_insert(0) += 1;
        }
        days
    }
}

fn people(to: &Party, catalog: &Catalog) -> Vec<Handle> {
    match to {
        Party::Person(person) => vec![person.clone()],
        Party::Role(role) => {
            catalog.roles.get(role).map(|role| role.members.iter().cloned().collect()).unwrap_or_default()
        }
        Party::Contact => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Lease;
    use super::super::tests::{ctx, desk, h, op};
    use super::*;
    use crate::domain::ladder::Audience;
    use crate::domain::rule::{Action, Rule, Trigger};
    use crate::domain::schedule::{Overlap, Schedule};
    use crate::domain::zone::Zone;
    use std::sync::Arc;

    /// The sale with a rule about late work and a schedule on Tuesdays, and C-2 begun under it.
    fn busy() -> (Desk, Instant) {
        let (mut desk, now) = desk();
        let mut sale = (**desk.catalog().unwrap().newest(&h("sale")).unwrap().1).clone();
        sale.rules = vec![Rule {
            rule: h("nag"),
            on: Trigger::Late,
            step: None,
            when: None,
            then: vec![Action::Remind(Audience::Accountable), Action::Run("siren".into())],
            reason: None,
        }];
        sale.schedules = vec![Schedule {
            every: "FREQ=WEEKLY;BYDAY=TU".into(),
            at: 10 * 60,
            overlap: Overlap::Start,
            catch_up: "1 day".parse().unwrap(),
            data: vec![],
        }];
        desk.execute(&Command::PublishProcess { process: Arc::new(sale) }, &ctx("bo", now)).unwrap();
        let start = crate::domain::command::StartCase {
            process: Some(h("sale")),
            title: Some("Wall".into()),
            ..Default::default()
        };
        desk.execute(&Command::StartCase(start), &ctx("bo", now)).unwrap();
        (desk, now)
    }

    fn lines(desk: &Desk, simulated: &Simulated) -> Vec<String> {
        let line = |c: &Coming| {
            let at = desk.zone().rfc3339(c.at)[5..16].to_string();
            format!("{at} {} {} {}: {} ({})", c.person, c.what.word(), c.case, c.text, c.by)
        };
        simulated.coming.iter().map(line).collect()
    }

    #[test]
    fn it_tells_what_time_alone_would_bring_to_whom_and_when() {
        let (mut desk, now) = busy();
        let simulated = desk.simulate(now, now + Span::DAY.times(2)).unwrap();
        assert_eq!(
            lines(&desk, &simulated),
            [
                // The offer of C-1 to finance, which nobody accepts.
                "11-16T13:00 ana remind C-1: acceptance clock (ladder)",
                "11-16T13:00 bo escalate C-1: acceptance clock (ladder)",
                // The work of C-2, for which no ladder is named.
                "11-17T09:00 bo escalate C-2: work clock (ladder)",
                "11-17T09:00 bo remind C-2:  (nag of sale)",
                "11-17T10:00 bo offer C-3: Sell (schedule-1 of sale)",
                "11-17T13:00 bo escalate C-1: acceptance clock (ladder)",
            ]
        );
        let started = simulated.started.iter().map(|(_, case, title, by)| format!("{case} {title} {by}"));
        assert_eq!(started.collect::<Vec<_>>(), ["C-3 Sale schedule-1 of sale"]);
        assert_eq!(simulated.programs.iter().map(|(.., name)| name.as_str()).collect::<Vec<_>>(), ["siren"]);
        let by_day = simulated.by_day(&desk.zone());
        assert_eq!(by_day.values().sum::<usize>(), simulated.coming.len());
        assert_eq!(by_day[&("2026-11-17".parse().unwrap(), h("bo"))], 4);
    }

    #[test]
    fn it_changes_nothing_and_tells_the_same_again() {
        let (mut desk, now) = busy();
        let until = now + Span::DAY.times(30);
        let (head, next) = (desk.head().unwrap(), desk.next_scheduled().unwrap());
        let first = desk.simulate(now, until).unwrap();
        assert!(first.coming.len() > 10 && first.cut.is_none(), "{}", first.coming.len());
        assert_eq!(desk.simulate(now, until).unwrap(), first);
        assert_eq!((desk.head().unwrap(), desk.next_scheduled().unwrap()), (head, next));
        assert_eq!(desk.store.cursor("rules").unwrap(), 0);
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
    }

    /// What is told is what comes, where the chores run at each of these instants.
    #[test]
    fn what_it_tells_is_what_then_happens() {
        let (mut desk, now) = busy();
        let until = now + Span::DAY.times(9);
        let told = desk.simulate(now, until).unwrap();
        let (head, mut at) = (desk.head().unwrap(), now);
        let lease = Lease(uuid::Uuid::nil());
        while let Some(next) = desk.tick(lease, at, &mut op).unwrap().next.filter(|next| *next <= until) {
            at = next;
        }
        let mut came = Simulated::default();
        for entry in desk.store.entries_after(head, 100_000).unwrap() {
            desk.collect(&entry, &mut came).unwrap();
        }
        came.coming.sort_by(|a, b| (a.at, &a.person, a.case).cmp(&(b.at, &b.person, b.case)));
        assert!(came.coming.len() > 5);
        assert_eq!(lines(&desk, &told), lines(&desk, &came));
        assert_eq!(told, came);
    }

    #[test]
    fn days_are_those_of_the_zone() {
        let coming = |at: &str| Coming {
            at: crate::domain::zone::parse_rfc3339(at).unwrap(),
            person: h("ana"),
            what: Sent::Reminder,
            case: CaseId(1),
            title: String::new(),
            by: String::new(),
            text: String::new(),
        };
        let coming = vec![coming("2026-11-16T22:59:00Z"), coming("2026-11-16T23:00:00Z")];
        let simulated = Simulated { coming, ..Simulated::default() };
        assert_eq!(simulated.by_day(&"Europe/Oslo".parse::<Zone>().unwrap()).len(), 2);
        assert_eq!(simulated.by_day(&Zone::utc()).len(), 1);
    }
}
