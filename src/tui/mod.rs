//! The screen: everything that knows of ratatui and crossterm, and nothing that decides. One channel carries
//! everything that can reach it, one thread owns the model: message in, `update`, effects out, `draw`.

pub mod act;
pub mod action;
pub mod ahead;
pub mod also;
mod answers;
mod asking;
mod blind;
mod bulk;
mod called;
mod conflict;
mod counting;
mod course;
pub mod deeds;
pub mod draw;
mod edit;
pub mod elsewhere;
pub mod figures;
mod figures_more;
mod find;
pub mod first_run;
mod goes_on;
mod going;
mod half_done;
mod held;
pub mod input;
pub mod keymap;
mod keys;
pub mod likely;
mod listed;
mod listening;
mod loaded;
mod making;
pub mod manners;
pub mod marks;
mod may;
pub mod memory;
pub mod menus;
pub mod messages;
pub mod model;
mod mouse;
pub mod msg;
mod narrowed;
mod onward;
pub mod order;
pub mod outlook;
pub mod overlays;
pub mod panes;
mod place_keys;
pub mod places;
mod rebind;
mod receipts;
mod record_marks;
mod reviews;
mod run;
mod search;
mod serve;
mod settings_file;
mod status_line;
mod steps;
mod stuck;
mod summary;
pub mod sweep;
pub mod target;
pub mod terminal;
pub mod theme;
pub mod thing;
pub mod topics;
pub mod update;
mod why;
pub mod widgets;
mod windows;
pub mod worker;
mod written;

use crate::desk::{Desk, Error};
use crate::text::Shown;
use keymap::Keymap;
use manners::Manners;
use model::Model;
use msg::{Effect, Msg, Query};
pub use settings_file::keep_who;
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;
use terminal::{Edited, Screen, Signal, TerminalError};
use theme::{Lines, Palette, Theme};
pub use worker::Place;

/// How often the clock on screen is looked at: lateness shows on the second.
const SECOND: Duration = Duration::from_millis(1000);
/// How long a frame waits for the case the cursor came to, so that it is one frame and not two.
const GRACE: Duration = Duration::from_millis(5);
/// How long nothing is typed before what was typed is kept.
const KEEP: Duration = Duration::from_millis(manners::UNSAVED.0 as u64);

/// How long whoever leaves waits for what they typed and did to be written, on a disk that is slow.
const PATIENCE: Duration = Duration::from_secs(2);

/// What the settings say about the screen.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    pub palette: Palette,
    pub lines: Lines,
    pub keys: BTreeMap<String, Vec<String>>,
    /// The file they are from, whether or not it is there.
    pub file: Option<std::path::PathBuf>,
    /// What could not be used of the settings; shown, never fatal.
    pub warnings: Vec<String>,
    /// The file is the sample company.
    pub sample: bool,
    /// Days without progress that make work stalled; the usual number when not said.
    pub stalled: Option<u32>,
    /// Bells and the mouse.
    pub manners: Manners,
}

