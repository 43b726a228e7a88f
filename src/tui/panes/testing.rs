//! Hand-made views for the tests of all panes: a small company on a Friday morning.

use super::Look;
use crate::desk::{
    Board, Card, CaseView, Column, Edge, Inbox, InboxItem, Need, NextStep, Page, RecordFile, RecordItem,
    RecordView, Rows, Spot, What,
};
use crate::domain::case::Case;
use crate::domain::event::{Actor, DeclineReason, Entry, Event, ExceptionKind, OpId, SubjectId, Values};
use crate::domain::process::DataField;
use crate::domain::process::Process;
use crate::domain::record::{Contact, FieldType, Kind, Record};
use crate::domain::rows::{CaseRow, PlaceKind, PlaceRow, RecordRow};
use crate::domain::story::Line;
use crate::domain::urgency::{Pressing, Urgency};
use crate::domain::zone::{Zone, parse_rfc3339};
use crate::domain::{CaseId, Handle, HandoffId, Instant, Party, RecordId, TaskId, process_file};
use crate::tui::theme::{Lines, Palette, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Modifier;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use unicode_width::UnicodeWidthStr;

/// Sizes every pane is looked at, and the area it has there.
pub const NORMAL: Rect = Rect::new(0, 1, 80, 21);
pub const LARGE: Rect = Rect::new(0, 1, 120, 37);
pub const SMALL: Rect = Rect::new(0, 1, 40, 10);

pub fn at(text: &str) -> Instant {
    parse_rfc3339(text).unwrap()
}

/// A time in November 2026, such as `18 10:10`.
pub fn nov(text: &str) -> Instant {
    let (day, time) = text.split_once(' ').unwrap();
    at(&format!("2026-11-{:0>2}T{time}:00Z", day))
}

pub fn handle(text: &str) -> Handle {
    text.parse().unwrap()
}

/// What a `Look` borrows.
pub struct Eyes {
    pub theme: Theme,
    pub zone: Zone,
    pub me: Handle,
    pub marks: BTreeSet<(CaseId, Option<u32>)>,
    pub news: BTreeSet<CaseId>,
}

impl Eyes {
    pub fn of_ana() -> Eyes {
        Eyes {
            theme: Theme::new(Palette::Auto, Lines::Unicode, |_| None),
            zone: Zone::utc(),
            me: handle("ana"),
            marks: BTreeSet::new(),
            news: BTreeSet::new(),
        }
    }

    pub fn look(&self) -> Look<'_> {
        Look {
            theme: &self.theme,
            now: nov("20 10:42"),
            zone: &self.zone,
            me: &self.me,
            marks: &self.marks,
            news: &self.news,
        }
    }
}

/// What a pane draws into `area`, as text without any styles. Checks what holds for every pane: nothing is
/// drawn outside, nothing is reversed but the row of the cursor.
pub fn drawn(area: Rect, draw: impl FnOnce(&mut Buffer, Rect) -> Option<Position>) -> String {
    let screen = Rect::new(0, 0, area.right() + 1, area.bottom() + 1);
    let mut buffer = Buffer::empty(screen);
    let cursor = draw(&mut buffer, area);
    for position in screen.positions() {
        let cell = &buffer[position];
        if !area.contains(position) {
            assert_eq!(cell.symbol(), " ", "outside at {position}");
        }
        if cell.modifier.contains(Modifier::REVERSED) {
            // A card of a board has two lines.
            assert!(cursor.is_some_and(|at| position.y == at.y || position.y == at.y + 1), "at {position}");
        }
        assert_eq!(cell.bg, ratatui::style::Color::Reset, "no backgrounds");
    }
    if let Some(at) = cursor {
        assert!(area.contains(at), "the cursor is outside: {at}");
    }
    // The cell after a wide sign is not shown.
    let hidden = |x: u16, y| x > area.x && buffer[(x - 1, y)].symbol().width() > 1;
    let cells = |y| (area.x..area.right()).filter(move |x| !hidden(*x, y));
    let row = |y| cells(y).map(|x| buffer[(x, y)].symbol()).collect::<String>();
    let rows = (area.y..area.bottom()).map(|y| row(y).trim_end().to_string());
    let rows = rows.map(|row| if row.is_empty() { "·".to_string() } else { row }).collect::<Vec<_>>();
    let at = cursor.map_or("no cursor".to_string(), |at| format!("cursor {},{}", at.x, at.y - area.y));
    format!("{}\n({at})", rows.join("\n"))
}

