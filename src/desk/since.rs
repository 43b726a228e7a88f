//! Since somebody last looked: what is newly theirs, newly late, came back, and what others did meanwhile. The end
//! of a session is remembered beside the journal; looking writes nothing.

use super::queue::Remark;
use super::shown::item;
use super::view::{InboxItem, What};
use super::{Desk, Error};
use crate::domain::case::{Case, Handoff, HandoffState, TaskState};
use crate::domain::catalog::Catalog;
use crate::domain::decide::barred;
use crate::domain::decide::decision::voting;
use crate::domain::event::{Entry, Event, SubjectId};
use crate::domain::{CaseId, Handle, Instant, Span, TaskId};
use std::collections::{BTreeMap, BTreeSet};

/// How much of the journal is read at once, and at most.
const AT_ONCE: usize = 2_000;
const MOST: usize = 50_000;
/// How far back is looked for somebody who was never here.
const FIRST: Span = Span::DAY;

/// What something that changed means for the person, what matters most first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Newly {
    Late,
    CameBack,
    Yours,
    /// Done by somebody else, in work of theirs: what, and by whom.
    Done(String),
}

impl Newly {
    /// The heading it is counted under.
    pub fn word(&self) -> &'static str {
        match self {
            Newly::Late => "newly late",
            Newly::CameBack => "came back",
            Newly::Yours => "newly yours",
            Newly::Done(_) => "done by others",
        }
    }
}

/// What changed for somebody.
#[derive(Debug, Clone, PartialEq)]
pub struct Since {
    /// When they last looked; the day before when they never did.
    pub at: Instant,
    /// Whether that is the end of a session.
    pub session: bool,
    /// Each with what it means, the gravest first.
    pub things: Vec<InboxItem>,
}

impl Since {
    /// How many of each: newly yours, newly late, came back, done by others.
    fn counts(things: &[InboxItem]) -> [usize; 4] {
        let mut counts = [0; 4];
        for thing in things {
            match &thing.told {
                Some(Remark::News(Newly::Yours)) => counts[0] += 1,
                Some(Remark::News(Newly::Late)) => counts[1] += 1,
                Some(Remark::News(Newly::CameBack)) => counts[2] += 1,
                Some(Remark::News(Newly::Done(_))) => counts[3] += 1,
                _ => {}
            }
        }
        counts
    }

    /// `3 newly yours, 1 newly late, 2 came back, 5 done by others`; empty when nothing changed.
    pub fn words(&self) -> String {
        Since::words_of(&self.things)
    }

    /// The same of things of this list.
    pub fn words_of(things: &[InboxItem]) -> String {
        let names = ["newly yours", "newly late", "came back", "done by others"];
        let some = Since::counts(things).into_iter().zip(names).filter(|(n, _)| *n > 0);
        some.map(|(n, name)| format!("{n} {name}")).collect::<Vec<_>>().join(", ")
    }
}

impl Desk {
    /// Remembers that somebody's session ends here.
    pub fn end_session(&self, person: &Handle, now: Instant) -> Result<(), Error> {
        Ok(self.store.keep_session(person, now, self.head()?)?)
    }

    /// What changed for somebody since their last session ended.
    pub fn since(&mut self, person: &Handle, now: Instant) -> Result<Since, Error> {
        let last = self.store.last_session(person)?;
        let (at, seq) = match last {
            Some((at, seq)) => (at, Some(seq)),
            None => (now - FIRST, None),
        };
        let mut things = Vec::new();
        for mut item in self.inbox(person, now)?.items {
            let moved = item.since > at;
            let newly = match item.what {
                What::Back if moved => Newly::CameBack,
                _ if item.due.is_some_and(|due| due > at && due < now) => Newly::Late,
                _ if moved && self.did_it(&item, person)? => continue,
                _ if moved => Newly::Yours,
                _ => continue,
            };
            item.told = Some(Remark::News(newly));
            things.push(item);
        }
        things.extend(self.done_by_others(person, at, seq, now)?);
        things.sort_by_key(|thing| match &thing.told {
            Some(Remark::News(newly)) => (newly.clone(), thing.due.is_none(), thing.due, thing.since),
            _ => (Newly::Yours, true, None, thing.since),
        });
        Ok(Since { at, session: last.is_some(), things })
    }

    /// Whether this person brought it to where it is: what somebody took or handed to themselves is no news to them.
    fn did_it(&self, item: &InboxItem, person: &Handle) -> Result<bool, Error> {
        if !item.is_of_case() {
            return Ok(false);
        }
        let entries = self.store.entries(SubjectId::Case(item.case))?;
        let moved = |entry: &Entry| entry.at == item.since && !entry.event.is_aside();
        Ok(entries.iter().any(|entry| moved(entry) && entry.actor.person() == Some(person)))
    }

