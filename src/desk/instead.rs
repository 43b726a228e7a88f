//! What was put to somebody who is not here, and whom nobody stands in for: it comes before whoever would be told of it now,
//! so that no question goes away with the one it was asked. Reads only; nothing is written for it, and it is theirs
//! alone again when they are back.

use super::view::InboxItem;
use super::{Desk, Error};
use crate::domain::catalog::Catalog;
use crate::domain::rows::{CaseRow, ExceptionRow};
use crate::domain::{CaseId, Handle, Instant};
use std::collections::{BTreeSet, HashSet};

/// A branch of a case that something climbed of, or the whole.
type Climbed = (CaseId, Option<u32>);

impl Desk {
    /// Adds to an inbox what was put to the absent and reaches nobody; whether there was any.
    pub(super) fn put_instead(
        &mut self,
        person: &Handle,
        items: &mut Vec<InboxItem>,
        now: Instant,
    ) -> Result<bool, Error> {
        let catalog = self.catalog()?;
        let all = items.len();
        let known = items.iter().filter_map(|item| Some((item.case, item.exception.as_ref()?.0)));
        let mut known = known.collect::<HashSet<_>>();
        let gone = catalog.people.keys().filter(|other| *other != person && !catalog.reaches(other, now));
        for gone in gone.cloned().collect::<Vec<_>>() {
            let before = items.len();
            let mut asked = self.unheard_exceptions(&gone, &catalog, now)?;
            asked.retain(|(_, case)| catalog.asked_of(&case.accountable, now).contains(person));
            asked.retain(|(exception, _)| known.insert((exception.case, exception.exception)));
            self.say_exceptions(person, asked, items)?;
            let mut climbed = self.unheard_escalations(&gone, &catalog, now)?;
            climbed.retain(|(_, case)| catalog.asked_of(&case.accountable, now).contains(person));
            let climbed = climbed.into_iter().map(|(of, _)| of).collect();
            self.say_climbed((&gone, person), climbed, items, now)?;
            items.iter_mut().skip(before).for_each(|item| item.on_behalf = Some(gone.clone()));
        }
        Ok(items.len() > all)
    }

    /// Every open question that is put to somebody, and what climbed to them, with those who have it too.
    pub(super) fn put_to(
        &mut self,
        person: &Handle,
    ) -> Result<Vec<(CaseRow, String, BTreeSet<Handle>)>, Error> {
        let asked = self.store.exceptions_of(person)?;
        let cases = asked.iter().map(|(exception, _)| exception.case).collect::<Vec<_>>();
        let others = self.store.asked_about(&cases)?;
        let mut put = Vec::new();
        for (exception, case) in asked {
            let too = others.iter().filter(|(case, n, who)| {
                (*case, *n) == (exception.case, exception.exception) && who != person
            });
            put.push((case, exception.text, too.map(|(.., who)| who.clone()).collect()));
        }
        let climbed = self.store.escalations_of(person)?;
        let cases = climbed.iter().map(|(case, _)| *case).collect::<Vec<_>>();
        let others = self.store.climbed_to(&cases)?;
        let places = self.store.places_in_each(cases)?;
        let catalog = self.catalog()?;
        for (id, branch) in climbed {
            let Some(open) = places.get(&id).and_then(|open| {
                open.iter().find(|open| branch.is_none_or(|branch| open.place.branch == branch))
            }) else {
                continue;
            };
            let too = others.iter().filter(|(case, of, who)| (*case, *of) == (id, branch) && who != person);
            let what = match branch {
                Some(_) => {
                    format!("{}, which climbed to them", open.place.title(&catalog, open.case.version))
                }
                None => "the whole case, which climbed to them".to_string(),
            };
            put.push((open.case.clone(), what, too.map(|(.., who)| who.clone()).collect()));
        }
        Ok(put)
    }

