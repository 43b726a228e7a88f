//! A picture of a process, printed or written as SVG.

use super::own;
use crate::cli::args_metrics::Chart;
use crate::cli::print::Facts;
use crate::cli::screen::shows_colours;
use crate::cli::session::{Session, not_now};
use crate::desk::Error;
use crate::domain::nearest::nearest;
use crate::picture::{NAMES, Spans, lines, lines_within, picture, svg};
use crate::text::Shown;
use serde_json::json;
use std::fmt::Write as _;

/// Lines of a plot, where nobody says how many.
const HEIGHT: usize = 24;

pub fn run(s: &mut Session, args: &Chart) -> Result<(), Error> {
    let own = own::load_then(s, &args.period)?;
    let steps = own.steps(&args.period.process);
    let (cases, withdrawn, zone) = (&own.cases, &own.withdrawn, &own.work.zone);
    let Some(drawn) = picture(&args.name, cases, withdrawn, &steps, own.from, own.at(), zone) else {
        let names = NAMES.map(|(name, _)| name);
        let hint = match nearest(&args.name, names) {
            Some(near) => format!("Did you mean `{near}`?"),
            None => format!("There are {}.", names.join(", ")),
        };
        return Err(Error::input(format!("There is no picture `{}`.", args.name.escape_debug()), hint));
    };
    let title = own.catalog.newest(&args.period.process).map_or("", |(_, process)| process.title.as_str());
    if let Some(file) = &args.svg {
        let text = svg(&drawn, &format!("{title}, {}", own.period()));
        if file.as_os_str() == "-" {
            s.file(&text);
            return Ok(());
        }
        std::fs::write(file, text).map_err(|e| {
            not_now(format!("{} cannot be written: {e}.", file.display()), "Name another file.".to_string())
        })?;
        let facts = Facts::default();
        s.one(&facts, &json!({"picture": args.name, "written": file.display().to_string()}));
        s.say(&format!("Written to {}.", file.display()));
        return Ok(());
    }
    if s.json {
        return Err(Error::input(
            "A picture is no JSON.",
            "Leave --json out, or take it from the other verbs.",
        ));
    }
    let coloured = shows_colours(s);
    let (width, height) = (args.width.clamp(30, 400), args.height.map(|lines| lines.clamp(10, 200)));
    let told = match height {
        Some(height) => lines_within(&drawn, width, height),
        None => lines(&drawn, width, HEIGHT),
    };
    for line in told {
        print(&mut s.out, &line, coloured);
    }
    Ok(())
}

fn print(out: &mut String, line: &Spans, coloured: bool) {
    let mut text = String::new();
    for (words, tone) in line {
        let words = Shown::new(words);
        // Writing to a string cannot fail.
        let _ = match tone.ansi().filter(|_| coloured) {
            Some(colour @ 0..8) => write!(text, "\x1b[3{colour}m{words}\x1b[0m"),
            Some(_) => write!(text, "\x1b[90m{words}\x1b[0m"),
            None => write!(text, "{words}"),
        };
    }
    out.push_str(text.trim_end());
    out.push('\n');
}
