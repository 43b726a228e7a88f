//! The screen: everything that knows of ratatui and crossterm, and nothing that decides. This file is the
//! list of its parts.

pub mod input;
pub mod panes;
pub mod terminal;
pub mod theme;
pub mod widgets;
