//! Settings: defaults, then the file, then the environment, then flags. Says where each value came from and
//! what is wrong with the file; whether that is an error or a warning is the caller's business.

use crate::domain::Handle;
use crate::domain::nearest::nearest;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::de::{DeTable, DeValue};

/// Words a theme can be named by; the screen knows what they look like.
pub const THEMES: [&str; 5] = ["auto", "light", "dark", "mono", "contrast"];
/// Words for how lines are drawn.
pub const LINES: [&str; 4] = ["auto", "unicode", "ascii", "none"];

/// Every setting of the file: its key, its default as the file would say it, and what it is for.
pub const SETTINGS: [(&str, &str, &str); 12] = [
    ("as", "\"your-login\"", "Who acts: a person's handle. Flag --as, environment BATON_AS."),
    (
        "db",
        "\"~/.local/share/baton/desk.db\"",
        "The file with everything in it, where the platform keeps data. Flag --db, environment BATON_DB.",
    ),
    ("theme", "\"auto\"", "Colours: auto, light, dark, mono or contrast. NO_COLOR makes auto mono."),
    ("lines", "\"auto\"", "Lines on the screen: auto, unicode, ascii or none (for screen readers)."),
    ("mouse", "false", "Hear the mouse on the screen; the terminal's own selection then needs Shift."),
    ("a11y", "false", "For screen readers: no boxes, rules or colours."),
    ("bell", "true", "Ring once when something becomes late while nobody looks, at most once a minute."),
    ("quiet", "\"none\"", "Hours in which nothing rings: \"22:00-07:00\", or \"none\"."),
    (
        "budget",
        "20",
        "How many reminders and the like a day are enough for one person; `baton simulate` points at more.",
    ),
    ("stalled", "3", "Work that did not move for so many days is stalled: `g s`, `baton stalled`."),
    (
        "keys",
        "{}",
        "Keys of the screen: action = \"key\", [\"key\", \"key\"], or \"none\"; `baton keys` names them, `:keys` catches one.",
    ),
    (
        "run",
        "{}",
        "Programs that rules may run: name = [\"program\", \"argument\"]. Nothing else is ever run, and no shell.",
    ),
];

/// Where a value came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    Default,
    File,
    Environment,
    Flag,
}

impl Origin {
    /// The word for it in a list of settings.
    pub fn word(self) -> &'static str {
        match self {
            Origin::Default => "default",
            Origin::File => "file",
            Origin::Environment => "environment",
            Origin::Flag => "flag",
        }
    }
}

/// The settings in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// `None` when not even the login says who acts.
    pub me: Option<Handle>,
    /// The account of the system, whosever it is.
    pub login: Option<String>,
    /// `None` when the platform has no place for data.
    pub db: Option<PathBuf>,
    /// One of [`THEMES`].
    pub theme: String,
    /// One of [`LINES`].
    pub lines: String,
    pub mouse: bool,
    pub a11y: bool,
    pub bell: bool,
    /// `22:00-07:00`, or `none`; the screen reads it.
    pub quiet: String,
    /// Keys by action; an action without any has none.
    pub keys: BTreeMap<String, Vec<String>>,
    /// Reminders and the like a day that are enough for one person.
    pub budget: u32,
    /// Days without progress that make work stalled.
    pub stalled: u32,
    /// Programs rules may run, with their arguments, by name.
    pub run: BTreeMap<String, Vec<String>>,
    origins: BTreeMap<&'static str, Origin>,
}

/// The settings with what was wrong on the way to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    pub settings: Settings,
    /// `file:line: what`; the value that was in force before stays.
    pub warnings: Vec<String>,
    /// What is wrong leaves open which file is meant, or who acts: a command must not guess that.
    pub grave: bool,
    /// The file that is read, whether or not it is there.
    pub file: Option<PathBuf>,
}

