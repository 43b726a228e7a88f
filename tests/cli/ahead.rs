//! What happens by itself, through the real program: schedules, rules, the programs they may run, and the days to
//! come.

use crate::place::{MON, Place, TUE};
use baton::desk::Desk;
use baton::domain::Handle;
use baton::domain::command::{Command, Context};
use baton::domain::event::OpId;
use baton::domain::ladder::Audience;
use baton::domain::rule::{Action, Rule, Trigger};
use baton::domain::schedule::{Overlap, Schedule};
use baton::domain::zone::parse_rfc3339;
use insta::assert_snapshot;

fn h(text: &str) -> Handle {
    text.parse().unwrap()
}

/// The sale with a schedule, a rule about late work and one about big sales.
fn busy() -> Place {
    let place = Place::company();
    let mut desk = Desk::open_existing(&place.path("desk.db")).unwrap();
    let mut sale = (**desk.catalog().unwrap().newest(&h("sale")).unwrap().1).clone();
    sale.schedules = vec![Schedule {
        every: "FREQ=WEEKLY;BYDAY=TU".into(),
        at: 10 * 60,
        overlap: Overlap::Skip,
        catch_up: "1 day".parse().unwrap(),
        data: vec![],
    }];
    let rule = |name: &str, on, when: Option<&str>, then| Rule {
        rule: h(name),
        on,
        step: None,
        when: when.map(String::from),
        then,
        reason: None,
    };
    sale.rules = vec![
        rule("nag", Trigger::Late, None, vec![Action::Remind(Audience::Accountable)]),
        rule(
            "big",
            Trigger::StepDone,
            Some("data.amount > 1000"),
            vec![
                Action::Urgent(true),
                Action::Note("Worth {{ data.amount }}".into()),
                Action::Run("greet".into()),
            ],
        ),
    ];
    let ctx = Context::by(&h("bo"), parse_rfc3339(MON).unwrap(), OpId(uuid::Uuid::now_v7()));
    desk.execute(&Command::PublishProcess { process: sale.into() }, &ctx).unwrap();
    drop(desk);
    place.ok("bo", MON, "case start sale --title Roof");
    place.ok("bo", MON, "task done T-1 amount=12400");
    place
}

