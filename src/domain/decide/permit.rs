//! Who may ask for what: the one table from every command to what it needs of whoever gives it. What depends
//! on a handoff or a task, whose it is and who steers it, is decided where that is decided.

use super::super::absence::Right;
use super::super::case::Case;
use super::super::catalog::{Area, Catalog, Permission};
use super::super::command::{Command, Context};
use super::super::event::{Actor, Origin, SubjectId};
use super::super::fold::Subject;
use super::super::id::Handle;
use super::super::instant::Instant;
use super::super::merge::Merge;
use super::super::party::Party;
use super::super::refusal::Refusal;
use super::Draft;
use super::who_could::{doers, lead_of, let_in, people_of, who};
use std::collections::BTreeSet;

/// What a command needs of whoever gives it.
pub(super) enum Need<'a> {
    /// Nobody's wish: what time alone brings.
    Time,
    /// Nobody's wish: what came of something that was asked for.
    Answer,
    /// An admin: it concerns the whole file.
    File(&'static str),
    /// The person themselves, or somebody with this permission in general.
    Own(&'a Handle, Permission),
    /// A lead there: others rely on the definition. What is done, in words.
    Define(Option<Area>, String),
    /// The role's own lead, or a lead.
    Role(&'a Handle),
    /// A member there.
    Work(Area, Option<&'a Party>),
    /// As `Work` on a case that is there: a substitute may what whoever is away may.
    WorkOn(&'a Case),
    /// A member who has or had a hand in the case, or steers it. What is done, in words.
    Part(&'a Case, &'static str),
    /// Whom the exception was put to, or who leads the case.
    Exception(&'a Case, u32),
    /// Whoever leads the case. What is done, in words.
    Steer(&'a Case, &'static str),
    /// Anybody: it is about nothing but their own list.
    OwnList,
    /// Nothing: it is about something that is not there, and the decision says so.
    Nothing,
}

/// The table.
fn need<'a>(subject: &'a Subject, catalog: &'a Catalog, command: &'a Command) -> Need<'a> {
    let on_case = || match subject.case() {
        Some(case) => Need::WorkOn(case),
        None => Need::Nothing,
    };
    let on_record = || match subject.record() {
        Some(record) => Need::Work(Area::Kind(record.kind.clone()), None),
        None => Need::Nothing,
    };
    match command {
        Command::RunClocks { .. } => Need::Time,
        Command::NoteSchedule { .. }
        | Command::ApplyRule(_)
        | Command::LinkCase { .. }
        | Command::CaseEnded { .. }
        | Command::StartAgain { .. }
        | Command::EndRun { .. } => Need::Answer,

        Command::ReadMessages { .. } => Need::OwnList,
        Command::BeginReview { process } | Command::SetEffort { process, .. } => {
            let accountable = catalog.newest(process).map(|(_, process)| &process.accountable);
            Need::Work(Area::Process(process.clone()), accountable)
        }
        Command::TakeAway(ask) => super::take_away::need(catalog, &ask.thing),
        Command::AddPerson { .. } => Need::File("add people"),
        Command::ChangePermission(_) => Need::File("change permissions"),
        Command::ChangeSettings { .. } => Need::File("change the settings"),
        Command::ImportCase(_) => Need::File("bring in an event log"),
        Command::ChangePerson(change) => Need::Own(&change.person, Permission::Admin),
        Command::Leave { .. } => Need::File("let somebody go"),
        Command::MoveWork { .. } => Need::File("move the work of somebody who left"),
        Command::ComeBack { person } if catalog.has_left(person) => Need::File("let somebody back in"),
        Command::SetAway { person, .. } | Command::ComeBack { person } => Need::Own(person, Permission::Lead),
        Command::AddRole { .. } => Need::Define(None, "add a role".to_string()),
        Command::ChangeRole { role, .. } => Need::Role(role),
        Command::ApplyCalendar { .. } => Need::Define(None, "change a calendar".to_string()),
        Command::ApplyKind { kind } => {
            Need::Define(Some(Area::Kind(kind.handle.clone())), format!("change the kind `{}`", kind.handle))
        }
        Command::PublishProcess { process } => {
            let words = format!("publish `{}`", process.handle);
            Need::Define(Some(Area::Process(process.handle.clone())), words)
        }

        Command::AddRecord { kind, .. } => Need::Work(Area::Kind(kind.clone()), None),
        Command::ChangeRecord { .. }
        | Command::AddContact { .. }
        | Command::ChangeContact { .. }
        | Command::AddFile { .. }
        | Command::NoteRecord { .. }
        | Command::ArchiveRecord { .. }
        | Command::Merge(Merge::Record { .. } | Merge::TakeOver { .. }) => on_record(),
        Command::SetTags(ask) if matches!(ask.on, SubjectId::Record(_)) => on_record(),
        Command::Merge(Merge::Case { .. }) => on_case(),

        Command::StartCase(start) => match &start.process {
            Some(process) => Need::Work(Area::Process(process.clone()), None),
            None => Need::Nothing,
        },
        Command::OfferHandoff { .. }
        | Command::AcceptHandoff { .. }
        | Command::DeclineHandoff { .. }
        | Command::RecallHandoff { .. }
        | Command::StartTask { .. }
        | Command::CheckItem { .. }
        | Command::WaitTask { .. }
        | Command::ResumeTask { .. }
        | Command::CompleteTask(_)
        | Command::SendBack(_)
        | Command::ReleaseTask { .. }
        | Command::DelegateTask { .. }
        | Command::ResolveTask { .. }
        | Command::NoteCase { .. }
        | Command::EndWait { .. }
        | Command::PauseCase { .. }
        | Command::ResumeCase { .. }
        | Command::Snooze(_)
        | Command::AgreeDue(_)
        | Command::SetTags(_)
        | Command::CloseDuplicate(_)
        | Command::WithdrawCase { .. } => on_case(),
        Command::ChangeData { .. } => {
            subject.case().map_or(Need::Nothing, |case| Need::Part(case, "change its data"))
        }
        Command::SetUrgent { .. } => {
            subject.case().map_or(Need::Nothing, |case| Need::Part(case, "change how urgent it is"))
        }
        Command::AddTask { .. } => {
            subject.case().map_or(Need::Nothing, |case| Need::Part(case, "add a task to it"))
        }
        Command::ReopenCase { .. } => {
            subject.case().map_or(Need::Nothing, |case| Need::Part(case, "take it up again"))
        }
        Command::MigrateCase { .. } => subject.case().map_or(Need::Nothing, |case| {
            let words = format!("migrate cases of `{}`", case.process);
            Need::Define(Some(Area::Process(case.process.clone())), words)
        }),
        Command::ChangeAccountable { .. } => {
            subject.case().map_or(Need::Nothing, |case| Need::Steer(case, "pass on who answers for it"))
        }
        Command::ResolveException { exception, .. } => {
            subject.case().map_or(Need::Nothing, |case| Need::Exception(case, *exception))
        }
    }
}

/// Refuses a command that whoever gives it may not give; by what right they may. Whether it can be done at all
/// is not looked at.
pub(super) fn permit(
    subject: &Subject,
    catalog: &Catalog,
    command: &Command,
    ctx: &Context,
) -> Result<Right, Refusal> {
    let need = need(subject, catalog, command);
    match &ctx.actor {
        // In an empty file there is nobody to let the first person in.
        Actor::Person(_) if catalog.people.is_empty() => Ok(Right::Own),
        Actor::Person(person) | Actor::Substitute { person, .. } => {
            let narrower =
                matches!(need, Need::WorkOn(_)).then(|| doers(subject, catalog, command, person)).flatten();
            Asker { catalog, person, now: ctx.now }.may(need).map_err(|refusal| match (refusal, narrower) {
                (Refusal::NotYours { what, .. }, Some(hint)) => Refusal::NotYours { what, hint },
                (refusal, _) => refusal,
            })
        }
        // What a rule does on a case it does as an answer, `ApplyRule`; the deeds of people are theirs.
        Actor::Rule(cause) => match need {
            Need::Work(..) | Need::Answer | Need::Nothing => Ok(Right::Own),
            // A schedule that started nothing says so on the case it started last.
            Need::WorkOn(_)
                if cause.by == Origin::Schedule && matches!(command, Command::NoteCase { .. }) =>
            {
                Ok(Right::Own)
            }
            _ => Err(Refusal::not_yours("No rule can do this.", who(catalog, &[], None, true))),
        },
        Actor::Tick => match need {
            Need::Time => Ok(Right::Own),
            _ => Err(Refusal::not_yours("Only a person can do this.", "Say who you are with `--as HANDLE`.")),
        },
    }
}

/// Refuses to offer work to somebody who could not accept it. Of a role somebody else may, so that a role is
/// not looked at.
pub(super) fn may_take(draft: &Draft<'_>, person: &Handle) -> Result<(), Refusal> {
    let asker = Asker { catalog: draft.catalog, person, now: draft.ctx.now };
    let area = Area::Process(draft.case.process.clone());
    asker.work(&area, Some(&draft.case.accountable), &[]).map(|_| ()).map_err(|_| {
        Refusal::not_now(
            format!("{person} may look at `{}` but not work on it.", draft.case.process),
            format!(
                "Offer it to somebody else with --to; an admin lets {person} in: \
                 `baton person permit {person} member --process {}`.",
                draft.case.process
            ),
        )
    })
}

/// Whether the person leads the case: its accountable party, a lead for its process, an admin.
pub(super) fn leads_case(catalog: &Catalog, case: &Case, person: &Handle) -> bool {
    catalog.includes(&case.accountable, person)
        || catalog.permission_on(person, &Area::Process(case.process.clone())) >= Permission::Lead
}

pub(super) struct Asker<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) person: &'a Handle,
    pub(super) now: Instant,
}

impl Asker<'_> {
    pub(super) fn may(&self, need: Need<'_>) -> Result<Right, Refusal> {
        let (catalog, person) = (self.catalog, self.person);
        let general = catalog.permission(person);
        match need {
            Need::Nothing | Need::OwnList => Ok(Right::Own),
            Need::Time | Need::Answer => Err(Refusal::not_yours(
                "Only time itself brings this.",
                "`baton tick` or `baton watch` does what is due.",
            )),
            Need::File(_) if general == Permission::Admin => Ok(Right::Own),
            Need::File(what) => {
                Err(Refusal::not_yours(format!("Only an admin can {what}."), who(catalog, &[], None, false)))
            }
            Need::Own(own, least) if own == person || general >= least => Ok(Right::Own),
            Need::Own(own, least) => {
                let leads = least <= Permission::Lead;
                let others = if leads { ", a lead or an admin" } else { " or an admin" };
                Err(Refusal::not_yours(
                    format!("Only {own}{others} can change this."),
                    who(catalog, &[], None, leads),
                ))
            }
            Need::Define(area, what) => {
                let here = area.as_ref().map_or(general, |area| catalog.permission_on(person, area));
                match here >= Permission::Lead {
                    true => Ok(Right::Own),
                    false => Err(Refusal::not_yours(
                        format!("Only a lead or an admin can {what}."),
                        who(catalog, &[], area.as_ref(), true),
                    )),
                }
            }
            Need::Role(role) => {
                let lead = catalog.roles.get(role).and_then(|role| role.lead.as_ref());
                match general >= Permission::Lead || lead == Some(person) {
                    true => Ok(Right::Own),
                    false => Err(Refusal::not_yours(
                        format!("Only a lead or an admin can change the role `{role}`."),
                        who(catalog, &[("leads the role", lead.into_iter().collect())], None, true),
                    )),
                }
            }
            Need::Work(area, accountable) => self.work(&area, accountable, &[]),
            Need::WorkOn(case) => self.work_on(case),
            Need::Part(case, what) => {
                self.on_case(case, self.part(case), ("responsible", self.responsible(case)), || {
                    format!("{person} has no part in {}, and cannot {what}.", case.id)
                })
            }
            Need::Exception(case, number) => {
                let Some(open) = case.exceptions.get(&number) else {
                    return self.on_case(case, Some(Right::Own), ("", Vec::new()), String::new);
                };
                let right = self.one_of(&open.to).or_else(|| self.leads(case));
                self.on_case(case, right, ("told of it", open.to.iter().collect()), || {
                    format!("This exception of {} was not put to {person}.", case.id)
                })
            }
            Need::Steer(case, what) => self.on_case(case, self.leads(case), ("", Vec::new()), || {
                format!("{person} does not lead {}, and cannot {what}.", case.id)
            }),
        }
    }

    /// Who has open work of the case, as far as they may work on it.
    fn responsible<'c>(&self, case: &'c Case) -> Vec<&'c Handle> {
        let all = case.branches.values().filter_map(|branch| case.responsible(branch));
        let works = |who: &&Handle| self.catalog.may_work(who, &case.process, &case.accountable);
        all.filter(works).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// What somebody may do who may work there, and has this right on the case; else the refusal, which names
    /// these people first.
    fn on_case(
        &self,
        case: &Case,
        right: Option<Right>,
        first: (&str, Vec<&Handle>),
        refusal: impl FnOnce() -> String,
    ) -> Result<Right, Refusal> {
        let area = Area::Process(case.process.clone());
        let let_in = self.work_on(case)?;
        let right = right.ok_or_else(|| {
            let first = [first, ("accountable", people_of(self.catalog, &case.accountable))];
            Refusal::not_yours(refusal(), who(self.catalog, &first, Some(&area), true))
        })?;
        // What they may not do themselves they do for whoever may.
        Ok(if let_in == Right::Own { right } else { let_in })
    }

    /// A member there, the accountable party of the case, or somebody who stands in for one of them who is away.
    fn work_on(&self, case: &Case) -> Result<Right, Refusal> {
        let area = Area::Process(case.process.clone());
        let first = [
            ("responsible", self.responsible(case)),
            ("accountable", people_of(self.catalog, &case.accountable)),
        ];
        let own = self.work(&area, Some(&case.accountable), &first);
        let mut away = self.catalog.stands_in_for(self.person, self.now);
        match own {
            Ok(right) => Ok(right),
            Err(refusal) => away
                .find(|of| self.catalog.permission_on(of, &area) >= Permission::Member)
                .map(|of| Right::For(of.clone()))
                .ok_or(refusal),
        }
    }

    /// A member there, or the accountable party of the case; else the refusal, which names these people first.
    fn work(
        &self,
        area: &Area,
        accountable: Option<&Party>,
        first: &[(&str, Vec<&Handle>)],
    ) -> Result<Right, Refusal> {
        let (catalog, person) = (self.catalog, self.person);
        let accountable =
            accountable.is_some_and(|party| catalog.right_to(person, party, self.now).is_some());
        if accountable || catalog.permission_on(person, area) >= Permission::Member {
            return Ok(Right::Own);
        }
        let what = match area {
            Area::Process(process) => format!("`{process}` but not change it"),
            Area::Kind(kind) => format!("`{kind}` records but not change them"),
        };
        Err(Refusal::not_yours(
            format!("{person} may look at {what}."),
            format!("{} {}", who(catalog, first, Some(area), true), let_in(person, area)),
        ))
    }

    /// By what right somebody leads the case.
    fn leads(&self, case: &Case) -> Option<Right> {
        let own = leads_case(self.catalog, case, self.person).then_some(Right::Own);
        own.or_else(|| self.catalog.right_to(self.person, &case.accountable, self.now))
    }

    /// By what right somebody does what is up to these people.
    fn one_of<'h>(&self, people: impl IntoIterator<Item = &'h Handle> + Clone) -> Option<Right> {
        let mut all = people.clone().into_iter();
        if all.any(|person| person == self.person) {
            return Some(Right::Own);
        }
        let mut all = people.into_iter();
        all.find(|of| self.catalog.acts_as(self.person, of, self.now)).cloned().map(Right::For)
    }

    /// By what right somebody has or had work of the case in hand, sent it on, was offered it, or steers it now.
    fn part(&self, case: &Case) -> Option<Right> {
        let (catalog, person) = (self.catalog, self.person);
        let process = catalog.process(&case.process, case.version);
        let leads_step = |step: &Handle| process.and_then(|p| lead_of(catalog, p, step)) == Some(person);
        if case.branches.values().filter_map(|branch| case.step_of(branch)).any(leads_step) {
            return Some(Right::Own);
        }
        let held =
            case.tasks.values().map(|task| &task.holder).chain(case.handoffs.values().map(|h| &h.from));
        let offered = || case.handoffs.values().filter_map(|h| catalog.right_to(person, &h.to, self.now));
        // Their own right comes before that of somebody they stand in for.
        let rights = [self.one_of(held.collect::<Vec<_>>()), self.leads(case)];
        let rights = rights.into_iter().flatten().chain(offered()).collect::<Vec<_>>();
        rights.iter().find(|right| **right == Right::Own).or(rights.first()).cloned()
    }
}

/// Who could do it to work of this case that lies at a step, in one line: whoever is responsible for it and
/// whoever may steer it.
pub(super) fn who_steers(draft: &Draft<'_>, responsible: Option<&Handle>, step: &Handle) -> String {
    let (catalog, case) = (draft.catalog, &draft.case);
    let lead = lead_of(catalog, &draft.process, step);
    let first = [
        ("responsible", responsible.into_iter().collect()),
        ("accountable", people_of(catalog, &case.accountable)),
        ("leads the role", lead.into_iter().collect()),
    ];
    who(catalog, &first, Some(&Area::Process(case.process.clone())), true)
}
