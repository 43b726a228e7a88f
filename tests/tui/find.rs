//! Finding things: filters, sorts, views and marks of lists, the palette and the help, quick-add and dates.

use super::{Stage, draw, update};
use baton::domain::CaseId;
use baton::tui::action::{ACTIONS, ActionId, of};
use baton::tui::memory;
use baton::tui::menus;
use baton::tui::model::Model;
use baton::tui::msg::{Effect, Msg, Query};
use baton::tui::overlays::Overlay;
use baton::tui::overlays::menu::{Pick, ranked};
use baton::tui::target::possible;
use baton::tui::terminal::Signal;
use std::collections::{BTreeMap, BTreeSet};

impl Stage {
    /// Lets something happen that is no key.
    fn send(&mut self, msg: Msg) {
        let effects = update::update(&mut self.model, msg);
        self.take(effects);
    }

    /// The screen closed and opened again on the same file.
    fn again(&mut self) {
        self.press("q y");
        let (keymap, _) = baton::tui::keymap::Keymap::new(&BTreeMap::new());
        let mut model = Model::new(self.place.me.clone(), self.desk.catalog().unwrap(), keymap);
        (model.now, model.size, model.theme) = (self.model.now, self.model.size, self.model.theme);
        self.model = model;
        self.quit = false;
        if let Some(kept) = self.desk.draft(&self.place.me, memory::PLACE).unwrap() {
            memory::restore(&mut self.model, &kept);
        }
        self.take(vec![Effect::Load(Query::Catalog), Effect::Load(Query::Inbox)]);
    }

    /// Cases of the inbox as they are shown.
    pub(super) fn listed(&self) -> Vec<CaseId> {
        let inbox = self.model.inbox.as_ref().unwrap();
        self.model.inbox_state.shown(inbox).map(|item| item.case).collect()
    }

    pub(super) fn says(&self, text: &str) {
        assert!(self.screen().contains(text), "no `{text}` in\n{}", self.screen());
    }

    /// What the last copy was.
    fn copied(&mut self, key: &str) -> String {
        let key = baton::tui::input::Input::Key(key.parse().unwrap());
        let effects = update::update(&mut self.model, Msg::Input(vec![key]));
        let text = effects.into_iter().find_map(|effect| match effect {
            Effect::Copy(text) => Some(text),
            _ => None,
        });
        text.unwrap_or_default()
    }
}

#[test]
fn a_list_is_filtered_and_sorted_from_menus_and_keeps_it_across_sessions() {
    let mut stage = Stage::open(80, 24);
    let all = stage.listed().len();
    stage.press("f").write("is:late").press("Enter");
    stage.says("filter: /is:late");
    let late = stage.listed().len();
    assert!(late > 0 && late < all);
    stage.press("f").write("show every").press("Enter");
    assert_eq!(stage.listed().len(), all);
    stage.press("o").write("number").press("Enter");
    stage.says("sort: number");
    assert!(stage.listed().is_sorted());
    stage.press("O");
    stage.says("reversed: number");
    assert!(stage.listed().iter().rev().is_sorted());
    stage.press("/").write("'hansen | mora").press("Enter 3 o").write("most open").press("Enter");
    let cases = stage.press("1").listed();
    stage.again();
    stage.says("filter: /'hansen | mora");
    assert_eq!(stage.listed(), cases);
    stage.press("3");
    stage.says("sort: most open");
    stage.press("1 Esc");
    assert_eq!(stage.listed().len(), all, "Esc shows all again");
    stage.again();
    assert_eq!(stage.listed().len(), all, "and that is kept, too");
}

#[test]
fn a_view_is_named_found_by_its_name_and_forgotten() {
    let mut stage = Stage::open(80, 24);
    stage.press("f").write("is:late").press("Enter f").write("save this").press("Enter Enter");
    stage.says("Give it a name");
    stage.write("overdue").press("Enter");
    stage.says("Saved as view overdue");
    stage.press("Esc");
    stage.again();
    stage.press("2 :").write("view over").press("Enter");
    stage.says("filter: /is:late");
    stage.press("Esc f").write("forget").press("Enter f");
    assert!(!stage.screen().contains("View overdue"), "{}", stage.screen());
}

#[test]
fn the_cases_behind_a_number_are_a_list_like_any_other() {
    let mut stage = Stage::open(120, 40);
    stage.press("4 Enter");
    let count = |stage: &Stage| stage.model.list_state.shown(&stage.model.cases).count();
    let all = count(&stage);
    stage.press("o").write("title").press("Enter");
    let titles = |stage: &Stage| {
        let shown = stage.model.list_state.shown(&stage.model.cases);
        shown.map(|case| case.title.to_lowercase()).collect::<Vec<_>>()
    };
    assert!(titles(&stage).is_sorted() && all > 1);
    let word = titles(&stage)[0].split(' ').next().unwrap().to_string();
    stage.press("/").write(&word).press("Enter");
    assert!(count(&stage) < all, "{}", stage.screen());
    stage.press("Esc");
    assert_eq!(count(&stage), all);
}

#[test]
fn a_range_follows_the_cursor_and_is_let_go() {
    let mut stage = Stage::open(80, 24);
    stage.press("v j j");
    assert_eq!(stage.model.marks.len(), 3);
    stage.press("k");
    assert_eq!(stage.model.marks.len(), 2);
    stage.press("v j j j Space");
    assert_eq!(stage.model.marks.len(), 3, "ended, it stays as it is");
    stage.press("Esc g g v G");
    assert!(stage.model.marks.len() > 4);
    stage.press("Esc");
    assert!(stage.model.marks.is_empty());
    stage.press("2 v j");
    assert!(stage.model.marks.len() <= 2);
}

