//! What an absence would strand: handoffs and steps nobody could take, approvals with no second person, ladders
//! that point at the absent, and steps that only they have done lately. Compares with and without; changes
//! nothing.

use super::absence::Absence;
use super::case::Case;
use super::catalog::Catalog;
use super::decide::{duties, ladders};
use super::goal::Goal;
use super::id::{CaseId, Handle, HandoffId};
use super::instant::Instant;
use super::ladder::{Audience, ClockKind};
use super::party::Party;
use super::process::{Process, Step, StepKind};
use super::rows::{CaseRow, PlaceKind, PlaceRow};
use std::collections::BTreeSet;

/// Everything that would lie.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stranded {
    pub handoffs: Vec<StrandedHandoff>,
    /// Work in their hand that comes due meanwhile, with nobody in their place.
    pub hand: Vec<DueMeanwhile>,
    pub steps: Vec<StrandedStep>,
    pub approvals: Vec<Approval>,
    pub ladders: Vec<PointsAt>,
    /// Questions put to them and to nobody else who is here.
    pub asked: Vec<Asked>,
    pub only: Vec<OnlyOne>,
}

/// What somebody who will be away is asked, or was told of, and who has it meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub case: CaseId,
    pub title: String,
    pub what: String,
    pub instead: Vec<Handle>,
}

/// An open handoff nobody could accept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StrandedHandoff {
    pub handoff: HandoffId,
    pub case: CaseId,
    pub title: String,
    pub step: String,
    pub to: Party,
}

/// Work of the absent that comes due while they are away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueMeanwhile {
    pub due: Instant,
    pub case: CaseId,
    pub title: String,
    pub step: String,
}

/// A step of a process nobody could do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StrandedStep {
    pub process: Handle,
    pub step: String,
    pub by: Party,
}

/// A step that asks for people who are not there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Approval {
    pub process: Handle,
    pub step: String,
    /// The open case it is about; `None` for every case of the process.
    pub case: Option<CaseId>,
    pub why: String,
}

/// A rung that speaks to the absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PointsAt {
    pub process: Handle,
    /// `acceptance ladder, +1 day: escalate to the lead`.
    pub rung: String,
    /// Who hears instead; empty where the next in line does.
    pub instead: Vec<Handle>,
}

/// A step that was completed lately, by this person alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnlyOne {
    pub process: Handle,
    pub step: String,
    pub times: u32,
}

/// What is open now, for [`stranded`].
#[derive(Debug, Default)]
pub struct Open {
    pub places: Vec<(PlaceRow, CaseRow)>,
    /// Cases with a branch at a step that asks for four eyes.
    pub four_eyes: Vec<std::sync::Arc<Case>>,
    /// Steps completed lately by this person alone: process, step, how often.
    pub only: Vec<(Handle, Handle, u32)>,
    /// What is put to this person: its case, what it says, and to whom else it is put.
    pub asked: Vec<(CaseRow, String, BTreeSet<Handle>)>,
}

/// What this absence would strand that does not lie already, at any time within it.
pub fn stranded(catalog: &Catalog, person: &Handle, absence: &Absence, open: &Open) -> Stranded {
    let mut with = catalog.clone();
    if let Some(person) = with.people.get_mut(person) {
        person.absences.retain(|other| !other.overlaps(absence));
        person.absences.push(absence.clone());
    }
    let mut without = catalog.clone();
    if let Some(person) = without.people.get_mut(person) {
        person.absences.retain(|other| !other.overlaps(absence));
    }
    // Between these instants nobody comes or goes.
    let edges = catalog.people.values().flat_map(|p| &p.absences).flat_map(|a| [a.from, a.until]);
    let moments = edges.chain([absence.from]).filter(|at| absence.covers(*at)).collect::<BTreeSet<_>>();
    let (mut handoffs, mut steps, mut approvals) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for at in &moments {
        let new =
            |found: BTreeSet<_>, known: BTreeSet<_>| found.difference(&known).cloned().collect::<Vec<_>>();
        handoffs.extend(new(untaken(&with, open, *at), untaken(&without, open, *at)));
        steps.extend(undone(&with, *at).difference(&undone(&without, *at)).cloned());
        approvals.extend(alone(&with, open, *at).difference(&alone(&without, open, *at)).cloned());
    }
    let nobody = with.substitute(person, absence.from).is_none();
    let mut hand = open
        .places
        .iter()
        .filter(|(place, _)| nobody && place.task.is_some() && place.responsible == *person)
        .filter_map(|(place, row)| {
            let due = place.due.filter(|due| absence.covers(*due))?;
            let step = place.title(catalog, row.version);
            Some(DueMeanwhile { due, case: row.id, title: row.title.clone(), step })
        })
        .collect::<Vec<_>>();
    hand.sort_by_key(|work| (work.due, work.case));
    let title = |process: &Handle, step: &Handle| {
        let newest = catalog.newest(process).and_then(|(_, newest)| newest.step(step));
        newest.map_or_else(|| step.to_string(), |step| step.title.clone())
    };
    let only = open.only.iter().map(|(process, step, times)| OnlyOne {
        process: process.clone(),
        step: title(process, step),
        times: *times,
    });
    Stranded {
        handoffs: handoffs.into_iter().collect(),
        hand,
        steps: steps.into_iter().collect(),
        approvals: approvals.into_iter().collect(),
        ladders: pointing(&with, person, absence.from),
        asked: asked(&with, person, open, absence.from),
        only: only.collect(),
    }
}

