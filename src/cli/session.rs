//! One run of a command: what was asked for everywhere, the file it works on, and what it has to say. Opening
//! for a change lets the first user of an empty file in.

use super::args::Global;
use super::print::{Facts, Table, Wall, json_text, room};
use crate::clock::Clock;
use crate::config::{Origin, Settings};
use crate::desk::{Desk, Done, Error, Series};
use crate::domain::calendar::Calendar;
use crate::domain::catalog::Catalog;
use crate::domain::command::{Command, Context};
use crate::domain::event::OpId;
use crate::domain::refusal::Refusal;
use crate::domain::when;
use crate::domain::zone::{Zone, parse_rfc3339};
use crate::domain::{Handle, Instant};
use crate::text::Shown;
use serde_json::Value;
use std::cell::OnceCell;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

/// What the file of somebody who gave no name is called inside.
pub const COMPANY: &str = "My company";

/// What holds for the whole run.
#[derive(Debug)]
pub struct Session {
    pub settings: Settings,
    pub config_file: Option<PathBuf>,
    pub json: bool,
    pub plain: bool,
    /// How wide a table may be.
    pub room: usize,
    pub verbose: bool,
    /// As typed; a local form needs the company's calendar.
    now: Option<String>,
    op: Option<OpId>,
    /// Data, for standard output.
    pub out: String,
    /// Words about the data, for standard error; they come after it.
    pub words: Vec<String>,
    /// Exit status of a command that did what it should.
    pub status: u8,
    /// Who acts, once the file said whose the login is.
    acting: OnceCell<Handle>,
}

/// An opened file at one instant.
#[derive(Debug)]
pub struct Work {
    pub desk: Desk,
    pub now: Instant,
    pub zone: Zone,
    me: Option<Handle>,
}

impl Session {
    pub fn new(global: &Global, settings: Settings, config_file: Option<PathBuf>) -> Session {
        Session {
            settings,
            config_file,
            json: global.json,
            plain: global.plain,
            room: room(),
            verbose: global.verbose,
            now: global.now.clone(),
            op: global.op.map(OpId),
            out: String::new(),
            words: Vec::new(),
            status: 0,
            acting: OnceCell::new(),
        }
    }

    /// The file everything is in.
    pub fn path(&self) -> Result<PathBuf, Error> {
        self.settings.db.clone().ok_or_else(|| {
            Error::input("This machine has no place for data.", "Name a file with --db FILE or BATON_DB.")
        })
    }

    /// Opens the file to look; one that is not there is not made.
    pub fn look(&self) -> Result<Work, Error> {
        // An older file may have much to be made anew; nobody waits without a word.
        let mut shown = super::percent::Percent::new(
            !self.json,
            "Written by an older Baton; making its lists anew, once",
        );
        let desk = Desk::open_telling(&self.path()?, &mut |n, of| shown.at(n, of))?;
        shown.clear();
        self.work(desk)
    }

    /// Opens the file to look it over, even where its catalog cannot be read.
    pub fn look_over(&self) -> Result<Work, Error> {
        self.work(Desk::open_damaged(&self.path()?)?)
    }

    /// Opens the file for a change to something in it.
    pub fn change(&self) -> Result<Work, Error> {
        self.let_in(self.look()?)
    }

    /// Opens the file for something new, making it when it is not there.
    pub fn make(&self) -> Result<Work, Error> {
        self.let_in(self.make_bare()?)
    }

    /// The same without letting anybody in.
    pub fn make_bare(&self) -> Result<Work, Error> {
        // Who acts is asked first: a file is not made for nobody. One that is there may know the login.
        let path = self.path()?;
        if !path.try_exists().unwrap_or(false) {
            self.me()?;
        }
        let work = self.work(Desk::open(&path)?)?;
        self.me().map(|_| work)
    }

    fn work(&self, mut desk: Desk) -> Result<Work, Error> {
        let me = self.acting(&*desk.catalog()?);
        if let Some(me) = &me {
            // The same in every file of a run.
            let _ = self.acting.set(me.clone());
            desk = desk.seen_by(me);
        }
        let now = self.clock(&*desk.catalog()?)?.now();
        let zone = desk.zone();
        if self.verbose && !self.json {
            let me = me.as_ref().map_or("nobody", Handle::as_str);
            say(&format!("{}, acting as {me}", desk.store().path().display()));
        }
        Ok(Work { desk, now, zone, me })
    }