pub fn item(
    what: What,
    case: i64,
    title: &str,
    step: &str,
    due: Option<&str>,
    urgency: Urgency,
) -> InboxItem {
    InboxItem {
        what,
        urgency,
        case: CaseId(case),
        title: title.to_string(),
        process: handle("quote-to-cash"),
        step: Handle::from_text(step).unwrap_or(handle("x")),
        step_title: step.to_string(),
        item: None,
        branch: Some(1),
        handoff: Some(HandoffId(case)),
        task: None,
        exception: None,
        from: Some(handle("bo")),
        responsible: handle("ana"),
        to: Some(Party::Person(handle("ana"))),
        since: nov("18 08:10"),
        due: due.map(nov),
        clock_started: None,
        started: false,
        waiting: None,
        let_wait: false,
        paused: None,
        ends_by_itself: false,
        barred: Vec::new(),
        movable: true,
        declined: None,
        delegate: None,
        ask_next: false,
        reminded: 0,
        on_behalf: None,
        urgent: false,
        why: None,
        told: None,
        of_case: false,
        tags: Vec::new(),
        risk: None,
    }
}

pub fn inbox() -> Inbox {
    use Urgency::{InTime, Late, Open, Soon, VeryLate};
    let first = InboxItem {
        reminded: 2,
        ..item(What::Accept, 1042, "Hansen Roofing: roof quote", "Approve", Some("18 07:10"), VeryLate)
    };
    let papers =
        item(What::Late, 988, "Vendor Alto: onboarding papers", "Compliance", Some("19 09:40"), Late);
    let contract = InboxItem {
        from: Some(handle("chi")),
        to: Some(Party::Role(handle("legal"))),
        ..item(What::Accept, 1051, "Mora Bakery: oven contract", "Legal", Some("20 05:00"), Late)
    };
    let back = InboxItem {
        declined: Some((DeclineReason::MissingInformation, "site photos".to_string())),
        to: Some(Party::Person(handle("dee"))),
        ..item(What::Back, 1060, "Kiln & Co: invoice 311", "Invoice", None, Open)
    };
    let waits = InboxItem {
        waiting: Some(("tax form from the vendor".to_string(), Some(nov("23 08:00")))),
        ..item(What::Waiting, 1019, "Orchid Hotel: linen renewal", "Quote", Some("23 08:00"), Open)
    };
    let climbed = InboxItem {
        responsible: handle("dee"),
        task: Some(TaskId(9)),
        ..item(What::Escalated, 1013, "Fjord Cafe: chairs", "Install", Some("19 17:00"), Late)
    };
    let odd = InboxItem {
        branch: None,
        exception: Some((1, ExceptionKind::SentAnyway, "sent without the start date".to_string())),
        since: nov("20 09:58"),
        ..item(What::Exception, 1042, "Hansen Roofing: roof quote", "", None, Open)
    };
    Inbox {
        person: handle("ana"),
        items: vec![
            first,
            papers,
            climbed,
            contract,
            item(What::Due, 1063, "Purchase: 2 ladders, 840.00", "Approve", Some("20 14:50"), Soon),
            item(What::Accept, 1066, "Nils Berg: new hire laptop", "IT", Some("23 12:00"), InTime),
            item(What::Due, 1067, "日本語の屋根 permit\u{1b}[2J", "Permit", Some("24 17:00"), InTime),
            waits,
            back,
            odd,
        ],
        waiting_on_others: 6,
        waiting_on_others_late: 2,
        snoozed: 0,
        head: 0,
    }
}

pub fn process() -> Process {
    process_file::parse(
        r#"
process = "quote-to-cash"
title = "Quote to cash"
kind = "operational"
purpose = "A question becomes delivered goods and money in the bank."
accountable = "@dana"
about = "customer"
[data.value]
type = "money"
[data.margin]
type = "text"
[data.start_date]
type = "date"
[data.approved_amount]
type = "money"
title = "Approved amount"
[[step]]
step = "intake"
title = "Intake"
by = "sales"
next = "quote"
[[step]]
step = "quote"
title = "Quote"
by = "sales"
next = "approve"
[[step]]
step = "approve"
title = "Approve"
by = "directors"
goal = "1 business day"
accept = "2 business hours"
done = "Price, margin and start date are agreed in writing."
how = """
1. Check the margin against the list.
2. Check the start date with the crew.
"""
checklist = ["Margin checked"]
needs = ["approved_amount", "start_date"]
next = "install"
[[step]]
step = "install"
title = "Install"
by = "crew"
next = "invoice"
[[step]]
step = "invoice"
title = "Invoice"
by = "finance"
next = { end = true }
"#,
    )
    .unwrap()
}

