//! One test for each mistake a process file can have: the exact place, message and hint. Only tests.

use super::problem::Problem;
use super::process_check::{Known, read};

/// A process with nothing to say against it.
pub(super) const GOOD: &str = r#"process     = "order"
title       = "Order"
kind        = "operational"
purpose     = "An order becomes money."
accountable = "@dana"
about       = "customer"
goal        = "15 business days"

[data.order_no]
type     = "text"
required = true
[data.amount]
type = "money"
[data.terms]
type = "choice"
of   = ["prepaid", "net 30"]
[data.sent_on]
type = "date"
[data.ok]
type = "yes/no"
[data.driver]
type = "person"

[[step]]
step  = "confirm"
title = "Confirm"
by    = "sales"
goal  = "1 business day"
done  = "Agreed in writing."
how   = "Ask, and write it down."
gives = ["amount", "terms", "driver"]
next  = [{ if = "data.amount > 10000", to = "approve" }, { to = "split" }]

[[step]]
step   = "approve"
title  = "Approve"
by     = "boss"
goal   = "1 business day"
accept = "4 business hours"
done   = "Decided."
how    = "Look at the amount."
needs  = ["amount"]
gives  = ["ok"]
next   = [{ if = "data.ok", to = "split" }, { end = "rejected" }]

[[step]]
step   = "split"
title  = "Release"
by     = "sales"
goal   = "1 business day"
accept = "4 business hours"
done   = "Both know."
how    = "Tell both."
needs  = ["order_no"]
next   = { all = ["send", "collect"] }

[[step]]
step   = "send"
title  = "Send"
by     = { data = "driver" }
goal   = "2 days"
accept = "1 day"
done   = "There."
how    = "Drive."
needs  = ["order_no"]
gives  = ["sent_on"]
next   = "close"

[[step]]
step   = "collect"
title  = "Collect"
by     = "finance"
goal   = "30 days"
accept = "1 day"
done   = "Paid."
how    = "Ask again."
needs  = ["amount"]
next   = "close"

[[step]]
step   = "close"
title  = "Close"
by     = "finance"
join   = ["send", "collect"]
goal   = "1 day"
accept = "1 day"
needs  = ["sent_on"]
done   = "Booked."
how    = "Book it."
next   = { end = "paid" }

[[ladder]]
on    = "accept"
rungs = [{ at = "0", remind = "responsible", every = "1 day", most = 3 }, { at = "+1 day", escalate = "lead" }]

[improve]
metric = "cycle time p85"
review = "every 30 days"
"#;

fn known() -> Known {
    let handles = |names: &[&str]| Some(names.iter().filter_map(|name| name.parse().ok()).collect());
    let customer = super::kind_file::parse_kind("kind = \"customer\"\n[field.city]\ntype = \"text\"\n");
    Known {
        roles: handles(&["sales", "boss", "finance"]),
        people: handles(&["dana"]),
        calendars: handles(&["office"]),
        kinds: customer.ok().map(|kind| vec![kind]),
    }
}

/// The good process with some text replaced, as `check` reports on it.
fn report(changes: &[(&str, &str)]) -> String {
    let mut text = GOOD.to_string();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    let (process, problems) = read(&text, &known());
    assert_eq!(process.is_some(), !problems.iter().any(Problem::is_error));
    problems.iter().map(|problem| problem.to_string()).collect::<Vec<_>>().join("\n")
}

#[test]
fn probe() {
    for changes in PROBES {
        println!("@@ {changes:?}\n{}", report(changes));
    }
    let text = include_str!("testdata/every-key.toml");
    println!(
        "@@ EXAMPLE parse\n{}",
        super::process_file::parse(text)
            .unwrap_err()
            .iter()
            .map(|p| p.in_file("process-example.toml"))
            .collect::<Vec<_>>()
            .join("\n")
    );
    println!(
        "@@ EXAMPLE read\n{}",
        read(text, &Known::default())
            .1
            .iter()
            .map(|p| p.in_file("process-example.toml"))
            .collect::<Vec<_>>()
            .join("\n")
    );
}

