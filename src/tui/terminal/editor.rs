//! Runs the person's own editor on a text. Knows nothing of what the text is for.

use super::TerminalError;
use std::env;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{self, Command};

/// Tried where neither VISUAL nor EDITOR is set.
const USUAL: [&str; 2] = ["nano", "vi"];

/// What came back from an editor. The file stays until `saved`, so that a failed save loses nothing.
#[derive(Debug)]
pub struct Edited {
    pub text: String,
    /// Where the text lies, to be named when it could not be saved.
    pub file: PathBuf,
}

impl Edited {
    /// The text is safe elsewhere: the file goes.
    pub fn saved(self) -> io::Result<()> {
        fs::remove_file(self.file)
    }
}

/// Writes `text` to a private file, waits for the editor, and reads it back; `None` when it is the same or
/// nothing but blanks. `var` looks up the environment.
#[cfg(test)]
pub fn edit(text: &str, var: impl Fn(&str) -> Option<String>) -> Result<Option<Edited>, TerminalError> {
    edit_at(text, None, var)
}

/// The same, at a line where the editor is one that can be told.
pub fn edit_at(
    text: &str,
    line: Option<usize>,
    var: impl Fn(&str) -> Option<String>,
) -> Result<Option<Edited>, TerminalError> {
    let chosen =
        ["VISUAL", "EDITOR"].iter().find_map(|name| var(name).filter(|value| !value.trim().is_empty()));
    let commands = match &chosen {
        Some(line) => vec![words(line).ok_or_else(|| TerminalError::EditorSetting(line.clone()))?],
        None => USUAL.iter().map(|name| vec![name.to_string()]).collect(),
    };
    let folder = var("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|path| path.is_dir());
    let file = write_new(&folder.unwrap_or_else(env::temp_dir), text)?;
    let ended = match run(&commands, &file, line) {
        Ok(ended) => ended,
        Err(error) => {
            // Holds only what the caller has anyway.
            let _ = fs::remove_file(&file);
            return Err(error);
        }
    };
    let after = match fs::read_to_string(&file) {
        Ok(after) => after,
        // An editor that takes the file away has given nothing back, like one that leaves it empty.
        Err(source) if source.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(TerminalError::Unreadable { file, source }),
    };
    // Editors end the last line; that alone is no change.
    let after = after.strip_suffix('\n').unwrap_or(&after);
    if after == text.strip_suffix('\n').unwrap_or(text) || after.trim().is_empty() {
        let _ = fs::remove_file(&file);
        return Ok(None);
    }
    if !ended {
        return Err(TerminalError::EditorFailed(file));
    }
    Ok(Some(Edited { text: after.to_string(), file }))
}

/// Runs the first command that exists; true when it ended well.
fn run(commands: &[Vec<String>], file: &Path, line: Option<usize>) -> Result<bool, TerminalError> {
    let mut missing = None;
    for command in commands {
        let Some((name, arguments)) = command.split_first() else { continue };
        let at = line.and_then(|line| at_line(name, line));
        match Command::new(name).args(arguments).args(at).arg(file).status() {
            Ok(status) => return Ok(status.success()),
            Err(source) => missing = Some(TerminalError::NoEditor { name: name.clone(), source }),
        }
    }
    Err(missing.unwrap_or_else(|| TerminalError::EditorSetting(String::new())))
}

/// How an editor is told to begin at a line; `None` for one we do not know.
fn at_line(name: &str, line: usize) -> Option<String> {
    const TOLD: [&str; 15] = [
        "vi",
        "vim",
        "nvim",
        "nano",
        "emacs",
        "emacsclient",
        "micro",
        "kak",
        "joe",
        "jed",
        "mg",
        "ne",
        "pico",
        "jove",
        "ee",
    ];
    let name = Path::new(name).file_name()?.to_str()?;
    TOLD.contains(&name).then(|| format!("+{line}"))
}

/// A new file that only we may read. Its name is the first free one: what is there already, a link of
/// somebody else's included, is never opened.
fn write_new(folder: &Path, text: &str) -> io::Result<PathBuf> {
    for number in 0..=u16::MAX {
        let path = folder.join(format!("baton-{}-{number}.txt", process::id()));
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
            Ok(mut file) => {
                file.write_all(text.as_bytes())?;
                return Ok(path);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::new(io::ErrorKind::AlreadyExists, "no free name for the text"))
}

/// Splits a command as a shell would, without running one: blanks, both quotes, backslash. `None` when a
/// quote stays open.
fn words(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            ' ' | '\t' | '\n' => words.extend(word.take()),
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next()? {
                        '\'' => break,
                        c => word.push(c),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next()? {
                        '"' => break,
                        '\\' => match chars.next()? {
                            c @ ('"' | '\\' | '$' | '`') => word.push(c),
                            '\n' => {}
                            c => word.extend(['\\', c]),
                        },
                        c => word.push(c),
                    }
                }
            }
            '\\' => word.get_or_insert_default().push(chars.next()?),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn with(editor: &str, text: &str) -> (tempfile::TempDir, Result<Option<Edited>, TerminalError>) {
        let folder = tempfile::tempdir().unwrap();
        let edited = edit(text, |name| match name {
            "EDITOR" => Some(editor.to_string()),
            "XDG_RUNTIME_DIR" => Some(folder.path().display().to_string()),
            _ => None,
        });
        (folder, edited)
    }

    fn files(folder: &tempfile::TempDir) -> usize {
        fs::read_dir(folder.path()).unwrap().count()
    }

    #[test]
    fn what_was_written_comes_back_and_its_file_stays_until_saved() {
        let (folder, edited) = with(r#"sh -c 'printf "two lines\nnow\n" > "$0"'"#, "one");
        let edited = edited.unwrap().unwrap();
        assert_eq!(edited.text, "two lines\nnow");
        assert_eq!(files(&folder), 1);
        edited.saved().unwrap();
        assert_eq!(files(&folder), 0);
    }

    #[test]
    fn unchanged_or_empty_is_nothing_and_leaves_nothing() {
        for editor in ["true", "sh -c 'echo >> \"$0\"'", "sh -c ': > \"$0\"'", "sh -c 'rm \"$0\"'", "false"] {
            let (folder, edited) = with(editor, "one");
            assert!(matches!(edited, Ok(None)), "{editor}");
            assert_eq!(files(&folder), 0, "{editor}");
        }
    }

    #[test]
    fn a_failing_editor_keeps_what_was_written() {
        let (folder, edited) = with(r#"sh -c 'echo more >> "$0"; exit 1'"#, "one");
        assert!(matches!(edited, Err(TerminalError::EditorFailed(file)) if file.starts_with(folder.path())));
        assert_eq!(files(&folder), 1);
        let (folder, edited) = with("no-such-editor-here -w", "one");
        assert!(edited.is_err_and(|e| e.to_string().contains("`no-such-editor-here`")));
        assert_eq!(files(&folder), 0);
        assert!(matches!(with("vi 'x", "one").1, Err(TerminalError::EditorSetting(_))));
    }

    #[test]
    fn a_command_is_split_as_a_shell_would() {
        let split = |line| words(line).map(|w| w.join("|"));
        assert_eq!(split("code --wait").as_deref(), Some("code|--wait"));
        assert_eq!(
            split(r#" "/opt/my editor/ed"  -c 'set tw=72' a\ b "" "#).as_deref(),
            Some("/opt/my editor/ed|-c|set tw=72|a b|")
        );
        assert_eq!(split(r#""a\"b\n"'c'd"#).as_deref(), Some(r#"a"b\ncd"#));
        assert_eq!(split("\"open"), None);
        assert_eq!(split("trailing\\"), None);
    }

    proptest! {
        #[test]
        fn words_in_single_quotes_are_taken_as_they_are(given in prop::collection::vec("[^']{0,12}", 0..5)) {
            let line = given.iter().map(|w| format!("'{w}'")).collect::<Vec<_>>().join(" ");
            prop_assert_eq!(words(&line), Some(given));
        }
    }
}
