//! The rules of the house that a compiler does not know: which folder may know which, where the libraries of
//! one layer may appear, and what every file has and is spared.

// A helper of tests fails by panicking, as a test does.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Which part may know which, beside itself. An arrow that is not here is not drawn in the architecture.
const ARROWS: [(&str, &[&str]); 14] = [
    ("main", &["cli"]),
    ("lib", &[]),
    ("domain", &[]),
    ("eventlog", &[]),
    ("text", &[]),
    ("clock", &["domain"]),
    ("config", &["domain"]),
    ("programs", &[]),
    ("picture", &["domain", "text"]),
    ("store", &["domain"]),
    ("desk", &["domain", "store", "eventlog"]),
    ("login", &[]),
    ("cli", &["desk", "domain", "text", "config", "clock", "login", "programs", "picture", "tui"]),
    ("tui", &["desk", "domain", "text", "clock", "programs", "picture"]),
];

/// Libraries that belong to one folder.
const AT_HOME: [(&str, &str); 4] =
    [("rusqlite", "src/store/"), ("ratatui", "src/tui/"), ("crossterm", "src/tui/"), ("clap", "src/cli/")];

/// Ways to ask the machine for the time.
const CLOCKS: [&str; 6] =
    ["SystemTime", "Instant::now", "Utc::now", "Local::now", "Timestamp::now", "Zoned::now"];

/// Ways to put text before somebody's eyes, and the files that may: there it is `Shown` or of our own making.
const TO_THE_EYES: [(&str, &[&str]); 10] = [
    ("println!", &[]),
    ("print!", &[]),
    ("eprintln!", &[]),
    ("eprint!", &[]),
    ("ratatui::text", &[]),
    ("SetTitle", &[]),
    ("stdout()", &["src/cli/mod.rs", "src/cli/file.rs", "src/cli/screen.rs", "src/tui/terminal.rs"]),
    (
        "stderr()",
        &[
            "src/cli/mod.rs",
            "src/cli/percent.rs",
            "src/cli/import.rs",
            "src/cli/init.rs",
            "src/cli/session.rs",
            "src/tui/terminal.rs",
        ],
    ),
    ("set_string", &[]),
    ("set_line", &[]),
];
/// The same for one cell, where the text is a sign.
const CELLS: [&str; 3] = ["set_symbol", "set_char", "set_stringn"];
const DRAW_CELLS: [&str; 3] =
    ["src/tui/widgets/mod.rs", "src/tui/widgets/dialog.rs", "src/tui/terminal/wire.rs"];

const MOST_LINES: usize = 400;

/// Tables: long because there is much of one kind in them, and none the better for being cut.
const TABLES: [&str; 1] = ["src/domain/event.rs"];

struct File {
    /// From the root of the project, with `/` between.
    path: String,
    text: String,
    /// Compiled for tests only.
    test: bool,
}

impl File {
    /// The lines of production code, without comments, with their numbers.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = if self.test { "" } else { &self.text[..self.production()] };
        (1..).zip(lines.lines()).map(|(n, line)| (n, without_comment(line)))
    }

    /// Every line without its comment.
    fn all_code(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines()).map(|(n, line)| (n, without_comment(line)))
    }

    /// Where the tests at the end of the file begin.
    fn production(&self) -> usize {
        let tests = ["\n#[cfg(test)]\nmod ", "\n#[cfg(all(test"];
        let inline =
            |start: &usize| self.text[*start..].lines().nth(2).is_some_and(|line| line.ends_with('{'));
        let starts = tests.iter().filter_map(|mark| self.text.find(mark));
        starts.filter(inline).min().map_or(self.text.len(), |start| start + 1)
    }

    /// The folder or file right under `src`.
    fn part(&self) -> Option<&str> {
        let inside = self.path.strip_prefix("src/")?;
        Some(inside.split(['/', '.']).next().unwrap_or(inside))
    }
}

