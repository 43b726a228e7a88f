//! The command line: parse, open the desk, do one thing, print. Knows no rule; a refusal is the domain's.

mod absence;
mod agenda;
mod ahead;
mod args;
mod args_ahead;
mod args_export;
mod args_handoff;
mod args_import;
mod args_log;
mod args_metrics;
mod args_more;
mod args_places;
mod args_record;
mod args_sweep;
mod args_task;
mod args_versions;
mod board;
mod calendar;
mod case;
mod course;
mod dates;
mod edit;
mod export;
mod file;
mod handoff;
mod holidays;
mod import;
mod import_report;
mod improving;
mod inbox;
mod init;
mod many;
mod message;
mod metrics;
mod migrate;
mod names;
mod parse;
mod people;
mod percent;
mod print;
mod process;
mod publish;
mod receipt;
mod record;
mod record_merge;
mod review;
mod screen;
mod session;
mod sweep;
mod task;
mod watch;
mod why;

use crate::config::{self, Config, Given};
use crate::desk::Error;
use crate::text::{Shown, fit_for_terminal};
use args::{Cli, Inbox, Noun};
use clap::{CommandFactory, Parser};
use print::json_text;
use serde_json::json;
use session::Session;
use std::ffi::OsString;
use std::io::{IsTerminal, Write};

/// Runs the command of this process. The exit status: 0 done, 1 refused or not found, 2 usage or settings,
/// 3 storage, 75 busy.
pub fn run() -> u8 {
    let args = std::env::args_os().collect::<Vec<_>>();
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(error) => return usage(&error, &args),
    };
    let global = &cli.global;
    let given = Given {
        config: global.config.clone(),
        db: global.db.clone(),
        me: global.me.clone(),
        no_color: global.no_color,
        login: crate::login::name(),
    };
    let Config { settings, warnings, grave, file } = config::load(&given, &|name| std::env::var_os(name));
    let simple = screen::is_too_simple();
    if cli.noun.is_none() && simple {
        let else_there = "Every other screen is a command too: `baton board PROCESS`, `baton case show C-1`, `baton --help`.";
        session::say(&format!(
            "This terminal (TERM=dumb) cannot place text, so here is your inbox. {else_there}"
        ));
    }
    let Some(noun) = cli.noun.or_else(|| simple.then(|| Noun::Inbox(Inbox::default()))) else {
        let session = Session::new(global, settings, file);
        return match screen::open(&session, warnings) {
            Ok(()) => 0,
            Err(error) => report(&error, global.json),
        };
    };
    if grave {
        let hint =
            "Correct it, or name another with --config; `config.example.toml` describes every setting."
                .to_string();
        return report(&Error::Input { lines: warnings, hint }, global.json);
    }
    if !global.json {
        warnings.iter().for_each(|warning| session::say(&format!("warning: {warning}")));
    }
    let mut session = Session::new(global, settings, file);
    let done = dispatch(&mut session, noun);
    let written = write_out(&session.out);
    session.words.iter().for_each(|words| session::say(words));
    match (done, written) {
        (Err(error), _) => report(&error, session.json),
        (Ok(()), Ok(())) => session.status,
        // Whoever read the output has seen enough.
        (Ok(()), Err(e)) if e.kind() == std::io::ErrorKind::BrokenPipe => session.status,
        (Ok(()), Err(e)) => {
            let what = format!("The output cannot be written: {e}.");
            say_error(&what, &[], "What was asked for is done.", 3, session.json);
            3
        }
    }
}

