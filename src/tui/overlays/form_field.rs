//! One field of a form: what it holds, what it was understood as, and what stands in it before anybody typed. Hears no
//! keys and draws nothing.

use super::choosing::Begun;
use crate::domain::record::FieldType;
use crate::text::Shown;
use crate::tui::widgets::field::Field;
use crate::tui::widgets::{area, wrap};

/// Lines of a long text while it is written: at least so many, so that it shows that there may be several, and at most.
const LEAST: u16 = 2;
const MOST: u16 = 6;

/// What a field holds.
#[derive(Debug, Clone)]
pub enum Control {
    Text(Field),
    Check(bool),
    /// Codes with their words; a digit chooses.
    Choice {
        options: Vec<(String, String)>,
        chosen: usize,
    },
}

/// One field of a form.
#[derive(Debug, Clone)]
pub struct FormField {
    pub name: String,
    pub label: String,
    /// The type of the data it holds; `None` for what is not data.
    pub kind: Option<FieldType>,
    pub control: Control,
    /// What it is understood as, or what is asked for; set by `forms::echo` after each key.
    pub echo: String,
    /// Said while nothing stands in it.
    pub hint: String,
    pub wrong: bool,
    /// Said above it: the section it begins.
    pub heads: Vec<String>,
    /// What it belongs to is not sent without it.
    pub needed: bool,
    /// What stands in it is a proposal that nobody typed: the first letter takes its place.
    pub proposed: bool,
    /// What it held when the form was opened, where only what is changed is sent: somebody else may have changed the
    /// rest meanwhile.
    pub was: Option<String>,
    /// What is being typed on its list of choices.
    pub begun: Begun,
}

impl FormField {
    /// A line of text.
    pub fn text(name: &str, label: &str, value: &str) -> FormField {
        FormField::of(name, label, Control::Text(Field::new(value)))
    }

    /// A line of text with a proposal in it.
    pub fn proposal(name: &str, label: &str, value: &str) -> FormField {
        FormField { proposed: true, ..FormField::text(name, label, value) }
    }

    /// A box to tick.
    pub fn check(name: &str, label: &str, ticked: bool) -> FormField {
        FormField::of(name, label, Control::Check(ticked))
    }

    /// One of several.
    pub fn choice(name: &str, label: &str, options: Vec<(String, String)>) -> FormField {
        FormField::of(name, label, Control::Choice { options, chosen: 0 })
    }

    fn of(name: &str, label: &str, control: Control) -> FormField {
        let (name, label) = (name.to_string(), label.to_string());
        FormField {
            name,
            label,
            kind: None,
            control,
            echo: String::new(),
            hint: String::new(),
            wrong: false,
            heads: Vec::new(),
            needed: false,
            proposed: false,
            was: None,
            begun: Begun::default(),
        }
    }

    /// The value as text; `yes` or `no` for a box, the code of a choice.
    pub fn value(&self) -> String {
        match &self.control {
            Control::Text(field) => field.text().trim().to_string(),
            Control::Check(ticked) => if *ticked { "yes" } else { "no" }.to_string(),
            Control::Choice { options, chosen } => {
                options.get(*chosen).map_or_else(String::new, |(code, _)| code.clone())
            }
        }
    }

    /// The same, with what it holds now as what it was.
    pub fn only_if_changed(self) -> FormField {
        FormField { was: Some(self.value()), ..self }
    }

    /// Whether it holds something else than when the form was opened.
    pub fn is_changed(&self) -> bool {
        self.was.as_ref().is_none_or(|was| *was != self.value())
    }

    /// Puts a value in, as a kept draft has it.
    pub fn fill(&mut self, value: &str) {
        self.proposed = false;
        match &mut self.control {
            Control::Text(field) => *field = Field::new(value),
            Control::Check(ticked) => *ticked = value == "yes",
            Control::Choice { options, chosen } => {
                *chosen = options.iter().position(|(code, _)| code == value).unwrap_or(*chosen);
            }
        }
    }

    /// Whether it holds a text for people, of more than one line where there is that much to say.
    pub fn is_long(&self) -> bool {
        const LONG: [&str; 5] = ["note", "text", "reason", "why", "anyway"];
        matches!(self.control, Control::Text(_)) && self.kind.is_none() && LONG.contains(&self.name.as_str())
    }

    /// Lines of a form it takes, its values being so many columns wide. A choice shows what there is to choose only while
    /// it has the keys, and a long text all it says. What stands above it has the
    /// whole inner width of the box.
    pub(super) fn lines(&self, focused: bool, room: usize, inside: usize) -> u16 {
        let own = match &self.control {
            Control::Choice { options, .. } if focused => options.len() as u16 + 1,
            Control::Text(text) if focused && self.is_long() => {
                let rows = area::rows(text.text(), room).len();
                u16::try_from(rows).unwrap_or(MOST).clamp(LEAST, MOST)
            }
            _ => 1,
        };
        own + self.head_lines(inside).len() as u16
    }

    /// What stands above it, in a box of this inner width.
    pub(super) fn head_lines(&self, inside: usize) -> Vec<Shown> {
        self.heads.iter().flat_map(|head| wrap(head, inside.max(1))).collect()
    }
}
