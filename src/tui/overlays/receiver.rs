//! What there is to know of whoever would get work before it is offered: how much they have in hand, and until when
//! they would have to accept. Says it in a form; chooses nobody.

use super::form::{Form, FormField};
use super::understand::Sense;
use crate::desk::CaseView;
use crate::domain::accept_by::accept_by;
use crate::domain::catalog::Catalog;
use crate::domain::command::Agreed;
use crate::domain::{Handle, Instant, Party};
use std::collections::BTreeMap;

/// What people have in hand, and how much of that is late.
pub type Loads = BTreeMap<Handle, (usize, usize)>;

/// How the line about several people begins.
const NOTE: &str = "In hand: ";
/// So many people are named.
const MOST: usize = 6;

/// Whether a form asks who gets something.
pub fn asks_whom(form: &Form) -> bool {
    form.fields.iter().any(|field| field.name == "to")
}

/// Whom a name was understood as, with what they have in hand once that is known.
pub(super) fn said(party: &Party, sense: &Sense<'_>) -> String {
    let load = party.person().and_then(|person| Some(sense.loads?.get(person).copied().unwrap_or_default()));
    match load {
        Some((open, 0)) => format!("-> {party}; {open} open"),
        Some((open, late)) => format!("-> {party}; {open} open, {late} late"),
        None => format!("-> {party}"),
    }
}

/// Says under the fields what each of a role has in hand, whoever has least first: of the role that is named, or of the
/// one the process names while nobody is.
pub(super) fn say_loads(form: &mut Form, sense: &Sense<'_>) {
    form.notes.retain(|note| !note.starts_with(NOTE));
    let (Some(loads), true) = (sense.loads, asks_whom(form)) else { return };
    let text = form.value("to");
    let named = if text.is_empty() { form.meant_for.clone() } else { sense.party(&text).ok() };
    let Some(role) = named.as_ref().and_then(Party::role).and_then(|role| sense.catalog.roles.get(role))
    else {
        return;
    };
    let here = role.members.iter().filter(|person| sense.catalog.works_here(person));
    let mut people =
        here.map(|person| (loads.get(person).copied().unwrap_or_default(), person)).collect::<Vec<_>>();
    people.sort();
    let word = |((open, late), person): &((usize, usize), &Handle)| match late {
        0 => format!("{person} {open}"),
        late => format!("{person} {open} ({late} late)"),
    };
    let mut words = people.iter().take(MOST).map(word).collect::<Vec<_>>();
    if people.len() > MOST {
        words.push(format!("{} more", people.len() - MOST));
    }
    if !words.is_empty() {
        form.notes.push(format!("{NOTE}{}.", words.join(", ")));
    }
}

/// What may be agreed on with whoever gets it, in place of what the process says.
pub(super) fn dates() -> [FormField; 2] {
    let date = |name: &str, label: &str| FormField {
        hint: "as the process says; or: fri 5pm".to_string(),
        ..FormField::text(name, label, "")
    };
    [date("accept-by", "Accept by"), date("done-by", "Due")]
}

/// Says in the fields of the dates what the process says of work at a step of the case.
pub fn say_dates(form: &mut Form, view: &CaseView, step: &Handle, catalog: &Catalog, now: Instant) {
    let accept = accept_by(catalog, &view.process, step, now);
    let accept = match accept {
        Some((goal, at)) => format!("{goal} -> {}", catalog.shown(at, now)),
        None => "no time promised; or: fri 5pm".to_string(),
    };
    let goal = view.process.step(step).and_then(|step| step.goal);
    let done = match goal {
        Some(goal) => format!("{goal} from then on; or: fri 5pm"),
        None => "no goal; or: fri 5pm".to_string(),
    };
    for (name, hint) in [("accept-by", accept), ("done-by", done)] {
        form.fields.iter_mut().filter(|field| field.name == name).for_each(|field| field.hint = hint.clone());
    }
}

/// The dates that were agreed on, or the field that says none.
pub(super) fn agreed(form: &Form, sense: &Sense<'_>) -> Result<Agreed, (usize, String)> {
    let read = |name: &str| {
        let at = form.fields.iter().position(|field| field.name == name);
        let text = form.value(name);
        match at.filter(|_| !text.is_empty()) {
            Some(at) => sense.until(&text).map(Some).map_err(|wrong| (at, wrong)),
            None => Ok(None),
        }
    };
    Ok(Agreed { accept_by: read("accept-by")?, due: read("done-by")? })
}

#[cfg(test)]
mod tests {
    use super::super::people::tests::{company, h};
    use super::super::{forms, understand::understand};
    use super::*;

    #[test]
    fn whoever_would_get_it_is_shown_with_what_they_have() {
        let (catalog, now) = company();
        let loads = Loads::from([(h("ana"), (3, 1)), (h("bo"), (7, 0))]);
        let mut sense = Sense { catalog: &catalog, records: &[], cases: &[], loads: None, now };
        let mut form = forms::offer(Vec::new(), "x", "bo");
        understand(&mut form, &sense, true);
        assert_eq!(form.fields[0].echo, "-> @bo", "nothing is said before it is known");
        sense.loads = Some(&loads);
        for (to, echo, note) in [
            ("bo", "-> @bo; 7 open", None),
            ("@ana", "-> @ana; 3 open, 1 late", None),
            ("finance", "-> finance", Some("In hand: ana 3 (1 late).")),
            ("", "who? @person or role", None),
        ] {
            form.fields[0].fill(to);
            understand(&mut form, &sense, true);
            assert_eq!(form.fields[0].echo, echo, "{to}");
            let said = form.notes.iter().find(|said| said.starts_with(NOTE)).map(String::as_str);
            assert_eq!(said, note, "{to}");
        }
        form.meant_for = Some(Party::Role(h("finance")));
        understand(&mut form, &sense, true);
        assert!(form.notes.iter().any(|said| said == "In hand: ana 3 (1 late)."), "{:?}", form.notes);
    }
}