fn dispatch(s: &mut Session, noun: Noun) -> Result<(), Error> {
    match noun {
        Noun::Init(verb) => init::run(s, &verb),
        Noun::Person(verb) => people::person(s, verb),
        Noun::Role(verb) => people::role(s, verb),
        Noun::Record(verb) => record::run(s, verb),
        Noun::Process(verb) => process::run(s, verb),
        Noun::Case(verb) => case::run(s, verb),
        Noun::Task(verb) => task::run(s, verb),
        Noun::Handoff(verb) => handoff::run(s, verb),
        Noun::Inbox(args) => inbox::inbox(s, &args),
        Noun::Board(args) => board::board(s, &args),
        Noun::Overdue(args) => inbox::overdue(s, &args),
        Noun::Agenda(args) => agenda::agenda(s, &args),
        Noun::Sweep(noun) => sweep::noun(s, noun),
        Noun::Calendar(verb) => calendar::run(s, verb),
        Noun::Message(verb) => message::run(s, verb),
        Noun::Schedule(verb) => ahead::schedules(s, &verb),
        Noun::Ladder(args_ahead::LadderVerb::List { process }) => ahead::ladders(s, process.as_ref()),
        Noun::Ladder(args_ahead::LadderVerb::Show { process }) => ahead::ladders(s, Some(&process)),
        Noun::Rule(verb) => ahead::rules(s, verb),
        Noun::Simulate(args) => ahead::simulate(s, &args),
        Noun::Tick => watch::tick(s),
        Noun::Watch(args) => watch::watch(s, &args),
        Noun::Undo { older } => receipt::undo(s, older),
        Noun::Redo => receipt::redo(s),
        Noun::Doctor { rebuild } => file::doctor(s, rebuild),
        Noun::Audit(verb) => file::audit(s, &verb),
        Noun::Backup { file } => file::backup(s, &file),
        Noun::Db(args::DbVerb::Info) => file::info(s),
        Noun::Db(args::DbVerb::Check) => file::doctor(s, false),
        Noun::Config => file::config(s),
        Noun::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "baton", &mut script);
            s.out = String::from_utf8_lossy(&script).into_owned();
            Ok(())
        }
        Noun::Man { folder } => file::man(s, folder.as_deref(), Cli::command()),
        Noun::Demo(args) => screen::demo(s, &args),
        Noun::Keys => {
            screen::keys(s);
            Ok(())
        }
        Noun::Import(verb) => import::run(s, verb),
        Noun::Export(verb) => export::run(s, verb),
        Noun::Metrics(verb) => metrics::run(s, &verb),
    }
}

/// A terminal gets nothing that steers it, wherever the text came from; a file or a program gets every byte.
fn write_out(text: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    match out.is_terminal() {
        true => out.write_all(fit_for_terminal(text).as_bytes())?,
        false => out.write_all(text.as_bytes())?,
    }
    out.flush()
}

/// Help and version are data; what was typed wrongly is said without letting any of it steer the terminal.
fn usage(error: &clap::Error, args: &[OsString]) -> u8 {
    let text = error.render().to_string();
    if !error.use_stderr() {
        // A reader who stops reading the help is no error.
        let _ = write_out(&text);
        return 0;
    }
    let mut err = std::io::stderr().lock();
    if args.iter().any(|arg| arg == "--json") {
        let what = text.lines().take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
        let what = what.strip_prefix("error: ").unwrap_or(&what).to_string();
        let value = json!({"error": what, "hint": "`baton --help` shows how it is written.", "exit_code": 2});
        let _ = err.write_all(json_text(&value).as_bytes());
    } else {
        let room = print::room();
        for line in Shown::lines(&text).iter().flat_map(|line| line.wrapped(room)) {
            let _ = writeln!(err, "{line}");
        }
    }
    2
}

/// Says why it could not be done. The exit status.
fn report(error: &Error, json: bool) -> u8 {
    let (first, more) = match error {
        Error::Input { lines, .. } => {
            (lines.first().cloned().unwrap_or_default(), lines.get(1..).unwrap_or_default().to_vec())
        }
        other => (other.to_string(), Vec::new()),
    };
    say_error(&first, &more, &error.hint(), error.exit_code(), json);
    error.exit_code()
}

fn say_error(what: &str, more: &[String], hint: &str, code: u8, json: bool) {
    let mut err = std::io::stderr().lock();
    if json {
        let mut value = json!({"error": what, "hint": hint, "exit_code": code});
        if !more.is_empty() {
            value["lines"] = json!(more);
        }
        let _ = err.write_all(json_text(&value).as_bytes());
        return;
    }
    let first = Shown::new(&format!("error: {what}"));
    let last = (!hint.is_empty()).then(|| Shown::new(&format!("hint: {hint}")));
    let lines = [first].into_iter().chain(more.iter().flat_map(|text| Shown::lines(text))).chain(last);
    let room = print::room();
    for line in lines.flat_map(|line| line.wrapped(room)) {
        let _ = writeln!(err, "{line}");
    }
}
