//! A process of one's own from its name and its steps, one line each: `Check the order > finance, 1 business day`. What
//! is not said is filled with what `check` accepts; what that lacks it warns of.

use super::goal::{Goal, Unit};
use super::id::Handle;
use super::party::Party;
use super::process::{Arm, Go, Performer, Process, Step};
use std::collections::BTreeSet;

/// How long a step takes at most where nobody says.
pub const UNLESS_SAID: Goal = Goal { count: 1, unit: Unit::BusinessDay };

/// What somebody types of a process that there is none of yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blank {
    pub title: String,
    /// What it is for; may be empty.
    pub purpose: String,
    pub accountable: Party,
    /// Empty lines are none.
    pub steps: Vec<String>,
}

/// One line, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepLine {
    pub title: String,
    /// `None` for whoever answers for the process.
    pub by: Option<Party>,
    /// `None` for [`UNLESS_SAID`].
    pub within: Option<Goal>,
}

/// What is wrong, in which line of the steps (from 0); `None` for the name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct BlankError {
    pub step: Option<usize>,
    pub message: String,
    pub hint: &'static str,
}

/// How a line is written.
pub const FORM: &str = "Write it as: Check the order > finance, 1 business day";

/// Reads one line.
///
/// # Errors
/// What cannot be understood of it, as words.
pub fn read_step(line: &str) -> Result<StepLine, String> {
    let (title, by, within) = match line.split_once('>') {
        Some((title, rest)) => match rest.split_once(',') {
            Some((by, within)) => (title, Some(by.trim()), Some(within.trim())),
            None => (title, Some(rest.trim()), None),
        },
        // A comma may well be part of what is done.
        None => match line.rsplit_once(',').filter(|(_, within)| within.trim().parse::<Goal>().is_ok()) {
            Some((title, within)) => (title, None, Some(within.trim())),
            None => (line, None, None),
        },
    };
    let title = title.trim();
    if title.is_empty() {
        return Err("what is done? such as: Check the order".to_string());
    }
    let by = match by {
        None => None,
        Some("") => return Err("who does it? @person or role".to_string()),
        Some(name) => Some(name.parse::<Party>().map_err(|_| format!("`{name}` is no role and no @person"))?),
    };
    let within = within.filter(|text| !text.is_empty()).map(str::parse::<Goal>).transpose();
    let within = within.map_err(|e| e.to_string())?;
    if within.is_some_and(|goal| goal.count <= 0) {
        return Err("its time must be longer than nothing".to_string());
    }
    Ok(StepLine { title: title.to_string(), by, within })
}

impl Blank {
    /// The process: one step after the other, and then it ends.
    ///
    /// # Errors
    /// What is missing or not understood, and where.
    pub fn process(&self) -> Result<Process, BlankError> {
        let wrong = |step, message: &str, hint| BlankError { step, message: message.to_string(), hint };
        let title = self.title.trim();
        let handle = Handle::from_text(title).filter(|_| !title.is_empty()).ok_or_else(|| {
            wrong(None, "A process has a name.", "Call it by what is done, such as: Order to cash.")
        })?;
        let mut process = Process::new(handle, title.to_string(), self.accountable.clone());
        process.purpose = match self.purpose.trim() {
            "" => format!("{title}, from its first step to its last."),
            purpose => purpose.to_string(),
        };
        let mut names = BTreeSet::new();
        for (n, line) in self.steps.iter().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let read =
                read_step(line).map_err(|why| wrong(Some(n), &format!("Step {}: {why}.", n + 1), FORM))?;
            let name = free_name(&read.title, &mut names)
                .ok_or_else(|| wrong(Some(n), &format!("Step {} needs a word in its name.", n + 1), FORM))?;
            let by = read.by.unwrap_or_else(|| self.accountable.clone());
            let mut step = Step::work(name, read.title, Performer::Party(by));
            step.goal = Some(read.within.unwrap_or(UNLESS_SAID));
            process.steps.push(step);
        }
        if process.steps.is_empty() {
            return Err(wrong(Some(0), "A process has at least one step.", FORM));
        }
        let next = process.steps.iter().skip(1).map(|step| Go::To(vec![step.handle.clone()]));
        let next = next.chain([Go::End(None)]).collect::<Vec<_>>();
        for (step, next) in process.steps.iter_mut().zip(next) {
            step.next = vec![Arm::new(None, next)];
        }
        Ok(process)
    }
}

