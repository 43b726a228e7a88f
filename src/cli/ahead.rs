//! What happens by itself: schedules, rules, and what they and the ladders would bring in the days to come.

use super::args_ahead::{RuleVerb, ScheduleVerb, Simulate};
use super::print::{Facts, Table, Wall, json_text};
use super::process::version_of;
use super::session::{Session, not_found, not_now};
use crate::desk::{Error, Scheduled, Simulated};
use crate::domain::counted::{counted, times};
use crate::domain::decide;
use crate::domain::event::SubjectId;
use crate::domain::ladder::{Audience, Rung};
use crate::domain::nearest::nearest;
use crate::domain::process::Process;
use crate::domain::rule::{Action, Rule, Trigger};
use crate::domain::schedule::Overlap;
use crate::domain::schedule_words::recurrence;
use crate::domain::{Handle, Instant, Span};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How much of what a rule did is shown.
const LATELY: usize = 10;

pub fn schedules(s: &mut Session, verb: &ScheduleVerb) -> Result<(), Error> {
    let mut work = s.look()?;
    let schedules = work.desk.schedules()?;
    let catalog = work.catalog()?;
    let wall = work.wall();
    if let ScheduleVerb::Show { process, times } = verb {
        version_of(&catalog, process, None)?;
        let mut rows = Vec::new();
        for of in schedules.iter().filter(|of| &of.process.handle == process) {
            let coming = of.coming(&catalog, usize::from(*times));
            let mut facts = Facts::default();
            facts.add("schedule", format!("{} of {process}", of.name));
            facts.add(
                "every",
                format!("{} at {}", recurrence(&of.schedule.every), time_of_day(of.schedule.at)),
            );
            facts.add(
                "if open",
                match of.schedule.overlap {
                    Overlap::Skip => "nothing is started while the case of the last time is open",
                    Overlap::Start => "another is started all the same",
                },
            );
            facts.add("if missed", format!("started up to {} later", of.schedule.catch_up));
            for (field, text) in &of.schedule.data {
                facts.add("with", format!("{field} = {text}"));
            }
            coming.iter().for_each(|at| {
                facts.add("next", wall.at(*at));
            });
            facts.add("last", last_of(of, &wall).unwrap_or_default());
            let mut value = schedule_json(of, &wall);
            value["with"] = json!(of.schedule.data.iter().cloned().collect::<BTreeMap<_, _>>());
            value["times"] = coming.iter().map(|at| wall.json(*at)).collect();
            rows.push((facts, value));
        }
        match s.json {
            true => s.out.push_str(&json_text(&rows.into_iter().map(|(_, value)| value).collect())),
            false if rows.is_empty() => {
                s.say(&format!("{process} has no schedule. One is a [[schedule]] in its file."))
            }
            false => rows.iter().for_each(|(facts, value)| s.one(facts, value)),
        }
        return Ok(());
    }
    let mut table = Table::new(&["PROCESS", "SCHEDULE", "EVERY", "AT", "NEXT", "LAST"]);
    let mut rows = Vec::new();
    for of in &schedules {
        table.row([
            of.process.handle.to_string(),
            of.name.to_string(),
            recurrence(&of.schedule.every),
            time_of_day(of.schedule.at),
            wall.maybe(of.next),
            last_of(of, &wall).unwrap_or_default(),
        ]);
        rows.push(schedule_json(of, &wall));
    }
    s.list(&table, rows, "No process has a schedule. One is a [[schedule]] in a process file.");
    Ok(())
}

fn time_of_day(minutes: u32) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// What became of the last time.
fn last_of(of: &Scheduled, wall: &Wall<'_>) -> Option<String> {
    of.run.last.as_ref().map(|(at, outcome)| outcome.told(&wall.at(*at), 1))
}

