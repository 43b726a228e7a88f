//! The file itself: looking it over, copying it, and the settings. Also reads what is brought in.

use super::args::AuditVerb;
use super::print::{Facts, Table};
use super::session::{Session, not_now};
use crate::config::Origin;
use crate::desk::Error;
use crate::domain::counted::counted;
use crate::domain::zone::TZDATA;
use crate::text::Shown;
use serde_json::json;
use std::io::{BufWriter, IsTerminal, Read, StdoutLock, Write};
use std::path::Path;

/// The largest file that is read at once; nobody writes a longer one by hand.
const LARGEST: u64 = 4 * 1024 * 1024;

impl Session {
    /// Prints a file that can be applied again. In a pipe it is exactly that; on a terminal it is made fit to
    /// be shown.
    pub fn file(&mut self, text: &str) {
        if !std::io::stdout().is_terminal() {
            self.out.push_str(text);
            return;
        }
        for line in Shown::lines(text) {
            self.out.push_str(line.as_str());
            self.out.push('\n');
        }
    }
}

/// Where long data goes: in a pipe exactly as it is, while it is made; on a terminal at its end, fit to be shown.
pub enum Standard {
    Pipe(BufWriter<StdoutLock<'static>>),
    Terminal(Vec<u8>),
}

impl Standard {
    pub fn new() -> Standard {
        match std::io::stdout().is_terminal() {
            true => Standard::Terminal(Vec::new()),
            false => Standard::Pipe(BufWriter::new(std::io::stdout().lock())),
        }
    }

    /// Everything is written.
    pub fn end(self) -> std::io::Result<()> {
        match self {
            Standard::Pipe(mut out) => out.flush(),
            Standard::Terminal(bytes) => {
                let mut out = std::io::stdout().lock();
                for line in Shown::lines(&String::from_utf8_lossy(&bytes)) {
                    out.write_all(line.as_str().as_bytes())?;
                    out.write_all(b"\n")?;
                }
                out.flush()
            }
        }
    }
}

impl Write for Standard {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self {
            Standard::Pipe(out) => out.write(bytes),
            Standard::Terminal(kept) => kept.write(bytes),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self {
            Standard::Pipe(out) => out.flush(),
            Standard::Terminal(_) => Ok(()),
        }
    }
}

/// The text of a file, or of standard input for `-`.
pub fn read_file(path: &Path) -> Result<String, Error> {
    let name = path.display();
    String::from_utf8(read_bytes(path)?)
        .map_err(|_| Error::input(format!("{name} is not UTF-8 text."), "Save it as UTF-8 and try again."))
}

/// The bytes of a file, or of standard input for `-`.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, Error> {
    let name = path.display();
    let fail = |e: std::io::Error| {
        Error::input(format!("{name} cannot be read: {e}."), "Check its name and its permissions.")
    };
    let mut bytes = Vec::new();
    let read = match path.as_os_str() == "-" {
        true => std::io::stdin().take(LARGEST + 1).read_to_end(&mut bytes),
        false => std::fs::File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes)),
    };
    if read.map_err(fail)? as u64 > LARGEST {
        return Err(Error::input(format!("{name} is larger than 4 MiB."), "That is no file for this."));
    }
    Ok(bytes)
}

pub fn doctor(s: &mut Session, rebuild: bool) -> Result<(), Error> {
    let mut work = s.look_over()?;
    let mut shown = super::percent::Percent::new(!s.json, "Comparing");
    let rebuilt = match rebuild {
        true => Some(work.desk.rebuild(&mut |n, of| shown.at(n, of))?),
        false => None,
    };
    let findings = work.desk.doctor(&mut |n, of| shown.at(n, of))?;
    shown.clear();
    let info = work.desk.store().info()?;
    let mut table = Table::new(&["ABOUT", "WHAT"]);
    for finding in &findings {
        table.row([&finding.about, &finding.what]);
    }
    s.status = u8::from(!findings.is_empty());
    if s.json {
        let list = findings.iter().map(|f| json!({"about": f.about, "what": f.what})).collect::<Vec<_>>();
        let value = json!({
            "sound": findings.is_empty(),
            "findings": list,
            "entries": info.entries,
            "sqlite": info.sqlite,
            "time_zones": TZDATA,
            "rebuilt": rebuilt,
        });
        s.one(&Facts::default(), &value);
        return Ok(());
    }
    if let Some(differed) = rebuilt {
        s.line(&format!("Rebuilt from the journal: {} differed.", counted(differed, "row")));
    }
    if findings.is_empty() {
        s.line(&format!(
            "Sound: every table agrees with the {} of the journal.",
            counted(info.entries, "entry")
        ));
    } else {
        s.out.push_str(&table.text(s.plain, s.room));
        s.say(next_of(&findings, rebuild));
    }
    s.say(&format!("SQLite {}, time zones {TZDATA}.", info.sqlite));
    Ok(())
}

