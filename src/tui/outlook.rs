//! When the open cases of a process are likely to end, as a list one can go through: what is least likely to be in time
//! first, and `Enter` opens its case. What is likely is the desk's to say.

use super::model::Model;
use super::msg::{Effect, Loaded, Query};
use super::overlays::Overlay;
use super::overlays::menu::{Item, Menu, Pick};
use super::panes::times;
use super::update::say;
use crate::desk::{Desk, Error};
use crate::domain::counted::counted;
use crate::domain::flow::{Basis, Forecast};
use crate::domain::{Handle, Instant};

/// What is likely of each open case of a process.
#[derive(Debug, Clone)]
pub struct Outlook {
    process: Handle,
    /// How many finished cases it is told from.
    from: usize,
    cases: Vec<(String, Forecast)>,
}

/// Asks for it.
pub(super) fn ask(model: &mut Model) -> Vec<Effect> {
    super::reviews::meant(model).map(|process| Effect::Load(Query::Outlook(process))).into_iter().collect()
}

/// Tells it.
pub(super) fn load(desk: &mut Desk, process: Handle, now: Instant) -> Result<Loaded, Error> {
    let (mut likely, from) = desk.forecasts(&process, now)?;
    // Least likely to be in time first; of what cannot be said, the oldest.
    likely.sort_by(|a, b| {
        let key = |of: &Forecast| (of.on_time.unwrap_or(2.0), -of.rank.unwrap_or(0.0));
        key(a).partial_cmp(&key(b)).unwrap_or(std::cmp::Ordering::Equal).then(a.case.cmp(&b.case))
    });
    let rows = desk.cases_of(&likely.iter().map(|of| of.case).collect::<Vec<_>>())?;
    let title = |of: &Forecast| rows.iter().find(|row| row.id == of.case).map(|row| row.title.clone());
    let cases = likely.into_iter().filter_map(|of| Some((title(&of)?, of))).collect();
    Ok(Loaded::Outlook(Box::new(Outlook { process, from, cases })))
}

/// Shows it.
pub(super) fn came(model: &mut Model, outlook: &Outlook) {
    let Outlook { process, from, cases } = outlook;
    if cases.is_empty() {
        return say(model, &format!("No case of {process} is open."));
    }
    let item = |(title, of): &(String, Forecast)| Item {
        label: format!("{} {title}", of.case),
        detail: words(of, model),
        key: String::new(),
        possible: true,
        pick: Pick::Case(of.case),
    };
    let title = format!("When {process} is likely to end, told from {}", counted(*from, "finished case"));
    let mut menu = Menu::new(&title, "case", cases.iter().map(item).collect());
    menu.wide = true;
    model.overlays.push(Overlay::Menu(Box::new(menu)));
}

/// `64% in time; half by Thu 26 Nov, 85% by 1 Dec, like 22 as long in this step`
fn words(of: &Forecast, model: &Model) -> String {
    let by = |at: Instant| times::stamp(at, model.now, &model.zone);
    let percent = |part: f64| format!("{:.0}%", part * 100.0);
    let in_time = of.on_time.map(|part| format!("{} in time", percent(part)));
    let (half, most) = (of.half_by.map(by), of.most_by.map(by));
    let ends = half.zip(most).map(|(half, most)| format!("half by {half}, 85% by {most}"));
    let like = match of.basis {
        Basis::StepAndAge => format!("like {} as long in this step", of.n),
        Basis::Age => format!("like {} as old", of.n),
        Basis::Rank => {
            let older = of.rank.map(|rank| format!("older than {} of those that ended; ", percent(rank)));
            format!("{}too few as old to say more", older.unwrap_or_default())
        }
    };
    in_time.into_iter().chain(ends).chain([like]).collect::<Vec<_>>().join("; ")
}
