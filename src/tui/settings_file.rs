//! Changes keys in a person's settings file and nothing else of it: comments, order and spaces stay as they wrote them.
//! Only what stands right above a key that is taken out goes with it. The file is replaced whole or not at all. Reads no
//! settings.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use toml_edit::{Array, DocumentMut, Item, Table, value};

/// Why the settings could not be changed. Nothing of the file was.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    #[error("{path} cannot be read as settings: {why}", path = .0.display(), why = .1)]
    Unreadable(PathBuf, String),
    #[error("{path} cannot be written: {why}", path = .0.display(), why = .1)]
    Unwritable(PathBuf, std::io::Error),
}

/// Gives an action these keys in the file at `path`, which need not be there yet: none at all with an empty list, and
/// those of the table again with `None`.
///
/// # Errors
/// A file that is no TOML or whose `keys` is no table, and those of the file system.
pub fn set_keys(path: &Path, action: &str, keys: Option<&[String]>) -> Result<(), EditError> {
    changed(path, |old| with_keys(old, action, keys))
}

fn changed(path: &Path, new: impl FnOnce(&str) -> Result<String, String>) -> Result<(), EditError> {
    let unwritable = |e| EditError::Unwritable(path.to_path_buf(), e);
    let old = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(e) => return Err(EditError::Unreadable(path.to_path_buf(), e.to_string())),
    };
    let new = new(&old).map_err(|why| EditError::Unreadable(path.to_path_buf(), why))?;
    if new == old {
        return Ok(());
    }
    replace(path, &new).map_err(unwritable)
}

/// Says in the file at `path`, which need not be there yet, who acts.
///
/// # Errors
/// A file that is no TOML, and those of the file system.
pub fn keep_who(path: &Path, handle: &str) -> Result<(), EditError> {
    changed(path, |old| {
        let mut document = old.parse::<DocumentMut>().map_err(|e| e.message().to_string())?;
        document.as_table_mut().insert("as", value(handle));
        Ok(document.to_string())
    })
}

/// The text of the settings with the keys of an action changed.
fn with_keys(text: &str, action: &str, keys: Option<&[String]>) -> Result<String, String> {
    let mut document = text.parse::<DocumentMut>().map_err(|e| e.message().to_string())?;
    let root = document.as_table_mut();
    let table = match root.entry("keys") {
        toml_edit::Entry::Occupied(known) => known.into_mut(),
        toml_edit::Entry::Vacant(new) if keys.is_some() => new.insert(Item::Table(Table::new())),
        toml_edit::Entry::Vacant(_) => return Ok(text.to_string()),
    };
    let Some(table) = table.as_table_like_mut() else { return Err("`keys` is no table".to_string()) };
    match keys {
        None => drop(table.remove(action)),
        Some(keys) => {
            let wanted = match keys {
                [] => value("none"),
                [one] => value(one.as_str()),
                several => value(several.iter().map(String::as_str).collect::<Array>()),
            };
            // What stands around the old value, a comment behind it say, stays.
            let around = table.get(action).and_then(Item::as_value).map(|old| old.decor().clone());
            let wanted = match (wanted, around) {
                (Item::Value(mut wanted), Some(around)) => {
                    *wanted.decor_mut() = around;
                    Item::Value(wanted)
                }
                (wanted, _) => wanted,
            };
            match table.get_mut(action) {
                Some(known) => *known = wanted,
                None => drop(table.insert(action, wanted)),
            }
        }
    }
    Ok(document.to_string())
}

/// A new file beside it, made durable, takes its place with its permissions; where it is a link, that of what it
/// leads to.
fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let beside = folder.join(format!(".{name}.{}.new", std::process::id()));
    let written = fs::File::create(&beside).and_then(|mut file| {
        if let Ok(known) = fs::metadata(&path) {
            file.set_permissions(known.permissions())?;
        }
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    let moved = written.and_then(|()| fs::rename(&beside, &path));
    if moved.is_err() {
        // What is left of an attempt that failed is of no use to anybody.
        let _ = fs::remove_file(&beside);
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(keys: &[&str]) -> Vec<String> {
        keys.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn only_the_keys_change_and_comments_stay() {
        let text = "# mine\ntheme = \"dark\" # at night\n\n[keys] # fingers\n# the big one\naccept = \"F5\"   # near\n";
        let changed = with_keys(text, "accept", Some(&keys(&["a", "F6"]))).unwrap();
        assert_eq!(changed, text.replace("\"F5\"", "[\"a\", \"F6\"]"));
        let added = with_keys(text, "withdraw", Some(&[])).unwrap();
        assert_eq!(added, format!("{text}withdraw = \"none\"\n"));
        let gone = with_keys(&changed, "accept", None).unwrap();
        assert!(!gone.contains("accept") && gone.contains("# at night"), "{gone}");
        assert_eq!(with_keys("", "accept", None).unwrap(), "");
        assert_eq!(with_keys("", "accept", Some(&keys(&["F5"]))).unwrap(), "[keys]\naccept = \"F5\"\n");
        let inline = with_keys("keys = { note = \"c\" }\n", "accept", Some(&keys(&["F5"]))).unwrap();
        assert_eq!(inline, "keys = { note = \"c\" , accept = \"F5\" }\n");
        assert!(with_keys("keys = 3", "accept", Some(&[])).is_err());
        assert!(with_keys("theme = ", "accept", Some(&[])).is_err());
    }

    #[test]
    fn a_file_is_replaced_whole_with_its_permissions_and_a_broken_one_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/config.toml");
        set_keys(&path, "accept", Some(&keys(&["F5"]))).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "[keys]\naccept = \"F5\"\n");
        fs::write(&path, "theme = ").unwrap();
        let refused = set_keys(&path, "accept", Some(&keys(&["F5"]))).unwrap_err();
        assert!(refused.to_string().contains("cannot be read as settings"), "{refused}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "theme = ");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn who_acts_is_kept_beside_everything_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        keep_who(&path, "ana").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "as = \"ana\"\n");
        fs::write(&path, "bell = false # quiet\n\n[keys]\naccept = \"F5\"\n").unwrap();
        keep_who(&path, "bo").unwrap();
        let kept = "bell = false # quiet\nas = \"bo\"\n\n[keys]\naccept = \"F5\"\n";
        assert_eq!(fs::read_to_string(&path).unwrap(), kept);
        fs::write(&path, "theme = ").unwrap();
        assert!(keep_who(&path, "bo").is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real.toml"), folder.path().join("config.toml"));
        fs::write(&real, "bell = false\n").unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o600)).unwrap();
        symlink(&real, &link).unwrap();
        set_keys(&link, "accept", Some(&keys(&["F5"]))).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&real).unwrap(), "bell = false\n\n[keys]\naccept = \"F5\"\n");
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
