//! An event log comes in from the first screen: looked at before, asked about, and called off.

use super::Stage;
use baton::tui::overlays::Overlay;

const LOG: &str = "Case ID,Activity,Timestamp,Resource\n\
1,Receive,2026-03-02 09:00:00,ana\n1,Check,2026-03-02 11:00:00,bo\n1,Pay,2026-03-03 10:00:00,ana\n\
2,Receive,2026-03-04 09:00:00,ana\n2,Check,2026-03-05 11:00:00,bo\n";

#[test]
fn an_event_log_is_looked_at_asked_about_and_comes_in() {
    let mut stage = Stage::empty(false);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("receipts.csv");
    std::fs::write(&file, LOG).unwrap();
    stage.press("i");
    stage.says("Bring in a file");
    stage.write(file.to_str().unwrap()).press("Tab 4");
    stage.says("Cases: an event log");
    stage.press("Tab");
    stage.says("called like the file");
    stage.write("Case ID=cas").press("Enter");
    stage.says("`cas` is none of case, activity");
    stage.press("Ctrl-u Enter");
    stage.says("Bring in the cases of receipts?");
    stage.says("2 to come in, 0 open");
    stage.says("Timestamp");
    assert!(stage.desk.cases(&Default::default()).unwrap().is_empty(), "nothing is written before yes");
    stage.press("n");
    assert!(matches!(stage.model.overlays.last(), Some(Overlay::Form(_))), "{}", stage.screen());
    stage.press("Enter y");
    stage.says("2 cases of receipts came in, 0 of them open");
    assert_eq!(stage.desk.cases(&Default::default()).unwrap().len(), 2);
    stage.press(":").write("records or cases").press("Enter");
    stage.write(file.to_str().unwrap()).press("Tab 4 Enter");
    stage.says("Nothing of it would change anything.");
    assert_eq!(stage.desk.doctor(&mut |_, _| {}).unwrap(), []);
}

#[test]
fn a_file_that_is_no_log_is_refused_in_the_form_and_brings_nothing_in() {
    let mut stage = Stage::empty(false);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.csv");
    std::fs::write(&file, "a,b\n1,2\n").unwrap();
    stage.press("i").write(file.to_str().unwrap()).press("Tab 4 Enter");
    assert!(matches!(stage.model.overlays.last(), Some(Overlay::Form(form)) if form.error.is_some()));
    assert!(stage.desk.catalog().unwrap().processes.is_empty());
}

/// Whoever only looks what `i` asks for is on the welcome again, and nothing was written.
#[test]
fn the_welcome_is_there_again_after_an_import_that_was_not_begun() {
    let mut stage = Stage::empty(false);
    stage.press("i");
    stage.says("Bring in a file");
    stage.says("Customers");
    stage.press("Esc");
    stage.says("Welcome.");
    assert!(stage.desk.catalog().unwrap().settings.is_none());
    stage.press("t").write("order to").press("Enter");
    stage.says("> Times in");
    stage.press("Esc");
    stage.says("Welcome.");
    stage.press("i").write("/there/is/no.csv").press("Enter");
    assert!(matches!(stage.model.overlays.last(), Some(Overlay::Form(form)) if form.error.is_some()));
}

/// Whoever starts empty is alone then, and names the others where a template asks who does what.
#[test]
fn a_template_of_whoever_is_alone_brings_its_people_and_goes_as_one() {
    let mut stage = Stage::empty(false);
    stage.press("Enter");
    stage.press(":").write("template").press("Enter").write("order to").press("Enter");
    stage.write("you");
    stage.says("empty is yourself");
    stage.press("Ctrl-u").write("sam");
    stage.says("-> @sam (new)");
    stage.press("Enter");
    stage.says("New: @sam.");
    let catalog = stage.desk.catalog().unwrap();
    assert_eq!((catalog.people.len(), catalog.processes.len()), (2, 1));
    stage.press("u");
    stage.says("Taken back");
    let catalog = stage.desk.catalog().unwrap();
    let left = (catalog.people.len(), catalog.roles.len(), catalog.processes.len());
    assert_eq!(left, (1, 0, 0), "{}", stage.screen());
    // Where there are others a name that is nobody's is said to be so, and how it would be new.
    let mut many = Stage::open(80, 24);
    many.press(":").write("template").press("Enter").write("risk").press("Enter Ctrl-u").write("zed");
    many.says("nobody of that name; @zed adds them");
}

/// The zone of times without an offset is asked for, and that of the company is offered.
#[test]
fn a_log_is_read_in_the_zone_and_with_the_dates_the_form_says() {
    let mut stage = super::sweep::of(&"ana".parse().unwrap(), 80, 24);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("zoned.csv");
    std::fs::write(&file, LOG.replace("2026-03-02 09:00:00", "01/03/2026 09:00")).unwrap();
    stage.press(":").write("records or cases").press("Enter").write(file.to_str().unwrap()).press("Tab 4");
    stage.says("Zone        Europe/Amsterdam");
    std::fs::write(&file, LOG).unwrap();
    stage.press("Enter");
    stage.says("where no offset is written, Europe/Amsterdam");
    stage.press("n Tab Tab Tab Tab Ctrl-u Enter");
    stage.says("UTC (assumed;");
    stage.says("Zone says another)");
    stage.press("n").write("Asia/Nowhere").press("Enter");
    stage.says("there is no time zone");
    stage.press("Ctrl-u").write("Asia/Tokyo").press("Tab").write("nonsense").press("Enter");
    assert!(!stage.screen().contains("--time-format"), "{}", stage.screen());
}

/// What Excel saves is read once the form says how its text is written.
#[test]
fn a_table_of_customers_in_another_encoding_comes_in() {
    let mut stage = Stage::open(80, 24);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("l1.csv");
    std::fs::write(&file, b"Name;Phone\nCaf\xe9 Noir;+31 20 555 0100\n").unwrap();
    stage.press(":").write("records or cases").press("Enter").write(file.to_str().unwrap()).press("Enter");
    stage.says("say under Encoding");
    stage.press("Tab Tab Tab").write("windows-1252").press("Enter");
    stage.says("1 to add");
    stage.press("y");
    stage.says("1 added");
    assert!(stage.desk.names("Caf").unwrap().iter().any(|item| item.row.name == "Caf\u{e9} Noir"));
}

/// The welcome is read whole where there is little room.
#[test]
fn the_welcome_cuts_nothing_on_a_small_screen() {
    let mut stage = Stage::empty(false);
    for size in [(40, 12), (60, 16), (80, 24)] {
        let resized = baton::tui::terminal::Signal::Resized(size.0, size.1);
        let effects = baton::tui::update::update(&mut stage.model, baton::tui::msg::Msg::Signal(resized));
        stage.take(effects);
        let screen = stage.screen();
        assert!(!screen.contains('~'), "{screen}");
        stage.says("Nothing is set up yet");
    }
}