pub fn told(seq: i64, at: &str, actor: &str, verb: &'static str, text: &str) -> Line {
    let actor = if actor == "--" { Actor::Tick } else { Actor::Person(handle(actor)) };
    Line { seq, at: nov(at), actor, verb, text: text.to_string(), undone: false, attributes: Vec::new() }
}

fn entry(seq: i64, at: &str, event: Event) -> Entry {
    Entry {
        seq,
        at: nov(at),
        actor: Actor::Person(handle("bo")),
        subject: SubjectId::Case(CaseId(1042)),
        op: OpId(uuid::Uuid::nil()),
        event,
    }
}

pub fn case_row(id: i64, title: &str) -> CaseRow {
    CaseRow {
        id: CaseId(id),
        process: handle("quote-to-cash"),
        version: 1,
        title: title.to_string(),
        about: Some(RecordId(7)),
        accountable: Party::Person(handle("dana")),
        urgent: false,
        tags: Vec::new(),
        state: "open".to_string(),
        outcome: None,
        started: nov("16 09:00"),
        ended: None,
        due: Some(nov("24 17:00")),
        breached: None,
        foreign: None,
        joining: false,
        moved: None,
        touched: nov("20 09:58"),
        migrated: false,
        duplicate_of: None,
        broken: None,
    }
}

pub fn record_row(id: i64, name: &str) -> RecordRow {
    let mut fields = Values::new();
    fields.insert("phone".to_string(), Value::from("+47 22 00 11 22"));
    fields.insert("city".to_string(), Value::from("Oslo"));
    fields.insert("credit".to_string(), Value::from("12400.00 EUR"));
    RecordRow {
        id: RecordId(id),
        kind: handle("customer"),
        name: name.to_string(),
        fields,
        tags: Vec::new(),
        added: nov("1 09:00"),
        changed: nov("18 09:00"),
        archived: None,
    }
}

pub fn spot(branch: u32, step: &str, title: &str) -> Spot {
    let need = |label: &str, met, item| Need { label: label.to_string(), met, item };
    Spot {
        place: PlaceRow {
            case: CaseId(1042),
            branch,
            process: handle("quote-to-cash"),
            step: handle(step),
            free: None,
            kind: PlaceKind::Offered,
            responsible: handle("bo"),
            to: Some(Party::Person(handle("ana"))),
            from: Some(handle("bo")),
            handoff: Some(HandoffId(1042)),
            task: None,
            since: nov("18 08:10"),
            due: Some(nov("18 07:10")),
            clock_started: Some(nov("18 06:10")),
            started: false,
            waiting: None,
            declined: None,
            item: None,
            voted: None,
            delegate: None,
            barred: vec![],
        },
        step_title: title.to_string(),
        done_by: None,
        done: Some("Price, margin and start date are agreed in writing.".to_string()),
        how: Some(
            "1. Check the margin against the list.\n2. Check the start date with the crew.\n".to_string(),
        ),
        needs: vec![
            need("approved amount", false, None),
            need("start date", true, None),
            need("Margin checked", false, Some(0)),
        ],
        gives: vec!["approved_amount".to_string()],
        note: Some("Price is final, client wants a yes this week. Margin 18%.".to_string()),
        urgency: Urgency::VeryLate,
        task: None,
        ask_next: false,
        next: Some(NextStep {
            titles: vec!["Install".to_string()],
            to: Some(Party::Role(handle("crew"))),
            needs: Vec::new(),
            documents: Vec::new(),
            picks: false,
        }),
    }
}

