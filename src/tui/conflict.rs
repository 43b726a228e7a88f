//! What somebody else changed while a form was filled in: said before it is written over. Writes nothing.

use super::model::Model;
use super::overlays::Form;
use super::overlays::forms::{self, Kind};
use super::overlays::person;
use super::overlays::places::PlaceForm;

/// Whether a field that the person changed is not any more as it was when the form was opened. The form says so then, and
/// the same key again writes over it.
pub(super) fn met(model: &Model, form: &mut Form) -> bool {
    let now = match &form.kind {
        Kind::Data { case } => model.case.as_ref().filter(|view| view.row.id == *case).map(forms::data),
        Kind::Place(PlaceForm::Person { person: who }) => Some(person::person(&model.catalog, who)),
        Kind::EditRecord { record } => {
            model.record.as_ref().filter(|view| view.row.id == *record).map(forms::edit_record)
        }
        _ => None,
    };
    let Some(now) = now else { return false };
    let mut changed = Vec::new();
    for field in form.fields.iter_mut().filter(|field| field.was.is_some() && field.is_changed()) {
        let Some(fresh) = now.fields.iter().find(|fresh| fresh.name == field.name) else { continue };
        let is = fresh.value();
        if field.was.as_ref() != Some(&is) && field.value() != is {
            changed.push(format!("{} is \"{is}\" by now", field.label));
        }
        field.was = Some(is);
    }
    if changed.is_empty() {
        return false;
    }
    let sentence = format!("{}: somebody changed it while you wrote.", changed.join(", "));
    form.error = Some((sentence, "Enter again writes yours over it, Esc keeps it as a draft.".to_string()));
    true
}
