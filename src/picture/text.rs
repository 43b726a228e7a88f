//! A picture as lines of text, each piece with its tone: ASCII, and legible where no tone can be shown, because
//! every tone has a sign of its own.

use super::nice::told_apart;
use super::{Bar, Body, Matrix, Picture, Plot, Shape, Spans, Tone};
use crate::domain::counted::counted;
use crate::text::Shown;

const GUTTER: usize = 7;

/// The picture, at most so wide; a plot is as high as it may be, bars and matrices as they need.
pub fn lines(picture: &Picture, width: usize, height: usize) -> Vec<Spans> {
    let mut out = vec![vec![(cut(&picture.title, width), Tone::Plain)]];
    let notes = picture.notes.iter().flat_map(|note| wrapped(note, width));
    out.extend(notes.map(|note| vec![(note, Tone::Quiet)]));
    match &picture.body {
        Body::Nothing => {}
        Body::Plot(of) => {
            let room = height.saturating_sub(out.len());
            plot(of, width, room, &mut out);
        }
        Body::Bars(of) => bars(of, width, &mut out),
        Body::Matrix(of) => matrix(of, width, &mut out),
    }
    out
}

/// The same, no higher than there is room: of bars the last ones, which are the newest where they are weeks, and how many
/// are not shown.
pub fn lines_within(picture: &Picture, width: usize, height: usize) -> Vec<Spans> {
    let all = lines(picture, width, height);
    let Body::Bars(of) = &picture.body else { return all };
    if all.len() <= height {
        return all;
    }
    let room = height.saturating_sub(all.len() - of.len() + 1);
    let least = of.len().saturating_sub(room);
    // A group begins where there is a label, and is not torn.
    let from =
        (least..of.len()).find(|n| of.get(*n).is_some_and(|bar| !bar.label.is_empty())).unwrap_or(least);
    let groups = of.iter().take(from).filter(|bar| !bar.label.is_empty()).count();
    let note = format!("{groups} above these are not shown: there is no room.");
    let notes = picture.notes.iter().cloned().chain([note]).collect();
    let body = Body::Bars(of.get(from..).unwrap_or_default().to_vec());
    lines(&Picture { notes, body, title: picture.title.clone() }, width, height)
}

/// What was typed somewhere may stand in a picture: fit for a terminal, and no wider than there is room.
fn cut(text: &str, width: usize) -> String {
    Shown::new(text).cut(width).as_str().to_string()
}

fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        if let Some(line) = lines.last_mut() {
            if line.is_empty() {
                line.push_str(word);
            } else if line.len() + 1 + word.len() <= width {
                line.push(' ');
                line.push_str(word);
            } else {
                lines.push(word.to_string());
            }
        }
    }
    lines
}

fn plot(of: &Plot, width: usize, height: usize, out: &mut Vec<Spans>) {
    let legend =
        of.marks.iter().filter(|mark| !mark.name.is_empty() && !mark.at.is_empty()).collect::<Vec<_>>();
    let columns = width.saturating_sub(GUTTER + 2);
    let mut legends: Vec<Spans> = Vec::new();
    let mut used = width;
    for mark in &legend {
        let words = cut(&format!("{} {}", mark.tone.sign(), mark.name), width);
        let length = words.chars().count() + 3;
        if used + length > width {
            legends.push(vec![(" ".to_string(), Tone::Plain)]);
            used = 1;
        }
        used += length;
        if let Some(line) = legends.last_mut() {
            line.push((words, mark.tone));
            line.push(("   ".to_string(), Tone::Plain));
        }
    }
    let rows = height.saturating_sub(2 + legends.len());
    if rows < 3 || columns < 10 {
        out.push(vec![("There is no room for the picture here.".to_string(), Tone::Quiet)]);
        return;
    }
    let mut grid = vec![vec![(' ', Tone::Plain); columns]; rows];
    for mark in &of.marks {
        draw(of, mark, &mut grid);
    }
    let mut labels = vec![String::new(); rows];
    for (at, words) in &of.y.ticks {
        let row = row_of(of.y.part(*at), rows);
        if let Some(label) = labels.get_mut(row) {
            *label = words.clone();
        }
    }
    for (label, cells) in labels.iter().zip(grid) {
        let edge = if label.is_empty() { '|' } else { '+' };
        let mut line = vec![(format!("{:>GUTTER$} {edge}", cut(label, GUTTER)), Tone::Plain)];
        let mut piece = (String::new(), Tone::Plain);
        for (sign, tone) in cells {
            if tone != piece.1 {
                line.push(std::mem::take(&mut piece));
                piece.1 = tone;
            }
            piece.0.push(sign);
        }
        line.push(piece);
        line.retain(|(text, _)| !text.is_empty());
        out.push(line);
    }
    out.push(vec![(format!("{:GUTTER$} +{}", "", "-".repeat(columns)), Tone::Plain)]);
    out.push(vec![(below(of, columns), Tone::Plain)]);
    out.extend(legends);
}

