//! The SQLite file: opening it safely, and what holds for every connection. The only folder with SQL.
//!
//! Nothing but SQLite opens the database file in this process: one `open` and `close` of our own would drop
//! its locks and let a second writer in.

#[cfg(test)]
mod again;
mod ahead;
mod busy;
mod cases;
mod check;
mod codec;
mod cursor;
mod figures;
mod inbox;
mod journal;
mod lists;
mod ops;
mod read;
mod rebuild;
mod rollup;
mod stage;
mod sweep;
mod waiting;
mod window;
mod write;

use super::StoreError;
use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use rusqlite_migration::{M, Migrations};
use std::cell::RefCell;
use std::path::{Path, PathBuf};

#[cfg(test)]
pub use again::Remembered;
pub use ahead::{AheadRow, Finished};
pub use busy::when_waiting;
pub use check::Info;
pub use figures::{EndedTask, FinishedCase};
pub use journal::Writer;
pub use stage::{Stage, Staged};
pub use window::MOST_COUNTED;

/// `batn` as a number: marks the file as ours.
const APPLICATION_ID: i64 = 0x6261_746e;
/// A fault in the write-ahead log of 3.7.0 to 3.51.2 corrupts files with two writers.
const OLDEST_SQLITE: i32 = 3_051_003;
/// The one that has more to do than SQL can say.
const ROLLUP: &str = include_str!("migrations/0011_rollup.sql");
const MIGRATIONS: &[M<'_>] = &[
    M::up(include_str!("migrations/0001_base.sql")),
    M::up(include_str!("migrations/0002_action.sql")),
    M::up(include_str!("migrations/0003_flow.sql")),
    M::up(include_str!("migrations/0004_moves.sql")),
    M::up(include_str!("migrations/0005_cursor.sql")),
    M::up(include_str!("migrations/0006_versions.sql")),
    M::up(include_str!("migrations/0007_history.sql")),
    M::up(include_str!("migrations/0008_tags.sql")),
    M::up(include_str!("migrations/0009_windows.sql")),
    M::up(include_str!("migrations/0010_sweep.sql")),
    M::up(ROLLUP),
    M::up(include_str!("migrations/0012_ahead.sql")),
    M::up(include_str!("migrations/0013_derivation.sql")),
    M::up(include_str!("migrations/0014_inbox.sql")),
    M::up(include_str!("migrations/0015_duplicate.sql")),
    M::up(include_str!("migrations/0016_heads.sql")),
    M::up(include_str!("migrations/0017_barred.sql")),
    M::up(include_str!("migrations/0018_message.sql")),
    M::up(include_str!("migrations/0020_record_message.sql")),
    M::up(include_str!("migrations/0021_broken.sql")),
    M::up(include_str!("migrations/0024_item.sql")),
];

/// One connection to one file.
#[derive(Debug)]
pub struct Store {
    conn: Connection,
    path: PathBuf,
    /// What the file was when it was opened; writing into a deleted or replaced one succeeds otherwise.
    file: Option<(u64, u64)>,
    /// A batch of the transaction under way was written in part.
    spoiled: bool,
    /// Where the journal stands within the transaction under way: written once, at its end.
    head: Option<journal::Standing>,
    /// Only where nothing is kept: what is not in the tables yet.
    waiting: Option<RefCell<waiting::Waiting>>,
}

