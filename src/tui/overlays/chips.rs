//! Words of the first line that were understood, and the way back: Backspace right behind one makes it plain again.
//! What words mean is `quick`'s.

use super::form::{Control, Form};

/// A word that was understood: Backspace right behind it makes it plain again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chip {
    pub field: String,
    /// Without its mark.
    pub word: String,
    /// The line as it was left.
    pub left: String,
}

impl Form {
    /// Makes the word that was understood last a plain one again, where the cursor is right behind it.
    pub(super) fn unchip(&mut self) -> bool {
        let line = match self.fields.first().map(|field| &field.control) {
            Some(Control::Text(line)) if self.focus == 0 && line.byte() == line.text().len() => line.text(),
            _ => return false,
        };
        let Some(chip) = self.chips.pop_if(|chip| chip.left == *line) else { return false };
        let gap = if line.is_empty() || line.ends_with(' ') { "" } else { " " };
        let line = format!("{line}{gap}{}", chip.word);
        self.fields[0].fill(&line);
        if let Some(field) = self.fields.iter_mut().find(|field| field.name == chip.field) {
            let rest = field.value();
            let rest = rest.split(' ').filter(|word| *word != chip.word).collect::<Vec<_>>().join(" ");
            field.fill(if chip.field == "tags" { &rest } else { "" });
        }
        true
    }
}