    /// Who acts in a file: whom somebody named, else whoever has the login. A name that is nobody's may be a login.
    fn acting(&self, catalog: &Catalog) -> Option<Handle> {
        let Settings { me, login, .. } = &self.settings;
        let named = self.settings.origin("as") > Origin::Default;
        let login = match me {
            Some(me) if named && catalog.people.contains_key(me) => return Some(me.clone()),
            Some(me) if named => Some(me.as_str()),
            _ => login.as_deref(),
        };
        login.and_then(|login| catalog.person_of_login(login)).or(me.as_ref()).cloned()
    }

    /// The clock of this run: the machine's unless `--now` stops it.
    pub fn clock(&self, catalog: &Catalog) -> Result<Clock, Error> {
        match &self.now {
            None => Ok(Clock::System),
            Some(text) => Ok(Clock::Fixed(instant(text, Clock::System.now(), &own_calendar(catalog))?)),
        }
    }

    fn let_in(&self, mut work: Work) -> Result<Work, Error> {
        if work.desk.catalog()?.people.is_empty() {
            let mut op = fresh_op;
            let mut by = Series { person: self.me()?, now: work.now, op: &mut op };
            work.desk.set_up(&mut by, COMPANY, &machine_zone())?;
            work.zone = work.desk.zone();
        }
        Ok(work)
    }

    /// The identity this run was given.
    pub fn op(&self) -> Option<OpId> {
        self.op
    }

    /// Who acts.
    pub fn me(&self) -> Result<Handle, Error> {
        self.acting.get().or(self.settings.me.as_ref()).cloned().ok_or_else(nobody)
    }

    /// Who acts, where somebody said so: not the login.
    pub fn chosen_me(&self) -> Option<Handle> {
        let chosen = self.settings.origin("as") >= Origin::Environment;
        self.settings.me.clone().filter(|_| chosen)
    }

    /// Carries out one command under this run's identity.
    pub fn carry_out(&self, work: &mut Work, command: &Command) -> Result<Done, Error> {
        if let Some(op) = self.op
            && let Some(done) = work.desk.carried_out(op)?
        {
            return Ok(done);
        }
        let ctx = self.context(work)?;
        let Some(back) = work.desk.brings_back(command)? else { return work.desk.execute(command, &ctx) };
        let mut done = work.desk.execute_all(&[command.clone(), back], &ctx)?;
        let mut first = done.swap_remove(0);
        first.warnings.push("the version before was published again".to_string());
        Ok(first)
    }

    /// Who acts now, under this run's identity.
    pub fn context(&self, work: &Work) -> Result<Context, Error> {
        Ok(Context::by(&self.me()?, work.now, self.op.unwrap_or_else(fresh_op)))
    }

    /// Prints rows as a table, or as JSON; says so when there is nothing.
    pub fn list(&mut self, table: &Table, json: Vec<Value>, when_empty: &str) {
        if self.json {
            self.out.push_str(&json_text(&Value::Array(json)));
        } else if table.is_empty() {
            self.say(when_empty);
        } else {
            self.out.push_str(&table.text(self.plain, self.room));
        }
    }

    /// Prints one thing.
    pub fn one(&mut self, facts: &Facts, json: &Value) {
        match self.json {
            true => self.out.push_str(&json_text(json)),
            false => self.out.push_str(&facts.text(self.plain, self.room)),
        }
    }

    /// Adds a line of data, which goes on below where it is wider than there is room; `plain` it is whole.
    pub fn line(&mut self, text: &str) {
        let text = Shown::new(text);
        let lines = if self.plain { vec![text] } else { text.wrapped(self.room) };
        for line in lines {
            self.out.push_str(line.as_str());
            self.out.push('\n');
        }
    }

    /// Words about the data, on standard error; nothing in JSON, where only errors go there.
    pub fn say(&mut self, text: &str) {
        if !self.json && !text.is_empty() {
            self.words.push(text.to_string());
        }
    }
}

impl Work {
    /// For words about times.
    pub fn wall(&self) -> Wall<'_> {
        Wall { now: self.now, zone: &self.zone }
    }

    pub fn catalog(&mut self) -> Result<Arc<Catalog>, Error> {
        self.desk.catalog()
    }

    /// Who looks: somebody of this file.
    pub fn me(&mut self) -> Result<Handle, Error> {
        let me = self.me.clone().ok_or_else(nobody)?;
        match self.catalog()?.people.contains_key(&me) {
            true => Ok(me),
            false => Err(not_found(
                format!("`{me}` is nobody here."),
                format!("Say who you are with `--as HANDLE`, or be added: `baton person add {me}`."),
            )),
        }
    }

    /// An instant as typed, read on a calendar; the past is as good as the future.
    pub fn instant_on(&self, text: &str, calendar: &Calendar) -> Result<Instant, Error> {
        instant(text, self.now, calendar)
    }

    /// A time to come, with what should be known about it.
    pub fn time_to_come(&mut self, text: &str) -> Result<when::When, Error> {
        let catalog = self.catalog()?;
        when::parse(text, self.now, &own_calendar(&catalog)).map_err(|e| split(&e.to_string()))
    }

    /// The same for what is taken up again: a day means its beginning.
    pub fn time_to_begin(&mut self, text: &str) -> Result<when::When, Error> {
        let catalog = self.catalog()?;
        when::parse_to(text, self.now, &own_calendar(&catalog), when::Edge::Begin)
            .map_err(|e| split(&e.to_string()))
    }
}

