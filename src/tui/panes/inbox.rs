//! The inbox: what needs a decision, most late first, with a preview of the item under the cursor.

use super::filter::Filter;
use super::held::Held;
use super::inbox_queue;
use super::inbox_row::{Columns, from, full_row, short_row};
pub use super::inbox_section::Section;
use super::inbox_words::{beside, haystack, why_empty};
use super::preview::Preview;
use super::{
    Follow, Look, Move, NARROW, Parts, Tab, below, line, right_of, rules, sentences, split, tabs, times,
};
use crate::desk::{CaseView, Inbox, InboxItem, Newly, Queue, Remark, What};
use crate::domain::{CaseId, Instant};
use crate::tui::order::{Order, Sort};
use crate::tui::theme::Meaning;
use crate::tui::widgets::list::{self, ListState};
use crate::tui::widgets::{Pen, fill};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// Lines of the preview under the list.
const BELOW: u16 = 5;
/// A list with a column for why has its preview beside it from so many columns on, and under it from so many lines on.
const PLENTY: u16 = 170;
const TALL: u16 = 26;

/// What the pane shows.
#[derive(Clone, Copy)]
pub struct InboxView<'a> {
    pub inbox: &'a Inbox,
    /// The case under the cursor, once it is there.
    pub case: Option<&'a CaseView>,
    /// The two likely actions with their keys: `a accept   r decline`.
    pub likely: &'a str,
}

/// What tells items of one list apart: case, branch, exception, and what the list tells of it.
pub type Key = (CaseId, Option<u32>, Option<u32>, i64);

/// The key of an item.
pub fn key(item: &InboxItem) -> Key {
    let told = match (&item.told, item.what) {
        (Some(Remark::Did { seq, .. }), _) => *seq,
        (Some(Remark::News(Newly::Done(_))), _) => -1,
        (Some(Remark::On(record)), _) => record.0,
        (_, What::Join) => -2,
        // Beside the work of the same branch.
        (_, What::Message) => -3,
        _ => 0,
    };
    (item.case, item.branch, item.exception.as_ref().map(|(number, ..)| *number), told)
}

/// Where the person is in the inbox.
#[derive(Debug, Clone)]
pub struct InboxState {
    /// Which list stands here.
    pub queue: Queue,
    pub section: Section,
    pub filter: String,
    pub order: Order,
    /// For what a filter asks that depends on the time.
    pub now: Instant,
    /// Whether the preview is wanted, and the list has everything all the same.
    pub preview: bool,
    pub zoomed: bool,
    /// What somebody with nothing to decide would do next.
    pub next: &'static str,
    /// The order stays while somebody works.
    pub hold: bool,
    held: Held<Key>,
    /// First line of a preview beside the list.
    pub scroll: usize,
    rows: Follow<Key>,
    /// Positions of the items that section and filter leave.
    shown: Vec<usize>,
    /// How many things each section of the list has.
    counts: Vec<usize>,
}

impl Default for InboxState {
    fn default() -> InboxState {
        InboxState {
            queue: Queue::Mine,
            section: Section::All,
            filter: String::new(),
            order: Order::default(),
            now: Instant(0),
            preview: true,
            zoomed: false,
            next: "",
            hold: false,
            held: Held::default(),
            scroll: 0,
            rows: Follow::default(),
            shown: Vec::new(),
            counts: Vec::new(),
        }
    }
}

impl InboxState {
    pub fn go(&mut self, step: Move, inbox: &Inbox) {
        let sections = self.sections();
        let at = sections.iter().position(|section| *section == self.section).unwrap_or(0);
        let section = match step {
            Move::Left => sections.get(at.wrapping_sub(1)),
            Move::Right => sections.get(at + 1),
            _ => None,
        };
        self.scroll = 0;
        if let Some(section) = section {
            self.section = *section;
            self.rows.reset();
            self.pick(inbox);
        }
        let key = |row: usize| self.shown.get(row).and_then(|n| inbox.items.get(*n)).map(key);
        self.rows.go(step, self.shown.len(), key);
    }

