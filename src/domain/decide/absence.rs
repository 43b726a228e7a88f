//! Being away, coming back and leaving for good, and what becomes of the work of somebody who left. Who takes
//! whose place is `domain::absence`.

use super::super::absence::Absence;
use super::super::catalog::Catalog;
use super::super::command::{Command, Context};
use super::super::event::{Event, Holding};
use super::super::id::Handle;
use super::super::instant::Instant;
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
    for replaced in known.iter().filter(|known| known.overlaps(absence) && known.until > ctx.now) {
        let shown = |at| catalog.shown(at, ctx.now);
        let gone = replaced.substitute.as_ref().filter(|_| absence.substitute.is_none());
        let gone = gone
            .map(|who| format!(" {who} does not take their place any more; name a substitute to keep one."));
        warnings.push(format!(
            "This replaces the absence of {person} from {} to {}.{}",
            shown(replaced.from),
            shown(replaced.until),
            gone.unwrap_or_default()
        ));
    }
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
    warnings.extend(left_alone(catalog, person, absence, ctx.now));
    Ok((vec![event], warnings))
}

/// Whom somebody stands in for while they are away themselves, and who does so then.
fn left_alone(catalog: &Catalog, person: &Handle, absence: &Absence, now: Instant) -> Vec<String> {
    let of = |other: &Absence| other.substitute.as_ref() == Some(person) && other.overlaps(absence);
    // Of the two who stand in for each other it is said above.
    let told = |other: &Handle| other == person || absence.substitute.as_ref() == Some(other);
    let others = catalog.people.iter().filter(|(other, _)| !told(other));
    let left = others.filter_map(|(other, they)| {
        let theirs = they.absences.iter().find(|theirs| theirs.until > now && of(theirs))?;
        let until = catalog.shown(theirs.until.min(absence.until), now);
        Some(match &absence.substitute {
            Some(next) => format!("{person} stands in for {other}; until {until} {next} does."),
            None => format!("{person} stands in for {other}; until {until} nobody does."),
        })
    });
    left.collect()
}

fn come_back(catalog: &Catalog, person: &Handle, ctx: &Context) -> Result<Vec<Event>, Refusal> {
    known(catalog, person)?;
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
    if ctx.actor.person() == Some(person) {
        return Err(Refusal::not_yours(
            "Nobody closes the door behind themselves.",
            "Let another admin do it.",
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
    if !draft.catalog.has_left(from) {
        return Err(Refusal::not_now(
            format!("{from} works here, and responsibility moves when somebody accepts."),
            format!("Offer it: `baton handoff offer {}`.", draft.case.id),
        ));
    }
    working_person(draft.catalog, to)?;
    let reason = required(reason, "The reason", "Say why it moves.")?;
    let theirs = match what {
        Holding::Branch(number) => draft.case.responsible(&draft.branch(number)?) == Some(from),
        Holding::Exception(number) => {
            let open = draft.case.exceptions.get(&number).filter(|open| open.resolved.is_none());
            open.is_some_and(|open| open.to.contains(from))
        }
    };
    if !theirs {
        return Err(Refusal::not_now(
            format!("{from} does not have that of {} any more.", draft.case.id),
            "Print the plan anew.",
        ));
    }
    draft.push(Event::WorkMoved { what, from: from.clone(), to: to.clone(), reason });
    Ok(())
}

/// Lets somebody else answer for the outcome.
pub(super) fn change_accountable(
    draft: &mut Draft<'_>,
    to: &Party,
    reason: &Option<String>,
) -> Result<(), Refusal> {
    draft.must_be_open()?;
    flow::must_exist(draft, to)?;
    if draft.case.accountable != *to {
        let (catalog, before) = (draft.catalog, &draft.case.accountable);
        let mut told = catalog.members(before);
        told.extend(before.role().and_then(|role| catalog.roles.get(role)?.lead.clone()));
        told.extend(catalog.asked_of(before, draft.ctx.now));
        // What lies with somebody who has left moves by the plan that lets them go.
        told.retain(|person| catalog.works_here(person));
        let now = catalog.asked_of(to, draft.ctx.now).into_iter().collect();
        let (told, to, reason) = (told.into_iter().collect(), to.clone(), reason.clone());
        draft.push(Event::AccountableChanged { to, reason, told, now });
    }
    Ok(())
}
