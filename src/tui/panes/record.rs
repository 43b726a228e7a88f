//! One record: its fields and contacts, its cases, and everything that happened to it and in them, by day.

use super::record_timeline::{self, Days};
use super::{Follow, Look, Move, Tab, below, framed, line, meaning, right_of, tabs, times};
use crate::desk::{Card, RecordFile, RecordView};
use crate::domain::process::DataField;
use crate::domain::record::Contact;
use crate::domain::rows::{CaseRow, PlaceKind, RecordRow};
use crate::domain::story::Line;
use crate::domain::urgency::Urgency;
use crate::domain::zone::Zone;
use crate::domain::{CaseId, Instant, field};
use crate::text::Shown;
use crate::tui::theme::Meaning;
use crate::tui::widgets::{Pen, list, rule};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// Part of what there is to read about a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RecordTab {
    #[default]
    Timeline,
    /// What is under way, and until when.
    Promises,
    Open,
    Closed,
    Fields,
    Contacts,
    /// Records it names, and that name it.
    Links,
    /// Documents laid there, and those of its cases.
    Files,
}

const TABS: [RecordTab; 8] = [
    RecordTab::Timeline,
    RecordTab::Open,
    RecordTab::Closed,
    RecordTab::Fields,
    RecordTab::Contacts,
    RecordTab::Promises,
    RecordTab::Links,
    RecordTab::Files,
];

