//! One verb on several things: one action, taken back as one. Each is decided by itself, as marks and a verb are on the
//! screen; what cannot be done is said first, and stops nothing else.

use super::print::json_text;
use super::receipt;
use super::session::{Session, Work};
use crate::desk::{Error, Wish};
use crate::domain::Party;
use crate::domain::command::Command;
use crate::domain::event::SubjectId;
use clap::Args;
use serde_json::json;

/// What may be said of a verb on several things.
#[derive(Debug, Clone, Copy, Args)]
pub struct Dry {
    /// Only say what it would come to
    #[arg(long)]
    pub dry_run: bool,
}

/// What is named, once each, in the order it was named.
pub fn once<T: PartialEq + Copy>(named: &[T]) -> Vec<T> {
    let mut once = Vec::new();
    for one in named {
        if !once.contains(one) {
            once.push(*one);
        }
    }
    once
}

/// Carries out a command for each of several things; one by itself as ever.
pub fn run(
    s: &mut Session,
    work: &mut Work,
    (verb, to, dry): (&str, Option<&Party>, Dry),
    each: Vec<(String, Command)>,
) -> Result<(), Error> {
    if dry.dry_run {
        let each = each.into_iter().map(|(name, command)| (name, vec![command])).collect();
        return try_it(s, work, verb, to, each);
    }
    if let [(_, one)] = each.as_slice() {
        return receipt::run(s, work, one);
    }
    let (names, commands): (Vec<_>, Vec<_>) = each.into_iter().unzip();
    let ctx = s.context(work)?;
    let (mut done, mut named, mut cannot) = (Vec::new(), Vec::new(), Vec::new());
    for (name, answer) in names.iter().zip(work.desk.execute_each(&commands, &ctx)?) {
        match answer {
            Ok(one) => {
                done.push(one);
                named.push(name);
            }
            Err(error) => cannot.push((name, error)),
        }
    }
    if done.is_empty() && !cannot.is_empty() {
        let (_, first) = cannot.remove(0);
        cannot.iter().for_each(|(name, error)| s.say(&format!("{name}: {error}")));
        return Err(first);
    }
    s.status = u8::from(!cannot.is_empty());
    let did = crate::domain::receipt::counted(done.iter().map(|done| (done.subject, done.events.as_slice())));
    let mut warnings = done.iter().flat_map(|done| done.warnings.iter().cloned()).collect::<Vec<_>>();
    warnings.dedup();
    if s.json {
        let cannot = cannot.iter().map(|(name, error)| json!({"id": name, "why": error.to_string()}));
        let value = json!({
            "done": named,
            "cannot": cannot.collect::<Vec<_>>(),
            "changed": done.iter().any(|done| !done.events.is_empty() && !done.repeated),
            "did": did,
            "warnings": warnings,
        });
        s.out.push_str(&json_text(&value));
        return Ok(());
    }
    cannot.iter().for_each(|(name, error)| s.line(&format!("{name} cannot: {error}")));
    s.line(&format!("Did {did}. `baton undo` takes it back as one."));
    warnings.iter().for_each(|warning| s.say(&format!("warning: {warning}")));
    Ok(())
}

/// Says what it would come to: tried by the desk, and taken back.
pub fn try_it(
    s: &mut Session,
    work: &mut Work,
    verb: &str,
    to: Option<&Party>,
    each: Vec<(String, Vec<Command>)>,
) -> Result<(), Error> {
    let ctx = s.context(work)?;
    let case_of = |command: &Command| match command.subject() {
        Some(SubjectId::Case(case)) => Some(case.to_string()),
        _ => None,
    };
    let named =
        each.iter().map(|(name, all)| (name.clone(), all.first().and_then(case_of))).collect::<Vec<_>>();
    let each = each.into_iter().map(|(_, commands)| commands).collect();
    let seen = work.desk.head()?;
    let wish = Wish { verb: verb.to_string(), to: to.cloned(), each, cannot: Vec::new(), seen };
    let plan = work.desk.plan(wish, &ctx)?;
    s.status = u8::from(!plan.cannot.is_empty());
    if s.json {
        let cannot = plan.cannot.iter().map(|(case, why)| json!({"case": case.to_string(), "why": why}));
        let named = named.iter().map(|(name, case)| json!({"id": name, "case": case})).collect::<Vec<_>>();
        let value = json!({
            "dry_run": true, "chosen": named, "can": plan.can, "cannot": cannot.collect::<Vec<_>>(),
        });
        s.out.push_str(&json_text(&value));
        return Ok(());
    }
    plan.each.iter().for_each(|line| s.line(line));
    // The words are those of the screen, where a key takes it back.
    let words = plan.words.iter().filter(|line| !line.is_empty());
    words.for_each(|line| s.line(&line.replace("One u undoes", "One `baton undo` takes back")));
    s.say("Nothing was changed.");
    Ok(())
}
