//! What is likely to happen, from what did happen in this process: whether an open case meets its due instant,
//! how many will be done by a date, when so many will be. Says what it rests on, and how such sayings held in
//! the process's own past. `now` and the seed are arguments: the same ones give the same answers.

use super::age::ages;
use super::{CaseFacts, Dice};
use crate::domain::metrics::nearest_rank;
use crate::domain::zone::Zone;
use crate::domain::{CaseId, Handle, Instant, Span};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Fewer past cases than this are no ground for a probability.
const ENOUGH: usize = 20;
const DRAWS: usize = 4000;
/// So many past moments are asked how they would have been forecast; more would only take longer.
const MOMENTS: usize = 600;

/// How it went on from a visit to a step.
#[derive(Debug, Clone, PartialEq)]
pub struct Remaining {
    pub case: CaseId,
    pub step: Handle,
    /// How long the case stayed in the step, and how long it took from entering it to its end.
    pub stayed: Span,
    pub to_end: Span,
    pub entered: Instant,
    /// When the case ended: from then on it was known.
    pub known: Instant,
}

/// What a forecast rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// Past cases that stayed in the step at least as long.
    StepAndAge,
    /// Past cases at least as old, whatever their step: too few were in this one for so long.
    Age,
    /// Too few for a probability: only how many past cases were done by this age.
    Rank,
}

/// What is likely for an open case.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    pub case: CaseId,
    pub basis: Basis,
    /// Past cases it rests on.
    pub n: usize,
    /// From 0 to 1; `None` without a due instant, or with too little to say.
    pub on_time: Option<f64>,
    /// Half, and 85 of a hundred, would end by then.
    pub half_by: Option<Instant>,
    pub most_by: Option<Instant>,
    /// Part of finished cases that took no longer than this one has by now.
    pub rank: Option<f64>,
    /// Finished cases that were open for as long or longer, and how many of those for longer than this one may.
    pub as_old: (usize, usize),
}

/// Everything finished cases show.
pub fn remaining(cases: &[CaseFacts]) -> Vec<Remaining> {
    let of = |case: &CaseFacts| {
        let ended = case.ended.unwrap_or(case.started);
        let visits = case.visits.iter().filter_map(|visit| {
            Some(Remaining {
                case: case.id,
                step: visit.step.clone(),
                stayed: visit.left? - visit.entered,
                to_end: ended - visit.entered,
                entered: visit.entered,
                known: ended,
            })
        });
        visits.collect::<Vec<_>>()
    };
    super::finished(cases).flat_map(of).collect()
}

/// What finished cases show of how it goes on, small enough to be kept between questions.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Past {
    /// By step and by case: how long each visit stayed, and how long it was from coming to the end of the case.
    steps: BTreeMap<Handle, Vec<Vec<(Span, Span)>>>,
    cycles: Vec<Span>,
}

/// Where an open case stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    pub case: CaseId,
    pub started: Instant,
    pub due: Option<Instant>,
    /// Its steps, each once, with when it came there.
    pub at: BTreeMap<Handle, Instant>,
}

impl Past {
    pub fn of(cases: &[CaseFacts]) -> Past {
        let mut by_step = BTreeMap::<Handle, BTreeMap<CaseId, Vec<_>>>::new();
        for one in remaining(cases) {
            by_step.entry(one.step).or_default().entry(one.case).or_default().push((one.stayed, one.to_end));
        }
        let steps = by_step.into_iter().map(|(step, of)| (step, of.into_values().collect())).collect();
        Past { steps, cycles: super::cycles(cases) }
    }

    /// Finished cases it is of.
    pub fn n(&self) -> usize {
        self.cycles.len()
    }

    /// The longest that anything went on; beyond it nothing can be said to be late.
    pub fn longest(&self) -> Span {
        let to_end = self.steps.values().flatten().flatten().map(|(_, to_end)| *to_end);
        to_end.chain(self.cycles.iter().copied()).max().unwrap_or(Span::ZERO)
    }

