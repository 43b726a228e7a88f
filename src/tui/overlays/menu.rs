//! A menu: lines to choose from, narrowed by what is typed. The palette, the help and every choice of a
//! process, a template or a kind are menus.

use super::ranking::number;
pub use super::ranking::ranked;
use crate::domain::rank::Effort;
use crate::domain::{CaseId, Handle, RecordId};
use crate::text::Shown;
use crate::tui::action::ActionId;
use crate::tui::input::{Code, Key};
use crate::tui::order::Sort;
use crate::tui::places::At;
use crate::tui::theme::{Meaning, Palette, Theme};
use crate::tui::widgets::field::Field;
use crate::tui::widgets::footer::Hint;
use crate::tui::widgets::list::ListState;
use crate::tui::widgets::{Pen, dialog, field, list, wrap};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// What choosing a line does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pick {
    Action(ActionId),
    Case(CaseId),
    Record(RecordId),
    Process(Handle),
    /// The figures of a process.
    Figures(Handle),
    Template(&'static str),
    /// A process of one's own.
    Blank,
    /// A new record of this kind.
    Kind(Handle),
    /// Somebody who leaves.
    Leaver(Handle),
    Place(At),
    /// Two records made one.
    Merge {
        kept: RecordId,
        gone: RecordId,
    },
    /// What a step of an older version becomes.
    Becomes {
        step: Handle,
        target: Handle,
    },
    /// A word of a filter to switch on or off; an empty one shows everything.
    Word(String),
    Sort(Sort),
    /// Another key for this action; a key to try out for none.
    Rebind(Option<ActionId>),
    /// A view by its name.
    View(String),
    SaveView,
    ForgetView(String),
    /// A step to move work to.
    Step(Handle),
    Person(Handle),
    /// The cases behind a number, with its words.
    Cases(String, Vec<CaseId>),
    Theme(Palette),
    /// What improving a process would cost.
    Effort(Handle, Effort),
    /// Something half written, by its place.
    Draft(String),
    /// An answer of the help.
    Topic(usize),
    Nothing,
}

const BY_NUMBER: &str = "by its number";

/// A line of a menu.
#[derive(Debug, Clone)]
pub struct Item {
    pub label: String,
    /// What it concerns, or why it cannot be done now.
    pub detail: String,
    pub key: String,
    pub possible: bool,
    pub pick: Pick,
}

/// A menu over the pane.
#[derive(Debug, Clone)]
pub struct Menu {
    pub title: String,
    pub prompt: &'static str,
    pub items: Vec<Item>,
    pub query: Field,
    pub list: ListState,
    /// It takes the whole width of the screen.
    pub wide: bool,
    /// Positions of the items that match, best first.
    shown: Vec<usize>,
    /// The word that was perhaps meant, where nothing is called as it was typed.
    meant: Option<String>,
}

/// Screens on which a menu needs every column.
const NARROW: u16 = 60;
/// Columns beyond which a line is not read at a glance.
const WIDEST: u16 = 132;
/// Columns at the right of a help, whose keys stand before the words.
const KEY_OF_HELP: usize = 5;

/// What a key did to a menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    Nothing,
    Picked(Pick),
    Close,
}

impl Menu {
    /// A menu of these items.
    pub fn new(title: &str, prompt: &'static str, items: Vec<Item>) -> Menu {
        let shown = ranked("", &items);
        Menu {
            title: title.to_string(),
            prompt,
            items,
            query: Field::default(),
            list: ListState::default(),
            wide: false,
            shown,
            meant: None,
        }
    }

    /// Hears a key.
    pub fn key(&mut self, key: &Key) -> Heard {
        let len = self.shown.len();
        match (key.code, key.ctrl) {
            (Code::Esc, _) | (Code::Char('c'), true) => return Heard::Close,
            (Code::Enter, _) => {
                return match self.shown.get(self.list.cursor).map(|i| self.items[*i].pick.clone()) {
                    Some(Pick::Nothing) | None => Heard::Nothing,
                    Some(pick) => Heard::Picked(pick),
                };
            }
            (Code::Down, _) | (Code::Char('n'), true) => self.list.move_by(1, len),
            (Code::Up, _) | (Code::Char('p'), true) => self.list.move_by(-1, len),
            (Code::PgDn, _) => self.list.move_by(10, len),
            (Code::PgUp, _) => self.list.move_by(-10, len),
            _ => {
                if self.query.key(key) {
                    self.narrow();
                }
            }
        }
        Heard::Nothing
    }