/// What is written under the axis; a label that would run into another is left out.
fn below(of: &Plot, columns: usize) -> String {
    let slot = columns / of.x.ticks.len().max(1);
    let names = of.x.ticks.iter().map(|(_, words)| words.clone()).collect::<Vec<_>>();
    let names = told_apart(&names, slot.saturating_sub(1).clamp(3, 24), "~", cut);
    let mut line = " ".repeat(GUTTER + 2);
    let mut end = line.chars().count();
    for ((at, _), words) in of.x.ticks.iter().zip(names) {
        let middle = GUTTER + 2 + (of.x.part(*at) * columns.saturating_sub(1) as f64).round() as usize;
        let width = Shown::new(&words).width();
        let last = (GUTTER + 2 + columns).saturating_sub(width);
        let from = middle.saturating_sub(width / 2).max(GUTTER + 2).min(last);
        if from < end {
            continue;
        }
        line.push_str(&" ".repeat(from - end));
        line.push_str(&words);
        line.push(' ');
        end = from + width + 1;
    }
    line.trim_end().to_string()
}

fn row_of(part: f64, rows: usize) -> usize {
    let last = rows.saturating_sub(1) as f64;
    (last - (part * last).round()) as usize
}

fn draw(of: &Plot, mark: &super::Mark, grid: &mut [Vec<(char, Tone)>]) {
    let rows = grid.len();
    let columns = grid.first().map_or(0, Vec::len);
    let column = |x: f64| (of.x.part(x) * columns.saturating_sub(1) as f64).round() as usize;
    let mut put = |row: usize, column: usize| {
        if let Some(cell) = grid.get_mut(row).and_then(|row| row.get_mut(column)) {
            *cell = (mark.tone.sign(), mark.tone);
        }
    };
    match mark.shape {
        Shape::Points => mark.at.iter().for_each(|(x, y)| put(row_of(of.y.part(*y), rows), column(*x))),
        Shape::Line => {
            for pair in mark.at.windows(2) {
                let [(x, y), (to_x, to_y)] = pair else { continue };
                let (from, to) = (column(*x), column(*to_x));
                for at in from..=to {
                    let part = if to > from { (at - from) as f64 / (to - from) as f64 } else { 1.0 };
                    put(row_of(of.y.part(y + (to_y - y) * part), rows), at);
                }
            }
            if let [(x, y)] = mark.at.as_slice() {
                put(row_of(of.y.part(*y), rows), column(*x));
            }
        }
    }
}

fn bars(of: &[Bar], width: usize, out: &mut Vec<Spans>) {
    let widest =
        |of: &mut dyn Iterator<Item = &str>| of.map(|text| Shown::new(text).width()).max().unwrap_or(0);
    let label = widest(&mut of.iter().map(|bar| bar.label.as_str())).min(width / 3);
    let words = widest(&mut of.iter().map(|bar| bar.words.as_str())).min(width / 3);
    let room = width.saturating_sub(label + words + 3);
    let most = of.iter().map(|bar| bar.value).fold(0.0, f64::max);
    for bar in of {
        let length = if most > 0.0 { (bar.value / most * room as f64).round() as usize } else { 0 };
        // Something is never drawn as nothing.
        let length = if bar.value > 0.0 { length.max(1) } else { 0 }.min(room);
        let sign = if bar.tone == Tone::Second { "=" } else { "#" };
        let label = Shown::new(&cut(&bar.label, label)).pad(label).to_string();
        out.push(vec![
            (format!("{label} "), Tone::Plain),
            (sign.repeat(length), bar.tone),
            (format!(" {}", cut(&bar.words, words)), Tone::Plain),
        ]);
    }
}

fn matrix(of: &Matrix, width: usize, out: &mut Vec<Spans>) {
    let count = of.names.len();
    let left = of.names.iter().map(|name| Shown::new(name).width()).max().unwrap_or(0).min(14);
    let cell = (width.saturating_sub(left) / count.max(1)).clamp(6, 12);
    let fit = (width.saturating_sub(left) / cell).min(count);
    let pad = |text: &str, width: usize| Shown::new(&cut(text, width)).pad(width).to_string();
    let mut head = pad("", left);
    for name in told_apart(&of.names, cell - 1, "~", cut).iter().take(fit) {
        head.push(' ');
        head.push_str(&pad(name, cell - 1));
    }
    out.push(vec![(head.trim_end().to_string(), Tone::Quiet)]);
    for (row, name) in told_apart(&of.names, left, "~", cut).iter().enumerate() {
        let mut line = vec![(pad(name, left), Tone::Plain)];
        for column in 0..fit {
            let found = of.cells.iter().find(|(from, to, ..)| (*from, *to) == (row, column));
            let (words, tone) = match found {
                Some((_, _, words, weight)) if *weight > 0.66 => (words.as_str(), Tone::Late),
                Some((_, _, words, weight)) if *weight > 0.33 => (words.as_str(), Tone::Third),
                Some((_, _, words, _)) => (words.as_str(), Tone::Plain),
                None => (".", Tone::Quiet),
            };
            line.push((format!(" {}", pad(words, cell - 1)), tone));
        }
        out.push(line);
    }
    if fit < count {
        out.push(vec![(format!("{} more than fit.", counted(count - fit, "column")), Tone::Quiet)]);
    }
}
