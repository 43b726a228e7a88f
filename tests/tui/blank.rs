//! A process of one's own from an empty sheet, from the first screen on.

use super::Stage;
use baton::domain::Handle;
use baton::tui::model::View;
use baton::tui::overlays::Overlay;
use baton::tui::places::At;

#[test]
fn a_process_of_ones_own_is_typed_line_by_line_and_says_what_could_be_better() {
    let mut stage = Stage::empty(false);
    stage.press("t").write("blank").press("Enter");
    stage.says("A process of your own");
    stage.press("Enter");
    stage.says("A process has a name.");
    stage.write("Buying things").press("Tab Tab Tab").write("Europe/Os").press("Enter");
    stage.says("there is no time zone `Europe/Os`");
    stage.write("lo").press("Tab").write("Ask > wrong role");
    stage.says("`wrong role` is n");
    stage.press("Ctrl-u").write("Ask for it");
    stage.says("-> Ask for it: by whoever answers, within 1 business day");
    stage.press("Tab").write("Approve > lead-buyers, 4 business hours");
    stage.says("-> Approve: by the new role lead-buyers, within 4 business hours");
    stage.press("Esc t").write("blank").press("Enter");
    stage.says("Step 3");
    let Some(Overlay::Form(form)) = stage.model.overlays.last() else { panic!("{}", stage.screen()) };
    assert_eq!(form.value("step 2"), "Approve > lead-buyers, 4 business hours", "the draft is back");
    stage.press("Enter");
    stage.says("things could be better, E edits it.");
    stage.says("To think about");
    let process = "buying-things".parse::<Handle>().unwrap();
    assert_eq!(stage.model.view(), Some(&View::Place(At::Check(process.clone()))));
    let catalog = stage.desk.catalog().unwrap();
    assert_eq!(catalog.newest(&process).unwrap().1.steps.len(), 2);
    assert_eq!(catalog.company_zone().name(), "Europe/Oslo", "promises count in the zone that was said");
    stage.press("q n");
    stage.says("buying-things");
    stage.press("Esc :").write("template").press("Enter").write("blank").press("Enter");
    stage.write("Buying things").press("Tab Tab Tab").write("x").press("Enter");
    stage.says("There is a process `buying-things` already.");
}
