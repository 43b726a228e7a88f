//! What the program does besides drawing: when it may ring, whether it hears the mouse, and what it keeps of
//! what somebody is typing. Pure: the time is an argument.

use super::model::{Model, Status};
use super::msg::Effect;
use super::overlays::Overlay;
use super::overlays::writing::Of;
use crate::desk::{draft_place, without_remarks};
use crate::domain::{Instant, Span};
use std::str::FromStr;

/// At most one bell in this time.
const BETWEEN_BELLS: Span = Span::MINUTE;
/// The most typing that a killed process may lose; nobody types two words in it.
pub const UNSAVED: Span = Span(60);

/// Hours of the day in which nothing rings, `22:00-07:00`; may go over midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quiet {
    /// Minutes of the day; the second one is outside.
    from: u16,
    to: u16,
}

/// Quiet hours that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` are no quiet hours; write them as 22:00-07:00", .0.escape_debug())]
pub struct QuietError(String);

impl FromStr for Quiet {
    type Err = QuietError;

    fn from_str(text: &str) -> Result<Quiet, QuietError> {
        let minute = |text: &str| {
            let (hour, minute) = text.trim().split_once(':')?;
            let (hour, minute) = (hour.parse::<u16>().ok()?, minute.parse::<u16>().ok()?);
            (hour < 24 && minute < 60).then_some(hour * 60 + minute)
        };
        let read = text.split_once('-').and_then(|(from, to)| Some((minute(from)?, minute(to)?)));
        read.map(|(from, to)| Quiet { from, to }).ok_or_else(|| QuietError(text.to_string()))
    }
}

impl Quiet {
    /// Whether nothing rings at this minute of the day.
    pub fn holds(self, minute: u16) -> bool {
        match self.from <= self.to {
            true => (self.from..self.to).contains(&minute),
            false => minute >= self.from || minute < self.to,
        }
    }
}

/// What the settings and the terminal said.
#[derive(Debug, Clone, Default)]
pub struct Manners {
    /// Whether clicks and the wheel are heard; then the terminal's own selection needs Shift.
    pub mouse: bool,
    /// `None` until the terminal has said; it may never say.
    pub focused: Option<bool>,
    /// The settings forbid bells.
    pub mute: bool,
    pub quiet: Option<Quiet>,
    /// No editor is started here; long texts are written on the screen.
    pub no_editor: bool,
    /// The login gives the program and nothing else: the account's files are none of the person's.
    pub no_files: bool,
    last_bell: Option<Instant>,
}

impl Manners {
    /// As the settings say.
    pub fn new(mouse: bool, bell: bool, quiet: Option<Quiet>) -> Manners {
        Manners { mouse, mute: !bell, quiet, ..Manners::default() }
    }

    /// Something became late. True when that may be heard: nobody is looking, it is no quiet hour, and the
    /// last bell is a minute ago.
    pub fn rings(&mut self, now: Instant, minute: u16) -> bool {
        let lately = self.last_bell.is_some_and(|last| now < last + BETWEEN_BELLS);
        let quiet = self.quiet.is_some_and(|quiet| quiet.holds(minute));
        if self.mute || quiet || lately || self.focused == Some(true) {
            return false;
        }
        self.last_bell = Some(now);
        true
    }
}

/// Something was typed into a form and is nowhere else yet.
pub fn typed(model: &mut Model) {
    if let Some(Overlay::Form(form)) = model.overlays.last_mut() {
        form.written |= form.is_touched();
    }
    model.unsaved.get_or_insert(model.now);
}

/// Keeps what is typed once it is old enough, or when nothing was typed for a while.
pub fn keep(model: &mut Model, quiet: bool) -> Vec<Effect> {
    let old = model.unsaved.is_some_and(|since| quiet || model.now >= since + UNSAVED || model.now < since);
    if !old {
        return Vec::new();
    }
    model.unsaved = None;
    drafts(model)
}

/// How often it is tried to write what could not be written.
const TRIED: Span = Span(5000);

/// Something typed could not be written, or could now.
pub fn held(model: &mut Model, held: bool) {
    model.held = held;
    model.status = match held {
        true => {
            let text = format!("{} What you wrote is held here until it can be kept.", model.status.text);
            Status { text: text.trim_start().to_string(), hint: String::new(), error: true }
        }
        false => Status { text: "What you wrote is kept now.".to_string(), ..Status::default() },
    };
}

/// Writes it as soon as it can be.
pub fn try_again(model: &Model) -> Option<Effect> {
    let round = model.now.0.div_euclid(1000) % TRIED.0.div_euclid(1000) == 0;
    (model.held && round).then_some(Effect::KeepHeld)
}

/// Everything typed and not sent, to be kept.
pub fn drafts(model: &Model) -> Vec<Effect> {
    let open = model.overlays.iter().filter_map(|overlay| match overlay {
        Overlay::Form(form) if !form.sent && form.is_touched() => {
            Some(Effect::KeepDraft { place: form.place(), text: form.draft() })
        }
        Overlay::Writing(writing) => match &writing.of {
            Of::Process(process) => Some(Effect::KeepDraft {
                place: draft_place(process),
                text: without_remarks(writing.field.text()),
            }),
            Of::Field { .. } => None,
        },
        _ => None,
    });
    open.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: u16 = 12 * 60;

    #[test]
    fn one_bell_a_minute_and_none_for_somebody_who_looks() {
        let at = |seconds: i64| Instant(seconds * 1000);
        let mut manners = Manners::default();
        assert!(manners.rings(at(100), NOON), "nobody knows whether somebody looks");
        assert!(!manners.rings(at(159), NOON) && manners.rings(at(160), NOON));
        manners.focused = Some(true);
        assert!(!manners.rings(at(300), NOON));
        manners.focused = Some(false);
        assert!(manners.rings(at(301), NOON));
        manners.mute = true;
        assert!(!manners.rings(at(900), NOON));
    }

    #[test]
    fn quiet_hours_go_over_midnight() {
        let quiet = "22:00-07:30".parse::<Quiet>().unwrap();
        assert!(quiet.holds(22 * 60) && quiet.holds(0) && quiet.holds(449));
        assert!(!quiet.holds(450) && !quiet.holds(NOON));
        let lunch = "12:00-13:00".parse::<Quiet>().unwrap();
        assert!(lunch.holds(NOON) && !lunch.holds(780));
        let mut manners = Manners { quiet: Some(lunch), ..Manners::default() };
        assert!(!manners.rings(Instant(0), NOON) && manners.rings(Instant(0), 780));
        for wrong in ["", "22-7", "24:00-01:00", "10:00-10:60", "night"] {
            assert!(wrong.parse::<Quiet>().is_err(), "{wrong}");
        }
    }
}
