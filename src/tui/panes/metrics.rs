//! Metrics of one process: where its time goes step by step, how its handoffs are taken, and whether cases end
//! on time. Every number stands for cases; `selected` says which.

use super::figures::MetricsView;
use super::metrics_more;
use super::metrics_rows::{handoff_row, handoff_width, step_row, step_widths, week_row};
use super::metrics_totals::totals;
use super::{Follow, Look, Move, Tab, below, framed, line, tabs};
use crate::domain::{CaseId, Handle, Instant, Span};
use crate::picture::NAMES;
use crate::text::Shown;
use crate::tui::theme::{Meaning, Theme};
use crate::tui::widgets::{Pen, list, rule, wrap};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// Whose handoffs are counted: those of open cases go on.
const ENDED: &str = "Handoffs, ended cases";

/// Columns of the weeks at most.
const WEEKS: u16 = 36;

/// Part of the pane that has the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MetricsSection {
    #[default]
    Steps,
    Handoffs,
    Weeks,
    /// How long cases took.
    Lengths,
    LateNow,
    /// Why work came back.
    Reasons,
    /// Every figure without a table of its own, on a page of its own.
    Facts,
}

const SECTIONS: [MetricsSection; 7] = [
    MetricsSection::Steps,
    MetricsSection::Handoffs,
    MetricsSection::Weeks,
    MetricsSection::Lengths,
    MetricsSection::LateNow,
    MetricsSection::Reasons,
    MetricsSection::Facts,
];

/// Whose cases are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Figure {
    Step(Handle),
    /// From one step into another; from `None` at the start of a case.
    Handoff(Option<Handle>, Handle),
    /// Cases that ended in the week of this name.
    Week(String),
    /// Cases that took so long or longer, up to the next row.
    Lengths(Span),
    Case(CaseId),
    /// Cases that came back for this reason.
    Reason(String),
    /// A figure of the page of them, by its name, and how many before it have the same.
    Fact(String, usize),
}

/// Where the person is among the figures.
#[derive(Debug, Clone, Default)]
pub struct MetricsState {
    pub section: MetricsSection,
    /// Which cases are wanted, and which those are that were counted.
    pub filter: String,
    pub counted: String,
    /// Which picture is shown instead, by its place among them.
    picture: Option<usize>,
    pub(super) rows: [Follow<Figure>; 7],
    /// Whether there is room for what only a large screen has.
    large: bool,
}

impl MetricsState {
    /// Moves up and down across the sections. Left and right are another process: the caller's, since its
    /// figures have to be fetched.
    pub fn go(&mut self, step: Move, view: &MetricsView) {
        let at = self.active();
        let large = self.large;
        // The page of other figures is no part of what is on screen with the rest.
        let has =
            |section: &&MetricsSection| **section != MetricsSection::Facts && len(view, **section, large) > 0;
        let at_page = self.section == MetricsSection::Facts;
        let (cursor, len) = (self.rows[at].list.cursor, len(view, self.section, large));
        let next = match step {
            Move::Up if cursor == 0 && !at_page => SECTIONS[..at].iter().rfind(has),
            Move::Down if cursor + 1 >= len => SECTIONS[at + 1..].iter().find(has),
            _ => None,
        };
        match next {
            Some(section) => {
                self.section = *section;
                let to = if step == Move::Up { Move::Bottom } else { Move::Top };
                self.rows[self.active()]
                    .go(to, self::len(view, *section, large), |row| at_row(view, *section, row));
            }
            None => self.rows[at].go(step, len, |row| at_row(view, self.section, row)),
        }
    }

    /// The name of the picture that is shown, and what it shows; `None` for the figures.
    pub fn picture(&self) -> Option<(&'static str, &'static str)> {
        self.picture.and_then(|n| NAMES.get(n)).copied()
    }

    /// The number under the cursor in a sentence.
    pub fn sentence(&self, view: &MetricsView, now: Instant) -> Option<String> {
        super::metrics_rows::sentence(view, self, now)
    }

    /// The next picture; after the last the figures.
    pub fn next_picture(&mut self) {
        self.picture = match self.picture {
            None => Some(0),
            Some(n) => (n + 1 < NAMES.len()).then_some(n + 1),
        };
    }

    /// Back to the figures; whether there was a picture.
    pub fn no_picture(&mut self) -> bool {
        self.picture.take().is_some()
    }