    /// What others finished, accepted or ended in cases this person has or had a hand in, one a case.
    fn done_by_others(
        &mut self,
        person: &Handle,
        at: Instant,
        seq: Option<i64>,
        now: Instant,
    ) -> Result<Vec<InboxItem>, Error> {
        let catalog = self.catalog()?;
        let (head, mut after) = (self.head()?, 0);
        if let Some(seq) = seq {
            after = seq;
        } else {
            after = after.max(head - MOST as i64);
        }
        let mut done = BTreeMap::<CaseId, (Instant, String, Option<TaskId>)>::new();
        let mut left = BTreeSet::new();
        // Branches that ended before their end, with what somebody did in the same action.
        let (mut cut, mut deed) = (BTreeMap::<CaseId, Vec<Cut>>::new(), None);
        let mut read = 0;
        while read < MOST {
            let entries = self.store.entries_after(after, AT_ONCE)?;
            let Some(last) = entries.last() else { break };
            (after, read) = (last.seq, read + entries.len());
            for entry in entries.iter().filter(|entry| entry.at > at) {
                if let (SubjectId::Case(case), true) = (entry.subject, ends_an_offer(&entry.event)) {
                    left.insert(case);
                }
                if let (Some(by), Some((verb, task))) = (entry.actor.person(), moves(&entry.event)) {
                    deed = Some((entry.op, by.clone(), verb, task));
                }
                if let (SubjectId::Case(case), Event::BranchCancelled { branch, .. }) =
                    (entry.subject, &entry.event)
                {
                    let same = deed.as_ref().filter(|(op, ..)| *op == entry.op);
                    let by = same.map(|(_, by, verb, task)| (by.clone(), *verb, *task));
                    cut.entry(case).or_default().push(Cut { at: entry.at, branch: *branch, by });
                }
                if let (SubjectId::Case(case), Some(words)) = (entry.subject, told(entry, person)) {
                    let task = match &entry.event {
                        Event::TaskDone { task, .. } => Some(*task),
                        _ => None,
                    };
                    done.insert(case, (entry.at, words, task));
                }
            }
        }
        let mut things = Vec::new();
        for id in done.keys().copied().chain(left).chain(cut.keys().copied()).collect::<BTreeSet<_>>() {
            let Some(case) = self.case_now(id)? else { continue };
            let mine = catalog.includes(&case.accountable, person)
                || case.tasks.values().any(|task| &task.holder == person)
                || case.handoffs.values().any(|handoff| &handoff.from == person);
            let told = done.remove(&id);
            let cut = cut.remove(&id).unwrap_or_default();
            let cut = cut.iter().rev().find_map(|cut| cut.of(&case, &catalog, person));
            let (when, mut words, task) = match (told, mine) {
                _ if cut.is_some() => match cut {
                    Some((when, words)) => (when, words, None),
                    None => continue,
                },
                (Some(told), true) => told,
                (told, _) => match gone_from(&case, &catalog, person, at) {
                    // Who ended the case says more than that the offer ended with it.
                    Some((when, words)) => {
                        let ended = told.filter(|(_, _, task)| words.is_none() && task.is_none());
                        let over = || (when, words.unwrap_or_else(|| "it came to its end".to_string()), None);
                        ended.unwrap_or_else(over)
                    }
                    None => continue,
                },
            };
            // Which work it was: the row stands where the case is now.
            let step = task.and_then(|task| case.tasks.get(&task)).map(|task| &task.step);
            if let (Some(step), Some(process)) = (step, case.definition(&catalog)) {
                let title = process.step(step).map_or(step.as_str(), |step| step.title.as_str());
                words = format!("{words}: {title}");
            }
            let mut thing = match self.store.places_in(id)?.first() {
                Some(open) => item(open, &catalog, now),
                None => match self.row_of(id)? {
                    Some(row) => super::deeds::closed(&row),
                    None => continue,
                },
            };
            thing.since = when;
            thing.told = Some(Remark::News(Newly::Done(words)));
            things.push(thing);
        }
        Ok(things)
    }
}