/// What to do about findings: the journal is what holds, and everything else is made from it.
fn next_of(findings: &[crate::desk::Finding], rebuilt: bool) -> &'static str {
    let journal = findings.iter().any(|f| f.about.starts_with("entry") || f.about == "journal");
    match (journal, rebuilt) {
        (true, _) => {
            "The journal itself is damaged, and nothing makes it anew: keep this file, restore the newest backup \
             beside it and look at that with `baton --db FILE doctor`."
        }
        (false, false) => {
            "The journal is sound, and the lists are made from it: `baton backup FILE` first, then \
             `baton doctor --rebuild`."
        }
        (false, true) => {
            "Making the lists anew did not mend it: the file is damaged below them. Keep it, and restore the \
             newest backup beside it; `baton export all` still writes out what can be read."
        }
    }
}

pub fn audit(s: &mut Session, verb: &AuditVerb) -> Result<(), Error> {
    let work = s.look()?;
    let head = work.desk.store().head()?;
    let digest = work.desk.store().digest()?;
    let digest = digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let broken = match verb {
        AuditVerb::Head => None,
        AuditVerb::Verify => work.desk.store().broken_at()?,
    };
    let mut value = json!({"seq": head.seq, "head": digest});
    if matches!(verb, AuditVerb::Verify) {
        value["intact"] = json!(broken.is_none());
        value["broken_at"] = json!(broken.map(|(seq, _)| seq));
        value["why"] = json!(broken.map(|(_, why)| why));
    }
    s.status = u8::from(broken.is_some());
    if s.json {
        s.one(&Facts::default(), &value);
        return Ok(());
    }
    match (verb, broken) {
        (AuditVerb::Head, _) => s.line(&format!("{} {digest}", head.seq)),
        (AuditVerb::Verify, None) => {
            s.line(&format!("The chain of {} holds. Its head is {digest}.", counted(head.seq, "entry")));
            s.say("A cut-off end cannot be seen from inside: compare the head with one kept elsewhere.");
        }
        (AuditVerb::Verify, Some((seq, why))) => s.line(&format!("The chain breaks at entry {seq}: {why}.")),
    }
    Ok(())
}

pub fn backup(s: &mut Session, to: &Path) -> Result<(), Error> {
    let work = s.look()?;
    if to.try_exists().unwrap_or(true) {
        let what = format!("{} is there already.", to.display());
        return Err(not_now(what, "Name another file; nothing is overwritten.".into()));
    }
    work.desk.store().backup(to)?;
    let info = work.desk.store().info()?;
    let value = json!({"backup": to.display().to_string(), "entries": info.entries, "bytes": info.bytes});
    match s.json {
        true => s.one(&Facts::default(), &value),
        false => s.line(&format!("{}: a checked copy.", to.display())),
    }
    Ok(())
}

pub fn info(s: &mut Session) -> Result<(), Error> {
    let work = s.look()?;
    let info = work.desk.store().info()?;
    let path = work.desk.store().path().display().to_string();
    let mut facts = Facts::default();
    facts
        .add("file", &path)
        .add("bytes", info.bytes.to_string())
        .add("entries", info.entries.to_string())
        .add("cases", info.cases.to_string())
        .add("records", info.records.to_string())
        .add("open clocks", info.open_clocks.to_string())
        .add("sqlite", &info.sqlite)
        .add("time zones", TZDATA);
    let value = json!({
        "db": path,
        "bytes": info.bytes,
        "entries": info.entries,
        "cases": info.cases,
        "records": info.records,
        "open_clocks": info.open_clocks,
        "sqlite": info.sqlite,
        "time_zones": TZDATA,
    });
    s.one(&facts, &value);
    Ok(())
}

pub fn config(s: &mut Session) -> Result<(), Error> {
    let mut table = Table::new(&["SETTING", "VALUE", "FROM"]);
    let mut rows = Vec::new();
    for (setting, value, origin) in s.settings.rows() {
        let from = match (origin, &s.config_file) {
            (Origin::File, Some(file)) => file.display().to_string(),
            _ => origin.word().to_string(),
        };
        table.row([&setting, &value, &from]);
        rows.push(json!({"setting": setting, "value": value, "origin": origin.word(), "from": from}));
    }
    s.list(&table, rows, "");
    if let Some(file) = s.config_file.clone() {
        let there = if file.try_exists().unwrap_or(false) { "" } else { "; it is not there yet" };
        s.say(&format!("Settings are read from {}{there}.", file.display()));
    }
    Ok(())
}

/// The manual: the page of the program, or one for every command in a folder, from the same definition as the help.
pub fn man(s: &mut Session, folder: Option<&Path>, command: clap::Command) -> Result<(), Error> {
    let fail = |e: std::io::Error, place: &Path| {
        Error::input(
            format!("The pages cannot be written to {}: {e}.", place.display()),
            "Name another folder.",
        )
    };
    match folder {
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(command).render(&mut page).map_err(|e| fail(e, Path::new("-")))?;
            s.file(&String::from_utf8_lossy(&page));
        }
        Some(folder) => {
            std::fs::create_dir_all(folder).map_err(|e| fail(e, folder))?;
            clap_mangen::generate_to(command, folder).map_err(|e| fail(e, folder))?;
            s.say(&format!(
                "Written to {}: `man {}` shows the first.",
                folder.display(),
                folder.join("baton.1").display()
            ));
        }
    }
    Ok(())
}