    /// Pasted text narrows like typed text.
    pub fn paste(&mut self, text: &str) {
        self.query.paste(text);
        self.narrow();
    }

    /// Takes in lines that came later; the cursor stays with its line, unless that only was the best there was.
    pub fn renew(&mut self, items: Vec<Item>) {
        let on = self.shown.get(self.list.cursor).map(|n| &self.items[*n]);
        let query = self.query.text().trim().to_lowercase();
        let meant =
            |item: &&Item| self.list.cursor > 0 || query.is_empty() || super::near::names(&query, item);
        let on = on.filter(meant).map(|item| item.pick.clone());
        self.items = items;
        self.rank();
        let row = self.shown.iter().position(|n| Some(&self.items[*n].pick) == on.as_ref());
        self.list.move_to(row.unwrap_or(0), self.shown.len());
    }

    fn narrow(&mut self) {
        self.rank();
        self.list = ListState::default();
    }

    fn rank(&mut self) {
        self.numbered();
        self.shown = ranked(self.query.text(), &self.items);
        self.meant = super::near::meant(self.query.text(), &self.items);
        if let Some(word) = &self.meant {
            // What is called by the word that was meant, before what only has its letters somewhere.
            let mut near = ranked(word, &self.items);
            near.retain(|n| super::near::names(word, &self.items[*n]));
            self.shown.retain(|n| !near.contains(n));
            self.shown.splice(0..0, near);
        }
    }

    /// A number opens that case or record, whether or not it is in the list of what there is to do.
    fn numbered(&mut self) {
        self.items.retain(|item| item.detail != BY_NUMBER);
        let Some(pick) = number(self.query.text()) else { return };
        let everything = self.items.iter().any(|item| matches!(item.pick, Pick::Action(_)));
        if everything && self.items.iter().all(|item| item.pick != pick) {
            let (label, key) = (self.query.text().trim().to_uppercase(), "open".to_string());
            self.items.push(Item { label, detail: BY_NUMBER.to_string(), key, possible: true, pick });
        }
    }

    /// Where it stands on a screen.
    pub fn place_on(&self, area: Rect) -> Rect {
        let small = area.width < NARROW;
        let most = if small { area.height } else { area.height.saturating_sub(2) };
        // Of cases the one under the cursor is read in full below, however few they are.
        let cases = self.items.iter().any(|item| matches!(item.pick, Pick::Case(_)));
        let height = (self.items.len() as u16 + if cases { 8 } else { 5 }).clamp(6, most.max(6));
        let width = match self.wide || small {
            true => area.width.min(WIDEST),
            false => area.width.saturating_sub(8).clamp(20, 76),
        };
        dialog::centred(area, width, height)
    }

