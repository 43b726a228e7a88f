//! Pictures of figures, before they are drawn: what is shown against what, in which tone. The same picture
//! becomes text of any width, in colours or in none, and SVG. Computes no figure that `flow` has not.

mod bars;
mod nice;
mod of;
mod svg;
#[cfg(test)]
mod tests;
mod text;

pub use of::{NAMES, picture};
pub use svg::svg;
pub use text::{lines, lines_within};

/// A picture of a process.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    pub title: String,
    /// What it rests on, and what the lines are, a sentence each.
    pub notes: Vec<String>,
    pub body: Body,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    Plot(Plot),
    Bars(Vec<Bar>),
    Matrix(Matrix),
    /// There is nothing to draw; the notes say why.
    Nothing,
}

/// Marks between two axes.
#[derive(Debug, Clone, PartialEq)]
pub struct Plot {
    pub x: Axis,
    pub y: Axis,
    pub marks: Vec<Mark>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    pub from: f64,
    pub to: f64,
    /// Where, and what is written there.
    pub ticks: Vec<(f64, String)>,
}

impl Axis {
    /// From 0 to 1 along the axis.
    fn part(&self, at: f64) -> f64 {
        if self.to > self.from { ((at - self.from) / (self.to - self.from)).clamp(0.0, 1.0) } else { 0.5 }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// For the legend; empty for one that needs none.
    pub name: String,
    pub shape: Shape,
    pub tone: Tone,
    pub at: Vec<(f64, f64)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Points,
    Line,
}

/// What tells marks apart: a colour where there are colours, a sign where there are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    #[default]
    Plain,
    First,
    Second,
    Third,
    Late,
    Quiet,
}

impl Tone {
    /// The sign of a point or a line in text.
    fn sign(self) -> char {
        match self {
            Tone::Plain => '.',
            Tone::First => 'o',
            Tone::Second => '*',
            Tone::Third => '=',
            Tone::Late => 'x',
            Tone::Quiet => '-',
        }
    }

    /// Number of the colour among the sixteen; `None` for the terminal's own.
    pub fn ansi(self) -> Option<u8> {
        match self {
            Tone::Plain => None,
            Tone::First => Some(6),
            Tone::Second => Some(2),
            Tone::Third => Some(3),
            Tone::Late => Some(1),
            Tone::Quiet => Some(8),
        }
    }

    fn hex(self) -> &'static str {
        match self {
            Tone::Plain => "#222222",
            Tone::First => "#0b6e8a",
            Tone::Second => "#2e7d32",
            Tone::Third => "#b36b00",
            Tone::Late => "#b3261e",
            Tone::Quiet => "#767676",
        }
    }
}

/// One bar; those with a label begin a group.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    pub label: String,
    pub value: f64,
    pub words: String,
    pub tone: Tone,
}

/// What passes from each to each.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    pub names: Vec<String>,
    /// From, to, what is written there, and its weight from 0 to 1.
    pub cells: Vec<(usize, usize, String, f64)>,
}

/// Text in a tone.
pub type Spans = Vec<(String, Tone)>;