/// A handle that no step before it has.
fn free_name(title: &str, names: &mut BTreeSet<Handle>) -> Option<Handle> {
    let first = Handle::from_text(title)?;
    let others = (2..).map_while(|n| Handle::from_text(&format!("{n} {first}")));
    let free = [first.clone()].into_iter().chain(others).find(|name| !names.contains(name))?;
    names.insert(free.clone());
    Some(free)
}

#[cfg(test)]
mod tests {
    use super::super::process_check::{Known, read};
    use super::super::process_file::export;
    use super::*;
    use proptest::prelude::*;

    fn blank(title: &str, steps: &[&str]) -> Blank {
        Blank {
            title: title.into(),
            purpose: String::new(),
            accountable: "@ana".parse().unwrap(),
            steps: steps.iter().map(ToString::to_string).collect(),
        }
    }

    #[test]
    fn lines_become_steps_one_after_the_other_that_check_accepts_with_warnings() {
        let steps =
            ["Ask for it", "", "Approve > @bo, 4 business hours", "Buy, pay and keep > finance", "Approve"];
        let process = blank("Buying things", &steps).process().unwrap();
        let told = process
            .steps
            .iter()
            .map(|step| format!("{} {} {}", step.handle, step.by.party().unwrap(), step.goal.unwrap()));
        assert_eq!(
            told.collect::<Vec<_>>(),
            [
                "ask-for-it @ana 1 business day",
                "approve @bo 4 business hours",
                "buy-pay-and-keep finance 1 business day",
                "2-approve @ana 1 business day",
            ]
        );
        let (again, problems) = read(&export(&process), &Known::default());
        assert_eq!(again, Some(process));
        assert!(!problems.is_empty() && problems.iter().all(|problem| !problem.is_error()), "{problems:?}");
    }

    #[test]
    fn what_cannot_be_understood_is_said_with_its_line() {
        for (title, steps, step, says) in [
            ("", &["a"][..], None, "A process has a name."),
            ("x", &[][..], Some(0), "A process has at least one step."),
            ("x", &["a", "> finance"][..], Some(1), "Step 2: what is done?"),
            ("x", &["a >"][..], Some(0), "Step 1: who does it?"),
            ("x", &["a > two words"][..], Some(0), "`two words` is no role and no @person"),
            ("x", &["a > finance, soon"][..], Some(0), "Step 1: "),
            ("x", &["!!!"][..], Some(0), "Step 1 needs a word in its name."),
        ] {
            let wrong = blank(title, steps).process().unwrap_err();
            assert_eq!(wrong.step, step, "{wrong}");
            assert!(wrong.to_string().contains(says), "{wrong}");
        }
        let read = read_step("Call, 2 days").unwrap();
        assert_eq!((read.title.as_str(), read.within), ("Call", "2 days".parse().ok()));
        assert!(read_step("Call > @ana, 0").unwrap_err().contains("longer than nothing"));
        assert_eq!(read_step("Call, write").unwrap().title, "Call, write");
    }

    proptest! {
        #[test]
        fn whatever_is_accepted_here_is_accepted_by_check(
            title in "[a-zA-Z ]{1,12}", steps in prop::collection::vec("[a-z>@,0-9 ]{0,14}", 0..6)
        ) {
            let steps = steps.iter().map(String::as_str).collect::<Vec<_>>();
            if let Ok(process) = blank(&title, &steps).process() {
                let (again, problems) = read(&export(&process), &Known::default());
                prop_assert_eq!(again.as_ref(), Some(&process), "{:?}", problems);
            }
        }
    }
}
