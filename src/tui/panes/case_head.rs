//! What stands above the tabs of a case and never scrolls: its name, its way through the process, who is
//! responsible until when, and what that person needs.

use super::case::CaseState;
use super::preview::{capital, facts as values, name, needs as needs_of, path, tick};
use super::{Look, framed, line, meaning, right_of, times};
use crate::desk::{CaseView, Spot};
use crate::domain::rows::PlaceKind;
use crate::domain::urgency::{Pressing, Urgency, not_started};
use crate::domain::{Party, when};
use crate::text::Shown;
use crate::tui::theme::Meaning;
use crate::tui::widgets::{Pen, rule};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Columns of a label.
const LABEL: usize = 12;
/// From this width on, needs stand beside the facts.
pub(super) const TWO_COLUMNS: u16 = 76;

/// The name and the way; two lines, and a rule where there is room.
pub fn draw(buffer: &mut Buffer, area: Rect, view: &CaseView, state: &CaseState, look: &Look) {
    let narrow = !framed(Rect { height: u16::MAX, ..area });
    let mut pen = Pen::new(buffer, look.theme, line(area, 0));
    let trail = if state.trail.is_empty() || narrow { String::new() } else { format!("{} / ", state.trail) };
    let urgent = if view.row.urgent { "  urgent" } else { "" };
    let tags = crate::domain::tags::show(&view.row.tags);
    let tags = if tags.is_empty() { tags } else { format!("  {tags}") };
    let title = format!(" {trail}{}  {}{urgent}{tags}", view.row.id, view.row.title);
    let right = match state.place {
        Some((n, of)) if !narrow => format!("{n} of {of}  (J/K next)"),
        _ => String::new(),
    };
    let room = pen.room().saturating_sub(right.len() + 3);
    pen.text(&Shown::fit(&title, room), Meaning::Title);
    right_of(&mut pen, &right);

    let mut pen = Pen::new(buffer, look.theme, line(area, 1));
    pen.skip(1);
    let late = state.spot(view).map(|spot| pressing(view, spot, look)).filter(|told| told.due.is_some());
    let late = late.map(|told| {
        let whole = if told.of_case { "case " } else { "" };
        let left = times::left(look.now, told.due, look.zone);
        (format!("{} {whole}{left}", told.urgency.mark()), meaning(told.urgency))
    });
    let (left, meant) = late.unwrap_or_else(|| (ended(view), Meaning::Plain));
    let left = Shown::new(left.trim_start());
    let room = pen.room().saturating_sub(left.width() + 3);
    pen.text(&path(view, room), Meaning::Plain);
    if left.width() < pen.room() {
        let gap = pen.room() - left.width() - 1;
        pen.skip(gap).text(&left, meant);
    }
    if area.height > 2 {
        rule(buffer, look.theme, line(area, 2));
    }
}

/// By what the place is told how late it is: its own promise, or that of the case.
fn pressing(view: &CaseView, spot: &Spot, look: &Look) -> Pressing {
    let own = (spot.place.clock_started, spot.place.due);
    Pressing::of(look.now, own, (view.row.started, view.row.due))
}

fn ended(view: &CaseView) -> String {
    if view.row.state == "open" { String::new() } else { view.row.state.clone() }
}

/// How many lines the facts would like to have.
pub fn lines(view: &CaseView, width: u16) -> usize {
    let spots = match view.spots.as_slice() {
        [] => 1,
        [spot] => {
            let told = [spot.place.waiting.is_some(), spot.place.declined.is_some(), spot.done_by.is_some()];
            2 + told.into_iter().map(usize::from).sum::<usize>()
        }
        spots => spots.len(),
    };
    let needs = view.spots.iter().map(|spot| spot.needs.len() + 1).max().unwrap_or(0);
    // On a narrow screen they are one line among the facts.
    let one = usize::from(width < TWO_COLUMNS && view.spots.iter().any(|spot| !spot.needs.is_empty()));
    let values = values(view).len() + 1 + usize::from(view.row.due.is_some()) + view.case.paused().count();
    (spots + values + one).max(if width >= TWO_COLUMNS { needs } else { 0 })
}

