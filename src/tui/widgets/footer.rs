//! The hints at the bottom: which keys do something here. A hint is shown whole or not at all, and the two
//! that lead everywhere else are always the last.

use super::Pen;
use crate::text::Shown;
use crate::tui::theme::{Meaning, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Columns between two hints.
const GAP: usize = 2;
/// The keys of the palette and of the help, which lead everywhere else; empty where there is none.
pub type Ways<'a> = (&'a str, &'a str);

/// Below this the long form would leave no room for a hint.
const NARROW: usize = 36;
/// Where the hints of single things begin, so that those which two things have in common stand still.
const SLOT: usize = 13;

/// A key and what it does here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    pub key: Shown,
    pub words: Shown,
}

impl Hint {
    pub fn new(key: &str, words: &str) -> Hint {
        Hint { key: Shown::new(key), words: Shown::new(words) }
    }

    pub fn width(&self) -> usize {
        match self.words.is_empty() {
            true => self.key.width(),
            false => self.key.width() + 1 + self.words.width(),
        }
    }
}

/// Writes a hint with the pen; the caller has seen to the room.
pub(super) fn write(pen: &mut Pen, hint: &Hint) {
    pen.text(&hint.key, Meaning::Active);
    if !hint.words.is_empty() {
        pen.word(" ", Meaning::Plain).text(&hint.words, Meaning::Plain);
    }
}

/// Fills the lines of `area` with the first hints that fit, the most wanted first. `last` are those that keep the last
/// line to themselves where there are two: they are the same for every thing of a list, so that going through it
/// does not write them again; the others stand in slots above them.
pub fn draw(buffer: &mut Buffer, theme: &Theme, area: Rect, hints: &[Hint], last: &[Hint], ways: Ways<'_>) {
    let area = area.intersection(buffer.area);
    if area.is_empty() {
        return;
    }
    let width = usize::from(area.width);
    let margin = usize::from(width >= NARROW);
    let tail = tail(width - margin, ways);
    let together = area.height < 2;
    let more = last.iter().filter(|_| together);
    let mut hints = hints.iter().chain(more).peekable();
    let mut stable = last.iter().filter(|_| !together).peekable();
    for y in area.top()..area.bottom() {
        let last = y + 1 == area.bottom();
        let own = stable.peek().is_some() && last;
        let slots = stable.peek().is_some() && !last;
        let mut pen = Pen::new(buffer, theme, Rect { y, height: 1, ..area });
        pen.skip(margin);
        let reserved = if last { tail.width() } else { 0 };
        let mut first = true;
        while let Some(hint) = if own { stable.peek() } else { hints.peek() } {
            let used = width - margin - pen.room();
            let lead = match first {
                true => 0,
                false if slots => (used + GAP).next_multiple_of(SLOT) - used,
                false => GAP,
            };
            let follow = if last { GAP } else { 0 };
            if lead + hint.width() + follow + reserved > pen.room() {
                break;
            }
            pen.skip(lead);
            write(&mut pen, hint);
            first = false;
            if own {
                stable.next()
            } else {
                hints.next()
            };
        }
        if last {
            if !first {
                pen.skip(GAP);
            }
            pen.text(&tail, Meaning::Plain);
        }
    }
}

/// How the way to everything else is written: the longest form that fits.
fn tail(width: usize, (palette, help): Ways<'_>) -> Shown {
    let said = |key: &str, words: &str| match (key.is_empty(), words.is_empty()) {
        (true, _) => String::new(),
        (false, true) => key.to_string(),
        (false, false) => format!("{key} {words}"),
    };
    let both = |first: String, second: String, gap: &str| match first.is_empty() || second.is_empty() {
        true => first + &second,
        false => format!("{first}{gap}{second}"),
    };
    let long = both(said(palette, "do"), said(help, "help"), "  ");
    let less = both(said(palette, "do"), said(help, ""), "  ");
    let keys = both(said(palette, ""), said(help, ""), " ");
    let tails = [long, less, keys.clone(), said(help, "")].map(|tail| Shown::new(&tail));
    let short = Shown::new(&keys).width();
    let fits = |tail: &Shown| tail.width() <= width && (width >= NARROW || tail.width() <= short);
    tails.into_iter().find(fits).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use proptest::prelude::*;

    fn inbox() -> Vec<Hint> {
        [
            ("a", "accept"),
            ("r", "return"),
            ("Enter", "open"),
            ("Space", "mark"),
            ("s", "snooze"),
            ("/", "filter"),
        ]
        .map(|(key, words)| Hint::new(key, words))
        .to_vec()
    }

    fn footer(width: u16, height: u16) -> String {
        screen(width, height, |frame| {
            let area = frame.area();
            draw(frame.buffer_mut(), &theme(), area, &inbox(), &[], (":", "?"));
        })
    }

    #[test]
    fn a_footer_at_several_widths() {
        insta::assert_snapshot!(footer(80, 1), @r#"" a accept  r return  Enter open  Space mark  s snooze  / filter  : do  ? help   ""#);
        insta::assert_snapshot!(footer(60, 1), @r#"" a accept  r return  Enter open  Space mark  : do  ? help   ""#);
        insta::assert_snapshot!(footer(40, 2), @r#"
        " a accept  r return  Enter open         "
        " Space mark  s snooze  : do  ? help     "
        "#);
        insta::assert_snapshot!(footer(30, 1), @r#""a accept  r return  : ?       ""#);
        insta::assert_snapshot!(footer(4, 1), @r#"": ? ""#);
    }

    #[test]
    fn hints_of_single_things_stand_in_slots_above_those_of_all() {
        let (own, all) = (inbox(), [Hint::new("Enter", "open"), Hint::new(".", "next late")]);
        let of = |own: &[Hint]| {
            screen(60, 2, |frame| {
                let area = frame.area();
                draw(frame.buffer_mut(), &theme(), area, own, &all, (":", "?"));
            })
        };
        insta::assert_snapshot!(of(&own), @r#"
        " a accept     r return     Enter open   Space mark          "
        " Enter open  . next late  : do  ? help                      "
        "#);
        insta::assert_snapshot!(of(&own[1..]), @r#"
        " r return     Enter open   Space mark   s snooze            "
        " Enter open  . next late  : do  ? help                      "
        "#);
    }

    proptest! {
        #[test]
        fn hints_are_whole_and_the_way_out_is_never_dropped(width in 0u16..=300, height in 0u16..=4, own in 0usize..=6) {
            let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
            let area = buffer.area;
            let all = inbox();
            let (first, last) = all.split_at(own);
            draw(&mut buffer, &theme(), area, first, last, (":", "?"));
            let rows = rows(&buffer);
            let known: Vec<String> = inbox().iter().map(|h| format!("{} {}", h.key, h.words)).collect();
            let text = rows.join("  ");
            for part in text.split("  ").map(str::trim).filter(|part| !part.is_empty()) {
                prop_assert!(known.iter().any(|k| k == part) || [": do", "? help", "?", ": ?"].contains(&part), "{part:?}");
            }
            if width > 0 && let Some(last) = rows.last() {
                prop_assert!(last.contains('?'), "{last:?}");
                prop_assert!(width < 3 || last.contains(':'), "{last:?}");
            }
        }
    }
}
