//! Handoffs that came to an end, kept small, and put together by who or what they passed between when somebody asks:
//! a log has half a million of them. Reads nothing.

use super::finished::{FinishedWork, Handles, WorkRow};
use super::{HandoffFigures, distinct};
use crate::domain::calendar::Calendar;
use crate::domain::figures::NONE;
use crate::domain::metrics::Stat;
use crate::domain::rows::HandoffRow;
use crate::domain::{CaseId, Handle, Instant, Party, Span};
use std::collections::HashMap;
use std::sync::Arc;

/// One handoff that was accepted, declined or recalled, and was not from somebody to themselves. Numbers are those of
/// its [`Passes`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Pass {
    pub case: CaseId,
    /// [`NONE`] at the start of a case.
    from_step: u32,
    from: u32,
    step: u32,
    to: u32,
    pub offered: Instant,
    pub ended: Instant,
    accepted: bool,
    declined: bool,
    due: Option<Instant>,
}

impl Pass {
    pub(super) fn accepted_in(&self) -> Option<Span> {
        self.accepted.then(|| self.ended - self.offered)
    }

    /// Whether it was answered in time; `None` where nobody answered, or nothing was promised.
    fn kept(&self) -> Option<bool> {
        let answered = self.declined || self.accepted;
        self.due.filter(|_| answered).map(|due| self.ended <= due)
    }
}

/// All of a process in a period.
#[derive(Debug, Clone, Default)]
pub struct Passes {
    steps: Handles,
    people: Handles,
    parties: Vec<Party>,
    numbers: HashMap<Party, u32>,
    /// The party that each person is, by the person's number.
    of_person: Vec<Option<u32>>,
    all: Vec<Pass>,
    calendar: Option<Arc<Calendar>>,
}

/// Those are the same whose figures are.
impl PartialEq for Passes {
    fn eq(&self, other: &Passes) -> bool {
        self.ways() == other.ways() && self.pairs() == other.pairs()
    }
}

type Key = (Option<Handle>, Option<Handle>, Handle, Option<Party>);

impl Passes {
    pub(super) fn new(work: &FinishedWork) -> Passes {
        // What is not used of it costs nothing; growing would copy all of a log a few times.
        let all = Vec::with_capacity(work.rows.len());
        Passes { steps: work.steps.clone(), people: work.people.clone(), all, ..Passes::default() }
    }

    /// By this calendar business time is told.
    pub(super) fn by(self, calendar: Option<Arc<Calendar>>) -> Passes {
        Passes { calendar, ..self }
    }

    /// Puts an offer that was made here to them, where it counts.
    pub(super) fn made(&mut self, handoff: &HandoffRow) {
        let Some(ended) = handoff.ended.filter(|_| !handoff.implicit) else { return };
        let (accepted, declined) = (handoff.state == "accepted", handoff.state == "declined");
        if !(accepted || declined || handoff.state == "recalled") {
            return;
        }
        let pass = Pass {
            case: handoff.case,
            from_step: handoff.from_step.as_ref().map_or(NONE, |step| self.steps.number(step.as_str())),
            from: self.people.number(handoff.from.as_str()),
            step: self.steps.number(handoff.step.as_str()),
            to: self.party(&handoff.to),
            offered: handoff.offered,
            ended,
            accepted,
            declined,
            due: handoff.due,
        };
        self.all.push(pass);
    }

    /// Puts to them what a log shows of a case: whenever work goes from one to another, the time between.
    pub(super) fn told(&mut self, case: CaseId, rows: &[&WorkRow]) {
        let told = rows.iter().filter(|row| row.told);
        for (before, after) in told.clone().zip(told.skip(1)) {
            if before.holder == NONE || after.holder == NONE || before.holder == after.holder {
                continue;
            }
            let to = self.person(after.holder);
            self.all.push(Pass {
                case,
                from_step: before.step,
                from: before.holder,
                step: after.step,
                to,
                offered: before.ended,
                ended: after.accepted.max(before.ended),
                accepted: true,
                declined: false,
                due: None,
            });
        }
    }

    fn party(&mut self, party: &Party) -> u32 {
        if let Some(number) = self.numbers.get(party) {
            return *number;
        }
        let number = self.parties.len() as u32;
        self.parties.push(party.clone());
        self.numbers.insert(party.clone(), number);
        number
    }

    fn person(&mut self, number: u32) -> u32 {
        let at = number as usize;
        if let Some(Some(known)) = self.of_person.get(at) {
            return *known;
        }
        let Some(person) = self.people.get(number).cloned() else { return NONE };
        let party = self.party(&Party::Person(person));
        if self.of_person.len() <= at {
            self.of_person.resize(at + 1, None);
        }
        if let Some(free) = self.of_person.get_mut(at) {
            *free = Some(party);
        }
        party
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Pass> {
        self.all.iter()
    }

    /// Those into a step, with the step each came from.
    pub(super) fn arriving_at(&self, step: &Handle) -> impl Iterator<Item = (&Pass, Option<&Handle>)> {
        let into = self.all.iter().filter(move |pass| self.steps.get(pass.step) == Some(step));
        into.map(|pass| (pass, self.steps.get(pass.from_step)))
    }

    /// By step before and step after, most first; equal counts in the order of their names.
    pub fn ways(&self) -> Vec<HandoffFigures> {
        self.grouped(|pass| (pass.from_step, NONE, pass.step, NONE))
    }

    /// By sender, step and whom it was offered to, in the same order.
    pub fn pairs(&self) -> Vec<HandoffFigures> {
        self.grouped(|pass| (NONE, pass.from, pass.step, pass.to))
    }

    fn grouped(&self, key: impl Fn(&Pass) -> (u32, u32, u32, u32)) -> Vec<HandoffFigures> {
        let mut by_key = HashMap::<_, Vec<&Pass>>::new();
        for pass in &self.all {
            by_key.entry(key(pass)).or_default().push(pass);
        }
        let named = by_key.into_iter().filter_map(|((from_step, from, step, to), passes)| {
            let (from_step, from) = (self.steps.get(from_step), self.people.get(from));
            let to = self.parties.get(to as usize);
            let key: Key = (from_step.cloned(), from.cloned(), self.steps.get(step)?.clone(), to.cloned());
            Some((key, passes))
        });
        let mut named = named.collect::<Vec<_>>();
        named.sort_by(|(one, of), (other, others)| others.len().cmp(&of.len()).then_with(|| one.cmp(other)));
        named.into_iter().map(|(key, passes)| self.figures(key, &passes)).collect()
    }

    fn figures(&self, (from_step, from, step, to): Key, passes: &[&Pass]) -> HandoffFigures {
        HandoffFigures {
            from_step,
            from,
            step,
            to,
            count: passes.len(),
            accepted: Stat::of(passes.iter().filter_map(|pass| pass.accepted_in()).collect()),
            business: self.calendar.as_ref().map(|calendar| {
                let accepted = passes.iter().filter(|pass| pass.accepted);
                Stat::of(accepted.map(|pass| calendar.open_time(pass.offered, pass.ended)).collect())
            }),
            with_due: passes.iter().filter(|pass| pass.kept().is_some()).count(),
            on_time: passes.iter().filter(|pass| pass.kept() == Some(true)).count(),
            declined: passes.iter().filter(|pass| pass.declined).count(),
            cases: distinct(passes.iter().map(|pass| pass.case)),
        }
    }
}
