//! Texts that people typed and have not sent, kept with the file. Two sessions of one person may write for the same form:
//! neither writes over what the other kept there. Knows no form.

use super::{Desk, Error};
use crate::domain::Handle;
use std::collections::{BTreeMap, HashMap};

/// What stands between a place and the number of a text kept beside the first one there.
const BESIDE: &str = " ~";

/// What a session kept last, by person and place.
pub(super) type Own = HashMap<(Handle, String), Kept>;

/// Under which number this session keeps its text, and the text it knows to be there.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    number: u32,
    text: Option<String>,
    /// What is to be there and could not be written yet, such as on a full disk.
    held: Option<String>,
}

/// The place of the form, without the number of a text that is kept beside another.
pub fn form_place(place: &str) -> &str {
    numbered(place).0
}

fn numbered(place: &str) -> (&str, u32) {
    let beside = place.rsplit_once(BESIDE).and_then(|(place, number)| Some((place, number.parse().ok()?)));
    beside.unwrap_or((place, 1))
}

fn name(place: &str, number: u32) -> String {
    if number == 1 { place.to_string() } else { format!("{place}{BESIDE}{number}") }
}

impl Desk {
    /// Keeps what somebody typed and has not sent; an empty text forgets it. What another session of theirs keeps at the same
    /// place stays: this one's goes beside it then.
    ///
    /// # Errors
    /// Those of the store: the text is held until [`Desk::keep_held`] can write it, and is found here meanwhile.
    pub fn keep_draft(&mut self, person: &Handle, place: &str, text: &str) -> Result<(), Error> {
        let at = (person.clone(), place.to_string());
        let own = self.drafts.entry(at.clone()).or_insert(Kept { number: 1, text: None, held: None });
        own.held = Some(text.to_string());
        self.write_down(&at)?;
        self.keep_held()
    }

    /// Whether something could not be written yet.
    pub fn holds_drafts(&self) -> bool {
        self.drafts.values().any(|own| own.held.is_some())
    }

    /// Writes what could not be written before.
    ///
    /// # Errors
    /// Those of the store; the rest is held on.
    pub fn keep_held(&mut self) -> Result<(), Error> {
        let held = self.drafts.iter().filter(|(_, own)| own.held.is_some()).map(|(at, _)| at.clone());
        held.collect::<Vec<_>>().iter().try_for_each(|at| self.write_down(at))
    }

    fn write_down(&mut self, at: &(Handle, String)) -> Result<(), Error> {
        let Some(own) = self.drafts.get_mut(at) else { return Ok(()) };
        let Some(text) = own.held.clone() else { return Ok(()) };
        while !self.store.keep_draft(&at.0, &name(&at.1, own.number), &text, own.text.as_deref())? {
            (own.number, own.text) = (own.number + 1, None);
        }
        match text.is_empty() {
            true => _ = self.drafts.remove(at),
            false => (own.text, own.held) = (Some(text), None),
        }
        Ok(())
    }

    /// Keeps what all sessions of a person write to one text, `joined` of what this one says now, what it said before and
    /// what is there.
    pub fn keep_shared(
        &mut self,
        person: &Handle,
        place: &str,
        text: &str,
        joined: impl Fn(&str, &str, &str) -> String,
    ) -> Result<(), Error> {
        let at = (person.clone(), place.to_string());
        let before = self.drafts.get(&at).and_then(|own| own.text.clone()).unwrap_or_default();
        loop {
            let there = self.store.draft(person, place)?;
            let both = joined(text, &before, there.as_deref().unwrap_or_default());
            if self.store.keep_draft(person, place, &both, there.as_deref())? {
                break;
            }
        }
        self.drafts.insert(at, Kept { number: 1, text: Some(text.to_string()), held: None });
        Ok(())
    }

    /// Everything somebody typed and has not sent, with its place.
    pub fn drafts(&self, person: &Handle) -> Result<Vec<(String, String)>, Error> {
        let mut all = self.store.drafts(person)?.into_iter().collect::<BTreeMap<_, _>>();
        for ((_, place), own) in self.drafts.iter().filter(|((of, _), _)| of == person) {
            all.extend(own.held.clone().map(|held| (name(place, own.number), held)));
        }
        Ok(all.into_iter().filter(|(_, text)| !text.is_empty()).collect())
    }

    /// What somebody typed there and has not sent: what this session kept itself before what others did.
    pub fn draft(&self, person: &Handle, place: &str) -> Result<Option<String>, Error> {
        let own = self.drafts.get(&(person.clone(), place.to_string()));
        if let Some(held) = own.and_then(|own| own.held.clone()) {
            return Ok(Some(held).filter(|held| !held.is_empty()));
        }
        let own = own.map(|own| self.store.draft(person, &name(place, own.number)));
        if let Some(own) = own.transpose()?.flatten() {
            return Ok(Some(own));
        }
        match self.store.draft(person, place)? {
            None => Ok(self.drafts_for(person, place)?.into_iter().next().map(|(_, text)| text)),
            first => Ok(first),
        }
    }

    /// What was kept is before somebody's eyes again: what they make of it takes its place. Says how many other texts of
    /// theirs are kept for the same form.
    pub fn go_on_with(&mut self, person: &Handle, place: &str, text: &str) -> Result<usize, Error> {
        let (place, wanted) = numbered(place);
        let kept = self.drafts_for(person, place)?;
        let mut same = kept.iter().filter(|(_, known)| known == text).map(|(number, _)| *number);
        let found = same.clone().find(|number| *number == wanted).or_else(|| same.next());
        if let Some(number) = found {
            let at = (person.clone(), place.to_string());
            if self.drafts.get(&at).is_none_or(|own| own.held.is_none()) {
                self.drafts.insert(at, Kept { number, text: Some(text.to_string()), held: None });
            }
        }
        Ok(kept.len() - usize::from(found.is_some()))
    }