pub fn case_view() -> CaseView {
    let process = Arc::new(process());
    let mut data = Values::new();
    data.insert("value".to_string(), Value::from("12400.00 EUR"));
    data.insert("margin".to_string(), Value::from("18%"));
    let started = Event::CaseStarted {
        process: handle("quote-to-cash"),
        version: 1,
        title: "Hansen Roofing: roof quote".to_string(),
        about: Some(RecordId(7)),
        data,
        accountable: Party::Person(handle("dana")),
        urgent: false,
        clock: None,
        parent: None,
    };
    let offer = |n: i64, step: &str| Event::HandoffOffered {
        handoff: HandoffId(n),
        branch: 1,
        step: handle(step),
        occurrence: 1,
        from: handle("bo"),
        to: Party::Person(handle("ana")),
        task: None,
        note: None,
        clock: None,
        due: None,
        follow_up: None,
    };
    let mut case = Case::begin(CaseId(1042), &entry(1, "16 09:00", started), Some(&process)).unwrap();
    case.apply(&entry(2, "16 09:00", offer(1, "quote")));
    let accepted = Event::HandoffAccepted {
        handoff: HandoffId(1),
        task: TaskId(1),
        by: handle("bo"),
        implicit: false,
        next_action: None,
        next_at: None,
        clock: None,
    };
    case.apply(&entry(3, "16 10:00", accepted));
    case.apply(&entry(4, "18 08:10", offer(1042, "approve")));
    let mut undone = told(5, "19 16:20", "ana", "note", "\"Called the client\"");
    undone.undone = true;
    CaseView {
        links: Vec::new(),
        clocks: Vec::new(),
        items: Default::default(),
        at: nov("20 10:42"),
        row: case_row(1042, "Hansen Roofing: roof quote"),
        case,
        process,
        record: Some(record_row(7, "Hansen Roofing")),
        spots: vec![spot(1, "approve", "Approve")],
        timeline: vec![
            told(1, "16 09:00", "ana", "start", "Hansen Roofing: roof quote"),
            told(2, "16 09:00", "ana", "offer", "H-1 Quote to @bo"),
            told(3, "18 08:05", "bo", "done", "T-1 value = 12400.00 EUR"),
            told(4, "18 08:10", "bo", "offer", "H-1042 Approve to @ana: \"Price is final\""),
            undone,
            told(6, "19 10:10", "--", "LATE", "was due today 10:10"),
            told(7, "20 09:58", "bo", "note", "\"Client called again, urgent\""),
        ],
    }
}

pub fn card(case: i64, title: &str, who: &str, since: &str, due: Option<&str>, urgency: Urgency) -> Card {
    Card {
        case: CaseId(case),
        branch: 1,
        title: title.to_string(),
        kind: PlaceKind::Task,
        responsible: handle(who),
        to: None,
        handoff: None,
        task: None,
        since: nov(since),
        due: due.map(nov),
        clock_started: None,
        case_clock: (nov(since), None),
        pressing: Pressing { started: None, due: due.map(nov), urgency, of_case: false },
        waiting: None,
        declined: None,
        started: true,
        delegate: None,
        voted: None,
        ask_next: false,
        urgent: false,
        tags: Vec::new(),
        step: handle("step"),
        step_title: String::new(),
        of: (1, 1),
        came: nov(since),
        usual: None,
    }
}