    /// The next section that has rows, in a circle.
    pub fn next_section(&mut self, back: bool, view: &MetricsView) {
        let at = self.active();
        let all = SECTIONS.len();
        let next = (1..all).map(|n| SECTIONS[(at + if back { all - n } else { n }) % all]);
        if let Some(section) = next.into_iter().find(|section| len(view, *section, self.large) > 0) {
            self.section = section;
        }
    }

    /// Takes in changed figures or size.
    pub fn settle(&mut self, view: &MetricsView, area: Rect) {
        self.large = more_lines(area, view) > 0 || !framed(area);
        let large = self.large;
        if len(view, self.section, large) == 0 {
            self.section = MetricsSection::Steps;
        }
        let layout = layout(area, view, self.section);
        for ((section, rows), area) in SECTIONS.into_iter().zip(&mut self.rows).zip(layout.lists) {
            rows.settle(usize::from(area.height), len(view, section, large), |row| {
                at_row(view, section, row)
            });
        }
    }

    /// Whose cases the number under the cursor stands for.
    pub fn selected(&self, view: &MetricsView) -> Option<Figure> {
        at_row(view, self.section, self.rows[self.active()].list.cursor)
    }

    pub(super) fn active(&self) -> usize {
        SECTIONS.iter().position(|section| *section == self.section).unwrap_or(0)
    }
}

fn len(view: &MetricsView, section: MetricsSection, large: bool) -> usize {
    match section {
        MetricsSection::Steps => view.steps.len(),
        MetricsSection::Handoffs => view.handoffs.len(),
        MetricsSection::Weeks => view.weeks.len(),
        MetricsSection::Facts => view.more.len(section),
        more if large => view.more.len(more),
        _ => 0,
    }
}

fn at_row(view: &MetricsView, section: MetricsSection, row: usize) -> Option<Figure> {
    match section {
        MetricsSection::Steps => view.steps.get(row).map(|step| Figure::Step(step.step.clone())),
        MetricsSection::Handoffs => {
            let handoff = view.handoffs.get(row)?;
            Some(Figure::Handoff(handoff.from.clone(), handoff.to.clone()))
        }
        MetricsSection::Weeks => view.weeks.get(row).map(|week| Figure::Week(week.name.clone())),
        more => view.more.at(more, row),
    }
}

struct Layout {
    processes: Rect,
    totals: Rect,
    /// Names of the columns of steps, handoffs and weeks, and their rows.
    heads: [Rect; 7],
    lists: [Rect; 7],
    bottleneck: Rect,
    /// The rule between steps and handoffs.
    between: Rect,
    /// The rule over what only a large screen has.
    over_more: Rect,
}

/// Lines for what only a large screen has, where there is any of it.
fn more_lines(area: Rect, view: &MetricsView) -> u16 {
    let any = SECTIONS[..6].iter().any(|section| view.more.len(*section) > 0);
    if any && framed(area) { metrics_more::lines(area) } else { 0 }
}

fn layout(area: Rect, view: &MetricsView, section: MetricsSection) -> Layout {
    let framed = framed(area);
    let top = 2.min(area.height) + u16::from(framed);
    let body = below(area, top);
    let body = Rect { height: body.height.saturating_sub(u16::from(framed)), ..body };
    let nothing = Rect { width: 0, height: 0, ..area };
    let titled = |part: Rect| (line(part, 0), below(part, 1));
    let mut out = Layout {
        processes: line(area, 0),
        totals: line(area, 1),
        heads: [nothing; 7],
        lists: [nothing; 7],
        bottleneck: nothing,
        between: nothing,
        over_more: nothing,
    };
    if !framed || section == MetricsSection::Facts {
        // One section at a time, the one that has the keys.
        let at = SECTIONS.iter().position(|other| *other == section).unwrap_or(0);
        (out.heads[at], out.lists[at]) = titled(body);
        return out;
    }
    let more = more_lines(area, view);
    let (body, rest) = (Rect { height: body.height - more, ..body }, below(body, body.height - more));
    if more > 0 {
        out.over_more = line(rest, 0);
        for (n, (head, list)) in (3..).zip(metrics_more::places(below(rest, 1))) {
            (out.heads[n], out.lists[n]) = (head, list);
        }
    }
    let lines = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
    let sentences = lines(said(view, body).len());
    let said = if sentences > 0 { sentences + 1 } else { 0 };
    let lower = lines(view.handoffs.len().max(view.weeks.len())).max(1).saturating_add(1);
    // The steps get what the handoffs leave, and at least half.
    let room = body.height.saturating_sub(said + 1);
    let steps = lines(view.steps.len()).saturating_add(1);
    let upper = steps.min(room.saturating_sub(lower).max(room / 2));
    (out.heads[0], out.lists[0]) = titled(Rect { height: upper, ..body });
    out.bottleneck = Rect { height: sentences.min(body.height), ..below(body, upper + u16::from(said > 0)) };
    out.between = line(body, upper + said);
    let lower = below(body, upper + said + 1);
    // Weeks need no more for their bars; the names of steps do.
    let left = lower.width - (lower.width * 2 / 5).min(WEEKS);
    (out.heads[1], out.lists[1]) = titled(Rect { width: left, ..lower });
    let right = Rect { x: lower.x + left, width: lower.width - left, ..lower };
    (out.heads[2], out.lists[2]) = titled(right);
    out
}

