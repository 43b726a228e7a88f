//! The form that says when somebody is away, with what that would strand. Carries nothing out; who leaves for good
//! is `leaving`.

use super::Overlay;
use super::form::{Form, FormField};
use super::forms::{Kind, form};
use super::understand::Sense;
use crate::desk::Stranded;
use crate::domain::absence::Absence;
use crate::domain::command::Command;
use crate::domain::counted::counted;
use crate::domain::{Handle, Instant};
use crate::tui::act;
use crate::tui::model::Model;
use crate::tui::msg::{Effect, Query};

/// When somebody is away, oneself unless another is named.
pub fn away(me: &Handle) -> Form {
    let fields = vec![
        FormField::proposal("who", "Who", me.as_str()),
        FormField::proposal("away-from", "From", "now"),
        FormField::text("away-until", "Until", ""),
        FormField::text("substitute", "Substitute", ""),
        FormField::text("note", "Note", ""),
    ];
    let mut form = form("Away".to_string(), "save", Kind::Away, fields);
    form.notes.push("The substitute sees the inbox meanwhile and acts on their behalf.".to_string());
    form
}

/// What a field of these forms is understood as, or what is wrong; `None` for fields of other forms.
pub(super) fn echo(kind: &Kind, field: &FormField, sense: &Sense<'_>) -> Option<Result<String, String>> {
    let text = field.value();
    match kind {
        Kind::Away => Some(match (field.name.as_str(), text.as_str()) {
            ("who", text) => person(text, sense).map(|person| format!("-> @{person}")),
            ("away-from", text) => beginning(text, sense).map(|at| match at > sense.now {
                true => sense.echo(at),
                false => format!("-> {}", shown(at, sense)),
            }),
            ("away-until", "") => Ok("fri, 27 nov or 30 nov 9:00".to_string()),
            ("away-until", text) => sense.until(text).map(|at| sense.echo(at)),
            ("substitute", "") => Ok("nobody".to_string()),
            ("substitute", text) => person(text, sense).map(|person| format!("-> @{person}")),
            _ => Ok(String::new()),
        }),
        _ => None,
    }
}

fn shown(at: Instant, sense: &Sense<'_>) -> String {
    sense.catalog.shown(at, sense.now)
}

fn person(text: &str, sense: &Sense<'_>) -> Result<Handle, String> {
    let party = sense.party(text)?;
    party.person().cloned().ok_or_else(|| "a person, not a role".to_string())
}

/// A day means its beginning.
fn beginning(text: &str, sense: &Sense<'_>) -> Result<Instant, String> {
    match text {
        "" | "now" | "today" => Ok(sense.now),
        text => sense.until(&format!("{text} 00:00")).or_else(|_| sense.until(text)),
    }
}

/// Has what the absence in the form would strand looked up, once for each that is said.
pub fn preview(model: &mut Model, form: &Form) -> Vec<Effect> {
    if form.kind != Kind::Away {
        return Vec::new();
    }
    let Ok(Command::SetAway { person, absence }) = absence(form, &act::sense(model)) else {
        return Vec::new();
    };
    // "Now" moves on while somebody types; it is the same absence.
    let same = |(of, known): &(Handle, Absence)| {
        let absence = Absence { from: known.from, ..absence.clone() };
        *of == person && *known == absence && form.value("away-from") == "now"
    };
    if model
        .places
        .away
        .as_ref()
        .is_some_and(|known| same(known) || *known == (person.clone(), absence.clone()))
    {
        return Vec::new();
    }
    model.places.away = Some((person.clone(), absence.clone()));
    vec![Effect::Load(Query::Stranded { person, absence })]
}

/// Says under the form what would lie, where it is still about this absence.
pub fn say_stranded(model: &mut Model, person: &Handle, absence: &Absence, stranded: &Stranded) {
    const MOST: usize = 6;
    if model.places.away.as_ref() != Some(&(person.clone(), absence.clone())) {
        return;
    }
    let form = model.overlays.iter_mut().rev().find_map(|overlay| match overlay {
        Overlay::Form(form) if form.kind == Kind::Away => Some(form),
        _ => None,
    });
    let Some(form) = form else { return };
    form.notes.truncate(1);
    let mut lines = lying(stranded);
    if lines.is_empty() {
        form.notes.push("Nothing would be stranded.".to_string());
        return;
    }
    let all = lines.len();
    lines.truncate(MOST);
    form.notes.push(format!("{} would lie:", counted(all, "thing")));
    form.notes.extend(lines);
    if all > MOST {
        let words = format!("  and {} more; `baton person away {person} --dry-run` lists them.", all - MOST);
        form.notes.push(words);
    }
}

