//! The first line: where one can go, what waits there, who is looking and when.

use super::Pen;
use crate::text::Shown;
use crate::tui::theme::{Meaning, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Columns left free at the right, as on every line of the screen.
const MARGIN: usize = 1;

/// One place to go.
#[derive(Debug, Clone)]
pub struct Tab {
    pub key: char,
    pub name: Shown,
    /// How much waits there, where that is counted.
    pub count: Option<usize>,
    pub late: usize,
}

/// What stands at the right.
#[derive(Debug, Clone)]
pub struct Corner {
    pub who: Shown,
    /// `Fri 20 Nov`
    pub day: Shown,
    /// `10:42`
    pub time: Shown,
}

/// From the most words to the fewest; the first that fits is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Full,
    /// Without the day.
    NoDay,
    /// `!3` for `(3 late)`, and the time alone.
    Short,
    /// Only the number of the tabs one is not on.
    Numbers,
    /// Without the corner; what does not fit is cut.
    Bare,
}

const FORMS: [Form; 5] = [Form::Full, Form::NoDay, Form::Short, Form::Numbers, Form::Bare];

/// Draws the tabs with brackets round the active one, and the corner, in the longest form that fits.
pub fn draw(buffer: &mut Buffer, theme: &Theme, area: Rect, tabs: &[Tab], active: usize, corner: &Corner) {
    let mut pen = Pen::new(buffer, theme, area);
    let fitting = FORMS.into_iter().map(|form| (form, left(form, tabs, active), right(form, corner))).find(
        |(form, left, right)| {
            let width: usize = left.iter().map(|(text, _)| text.width()).sum();
            *form == Form::Bare || width + 1 + right.width() + MARGIN <= pen.room()
        },
    );
    let Some((_, left, right)) = fitting else { return };
    for (text, meaning) in &left {
        pen.text(text, *meaning);
    }
    let gap = pen.room().saturating_sub(right.width() + MARGIN);
    pen.skip(gap).text(&right, Meaning::Plain);
}

fn left(form: Form, tabs: &[Tab], active: usize) -> Vec<(Shown, Meaning)> {
    let short = matches!(form, Form::Numbers | Form::Bare);
    let mut parts = Vec::new();
    for (index, tab) in tabs.iter().enumerate() {
        let lead = if short && index == 0 { "" } else { " " };
        let (text, meaning) = if index == active {
            (format!("{lead}[{}]", label(form, tab)), Meaning::Active)
        } else if short {
            (format!("{lead}{}", tab.key), Meaning::Plain)
        } else {
            (format!("{lead} {} ", label(form, tab)), Meaning::Plain)
        };
        parts.push((Shown::new(&text), meaning));
    }
    parts
}

fn label(form: Form, tab: &Tab) -> String {
    let mut text = format!("{} {}", tab.key, tab.name);
    if let Some(count) = tab.count {
        text.push_str(&format!(" {count}"));
    }
    match (tab.late, form) {
        (0, _) => {}
        (late, Form::Full | Form::NoDay) => text.push_str(&format!(" ({late} late)")),
        (late, _) => text.push_str(&format!(" !{late}")),
    }
    text
}

fn right(form: Form, corner: &Corner) -> Shown {
    match form {
        Form::Full => Shown::new(&format!("{}  {} {}", corner.who, corner.day, corner.time)),
        Form::NoDay => Shown::new(&format!("{}  {}", corner.who, corner.time)),
        Form::Short | Form::Numbers => corner.time.clone(),
        Form::Bare => Shown::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use proptest::prelude::*;

    fn tabs() -> Vec<Tab> {
        let tab = |key, name, count, late| Tab { key, name: shown(name), count, late };
        vec![
            tab('1', "Inbox", Some(9), 3),
            tab('2', "Boards", None, 0),
            tab('3', "Records", None, 0),
            tab('4', "Metrics", None, 0),
        ]
    }

    fn corner() -> Corner {
        Corner { who: shown("ana"), day: shown("Fri 20 Nov"), time: shown("10:42") }
    }

    fn header(width: u16, active: usize) -> String {
        screen(width, 1, |frame| {
            let area = frame.area();
            draw(frame.buffer_mut(), &theme(), area, &tabs(), active, &corner());
        })
    }

    #[test]
    fn a_header_at_several_widths() {
        insta::assert_snapshot!(header(120, 0), @r#"" [1 Inbox 9 (3 late)]  2 Boards   3 Records   4 Metrics                                           ana  Fri 20 Nov 10:42 ""#);
        insta::assert_snapshot!(header(80, 0), @r#"" [1 Inbox 9 (3 late)]  2 Boards   3 Records   4 Metrics   ana  Fri 20 Nov 10:42 ""#);
        insta::assert_snapshot!(header(80, 2), @r#""  1 Inbox 9 (3 late)   2 Boards  [3 Records]  4 Metrics   ana  Fri 20 Nov 10:42 ""#);
        insta::assert_snapshot!(header(70, 0), @r#"" [1 Inbox 9 (3 late)]  2 Boards   3 Records   4 Metrics    ana  10:42 ""#);
        insta::assert_snapshot!(header(60, 0), @r#"" [1 Inbox 9 !3]  2 Boards   3 Records   4 Metrics     10:42 ""#);
        insta::assert_snapshot!(header(40, 0), @r#""[1 Inbox 9 !3] 2 3 4              10:42 ""#);
        insta::assert_snapshot!(header(20, 0), @r#""[1 Inbox 9 !3] 2 3 4""#);
        insta::assert_snapshot!(header(8, 0), @r#""[1 Inbo~""#);
    }

    proptest! {
        #[test]
        fn the_active_tab_is_said_at_every_width(width in 0u16..=300, height in 0u16..=3, active in 0usize..4) {
            let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
            let area = buffer.area;
            draw(&mut buffer, &theme(), area, &tabs(), active, &corner());
            if width >= 20 && height > 0 {
                let row = rows(&buffer).remove(0);
                prop_assert!(row.contains(&format!("[{}", active + 1)), "{row:?}");
            }
        }
    }
}
