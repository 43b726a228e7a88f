//! Records by kind: who they are, what is open and late about each, and a preview of the one under the cursor.

use super::filter::{self, PART};
use super::record::label;
use super::records_preview::{lines_below, page};
use super::tabs;
use super::{Follow, Look, Move, NARROW, Parts, Tab, below, framed, rules, sentences, split};
use crate::desk::{Board, RecordItem, RecordKey, RecordView, Rows};
use crate::domain::process::DataField;
use crate::domain::record::{FieldType, Kind};
use crate::domain::{Handle, Instant, RecordId, field};
use crate::text::Shown;
use crate::tui::order::Order;
use crate::tui::theme::Meaning;
use crate::tui::widgets::{Pen, list};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use std::collections::BTreeSet;

/// Lines of the preview under the list.
const BELOW: u16 = 3;
/// Fields of a kind that become columns.
const FIELDS: usize = 3;

/// What the pane shows.
#[derive(Clone, Copy)]
pub struct RecordsView<'a> {
    /// With how many records there are of each.
    pub kinds: &'a [(Kind, usize)],
    /// The kind of the records that are here.
    pub of: &'a Handle,
    pub items: &'a Rows<RecordItem, RecordKey>,
    /// The record under the cursor, once it is there.
    pub record: Option<&'a RecordView>,
}

/// Where the person is among the records.
#[derive(Debug, Clone)]
pub struct RecordsState {
    /// The kind that is listed; the first while it is `None` or gone.
    pub kind: Option<Handle>,
    pub filter: String,
    /// The word that was perhaps meant where the filter leaves nothing.
    pub near: Option<String>,
    pub order: Order,
    /// Whether the preview is wanted.
    pub preview: bool,
    /// First line of a preview beside the list.
    pub scroll: usize,
    /// A record that was just added: it is asked for wherever it stands, and the cursor is put on it.
    pub added: Option<RecordKey>,
    /// The next verb is about them, out of sight or not.
    pub marks: BTreeSet<RecordId>,
    /// A range of marks under way: where it began, and what was marked before.
    pub range: Option<(RecordId, BTreeSet<RecordId>)>,
    /// What changed between these two was not seen: the end of the last session and the beginning of this one.
    pub away: Option<(Instant, Instant)>,
    /// Looked at since.
    pub seen: BTreeSet<RecordId>,
    rows: Follow<RecordId>,
}

impl Default for RecordsState {
    fn default() -> RecordsState {
        RecordsState {
            kind: None,
            filter: String::new(),
            near: None,
            order: Order::default(),
            preview: true,
            scroll: 0,
            added: None,
            marks: BTreeSet::new(),
            range: None,
            away: None,
            seen: BTreeSet::new(),
            rows: Follow::default(),
        }
    }
}

impl RecordsState {
    /// Whether it, or a case about it, changed while the person was away, and they have not looked at it since.
    fn is_news(&self, item: &RecordItem) -> bool {
        let away = self.away.is_some_and(|(from, to)| item.last > from && item.last <= to);
        away && !self.seen.contains(&item.row.id)
    }

    /// Moves; left and right go to another kind, whose records have to be fetched then.
    pub fn go(&mut self, step: Move, view: &RecordsView) {
        let at = self.active(view);
        let kind = match step {
            Move::Left => view.kinds.get(at.wrapping_sub(1)),
            Move::Right => view.kinds.get(at + 1),
            _ => None,
        };
        self.scroll = 0;
        self.added = None;
        if let Some((kind, _)) = kind {
            self.kind = Some(kind.handle.clone());
            self.rows.reset();
        } else {
            self.rows.go(step, self.items(view).map_or(0, Rows::len), |row| id(view, row));
        }
    }

    /// Takes in changed records, another filter or size.
    pub fn settle(&mut self, view: &RecordsView, area: Rect) {
        let lines = usize::from(layout(area, self.preview).rows.height);
        if let Some(items) = self.items(view) {
            self.rows.settle_within(lines, items.len(), items.here(), |row| id(view, row));
        }
    }

    /// Puts the cursor on a record that was just added.
    pub fn put_on(&mut self, key: RecordKey) {
        self.rows.put_on(key.id);
        self.added = Some(key);
    }

    /// The rows in view.
    pub fn view(&self) -> std::ops::Range<usize> {
        self.rows.in_view()
    }

