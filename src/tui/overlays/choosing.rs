//! What is typed while a list of choices or a box has the keys: a number or the beginning of a choice picks it, and any
//! other text goes on to the next field for words, whole. So nothing that is typed is lost, and nothing is chosen by it.

use super::closing;
use super::form::{Control, Form, NOT_CHOSEN};
use super::form_field::FormField;
use crate::tui::input::{Code, Key};

/// Letters typed on a list of choices, so far the beginning of one.
#[derive(Debug, Clone, Default)]
pub struct Begun {
    letters: String,
    /// What was chosen before the first of them.
    before: usize,
    /// Chosen with a number or an arrow: what is typed from then on is a text.
    picked: bool,
}

impl Begun {
    /// Chosen for good: letters are a text from now on.
    pub(super) fn pick(&mut self) {
        *self = Begun { picked: true, ..Begun::default() };
    }

    /// What is typed next begins anew.
    pub(super) fn rest(&mut self) {
        self.letters.clear();
    }
}

impl FormField {
    /// One of several, of which none is chosen yet: nothing is decided by pressing Enter.
    pub fn undecided(name: &str, label: &str, options: Vec<(String, String)>) -> FormField {
        let none = (String::new(), NOT_CHOSEN.to_string());
        let field = FormField::choice(name, label, [none].into_iter().chain(options).collect());
        FormField { needed: true, ..field }
    }
}

/// Options that stand for no choice yet, and have no number.
pub(super) fn unnumbered(options: &[(String, String)]) -> usize {
    usize::from(options.first().is_some_and(|(_, words)| words == NOT_CHOSEN))
}

/// The choice of this number.
fn numbered(options: &[(String, String)], digit: char) -> Option<usize> {
    let n = (digit.to_digit(10)? as usize + unnumbered(options)).checked_sub(1)?;
    (digit != '0' && n < options.len()).then_some(n)
}

/// The first choice whose words, or whose code, begin so.
fn beginning(options: &[(String, String)], letters: &str) -> Option<usize> {
    let letters = letters.to_lowercase();
    let begins = |text: &str| text.to_lowercase().starts_with(&letters);
    let skip = unnumbered(options);
    let rest = options.iter().enumerate().skip(skip);
    rest.filter(|(_, (code, words))| begins(words) || begins(code)).map(|(n, _)| n).next()
}

impl Form {
    /// Hears a key on a list of choices. True where it did something.
    pub(super) fn choose(&mut self, key: &Key) -> bool {
        let at = self.focus;
        let Some(FormField { control: Control::Choice { options, chosen }, begun, .. }) =
            self.fields.get_mut(at)
        else {
            return false;
        };
        if key.code == Code::Backspace && begun.letters.pop().is_some() {
            *chosen = match begun.letters.is_empty() {
                true => begun.before,
                false => beginning(options, &begun.letters).unwrap_or(*chosen),
            };
            return true;
        }
        let Some(typed) = key.typed().filter(|c| !c.is_control()) else { return false };
        let first = begun.letters.is_empty();
        if first && typed == ' ' {
            return false;
        }
        if let Some(n) = numbered(options, typed).filter(|_| first) {
            *chosen = n;
            begun.pick();
            return true;
        }
        let letters = format!("{}{typed}", begun.letters);
        if let Some(n) = beginning(options, &letters).filter(|_| !begun.picked) {
            if first {
                begun.before = *chosen;
            }
            (*chosen, begun.letters) = (n, letters);
            return true;
        }
        // Whoever spelled a choice and goes on with another word has chosen it.
        let spelled = options.get(*chosen).is_some_and(|(code, words)| {
            [code, words].iter().any(|text| text.eq_ignore_ascii_case(&begun.letters))
        });
        let stays = first || spelled && !typed.is_alphanumeric();
        let back = begun.before;
        let Some(next) = self.words_behind(!stays) else { return false };
        if let Some(FormField { control: Control::Choice { chosen, .. }, begun, .. }) =
            self.fields.get_mut(at)
        {
            if !stays {
                *chosen = back;
            }
            begun.rest();
        }
        self.go_on_in(next, &letters);
        true
    }

    /// Hears a key on a box that does not tick it.
    pub(super) fn beside_a_box(&mut self, key: &Key) -> bool {
        let Some(typed) = key.typed().filter(|c| !c.is_control()) else { return false };
        let behind = self.fields.iter().enumerate().skip(self.focus + 1);
        match behind.filter(|(_, field)| field.is_long()).map(|(n, _)| n).next() {
            Some(next) => {
                self.go_on_in(next, &typed.to_string());
                true
            }
            None => false,
        }
    }

    /// The field that words typed here are meant for: behind this one, what is needed or takes a text for people; else such a
    /// text above; else a date or a name behind. `undone`: what was chosen goes back, and what is asked for because of it with it.
    pub(super) fn words_behind(&self, undone: bool) -> Option<usize> {
        let behind = || {
            let text = |field: &FormField| matches!(field.control, Control::Text(_)) && !field.proposed;
            let stays = move |field: &FormField| !(undone && field.name == closing::OF);
            let behind = self.fields.iter().enumerate().skip(self.focus + 1);
            behind.filter(move |(_, field)| text(field) && stays(field))
        };
        let mut wanted = behind().filter(|(_, field)| field.needed || field.is_long());
        let mut above = self.fields.iter().enumerate().take(self.focus).rev();
        let above = above.find(|(_, field)| field.is_long());
        wanted.next().or(above).or_else(|| behind().next()).map(|(n, _)| n)
    }