/// Draws the figures; returns where the terminal's cursor belongs.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    view: &MetricsView,
    state: &MetricsState,
    look: &Look,
) -> Option<Position> {
    let area = area.intersection(buffer.area);
    let layout = layout(area, view, state.section);
    let theme = look.theme;
    let names = view.processes.iter().map(|(_, title)| Tab::new(title.clone())).collect::<Vec<_>>();
    head(buffer, theme, layout.processes, &names, view);
    totals(&mut Pen::new(buffer, theme, layout.totals), view);
    if framed(area) {
        rule(buffer, theme, line(area, 2));
        rule(buffer, theme, line(area, area.height - 1));
    }
    if view.steps.is_empty() {
        let nothing = ["Nothing was measured in this period.".to_string()];
        let top = 2 + u16::from(framed(area));
        return super::sentences(buffer, theme, below(area, top), &nothing);
    }
    rule(buffer, theme, layout.between);
    rule(buffer, theme, layout.over_more);
    for (row, text) in (0..layout.bottleneck.height).zip(said(view, layout.bottleneck)) {
        let area = line(layout.bottleneck, row);
        Pen::new(buffer, theme, area).skip(1).text(&text, Meaning::Plain);
    }
    let widths = step_widths(usize::from(area.width), view);
    heads(buffer, &layout, widths, view, look);
    let mut cursor = None;
    for n in 0..SECTIONS.len() {
        let at = section_rows(buffer, layout.lists[n], view, state, n, widths, look);
        cursor = cursor.or(at);
    }
    cursor
}

/// Processes as tabs, and always the period: without it no number below says what it is of.
pub(super) fn head(buffer: &mut Buffer, theme: &Theme, area: Rect, names: &[Tab], view: &MetricsView) {
    let period = Shown::new(&format!("{} (- +)", view.period));
    let all = names.iter().map(|tab| Shown::new(&tab.name).width() + 2).sum::<usize>() + 3;
    let (width, own) = (usize::from(area.width), period.width() + 3);
    if all + own <= width || width < 2 * own {
        return tabs(buffer, theme, area, names, view.process, period.as_str());
    }
    let left = area.width.saturating_sub(u16::try_from(own).unwrap_or(u16::MAX));
    tabs(buffer, theme, Rect { width: left, ..area }, names, view.process, "");
    let right = Rect { x: area.x + left, width: area.width - left, ..area };
    Pen::new(buffer, theme, right).skip(2).text(&period, Meaning::Plain);
}