/// Something that is not there.
pub fn not_found(what: String, hint: String) -> Error {
    Error::refused(Refusal::NotFound { what, hint }, &|_| String::new())
}

/// Something that cannot be done as things are.
pub fn not_now(what: String, hint: String) -> Error {
    Error::refused(Refusal::NotNow { what, hint }, &|_| String::new())
}

fn nobody() -> Error {
    Error::input("It is not known who acts.", "Say it with --as HANDLE or BATON_AS.")
}

/// A new identity for a command.
pub fn fresh_op() -> OpId {
    OpId(uuid::Uuid::now_v7())
}

/// The machine's zone; UTC when it has none with a name.
pub fn machine_zone() -> Zone {
    let machine = jiff::tz::TimeZone::system();
    machine.iana_name().and_then(|name| name.parse().ok()).unwrap_or_else(Zone::utc)
}

/// The calendar that says what a local time means.
fn own_calendar(catalog: &Catalog) -> Arc<Calendar> {
    catalog.own_calendar().cloned().unwrap_or_else(|| Arc::new(Calendar::office(machine_zone())))
}

fn instant(text: &str, now: Instant, calendar: &Calendar) -> Result<Instant, Error> {
    if let Ok(at) = parse_rfc3339(text) {
        return Ok(at);
    }
    // A date with its year means itself, whether or not it has passed; words count from now.
    let dated = text.len() > 4 && text.bytes().take(4).all(|b| b.is_ascii_digit());
    let from = if dated { Instant(0) } else { now };
    when::parse(text, from, calendar).map(|when| when.at).map_err(|e| split(&e.to_string()))
}

/// A sentence with its hint behind a semicolon, as errors of values are.
pub fn split(text: &str) -> Error {
    let (what, hint) = text.split_once("; ").unwrap_or((text, ""));
    Error::input(whole(what), whole(hint))
}

/// With a capital at the beginning and a sign at the end.
fn whole(text: &str) -> String {
    let mut text = text.to_string();
    if let Some(first) = text.get(..1).map(str::to_uppercase) {
        text.replace_range(..1, &first);
    }
    if !text.is_empty() && !text.ends_with(['.', '?', '!']) {
        text.push('.');
    }
    text
}

/// A line on standard error; one that nobody reads is no reason to stop.
pub fn say(text: &str) {
    let text = Shown::new(text);
    for line in text.wrapped(room()) {
        let _ = writeln!(std::io::stderr(), "{line}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_a_value_becomes_a_sentence_and_a_hint() {
        let told = |text: &str| (split(text).to_string(), split(text).hint());
        let pair = |what: &str, hint: &str| (what.to_string(), hint.to_string());
        assert_eq!(
            told("there is no zone `X`; did you mean `Y`?"),
            pair("There is no zone `X`.", "Did you mean `Y`?")
        );
        assert_eq!(
            told("`x` has passed; write a later time"),
            pair("`x` has passed.", "Write a later time.")
        );
        assert_eq!(told("there is no 31 June"), pair("There is no 31 June.", ""));
    }

    #[test]
    fn an_instant_with_its_year_may_have_passed_and_words_count_from_now() {
        let now = parse_rfc3339("2026-11-16T09:00:00Z").unwrap();
        let office = Calendar::office(Zone::utc());
        let read = |text: &str| {
            instant(text, now, &office).map(|at| Zone::utc().rfc3339(at)).map_err(|e| e.to_string())
        };
        for (text, at) in [
            ("2020-01-02T10:00:00+01:00", "2020-01-02T09:00:00+00:00"),
            ("2020-01-02T10:00", "2020-01-02T10:00:00+00:00"),
            ("2020-01-02 10:00", "2020-01-02T10:00:00+00:00"),
            ("tomorrow 10:00", "2026-11-17T10:00:00+00:00"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(at), "{text}");
        }
        assert_eq!(read("soon"), Err("`soon` is not a date.".to_string()));
    }
}
