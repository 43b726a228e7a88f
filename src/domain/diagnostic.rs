//! Five questions every process should be able to answer with yes, answered from its definition and its history:
//! is it written down, does it belong to somebody, can its progress be followed, was it improved lately, does
//! anything in it happen by itself. Judges a definition; measures no case.

use super::catalog::Catalog;
use super::instant::{Instant, Span};
use super::process::{Performer, Process, Step, StepKind};

/// How long ago an improvement is a recent one.
pub const RECENT: Span = Span::DAY.times(183);

/// One of the five.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    Documented,
    Owned,
    Tracked,
    Improved,
    Automated,
}

impl Question {
    pub const ALL: [Question; 5] =
        [Question::Documented, Question::Owned, Question::Tracked, Question::Improved, Question::Automated];

    /// The question, as it is asked.
    pub fn words(self) -> &'static str {
        match self {
            Question::Documented => "Is it written down how it is done?",
            Question::Owned => "Does every part of it belong to somebody?",
            Question::Tracked => "Can its progress be followed?",
            Question::Improved => "Was it improved or reviewed lately?",
            Question::Automated => "Does anything in it happen by itself?",
        }
    }

    /// The name in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Question::Documented => "documented",
            Question::Owned => "owned",
            Question::Tracked => "tracked",
            Question::Improved => "improved",
            Question::Automated => "automated",
        }
    }
}

/// What the answer is, and what is missing for a yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub question: Question,
    /// What is there, as a sentence.
    pub found: String,
    /// What is missing, each in words; none for a yes.
    pub missing: Vec<String>,
}

impl Answer {
    pub fn yes(&self) -> bool {
        self.missing.is_empty()
    }
}

/// What the history of a process says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct History {
    /// The newest version, from 1, and when it was published.
    pub version: u32,
    pub published: Option<Instant>,
    /// When a review last began.
    pub reviewed: Option<Instant>,
}

/// Answers all five, in their order.
pub fn diagnose(process: &Process, history: History, catalog: &Catalog, now: Instant) -> [Answer; 5] {
    Question::ALL.map(|question| {
        let (found, missing) = match question {
            Question::Documented => documented(process),
            Question::Owned => owned(process, catalog),
            Question::Tracked => tracked(process),
            Question::Improved => improved(history, now),
            Question::Automated => automated(process),
        };
        Answer { question, found, missing }
    })
}

/// What a process lacks for being automated: written down, owned and tracked. A broken process that runs by itself
/// is broken faster. Says nothing of people, whom a file does not know.
pub fn unready(process: &Process) -> Vec<String> {
    let accept = lacking(process, "no time to accept in", |step| !is_clocked(step));
    [documented(process).1, accept.into_iter().collect(), tracked(process).1].concat()
}

fn people(process: &Process) -> impl Iterator<Item = &Step> {
    process.steps.iter().filter(|step| step.kind.is_human())
}

fn lacking(process: &Process, what: &str, lacks: impl Fn(&Step) -> bool) -> Option<String> {
    let steps = people(process).filter(|step| lacks(step)).map(|step| step.title.as_str());
    let steps = steps.collect::<Vec<_>>();
    (!steps.is_empty()).then(|| format!("{what}: {}", steps.join(", ")))
}

fn documented(process: &Process) -> (String, Vec<String>) {
    let purpose = process.purpose.trim().is_empty().then(|| "no purpose".to_string());
    let done = lacking(process, "no definition of done", |step| step.done.is_none());
    let how = lacking(process, "no procedure", |step| step.how.is_none());
    let steps = people(process).count();
    let full = people(process).filter(|step| step.done.is_some() && step.how.is_some()).count();
    let found = format!("{full} of {steps} steps say what done means and how it is done.");
    (found, [purpose, done, how].into_iter().flatten().collect())
}

fn is_clocked(step: &Step) -> bool {
    !step.kind.is_human() || step.accept.is_some()
}

fn owned(process: &Process, catalog: &Catalog) -> (String, Vec<String>) {
    let nobody = |party: &super::party::Party| match party {
        super::party::Party::Role(role) => {
            catalog.roles.get(role).is_none_or(|role| role.members.iter().all(|who| catalog.has_left(who)))
        }
        super::party::Party::Person(person) => {
            !catalog.people.contains_key(person) || catalog.has_left(person)
        }
        super::party::Party::Contact => false,
    };
    let accountable = nobody(&process.accountable).then(|| format!("nobody is {}", process.accountable));
    let by = lacking(process, "nobody to do it", |step| match &step.by {
        Performer::Party(party) => nobody(party) || (step.minded.as_ref()).is_some_and(&nobody),
        Performer::Data(_) | Performer::Sender => false,
    });
    let accept = lacking(process, "no time to accept in", |step| !is_clocked(step));
    let found = format!("{} answers for every case.", process.accountable);
    (found, [accountable, by, accept].into_iter().flatten().collect())
}