fn schedule_json(of: &Scheduled, wall: &Wall<'_>) -> Value {
    json!({
        "process": of.process.handle.as_str(),
        "schedule": of.name.as_str(),
        "every": of.schedule.every,
        "at": time_of_day(of.schedule.at),
        "overlap": of.schedule.overlap,
        "catch_up": of.schedule.catch_up.to_string(),
        "since": wall.json(of.run.since),
        "next": wall.json_maybe(of.next),
        "last": wall.json_maybe(of.run.last.as_ref().map(|(at, _)| *at)),
        "outcome": last_of(of, wall),
    })
}

/// Every rung, those of the built-in ladders too where a process names none for a kind of clock.
pub fn ladders(s: &mut Session, process: Option<&Handle>) -> Result<(), Error> {
    let mut work = s.look()?;
    let catalog = work.catalog()?;
    if let Some(process) = process {
        version_of(&catalog, process, None)?;
    }
    let newest =
        catalog.processes.keys().filter_map(|handle| catalog.newest(handle)).map(|(_, process)| process);
    let mut table = Table::new(&["PROCESS", "ON", "AT", "DOES", "AGAIN"]);
    let mut rows = Vec::new();
    for of in newest.filter(|of| process.is_none_or(|process| process == &of.handle)) {
        let own = |on| of.ladders.iter().any(|ladder| ladder.on == on);
        for (ladder, rung) in
            decide::ladders(of).flat_map(|ladder| ladder.rungs.iter().map(move |rung| (ladder, rung)))
        {
            let at = if rung.at.count == 0 { "due".to_string() } else { format!("{} from due", rung.at) };
            let again = rung.every.map(|every| match rung.most {
                Some(most) => format!("every {every}, {} in all", times(most)),
                None => format!("every {every}"),
            });
            let built_in = if own(ladder.on) { "" } else { " (built in)" };
            table.row([
                of.handle.to_string(),
                ladder.on.word().to_string(),
                at,
                format!("{}{built_in}", does(rung)),
                again.unwrap_or_default(),
            ]);
            let mut value = serde_json::to_value(rung).unwrap_or_default();
            value["process"] = json!(of.handle.as_str());
            value["on"] = json!(ladder.on);
            value["built_in"] = json!(!own(ladder.on));
            rows.push(value);
        }
    }
    s.list(&table, rows, "No processes yet. `baton process templates` shows some to begin with.");
    Ok(())
}

/// What a rung does, in words.
fn does(rung: &Rung) -> String {
    let told = [("remind", &rung.remind), ("escalate to", &rung.escalate)];
    let mut does = told
        .iter()
        .filter_map(|(verb, audience)| Some(format!("{verb} {}", whom(audience.as_ref()?))))
        .collect::<Vec<_>>();
    if rung.raise {
        does.push("make it urgent".to_string());
    }
    if rung.release {
        does.push("offer it to its role".to_string());
    }
    does.extend(rung.reassign.as_ref().map(|party| format!("offer it to {party}")));
    does.extend(rung.exception.as_ref().map(|text| format!("exception \"{text}\"")));
    does.join("; ")
}