    /// The records, where they are of the chosen kind.
    fn items<'a>(&self, view: &RecordsView<'a>) -> Option<&'a Rows<RecordItem, RecordKey>> {
        let kind = self.kind(view).map(|kind| &kind.handle);
        Some(view.items).filter(|_| kind == Some(view.of))
    }

    /// The record under the cursor.
    pub fn selected<'a>(&self, view: &RecordsView<'a>) -> Option<&'a RecordItem> {
        self.items(view)?.get(self.rows.list.cursor)
    }

    /// The records that are here, in order.
    pub fn shown<'a>(&self, view: &RecordsView<'a>) -> impl Iterator<Item = &'a RecordItem> {
        self.items(view).into_iter().flat_map(Rows::iter)
    }

    /// How many are marked, those out of sight included.
    fn marked(&self, view: &RecordsView) -> Option<String> {
        let marked = self.marks.len();
        let seen = self.shown(view).filter(|item| self.marks.contains(&item.row.id)).count();
        match (marked, marked - seen) {
            (0, _) => None,
            (_, 0) => Some(format!("{marked} marked")),
            (_, hidden) => Some(format!("{marked} marked, {hidden} not in sight")),
        }
    }

    /// The kind that is listed.
    pub fn kind<'a>(&self, view: &RecordsView<'a>) -> Option<&'a Kind> {
        view.kinds.get(self.active(view)).map(|(kind, _)| kind)
    }

    fn active(&self, view: &RecordsView) -> usize {
        view.kinds.iter().position(|(kind, _)| Some(&kind.handle) == self.kind.as_ref()).unwrap_or(0)
    }
}

fn id(view: &RecordsView, row: usize) -> Option<RecordId> {
    Some(view.items.get(row)?.row.id)
}

/// What a filter looks at of a record.
pub fn words(item: &RecordItem) -> String {
    let fields = item.row.fields.values().map(field::show).collect::<Vec<_>>();
    let id = item.row.id.to_string();
    let fields = fields.iter().map(String::as_str);
    let words = [item.row.name.as_str(), &id].into_iter().chain(fields).collect::<Vec<_>>();
    let words = words.join(&PART.to_string());
    let facets = [
        ("is:", if item.late > 0 { "late" } else { "" }),
        ("is:", if item.open > 0 { "open" } else { "" }),
        ("kind:", item.row.kind.as_str()),
    ];
    filter::row(&words, facets, &item.row.tags)
}

struct Layout {
    kinds: Rect,
    heads: Rect,
    rows: Rect,
    parts: Parts,
}

fn layout(area: Rect, preview: bool) -> Layout {
    let kinds = u16::from(area.height > 2);
    let parts = split(below(area, kinds), BELOW, preview);
    let heads = u16::from(area.height > 4).min(parts.list.height);
    Layout {
        kinds: Rect { height: kinds, ..area },
        heads: Rect { height: heads, ..parts.list },
        rows: below(parts.list, heads),
        parts,
    }
}

/// Widths of the columns of a row.
struct Columns<'a> {
    name: usize,
    /// Who has its most pressing work, and when it last changed; nothing where there is no room.
    who: usize,
    last: usize,
    fields: Vec<(&'a DataField, usize)>,
}

