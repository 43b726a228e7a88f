//! What a large screen has room for below the figures: how long cases took, what is late now, why work was declined. Each
//! row stands for its cases. Drawn here; where it stands among the figures is `metrics`'s.

use super::figures::MetricsView;
use super::metrics::{Figure, MetricsSection};
use super::{WIDE, below, line, times};
use crate::domain::counted::counted;
use crate::domain::{CaseId, Handle, Instant, Span, when};
use crate::text::Shown;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Pen;
use crate::tui::widgets::bar::bar;
use ratatui::layout::Rect;

/// Lines of it: a heading and six rows.
const LINES: u16 = 7;
/// A period with more finished cases is left to the pictures and the command line.
pub const MOST_COUNTED: u64 = 20_000;
/// Columns of a figure's name, and of how many cases it leads to.
const NAME: usize = 25;
const CASES: usize = 6;
/// Below so many lines the figures above need them all.
const TALL: u16 = 28;

/// Cases whose length lies in a stretch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lengths {
    pub from: Span,
    /// `None` for the open end.
    pub to: Option<Span>,
    pub cases: Vec<CaseId>,
}

/// Something that is late now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LateNow {
    pub case: CaseId,
    pub title: String,
    pub step: String,
    pub who: String,
    pub due: Instant,
    pub very: bool,
}

/// A reason for declining or sending back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    pub words: String,
    pub cases: Vec<CaseId>,
}

/// A figure in words, with its cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    pub name: String,
    pub value: String,
    pub cases: Vec<CaseId>,
}

/// All of it, for one process and period.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct More {
    pub process: Option<Handle>,
    pub days: u32,
    /// What leaves some of the cases only.
    pub filter: String,
    pub lengths: Vec<Lengths>,
    pub late: Vec<LateNow>,
    pub reasons: Vec<Reason>,
    /// Figures without a table of their own.
    pub facts: Vec<Fact>,
    /// The figures above it were counted anew since.
    pub stale: bool,
}

impl More {
    pub(super) fn len(&self, section: MetricsSection) -> usize {
        match section {
            MetricsSection::Lengths => self.lengths.len(),
            MetricsSection::LateNow => self.late.len(),
            MetricsSection::Reasons => self.reasons.len(),
            // Until they are counted there is a line that says so.
            MetricsSection::Facts => self.facts.len().max(1),
            MetricsSection::Steps | MetricsSection::Handoffs | MetricsSection::Weeks => 0,
        }
    }

    pub(super) fn at(&self, section: MetricsSection, row: usize) -> Option<Figure> {
        match section {
            MetricsSection::Lengths => self.lengths.get(row).map(|of| Figure::Lengths(of.from)),
            MetricsSection::LateNow => self.late.get(row).map(|late| Figure::Case(late.case)),
            MetricsSection::Reasons => {
                self.reasons.get(row).map(|reason| Figure::Reason(reason.words.clone()))
            }
            MetricsSection::Facts => self.facts.get(row).map(|fact| {
                let same = self.facts.iter().take(row).filter(|before| before.name == fact.name);
                Figure::Fact(fact.name.clone(), same.count())
            }),
            MetricsSection::Steps | MetricsSection::Handoffs | MetricsSection::Weeks => None,
        }
    }

    /// The title of a number and its cases.
    pub fn behind(&self, figure: &Figure) -> Option<(String, Vec<CaseId>)> {
        match figure {
            Figure::Lengths(from) => {
                let of = self.lengths.iter().find(|of| of.from == *from)?;
                Some((format!("Took {}", stretch(of)), of.cases.clone()))
            }
            Figure::Reason(words) => {
                let reason = self.reasons.iter().find(|reason| reason.words == *words)?;
                Some((format!("Came back: {words}"), reason.cases.clone()))
            }
            Figure::Fact(name, before) => {
                let fact = self.facts.iter().filter(|fact| fact.name == *name).nth(*before)?;
                (!fact.cases.is_empty()).then(|| (fact.name.trim().to_string(), fact.cases.clone()))
            }
            _ => None,
        }
    }

    /// What the row under the cursor is, in a sentence.
    pub(super) fn sentence(&self, section: MetricsSection, row: usize, now: Instant) -> Option<String> {
        Some(match section {
            MetricsSection::Lengths => {
                let of = self.lengths.get(row)?;
                format!("{} took {}. Enter lists.", counted(of.cases.len(), "case"), stretch(of))
            }
            MetricsSection::LateNow => {
                let late = self.late.get(row)?;
                let LateNow { case, title, step, who, .. } = late;
                format!("{case} {title}: {step}, {who}, {}. Enter opens.", times::distance(now, late.due))
            }
            MetricsSection::Reasons => {
                let reason = self.reasons.get(row)?;
                format!("{}: {}. Enter lists.", reason.words, counted(reason.cases.len(), "case"))
            }
            MetricsSection::Facts => {
                let fact = self.facts.get(row)?;
                let lists = match fact.cases.len() {
                    0 => String::new(),
                    n => format!(" Enter lists {}.", counted(n, "case")),
                };
                format!("{}: {}.{lists}", fact.name, fact.value)
            }
            MetricsSection::Steps | MetricsSection::Handoffs | MetricsSection::Weeks => return None,
        })
    }
}