/// A branch that ended before its end, and who did what with which work in the same action.
struct Cut {
    at: Instant,
    branch: u32,
    by: Option<(Handle, &'static str, TaskId)>,
}

impl Cut {
    /// That work somebody had in hand ended with it, unfinished, and by what somebody else did.
    fn of(&self, case: &Case, catalog: &Catalog, person: &Handle) -> Option<(Instant, String)> {
        let process = case.definition(catalog)?;
        let title =
            |step: &Handle| process.step(step).map_or_else(|| step.to_string(), |step| step.title.clone());
        let ended = TaskState::Closed { at: self.at };
        let mut mine = case.tasks.values().filter(|task| task.branch == self.branch && task.state == ended);
        let mine = mine.find(|task| &task.holder == person)?;
        let because = match &self.by {
            Some((by, ..)) if by == person => return None,
            Some((by, verb, task)) => {
                let what = case.tasks.get(task).map(|task| title(&task.step)).unwrap_or_default();
                format!(": {by} {verb} {what}")
            }
            None => String::new(),
        };
        Some((self.at, format!("your work {} ended unfinished{because}", title(&mine.step))))
    }
}

/// What somebody did with work that may end other work.
fn moves(event: &Event) -> Option<(&'static str, TaskId)> {
    match event {
        Event::TaskDone { task, .. } => Some(("finished", *task)),
        Event::TaskReturned { task, .. } => Some(("sent back", *task)),
        _ => None,
    }
}

/// Whether an offer may have left somebody's list with it.
fn ends_an_offer(event: &Event) -> bool {
    matches!(
        event,
        Event::HandoffAccepted { implicit: false, .. }
            | Event::HandoffDeclined { .. }
            | Event::HandoffRecalled { .. }
            | Event::BranchEnded { .. }
            | Event::CaseDone { .. }
            | Event::CaseWithdrawn { .. }
            | Event::TaskDone { .. }
    )
}

/// What stood in somebody's list when they last looked, and others settled: when, and what they did; no words where it ended
/// with its branch or its case. What is offered to them anew stands in the list again.
fn gone_from(
    case: &Case,
    catalog: &Catalog,
    person: &Handle,
    at: Instant,
) -> Option<(Instant, Option<String>)> {
    let process = case.definition(catalog)?;
    let for_them = |handoff: &Handoff| {
        let barred = || barred(case, process.step(&handoff.step), handoff).contains(person);
        catalog.includes(&handoff.to, person) && !barred()
    };
    let again = |branch: u32| {
        let mut open = case.handoffs.values().filter(|handoff| handoff.state == HandoffState::Offered);
        open.any(|handoff| handoff.branch == branch && for_them(handoff))
    };
    let offers = case.handoffs.values().filter(|handoff| handoff.offered <= at && &handoff.from != person);
    let offers = offers.filter(|handoff| !again(handoff.branch)).filter_map(|handoff| {
        let ended = handoff.state.ended().filter(|ended| *ended > at)?;
        let words = match &handoff.state {
            HandoffState::Accepted { by, .. } if by != person => Some(format!("{by} accepted it")),
            HandoffState::Declined { by: Some(by), text, .. } if by != person => {
                Some(format!("{by} declined it: {text}"))
            }
            HandoffState::Recalled { by: Some(by), .. } if by != person => Some(format!("{by} took it back")),
            HandoffState::Recalled { by: None, .. } => {
                Some("it was offered elsewhere, its time was up".to_string())
            }
            HandoffState::Closed { .. } => None,
            _ => return None,
        };
        for_them(handoff).then_some((ended, words))
    });
    let votes = case.tasks.values().filter_map(|task| {
        let TaskState::Done { at: ended, .. } = task.state else { return None };
        let voting = voting(catalog, &process, case, task).filter(|_| task.accepted <= at && ended > at)?;
        let outcome = task.outcome.as_deref().unwrap_or_default();
        let decided = || (ended, Some(format!("it was decided without your vote: {outcome}")));
        (&task.holder != person && voting.yet.contains(person)).then(decided)
    });
    offers.chain(votes).max_by_key(|(ended, _)| *ended)
}

/// What somebody else did, where it moves work on.
fn told(entry: &Entry, me: &Handle) -> Option<String> {
    let by = entry.actor.person().filter(|by| *by != me)?;
    match &entry.event {
        Event::CaseDone { outcome } => {
            let outcome = outcome.as_ref().map(|outcome| format!(": {outcome}")).unwrap_or_default();
            Some(format!("{by} finished the case{outcome}"))
        }
        Event::CaseWithdrawn { reason, .. } => Some(format!("{by} withdrew it: {reason}")),
        Event::TaskDone { .. } => Some(format!("{by} finished their work")),
        Event::HandoffAccepted { implicit: false, .. } => Some(format!("{by} accepted it")),
        Event::TaskReturned { reason, .. } => Some(format!("{by} sent it back: {reason}")),
        Event::ExceptionResolved { text, .. } => Some(format!("{by} decided: {text}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ctx, decide, desk, finish, h};
    use super::*;
    use crate::domain::catalog::Permission;
    use crate::domain::command::{Command, StartCase};
    use crate::domain::decline::DeclineReason;
    use crate::domain::{HandoffId, Party};

    /// The sale is offered to finance, which is ana and dee; ana looked once it was, and an hour has passed.
    fn offered() -> (Desk, Instant) {
        let (mut desk, now) = desk();
        join(&mut desk, "dee", now);
        for person in ["ana", "dee"] {
            desk.end_session(&h(person), now).unwrap();
        }
        (desk, now + Span::HOUR)
    }

    fn join(desk: &mut Desk, person: &str, now: Instant) {
        let add = Command::AddPerson {
            person: h(person),
            name: person.to_string(),
            mail: None,
            permission: Permission::Member,
            roles: vec![h("finance")],
        };
        desk.execute(&add, &ctx("bo", now)).unwrap();
    }

    fn told(desk: &mut Desk, person: &str, now: Instant) -> Vec<String> {
        let things = desk.since(&h(person), now).unwrap().things.into_iter();
        let told = things.filter_map(|thing| match thing.told {
            Some(Remark::News(Newly::Done(words))) => Some(format!("{} {words}", thing.case)),
            _ => None,
        });
        told.collect()
    }

    const OFFER: HandoffId = HandoffId(2);

    fn accept() -> Command {
        Command::AcceptHandoff { case: CaseId(1), handoff: OFFER, next_action: None, when: None }
    }

    #[test]
    fn an_offer_that_a_colleague_took_does_not_go_without_a_word() {
        let (mut desk, now) = offered();
        desk.execute(&accept(), &ctx("dee", now)).unwrap();
        assert_eq!(told(&mut desk, "ana", now), ["C-1 dee accepted it"]);
        assert_eq!(told(&mut desk, "dee", now), Vec::<String>::new(), "one's own doing is no news");
        desk.end_session(&h("ana"), now).unwrap();
        assert_eq!(told(&mut desk, "ana", now), Vec::<String>::new(), "it was told");
    }

    #[test]
    fn what_was_declined_for_all_taken_back_or_withdrawn_is_told_too() {
        let (mut desk, now) = offered();
        let recall = Command::RecallHandoff { case: CaseId(1), handoff: OFFER, reason: None };
        desk.execute(&recall, &ctx("bo", now)).unwrap();
        assert_eq!(told(&mut desk, "ana", now), ["C-1 bo took it back"]);
        // Offered to her anew it stands in her list again.
        let again = Command::OfferHandoff {
            case: CaseId(1),
            branch: 1,
            to: Some("finance".parse::<Party>().unwrap()),
            note: None,
            agreed: Default::default(),
        };
        desk.execute(&again, &ctx("bo", now)).unwrap();
        assert_eq!(told(&mut desk, "ana", now), Vec::<String>::new());

        let (mut desk, now) = offered();
        desk.execute(&Command::WithdrawCase { case: CaseId(1), reason: "no more".into() }, &ctx("bo", now))
            .unwrap();
        assert_eq!(told(&mut desk, "ana", now), ["C-1 bo withdrew it: no more"]);

        let (mut desk, now) = offered();
        let decline = Command::DeclineHandoff {
            case: CaseId(1),
            handoff: OFFER,
            reason: DeclineReason::WrongParty,
            text: "not mine".into(),
            fix_by: None,
            duplicate_of: None,
        };
        desk.execute(&decline, &ctx("dee", now)).unwrap();
        assert_eq!(told(&mut desk, "ana", now), ["C-1 dee declined it: not mine"]);
    }

    #[test]
    fn an_offer_that_came_and_went_between_two_looks_is_no_news() {
        let (mut desk, now) = offered();
        desk.end_session(&h("ana"), now - Span::DAY).unwrap();
        desk.execute(&accept(), &ctx("dee", now)).unwrap();
        assert_eq!(told(&mut desk, "ana", now), Vec::<String>::new());
    }

    /// What ends with a colleague's word is told as what it is, and not as what happened before it.
    #[test]
    fn work_in_hand_that_ended_with_what_somebody_else_did_is_told() {
        let text = |join: &str| {
            let step = |name: &str, by: &str, next: &str| {
                format!(
                    "[[step]]\nstep = \"{name}\"\ntitle = \"{name}\"\nby = \"@{by}\"\ngoal = \"5 days\"\n{next}\n"
                )
            };
            let steps = [
                step("a", "bo", "next = { all = [\"b\", \"c\"] }"),
                step("b", "bo", "next = \"j\""),
                step("c", "ana", "next = \"j\""),
                step("j", "bo", &format!("join = [\"b\", \"c\"]\n{join}\nnext = {{ end = true }}")),
            ];
            format!(
                "process = \"plan\"\ntitle = \"Plan\"\nkind = \"operational\"\npurpose = \"x\"\naccountable = \"@bo\"\n{}",
                steps.concat()
            )
        };
        let begun = |join: &str| {
            let (mut desk, now) = offered();
            let (process, problems) = crate::domain::process_check::read(&text(join), &desk.known().unwrap());
            let process = process.unwrap_or_else(|| panic!("{problems:?}")).into();
            desk.execute(&Command::PublishProcess { process }, &ctx("bo", now)).unwrap();
            let start =
                StartCase { process: Some(h("plan")), title: Some("x".into()), ..StartCase::default() };
            desk.execute(&Command::StartCase(start), &ctx("bo", now)).unwrap();
            desk.execute(&finish(CaseId(2), TaskId(2)), &ctx("bo", now)).unwrap();
            let offers = desk.case_now(CaseId(2)).unwrap().unwrap().handoffs.clone();
            let (offer, _) = offers.iter().find(|(_, offer)| offer.step == h("c")).unwrap();
            let accept =
                Command::AcceptHandoff { case: CaseId(2), handoff: *offer, next_action: None, when: None };
            desk.execute(&accept, &ctx("ana", now)).unwrap();
            desk.end_session(&h("ana"), now).unwrap();
            (desk, now + Span::HOUR)
        };
        let b = |desk: &mut Desk| {
            let case = desk.case_now(CaseId(2)).unwrap().unwrap();
            *case.tasks.iter().find(|(_, task)| task.step == h("b")).unwrap().0
        };
        let (mut desk, now) = begun("need = 1\nlate = \"cancel\"");
        let task = b(&mut desk);
        desk.execute(&finish(CaseId(2), task), &ctx("bo", now)).unwrap();
        assert_eq!(told(&mut desk, "ana", now), ["C-2 your work c ended unfinished: bo finished b"]);
        let (mut desk, now) = begun("");
        let task = b(&mut desk);
        let back = crate::domain::command::SendBack {
            case: CaseId(2),
            task,
            to: None,
            again: None,
            reason: "r".into(),
            items: vec![],
            party: None,
        };
        desk.execute(&Command::SendBack(back), &ctx("bo", now)).unwrap();
        assert_eq!(told(&mut desk, "ana", now), ["C-2 your work c ended unfinished: bo sent back b"]);
    }

    #[test]
    fn a_vote_that_others_decided_without_somebody_is_told() {
        let (mut desk, now) = offered();
        join(&mut desk, "eli", now);
        let text = "process = \"plan\"\ntitle = \"Plan\"\nkind = \"operational\"\npurpose = \"Money.\"\n\
             accountable = \"@bo\"\n[[step]]\nstep = \"approve\"\ntitle = \"Approve\"\ntype = \"decision\"\n\
             quorum = \"2 of 3\"\nby = \"finance\"\ngoal = \"1 business day\"\n\
             next = [{ on = \"yes\", end = \"yes\" }, { on = \"no\", end = \"no\" }]\n";
        let (process, problems) = crate::domain::process_check::read(text, &desk.known().unwrap());
        let process = process.unwrap_or_else(|| panic!("{problems:?}")).into();
        desk.execute(&Command::PublishProcess { process }, &ctx("bo", now)).unwrap();
        let start =
            StartCase { process: Some(h("plan")), title: Some("Plan".into()), ..StartCase::default() };
        desk.execute(&Command::StartCase(start), &ctx("bo", now)).unwrap();
        let (case, handoff) = (CaseId(2), HandoffId(3));
        let accept = Command::AcceptHandoff { case, handoff, next_action: None, when: None };
        desk.execute(&accept, &ctx("dee", now)).unwrap();
        desk.end_session(&h("ana"), now).unwrap();
        let later = now + Span::HOUR;
        for person in ["dee", "eli"] {
            desk.execute(&decide(case, TaskId(2), "yes"), &ctx(person, later)).unwrap();
        }
        assert_eq!(told(&mut desk, "ana", later), ["C-2 it was decided without your vote: yes"]);
    }
}
