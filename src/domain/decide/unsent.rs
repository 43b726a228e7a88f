//! What is said to the receiver where the work goes to nobody: the way ends, waits at a join or goes on by itself.
//! A note stays on the case; a receiver who would be offered nothing is refused, and so are dates.

use super::super::case::CaseState;
use super::super::event::Event;
use super::super::refusal::Refusal;
use super::flow::Sending;
use super::{Draft, required};

/// Sends work on from somewhere, such as "Bill", and sees to it that nothing said with it is lost.
pub(super) fn nothing_lost<'a>(
    draft: &mut Draft<'a>,
    from: &str,
    sending: &Sending,
    send: impl FnOnce(&mut Draft<'a>) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let (before, arrived) = (draft.events().len(), draft.case.arrivals.len());
    send(draft)?;
    let carried = |event: &Event| sending.agreed.is_carried_by(event);
    if !sending.agreed.is_nothing() && !draft.events()[before..].iter().any(carried) {
        return Err(Refusal::invalid(
            format!("After `{from}` nothing is offered, so no date can be agreed on for it."),
            "Leave the dates out.",
        ));
    }
    let mut offers = draft.events()[before..].iter().filter_map(|event| match event {
        Event::HandoffOffered { to, note, .. } => Some((to, note)),
        _ => None,
    });
    if let Some(to) = &sending.to
        && !offers.clone().any(|(offered, _)| offered == to)
    {
        let last = draft.case.arrivals.last().filter(|_| draft.case.arrivals.len() > arrived);
        let ended = draft.events()[before..].iter().any(|event| matches!(event, Event::BranchEnded { .. }));
        let why = match (&draft.case.state, last) {
            (CaseState::Done { .. }, _) => "the case ends there".to_string(),
            (_, Some(waits)) => format!("it waits at `{}` for the others", waits.join),
            _ if draft.events().len() == before => "it is not decided yet".to_string(),
            _ if ended => "its way ends there".to_string(),
            _ => "nobody takes what comes next".to_string(),
        };
        return Err(Refusal::invalid(
            format!("After `{from}` nothing is offered to {to}: {why}."),
            "Leave the receiver out; a note stays on the case.",
        ));
    }
    if let Some(note) = sending.note.as_ref().filter(|note| !note.trim().is_empty())
        && !offers.any(|(_, carried)| carried.as_ref() == Some(note))
    {
        let text = required(note, "The note", "Write what should be remembered.")?;
        super::message::note(draft, text);
    }
    Ok(())
}
