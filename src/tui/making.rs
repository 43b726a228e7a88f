//! Dialogs of what makes something new: a case, a record, a person, a process. Translates only.

use super::act::open_form;
use super::action::ActionId;
use super::model::{Model, Pane, View};
use super::msg::{Effect, Query};
use super::overlays::Overlay;
use super::overlays::form::FormField;
use super::overlays::forms::{self, Kind};
use super::overlays::menu::{Item, Menu, Pick};
use super::overlays::people;
use super::overlays::quick;
use super::panes::record::{OnRecord, RecordTab};
use crate::desk::TEMPLATES;
use crate::domain::Handle;
use crate::domain::record::{Contact, FieldType};

/// Asks what a template wants to know before its process is brought in.
pub(super) fn ask_template(model: &mut Model, handle: &'static str) -> Vec<Effect> {
    let template = TEMPLATES.iter().find(|template| template.handle == handle);
    match template.and_then(|template| template.process().ok()) {
        Some(process) => {
            let form = super::overlays::places::template(&model.catalog, handle, &process, model.new_zone());
            open_form(model, form)
        }
        None => Vec::new(),
    }
}

/// The contact under the cursor.
pub(super) fn contact_in_focus(model: &Model) -> Option<Contact> {
    let (Some(View::Record(id)), Some(view)) = (model.view(), &model.record) else { return None };
    match model.record_state.selected(view) {
        OnRecord::Contact(contact) if view.row.id == *id => Some(contact.clone()),
        _ => None,
    }
}

/// Asks for somebody at the record in front, or what is to be said of one who was.
pub(super) fn contact(model: &mut Model, was: Option<Contact>) -> Vec<Effect> {
    let Some(record) = model.record_in_focus() else { return Vec::new() };
    let typed = |name: &str, label: &str, value: Option<&String>, kind: Option<FieldType>| FormField {
        kind,
        ..FormField::text(name, label, value.map_or("", String::as_str))
    };
    let known = was.as_ref();
    let mut fields = vec![
        typed("name", "Name", known.map(|was| &was.name), None),
        typed("mail", "Mail", known.and_then(|was| was.mail.as_ref()), Some(FieldType::Email)),
        typed("phone", "Phone", known.and_then(|was| was.phone.as_ref()), Some(FieldType::Phone)),
    ];
    fields.extend(known.map(|_| FormField::check("gone", "No contact any more", false)));
    let title = format!("Contact at {}", super::record_marks::about(model, &[record]));
    let does = if was.is_some() { "save" } else { "add" };
    open_form(model, forms::form(title, does, Kind::Contact { record, was }, fields))
}

/// What is added to the record in front: what its tab shows, or what was asked for.
pub fn at_record(model: &mut Model, id: ActionId) -> Vec<Effect> {
    match (id, model.record_state.tab) {
        (ActionId::AddContact, _) | (ActionId::AddTask, RecordTab::Contacts) => contact(model, None),
        _ => file(model),
    }
}

/// Asks for a document of the record in front.
fn file(model: &mut Model) -> Vec<Effect> {
    let Some(record) = model.record_in_focus() else { return Vec::new() };
    let title = format!("File of {}", super::record_marks::about(model, &[record]));
    let fields = vec![FormField::text("title", "What", ""), FormField::text("reference", "Where", "")];
    let mut form = forms::form(title, "add", Kind::File { record }, fields);
    form.notes.push(
        "Where it lies: a path, an address, or a few words. The file itself stays where it is.".to_string(),
    );
    open_form(model, form)
}

/// Leads an action that makes something to its dialog.
pub fn make(model: &mut Model, id: ActionId) -> Vec<Effect> {
    use ActionId as A;
    match id {
        A::NewCase => {
            let about = model.record_in_focus().and_then(|id| model.record_here(id));
            let here = model.process.clone().filter(|_| model.pane == Pane::Boards && model.view().is_none());
            let form = quick::new_case(&model.catalog, about.as_ref(), here.as_ref());
            let mut effects = open_form(model, form);
            effects.push(Effect::Load(Query::Names(String::new())));
            effects
        }
        A::NewRecord => {
            let shown = model.records_view().and_then(|view| model.records_state.kind(&view).cloned());
            match shown.filter(|_| model.pane == Pane::Records) {
                Some(kind) => {
                    let form = forms::new_record(&kind);
                    open_form(model, form)
                }
                None => {
                    let item = |(handle, kind): (&Handle, &crate::domain::record::Kind)| Item {
                        label: handle.to_string(),
                        detail: kind.title.clone(),
                        key: String::new(),
                        possible: true,
                        pick: Pick::Kind(handle.clone()),
                    };
                    let items = model.catalog.kinds.iter().map(item).collect();
                    model.overlays.push(Overlay::Menu(Box::new(Menu::new("New record", "kind", items))));
                    Vec::new()
                }
            }
        }
        A::EditRecord if contact_in_focus(model).is_some() => {
            let was = contact_in_focus(model);
            contact(model, was)
        }
        A::EditRecord => match (model.record_in_focus(), &model.record) {
            (Some(id), Some(view)) if view.row.id == id => {
                let form = forms::edit_record(view);
                open_form(model, form)
            }
            (Some(id), _) => {
                model.pending = Some(A::EditRecord);
                vec![Effect::Load(Query::Record(id))]
            }
            _ => Vec::new(),
        },
        A::AddPerson => {
            let form = super::overlays::places::add_person(&model.catalog);
            open_form(model, form)
        }
        A::Away => {
            let form = people::away(&model.me);
            open_form(model, form)
        }
        A::LetGo => {
            let here = model.catalog.people.iter().filter(|(handle, _)| model.catalog.works_here(handle));
            let item = |(handle, person): (&Handle, &crate::domain::catalog::Person)| Item {
                label: handle.to_string(),
                detail: person.name.clone(),
                key: String::new(),
                possible: true,
                pick: Pick::Leaver(handle.clone()),
            };
            let items = here.map(item).collect();
            model.overlays.push(Overlay::Menu(Box::new(Menu::new("Who leaves", "who", items))));
            Vec::new()
        }
        A::AddTemplate => {
            let item = |template: &crate::desk::Template| {
                let here = model.catalog.processes.keys().any(|handle| handle.as_str() == template.handle);
                let process = template.process().ok();
                Item {
                    label: process.as_ref().map_or_else(|| template.handle.to_string(), |p| p.title.clone()),
                    detail: process.map(|p| p.purpose).unwrap_or_default(),
                    key: if here { "here".to_string() } else { String::new() },
                    possible: true,
                    pick: Pick::Template(template.handle),
                }
            };
            let own = Item {
                label: "Blank: your own steps".to_string(),
                detail: "Its name and one line for each step.".to_string(),
                key: String::new(),
                possible: true,
                pick: Pick::Blank,
            };
            let items = TEMPLATES.iter().map(item).chain([own]).collect();
            let menu = Menu::new("Start from a template", "which", items);
            model.overlays.push(Overlay::Menu(Box::new(menu)));
            Vec::new()
        }
        _ => Vec::new(),
    }
}
