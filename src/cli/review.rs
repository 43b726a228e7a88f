//! How fit a process is and what its reviews come to, as commands.

use super::print::{Table, json_text};
use super::receipt;
use super::session::Session;
use crate::desk::{Error, Scorecard};
use crate::domain::Handle;
use crate::domain::diagnostic::{Answer, readiness};
use crate::domain::review::Verdict;
use serde_json::{Value, json};

/// The answers of every process, a line each.
pub fn cards(s: &mut Session) -> Result<(), Error> {
    let mut work = s.look()?;
    let cards = work.desk.scorecards(None, work.now)?;
    let wall = work.wall();
    let mut table =
        Table::new(&["PROCESS", "YES", "DOCUMENTED", "OWNED", "TRACKED", "IMPROVED", "AUTOMATED", "REVIEW"]);
    for card in &cards {
        let word = |answer: &Answer| if answer.yes() { "yes" } else { "no" }.to_string();
        let mut cells = vec![card.process.handle.to_string(), format!("{} of 5", yes(card))];
        cells.extend(card.answers.iter().map(word));
        cells.push(wall.maybe(card.next_review));
        table.row(cells);
    }
    let rows = cards.iter().map(|card| card_json(card, &wall)).collect::<Vec<_>>();
    s.list(&table, rows, "There are no processes yet.");
    Ok(())
}

/// The five questions about one process with what is missing, and its reviews.
pub fn card(s: &mut Session, process: &Handle) -> Result<(), Error> {
    let mut work = s.look()?;
    let cards = work.desk.scorecards(Some(process), work.now)?;
    let Some(card) = cards.first() else { return Ok(()) };
    // What a verdict would be about.
    let version = card.open_review.map(|(_, version)| version);
    let compared = work.desk.version_review(process, version, work.now, 1)?;
    let wall = work.wall();
    if s.json {
        let mut value = card_json(card, &wall);
        value["comparison"] = super::metrics::review::json_of(&compared, &wall);
        s.out.push_str(&json_text(&value));
        return Ok(());
    }
    s.line(&format!("{} version {}: {} of 5", card.process.handle, card.version, yes(card)));
    for answer in &card.answers {
        let word = if answer.yes() { "yes" } else { "no " };
        s.line(&format!("  {word}  {}  {}", answer.question.words(), answer.found));
        answer.missing.iter().for_each(|missing| s.line(&format!("       {missing}")));
    }
    let fit = readiness(&card.process, None);
    let word = if fit.is_below() { "a rule needs a reason and a review" } else { "fit for rules" };
    s.line(&format!("Of what rules rest on {} of {} is said: {word}.", fit.there, fit.of));
    compared.lines().iter().for_each(|line| s.line(line));
    match (card.open_review, card.next_review) {
        (Some((case, of)), _) if of != card.version => {
            s.line(&format!(
                "The review {case} of version {of} is open; version {} has replaced it.",
                card.version
            ));
        }
        (Some((case, _)), _) => s.line(&format!("The review {case} is open.")),
        (None, Some(next)) => s.line(&format!("The next review begins {}.", wall.at(next))),
        (None, None) => s.line("No review is promised."),
    }
    match card.open_review {
        Some(_) => s.say(&format!("`baton process review {process} --verdict keep --reason …` ends it.")),
        None if yes(card) < 5 => {
            s.say(&format!("`baton process export {process}` gives the file to add it to."));
        }
        None => {}
    }
    Ok(())
}

/// Ends the open review.
pub fn verdict(
    s: &mut Session,
    process: &Handle,
    verdict: &str,
    reason: Option<String>,
) -> Result<(), Error> {
    let Some(verdict) = Verdict::of(verdict) else { return Ok(()) };
    let mut work = s.change()?;
    let ctx = s.context(&work)?;
    for done in work.desk.give_verdict(process, None, verdict, reason, &ctx)? {
        receipt::say_done(s, &mut work, &done)?;
    }
    Ok(())
}

fn yes(card: &Scorecard) -> usize {
    card.answers.iter().filter(|answer| answer.yes()).count()
}

fn card_json(card: &Scorecard, wall: &super::print::Wall<'_>) -> Value {
    let answers = card.answers.iter().map(|answer| {
        json!({
            "question": answer.question.code(),
            "yes": answer.yes(),
            "found": answer.found,
            "missing": answer.missing,
        })
    });
    let fit = readiness(&card.process, None);
    json!({
        "readiness": {"there": fit.there, "of": fit.of, "below": fit.is_below(), "missing": fit.missing},
        "process": card.process.handle.as_str(),
        "version": card.version,
        "yes": yes(card),
        "answers": answers.collect::<Vec<_>>(),
        "next_review": wall.json_maybe(card.next_review),
        "open_review": card.open_review.map(|(case, _)| case.to_string()),
        "open_review_version": card.open_review.map(|(_, version)| version),
    })
}
