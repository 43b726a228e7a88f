//! Changed cells as the fewest bytes that every terminal understands: colours by their short names, only
//! attributes that change, steps to the right instead of places, blanks erased instead of written. Knows
//! nothing of frames.

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use std::fmt::Write as _;

/// Fewer blanks than this are shorter as they are, inside a line and at its end.
const ERASE: u16 = 10;
const ERASE_LINE: u16 = 4;
/// A step over more unchanged cells than this is shorter than writing them again.
const AGAIN: u16 = 3;

/// What switches an attribute on, and off.
const ATTRIBUTES: [(Modifier, u8, u8); 8] = [
    (Modifier::BOLD, 1, 22),
    (Modifier::DIM, 2, 22),
    (Modifier::ITALIC, 3, 23),
    (Modifier::UNDERLINED, 4, 24),
    (Modifier::SLOW_BLINK, 5, 25),
    (Modifier::REVERSED, 7, 27),
    (Modifier::HIDDEN, 8, 28),
    (Modifier::CROSSED_OUT, 9, 29),
];

/// What the terminal writes with now, and where.
#[derive(Debug)]
struct Pencil {
    out: String,
    fg: Color,
    bg: Color,
    modifier: Modifier,
    /// Column and row of the next cell where that is certain.
    next: Option<(u16, u16)>,
}

/// The bytes that paint these cells, rows from above and columns from the left. `after` is the whole screen as
/// it will be: what did not change is there to be passed over. They begin and end with no attribute set.
pub fn paint(cells: &[(u16, u16, &Cell)], after: &Buffer) -> String {
    let mut pencil = Pencil {
        out: String::new(),
        fg: Color::Reset,
        bg: Color::Reset,
        modifier: Modifier::empty(),
        next: None,
    };
    let width = after.area.width;
    let mut at = 0;
    while let Some((x, y, cell)) = cells.get(at).copied() {
        let blanks = blanks(after, x, y);
        let to_the_end = x + blanks >= width;
        pencil.go(x, y, after);
        if blanks >= ERASE || (to_the_end && blanks >= ERASE_LINE) {
            if pencil.bg != Color::Reset || !pencil.modifier.is_empty() {
                pencil.style(cell);
            }
            match to_the_end {
                true => pencil.out.push_str("\x1b[K"),
                false => pencil.sequence(blanks, 'X'),
            }
            at += cells[at..].iter().take_while(|(column, row, _)| *row == y && *column < x + blanks).count();
            continue;
        }
        pencil.style(cell);
        pencil.out.push_str(cell.symbol());
        pencil.next = Some((x.saturating_add(1), y)).filter(|(x, _)| *x < width);
        at += 1;
    }
    if pencil.fg != Color::Reset || pencil.bg != Color::Reset || !pencil.modifier.is_empty() {
        pencil.out.push_str("\x1b[m");
    }
    pencil.out
}

/// How many cells from here to the right are blank and without any attribute.
fn blanks(after: &Buffer, x: u16, y: u16) -> u16 {
    let plain = |x: &u16| {
        after
            .cell((*x, y))
            .is_some_and(|cell| cell.symbol() == " " && cell.modifier.is_empty() && cell.bg == Color::Reset)
    };
    u16::try_from((x..after.area.width).take_while(plain).count()).unwrap_or(0)
}

impl Pencil {
    fn sequence(&mut self, number: u16, end: char) {
        // Writing to a string cannot fail.
        let _ = match number {
            1 => write!(self.out, "\x1b[{end}"),
            _ => write!(self.out, "\x1b[{number}{end}"),
        };
    }

    /// Goes to a cell: not at all, over a few unchanged letters, by a step, or by its place.
    fn go(&mut self, x: u16, y: u16, after: &Buffer) {
        // How wide a terminal draws what is not ASCII is its own business, so a step is certain after ASCII only.
        let certain = self.out.ends_with(|c: char| matches!(c, ' '..='~'));
        match self.next {
            Some(next) if next == (x, y) => {}
            Some((from, row)) if row == y && x > from && certain => match self.between(from, x, y, after) {
                Some(letters) => self.out.push_str(&letters),
                None => self.sequence(x - from, 'C'),
            },
            _ => {
                let _ = write!(self.out, "\x1b[{};{}H", y + 1, x + 1);
            }
        }
        self.next = Some((x, y));
    }

    /// The few letters between two cells, where they stand there already in the attributes of now.
    fn between(&self, from: u16, to: u16, y: u16, after: &Buffer) -> Option<String> {
        let letter = |x: u16| {
            let cell = after.cell((x, y))?;
            let letter = matches!(cell.symbol().as_bytes(), [b' '..=b'~']) && self.shows(cell);
            letter.then(|| cell.symbol())
        };
        if to - from > AGAIN { None } else { (from..to).map(letter).collect() }
    }

    /// Whether the cell looks right without any change of attributes; a blank shows neither a colour of its own nor
    /// how thick it is, unless the two are turned round.
    fn shows(&self, cell: &Cell) -> bool {
        const UNSEEN: Modifier = Modifier::BOLD.union(Modifier::DIM).union(Modifier::ITALIC);
        let blank = cell.symbol() == " " && !cell.modifier.contains(Modifier::REVERSED);
        match blank {
            true => cell.bg == self.bg && cell.modifier - UNSEEN == self.modifier - UNSEEN,
            false => (cell.fg, cell.bg, cell.modifier) == (self.fg, self.bg, self.modifier),
        }
    }

