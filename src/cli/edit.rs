//! `process edit`: the newest version in the person's own editor, checked when it is saved, published when nothing is
//! wrong with it. What was written is never lost: until it is published it lies in a file, which every way out names.

use super::args_more::EditProcess;
use super::init::{answer, somebody_is_there};
use super::process::{lines_of, version_of};
use super::publish;
use super::session::{Session, not_now, say};
use crate::desk::{Checked, Error, without_remarks};
use crate::domain::command::Command;
use crate::domain::process_file::export;
use crate::text::Shown;
use crate::tui::terminal::{TerminalError, editor, may_start_programs};
use std::path::PathBuf;

/// What was written last, and where it lies.
struct Kept {
    text: String,
    file: PathBuf,
}

pub fn run(s: &mut Session, args: &EditProcess) -> Result<(), Error> {
    let mut work = s.change()?;
    let (opened, newest) = version_of(&*work.catalog()?, &args.process, None)?;
    if !may_start_programs() {
        return Err(Error::input(
            "No editor is started for this login.",
            format!("`baton process export {} >FILE`, change it, `baton process apply FILE`.", args.process),
        ));
    }
    // Publishing what is there changes nothing and writes nothing, and says who could: sooner than after the work.
    let as_it_is = Command::PublishProcess { process: newest.clone() };
    work.desk.execute(&as_it_is, &s.context(&work)?)?;
    drop(work);
    let mut kept = None;
    match write_until_right(s, args, export(&newest), opened, &mut kept) {
        Ok(true) => {
            if let Some(kept) = kept {
                // Published: nothing needs it any more, and a file that stays behind harms nobody.
                let _ = std::fs::remove_file(kept.file);
            }
            Ok(())
        }
        Ok(false) => {
            match (s.json, kept) {
                (true, _) => s.out.push_str("{\n  \"changed\": false\n}\n"),
                (false, _) => s.line("Nothing was changed."),
            }
            Ok(())
        }
        Err(error) => Err(named(s, error, kept)),
    }
}

/// Edits, checks and publishes; false where nothing was written that differs.
fn write_until_right(
    s: &mut Session,
    args: &EditProcess,
    mut text: String,
    opened: u32,
    kept: &mut Option<Kept>,
) -> Result<bool, Error> {
    let mut line = None;
    loop {
        let edited = editor::edit_at(&text, line, |name| std::env::var(name).ok()).map_err(|e| failed(&e))?;
        match (edited, &kept) {
            (None, None) => return Ok(false),
            // What was wrong before is as it was.
            (None, Some(_)) => {}
            (Some(edited), before) => {
                if let Some(before) = before {
                    let _ = std::fs::remove_file(&before.file);
                }
                // Without what was said above it, so that lines are counted as in the messages.
                let own = without_remarks(&edited.text);
                std::fs::write(&edited.file, &own).map_err(Error::Output)?;
                *kept = Some(Kept { text: own, file: edited.file });
            }
        }
        let Some(written) = &*kept else { return Ok(false) };
        let mut work = s.change()?;
        let checked = work.desk.check_text(&args.process, &written.text)?;
        let (newest, _) = version_of(&*work.catalog()?, &args.process, None)?;
        let name = written.file.display().to_string();
        let wrong = match &checked.process {
            None => Some(unusable(&checked, &name)),
            Some(_) if newest != opened => {
                return Err(not_now(
                    format!("Version {newest} of {} was published while you wrote.", args.process),
                    format!(
                        "`baton process diff {name}` shows how yours differs; `baton process apply` publishes it."
                    ),
                ));
            }
            Some(process) => publish::asks_more(s, process, &args.promise, &mut work)?,
        };
        let Some(wrong) = wrong else {
            let Some(process) = checked.process else { return Ok(false) };
            let warnings = checked.problems.iter().flat_map(|problem| lines_of(&name, problem));
            warnings.for_each(|line| s.say(&line));
            publish::publish(s, &mut work, (*process).clone(), &args.promise)?;
            return Ok(true);
        };
        if s.json || !somebody_is_there() {
            return Err(wrong);
        }
        Shown::lines(&wrong.to_string()).iter().for_each(|line| say(line.as_str()));
        say(&wrong.hint());
        if !matches!(answer("Go on editing?", "yes")?.to_lowercase().as_str(), "y" | "yes") {
            return Err(Error::input("Nothing was published.", ""));
        }
        line = checked.first_wrong();
        text = checked.to_edit();
    }
}

/// What is wrong with the text, a finding a line.
fn unusable(checked: &Checked, file: &str) -> Error {
    let found = checked.problems.iter().map(|problem| problem.in_file(file));
    let first = format!("{} cannot be published as it was saved.", checked.opened);
    Error::Input { lines: [first].into_iter().chain(found).collect(), hint: String::new() }
}

fn failed(error: &TerminalError) -> Error {
    let mut text = error.to_string();
    if let Some(first) = text.get(..1).map(str::to_uppercase) {
        text.replace_range(..1, &first);
    }
    Error::input(format!("{text}."), "Nothing was published.")
}

/// The error with where the text lies and how to go on with it.
fn named(s: &mut Session, error: Error, kept: Option<Kept>) -> Error {
    let Some(Kept { file, .. }) = kept else { return error };
    let told = format!("What you wrote is kept in {}.", file.display());
    let on = format!("`baton process apply {}` publishes it once it is right.", file.display());
    match error {
        Error::Input { mut lines, hint } => {
            lines.push(told);
            Error::Input { lines, hint: if hint.is_empty() { on } else { hint } }
        }
        Error::Refused { refusal, sentence } => {
            Error::Refused { refusal, sentence: format!("{sentence} {told}") }
        }
        other => {
            s.words.push(format!("{told} {on}"));
            other
        }
    }
}
