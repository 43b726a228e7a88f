//! Opening the screen: on the person's own file, or on a sample company in a file of its own that is gone
//! afterwards.

use super::args::Demo;
use super::import::Bar;
use super::print::Table;
use super::session::{Session, machine_zone, not_now};
use crate::clock::Clock;
use crate::config::Settings;
use crate::desk::demo::generate_showing;
use crate::desk::{DEMO_PERSON, Desk, Error, demo_days};
use crate::domain::catalog::Catalog;
use crate::domain::{Handle, Instant};
use crate::programs::Programs;
use crate::text::Shown;
use crate::tui::manners::{Manners, QuietError};
use crate::tui::theme::{Lines, Palette};
use crate::tui::{self, Left, Place, ScreenError};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// Opens the screen on the person's file.
pub fn open(session: &Session, warnings: Vec<String>) -> Result<(), Error> {
    on_a_terminal()?;
    let path = session.path()?;
    if !path.try_exists().unwrap_or(false) {
        session.me()?;
    }
    let mut desk = match path.try_exists() {
        Ok(true) => Some(session.look()?.desk),
        _ => None,
    };
    let catalog = match &mut desk {
        Some(desk) => desk.catalog()?,
        None => Default::default(),
    };
    let me = session.me()?;
    let clock = session.clock(&catalog)?;
    if !catalog.people.is_empty() && !catalog.people.contains_key(&me) {
        return Err(not_now(
            format!("`{me}` is nobody in {}.", path.display()),
            format!("Say who you are with `--as HANDLE`, or be added: `baton person add {me}`."),
        ));
    }
    let mut place = Place { path, me, clock, zone: machine_zone(), programs: programs(session) };
    let mut look =
        tui::Settings { file: session.config_file.clone(), ..look(&session.settings, warnings, false) };
    loop {
        let desk = match desk.take() {
            Some(desk) => desk,
            None => Desk::open(&place.path)?,
        };
        match tui::run(desk, place.clone(), look.clone()) {
            Ok(Left::ForTheSample) => return sample(session, &Demo::usual(), clock),
            Ok(Left::ToBe(me)) => {
                let kept = look.file.as_deref().map(|file| tui::keep_who(file, me.as_str()));
                let why = kept.and_then(Result::err).map(|error| error.to_string());
                look.warnings.extend(why.map(|why| format!("{why}; next time say `--as {me}`")));
                place.me = me;
            }
            ended => return shown(ended),
        }
    }
}

/// Whether what is printed may have colours: for a person who wants them, at a terminal.
pub fn shows_colours(session: &Session) -> bool {
    std::io::stdout().is_terminal() && session.settings.theme != "contrast" && !session.plain
}

/// Plays the sample company and opens the screen on it, or writes it to a file.
pub fn demo(session: &mut Session, demo: &Demo) -> Result<(), Error> {
    let clock = session.clock(&Catalog::default())?;
    let now = clock.now();
    if let Some(file) = &demo.write {
        if file.try_exists().unwrap_or(true) {
            return Err(not_now(
                format!("{} is there already.", file.display()),
                "Name a file that is not there.".to_string(),
            ));
        }
        play(session, file, demo, now)?;
        session.say(&format!("Written to {}. Look around as {DEMO_PERSON}:", file.display()));
        // One line, because it is to be copied.
        let line = Shown::new(&format!("baton --db {} --as {DEMO_PERSON}", file.display()));
        session.out.push_str(&format!("{line}\n"));
        return Ok(());
    }
    on_a_terminal()?;
    sample(session, demo, clock)
}

/// Plays the company into a file that is gone afterwards, and opens the screen on it.
fn sample(session: &Session, demo: &Demo, clock: Clock) -> Result<(), Error> {
    let folder = Folder::make()?;
    let path = folder.0.join("demo.db");
    play(session, &path, demo, clock.now())?;
    let me = session.chosen_me().unwrap_or(demo_person()?);
    let place = Place { path, me, clock, zone: machine_zone(), programs: programs(session) };
    shown(tui::run(Desk::open(&place.path)?, place, look(&session.settings, Vec::new(), true)))
}

