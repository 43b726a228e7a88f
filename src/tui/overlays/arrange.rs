//! The forms for taking an offer back, for letting work wait, for putting it out of one's list, for agreeing on
//! another date and for answering a message. Continues `forms`.

use super::form::{Form, FormField};
use super::forms::{Kind, form};
use crate::domain::calendar::Calendar;
use crate::domain::command::Command;
use crate::domain::{CaseId, HandoffId, Instant, RecordId, TaskId};

/// When it comes back: on the next working day, unless somebody says another.
pub fn snooze(what: Vec<(CaseId, u32)>, about: &str, calendar: Option<&Calendar>, now: Instant) -> Form {
    let next = calendar.map_or_else(|| "tomorrow".to_string(), |calendar| calendar.next_day_words(now));
    let fields = vec![FormField::proposal("back", "Back", &next)];
    let mut form = form(format!("Snooze {about}"), "snooze", Kind::Snooze { what }, fields);
    form.notes.push(
        "Out of your inbox alone until then; its clocks run on. It comes back when it moves.".to_string(),
    );
    form
}

/// When it is due by agreement, and why.
pub fn due(what: Vec<(CaseId, TaskId)>, about: &str) -> Form {
    let fields = vec![FormField::text("due", "Due", ""), FormField::text("text", "Agreed", "")];
    let mut form = form(format!("Another date: {about}"), "agree", Kind::Due { what }, fields);
    form.notes
        .push("Say with whom and why: it stays in the timeline. What was late stays noted.".to_string());
    form
}

/// Taking an offer back.
pub fn recall(what: Vec<(CaseId, HandoffId)>, about: &str) -> Form {
    let title = format!("Recall the offer: {about}");
    form(title, "recall", Kind::Recall { what }, vec![FormField::text("text", "Reason", "")])
}

/// What is let wait, or waits already and is looked at again later: work, or a case that is paused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waits {
    pub case: CaseId,
    /// `None` for the case.
    pub task: Option<TaskId>,
    /// Why it waits already.
    pub why: Option<String>,
}

impl Waits {
    /// The command; what waits already keeps its reason where none is given.
    pub fn command(&self, reason: Option<&str>, until: Option<Instant>) -> Command {
        let why = self.why.as_deref();
        let reason = reason.or(why).unwrap_or_default().to_string();
        match self.task {
            Some(task) => Command::WaitTask { case: self.case, task, reason, until },
            None => Command::PauseCase { case: self.case, reason, until },
        }
    }
}

/// Where a draft of it is kept.
pub(super) fn place(what: &[Waits]) -> String {
    let works = what.iter().filter_map(|one| Some((one.case, one.task?))).collect::<Vec<_>>();
    let cases = what.iter().filter(|one| one.task.is_none()).map(|one| one.case).collect::<Vec<_>>();
    match what.iter().any(|one| one.why.is_none()) {
        true => format!("wait {works:?}"),
        false => format!("look-again {works:?} {cases:?}"),
    }
}

/// Letting work wait; what waits already goes on waiting, and is looked at again on another date.
pub fn wait(what: Vec<Waits>, about: &str) -> Form {
    let already = what.iter().filter(|one| one.why.is_some()).count();
    let mut whys = what.iter().filter_map(|one| one.why.as_deref()).collect::<Vec<_>>();
    whys.dedup();
    let reason = FormField::text("reason", "Waits for", if whys.len() == 1 { whys[0] } else { "" });
    let until = FormField::text("until", "Look again", "");
    if already < what.len() {
        let fields = vec![FormField::text("reason", "Waits for", ""), until];
        let mut form = form(format!("Let it wait: {about}"), "wait", Kind::Wait { what }, fields);
        form.notes.push("The clock of the work is paused meanwhile; S resumes it.".to_string());
        if already > 0 {
            let wait = if already == 1 { "1 waits" } else { &format!("{already} wait") };
            form.notes.push(format!("{wait} already, and keeps its reason; only the date is new there."));
        }
        return form;
    }
    let mut form =
        form(format!("Look again later: {about}"), "set", Kind::Wait { what }, vec![until, reason]);
    form.notes.push("It goes on waiting; S resumes it.".to_string());
    form
}

/// An answer to whoever wrote on a record: a note that names them.
pub fn reply_on_record(record: RecordId, named: &str, about: &str) -> Form {
    let fields = vec![FormField::text("text", "Note", named)];
    form(format!("Reply: {about}"), "write", Kind::NoteRecord { records: vec![record] }, fields)
}

/// The same on a case.
pub fn reply(case: CaseId, named: &str, about: &str) -> Form {
    let fields = vec![FormField::text("text", "Note", named)];
    form(format!("Reply: {about}"), "write", Kind::NoteCase { cases: vec![case] }, fields)
}