#[test]
fn zoom_copy_and_the_way_back() {
    let mut stage = Stage::open(80, 24);
    let before = stage.screen();
    stage.press("z");
    assert_ne!(stage.screen(), before);
    assert!(!stage.screen().contains("Last  "), "{}", stage.screen());
    stage.press("z");
    let table = stage.copied("Y");
    assert_eq!(table.lines().count(), stage.listed().len() + 1, "{table}");
    assert!(table.starts_with("WHAT\tCASE\tTITLE\tSTEP\tRESPONSIBLE\tDUE\n"));
    stage.says("WHAT  CASE  TITLE");
    stage.press("Esc Enter");
    let summary = stage.copied("Y");
    assert!(summary.starts_with("C-") && summary.contains("\nStep "), "{summary}");
    stage.press("Esc 3 Enter 2 Backspace");
    assert!(matches!(stage.model.view(), Some(baton::tui::model::View::Record(_))), "{}", stage.screen());
    stage.press("Ctrl-h Ctrl-h");
    assert!(matches!(stage.model.view(), Some(baton::tui::model::View::Case(_))), "{}", stage.screen());
    stage.press("Backspace Backspace");
    stage.says("this is where you began");
}

#[test]
fn tags_are_put_on_shown_found_and_taken_back() {
    let mut stage = Stage::open(120, 40);
    let first = stage.listed()[0];
    stage.press("t").write("VIP renewal-q1").press("Enter");
    stage.says("#renewal-q1 #vip");
    stage.press("/").write("#vip").press("Enter");
    assert!(stage.listed().iter().all(|case| *case == first));
    stage.press("t").write("-renewal-q1").press("Enter");
    assert!(!stage.screen().lines().any(|line| line.starts_with('>') && line.contains("#renewal")));
    stage.press("u u");
    stage.says("0 of");
    stage.press("Esc 3 t").write("gold").press("Enter");
    stage.says("#gold");
    assert_eq!(stage.desk.doctor(&mut |_, _| {}).unwrap(), []);
}

#[test]
fn every_step_is_offered_and_those_that_cannot_be_say_why() {
    let mut stage = Stage::open(120, 40);
    stage.press("Tab a Shift-Tab f").write("is:mine").press("Enter");
    let mine = |stage: &Stage| possible(&stage.model, ActionId::MoveTo).is_ok();
    for _ in 0..12 {
        if mine(&stage) {
            break;
        }
        stage.press("j");
    }
    assert!(mine(&stage), "{}", stage.screen());
    stage.press("m");
    let Some(Overlay::Menu(menu)) = stage.model.overlays.last() else { panic!("{}", stage.screen()) };
    let process = &stage.model.loaded_case().unwrap().process;
    assert_eq!(menu.items.len(), process.steps.len());
    assert!(menu.items.iter().any(|item| item.possible), "{menu:?}");
    assert!(menu.items.iter().all(|item| !item.detail.is_empty()));
    assert!(menu.items.iter().any(|item| !item.possible && item.detail == "it is there"));
    stage.press("Enter");
    assert!(stage.screen().contains("Send back C-") || stage.screen().contains("Hand on C-"));
}

/// K6 and K7: keys beside the words. The form is refused nowhere and asks nothing more.
#[test]
fn a_case_is_started_in_one_line() {
    let mut stage = Stage::open(80, 24);
    stage.press("3");
    let keys = 1 + 1;
    stage.press("n").write("Roof inspection").press("Enter");
    assert_eq!(keys, 2, "K6: one key, the title, Enter");
    stage.says("Started C-");

    let record = &stage.model.records.as_ref().unwrap()[0];
    let (id, name) = (record.row.id, record.row.name.clone());
    let begin = name.chars().take(2).collect::<String>().to_lowercase();
    let mut stage = Stage::open(80, 24);
    stage.press("n").write(&format!("Repair the gate +{begin}"));
    stage.press("Tab");
    stage.says(&format!("-> {id} {}", name.chars().take(8).collect::<String>()));
    stage.write("fri 5pm #none @dee #vip !");
    stage.says("Fri 27 Nov 17:00 (in 7d 6h)");
    stage.says("#none #vip");
    stage.says("! today is Friday: write \"today 5pm\" for 20 Nov");
    stage.press("Enter");
    stage.says("Started C-");
    let row = stage.desk.cases(&Default::default()).unwrap().remove(0);
    assert_eq!((row.title.as_str(), row.about, row.urgent), ("Repair the gate", Some(id), true));
    assert_eq!(row.due, baton::domain::zone::parse_rfc3339("2026-11-27T17:00:00+01:00").ok());
    assert_eq!(baton::domain::tags::show(&row.tags), "#none #vip");
    assert_eq!(stage.desk.doctor(&mut |_, _| {}).unwrap(), []);
}

/// Enter alone starts nothing: not from anywhere, and not where a process is proposed.
#[test]
fn an_empty_form_starts_no_case_and_says_what_one_would_be_called() {
    for before in ["1", "2", "3"] {
        let mut stage = Stage::open(80, 24);
        let cases = stage.desk.cases(&Default::default()).unwrap().len();
        stage.press(before).press("n Enter");
        stage.says("Say in a few words what it is about.");
        stage.press("Enter Enter");
        assert_eq!(stage.desk.cases(&Default::default()).unwrap().len(), cases, "{}", stage.screen());
    }
    // Whoever says what and whom it is about has typed something, and reads what it will be called.
    let mut stage = Stage::open(120, 40);
    let before = stage.desk.cases(&Default::default()).unwrap().len();
    stage.press("2 n");
    let Some(Overlay::Form(form)) = stage.model.overlays.last() else { panic!("{}", stage.screen()) };
    let process = form.value("process");
    let title = stage.model.catalog.newest(&process.parse().unwrap()).unwrap().1.title.clone();
    stage.says(&format!("else: {title}"));
    assert_eq!(stage.desk.cases(&Default::default()).unwrap().len(), before);
}

