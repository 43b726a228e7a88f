//! The places of people: everybody with what they have in hand and how they stand, and one of them with everything
//! they hold. Draws from what was fetched.

use super::sheet::{Link, Place, Sheet};
use super::{Look, NARROW, Tab, WIDE, meaning, times};
use crate::desk::{PersonLine, PersonView};
use crate::domain::catalog::Catalog;
use crate::domain::counted;
use crate::domain::permission::{Area, Permission};
use crate::domain::rows::PlaceKind;
use crate::domain::{Handle, when};
use crate::tui::theme::Meaning;

/// The tabs of one person in their order.
pub const TABS: [&str; 4] = ["In hand", "Holds", "Absences", "May do"];

/// Everybody.
pub fn everybody(people: &[PersonLine], width: u16, look: &Look) -> Place {
    let mut sheet = Sheet::new(width);
    let narrow = width < NARROW;
    let wide = width >= WIDE;
    let heads = ["PERSON", "MAY", "OPEN", "LATE", "ROLES", "STANDING"];
    let columns = |cells: [&str; 6], late: Meaning, all: Meaning| -> Vec<(String, usize, Meaning)> {
        let [person, may, open, late_words, roles, standing] = cells.map(str::to_string);
        let mut row = vec![(person, if wide { 24 } else { 10 }, all)];
        if !narrow {
            row.push((may, 7, all));
        }
        row.push((format!("{open:>4}"), 4, all));
        row.push((format!("{late_words:>4}"), 4, late));
        if !narrow {
            row.push((roles, if wide { 30 } else { 18 }, all));
        }
        row.push((standing, 0, all));
        row
    };
    let put = |sheet: &mut Sheet, cells: Vec<(String, usize, Meaning)>, link: Option<Link>| {
        let cells =
            cells.iter().map(|(text, wide, meaning)| (text.as_str(), *wide, *meaning)).collect::<Vec<_>>();
        sheet.row(&cells, link);
    };
    put(&mut sheet, columns(heads, Meaning::Dim, Meaning::Dim), None);
    for line in people {
        let name = match wide && line.person.name != line.handle.as_str() {
            true => format!("{}  {}", line.handle, line.person.name),
            false => line.handle.to_string(),
        };
        let roles = line.roles.iter().map(Handle::as_str).collect::<Vec<_>>().join(", ");
        let late = if line.late > 0 { format!("!{}", line.late) } else { String::new() };
        let open = if line.open > 0 { line.open.to_string() } else { "-".to_string() };
        let standing = standing(line, look);
        let cells = [&name, line.person.permission.word(), &open, &late, &roles, &standing];
        put(
            &mut sheet,
            columns(cells, Meaning::Late, Meaning::Plain),
            Some(Link::Person(line.handle.clone())),
        );
    }
    if !narrow {
        let words = "OPEN, LATE: branches somebody is responsible for; until it is accepted also what they offered on.";
        sheet.blank().text(0, words, Meaning::Dim);
    }
    let here = people.iter().filter(|line| line.person.left.is_none()).count();
    let away = people.iter().filter(|line| line.person.absence(look.now).is_some()).count();
    let right = format!("{here} here{}", if away > 0 { format!(", {away} away") } else { String::new() });
    Place { title: "People".to_string(), right, tabs: Vec::new(), active: 0, sheet }
}

/// Away until when and who instead, or what else there is to know.
fn standing(line: &PersonLine, look: &Look) -> String {
    let words = of_person(line, look);
    if !words.is_empty() {
        return words;
    }
    let mut told = Vec::new();
    if line.offered > 0 {
        told.push(format!("{} offered", line.offered));
    }
    if !line.stands_in_for.is_empty() {
        let names = line.stands_in_for.iter().map(Handle::as_str).collect::<Vec<_>>().join(", ");
        told.push(format!("for {names}"));
    }
    told.join(", ")
}

