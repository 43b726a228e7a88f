//! A picture as SVG: plain text, no script, no link, nothing fetched. Every text is escaped, and characters XML
//! does not know are left out.

use super::nice::told_apart;
use super::{Bar, Body, Matrix, Picture, Plot, Shape, Tone};
use std::fmt::Write as _;

const WIDTH: f64 = 860.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 20.0;
const PLOT: f64 = 340.0;
const LINE: f64 = 18.0;
/// Labels of so many characters each stand side by side below a plot; shorter ones say nothing and are slanted.
const SIDE_BY_SIDE: usize = 9;
/// Characters of a slanted label, how far down it reaches, and how far apart two have to stand.
const SLANTED: usize = 18;
const DOWN: f64 = 116.0;
const APART: f64 = 15.0;

/// The picture with what it is of, such as the process and the period.
pub fn svg(picture: &Picture, of: &str) -> String {
    let mut body = String::new();
    let mut y = 28.0;
    text(&mut body, 20.0, y, "18", "start", Tone::Plain, &picture.title);
    y += LINE + 2.0;
    for note in std::iter::once(of).chain(picture.notes.iter().map(String::as_str)) {
        for line in folded(note, 120) {
            text(&mut body, 20.0, y, "12", "start", Tone::Quiet, &line);
            y += LINE;
        }
    }
    let bottom = match &picture.body {
        Body::Plot(of) => plot(&mut body, of, y + 8.0),
        Body::Bars(of) => bars(&mut body, of, y + 4.0),
        Body::Matrix(of) => matrix(&mut body, of, y + 4.0),
        Body::Nothing => y,
    };
    let height = bottom + 16.0;
    let title = escaped(&picture.title);
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" \
         viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" font-family=\"sans-serif\">\n\
         <title>{title}</title>\n<rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#ffffff\"/>\n{body}</svg>\n"
    )
}

/// Text as it may stand in an element or between quotes.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\u{fffe}' | '\u{ffff}' => {}
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