fn heads(
    buffer: &mut Buffer,
    layout: &Layout,
    (name, share): (usize, usize),
    view: &MetricsView,
    look: &Look,
) {
    let mut pen = Pen::new(buffer, look.theme, layout.heads[0]);
    pen.skip(3).column(&Shown::new("STEP"), name, Meaning::Title);
    for (title, width) in [("OPEN", 4), ("LATE", 5), ("WAIT", 8), ("WORK", 8)] {
        pen.column_right(&Shown::new(title), width, Meaning::Title);
    }
    if share > 0 {
        pen.skip(2).column(&Shown::new("SHARE OF TIME"), share + 8, Meaning::Title);
        pen.word("TREND", Meaning::Title);
    }
    let mut pen = Pen::new(buffer, look.theme, layout.heads[1]);
    let name = handoff_width(pen.room());
    let of = if name > ENDED.len() { ENDED } else { "Handoffs" };
    pen.skip(1).column(&Shown::new(of), name, Meaning::Title);
    let passed = if view.logged { "elapsed" } else { "accepted" };
    for (title, width) in [("count", 6), (passed, 9), ("declined", 9)] {
        pen.column_right(&Shown::new(title), width, Meaning::Title);
    }
    if !view.weeks.is_empty() {
        let mut pen = Pen::new(buffer, look.theme, layout.heads[2]);
        pen.skip(3).word("On time by week", Meaning::Title);
    }
    for (n, section) in SECTIONS
        .into_iter()
        .enumerate()
        .skip(3)
        .filter(|(n, of)| layout.heads[*n].height > 0 && view.more.len(*of) > 0)
    {
        let mut pen = Pen::new(buffer, look.theme, layout.heads[n]);
        pen.skip(1).word(metrics_more::head(section), Meaning::Title);
    }
}

fn section_rows(
    buffer: &mut Buffer,
    area: Rect,
    view: &MetricsView,
    state: &MetricsState,
    n: usize,
    widths: (usize, usize),
    look: &Look,
) -> Option<Position> {
    let (section, rows) = (SECTIONS[n], state.rows[n].list);
    let here = section == state.section;
    let count = len(view, section, state.large);
    let cursor = rows.cursor.min(count.saturating_sub(1));
    let row = |row: usize, pen: &mut Pen| {
        let sign = if here && row == cursor { ">" } else { " " };
        match section {
            MetricsSection::Steps => step_row(pen, view, row, sign, widths),
            MetricsSection::Handoffs => handoff_row(pen, view.handoffs.get(row), sign),
            MetricsSection::Weeks => week_row(pen, view.weeks.get(row), sign),
            more => metrics_more::row(pen, view, more, row, sign, look.now),
        }
    };
    if here {
        return list::draw(buffer, look.theme, area, &rows, count, row);
    }
    // Only the section that has the keys shows a cursor row.
    let area = area.intersection(buffer.area);
    for (y, n) in (0..area.height).zip(rows.view(usize::from(area.height), count)) {
        row(n, &mut Pen::new(buffer, look.theme, line(area, y)));
    }
    let hidden = count - rows.view(usize::from(area.height), count).end;
    if hidden > 0 && area.height > 1 {
        let more = format!("   ... {hidden} more below");
        Pen::new(buffer, look.theme, line(area, area.height - 1)).word(&more, Meaning::Dim);
    }
    None
}

/// The sentences of the bottleneck in lines of this width, as many as there is room for beside the figures.
fn said(view: &MetricsView, area: Rect) -> Vec<Shown> {
    const MOST: usize = 4;
    let width = usize::from(area.width.saturating_sub(2)).max(1);
    let mut lines = view.bottleneck.iter().flat_map(|text| wrap(text, width)).collect::<Vec<_>>();
    lines.truncate(MOST);
    lines
}

#[cfg(test)]
mod tests {
    use super::super::figures::{HandoffFigures, Share, StepFigures, WeekFigures};
    use super::super::testing::*;
    use super::*;
    use proptest::prelude::*;

