//! Five questions every process should be able to answer with yes, answered from its definition and its history:
//! is it written down, does it belong to somebody, can its progress be followed, was it improved lately, does
//! anything in it happen by itself. Judges a definition; measures no case.

use super::catalog::Catalog;
use super::counted::counted;
use super::id::Handle;
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

/// How fit something is for being automated: a broken process that runs by itself is broken faster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readiness {
    /// How much there is of so much that should be.
    pub there: usize,
    pub of: usize,
    /// What is not, each in words.
    pub missing: Vec<String>,
}

impl Readiness {
    /// Less than half of it is there: what acts by itself then needs a reason and a date to look at it again.
    pub fn is_below(&self) -> bool {
        2 * self.there < self.of
    }
}

/// Whether a process is written down, belongs to somebody and can be followed; of one step, whether the handoff
/// into it is. Says nothing of people, whom a file does not know.
pub fn readiness(process: &Process, only: Option<&Handle>) -> Readiness {
    let (mut there, mut of, mut missing) = (0, 0, Vec::new());
    let steps = people(process).filter(|step| only.is_none_or(|only| *only == step.handle));
    let steps = steps.collect::<Vec<_>>();
    let mut whole = |is_there: bool, lacks: &str| {
        (there, of) = (there + usize::from(is_there), of + 1);
        missing.extend((!is_there).then(|| lacks.to_string()));
    };
    whole(!process.purpose.trim().is_empty(), "no purpose");
    whole(process.goal.is_some(), "no goal from end to end");
    if only.is_none() {
        whole(process.improve.is_some(), "no metric and no review");
    }
    type Said = fn(&Step) -> bool;
    let asked: [(&str, Said); 4] = [
        ("no definition of done", |step| step.done.is_some()),
        ("no procedure", |step| step.how.is_some()),
        ("no time to accept in", is_clocked),
        ("no goal", |step| step.goal.is_some()),
    ];
    for (lacks, is_there) in asked {
        let without = steps.iter().filter(|step| !is_there(step)).map(|step| step.title.as_str());
        let without = without.collect::<Vec<_>>();
        (there, of) = (there + steps.len() - without.len(), of + steps.len());
        missing.extend((!without.is_empty()).then(|| format!("{lacks}: {}", without.join(", "))));
    }
    Readiness { there, of, missing }
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
    let found =
        format!("What done means and how it is done is said by {full} of {}.", counted(steps, "step"));
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
        let lacks = readiness(&bare(), None);
        assert_eq!((lacks.there, lacks.of, lacks.missing.len(), lacks.is_below()), (0, 7, 7, true));
    }

    #[test]
    fn of_one_handoff_only_what_is_said_of_it_counts_and_half_of_it_is_enough() {
        let mut process = bare();
        process.steps.push(Step { handle: h("bill"), title: "Bill".into(), ..process.steps[0].clone() });
        process.purpose = "Sell things.".into();
        process.steps[0].goal = "2 business days".parse().ok();
        process.steps[0].done = Some("It is sold.".into());
        let of = |process: &Process, step| {
            let of = readiness(process, Some(&h(step)));
            (of.there, of.of, of.is_below())
        };
        assert_eq!((of(&process, "sell"), of(&process, "bill")), ((3, 6, false), (1, 6, true)));
        process.purpose = " ".into();
        assert_eq!((of(&process, "sell"), of(&process, "bill")), ((2, 6, true), (0, 6, true)));
        assert_eq!(readiness(&process, Some(&h("bill"))).missing[2], "no definition of done: Bill");
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
        process.improve = Some(Improve { metric, judged: false, expect: None, review });
        let now = Instant(0) + RECENT + RECENT;
        let history = History { version: 2, published: Some(now - RECENT), reviewed: None };
        let answers = diagnose(&process, history, &Catalog::default(), now);
        let yes = answers.iter().map(Answer::yes).collect::<Vec<_>>();
        assert_eq!(yes, [true, false, true, true, false]);
        assert_eq!(readiness(&process, None), Readiness { there: 7, of: 7, missing: Vec::new() });
        let history = History { published: Some(now - RECENT - Span(1)), ..history };
        assert!(!diagnose(&process, history, &Catalog::default(), now)[3].yes(), "just too long ago");
        let first = History { version: 1, published: Some(now), reviewed: None };
        assert!(!diagnose(&process, first, &Catalog::default(), now)[3].yes(), "the first is no improvement");
        let reviewed = History { version: 1, published: None, reviewed: Some(now) };
        assert!(diagnose(&process, reviewed, &Catalog::default(), now)[3].yes());
    }
}
