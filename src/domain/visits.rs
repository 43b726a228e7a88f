//! How long each piece of work of one case waited and how long it was worked at. The one place that says so, for what is
//! kept by week and for what is counted exactly.

use super::id::{Handle, TaskId};
use super::instant::{Instant, Span};
use super::party::Party;
use super::process::{Performer, Process, Step};
use super::rows::{HandoffRow, TaskRow};
use std::collections::BTreeMap;

/// Work as far as its lengths need it.
#[derive(Debug, Clone, Copy)]
pub struct Work<'a> {
    pub id: TaskId,
    pub step: &'a Handle,
    /// Last: work in hand can be handed on.
    pub accepted: Instant,
    /// `None` while it is in hand.
    pub ended: Option<Instant>,
    pub waited: Span,
    /// Done or sent back. What ended with its branch takes the offers it came by, and is no visit.
    pub worked: bool,
    /// It is for somebody outside to do: until they have done it, it waits for them.
    pub outside: bool,
}

/// An offer that is over.
#[derive(Debug, Clone, Copy)]
pub struct Over<'a> {
    pub step: &'a Handle,
    pub from: Option<&'a Handle>,
    pub offered: Instant,
    pub ended: Instant,
    pub accepted: bool,
}

/// What came of a piece of work.
#[derive(Debug, Clone)]
pub struct Visited<'a> {
    pub of: Work<'a>,
    /// The step it came from: that of the offer, or in a log the one before.
    pub before: Option<&'a Handle>,
    /// When it was first offered; in a log, when the row before ended.
    pub entered: Instant,
    /// When it was in the hands of others, who handed it on.
    pub held: Vec<(Instant, Instant)>,
    /// On offer, with nobody after a decline, or waiting for something in hand.
    pub wait: Span,
    /// In hand less the waits; `None` where it is not worked at here.
    pub work: Option<Span>,
}

impl<'a> Work<'a> {
    /// From the rows of a case of this version of its process.
    pub fn of_row(task: &'a TaskRow, process: Option<&Process>) -> Work<'a> {
        Work {
            id: task.id,
            step: &task.step,
            accepted: task.accepted,
            ended: task.ended,
            waited: task.waited.max(Span::ZERO),
            worked: task.done || task.returned,
            outside: process.and_then(|process| process.step(&task.step)).is_some_and(is_outside),
        }
    }
}

impl<'a> Over<'a> {
    /// From a row; `None` while it is open.
    pub fn of_row(handoff: &'a HandoffRow) -> Option<Over<'a>> {
        Some(Over {
            step: &handoff.step,
            from: handoff.from_step.as_ref(),
            offered: handoff.offered,
            ended: handoff.ended?,
            accepted: handoff.state == "accepted",
        })
    }
}

/// Whether a step is for somebody outside to do: the contact of the record the case is about.
pub fn is_outside(step: &Step) -> bool {
    step.by == Performer::Party(Party::Contact)
}

/// Wait and work of each visit to a step: of what was done or sent back.
pub fn visits<'a>(
    logged: bool,
    works: Vec<Work<'a>>,
    offers: impl IntoIterator<Item = Over<'a>>,
) -> Vec<Visited<'a>> {
    let mut visits = every(logged, works, offers);
    visits.retain(|visit| visit.of.worked);
    visits
}

/// The same of each piece of work of one case, in the order it was accepted. Of a case that a log told, all there is between
/// two rows is a wait: a log shows no offers.
pub fn every<'a>(
    logged: bool,
    mut works: Vec<Work<'a>>,
    offers: impl IntoIterator<Item = Over<'a>>,
) -> Vec<Visited<'a>> {
    works.sort_by_key(|work| (work.accepted, work.id));
    // By step, the first one to end last: each piece of work takes those that ended before it was accepted.
    let mut of_step = BTreeMap::<&Handle, Vec<Over<'a>>>::new();
    for offer in offers.into_iter().filter(|_| !logged) {
        of_step.entry(offer.step).or_default().push(offer);
    }
    of_step
        .values_mut()
        .for_each(|of| of.sort_by_key(|offer| std::cmp::Reverse((offer.ended, offer.offered))));
    let mut last = None::<(&Handle, Option<Instant>)>;
    let visit = |of: Work<'a>| {
        let (mut before, mut entered, mut held) = (None, None::<Instant>, Vec::new());
        if logged {
            before = last.map(|(step, _)| step);
            entered = last.and_then(|(_, ended)| ended);
            last = Some((of.step, of.ended.or(entered)));
        }
        let mut taken = None;
        let offers = of_step.get_mut(of.step).map(|all| until(all, of.accepted)).unwrap_or_default();
        if let Some(first) = offers.first() {
            (before, entered) = (first.from, offers.iter().map(|offer| offer.offered).min());
        }
        // What was offered on and not taken stayed in the hand it was in.
        let stayed = |offer: &Over<'_>| !offer.accepted && offer.from == Some(of.step);
        for offer in offers {
            if taken.is_some() && stayed(&offer) {
                continue;
            }
            held.extend(taken.filter(|from| *from < offer.offered).map(|from| (from, offer.offered)));
            taken = offer.accepted.then_some(offer.ended);
        }
        if let (Some(all), Some(ended)) = (of_step.get_mut(of.step), of.ended) {
            all.retain(|offer| !(stayed(offer) && of.accepted <= offer.offered && offer.ended <= ended));
        }
        let entered = entered.map_or(of.accepted, |entered| entered.min(of.accepted));
        let by_others = held.iter().map(|(from, to)| *to - *from).sum::<Span>();
        let hand = of.ended.map_or(Span::ZERO, |ended| (ended - of.accepted).max(Span::ZERO)) + by_others;
        let wait = of.accepted - entered - by_others;
        let (wait, work) = match of.outside {
            true => (wait + hand, None),
            false => (wait + of.waited, Some((hand - of.waited).max(Span::ZERO))),
        };
        Visited { of, before, entered, held, wait: wait.max(Span::ZERO), work }
    };
    works.into_iter().map(visit).collect()
}

