//! Which cases there will be and when each begins. Plays none of them.

use super::company::Company;
use super::dice::Dice;
use crate::domain::{Instant, Span};

/// One case to be played.
#[derive(Debug, Clone)]
pub(super) struct Scene {
    /// Position among the processes of the company.
    pub kind: usize,
    pub start: Instant,
    /// Position among the records.
    pub record: Option<usize>,
    /// Position among the stalls, when it ends as one.
    pub stall: Option<usize>,
}

/// The stalls, and as many other cases as are missing to `cases`, by the weights of their processes.
pub(super) fn scenes(
    company: &Company,
    dice: &mut Dice,
    now: Instant,
    days: u32,
    cases: usize,
) -> Vec<Scene> {
    let mut scenes = Vec::new();
    for (n, stall) in company.stall.iter().enumerate() {
        if let Some(kind) = company.process.iter().position(|kind| kind.process == stall.process) {
            scenes.push(Scene { kind, start: now - stall.age(), record: None, stall: Some(n) });
        }
    }
    let rest = cases.saturating_sub(scenes.len());
    let all = company.process.iter().map(|kind| kind.weight).sum::<usize>().max(1);
    let (mut weight, mut made) = (0, 0);
    for (n, kind) in company.process.iter().enumerate() {
        weight += kind.weight;
        // Rounding the running sum keeps the total exact.
        let until = rest * weight / all;
        let length = Span::DAY.times(i64::from(days) + i64::from(kind.back_days));
        for _ in made..until {
            let ago = dice.between(0.0, length.0 as f64) as i64;
            scenes.push(Scene { kind: n, start: now - Span(ago), record: None, stall: None });
        }
        made = until;
    }
    scenes.sort_by_key(|scene| scene.start);
    scenes
}