/// Why the screen ended before its time.
#[derive(Debug, thiserror::Error)]
pub enum ScreenError {
    #[error(transparent)]
    Desk(#[from] Error),
    #[error(transparent)]
    Terminal(#[from] TerminalError),
    #[error("the screen stopped: {0}")]
    Io(#[from] io::Error),
    /// Its panic gave the terminal back and said what it was.
    #[error("a part of the program stopped by mistake; what was done before is kept")]
    Stopped,
}

/// What the person left for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Left {
    Done,
    /// To come back as this person, in a file that nobody is in yet.
    ToBe(crate::domain::Handle),
    /// To look around the sample company.
    ForTheSample,
}

/// Shows an open file until the person leaves.
///
/// # Errors
/// The file cannot be read, or the terminal is none or goes away.
pub fn run(desk: Desk, place: Place, settings: Settings) -> Result<Left, ScreenError> {
    let mut desk = desk.seen_by(&place.me);
    let mut model = start_model(&mut desk, &place, &settings)?;
    let (messages, inbox) = channel();
    let mut screen = Screen::enter()?;
    let signals = messages.clone();
    terminal::watch_signals(move |signal| {
        let _ = signals.send(Msg::Signal(signal));
    })?;
    // Before anything else begins that would share the processors with it.
    screen.draw(|frame| draw::draw(&model, frame))?;
    screen.title(&title(&model))?;
    let called_off = desk.call_off();
    let (effects, worked) = worker::start(place.clone(), desk, messages.clone())?;
    if !model.first_run {
        // Said once, on opening, and after the first frame: it looks through what others did meanwhile.
        let _ = effects.send(Effect::Load(Query::Since));
        // And what is likely to be late, which is told from what has ended.
        let _ = effects.send(Effect::Load(Query::Inbox));
    }
    let (_keep, until) = channel();
    worker::start_chores(
        place.clone(),
        Desk::open(&place.path)?.seen_by(&place.me),
        messages.clone(),
        until,
    )?;
    let asking = listening::start(messages)?;
    let shown = Loop { screen: &mut screen, model: &mut model, effects, worked, asking, called_off, place };
    let ended = shown.run(&inbox);
    drop(screen);
    ended.map(|()| match model.to_be {
        Some(handle) => Left::ToBe(handle),
        None if model.to_sample => Left::ForTheSample,
        None => Left::Done,
    })
}

fn start_model(desk: &mut Desk, place: &Place, settings: &Settings) -> Result<Model, ScreenError> {
    let catalog = desk.catalog()?;
    let (keymap, mut warnings) = Keymap::new(&settings.keys);
    warnings.extend(settings.warnings.iter().cloned());
    let mut model = Model::new(place.me.clone(), catalog, keymap);
    model.written_keys = settings.keys.clone();
    // Who has this program and nothing else shares its settings with everybody who comes in the same way.
    model.settings_file = settings.file.clone().filter(|_| terminal::may_start_programs());
    model.theme = Theme::new(settings.palette, settings.lines, |name| std::env::var(name).ok());
    if model.first_run {
        // What a new file takes unless somebody says another.
        model.zone = place.zone.clone();
    }
    model.now = place.clock.now();
    model.path = place.path.display().to_string();
    model.sample = settings.sample;
    model.sweep.days = settings.stalled;
    model.manners = settings.manners.clone();
    model.size = crossterm::terminal::size().unwrap_or((80, 24));
    model.seen = desk.head()?;
    if let Some(text) = model.catalog.other_zone(&place.me) {
        let status = model::Status { text, ..Default::default() };
        model.messages.note(model.now, &status);
        model.status = status;
    }
    if let Some(first) = warnings.first() {
        model.status.text = format!("{first} ({} in the settings)", warnings.len());
    }
    if let Some(kept) = desk.draft(&place.me, memory::PLACE)? {
        desk.go_on_with(&place.me, memory::PLACE, &kept)?;
        memory::restore(&mut model, &kept);
    }
    // The first is said on the line above the footer, and noted from there.
    for warning in warnings.iter().skip(1) {
        let text = warning.clone();
        model.messages.note(model.now, &model::Status { text, ..Default::default() });
    }
    let shut_in = !terminal::may_start_programs();
    (model.manners.no_editor, model.manners.no_files) = (shut_in, shut_in);
    if !model.first_run {
        // The first frame is whole: nothing is painted twice.
        model.inbox = Some(desk.inbox_at_once(&place.me, model.now)?);
        let first = model.case_in_focus();
        if let Some(id) = first {
            model.case = Some(desk.case(id, model.now)?);
        }
        update::start(&mut model);
    }
    Ok(model)
}

struct Loop<'a> {
    screen: &'a mut Screen,
    model: &'a mut Model,
    effects: Sender<Effect>,
    worked: Receiver<()>,
    asking: Sender<()>,
    /// Stops what the worker is bringing in.
    called_off: Arc<AtomicBool>,
    place: Place,
}

impl Loop<'_> {
    fn run(self, inbox: &Receiver<Msg>) -> Result<(), ScreenError> {
        let Loop { screen, model, effects, worked, asking, called_off, place } = self;
        let _ = asking.send(());
        let (mut dirty, mut resized, mut hold) = (false, false, false);
        if model.manners.mouse {
            screen.mouse(true)?;
        }
        loop {
            if !terminal::is_ours() {
                return Err(ScreenError::Stopped);
            }
            let early = std::mem::take(&mut hold).then(|| inbox.recv_timeout(GRACE).ok()).flatten();
            if dirty && early.is_none() {
                screen.draw(|frame| draw::draw(model, frame))?;
                screen.title(&title(model))?;
            }
            let wait = if model.unsaved.is_some() { KEEP } else { SECOND };
            let mut next = match early.map_or_else(|| inbox.recv_timeout(wait), Ok) {
                Ok(msg) => Some(msg),
                Err(RecvTimeoutError::Timeout) if model.unsaved.is_some() => Some(Msg::Quiet),
                Err(RecvTimeoutError::Timeout) => {
                    // A frame that was on its way while the terminal changed its size is torn; once it is
                    // quiet, everything is painted once more.
                    if std::mem::take(&mut resized) {
                        screen.redraw()?;
                    }
                    None
                }
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            };
            let now = place.clock.now();
            let mut todo = match now == model.now {
                true => Vec::new(),
                false => update::update(model, Msg::Clock(now)),
            };
            let mut typed = false;
            // Everything that has arrived is taken in before one frame is drawn.
            while let Some(msg) = next {
                typed |= matches!(msg, Msg::Input(_));
                // A terminal that was made small and large again between two frames has the old size and lost
                // what was on it.
                if let Msg::Signal(Signal::Resized(..)) = msg {
                    screen.redraw()?;
                    resized = true;
                }
                todo.extend(update::update(model, msg));
                next = inbox.try_recv().ok();
            }
            dirty = true;
            for effect in todo {
                match effect {
                    Effect::Quit => {
                        // What is typed is with the worker; it must be kept before the process ends.
                        drop(effects);
                        let _ = worked.recv_timeout(PATIENCE);
                        return Ok(());
                    }
                    Effect::CallOff => called_off.store(true, Ordering::Relaxed),
                    Effect::Redraw => screen.resume()?,
                    Effect::Suspend => {
                        // Whoever continues us may have changed the size, or never does.
                        for kept in manners::drafts(model) {
                            let _ = effects.send(kept);
                        }
                        if let Some(words) = screen.suspend()? {
                            model.status.text = words.to_string();
                        }
                        measure(model);
                    }
                    Effect::EditFile { process, text, line } => {
                        let edited = screen.edit_at(&text, line);
                        measure(model);
                        match edited {
                            Ok(edited) => {
                                let written = edited.map(|edited| (edited.text, edited.file));
                                for more in update::update(model, Msg::FileEdited { process, written }) {
                                    let _ = effects.send(more);
                                }
                            }
                            Err(TerminalError::NoEditorHere | TerminalError::NoEditor { .. }) => {
                                edit::without_editor(model, edit::NoEditor::File { process, text, line });
                            }
                            Err(error) => update::say(model, &error.to_string()),
                        }
                    }
                    Effect::Edit { place, field, text } => {
                        let edited = screen.edit(&text);
                        measure(model);
                        match edited {
                            Ok(Some(Edited { text, file })) => {
                                let edited = Msg::Edited { place, field, text, file };
                                for more in update::update(model, edited) {
                                    let _ = effects.send(more);
                                }
                            }
                            Ok(None) => update::say(model, "Nothing was changed in the editor."),
                            Err(TerminalError::NoEditorHere | TerminalError::NoEditor { .. }) => {
                                edit::without_editor(model, edit::NoEditor::Field { place, field, text });
                            }
                            Err(error) => update::say(model, &error.to_string()),
                        }
                    }
                    Effect::Mouse(on) => screen.mouse(on)?,
                    Effect::Bell => screen.bell(&title(model))?,
                    Effect::Copy(text) => {
                        if let Err(error) = screen.copy(&text) {
                            model.status.text = error.to_string();
                        }
                    }
                    other => {
                        // To look at a file begins anew as well as to bring it in: what was stopped is stopped once.
                        if let Effect::Carry(_) | Effect::Load(Query::Preview(_)) = other {
                            called_off.store(false, Ordering::Relaxed);
                        }
                        let _ = effects.send(other);
                    }
                }
            }
            if typed {
                hold = model.case_in_focus().is_some_and(|id| model.asked.contains(&Query::Case(id)));
                let _ = asking.send(());
            }
        }
    }
}

/// What the window is called.
fn title(model: &Model) -> Shown {
    match model.own_inbox().map_or(0, |inbox| inbox.late()) {
        0 => Shown::new("baton"),
        late => Shown::new(&format!("baton: {late} late")),
    }
}

/// The size after somebody else had the terminal.
fn measure(model: &mut Model) {
    if let Ok((width, height)) = crossterm::terminal::size() {
        let _ = update::update(model, Msg::Signal(Signal::Resized(width, height)));
    }
}

/// The key table, for the documentation and `baton keys`: key, words, and the name in the settings.
pub fn key_table(keymap: &Keymap) -> Vec<(String, &'static str, &'static str)> {
    action::ACTIONS.iter().map(|action| (keymap.shown(action.id), action.long, action.name)).collect()
}