/// Takes those off that ended by then, the first one first.
fn until<'a>(offers: &mut Vec<Over<'a>>, at: Instant) -> Vec<Over<'a>> {
    let later = offers.partition_point(|offer| offer.ended > at);
    offers.drain(later..).rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn h(text: &str) -> Handle {
        text.parse().unwrap()
    }

    fn work(id: i64, step: &Handle, accepted: i64, ended: i64, waited: i64) -> Work<'_> {
        Work {
            id: TaskId(id),
            step,
            accepted: Instant(accepted),
            ended: Some(Instant(ended)),
            waited: Span(waited),
            worked: true,
            outside: false,
        }
    }

    fn offer<'a>(
        step: &'a Handle,
        from: Option<&'a Handle>,
        offered: i64,
        ended: i64,
        accepted: bool,
    ) -> Over<'a> {
        Over { step, from, offered: Instant(offered), ended: Instant(ended), accepted }
    }

    /// Number, step before, wait and work; -1 where it is no work.
    fn told(visits: &[Visited<'_>]) -> Vec<(i64, String, i64, i64)> {
        let of = |visit: &Visited<'_>| {
            let before = visit.before.map_or("", Handle::as_str).to_string();
            (visit.of.id.0, before, visit.wait.0, visit.work.map_or(-1, |work| work.0))
        };
        visits.iter().map(of).collect()
    }

    fn rows<const N: usize>(rows: [(i64, &str, i64, i64); N]) -> Vec<(i64, String, i64, i64)> {
        rows.map(|(id, step, wait, work)| (id, step.to_string(), wait, work)).to_vec()
    }

    #[test]
    fn from_the_first_offer_to_the_acceptance_is_its_wait_and_of_a_log_the_time_between_rows() {
        let (a, b) = (h("a"), h("b"));
        let works = vec![work(2, &b, 50, 80, 10), work(1, &a, 10, 20, 0), work(3, &a, 100, 130, 0)];
        // Step a was declined once (2 to 5), then accepted (7 to 10); later again (90 to 100).
        let offers = vec![
            offer(&a, None, 2, 5, false),
            offer(&a, None, 7, 10, true),
            offer(&b, Some(&a), 20, 50, true),
            offer(&a, Some(&b), 90, 100, true),
        ];
        let of = |logged| told(&visits(logged, works.clone(), offers.clone()));
        assert_eq!(of(false), rows([(1, "", 8, 10), (2, "a", 40, 20), (3, "b", 10, 30)]));
        assert_eq!(of(true), rows([(1, "", 0, 10), (2, "a", 40, 20), (3, "b", 20, 30)]));
    }

    #[test]
    fn what_one_had_in_hand_before_handing_it_on_is_work_and_not_wait() {
        let a = h("a");
        // Taken at 3, offered on from 10 to 14, and in between it waited for 2.
        let offers = [offer(&a, None, 0, 3, true), offer(&a, Some(&a), 10, 14, true)];
        let visits = visits(false, vec![work(1, &a, 14, 20, 2)], offers);
        assert_eq!(told(&visits), rows([(1, "", 3 + 4 + 2, 7 + 6 - 2)]));
        assert_eq!(visits[0].held, [(Instant(3), Instant(10))]);
        assert_eq!(visits[0].entered, Instant(0));
    }

    #[test]
    fn what_was_offered_on_and_declined_stayed_in_hand_and_is_no_wait_of_a_later_visit() {
        let (a, b) = (h("a"), h("b"));
        let offers = [
            offer(&a, None, 0, 3, true),
            offer(&a, Some(&a), 5, 8, false),
            offer(&a, Some(&a), 10, 12, true),
            offer(&a, Some(&a), 14, 15, false),
            offer(&a, Some(&b), 40, 42, true),
        ];
        let works = vec![work(1, &a, 12, 20, 0), work(2, &a, 42, 50, 0)];
        assert_eq!(told(&visits(false, works, offers)), rows([(1, "", 3 + 2, 7 + 8), (2, "b", 2, 8)]));
    }

    #[test]
    fn what_ended_with_its_branch_is_no_visit_and_leaves_no_offer_to_the_next() {
        let a = h("a");
        let gone = Work { worked: false, ..work(1, &a, 3, 8, 0) };
        let offers = [offer(&a, None, 0, 3, true), offer(&a, None, 20, 25, true)];
        assert_eq!(told(&visits(false, vec![gone, work(2, &a, 25, 30, 0)], offers)), rows([(2, "", 5, 5)]));
    }

    #[test]
    fn what_somebody_outside_has_is_waited_for() {
        let a = h("a");
        let outside = Work { outside: true, ..work(1, &a, 3, 20, 4) };
        assert_eq!(
            told(&visits(false, vec![outside], [offer(&a, None, 0, 3, true)])),
            rows([(1, "", 20, -1)])
        );
    }
}