#[test]
fn schedules_say_when_they_start_what() {
    let place = busy();
    assert_snapshot!(place.ok("bo", MON, "schedule list"), @r"
    PROCESS  SCHEDULE    EVERY      AT     NEXT              LAST
    sale     schedule-1  every Tue  10:00  Tue 17 Nov 10:00
    ");
    assert_snapshot!(place.ok("bo", TUE, "tick"), @r"
    Looked at 1 case: 1 became late, 1 rung acted. Started by schedules: 1 case. Answered a rule that asks for a program. Next: Tue 24 Nov 10:00.
    ");
    assert_snapshot!(place.ok("bo", TUE, "schedule list"), @r"
    PROCESS  SCHEDULE    EVERY      AT     NEXT              LAST
    sale     schedule-1  every Tue  10:00  Tue 24 Nov 10:00  C-2 started for today 10:00
    ");
    let json = place.json("bo", TUE, "schedule list");
    assert_eq!(json[0]["next"], "2026-11-24T10:00:00+00:00");
    assert!(json[0]["outcome"].as_str().unwrap().starts_with("C-2 started for "), "{json}");
    let none = Place::company().run("bo", MON, "schedule list");
    assert_eq!((none.code, none.out.as_str()), (0, ""));
    assert!(none.err.starts_with("No process has a schedule."), "{}", none.err);
}

#[test]
fn a_schedule_tells_its_next_times_and_ladders_who_hears_what() {
    let place = busy();
    let shown = place.ok("bo", MON, "schedule show sale --times 2");
    for line in
        ["schedule   schedule-1 of sale", "next       Tue 17 Nov 10:00", "next       Tue 24 Nov 10:00"]
    {
        assert!(shown.contains(line), "{shown}");
    }
    let json = place.json("bo", MON, "schedule show sale --times 3");
    assert_eq!(json[0]["times"].as_array().map(Vec::len), Some(3), "{json}");
    for line in ["schedule show sael", "ladder list sael"] {
        let refused = place.refused(1, "bo", MON, line);
        assert!(refused.contains("There is no process `sael`") && refused.contains("`sale`"), "{refused}");
    }
    let none = Place::company().run("bo", MON, "schedule show sale");
    assert!(none.err.contains("sale has no schedule"), "{}", none.err);
    let ladders = place.ok("bo", MON, "ladder list sale");
    assert!(
        ladders.lines().count() > 1 && ladders.contains("remind the responsible; escalate to the sender"),
        "{ladders}"
    );
    let json = place.json("bo", MON, "ladder list sale");
    assert_eq!((&json[0]["process"], &json[0]["built_in"]), (&"sale".into(), &false.into()), "{json}");
}

#[test]
fn there_is_a_page_of_the_manual_for_every_command() {
    let place = Place::company();
    let page = place.ok("bo", MON, "man");
    assert!(page.contains(".TH baton 1"), "{page}");
    let folder = place.path("man");
    place.ok("bo", MON, &format!("man {}", folder.display()));
    for command in ["baton.1", "baton-handoff-accept.1", "baton-metrics-forecast.1"] {
        assert!(folder.join(command).exists(), "{command}");
    }
}

#[test]
fn rules_say_what_they_do_and_where_they_did() {
    let place = busy();
    assert_snapshot!(place.ok("bo", MON, "rule list"), @r#"
    PROCESS  RULE  ON         IF                  THEN
    sale     nag   late                           remind the accountable party
    sale     big   step.done  data.amount > 1000  make it urgent; note "Worth {{ data.amount }}"; run greet
    "#);
    assert_snapshot!(place.ok("bo", MON, "rule show big"), @r#"
    rule   big of sale
    on     step.done
    if     data.amount > 1000
    then   make it urgent
    then   note "Worth {{ data.amount }}"
    then   run greet
    acted  C-1, today 09:00
    "#);
    let json = place.json("bo", MON, "rule show nag --process sale");
    assert_eq!((&json["on"], &json["acted"]), (&"late".into(), &serde_json::json!([])));
    let said = place.refused(1, "bo", MON, "rule show bgi");
    assert_eq!(said, "error: There is no rule `bgi`.\nhint: Did you mean `big`?\n");
    let shown = place.ok("bo", MON, "case show C-1");
    assert!(shown.contains("Worth 12400"), "{shown}");
}

#[test]
fn only_programs_of_the_configuration_are_run() {
    let place = busy();
    place.write(
        "config.toml",
        "[run]\ngreet = [\"/bin/sh\", \"-c\", \"echo $BATON_CASE: $BATON_CASE_TITLE\"]\n",
    );
    let said = place.ok("bo", MON, "--config config.toml tick");
    assert!(said.contains("Answered a rule"), "{said}");
    let shown = place.ok("bo", MON, "case show C-1");
    assert!(shown.contains("C-1: Roof"), "{shown}");
    assert!(!place.ok("bo", MON, "--config config.toml tick").contains("Answered"));
    // Somebody whose configuration does not name it.
    let place = busy();
    place.ok("bo", MON, "tick");
    let shown = place.ok("bo", MON, "case show C-1");
    assert!(shown.contains("`greet` is not among the commands of the configuration"), "{shown}");
    let inbox = place.ok("bo", MON, "inbox");
    assert!(inbox.contains("A command went wrong"), "{inbox}");
}

#[test]
fn the_days_to_come_are_told_by_day_and_person_and_nothing_changes() {
    let place = busy();
    let head = place.ok("bo", MON, "audit head");
    assert_snapshot!(place.ok("bo", MON, "simulate --days 3 --budget 1"), @r"
    DAY         PERSON  IN ALL  REMIND  ESCALATE  EXCEPTION  OFFER
    Mon 16 Nov  ana     1       1
    Mon 16 Nov  bo      2       1       1                           more than 1 a day
    Mon 16 Nov  cy      1       1
    Tue 17 Nov  bo      1                                    1
    ");
    assert_snapshot!(place.run("bo", MON, "simulate --days 3 --all").err, @r"
    Tue 17 Nov 10:00: a case would be started by schedule-1 of sale: Sale.
    ");
    let json = place.json("bo", MON, "simulate --days 3");
    assert_eq!(json["budget"], 20);
    assert_eq!(json["days"][0]["over_budget"], false);
    let n = json["days"].as_array().unwrap().iter().map(|day| day["in_all"].as_u64().unwrap()).sum::<u64>();
    assert_eq!(n as usize, json["coming"].as_array().unwrap().len());
    assert_eq!(place.ok("bo", MON, "audit head"), head);
    place.write("config.toml", "budget = 2\n");
    assert_eq!(place.json("bo", MON, "--config config.toml simulate")["budget"], 2);
    let quiet = Place::company().run("bo", MON, "simulate");
    assert_eq!((quiet.code, quiet.out.as_str()), (0, ""));
    assert!(quiet.err.starts_with("Nothing would reach anybody in 14 days."), "{}", quiet.err);
}
