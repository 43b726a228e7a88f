//! What the inbox says about the item under the cursor: from the item alone while the case is being fetched,
//! and from the case once it is there.

use super::page::Page;
use super::{Look, line, meaning, right_of, times};
use crate::desk::{CaseView, InboxItem, Need, Spot, What};
use crate::domain::field;
use crate::domain::process::Process;
use crate::domain::story::Line;
use crate::domain::urgency::not_started;
use crate::domain::{Handle, Party};
use crate::text::Shown;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Pen;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Timeline lines below a list, and beside one.
const LAST: usize = 3;
/// Columns below which a further entry would only be cut.
const LEAST: usize = 24;
const LATEST: usize = 12;
/// Columns of a label.
const LABEL: usize = 11;

/// An item, and its case once that is there.
pub struct Preview<'a> {
    pub item: &'a InboxItem,
    pub case: Option<&'a CaseView>,
    /// The two likely actions with their keys.
    pub likely: &'a str,
}

impl<'a> Preview<'a> {
    fn spot(&self) -> Option<&'a Spot> {
        let spots = &self.case?.spots;
        spots.iter().find(|spot| Some(spot.place.branch) == self.item.branch)
    }

    /// `offered by bo to finance, Wed 08:10`
    fn how_it_came(&self, look: &Look) -> String {
        let InboxItem { what, from, to, responsible, since, .. } = self.item;
        let since = times::stamp(*since, look.now, look.zone);
        let from = from.as_ref().map_or_else(|| "--".to_string(), Handle::to_string);
        let to = match to {
            Some(Party::Person(person)) if person == look.me => String::new(),
            // A role may be called `it` or `sales`, which read like other words.
            Some(party @ Party::Role(_)) => format!(" to role {}", name(party)),
            Some(party) => format!(" to {}", name(party)),
            None => String::new(),
        };
        match what {
            What::Accept => format!("offered by {from}{to}, {since}"),
            What::Back if self.item.declined.is_some() => {
                format!("declined{}, {since}", to.replacen("to", "by", 1))
            }
            What::Back => format!("taken back, {since}"),
            // A decision of several names the role that votes although somebody has it in hand.
            What::Escalated if !to.is_empty() && self.item.task.is_none() => {
                format!("offered{to} {since}, not taken")
            }
            What::Escalated | What::Risk => format!("with {responsible} since {since}"),
            What::Exception | What::Join => format!("since {since}"),
            What::Message => format!("written by {from}, {since}"),
            What::Closed => format!("ended {since}"),
            What::Delegated => format!("{responsible} is responsible, you work on it"),
            What::Vote => format!("{responsible} is responsible, you have a vote"),
            What::Late | What::Start | What::Due | What::Waiting => {
                let idle = not_started(look.now, self.item.since).filter(|_| self.item.is_unstarted());
                let idle = idle.map(|idle| format!(", {idle}")).unwrap_or_default();
                // Other lists than the inbox show everybody's.
                let another = Some(responsible).filter(|responsible| *responsible != look.me);
                match self.item.on_behalf.as_ref().or(another) {
                    Some(whose) => format!("{whose}'s since {since}{idle}"),
                    None => format!("yours since {since}{idle}"),
                }
            }
        }
    }

    /// What the due instant is a promise of.
    fn promise(&self) -> &'static str {
        match self.item.what {
            _ if self.item.of_case => "case due",
            // Work in hand that is offered on: its own promise is older than the offer, and runs out first.
            What::Accept | What::Escalated
                if self.item.clock_started.is_some_and(|began| began < self.item.since) =>
            {
                "due"
            }
            What::Accept => "accept by",
            What::Escalated
                if self.item.to.is_some() && self.item.task.is_none() && self.item.branch.is_some() =>
            {
                "accept by"
            }
            What::Waiting if self.item.ends_by_itself => "goes on",
            // Work that waits may have a date of its own beside, or none when to look.
            What::Waiting | What::Due
                if self.item.waiting.as_ref().is_some_and(|(_, until)| *until == self.item.due) =>
            {
                "look again"
            }
            _ => "due",
        }
    }

    /// Why it is here, where that needs words: a label and a sentence.
    fn reason(&self, look: &Look) -> Option<(&'static str, String)> {
        let item = self.item;
        if let Some((reason, until)) = &item.waiting {
            let word = if item.ends_by_itself { "until" } else { "look again" };
            let until = until.map(|at| format!(", {word} {}", times::stamp(at, look.now, look.zone)));
            let label = if item.paused.is_some() { "Paused" } else { "Waits" };
            return Some((label, format!("{reason}{}", until.unwrap_or_default())));
        }
        if let Some(reason) = &item.paused {
            return Some(("Paused", reason.clone()));
        }
        if let Some((reason, text)) = &item.declined {
            let label = if item.task.is_some() { "Declined" } else { "Why" };
            return Some((label, format!("{}: \"{text}\"", reason.words())));
        }
        if let Some(why) = &item.why {
            return Some(("Why", why.clone()));
        }
        if let Some((_, _, text)) = &item.exception {
            return Some(("About", text.clone()));
        }
        if let Some(risk) = &item.risk {
            return Some(("Risk", risk.words()));
        }
        let note = self.spot()?.note.as_ref()?;
        Some(("Note", format!("\"{note}\"")))
    }

    /// `Quote -> Approve`
    fn step(&self) -> String {
        let before = self.case.and_then(|view| {
            let handoff = view.case.handoffs.get(&self.item.handoff?)?;
            Some(title(&view.process, handoff.from_step.as_ref()?))
        });
        match before {
            Some(before) if self.item.what == What::Accept && before != self.item.step_title => {
                format!("{before} -> {}", self.item.step_title)
            }
            _ => self.item.step_title.clone(),
        }
    }

    /// Five lines under a list.
    pub fn draw_below(&self, buffer: &mut Buffer, area: Rect, look: &Look) {
        let item = self.item;
        let mut pen = Pen::new(buffer, look.theme, line(area, 0));
        let urgent = if item.urgent { "  urgent" } else { "" };
        let came = self.how_it_came(look);
        let room = pen.room().saturating_sub(Shown::new(&came).width() + 4).max(pen.room() / 2);
        let title = format!(" {}  {}{urgent}", item.number(), item.title);
        pen.text(&Shown::fit(&title, room), Meaning::Title);
        // Where both are long it is cut rather than left out.
        let left = pen.room().saturating_sub(4);
        right_of(&mut pen, Shown::fit(&came, left).as_str());

        if item.what == What::Message {
            return self.written(buffer, area, look);
        }
        let label = if item.step_title.is_empty() { "" } else { "Step" };
        let mut pen = labelled(buffer, look, line(area, 1), label);
        // How late it is is never what is cut.
        let promised = item.due.map(|due| {
            let at = times::stamp(due, look.now, look.zone);
            let late = match item.urgency.is_late() {
                true => format!("  ({})", times::distance(look.now, due)),
                false => String::new(),
            };
            (format!("     {}  {at}", self.promise()), late)
        });
        let after =
            promised.as_ref().map_or(0, |(at, late)| Shown::new(at).width() + Shown::new(late).width());
        let room = pen.room().saturating_sub(after + 1);
        pen.text(&Shown::fit(&self.step(), room), Meaning::Plain);
        if let Some((at, late)) = promised {
            pen.word(&at, Meaning::Plain).word(&late, meaning(item.urgency));
        }
        if let Some(record) = self.case.and_then(|view| view.record.as_ref()) {
            right_of(&mut pen, &record.name);
        }
        let mut row = 2;
        if let Some((label, reason)) = self.reason(look) {
            labelled(buffer, look, line(area, row), label).word(&reason, Meaning::Plain);
            row += 1;
        }
        if let Some(spot) = self.spot().filter(|spot| !spot.needs.is_empty()) {
            let mut pen = labelled(buffer, look, line(area, row), "Needs");
            for (met, label) in needs(self.case, &spot.needs) {
                pen.word(&format!("{} {label}  ", tick(met)), Meaning::Plain);
            }
            row += 1;
        }
        if !self.likely.is_empty() && row + 1 < area.height {
            labelled(buffer, look, line(area, area.height - 1), "Keys").word(self.likely, Meaning::Active);
        }
        let Some(view) = self.case else { return };
        let mut pen = labelled(buffer, look, line(area, row), "Last");
        // What people did says more than what the tick repeats and what was ticked off.
        let telling = view.timeline.iter().rev().filter(|entry| !matches!(entry.verb, "rung" | "tick"));
        for (n, entry) in telling.take(LAST).enumerate() {
            // The newest has the room it needs; a piece of an older one that says nothing is left out.
            if n > 0 && pen.room() < LEAST {
                break;
            }
            pen.word(if n > 0 { " | " } else { "" }, Meaning::Dim);
            let at = times::stamp(entry.at, look.now, look.zone);
            let room = pen.room();
            pen.text(&Shown::fit(&format!("{at} {} {}", entry.actor, told(entry)), room), Meaning::Plain);
        }
    }

    /// What was written to the person, as much of it as there are lines for: nothing else of the case matters more.
    fn written(&self, buffer: &mut Buffer, area: Rect, look: &Look) {
        let last = area.height.saturating_sub(1);
        let room = usize::from(area.width).saturating_sub(10).max(1);
        let all = self.item.why.as_ref().unwrap_or(&self.item.step_title);
        let (mut lines, fit) = (Shown::new(all).wrapped(room), usize::from(last.saturating_sub(1)).max(1));
        if lines.len() > fit {
            lines.truncate(fit);
            let cut = lines.pop().map(|line| Shown::fit(&format!("{} ... Enter", line.as_str()), room));
            lines.extend(cut);
        }
        for (row, text) in (1..last).zip(lines) {
            labelled(buffer, look, line(area, row), if row == 1 { "Note" } else { "" })
                .text(&text, Meaning::Plain);
        }
        labelled(buffer, look, line(area, last), "Keys").word(self.likely, Meaning::Active);
    }

    /// As much as there is to say, for a page beside a list.
    pub fn page(&self, width: u16, look: &Look) -> Page {
        let item = self.item;
        let mut page = Page::new(width);
        page.line(&format!("{}  {}", item.number(), item.title), Meaning::Title);
        if !self.likely.is_empty() {
            page.line(self.likely, Meaning::Active);
        }
        page.blank();
        if item.what == What::Message {
            page.text(0, item.why.as_ref().unwrap_or(&item.step_title), Meaning::Plain).blank();
        }
        if let Some(view) = self.case {
            page.line(path(view, usize::from(width).saturating_sub(2)).as_str(), Meaning::Plain).blank();
        } else if !item.step_title.is_empty() && item.what != What::Message {
            page.line(&item.step_title, Meaning::Plain).blank();
        }
        page.line(&capital(&self.how_it_came(look)), Meaning::Plain);
        if let Some(due) = item.due {
            let at = times::stamp(due, look.now, look.zone);
            let mark = format!("   {} ", item.urgency.mark());
            let distance = times::distance(look.now, due);
            let meant = meaning(item.urgency);
            let label = Shown::new(&capital(self.promise())).pad(LABEL);
            page.pieces(&[
                (label.as_str(), Meaning::Dim),
                (&at, Meaning::Plain),
                (&mark, meant),
                (&distance, meant),
            ]);
        }
        if item.reminded > 0 {
            page.field("Reminded", LABEL, &times_over(item.reminded), Meaning::Plain);
        }
        if let Some(risk) = &item.risk {
            page.field("At risk", LABEL, &risk.words(), Meaning::Soon);
        }
        if item.urgent {
            page.field("Urgent", LABEL, "yes", Meaning::Plain);
        }
        if let Some(view) = self.case {
            // Two labels that begin alike are told apart where there is room.
            let facts = facts(view);
            let longest = facts.iter().map(|(label, _)| Shown::new(label).width() + 1).max().unwrap_or(0);
            let wide = longest.clamp(LABEL, LABEL.max(usize::from(width) * 2 / 5));
            for (label, value) in facts {
                page.field(&label, wide, &value, Meaning::Plain);
            }
        }
        let reason = self.reason(look).filter(|(label, _)| *label != "Risk" && item.what != What::Message);
        if let Some((label, reason)) = reason {
            let label = match (&item.from, label) {
                (Some(from), "Note") => format!("Note from {from}"),
                _ => label.to_string(),
            };
            page.blank().line(&label, Meaning::Title).text(2, &reason, Meaning::Plain);
        }
        let Some(view) = self.case else { return page };
        if let Some(spot) = self.spot().filter(|spot| !spot.needs.is_empty()) {
            page.blank().line("Needs", Meaning::Title);
            for (met, label) in needs(self.case, &spot.needs) {
                page.line(&format!("  {} {label}", tick(met)), Meaning::Plain);
            }
        }
        page.blank().line("Timeline (newest first)", Meaning::Title);
        for entry in view.timeline.iter().rev().take(LATEST) {
            let at = Shown::new(&times::day(entry.at, look.now, look.zone)).pad(6);
            let actor = Shown::new(&entry.actor.to_string()).pad(4);
            page.line(&format!("  {at} {actor} {}", told(entry)), Meaning::Plain);
        }
        page
    }
}