    /// Open exceptions put to somebody of which nobody that they are put to is here.
    pub(super) fn unheard_exceptions(
        &mut self,
        person: &Handle,
        catalog: &Catalog,
        now: Instant,
    ) -> Result<Vec<(ExceptionRow, CaseRow)>, Error> {
        let mut asked = self.store.exceptions_of(person)?;
        let cases = asked.iter().map(|(exception, _)| exception.case).collect::<Vec<_>>();
        if cases.is_empty() {
            return Ok(asked);
        }
        let others = self.store.asked_about(&cases)?.into_iter();
        let heard = others.filter(|(.., who)| who != person && catalog.reaches(who, now));
        let heard = heard.map(|(case, n, _)| (case, n)).collect::<BTreeSet<_>>();
        asked.retain(|(exception, _)| !heard.contains(&(exception.case, exception.exception)));
        Ok(asked)
    }

    /// The same of what climbed to somebody.
    pub(super) fn unheard_escalations(
        &mut self,
        person: &Handle,
        catalog: &Catalog,
        now: Instant,
    ) -> Result<Vec<(Climbed, CaseRow)>, Error> {
        let climbed = self.store.escalations_of(person)?;
        if climbed.is_empty() {
            return Ok(Vec::new());
        }
        let cases = climbed.iter().map(|(case, _)| *case).collect::<Vec<_>>();
        let others = self.store.climbed_to(&cases)?.into_iter();
        let heard = others.filter(|(.., who)| who != person && catalog.reaches(who, now));
        let heard = heard.map(|(case, branch, _)| (case, branch)).collect::<BTreeSet<_>>();
        let places = self.store.places_in_each(cases)?;
        let row = |of: Climbed| Some((of, places.get(&of.0)?.first()?.case.clone()));
        Ok(climbed.into_iter().filter(|of| !heard.contains(of)).filter_map(row).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ctx, desk, finished, h};
    use super::*;
    use crate::domain::absence::Absence;
    use crate::domain::catalog::Permission;
    use crate::domain::command::{Command, CompleteTask, StartCase};
    use crate::domain::{Span, TaskId};
    use std::sync::Arc;

    const TEXT: &str = "process = \"p\"\ntitle = \"P\"\nkind = \"operational\"\npurpose = \"x\"\naccountable = \"@eve\"\n\
        [data.x]\ntype = \"text\"\n\
        [[step]]\nstep = \"a\"\ntitle = \"A\"\nby = \"@ana\"\ngoal = \"60 days\"\nnext = \"b\"\n\
        [[step]]\nstep = \"b\"\ntitle = \"B\"\nby = \"@dan\"\ngoal = \"60 days\"\naccept = \"2 hours\"\nneeds = [\"x\"]\nnext = { end = true }\n";

    /// Ana sent something on with a field missing, and eve, who answers for it, is asked; nobody else is.
    fn sent_anyway() -> (Desk, Instant, CaseId) {
        let (mut desk, now) = desk();
        for person in ["eve", "dan"] {
            let person = h(person);
            let name = person.to_string();
            let add = Command::AddPerson {
                person,
                name,
                mail: None,
                permission: Permission::Member,
                roles: Vec::new(),
            };
            desk.execute(&add, &ctx("bo", now)).unwrap();
        }
        let (process, problems) = crate::domain::process_check::read(TEXT, &desk.known().unwrap());
        let process = Arc::new(process.unwrap_or_else(|| panic!("{problems:?}")));
        desk.execute(&Command::PublishProcess { process }, &ctx("bo", now)).unwrap();
        let start = StartCase { process: Some(h("p")), ..StartCase::default() };
        let begun = desk.execute(&Command::StartCase(start), &ctx("ana", now)).unwrap();
        let crate::domain::event::SubjectId::Case(case) = begun.subject else { panic!("{begun:?}") };
        let task = desk.case_now(case).unwrap().unwrap().tasks.keys().next().copied().unwrap();
        let done = CompleteTask { anyway: Some("no time".to_string()), ..finished(case, TaskId(task.0)) };
        desk.execute(&Command::CompleteTask(done), &ctx("ana", now)).unwrap();
        (desk, now, case)
    }

    fn away(desk: &mut Desk, person: &str, now: Instant, substitute: Option<&str>) -> Absence {
        let until = now + Span::DAY.times(30);
        let absence = Absence { from: now, until, substitute: substitute.map(h), note: None };
        let away = Command::SetAway { person: h(person), absence: absence.clone() };
        desk.execute(&away, &ctx("bo", now)).unwrap();
        absence
    }

    fn rows(desk: &mut Desk, person: &str, case: CaseId, now: Instant) -> Vec<String> {
        let items = desk.inbox(&h(person), now).unwrap().items.into_iter().filter(|item| item.case == case);
        let of = |item: InboxItem| {
            let of = item.on_behalf.map(|of| format!(" for {of}")).unwrap_or_default();
            format!("{}{of}", item.what.word())
        };
        items.map(of).collect()
    }

    #[test]
    fn a_question_to_somebody_away_comes_before_whoever_is_here() {
        for (substitute, hears, other) in [(None, "bo", "dan"), (Some("dan"), "dan", "bo")] {
            let (mut desk, now, case) = sent_anyway();
            assert_eq!(rows(&mut desk, "eve", case, now), ["EXCEPT"]);
            assert_eq!(rows(&mut desk, "bo", case, now), [""; 0]);
            away(&mut desk, "eve", now, substitute);
            assert!(
                rows(&mut desk, hears, case, now).contains(&"EXCEPT for eve".to_string()),
                "{substitute:?}"
            );
            let others = rows(&mut desk, other, case, now);
            assert!(!others.iter().any(|row| row.starts_with("EXCEPT")), "{others:?}");
            let back = now + Span::DAY.times(31);
            assert!(
                !rows(&mut desk, hears, case, back).iter().any(|row| row.ends_with("for eve")),
                "eve is back"
            );
        }
    }

    /// Dan did not accept in time, and eve was told of it: while she is away an admin has it.
    #[test]
    fn what_climbed_to_somebody_away_comes_before_whoever_is_here() {
        let (mut desk, now, case) = sent_anyway();
        let late = now + Span::DAY.times(4);
        desk.tick(super::super::Lease(uuid::Uuid::nil()), late, &mut super::super::tests::op).unwrap();
        assert!(rows(&mut desk, "eve", case, late).contains(&"ESCAL".to_string()));
        assert_eq!(rows(&mut desk, "bo", case, late), [""; 0]);
        away(&mut desk, "eve", late, None);
        let bo = rows(&mut desk, "bo", case, late);
        assert!(bo.contains(&"ESCAL for eve".to_string()), "{bo:?}");
    }

    #[test]
    fn what_is_asked_of_whoever_answers_goes_along_when_somebody_else_does() {
        let (mut desk, now, case) = sent_anyway();
        let change = Command::ChangeAccountable { case, to: "@dan".parse().unwrap(), reason: None };
        desk.execute(&change, &ctx("bo", now)).unwrap();
        assert_eq!(rows(&mut desk, "eve", case, now), [""; 0]);
        assert!(rows(&mut desk, "dan", case, now).contains(&"EXCEPT".to_string()));
        let resolve = Command::ResolveException { case, exception: 1, text: "fine".into() };
        desk.execute(&resolve, &ctx("dan", now)).unwrap();
    }

    #[test]
    fn an_absence_says_what_is_put_to_them_alone_and_which_ladders_that_are_built_in_point_at_them() {
        let (mut desk, now, case) = sent_anyway();
        let absence = Absence { from: now, until: now + Span::DAY, substitute: None, note: None };
        let stranded = desk.stranded(&h("eve"), &absence, now).unwrap();
        let asked =
            stranded.asked.iter().map(|asked| (asked.case, asked.instead.clone())).collect::<Vec<_>>();
        assert_eq!(asked, [(case, vec![h("bo")])]);
        let rungs = stranded.ladders.iter().map(|ladder| ladder.rung.as_str()).collect::<Vec<_>>();
        let expected = ["acceptance", "work"]
            .map(|on| format!("{on} ladder, when due: escalate to the accountable party"));
        assert_eq!(rungs, expected);
        assert!(desk.stranded(&h("dan"), &absence, now).unwrap().asked.is_empty());
    }
}