    /// Draws the menu; where the terminal's cursor belongs comes back.
    pub fn draw(&self, buffer: &mut Buffer, theme: &Theme, area: Rect) -> Option<Position> {
        let small = area.width < NARROW;
        let frame = self.place_on(area);
        let hints = [Hint::new("Enter", "run"), Hint::new("arrows", "move"), Hint::new("Esc", "close")];
        let inside = dialog::draw(buffer, theme, frame, &Shown::new(&self.title), &hints);
        let look = field::Look {
            label: Shown::new(self.prompt),
            label_width: self.prompt.len() + 1,
            value_width: usize::from(inside.width),
            ..field::Look::default()
        };
        let cursor =
            field::draw(buffer, theme, Rect { height: inside.height.min(1), ..inside }, &self.query, &look);
        let rest = Rect { y: inside.y + 1, height: inside.height.saturating_sub(1), ..inside };
        if let Some(word) = &self.meant {
            let words = Shown::new(&format!("{word} was meant?"));
            let (room, typed) = (usize::from(inside.width), Shown::new(self.query.text()).width());
            // Beside what is typed, where that leaves room.
            if let Some(skip) =
                room.checked_sub(words.width()).filter(|skip| *skip > self.prompt.len() + typed + 3)
            {
                let head = Rect { height: inside.height.min(1), ..inside };
                Pen::new(buffer, theme, head).skip(skip).text(&words, Meaning::Active);
            }
        }
        if self.shown.is_empty() {
            let none = format!("Nothing here matches \"{}\". Backspace widens.", self.query.text());
            for (y, line) in (rest.y..rest.bottom()).zip(wrap(&none, usize::from(rest.width).max(1))) {
                Pen::new(buffer, theme, Rect { y, height: 1, ..rest }).text(&line, Meaning::Dim);
            }
            return cursor;
        }
        // What a line has no room for is said in full of the one under the cursor.
        let least = if small { 2 } else { 1 };
        let said =
            rest.height > 4 + least && (small || self.items.iter().any(|item| !item.detail.is_empty()));
        let chosen = self.shown.get(self.list.cursor).map(|n| &self.items[*n]).filter(|_| said);
        let lines = chosen.map_or_else(Vec::new, |item| in_full(item, small, usize::from(rest.width)));
        let room = (lines.len() as u16).max(least).min(rest.height.saturating_sub(4));
        let rest = Rect { height: rest.height - if said { room } else { 0 }, ..rest };
        for (y, line) in (rest.bottom()..).zip(lines.into_iter().take(usize::from(room))) {
            Pen::new(buffer, theme, Rect { y, height: 1, ..rest }).text(&line, Meaning::Dim);
        }
        // Short words leave what is said of them the room they do not need.
        let widest = self.items.iter().map(|item| Shown::new(&item.label).width()).max().unwrap_or(0) + 3;
        list::draw(buffer, theme, rest, &self.list, self.shown.len(), |row, pen| {
            let item = &self.items[self.shown[row]];
            let marker = if row == self.list.cursor { "> " } else { "  " };
            let heading = item.pick == Pick::Nothing;
            pen.word(marker, Meaning::Plain);
            let key_width = if self.wide { KEY_OF_HELP } else { 8 }.min(pen.room() / 4);
            let left = pen.room() - key_width;
            let label_width = label_width(left, item, widest);
            let meaning = if heading { Meaning::Title } else { Meaning::Plain };
            pen.column(&Shown::fit(&item.label, label_width.saturating_sub(1)), label_width, meaning);
            let detail = left.saturating_sub(label_width);
            pen.column(&Shown::fit(&item.detail, detail.saturating_sub(1)), detail, Meaning::Dim);
            let key = if item.possible || heading { item.key.as_str() } else { "-" };
            pen.column_right(&Shown::new(key), key_width, Meaning::Active);
        });
        cursor
    }
}

/// What is said of a line in full: beside its words, or with them where there is little room for either.
fn in_full(item: &Item, small: bool, width: usize) -> Vec<Shown> {
    let sign =
        if item.possible && !item.detail.starts_with('-') || item.detail.is_empty() { "" } else { "- " };
    let detail = format!("{sign}{}", item.detail.trim_start_matches("- "));
    // Names of things as well, which lists have less room for than words of actions.
    let thing = matches!(item.pick, Pick::Case(_) | Pick::Record(_));
    let words = match (small, thing) {
        (true, _) => format!("{} {detail}", item.label),
        (false, true) => format!("{}: {detail}", item.label),
        (false, false) => detail,
    };
    wrap(words.split_whitespace().collect::<Vec<_>>().join(" ").as_str(), width.max(1))
}

/// Columns of the words of a line before what is said of it: they give way no further than what is said needs, and never
/// where there is little room, since that is said in full of the line under the cursor.
fn label_width(left: usize, item: &Item, widest: usize) -> usize {
    const NARROW: usize = 44;
    /// What is said is worth beginning with so many columns.
    const DETAIL: usize = 15;
    let (label, detail) = (Shown::new(&item.label).width() + 1, Shown::new(&item.detail).width() + 1);
    match detail {
        1 => left,
        _ if left < NARROW => left,
        _ => label.min(left - detail.min(DETAIL).min(left)).max((left * 3 / 5).min(widest)),
    }
}

impl Item {
    /// What an action is called in the settings; empty for anything else.
    pub(super) fn name(&self) -> &'static str {
        match self.pick {
            Pick::Action(id) => crate::tui::action::of(id).name,
            _ => "",
        }
    }
}
