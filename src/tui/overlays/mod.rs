//! What lies over a pane: the top one hears the keys first. A form asks, a menu offers, an explanation is
//! read, a question wants yes or no, a prefix waits for its second key.

pub mod arrange;
pub mod blank;
pub mod capture;
mod chips;
mod choosing;
pub mod closing;
pub mod form;
mod form_draw;
mod form_field;
pub mod forms;
pub mod incoming;
pub mod leaving;
pub mod menu;
pub mod moves;
mod near;
pub mod people;
pub mod person;
pub mod places;
pub mod quick;
mod ranking;
pub mod reader;
pub mod receiver;
pub mod submit;
pub mod told;
pub mod understand;
pub mod why;
pub mod writing;

use super::input::Key;
use crate::domain::command::Command;

pub use form::Form;
pub use menu::Menu;

/// One thing that lies over the pane.
#[derive(Debug, Clone)]
pub enum Overlay {
    Form(Box<Form>),
    Menu(Box<Menu>),
    Why(Box<why::WhyBox>),
    Told(Box<told::ToldBox>),
    Reader(Box<reader::Reader>),
    Capture(Box<capture::Capture>),
    Writing(Box<writing::Writing>),
    /// Asked once, where it cannot be undone or touches many.
    Question {
        title: String,
        lines: Vec<String>,
        commands: Vec<Command>,
        quit: bool,
    },
    /// The first key of a sequence was pressed.
    Prefix(Key),
}