/// A pen behind ` Step    `.
fn labelled<'a>(buffer: &'a mut Buffer, look: &'a Look, area: Rect, label: &str) -> Pen<'a> {
    let mut pen = Pen::new(buffer, look.theme, area);
    let label = Shown::new(label);
    pen.skip(1).text(&label.pad(label.width().max(7)), Meaning::Dim).skip(1);
    pen
}

/// What a party is called, without the sign that tells people and roles apart in files.
pub fn name(party: &Party) -> &str {
    party.person().or(party.role()).map_or("contact", Handle::as_str)
}

/// What a step needs as people read it, what is missing first: it is what there is to do.
pub fn needs(view: Option<&CaseView>, needs: &[Need]) -> Vec<(bool, String)> {
    let label = |need: &Need| view.map_or_else(|| need.label.clone(), |view| need_label(view, need));
    let mut all = needs.iter().map(|need| (need.met, label(need))).collect::<Vec<_>>();
    all.sort_by_key(|(met, _)| *met);
    all
}

/// Data by its title, and what is on the checklist by its words.
pub fn need_label(view: &CaseView, need: &Need) -> String {
    if need.item.is_none() { label_of(view, &need.label) } else { need.label.clone() }
}

/// `[x]` or `[ ]`.
pub fn tick(met: bool) -> &'static str {
    if met { "[x]" } else { "[ ]" }
}

