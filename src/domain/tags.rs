//! Tags: words people put on cases and records to find them again. They mean nothing to a process and decide
//! nothing; lists show them and filter by `#tag`.

use super::event::{Event, SubjectId};
use super::id::Handle;
use super::refusal::Refusal;
use std::collections::BTreeSet;

/// The tags of one thing.
pub type Tags = BTreeSet<Handle>;

/// More would push the title out of its own line.
const MOST: usize = 12;

/// Which tags a case or a record gets, and which go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetTags {
    pub on: SubjectId,
    pub add: Vec<Handle>,
    pub remove: Vec<Handle>,
}

/// What changes: a tag that is there is not added again, one that is not is not taken away.
pub fn decide(have: &Tags, ask: &SetTags) -> Result<Option<Event>, Refusal> {
    if ask.add.is_empty() && ask.remove.is_empty() {
        return Err(Refusal::invalid("No tag is named.", "Write #vip to add one and -vip to take it away."));
    }
    let add = ask.add.iter().filter(|tag| !have.contains(*tag)).cloned().collect::<BTreeSet<_>>();
    let remove = ask.remove.iter().filter(|tag| have.contains(*tag)).cloned().collect::<BTreeSet<_>>();
    if have.len() + add.len() - remove.len() > MOST {
        return Err(Refusal::invalid(
            format!("A thing has at most {MOST} tags."),
            "Take one away first; what everything has to have belongs into its data.",
        ));
    }
    if add.is_empty() && remove.is_empty() {
        return Ok(None);
    }
    Ok(Some(Event::Tagged { add: add.into_iter().collect(), remove: remove.into_iter().collect() }))
}

/// Takes an entry in.
pub fn apply(tags: &mut Tags, add: &[Handle], remove: &[Handle]) {
    tags.retain(|tag| !remove.contains(tag));
    tags.extend(add.iter().cloned());
}

/// `#vip renewal -dormant`: what to add and what to take away, in the spelling tags have.
///
/// # Errors
/// The word that has no letter or digit in it.
pub fn read(text: &str) -> Result<(Vec<Handle>, Vec<Handle>), Refusal> {
    let (mut add, mut remove) = (Vec::new(), Vec::new());
    for word in text.split([' ', ',']).filter(|word| !word.is_empty()) {
        let (list, tag) = match word.strip_prefix('-') {
            Some(tag) => (&mut remove, tag),
            None => (&mut add, word),
        };
        let tag = tag.trim_start_matches('#');
        list.push(Handle::from_text(tag).ok_or_else(|| {
            Refusal::invalid(format!("`{word}` is not a tag."), "A tag is letters and digits, such as #vip.")
        })?);
    }
    Ok((add, remove))
}

/// `#vip #renewal`, in the order of their names.
pub fn show<'t>(tags: impl IntoIterator<Item = &'t Handle>) -> String {
    tags.into_iter().map(|tag| format!("#{tag}")).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::id::CaseId;
    use super::*;

    fn tags(text: &str) -> Tags {
        read(text).unwrap().0.into_iter().collect()
    }

    fn after(have: &str, asked: &str) -> String {
        let mut have = tags(have);
        let (add, remove) = read(asked).unwrap();
        match decide(&have, &SetTags { on: SubjectId::Case(CaseId(1)), add, remove }) {
            Ok(Some(Event::Tagged { add, remove })) => {
                apply(&mut have, &add, &remove);
                show(&have)
            }
            Ok(_) => "nothing".to_string(),
            Err(refusal) => refusal.sentence(&|_| String::new()),
        }
    }

    #[test]
    fn tags_come_and_go_and_what_is_so_already_is_no_event() {
        assert_eq!(after("", "#VIP, Renewal"), "#renewal #vip");
        assert_eq!(after("vip dormant", "-dormant #Q1"), "#q1 #vip");
        assert_eq!(after("vip", "#vip -other"), "nothing");
        assert!(after("vip", "").contains("No tag is named"), "{}", after("vip", ""));
        let many = (0..13).map(|n| format!("t{n}")).collect::<Vec<_>>().join(" ");
        assert!(after("", &many).contains("at most 12"));
        assert!(read("#!").unwrap_err().sentence(&|_| String::new()).contains("`#!` is not a tag"));
    }
}