    fn view() -> MetricsView {
        let hours = |n| Some(Span::HOUR.times(n));
        let step = |title: &str, open, late, wait, work, percent, trend| StepFigures {
            step: Handle::from_text(title).unwrap(),
            title: title.to_string(),
            visits: 50,
            open,
            late,
            wait: Some(Span::MINUTE.times(wait)),
            work: Some(Span::MINUTE.times(work)),
            share: Share { part: percent, of: 100 },
            trend,
        };
        let handoff = |from: Option<&str>, to: &str, count, minutes, declined| HandoffFigures {
            from: from.and_then(Handle::from_text),
            from_title: from.unwrap_or_default().to_string(),
            to: Handle::from_text(to).unwrap(),
            to_title: to.to_string(),
            count,
            accepted_in: Some(Span::MINUTE.times(minutes)),
            accepted: count,
            declined: Share { part: declined, of: 100 },
        };
        let week =
            |name: &str, part| WeekFigures { name: name.to_string(), on_time: Share { part, of: 100 } };
        MetricsView {
            processes: ["Quote to cash", "Hiring", "Vendor onboarding"]
                .map(|title| (Handle::from_text(title).unwrap(), title.to_string()))
                .into(),
            process: 0,
            only: String::new(),
            logged: false,
            period: "last 30 days".to_string(),
            open: 21,
            late: 2,
            on_time: Share { part: 43, of: 50 },
            target: Some(90),
            median: hours(197),
            within: hours(312),
            ended: 50,
            steps: vec![
                step("Intake", 4, 0, 120, 60, 1, hours(0)),
                step("Quote", 7, 1, 540, 1560, 24, hours(3)),
                step("Approve", 3, 1, 3120, 20, 46, hours(25)),
                step("Install", 5, 0, 360, 2880, 27, hours(-5)),
                step("Invoice", 2, 0, 180, 30, 2, None),
            ],
            bottleneck: vec![
                "Bottleneck: Approve. Work takes 20m, waiting to be accepted takes 2d 4h.".to_string(),
                "If Approve waited 4h, median would be 6.3d, not 8.2d.".to_string(),
            ],
            more: Default::default(),
            worst: Handle::from_text("approve"),
            handoffs: vec![
                handoff(None, "Intake", 60, 3, 0),
                handoff(Some("Intake"), "Quote", 57, 40, 2),
                handoff(Some("Quote"), "Approve", 51, 2640, 8),
                handoff(Some("Approve"), "Install", 50, 20, 4),
                handoff(Some("Install"), "Invoice", 48, 180, 0),
            ],
            weeks: vec![week("W43", 92), week("W44", 88), week("W45", 91), week("W46", 79), week("W47", 86)],
            approximate: false,
        }
    }

    fn shown(area: Rect, view: &MetricsView, state: &mut MetricsState) -> String {
        let eyes = Eyes::of_ana();
        state.settle(view, area);
        drawn(area, |buffer, area| draw(buffer, area, view, state, &eyes.look()))
    }

