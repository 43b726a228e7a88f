//! One verb on one thing or many. What it does not apply to is set aside with the reason and listed before; many are
//! tried by the desk first, and more than ten, or any that cannot, ask once with the numbers. Decides no rule.

use super::course::cases_of;
use super::model::{Model, Pane, View};
use super::msg::Effect;
use super::overlays::forms::Kind;
use super::overlays::moves::Begins;
use super::overlays::told::{Asks, ToldBox};
use super::overlays::{Form, Overlay};
use super::target::{Target, targets};
use super::theme::Meaning;
use super::update::say;
use crate::desk::{Plan, Remark, Wish, what_cannot};
use crate::domain::CaseId;
use crate::domain::case::HandoffState;
use crate::domain::command::{AgreeDue, Command, Snooze};
use crate::domain::counted::counted;
use crate::domain::event::SubjectId;
use crate::domain::rows::PlaceKind;
use std::collections::BTreeMap;

/// More than so many are asked about.
const ASK_FROM: usize = 11;

/// Sorts things into what a verb means for them and why it means nothing for the others, which are kept for the
/// form and the question.
pub(super) fn sorted<T>(
    model: &mut Model,
    targets: &[Target],
    apply: impl Fn(&Model, &Target) -> Result<T, &'static str>,
) -> Vec<T> {
    let (mut can, mut cannot) = (Vec::new(), Vec::new());
    for target in targets {
        let answer = match &target.gone {
            Some(words) => Err(words.clone()),
            None => apply(model, target).map_err(str::to_string),
        };
        match answer {
            Ok(one) => can.push(one),
            Err(why) => cannot.push((SubjectId::Case(target.case), why)),
        }
    }
    model.sweep.cannot = cannot;
    can
}

/// Carries commands out: one at once, many after they were tried.
pub(super) fn now(model: &mut Model, verb: &str, each: Vec<Vec<Command>>) -> Vec<Effect> {
    let cannot = std::mem::take(&mut model.sweep.cannot);
    match (each.as_slice(), cannot.as_slice()) {
        ([], []) => Vec::new(),
        ([], [(case, why), ..]) => {
            say(model, &format!("{verb}: {case}: {why}."));
            Vec::new()
        }
        ([one], []) if one.len() == 1 => {
            model.unmark();
            vec![Effect::Do(one.clone())]
        }
        _ => {
            let wish = Wish { verb: verb.to_string(), to: None, each, cannot, seen: seen(model) };
            vec![Effect::Try(Box::new(wish))]
        }
    }
}

/// What a filled-in form asks for: at once where it is one thing, tried first where it is many.
pub(super) fn submit(model: &mut Model, form: &Form, commands: Vec<Command>) -> Effect {
    let cannot = std::mem::take(&mut model.sweep.cannot);
    let recall = std::mem::take(&mut model.sweep.recall);
    let Some(verb) = verb_of(&form.kind) else { return Effect::Do(commands) };
    let mut to = None;
    let each = commands.into_iter().map(|command| {
        let mut each = Vec::new();
        if let Command::OfferHandoff { case, branch, to: party, .. } = &command {
            to.clone_from(party);
            // What lies with somebody else is taken back first, in the same action.
            let handoff = recall.get(&(*case, *branch)).copied();
            each.extend(handoff.map(|handoff| Command::RecallHandoff { case: *case, handoff, reason: None }));
        }
        each.push(command);
        each
    });
    let each = each.collect::<Vec<_>>();
    match each.as_slice() {
        [one] if one.len() == 1 && cannot.is_empty() => Effect::Do(one.clone()),
        _ => {
            let wish = Wish { verb: verb.to_string(), to, each, cannot, seen: seen(model) };
            // Kept for a form that is corrected and sent again.
            model.sweep.cannot.clone_from(&wish.cannot);
            model.sweep.recall = recall;
            Effect::Try(Box::new(wish))
        }
    }
}

/// The verb of forms that many things can be put into.
fn verb_of(kind: &Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::HandOnAll { .. } => "Hand on",
        Kind::Offer { .. } => "Offer",
        Kind::Accept { .. } => "Accept",
        Kind::Decline { .. } => "Decline",
        Kind::Recall { .. } => "Take back",
        Kind::Wait { .. } => "Let wait",
        Kind::NoteCase { .. } | Kind::NoteRecord { .. } => "Note on",
        Kind::Tags { .. } => "Tag",
        Kind::Withdraw { .. } => "Withdraw",
        Kind::Release { .. } => "Release",
        Kind::EndWait { what } if what.iter().any(Begins::is_work) => "Start",
        Kind::EndWait { .. } => "Let go on",
        Kind::SendBackAll { .. } => "Send back",
        Kind::Delegate { .. } => "Delegate",
        Kind::AddTask { .. } => "Add a task to",
        Kind::Pause { .. } => "Pause",
        Kind::Reopen { .. } => "Reopen",
        Kind::Resolve { .. } => "Decide the exceptions of",
        Kind::Snooze { .. } => "Snooze",
        Kind::Due { .. } => "Set the date of",
        _ => return None,
    })
}