/// A reason that is typed where the reasons stand is not lost, and none is given by Enter.
#[test]
fn words_typed_at_a_list_of_reasons_are_the_words_of_the_decline() {
    use baton::desk::What;
    let mut stage = Stage::open(80, 24);
    let items = stage.model.inbox.clone().unwrap().items;
    let at = items.iter().position(|item| item.what == What::Accept).unwrap();
    (0..at).for_each(|_| _ = stage.press("j"));
    let head = stage.desk.head().unwrap();
    stage.press("r Enter");
    stage.says("Which reason is it?");
    assert_eq!(stage.desk.head().unwrap(), head, "none is taken because it stands first");
    "site photos".split("").filter(|letter| !letter.is_empty()).for_each(|letter| _ = stage.write(letter));
    stage.says("site photos");
    stage.press("Enter");
    stage.says("Which reason is it?");
    stage.press("1 Enter");
    let case = stage.desk.case(items[at].case, stage.model.now).unwrap();
    let last = case.timeline.iter().rev().find(|line| line.verb == "decline").unwrap();
    assert!(last.text.contains("information missing") && last.text.contains("site photos"), "{}", last.text);
}

/// K8: a card goes to the next step with one key and Enter.
#[test]
fn a_card_goes_on_with_one_key_and_enter() {
    let mut stage = Stage::open(120, 40);
    let me = stage.place.me.clone();
    stage.take(vec![Effect::Do(vec![baton::domain::command::Command::StartCase(
        baton::domain::command::StartCase { title: Some("Zeppelin".into()), ..Default::default() },
    )])]);
    stage.press("/").write("Zeppelin").press("Enter L Enter");
    assert!(stage.screen().contains("is done") || stage.screen().contains("Handed on"), "{}", stage.screen());
    assert_eq!(stage.place.me, me);
}

/// What somebody types on the first day, and what has to come first.
#[test]
fn a_newcomers_words_find_what_they_mean() {
    let mut stage = Stage::open(80, 24);
    // As the first person of a file is: who may not add people is not led there first.
    stage.model.me = stage.model.catalog.admins().next().unwrap().clone();
    let items = menus::palette(&stage.model).items;
    let first =
        |word: &str| ranked(word, &items).first().map(|n| items[*n].label.clone()).unwrap_or_default();
    for (words, meant) in [
        ("add person user", "Add a person..."),
        ("template workflow", "Bring in a process from a template..."),
        ("done finish", "Finish the work"),
        ("undo mistake", "Take back"),
        ("assign reassign give", "Offer it"),
        ("export backup", "Export, backup"),
        ("settings", "Settings, setup"),
        ("holiday calendar", "Bring in holidays"),
        ("away vacation sick", "Say when somebody is away"),
        ("stuck", "Why it does not move"),
        ("late overdue", "Late work of everybody"),
        ("permission", "People"),
        ("person", "Add a person"),
        ("publish", "This process"),
        ("blank", "Bring in a process"),
        ("holiday", "Bring in holidays"),
        ("forecast", "Forecast: when open cases"),
        ("note comment", "Write a note"),
        ("merge duplicate", "Merge this record"),
        ("supplier", "New record"),
        ("contact", "Add a contact"),
        ("new create", "New case"),
        ("edit", "Edit the data"),
        ("delete", "Close the case"),
        ("deadline", "Agree on another date"),
        ("later", "Out of your inbox"),
        ("search", "Filter this list"),
        ("exit", "Quit"),
        ("priority", "Urgent"),
        ("approve", "Accept"),
        ("reject", "Decline"),
        ("import upload", "Bring in records or cases"),
        ("team role", "People"),
        ("report", "Metrics"),
        ("chart", "Figures as a picture"),
        ("select", "Mark"),
        ("theme", "Other colours"),
        ("stop", "Pause"),
    ] {
        for word in words.split(' ') {
            let found = first(word);
            assert!(found.starts_with(meant), "`{word}` finds {found} and not {meant}");
        }
    }
}