    #[test]
    fn figures_of_a_process() {
        let (view, mut state) = (view(), MetricsState::default());
        state.go(Move::Down, &view);
        state.go(Move::Down, &view);
        insta::assert_snapshot!(shown(NORMAL, &view, &mut state), @r#"
         [Quote to cash]  Hiring  Vendor onboarding                  last 30 days (- +)
         Open 21 cases, 2 late   Ended 50: 86% on time, median 8d 5h, 85% within 13d
        ────────────────────────────────────────────────────────────────────────────────
           STEP       OPEN LATE    WAIT    WORK  SHARE OF TIME             TREND
           Intake        4           2h      1h  # 1%                      =
           Quote         7   !1      9h   1d 2h  ######### 24%             +3h
        >  Approve       3   !1   2d 4h     20m  ################## < 46%  +1d 1h
           Install       5           6h      2d  ########### 27%           -5h
           Invoice       2           3h     30m  # 2%
        ·
         Bottleneck: Approve. Work takes 20m, waiting to be accepted takes 2d 4h.
         If Approve waited 4h, median would be 6.3d, not 8.2d.
        ────────────────────────────────────────────────────────────────────────────────
         Handoffs, ended cases  count accepted declined    On time by week
         start -> Intake           60       3m       0%    W43 #################    92%
         Intake -> Quote           57      40m       2%    W44 ################     88%
         Quote -> Approve          51   1d 20h       8%    W45 ################     91%
         Approve -> Install        50      20m       4%    W46 ##############       79%
         Install -> Invoice        48       3h       0%    W47 ###############      86%
        ·
        ────────────────────────────────────────────────────────────────────────────────
        (cursor 0,6)
        "#);
        assert_eq!(state.selected(&view), Some(Figure::Step(handle("approve"))));
        (0..5).for_each(|_| state.go(Move::Down, &view));
        insta::assert_snapshot!(shown(LARGE, &view, &mut state), @r#"
         [Quote to cash]  Hiring  Vendor onboarding                                                          last 30 days (- +)
         Open 21 cases, 2 late (10%)   Ended 50: 86% on time (target 90), median 8d 5h, 85% within 13d, since registered
        ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
           STEP       OPEN LATE    WAIT    WORK  SHARE OF TIME             TREND
           Intake        4           2h      1h  # 1%                      =
           Quote         7   !1      9h   1d 2h  ######### 24%             +3h
           Approve       3   !1   2d 4h     20m  ################## < 46%  +1d 1h
           Install       5           6h      2d  ########### 27%           -5h
           Invoice       2           3h     30m  # 2%
        ·
         Bottleneck: Approve. Work takes 20m, waiting to be accepted takes 2d 4h.
         If Approve waited 4h, median would be 6.3d, not 8.2d.
        ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
         Handoffs, ended cases                                      count accepted declined    On time by week
         start -> Intake                                               60       3m       0%    W43 ##################     92%
         Intake -> Quote                                               57      40m       2%    W44 ##################     88%
        >Quote -> Approve                                              51   1d 20h       8%    W45 ##################     91%
         Approve -> Install                                            50      20m       4%    W46 ################       79%
         Install -> Invoice                                            48       3h       0%    W47 #################      86%
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
        (cursor 0,16)
        "#);
        insta::assert_snapshot!(shown(SMALL, &view, &mut state), @r#"
         [Quote to cash]  Hiring  Vendor onboar~
         Open 21, 2 late Ended 50: 86% on time
         Handoffs       count accepted declined
         sta~ -> Inta~     60       3m       0%
         Int~ -> Quote     57      40m       2%
        >Quo~ -> Appr~     51   1d 20h       8%
         App~ -> Inst~     50      20m       4%
         Ins~ -> Invo~     48       3h       0%
        ·
        ·
        (cursor 0,5)
        "#);
        state.next_section(true, &view);
        insta::assert_snapshot!(shown(SMALL, &view, &mut state), @r#"
         [Quote to cash]  Hiring  Vendor onboar~
         Open 21, 2 late Ended 50: 86% on time
           STEP        OPEN LATE    WAIT    WORK
           Intake         4           2h      1h
           Quote          7   !1      9h   1d 2h
           Approve        3   !1   2d 4h     20m
           Install        5           6h      2d
        >  Invoice        2           3h     30m
        ·
        ·
        (cursor 0,7)
        "#);
    }

    #[test]
    fn lengths_that_are_not_exact_yet_say_so() {
        let view = MetricsView { approximate: true, ..view() };
        let text = shown(NORMAL, &view, &mut MetricsState::default());
        assert!(text.contains("median ~8d 5h, 85% within ~13d"), "{text}");
    }

    #[test]
    fn every_row_says_whose_cases_it_stands_for() {
        let (view, mut state) = (view(), MetricsState::default());
        let mut told = Vec::new();
        for _ in 0..15 {
            told.push(state.selected(&view));
            state.go(Move::Down, &view);
        }
        told.dedup();
        assert_eq!(told.len(), 15, "each row another");
        assert_eq!(told[5], Some(Figure::Handoff(None, handle("intake"))));
        assert_eq!(told[14], Some(Figure::Week("W47".to_string())));
        state.go(Move::Top, &view);
        state.go(Move::Up, &view);
        assert_eq!(state.selected(&view), Some(Figure::Handoff(Some(handle("install")), handle("invoice"))));
    }

    #[test]
    fn nothing_measured_is_said() {
        let view = MetricsView {
            steps: Vec::new(),
            handoffs: Vec::new(),
            weeks: Vec::new(),
            bottleneck: Vec::new(),
            on_time: Share::default(),
            median: None,
            within: None,
            ended: 0,
            ..view()
        };
        let text = shown(Rect { height: 12, ..NORMAL }, &view, &mut MetricsState::default());
        insta::assert_snapshot!(text, @r#"
         [Quote to cash]  Hiring  Vendor onboarding                  last 30 days (- +)
         Open 21 cases, 2 late (10%)   Ended 0
        ────────────────────────────────────────────────────────────────────────────────
        ·
              Nothing was measured in this period.
        ·
        ·
        ·
        ·
        ·
        ·
        ────────────────────────────────────────────────────────────────────────────────
        (cursor 0,3)
        "#);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn figures_are_drawn_at_any_size(width in 0u16..=300, height in 0u16..=100, moves in 0usize..16, settled: bool,
                                         less in 0usize..6) {
            let (mut view, mut state, area) = (view(), MetricsState::default(), Rect::new(3, 2, width, height));
            state.settle(&view, if settled { area } else { NORMAL });
            (0..moves).for_each(|_| state.go(Move::Down, &view));
            view.steps.truncate(less);
            view.weeks.truncate(less / 2);
            view.process = less;
            let eyes = Eyes::of_ana();
            drawn(area, |buffer, area| draw(buffer, area, &view, &state, &eyes.look()));
        }
    }
}
