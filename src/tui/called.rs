//! Numbers of work and offers in what the desk refuses, by the names of their steps: the screen shows steps, and a number
//! of work nowhere but in a timeline. Commands in quotes keep theirs.

use super::model::Model;
use crate::desk::InboxItem;
use crate::domain::case::Case;
use crate::domain::{Handle, HandoffId, TaskId};

/// The sentence with what is on screen called as it is there.
pub(super) fn in_words(model: &Model, sentence: &str) -> String {
    let mut said = String::with_capacity(sentence.len());
    for (n, part) in sentence.split('`').enumerate() {
        if n > 0 {
            said.push('`');
        }
        match n % 2 {
            0 => part.split_inclusive(' ').for_each(|word| said += &called(model, word, said.is_empty())),
            _ => said += part,
        }
    }
    said
}

/// A word, or the name of what it is the number of; `first` in the sentence.
fn called(model: &Model, word: &str, first: bool) -> String {
    let end = word.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(word.len());
    let (number, rest) = word.split_at(end);
    // Digits alone would be read as a number, too.
    let name = match number.split_once('-') {
        Some(("T", _)) => number.parse().ok().and_then(|task| step_of_task(model, task)),
        Some(("H", _)) => {
            let the = if first { "The" } else { "the" };
            let step = number.parse().ok().and_then(|handoff| step_of_offer(model, handoff));
            step.map(|step| format!("{the} offer of {step}"))
        }
        _ => None,
    };
    name.map_or_else(|| word.to_string(), |name| format!("{name}{rest}"))
}

fn step_of_task(model: &Model, task: TaskId) -> Option<String> {
    let on_screen = |case: &Case| case.tasks.get(&task).map(|task| task.step.clone());
    step_of(model, |item| item.task == Some(task), on_screen)
}

fn step_of_offer(model: &Model, handoff: HandoffId) -> Option<String> {
    let on_screen = |case: &Case| case.handoffs.get(&handoff).map(|handoff| handoff.step.clone());
    step_of(model, |item| item.handoff == Some(handoff), on_screen)
}

/// The title of a step that is in a list, or in the case on screen.
fn step_of(
    model: &Model,
    listed: impl Fn(&InboxItem) -> bool,
    on_screen: impl Fn(&Case) -> Option<Handle>,
) -> Option<String> {
    let mut items = model.inbox.iter().flat_map(|inbox| &inbox.items);
    items.find(|item| listed(item)).map(|item| item.step_title.clone()).or_else(|| {
        let view = model.case.as_ref()?;
        view.process.step(&on_screen(&view.case)?).map(|step| step.title.clone())
    })
}