/// A board that is here whole.
pub fn board_of(columns: Vec<(&'static str, Vec<Card>)>) -> Board {
    let mut cards = Vec::new();
    let column = |(title, held): (&str, Vec<Card>)| {
        let step = Handle::from_text(title).unwrap();
        let told = |card| Card { step: step.clone(), step_title: title.to_string(), ..card };
        cards.extend(held.into_iter().map(told));
        Column::new(step, title.to_string())
    };
    let mut columns = columns.into_iter().map(column).collect::<Vec<_>>();
    for column in &mut columns {
        let here = cards.iter().filter(|card| card.step == column.step);
        column.open = here.clone().count();
        column.late = here.filter(|card| card.urgency().is_late()).count();
    }
    cards.sort_by_key(Card::key);
    let mut board = Board {
        process: handle("quote-to-cash"),
        title: "Quote to cash".to_string(),
        cases: cards.len(),
        open: cards.len(),
        late: columns.iter().map(|column| column.late).sum(),
        columns,
        table: Rows::default(),
        whole: true,
        filtered: false,
    };
    let total = Some(cards.len());
    board.take(Page { edge: Edge::Start, rows: cards, first: None, total, rest: None });
    board
}

pub fn board() -> Board {
    board_of(board_columns())
}

pub fn board_columns() -> Vec<(&'static str, Vec<Card>)> {
    use Urgency::{InTime, Late, Open, Soon, VeryLate};
    let column = |title: &'static str, cards: Vec<Card>| (title, cards);
    let offered = Card {
        kind: PlaceKind::Offered,
        to: Some(Party::Person(handle("ana"))),
        ..card(1042, "Hansen Roofing: roof quote", "bo", "18 08:10", Some("18 08:10"), VeryLate)
    };
    let back = Card {
        kind: PlaceKind::Held,
        to: Some(Party::Role(handle("finance"))),
        declined: Some((DeclineReason::NotReady, "no address".to_string())),
        ..card(1060, "Kiln & Co: invoice 311", "dee", "20 08:00", Some("20 13:00"), Soon)
    };
    let waits = Card {
        waiting: Some(("permit".to_string(), Some(nov("23 09:00")))),
        ..card(1007, "Hansen Roofing: gutters", "chi", "11 09:00", None, Open)
    };
    let mut quotes = vec![
        card(1055, "Baltic Foods: assembly", "bo", "19 09:00", Some("20 06:42"), Late),
        card(1058, "Hansen Roofing: shed", "bo", "19 09:00", Some("20 16:50"), Soon),
    ];
    quotes.extend(
        (0..5).map(|n| card(1061 + n, "Kiln & Co: clay", "chi", "19 09:00", Some("25 09:00"), InTime)),
    );
    vec![
        column("Intake", vec![card(1070, "Mora Bakery: oven", "ana", "19 10:00", None, Open)]),
        column("Quote", quotes),
        column(
            "Approve",
            vec![offered, card(1074, "日本語: van lease", "ana", "19 10:00", Some("24 17:00"), InTime)],
        ),
        column("Install", vec![card(991, "Baltic Foods: oven", "chi", "14 09:00", None, Open), waits]),
        column("Invoice", vec![back]),
    ]
}

pub fn kind(name: &str, title: &str) -> Kind {
    let field = |name: &str, title: Option<&str>, kind| DataField {
        name: name.to_string(),
        title: title.map(String::from),
        kind,
        required: false,
    };
    Kind {
        handle: handle(name),
        title: title.to_string(),
        singular: None,
        fields: vec![
            field("city", None, FieldType::Text),
            field("phone", None, FieldType::Phone),
            field("credit", Some("Credit limit"), FieldType::Money),
            field("terms", None, FieldType::Choice { of: vec!["prepaid".to_string()] }),
        ],
    }
}

pub fn records() -> Vec<RecordItem> {
    let names =
        ["Baltic Foods", "Fjord Cafe", "Hansen Roofing", "Kiln & Co", "Mora \u{202e}Bakery", "日本語"];
    let item = |(n, name): (usize, &&str)| RecordItem {
        row: record_row(5 + n as i64, name),
        open: 6 - n,
        late: usize::from(n % 2 == 0),
        responsible: Some(handle(if n % 2 == 0 { "bo" } else { "chi" })),
        last: nov("18 10:00"),
    };
    names.iter().enumerate().map(item).collect()
}

pub fn record_view() -> RecordView {
    let row = record_row(7, "Hansen Roofing");
    let mut won = case_row(911, "Hansen Roofing: gutters");
    won.state = "done".to_string();
    won.ended = Some(at("2026-10-22T12:00:00Z"));
    let mut late = case_row(1042, "Hansen Roofing: roof quote");
    late.due = Some(nov("18 10:00"));
    let more = ["shed", "permit", "fence"].iter().enumerate();
    let more = more.map(|(n, what)| case_row(1058 + n as i64, &format!("Hansen Roofing: {what}")));
    let case =
        |seq, at: &str, actor: &str, verb, text: &str| (Some(CaseId(1042)), told(seq, at, actor, verb, text));
    let old = Line { at: at("2026-09-22T08:00:00Z"), ..told(1, "1 09:00", "chi", "added", "Hansen Roofing") };
    let older = Line { at: at("2026-09-24T08:00:00Z"), ..told(2, "1 09:00", "chi", "set", "city = Oslo") };
    let mut undone = told(4, "16 09:40", "ana", "note", "\"Needs roof before frost\"");
    undone.undone = true;
    RecordView {
        record: Record {
            id: row.id,
            seq: 9,
            kind: row.kind.clone(),
            name: row.name.clone(),
            fields: row.fields.clone(),
            tags: Default::default(),
            files: Default::default(),
            contacts: vec![Contact {
                name: "Kari Hansen".to_string(),
                mail: Some("kari@hansen.example".to_string()),
                phone: None,
            }],
            added: row.added,
            changed: row.changed,
            archived: None,
            merged: None,
            messages: Default::default(),
        },
        row,
        kind: Some(kind("customer", "Customers")),
        cases: [late].into_iter().chain(more).chain([won]).collect(),
        timeline: vec![
            (None, old),
            (None, older),
            (None, undone),
            case(5, "16 13:00", "ana", "start", "Hansen Roofing: roof quote"),
            case(6, "18 08:05", "bo", "done", "T-1 value = 12400.00 EUR"),
            case(7, "18 08:10", "bo", "offer", "H-1042 Approve to @ana"),
            case(8, "20 09:58", "bo", "note", "\"Client called again, urgent\""),
        ],
        untold: 0,
        promises: Vec::new(),
        files: vec![RecordFile {
            case: Some(CaseId(1042)),
            title: "drawing".to_string(),
            reference: "/plans/roof.pdf".to_string(),
        }],
        links: Vec::new(),
        linked: Vec::new(),
    }
}