/// What an absence would strand, a line each, what presses most first.
fn lying(stranded: &Stranded) -> Vec<String> {
    let handoffs = stranded.handoffs.iter().map(|handoff| {
        let (step, case) = (&handoff.step, handoff.case);
        format!("  {} of {case} ({step}), to {}: nobody could take it", handoff.handoff, handoff.to)
    });
    let steps =
        stranded.steps.iter().map(|step| format!("  {}, {}: nobody could do it", step.process, step.step));
    let approvals = stranded.approvals.iter().map(|approval| {
        let case = approval.case.map(|case| format!(" of {case}")).unwrap_or_default();
        format!("  {}, {}{case}: {}", approval.process, approval.step, approval.why)
    });
    let hand = match stranded.hand.len() {
        0 => None,
        1 => Some("  1 thing in their hand comes due, with nobody in their place".to_string()),
        many => Some(format!("  {many} things in their hand come due, with nobody in their place")),
    };
    let ladders = match stranded.ladders.len() {
        0 => None,
        1 => Some("  1 rung of a ladder points at them; somebody else hears instead".to_string()),
        many => Some(format!("  {many} rungs of ladders point at them; others hear instead")),
    };
    let asked = match stranded.asked.len() {
        0 => None,
        1 => Some("  1 question is put to them alone; somebody else has it meanwhile".to_string()),
        many => Some(format!("  {many} questions are put to them alone; others have them meanwhile")),
    };
    let only = stranded
        .only
        .iter()
        .map(|one| format!("  {}, {}: done by nobody else lately", one.process, one.step));
    handoffs.chain(hand).chain(steps).chain(approvals).chain(only).chain(asked).chain(ladders).collect()
}

/// The command of an absence, or the field that is wrong and why.
pub(super) fn absence(form: &Form, sense: &Sense<'_>) -> Result<Command, (usize, String)> {
    let at = |name: &str| form.fields.iter().position(|field| field.name == name).unwrap_or(0);
    let wrong = |name: &str, why: String| (at(name), why);
    let until = form.value("away-until");
    if until.is_empty() {
        return Err(wrong("away-until", "Say until when.".to_string()));
    }
    let given = |name: &str| Some(form.value(name)).filter(|text| !text.is_empty());
    let substitute = given("substitute").map(|text| person(&text, sense));
    let absence = Absence {
        from: beginning(&form.value("away-from"), sense).map_err(|why| wrong("away-from", why))?,
        until: sense.until(&until).map_err(|why| wrong("away-until", why))?,
        substitute: substitute.transpose().map_err(|why| wrong("substitute", why))?,
        note: given("note"),
    };
    let person = person(&form.value("who"), sense).map_err(|why| wrong("who", why))?;
    Ok(Command::SetAway { person, absence })
}