fn without_comment(line: &str) -> &str {
    match line.trim_start().starts_with("//") {
        true => "",
        false => line.split(" // ").next().unwrap_or(line),
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn walk(folder: &Path, into: &mut Vec<PathBuf>) {
    let mut entries =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    entries.sort();
    for path in entries {
        match path.is_dir() {
            true => walk(&path, into),
            false => into.push(path),
        }
    }
}

/// Everything we wrote: the folders named here, and the files at the top.
fn files() -> Vec<File> {
    let mut paths = Vec::new();
    for folder in ["src", "tests", "assets", "docs", ".ci"].map(|name| root().join(name)) {
        if folder.exists() {
            walk(&folder, &mut paths);
        }
    }
    let top = std::fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().path());
    paths.extend(
        top.filter(|path| path.is_file() && !path.ends_with("Cargo.lock") && !path.ends_with(".git")),
    );
    let mut files = Vec::new();
    for path in paths {
        // Traps for readers of foreign files are bytes, not text.
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let path = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
        let test = path.starts_with("tests/");
        files.push(File { path, text, test });
    }
    let only_for_tests = test_modules(&files);
    for file in &mut files {
        file.test |= only_for_tests.iter().any(|module| {
            file.path == format!("{module}.rs") || file.path.starts_with(&format!("{module}/"))
        });
    }
    files
}

/// Paths of modules declared with `#[cfg(test)] mod name;`.
fn test_modules(files: &[File]) -> BTreeSet<String> {
    let mut modules = BTreeSet::new();
    for file in files.iter().filter(|file| file.path.ends_with(".rs")) {
        let base = match file.path.strip_suffix("/mod.rs").or(file.path.strip_suffix("/lib.rs")) {
            Some(folder) => folder,
            None => file.path.trim_end_matches(".rs"),
        };
        let lines = file.text.lines().collect::<Vec<_>>();
        for pair in lines.windows(2).filter(|pair| pair[0].trim() == "#[cfg(test)]") {
            let name = ["mod ", "pub mod ", "pub(crate) mod ", "pub(super) mod "]
                .iter()
                .find_map(|mark| pair[1].trim().strip_prefix(mark));
            if let Some(name) = name.and_then(|rest| rest.strip_suffix(';')) {
                modules.insert(format!("{base}/{name}"));
            }
        }
    }
    modules
}

fn rust() -> Vec<File> {
    files().into_iter().filter(|file| file.path.ends_with(".rs")).collect()
}

#[track_caller]
fn nothing(found: Vec<String>, rule: &str) {
    assert!(found.is_empty(), "{rule}:\n{}", found.join("\n"));
}

/// Whether the word stands in the line by itself.
fn has_word(line: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word)
        .any(|(at, _)| !line[..at].ends_with(is_part) && !line[at + word.len()..].starts_with(is_part))
}

/// The parts of the program that production code names: `crate::part` and `crate::{part::…, other::…}`.
fn parts_named(file: &File) -> BTreeSet<(usize, String)> {
    let mut named = BTreeSet::new();
    let text = file.code().map(|(_, line)| line).collect::<Vec<_>>().join("\n");
    let from = if file.path == "src/main.rs" { "baton::" } else { "crate::" };
    for (at, _) in text.match_indices(from) {
        let line = text[..at].lines().count().max(1);
        let rest = &text[at + from.len()..];
        let word = |text: &str| {
            let end = text.find(|c: char| !c.is_ascii_lowercase() && c != '_').unwrap_or(text.len());
            text[..end].to_string()
        };
        let Some(group) = rest.strip_prefix('{') else {
            named.insert((line, word(rest)));
            continue;
        };
        let (mut depth, mut start) = (0, 0);
        for (n, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth > 0 => depth -= 1,
                ',' | '}' if depth == 0 => {
                    named.insert((line, word(group[start..n].trim())));
                    start = n + 1;
                    if c == '}' {
                        break;
                    }
                }
                _ => {}
            }
        }
    }
    named.retain(|(_, part)| !part.is_empty());
    named
}

#[test]
fn no_part_knows_one_that_the_architecture_keeps_from_it() {
    let mut found = Vec::new();
    for file in rust() {
        let Some(part) = file.part().map(str::to_string) else { continue };
        let Some((_, may)) = ARROWS.iter().find(|(name, _)| *name == part) else {
            found.push(format!("{}: `{part}` is not in the architecture", file.path));
            continue;
        };
        for (line, named) in parts_named(&file) {
            if named != part && !may.contains(&named.as_str()) {
                found.push(format!("{}:{line}: {part} must not know {named}", file.path));
            }
        }
    }
    nothing(found, "arrows that are not drawn");
}

#[test]
fn each_library_stays_in_its_layer() {
    let mut found = Vec::new();
    for file in rust().iter().filter(|file| file.path.starts_with("src/")) {
        for (n, line) in file.all_code() {
            for (library, home) in AT_HOME.iter().filter(|(_, home)| !file.path.starts_with(home)) {
                if has_word(line, library) {
                    found.push(format!("{}:{n}: {library} belongs in {home}", file.path));
                }
            }
        }
    }
    nothing(found, "libraries outside their layer");
}