    /// Takes in a changed inbox, filter, section or size.
    pub fn settle(&mut self, inbox: &Inbox, area: Rect) {
        self.pick(inbox);
        let key = |row: usize| self.shown.get(row).and_then(|n| inbox.items.get(*n)).map(key);
        let list = layout(area, self).rows;
        self.rows.settle(usize::from(list.height), self.shown.len(), key);
    }

    /// The item under the cursor.
    pub fn selected<'a>(&self, inbox: &'a Inbox) -> Option<&'a InboxItem> {
        inbox.items.get(*self.shown.get(self.rows.list.cursor)?)
    }

    /// The items shown, in order.
    pub fn shown<'a>(&'a self, inbox: &'a Inbox) -> impl Iterator<Item = &'a InboxItem> {
        self.shown.iter().filter_map(|n| inbox.items.get(*n))
    }

    /// Puts the cursor on a case at the next `settle`, where it is in the list.
    pub fn put_on(&mut self, item: &InboxItem) {
        self.rows.put_on(key(item));
    }

    /// Lets the cursor keep its line at the next `settle`, whatever comes to stand there.
    pub fn stay(&mut self) {
        self.rows.let_go();
    }

    pub fn list(&self) -> &ListState {
        &self.rows.list
    }

    /// The sections there are: some only while there is something in them, or the person is there.
    fn sections(&self) -> Vec<Section> {
        self.counted().map(|(section, _)| section).collect()
    }

    /// The same with how many things each has.
    fn counted(&self) -> impl Iterator<Item = (Section, usize)> {
        let count = |n: usize| self.counts.get(n).copied().unwrap_or(0);
        let all = Section::of(self.queue).iter().enumerate().map(move |(n, section)| (*section, count(n)));
        all.filter(|(section, count)| !section.is_seldom() || *count > 0 || self.section == *section)
    }

    /// Says in the sections how many there are of these things.
    pub fn count(&mut self, items: &[InboxItem]) {
        let count = |section: Section| items.iter().filter(|item| section.holds(item)).count();
        self.counts = Section::of(self.queue).iter().map(|section| count(*section)).collect();
    }

    fn pick(&mut self, inbox: &Inbox) {
        self.shown.clear();
        let sections = Section::of(self.queue);
        self.counts = vec![0; sections.len()];
        let mut filter = Filter::new(&self.filter);
        let all = self.filter.trim().is_empty();
        for (n, item) in inbox.items.iter().enumerate() {
            for (count, section) in self.counts.iter_mut().zip(sections) {
                *count += usize::from(section.holds(item));
            }
            if self.section.holds(item) && (all || filter.keeps(&haystack(item, &inbox.person, self.now))) {
                self.shown.push(n);
            }
        }
        self.order.items(&mut self.shown, &inbox.items);
        if self.order.by != Sort::Usual {
            let key = |n: &usize| inbox.items.get(*n).map(key);
            self.held.keep(self.hold, self.order, &mut self.shown, key);
        }
    }
}

struct Layout {
    sections: Rect,
    heads: Rect,
    rows: Rect,
    /// One or two lines of words under a narrow list.
    words: Rect,
    parts: Parts,
}

fn layout(area: Rect, state: &InboxState) -> Layout {
    let narrow = area.width < NARROW;
    let plain = state.section == Section::All && state.filter.is_empty() && state.queue == Queue::Mine;
    let sections = u16::from(!(narrow && plain && area.height < super::LOW));
    let heads = u16::from(!narrow && area.height > 4);
    // Other lists have columns enough to need no preview where it would take lines from them.
    let room = state.queue == Queue::Mine || area.width >= super::WIDE;
    let wanted = state.preview && room && !state.zoomed;
    // Columns of a list that says why need the whole width, unless there is plenty.
    let parts = match inbox_queue::says_why(state.queue) && area.width < PLENTY {
        true => super::split_below(below(area, sections), BELOW, wanted && area.height >= TALL),
        false => split(below(area, sections), BELOW, wanted),
    };
    let rows = below(parts.list, heads);
    let words = match narrow && rows.height > 4 {
        true if state.shown.len() + 2 <= usize::from(rows.height) => 2,
        true => 1,
        false => 0,
    };
    let rows = Rect { height: rows.height - words, ..rows };
    Layout {
        sections: Rect { height: sections.min(area.height), ..area },
        heads: Rect { height: heads.min(parts.list.height), ..parts.list },
        rows,
        words: Rect { y: rows.bottom(), height: words, ..rows },
        parts,
    }
}

