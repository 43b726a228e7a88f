//! The form of a leaver's plan: what they hold, what they were to take, what names them and whom they stand in for,
//! a section each, with one answer for all of a section. Carries nothing out, and is not sent before every line
//! has somebody.

use super::form::{Form, FormField};
use super::forms::{Kind, form};
use super::understand::Sense;
use crate::domain::Handle;
use crate::domain::leaver::{Destination, Held, Line, Plan, Spot, Takes};
use crate::domain::leaver_file::destination;
use std::collections::BTreeMap;

/// The field that answers for all of a section begins like this.
const ALL: &str = "all ";
/// How many steps that nobody else does are named.
const NAMED: usize = 3;

/// The sections in their order: a name, what it says on screen, and what one answer for all of it may be.
const SECTIONS: [(&str, &str, Option<Takes>); 7] = [
    ("hand", "In hand, and what waits for their decision", Some(Takes::Person)),
    ("offers", "Offered to them: what they were to take", Some(Takes::Party)),
    ("cases", "Open cases they answer for", Some(Takes::Party)),
    ("processes", "Named in processes, each of which gets a new version", Some(Takes::Party)),
    ("ladders", "Ladders and rules that point to them", Some(Takes::Party)),
    ("roles", "Roles", None),
    ("substitutes", "In whose place they stand", None),
];

fn section(held: &Held) -> &'static str {
    match held {
        Held::Work { .. } | Held::Exception { .. } | Held::Delegated { .. } => "hand",
        Held::Offer { .. } => "offers",
        Held::Case { .. } => "cases",
        Held::Process { spot: Spot::Ladders | Spot::Rules, .. } => "ladders",
        Held::Process { .. } => "processes",
        Held::Member { .. } | Held::Lead { .. } => "roles",
        Held::Substitute { .. } => "substitutes",
    }
}

/// Whether the answer for all of its section may be one for this line.
fn follows(line: &Line) -> bool {
    matches!(line.takes, Takes::Person | Takes::Party)
}

/// Everything a leaver holds, a field each. `alone`: process, step and how often, of steps done by nobody else.
pub fn leave(plan: Plan, alone: &[(Handle, String, u32)]) -> Form {
    let mut fields = Vec::new();
    for (name, title, all) in SECTIONS {
        let lines = plan.lines.iter().enumerate().filter(|(_, line)| section(&line.held) == name);
        let lines = lines.collect::<Vec<_>>();
        let first = fields.len();
        let common = all.filter(|_| lines.iter().filter(|(_, line)| follows(line)).count() > 1);
        let answer = common.and_then(|takes| most_frequent(&lines, takes));
        if common.is_some() {
            fields.push(FormField::text(
                &format!("{ALL}{name}"),
                "all of these",
                answer.as_deref().unwrap_or(""),
            ));
        }
        for (n, line) in lines {
            let to = line
                .to
                .as_ref()
                .map(Destination::text)
                .filter(|to| !follows(line) || Some(to) != answer.as_ref());
            fields.push(FormField::text(&format!("line {n}"), &label(line), &to.unwrap_or_default()));
        }
        if let Some(field) = fields.get_mut(first) {
            field.heads.push(title.to_string());
        }
    }
    let title = format!("{} leaves", plan.person);
    let holds = match plan.lines.len() {
        0 => format!("{} holds nothing.", plan.person),
        _ => "Each line goes to somebody; all of it is done, or nothing.".to_string(),
    };
    if let (Some(first), false) = (fields.first_mut(), alone.is_empty()) {
        let steps =
            alone.iter().take(NAMED).map(|(process, step, times)| format!("{step} ({process}, {times}x)"));
        let more = match alone.len().saturating_sub(NAMED) {
            0 => String::new(),
            n => format!(" and {n} more"),
        };
        let steps = steps.collect::<Vec<_>>().join(", ");
        first.heads.insert(0, format!("Done by nobody else in 90 days: {steps}{more}"));
    }
    let mut besides = plan.notes.iter().take(NAMED).cloned().collect::<Vec<_>>();
    if plan.notes.len() > NAMED {
        let more = plan.notes.len() - NAMED;
        besides.push(format!("{more} more are told by `baton person leave {} --plan`.", plan.person));
    }
    let mut form = form(title, "let go", Kind::Leave { plan: Box::new(plan) }, fields);
    form.notes.push(holds);
    form.notes.extend(besides);
    form
}