/// The case that work of this one was declined as a duplicate of, where that is what came back.
pub(super) fn declined_as_duplicate(model: &Model, cases: &[CaseId]) -> Option<CaseId> {
    let ([case], Some(view)) = (cases, model.case.as_ref()) else { return None };
    let held = view.spots.iter().filter(|spot| view.row.id == *case && spot.place.kind == PlaceKind::Held);
    held.filter_map(|spot| view.case.handoffs.get(&spot.place.handoff?)).find_map(|handoff| {
        match &handoff.state {
            HandoffState::Declined { duplicate_of, .. } => *duplicate_of,
            _ => None,
        }
    })
}

/// The words for what is acted on.
pub(super) fn about(targets: &[Target]) -> String {
    match targets {
        [one] => format!("{} {}", one.case, one.title),
        many => things(many.len(), cases_of(many).len(), false),
    }
}

/// The same of what is done to cases, whichever of their branches are chosen; `focus` where no work is.
pub(super) fn about_cases(targets: &[Target], focus: CaseId) -> String {
    match (targets, cases_of(targets).len()) {
        ([], _) => focus.to_string(),
        ([one, ..], 1) => format!("{} {}", one.case, one.title),
        (_, cases) => things(cases, cases, false),
    }
}

/// So many things, by what they are: several branches of one case are things, and no cases.
pub(super) fn things(n: usize, subjects: usize, records: bool) -> String {
    match (n == subjects, records) {
        (true, true) => counted(n, "record"),
        (true, false) => counted(n, "case"),
        (false, _) => counted(n, "thing"),
    }
}

/// What the verb does not apply to, for the notes of a form: listed before anything is done.
pub(super) fn note(model: &Model, form: &mut Form) {
    let cannot = &model.sweep.cannot;
    if !cannot.is_empty() {
        let stay = if cannot.len() == 1 { "stays" } else { "stay" };
        // The title counts what will happen.
        let all = targets(model);
        let (words, can) = (about(&all), all.len().saturating_sub(cannot.len()));
        if all.len() > 1 {
            form.title = form.title.replace(&words, &format!("{can} of {words}"));
        }
        form.notes.push(format!("{} {stay} out: {}.", cannot.len(), what_cannot(cannot)));
    }
}

/// The last entry of what the person looks at.
pub(super) fn seen(model: &Model) -> i64 {
    match (model.view(), model.pane) {
        (Some(View::Case(_)), _) => model.case.as_ref().map_or(model.seen, |view| view.case.seq),
        (None, Pane::Inbox) => model.inbox.as_ref().map_or(model.seen, |inbox| inbox.head),
        _ => model.seen,
    }
}

/// What the desk says a wish would come to: done at once where nothing stands against it, asked about otherwise.
pub(super) fn planned(model: &mut Model, plan: Plan) -> Vec<Effect> {
    let Plan { wish, commands, can, cannot, words, each } = plan;
    if can == 0 {
        let why = cannot.first().map(|(case, why)| match why.contains(&case.to_string()) {
            true => why.clone(),
            false => format!("{case}: {why}"),
        });
        let sentence = why.unwrap_or_else(|| "There is nothing to do.".to_string());
        let same = cannot.windows(2).all(|two| matches!(two, [(_, one), (_, other)] if one == other));
        if !same {
            // Each for a reason of its own: all of them are read, and the form below can be corrected.
            declined(model);
            let title = format!("{}: none of {} can", wish.verb, counted(cannot.len(), "thing"));
            let line = |(of, why): &(SubjectId, String)| match why.contains(&of.to_string()) {
                true => why.clone(),
                false => format!("{of}: {why}"),
            };
            let lines = cannot.iter().map(|one| (super::called::in_words(model, &line(one)), Meaning::Plain));
            let told = ToldBox::new(title, lines.collect(), Asks::Reading { dates: false });
            model.overlays.push(Overlay::Told(Box::new(told)));
            return Vec::new();
        }
        let hint =
            if cannot.len() < 2 { String::new() } else { format!("So it is with all {}.", cannot.len()) };
        return super::update::update(model, super::msg::Msg::Failed { sentence, hint });
    }
    if can < ASK_FROM && cannot.is_empty() {
        model.unmark();
        return vec![Effect::Do(commands)];
    }
    let all = can + cannot.len();
    let subjects = commands.iter().filter_map(Command::subject);
    let subjects =
        subjects.chain(cannot.iter().map(|(of, _)| *of)).collect::<std::collections::BTreeSet<_>>();
    let records = subjects.iter().all(|subject| matches!(subject, SubjectId::Record(_)));
    let things = things(all, subjects.len(), records);
    let n = if can == all { things } else { format!("{can} of {things}") };
    let title = match &wish.to {
        Some(to) => format!("{} {n} to {}?", wish.verb, to.to_string().trim_start_matches('@')),
        None => format!("{} {n}?", wish.verb),
    };
    let said = |line: String| super::called::in_words(model, &line);
    let lines = words.into_iter().map(|line| (said(line), Meaning::Plain)).collect();
    let each = each.into_iter().map(said).collect();
    let told = ToldBox::new(title, lines, Asks::Many { commands, each });
    model.overlays.push(Overlay::Told(Box::new(told)));
    Vec::new()
}

