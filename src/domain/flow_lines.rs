//! The lines of a picture in text: cells that know in which directions they are joined, as signs that every
//! terminal has, or as box drawing.

/// With which signs lines are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signs {
    /// Light box drawing.
    Box,
    /// `|`, `-` and `+`.
    Ascii,
    /// No lines at all, for whom they would be read aloud.
    None,
}

const UP: u8 = 1;
const DOWN: u8 = 2;
const LEFT: u8 = 4;
const RIGHT: u8 = 8;

/// One row. A lane has every second column, and what crosses has those between.
#[derive(Debug, Clone, Default)]
pub(super) struct Cells {
    joined: Vec<u8>,
    sign: Option<(usize, char)>,
}

impl Cells {
    fn at(&mut self, cell: usize) -> &mut u8 {
        if cell >= self.joined.len() {
            self.joined.resize(cell + 1, 0);
        }
        &mut self.joined[cell]
    }

    /// A lane that passes.
    pub fn vertical(&mut self, lane: usize) {
        *self.at(lane * 2) |= UP | DOWN;
    }

    pub fn sign(&mut self, lane: usize, sign: char) {
        self.at(lane * 2);
        self.sign = Some((lane * 2, sign));
    }

    /// A line from one lane to another, both included; what lies between is crossed.
    pub fn horizontal(&mut self, from: usize, to: usize) {
        for cell in from * 2..=to * 2 {
            if cell > from * 2 {
                *self.at(cell) |= LEFT;
            }
            if cell < to * 2 {
                *self.at(cell) |= RIGHT;
            }
        }
    }

    /// The lane ends here, coming from above.
    pub fn ends(&mut self, lane: usize) {
        *self.at(lane * 2) &= !DOWN;
    }

    /// The lane begins here and goes down.
    pub fn begins(&mut self, lane: usize) {
        let cell = self.at(lane * 2);
        *cell = (*cell & !UP) | DOWN;
    }

    pub fn clear(&mut self, lane: usize) {
        *self.at(lane * 2) = 0;
    }

    /// What comes down from a step; `goes_on` where more of its ways follow.
    pub fn stem(&mut self, lane: usize, goes_on: bool) {
        *self.at(lane * 2) |= UP | if goes_on { DOWN } else { 0 };
    }

    /// A short line to the right, to words.
    pub fn stub(&mut self, lane: usize) {
        *self.at(lane * 2) |= RIGHT;
        *self.at(lane * 2 + 1) |= LEFT | RIGHT;
    }

    pub fn text(&self, signs: Signs) -> String {
        let sign = |(cell, joined): (usize, &u8)| match self.sign {
            Some((at, sign)) if at == cell => sign,
            _ => line(*joined, signs),
        };
        let text = self.joined.iter().enumerate().map(sign).collect::<String>();
        text.trim_end().to_string()
    }
}

fn line(joined: u8, signs: Signs) -> char {
    const CROSS: u8 = UP | DOWN | LEFT | RIGHT;
    match (signs, joined) {
        (_, 0) | (Signs::None, _) => ' ',
        (Signs::Ascii, j) if j & (LEFT | RIGHT) == 0 => '|',
        (Signs::Ascii, j) if j & (UP | DOWN) == 0 => '-',
        (Signs::Ascii, _) => '+',
        (Signs::Box, CROSS) => '┼',
        (Signs::Box, j) => match (j & UP > 0, j & DOWN > 0, j & LEFT > 0, j & RIGHT > 0) {
            (true, true, false, true) => '├',
            (true, true, true, false) => '┤',
            (false, true, true, true) => '┬',
            (true, false, true, true) => '┴',
            (false, true, true, false) => '┐',
            (true, false, true, false) => '┘',
            (false, true, false, true) => '┌',
            (true, false, false, true) => '└',
            (_, _, false, false) => '│',
            _ => '─',
        },
    }
}

/// Broken at blanks; a longer word stays whole, to be cut by whoever shows it.
pub(super) fn broken(text: &str, room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + word.chars().count() <= room => {
                line.push(' ');
                line.push_str(word);
            }
            // What goes on stands further in.
            _ => lines.push(format!("  {word}")),
        }
    }
    lines
}