/// Who is responsible until when, what the case carries, and at the right what the step needs.
pub fn facts(buffer: &mut Buffer, area: Rect, view: &CaseView, state: &CaseState, look: &Look) {
    if area.is_empty() {
        return;
    }
    let spot = state.spot(view);
    let needs = spot.filter(|spot| area.width >= TWO_COLUMNS && !spot.needs.is_empty());
    let mut first = match (view.spots.as_slice(), spot) {
        ([_], Some(spot)) => of_one(spot, look),
        ([], _) => vec![ended_fact(view, look)],
        (spots, chosen) => spots.iter().map(|spot| of_many(spot, chosen == Some(spot), look)).collect(),
    };
    if let Some(spot) = spot.filter(|spot| area.width < TWO_COLUMNS && !spot.needs.is_empty()) {
        let room = usize::from(area.width).saturating_sub(LABEL + 2);
        first.push((
            "Needs".to_string(),
            in_one_line(&needs_of(Some(view), &spot.needs), room),
            Meaning::Plain,
        ));
    }
    let left = match needs.is_some() {
        // Who has it and since when is read whole before what is needed is.
        true => {
            let longest = first.iter().map(|(_, value, _)| Shown::new(value).width() + LABEL + 3).max();
            let longest = u16::try_from(longest.unwrap_or(0)).unwrap_or(u16::MAX);
            let most = if view.spots.len() > 1 { area.width * 4 / 5 } else { area.width * 3 / 4 };
            longest.clamp(area.width * 5 / 8, most)
        }
        false => area.width,
    };
    let mut last = Vec::new();
    if let Some(due) = view.row.due {
        let distance = match view.row.ended {
            None => format!(" ({})", times::distance(look.now, due)),
            Some(_) => String::new(),
        };
        let urgency = match view.row.ended {
            None => Urgency::of(look.now, Some(view.row.started), Some(due)),
            Some(_) => Urgency::Open,
        };
        let late = if urgency.is_late() { format!("{} ", urgency.mark()) } else { String::new() };
        let due = format!("{late}{}{distance}", when::show(due, look.now, look.zone));
        last.push((
            "Due".to_string(),
            due,
            if urgency.is_late() { meaning(urgency) } else { Meaning::Plain },
        ));
    }
    for (_, pause) in view.case.paused() {
        let until = pause.until.map(|at| format!(", look again {}", times::stamp(at, look.now, look.zone)));
        let since = times::stamp(pause.from, look.now, look.zone);
        let text = format!("{} since {since}{}", pause.reason, until.unwrap_or_default());
        last.push(("Paused".to_string(), text, Meaning::Waiting));
    }
    last.push(("Accountable".to_string(), name(&view.row.accountable).to_string(), Meaning::Plain));
    let room = usize::from(area.height);
    let between = room.saturating_sub(first.len() + last.len());
    first.extend(values(view).into_iter().take(between).map(|(label, value)| (label, value, Meaning::Plain)));
    first.extend(last);
    let longest = first.iter().map(|(label, ..)| Shown::new(label).width() + 1).max().unwrap_or(0);
    let wide = longest.clamp(LABEL, LABEL.max(usize::from(left) * 2 / 5));
    for (row, (label, value, meaning)) in (0..area.height).zip(first) {
        let mut pen = Pen::new(buffer, look.theme, Rect { width: left, ..line(area, row) });
        pen.skip(1).column(&Shown::fit(&label, wide - 1), wide, Meaning::Dim);
        let room = pen.room().saturating_sub(1);
        pen.text(&Shown::fit(&value, room), meaning);
    }
    let Some(spot) = needs else { return };
    let right = Rect { x: area.x + left, width: area.width - left, ..area };
    Pen::new(buffer, look.theme, line(right, 0)).skip(1).word("Needs", Meaning::Title);
    let needs = needs_of(Some(view), &spot.needs);
    let room = usize::from(area.height.saturating_sub(1));
    // What has no room is counted on the last line, and stands in the tab of the step.
    let shown = if needs.len() > room { room.saturating_sub(1) } else { needs.len() };
    let more = (needs.len() > shown).then(|| format!("+{} more", needs.len() - shown));
    let texts = needs.iter().take(shown).map(|(met, label)| format!("{} {label}", tick(*met)));
    for (row, text) in (1..area.height).zip(texts.chain(more)) {
        let mut pen = Pen::new(buffer, look.theme, line(right, row));
        let room = pen.skip(1).room();
        pen.text(&Shown::fit(&text, room), Meaning::Plain);
    }
}