/// An action comes first by what it is called: in the settings, in the footer and on the command line, and by the words that
/// the documents name it with.
#[test]
fn every_action_is_found_first_by_its_own_name() {
    let stage = Stage::open(80, 24);
    let mut menu = menus::palette(&stage.model);
    // Whether it can be done here and now is no question of its name.
    menu.items.iter_mut().for_each(|item| item.possible = true);
    let first = |word: &str| match ranked(word, &menu.items).first().map(|n| &menu.items[*n].pick) {
        Some(Pick::Action(id)) => Some(*id),
        _ => None,
    };
    let called = |words: &str| ACTIONS.iter().filter(|action| action.words == words).count();
    let mut wrong = Vec::new();
    for action in ACTIONS {
        let spoken = action.name.replace('-', " ");
        let footer = Some(action.words).filter(|words| called(words) == 1);
        // Another one is called so in the settings.
        let footer =
            footer.filter(|words| ACTIONS.iter().all(|other| other.name != *words || other.id == action.id));
        for word in [Some(action.name), Some(spoken.as_str()), footer].into_iter().flatten() {
            if first(word) != Some(action.id) {
                wrong.push(format!("`{word}` finds {:?} and not {:?}", first(word), action.id));
            }
        }
    }
    // `:` and *word*, as the README has it.
    let readme = include_str!("../../README.md").replace('\n', " ");
    let mut named = 0;
    for part in readme.split("`:` and").skip(1) {
        let sentence = part.split(['.', ';', '`']).next().unwrap();
        for word in sentence.split('*').skip(1).step_by(2) {
            named += 1;
            let found = first(word).map(|id| of(id).name);
            let own = |name: &str| name.split('-').any(|part| part == word) || name == word.replace(' ', "-");
            if !found.is_some_and(own) {
                wrong.push(format!("the README's `{word}` finds {found:?}"));
            }
        }
    }
    assert!(named >= 7, "{named} words of the README");
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn a_number_opens_what_has_it_whatever_else_is_like_it() {
    let mut stage = Stage::open(80, 24);
    for (number, opened) in [("C-1", "C-1 "), ("c-7", "C-7 "), ("R-3", "R-3")] {
        stage.press("1 :").write(number);
        let menu = stage.screen();
        let on = menu.lines().find(|line| line.contains("│ > ")).unwrap().to_string();
        assert!(on.contains(&number.to_uppercase()) || on.contains("R-3"), "{menu}");
        stage.press("Enter");
        assert!(stage.screen().contains(opened), "{number}:\n{}", stage.screen());
    }
}

/// Words of the first line are understood with the letter, and Backspace makes one plain again.
#[test]
fn what_is_understood_in_the_first_line_can_be_taken_back() {
    let mut stage = Stage::open(80, 24);
    let field = |stage: &Stage, name: &str| match stage.model.overlays.last() {
        Some(Overlay::Form(form)) => form.value(name),
        other => panic!("{other:?}"),
    };
    stage.press("n").write("desks @b");
    assert_eq!(field(&stage, "to"), "", "it is still being typed");
    assert!(stage.screen().contains("b -> @bo"), "and is understood already: {}", stage.screen());
    stage.write("o !");
    assert_eq!((field(&stage, "to").as_str(), field(&stage, "urgent").as_str()), ("bo", "yes"));
    assert_eq!(field(&stage, "title"), "desks");
    stage.press("Backspace");
    assert_eq!((field(&stage, "urgent").as_str(), field(&stage, "title").as_str()), ("no", "desks"));
    stage.press("Backspace");
    assert_eq!((field(&stage, "to").as_str(), field(&stage, "title").as_str()), ("", "desks bo"));
    stage.write(" #vip ").press("Backspace");
    assert_eq!((field(&stage, "tags").as_str(), field(&stage, "title").as_str()), ("", "desks bo vip"));
}

/// K10: one key from a number to the cases behind it, on every row of the figures.
#[test]
fn one_key_opens_the_cases_behind_every_number() {
    let mut stage = Stage::open(120, 40);
    stage.press("4");
    let (mut opened, mut rows) = (0, std::collections::BTreeSet::new());
    for section in 0..5 {
        for n in 0..8 {
            stage.press("4 g g");
            (0..section).for_each(|_| _ = stage.press("Tab"));
            (0..n).for_each(|_| _ = stage.press("j"));
            let before = stage.screen();
            if !rows.insert(before.clone()) {
                continue;
            }
            stage.press("Enter");
            match stage.model.view() {
                Some(baton::tui::model::View::Cases { ids, .. }) => {
                    assert!(!ids.is_empty(), "{before}");
                    opened += 1;
                }
                Some(baton::tui::model::View::Case(_)) => opened += 1,
                _ => assert!(stage.screen().contains("No cases stand behind this number"), "{before}"),
            }
            stage.press("Esc");
        }
    }
    println!("K10: {opened} rows of figures open their cases with one key");
    assert!(opened >= 8, "only {opened} of {}", rows.len());
}

/// K11: `:`, at most four letters, Enter.
#[test]
fn nine_of_ten_actions_are_reached_by_four_letters() {
    let stage = Stage::open(80, 24);
    let items = menus::palette(&stage.model).items;
    let reached = |id: ActionId| {
        let name = of(id).name;
        let initials = name.split('-').filter_map(|word| word.chars().next()).collect::<String>();
        let mut queries = vec![initials];
        for word in name.split('-').chain([name]) {
            queries.extend((1..=4).map(|n| word.chars().take(n).collect::<String>()));
        }
        queries.iter().any(|query| {
            let first = ranked(query, &items).first().map(|n| items[*n].pick.clone());
            !query.contains('-') && query.len() <= 4 && first == Some(Pick::Action(id))
        })
    };
    let missed = ACTIONS.iter().filter(|action| !reached(action.id)).map(|a| a.name).collect::<Vec<_>>();
    println!("K11: {} of {} actions, not {missed:?}", ACTIONS.len() - missed.len(), ACTIONS.len());
    assert!(missed.len() * 10 <= ACTIONS.len(), "{missed:?}");
}

/// Keys of one's own are those that the footer and the answer of a dead key name.
#[test]
fn the_ways_everywhere_are_told_by_the_keys_in_force() {
    let own = |palette: &str, help: &str| {
        let mut stage = Stage::open(80, 24);
        let keys = [("palette", palette), ("help", help)];
        let keys = keys.map(|(name, key)| (name.to_string(), vec![key.to_string()]));
        let keys = keys.map(|(name, keys)| (name, keys.into_iter().filter(|key| key != "none").collect()));
        stage.model.keymap = baton::tui::keymap::Keymap::new(&keys.into_iter().collect()).0;
        stage
    };
    let mut stage = own("F3", "F2");
    stage.says("F3 do  F2 help");
    stage.press(":").says(": is not used here. F3 does anything, F2 shows the keys.");
    stage.press("F3").write("accept").says("nothing to accept here");
    let mut stage = own("none", "F2");
    assert!(!stage.screen().contains(" do  "), "{}", stage.screen());
    stage.press("X").says("X is not used here. F2 shows the keys.");
    let mut stage = own("none", "none");
    stage.press("X").says("X is not used here.");
}

/// A case that was given a date shows it where its work promises none of its own.
#[test]
fn the_date_of_a_case_is_that_of_its_work_in_the_inbox() {
    let mut stage = Stage::open(80, 24);
    stage.press("n").write("zweibank fri 5pm").press("Enter");
    stage.says("due Fri 27 Nov 17:00");
    stage.press("/").write("zweibank").press("Enter");
    let screen = stage.screen();
    let row = screen.lines().find(|line| line.contains("START")).unwrap_or_default();
    assert!(row.contains("due 27 Nov") || row.contains("due Fri 17:00"), "{screen}");
    assert!(screen.contains("case due"), "{screen}");
}

/// A list of choices is read in a form of any height, and what is wrong covers no field it is about.
#[test]
fn a_long_list_of_choices_scrolls_in_a_low_form() {
    for (width, height) in [(40, 10), (80, 10), (80, 12), (120, 40)] {
        let mut stage = Stage::open(width, height);
        stage.press("/").write("ACCEPT").press("Enter r");
        stage.says("1 information missing");
        for _ in 0..12 {
            stage.press("Down");
            let screen = stage.screen();
            assert!(screen.lines().any(|line| line.contains("> ")), "{width}x{height}:\n{screen}");
        }
        stage.press("Esc");
        let mut stage = Stage::open(width, height);
        stage.press("/").write("ACCEPT").press("Enter r 5 Enter");
        stage.says("> ");
    }
}

/// Every view is found by its name and by the words over it.
#[test]
fn a_view_is_found_by_the_words_of_its_title() {
    let mut stage = Stage::open(80, 24);
    let items = menus::palette(&stage.model).items;
    for (words, id) in [
        ("hours lost", ActionId::GoLost),
        ("lost", ActionId::GoLost),
        ("causes", ActionId::GoLost),
        ("hours lost by cause", ActionId::GoLost),
        ("why", ActionId::Why),
        ("no progress", ActionId::GoStalled),
        ("since you last looked", ActionId::GoNews),
        ("newly yours", ActionId::GoNews),
        ("what you did", ActionId::GoHistory),
        ("waiting on others", ActionId::GoWaiting),
        ("put away", ActionId::GoSnoozed),
        ("late work", ActionId::GoLate),
        ("procedure", ActionId::GoProcess),
        ("compare versions", ActionId::GoProcess),
        ("scorecard", ActionId::Scorecard),
        ("follow-ups", ActionId::GoAgenda),
        ("schedules", ActionId::GoAgenda),
        ("cycle time", ActionId::GoMetrics),
        ("handoffs", ActionId::GoMetrics),
        ("bottleneck", ActionId::GoMetrics),
        ("who has what", ActionId::GoPeople),
        ("vendors", ActionId::GoVendors),
    ] {
        let first = ranked(words, &items).first().map(|n| items[*n].pick.clone());
        assert_eq!(first, Some(Pick::Action(id)), "{words}");
    }
    stage.press(":").write("hours lost").press("Enter");
    stage.says(" lost in ");
    stage.press("Esc");
    assert_eq!(stage.model.pane, baton::tui::model::Pane::Metrics);
}

#[test]
fn the_palette_holds_actions_things_people_views_settings_and_answers() {
    let mut stage = Stage::open(120, 40);
    stage.press("3 1 :");
    let Some(Overlay::Menu(menu)) = stage.model.overlays.last() else { panic!() };
    let has = |wanted: fn(&Pick) -> bool| menu.items.iter().any(|item| wanted(&item.pick));
    assert!(has(|pick| matches!(pick, Pick::Case(_))) && has(|pick| matches!(pick, Pick::Record(_))));
    assert!(has(|pick| matches!(pick, Pick::Person(_))) && has(|pick| matches!(pick, Pick::Process(_))));
    assert!(has(|pick| matches!(pick, Pick::Theme(_))) && has(|pick| matches!(pick, Pick::Topic(_))));
    stage.write("?date").press("Enter");
    stage.says("03/04 is refused");
    stage.press("Esc :").write("work of ana").press("Enter");
    stage.says("filter: /who:ana");
    stage.press("Esc :").write("theme mono").press("Enter");
    stage.says("Colours: mono");
    stage.press(":").write("accept");
    stage.says("nothing to accept here");
    stage.press("Esc : Enter");
    assert!(!stage.model.recent.is_empty(), "what was run last is first");
    stage.press("Esc :").write("C-1").press("Esc :").write("C-12345").press("Enter");
    stage.says("C-12345");
}

/// D1 and D2: every action has words, is in the help and in the palette, needs no mouse, and says why not where
/// it can be refused.
#[test]
fn no_action_lacks_words_a_reason_or_a_place() {
    let mut refused = BTreeMap::<ActionId, BTreeSet<String>>::new();
    let empty = {
        let mut stage = Stage::open(80, 24);
        stage.press("/").write("zzzzzz").press("Enter");
        stage
    };
    let mut stages = vec![empty];
    for keys in ["1", "2", "3", "4", "Enter", "3 Enter", "4 Enter"] {
        let mut stage = Stage::open(80, 24);
        stage.press(keys);
        stages.push(stage);
    }
    let (keymap, _) = baton::tui::keymap::Keymap::new(&BTreeMap::new());
    let blank = Model::new("ana".parse().unwrap(), Default::default(), keymap);
    let models = stages.iter().map(|stage| &stage.model).chain([&blank]);
    for model in models {
        let (palette, help) = (menus::palette(model).items, menus::help(model).items);
        for action in ACTIONS {
            let pick = Pick::Action(action.id);
            let item = palette.iter().find(|item| item.pick == pick);
            let item = item.unwrap_or_else(|| panic!("{} is not in the palette", action.name));
            let line = help.iter().find(|item| item.pick == pick);
            let line = line.unwrap_or_else(|| panic!("{} is not in the help", action.name));
            assert!(item.label.len() > 1 && line.label.contains(action.long), "{}", action.name);
            assert!(action.words.len() > 1 && !action.words.ends_with('.'), "{}", action.name);
            match possible(model, action.id) {
                Ok(()) => assert!(item.possible),
                Err(why) => {
                    assert!(!item.possible && item.detail == why, "{}", action.name);
                    assert!(why.len() > 8 && !why.ends_with('.'), "{}: {why}", action.name);
                    assert!(line.detail.ends_with(&why), "{}", action.name);
                    refused.entry(action.id).or_default().insert(why);
                }
            }
        }
    }
    // What can always be done; anything else was refused somewhere above, with its reason.
    use ActionId as A;
    let always = [
        A::Down,
        A::Up,
        A::Left,
        A::Right,
        A::Top,
        A::Bottom,
        A::PageDown,
        A::PageUp,
        A::HalfDown,
        A::HalfUp,
        A::Back,
        A::Leave,
        A::GoInbox,
        A::GoBoards,
        A::GoRecords,
        A::GoMetrics,
        A::GoPeople,
        A::GoAgenda,
        A::GoStalled,
        A::GoLate,
        A::GoWaiting,
        A::GoHistory,
        A::GoNews,
        A::Drafts,
        A::GoSnoozed,
        A::NextSection,
        A::PreviousSection,
        A::Palette,
        A::Help,
        A::Undo,
        A::Redo,
        A::NewCase,
        A::AddPerson,
        A::Away,
        A::LetGo,
        A::AddTemplate,
        A::Preview,
        A::Reload,
        A::Redraw,
        A::Suspend,
        A::Quit,
        A::Keys,
        A::Themes,
        A::Mouse,
    ];
    for action in ACTIONS.iter().filter(|action| !always.contains(&action.id)) {
        assert!(refused.contains_key(&action.id), "{} is never refused with a reason", action.name);
    }
}

#[test]
fn the_help_is_searched_and_runs_its_lines_and_g_shows_what_follows() {
    let mut stage = Stage::open(80, 24);
    stage.press("?").write("records").press("Enter");
    stage.says("[3 Records]");
    stage.press("? Esc ?").write("signs").press("Enter");
    stage.says("cannot be done");
    stage.press("Esc g");
    let popup = stage.screen();
    for action in ACTIONS.iter().filter(|action| action.keys.iter().any(|key| key.starts_with("g "))) {
        let words = action.long.chars().take(20).collect::<String>();
        assert!(popup.contains(&words), "{words} is not in\n{popup}");
    }
}

/// D4: at any width the footer shows whole hints, and `:` and `?` last.
#[test]
fn the_footer_never_cuts_a_hint() {
    let mut stage = Stage::open(80, 24);
    for keys in ["1", "Enter", "2", "3", "Enter", "4", "1 Space"] {
        stage.press(keys);
        for width in 40..=200 {
            for height in [10, 24] {
                stage.model.size = (width, height);
                let hints = footer_hints(&stage.model);
                let screen = stage.screen();
                let footer = screen.lines().skip(if height < 16 { 9 } else { 22 });
                let text = footer.collect::<Vec<_>>().join("  ");
                assert!(
                    text.trim_end().ends_with('?') || text.contains("? help") || text.contains("? why"),
                    "{text}"
                );
                assert!(text.contains(": "), "{text}");
                let left = text.replace(": do", "").replace("? help", "").replace("? why", "");
                let left = left.replace(": ?", "").replace('?', "");
                for part in left.split("  ").map(str::trim).filter(|part| !part.is_empty()) {
                    assert!(
                        hints.iter().any(|hint| hint == part),
                        "{part:?} at {width}x{height} in {text:?}"
                    );
                }
            }
        }
        stage.model.size = (80, 24);
    }
    stage.model.size = (50, 24);
    let two = stage.screen().lines().skip(22).filter(|line| !line.trim().is_empty()).count();
    assert_eq!(two, 2, "two lines under 60 columns");
}

fn footer_hints(model: &Model) -> Vec<String> {
    let marked = model.marks.len();
    let hint = |id: &ActionId| {
        let words = baton::tui::act::words(model, *id);
        let counted = marked > 0 && of(*id).group == baton::tui::action::Group::Do;
        let words = if counted { format!("{words} {marked}") } else { words.to_string() };
        format!("{} {words}", model.keymap.shown(*id))
    };
    let everywhere = baton::tui::likely::everywhere(model);
    baton::tui::act::hints(model).iter().chain(&everywhere).map(hint).collect()
}

#[test]
fn dates_are_echoed_with_weekday_date_and_distance_wherever_they_are_asked() {
    let mut stage = Stage::open(80, 24);
    stage.press("Tab a Shift-Tab f").write("is:mine").press("Enter");
    for _ in 0..12 {
        if possible(&stage.model, ActionId::Wait).is_ok() {
            break;
        }
        stage.press("j");
    }
    stage.press("W").write("the bank").press("Tab").write("tomorrow noon");
    stage.says("-> Sat 21 Nov 12:00 (in 1d 1h)");
    stage.says("! Saturday is not a working day");
    stage.press("Ctrl-u").write("03/04").press("Enter");
    stage.says("can be two dates");
    let Some(Overlay::Form(form)) = stage.model.overlays.last() else { panic!() };
    assert_eq!(form.focus, 1, "Enter goes to the first wrong field");
    stage.press("Ctrl-u").write("in 3 days");
    stage.says("-> Mon 23 Nov");
    for (key, title) in [("s", "Snooze C-"), ("d", "Due")] {
        stage.press("Esc").press(key).press("Ctrl-u").write("in 3 days");
        stage.says(title);
        stage.says("-> Mon 23 Nov");
    }
}

#[test]
fn tab_completes_names_and_a_note_has_several_lines() {
    let mut stage = Stage::open(80, 24);
    stage.press("Enter A");
    if !matches!(stage.model.overlays.last(), Some(Overlay::Form(_))) {
        stage.press("q G Enter A");
    }
    stage.says("Offer ");
    stage.write("an").press("Tab");
    stage.says("@ana");
    stage.press("Tab Tab Tab").write("one").press("Ctrl-j").write("two").press("Alt-Enter").write("three");
    let Some(Overlay::Form(form)) = stage.model.overlays.last() else { panic!() };
    assert_eq!(form.value("note"), "one\ntwo\nthree");
    assert_eq!(form.value("to"), "@ana");
}

#[test]
fn the_keys_in_force_are_tried_and_changed_and_comments_of_the_settings_stay() {
    let mut stage = Stage::open(80, 24);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.toml");
    let text = "# mine\n[keys] # fingers\nnote = \"c\" # as ever\n";
    std::fs::write(&file, text).unwrap();
    stage.model.settings_file = Some(file.clone());
    let keys = |stage: &mut Stage, wanted: &str| {
        stage.press(":").write("keys").press("Enter");
        stage.write(wanted).press("Enter");
    };
    // Tried out: two keys, and one that is free. Nothing acts.
    stage.press(":").write("keys").press("Enter");
    insta::assert_snapshot!("keys", stage.screen());
    stage.press("Enter g").says("The first of two keys.");
    stage.press("s").says("It is stalled");
    stage.press("F9").says("It is free.");
    stage.press("Esc");
    assert!(stage.model.overlays.is_empty() && stage.model.sweep.queue == baton::desk::Queue::Mine);
    // Changed: a conflict is said before, and what the action lost after.
    keys(&mut stage, "accept");
    stage.press("r").says("`r` is decline now, which would lose it.");
    insta::assert_snapshot!("a key for accept", stage.screen());
    stage.press("Backspace F5").says("It is free.");
    stage.press("Enter").says("accept has F5 now");
    let with = |more: &str| format!("{text}{more}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), with("accept = \"F5\"\n"));
    stage.press("Tab F5").says("Accepted C-");
    keys(&mut stage, "accept");
    stage.press("Home").says("accept has a now");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
    keys(&mut stage, "withdraw");
    stage.press("Delete").says("withdraw has no key now");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), with("withdraw = \"none\"\n"));
    // A file that cannot be changed is left alone, and that is said.
    std::fs::write(&file, "theme = ").unwrap();
    keys(&mut stage, "accept");
    stage.press("F6 Enter").says("cannot be read as settings");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "theme = ");
    stage.press("F6");
    assert!(!stage.screen().contains("not used here"), "it holds for this session:\n{}", stage.screen());
}

