//! Work done once for each of a list says for which one, in every list, in JSON, and when it is over.

use super::place::{MON, Place, TUE};
use serde_json::{Value, json};

const POST: &str = r#"
process = "post"
title = "Post"
kind = "operational"
purpose = "Parcels."
accountable = "@bo"
[data.parcels]
type = "list"
required = true
[[step]]
step = "pack"
title = "Pack"
by = "@bo"
goal = "1 day"
next = "ship"
[[step]]
step = "ship"
title = "Ship"
by = "finance"
goal = "1 business hour"
accept = "2 business hours"
each = "parcels"
next = { end = true }
"#;

/// The values of a key in a list, `null` left out.
fn all(list: &Value, key: &str) -> Vec<String> {
    let found = list.as_array().unwrap().iter().filter_map(|row| row.get(key)?.as_str());
    found.map(str::to_string).collect()
}

#[test]
fn every_list_says_which_of_a_list_it_is_about() {
    let place = Place::offered();
    place.write("post.toml", POST);
    place.ok("bo", MON, "process apply post.toml");
    place.ok("bo", MON, "case start post --title Tuesday \"parcels=red, blue\"");
    place.ok("bo", MON, "task done T-2");
    let pair = || vec!["red".to_string(), "blue".to_string()];
    let (handoffs, inbox) = (place.json("ana", MON, "handoff list"), place.json("ana", MON, "inbox"));
    assert_eq!(all(&handoffs, "item"), pair());
    assert_eq!(all(&handoffs, "step_title"), ["Ship (red)", "Ship (blue)", "Bill"]);
    assert_eq!(all(&inbox, "item"), pair());
    // What is done once has no such key.
    assert!(handoffs[2].get("item").is_none() && inbox[2].get("item").is_none());
    assert!(place.ok("ana", MON, "handoff list").contains("Ship (blue)"));
    assert_eq!(place.json("ana", MON, "handoff show H-4")["item"], json!("red"));
    assert_eq!(all(&place.json("ana", MON, "agenda")["days"][0]["items"], "item"), pair());
    assert!(place.ok("ana", MON, "agenda").contains("Ship (blue)"));
    let due = place.json("ana", MON, "case due C-2");
    assert_eq!(all(&due["clocks"], "item"), pair());
    assert!(place.ok("ana", MON, "case due C-2").contains("H-4 Ship (red), to be accepted by finance"));
    assert_eq!(all(&place.json("ana", TUE, "overdue"), "item"), pair());
    assert!(place.ok("ana", TUE, "overdue").contains("Ship (red)"));
    let causes = place.json("ana", MON, "case why C-2");
    assert_eq!(all(&causes["causes"], "item"), pair());

    let accepted = place.json("ana", MON, "handoff accept H-4");
    assert_eq!(all(&accepted["branches"], "item"), pair());
    assert_eq!(all(&place.json("ana", MON, "task list"), "item"), ["red"]);
    assert!(place.ok("ana", MON, "task list").contains("Ship (red)"));
    assert_eq!(place.json("ana", MON, "task show T-3")["item"], json!("red"));
    // The branch is gone when the work is done; what it was about is not.
    place.ok("ana", MON, "task done T-3");
    assert_eq!(all(&place.json("ana", MON, "task list --case C-2"), "item"), ["red"]);
    assert_eq!(place.json("ana", MON, "task show T-3")["item"], json!("red"));
    assert_eq!(place.json("ana", MON, "handoff show H-4")["item"], json!("red"));
    assert!(place.ok("ana", MON, "handoff show H-4").contains("Ship (red)"));
}

/// From behind a list the one that is named goes back, and the others wait for it.
#[test]
fn one_of_a_list_is_sent_back_to_by_the_number_of_its_work() {
    let place = Place::offered();
    let sum = "next = \"sum\"\n[[step]]\nstep = \"sum\"\ntitle = \"Sum\"\nby = \"@bo\"\ngoal = \"1 day\"\nnext = { end = true }\n";
    place.write("post.toml", &POST.replace("next = { end = true }\n", sum));
    place.ok("bo", MON, "process apply post.toml");
    place.ok("bo", MON, "case start post --title Tuesday \"parcels=red, blue\"");
    for (who, words) in [
        ("bo", "task done T-2"),
        ("ana", "handoff accept H-4"),
        ("ana", "handoff accept H-5"),
        ("ana", "task done T-3"),
        ("ana", "task done T-4"),
        ("bo", "handoff accept H-6"),
    ] {
        place.ok(who, MON, words);
    }
    let said = place.refused(1, "bo", MON, "task send-back T-5 --to ship --reason torn");
    assert!(said.contains("`Ship` was done for each of a list."), "{said}");
    assert!(said.contains("T-3 (red), T-4 (blue)"), "{said}");
    let back = place.json("bo", MON, "task send-back T-5 --to T-4 --reason torn");
    assert_eq!(all(&back["branches"], "item"), ["blue"]);
    assert!(place.ok("bo", MON, "case show C-2").contains("offer   H-7 Ship (blue) to @ana"));
    place.ok("ana", MON, "handoff accept H-7");
    place.ok("ana", MON, "task done T-6");
    assert!(place.ok("bo", MON, "case show C-2").contains("Sum"));
}