fn of_person(line: &PersonLine, look: &Look) -> String {
    let person = &line.person;
    let stamp = |at| times::stamp(at, look.now, look.zone);
    let acts = line.instead.split(' ').next().filter(|acts| !acts.is_empty()).unwrap_or("nobody");
    match (person.left, person.absence(look.now)) {
        (Some(left), _) => format!("left {}", stamp(left)),
        (None, Some(away)) => format!("away to {}, {acts} instead", stamp(away.until)),
        (None, None) => match person.absences.iter().find(|absence| absence.from > look.now) {
            Some(next) => format!("away from {}", stamp(next.from)),
            None => String::new(),
        },
    }
}

/// One of them, with one of the tabs.
pub fn one(view: &PersonView, catalog: &Catalog, tab: usize, width: u16, look: &Look) -> Place {
    let line = &view.line;
    let roles = line.roles.iter().map(|role| match view.leads_roles.contains(role) {
        true => format!("{role} (lead)"),
        false => role.to_string(),
    });
    let roles = roles.collect::<Vec<_>>().join(", ");
    let title = match width < NARROW {
        true => line.handle.to_string(),
        false => format!("People / {}  {}", line.handle, line.person.name),
    };
    let right = match of_person(line, look) {
        words if words.is_empty() => format!("{} open, {} late", line.open, line.late),
        words => words,
    };
    let names = [
        format!("{} {}", TABS[0], view.hand.len()),
        format!("{} {}", TABS[1], view.holds.lines.len()),
        format!("{} {}", TABS[2], line.person.absences.len()),
        TABS[3].to_string(),
    ];
    let mut sheet = Sheet::new(width);
    match tab {
        0 => in_hand(&mut sheet, view, &roles, look),
        1 => holds(&mut sheet, view),
        2 => absences(&mut sheet, view, look),
        _ => may(&mut sheet, view, catalog),
    }
    Place { title, right, tabs: names.into_iter().map(Tab::new).collect(), active: tab.min(3), sheet }
}

fn in_hand(sheet: &mut Sheet, view: &PersonView, roles: &str, look: &Look) {
    let roles = if roles.is_empty() { "none" } else { roles };
    sheet.field("Roles", roles);
    if let Some(mail) = &view.line.person.mail {
        sheet.field("Mail", mail);
    }
    let person = &view.line.person;
    if let Some(zone) = &person.zone {
        sheet.field("Zone", zone.name());
    }
    if let Some(calendar) = &person.calendar {
        sheet.field("Works by", calendar.as_str());
    }
    if !person.logins.is_empty() {
        sheet.field("Logins", &person.logins.iter().map(String::as_str).collect::<Vec<_>>().join(", "));
    }
    if !view.line.stands_in_for.is_empty() {
        let names = view.line.stands_in_for.iter().map(Handle::as_str).collect::<Vec<_>>().join(", ");
        sheet.field("Stands in for", &names);
    }
    sheet.blank();
    for one in &view.hand {
        let mark = one.urgency.mark();
        let what = match one.kind {
            PlaceKind::Task => "works on",
            PlaceKind::Waiting => "waits",
            PlaceKind::Held => "decides",
            PlaceKind::Offered if one.to.as_ref().and_then(|to| to.person()) == Some(&view.line.handle) => {
                "offered"
            }
            PlaceKind::Offered => "sent on",
        };
        let id = one.case.to_string();
        let left = times::left(look.now, one.due, look.zone);
        let cells = [
            (mark, 2, meaning(one.urgency)),
            (id.as_str(), id.len().max(7), Meaning::Plain),
            (what, 8, Meaning::Plain),
            (one.title.as_str(), 0, Meaning::Plain),
            (one.step_title.as_str(), 18, Meaning::Dim),
            (left.as_str(), 13, meaning(one.urgency)),
        ];
        sheet.row(&cells, Some(Link::Branch(one.case, one.branch)));
    }
    if view.hand.is_empty() {
        sheet.text(0, "Nothing is in their hand.", Meaning::Plain);
    }
}