const PROBES: &[&[(&str, &str)]] = &[
    &[],
    &[("process     = \"order\"", "process = order")],
    &[("title       = \"Order\"", "titel = \"Order\"")],
    &[("title       = \"Order\"", "title = 5")],
    &[("kind        = \"operational\"", "kind = \"operatonal\"")],
    &[("accountable = \"@dana\"\n", "")],
    &[("purpose     = \"An order becomes money.\"\n", "")],
    &[("\"@dana\"", "\"@dnaa\"")],
    &[("\"@dana\"", "\"contact\"")],
    &[("\"@dana\"", "[\"@dana\", \"@ana\"]")],
    &[("\"@dana\"", "\"Dana Smith\"")],
    &[("about       = \"customer\"", "about = \"custmer\"")],
    &[("goal        = \"15 business days\"", "goal = \"soon\"")],
    &[("goal        = \"15 business days\"", "goal = \"0 days\"")],
    &[("goal        = \"15 business days\"", "calendar = \"offce\"")],
    &[("[data.order_no]", "[data.\"Order No\"]")],
    &[("type = \"money\"", "type = \"mony\"")],
    &[("type = \"money\"\n", "")],
    &[("of   = [\"prepaid\", \"net 30\"]\n", "")],
    &[("type = \"person\"", "type = \"link\"")],
    &[("type = \"person\"", "type = \"link\"\nto = \"custoner\"")],
    &[("type = \"date\"", "type = \"date\"\nof = [\"a\"]")],
    &[("step  = \"confirm\"\n", "")],
    &[("by    = \"sales\"\n", "")],
    &[("by    = \"sales\"", "by = \"slaes\"")],
    &[("by    = \"sales\"", "by = \"contact\"")],
    &[("{ data = \"driver\" }", "{ data = \"drvier\" }")],
    &[("{ data = \"driver\" }", "{ data = \"amount\" }")],
    &[("{ data = \"driver\" }", "{ field = \"driver\" }")],
    &[("goal  = \"1 business day\"\n", "")],
    &[("done  = \"Agreed in writing.\"\n", "")],
    &[("how   = \"Ask, and write it down.\"\n", "")],
    &[("gives = [\"amount\", \"terms\", \"driver\"]", "gives = \"amount\"")],
    &[("gives = [\"amount\", \"terms\", \"driver\"]", "gives = [\"amount\", \"term\", \"driver\"]")],
    &[("gives = [\"amount\", \"terms\", \"driver\"]", "gives = [\"amount\", \"amount\", \"driver\"]")],
    &[("gives = [\"amount\", \"terms\", \"driver\"]", "gives = [\"terms\"]")],
    &[("needs  = [\"sent_on\"]", "needs  = [\"sent_at\"]")],
    &[("next   = \"close\"", "next   = \"clsoe\"")],
    &[("next   = \"close\"", "next   = \"end\"")],
    &[("next   = \"close\"", "next   = [\"close\", \"split\"]")],
    &[("next   = \"close\"", "next   = []")],
    &[("next   = \"close\"", "next   = 7")],
    &[("next   = \"close\"\n", "")],
    &[("next   = \"close\"", "next   = { to = \"close\", end = true }")],
    &[("next   = \"close\"", "next   = { too = \"close\" }")],
    &[("next   = \"close\"", "next   = { end = false }")],
    &[("next   = \"close\"", "next   = [\"close\", { end = true }]")],
    &[("{ all = [\"send\", \"collect\"] }", "{ all = [\"send\", \"send\"] }")],
    &[("{ all = [\"send\", \"collect\"] }", "{ all = \"send\" }")],
    &[("step   = \"approve\"", "step   = \"confirm\"")],
    &[(
        "{ if = \"data.ok\", to = \"split\" }, { end = \"rejected\" }",
        "{ to = \"split\" }, { end = \"rejected\" }",
    )],
    &[(
        "{ if = \"data.ok\", to = \"split\" }, { end = \"rejected\" }",
        "{ if = \"data.ok\", to = \"split\" }",
    )],
    &[("\"data.amount > 10000\"", "\"data.amount >\"")],
    &[("\"data.amount > 10000\"", "\"data.amonut > 10000\"")],
    &[("\"data.amount > 10000\"", "\"amount > 10000\"")],
    &[("\"data.amount > 10000\"", "\"record.town == 'Ulm'\"")],
    &[("\"data.amount > 10000\"", "\"data.ok and data.amount > 'x'\"")],
    &[("\"data.amount > 10000\"", "\"data.terms == 'net 60'\"")],
    &[("\"data.amount > 10000\"", "\"\"")],
    &[("join   = [\"send\", \"collect\"]", "join   = [\"send\"]")],
    &[("join   = [\"send\", \"collect\"]", "join   = [\"send\", \"collect\", \"approve\"]")],
    &[("join   = [\"send\", \"collect\"]", "join   = [\"send\", \"colect\"]")],
    &[("join   = [\"send\", \"collect\"]\n", "")],
    &[
        ("{ to = \"split\" }]", "{ end = true }]"),
        ("{ if = \"data.ok\", to = \"split\" }, { end = \"rejected\" }", "{ end = true }"),
    ],
    &[("{ all = [\"send\", \"collect\"] }", "[{ if = \"data.ok\", to = \"send\" }, { to = \"collect\" }]")],
    &[("next   = { end = \"paid\" }", "next = \"split\"")],
    &[("step  = \"confirm\"\n", "step  = \"confirm\"\njoin = [\"approve\"]\n")],
    &[("type = \"money\"", "type = \"money\"\ncurrency = \"EUR\"")],
    &[("title = \"Confirm\"", "title = \"Confirm\"\ntype = \"work\"\npick = \"first\"")],
    &[("title = \"Confirm\"", "title = \"Confirm\"\ntype = \"decision\"")],
    &[("title = \"Confirm\"", "title = \"Confirm\"\ntype = \"wait\"")],
    &[("title = \"Confirm\"", "title = \"Confirm\"\ntype = \"auto\"")],
    &[("title = \"Confirm\"", "title = \"Confirm\"\ntype = \"wrk\"")],
    &[("title = \"Confirm\"", "title = \"Confirm\"\npick = \"round_robin\"")],
    &[("title = \"Confirm\"", "title = \"Confirm\"\npick = \"last\"")],
    &[("title = \"Confirm\"", "title = \"Confirm\"\nquorum = \"1 of 2\"")],
    &[("title = \"Confirm\"", "title = \"Con\\u001bfirm\"")],
    &[("on    = \"accept\"", "on    = \"goals\"")],
    &[("escalate = \"lead\"", "reassign = \"lead\"")],
    &[("escalate = \"lead\"", "escalate = \"accountabel\"")],
    &[(", escalate = \"lead\"", "")],
    &[("at = \"+1 day\"", "at = \"tomorrow\"")],
    &[("most = 3", "most = 0")],
    &[("every = \"1 day\", ", "")],
    &[("goal        = \"15 business days\"\n", ""), ("on    = \"accept\"", "on    = \"case\"")],
    &[("review = \"every 30 days\"", "review = \"soon\"")],
    &[("[improve]\nmetric = \"cycle time p85\"\nreview = \"every 30 days\"\n", "")],
    &[("accept = \"4 business hours\"\ndone   = \"Decided.\"", "done   = \"Decided.\"")],
    &[("needs  = [\"amount\"]\ngives", "gives")],
    &[("[improve]", "[[rule]]\non = \"case.done\"\n[[schedule]]\nevery = \"x\"\n[improve]")],
];
