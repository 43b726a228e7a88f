//! The forms for putting work out of one's list and for agreeing on another date. Continues `forms`.

use super::form::{Form, FormField};
use super::forms::{Kind, form};
use crate::domain::{CaseId, TaskId};

/// When it comes back.
pub fn snooze(what: Vec<(CaseId, u32)>, about: &str) -> Form {
    let fields = vec![FormField::text("back", "Back", "tomorrow")];
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