/// `3d to 6d`, `15d and more`.
fn stretch(of: &Lengths) -> String {
    match of.to {
        Some(to) if of.from == Span::ZERO => format!("less than {}", when::length(to)),
        Some(to) => format!("{} to {}", when::length(of.from), when::length(to)),
        None => format!("{} and more", when::length(of.from)),
    }
}

/// Lines kept for it in a pane of this size, the rule over it included.
pub(super) fn lines(area: Rect) -> u16 {
    if area.width >= WIDE && area.height >= TALL { LINES + 1 } else { 0 }
}

/// Headings and rows of the three, side by side.
pub(super) fn places(area: Rect) -> [(Rect, Rect); 3] {
    let third = area.width / 3;
    let late = area.width - 2 * third + third / 4;
    let reasons = area.width - third - late;
    let part = |x: u16, width: u16| Rect { x: area.x + x, width, ..area };
    [part(0, third), part(third, late), part(third + late, reasons)]
        .map(|part| (line(part, 0), below(part, 1)))
}

/// The heading of a section.
pub(super) fn head(section: MetricsSection) -> &'static str {
    match section {
        MetricsSection::Lengths => "Cycle time, closed cases",
        MetricsSection::LateNow => "Late now",
        MetricsSection::Reasons => "Came back, open cases too",
        MetricsSection::Facts => "Every other figure (Tab goes on)",
        MetricsSection::Steps | MetricsSection::Handoffs | MetricsSection::Weeks => "",
    }
}

/// One row of a section.
pub(super) fn row(
    pen: &mut Pen,
    view: &MetricsView,
    section: MetricsSection,
    row: usize,
    sign: &str,
    now: Instant,
) {
    let (more, ended) = (&view.more, view.ended);
    pen.word(sign, Meaning::Plain);
    match section {
        MetricsSection::Lengths => {
            let Some(of) = more.lengths.get(row) else { return };
            let most = more.lengths.iter().map(|of| of.cases.len()).max().unwrap_or(0);
            let name = match of.to {
                Some(to) if of.from == Span::ZERO => format!("under {}", when::length(to)),
                Some(to) => format!("{}-{}", when::length(of.from), when::length(to)),
                None => format!("{}+", when::length(of.from)),
            };
            pen.column(&Shown::fit(&name, 9), 10, Meaning::Plain);
            let width = pen.room().saturating_sub(8);
            pen.column(&bar(of.cases.len() as u64, most as u64, width), width, Meaning::Plain);
            pen.column_right(&Shown::new(&of.cases.len().to_string()), 6, Meaning::Plain);
        }
        MetricsSection::LateNow => {
            let Some(late) = more.late.get(row) else { return };
            let mark = if late.very { "!!" } else { "!" };
            pen.column(&Shown::new(mark), 3, Meaning::Late);
            pen.number(&late.case.to_string(), 7);
            let by = Shown::new(&when::distance(now - late.due));
            let name = pen.room().saturating_sub(8 + 6);
            // A case that is late in several ways says which of them this is.
            let words = match more.late.iter().filter(|other| other.case == late.case).count() {
                0 | 1 => late.title.clone(),
                _ => format!("{}, {}", late.step, late.title),
            };
            pen.column(&Shown::fit(&words, name.saturating_sub(1)), name, Meaning::Plain);
            pen.column(&Shown::fit(&late.who, 5), 6, Meaning::Plain);
            pen.column_right(&by, 7, Meaning::Late);
        }
        MetricsSection::Reasons => {
            let Some(reason) = more.reasons.get(row) else { return };
            let name = pen.room().saturating_sub(6);
            pen.column(&Shown::fit(&reason.words, name.saturating_sub(1)), name, Meaning::Plain);
            pen.column_right(&Shown::new(&reason.cases.len().to_string()), 4, Meaning::Plain);
        }
        MetricsSection::Facts => {
            let Some(fact) = more.facts.get(row) else {
                let words = match ended > MOST_COUNTED {
                    true => {
                        "Not counted of more than 20,000 cases: a shorter period is (-), `baton metrics` tells all."
                    }
                    false => "Counting ...",
                };
                pen.skip(1).word(words, Meaning::Dim);
                return;
            };
            let name = NAME.min(pen.room() / 2);
            pen.column(&Shown::fit(&fact.name, name.saturating_sub(1)), name, Meaning::Title);
            let cases = if fact.cases.is_empty() { String::new() } else { fact.cases.len().to_string() };
            let value = pen.room().saturating_sub(CASES);
            pen.column(&Shown::fit(&fact.value, value.saturating_sub(1)), value, Meaning::Plain);
            pen.column_right(&Shown::new(&cases), CASES - 1, Meaning::Dim);
        }
        MetricsSection::Steps | MetricsSection::Handoffs | MetricsSection::Weeks => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ways through all bear one name.
    #[test]
    fn behind_each_of_the_figures_of_one_name_stand_its_own_cases() {
        let fact = |name: &str, case: i64| Fact {
            name: name.to_string(),
            value: String::new(),
            cases: vec![CaseId(case)],
        };
        let facts = vec![fact("  went", 1), fact("  went", 2), fact("Rework", 3)];
        let more = More { facts, ..More::default() };
        for row in 0..3 {
            let figure = more.at(MetricsSection::Facts, row).unwrap();
            assert_eq!(more.behind(&figure).unwrap().1, [CaseId(row as i64 + 1)]);
        }
        assert_eq!(more.behind(&Figure::Fact("  went".to_string(), 2)), None);
    }
}