    /// The texts kept for one form with their numbers, the first one first.
    fn drafts_for(&self, person: &Handle, place: &str) -> Result<Vec<(u32, String)>, Error> {
        let kept = self.drafts(person)?.into_iter();
        let mut kept = kept
            .filter_map(|(at, text)| {
                Some(numbered(&at)).filter(|(of, _)| *of == place).map(|(_, n)| (n, text))
            })
            .collect::<Vec<_>>();
        kept.sort_by_key(|(number, _)| *number);
        Ok(kept)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::h;
    use super::*;

    const AT: &str = "note C-1";

    /// Two sessions of ana on one file.
    fn two() -> (tempfile::TempDir, Desk, Desk) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("desk.db");
        let first = Desk::open(&file).unwrap();
        (folder, first, Desk::open(&file).unwrap())
    }

    fn kept(desk: &Desk) -> Vec<(String, String)> {
        desk.drafts(&h("ana")).unwrap()
    }

    fn is(place: &str, text: &str) -> (String, String) {
        (place.to_string(), text.to_string())
    }

    #[test]
    fn neither_of_two_sessions_writes_over_what_the_other_typed() {
        let (_folder, mut one, mut two) = two();
        let ana = h("ana");
        one.keep_draft(&ana, AT, "first").unwrap();
        two.keep_draft(&ana, AT, "second").unwrap();
        one.keep_draft(&ana, AT, "first goes on").unwrap();
        two.keep_draft(&ana, AT, "second too").unwrap();
        assert_eq!(kept(&one), [is(AT, "first goes on"), is("note C-1 ~2", "second too")]);
        // Each finds its own again, and forgets only that.
        assert_eq!(one.draft(&ana, AT).unwrap().as_deref(), Some("first goes on"));
        assert_eq!(two.draft(&ana, AT).unwrap().as_deref(), Some("second too"));
        one.keep_draft(&ana, AT, "").unwrap();
        assert_eq!(kept(&one), [is("note C-1 ~2", "second too")]);
        // Whoever comes later finds what is left.
        assert_eq!(one.draft(&ana, AT).unwrap().as_deref(), Some("second too"));
        assert_eq!(one.draft(&h("bo"), AT).unwrap(), None);
        two.keep_draft(&ana, AT, "").unwrap();
        assert_eq!(kept(&two), []);
    }

    #[test]
    fn what_is_gone_on_with_is_not_kept_twice_and_what_came_between_stays() {
        let (_folder, mut one, mut two) = two();
        let ana = h("ana");
        one.keep_draft(&ana, AT, "half").unwrap();
        assert_eq!(two.go_on_with(&ana, AT, "half").unwrap(), 0);
        two.keep_draft(&ana, AT, "half of it").unwrap();
        assert_eq!(kept(&two), [is(AT, "half of it")]);
        // The first still has it open and types on.
        one.keep_draft(&ana, AT, "half and more").unwrap();
        assert_eq!(kept(&two), [is(AT, "half of it"), is("note C-1 ~2", "half and more")]);
        // A text that was read before somebody else wrote there takes nobody's place.
        let mut three = Desk::open(one.store().path()).unwrap();
        assert_eq!(three.go_on_with(&ana, AT, "half").unwrap(), 2);
        three.keep_draft(&ana, AT, "mine").unwrap();
        assert_eq!(kept(&two).len(), 3);
        assert_eq!(three.go_on_with(&ana, "note C-1 ~2", "half and more").unwrap(), 2);
        three.keep_draft(&ana, AT, "").unwrap();
        assert_eq!(kept(&two), [is(AT, "half of it"), is("note C-1 ~3", "mine")]);
    }

    #[test]
    fn what_cannot_be_written_is_held_and_found_until_it_is() {
        let (folder, mut one, two) = two();
        let ana = h("ana");
        let (file, aside) = (folder.path().join("desk.db"), folder.path().join("aside.db"));
        std::fs::rename(&file, &aside).unwrap();
        one.keep_draft(&ana, AT, "words").unwrap_err();
        assert!(one.holds_drafts());
        assert_eq!(one.draft(&ana, AT).unwrap().as_deref(), Some("words"));
        one.keep_draft(&ana, AT, "words go on").unwrap_err();
        one.keep_held().unwrap_err();
        assert_eq!(kept(&one), [is(AT, "words go on")]);
        assert_eq!(kept(&two), [], "it is with whoever wrote it, and nowhere else");
        std::fs::rename(&aside, &file).unwrap();
        one.keep_held().unwrap();
        assert!(!one.holds_drafts());
        assert_eq!(kept(&two), [is(AT, "words go on")]);
        one.keep_draft(&ana, AT, "").unwrap();
        assert_eq!(kept(&two), []);
    }

    #[test]
    fn what_is_shared_holds_what_both_put_into_it() {
        let (_folder, mut one, mut two) = two();
        let ana = h("ana");
        let joined = |mine: &str, before: &str, there: &str| {
            let theirs = there.split(' ').filter(|word| !before.split(' ').any(|known| known == *word));
            let mut all = mine.split(' ').chain(theirs).filter(|word| !word.is_empty()).collect::<Vec<_>>();
            all.dedup();
            all.join(" ")
        };
        one.keep_shared(&ana, "screen", "a", joined).unwrap();
        two.keep_shared(&ana, "screen", "b", joined).unwrap();
        two.keep_shared(&ana, "screen", "b c", joined).unwrap();
        assert_eq!(kept(&one), [is("screen", "b c a")]);
        one.keep_shared(&ana, "screen", "", joined).unwrap();
        assert_eq!(kept(&one), [is("screen", "b c")], "what a session took out is out");
    }
}