pub fn rules(s: &mut Session, verb: RuleVerb) -> Result<(), Error> {
    let mut work = s.look()?;
    let catalog = work.catalog()?;
    let newest = catalog.processes.keys().filter_map(|handle| catalog.newest(handle));
    let all =
        newest.flat_map(|(_, process)| process.rules.iter().map(move |rule| (process.clone(), rule.clone())));
    let all = all.collect::<Vec<_>>();
    match verb {
        RuleVerb::List { process } => {
            let mut table = Table::new(&["PROCESS", "RULE", "ON", "IF", "THEN"]);
            let mut rows = Vec::new();
            for (of, rule) in all.iter().filter(|(of, _)| process.as_ref().is_none_or(|p| p == &of.handle)) {
                let then = rule.then.iter().map(action).collect::<Vec<_>>().join("; ");
                let when = rule.when.clone().unwrap_or_default();
                table.row([of.handle.to_string(), rule.rule.to_string(), on(rule), when, then]);
                rows.push(json_of(of, rule));
            }
            s.list(&table, rows, "No process has a rule. One is a [[rule]] in a process file.");
            Ok(())
        }
        RuleVerb::Show { rule: name, process } => {
            let (of, rule) = the_one(&all, &name, process.as_ref())?;
            let acted = work.desk.store().acted(&of.handle, &name, LATELY)?;
            let wall = work.wall();
            let mut facts = Facts::default();
            facts.add("rule", format!("{name} of {}", of.handle)).add("on", on(rule));
            facts.add("if", rule.when.as_deref().unwrap_or_default());
            for then in &rule.then {
                facts.add("then", action(then));
            }
            for (subject, at) in &acted {
                facts.add("acted", format!("{subject}, {}", wall.at(*at)));
            }
            let mut value = json_of(of, rule);
            let acted = acted.iter().filter_map(|(subject, at)| match subject {
                SubjectId::Case(case) => Some(json!({"case": case.to_string(), "at": wall.json(*at)})),
                _ => None,
            });
            value["acted"] = acted.collect();
            s.one(&facts, &value);
            Ok(())
        }
    }
}

fn the_one<'r>(
    all: &'r [(Arc<Process>, Rule)],
    name: &Handle,
    process: Option<&Handle>,
) -> Result<&'r (Arc<Process>, Rule), Error> {
    let named = all.iter().filter(|(_, rule)| &rule.rule == name);
    let found = named.filter(|(of, _)| process.is_none_or(|p| p == &of.handle)).collect::<Vec<_>>();
    match found.as_slice() {
        [one] => Ok(one),
        [] => {
            let hint = match nearest(name.as_str(), all.iter().map(|(_, rule)| rule.rule.as_str())) {
                Some(near) => format!("Did you mean `{near}`?"),
                None => "`baton rule list` shows them.".to_string(),
            };
            Err(not_found(format!("There is no rule `{name}`."), hint))
        }
        several => {
            let of = several.iter().map(|(of, _)| of.handle.as_str()).collect::<Vec<_>>().join(", ");
            Err(not_now(
                format!("Several processes have a rule `{name}`: {of}."),
                "Name one with --process.".into(),
            ))
        }
    }
}

/// What sets a rule off, in the words of process files.
fn on(rule: &Rule) -> String {
    let word = Trigger::ALL.iter().find(|(_, trigger)| *trigger == rule.on).map_or("", |(word, _)| word);
    rule.step.as_ref().map_or_else(|| word.to_string(), |step| format!("{word} {step}"))
}

fn action(action: &Action) -> String {
    let set = |(name, source): &(String, String)| format!("{name} = {source}");
    match action {
        Action::Start(start) => format!("start {}", start.process),
        Action::Set(fields) => format!("set {}", fields.iter().map(set).collect::<Vec<_>>().join(", ")),
        Action::Urgent(true) => "make it urgent".to_string(),
        Action::Urgent(false) => "make it urgent no more".to_string(),
        Action::Note(text) => format!("note \"{text}\""),
        Action::Remind(audience) => format!("remind {}", whom(audience)),
        Action::Exception(text) => format!("exception \"{text}\""),
        Action::Run(name) => format!("run {name}"),
    }
}

fn whom(audience: &Audience) -> String {
    match audience {
        Audience::Responsible => "the responsible".to_string(),
        Audience::Sender => "the sender".to_string(),
        Audience::Lead => "the lead".to_string(),
        Audience::Accountable => "the accountable party".to_string(),
        Audience::Party(party) => party.to_string(),
    }
}

fn json_of(of: &Process, rule: &Rule) -> Value {
    let mut value = serde_json::to_value(rule).unwrap_or_default();
    value["process"] = json!(of.handle.as_str());
    value
}