/// Plays the company; a file that could not be played to the end is not left behind.
fn play(session: &Session, file: &Path, demo: &Demo, now: Instant) -> Result<(), Error> {
    let mut desk = Desk::open(file)?;
    let days = demo.days.unwrap_or_else(|| demo_days(demo.cases));
    let mut bar = Bar::new(session.json);
    let played =
        generate_showing(&mut desk, demo.seed, now, days, demo.cases, &mut |done, of| bar.show(done, of));
    bar.clear();
    drop(desk);
    if played.is_err() {
        for end in ["", "-wal", "-shm"] {
            let mut name = file.as_os_str().to_owned();
            name.push(end);
            // What cannot be removed now is in nobody's way: the error is said.
            let _ = std::fs::remove_file(name);
        }
    }
    played
}

/// The key table of the screen with the person's changes.
pub fn keys(session: &mut Session) {
    let (keymap, warnings) = tui::keymap::Keymap::new(&session.settings.keys);
    for warning in warnings {
        session.say(&warning);
    }
    let mut table = Table::new(&["KEY", "ACTION", "NAME"]);
    let mut all = Vec::new();
    for (key, words, name) in tui::key_table(&keymap) {
        table.row([key.as_str(), words, name]);
        all.push(serde_json::json!({ "action": name, "key": key, "words": words }));
    }
    session.list(&table, all, "");
}

fn demo_person() -> Result<Handle, Error> {
    DEMO_PERSON
        .parse()
        .map_err(|_| Error::input("There is no sample person.", "This is a fault of the program."))
}

fn programs(session: &Session) -> Programs {
    Programs::new(session.settings.run.clone())
}

fn look(settings: &Settings, mut warnings: Vec<String>, sample: bool) -> tui::Settings {
    let quiet = match settings.quiet.as_str() {
        "none" => None,
        hours => hours.parse().map_err(|e: QuietError| warnings.push(format!("quiet: {e}"))).ok(),
    };
    // The words were checked when the settings were read.
    let (palette, lines) = match settings.a11y {
        true => (Palette::Mono, Lines::None),
        false => (settings.theme.parse().unwrap_or_default(), settings.lines.parse().unwrap_or_default()),
    };
    tui::Settings {
        palette,
        lines,
        manners: Manners::new(settings.mouse, settings.bell, quiet),
        keys: settings.keys.clone(),
        // The sample company changes nothing that stays.
        file: None,
        warnings,
        sample,
        stalled: Some(settings.stalled),
    }
}

fn shown(result: Result<Left, ScreenError>) -> Result<(), Error> {
    match result {
        Ok(_) => Ok(()),
        Err(ScreenError::Desk(error)) => Err(error),
        Err(other) => Err(Error::input(
            format!("The screen cannot be shown: {other}."),
            "Every screen is a command too: `baton inbox`, `baton case show C-1`, `baton --help`.",
        )),
    }
}

/// Whether somebody sits at a terminal that only writes one line after another.
pub fn is_too_simple() -> bool {
    on_a_terminal().is_ok() && std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}

/// Asked before a file is made for a screen that cannot be shown.
fn on_a_terminal() -> Result<(), Error> {
    match std::io::stdin().is_terminal() && std::io::stdout().is_terminal() {
        true => Ok(()),
        false => Err(Error::input(
            "The screen needs a terminal.",
            "Every screen is a command too: `baton inbox`, `baton case show C-1`, `baton --help`.",
        )),
    }
}

/// A folder of our own that goes away with this value.
struct Folder(PathBuf);

impl Folder {
    fn make() -> Result<Folder, Error> {
        let path = std::env::temp_dir().join(format!("baton-demo-{}", uuid::Uuid::now_v7()));
        make_private(&path).map_err(|e| {
            Error::input(
                format!("{} cannot be made: {e}.", path.display()),
                "Name a folder for it in TMPDIR.",
            )
        })?;
        Ok(Folder(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Left behind, it is one small folder among temporary files.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[cfg(unix)]
fn make_private(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().mode(0o700).create(path)
}

#[cfg(not(unix))]
fn make_private(path: &Path) -> std::io::Result<()> {
    std::fs::create_dir(path)
}
