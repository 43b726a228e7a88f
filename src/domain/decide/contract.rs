//! The contract of a handoff: what a step needs has to be there when work comes to it, whichever way it comes: from the
//! work before, over steps that nobody does, out of a wait or a join. Whoever sends it on is asked; where nobody sits
//! there, the work goes on and whoever answers for the case is told.

use super::super::event::{AtWait, ExceptionKind};
use super::super::field::is_given;
use super::super::process::{Process, Step};
use super::super::refusal::Refusal;
use super::Draft;

/// What a step lacks that work has come to.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lack {
    /// The step's title.
    step: String,
    what: Vec<String>,
    /// The wait that it begins with, where it cannot begin at all.
    wait: Option<u32>,
}

/// What a field is called where it is missing: its title, with the name it is given by.
pub(super) fn label(process: &Process, name: &String) -> String {
    let title = process.field(name).and_then(|field| field.title.as_ref());
    title.filter(|title| *title != name).map_or_else(|| name.clone(), |title| format!("{title} ({name})"))
}

/// Notes what is not there of what a step needs, as work comes to it.
pub(super) fn look(draft: &mut Draft<'_>, step: &Step) {
    let case = &draft.case;
    let data = step.needs.iter().filter(|name| !is_given(case.data.get(name.as_str())));
    let data = data.map(|name| label(&draft.process, name));
    let documents = step.documents.iter().filter(|title| !case.documents.contains_key(*title));
    let what = data.chain(documents.map(|title| format!("document: {title}"))).collect::<Vec<_>>();
    if !what.is_empty() {
        note(draft, Lack { step: step.title.clone(), what, wait: None });
    }
}

/// Notes that a step cannot begin for want of its list, and waits for it.
pub(super) fn without_list(draft: &mut Draft<'_>, step: &Step, field: &String, wait: u32) {
    let what = vec![label(&draft.process, field)];
    note(draft, Lack { step: step.title.clone(), what, wait: Some(wait) });
}

fn note(draft: &mut Draft<'_>, lack: Lack) {
    // Done for each of a list, it lacks the same each time.
    if !draft.lacks.contains(&lack) {
        draft.lacks.push(lack);
    }
}

fn take(draft: &mut Draft<'_>, mut missing: Vec<String>) -> Vec<String> {
    for name in std::mem::take(&mut draft.lacks).into_iter().flat_map(|lack| lack.what) {
        if !missing.contains(&name) {
            missing.push(name);
        }
    }
    missing
}

/// What sending work on would lack, besides what it lacks already; nothing of it happens.
pub(super) fn lacks<'a>(
    draft: &mut Draft<'a>,
    missing: Vec<String>,
    send: impl FnOnce(&mut Draft<'a>) -> Result<(), Refusal>,
) -> Vec<String> {
    draft.foresee(|draft| {
        // What stands in its way besides is said when it is sent.
        let _ = send(draft);
        take(draft, missing)
    })
}

/// Sends work on. What it lacks is refused, unless it is said why it goes all the same: then that is recorded for
/// whoever answers for the case, before what follows.
pub(super) fn send<'a>(
    draft: &mut Draft<'a>,
    missing: Vec<String>,
    (anyway, without): (Option<String>, impl FnOnce(&str, &str) -> String),
    refusal: impl FnOnce(Vec<String>) -> Refusal,
    send: impl Fn(&mut Draft<'a>) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    if let Some(why) = anyway {
        return send_anyway(draft, missing, &why, without, send);
    }
    let sent = send(draft);
    // What is missing may be why it goes nowhere.
    let missing = take(draft, missing);
    if missing.is_empty() { sent } else { Err(refusal(missing)) }
}

/// The same where there is a reason to send it whatever it lacks.
pub(super) fn send_anyway<'a>(
    draft: &mut Draft<'a>,
    missing: Vec<String>,
    why: &str,
    without: impl FnOnce(&str, &str) -> String,
    send: impl Fn(&mut Draft<'a>) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let missing = lacks(draft, missing, &send);
    if !missing.is_empty() {
        let text = without(&missing.join("; "), why);
        let to = draft.exception_receivers();
        draft.open_exception(ExceptionKind::SentAnyway, text, to);
    }
    send(draft)?;
    draft.lacks.clear();
    Ok(())
}

/// What came to a step without anybody there to be asked, and lacks something, is told to whoever answers for the case.
pub(super) fn tell(draft: &mut Draft<'_>) {
    for Lack { step, what, wait } in std::mem::take(&mut draft.lacks) {
        let (what, to) = (what.join("; "), draft.exception_receivers());
        match wait {
            Some(wait) => {
                let text = format!("{step} waits: it is done for each of {what}, and nobody has said which");
                draft.open_exception_at(AtWait { wait, outcome: None }, text, to);
            }
            None => {
                let text = format!("{step} begins without {what}: nobody was there to be asked");
                draft.open_exception(ExceptionKind::SentAnyway, text, to);
            }
        }
    }
}