pub fn simulate(s: &mut Session, args: &Simulate) -> Result<(), Error> {
    let mut work = s.look()?;
    let until = work.now + Span::DAY.times(i64::from(args.days));
    let simulated = work.desk.simulate(work.now, until)?;
    let budget = args.budget.unwrap_or(s.settings.budget) as usize;
    let wall = work.wall();
    if s.json {
        s.out.push_str(&json_text(&simulated_json(&simulated, &wall, until, budget)));
        return Ok(());
    }
    let mut table = Table::new(&["DAY", "PERSON", "IN ALL", "REMIND", "ESCALATE", "EXCEPTION", "OFFER", ""]);
    for ((day, person), all) in simulated.by_day(wall.zone) {
        let that_day = simulated.coming.iter().filter(|c| c.person == person && wall.zone.date(c.at) == day);
        let kinds = that_day.map(|coming| coming.what).collect::<Vec<_>>();
        let of = |what| kinds.iter().filter(|kind| **kind == what).count();
        use crate::desk::Sent::{Escalation, Exception, Offer, Reminder};
        let counts = [Reminder, Escalation, Exception, Offer].map(of).map(|n| match n {
            0 => String::new(),
            n => n.to_string(),
        });
        let much = if all > budget { format!("more than {budget} a day") } else { String::new() };
        let day = day.format("%a %-d %b").to_string();
        table.row([vec![day, person.to_string(), all.to_string()], counts.to_vec(), vec![much]].concat());
    }
    s.list(&table, Vec::new(), &format!("Nothing would reach anybody in {}.", counted(args.days, "day")));
    if args.all && !simulated.coming.is_empty() {
        let mut table = Table::new(&["AT", "PERSON", "WHAT", "CASE", "TITLE", "BY", "ABOUT"]);
        for coming in &simulated.coming {
            table.row([
                wall.at(coming.at),
                coming.person.to_string(),
                coming.what.word().to_string(),
                coming.case.to_string(),
                coming.title.clone(),
                coming.by.clone(),
                coming.text.clone(),
            ]);
        }
        s.out.push('\n');
        s.list(&table, Vec::new(), "");
    }
    for (at, _, title, by) in &simulated.started {
        s.say(&format!("{}: a case would be started by {by}: {title}.", wall.at(*at)));
    }
    for (at, case, name) in &simulated.programs {
        s.say(&format!("{}: {case} would ask for the program {name}.", wall.at(*at)));
    }
    if let Some(cut) = simulated.cut {
        s.say(&format!("There is too much to look further than {}.", wall.at(cut)));
    }
    if !args.all && !simulated.coming.is_empty() {
        s.say("Nothing was changed. `--all` shows every single one.");
    }
    Ok(())
}

fn simulated_json(simulated: &Simulated, wall: &Wall<'_>, until: Instant, budget: usize) -> Value {
    let days = simulated.by_day(wall.zone).into_iter();
    let days = days.map(|((day, person), n)| {
        json!({"day": day.to_string(), "person": person.as_str(), "in_all": n, "over_budget": n > budget})
    });
    let coming = simulated.coming.iter().map(|coming| {
        json!({
            "at": wall.json(coming.at),
            "person": coming.person.as_str(),
            "what": coming.what.word(),
            "case": coming.case.to_string(),
            "title": coming.title,
            "by": coming.by,
            "text": coming.text,
        })
    });
    let started = simulated.started.iter().map(|(at, case, title, by)| {
        json!({"at": wall.json(*at), "case": case.to_string(), "title": title, "by": by})
    });
    let programs = simulated
        .programs
        .iter()
        .map(|(at, case, name)| json!({"at": wall.json(*at), "case": case.to_string(), "run": name}));
    json!({
        "from": wall.json(wall.now),
        "until": wall.json(until),
        "budget": budget,
        "days": days.collect::<Vec<_>>(),
        "coming": coming.collect::<Vec<_>>(),
        "started": started.collect::<Vec<_>>(),
        "programs": programs.collect::<Vec<_>>(),
        "cut": wall.json_maybe(simulated.cut),
    })
}
