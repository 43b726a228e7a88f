//! A box over whatever is behind it: its title on the upper border, its keys on the lower one.

use super::footer::{self, Hint};
use super::{Pen, fill};
use crate::text::Shown;
use crate::tui::theme::{Meaning, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};
use unicode_width::UnicodeWidthStr;

/// Columns between two hints on the border.
const GAP: usize = 3;

/// A box of this size, borders included, in the middle of `area`, or as large as fits.
pub fn centred(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect::new(area.x + (area.width - width) / 2, area.y + (area.height - height) / 2, width, height)
}

/// Draws the box over what is there and returns the area inside it, one column clear of the borders. The last
/// hint, the way out, is the last one to go when they do not all fit.
pub fn draw(buffer: &mut Buffer, theme: &Theme, area: Rect, title: &Shown, hints: &[Hint]) -> Rect {
    let area = area.intersection(buffer.area);
    if area.width < 2 || area.height < 2 {
        return Rect { width: 0, height: 0, ..area };
    }
    let lines = &theme.lines;
    // Without borders nothing parts the box from pieces of what lies behind it: whole lines give way.
    let bare = lines.vertical.trim().is_empty();
    clear(buffer, if bare { Rect { x: buffer.area.x, width: buffer.area.width, ..area } } else { area });
    let (right, bottom) = (area.right() - 1, area.bottom() - 1);
    for y in [area.y, bottom] {
        fill(buffer, Rect { y, height: 1, ..area }, lines.horizontal);
    }
    for x in [area.x, right] {
        fill(buffer, Rect { x, width: 1, ..area }, lines.vertical);
    }
    for (x, y, corner) in [
        (area.x, area.y, lines.top_left),
        (right, area.y, lines.top_right),
        (area.x, bottom, lines.bottom_left),
        (right, bottom, lines.bottom_right),
    ] {
        buffer[(x, y)].set_symbol(corner);
    }
    // Two columns of border before the words, one after.
    let words = Rect { x: area.x + 2, width: area.width.saturating_sub(4), height: 1, ..area };
    if words.width >= 4 {
        let title = title.cut(usize::from(words.width) - 2);
        if !title.is_empty() {
            let mut pen = Pen::new(buffer, theme, words);
            pen.word(" ", Meaning::Plain).text(&title, Meaning::Title).word(" ", Meaning::Plain);
        }
        hints_on_border(&mut Pen::new(buffer, theme, Rect { y: bottom, ..words }), hints);
    }
    Rect {
        x: area.x + 2.min(area.width - 1),
        y: area.y + 1,
        width: area.width.saturating_sub(4),
        height: area.height - 2,
    }
}

fn hints_on_border(pen: &mut Pen, hints: &[Hint]) {
    let Some((last, others)) = hints.split_last() else { return };
    let mut room = pen.room().saturating_sub(2);
    if last.width() > room {
        return;
    }
    room -= last.width();
    let mut shown = Vec::new();
    for hint in others {
        let width = hint.width() + GAP;
        if width > room {
            break;
        }
        room -= width;
        shown.push(hint);
    }
    shown.push(last);
    pen.word(" ", Meaning::Plain);
    for (index, hint) in shown.into_iter().enumerate() {
        if index > 0 {
            pen.word("   ", Meaning::Plain);
        }
        footer::write(pen, hint);
    }
    pen.word(" ", Meaning::Plain);
}

/// Empties the area, and the other half of any wide sign its left edge cuts through.
fn clear(buffer: &mut Buffer, area: Rect) {
    Clear.render(area, buffer);
    if area.x > buffer.area.x {
        for y in area.top()..area.bottom() {
            let cell = &mut buffer[(area.x - 1, y)];
            if cell.symbol().width() > 1 {
                cell.set_symbol(" ");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use crate::tui::theme::{Lines, Palette};
    use proptest::prelude::*;

    fn hints() -> Vec<Hint> {
        [("Enter", "send"), ("Tab", "next field"), ("Esc", "keep draft")]
            .map(|(k, w)| Hint::new(k, w))
            .to_vec()
    }

    fn boxed(width: u16, height: u16, theme: &Theme) -> String {
        screen(width, height, |frame| {
            let area = frame.area();
            fill(frame.buffer_mut(), area, ".");
            let area = centred(area, 56, 5);
            let inner =
                draw(frame.buffer_mut(), theme, area, &shown("Hand off C-1058: Quote -> Approve"), &hints());
            Pen::new(frame.buffer_mut(), theme, inner).word("To         ana", Meaning::Plain);
        })
    }

    #[test]
    fn a_dialog_at_several_widths() {
        insta::assert_snapshot!(boxed(64, 7, &theme()), @r#"
        "................................................................"
        "....┌─ Hand off C-1058: Quote -> Approve ──────────────────┐...."
        "....│ To         ana                                       │...."
        "....│                                                      │...."
        "....│                                                      │...."
        "....└─ Enter send   Tab next field   Esc keep draft ───────┘...."
        "................................................................"
        "#);
        insta::assert_snapshot!(boxed(40, 5, &theme()), @r#"
        "┌─ Hand off C-1058: Quote -> Approve ──┐"
        "│ To         ana                       │"
        "│                                      │"
        "│                                      │"
        "└─ Enter send   Esc keep draft ────────┘"
        "#);
        insta::assert_snapshot!(boxed(20, 4, &Theme::new(Palette::Mono, Lines::Ascii, |_| None)), @r#"
        "+- Hand off C-10~ -+"
        "| To         ana   |"
        "|                  |"
        "+- Esc keep draft -+"
        "#);
    }

    #[test]
    fn a_wide_sign_under_the_edge_leaves_a_blank() {
        let lines = screen(12, 3, |frame| {
            for y in 0..3 {
                frame.buffer_mut().set_string(0, y, "日本語日本語", ratatui::style::Style::new());
            }
            draw(frame.buffer_mut(), &theme(), Rect::new(3, 0, 5, 3), &shown("x"), &[]);
        });
        insta::assert_snapshot!(lines, @r#"
        "日 ┌───┐本語" Hidden by multi-width symbols: [(1, " "), (9, " "), (11, " ")]
        "日 │   │本語" Hidden by multi-width symbols: [(1, " "), (9, " "), (11, " ")]
        "日 └───┘本語" Hidden by multi-width symbols: [(1, " "), (9, " "), (11, " ")]
        "#);
    }

    proptest! {
        #[test]
        fn a_dialog_fits_anywhere(width in 0u16..=300, height in 0u16..=100, wanted in 0u16..=300, tall in 0u16..=100) {
            let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
            let area = centred(buffer.area, wanted, tall);
            let inner = draw(&mut buffer, &theme(), area, &shown("日本語 title"), &hints());
            prop_assert!(inner.is_empty() || area.intersection(inner) == inner);
            let bottom = rows(&buffer).get(usize::from(area.bottom().saturating_sub(1))).cloned().unwrap_or_default();
            if area.width >= 20 && area.height >= 2 {
                prop_assert!(bottom.contains("Esc keep draft"), "{bottom:?}");
            }
        }
    }
}
