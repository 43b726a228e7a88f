//! A form: fields, what they were understood as, and what is wrong. Knows how to be filled in; how it looks is
//! `form_draw`'s, and what comes of it `forms`'. What is typed outlives Esc, a refusal and a crash.

pub use super::chips::Chip;
pub use super::form_field::{Control, FormField};
use crate::tui::input::{Code, Key};
use crate::tui::widgets::area;
use crate::tui::widgets::field::Field;

/// A form over the pane.
#[derive(Debug, Clone)]
pub struct Form {
    pub title: String,
    pub kind: super::forms::Kind,
    pub fields: Vec<FormField>,
    pub focus: usize,
    /// Said under the fields: who is responsible meanwhile, what is missing.
    pub notes: Vec<String>,
    pub error: Option<(String, String)>,
    /// Sent and not answered yet.
    pub sent: bool,
    pub submit: &'static str,
    /// Whom the process names for what is offered.
    pub meant_for: Option<crate::domain::Party>,
    /// Until when what is offered would have to be accepted.
    pub accept_by: Option<crate::domain::Instant>,
    /// What stood in it before anybody typed; `None` until it is on the screen.
    pub untouched: Option<String>,
    /// Something of it is or was a draft: typed into it, or come back.
    pub written: bool,
    /// Words of the first line that were understood and went into their fields, the last one last.
    pub chips: Vec<Chip>,
}

/// What stands in a choice nobody has made.
pub const NOT_CHOSEN: &str = "(not chosen)";
/// Columns of a form where there are that many.
pub(super) const WIDTH: u16 = 72;

/// What a key did to a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    Nothing,
    Changed,
    Submit,
    Close,
}

impl Form {
    /// Where its draft is kept.
    pub fn place(&self) -> String {
        self.kind.place()
    }

    /// The value of a field; empty when there is none of that name.
    pub fn value(&self, name: &str) -> String {
        self.fields.iter().find(|field| field.name == name).map(FormField::value).unwrap_or_default()
    }

    /// Everything typed, to be kept as a draft.
    pub fn draft(&self) -> String {
        let typed = self.fields.iter().map(|field| (field.name.clone(), field.value().into()));
        serde_json::Value::Object(typed.collect()).to_string()
    }

    /// A sentence of what is missing, with the names of its fields as they stand beside them.
    pub fn in_its_words(&self, sentence: &str) -> String {
        let Some((before, missing)) = sentence.split_once("Missing: ") else { return sentence.to_string() };
        let label = |name: &str| {
            let field = self.fields.iter().find(|field| field.name.strip_prefix("data ") == Some(name));
            field.map_or_else(|| name.to_string(), |field| field.label.clone())
        };
        let (missing, end) = missing.strip_suffix('.').map_or((missing, ""), |missing| (missing, "."));
        let missing = missing.split("; ").map(label).collect::<Vec<_>>().join("; ");
        format!("{before}Missing: {missing}{end}")
    }

    /// Whether something was typed into it, now or before.
    pub fn is_touched(&self) -> bool {
        self.untouched.as_ref().is_none_or(|untouched| *untouched != self.draft())
    }

    /// Takes a kept draft back in; what it does not name stays. Says whether that changed anything.
    pub fn restore(&mut self, draft: &str) -> bool {
        let before = self.draft();
        let Ok(serde_json::Value::Object(values)) = serde_json::from_str(draft) else { return false };
        let untouched = self.untouched.as_deref().and_then(|text| serde_json::from_str(text).ok());
        let untouched: serde_json::Map<_, _> = untouched.unwrap_or_default();
        for field in &mut self.fields {
            // What was typed since the form was opened is newer.
            let typed = untouched.get(&field.name).is_some_and(|was| *was != field.value());
            if let Some(value) = values.get(&field.name).and_then(serde_json::Value::as_str)
                && !typed
            {
                field.fill(value);
            }
        }
        self.written = true;
        self.draft() != before
    }

    /// Puts the cursor on the first thing that is needed and not there.
    pub fn to_needed(&mut self) {
        let empty = |field: &FormField| {
            field.needed && (field.value().is_empty() || matches!(field.control, Control::Check(false)))
        };
        self.focus = self.fields.iter().position(empty).unwrap_or(self.focus);
    }