impl<'a> Columns<'a> {
    fn of(width: u16, kind: Option<&'a Kind>) -> Columns<'a> {
        let width = usize::from(width);
        // Gutter, and the columns OPEN and LATE with a blank before each.
        let fixed = 3 + 5 + 5;
        if width < usize::from(NARROW) {
            return Columns { name: width.saturating_sub(fixed + 1), who: 0, last: 0, fields: Vec::new() };
        }
        let name = (width / 3).min(40);
        let (who, last) = (7, 7);
        let mut room = width.saturating_sub(fixed + name + 2 + who + 1 + last);
        let mut fields = Vec::new();
        for field in kind.iter().flat_map(|kind| &kind.fields).take(FIELDS) {
            let wanted = match field.kind {
                FieldType::YesNo => 5,
                FieldType::Number | FieldType::Link { .. } => 8,
                FieldType::Date => 10,
                FieldType::Money => 14,
                FieldType::Phone => 16,
                _ => 12,
            };
            if wanted + 2 > room {
                break;
            }
            room -= wanted + 2;
            fields.push((field, wanted));
        }
        let wide = |field: &DataField| {
            matches!(field.kind, FieldType::Text | FieldType::Email | FieldType::Choice { .. })
        };
        let count = fields.iter().filter(|(field, _)| wide(field)).count();
        for (_, width) in fields.iter_mut().filter(|(field, _)| wide(field)) {
            *width += (room / count.max(1)).min(16);
        }
        Columns { name, who, last, fields }
    }

    fn heads(&self, pen: &mut Pen) {
        pen.skip(3).column(&Shown::new("NAME"), self.name, Meaning::Title);
        pen.column_right(&Shown::new("OPEN"), 5, Meaning::Title);
        pen.column_right(&Shown::new("LATE"), 5, Meaning::Title);
        if self.who > 0 {
            pen.skip(2).column(&Shown::new("WHO"), self.who, Meaning::Title);
            pen.skip(1).column(&Shown::new("LAST"), self.last, Meaning::Title);
        }
        for (field, width) in &self.fields {
            cell(pen, field, *width, &label(field).to_uppercase(), Meaning::Title);
        }
    }

    fn row(&self, pen: &mut Pen, item: &RecordItem, (cursor, marked, news): (bool, bool, bool), look: &Look) {
        pen.word(if cursor { ">" } else { " " }, Meaning::Plain);
        pen.word(if marked { "*" } else { " " }, if marked { Meaning::Marked } else { Meaning::Plain });
        pen.word(if news { "+" } else { " " }, if news { Meaning::Changed } else { Meaning::Plain });
        pen.column(
            &Shown::fit(&super::tagged(item.row.name.clone(), &item.row.tags), self.name),
            self.name,
            Meaning::Plain,
        );
        pen.column_right(&Shown::new(&Board::counted(item.open)), 5, Meaning::Plain);
        let late = if item.late > 0 { format!("!{}", Board::counted(item.late)) } else { String::new() };
        pen.column_right(&Shown::new(&late), 5, Meaning::Late);
        if self.who > 0 {
            let who = item.responsible.as_ref().map_or("", Handle::as_str);
            let last = super::times::day(item.last, look.now, look.zone);
            pen.skip(2).column(&Shown::fit(who, self.who), self.who, Meaning::Plain);
            pen.skip(1).column(&Shown::fit(&last, self.last), self.last, Meaning::Plain);
        }
        for (field, width) in &self.fields {
            let value = item.row.fields.get(&field.name).map_or_else(String::new, field::show);
            cell(pen, field, *width, &value, Meaning::Plain);
        }
    }
}

/// One field: amounts and numbers at the right, so that they can be compared.
fn cell(pen: &mut Pen, field: &DataField, width: usize, text: &str, meaning: Meaning) {
    let text = Shown::fit(text, width);
    match field.kind {
        FieldType::Money | FieldType::Number => pen.skip(2).column_right(&text, width, meaning),
        _ => pen.skip(2).column(&text, width, meaning),
    };
}

/// Draws the records of a kind; returns where the terminal's cursor belongs.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    view: &RecordsView,
    state: &RecordsState,
    look: &Look,
) -> Option<Position> {
    let area = area.intersection(buffer.area);
    let items = state.items(view).filter(|items| !items.is_empty());
    let layout = layout(area, state.preview && items.is_some());
    let names = view.kinds.iter().map(|(kind, count)| Tab::new(format!("{} {count}", kind.title)));
    let names = names.collect::<Vec<_>>();
    let filter = if state.filter.is_empty() { "none" } else { &state.filter };
    let sorted = state.order.shown_records(view.items.is_whole() || view.items.is_empty(), state.kind(view));
    let right = state.marked(view).unwrap_or_else(|| format!("{sorted}   filter: {filter}"));
    tabs(buffer, look.theme, layout.kinds, &names, state.active(view), &right);
    rules(buffer, look.theme, below(area, layout.kinds.height), &layout.parts);
    let kind = state.kind(view);
    let Some(items) = items else {
        return sentences(buffer, look.theme, layout.parts.list, &why_empty(view, state, kind));
    };
    let columns = Columns::of(layout.rows.width, kind);
    columns.heads(&mut Pen::new(buffer, look.theme, layout.heads));
    let len = items.len();
    let cursor = state.rows.list.cursor.min(len - 1);
    let at =
        list::draw(buffer, look.theme, layout.rows, &state.rows.list, len, |row, pen| match items.get(row) {
            Some(item) => {
                let marked = state.marks.contains(&item.row.id);
                columns.row(pen, item, (row == cursor, marked, state.is_news(item)), look);
            }
            None => {
                pen.skip(3).word("...", Meaning::Dim);
            }
        });
    if let Some(item) = state.selected(view) {
        let record = view.record.filter(|record| record.row.id == item.row.id);
        if layout.parts.beside {
            let page = page(layout.parts.preview.width, item, record, kind, look);
            page.draw(buffer, look.theme, layout.parts.preview, state.scroll);
        } else if framed(area) {
            lines_below(buffer, layout.parts.preview, item, record, kind, look);
        }
    }
    at
}

