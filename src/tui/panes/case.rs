//! One case: where it is and who is responsible, what that person needs, and everything that happened. What
//! stands above the tabs is in `case_head`.

use super::case_head;
use super::case_more;
use super::case_timeline::{self, Told};
use super::page::Page;
use super::preview::{label_of, need_label, tick};
use super::sheet::{self, Link, Sheet, SheetState};
use super::{Follow, Look, Move, Tab, below, framed, line, tabs, times};
use crate::desk::{CaseView, Spot};
use crate::domain::story::Line;
use crate::domain::zone::Zone;
use crate::domain::{field, review};
use crate::text::Shown;
use crate::tui::theme::Meaning;
use crate::tui::widgets::{list, rule};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// Part of what there is to read about a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CaseTab {
    #[default]
    Timeline,
    /// What the step asks for, and how it is done.
    Step,
    Data,
    /// What it is tied to, both ways.
    Links,
    /// Why each date is what it is.
    Clocks,
    /// Entry by entry.
    History,
}

const TABS: [CaseTab; 6] =
    [CaseTab::Timeline, CaseTab::Step, CaseTab::Data, CaseTab::Links, CaseTab::Clocks, CaseTab::History];

/// What the cursor is on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum OnCase<'a> {
    Entry(&'a Line),
    /// A field of the case's data, by name.
    Field(&'a str),
    Nothing,
}

/// Where the person is in a case.
#[derive(Debug, Clone, Default)]
pub struct CaseState {
    pub tab: CaseTab,
    /// Where the person came from, such as `Inbox`.
    pub trail: String,
    /// Which one of how many there, from 1.
    pub place: Option<(usize, usize)>,
    /// The open branch the keys act on; the first while it is `None` or gone.
    pub branch: Option<u32>,
    /// Whether the entry under the cursor is shown in full below the timeline.
    pub reading: bool,
    /// The case was seen, and opened where what it is about stands.
    met: bool,
    /// The tab has the room of the facts as well.
    pub zoomed: bool,
    pub(super) entries: Follow<i64>,
    /// Runs of a ladder that are shown line by line, by their oldest entries.
    pub(super) unfolded: Vec<i64>,
    fields: Follow<String>,
    /// Of links, clocks and history.
    sheets: [SheetState; 3],
    scroll: usize,
    /// Size of the part under the tabs.
    body: (u16, usize),
}

impl CaseState {
    pub fn go(&mut self, step: Move, view: &CaseView) {
        let at = TABS.iter().position(|tab| *tab == self.tab).unwrap_or(0);
        let tab = match step {
            Move::Left => TABS.get(at.wrapping_sub(1)),
            Move::Right => TABS.get(at + 1),
            _ => None,
        };
        self.tab = tab.copied().unwrap_or(self.tab);
        match self.tab {
            CaseTab::Timeline => {
                let told = self.told(view);
                self.entries.go(step, told.len(), |row| Some(told.get(row)?.key(view)));
            }
            CaseTab::Data => {
                let names = fields(view);
                self.fields.go(step, names.len(), |row| names.get(row).map(ToString::to_string));
            }
            CaseTab::Links | CaseTab::Clocks | CaseTab::History => {
                if let Some((sheet, n)) = self.sheet(view, self.body.0, &Zone::utc()) {
                    self.sheets[n].go(step, &sheet);
                }
            }
            CaseTab::Step => {
                let lines = self.body.1;
                let page = isize::try_from(lines.saturating_sub(1).max(1)).unwrap_or(1);
                let by = match step {
                    Move::Up => -1,
                    Move::Down => 1,
                    Move::PageUp => -page,
                    Move::PageDown => page,
                    Move::HalfUp => -page / 2,
                    Move::HalfDown => page / 2,
                    Move::Top => isize::MIN,
                    Move::Bottom => isize::MAX,
                    Move::Left | Move::Right => 0,
                };
                let most = self.page(view, self.body.0).len().saturating_sub(lines);
                self.scroll = self.scroll.saturating_add_signed(by).min(most);
            }
        }
    }

    /// Takes in a changed case, tab or size.
    pub fn settle(&mut self, view: &CaseView, area: Rect) {
        if !std::mem::replace(&mut self.met, true)
            && view.row.state == "open"
            && review::reviewed(&view.case).is_some()
        {
            // What is to be judged, both versions side by side.
            self.tab = CaseTab::Step;
        }
        let list = layout(area, view, self).list;
        let lines = usize::from(list.height);
        self.body = (list.width, lines);
        if let Some((sheet, n)) = self.sheet(view, list.width, &Zone::utc()) {
            self.sheets[n].settle(&sheet, lines);
        }
        let told = self.told(view);
        // Whoever looks at the newest entries sees the next one come in above the cursor.
        let newest = self.entries.list.top == 0;
        self.entries.settle(lines, told.len(), |row| Some(told.get(row)?.key(view)));
        if newest {
            self.entries.list.top = 0;
            self.entries.list.settle(lines, told.len());
        }
        let names = fields(view);
        self.fields.settle(lines, names.len(), |row| names.get(row).map(ToString::to_string));
    }

    /// The sheet of a tab that is one, and which of them it is.
    fn sheet(&self, view: &CaseView, width: u16, zone: &Zone) -> Option<(Sheet, usize)> {
        Some(match self.tab {
            CaseTab::Links => (case_more::links(view, width), 0),
            CaseTab::Clocks => (case_more::clocks(view, width), 1),
            CaseTab::History => (case_more::history(view, width, zone), 2),
            CaseTab::Timeline | CaseTab::Step | CaseTab::Data => return None,
        })
    }

    /// What the cursor is on that can be gone to.
    pub fn link(&self) -> Option<Link> {
        self.sheets[0].selected().filter(|_| self.tab == CaseTab::Links).cloned()
    }

    /// What the cursor is on.
    pub fn selected<'a>(&self, view: &'a CaseView) -> OnCase<'a> {
        match self.tab {
            CaseTab::Timeline => {
                let told = self.told(view).get(self.entries.list.cursor).copied();
                told.and_then(|told| told.newest(view)).map_or(OnCase::Nothing, OnCase::Entry)
            }
            CaseTab::Data => {
                fields(view).get(self.fields.list.cursor).map_or(OnCase::Nothing, |name| OnCase::Field(name))
            }
            CaseTab::Step | CaseTab::Links | CaseTab::Clocks | CaseTab::History => OnCase::Nothing,
        }
    }

    /// The open branch the keys act on.
    pub fn spot<'a>(&self, view: &'a CaseView) -> Option<&'a Spot> {
        let chosen = view.spots.iter().find(|spot| Some(spot.place.branch) == self.branch);
        chosen.or(view.spots.first())
    }

    /// The next open branch, in a circle.
    pub fn next_branch(&mut self, view: &CaseView) {
        let at = view.spots.iter().position(|spot| Some(spot.place.branch) == self.branch).unwrap_or(0);
        let next = view.spots.get(at + 1).or(view.spots.first());
        self.branch = next.map(|spot| spot.place.branch);
        self.scroll = 0;
    }

    /// The lines of the timeline as they are shown.
    pub(super) fn told(&self, view: &CaseView) -> Vec<Told> {
        case_timeline::fold(view, &self.unfolded)
    }

    /// Enter in the timeline: shows a folded run line by line, or the entry under the cursor in full.
    pub fn enter(&mut self, view: &CaseView) {
        match self.told(view).get(self.entries.list.cursor) {
            Some(fold @ Told::Run { .. }) if self.tab == CaseTab::Timeline => {
                self.unfolded.push(fold.key(view));
                if let Some(newest) = fold.newest(view) {
                    self.entries.put_on(newest.seq);
                }
            }
            _ => self.reading = !self.reading,
        }
    }

    /// What the step asks for and how it is done.
    fn page(&self, view: &CaseView, width: u16) -> Page {
        const LABEL: usize = 12;
        let mut page = Page::new(width);
        let Some(spot) = self.spot(view) else {
            page.line("Nothing is open: the case has ended.", Meaning::Plain);
            return page;
        };
        page.field("Step", LABEL, &spot.step_title, Meaning::Title);
        if let Some(done) = &spot.done {
            page.field("Done when", LABEL, done, Meaning::Plain);
        }
        if let Some(note) = &spot.note {
            page.field("Note", LABEL, &format!("\"{note}\""), Meaning::Plain);
        }
        for (n, need) in spot.needs.iter().enumerate() {
            let label = if n == 0 { "Needs" } else { "" };
            page.field(
                label,
                LABEL,
                &format!("{} {}", tick(need.met), need_label(view, need)),
                Meaning::Plain,
            );
        }
        if !spot.gives.is_empty() {
            let gives = spot.gives.iter().map(|name| label_of(view, name)).collect::<Vec<_>>();
            page.field("Fills in", LABEL, &gives.join(", "), Meaning::Plain);
        }
        if let Some(next) = &spot.next {
            let to = next.to.as_ref().map_or_else(String::new, |to| format!(", offered to {to}"));
            page.field("Then", LABEL, &format!("{}{to}", next.titles.join(" and ")), Meaning::Plain);
        }
        if let Some(how) = &spot.how {
            page.blank().line("How", Meaning::Title);
            for paragraph in how.trim_end().lines() {
                page.text(2, paragraph, Meaning::Plain);
            }
        }
        page
    }
}

