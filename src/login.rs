//! The name of the login that runs the program, where no variable of the environment says it, as in a container or a
//! service: the system's list of logins is asked. Nobody is proved to be anybody by it.

/// The name of the login; `None` where the system does not tell it in this way.
pub fn name() -> Option<String> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let own = std::fs::metadata("/proc/self").ok()?.uid();
        of(&std::fs::read_to_string("/etc/passwd").ok()?, own)
    }
    #[cfg(not(unix))]
    None
}

/// The name with this number in a list of logins as passwd(5) describes it.
#[cfg(unix)]
fn of(list: &str, number: u32) -> Option<String> {
    let mut logins = list.lines().filter_map(|line| {
        let mut parts = line.split(':');
        Some((parts.next()?, parts.nth(1)?.parse::<u32>().ok()?))
    });
    logins.find(|(_, own)| *own == number).map(|(name, _)| name.to_string())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_line_with_the_number_says_the_name() {
        let list = "root:x:0:0::/:/bin/sh\n# a remark\nbroken:x\nana:x:1000:1000:Ana,,,:/:/bin/sh\n";
        assert_eq!((of(list, 1000).as_deref(), of(list, 0).as_deref()), (Some("ana"), Some("root")));
        assert_eq!((of(list, 7), of("", 0)), (None, None));
    }
}
