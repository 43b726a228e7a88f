//! Leaving the terminal to the shell for a while: is there one, and how to stop so that it notices.

use signal_hook::consts::SIGTSTP;
use signal_hook::low_level::emulate_default_handler;
use std::env;
use std::fs;
use std::process::{self, Command, Stdio};

/// Parents looked at before giving up; scripts do not nest deeper.
const MOST_PARENTS: usize = 64;

/// Where a process stands among the others.
#[derive(Debug, Clone, Copy)]
struct Place {
    parent: u32,
    group: u32,
    session: u32,
}

/// Whether somebody could type `fg`. Where the system does not tell, the answer is yes: the kernel stops no
/// process group that has no shell above it.
pub fn has_shell() -> bool {
    if env::var_os("SSH_ORIGINAL_COMMAND").is_some() {
        return false;
    }
    match place(process::id()) {
        Some(us) => has_shell_above(us, place),
        None => true,
    }
}

/// Whether an editor may be started: not for somebody whose key or login gives them this program and nothing
/// else, since every editor is a way to a shell. A multiplexer in between was started by a shell.
pub fn may_start_programs() -> bool {
    let set = |name: &str| env::var_os(name).is_some();
    let multiplexed = ["TMUX", "STY", "ZELLIJ"].iter().any(|name| set(name));
    if set("SSH_ORIGINAL_COMMAND") {
        return false;
    }
    multiplexed || !set("SSH_CONNECTION") || has_shell()
}

/// A shell that does job control put us in a group of our own, inside its session; scripts between it and us
/// are in our group. A login shell's place, a forced command's and an orphan's have nobody like that above.
fn has_shell_above(us: Place, place: impl Fn(u32) -> Option<Place>) -> bool {
    let mut parent = us.parent;
    for _ in 0..MOST_PARENTS {
        match place(parent) {
            Some(above) if above.session == us.session && above.group == us.group => parent = above.parent,
            Some(above) => return above.session == us.session,
            None => return false,
        }
    }
    false
}

fn place(process: u32) -> Option<Place> {
    parse(&fs::read_to_string(format!("/proc/{process}/stat")).ok()?)
}

/// Reads `pid (name) state parent group session ...`; the name may hold anything, brackets included.
fn parse(stat: &str) -> Option<Place> {
    let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace().skip(1).map(|n| n.parse().ok());
    Some(Place { parent: fields.next()??, group: fields.next()??, session: fields.next()?? })
}

/// Stops our whole process group, a wrapper script included, and returns when it continues. A shell waits for
/// its script, so stopping ourselves alone would leave the person with a dead terminal.
pub fn stop() {
    let sent = Command::new("/bin/sh")
        .args(["-c", "kill -s TSTP 0"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if sent.is_err() {
        let _ = emulate_default_handler(SIGTSTP);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Processes as (id, parent, group, session).
    fn shell_above(processes: &[(u32, u32, u32, u32)]) -> bool {
        let find = |id| {
            let found = processes.iter().find(|(own, ..)| *own == id)?;
            Some(Place { parent: found.1, group: found.2, session: found.3 })
        };
        has_shell_above(find(30).unwrap(), find)
    }

    #[test]
    fn a_shell_with_job_control_is_somewhere_to_go() {
        assert!(shell_above(&[(30, 20, 30, 20), (20, 10, 20, 20), (10, 1, 10, 10)]));
        assert!(shell_above(&[(30, 25, 25, 20), (25, 20, 25, 20), (20, 10, 20, 20)]), "through a script");
        assert!(shell_above(&[(30, 1, 30, 1), (1, 0, 1, 1)]), "a container whose first process is the shell");
    }

    #[test]
    fn without_one_there_is_nowhere_to_go() {
        assert!(!shell_above(&[(30, 10, 30, 30), (10, 1, 10, 10)]), "we are the login shell");
        assert!(
            !shell_above(&[(30, 20, 20, 20), (20, 10, 20, 20), (10, 1, 10, 10)]),
            "sh -c of a forced command"
        );
        assert!(!shell_above(&[(30, 1, 30, 20), (1, 0, 1, 1)]), "the shell has died");
        assert!(!shell_above(&[(30, 7, 30, 20)]), "a parent we may not see");
        assert!(!shell_above(&[(30, 30, 30, 30)]), "no end of parents");
    }

    #[test]
    fn any_name_of_a_process_is_read_past() {
        let place = parse("7 (a) b) R 3 4 5 34816 7 4194304").unwrap();
        assert_eq!((place.parent, place.group, place.session), (3, 4, 5));
        assert!(parse("7 (x) R 3").is_none());
    }
}