/// The question was answered with no: the form, where there is one, can be corrected.
pub(super) fn declined(model: &mut Model) {
    if let Some(Overlay::Form(form)) = model.overlays.last_mut() {
        form.sent = false;
    }
}

/// Before they leave the screen, commands that name a place carry what the person saw of it.
pub(super) fn as_seen(model: &Model, effects: Vec<Effect>) -> Vec<Effect> {
    let all = seen(model);
    // Of a record what its form was last compared with, whatever else has been heard of since.
    let seen = |commands: &[Command]| match commands {
        [Command::ChangeRecord { record, .. }] => {
            let view = model.record.as_ref().filter(|view| view.row.id == *record);
            view.map_or(all, |view| view.record.seq)
        }
        _ => all,
    };
    let carry = |effect| match effect {
        Effect::Do(commands) => Effect::DoAsSeen { seen: seen(&commands), commands },
        other => other,
    };
    effects.into_iter().map(carry).collect()
}

/// Why nothing can be done with what is chosen: all of it was handled by others.
pub(super) fn all_gone(targets: &[Target]) -> Option<String> {
    let first = targets.first()?;
    let words = first.gone.as_ref()?;
    targets.iter().all(|target| target.gone.is_some()).then(|| format!("{} {words}", first.case))
}

/// What was handled by others, of a row.
pub(super) fn gone_of(told: Option<&Remark>) -> Option<String> {
    match told {
        Some(Remark::Gone(words)) => Some(format!("gone: {words}")),
        _ => None,
    }
}

/// The form that puts things out of the list, and the one that agrees on another date.
pub(super) fn snooze(model: &mut Model) -> Vec<Effect> {
    let targets = targets(model);
    let words = about(&targets);
    let what = sorted(model, &targets, |_, target| {
        target.branch.map(|branch| (target.case, branch)).ok_or("only open work can be put away")
    });
    let calendar = model.catalog.own_calendar().cloned();
    super::act::open_many(
        model,
        super::overlays::arrange::snooze(what, &words, calendar.as_deref(), model.now),
    )
}

pub(super) fn due(model: &mut Model) -> Vec<Effect> {
    let targets = targets(model);
    let words = about(&targets);
    let what = sorted(model, &targets, |_, target| {
        target.task.map(|task| (target.case, task)).ok_or("it is in nobody's hand")
    });
    super::act::open_many(model, super::overlays::arrange::due(what, &words))
}

/// Brings back what was put away.
pub(super) fn wake(model: &mut Model) -> Vec<Effect> {
    let targets = targets(model);
    let each = sorted(model, &targets, |_, target| {
        let branch = target.branch.ok_or("only open work can be put away")?;
        Ok(vec![Command::Snooze(Snooze { case: target.case, branch, until: None })])
    });
    now(model, "Bring back", each)
}

/// Commands of the forms above.
pub(super) fn arranged(kind: &Kind, at: crate::domain::Instant, reason: &str) -> Vec<Command> {
    match kind {
        Kind::Snooze { what } => {
            let snooze = |(case, branch): &(CaseId, u32)| {
                Command::Snooze(Snooze { case: *case, branch: *branch, until: Some(at) })
            };
            what.iter().map(snooze).collect()
        }
        Kind::Due { what } => {
            let agree = |(case, task): &(CaseId, crate::domain::TaskId)| {
                Command::AgreeDue(AgreeDue { case: *case, task: *task, due: at, reason: reason.to_string() })
            };
            what.iter().map(agree).collect()
        }
        _ => Vec::new(),
    }
}

/// Offers of things that lie with others already, to be taken back first.
pub(super) fn recalls(targets: &[Target]) -> BTreeMap<(CaseId, u32), crate::domain::HandoffId> {
    let open = targets.iter().filter(|target| target.gone.is_none());
    open.filter_map(|target| Some(((target.case, target.branch?), super::target::open_offer(target)?)))
        .collect()
}

/// The reasons of the process all of this is of; none when it is of several.
pub(super) fn own_reasons(model: &Model, targets: &[Target]) -> Vec<String> {
    let Some(first) = targets.first() else { return Vec::new() };
    if targets.iter().any(|target| target.process != first.process) {
        return Vec::new();
    }
    model.catalog.newest(&first.process).map(|(_, process)| process.decline.clone()).unwrap_or_default()
}