/// Whether this list has room for a preview on an area of this size.
pub fn shows_preview(area: Rect, state: &InboxState) -> bool {
    let wanted = InboxState { queue: state.queue, section: state.section, ..InboxState::default() };
    !layout(area, &wanted).parts.preview.is_empty()
}

/// Draws the inbox; returns where the terminal's cursor belongs.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    view: &InboxView,
    state: &InboxState,
    look: &Look,
) -> Option<Position> {
    let area = area.intersection(buffer.area);
    let inbox = view.inbox;
    let layout = layout(area, state);
    rules(buffer, look.theme, below(area, layout.sections.height), &layout.parts);
    section_line(buffer, layout.sections, inbox, state, look);
    if state.shown.is_empty() {
        let room = Rect { height: area.height - layout.sections.height, ..layout.heads };
        let room = Rect { width: area.width, y: area.y + layout.sections.height, ..room };
        blank_middle(buffer, area, &layout, look);
        return sentences(buffer, look.theme, room, &why_empty(inbox, state));
    }
    let columns = Columns::of(layout.rows.width);
    match state.queue {
        Queue::Mine => columns.heads(&mut Pen::new(buffer, look.theme, layout.heads)),
        queue => inbox_queue::heads(&mut Pen::new(buffer, look.theme, layout.heads), queue),
    }
    let len = state.shown.len();
    let cursor = state.rows.list.cursor.min(len - 1);
    let narrow = area.width < NARROW;
    let at = list::draw(buffer, look.theme, layout.rows, &state.rows.list, len, |row, pen| {
        let Some(item) = state.shown.get(row).and_then(|n| inbox.items.get(*n)) else { return };
        match narrow {
            true if state.queue != Queue::Mine => {
                inbox_queue::short_row(pen, state.queue, item, row == cursor, look);
            }
            true => short_row(pen, item, row == cursor, look),
            false if state.queue != Queue::Mine => {
                inbox_queue::row(pen, state.queue, item, row == cursor, look);
            }
            false => full_row(pen, item, row == cursor, &columns, look),
        }
    });
    // On the last line of a wide list that leaves it free.
    let lines = layout.rows.height;
    if state.queue == Queue::Mine && layout.parts.beside && len + 2 <= usize::from(lines) {
        let words = beside(inbox, look.now, look.zone);
        Pen::new(buffer, look.theme, line(layout.rows, lines - 1)).skip(1).word(&words, Meaning::Plain);
    }
    if let Some(item) = state.selected(inbox) {
        let case = view.case.filter(|case| case.row.id == item.case);
        let preview = Preview { item, case, likely: view.likely };
        if layout.parts.beside {
            let page = preview.page(layout.parts.preview.width, look);
            page.draw(buffer, look.theme, layout.parts.preview, state.scroll);
        } else if !layout.parts.preview.is_empty() {
            preview.draw_below(buffer, layout.parts.preview, look);
        }
        words(buffer, layout.words, item, state.queue, look);
    }
    at
}

/// What a narrow row leaves out: what its time means, which case it is and whom it came from.
fn words(buffer: &mut Buffer, area: Rect, item: &InboxItem, queue: Queue, look: &Look) {
    if area.is_empty() {
        return;
    }
    if let (Some(due), true, true) = (item.due, area.height > 1, item.urgency.is_late()) {
        let short = times::left_short(look.now, Some(due), look.zone);
        let means = format!("{short} means {}", times::distance(look.now, due));
        Pen::new(buffer, look.theme, line(area, 0)).word(&means, Meaning::Dim);
    }
    let text = match (&item.exception, &item.why) {
        (Some((_, _, text)), _) => format!("{} {text}", item.number()),
        (None, Some(why)) if inbox_queue::says_why(queue) => format!("{} {why}", item.number()),
        (None, _) => format!("{} from {}, {}", item.number(), from(item, look), item.step_title),
    };
    Pen::new(buffer, look.theme, line(area, area.height - 1)).word(&text, Meaning::Plain);
}

