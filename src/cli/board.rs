//! The board of a process without the screen: every step in its order, with what is there.

use super::args_places::BoardArgs;
use super::print::{Table, Wall, json_text, seconds};
use super::session::{Session, Work};
use crate::desk::{Board, BoardWish, Card, Column, Edge, Error};
use crate::domain::rows::PlaceKind;
use crate::domain::{Handle, Party, when};
use serde_json::{Value, json};

/// Cards read at once.
const PAGE: usize = 1_000;

pub fn board(s: &mut Session, args: &BoardArgs) -> Result<(), Error> {
    let mut work = s.look()?;
    let wish = BoardWish { process: args.process.clone(), columns: Vec::new(), table: Edge::Start };
    let board = work.desk.board(&wish, None, work.now)?;
    if let Some(step) = &args.step
        && !board.columns.iter().any(|column| &column.step == step)
    {
        return Err(no_step(&board, step));
    }
    let wanted = |column: &&Column| args.step.as_ref().is_none_or(|step| &column.step == step);
    let mut table = Table::new(&["STEP", "CASE", "TITLE", "STATE", "WHO", "HERE FOR", "DUE"]);
    let mut columns = Vec::new();
    for column in board.columns.iter().filter(wanted) {
        let mut cards = cards(&mut work, &board.process, &column.step)?;
        cards.retain(|card| !args.late || card.urgency().is_late());
        let wall = work.wall();
        for card in &cards {
            let (at, of) = card.of;
            let branch = if of > 1 { format!(" ({at}/{of})") } else { String::new() };
            table.row([
                column.title.clone(),
                card.case.to_string(),
                format!("{}{}{branch}", if card.urgent { "! " } else { "" }, card.title),
                state(card, &wall),
                who(card),
                when::distance(work.now - card.since),
                wall.left(card.pressing.due),
            ]);
        }
        columns.push(json!({
            "step": column.step.as_str(),
            "title": column.title,
            "open": column.open,
            "late": column.late,
            "limit": column.limit,
            "cards": cards.iter().map(|card| card_json(card, &wall)).collect::<Vec<_>>(),
        }));
    }
    if s.json {
        let value = json!({
            "process": board.process.as_str(),
            "title": board.title,
            "cases": board.cases,
            "open": board.open,
            "late": board.late,
            "columns": columns,
        });
        s.out.push_str(&json_text(&value));
        return Ok(());
    }
    s.list(&table, Vec::new(), "Nothing is open there.");
    s.say(&strip(&board));
    Ok(())
}

/// All cards of a step, most late first.
fn cards(work: &mut Work, process: &Handle, step: &Handle) -> Result<Vec<Card>, Error> {
    let (mut all, mut edge) = (Vec::new(), Edge::Start);
    loop {
        let page = work.desk.card_page(process, Some(step), &edge, PAGE, work.now)?.rows;
        let whole = page.len() < PAGE;
        edge = page.last().map_or(edge, |card| Edge::After(card.key()));
        all.extend(page);
        if whole {
            return Ok(all);
        }
    }
}

/// Every column with how much is there, so that an empty one is said too: `Intake 4, Quote 7 (1 late), Approve 3/5`.
fn strip(board: &Board) -> String {
    let column = |column: &Column| {
        let limit = column.limit.map(|limit| format!("/{limit}")).unwrap_or_default();
        let late = if column.late > 0 { format!(" ({} late)", column.late) } else { String::new() };
        format!("{} {}{limit}{late}", column.title, column.open)
    };
    let columns = board.columns.iter().map(column).collect::<Vec<_>>().join(", ");
    format!("{}: {} open, {} late. {columns}.", board.title, board.cases, board.late)
}

fn state(card: &Card, wall: &Wall<'_>) -> String {
    let state = match (card.kind, &card.waiting) {
        (_, Some((reason, _))) => format!("waits: {reason}"),
        (PlaceKind::Offered, _) => "offered".to_string(),
        (PlaceKind::Held, _) => "back".to_string(),
        (PlaceKind::Waiting, _) => "waits".to_string(),
        (PlaceKind::Task, _) if card.is_unstarted() => "not begun".to_string(),
        (PlaceKind::Task, _) => "in work".to_string(),
    };
    if card.is_slow(wall.now) { format!("{state}, slow") } else { state }
}

/// `>ana` for what is offered to her and not accepted.
fn who(card: &Card) -> String {
    match (card.kind, &card.to) {
        (PlaceKind::Offered, Some(to)) => format!(">{}", to.to_string().trim_start_matches('@')),
        _ => card.responsible.to_string(),
    }
}

fn card_json(card: &Card, wall: &Wall<'_>) -> Value {
    json!({
        "case": card.case.to_string(),
        "branch": card.branch,
        "branches": card.of.1,
        "title": card.title,
        "state": state(card, wall),
        "responsible": card.responsible.as_str(),
        "to": card.to.as_ref().map(Party::to_string),
        "handoff": card.handoff.map(|id| id.to_string()),
        "task": card.task.map(|id| id.to_string()),
        "since": wall.json(card.since),
        "here_seconds": seconds(wall.now - card.since),
        "due": wall.json_maybe(card.pressing.due),
        "late_seconds": wall.json_late(card.pressing.due),
        "urgency": card.urgency().word(),
        "of_case": card.pressing.of_case,
        "urgent": card.urgent,
        "slow": card.is_slow(wall.now),
        "usual_seconds": card.usual.map(seconds),
        "tags": card.tags.iter().map(Handle::as_str).collect::<Vec<_>>(),
    })
}

fn no_step(board: &Board, step: &Handle) -> Error {
    let steps = board.columns.iter().map(|column| column.step.as_str()).collect::<Vec<_>>().join(", ");
    Error::input(format!("{} has no step `{step}`.", board.process), format!("Steps: {steps}."))
}