/// What flags say.
#[derive(Debug, Clone, Default)]
pub struct Given {
    pub config: Option<PathBuf>,
    pub db: Option<PathBuf>,
    pub me: Option<Handle>,
    pub no_color: bool,
    /// What the system calls the login, for where the environment does not say it.
    pub login: Option<String>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            me: None,
            login: None,
            db: None,
            theme: "auto".to_string(),
            lines: "auto".to_string(),
            mouse: false,
            a11y: false,
            bell: true,
            quiet: "none".to_string(),
            keys: BTreeMap::new(),
            budget: 20,
            stalled: 3,
            run: BTreeMap::new(),
            origins: BTreeMap::new(),
        }
    }
}

impl Settings {
    /// Where the value of a key came from.
    pub fn origin(&self, key: &str) -> Origin {
        self.origins.get(key).copied().unwrap_or(Origin::Default)
    }

    fn from(&mut self, key: &'static str, origin: Origin) {
        self.origins.insert(key, origin);
    }

    /// Every setting as (key, value, origin), for `baton config`.
    pub fn rows(&self) -> Vec<(String, String, Origin)> {
        let mut rows = vec![
            ("as", self.me.as_ref().map(ToString::to_string).unwrap_or_default()),
            ("db", self.db.as_ref().map(|db| db.display().to_string()).unwrap_or_default()),
            ("theme", self.theme.clone()),
            ("lines", self.lines.clone()),
            ("mouse", self.mouse.to_string()),
            ("a11y", self.a11y.to_string()),
            ("bell", self.bell.to_string()),
            ("quiet", self.quiet.clone()),
            ("budget", self.budget.to_string()),
            ("stalled", self.stalled.to_string()),
        ]
        .into_iter()
        .map(|(key, value)| (key.to_string(), value, self.origin(key)))
        .collect::<Vec<_>>();
        for (action, keys) in &self.keys {
            let keys = if keys.is_empty() { "none".to_string() } else { keys.join(" ") };
            rows.push((format!("keys.{action}"), keys, Origin::File));
        }
        let run = self.run.iter();
        rows.extend(run.map(|(name, words)| (format!("run.{name}"), words.join(" "), Origin::File)));
        rows
    }
}

/// Reads everything. `env` looks a variable of the environment up.
pub fn load(given: &Given, env: &dyn Fn(&str) -> Option<OsString>) -> Config {
    let set = |name: &str| env(name).filter(|value| !value.is_empty());
    let text = |name: &str| set(name).and_then(|value| value.into_string().ok());
    let folders = directories::ProjectDirs::from("", "", "baton");
    let login =
        ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| text(name)).or_else(|| given.login.clone());
    let mut settings = Settings {
        me: login.as_deref().and_then(Handle::from_text),
        login,
        db: folders.as_ref().map(|folders| folders.data_dir().join("desk.db")),
        ..Settings::default()
    };
    let mut warnings = Vec::new();
    let mut unsure = Vec::new();

    let named = given.config.clone().or_else(|| set("BATON_CONFIG").map(PathBuf::from));
    let file = named.clone().or_else(|| folders.map(|folders| folders.config_dir().join("config.toml")));
    if let Some(path) = &file {
        match std::fs::read_to_string(path) {
            Ok(text) => warnings = read(&text, path, &mut settings, &mut unsure),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound && named.is_none() => {}
            Err(e) => {
                (unsure, warnings) =
                    (vec!["as", "db"], vec![format!("{}: it cannot be read: {e}", path.display())]);
            }
        }
    }

    if let Some(db) = set("BATON_DB") {
        settings.db = Some(PathBuf::from(db));
        settings.from("db", Origin::Environment);
    }
    if let Some(me) = text("BATON_AS") {
        match handle(&me) {
            Ok(me) => {
                settings.me = Some(me);
                settings.from("as", Origin::Environment);
            }
            Err(what) => {
                unsure.push("as");
                warnings.push(format!("BATON_AS: {what}"));
            }
        }
    }
    if let Some(db) = &given.db {
        settings.db = Some(db.clone());
        settings.from("db", Origin::Flag);
    }
    if let Some(me) = &given.me {
        settings.me = Some(me.clone());
        settings.from("as", Origin::Flag);
    }
    // `contrast` has no colours either.
    if settings.theme != "contrast" && (given.no_color || set("NO_COLOR").is_some()) {
        settings.theme = "mono".to_string();
        settings.from("theme", if given.no_color { Origin::Flag } else { Origin::Environment });
    }
    // A flag, or the environment, says it whatever the file does.
    let grave = unsure.iter().any(|key| settings.origin(key) < Origin::Environment);
    Config { settings, warnings, grave, file }
}