    pub fn forecast(&self, of: &Standing, now: Instant, seed: u64) -> Forecast {
        let places = of.at.iter().map(|(step, since)| {
            let in_step = now - *since;
            let left = |visits: &Vec<(Span, Span)>| {
                let as_long = visits.iter().filter(|(stayed, _)| *stayed >= in_step);
                as_long.map(|(_, to_end)| *to_end - in_step).collect::<Vec<_>>()
            };
            let past = self.steps.get(step).into_iter().flatten();
            past.map(left).filter(|of| !of.is_empty()).collect::<Vec<_>>()
        });
        let places = places.collect::<Vec<_>>();
        let age = now - of.started;
        let cycles = &self.cycles;
        let rank = (!cycles.is_empty())
            .then(|| cycles.iter().filter(|cycle| **cycle <= age).count() as f64 / cycles.len() as f64);
        let n = places.iter().map(Vec::len).min().unwrap_or(0);
        let (basis, n, left) = if n >= ENOUGH {
            (Basis::StepAndAge, n, drawn(&places, seed))
        } else {
            let older = cycles.iter().filter(|cycle| **cycle >= age).map(|cycle| *cycle - age);
            let older = older.collect::<Vec<_>>();
            match older.len() >= ENOUGH {
                true => (Basis::Age, older.len(), Left::of(older.into_iter().map(|left| vec![left]))),
                false => (Basis::Rank, cycles.len(), Left::default()),
            }
        };
        let by = |percent| left.within(percent).map(|span| now + span);
        let older = cycles.iter().filter(|cycle| **cycle >= age);
        let too_long = |cycle: &&Span| of.due.is_some_and(|due| of.started + **cycle > due);
        let as_old = (older.clone().count(), older.filter(too_long).count());
        Forecast {
            case: of.case,
            basis,
            n,
            on_time: of.due.and_then(|due| left.share(due - now)),
            half_by: by(50),
            most_by: by(85),
            rank,
            as_old,
        }
    }
}

impl Standing {
    /// Where a case stands at `now`, as what was done in it tells.
    pub fn of(case: &CaseFacts, now: Instant) -> Standing {
        let here = ages(std::slice::from_ref(case), now).into_iter();
        let at = here.map(|at| (at.step, now - at.in_step)).collect();
        Standing { case: case.id, started: case.started, due: case.due, at }
    }
}

/// The forecast of an open case; `None` for one that is not among them or not open.
pub fn forecast(cases: &[CaseFacts], case: CaseId, now: Instant, seed: u64) -> Option<Forecast> {
    let of = super::open(cases).find(|open| open.id == case)?;
    Some(Past::of(cases).forecast(&Standing::of(of, now), now, seed))
}

/// Times to the end: of one place those that were, of several the last of one drawn from each.
fn drawn(places: &[Vec<Vec<Span>>], seed: u64) -> Left {
    if let [only] = places {
        return Left::of(only.iter().cloned());
    }
    let mut dice = Dice::new(seed);
    let mut one_of = |place: &Vec<Vec<Span>>| match dice.one_of(place)?.as_slice() {
        [only] => Some(*only),
        several => dice.one_of(several).copied(),
    };
    let mut draw = || places.iter().filter_map(&mut one_of).max();
    Left::of((0..DRAWS).filter_map(|_| draw()).map(|left| vec![left]))
}

/// How much time past cases had left, each with its weight, the shortest first. A case that came to a step twelve times is one
/// case: its visits share its weight.
#[derive(Debug, Default)]
struct Left(Vec<(Span, f64)>);

impl Left {
    /// Of each case the times its visits had left.
    fn of(cases: impl Iterator<Item = Vec<Span>>) -> Left {
        let weighed = |of: Vec<Span>| {
            let weight = 1.0 / of.len() as f64;
            of.into_iter().map(move |left| (left, weight))
        };
        let mut all = cases.flat_map(weighed).collect::<Vec<_>>();
        all.sort_unstable_by_key(|(left, _)| *left);
        Left(all)
    }

    fn weight(&self) -> f64 {
        self.0.iter().map(|(_, weight)| weight).sum()
    }

    /// The part of them that had no more than this.
    fn share(&self, room: Span) -> Option<f64> {
        let kept = self.0.iter().filter(|(left, _)| *left <= room);
        // The sum of no floats is a negative zero.
        let kept = kept.fold(0.0, |sum, (_, weight)| sum + weight);
        (!self.0.is_empty()).then(|| kept / self.weight())
    }

    /// What so many of a hundred had at most: the nearest rank, where each weighs one.
    fn within(&self, percent: u8) -> Option<Span> {
        let (wanted, mut sum) = (self.weight() * f64::from(percent), 0.0);
        let reaches = |(_, weight): &&(Span, f64)| {
            sum += weight * 100.0;
            // Thirds add up to a little less than one.
            sum >= wanted - 1e-6
        };
        self.0.iter().find(reaches).map(|(left, _)| *left)
    }
}