fn holds(sheet: &mut Sheet, view: &PersonView) {
    let mut section = "";
    for line in &view.holds.lines {
        if line.held.section() != section {
            if !section.is_empty() {
                sheet.blank();
            }
            section = line.held.section();
            sheet.head(section);
        }
        let cells = [(line.key.as_str(), 28, Meaning::Plain), (line.about.as_str(), 0, Meaning::Plain)];
        let link = match &line.held {
            crate::domain::leaver::Held::Work { case, .. }
            | crate::domain::leaver::Held::Offer { case, .. }
            | crate::domain::leaver::Held::Exception { case, .. }
            | crate::domain::leaver::Held::Delegated { case, .. }
            | crate::domain::leaver::Held::Case { case } => Some(Link::Case(*case)),
            crate::domain::leaver::Held::Process { process, .. } => Some(Link::Process(process.clone())),
            crate::domain::leaver::Held::Substitute { of } => Some(Link::Person(of.clone())),
            crate::domain::leaver::Held::Member { .. } | crate::domain::leaver::Held::Lead { .. } => None,
        };
        sheet.row(&cells, link);
    }
    if view.holds.lines.is_empty() {
        sheet.text(0, "They hold nothing: they could leave today.", Meaning::Plain);
    }
    if !view.alone.is_empty() {
        sheet.blank().head("done by nobody else in 90 days");
        for (process, step, times) in &view.alone {
            let words = format!("{step} ({process}), {}", counted::times(*times));
            sheet.row(&[(&words, 0, Meaning::Plain)], Some(Link::Process(process.clone())));
        }
    }
}

fn absences(sheet: &mut Sheet, view: &PersonView, look: &Look) {
    for absence in view.line.person.absences.iter().rev() {
        let show = |at| when::show(at, look.now, look.zone);
        let meaning = match absence.covers(look.now) {
            true => Meaning::Waiting,
            false if absence.until <= look.now => Meaning::Dim,
            false => Meaning::Plain,
        };
        let label = match absence.covers(look.now) {
            true => "now",
            false if absence.until <= look.now => "was away",
            false => "to come",
        };
        let instead = match absence.covers(look.now) && !view.line.instead.is_empty() {
            true => Some(format!(", {}", view.line.instead)),
            false => absence.substitute.as_ref().map(|who| format!(", {who} takes their place")),
        };
        let note = absence.note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
        let words = format!(
            "{} to {}{}{note}",
            show(absence.from),
            show(absence.until),
            instead.unwrap_or_else(|| ", nobody takes their place".to_string())
        );
        sheet.labelled(label, &words, meaning, None);
    }
    if view.line.person.absences.is_empty() {
        sheet.text(
            0,
            "No absence is planned. s says when they are away, and shows what would lie.",
            Meaning::Plain,
        );
    }
}

/// What they may do in general and where it differs, and who could change that.
fn may(sheet: &mut Sheet, view: &PersonView, catalog: &Catalog) {
    let (handle, person) = (&view.line.handle, &view.line.person);
    sheet.field("In general", &format!("{}: {}", person.permission.word(), what_it_is(person.permission)));
    for (area, permission) in &person.grants {
        sheet.field(&area.words(), &format!("{}: {}", permission.word(), what_it_is(*permission)));
    }
    let processes = catalog.processes.keys().map(|process| Area::Process(process.clone()));
    for area in processes.filter(|area| !person.grants.contains_key(area)) {
        let here = catalog.permission_on(handle, &area);
        if here != person.permission {
            sheet.field(&area.words(), &format!("{}, being accountable for it", here.word()));
        }
    }
    sheet.blank();
    let admins = view.admins.iter().map(Handle::as_str).collect::<Vec<_>>().join(", ");
    sheet.field("Who could", &format!("change this: {admins} (admins)"));
    sheet.text(0, "e changes it.", Meaning::Dim);
}

fn what_it_is(permission: Permission) -> &'static str {
    match permission {
        Permission::Viewer => "looks at everything, changes nothing",
        Permission::Member => "works on cases and records",
        Permission::Lead => "also steers the work of others and publishes processes",
        Permission::Admin => "everything, people and settings included",
    }
}
