//! The strip over a board: every step with how much it holds. Where not all fit, those around the cursor by name,
//! and at each side how many more there are and what they hold, so that nothing is hidden at any width.

use crate::desk::{Board, Column};
use crate::text::Shown;
use crate::tui::theme::{Meaning, Theme};
use crate::tui::widgets::Pen;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// How long names may be: the longest with which all fit; with none, columns but the active one are their figures alone,
/// since where much or late work lies says more than what an empty column is called.
const NAMES: [usize; 4] = [24, 16, 10, 0];
/// The shortest a name is cut to.
const SHORTEST: usize = 10;
/// With more columns than this not even short names fit on any screen.
const MANY: usize = 40;

struct Name {
    text: Shown,
    late: Shown,
    over: bool,
}

impl Name {
    fn of(column: &Column, filtered: bool, active: bool, most: usize) -> Name {
        let title = Shown::fit(&column.title, most.max(SHORTEST));
        let text = match most == 0 && !active {
            true => holds(column, filtered),
            false => format!("{} {}", title.as_str(), holds(column, filtered)),
        };
        let text = Shown::new(&if active { format!("[{text}]") } else { text });
        let late = match late_of(column, filtered) {
            0 => Shown::default(),
            late => Shown::new(&format!(" !{}", Board::counted(late))),
        };
        Name { text, late, over: column.is_over() }
    }

    fn width(&self) -> usize {
        self.text.width() + self.late.width() + 2
    }
}

/// What the columns that are not named hold.
fn rest(columns: &[Column]) -> Shown {
    if columns.is_empty() {
        return Shown::default();
    }
    let open = columns.iter().map(|column| column.open).sum::<usize>();
    let late = columns.iter().map(|column| column.late).sum::<usize>();
    let late = if late > 0 { format!(" !{}", Board::counted(late)) } else { String::new() };
    Shown::new(&format!("{} more: {open}{late}", columns.len()))
}

/// Draws the strip; `active` is the column of the cursor.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, board: &Board, active: Option<usize>, theme: &Theme) {
    let columns = &board.columns;
    let at = active.unwrap_or(0).min(columns.len().saturating_sub(1));
    let mut pen = Pen::new(buffer, theme, area);
    let all = |most: usize| {
        let names = (0..columns.len()).filter_map(|n| columns.get(n).map(|column| (n, column)));
        names
            .map(|(n, column)| Name::of(column, board.filtered, active == Some(n), most).width())
            .sum::<usize>()
    };
    let fits = |most: &usize| columns.len() <= MANY && all(*most) <= pen.room() + 1;
    let most = NAMES.into_iter().find(fits).unwrap_or(NAMES[NAMES.len() - 1]);
    let name = |n: usize| Some(Name::of(columns.get(n)?, board.filtered, active == Some(n), most));
    let Some(first) = name(at) else { return };
    // Room for what is left out at both sides; not needed where nothing is.
    let keep = |from: usize, upto: usize| {
        let left = rest(&columns[..from]).width();
        let right = rest(&columns[upto..]).width();
        left + right + 3 * usize::from(left > 0) + usize::from(right > 0)
    };
    let (mut from, mut upto, mut width) = (at, at + 1, first.width());
    let mut names = std::collections::VecDeque::from([first]);
    let room = pen.room() + 1;
    // As far left as there is room, as nearly all boards fit whole; then on to the right.
    while from > 0
        && let Some(one) = name(from - 1)
        && width + one.width() + keep(from - 1, upto) <= room
    {
        width += one.width();
        from -= 1;
        names.push_front(one);
    }
    while let Some(one) = name(upto)
        && width + one.width() + keep(from, upto + 1) <= room
    {
        width += one.width();
        upto += 1;
        names.push_back(one);
    }
    pen.word(if from > 0 { "<" } else { " " }, Meaning::Plain);
    if from > 0 {
        pen.text(&rest(&columns[..from]), Meaning::Dim).skip(2);
    }
    for (n, name) in (from..).zip(&names) {
        let meaning = match active == Some(n) {
            true => Meaning::Active,
            false if name.over => Meaning::Late,
            false => Meaning::Plain,
        };
        pen.text(&name.text, meaning).text(&name.late, Meaning::Late).skip(2);
    }
    pen.text(&rest(&columns[upto..]), Meaning::Dim);
}

/// How many of a column are late: of a filter what it leaves, so far.
pub(super) fn late_of(column: &Column, filtered: bool) -> usize {
    match filtered {
        true => column.cards.iter().filter(|card| card.urgency().is_late()).count(),
        false => column.late,
    }
}

/// How much a column holds, of how much it should, or how much a filter leaves of it.
pub(super) fn holds(column: &Column, filtered: bool) -> String {
    let more = if column.cards.is_open() { "+" } else { "" };
    let holds = match (filtered, column.limit) {
        (true, _) => format!("{}{more}", column.cards.len()),
        (false, None) => column.open.to_string(),
        (false, Some(limit)) => format!("{}/{limit}", column.open),
    };
    let over = if column.is_over() { " over" } else { "" };
    format!("{holds}{over}")
}