/// What a line is called: work by its case, because its own number stands nowhere else on a screen.
fn label(line: &Line) -> String {
    match &line.held {
        Held::Work { case, .. } | Held::Offer { case, .. } | Held::Delegated { case, .. } => case.to_string(),
        _ => line.key.clone(),
    }
}

/// What a line is about, without what it is called already.
fn about(line: &Line) -> &str {
    let name = label(line);
    line.about.strip_prefix(name.as_str()).map_or(line.about.as_str(), str::trim_start)
}

/// The proposal that most lines of a section have.
fn most_frequent(lines: &[(usize, &Line)], takes: Takes) -> Option<String> {
    let mut counts = BTreeMap::<String, usize>::new();
    for line in lines.iter().map(|(_, line)| line).filter(|line| follows(line)) {
        let may = line.to.as_ref().filter(|to| match to {
            Destination::Party(party) => takes == Takes::Party || party.person().is_some(),
            Destination::Nobody => false,
        });
        *counts.entry(may.map(Destination::text).unwrap_or_default()).or_default() += 1;
    }
    counts.remove("");
    counts.into_iter().max_by_key(|(_, times)| *times).map(|(to, _)| to)
}

/// What was said for all of a section, by its name.
pub(super) fn for_all(form: &Form) -> BTreeMap<String, String> {
    let said = form.fields.iter().filter_map(|field| Some((field.name.strip_prefix(ALL)?, field.value())));
    said.map(|(name, text)| (name.to_string(), text)).filter(|(_, text)| !text.is_empty()).collect()
}

/// What a line says itself, and failing that what its section says.
fn said<'a>(line: &Line, own: &'a str, all: &'a BTreeMap<String, String>) -> &'a str {
    match (own, all.get(section(&line.held))) {
        ("", Some(all)) if follows(line) => all,
        (own, _) => own,
    }
}

/// What a field is understood as, or what is wrong; `None` for fields of other forms.
pub(super) fn echo(
    kind: &Kind,
    field: &FormField,
    all: &BTreeMap<String, String>,
    sense: &Sense<'_>,
) -> Option<Result<String, String>> {
    let Kind::Leave { plan } = kind else { return None };
    let own = field.value();
    if let Some(name) = field.name.strip_prefix(ALL) {
        let takes = SECTIONS.iter().find(|(section, ..)| *section == name).and_then(|(.., takes)| *takes)?;
        return Some(match own.as_str() {
            "" => Ok("each says its own".to_string()),
            text => destination(text, takes, &plan.person, sense.catalog)
                .map(|to| format!("-> {} where nothing is said", to.text())),
        });
    }
    let line = plan.lines.get(field.name.strip_prefix("line ")?.parse::<usize>().ok()?)?;
    let to = destination(said(line, &own, all), line.takes, &plan.person, sense.catalog);
    Some(to.map(|to| match own.is_empty() {
        true => format!("-> {}  {}", to.text(), about(line)),
        false => about(line).to_string(),
    }))
}