/// As many of them as fit, and how many more there are.
fn in_one_line(needs: &[(bool, String)], room: usize) -> String {
    let words = needs.iter().map(|(met, label)| format!("{} {label}", tick(*met))).collect::<Vec<_>>();
    let line = |shown: usize| match words.len() - shown {
        0 => words.join("  "),
        more => format!("{}  +{more} more", words[..shown].join("  ")),
    };
    let fits = |shown: &usize| Shown::new(&line(*shown)).width() <= room;
    line((1..=words.len()).rev().find(fits).unwrap_or(1.min(words.len())))
}

type Fact = (String, String, Meaning);

/// `bo, offered to you (ana) Wed 08:10`
fn who(spot: &Spot, look: &Look) -> String {
    let place = &spot.place;
    let since = times::stamp(place.since, look.now, look.zone);
    let who = match &place.responsible {
        me if me == look.me => format!("you ({me})"),
        other => other.to_string(),
    };
    let to = match &place.to {
        Some(Party::Person(me)) if me == look.me => format!("you ({me})"),
        Some(Party::Role(role)) => format!("role {role}"),
        Some(party) => name(party).to_string(),
        None => "--".to_string(),
    };
    match place.kind {
        PlaceKind::Offered => format!("{who}, offered to {to} {since}"),
        PlaceKind::Task => {
            let idle = not_started(look.now, place.since);
            let idle = idle.filter(|_| !place.started && place.waiting.is_none());
            let idle = idle.map(|idle| format!(", {idle}")).unwrap_or_default();
            let delegate = place.delegate.as_ref().map(|who| format!(", {who} works on it"));
            format!("{who}, since {since}{idle}{}", delegate.unwrap_or_default())
        }
        PlaceKind::Held if place.declined.is_some() => format!("{who}, declined by {to} {since}"),
        PlaceKind::Held => format!("{who}, taken back from {to} {since}"),
        PlaceKind::Waiting => format!("{who}, while it waits since {since}"),
    }
}

fn promise(spot: &Spot) -> &'static str {
    if spot.place.kind == PlaceKind::Offered { "accept by" } else { "step due" }
}

fn of_one(spot: &Spot, look: &Look) -> Vec<Fact> {
    let mut facts = vec![("Responsible".to_string(), who(spot, look), Meaning::Plain)];
    if let Some(due) = spot.place.due {
        let due = when::show(due, look.now, look.zone);
        facts.push((capital(promise(spot)), due, meaning(spot.urgency)));
    }
    if let Some(due) = spot.done_by {
        facts.push(("Done by".to_string(), when::show(due, look.now, look.zone), Meaning::Plain));
    }
    if let Some((reason, until)) = &spot.place.waiting {
        let word = if spot.place.ends_by_itself() { "until" } else { "look again" };
        let until = until.map(|at| format!(", {word} {}", times::stamp(at, look.now, look.zone)));
        let waits = format!("{reason}{}", until.unwrap_or_default());
        facts.push(("Waits".to_string(), waits, Meaning::Waiting));
    }
    if let Some((reason, text)) = &spot.place.declined {
        let label = if spot.place.task.is_some() { "Declined" } else { "Why" };
        facts.push((label.to_string(), format!("{}: \"{text}\"", reason.words()), Meaning::Plain));
    }
    facts
}

/// One line for one of several open branches; `>` stands before the one the keys act on.
fn of_many(spot: &Spot, chosen: bool, look: &Look) -> Fact {
    let left = times::left(look.now, spot.place.due, look.zone);
    let mark = if chosen { ">" } else { " " };
    let waits = if spot.place.waiting.is_some() { ", waits" } else { "" };
    // How late it is comes first: a long name must not push it off the line.
    let text = format!("{} {left}  {}{waits}", spot.urgency.mark(), who(spot, look));
    (format!("{mark}{}", spot.step_title), text.trim_start().to_string(), meaning(spot.urgency))
}

fn ended_fact(view: &CaseView, look: &Look) -> Fact {
    let at = view.row.ended.map(|at| format!(", {}", when::show(at, look.now, look.zone)));
    let outcome = view.row.outcome.as_ref().map(|outcome| format!(": {outcome}"));
    let text = format!("{}{}{}", view.row.state, outcome.unwrap_or_default(), at.unwrap_or_default());
    ("Closed".to_string(), text, Meaning::Plain)
}