/// The fields of the case by name: those of the process, then any other that has a value.
fn fields(view: &CaseView) -> Vec<&str> {
    let declared = view.process.data.iter().map(|field| field.name.as_str());
    let other = view.case.data.keys().filter(|name| view.process.field(name).is_none());
    declared.chain(other.map(String::as_str)).collect()
}

struct Layout {
    head: Rect,
    facts: Rect,
    tabs: Rect,
    list: Rect,
    /// The entry under the cursor in full.
    reading: Rect,
}

fn layout(area: Rect, view: &CaseView, state: &CaseState) -> Layout {
    let framed = framed(area);
    // On a narrow screen what is needed is one of the facts, and takes the place of none.
    let narrow = u16::from(area.width < case_head::TWO_COLUMNS);
    let most = if framed { (area.height - 7) / 2 + narrow } else { area.height.saturating_sub(3) / 3 };
    let wanted = if state.zoomed { 0 } else { case_head::lines(view, area.width) };
    let facts = u16::try_from(wanted).unwrap_or(most).min(most);
    let head = 2 + u16::from(framed);
    let at = head + facts + u16::from(framed);
    let body = below(area, at + 1 + u16::from(framed));
    let body = Rect { height: body.height.saturating_sub(u16::from(framed)), ..body };
    let reading = match state.reading && state.tab == CaseTab::Timeline {
        true => (body.height / 3).min(6),
        false => 0,
    };
    let list = Rect { height: body.height - reading, ..body };
    Layout {
        head: Rect { height: head.min(area.height), ..area },
        facts: Rect { height: facts.min(area.height.saturating_sub(head)), ..below(area, head) },
        tabs: line(area, at),
        list,
        reading: Rect { y: list.bottom(), height: reading, ..body },
    }
}

