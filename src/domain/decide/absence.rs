//! Being away, coming back and leaving for good, and what becomes of the work of somebody who left. Who takes
//! whose place is `domain::absence`.

use super::super::absence::Absence;
use super::super::catalog::{Catalog, Permission};
use super::super::command::{Command, Context};
use super::super::event::{Event, Holding};
use super::super::id::Handle;
use super::super::party::Party;
use super::super::refusal::Refusal;
use super::catalog::working_person;
use super::{Draft, flow, required};

/// The events, and what whoever asked should know.
pub(super) fn decide(
    catalog: &Catalog,
    command: &Command,
    ctx: &Context,
) -> Result<(Vec<Event>, Vec<String>), Refusal> {
    match command {
        Command::SetAway { person, absence } => set_away(catalog, person, absence, ctx),
        Command::ComeBack { person } => Ok((come_back(catalog, person, ctx)?, Vec::new())),
        Command::Leave { person, homeless } => Ok((leave(catalog, person, homeless, ctx)?, Vec::new())),
        _ => Ok((Vec::new(), Vec::new())),
    }
}

/// Everybody says when they are away themselves; a lead or an admin says it for anybody.
fn may_speak_for(catalog: &Catalog, person: &Handle, ctx: &Context) -> Result<(), Refusal> {
    match ctx.actor.person() {
        Some(actor) if actor == person || catalog.permission(actor) >= Permission::Lead => Ok(()),
        _ => Err(Refusal::not_yours(
            format!("{} does not decide when {person} is away.", ctx.actor),
            format!("{person}, a lead or an admin can say it."),
        )),
    }
}

fn known(catalog: &Catalog, person: &Handle) -> Result<(), Refusal> {
    match catalog.people.contains_key(person) {
        true => Ok(()),
        false => Err(Refusal::unknown_person(person)),
    }
}

fn set_away(
    catalog: &Catalog,
    person: &Handle,
    absence: &Absence,
    ctx: &Context,
) -> Result<(Vec<Event>, Vec<String>), Refusal> {
    working_person(catalog, person)?;
    may_speak_for(catalog, person, ctx)?;
    if absence.until <= absence.from || absence.until <= ctx.now {
        return Err(Refusal::invalid(
            "An absence ends after it begins, and later than now.",
            "Say until when: --until \"27 nov\".",
        ));
    }
    if let Some(substitute) = &absence.substitute {
        working_person(catalog, substitute)?;
        if substitute == person {
            return Err(Refusal::invalid(
                format!("{person} cannot stand in for {person}."),
                "Name somebody else, or leave the substitute out.",
            ));
        }
    }
    let known = catalog.people.get(person).map(|person| person.absences.as_slice()).unwrap_or_default();
    if known.contains(absence) {
        return Ok((Vec::new(), Vec::new()));
    }
    let event = Event::PersonAway { person: person.clone(), absence: absence.clone() };
    let mut warnings = Vec::new();
    if let Some(substitute) = &absence.substitute {
        let at = absence.from.max(ctx.now);
        let away_too = catalog
            .people
            .get(substitute)
            .and_then(|substitute| substitute.absences.iter().find(|other| other.overlaps(absence)));
        if let Some(other) = away_too {
            let theirs = match &other.substitute {
                Some(next) if next == person => format!("and {person} stands in for them, so nobody would"),
                Some(next) => format!("and {next} takes their place"),
                None => "and nobody takes their place".to_string(),
            };
            let until = catalog.shown(other.until, ctx.now);
            let from = catalog.shown(other.from.max(at), ctx.now);
            warnings.push(format!("{substitute} is away as well, {from} to {until}, {theirs}."));
        }
    }
    Ok((vec![event], warnings))
}

fn come_back(catalog: &Catalog, person: &Handle, ctx: &Context) -> Result<Vec<Event>, Refusal> {
    known(catalog, person)?;
    may_speak_for(catalog, person, ctx)?;
    if catalog.has_left(person) {
        return Ok(vec![Event::PersonReturned { person: person.clone() }]);
    }
    let ended = |from| Event::AbsenceEnded { person: person.clone(), from };
    if let Some(now) = catalog.absence(person, ctx.now) {
        return Ok(vec![ended(now.from)]);
    }
    let planned = catalog.people.get(person).into_iter().flat_map(|person| &person.absences);
    let planned = planned.filter(|absence| absence.from > ctx.now).map(|absence| ended(absence.from));
    Ok(planned.collect())
}