/// Says under the fields who is away of those it would be offered to, and who works only when it is too late.
pub(super) fn say_who_is_away(form: &mut Form, sense: &Sense<'_>) {
    const AWAY: &str = "Away: ";
    const LATER: &str = "Too late: ";
    form.notes.retain(|note| !note.starts_with(AWAY) && !note.starts_with(LATER));
    let to = form.value("to");
    let named = if to.is_empty() { form.meant_for.clone() } else { sense.party(&to).ok() };
    let Some(party) = named else { return };
    if let Some(warning) = sense.catalog.away_warning(&party, sense.now).filter(|_| !to.is_empty()) {
        form.notes.push(format!("{AWAY}{warning}"));
    } else if let Some(due) = sense.until(&form.value("accept-by")).ok().or(form.accept_by) {
        let warning = sense.catalog.works_too_late(&party, due, sense.now);
        form.notes.extend(warning.map(|warning| format!("{LATER}{warning}")));
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::domain::event::{Actor, Entry, Event, OpId, SubjectId};
    use crate::domain::zone::parse_rfc3339;
    use crate::domain::{Span, catalog};
    use crate::tui::overlays::submit;
    use crate::tui::overlays::understand::understand;

    pub fn h(text: &str) -> Handle {
        text.parse().unwrap()
    }

    pub fn refused(form: &Form, sense: &Sense<'_>) -> Option<(usize, String)> {
        submit::commands(form, sense).err()
    }

    /// Ana, who is the only one of finance and leads it, and bo; ana is away until tomorrow.
    pub fn company() -> (catalog::Catalog, Instant) {
        let now = parse_rfc3339("2026-11-16T09:00:00Z").unwrap();
        let mut known = catalog::Catalog::default();
        let person = |person: &str| Event::PersonAdded {
            person: h(person),
            name: person.into(),
            mail: None,
            permission: catalog::Permission::Admin,
        };
        let finance = Event::RoleAdded {
            role: h("finance"),
            title: "Finance".into(),
            members: vec![h("ana")],
            lead: Some(h("ana")),
        };
        let office = crate::domain::calendar::Calendar::office(crate::domain::zone::Zone::utc());
        let office = Event::CalendarApplied { calendar: h("office"), definition: office.into() };
        let settings =
            catalog::Settings { company: "x".into(), calendar: h("office"), currency: "EUR".into() };
        let absence = Absence { from: now, until: now + Span::DAY, substitute: None, note: None };
        let away = Event::PersonAway { person: h("ana"), absence };
        let settings = Event::SettingsChanged { settings };
        for event in [person("ana"), person("bo"), finance, office, settings, away] {
            let (actor, op) = (Actor::Tick, OpId(uuid::Uuid::nil()));
            known.apply(&Entry { seq: 1, at: now, actor, subject: SubjectId::Catalog, op, event });
        }
        (known, now)
    }

    #[test]
    fn an_absence_is_understood_and_whom_work_is_offered_to_is_known_to_be_away() {
        let (catalog, now) = company();
        let sense = Sense { catalog: &catalog, records: &[], cases: &[], loads: None, now };
        let mut form = away(&h("bo"));
        understand(&mut form, &sense, true);
        assert_eq!(refused(&form, &sense), Some((2, "Say until when.".to_string())));
        form.fields[1].fill("wed");
        form.fields[2].fill("fri");
        form.fields[3].fill("an");
        understand(&mut form, &sense, true);
        let echoes = form.fields.iter().map(|field| field.echo.as_str()).collect::<Vec<_>>();
        assert_eq!(
            echoes,
            ["-> @bo", "-> Wed 18 Nov 00:00 (in 1d 15h)", "-> Fri 20 Nov 17:00 (in 4d 8h)", "-> @ana", ""]
        );
        let commands = submit::commands(&form, &sense).unwrap();
        let [Command::SetAway { person, absence }] = commands.as_slice() else { panic!("{commands:?}") };
        assert_eq!((person, &absence.substitute), (&h("bo"), &Some(h("ana"))));
        let mut offer = crate::tui::overlays::forms::offer(Vec::new(), "x", "@ana");
        understand(&mut offer, &sense, true);
        let note = "Away: ana is away until Tue 17 Nov 09:00, and nobody takes their place.";
        assert!(offer.notes.iter().any(|said| said == note), "{:?}", offer.notes);
        offer.fields[0].fill("@bo");
        understand(&mut offer, &sense, true);
        assert!(!offer.notes.iter().any(|said| said.starts_with("Away")));
    }

    #[test]
    fn who_works_only_when_it_is_too_late_is_said_while_it_is_offered() {
        let (mut catalog, now) = company();
        let text = "[calendar.late]\nzone = \"UTC\"\nopen = { wed-fri = \"09:00-13:00\" }\n";
        let late = crate::domain::calendar::Calendar::parse_file(text).unwrap().pop_first().unwrap().1;
        catalog.calendars.insert(h("late"), vec![late.into()]);
        catalog.people.get_mut(&h("bo")).unwrap().calendar = Some(h("late"));
        let sense = Sense { catalog: &catalog, records: &[], cases: &[], loads: None, now };
        let mut offer = crate::tui::overlays::forms::offer(Vec::new(), "x", "@bo");
        let said = |offer: &Form| offer.notes.iter().find(|note| note.starts_with("Too late")).cloned();
        understand(&mut offer, &sense, true);
        assert_eq!(said(&offer), None, "no time to accept is promised");
        offer.accept_by = Some(now + Span::HOUR.times(4));
        understand(&mut offer, &sense, true);
        let note = "Too late: bo works again Wed 18 Nov 09:00, after it is due.";
        assert_eq!(said(&offer).as_deref(), Some(note));
        // Whom the process names, while nobody is typed.
        offer.fields[0].fill("");
        offer.meant_for = Some(crate::domain::Party::Person(h("bo")));
        understand(&mut offer, &sense, true);
        assert_eq!(said(&offer).as_deref(), Some(note));
        offer.accept_by = Some(now + Span::DAY.times(3));
        understand(&mut offer, &sense, true);
        assert_eq!(said(&offer), None);
    }
}
