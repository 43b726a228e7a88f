//! A picture in place of the figures: the process and its totals stay above it. Draws what `picture` has made of
//! the cases; computes nothing.

use super::figures::MetricsView;
use super::{Look, Tab, below, line};
use crate::picture::{Picture, Tone, lines_within};
use crate::text::Shown;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Pen;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// Draws it; there is no cursor in a picture.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    view: &MetricsView,
    picture: Option<&Picture>,
    look: &Look,
) -> Option<Position> {
    let area = area.intersection(buffer.area);
    let theme = look.theme;
    let names = view.processes.iter().map(|(_, title)| Tab::new(title.clone())).collect::<Vec<_>>();
    super::metrics::head(buffer, theme, line(area, 0), &names, view);
    super::metrics_totals::totals(&mut Pen::new(buffer, theme, line(area, 1)), view);
    let body = below(area, 3.min(area.height));
    let Some(picture) = picture else {
        Pen::new(buffer, theme, line(body, 0)).skip(1).word("Drawing ...", Meaning::Dim);
        return None;
    };
    let drawn = lines_within(picture, usize::from(body.width.saturating_sub(1)), usize::from(body.height));
    for (row, spans) in (0..body.height).zip(drawn) {
        let mut pen = Pen::new(buffer, theme, line(body, row));
        pen.skip(1);
        for (text, tone) in spans {
            pen.text(&Shown::new(&text), meaning(tone));
        }
    }
    None
}

/// Tones have signs of their own: colours only help.
fn meaning(tone: Tone) -> Meaning {
    match tone {
        Tone::Plain => Meaning::Plain,
        Tone::First => Meaning::Accept,
        Tone::Second => Meaning::Changed,
        Tone::Third => Meaning::Soon,
        Tone::Late => Meaning::Late,
        Tone::Quiet => Meaning::Dim,
    }
}