/// The plan as it was filled in.
pub fn filled(form: &Form, plan: &Plan, sense: &Sense<'_>) -> Plan {
    let mut plan = plan.clone();
    let all = for_all(form);
    for (n, line) in plan.lines.iter_mut().enumerate() {
        let own = form.value(&format!("line {n}"));
        line.to = destination(said(line, &own, &all), line.takes, &plan.person, sense.catalog).ok();
    }
    plan
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Party;
    use crate::tui::overlays::people::tests::{company, h, refused};
    use crate::tui::overlays::understand::understand;

    fn line(held: Held, key: &str, takes: Takes, to: Option<&str>) -> Line {
        let to = to.map(|to| Destination::Party(to.parse().unwrap()));
        Line { held, key: key.into(), about: format!("C-1 about {key}"), takes, to }
    }

    /// Ana, who leaves: three tasks, two offers and a role.
    fn plan() -> Plan {
        let case = crate::domain::CaseId(1);
        let work = |n: u32, to| line(Held::Work { case, branch: n }, &format!("T-{n}"), Takes::Person, to);
        let offer = |n: i64| {
            let handoff = crate::domain::HandoffId(n);
            let held = Held::Offer { case, branch: 9, handoff, note: None };
            line(held, &format!("H-{n}"), Takes::Party, None)
        };
        let lead = line(Held::Lead { role: h("finance") }, "finance: lead", Takes::Person, Some("@bo"));
        let lines =
            vec![work(1, Some("@cy")), work(2, Some("@bo")), work(3, Some("@bo")), offer(4), offer(5), lead];
        Plan { person: h("ana"), lines, notes: Vec::new() }
    }

    #[test]
    fn each_section_has_one_answer_for_the_lines_that_say_nothing_else() {
        let (catalog, now) = company();
        let sense = Sense { catalog: &catalog, records: &[], cases: &[], loads: None, now };
        let plan = plan();
        let mut form = leave(plan.clone(), &[(h("sale"), "Bill".into(), 12)]);
        let heads = form.fields.iter().flat_map(|field| &field.heads).map(String::as_str).collect::<Vec<_>>();
        assert_eq!(
            heads,
            [
                "Done by nobody else in 90 days: Bill (sale, 12x)",
                "In hand, and what waits for their decision",
                "Offered to them: what they were to take",
                "Roles"
            ]
        );
        let fields = form.fields.iter().map(|field| format!("{}={}", field.label, field.value()));
        let fields = fields.collect::<Vec<_>>();
        let expected = [
            "all of these=@bo",
            "C-1=@cy",
            "C-1=",
            "C-1=",
            "all of these=",
            "C-1=",
            "C-1=",
            "finance: lead=@bo",
        ];
        assert_eq!(fields, expected);
        // Cy is nobody here, and the offers have nobody yet.
        understand(&mut form, &sense, true);
        assert_eq!(refused(&form, &sense), Some((1, "goes to `cy`, who is nobody here".to_string())));
        form.fields[1].fill("");
        understand(&mut form, &sense, true);
        assert_eq!(form.fields[1].echo, "-> @bo  about T-1");
        assert_eq!(refused(&form, &sense), Some((5, "has no destination".to_string())));
        form.fields[4].fill("@ana");
        understand(&mut form, &sense, true);
        assert_eq!(refused(&form, &sense), Some((4, "goes to ana, who leaves".to_string())));
        form.fields[4].fill("finance");
        form.fields[6].fill("@bo");
        understand(&mut form, &sense, true);
        assert_eq!(refused(&form, &sense), None);
        let to = filled(&form, &plan, &sense).lines.into_iter().map(|line| line.to.unwrap().text());
        assert_eq!(to.collect::<Vec<_>>(), ["@bo", "@bo", "@bo", "finance", "@bo", "@bo"]);
    }

    #[test]
    fn a_plan_is_sent_only_when_every_line_goes_to_somebody() {
        let (catalog, now) = company();
        let sense = Sense { catalog: &catalog, records: &[], cases: &[], loads: None, now };
        let plan = Plan::of(&catalog, &h("ana"), &crate::domain::leaver::InHand::default(), now);
        let mut form = leave(plan.clone(), &[]);
        let labels = form.fields.iter().map(|field| field.label.as_str()).collect::<Vec<_>>();
        assert_eq!(labels, ["finance: member", "finance: lead"]);
        understand(&mut form, &sense, true);
        assert_eq!(refused(&form, &sense), Some((0, "has no destination".to_string())));
        form.fields[0].fill("@ana");
        form.fields[1].fill("bo");
        understand(&mut form, &sense, true);
        assert_eq!(refused(&form, &sense), Some((0, "goes to ana, who leaves".to_string())));
        form.fields[0].fill("@bo");
        understand(&mut form, &sense, true);
        assert_eq!(refused(&form, &sense), None);
        let to = Some(Destination::Party(Party::Person(h("bo"))));
        assert!(filled(&form, &plan, &sense).lines.iter().all(|line| line.to == to));
    }
}