fn folded(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let fits = lines.last().is_none_or(|line| line.is_empty() || line.len() + word.len() < width);
        if !fits {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

fn text(out: &mut String, x: f64, y: f64, size: &str, anchor: &str, tone: Tone, words: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{size}\" text-anchor=\"{anchor}\" fill=\"{}\">{}</text>",
        tone.hex(),
        escaped(words)
    );
}

/// A label that leads up to its place from the left.
fn slanted(out: &mut String, x: f64, y: f64, words: &str) {
    let _ = writeln!(
        out,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"12\" text-anchor=\"end\" fill=\"{}\" \
         transform=\"rotate(-60 {x:.1} {y:.1})\">{}</text>",
        Tone::Plain.hex(),
        escaped(words)
    );
}

/// At most so many characters, with a sign that more was there.
fn cut(words: &str, most: usize) -> String {
    match words.chars().count() > most {
        true => words.chars().take(most.saturating_sub(1)).chain(['\u{2026}']).collect(),
        false => words.to_string(),
    }
}

fn plot(out: &mut String, of: &Plot, top: f64) -> f64 {
    let right = WIDTH - RIGHT;
    let bottom = top + PLOT;
    let at_x = |x: f64| LEFT + of.x.part(x) * (right - LEFT);
    let at_y = |y: f64| bottom - of.y.part(y) * PLOT;
    for (at, words) in &of.y.ticks {
        let y = at_y(*at);
        let _ = writeln!(
            out,
            "<line x1=\"{LEFT:.1}\" y1=\"{y:.1}\" x2=\"{right:.1}\" y2=\"{y:.1}\" stroke=\"#dddddd\"/>"
        );
        text(out, LEFT - 6.0, y + 4.0, "12", "end", Tone::Plain, words);
    }
    let slot = 110 / of.x.ticks.len().max(1);
    let slants = slot < SIDE_BY_SIDE && of.x.ticks.iter().any(|(_, words)| words.chars().count() > slot);
    // Of very many, as many as can be read.
    let every = (APART * of.x.ticks.len() as f64 / (right - LEFT)).ceil().max(1.0) as usize;
    for (n, (at, words)) in of.x.ticks.iter().enumerate() {
        let anchor = match n {
            0 if of.x.part(*at) < 0.01 => "start",
            n if n + 1 == of.x.ticks.len() && of.x.part(*at) > 0.99 => "end",
            _ => "middle",
        };
        match slants {
            true if n % every == 0 => slanted(out, at_x(*at), bottom + 14.0, &cut(words, SLANTED)),
            true => {}
            false => text(out, at_x(*at), bottom + LINE, "12", anchor, Tone::Plain, &cut(words, slot.max(6))),
        }
    }
    let _ = writeln!(
        out,
        "<path d=\"M{LEFT:.1} {top:.1}V{bottom:.1}H{right:.1}\" fill=\"none\" stroke=\"#222222\"/>"
    );
    for mark in &of.marks {
        match mark.shape {
            Shape::Points => {
                for (x, y) in &mark.at {
                    let _ = writeln!(
                        out,
                        "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"2.5\" fill=\"{}\" fill-opacity=\"0.7\"/>",
                        at_x(*x),
                        at_y(*y),
                        mark.tone.hex()
                    );
                }
            }
            Shape::Line => {
                let points = mark.at.iter().map(|(x, y)| format!("{:.1},{:.1}", at_x(*x), at_y(*y)));
                let points = points.collect::<Vec<_>>().join(" ");
                let dash = if mark.tone == Tone::Quiet { " stroke-dasharray=\"5 4\"" } else { "" };
                let _ = writeln!(
                    out,
                    "<polyline points=\"{points}\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.6\"{dash}/>",
                    mark.tone.hex()
                );
            }
        }
    }
    let mut y = bottom + if slants { DOWN } else { LINE } + LINE + 4.0;
    let mut x = LEFT;
    for mark in of.marks.iter().filter(|mark| !mark.name.is_empty() && !mark.at.is_empty()) {
        let width = 24.0 + 7.0 * mark.name.chars().count() as f64;
        if x + width > right && x > LEFT {
            (x, y) = (LEFT, y + LINE);
        }
        let (left, middle, hex) = (x, y - 4.0, mark.tone.hex());
        let _ = match mark.shape {
            Shape::Points => {
                writeln!(out, "<circle cx=\"{:.1}\" cy=\"{middle:.1}\" r=\"4\" fill=\"{hex}\"/>", left + 6.0)
            }
            Shape::Line => {
                writeln!(out, "<path d=\"M{left:.1} {middle:.1}h12\" stroke=\"{hex}\" stroke-width=\"3\"/>")
            }
        };
        text(out, x + 18.0, y, "12", "start", Tone::Plain, &mark.name);
        x += width + 10.0;
    }
    y
}

fn bars(out: &mut String, of: &[Bar], top: f64) -> f64 {
    let (from, room) = (170.0, WIDTH - 170.0 - 190.0);
    let most = of.iter().map(|bar| bar.value).fold(0.0, f64::max);
    let mut y = top;
    for bar in of {
        let width = if most > 0.0 { bar.value / most * room } else { 0.0 };
        text(out, from - 8.0, y + 12.0, "12", "end", Tone::Plain, &cut(&bar.label, 24));
        let _ = writeln!(
            out,
            "<rect x=\"{from:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"14\" fill=\"{}\"/>",
            bar.tone.hex()
        );
        text(out, from + width + 6.0, y + 12.0, "12", "start", Tone::Plain, &cut(&bar.words, 30));
        y += LINE;
    }
    y
}

fn matrix(out: &mut String, of: &Matrix, top: f64) -> f64 {
    let left = 150.0;
    let cell = ((WIDTH - left - RIGHT) / of.names.len().max(1) as f64).min(90.0);
    let (high, fit) = (26.0, ((cell / 7.5) as usize).max(3));
    let (columns, rows) =
        (told_apart(&of.names, fit, "\u{2026}", cut), told_apart(&of.names, 20, "\u{2026}", cut));
    for (n, (column, row)) in columns.iter().zip(&rows).enumerate() {
        let n = n as f64;
        text(out, left + cell * (n + 0.5), top + 14.0, "12", "middle", Tone::Plain, column);
        text(out, left - 8.0, top + high * (n + 1.0) + 17.0, "12", "end", Tone::Plain, row);
    }
    for (row, column, words, weight) in &of.cells {
        let (x, y) = (left + cell * *column as f64, top + high * (*row as f64 + 1.0));
        let _ = writeln!(
            out,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"#0b6e8a\" fill-opacity=\"{:.2}\"/>",
            cell - 2.0,
            high - 2.0,
            0.08 + 0.42 * weight
        );
        text(out, x + cell / 2.0 - 1.0, y + 17.0, "12", "middle", Tone::Plain, &cut(words, fit + 2));
    }
    top + high * (of.names.len() as f64 + 1.0)
}