/// What the cursor is on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum OnRecord<'a> {
    /// An entry, with its case where it is one of a case.
    Entry(Option<CaseId>, &'a Line),
    Case(&'a CaseRow),
    /// A field, by name.
    Field(&'a str),
    Contact(&'a Contact),
    Promise(&'a Card),
    /// Another record, by the field that names it; whether this one names it.
    Link(&'a (String, RecordRow), bool),
    File(&'a RecordFile),
    Nothing,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Key {
    Entry(Option<CaseId>, i64),
    Case(CaseId),
    Field(String),
    Contact(usize),
    Promise(CaseId, u32),
    Link(usize),
    File(Option<CaseId>, String),
}

/// Where the person is in a record.
#[derive(Debug, Clone, Default)]
pub struct RecordState {
    pub tab: RecordTab,
    /// Where the person came from, such as `Records / Customers`.
    pub trail: String,
    pub(super) rows: [Follow<Key>; 8],
    /// The first entry of the timeline in view.
    top: usize,
    /// Lines of the timeline, and what it takes to tell days apart.
    lines: usize,
    clock: Option<(Instant, Zone)>,
}

impl RecordState {
    pub fn go(&mut self, step: Move, view: &RecordView) {
        let at = self.active();
        let tab = match step {
            Move::Left => TABS.get(at.wrapping_sub(1)),
            Move::Right => TABS.get(at + 1),
            _ => None,
        };
        self.tab = tab.copied().unwrap_or(self.tab);
        let tab = self.tab;
        self.rows[self.active()].go(step, len(view, tab), |row| key(view, tab, row));
        self.scroll(view);
    }

    /// Takes in a changed record or size; `now` and `zone` tell its days apart.
    pub fn settle(&mut self, view: &RecordView, area: Rect, now: Instant, zone: &Zone) {
        let lines = usize::from(layout(area).list.height);
        for (tab, rows) in TABS.into_iter().zip(&mut self.rows) {
            rows.settle(lines, len(view, tab), |row| key(view, tab, row));
        }
        self.lines = lines;
        self.clock = Some((now, zone.clone()));
        self.scroll(view);
    }

    /// What the cursor is on.
    pub fn selected<'a>(&self, view: &'a RecordView) -> OnRecord<'a> {
        on(view, self.tab, self.rows[self.active()].list.cursor)
    }

    pub(super) fn active(&self) -> usize {
        TABS.iter().position(|tab| *tab == self.tab).unwrap_or(0)
    }

    pub(super) fn scroll(&mut self, view: &RecordView) {
        if let Some((now, zone)) = &self.clock {
            let days = Days { timeline: &view.timeline, now: *now, zone };
            self.top = days.top(self.top, self.rows[0].list.cursor, self.lines);
        }
    }
}

fn cases(view: &RecordView, open: bool) -> impl Iterator<Item = &CaseRow> {
    view.cases.iter().filter(move |case| (case.state == "open") == open)
}

/// The fields by name: those of the kind, then any other that has a value.
fn fields(view: &RecordView) -> Vec<(&str, String)> {
    let declared = view.kind.iter().flat_map(|kind| &kind.fields);
    let known = |name: &str| view.kind.as_ref().is_some_and(|kind| kind.field(name).is_some());
    let other = view.record.fields.keys().filter(|name| !known(name));
    let declared = declared.map(|field| (field.name.as_str(), label(field)));
    declared.chain(other.map(|name| (name.as_str(), name.clone()))).collect()
}

pub(super) fn len(view: &RecordView, tab: RecordTab) -> usize {
    match tab {
        RecordTab::Timeline => view.timeline.len(),
        RecordTab::Open => cases(view, true).count(),
        RecordTab::Closed => cases(view, false).count(),
        RecordTab::Fields => fields(view).len(),
        RecordTab::Contacts => view.record.contacts.len(),
        RecordTab::Promises => view.promises.len(),
        RecordTab::Links => view.links.len() + view.linked.len(),
        RecordTab::Files => view.files.len(),
    }
}

pub(super) fn on(view: &RecordView, tab: RecordTab, row: usize) -> OnRecord<'_> {
    let found = match tab {
        RecordTab::Timeline => {
            let entry = view.timeline.len().checked_sub(row + 1).and_then(|n| view.timeline.get(n));
            entry.map(|(case, line)| OnRecord::Entry(*case, line))
        }
        RecordTab::Open => cases(view, true).nth(row).map(OnRecord::Case),
        RecordTab::Closed => cases(view, false).nth(row).map(OnRecord::Case),
        RecordTab::Fields => fields(view).get(row).map(|(name, _)| OnRecord::Field(name)),
        RecordTab::Contacts => view.record.contacts.get(row).map(OnRecord::Contact),
        RecordTab::Promises => view.promises.get(row).map(OnRecord::Promise),
        RecordTab::Links => match view.links.get(row) {
            Some(link) => Some(OnRecord::Link(link, true)),
            None => view.linked.get(row - view.links.len()).map(|link| OnRecord::Link(link, false)),
        },
        RecordTab::Files => view.files.get(row).map(OnRecord::File),
    };
    found.unwrap_or(OnRecord::Nothing)
}

pub(super) fn key(view: &RecordView, tab: RecordTab, row: usize) -> Option<Key> {
    match on(view, tab, row) {
        OnRecord::Entry(case, line) => Some(Key::Entry(case, line.seq)),
        OnRecord::Case(case) => Some(Key::Case(case.id)),
        OnRecord::Field(name) => Some(Key::Field(name.to_string())),
        OnRecord::Contact(_) => Some(Key::Contact(row)),
        OnRecord::Promise(card) => Some(Key::Promise(card.case, card.branch)),
        OnRecord::Link(..) => Some(Key::Link(row)),
        OnRecord::File(file) => Some(Key::File(file.case, file.title.clone())),
        OnRecord::Nothing => None,
    }
}

/// How people read a field.
pub fn label(field: &DataField) -> String {
    field.title.clone().unwrap_or_else(|| super::preview::capital(&field.name.replace('_', " ")))
}

/// How late an open case about the record is, and since when: by its most pressing work, or as a whole.
pub fn case_urgency(case: &CaseRow, promises: &[Card], look: &Look) -> (Urgency, Option<Instant>) {
    if case.state != "open" {
        return (Urgency::Open, None);
    }
    let whole = (Urgency::of(look.now, Some(case.started), case.due), case.due);
    let late = promises.iter().filter(|card| card.case == case.id && card.urgency().is_late());
    let late = late.map(|card| (card.urgency(), card.pressing.due));
    let late = late.min_by_key(|(urgency, due)| (*urgency, *due));
    late.filter(|late| late.0 < whole.0).unwrap_or(whole)
}

/// A contact in one line.
pub fn contact_line(contact: &Contact) -> String {
    let parts = [Some(&contact.name), contact.mail.as_ref(), contact.phone.as_ref()];
    parts.into_iter().flatten().cloned().collect::<Vec<_>>().join("   ")
}

struct Layout {
    head: Rect,
    tabs: Rect,
    list: Rect,
}

fn layout(area: Rect) -> Layout {
    let framed = u16::from(framed(area));
    let head = if area.height > 6 { 2 } else { 1 };
    let tabs = head + framed;
    let list = below(area, tabs + 1 + framed);
    Layout {
        head: Rect { height: head.min(area.height), ..area },
        tabs: line(area, tabs),
        list: Rect { height: list.height.saturating_sub(framed), ..list },
    }
}

/// Draws a record; returns where the terminal's cursor belongs.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    view: &RecordView,
    state: &RecordState,
    look: &Look,
) -> Option<Position> {
    let area = area.intersection(buffer.area);
    let layout = layout(area);
    head(buffer, layout.head, view, state, look);
    if framed(area) {
        rule(buffer, look.theme, line(area, layout.head.height));
        rule(buffer, look.theme, line(area, area.height - 1));
    }
    let name = |tab: RecordTab| match tab {
        RecordTab::Timeline => "Timeline",
        RecordTab::Open => "Open cases",
        RecordTab::Closed => "Closed",
        RecordTab::Fields => "Fields",
        RecordTab::Contacts => "Contacts",
        RecordTab::Promises => "Due",
        RecordTab::Links => "Links",
        RecordTab::Files => "Files",
    };
    // All of them have to fit into 80 columns.
    let names = TABS.map(|tab| match tab {
        RecordTab::Fields => Tab::new("Fields".to_string()),
        RecordTab::Open => Tab::new(format!("Open {}", len(view, tab))),
        _ => Tab::new(format!("{} {}", name(tab), len(view, tab))),
    });
    let above = match state.tab {
        RecordTab::Timeline => super::newer_above(state.top),
        _ => String::new(),
    };
    tabs(buffer, look.theme, layout.tabs, &names, state.active(), &above);
    let rows = &state.rows[state.active()].list;
    let count = len(view, state.tab);
    if count == 0 {
        let none = format!("No {} here.", name(state.tab).to_lowercase());
        return super::sentences(buffer, look.theme, layout.list, &[none]);
    }
    if state.tab == RecordTab::Timeline {
        let days = Days { timeline: &view.timeline, now: look.now, zone: look.zone };
        return record_timeline::draw(buffer, layout.list, &days, state.top, rows.cursor, look);
    }
    let cursor = rows.cursor.min(count - 1);
    let labels = fields(view);
    let longest = labels.iter().map(|(_, label)| Shown::new(label).width()).max().unwrap_or(0);
    list::draw(buffer, look.theme, layout.list, rows, count, |row, pen| {
        pen.word(if row == cursor { ">" } else { " " }, Meaning::Plain);
        match on(view, state.tab, row) {
            OnRecord::Case(case) => case_line(pen, case, &view.promises, look),
            OnRecord::Field(name) => {
                let label = labels.get(row).map_or(name, |(_, label)| label);
                let width = longest.max((pen.room() * 2 / 5).min(28)).min(pen.room() / 2);
                pen.column(&Shown::fit(label, width), width, Meaning::Plain).skip(1);
                let value = view.record.fields.get(name).filter(|value| field::is_given(Some(value)));
                let value = value.map_or_else(|| "--".to_string(), field::show);
                let room = pen.room();
                pen.text(&Shown::fit(&value, room), Meaning::Plain);
            }
            OnRecord::Contact(contact) => {
                pen.word(&contact_line(contact), Meaning::Plain);
            }
            OnRecord::Promise(card) => promise_line(pen, card, look),
            OnRecord::Link((field, row), names) => {
                let how = if names { format!("{field} is") } else { format!("{field} of") };
                pen.column(&Shown::fit(&how, 20), 20, Meaning::Plain).skip(1);
                let room = pen.room();
                pen.text(&Shown::fit(&format!("{} {}", row.id, row.name), room), Meaning::Plain);
            }
            OnRecord::File(file) => {
                let case = file.case.map(|case| case.to_string()).unwrap_or_default();
                pen.number(&case, 8);
                let room = pen.room();
                let text = format!("{}: {}", file.title, file.reference);
                pen.text(&Shown::fit(&text, room), Meaning::Plain);
            }
            OnRecord::Entry(..) | OnRecord::Nothing => {}
        }
    })
}

/// What somebody has promised this party, or lets wait for it.
fn promise_line(pen: &mut Pen, card: &Card, look: &Look) {
    pen.skip(1).column(&Shown::new(card.urgency().mark()), 3, meaning(card.urgency()));
    let to = card.to.as_ref().filter(|_| card.kind == PlaceKind::Offered);
    let with = to.map_or_else(|| card.responsible.to_string(), |to| format!(">{}", super::preview::name(to)));
    let time = Shown::new(&times::left(look.now, card.pressing.due, look.zone));
    let room = pen.room().saturating_sub(time.width() + 2);
    let text = format!("{} {} ({with})", card.case, card.step_title);
    pen.column(&Shown::fit(&text, room), room, Meaning::Plain);
    let room = pen.room().saturating_sub(1);
    pen.column_right(&time, room, meaning(card.urgency()));
}

fn head(buffer: &mut Buffer, area: Rect, view: &RecordView, state: &RecordState, look: &Look) {
    let mut pen = Pen::new(buffer, look.theme, line(area, 0));
    let narrow = area.width < super::NARROW;
    let trail = if state.trail.is_empty() || narrow { String::new() } else { format!("{} / ", state.trail) };
    let right = match view.row.archived {
        Some(at) => format!("{}  archived {}", view.row.id, times::stamp(at, look.now, look.zone)),
        None => view.row.id.to_string(),
    };
    let room = pen.room().saturating_sub(right.len() + 3);
    pen.text(&Shown::fit(&format!(" {trail}{}", view.row.name), room), Meaning::Title);
    right_of(&mut pen, &right);
    let mut pen = Pen::new(buffer, look.theme, line(area, 1));
    pen.skip(1);
    let given = fields(view).into_iter().filter_map(|(name, _)| view.record.fields.get(name));
    for value in given.filter(|value| field::is_given(Some(value))) {
        pen.word(&field::show(value), Meaning::Plain).skip(3);
    }
}

fn case_line(pen: &mut Pen, case: &CaseRow, promises: &[Card], look: &Look) {
    let (urgency, due) = case_urgency(case, promises, look);
    pen.skip(1).column(&Shown::new(urgency.mark()), 3, meaning(urgency));
    let time = match case.ended {
        Some(at) => format!("{} {}", case.state, times::stamp(at, look.now, look.zone)),
        None => times::left(look.now, due, look.zone),
    };
    let time = Shown::new(&time);
    let room = pen.room().saturating_sub(time.width() + 2);
    let title = format!("{} {}", case.id, case.title);
    pen.column(&Shown::fit(&title, room), room, Meaning::Plain);
    let room = pen.room().saturating_sub(1);
    pen.column_right(&time, room, meaning(urgency));
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use proptest::prelude::*;

    fn shown(area: Rect, view: &RecordView, state: &mut RecordState) -> String {
        let eyes = Eyes::of_ana();
        let look = eyes.look();
        state.settle(view, area, look.now, look.zone);
        drawn(area, |buffer, area| draw(buffer, area, view, state, &look))
    }

    fn state(tab: RecordTab) -> RecordState {
        RecordState { tab, trail: "Records / Customers".to_string(), ..RecordState::default() }
    }

    #[test]
    fn a_record_by_day() {
        let view = record_view();
        insta::assert_snapshot!(shown(NORMAL, &view, &mut state(RecordTab::Timeline)), @r#"
         Records / Customers / Hansen Roofing                                       R-7
         Oslo   +47 22 00 11 22   12400.00 EUR
        ────────────────────────────────────────────────────────────────────────────────
         [Timeline 7]  Open 4  Closed 1  Fields  Contacts 1  Due 0  Links 0  Files 1
        ·
         Today
        >  09:58  bo    C-1042  note      "Client called again, urgent"
         Wed 18 Nov
           08:10  bo    C-1042  offer     H-1042 Approve to @ana
           08:05  bo    C-1042  done      T-1 value = 12400.00 EUR
         Mon 16 Nov
           13:00  ana   C-1042  start     Hansen Roofing: roof quote
           09:40  ana           note      "Needs roof before frost" (taken back)
         Sep 2026
           24 Sep chi           set       city = Oslo
           22 Sep chi           added     Hansen Roofing
        ·
        ·
        ·
        ·
        ────────────────────────────────────────────────────────────────────────────────
        (cursor 0,6)
        "#);
        insta::assert_snapshot!(shown(LARGE, &view, &mut state(RecordTab::Timeline)), @r#"
         Records / Customers / Hansen Roofing                                                                               R-7
         Oslo   +47 22 00 11 22   12400.00 EUR
        ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
         [Timeline 7]  Open 4  Closed 1  Fields  Contacts 1  Due 0  Links 0  Files 1
        ·
         Today
        >  09:58  bo    C-1042  note      "Client called again, urgent"
         Wed 18 Nov
           08:10  bo    C-1042  offer     H-1042 Approve to @ana
           08:05  bo    C-1042  done      T-1 value = 12400.00 EUR
         Mon 16 Nov
           13:00  ana   C-1042  start     Hansen Roofing: roof quote
           09:40  ana           note      "Needs roof before frost" (taken back)
         Sep 2026
           24 Sep chi           set       city = Oslo
           22 Sep chi           added     Hansen Roofing
        ·
        ·
        ·
        ·
        ·
        ·
        ·
        ·
        ·
        ·
        ·
        ·
        ·
        ·
        ·
        ·
        ·
        ·
        ·
        ·
        ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
        (cursor 0,6)
        "#);
        insta::assert_snapshot!(shown(SMALL, &view, &mut state(RecordTab::Timeline)), @r#"
         Hansen Roofing                     R-7
         Oslo   +47 22 00 11 22   12400.00 EUR
         [Timeline 7]  Open 4  Closed 1  Fields
         Today
        >09:58  bo   note   "Client called agai~
         Wed 18 Nov
         08:10  bo   offer  H-1042 Approve to @~
         08:05  bo   done   T-1 value = 12400.0~
        ·
           ... 4 more below
        (cursor 0,4)
        "#);
    }

    #[test]
    fn its_cases_fields_and_contacts() {
        let (view, low) = (record_view(), Rect { height: 11, ..NORMAL });
        let text = TABS[1..].iter().map(|tab| shown(low, &view, &mut state(*tab))).collect::<Vec<_>>();
        insta::assert_snapshot!(text.join("\n"), @r#"
         Records / Customers / Hansen Roofing                                       R-7
         Oslo   +47 22 00 11 22   12400.00 EUR
        ────────────────────────────────────────────────────────────────────────────────
         Timeline 7  [Open 4]  Closed 1  Fields  Contacts 1  Due 0  Links 0  Files 1
        ·
        > !  C-1042 Hansen Roofing: roof quote                                  2d late
             C-1058 Hansen Roofing: shed                                  due Tue 17:00
             C-1059 Hansen Roofing: permit                                due Tue 17:00
             C-1060 Hansen Roofing: fence                                 due Tue 17:00
        ·
        ────────────────────────────────────────────────────────────────────────────────
        (cursor 0,5)
         Records / Customers / Hansen Roofing                                       R-7
         Oslo   +47 22 00 11 22   12400.00 EUR
        ────────────────────────────────────────────────────────────────────────────────
         Timeline 7  Open 4  [Closed 1]  Fields  Contacts 1  Due 0  Links 0  Files 1
        ·
        >    C-911 Hansen Roofing: gutters                                  done 22 Oct
        ·
        ·
        ·
        ·
        ────────────────────────────────────────────────────────────────────────────────
        (cursor 0,5)
         Records / Customers / Hansen Roofing                                       R-7
         Oslo   +47 22 00 11 22   12400.00 EUR
        ────────────────────────────────────────────────────────────────────────────────
         Timeline 7  Open 4  Closed 1  [Fields]  Contacts 1  Due 0  Links 0  Files 1
        ·
        >City                         Oslo
         Phone                        +47 22 00 11 22
         Credit limit                 12400.00 EUR
         Terms                        --
        ·
        ────────────────────────────────────────────────────────────────────────────────
        (cursor 0,5)
         Records / Customers / Hansen Roofing                                       R-7
         Oslo   +47 22 00 11 22   12400.00 EUR
        ────────────────────────────────────────────────────────────────────────────────
         Timeline 7  Open 4  Closed 1  Fields  [Contacts 1]  Due 0  Links 0  Files 1
        ·
        >Kari Hansen   kari@hansen.example
        ·
        ·
        ·
        ·
        ────────────────────────────────────────────────────────────────────────────────
        (cursor 0,5)
         Records / Customers / Hansen Roofing                                       R-7
         Oslo   +47 22 00 11 22   12400.00 EUR
        ────────────────────────────────────────────────────────────────────────────────
         Timeline 7  Open 4  Closed 1  Fields  Contacts 1  [Due 0]  Links 0  Files 1
        ·
              No due here.
        ·
        ·
        ·
        ·
        ────────────────────────────────────────────────────────────────────────────────
        (cursor 0,5)
         Records / Customers / Hansen Roofing                                       R-7
         Oslo   +47 22 00 11 22   12400.00 EUR
        ────────────────────────────────────────────────────────────────────────────────
         Timeline 7  Open 4  Closed 1  Fields  Contacts 1  Due 0  [Links 0]  Files 1
        ·
              No links here.
        ·
        ·
        ·
        ·
        ────────────────────────────────────────────────────────────────────────────────
        (cursor 0,5)
         Records / Customers / Hansen Roofing                                       R-7
         Oslo   +47 22 00 11 22   12400.00 EUR
        ────────────────────────────────────────────────────────────────────────────────
         Timeline 7  Open 4  Closed 1  Fields  Contacts 1  Due 0  Links 0  [Files 1]
        ·
        >C-1042  drawing: /plans/roof.pdf
        ·
        ·
        ·
        ·
        ────────────────────────────────────────────────────────────────────────────────
        (cursor 0,5)
        "#);
    }

    #[test]
    fn the_timeline_moves_by_entry_and_keeps_the_cursor_in_view() {
        let (mut view, low) = (record_view(), Rect { height: 11, ..NORMAL });
        let mut state = state(RecordTab::Timeline);
        shown(low, &view, &mut state);
        state.go(Move::Bottom, &view);
        insta::assert_snapshot!(shown(low, &view, &mut state), @r#"
         Records / Customers / Hansen Roofing                                       R-7
         Oslo   +47 22 00 11 22   12400.00 EUR
        ────────────────────────────────────────────────────────────────────────────────
         [Timeline 7]  Open 4  Closed 1  Fields  Contacts 1  Due 0  Links 0  Files 1
        ·
         Mon 16 Nov
           09:40  ana           note      "Needs roof before frost" (taken back)
         Sep 2026
           24 Sep chi           set       city = Oslo
        >  22 Sep chi           added     Hansen Roofing
        ────────────────────────────────────────────────────────────────────────────────
        (cursor 0,9)
        "#);
        state.go(Move::Up, &view);
        state.go(Move::Up, &view);
        let OnRecord::Entry(None, on) = state.selected(&view) else { panic!("on an entry of the record") };
        assert!(on.undone);
        let on = on.clone();
        view.timeline.push((None, told(9, "20 10:00", "chi", "note", "\"me too\"")));
        shown(low, &view, &mut state);
        assert_eq!(state.selected(&view), OnRecord::Entry(None, &on));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn a_record_is_drawn_at_any_size(width in 0u16..=300, height in 0u16..=100, tab in 0usize..5, moves in 0usize..9,
                                         settled: bool) {
            let (view, mut state) = (record_view(), state(TABS[tab]));
            let (eyes, area) = (Eyes::of_ana(), Rect::new(3, 2, width, height));
            let look = eyes.look();
            state.settle(&view, if settled { area } else { NORMAL }, look.now, look.zone);
            (0..moves).for_each(|_| state.go(Move::Down, &view));
            let mut cursor = None;
            drawn(area, |buffer, area| { cursor = draw(buffer, area, &view, &state, &look); cursor });
            let list = layout(area).list;
            prop_assert_eq!(cursor.is_some(), !list.is_empty());
        }
    }
}