impl Stranded {
    /// Whether nothing would lie.
    pub fn is_empty(&self) -> bool {
        *self == Stranded::default()
    }
}

fn newest(catalog: &Catalog) -> impl Iterator<Item = &Process> {
    catalog.processes.values().filter_map(|versions| versions.last()).map(|process| &**process)
}

/// What nobody could do any more, or too few could agree on, once somebody has left for good; sentences.
pub fn left_behind(catalog: &Catalog, person: &Handle, open: &Open, at: Instant) -> Vec<String> {
    let mut before = catalog.clone();
    // Whoever is away comes back.
    before.people.values_mut().for_each(|person| person.absences.clear());
    let mut after = before.clone();
    if let Some(gone) = after.people.get_mut(person) {
        gone.left = Some(at);
    }
    for role in after.roles.values_mut() {
        role.members.remove(person);
    }
    let approvals = &alone(&after, open, at) - &alone(&before, open, at);
    let steps = &undone(&after, at) - &undone(&before, at);
    let approvals = approvals.iter().map(|lacks| {
        let case = lacks.case.map(|case| format!(", {case}")).unwrap_or_default();
        format!("{}, {}{case}: {}.", lacks.process, lacks.step, lacks.why)
    });
    // What names the person themselves is a line of the plan.
    let steps = steps.iter().filter(|step| step.by.person() != Some(person));
    let steps = steps.map(|step| format!("{}, {}: nobody of {} is left.", step.process, step.step, step.by));
    steps.chain(approvals).collect()
}

fn untaken(catalog: &Catalog, open: &Open, at: Instant) -> BTreeSet<StrandedHandoff> {
    let offered = open.places.iter().filter(|(place, _)| place.kind == PlaceKind::Offered);
    let found = offered.filter_map(|(place, row)| {
        let (to, handoff) = (place.to.clone()?, place.handoff?);
        if !catalog.takers(&to, at, (&row.process, &row.accountable)).is_empty() {
            return None;
        }
        let step = place.title(catalog, row.version);
        Some(StrandedHandoff { handoff, case: row.id, title: row.title.clone(), step, to })
    });
    found.collect()
}

/// Who could take a step of a process in any case of it.
fn takers(catalog: &Catalog, process: &Process, by: &Party, at: Instant) -> BTreeSet<Handle> {
    catalog.takers(by, at, (&process.handle, &process.accountable))
}

fn undone(catalog: &Catalog, at: Instant) -> BTreeSet<StrandedStep> {
    let mut found = BTreeSet::new();
    for process in newest(catalog) {
        for step in process.steps.iter().filter(|step| step.kind.is_human()) {
            let Some(by) = step.by.party().filter(|by| **by != Party::Contact) else { continue };
            if takers(catalog, process, by, at).is_empty() {
                found.insert(StrandedStep {
                    process: process.handle.clone(),
                    step: step.title.clone(),
                    by: by.clone(),
                });
            }
        }
    }
    found
}

/// Steps that ask for somebody else, or for several, where there is only one.
fn alone(catalog: &Catalog, open: &Open, at: Instant) -> BTreeSet<Approval> {
    let mut found = BTreeSet::new();
    for process in newest(catalog) {
        for step in &process.steps {
            let (Some(by), process_handle) = (step.by.party(), process.handle.clone()) else { continue };
            let takers = takers(catalog, process, by, at);
            let mut say = |case: Option<CaseId>, why: String| {
                let (process, step) = (process_handle.clone(), step.title.clone());
                found.insert(Approval { process, step, case, why });
            };
            for other in step.not_by.iter().filter_map(|other| process.step(other)) {
                let Some(doers) = other.by.party().map(|by| self::takers(catalog, process, by, at)) else {
                    continue;
                };
                if let ([only], true) =
                    (takers.iter().collect::<Vec<_>>().as_slice(), doers.is_subset(&takers))
                {
                    say(None, format!("only {only} is left, for this and for {}", other.title));
                }
            }
            if let (StepKind::Decision { quorum: Some(quorum) }, Party::Role(role)) = (&step.kind, by) {
                let may = |member: &&Handle| catalog.may_work(member, &process.handle, &process.accountable);
                let members = catalog.roles.get(role).map(|role| role.members.iter().filter(may).count());
                let members = members.unwrap_or_default() as u32;
                let (need, _) = quorum.count(members);
                if (takers.len() as u32) < need {
                    say(None, format!("{need} of {role} have to agree, and {} can", takers.len()));
                }
                // One of the same people does the step that this one checks, and has no vote.
                let mut others = step.not_by.iter().filter_map(|other| process.step(other));
                let other = others.find(|other| other.by.party() == Some(by));
                let (need, _) = quorum.count(members.saturating_sub(1));
                let left = takers.len().saturating_sub(1) as u32;
                if let Some(other) = other.filter(|_| left < need && takers.len() as u32 >= need) {
                    let title = &other.title;
                    say(None, format!("{need} of {role} have to agree, and {left} can: one does {title}"));
                }
            }
            for case in open.four_eyes.iter().filter(|case| case.process == process.handle) {
                let here = |place: &super::case::Branch| case.step_of(place) == Some(&step.handle);
                if case.branches.values().any(here)
                    && let Some(why) = nobody_else(catalog, case, step, &takers)
                        .or_else(|| too_few(catalog, case, step, &takers))
                {
                    say(Some(case.id), why);
                }
            }
        }
    }
    found
}