/// Draws a case; returns where the terminal's cursor belongs.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    view: &CaseView,
    state: &CaseState,
    look: &Look,
) -> Option<Position> {
    let area = area.intersection(buffer.area);
    let layout = layout(area, view, state);
    case_head::draw(buffer, layout.head, view, state, look);
    case_head::facts(buffer, layout.facts, view, state, look);
    let data = view.case.data.values().filter(|value| field::is_given(Some(value))).count();
    let names = [
        format!("Timeline {}", case_timeline::fold(view, &state.unfolded).len()),
        "Step".to_string(),
        format!("Data {data}"),
        format!("Links {}", case_more::links_len(view)),
        format!("Clocks {}", view.clocks.len()),
        "History".to_string(),
    ];
    let names = names.map(Tab::new);
    let active = TABS.iter().position(|tab| *tab == state.tab).unwrap_or(0);
    let above = match state.tab {
        CaseTab::Timeline => super::newer_above(state.entries.list.top),
        _ => String::new(),
    };
    tabs(buffer, look.theme, layout.tabs, &names, active, &above);
    if framed(area) {
        rule(buffer, look.theme, Rect { y: layout.tabs.y + 1, height: 1, ..area });
        rule(buffer, look.theme, Rect { y: area.bottom() - 1, height: 1, ..area });
    }
    match state.tab {
        CaseTab::Timeline => timeline(buffer, &layout, view, state, look),
        CaseTab::Data => data_list(buffer, layout.list, view, state, look),
        CaseTab::Links | CaseTab::Clocks | CaseTab::History => {
            let (sheet, n) = state.sheet(view, layout.list.width, look.zone)?;
            sheet::body_of(buffer, look.theme, layout.list, &sheet, &state.sheets[n])
        }
        CaseTab::Step => {
            let page = state.page(view, layout.list.width);
            page.draw(buffer, look.theme, layout.list, state.scroll);
            (!layout.list.is_empty()).then(|| layout.list.as_position())
        }
    }
}

