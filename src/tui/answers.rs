//! What each question of the screen is answered with: the desk is asked, and the answer put into the form the model
//! takes. Changes nothing, and knows nothing of the model.

use super::msg::{Loaded, Query};
use super::panes::filter::{self, Filter};
use super::panes::{boards, records};
use super::worker::Place;
use crate::desk::{Card, CaseFilter, Depth, Desk, Error, Found, Looks, PAGE, Page};
use crate::domain::rows::{CaseRow, RecordRow};
use crate::domain::{CaseId, Span};
use crate::picture::{Body, Picture, picture};

/// Answers a question.
pub(super) fn load(desk: &mut Desk, place: &Place, query: Query) -> Result<Loaded, Error> {
    let now = place.clock.now();
    Ok(match query {
        Query::Catalog => Loaded::Catalog(desk.catalog()?),
        Query::Inbox => Loaded::Inbox(desk.inbox(&place.me, now)?),
        Query::Case(id) => Loaded::Case(Box::new(desk.case(id, now)?)),
        Query::Board { wish, filter } => {
            let mut keep = keeps(&filter, |card: &Card| boards::words(card, &wish.process, &place.me, now));
            let board = desk.board(&wish, keep.as_mut().map(|keep| keep as _), now)?;
            Loaded::Board { board, filter }
        }
        Query::Cards { process, step, edge, filter } => {
            let page = match keeps(&filter, |card: &Card| boards::words(card, &process, &place.me, now)) {
                Some(mut keep) => desk.search(&process, &edge, &mut keep, now)?,
                None => desk.card_page(&process, step.as_ref(), &edge, PAGE, now)?,
            };
            Loaded::Cards { process, step, filter, page }
        }
        Query::AllCards { process, filter } => super::marks::load(desk, place, process, filter)?,
        Query::AllRecords { kind, filter } => super::record_marks::load(desk, place, kind, filter)?,
        Query::Names(begins) => Loaded::Names { items: desk.names(&begins)?, begins },
        Query::More { process, days, filter } => {
            Loaded::More(Box::new(super::figures_more::count(desk, &process, days, filter, now)?))
        }
        Query::Loads => {
            let load = |line: crate::desk::PersonLine| (line.handle, (line.open, line.late));
            Loaded::Loads(desk.people(now)?.into_iter().map(load).collect())
        }
        Query::Find { words, from: None } if words.parse::<CaseId>().is_ok() => {
            let ids = words.parse::<CaseId>().ok().map(|id| vec![id]);
            let cases = desk.cases(&CaseFilter { ids, ..CaseFilter::default() })?;
            Loaded::Found { words, from: None, found: Found { cases, ..Found::default() } }
        }
        Query::Find { words, from } => {
            let (mut case, mut record) = (Filter::new(&words), Filter::new(&words));
            let looks = Looks {
                // Only what the palette shows of every case, which looks through it once more.
                case: &mut |row: &CaseRow| case.keeps(&format!("{} {}", row.id, row.title)),
                record: &mut |row: &RecordRow| record.keeps(&filter::row(&row.name, [], &row.tags)),
            };
            let found = desk.find(from, looks, now)?;
            Loaded::Found { words, from, found }
        }
        Query::RecordPage { wish, filter } => {
            let mut keep = keeps(&filter, records::words);
            let page =
                desk.record_page(&wish, keep.as_mut().map(|keep| keep as _), filter.contains("is:"), now)?;
            Loaded::RecordPage { wish, filter, kinds: desk.kind_lengths()?, page }
        }
        Query::Record(id) => Loaded::Record(Box::new(desk.record_to(id, Depth::SCREEN, now)?)),
        Query::RecordBrief(id) => Loaded::Record(Box::new(desk.record_to(id, Depth::PREVIEW, now)?)),
        Query::Leaving(person) => Loaded::Leaving(Box::new(desk.person(&person, now)?)),
        Query::Glance { process, days } => Loaded::Glance(Box::new(desk.glance(&process, days, now)?)),
        Query::Figures { process, days, filter } => super::narrowed::load(desk, &process, days, filter, now)?,
        Query::Picture { process, days, name, filter } => {
            let from = now - Span::DAY.times(i64::from(days));
            let chosen = super::narrowed::within(&filter, days, now);
            let (cases, withdrawn) = (desk.facts(&process, &chosen)?, desk.withdrawn(&process, &chosen)?);
            let catalog = desk.catalog()?;
            let steps = catalog.newest(&process).into_iter().flat_map(|(_, process)| &process.steps);
            let steps = steps.map(|step| (step.handle.clone(), step.title.clone())).collect::<Vec<_>>();
            let nothing = || Picture { title: String::new(), notes: Vec::new(), body: Body::Nothing };
            let zone = desk.zone_for_weeks(&process)?;
            let drawn = picture(name, &cases, &withdrawn, &steps, from, now, &zone);
            Loaded::Picture(Box::new(drawn.unwrap_or_else(nothing)))
        }
        Query::Holidays { path, calendar } => {
            Loaded::Holidays(Box::new(desk.holidays_of_file(&path, calendar.as_ref(), now)?))
        }
        Query::Place(at, days) => Loaded::Place(Box::new(super::serve::place(desk, place, &at, days)?)),
        Query::Check { process, text } => Loaded::Checked(Box::new(desk.check_text(&process, &text)?)),
        Query::Stranded { person, absence } => {
            let stranded = Box::new(desk.stranded(&person, &absence, now)?);
            Loaded::Stranded { person, absence, stranded }
        }
        Query::Queue(queue) => Loaded::Queue(queue, desk.queue(queue, &place.me, now)?),
        Query::Became { case, after } => {
            Loaded::Became { case, words: desk.became_of(case, after, &place.me)? }
        }
        Query::Outlook(process) => super::outlook::load(desk, process, now)?,
        Query::Ranked => Loaded::Ranked(desk.ranked(now)?),
        Query::Preview(deed) => super::deeds::load(desk, place, deed)?,
        Query::Since => super::serve::since(desk, place)?,
        Query::OpenOf(ids) => super::listed::load(desk, ids, now)?,
        Query::Drafts => Loaded::Drafts(desk.drafts(&place.me)?),
        Query::Stuck(case) => Loaded::Stuck(Box::new(desk.stuck(case, now)?)),
        Query::Lost { process, days } => {
            let from = now - Span::DAY.times(i64::from(days));
            let lost = desk.lost(&process, from, now)?;
            Loaded::Lost { process, lost }
        }
        Query::Cases { title, edge, first, ids, total } => {
            let rows = desk.cases_of(&ids)?;
            Loaded::Cases {
                title,
                page: Page { edge, rows, first: Some(first), total: Some(total), rest: None },
            }
        }
    })
}

/// What a filter says of a row by its words; `None` where nothing is typed.
pub(super) fn keeps<T, W: Fn(&T) -> String>(
    filter: &str,
    words: W,
) -> Option<impl FnMut(&T) -> bool + use<T, W>> {
    let mut filter = (!filter.is_empty()).then(|| Filter::new(filter))?;
    Some(move |row: &T| filter.keeps(&words(row)))
}