    /// Hears a key.
    pub fn key(&mut self, key: &Key) -> Heard {
        let last = self.fields.len().saturating_sub(1);
        match (key.code, key.ctrl, key.alt) {
            (Code::Esc, ..) | (Code::Char('c'), true, _) => return Heard::Close,
            (Code::Backspace, false, false) if self.unchip() => return Heard::Changed,
            (Code::Char('j'), true, _) | (Code::Enter, _, true) => {
                return if self.new_line() { Heard::Changed } else { Heard::Nothing };
            }
            (Code::Enter, ..) => return Heard::Submit,
            (Code::Tab, _, _) if key.shift => self.focus = self.focus.checked_sub(1).unwrap_or(last),
            (Code::Tab, ..) => self.focus = if self.focus >= last { 0 } else { self.focus + 1 },
            (Code::Up | Code::Down, ..) if self.by_rows(key) => {}
            (Code::Up, ..) => self.up_or_down(false),
            (Code::Down, ..) => self.up_or_down(true),
            _ => return if self.typed(key) { Heard::Changed } else { Heard::Nothing },
        }
        // What is typed on a list begins anew when it has the keys again.
        self.fields.iter_mut().for_each(|field| field.begun.rest());
        Heard::Changed
    }

    /// Hears a key that types. True where it did something.
    fn typed(&mut self, key: &Key) -> bool {
        let Some(field) = self.fields.get_mut(self.focus) else { return false };
        let proposed = std::mem::take(&mut field.proposed);
        match (&mut field.control, key.code) {
            // A blank goes on with what is there, as in `tomorrow 9:00`.
            (Control::Text(text), Code::Char(c)) if proposed && c != ' ' && key.typed().is_some() => {
                *text = Field::default();
                text.key(key)
            }
            (Control::Text(text), _) => text.key(key),
            (Control::Check(ticked), Code::Char(' ' | 'x')) => {
                *ticked = !*ticked;
                true
            }
            (Control::Check(_), _) => self.beside_a_box(key),
            (Control::Choice { .. }, _) => self.choose(key),
        }
    }

    /// Another line in a field that holds a text for people, such as a note.
    fn new_line(&mut self) -> bool {
        let Some(field) = self.fields.get_mut(self.focus) else { return false };
        let long = field.is_long();
        match &mut field.control {
            Control::Text(text) if long => text.new_line(),
            _ => return false,
        }
        true
    }

    /// Moves within a text of several lines, as it stands in a form of the usual width.
    fn by_rows(&mut self, key: &Key) -> bool {
        let room = usize::from(WIDTH - 4) - self.label_width();
        match self.fields.get_mut(self.focus) {
            Some(field) if field.is_long() => match &mut field.control {
                Control::Text(text) => area::key(text, key, room, 1),
                _ => false,
            },
            _ => false,
        }
    }

    /// Pasted text goes into the field that has the keys; over a list or a box, into the one for words behind it.
    pub fn paste(&mut self, text: &str) {
        if !matches!(self.fields.get(self.focus).map(|field| &field.control), Some(Control::Text(_))) {
            self.focus = self.words_behind(false).unwrap_or(self.focus);
        }
        if let Some(field) = self.fields.get_mut(self.focus).filter(|field| field.is_long())
            && let Control::Text(long) = &mut field.control
        {
            return long.paste_lines(text.trim_end_matches(['\r', '\n']));
        }
        if let Some(Control::Text(field)) = self.fields.get_mut(self.focus).map(|f| &mut f.control) {
            field.paste(text);
        }
    }

    /// What the field with the keys had no room for, with what to do about it.
    pub fn left_out(&self) -> Option<(String, String)> {
        let Control::Text(text) = &self.fields.get(self.focus)?.control else { return None };
        Some((text.left_out()?, "Ctrl-x opens an editor, which takes more.".to_string()))
    }

    fn up_or_down(&mut self, down: bool) {
        let last = self.fields.len().saturating_sub(1);
        if let Some(FormField { control: Control::Choice { options, chosen }, begun, .. }) =
            self.fields.get_mut(self.focus)
        {
            let to =
                if down { Some(*chosen + 1).filter(|n| *n < options.len()) } else { chosen.checked_sub(1) };
            if let Some(to) = to {
                *chosen = to;
                return begun.pick();
            }
        }
        self.focus = if down { (self.focus + 1).min(last) } else { self.focus.saturating_sub(1) };
    }
}
