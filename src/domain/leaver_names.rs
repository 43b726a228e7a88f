//! Where a process names somebody, and the same process with somebody else there. Publishes nothing.

use super::id::Handle;
use super::ladder::Audience;
use super::party::Party;
use super::process::{Performer, Process, StepKind};
use super::record::FieldType;
use super::rule::Action;
use std::fmt;

/// A part of a process that names a person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spot {
    Accountable,
    Step(Handle),
    /// Who minds the outside contact that does this step.
    Minded(Handle),
    Ladders,
    /// Rules, and the actions of automatic steps.
    Rules,
    /// Data that schedules start cases with.
    Schedules,
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Spot::Accountable => f.write_str("accountable"),
            Spot::Step(step) => write!(f, "step {step}"),
            Spot::Minded(step) => write!(f, "step {step}, minded"),
            Spot::Ladders => f.write_str("ladders"),
            Spot::Rules => f.write_str("rules"),
            Spot::Schedules => f.write_str("schedules"),
        }
    }
}

impl Process {
    /// Every part that names this person.
    pub fn spots_of(&self, person: &Handle) -> Vec<Spot> {
        let mut spots = Vec::new();
        let mut seen = self.clone();
        // What giving the part to somebody else changes is what names the person.
        let nobody = Party::Contact;
        let mut all = vec![Spot::Accountable];
        for step in &self.steps {
            all.extend([Spot::Step(step.handle.clone()), Spot::Minded(step.handle.clone())]);
        }
        all.extend([Spot::Ladders, Spot::Rules, Spot::Schedules]);
        for spot in all {
            if seen.give(&spot, person, &nobody) {
                spots.push(spot);
            }
        }
        spots
    }

    /// Puts `to` where this part names the person. Whether it did.
    pub fn give(&mut self, spot: &Spot, person: &Handle, to: &Party) -> bool {
        let mut given = false;
        let mut give = |party: &mut Party| {
            if party.person() == Some(person) {
                *party = to.clone();
                given = true;
            }
        };
        match spot {
            Spot::Accountable => give(&mut self.accountable),
            Spot::Step(step) => {
                for step in self.steps.iter_mut().filter(|s| &s.handle == step) {
                    if let Performer::Party(party) = &mut step.by {
                        give(party);
                    }
                }
            }
            Spot::Minded(step) => {
                let minded = self.steps.iter_mut().filter(|s| &s.handle == step);
                minded.filter_map(|step| step.minded.as_mut()).for_each(give);
            }
            Spot::Ladders => {
                for rung in self.ladders.iter_mut().flat_map(|ladder| &mut ladder.rungs) {
                    for audience in [&mut rung.remind, &mut rung.escalate].into_iter().flatten() {
                        if let Audience::Party(party) = audience {
                            give(party);
                        }
                    }
                    if let Some(party) = &mut rung.reassign {
                        give(party);
                    }
                }
            }
            Spot::Rules => {
                let automatic = self.steps.iter_mut().filter_map(|step| match &mut step.kind {
                    StepKind::Auto { actions } => Some(actions),
                    _ => None,
                });
                let rules = self.rules.iter_mut().map(|rule| &mut rule.then);
                for action in automatic.chain(rules).flatten() {
                    if let Action::Remind(Audience::Party(party)) = action {
                        give(party);
                    }
                }
            }
            Spot::Schedules => {
                let fields = self.data.iter().filter(|field| field.kind == FieldType::Person);
                let fields = fields.map(|field| field.name.as_str()).collect::<Vec<_>>();
                for (name, value) in self.schedules.iter_mut().flat_map(|schedule| &mut schedule.data) {
                    if fields.contains(&name.as_str()) && value.trim_start_matches('@') == person.as_str() {
                        *value = to.person().map(ToString::to_string).unwrap_or_default();
                        given = true;
                    }
                }
            }
        }
        given
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::process_check::{Known, read};

    /// A process that names ana wherever one can be named.
    const EVERYWHERE: &str = r#"
process = "p"
title = "P"
kind = "operational"
purpose = "x"
accountable = "@ana"
[data.who]
type = "person"
[[step]]
step = "s"
title = "S"
by = "@ana"
goal = "1 day"
next = "o"
[[step]]
step = "o"
title = "O"
by = "sales"
goal = "1 day"
next = "a"
[[step]]
step = "a"
title = "A"
type = "auto"
then = [{ remind = "@ana" }]
next = { end = true }
[[ladder]]
on = "goal"
rungs = [{ at = "0", remind = "@ana" }, { at = "+1 hour", escalate = "@ana" }, { at = "+2 hours", reassign = "@ana" }]
[[rule]]
rule = "r"
on = "case.started"
then = [{ remind = "@ana" }]
reason = "nobody else knows"
[improve]
metric = "cycle time p85"
review = "every 30 days"
[[schedule]]
every = "FREQ=DAILY"
at = "09:00"
with = { who = "ana" }
"#;

    /// Nothing of it names them any more once every part was given to somebody else.
    #[test]
    fn every_part_of_a_process_that_names_somebody_is_found_and_given_on() {
        let (process, problems) = read(EVERYWHERE, &Known::default());
        let mut process = process.unwrap_or_else(|| panic!("{problems:#?}"));
        process.steps[1].by = Performer::Party(Party::Contact);
        process.steps[1].minded = Some("@ana".parse().unwrap());
        let ana = "ana".parse().unwrap();
        let spots = process.spots_of(&ana);
        let words = spots.iter().map(ToString::to_string).collect::<Vec<_>>();
        let all =
            ["accountable", "step s", "step o, minded", "ladders", "rules", "schedules"].map(str::to_string);
        assert_eq!(words, all);
        for spot in &spots {
            assert!(process.give(spot, &ana, &"@bo".parse().unwrap()), "{spot}");
        }
        assert_eq!(process.spots_of(&ana), []);
        let text = crate::domain::process_export::export(&process);
        assert!(!text.contains("ana"), "{text}");
    }
    #[test]
    fn each_part_goes_to_whom_it_was_given_and_what_only_reads_like_the_name_stays() {
        let text = EVERYWHERE
            .replace("by = \"sales\"", "by = \"@ana\"")
            .replace("[[step]]\nstep = \"s\"", "[data.note]\ntype = \"text\"\n[[step]]\nstep = \"s\"")
            .replace("with = { who = \"ana\" }", "with = { who = \"@ana\", note = \"ana\" }");
        let (process, problems) = read(&text, &Known::default());
        let mut process = process.unwrap_or_else(|| panic!("{problems:#?}"));
        let ana = "ana".parse().unwrap();
        for (spot, to) in [("s", "@bo"), ("o", "@cy")] {
            assert!(process.give(&Spot::Step(spot.parse().unwrap()), &ana, &to.parse().unwrap()));
        }
        let by = process.steps.iter().filter_map(|step| step.by.party()).map(ToString::to_string);
        assert_eq!(by.collect::<Vec<_>>(), ["@bo", "@cy"]);
        assert!(process.give(&Spot::Schedules, &ana, &"@bo".parse().unwrap()));
        let given = process.schedules[0].data.iter().map(|(name, value)| format!("{name}={value}"));
        let mut given = given.collect::<Vec<_>>();
        given.sort();
        assert_eq!(given, ["note=ana", "who=bo"]);
    }
}