#[test]
fn only_one_file_asks_for_the_time() {
    let mut found = Vec::new();
    for file in rust().iter().filter(|file| file.path != "src/clock.rs") {
        for (n, line) in file.code() {
            if CLOCKS.iter().any(|clock| has_word(line, clock)) {
                found.push(format!("{}:{n}: {}", file.path, line.trim()));
            }
        }
    }
    nothing(found, "the time is asked for in src/clock.rs only");
}

#[test]
fn every_file_says_what_it_is_for_and_no_comment_says_nothing() {
    let mut found = Vec::new();
    for file in rust() {
        let header = file.text.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
        if header.strip_prefix("//! ").is_none_or(|header| header.trim().len() < 10) {
            found.push(format!("{}:1: no `//!` header", file.path));
        }
        let lines = file.text.lines().map(str::trim).collect::<Vec<_>>();
        let says = |n: Option<usize>| {
            let line = n.and_then(|n| lines.get(n)).copied().unwrap_or("");
            line.strip_prefix("///").is_some_and(|text| !text.trim().is_empty())
        };
        // An empty line between two paragraphs is not an empty comment.
        for n in (0..lines.len()).filter(|n| lines[*n] == "///") {
            if !says(n.checked_sub(1)) || !says(Some(n + 1)) {
                found.push(format!("{}:{}: an empty `///`", file.path, n + 1));
            }
        }
    }
    nothing(found, "comments that say nothing");
}

/// Whether a line puts text out in a way only some files may.
fn shows_raw(path: &str, line: &str) -> Option<&'static str> {
    let named = |word: &str| match word.strip_suffix(['!', ')']) {
        Some(_) => line
            .match_indices(word)
            .any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_')),
        None => has_word(line, word),
    };
    let text =
        TO_THE_EYES.iter().find(|(word, may)| named(word) && !may.contains(&path)).map(|(word, _)| *word);
    text.or_else(|| CELLS.into_iter().find(|word| has_word(line, word) && !DRAW_CELLS.contains(&path)))
}

#[test]
fn text_reaches_the_eyes_only_through_shown() {
    let mut found = Vec::new();
    for file in rust() {
        for (n, line) in file.code() {
            if let Some(word) = shows_raw(&file.path, line) {
                found.push(format!("{}:{n}: {word}: {}", file.path, line.trim()));
            }
        }
    }
    nothing(found, "text that was not made fit to be shown");
    assert_eq!(shows_raw("src/cli/case.rs", "    println!(\"{}\", row.title);"), Some("println!"));
    assert_eq!(
        shows_raw("src/tui/panes/case.rs", "buffer.set_stringn(0, 0, title, 9, style)"),
        Some("set_stringn")
    );
    assert_eq!(shows_raw("src/tui/panes/case.rs", "pen.text(&Shown::new(title), meaning)"), None);
    assert_eq!(shows_raw("src/cli/mod.rs", "let mut out = std::io::stdout().lock();"), None);
}

/// What is counted somewhere, in the plural.
const COUNTED: [&str; 38] = [
    "bytes",
    "branches",
    "cards",
    "cases",
    "changes",
    "chasers",
    "columns",
    "commands",
    "dates",
    "days",
    "documents",
    "entries",
    "events",
    "fields",
    "files",
    "handoffs",
    "holidays",
    "hours",
    "items",
    "ladders",
    "lines",
    "minutes",
    "months",
    "offers",
    "people",
    "problems",
    "processes",
    "records",
    "reminders",
    "roles",
    "rows",
    "rungs",
    "seconds",
    "steps",
    "things",
    "times",
    "weeks",
    "years",
];

/// A number put before a noun in the plural, where nothing near it looks after the one: `1 cases`.
fn counts_one_as_several(lines: &[&str], n: usize) -> Option<&'static str> {
    let after =
        |at: usize| lines[n][at + 2..].split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    let found = lines[n].match_indices("} ").find_map(|(at, _)| {
        // What a constant gives is never one, nor is the limit that an error names.
        let name = lines[n][..at].rsplit('{').next().unwrap_or_default();
        let constant =
            !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c == '_' || c == '0');
        COUNTED.into_iter().find(|noun| *noun == after(at) && !constant)
    })?;
    let near = &lines[n.saturating_sub(4)..=n];
    let looks_after = ["1 =>", "(1) =>", "(1, _) =>", "== 1", "> 1", "[_] =>", "[one", "< 2", "(0, 1) =>"];
    near.iter().all(|line| looks_after.iter().all(|mark| !line.contains(mark))).then_some(found)
}

