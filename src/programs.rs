//! The programs rules may ask for: the allow-list of the configuration, and running one of them. No shell, no
//! arguments but those of the configuration; what is known of the case is in the environment. Nothing of the list
//! ever comes from the database.

use std::collections::BTreeMap;
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

/// How long a program may take.
const LIMIT: Duration = Duration::from_secs(60);
/// How much of the end of its output is kept, in bytes.
const KEPT: usize = 4 * 1024;
/// What a program that ended may still have in its pipes is waited for this long: a child of its own may hold them.
const REST: Duration = Duration::from_millis(500);
const LOOK: Duration = Duration::from_millis(20);

/// Programs with their arguments, by the name rules know them by.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Programs(BTreeMap<String, Vec<String>>);

impl Programs {
    /// Those of the configuration.
    pub fn new(list: BTreeMap<String, Vec<String>>) -> Programs {
        Programs(list)
    }

    /// Runs the program of this name, with these variables added to its environment. Whether it went well, and the
    /// end of what it printed, or a sentence that says why not.
    pub fn run(&self, name: &str, variables: &[(&str, String)]) -> (bool, String) {
        self.run_within(name, variables, LIMIT)
    }

    fn run_within(&self, name: &str, variables: &[(&str, String)], limit: Duration) -> (bool, String) {
        let Some([program, arguments @ ..]) = self.0.get(name).map(Vec::as_slice) else {
            return (
                false,
                format!(
                    "`{name}` is not among the commands of the configuration; add it under [run] to allow it."
                ),
            );
        };
        let variables = variables.iter().map(|(name, value)| (name, value.replace('\0', "")));
        let child = Command::new(program)
            .args(arguments)
            .envs(variables)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        match child {
            Ok(child) => wait(child, limit),
            Err(e) => (false, format!("`{program}` cannot be run: {e}.")),
        }
    }
}

fn wait(mut child: Child, limit: Duration) -> (bool, String) {
    let out = child.stdout.take().map(read);
    let err = child.stderr.take().map(read);
    let mut waited = Duration::ZERO;
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break Ok(status),
            Err(e) => break Err(format!("It cannot be told how it went: {e}.")),
            Ok(None) if waited >= limit => {
                // It may have ended in this very moment.
                let _ = child.kill();
                let _ = child.wait();
                break Err(format!("It took longer than {} s and was stopped.", limit.as_secs()));
            }
            Ok(None) => {
                std::thread::sleep(LOOK);
                waited += LOOK;
            }
        }
    };
    let mut said = Vec::new();
    for pipe in [out, err].into_iter().flatten() {
        drain(&pipe, &mut said);
    }
    let said = String::from_utf8_lossy(tail(&said)).trim().to_string();
    match status {
        Ok(status) if status.success() => (true, said),
        Ok(status) => (false, format!("It ended with {status}.\n{said}").trim().to_string()),
        Err(why) => (false, format!("{why}\n{said}").trim().to_string()),
    }
}

/// Reads a pipe to its end beside everything else: a program that prints much would otherwise stop and wait.
fn read(mut pipe: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (tell, told) = channel();
    std::thread::spawn(move || {
        let mut buffer = [0; KEPT];
        while let Ok(n @ 1..) = pipe.read(&mut buffer) {
            if tell.send(buffer[..n].to_vec()).is_err() {
                return;
            }
        }
    });
    told
}

fn drain(pipe: &Receiver<Vec<u8>>, said: &mut Vec<u8>) {
    loop {
        match pipe.recv_timeout(REST) {
            Ok(more) => {
                said.extend(more);
                if said.len() > 64 * KEPT {
                    said.drain(..said.len() - KEPT);
                }
            }
            Err(RecvTimeoutError::Disconnected | RecvTimeoutError::Timeout) => return,
        }
    }
}

fn tail(said: &[u8]) -> &[u8] {
    let from = said.len().saturating_sub(KEPT);
    // Not in the middle of a character.
    let more = said[from..].iter().take_while(|byte| from > 0 && **byte & 0xc0 == 0x80).count();
    &said[from + more..]
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn programs(list: &[(&str, &[&str])]) -> Programs {
        let words = |words: &[&str]| words.iter().map(ToString::to_string).collect();
        Programs::new(list.iter().map(|(name, of)| (name.to_string(), words(of))).collect())
    }

    #[test]
    fn only_what_the_configuration_names_is_run_and_no_shell_reads_it() {
        let programs = programs(&[("greet", &["echo", "$HOME; echo", "x"]), ("env", &["env"])]);
        assert_eq!(programs.run("greet", &[]), (true, "$HOME; echo x".to_string()));
        let (ok, said) =
            programs.run("env", &[("BATON_CASE", "C-1".into()), ("BATON_CASE_TITLE", "a\0b $x".into())]);
        assert!(ok && said.contains("BATON_CASE=C-1\n") && said.contains("BATON_CASE_TITLE=ab $x"), "{said}");
        let (ok, said) = programs.run("echo", &[]);
        assert!(!ok && said.starts_with("`echo` is not among the commands of the configuration"), "{said}");
    }

    #[test]
    fn what_goes_wrong_is_said() {
        let programs = programs(&[
            ("false", &["false"]),
            ("gone", &["/no/such/program"]),
            ("slow", &["sleep", "600"]),
            ("none", &[]),
            ("loud", &["seq", "100000"]),
        ]);
        let said = |name: &str| programs.run_within(name, &[], Duration::ZERO.max(LIMIT));
        assert_eq!(said("false"), (false, "It ended with exit status: 1.".to_string()));
        assert!(said("gone").1.starts_with("`/no/such/program` cannot be run: "));
        assert!(!said("none").0);
        let (ok, loud) = said("loud");
        assert!(ok && loud.len() <= KEPT && loud.ends_with("\n100000"), "{}", loud.len());
        let (ok, slow) = programs.run_within("slow", &[], Duration::ZERO);
        assert_eq!((ok, slow.as_str()), (false, "It took longer than 0 s and was stopped."));
    }
}