impl Store {
    /// Opens a file, making it when it is not there.
    ///
    /// # Errors
    /// Each with its own sentence: not a Baton file, newer, read-only, full, damaged, on a network share.
    pub fn open(path: &Path) -> Result<Store, StoreError> {
        refuse_shared(path)?;
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|e| StoreError::Other {
                path: folder.to_path_buf(),
                detail: format!("the folder cannot be made: {e}"),
            })?;
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(path, flags).map_err(|e| explain(path, &e))?;
        Store::ready(conn, path.to_path_buf(), true)
    }

    /// Opens a file that must be there.
    pub fn open_existing(path: &Path) -> Result<Store, StoreError> {
        match path.try_exists() {
            Ok(true) => Store::open(path),
            _ => Err(StoreError::Missing { path: path.to_path_buf() }),
        }
    }

    /// A store that lives as long as this value, for tests.
    pub fn in_memory() -> Result<Store, StoreError> {
        let path = PathBuf::from(":memory:");
        let conn = Connection::open_in_memory().map_err(|e| explain(&path, &e))?;
        Store::ready(conn, path, false)
    }

    fn ready(mut conn: Connection, path: PathBuf, on_disk: bool) -> Result<Store, StoreError> {
        let fail = |e: rusqlite::Error| explain(&path, &e);
        if rusqlite::version_number() < OLDEST_SQLITE {
            return Err(StoreError::Other {
                path: path.clone(),
                detail: format!("SQLite {} is too old to be safe with two writers", rusqlite::version()),
            });
        }
        conn.busy_handler(Some(busy::wait_a_little)).map_err(fail)?;
        identify(&conn, &path)?;
        // SQLite opens what it may not write for reading, and says so only at the first write.
        if conn.is_readonly("main").map_err(fail)? {
            return Err(StoreError::ReadOnly { path: path.clone() });
        }
        set_up(&conn).map_err(fail)?;
        if on_disk {
            conn.pragma_update(None, "journal_mode", "WAL").map_err(fail)?;
        }
        let known = MIGRATIONS.len() as i64;
        if version(&conn).map_err(fail)? < known {
            conn.pragma_update(None, "application_id", APPLICATION_ID).map_err(fail)?;
            conn.pragma_update(None, "foreign_keys", false).map_err(fail)?;
            migrate(&mut conn, &path)?;
            conn.pragma_update(None, "foreign_keys", true).map_err(fail)?;
        }
        let file = if on_disk { identity_of(&path) } else { None };
        let waiting = (!on_disk).then(RefCell::default);
        Ok(Store { conn, path, file, spoiled: false, head: None, waiting })
    }

    /// The file's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A number that changes when another connection has written; costs two microseconds.
    pub fn foreign_changes(&self) -> Result<i64, StoreError> {
        self.conn.query_row("PRAGMA data_version", [], |row| row.get(0)).map_err(|e| self.explain(&e))
    }

    fn explain(&self, error: &rusqlite::Error) -> StoreError {
        explain(&self.path, error)
    }
}

/// Refuses to write into a file that is not the one that was opened any more.
fn must_be_the_same_file(path: &Path, opened: Option<(u64, u64)>) -> Result<(), StoreError> {
    match opened {
        Some(opened) if identity_of(path) != Some(opened) => {
            Err(StoreError::Gone { path: path.to_path_buf() })
        }
        _ => Ok(()),
    }
}

/// Two processes may come here at once: the one that waited finds the work done.
fn migrate(conn: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let known = MIGRATIONS.len() as i64;
    let filled = M::up_with_hook(ROLLUP, |tx: &rusqlite::Transaction<'_>| {
        rollup::fill(tx)?;
        Ok(())
    });
    let all = MIGRATIONS.iter().map(|one| if *one == M::up(ROLLUP) { filled.clone() } else { one.clone() });
    let all = Migrations::new(all.collect());
    for attempt in 0..50 {
        match all.to_latest(conn) {
            Ok(()) => return Ok(()),
            Err(_) if version(conn).is_ok_and(|found| found == known) => return Ok(()),
            Err(error) if attempt == 49 => {
                return Err(StoreError::Other { path: path.to_path_buf(), detail: error.to_string() });
            }
            Err(_) => {
                busy::wait_a_little(attempt);
            }
        }
    }
    Ok(())
}

