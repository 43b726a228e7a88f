//! The forms for taking an offer back, for letting work wait, for putting it out of one's list, for agreeing on
//! another date and for answering a message. Continues `forms`.

use super::form::{Form, FormField};
use super::forms::{Kind, form};
use crate::domain::calendar::Calendar;
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

/// Letting work wait.
pub fn wait(what: Vec<(CaseId, TaskId)>, about: &str) -> Form {
    let fields = vec![FormField::text("reason", "Waits for", ""), FormField::text("until", "Look again", "")];
    let mut form = form(format!("Let it wait: {about}"), "wait", Kind::Wait { what }, fields);
    form.notes.push("The clock of the work is paused meanwhile; S resumes it.".to_string());
    form.notes.push("What waits already: a new date alone moves when to look again.".to_string());
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
