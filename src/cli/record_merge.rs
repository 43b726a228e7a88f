//! `record merge`: two records that are one, with what comes over and what is lost said before or after.

use super::print::Facts;
use super::session::Session;
use crate::desk::{Error, Merged, Series, changed_since_shown as changed};
use crate::domain::counted::counted;
use crate::domain::event::OpId;
use serde_json::json;
use uuid::Uuid;

pub fn run(
    s: &mut Session,
    (kept, gone): (&str, &str),
    dry_run: bool,
    as_shown: Option<&str>,
) -> Result<(), Error> {
    let mut work = s.change()?;
    let (kept, gone) = (work.record(kept)?, work.record(gone)?);
    let mut op = || OpId(Uuid::now_v7());
    let mut by = Series { person: s.me()?, now: work.now, op: &mut op };
    let seen = match as_shown {
        Some(word) => {
            let now = work.desk.merge_records(kept, gone, true, &mut by)?;
            Some(now)
                .filter(|now| now.word() == word)
                .map_or_else(|| Err(changed(kept, gone)), |now| Ok(Some(now)))?
        }
        None => None,
    };
    let merged = work.desk.merge_as_seen(kept, gone, seen.as_ref(), dry_run, &mut by)?;
    if s.json {
        let pairs =
            |pairs: &[(String, String)]| pairs.iter().cloned().collect::<std::collections::BTreeMap<_, _>>();
        let value = json!({
            "dry_run": dry_run,
            "kept": merged.kept.0.to_string(),
            "gone": merged.gone.0.to_string(),
            "fields": pairs(&merged.fields),
            "lost": pairs(&merged.lost),
            "contacts": merged.contacts,
            "cases": merged.cases.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "links": merged.links.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "as_shown": dry_run.then(|| merged.word()),
        });
        s.one(&Facts::default(), &value);
        return Ok(());
    }
    let verb = if dry_run { "would become" } else { "is now" };
    let Merged { kept, gone, .. } = &merged;
    s.say(&format!("{} {} {verb} one with {} {}.", gone.0, gone.1, kept.0, kept.1));
    merged.fields.iter().for_each(|(field, value)| s.line(&format!("  fills {field}: {value}")));
    merged.lost.iter().for_each(|(field, value)| s.line(&format!("  not kept: {field} {value}")));
    merged.contacts.iter().for_each(|name| s.line(&format!("  contact {name} comes over")));
    let (cases, links) = (counted(merged.cases.len(), "case"), counted(merged.links.len(), "link"));
    s.line(&format!("  {cases} and {links} come over"));
    match dry_run {
        true => s.say(&format!(
            "Nothing was changed. With `--as-shown {}` it is done if it still comes to this.",
            merged.word()
        )),
        false => s.say("`baton undo` takes it back."),
    }
    Ok(())
}