/// A person's handle as people write it, with or without `@`.
pub fn handle(text: &str) -> Result<Handle, String> {
    text.strip_prefix('@').unwrap_or(text).parse::<Handle>().map_err(|e| e.to_string())
}

/// Takes in the settings of one file; what is wrong with it, each with its line. `unsure`: which of who acts and
/// on which file may have been meant otherwise.
fn read(text: &str, path: &Path, settings: &mut Settings, unsure: &mut Vec<&'static str>) -> Vec<String> {
    let line = |span: Range<usize>| text.get(..span.start).unwrap_or(text).matches('\n').count() + 1;
    let at = |span: Range<usize>, what: String| format!("{}:{}: {what}", path.display(), line(span));
    let table = match DeTable::parse(text) {
        Ok(table) => table.into_inner(),
        Err(e) => {
            *unsure = vec!["as", "db"];
            return vec![at(e.span().unwrap_or(0..0), format!("{}; no setting holds", e.message()))];
        }
    };
    let mut warnings = Vec::new();
    for (key, value) in table {
        let result = match key.get_ref().as_ref() {
            "as" => word(value.get_ref()).and_then(handle).map(|me| {
                settings.me = Some(me);
                settings.from("as", Origin::File);
            }),
            "db" => word(value.get_ref()).map(|db| {
                settings.db = Some(under_home(db));
                settings.from("db", Origin::File);
            }),
            "theme" => word(value.get_ref()).and_then(|theme| one_of(theme, &THEMES)).map(|theme| {
                settings.theme = theme;
                settings.from("theme", Origin::File);
            }),
            "lines" => word(value.get_ref()).and_then(|lines| one_of(lines, &LINES)).map(|lines| {
                settings.lines = lines;
                settings.from("lines", Origin::File);
            }),
            "quiet" => word(value.get_ref()).map(|quiet| {
                settings.quiet = quiet.to_string();
                settings.from("quiet", Origin::File);
            }),
            "mouse" => yes_or_no(value.get_ref()).map(|on| {
                settings.mouse = on;
                settings.from("mouse", Origin::File);
            }),
            "a11y" => yes_or_no(value.get_ref()).map(|on| {
                settings.a11y = on;
                settings.from("a11y", Origin::File);
            }),
            "bell" => yes_or_no(value.get_ref()).map(|on| {
                settings.bell = on;
                settings.from("bell", Origin::File);
            }),
            "keys" => match value.get_ref() {
                DeValue::Table(table) => {
                    for (action, value) in table {
                        match keys(value.get_ref()) {
                            Ok(keys) => drop(settings.keys.insert(action.get_ref().to_string(), keys)),
                            Err(what) => warnings.push(at(value.span(), what)),
                        }
                    }
                    settings.from("keys", Origin::File);
                    Ok(())
                }
                _ => Err("`keys` is a table, such as [keys]".to_string()),
            },
            "budget" => whole(value.get_ref()).ok_or_else(|| "this must be a number from 0".to_string()).map(
                |budget| {
                    settings.budget = budget;
                    settings.from("budget", Origin::File);
                },
            ),
            "stalled" => whole(value.get_ref())
                .filter(|days| *days > 0)
                .ok_or_else(|| "this must be a number of days from 1".to_string())
                .map(|days| {
                    settings.stalled = days;
                    settings.from("stalled", Origin::File);
                }),
            "run" => match value.get_ref() {
                DeValue::Table(table) => {
                    for (name, value) in table {
                        match program(value.get_ref()) {
                            Ok(words) => drop(settings.run.insert(name.get_ref().to_string(), words)),
                            Err(what) => warnings.push(at(value.span(), what)),
                        }
                    }
                    settings.from("run", Origin::File);
                    Ok(())
                }
                _ => Err("`run` is a table, such as [run]".to_string()),
            },
            other => {
                let known = SETTINGS.map(|(key, ..)| key);
                let hint = match nearest(other, known) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("there is {}", known.join(", ")),
                };
                warnings.push(at(key.span(), format!("there is no setting `{other}`; {hint}")));
                continue;
            }
        };
        if let Err(what) = result {
            unsure.extend(["as", "db"].into_iter().find(|known| key.get_ref().as_ref() == *known));
            warnings.push(at(value.span(), what));
        }
    }
    warnings
}