#[test]
fn what_was_said_is_a_page_and_an_error_stays_until_the_next_key() {
    let mut stage = Stage::open(80, 24);
    update::update(
        &mut stage.model,
        Msg::Failed { sentence: "The disk is full.".into(), hint: String::new() },
    );
    stage.says("Error: The disk is full.");
    let now = stage.model.now;
    update::update(&mut stage.model, Msg::Clock(now + baton::domain::Span::HOUR));
    stage.take(vec![Effect::Load(Query::Inbox)]);
    stage.says("Error: The disk is full.");
    stage.press("j");
    assert!(!stage.screen().contains("The disk is full."));
    stage.press(":").write("mess").press("Enter");
    stage.says("10:42:00  Error: The disk is full.");
    assert!(stage.copied("y").contains("The disk is full."));
}

/// S1 and S3: everything there is to see, at every size, in every theme.
#[test]
fn every_pane_and_dialog_is_whole_at_80x24_and_usable_at_40x10_in_safe_colours() {
    use baton::tui::theme::{Lines, Palette, Theme};
    use ratatui::style::{Color, Modifier};
    let ways = [
        "1",
        "Enter",
        "1 Enter l",
        "1 Enter l l",
        "2",
        "2 T",
        "3",
        "3 Enter",
        "4",
        "4 Enter",
        "1 ?",
        "1 :",
        "1 g",
        "1 f",
        "1 o",
        "1 n",
        "1 t",
        "1 r",
        "1 c",
        "1 A",
        "1 q",
        "1 w",
        "1 Space",
        "1 v j",
        "1 /",
        "3 N",
        "3 E",
        "1 Enter e",
        "1 Enter i",
        "1 Enter x",
    ];
    for way in ways {
        let mut stage = Stage::open(80, 24);
        stage.press(way);
        let pane = way.len() == 1 || matches!(way, "2 T" | "Enter" | "3 Enter" | "4 Enter");
        for (n, size) in [(80, 24), (40, 10), (120, 40)].into_iter().enumerate() {
            stage.model.size = size;
            // The model hears of a size; that is what settles its lists.
            let resized = Signal::Resized(size.0, size.1);
            let effects = update::update(&mut stage.model, Msg::Signal(resized));
            stage.take(effects);
            let screen = stage.screen();
            assert!(
                screen.lines().filter(|line| !line.trim().is_empty()).count() >= 4,
                "{way} at {size:?}:\n{screen}"
            );
            if pane && n != 1 {
                assert!(screen.contains("? help") || screen.contains("? why"), "{way}:\n{screen}");
            }
            if !pane && n == 0 && !matches!(way, "1 Space" | "1 v j" | "1 /" | "1 Enter l" | "1 Enter l l") {
                assert!(screen.contains("Esc") || screen.contains("q"), "the way out of {way}:\n{screen}");
            }
            for palette in Palette::ALL {
                stage.model.theme = Theme::new(palette, Lines::Unicode, |_| None);
                let buffer = stage.buffer();
                for cell in buffer.content() {
                    assert_eq!(cell.bg, Color::Reset, "a background in {way}");
                    let safe = [
                        Color::Reset,
                        Color::Red,
                        Color::Green,
                        Color::Yellow,
                        Color::Blue,
                        Color::Magenta,
                        Color::Cyan,
                    ];
                    assert!(safe.contains(&cell.fg), "{:?} in {way}", cell.fg);
                    let known = Modifier::BOLD | Modifier::REVERSED | Modifier::UNDERLINED;
                    assert!(known.contains(cell.modifier), "{:?} in {way}", cell.modifier);
                    if matches!(palette, Palette::Mono | Palette::Contrast) {
                        assert_eq!(cell.fg, Color::Reset, "a colour in {way} without colours");
                    }
                }
            }
        }
    }
    let _ = draw::draw;
}