fn tracked(process: &Process) -> (String, Vec<String>) {
    let goal = process.goal.is_none().then(|| "no goal from end to end".to_string());
    let steps = lacking(process, "no goal", |step| step.goal.is_none());
    let measure = process.improve.is_none().then(|| "no metric and no review".to_string());
    let found = match (&process.goal, &process.improve) {
        (Some(goal), Some(improve)) => {
            format!("{goal} from end to end; measured by {}, reviewed {}.", improve.metric, improve.review)
        }
        (Some(goal), None) => format!("{goal} from end to end."),
        (None, Some(improve)) => format!("Measured by {}, reviewed {}.", improve.metric, improve.review),
        (None, None) => "Nothing says how long it may take.".to_string(),
    };
    (found, [goal, steps, measure].into_iter().flatten().collect())
}

fn improved(history: History, now: Instant) -> (String, Vec<String>) {
    let lately = |at: Instant| at + RECENT >= now;
    let version = history.version;
    // The first version is a beginning, not an improvement.
    let published = history.published.filter(|at| version > 1 && lately(*at));
    match (published, history.reviewed.filter(|at| lately(*at))) {
        (Some(_), Some(_)) => (format!("Version {version} and a review in the last half year."), Vec::new()),
        (Some(_), None) => (format!("Version {version} was published in the last half year."), Vec::new()),
        (None, Some(_)) => ("It was reviewed in the last half year.".to_string(), Vec::new()),
        (None, None) => {
            let found = format!("Version {version}, and nothing in the last half year.");
            (found, vec!["no new version and no review in half a year".to_string()])
        }
    }
}

fn automated(process: &Process) -> (String, Vec<String>) {
    let of = |kind: fn(&StepKind) -> bool| process.steps.iter().filter(|step| kind(&step.kind)).count();
    let parts = [
        (process.rules.len(), "rule", "rules"),
        (process.schedules.len(), "schedule", "schedules"),
        (process.tables.len(), "decision table", "decision tables"),
        (process.ladders.len(), "ladder", "ladders"),
        (of(|kind| matches!(kind, StepKind::Auto { .. })), "automatic step", "automatic steps"),
        (of(|kind| matches!(kind, StepKind::Process { .. })), "started process", "started processes"),
    ];
    let there = parts.iter().filter(|(n, ..)| *n > 0);
    let there = there.map(|(n, one, many)| format!("{n} {}", if *n == 1 { one } else { many }));
    let there = there.collect::<Vec<_>>();
    match there.is_empty() {
        true => (
            "Everything is done by hand.".to_string(),
            vec!["no rule, schedule, table or ladder".to_string()],
        ),
        false => (format!("{}.", there.join(", ")), Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::domain::party::Party;
    use crate::domain::process::Improve;

    fn h(text: &str) -> crate::domain::Handle {
        text.parse().unwrap()
    }

    fn bare() -> Process {
        let party: Party = "sales".parse().unwrap();
        let mut process = Process::new(h("sale"), "Sale".into(), party.clone());
        process.steps = vec![Step::work(h("sell"), "Sell".into(), Performer::Party(party))];
        process
    }

    #[test]
    fn a_bare_process_lacks_everything_and_says_what() {
        let answers =
            diagnose(&bare(), History { version: 1, ..History::default() }, &Catalog::default(), Instant(0));
        let missing = answers.iter().map(|answer| answer.missing.join("; ")).collect::<Vec<_>>();
        assert_eq!(
            missing,
            [
                "no purpose; no definition of done: Sell; no procedure: Sell",
                "nobody is sales; nobody to do it: Sell; no time to accept in: Sell",
                "no goal from end to end; no goal: Sell; no metric and no review",
                "no new version and no review in half a year",
                "no rule, schedule, table or ladder",
            ]
        );
        assert_eq!(unready(&bare()).len(), 7);
    }

    #[test]
    fn what_is_added_turns_each_answer_into_yes() {
        let mut process = bare();
        process.purpose = "Sell things.".into();
        let goal = "2 business days".parse().ok();
        for step in &mut process.steps {
            (step.done, step.how) = (Some("Sold".into()), Some("Talk".into()));
            (step.goal, step.accept) = (goal, goal);
        }
        process.goal = goal;
        let (metric, review) = ("cycle time p85".to_string(), "every 30 days".to_string());
        process.improve = Some(Improve { metric, expect: None, review });
        let now = Instant(0) + RECENT + RECENT;
        let history = History { version: 2, published: Some(now - RECENT), reviewed: None };
        let answers = diagnose(&process, history, &Catalog::default(), now);
        let yes = answers.iter().map(Answer::yes).collect::<Vec<_>>();
        assert_eq!(yes, [true, false, true, true, false]);
        assert_eq!(unready(&process), Vec::<String>::new());
        let history = History { published: Some(now - RECENT - Span(1)), ..history };
        assert!(!diagnose(&process, history, &Catalog::default(), now)[3].yes(), "just too long ago");
        let first = History { version: 1, published: Some(now), reviewed: None };
        assert!(!diagnose(&process, first, &Catalog::default(), now)[3].yes(), "the first is no improvement");
        let reviewed = History { version: 1, published: None, reviewed: Some(now) };
        assert!(diagnose(&process, reviewed, &Catalog::default(), now)[3].yes());
    }
}