fn word<'v>(value: &'v DeValue<'_>) -> Result<&'v str, String> {
    value.as_str().ok_or_else(|| "this must be a text in quotes".to_string())
}

fn whole(value: &DeValue<'_>) -> Option<u32> {
    match value {
        DeValue::Integer(number) => number.as_str().parse().ok(),
        _ => None,
    }
}

fn yes_or_no(value: &DeValue<'_>) -> Result<bool, String> {
    value.as_bool().ok_or_else(|| "this must be true or false".to_string())
}

fn one_of(given: &str, known: &[&str]) -> Result<String, String> {
    match known.contains(&given) {
        true => Ok(given.to_string()),
        false => Err(format!("`{given}` is not one of {}", known.join(", "))),
    }
}

fn keys(value: &DeValue<'_>) -> Result<Vec<String>, String> {
    match value {
        DeValue::String(key) if key == "none" => Ok(Vec::new()),
        DeValue::String(key) => Ok(vec![key.to_string()]),
        DeValue::Array(several) => several.iter().map(|key| word(key.get_ref()).map(String::from)).collect(),
        _ => Err("write a key as \"x\", several as [\"x\", \"y\"], or \"none\"".to_string()),
    }
}

/// A program with its arguments; one text would have to be taken apart as a shell does.
fn program(value: &DeValue<'_>) -> Result<Vec<String>, String> {
    let wrong = || "write a program and its arguments as [\"program\", \"argument\"]".to_string();
    let DeValue::Array(words) = value else { return Err(wrong()) };
    let words =
        words.iter().map(|word| word.get_ref().as_str().map(String::from)).collect::<Option<Vec<_>>>();
    words.filter(|words| words.first().is_some_and(|program| !program.is_empty())).ok_or_else(wrong)
}

