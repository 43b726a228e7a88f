//! Notes that name somebody: whom they tell, and until when.

use super::world::*;
use crate::domain::command::Command;
use crate::domain::decide::message::{named_in, told};
use crate::domain::event::SubjectId;
use crate::domain::rows::{Row, rows};

fn note(text: &str) -> Command {
    Command::NoteCase { case: CASE, text: text.into() }
}

/// Who has which message, in the order of writing.
fn waiting(world: &World) -> Vec<String> {
    let rows = rows(&world.subject, &world.catalog).into_iter();
    let told = rows.filter_map(|row| match row {
        Row::Message(row) => Some(format!(
            "{} to {}: {}",
            row.from.map_or("--".into(), |h| h.to_string()),
            row.person,
            row.text
        )),
        _ => None,
    });
    told.collect()
}

#[test]
fn whoever_a_note_names_has_it_until_they_answer_or_have_read_it() {
    let mut world = World::started(SALE, "bo");
    world.when("bo", note("@cy, see this (and @max): bo@berg.example wrote; @bo does it, @nobody too"));
    let text = "@cy, see this (and @max): bo@berg.example wrote; @bo does it, @nobody too";
    assert_eq!(waiting(&world), [format!("bo to cy: {text}"), format!("bo to max: {text}")]);
    world.when("cy", note("@bo done"));
    assert_eq!(
        waiting(&world),
        [format!("bo to max: {text}"), "cy to bo: @bo done".to_string()],
        "an answer is read"
    );
    let read = || Command::ReadMessages { on: SubjectId::Case(CASE) };
    world.when("max", read());
    world.when("bo", read());
    assert_eq!(waiting(&world), [""; 0]);
    world.when("bo", read()).refused("No message on C-1 waits for bo.");
    // What is told stays in the history.
    world.when("zoe", note("nobody is named here"));
    assert_eq!(waiting(&world), [""; 0]);
}

#[test]
fn a_role_is_its_members_and_who_left_is_told_nothing() {
    let mut world = World::started(SALE, "bo");
    let members = world.catalog.roles[&h("finance")].members.clone();
    assert_eq!(named_in("@finance!", &world.catalog), members.iter().cloned().collect::<Vec<_>>());
    assert_eq!(named_in("@Cy. @cy @c", &world.catalog), [h("cy")]);
    world.catalog.people.get_mut(&h("cy")).unwrap().left = Some(monday());
    assert_eq!(named_in("@cy", &world.catalog), []);
}

#[test]
fn whoever_writes_hears_who_will_not_read_it() {
    let mut world = World::started(SALE, "bo");
    let said = |world: &mut World, text: &str| {
        world.when("bo", note(text));
        world.warnings.clone()
    };
    assert_eq!(said(&mut world, "@cy and @finance, see this; bo@berg.example, @ 3"), [""; 0]);
    assert_eq!(
        said(&mut world, "@maxx, @zebra"),
        [
            "There is no `@maxx` here: nobody is told by that name. Did you mean `@max`?",
            "There is no `@zebra` here: nobody is told by that name.",
        ]
    );
}

#[test]
fn who_was_told_is_said_by_the_names_that_were_written() {
    let world = World::started(SALE, "bo");
    let said = |text: &str| told(text, &named_in(text, &world.catalog), &world.catalog);
    assert_eq!(said("nobody at all, @nobody"), None);
    assert_eq!(said("@max").as_deref(), Some("max was told"));
    let members = world.catalog.roles[&h("finance")].members.len();
    assert_eq!(
        said("@max and @finance").as_deref(),
        Some(&*format!("max and {members} people of finance were told"))
    );
}