/// Takes away the rules that would cut through a sentence.
fn blank_middle(buffer: &mut Buffer, area: Rect, layout: &Layout, look: &Look) {
    if layout.parts.preview.is_empty() {
        return;
    }
    let rows = Rect { y: layout.parts.list.y, width: area.width, ..area };
    let height = area.bottom().saturating_sub(rows.y + 1);
    fill(buffer, Rect { height, ..rows }, " ");
    let bottom = Rect { y: area.bottom() - 1, height: 1, ..area };
    fill(buffer, bottom, look.theme.lines.horizontal);
}

fn section_line(buffer: &mut Buffer, area: Rect, inbox: &Inbox, state: &InboxState, look: &Look) {
    if !state.filter.is_empty() {
        let mut pen = Pen::new(buffer, look.theme, area);
        let place = match state.queue {
            Queue::Mine | Queue::News => state.section.name(),
            queue => inbox_queue::name(queue),
        };
        let all = state.counted().find(|(section, _)| *section == state.section);
        let all = all.map_or(0, |(_, count)| count);
        let count = format!(" [{place} {} of {all}]", state.shown.len());
        pen.word(&count, Meaning::Active).word(&format!("  filter: /{}", state.filter), Meaning::Plain);
        return right_of(&mut pen, &hidden(inbox, state, look).unwrap_or_else(|| "Esc clears".to_string()));
    }
    if Section::of(state.queue).len() == 1 {
        let mut pen = Pen::new(buffer, look.theme, area);
        let title = inbox_queue::title(state.queue, state.shown.len());
        pen.skip(1).word(&title, Meaning::Title);
        let right =
            hidden(inbox, state, look).unwrap_or_else(|| state.order.shown(inbox_queue::sort(state.queue)));
        return right_of(&mut pen, &right);
    }
    let name = |(section, count): (Section, usize)| Tab::new(format!("{} {count}", section.name()));
    let sections = state.sections();
    let names = state.counted().map(name).collect::<Vec<_>>();
    let active = sections.iter().position(|section| *section == state.section).unwrap_or(0);
    let right =
        hidden(inbox, state, look).unwrap_or_else(|| state.order.shown(inbox_queue::sort(state.queue)));
    let right = if inbox.items.is_empty() { String::new() } else { right };
    tabs(buffer, look.theme, area, &names, active, &right);
}