/// Past moments by how likely lateness was said to be: from 0 to 20 of a hundred, to 40, and so on.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Calibration {
    /// Said in the band, and late of them.
    pub bands: [(usize, usize); 5],
}

impl Calibration {
    pub fn n(&self) -> usize {
        self.bands.iter().map(|(said, _)| said).sum()
    }
}

/// How forecasts would have held: each finished case with a due instant is forecast at every step it came to,
/// from cases that had ended by then and from no other. What is counted is forecasts, of which a case has as many as it
/// came to steps.
pub fn calibration(cases: &[CaseFacts]) -> Calibration {
    let past = remaining(cases);
    let mut out = Calibration::default();
    let mut moments = Vec::new();
    for case in super::finished(cases) {
        let (Some(due), Some(ended)) = (case.due, case.ended) else { continue };
        moments
            .extend(case.visits.iter().map(|visit| (visit.entered, &visit.step, case.id, due, ended > due)));
    }
    moments.sort_by_key(|(at, _, case, ..)| std::cmp::Reverse((*at, *case)));
    for (at, step, case, due, late) in moments.into_iter().take(MOMENTS) {
        let known = past.iter().filter(|one| &one.step == step && one.case != case && one.known <= at);
        let mut left = BTreeMap::<CaseId, Vec<Span>>::new();
        known.for_each(|one| left.entry(one.case).or_default().push(one.to_end));
        if left.len() < ENOUGH {
            continue;
        }
        let Some(on_time) = Left::of(left.into_values()).share(due - at) else { continue };
        let band = (((1.0 - on_time) * 5.0) as usize).min(4);
        if let Some((said, were)) = out.bands.get_mut(band) {
            *said += 1;
            *were += usize::from(late);
        }
    }
    out
}

/// Days of the past that days to come are drawn from, at most.
const PAST: i64 = 180;

/// How many were done on each of the days from that of `from` to the day before `until`, the newest first. `from` is where the
/// period begins, or where the first of all ended: days on which nothing did count as well.
pub fn daily(cases: &[CaseFacts], zone: &Zone, from: Instant, until: NaiveDate) -> Vec<usize> {
    let ended = || super::finished(cases).filter_map(|case| case.ended);
    if ended().next().is_none() {
        return Vec::new();
    }
    let days = (until - zone.date(from)).num_days().clamp(1, PAST);
    let mut daily = vec![0_usize; days as usize];
    for at in ended() {
        // The last day is not over.
        let ago = (until - zone.date(at)).num_days() - 1;
        if let Some(count) = usize::try_from(ago).ok().and_then(|ago| daily.get_mut(ago)) {
            *count += 1;
        }
    }
    daily
}

/// What many tries came to, and how sure each answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outlook {
    pub half: i64,
    pub sure_85: i64,
    pub sure_95: i64,
}

/// How many are done in so many days, each of which goes like one of the past; `None` when nothing ever was.
pub fn how_many(daily: &[usize], days: usize, seed: u64) -> Option<Outlook> {
    if daily.iter().all(|done| *done == 0) {
        return None;
    }
    let mut dice = Dice::new(seed);
    let mut total = || (0..days).filter_map(|_| dice.one_of(daily)).sum::<usize>();
    let mut totals = (0..DRAWS).map(|_| Span(total() as i64)).collect::<Vec<_>>();
    totals.sort_unstable();
    // As many or more in 85 of a hundred tries is the 15th from below.
    let at_least =
        |percent: usize| totals.get(totals.len() * (100 - percent) / 100).map_or(0, |total| total.0);
    Some(Outlook { half: at_least(50), sure_85: at_least(85), sure_95: at_least(95) })
}

/// What is further ahead than this is not foretold: ten years.
pub const LONGEST: usize = 3650;

/// In how many days so many are done, [`LONGEST`] where it takes longer; `None` when nothing ever was.
pub fn when_done(daily: &[usize], count: usize, seed: u64) -> Option<Outlook> {
    if daily.iter().all(|done| *done == 0) {
        return None;
    }
    let mut dice = Dice::new(seed);
    let mut days = || {
        let (mut done, mut days) = (0, 0);
        while done < count && days < LONGEST {
            done += dice.one_of(daily).copied().unwrap_or(0);
            days += 1;
        }
        days as i64
    };
    let mut all = (0..DRAWS).map(|_| Span(days())).collect::<Vec<_>>();
    all.sort_unstable();
    let by = |percent| nearest_rank(&all, percent).map_or(0, |days| days.0);
    Some(Outlook { half: by(50), sure_85: by(85), sure_95: by(95) })
}