/// What an entry says, and that it was taken back where it was.
pub fn told(entry: &Line) -> String {
    let back = if entry.undone { " (taken back)" } else { "" };
    format!("{} {}{back}", entry.verb, entry.text)
}

/// The first letter large, as a sentence or a label begins.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

fn times_over(count: usize) -> String {
    match count {
        1 => "once".to_string(),
        2 => "twice".to_string(),
        count => format!("{count} times"),
    }
}

fn title(process: &Process, step: &Handle) -> String {
    process.step(step).map_or_else(|| step.to_string(), |step| step.title.clone())
}

/// What the case is about and the data it carries, by label.
pub fn facts(view: &CaseView) -> Vec<(String, String)> {
    let record = view.record.as_ref().map(|record| (capital(record.kind.as_str()), record.name.clone()));
    let data = view.case.data.iter().filter(|(_, value)| field::is_given(Some(value)));
    let data = data.map(|(name, value)| (label_of(view, name), field::show(value)));
    record.into_iter().chain(data).collect()
}

/// How people read a field of the case's data.
pub fn label_of(view: &CaseView, name: &str) -> String {
    let declared = view.process.field(name).and_then(|field| field.title.clone());
    declared.unwrap_or_else(|| capital(&name.replace('_', " ")))
}

/// `Intake > Quote > [Approve] > Install`, with brackets wherever an open branch is. What does not fit is left
/// out at the front, so that the first bracket is always there.
pub fn path(view: &CaseView, width: usize) -> Shown {
    let here = |step: &Handle| view.spots.iter().any(|spot| &spot.place.step == step);
    let steps = &view.process.steps;
    let first_here = steps.iter().position(|step| here(&step.handle)).unwrap_or(0);
    let names = steps.iter().map(|step| match here(&step.handle) {
        true => Shown::new(&format!("[{}]", step.title)),
        false => Shown::new(&step.title),
    });
    let names = names.collect::<Vec<_>>();
    let arrow = Shown::new(" > ");
    let upto = |from: usize| {
        let names = names.iter().take(first_here + 1).skip(from);
        names.map(|name| name.width() + arrow.width()).sum::<usize>()
    };
    let mut from = 0;
    while from < first_here && upto(from) + if from > 0 { 5 } else { 0 } > width {
        from += 1;
    }
    let mut text = Shown::new(if from > 0 { "... > " } else { "" });
    for (n, name) in names.iter().enumerate().skip(from) {
        if text.width() > width {
            break;
        }
        text = if n > from { text.then(&arrow).then(name) } else { text.then(name) };
    }
    text.cut(width)
}