    fn style(&mut self, cell: &Cell) {
        if self.shows(cell) {
            return;
        }
        let mut codes = Vec::new();
        let plain = cell.fg == Color::Reset && cell.bg == Color::Reset && cell.modifier.is_empty();
        if !plain {
            let gone = self.modifier - cell.modifier;
            let mut off = 0;
            for (modifier, _, code) in ATTRIBUTES {
                if gone.contains(modifier) && off != code {
                    codes.push(code.to_string());
                    off = code;
                }
            }
            for (modifier, code, end) in ATTRIBUTES {
                let kept = self.modifier.contains(modifier) && off != end;
                if cell.modifier.contains(modifier) && !kept {
                    codes.push(code.to_string());
                }
            }
            if cell.fg != self.fg {
                codes.push(colour(cell.fg, 30));
            }
            if cell.bg != self.bg {
                codes.push(colour(cell.bg, 40));
            }
        }
        let _ = write!(self.out, "\x1b[{}m", codes.join(";"));
        (self.fg, self.bg, self.modifier) = (cell.fg, cell.bg, cell.modifier);
    }
}

/// The code of a colour; `first` is 30 for what is written and 40 for what is behind it.
fn colour(colour: Color, first: u8) -> String {
    let sixteen = |n: u8| match n {
        0..=7 => (first + n).to_string(),
        n => (first + 52 + n).to_string(),
    };
    match colour {
        Color::Reset => (first + 9).to_string(),
        Color::Black => sixteen(0),
        Color::Red => sixteen(1),
        Color::Green => sixteen(2),
        Color::Yellow => sixteen(3),
        Color::Blue => sixteen(4),
        Color::Magenta => sixteen(5),
        Color::Cyan => sixteen(6),
        Color::Gray => sixteen(7),
        Color::DarkGray => sixteen(8),
        Color::LightRed => sixteen(9),
        Color::LightGreen => sixteen(10),
        Color::LightYellow => sixteen(11),
        Color::LightBlue => sixteen(12),
        Color::LightMagenta => sixteen(13),
        Color::LightCyan => sixteen(14),
        Color::White => sixteen(15),
        Color::Indexed(n) => format!("{};5;{n}", first + 8),
        Color::Rgb(r, g, b) => format!("{};2;{r};{g};{b}", first + 8),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    fn painted(draw: impl Fn(&mut Buffer)) -> String {
        let before = Buffer::empty(Rect::new(0, 0, 30, 3));
        let mut after = before.clone();
        draw(&mut after);
        paint(&before.diff(&after), &after)
    }

    #[test]
    fn a_run_is_a_place_and_its_letters() {
        assert_eq!(
            painted(|b| {
                b.set_string(2, 1, "abc", Style::new());
            }),
            "\x1b[2;3Habc"
        );
        let two = painted(|b| {
            b.set_string(0, 0, "ab", Style::new());
            b.set_string(5, 0, "cd", Style::new());
            b.set_string(0, 1, "é", Style::new());
            b.set_string(3, 1, "x", Style::new());
        });
        assert_eq!(two, "\x1b[1;1Hab   cd\x1b[2;1Hé\x1b[2;4Hx");
        assert_eq!(
            painted(|b| {
                b.set_string(0, 0, "日本x", Style::new());
            }),
            "\x1b[1;1H日\x1b[1;3H本\x1b[1;5Hx"
        );
    }

    #[test]
    fn attributes_are_said_when_they_change_and_end_with_the_frame() {
        let red = Style::new().fg(Color::Red);
        let bold = red.add_modifier(Modifier::BOLD);
        let text = painted(|b| {
            b.set_string(0, 0, "a", red);
            b.set_string(1, 0, "b", bold);
            b.set_string(2, 0, "c", Style::new().add_modifier(Modifier::REVERSED));
            b.set_string(3, 0, "d", Style::new());
        });
        assert_eq!(text, "\x1b[1;1H\x1b[31ma\x1b[1mb\x1b[22;7;39mc\x1b[md");
        let dim = painted(|b| {
            b.set_string(0, 0, "a", Style::new().add_modifier(Modifier::BOLD | Modifier::DIM));
            b.set_string(1, 0, "b", Style::new().add_modifier(Modifier::DIM));
        });
        assert_eq!(dim, "\x1b[1;1H\x1b[1;2ma\x1b[22;2mb\x1b[m", "bold and dim are switched off together");
    }

    #[test]
    fn blanks_are_erased_and_not_written() {
        let long = "x".repeat(30);
        let mut before = Buffer::empty(Rect::new(0, 0, 30, 1));
        before.set_string(0, 0, &long, Style::new());
        let bytes = |text: &str| {
            let mut after = Buffer::empty(Rect::new(0, 0, 30, 1));
            after.set_string(0, 0, text, Style::new());
            paint(&before.diff(&after), &after)
        };
        assert_eq!(bytes("xa"), "\x1b[1;2Ha\x1b[K");
        assert_eq!(bytes(&format!("x{}x", " ".repeat(28))), "\x1b[1;2H\x1b[28X");
        assert_eq!(bytes(&format!("x{}yx", " ".repeat(27))), "\x1b[1;2H\x1b[27X\x1b[27Cy");
        assert_eq!(bytes(&format!("x   {}", "x".repeat(26))), "\x1b[1;2H   ");
        assert_eq!(bytes(&format!("x{}ay{}a", "x".repeat(9), "x".repeat(12))), "\x1b[1;11Hay\x1b[12Ca\x1b[K");
    }
}