fn why_empty(view: &RecordsView, state: &RecordsState, kind: Option<&Kind>) -> Vec<String> {
    let Some(kind) = kind else {
        return vec!["There are no kinds of record yet.".to_string()];
    };
    let here = view.kinds.iter().find(|(of, _)| of.handle == kind.handle).map_or(0, |(_, count)| *count);
    match here {
        _ if *view.of != kind.handle => vec![String::new()],
        _ if view.items.is_open() => vec![format!("Looking for \"{}\" ...", state.filter)],
        0 => vec![
            format!("There are no {} here.", kind.title.to_lowercase()),
            "N makes one. Archived ones are told by `baton record list --archived`.".to_string(),
        ],
        _ => filter::nothing(here, &state.filter, state.near.as_deref()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use proptest::prelude::*;

    fn kinds() -> Vec<(Kind, usize)> {
        vec![
            (kind("customer", "Customers"), 6),
            (kind("vendor", "Vendors"), 31),
            (kind("employee", "Employees"), 0),
        ]
    }

    fn shown(
        area: Rect,
        items: &[RecordItem],
        record: Option<&RecordView>,
        state: &mut RecordsState,
    ) -> String {
        let (eyes, kinds) = (Eyes::of_ana(), kinds());
        let items = Rows::whole(items.to_vec());
        let of = state.kind.clone().unwrap_or(handle("customer"));
        let view = RecordsView { kinds: &kinds, of: &of, items: &items, record };
        state.settle(&view, area);
        drawn(area, |buffer, area| draw(buffer, area, &view, state, &eyes.look()))
    }

    /// On Hansen Roofing, whose record is there.
    fn third(area: Rect) -> String {
        let (items, record, kinds) = (records(), record_view(), kinds());
        let (rows, of) = (Rows::whole(items.clone()), handle("customer"));
        let view = RecordsView { kinds: &kinds, of: &of, items: &rows, record: Some(&record) };
        let mut state = RecordsState::default();
        state.settle(&view, area);
        state.go(Move::Down, &view);
        state.go(Move::Down, &view);
        shown(area, &items, Some(&record), &mut state)
    }

    #[test]
    fn records_with_a_preview() {
        insta::assert_snapshot!(third(NORMAL), @r#"
         [Customers 6]  Vendors 31  Employees 0               sort: name   filter: none
           NAME                       OPEN LATE  WHO     LAST     CITY
           Baltic Foods                  6   !1  bo      Wed      Oslo
           Fjord Cafe                    5       chi     Wed      Oslo
        >  Hansen Roofing                4   !1  bo      Wed      Oslo
           Kiln & Co                     3       chi     Wed      Oslo
           <!>Mora <202E>Bakery          2   !1  bo      Wed      Oslo
           日本語                        1       chi     Wed      Oslo
        ·
        ·
        ·
        ·
        ·
        ·
        ·
        ·
        ────────────────────────────────────────────────────────────────────────────────
         Hansen Roofing   Oslo   +47 22 00 11 22   12400.00 EUR
         Open    C-1042 ro~ ! 2d late   C-1058 shed   C-1059 permit   +1
         Latest  09:58 bo C-1042 note "Client ca~ | Wed bo C-1042 offer H-1042 Appr~
        ────────────────────────────────────────────────────────────────────────────────
        (cursor 0,4)
        "#);
        insta::assert_snapshot!(third(LARGE), @r#"
         [Customers 6]  Vendors 31  Employees 0                                                       sort: name   filter: none
           NAME                      OPEN LATE  WHO     LAST     CITY               │ R-7  Hansen Roofing
           Baltic Foods                 6   !1  bo      Wed      Oslo               │
           Fjord Cafe                   5       chi     Wed      Oslo               │ City         Oslo
        >  Hansen Roofing               4   !1  bo      Wed      Oslo               │ Phone        +47 22 00 11 22
           Kiln & Co                    3       chi     Wed      Oslo               │ Credit limit 12400.00 EUR
           <!>Mora <202E>Bakery         2   !1  bo      Wed      Oslo               │ Contact      Kari Hansen
           日本語                       1       chi     Wed      Oslo               │              kari@hansen.example
                                                                                    │
                                                                                    │ Open cases
                                                                                    │   !  C-1042 roof quote
                                                                                    │      C-1058 shed
                                                                                    │      C-1059 permit
                                                                                    │      C-1060 fence
                                                                                    │
                                                                                    │ Timeline (newest first)
                                                                                    │   09:58  bo   C-1042 note "Client called ~
                                                                                    │   Wed    bo   C-1042 offer H-1042 Approve~
                                                                                    │   Wed    bo   C-1042 done T-1 value = 124~
                                                                                    │   Mon    ana  C-1042 start Hansen Roofing~
                                                                                    │   Mon    ana  note "Needs roof before fro~
                                                                                    │   24 Sep chi  set city = Oslo
                                                                                    │   22 Sep chi  added Hansen Roofing
                                                                                    │
                                                                                    │
                                                                                    │
                                                                                    │
                                                                                    │
                                                                                    │
                                                                                    │
                                                                                    │
                                                                                    │
                                                                                    │
                                                                                    │
                                                                                    │
                                                                                    │
        ────────────────────────────────────────────────────────────────────────────┴───────────────────────────────────────────
        (cursor 0,4)
        "#);
        insta::assert_snapshot!(third(SMALL), @r#"
         [Customers 6]  Vendors 31  Employees 0
           NAME                       OPEN LATE
           Baltic Foods                  6   !1
           Fjord Cafe                    5
        >  Hansen Roofing                4   !1
           Kiln & Co                     3
           <!>Mora <202E>Bakery          2   !1
           日本語                        1
        ·
        ·
        (cursor 0,4)
        "#);
    }

    #[test]
    fn how_it_is_sorted_is_said_before_that_nothing_is_filtered() {
        let names = [Tab::new("Customers 6".to_string())];
        let head = |right: &str| {
            drawn(Rect::new(0, 0, 44, 1), |buffer, area| {
                tabs(buffer, &Eyes::of_ana().theme, area, &names, 0, right);
                None
            })
        };
        let said = head("sort: payment terms   filter: none");
        assert!(said.contains("sort: payment terms") && !said.contains("filter"), "{said}");
        assert!(head("sort: name   filter: none").contains("sort: name   filter: none"));
    }

    #[test]
    fn nothing_to_show_is_said() {
        let low = Rect { height: 7, ..NORMAL };
        let mut state = RecordsState { filter: "zebra".to_string(), ..RecordsState::default() };
        insta::assert_snapshot!(shown(low, &[], None, &mut state), @r#"
         [Customers 6]  Vendors 31  Employees 0              sort: name   filter: zebra
        ·
              0 of 6 match "zebra".
        ·
                Everywhere     : zebra
                Esc            shows all again
        ·
        (cursor 0,1)
        "#);
        let mut state = RecordsState { kind: Some(handle("employee")), ..RecordsState::default() };
        insta::assert_snapshot!(shown(low, &[], None, &mut state), @r#"
         Customers 6  Vendors 31  [Employees 0]               sort: name   filter: none
        ·
              There are no employees here.
              N makes one. Archived ones are told by `baton record list --archived`.
        ·
        ·
        ·
        (cursor 0,1)
        "#);
    }

    #[test]
    fn the_cursor_stays_with_its_record_and_kinds_are_tabs() {
        let (mut items, kinds, mut state) = (records(), kinds(), RecordsState::default());
        let (rows, of) = (Rows::whole(items.clone()), handle("customer"));
        let view = RecordsView { kinds: &kinds, of: &of, items: &rows, record: None };
        state.settle(&view, NORMAL);
        state.go(Move::Bottom, &view);
        let on = state.selected(&view).map(|item| item.row.id);
        items.remove(0);
        let rows = Rows::whole(items);
        let view = RecordsView { kinds: &kinds, of: &of, items: &rows, record: None };
        state.settle(&view, NORMAL);
        assert_eq!(state.selected(&view).map(|item| item.row.id), on);
        state.go(Move::Right, &view);
        assert_eq!(state.kind(&view).map(|kind| kind.title.as_str()), Some("Vendors"));
        assert_eq!(state.selected(&view), None, "what is there is of another kind");
        state.go(Move::Left, &view);
        assert_eq!(state.selected(&view).map(|item| item.row.name.as_str()), Some("Fjord Cafe"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn records_are_drawn_at_any_size(width in 0u16..=300, height in 0u16..=100, moves in 0usize..8, settled: bool) {
            let (items, record, kinds) = (records(), record_view(), kinds());
            let (rows, of) = (Rows::whole(items.clone()), handle("customer"));
            let view = RecordsView { kinds: &kinds, of: &of, items: &rows, record: Some(&record) };
            let (mut state, area) = (RecordsState::default(), Rect::new(3, 2, width, height));
            state.settle(&view, if settled { area } else { NORMAL });
            (0..moves).for_each(|_| state.go(Move::Down, &view));
            let (eyes, kinds) = (Eyes::of_ana(), if settled { &kinds[..] } else { &[] });
            let rows = Rows::whole(items[moves / 2..].to_vec());
            let view = RecordsView { kinds, of: &of, items: &rows, record: Some(&record) };
            drawn(area, |buffer, area| draw(buffer, area, &view, &state, &eyes.look()));
        }
    }
}