    /// Types letters at the end of another field, which has the keys from now on.
    fn go_on_in(&mut self, next: usize, letters: &str) {
        let Some(Control::Text(text)) = self.fields.get_mut(next).map(|field| &mut field.control) else {
            return;
        };
        text.put_at(text.text().len());
        let gap = !text.text().is_empty() && !text.text().ends_with(char::is_whitespace);
        for letter in gap.then_some(' ').into_iter().chain(letters.chars()) {
            text.key(&Key::plain(Code::Char(letter)));
        }
        self.focus = next;
    }
}

#[cfg(test)]
mod tests {
    use super::super::form::{Form, Heard};
    use super::super::forms::{Kind, form};
    use super::*;

    fn reasons() -> Form {
        let reasons = ["information missing", "wrong person or role", "not ready", "duplicate", "other"];
        let reasons = reasons.map(|words| (words.replace(' ', "_"), words.to_string())).to_vec();
        let fields = vec![
            FormField::undecided("reason", "Why?", reasons),
            FormField::text("text", "Say more", ""),
            FormField::text("fix-by", "Fix it by", ""),
        ];
        form("Decline".into(), "decline", Kind::Decline { what: Vec::new() }, fields)
    }

    fn type_in(form: &mut Form, text: &str) {
        for letter in text.chars() {
            form.key(&Key::plain(Code::Char(letter)));
        }
    }

    fn said(typed: &str) -> (String, String, String) {
        let mut form = reasons();
        type_in(&mut form, typed);
        (form.value("reason"), form.value("text"), form.value("fix-by"))
    }

    #[test]
    fn what_is_typed_on_a_list_picks_a_choice_or_is_the_text_and_never_nothing() {
        let of = |reason: &str, text: &str| (reason.to_string(), text.to_string(), String::new());
        assert_eq!(said(""), of("", ""), "nothing is chosen by opening it");
        assert_eq!(said("3"), of("not_ready", ""));
        assert_eq!(said("no"), of("not_ready", ""));
        assert_eq!(said("W"), of("wrong_person_or_role", ""));
        assert_eq!(said("site photos"), of("", "site photos"), "no choice begins so");
        assert_eq!(said("wrong roof"), of("", "wrong roof"), "from its first letter on");
        assert_eq!(said("1no photos"), of("information_missing", "no photos"), "chosen, and then words");
        assert_eq!(said("7 photos"), of("", "7 photos"), "there is no seventh");
        assert_eq!(said("0"), of("", "0"));
        assert_eq!(said("duplicate of C-3"), of("duplicate", "duplicate of C-3"), "it was spelled");
        assert_eq!(said("others say no"), of("", "others say no"));
    }

    #[test]
    fn an_arrow_chooses_and_a_letter_taken_back_chooses_what_was_chosen_before() {
        let mut form = reasons();
        form.key(&Key::plain(Code::Down));
        type_in(&mut form, "no photos");
        assert_eq!(
            (form.value("reason").as_str(), form.value("text").as_str()),
            ("information_missing", "no photos")
        );

        let mut form = reasons();
        type_in(&mut form, "wr");
        form.key(&Key::plain(Code::Backspace));
        assert_eq!(form.value("reason"), "wrong_person_or_role");
        assert_eq!(form.key(&Key::plain(Code::Backspace)), Heard::Changed);
        assert_eq!(form.value("reason"), "");
    }

    #[test]
    fn what_is_typed_at_a_box_goes_into_the_note_and_to_nobody() {
        let fields = vec![
            FormField::check("item 0", "Roof measured", false),
            FormField::proposal("to", "To", "@bo"),
            FormField::text("note", "Note", "Cold."),
        ];
        let mut form = form("Hand on".into(), "send", Kind::Tags { on: Vec::new() }, fields);
        type_in(&mut form, " ");
        type_in(&mut form, " wet");
        assert_eq!(form.value("item 0"), "no", "a blank ticks, and ticks back");
        assert_eq!((form.value("to").as_str(), form.value("note").as_str()), ("@bo", "Cold. wet"));
    }

    #[test]
    fn a_reason_that_stands_above_the_list_goes_on_there_and_to_nobody() {
        let steps =
            vec![("quote".to_string(), "Quote".to_string()), ("check".to_string(), "Check".to_string())];
        let fields = vec![
            FormField::text("reason", "Why", "The amount"),
            FormField::choice("step", "To", steps),
            FormField::text("to", "Instead of who did it", ""),
        ];
        let mut form = form("Send back".into(), "send", Kind::Tags { on: Vec::new() }, fields);
        form.key(&Key::plain(Code::Tab));
        type_in(&mut form, "c");
        assert_eq!(form.value("step"), "check");
        form.key(&Key::plain(Code::Backspace));
        type_in(&mut form, "is wrong");
        assert_eq!((form.value("step").as_str(), form.value("to").as_str()), ("quote", ""));
        assert_eq!(form.value("reason"), "The amount is wrong");
    }

    #[test]
    fn a_paste_over_a_list_is_a_text() {
        let mut form = reasons();
        form.paste("not what we agreed");
        assert_eq!((form.value("reason").as_str(), form.value("text").as_str()), ("", "not what we agreed"));
        assert_eq!(form.focus, 1);
    }
}