fn version(conn: &Connection) -> rusqlite::Result<i64> {
    conn.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// An empty file or one of ours, of a version this program knows.
fn identify(conn: &Connection, path: &Path) -> Result<(), StoreError> {
    let fail = |e: rusqlite::Error| explain(path, &e);
    let read = |sql: &str| conn.query_row(sql, [], |row| row.get::<_, i64>(0));
    // In this order: another process may be making the file, and it marks it before it makes a table.
    let tables = read("SELECT count(*) FROM sqlite_schema").map_err(fail)?;
    let application = read("PRAGMA application_id").map_err(fail)?;
    if application != APPLICATION_ID && (application != 0 || tables > 0) {
        return Err(StoreError::NotOurs { path: path.to_path_buf() });
    }
    let (found, known) = (version(conn).map_err(fail)?, MIGRATIONS.len() as i64);
    match found > known {
        true => Err(StoreError::Newer { path: path.to_path_buf(), found, known }),
        false => Ok(()),
    }
}

/// Pages that are kept at hand, 4 MiB: a screen has two connections open all day, and the system keeps pages too.
const CACHE: &str = "-4096";
/// The same within a long transaction, 56 MiB: an import would otherwise write pages out and read them again.
const CACHE_WITHIN: &str = "-57344";

fn set_up(conn: &Connection) -> rusqlite::Result<()> {
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    for (name, value) in [
        ("synchronous", "FULL"),
        ("foreign_keys", "ON"),
        ("cell_size_check", "ON"),
        ("mmap_size", "0"),
        ("secure_delete", "ON"),
        ("temp_store", "MEMORY"),
        ("cache_size", CACHE),
    ] {
        conn.pragma_update(None, name, value)?;
    }
    conn.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 1)?;
    conn.set_limit(Limit::SQLITE_LIMIT_LENGTH, 64 * 1024 * 1024)?;
    conn.set_prepared_statement_cache_capacity(64);
    Ok(())
}

#[cfg(unix)]
fn identity_of(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).ok().map(|meta| (meta.dev(), meta.ino()))
}

#[cfg(not(unix))]
fn identity_of(path: &Path) -> Option<(u64, u64)> {
    path.try_exists().ok().filter(|there| *there).map(|_| (0, 0))
}

/// SQLite's locks do not hold on network shares, and folders that are synchronised copy files mid-write.
fn refuse_shared(path: &Path) -> Result<(), StoreError> {
    let full = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let shared = |place: &str| StoreError::Shared { path: path.to_path_buf(), place: place.to_string() };
    const SYNCED: [&str; 5] = ["Dropbox", "OneDrive", "Google Drive", "iCloud Drive", "Nextcloud"];
    for part in full.components() {
        let part = part.as_os_str().to_string_lossy();
        if let Some(name) = SYNCED.iter().find(|name| part == **name) {
            return Err(shared(&format!("the synchronised folder {name}")));
        }
    }
    let Ok(mounts) = std::fs::read_to_string("/proc/self/mounts") else { return Ok(()) };
    let kind = mounts
        .lines()
        .filter_map(|line| {
            let mut words = line.split(' ').skip(1);
            let point = words.next()?.replace("\\040", " ");
            full.starts_with(&point).then_some((point.len(), words.next()?))
        })
        .max_by_key(|(length, _)| *length)
        .map(|(_, kind)| kind);
    match kind {
        Some("nfs" | "nfs4" | "cifs" | "smb3" | "smbfs" | "fuse.sshfs" | "afs" | "ceph") => {
            Err(shared("a network share"))
        }
        _ => Ok(()),
    }
}

/// Each thing that can be wrong with a file in words of its own.
fn explain(path: &Path, error: &rusqlite::Error) -> StoreError {
    let path = path.to_path_buf();
    if let rusqlite::Error::FromSqlConversionFailure(..)
    | rusqlite::Error::InvalidColumnType(..)
    | rusqlite::Error::IntegralValueOutOfRange(..)
    | rusqlite::Error::Utf8Error(..) = error
    {
        return StoreError::Damaged { path, detail: error.to_string() };
    }
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => StoreError::NotOurs { path },
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
            StoreError::ReadOnly { path }
        }
        Some(ErrorCode::DiskFull) => StoreError::Full { path },
        Some(ErrorCode::DatabaseCorrupt) => StoreError::Damaged { path, detail: error.to_string() },
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy { path },
        _ => StoreError::Other { path, detail: error.to_string() },
    }
}