#[test]
fn figures_are_narrowed_to_a_kind_or_somebody_and_esc_shows_all_of_them_again() {
    let mut stage = Stage::open(120, 40);
    let all = stage.press("4").screen();
    let totals = |screen: &str| screen.lines().nth(2).unwrap_or_default().to_string();
    stage.press("f").write("role:finance").press("Enter");
    let of_finance = totals(&stage.screen());
    assert!(of_finance.starts_with(" role:finance   Open "), "{of_finance}");
    assert!(stage.screen().contains("Shown: role:finance."), "{}", stage.screen());
    // Somebody who never had any of it has no figure.
    stage.press("f").write("who:ana").press("Enter");
    let both = totals(&stage.screen());
    assert!(both.starts_with(" role:finance who:ana   Open 0"), "the later counts: {both}");
    stage.press("P");
    assert!(totals(&stage.screen()).starts_with(" role:finance who:ana "), "{}", stage.screen());
    stage.press("Esc");
    assert_eq!(totals(&stage.screen()), totals(&all));
    // What stands in the inbox is its own affair.
    stage.press("1 /").write("roof").press("Enter 4 f").write("kind:customer").press("Enter Esc 1");
    assert!(stage.screen().contains("roof"), "{}", stage.screen());
}

/// The head of a board and its strip count the same cards: those a filter leaves.
#[test]
fn the_head_of_a_board_counts_what_the_filter_leaves() {
    let mut stage = Stage::open(80, 24);
    stage.press("2");
    let open = stage.model.board.as_ref().unwrap().open;
    stage.press("/").write("zzz");
    stage.says(&format!("0 of {open} shown, 0 late"));
    stage.press("Esc");
    assert!(!stage.screen().contains(" shown"), "{}", stage.screen());
}