fn timeline(
    buffer: &mut Buffer,
    layout: &Layout,
    view: &CaseView,
    state: &CaseState,
    look: &Look,
) -> Option<Position> {
    let told = state.told(view);
    let (len, rows) = (told.len(), &state.entries.list);
    let cursor = rows.cursor.min(len.saturating_sub(1));
    let narrow = layout.list.width < super::NARROW;
    let at = list::draw(buffer, look.theme, layout.list, rows, len, |row, pen| {
        let Some(entry) = told.get(row).and_then(|told| told.line(view)) else { return };
        pen.word(if row == cursor { ">" } else { " " }, Meaning::Plain);
        case_timeline::entry_columns(pen, &entry, narrow, look);
    });
    let full = layout.reading;
    if let (Some(entry), false) = (told.get(cursor).and_then(|told| told.line(view)), full.is_empty()) {
        rule(buffer, look.theme, line(full, 0));
        let mut page = Page::new(full.width);
        let at = times::stamp(entry.at, look.now, look.zone);
        page.line(&format!("{at} {} {}", entry.actor, entry.verb), Meaning::Title);
        page.text(0, &entry.text, Meaning::Plain).draw(buffer, look.theme, below(full, 1), 0);
    }
    at
}

fn data_list(
    buffer: &mut Buffer,
    area: Rect,
    view: &CaseView,
    state: &CaseState,
    look: &Look,
) -> Option<Position> {
    let names = fields(view);
    let cursor = state.fields.list.cursor.min(names.len().saturating_sub(1));
    list::draw(buffer, look.theme, area, &state.fields.list, names.len(), |row, pen| {
        let Some(name) = names.get(row) else { return };
        pen.word(if row == cursor { ">" } else { " " }, Meaning::Plain);
        let label = pen.room() * 2 / 5;
        pen.column(&Shown::fit(&label_of(view, name), label), label.min(28), Meaning::Plain).skip(1);
        let value = view.case.data.get(*name).filter(|value| field::is_given(Some(value)));
        let value = value.map_or_else(|| "--".to_string(), field::show);
        let room = pen.room();
        pen.text(&Shown::fit(&value, room), Meaning::Plain);
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use crate::domain::rows::PlaceKind;
    use crate::domain::urgency::Urgency;
    use proptest::prelude::*;

    fn state() -> CaseState {
        CaseState { trail: "Inbox".to_string(), place: Some((1, 9)), ..CaseState::default() }
    }

    fn shown(area: Rect, view: &CaseView, state: &mut CaseState) -> String {
        let eyes = Eyes::of_ana();
        state.settle(view, area);
        drawn(area, |buffer, area| draw(buffer, area, view, state, &eyes.look()))
    }

    /// Two open branches, one of them waiting.
    fn parallel() -> CaseView {
        let mut view = case_view();
        let mut second = spot(2, "invoice", "Invoice");
        second.place.kind = PlaceKind::Task;
        second.place.responsible = handle("ana");
        second.place.waiting = Some(("tax form".to_string(), None));
        second.place.due = None;
        second.urgency = Urgency::Open;
        view.spots.push(second);
        view
    }

    #[test]
    fn a_case_offered_to_me() {
        let view = case_view();
        insta::assert_snapshot!(shown(NORMAL, &view, &mut state()), @r#"
         Inbox / C-1042  Hansen Roofing: roof quote                  1 of 9  (J/K next)
         Intake > Quote > [Approve] > Install > Invoice                   !! 2d 3h late
        ────────────────────────────────────────────────────────────────────────────────
         Responsible bo, offered to you (ana) Wed 08:10    Needs
         Accept by   Wed 18 Nov 07:10                      [ ] Approved amount
         Customer    Hansen Roofing                        [ ] Margin checked
         Value       12400.00 EUR                          [x] Start date
         Margin      18%
         Due         Tue 24 Nov 17:00 (in 4 days)
         Accountable dana
        ·
         [Timeline 7]  Step  Data 2  Links 2  Clocks 0  History
        ────────────────────────────────────────────────────────────────────────────────
        >09:58  bo     note      "Client called again, urgent"
         Thu    --     LATE      was due today 10:10
         Thu    ana    note      "Called the client" (taken back)
         Wed    bo     offer     H-1042 Approve to @ana: "Price is final"
         Wed    bo     done      T-1 value = 12400.00 EUR
         Mon    ana    offer     H-1 Quote to @bo
         Mon    ana    start     Hansen Roofing: roof quote
        ────────────────────────────────────────────────────────────────────────────────
        (cursor 0,13)
        "#);
        insta::assert_snapshot!(shown(LARGE, &view, &mut state()), @r#"
         Inbox / C-1042  Hansen Roofing: roof quote                                                          1 of 9  (J/K next)
         Intake > Quote > [Approve] > Install > Invoice                                                           !! 2d 3h late
        ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
         Responsible bo, offered to you (ana) Wed 08:10                             Needs
         Accept by   Wed 18 Nov 07:10                                               [ ] Approved amount
         Customer    Hansen Roofing                                                 [ ] Margin checked
         Value       12400.00 EUR                                                   [x] Start date
         Margin      18%
         Due         Tue 24 Nov 17:00 (in 4 days)
         Accountable dana
        ·
         [Timeline 7]  Step  Data 2  Links 2  Clocks 0  History
        ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
        >09:58  bo     note      "Client called again, urgent"
         Thu    --     LATE      was due today 10:10
         Thu    ana    note      "Called the client" (taken back)
         Wed    bo     offer     H-1042 Approve to @ana: "Price is final"
         Wed    bo     done      T-1 value = 12400.00 EUR
         Mon    ana    offer     H-1 Quote to @bo
         Mon    ana    start     Hansen Roofing: roof quote
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
        (cursor 0,13)
        "#);
        insta::assert_snapshot!(shown(SMALL, &view, &mut state()), @r#"
         C-1042  Hansen Roofing: roof quote
         ... > [Approve] > Inst~  !! 2d 3h late
         Responsible bo, offered to you (ana) ~
         Accept by   Wed 18 Nov 07:10
         [Timeline 7]  Step  Data 2  Links 2  C~
        >09:58  bo   note   "Client called agai~
         Thu    --   LATE   was due today 10:10
         Thu    ana  note   "Calle~ (taken back)
         Wed    bo   offer  H-1042 Approve to @~
           ... 3 more below
        (cursor 0,5)
        "#);
    }

    #[test]
    fn the_step_the_data_and_an_entry_in_full() {
        let (view, mut at) = (case_view(), state());
        at.go(Move::Right, &view);
        insta::assert_snapshot!(shown(NORMAL, &view, &mut at), @r#"
         Inbox / C-1042  Hansen Roofing: roof quote                  1 of 9  (J/K next)
         Intake > Quote > [Approve] > Install > Invoice                   !! 2d 3h late
        ────────────────────────────────────────────────────────────────────────────────
         Responsible bo, offered to you (ana) Wed 08:10    Needs
         Accept by   Wed 18 Nov 07:10                      [ ] Approved amount
         Customer    Hansen Roofing                        [ ] Margin checked
         Value       12400.00 EUR                          [x] Start date
         Margin      18%
         Due         Tue 24 Nov 17:00 (in 4 days)
         Accountable dana
        ·
         Timeline 7  [Step]  Data 2  Links 2  Clocks 0  History
        ────────────────────────────────────────────────────────────────────────────────
         Step        Approve
         Done when   Price, margin and start date are agreed in writing.
         Note        "Price is final, client wants a yes this week. Margin 18%."
         Needs       [ ] Approved amount
                     [x] Start date
                     [ ] Margin checked
         Fills in    Approved amount
        ────────────────────────────────────────────────────────────────────────────────
        (cursor 0,13)
        "#);
        at.go(Move::Right, &view);
        at.go(Move::Down, &view);
        insta::assert_snapshot!(shown(SMALL, &view, &mut at), @r#"
         C-1042  Hansen Roofing: roof quote
         ... > [Approve] > Inst~  !! 2d 3h late
         Responsible bo, offered to you (ana) ~
         Accept by   Wed 18 Nov 07:10
         Timeline 7  Step  [Data 2]  Links 2  C~
         Value           12400.00 EUR
        >Margin          18%
         Start date      --
         Approved amount --
        ·
        (cursor 0,6)
        "#);
        assert_eq!(at.selected(&view), OnCase::Field("margin"));
        let mut at = CaseState { reading: true, ..state() };
        at.settle(&view, NORMAL);
        at.go(Move::Down, &view);
        at.go(Move::Down, &view);
        insta::assert_snapshot!(shown(Rect { height: 25, ..NORMAL }, &view, &mut at), @r#"
         Inbox / C-1042  Hansen Roofing: roof quote                  1 of 9  (J/K next)
         Intake > Quote > [Approve] > Install > Invoice                   !! 2d 3h late
        ────────────────────────────────────────────────────────────────────────────────
         Responsible bo, offered to you (ana) Wed 08:10    Needs
         Accept by   Wed 18 Nov 07:10                      [ ] Approved amount
         Customer    Hansen Roofing                        [ ] Margin checked
         Value       12400.00 EUR                          [x] Start date
         Margin      18%
         Due         Tue 24 Nov 17:00 (in 4 days)
         Accountable dana
        ·
         [Timeline 7]  Step  Data 2  Links 2  Clocks 0  History
        ────────────────────────────────────────────────────────────────────────────────
         09:58  bo     note      "Client called again, urgent"
         Thu    --     LATE      was due today 10:10
        >Thu    ana    note      "Called the client" (taken back)
         Wed    bo     offer     H-1042 Approve to @ana: "Price is final"
         Wed    bo     done      T-1 value = 12400.00 EUR
         Mon    ana    offer     H-1 Quote to @bo
         Mon    ana    start     Hansen Roofing: roof quote
        ·
        ────────────────────────────────────────────────────────────────────────────────
         Thu 16:20 ana note
         "Called the client"
        ────────────────────────────────────────────────────────────────────────────────
        (cursor 0,15)
        "#);
    }

    #[test]
    fn several_branches_and_none() {
        let (view, mut at) = (parallel(), state());
        at.next_branch(&view);
        insta::assert_snapshot!(shown(Rect { height: 12, ..NORMAL }, &view, &mut at), @r#"
         Inbox / C-1042  Hansen Roofing: roof quote                  1 of 9  (J/K next)
         Intake > Quote > [Approve] > Install > [Invoice]
        ────────────────────────────────────────────────────────────────────────────────
          Approve    !! 2d 3h late  bo, offered to you (ana) Wed 08:10   Needs
         >Invoice    you (ana), since Wed 08:10, waits                   +3 more
        ·
         [Timeline 7]  Step  Data 2  Links 2  Clocks 0  History
        ────────────────────────────────────────────────────────────────────────────────
        >09:58  bo     note      "Client called again, urgent"
         Thu    --     LATE      was due today 10:10
           ... 5 more below
        ────────────────────────────────────────────────────────────────────────────────
        (cursor 0,8)
        "#);
        assert_eq!(at.spot(&view).map(|spot| spot.place.branch), Some(2));
        at.next_branch(&view);
        assert_eq!(at.spot(&view).map(|spot| spot.place.branch), Some(1));
        let mut view = case_view();
        view.spots.clear();
        view.row.state = "done".to_string();
        view.row.outcome = Some("won".to_string());
        view.row.ended = Some(nov("20 10:00"));
        insta::assert_snapshot!(shown(Rect { height: 12, ..NORMAL }, &view, &mut state()), @r#"
         Inbox / C-1042  Hansen Roofing: roof quote                  1 of 9  (J/K next)
         Intake > Quote > Approve > Install > Invoice                              done
        ────────────────────────────────────────────────────────────────────────────────
         Closed      done: won, today 10:00
         Due         Tue 24 Nov 17:00
        ·
         [Timeline 7]  Step  Data 2  Links 2  Clocks 0  History
        ────────────────────────────────────────────────────────────────────────────────
        >09:58  bo     note      "Client called again, urgent"
         Thu    --     LATE      was due today 10:10
           ... 5 more below
        ────────────────────────────────────────────────────────────────────────────────
        (cursor 0,8)
        "#);
    }

    #[test]
    fn the_cursor_stays_on_its_entry_when_a_newer_one_comes() {
        let (mut view, mut at) = (case_view(), state());
        at.settle(&view, NORMAL);
        at.go(Move::Down, &view);
        let OnCase::Entry(on) = at.selected(&view) else { panic!("on an entry") };
        let on = on.clone();
        view.timeline.push(told(8, "20 10:41", "chi", "note", "me too"));
        at.settle(&view, NORMAL);
        assert_eq!(at.selected(&view), OnCase::Entry(&on));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn a_case_is_drawn_at_any_size(width in 0u16..=300, height in 0u16..=100, tab in 0usize..6, moves in 0usize..12,
                                       reading: bool, many: bool, settled: bool) {
            let view = if many { parallel() } else { case_view() };
            let mut state = CaseState { tab: TABS[tab], reading, ..state() };
            let area = Rect::new(3, 2, width, height);
            state.settle(&view, if settled { area } else { NORMAL });
            (0..moves).for_each(|_| state.go(Move::Down, &view));
            state.go(Move::PageDown, &view);
            let eyes = Eyes::of_ana();
            drawn(area, |buffer, area| draw(buffer, area, &view, &state, &eyes.look()));
        }
    }
}