/// `~/` as people write it in a file, where no shell has expanded it.
fn under_home(path: &str) -> PathBuf {
    match (path.strip_prefix("~/"), directories::BaseDirs::new()) {
        (Some(rest), Some(folders)) => folders.home_dir().join(rest),
        _ => PathBuf::from(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = include_str!("../config.example.toml");

    fn example() -> String {
        let mut out = String::from(
            "# Every setting with its default. `baton config` shows what is in force, and why.\n",
        );
        for (key, default, what) in SETTINGS {
            out.push_str(&match default {
                "{}" => format!("\n# {what}\n# [{key}]\n"),
                default => format!("\n# {what}\n# {key} = {default}\n"),
            });
        }
        out
    }

    fn read_text(text: &str) -> (Settings, Vec<String>) {
        let mut settings = Settings::default();
        let warnings = read(text, Path::new("c.toml"), &mut settings, &mut Vec::new());
        (settings, warnings)
    }

    /// A typo must not stop the chores of a whole company; another file than the one meant must.
    #[test]
    fn only_what_leaves_open_who_acts_on_which_file_is_grave() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c.toml");
        let grave = |text: &str, given: Given| {
            std::fs::write(&path, text).unwrap();
            let given = Given { config: Some(path.clone()), ..given };
            let config = load(&given, &|_| None);
            assert!(!config.warnings.is_empty());
            config.grave
        };
        let named = || Given { db: Some("x.db".into()), me: "bo".parse().ok(), ..Given::default() };
        assert!(!grave("them = 1\n[keys]\naccept = 3\n", Given::default()));
        assert!(grave("db = 3\n", Given::default()));
        assert!(grave("[keys\n", Given::default()), "it may have named a file");
        assert!(!grave("[keys\n", named()), "all that matters was said elsewhere");
    }

    #[test]
    fn the_example_is_what_the_code_says_and_its_defaults_are_the_defaults() {
        assert_eq!(EXAMPLE, example());
        let setting = |line: &&str| {
            line.starts_with("# [")
                || ["budget", "mouse", "a11y", "bell"]
                    .iter()
                    .any(|key| line.starts_with(&format!("# {key} = ")))
                || line.contains(" = \"") && !line.contains("action")
        };
        let live = EXAMPLE.lines().filter(setting).map(|line| &line[2..]).collect::<Vec<_>>().join("\n");
        let (settings, warnings) = read_text(&live);
        assert_eq!(warnings, Vec::<String>::new());
        let default = Settings::default();
        assert_eq!((settings.theme, settings.lines), (default.theme, default.lines));
        assert_eq!(
            (settings.mouse, settings.a11y, settings.bell, settings.quiet),
            (default.mouse, default.a11y, default.bell, default.quiet)
        );
        assert_eq!(
            (settings.keys, settings.budget, settings.run),
            (default.keys, default.budget, default.run)
        );
        assert!(settings.db.is_some_and(|db| db.ends_with(".local/share/baton/desk.db") && db.is_absolute()));
        assert_eq!(settings.me.unwrap().as_str(), "your-login");
    }

    #[test]
    fn the_words_are_those_the_screen_knows() {
        assert!(THEMES.iter().all(|word| word.parse::<crate::tui::theme::Palette>().is_ok()));
        assert!(LINES.iter().all(|word| word.parse::<crate::tui::theme::Lines>().is_ok()));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line_and_the_rest_holds() {
        let (settings, warnings) = read_text(
            "theme = \"dark\"\nthem = 1\nlines = \"round\"\nas = 3\n[keys]\nquit = [\"q\", \"ctrl-c\"]\nundo = \"none\"\nhelp = 1\n",
        );
        assert_eq!(settings.theme, "dark");
        assert_eq!(settings.keys["quit"], ["q", "ctrl-c"]);
        assert_eq!(settings.keys["undo"], Vec::<String>::new());
        let mut warnings = warnings;
        warnings.sort();
        assert_eq!(
            warnings,
            [
                "c.toml:2: there is no setting `them`; did you mean `theme`?",
                "c.toml:3: `round` is not one of auto, unicode, ascii, none",
                "c.toml:4: this must be a text in quotes",
                "c.toml:8: write a key as \"x\", several as [\"x\", \"y\"], or \"none\"",
            ]
        );
        let (_, warnings) = read_text("theme = \"dark\"\nlines = \n");
        assert!(warnings[0].starts_with("c.toml:2: "), "{warnings:?}");
    }

    /// Whatever the file says, the program starts, with the keys it has anyway.
    #[test]
    fn a_broken_file_is_warned_of_and_stops_nothing() {
        for (text, warned) in [
            ("[keys", 1),
            ("keys = 5\n", 1),
            ("[keys]\naccept = 3\nnote = [1]\n", 2),
            ("[keys]\naccept = \"a\"\naccept = \"b\"\n", 1),
            ("theme = [\"mono\"]\nlines = {}\nas = 1.5\nbudget = \"many\"\n", 4),
            ("ö = 1\n[keys]\nö = \"ö\"\naccept = \"ö\"\n", 1),
            ("\u{0}\u{1b}[31m", 1),
            ("[keys]\naccept = \"Ctrl-Hyper-ö\"\nnote = [\"a\", \"a\"]\n", 0),
        ] {
            let (settings, warnings) = read_text(text);
            assert_eq!(warnings.len(), warned, "{text:?}: {warnings:?}");
            assert!(warnings.iter().all(|warning| !warning.contains('\u{1b}')), "{warnings:?}");
            let (keymap, _) = crate::tui::keymap::Keymap::new(&settings.keys);
            assert_ne!(keymap.shown(crate::tui::action::ActionId::Quit), "");
        }
    }

    #[test]
    fn manners_are_yes_or_no() {
        let (settings, warnings) =
            read_text("mouse = true\na11y = true\nbell = 1\nquiet = \"22:00-07:00\"\n");
        assert!(settings.mouse && settings.a11y && settings.bell);
        assert_eq!(settings.quiet, "22:00-07:00");
        assert_eq!(warnings, ["c.toml:3: this must be true or false"]);
    }

    #[test]
    fn programs_are_lists_of_words_and_nothing_else() {
        let (settings, warnings) = read_text(
            "budget = 7\n[run]\ninvoice = [\"/opt/invoice\", \"--now\"]\nshell = \"rm -rf /\"\nempty = []\nblank = [\"\"]\n",
        );
        assert_eq!((settings.budget, settings.run.len()), (7, 1));
        assert_eq!(settings.run["invoice"], ["/opt/invoice", "--now"]);
        assert_eq!(warnings.len(), 3, "{warnings:?}");
        assert!(warnings.iter().all(|warning| warning.contains("write a program and its arguments as")));
        let (settings, warnings) = read_text("budget = -1\nrun = []\n");
        assert_eq!((settings.budget, warnings.len()), (20, 2), "{warnings:?}");
    }

    #[test]
    fn a_flag_beats_the_environment_beats_the_file_beats_the_default() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("c.toml");
        std::fs::write(&file, "as = \"@filed\"\ndb = \"/from/file\"\ntheme = \"light\"\n").unwrap();
        let env = |pairs: &'static [(&str, &str)]| {
            move |name: &str| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| OsString::from(v))
        };
        let given = Given { config: Some(file), ..Given::default() };
        let config = load(&given, &env(&[("USER", "Ana Smith"), ("BATON_DB", "")]));
        assert_eq!(config.settings.me.as_ref().unwrap().as_str(), "filed");
        assert_eq!(config.settings.db.as_deref(), Some(Path::new("/from/file")), "an empty variable is none");
        let config = load(&given, &env(&[("BATON_AS", "bo"), ("BATON_DB", "/from/env"), ("NO_COLOR", "1")]));
        assert_eq!(config.settings.origin("as"), Origin::Environment);
        assert_eq!(config.settings.db.as_deref(), Some(Path::new("/from/env")));
        assert_eq!(config.settings.theme, "mono");
        let given = Given { me: Some(handle("cy").unwrap()), ..given };
        let config = load(&given, &env(&[("BATON_AS", "bo")]));
        assert_eq!(config.settings.rows()[0], ("as".into(), "cy".into(), Origin::Flag));
        let config = load(&Given { config: Some("/no/such".into()), ..Given::default() }, &env(&[]));
        assert!(config.warnings[0].starts_with("/no/such: it cannot be read"), "{:?}", config.warnings);
        let config = load(&Given::default(), &env(&[("USER", "Ana Smith")]));
        assert_eq!(config.settings.me.unwrap().as_str(), "ana-smith");
        let given = Given { login: Some("root".into()), ..Given::default() };
        let of = |env: &dyn Fn(&str) -> Option<OsString>| load(&given, env).settings.me.map(String::from);
        assert_eq!(of(&env(&[])).as_deref(), Some("root"));
        assert_eq!(of(&env(&[("LOGNAME", "bo")])).as_deref(), Some("bo"));
    }
}