/// What came back has somewhere to go: the form says where, and nothing typed means that.
#[test]
fn what_came_back_is_offered_where_the_process_says_unless_somebody_else_is_named() {
    let mut stage = Stage::open(80, 24);
    let inbox = stage.model.inbox.as_ref().unwrap();
    let back = inbox.items.iter().find(|item| item.what == baton::desk::What::Back).unwrap();
    let (case, branch) = (back.case, back.branch.unwrap());
    stage.press("/").write("BACK").press("Enter A");
    stage.says("; or: @person or role");
    stage.press("Enter");
    let spots = stage.desk.case(case, stage.model.now).unwrap().spots;
    let place = &spots.iter().find(|spot| spot.place.branch == branch).unwrap().place;
    assert_eq!(place.kind, baton::domain::rows::PlaceKind::Offered, "{}", stage.screen());
}

/// A refusal speaks of steps: numbers of work stand nowhere on a screen but in a timeline.
#[test]
fn a_refusal_names_the_step_and_not_the_number_of_the_work() {
    let mut stage = Stage::open(80, 24);
    let inbox = stage.model.inbox.as_ref().unwrap();
    let of = inbox.items.iter().find(|item| item.task.is_some()).unwrap();
    let (task, step) = (of.task.unwrap(), of.step_title.clone());
    let sentence = format!("{task} is in ivo's hand; `baton task done {task}`.");
    stage.send(Msg::Failed { sentence, hint: String::new() });
    stage.says(&format!("{step} is in ivo's hand; `baton task done {task}`."));
    let inbox = stage.model.inbox.as_ref().unwrap();
    let of = inbox.items.iter().find(|item| item.what == baton::desk::What::Accept).unwrap();
    let (handoff, step) = (of.handoff.unwrap(), of.step_title.clone());
    stage.send(Msg::Failed { sentence: format!("{handoff} was declined."), hint: String::new() });
    stage.says(&format!("The offer of {step} was declined."));
}