/// How many are marked, those out of sight included.
fn hidden(inbox: &Inbox, state: &InboxState, look: &Look) -> Option<String> {
    if look.marks.is_empty() {
        return None;
    }
    let marked = look.marks.len();
    let seen = state.shown(inbox).filter(|item| look.marks.contains(&(item.case, item.branch))).count();
    Some(match marked.saturating_sub(seen) {
        0 => format!("{marked} marked"),
        hidden => format!("{marked} marked, {hidden} not shown"),
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use proptest::prelude::*;

    fn shown(area: Rect, inbox: &Inbox, case: Option<&CaseView>, state: &mut InboxState) -> String {
        let eyes = Eyes::of_ana();
        state.settle(inbox, area);
        drawn(area, |buffer, area| {
            draw(buffer, area, &InboxView { inbox, case, likely: "" }, state, &eyes.look())
        })
    }

    #[test]
    fn an_inbox_with_its_preview() {
        let (inbox, case) = (inbox(), case_view());
        let view = |area| shown(area, &inbox, Some(&case), &mut InboxState::default());
        insta::assert_snapshot!(view(NORMAL), @r#"
         [All 10]  Handoffs 3  Late 4  Back 1  Escalated 2              sort: most late
              WHAT    CASE                                  STEP      FROM          TIME
        >  !! ACCEPT  C-1042 Hansen Roofing: roof quote     Approve   bo      2d 3h late
           !  LATE    C-988 Vendor Alto: onboarding papers  Complian~ me      1d 1h late
           !  ESCAL   C-1013 Fjord Cafe: chairs             Install   dee       17h late
           !  ACCEPT  C-1051 Mora Bakery: oven contract     Legal     chi        5h late
           ~  DUE     C-1063 Purchase: 2 ladders, 840.00    Approve   me          due 4h
              ACCEPT  C-1066 Nils Berg: new hire laptop     IT        bo   due Mon 12:00
              DUE     C-1067 日本語の屋根 permit␛[2J        Permit    me   due Tue 17:00
              WAITS   C-1019 Orchid Hotel: linen renewal    Quote     me       Mon 08:00
              BACK    C-1060 Kiln & Co: invoice 311         Invoice   dee      Wed 08:10
              EXCEPT  C-1042 Hansen Roofing: roof quote                            09:58
        ·
        ·
        ────────────────────────────────────────────────────────────────────────────────
         C-1042  Hansen Roofing: roof quote                    offered by bo, Wed 08:10
         Step    Quote -> Approve     accept by  Wed 07:10  (2d 3h late)
         Note    "Price is final, client wants a yes this week. Margin 18%."
         Needs   [ ] Approved amount  [ ] Margin checked  [x] Start date
         Last    09:58 bo note "Client called again, urgent" | Thu 10:10 -- LATE was du~
        ────────────────────────────────────────────────────────────────────────────────
        (cursor 0,2)
        "#);
        insta::assert_snapshot!(view(LARGE), @r#"
         [All 10]  Handoffs 3  Late 4  Back 1  Escalated 2                                                      sort: most late
              WHAT    CASE                              STEP      FROM          TIME│ C-1042  Hansen Roofing: roof quote
        >  !! ACCEPT  C-1042 Hansen Roofing: roof quo~  Approve   bo      2d 3h late│
           !  LATE    C-988 Vendor Alto: onboarding p~  Complian~ me      1d 1h late│ Intake > Quote > [Approve] > Install > I~
           !  ESCAL   C-1013 Fjord Cafe: chairs         Install   dee       17h late│
           !  ACCEPT  C-1051 Mora Bakery: oven contra~  Legal     chi        5h late│ Offered by bo, Wed 08:10
           ~  DUE     C-1063 Purchase: 2 ladders, 840~  Approve   me          due 4h│ Accept by  Wed 07:10   !! 2d 3h late
              ACCEPT  C-1066 Nils Berg: new hire lapt~  IT        bo   due Mon 12:00│ Reminded   twice
              DUE     C-1067 日本語の屋根 permit␛[2J    Permit    me   due Tue 17:00│ Customer   Hansen Roofing
              WAITS   C-1019 Orchid Hotel: linen rene~  Quote     me       Mon 08:00│ Value      12400.00 EUR
              BACK    C-1060 Kiln & Co: invoice 311     Invoice   dee      Wed 08:10│ Margin     18%
              EXCEPT  C-1042 Hansen Roofing: roof quo~                         09:58│
                                                                                    │ Note from bo
                                                                                    │   "Price is final, client wants a yes
                                                                                    │   this week. Margin 18%."
                                                                                    │
                                                                                    │ Needs
                                                                                    │   [ ] Approved amount
                                                                                    │   [ ] Margin checked
                                                                                    │   [x] Start date
                                                                                    │
                                                                                    │ Timeline (newest first)
                                                                                    │   09:58  bo   note "Client called again, ~
                                                                                    │   Thu    --   LATE was due today 10:10
                                                                                    │   Thu    ana  note "Called the client" (t~
                                                                                    │   Wed    bo   offer H-1042 Approve to @an~
                                                                                    │   Wed    bo   done T-1 value = 12400.00 E~
                                                                                    │   Mon    ana  offer H-1 Quote to @bo
                                                                                    │   Mon    ana  start Hansen Roofing: roof ~
                                                                                    │
                                                                                    │
                                                                                    │
                                                                                    │
                                                                                    │
                                                                                    │
         Later today: 1 due   Yours, not accepted yet: 6 (2 late)                   │
        ────────────────────────────────────────────────────────────────────────────┴───────────────────────────────────────────
        (cursor 0,2)
        "#);
        insta::assert_snapshot!(view(SMALL), @r#"
        >!!ACC  Hansen Roofing: roof ~       -2d
         ! LATE Vendor Alto: onboardi~       -1d
         ! ESC  Fjord Cafe: chairs          -17h
         ! ACC  Mora Bakery: oven con~       -5h
         ~ DUE  Purchase: 2 ladders, ~        4h
           ACC  Nils Berg: new hire l~ Mon 12:00
           DUE  日本語の屋根 permit␛[~ Tue 17:00
           WAIT Orchid Hotel: linen r~ Mon 08:00
           ... 2 more below
        C-1042 from bo, Approve
        (cursor 0,0)
        "#);
    }

    #[test]
    fn marks_news_and_what_the_item_itself_knows() {
        let (inbox, mut eyes, mut state) = (inbox(), Eyes::of_ana(), InboxState::default());
        eyes.marks = [(CaseId(1042), Some(1)), (CaseId(1060), Some(1)), (CaseId(7), None)].into();
        eyes.news = [CaseId(1051)].into();
        state.settle(&inbox, NORMAL);
        (0..8).for_each(|_| state.go(Move::Down, &inbox));
        let view = InboxView { inbox: &inbox, case: None, likely: "" };
        let text = |area| drawn(area, |buffer, area| draw(buffer, area, &view, &state, &eyes.look()));
        insta::assert_snapshot!(text(Rect { height: 19, ..NORMAL }), @r#"
         [All 10]  Handoffs 3  Late 4  Back 1  Escalated 2        3 marked, 1 not shown
              WHAT    CASE                                  STEP      FROM          TIME
         * !! ACCEPT  C-1042 Hansen Roofing: roof quote     Approve   bo      2d 3h late
           !  LATE    C-988 Vendor Alto: onboarding papers  Complian~ me      1d 1h late
           !  ESCAL   C-1013 Fjord Cafe: chairs             Install   dee       17h late
          +!  ACCEPT  C-1051 Mora Bakery: oven contract     Legal     chi        5h late
           ~  DUE     C-1063 Purchase: 2 ladders, 840.00    Approve   me          due 4h
              ACCEPT  C-1066 Nils Berg: new hire laptop     IT        bo   due Mon 12:00
              DUE     C-1067 日本語の屋根 permit␛[2J        Permit    me   due Tue 17:00
              WAITS   C-1019 Orchid Hotel: linen renewal    Quote     me       Mon 08:00
        >*    BACK    C-1060 Kiln & Co: invoice 311         Invoice   dee      Wed 08:10
              EXCEPT  C-1042 Hansen Roofing: roof quote                            09:58
        ────────────────────────────────────────────────────────────────────────────────
         C-1060  Kiln & Co: invoice 311                      declined by dee, Wed 08:10
         Step    Invoice
         Why     information missing: "site photos"
        ·
        ·
        ────────────────────────────────────────────────────────────────────────────────
        (cursor 0,10)
        "#);
        insta::assert_snapshot!(text(SMALL), @r"
         ! LATE Vendor Alto: onboardi~       -1d
         ! ESC  Fjord Cafe: chairs          -17h
         ! ACC +Mora Bakery: oven con~       -5h
         ~ DUE  Purchase: 2 ladders, ~        4h
           ACC  Nils Berg: new hire l~ Mon 12:00
           DUE  日本語の屋根 permit␛[~ Tue 17:00
           WAIT Orchid Hotel: linen r~ Mon 08:00
        >  BACK*Kiln & Co: invoice 311
           ... 1 more below, 1 above
        C-1060 from dee, Invoice
        (cursor 0,7)
        ");
    }

    #[test]
    fn an_empty_inbox_says_what_there_is_instead() {
        let empty = Inbox { items: Vec::new(), ..inbox() };
        insta::assert_snapshot!(shown(Rect { height: 8, ..NORMAL }, &empty, None, &mut InboxState::default()), @r#"
         [All 0]  Handoffs 0  Late 0  Back 0  Escalated 0
        ·
              Nothing needs you.
        ·
                Waiting    6 handoffs of yours are with others, 2 late; g w lists them
        ·
        ·
        ·
        (cursor 0,1)
        "#);
        let mut state = InboxState { filter: "hanson".to_string(), ..InboxState::default() };
        insta::assert_snapshot!(shown(Rect { height: 8, ..NORMAL }, &inbox(), None, &mut state), @r#"
         [All 0 of 10]  filter: /hanson                                      Esc clears
        ·
              0 of 10 match "hanson".
        ·
                Did you mean   hansen (2)            Tab takes it
                Everywhere     : hanson
                Esc            shows all again
        ·
        (cursor 0,1)
        "#);
        let calm = Inbox { items: inbox().items.split_off(8), ..inbox() };
        let mut state = InboxState { section: Section::Late, ..InboxState::default() };
        insta::assert_snapshot!(shown(Rect { height: 5, ..SMALL }, &calm, None, &mut state), @r#"
         All 2  Handoffs 0  [Late 0]  Back 1  E~
         Nothing is late.
        ·
           All        2 in the whole inbox
        ·
        (cursor 0,1)
        "#);
    }

    #[test]
    fn the_cursor_stays_with_its_case_when_the_list_changes() {
        let (mut inbox, mut state) = (inbox(), InboxState::default());
        state.settle(&inbox, NORMAL);
        state.go(Move::Down, &inbox);
        state.go(Move::Down, &inbox);
        let on = state.selected(&inbox).unwrap().clone();
        inbox.items.remove(0);
        inbox.items.swap(0, 4);
        state.settle(&inbox, NORMAL);
        assert_eq!(state.selected(&inbox), Some(&on));
        inbox.items.retain(|item| item.case != on.case);
        let line = state.list().cursor;
        state.settle(&inbox, NORMAL);
        assert_eq!(state.list().cursor, line, "what takes its place is under the cursor");
        state.filter = "hansen".to_string();
        state.settle(&inbox, NORMAL);
        assert_eq!(state.shown(&inbox).count(), 1);
        assert_eq!(state.selected(&inbox).map(|item| item.what), Some(What::Exception));
    }

    #[test]
    fn sections_hold_what_they_say() {
        let (inbox, mut state) = (inbox(), InboxState::default());
        let mut counts = Vec::new();
        for _ in 0..6 {
            state.settle(&inbox, NORMAL);
            counts.push((state.section.name(), state.shown(&inbox).count()));
            state.go(Move::Right, &inbox);
        }
        let told =
            [("All", 10), ("Handoffs", 3), ("Late", 4), ("Back", 1), ("Escalated", 2), ("Escalated", 2)];
        assert_eq!(counts, told);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn an_inbox_is_drawn_at_any_size(width in 0u16..=300, height in 0u16..=100, moves in 0usize..12,
                                         other: bool, filter in ".{0,3}", settled: bool) {
            let (inbox, case, mut state) = (inbox(), case_view(), InboxState { filter, ..InboxState::default() });
            let area = Rect::new(3, 2, width, height);
            state.settle(&inbox, if settled { area } else { NORMAL });
            (0..moves).for_each(|_| state.go(Move::Down, &inbox));
            let calm = Inbox { items: inbox.items[..2].to_vec(), ..inbox.clone() };
            let (eyes, inbox) = (Eyes::of_ana(), if other { &calm } else { &inbox });
            let view = InboxView { inbox, case: Some(&case), likely: "" };
            drawn(area, |buffer, area| draw(buffer, area, &view, &state, &eyes.look()));
        }
    }

    /// Two rows over a preview are no list: below 18 rows of a screen there is none under it.
    #[test]
    fn a_preview_never_leaves_a_list_two_rows() {
        let state = InboxState::default();
        for width in [60, 80, 99] {
            for height in 1..60 {
                let parts = layout(Rect::new(0, 1, width, height), &state);
                let shown = shows_preview(Rect::new(0, 1, width, height), &state);
                assert_eq!(shown, !parts.parts.preview.is_empty());
                assert!(!shown || parts.rows.height >= 4, "{width}x{height}: {} rows", parts.rows.height);
                assert!(shown || height < 15, "{width}x{height} has room for one");
            }
        }
    }
}
