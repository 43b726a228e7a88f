//! What a case that another waits for can have come to, as the ways on from the step that waits may ask.

use super::id::Handle;
use super::process::{Go, Process, Step, StepKind};

/// What a case that was waited for came to where it ended without an outcome, was withdrawn, or somebody let the
/// other go on before.
pub const ENDED: &str = "ended";
pub const WITHDRAWN: &str = "withdrawn";
pub const CUT_SHORT: &str = "cut short";

impl Process {
    /// What a case can have come to for one that waits for it.
    pub fn comes_to(&self) -> Vec<String> {
        let arms = self.steps.iter().flat_map(|step| &step.next);
        let ends = arms.filter_map(|arm| match &arm.go {
            Go::End(outcome) => Some(outcome.clone().unwrap_or_else(|| ENDED.to_string())),
            Go::To(_) => None,
        });
        let mut all = Vec::new();
        for outcome in ends.chain([WITHDRAWN, CUT_SHORT].map(str::to_string)) {
            if !all.contains(&outcome) {
                all.push(outcome);
            }
        }
        all
    }
}

impl Step {
    /// The process whose outcome the ways on from here may ask: what this step starts and waits for.
    pub fn awaited(&self) -> Option<&Handle> {
        match &self.kind {
            StepKind::Process { start, wait: true } if self.each.is_none() => Some(&start.process),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::process_check::{Known, read};

    const BUILD: &str = r#"
process = "build"
title = "Build"
kind = "operational"
purpose = "x"
accountable = "@ana"
[[step]]
step = "lay"
title = "Lay"
by = "@ana"
goal = "1 day"
next = [{ if = "case.urgent", end = "built" }, { end = true }]
"#;

    const ROOF: &str = r#"
process = "roof"
title = "Roof"
kind = "operational"
purpose = "x"
accountable = "@ana"
[[step]]
step = "build"
title = "Build"
type = "process"
start = "build"
next = [{ if = "outcome == 'OUTCOME'", to = "ask" }, { end = true }]
[[step]]
step = "ask"
title = "Ask"
by = "@ana"
goal = "1 day"
next = { end = true }
"#;

    fn said(roof: &str, known: &Known) -> Vec<String> {
        let errors = read(roof, known).1.into_iter().filter(|problem| problem.is_error());
        errors.map(|problem| problem.to_string()).collect()
    }

    #[test]
    fn check_knows_what_the_other_process_can_come_to() {
        let (build, problems) = read(BUILD, &Known::default());
        let build = build.unwrap_or_else(|| panic!("{problems:?}"));
        assert_eq!(build.comes_to(), ["built", "ended", "withdrawn", "cut short"]);
        let known = Known { processes: Some(vec![build.into()]), ..Known::default() };
        for outcome in ["built", "ended", "withdrawn", "cut short"] {
            assert_eq!(said(&ROOF.replace("OUTCOME", outcome), &known), [""; 0], "{outcome}");
        }
        let wrong = said(&ROOF.replace("OUTCOME", "bilt"), &known);
        assert!(wrong.len() == 1 && wrong[0].contains("`bilt` is not a choice of `outcome`"), "{wrong:?}");
        // Nothing is known of it: whatever it may come to.
        assert_eq!(said(&ROOF.replace("OUTCOME", "bilt"), &Known::default()), [""; 0]);
        // Where nobody waits there is none yet, and of a list there are several.
        let unknown = |roof: &str| {
            let said = said(roof, &known);
            assert!(said.iter().any(|said| said.contains("`outcome` is unknown here")), "{said:?}");
        };
        unknown(
            &ROOF
                .replace("OUTCOME", "built")
                .replace("start = \"build\"\n", "start = \"build\"\nwait = false\n"),
        );
        let each =
            "[data.walls]\ntype = \"list\"\nrequired = true\n[[step]]\nstep = \"build\"\neach = \"walls\"";
        unknown(&ROOF.replace("OUTCOME", "built").replacen("[[step]]\nstep = \"build\"", each, 1));
    }
}