/// Leaving is blocked while anything is in their hand: nothing may be left with nobody.
fn leave(
    catalog: &Catalog,
    person: &Handle,
    homeless: &[String],
    ctx: &Context,
) -> Result<Vec<Event>, Refusal> {
    known(catalog, person)?;
    if catalog.has_left(person) {
        return Ok(Vec::new());
    }
    let actor = ctx.actor.person();
    if actor == Some(person) {
        return Err(Refusal::not_yours(
            "Nobody closes the door behind themselves.",
            "Let another lead or admin do it.",
        ));
    }
    if actor.is_none_or(|actor| catalog.permission(actor) < Permission::Lead) {
        return Err(Refusal::not_yours(
            format!("{} does not decide that {person} has left.", ctx.actor),
            "A lead or an admin can.",
        ));
    }
    if catalog.permission(person) == Permission::Admin && catalog.admins().count() < 2 {
        return Err(Refusal::not_now(
            format!("{person} is the only admin."),
            "Let somebody else be one first: what reaches nobody else reaches the admins.",
        ));
    }
    if let Some(first) = homeless.first() {
        let more = match homeless.len() - 1 {
            0 => String::new(),
            n => format!(" and {n} more"),
        };
        return Err(Refusal::not_now(
            format!("{person} still holds {first}{more}."),
            format!(
                "`baton person leave {person} --plan > FILE` lists everything with where it could go; \
                 `--apply FILE` carries it out."
            ),
        ));
    }
    Ok(vec![Event::PersonLeft { person: person.clone() }])
}

/// Gives what somebody who left had in hand to somebody else. Responsibility otherwise moves at acceptance
/// alone, so this is refused for anybody who could still hand it over.
pub(super) fn move_work(
    draft: &mut Draft<'_>,
    what: Holding,
    from: &Handle,
    to: &Handle,
    reason: &str,
) -> Result<(), Refusal> {
    let actor = draft.actor()?;
    if !draft.catalog.has_left(from) {
        return Err(Refusal::not_now(
            format!("{from} works here, and responsibility moves when somebody accepts."),
            format!("Offer it: `baton handoff offer {}`.", draft.case.id),
        ));
    }
    working_person(draft.catalog, to)?;
    let reason = required(reason, "The reason", "Say why it moves.")?;
    let (theirs, may) = match what {
        Holding::Branch(number) => {
            let branch = draft.branch(number)?;
            let step = draft.case.step_of(&branch).cloned();
            let may = step.is_some_and(|step| draft.may_steer(&actor, &step));
            (draft.case.responsible(&branch) == Some(from), may)
        }
        Holding::Exception(number) => {
            let open = draft.case.exceptions.get(&number).filter(|open| open.resolved.is_none());
            let may = draft.catalog.permission(&actor) >= Permission::Lead
                || draft.may_take(&actor, &draft.case.accountable);
            (open.is_some_and(|open| open.to.contains(from)), may)
        }
    };
    if !theirs {
        return Err(Refusal::not_now(
            format!("{from} does not have that of {} any more.", draft.case.id),
            "Print the plan anew.",
        ));
    }
    if !may {
        return Err(Refusal::not_yours(
            format!("{actor} cannot move work of {}.", draft.case.id),
            format!("The accountable party ({}), a lead or an admin can.", draft.case.accountable),
        ));
    }
    draft.push(Event::WorkMoved { what, from: from.clone(), to: to.clone(), reason });
    Ok(())
}

/// Who answers for the outcome is changed by whoever does now, or by a lead or an admin.
pub(super) fn change_accountable(
    draft: &mut Draft<'_>,
    to: &Party,
    reason: &Option<String>,
) -> Result<(), Refusal> {
    let actor = draft.actor()?;
    draft.must_be_open()?;
    flow::must_exist(draft, to)?;
    let accountable = draft.case.accountable.clone();
    if draft.catalog.permission(&actor) < Permission::Lead && !draft.may_take(&actor, &accountable) {
        return Err(Refusal::not_yours(
            format!("{accountable} is accountable for {}.", draft.case.id),
            format!("{accountable}, a lead or an admin can pass that on."),
        ));
    }
    if accountable != *to {
        draft.push(Event::AccountableChanged { to: to.clone(), reason: reason.clone() });
    }
    Ok(())
}