#[cfg(test)]
mod tests {
    use super::super::inbox_row::from;
    use super::super::testing::{Eyes, handle, item, nov};
    use super::*;
    use crate::domain::urgency::Urgency;

    #[test]
    fn what_another_has_in_hand_is_said_to_be_theirs_and_an_offer_of_late_work_to_be_due() {
        let eyes = Eyes::of_ana();
        let said = |item: &InboxItem| {
            let preview = Preview { item, case: None, likely: "" };
            let who = from(item, &eyes.look()).to_string();
            (who, preview.how_it_came(&eyes.look()), preview.promise())
        };
        let mut due = item(What::Due, 7, "Roof", "Quote", Some("20 12:42"), Urgency::Soon);
        let (who, came, _) = said(&due);
        assert!(who == "me" && came.starts_with("yours since"), "{who}: {came}");
        due.responsible = handle("gus");
        let (who, came, _) = said(&due);
        assert!(who == "gus" && came.starts_with("gus's since"), "{who}: {came}");
        let mut offer = item(What::Accept, 7, "Roof", "Quote", Some("19 12:42"), Urgency::Late);
        offer.clock_started = Some(offer.since);
        assert_eq!(said(&offer).2, "accept by");
        offer.clock_started = Some(nov("10 08:00"));
        assert_eq!(said(&offer).2, "due");
    }

    #[test]
    fn work_that_waits_is_looked_at_again_when_somebody_said_so_and_else_is_due() {
        let mut waits = item(What::Waiting, 7, "Roof", "Quote", Some("20 12:42"), Urgency::Soon);
        let promise = |item: &InboxItem| Preview { item, case: None, likely: "" }.promise();
        waits.waiting = Some(("paper".to_string(), None));
        assert_eq!(promise(&waits), "due");
        waits.waiting = Some(("paper".to_string(), Some(nov("20 12:42"))));
        assert_eq!(promise(&waits), "look again");
    }
}