#[test]
fn one_of_something_is_not_several() {
    let mut found = Vec::new();
    for file in rust().iter().filter(|file| file.path.starts_with("src/") && !file.test) {
        let lines = file.code().map(|(_, line)| line).collect::<Vec<_>>();
        for n in 0..lines.len() {
            if let Some(noun) = counts_one_as_several(&lines, n) {
                found.push(format!("{}:{}: {noun}: {}", file.path, n + 1, lines[n].trim()));
            }
        }
    }
    nothing(found, "`domain::counted` knows one from several");
    assert_eq!(counts_one_as_several(&["format!(\"{n} cases\")"], 0), Some("cases"));
    assert_eq!(counts_one_as_several(&["1 => a,", "n => format!(\"{n} cases\")"], 1), None);
    assert_eq!(counts_one_as_several(&["format!(\"{MOST} cases\")"], 0), None);
    assert_eq!(counts_one_as_several(&["format!(\"{n} is late\")"], 0), None);
}

#[test]
fn no_file_is_longer_than_one_can_keep_in_mind() {
    let mut found = Vec::new();
    for file in rust().iter().filter(|file| !file.test) {
        let lines = file.text[..file.production()].lines().count();
        match (lines > MOST_LINES, TABLES.contains(&file.path.as_str())) {
            (true, false) => found.push(format!("{}: {lines} lines of production code", file.path)),
            (false, true) => {
                found.push(format!("{}: no longer a long table, take it off the list", file.path))
            }
            _ => {}
        }
    }
    nothing(found, &format!("more than {MOST_LINES} lines"));
}

/// Written in two halves, so that this file does not find itself.
#[test]
fn nothing_is_left_to_do_and_no_place_on_one_machine_is_named() {
    let marks = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X:")];
    let places = [concat!("/wo", "rk"), concat!("/ro", "ot")];
    let mut found = Vec::new();
    for file in files() {
        for (n, line) in (1..).zip(file.text.lines()) {
            for found_here in marks.iter().chain(&places).filter(|word| has_word(line, word)) {
                found.push(format!("{}:{n}: {found_here}: {}", file.path, line.trim()));
            }
        }
    }
    nothing(found, "left-overs");
}

#[test]
fn the_licences_that_the_manifest_names_are_here() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert!(manifest.contains("license = \"MIT OR Apache-2.0\""));
    let first_words =
        |name: &str| std::fs::read_to_string(root().join(name)).unwrap().trim_start().to_string();
    assert!(first_words("LICENSE-MIT").starts_with("MIT License"));
    assert!(first_words("LICENSE-APACHE").starts_with("Apache License"));
}

/// A rule that looks at nothing always holds.
#[test]
fn the_rules_above_see_what_they_are_about() {
    let file = |text: &str| File { path: "src/x.rs".into(), text: text.into(), test: false };
    let named = |text: &str| parts_named(&file(text)).into_iter().map(|(_, part)| part).collect::<Vec<_>>();
    assert_eq!(
        named("use crate::{desk::{Desk, view}, store::Store};\nfn f() { crate::tui::draw() }"),
        ["desk", "store", "tui"]
    );
    assert_eq!(
        named("// crate::store is spoken of\nuse crate::{\n    text,\n    domain::{\n    id::Id}};"),
        ["domain", "text"]
    );
    assert!(has_word("use rusqlite::Row;", "rusqlite") && !has_word("rusqlite_migration", "rusqlite"));
    assert!(!has_word(concat!("a net/wo", "rk"), concat!("/wo", "rk")));
    let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n}\n";
    assert_eq!(file(text).text[..file(text).production()].lines().count(), 1);
    assert_eq!(file("#[cfg(test)]\nmod other;\nfn a() {}\n").production(), 34);
    let all = files();
    let of = |path: &str| all.iter().find(|file| file.path == path).unwrap_or_else(|| panic!("{path}"));
    assert!(of("src/store/contract.rs").test && of("src/domain/decide/tests/flow.rs").test);
    assert!(!of("src/store/mod.rs").test && all.len() > 150);
}