/// Why nobody of these may do the step in this case.
fn nobody_else(catalog: &Catalog, case: &Case, step: &Step, takers: &BTreeSet<Handle>) -> Option<String> {
    let process = catalog.process(&case.process, case.version)?;
    let may = |person: &Handle| duties::may_act(case, process, step, person, None).is_ok();
    if takers.is_empty() || takers.iter().any(may) {
        return None;
    }
    let names = takers.iter().map(Handle::as_str).collect::<Vec<_>>().join(", ");
    Some(format!("only {names} is left, and did what it must not be done by the same people as"))
}

/// Why those of these who have a vote in this case are too few.
fn too_few(catalog: &Catalog, case: &Case, step: &Step, takers: &BTreeSet<Handle>) -> Option<String> {
    let process = catalog.process(&case.process, case.version)?;
    let (StepKind::Decision { quorum: Some(quorum) }, Some(by)) = (&step.kind, step.by.party()) else {
        return None;
    };
    let may = |person: &&Handle| {
        catalog.may_work(person, &case.process, &case.accountable)
            && duties::may_act(case, process, step, person, None).is_ok()
    };
    let (need, _) = quorum.count(catalog.members(by).iter().filter(may).count() as u32);
    let voted = case.tasks.values().filter(|task| task.step == step.handle && task.ended().is_none());
    let voted = voted.flat_map(|task| &task.votes).filter(|vote| !takers.contains(&vote.by)).count();
    let left = takers.iter().filter(may).count() + voted;
    (left < need as usize).then(|| format!("{need} of {by} have to agree, and {left} can here"))
}

/// Of what is put to them alone, who has it while they are away.
fn asked(catalog: &Catalog, person: &Handle, open: &Open, at: Instant) -> Vec<Asked> {
    let alone = open.asked.iter().filter(|(.., others)| !others.iter().any(|who| catalog.is_here(who, at)));
    let asked = alone.map(|(case, what, _)| {
        let instead = match catalog.substitute(person, at) {
            Some(substitute) => vec![substitute],
            None => catalog.asked_of(&case.accountable, at).into_iter().collect(),
        };
        Asked { case: case.id, title: case.title.clone(), what: what.clone(), instead }
    });
    asked.collect()
}

/// The rungs that name somebody, lead or accountable ones included.
fn pointing(catalog: &Catalog, person: &Handle, at: Instant) -> Vec<PointsAt> {
    let mut found = Vec::new();
    for process in newest(catalog) {
        let leads = process.steps.iter().filter_map(|step| step.by.party()?.role());
        let leads =
            leads.filter_map(|role| catalog.roles.get(role)?.lead.as_ref()).any(|lead| lead == person);
        for ladder in ladders(process).filter(|ladder| runs(process, ladder.on)) {
            for rung in &ladder.rungs {
                let reassign = rung.reassign.clone().map(Audience::Party);
                let audiences =
                    [("remind", &rung.remind), ("escalate to", &rung.escalate), ("reassign to", &reassign)];
                for (word, audience) in audiences {
                    let to = match audience {
                        Some(Audience::Party(party)) if party.person() == Some(person) => party.to_string(),
                        Some(Audience::Accountable) if process.accountable.person() == Some(person) => {
                            "the accountable party".to_string()
                        }
                        Some(Audience::Lead) if leads => "the lead".to_string(),
                        _ => continue,
                    };
                    found.push(PointsAt {
                        process: process.handle.clone(),
                        rung: format!("{} ladder, {}: {word} {to}", ladder.on.word(), offset(rung.at)),
                        instead: catalog.substitute(person, at).into_iter().collect(),
                    });
                }
            }
        }
    }
    found
}

/// Whether a process promises anything that such a clock runs for.
fn runs(process: &Process, on: ClockKind) -> bool {
    match on {
        ClockKind::Accept => process.steps.iter().any(|step| step.accept.is_some()),
        ClockKind::Goal => process.steps.iter().any(|step| step.goal.is_some()),
        _ => process.goal.is_some(),
    }
}

fn offset(at: Goal) -> String {
    match at.count {
        0 => "when due".to_string(),
        1.. => format!("{at} late"),
        _ => format!("{} before", Goal { count: -at.count, ..at }),
    }
}
