//! Beginning the review of a process: a case of its own with one decision, offered to whoever is accountable.

use super::super::catalog::Catalog;
use super::super::command::{Context, Numbers};
use super::super::event::Event;
use super::super::free::{AD_HOC_VERSION, ad_hoc};
use super::super::id::{CaseId, Handle};
use super::super::refusal::Refusal;
use super::super::review;
use super::flow::Offer;
use super::{Draft, flow};

pub(super) fn begin(
    catalog: &Catalog,
    process: &Handle,
    ctx: &Context,
    id: CaseId,
    numbers: Numbers,
) -> Result<(Vec<Event>, Numbers), Refusal> {
    let broken = || Refusal::not_now("The review could not be begun.", "`baton doctor` looks the file over.");
    let Some((version, of)) = catalog.newest(process) else {
        return Err(Refusal::no_process(process, catalog));
    };
    let Some(improve) = &of.improve else {
        return Err(Refusal::invalid(
            format!("`{}` does not say what it is measured by.", of.title),
            "Add `[improve]` with `metric` and `review` to its file, and publish it.",
        ));
    };
    let step = review::step(of, version, improve).ok_or_else(broken)?;
    let built_in = ad_hoc().ok_or_else(broken)?.clone();
    let event = Event::CaseStarted {
        process: built_in.handle.clone(),
        version: AD_HOC_VERSION,
        title: review::title(of, version),
        about: None,
        data: review::data(process, version),
        accountable: of.accountable.clone(),
        urgent: false,
        clock: None,
        parent: None,
    };
    let mut draft = Draft::begin(id, event, catalog, built_in, ctx, numbers).ok_or_else(broken)?;
    let by = draft.sender()?;
    draft.push(Event::FreeTaskAdded { step: Box::new(step.clone()) });
    let branch = draft.case.last_branch + 1;
    flow::offer(&mut draft, branch, &step, &by, Offer::to(of.accountable.clone()))?;
    Ok(draft.finish())
}
