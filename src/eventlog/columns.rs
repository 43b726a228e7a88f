//! Which delimiter a CSV has and which column is what, from names first and content second. It reads only
//! the beginning of the file; what it finds is a guess to be shown.

mod clocks;

use std::borrow::Cow;
use std::collections::BTreeSet;

use ::csv::{ReaderBuilder, StringRecord};

use super::Options;
use super::draft::split_plus;
use super::error::{Error, Kind};
use super::excerpt;
use super::format::Candidates;
use super::guess::{Column, Role};
use super::heads::{
    ACTIVITY, CASE, INSTANCE, LIFECYCLE, RESOURCE, START, STATES, TIME, is_end, is_number, is_start, letters,
};
use super::more::{GROUP, KeptColumn, OF_CASES, STATE, keeps, keeps_all, named};
use super::settings::{Settings, is_none};
use super::write::ESCAPED;

const RECORDS: usize = 101;

/// Positions of the columns in use, from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Columns {
    pub case: usize,
    pub activity: usize,
    /// Further columns whose texts are joined to the activity with `+`.
    pub joined: Vec<usize>,
    pub time: usize,
    pub start: Option<usize>,
    /// Where the days of the two stand apart from their times: the columns of those.
    pub time_clock: Option<usize>,
    pub start_clock: Option<usize>,
    pub resource: Option<usize>,
    pub lifecycle: Option<usize>,
    pub instance: Option<usize>,
    /// Asked for, or called as in XES; never guessed otherwise.
    pub group: Option<usize>,
    /// Says of a start whether its work goes on.
    pub open: Option<usize>,
    /// What is kept beside them.
    pub kept: Vec<KeptColumn>,
}

/// The delimiter and the first records (the head of the table among them) by it: the one by which most
/// records have as many fields as the head, and of those the one that makes most columns.
pub(super) fn sniff(
    beginning: &[u8],
    is_all: bool,
    given: Option<u8>,
) -> Result<(u8, Vec<StringRecord>), Error> {
    match divided(beginning, is_all, given) {
        Some((delimiter, records)) if records.first().is_some_and(|head| head.len() > 1) => {
            Ok((delimiter, records))
        }
        Some((_, records)) => {
            let head = records.first().and_then(|head| head.get(0)).unwrap_or_default();
            let hint = "a CSV needs at least three columns in its first line; if it has them, name what separates them with --delimiter";
            Err(Error::at(
                1,
                Kind::NotALog(format!("the first line is one column, `{}`; {hint}", excerpt(head))),
            ))
        }
        None => Err(Kind::Empty.into()),
    }
}

/// The sign that divides the first records best, and those records; of one column where no sign divides them.
pub(super) fn divided(beginning: &[u8], is_all: bool, given: Option<u8>) -> Option<(u8, Vec<StringRecord>)> {
    let candidates = given.map_or(vec![b',', b';', b'\t', b'|'], |delimiter| vec![delimiter]);
    let read = |delimiter: u8| {
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(beginning);
        let mut records: Vec<_> =
            reader.records().map_while(Result::ok).skip_while(names_delimiter).take(RECORDS).collect();
        // The last record may be cut off by the end of what was looked at.
        if !is_all && records.len() > 1 && records.len() < RECORDS {
            records.pop();
        }
        records
    };
    let score = |records: &[StringRecord]| {
        let width = records.first().map_or(0, StringRecord::len);
        let alike = records.iter().filter(|record| record.len() == width).count();
        (width > 1, alike * 1000 / records.len().max(1), width)
    };
    candidates
        .into_iter()
        .map(|delimiter| (delimiter, read(delimiter)))
        .reduce(|best, next| if score(&next.1) > score(&best.1) { next } else { best })
}

/// A line such as `sep=;`, by which spreadsheets tell each other what separates columns.
pub(super) fn names_delimiter(record: &StringRecord) -> bool {
    record.len() == 2 && record.get(0) == Some("sep=") && record.get(1) == Some("")
}

/// Maps the columns of `records[0]`, with the other records as a sample of their content.
pub(super) fn map(records: &[StringRecord], options: &Options) -> Result<(Columns, Vec<Column>), Error> {
    let Some((head, sample)) = records.split_first() else { return Err(Kind::Empty.into()) };
    let mut mapping = Mapping { head, sample, taken: Vec::new(), joined: Vec::new(), clocks: Vec::new() };
    let given = |name: &Option<String>| name.clone().filter(|name| !is_none(Some(name)));
    // Named columns first, so that no guess takes them.
    for (role, name) in [
        (Role::Case, &options.case),
        (Role::Activity, &options.activity),
        (Role::Time, &options.time),
        (Role::Start, &options.start),
        (Role::Resource, &options.resource),
        (Role::Lifecycle, &options.lifecycle),
    ] {
        if let Some(name) = given(name) {
            let index = match mapping.named(&name) {
                Err(_) if matches!(role, Role::Time | Role::Start) && name.contains('+') => {
                    let (date, clock) = name.split_once('+').unwrap_or_default();
                    let clock = mapping.named(clock.trim())?;
                    mapping.clocks.push((role, clock));
                    mapping.named(date.trim())?
                }
                Err(_) if role == Role::Activity && name.contains('+') => {
                    let mut parts = split_plus(&name).into_iter();
                    let first = mapping.named(&parts.next().unwrap_or_default())?;
                    mapping.joined = parts.map(|part| mapping.named(&part)).collect::<Result<_, _>>()?;
                    first
                }
                whole => whole?,
            };
            mapping.taken.push((role, index, true));
        }
    }
    mapping.guess(Role::Case, &CASE, Some("case"));
    mapping.guess(Role::Activity, &ACTIVITY, Some("activity"));
    if !is_none(options.start.as_deref()) {
        mapping.guess(Role::Start, &START, None);
    }
    mapping.guess_time();
    if !is_none(options.start.as_deref()) {
        mapping.guess_start();
    }
    mapping.guess_clocks();
    if !is_none(options.resource.as_deref()) {
        mapping.guess(Role::Resource, &RESOURCE, None);
    }
    if !is_none(options.lifecycle.as_deref()) {
        mapping.guess(Role::Lifecycle, &LIFECYCLE, None);
        mapping.guess_lifecycle();
    }
    mapping.guess(Role::Instance, &INSTANCE, None);
    // It may well be another column too, such as that of the resource.
    let at = |wanted: &str| head.iter().position(|name| name == wanted);
    let group = given(&options.group).map(|name| mapping.named(&name)).transpose()?.or(at(GROUP));
    let open = at(STATE).filter(|_| options.open_rows);
    let kept = mapping.kept(options)?;
    let (columns, shown) = mapping.finish()?;
    Ok((Columns { group, open, kept, ..columns }, shown))
}

struct Mapping<'a> {
    head: &'a StringRecord,
    sample: &'a [StringRecord],
    /// Role, position, whether the user named it.
    taken: Vec<(Role, usize, bool)>,
    joined: Vec<usize>,
    /// Of the end and of the start: the column with the time of the day.
    clocks: Vec<(Role, usize)>,
}

impl Mapping<'_> {
    fn named(&self, name: &str) -> Result<usize, Error> {
        let exact = self.head.iter().position(|column| column == name);
        let loose = || self.head.iter().position(|column| column.trim().eq_ignore_ascii_case(name.trim()));
        let numbered = || name.strip_prefix('#')?.parse::<usize>().ok()?.checked_sub(1);
        let found = exact.or_else(loose).or_else(numbered).filter(|index| *index < self.head.len());
        found.ok_or_else(|| Error::at(1, Kind::NoSuchColumn { name: excerpt(name), found: self.list() }))
    }

    /// Columns to keep that have no other use; of two with one name the first.
    fn kept(&self, options: &Options) -> Result<Vec<KeptColumn>, Error> {
        let is_free = |index: &usize| self.is_free(*index) && !self.joined.contains(index);
        let mut kept = named(options).map(|name| self.named(name)).collect::<Result<Vec<_>, _>>()?;
        if keeps_all(options) {
            let whole = |index: &usize| {
                self.head
                    .get(*index)
                    .is_some_and(|name| keeps(options, name) && ![ESCAPED, STATE].contains(&name))
            };
            kept.extend((0..self.head.len()).filter(whole));
        }
        if options.cases {
            for key in OF_CASES {
                kept.extend(self.head.iter().position(|name| name.strip_prefix("case:") == Some(key)));
            }
        }
        kept.retain(is_free);
        let mut columns = Vec::<KeptColumn>::new();
        for index in kept {
            let column = KeptColumn::new(index, self.head.get(index).unwrap_or_default());
            if !columns.iter().any(|known| (&known.key, known.of_case) == (&column.key, column.of_case)) {
                columns.push(column);
            }
        }
        columns.sort_by_key(|column| column.index);
        Ok(columns)
    }

    fn of(&self, role: Role) -> Option<usize> {
        self.taken.iter().find(|(taken, _, _)| *taken == role).map(|(_, index, _)| *index)
    }

    fn is_free(&self, index: usize) -> bool {
        self.taken.iter().all(|(_, taken, _)| *taken != index)
            && self.clocks.iter().all(|(_, clock)| *clock != index)
    }

    fn clock_of(&self, role: Role) -> Option<usize> {
        self.clocks.iter().find(|(of, _)| *of == role).map(|(_, clock)| *clock)
    }

    fn guess(&mut self, role: Role, names: &[&str], part: Option<&str>) {
        if self.of(role).is_some() {
            return;
        }
        let head: Vec<String> = self.head.iter().map(letters).collect();
        let by_name = self.by_name(names);
        let by_part = || {
            let part = part?;
            let mut free = (0..head.len()).filter(|i| self.is_free(*i) && head[*i].contains(part));
            // A case is told by its number; a number of an activity does not say what was done.
            let first = free.clone().next();
            let numbers = role == Role::Case;
            free.find(|i| self.head.get(*i).is_some_and(|name| is_number(name) == numbers)).or(first)
        };
        if let Some(index) = by_name.or_else(by_part) {
            self.taken.push((role, index, false));
        }
    }

    /// The free column with the likeliest name; what is said of events may say so first.
    fn by_name(&self, names: &[&str]) -> Option<usize> {
        let head: Vec<String> = self.head.iter().map(letters).collect();
        let called = |wanted: &str, event: &str| {
            (0..head.len()).find(|i| self.is_free(*i) && head[*i].strip_prefix(event) == Some(wanted))
        };
        ["", "event"].into_iter().find_map(|event| names.iter().find_map(|name| called(name, event)))
    }

    /// A free column that says nothing but what the standard's states are called, starts and completes among them, whatever it is
    /// called itself: without it each piece of work is two.
    fn guess_lifecycle(&mut self) {
        if self.of(Role::Lifecycle).is_some() || self.of(Role::Start).is_some() {
            return;
        }
        let says = |index: &usize| {
            let said = self.sample.iter().filter_map(|record| record.get(*index));
            let said = said.map(|text| text.trim().to_ascii_lowercase()).collect::<BTreeSet<_>>();
            let has = |word: &str| said.contains(word);
            has("start") && has("complete") && said.iter().all(|word| STATES.contains(&word.as_str()))
        };
        if let Some(index) = (0..self.head.len()).filter(|index| self.is_free(*index)).find(says) {
            self.taken.push((Role::Lifecycle, index, false));
        }
    }

    /// Where the time of the end is known, and another column is plainly that of the start under no usual name.
    fn guess_start(&mut self) {
        let has_end = self.of(Role::Time).and_then(|index| self.head.get(index)).is_some();
        if self.of(Role::Start).is_some() || !has_end {
            return;
        }
        let starts = |index: &usize| self.head.get(*index).is_some_and(is_start) && self.holds_times(*index);
        if let Some(index) = (0..self.head.len()).filter(|index| self.is_free(*index)).find(starts) {
            self.taken.push((Role::Start, index, false));
        }
    }

    /// A time column must also hold times, so that `date` or `end` is not taken for one that is empty.
    fn guess_time(&mut self) {
        if self.of(Role::Time).is_some() {
            return;
        }
        let head: Vec<String> = self.head.iter().map(letters).collect();
        let free: Vec<usize> = (0..head.len()).filter(|index| self.is_free(*index)).collect();
        let by_name: Vec<usize> =
            TIME.iter().filter_map(|name| free.iter().copied().find(|index| head[*index] == *name)).collect();
        let by_both = by_name.iter().copied().find(|index| self.holds_times(*index));
        let by_content = || free.iter().copied().find(|index| self.holds_times(*index));
        let ends = |index: &usize| self.head.get(*index).is_some_and(is_end) && self.holds_times(*index);
        let by_end = || free.iter().copied().find(ends);
        // A log that only knows when work began is ordered by that.
        let by_start = || self.of(Role::Start).filter(|index| self.holds_times(*index));
        match by_both.or_else(by_end).or_else(by_start).or_else(by_content).or(by_name.first().copied()) {
            Some(index) if self.of(Role::Start) == Some(index) => {
                self.taken
                    .iter_mut()
                    .filter(|(_, taken, _)| *taken == index)
                    .for_each(|(role, _, _)| *role = Role::Time);
            }
            Some(index) => self.taken.push((Role::Time, index, false)),
            None => {}
        }
    }

    fn holds_times(&self, index: usize) -> bool {
        let mut candidates = Candidates::new();
        let values =
            self.sample.iter().filter_map(|record| record.get(index)).filter(|text| !text.trim().is_empty());
        let (mut count, mut times) = (0, 0);
        for value in values {
            count += 1;
            times += u32::from(candidates.note(0, value));
        }
        times * 2 > count
    }

    fn list(&self) -> String {
        let mut names: Vec<String> =
            self.head.iter().take(40).map(|name| format!("`{}`", excerpt(name))).collect();
        if self.head.len() > names.len() {
            names.push(format!("and {} more", self.head.len() - names.len()));
        }
        names.join(", ")
    }

    fn shown_name(&self, role: Role, index: usize) -> String {
        let name = |index: usize| self.head.get(index).unwrap_or_default();
        let more = self.joined.iter().filter(|_| role == Role::Activity).map(|index| name(*index));
        let clock = self.clock_of(role).map(name);
        [name(index)].into_iter().chain(more).chain(clock).collect::<Vec<_>>().join("+")
    }

    fn finish(self) -> Result<(Columns, Vec<Column>), Error> {
        let (Some(case), Some(activity), Some(time)) =
            (self.of(Role::Case), self.of(Role::Activity), self.of(Role::Time))
        else {
            let missing: Vec<Role> = [Role::Case, Role::Activity, Role::Time]
                .into_iter()
                .filter(|role| self.of(*role).is_none())
                .collect();
            let say = |wrap: fn(&Role) -> String, between| {
                missing.iter().map(wrap).collect::<Vec<_>>().join(between)
            };
            return Err(Error::at(
                1,
                Kind::MissingColumns {
                    missing: say(Role::to_string, " and the "),
                    found: self.list(),
                    hint: say(|role| format!("--{role}-column"), ", "),
                },
            ));
        };
        let columns = Columns {
            case,
            activity,
            joined: self.joined.clone(),
            time,
            start: self.of(Role::Start),
            time_clock: self.clock_of(Role::Time),
            start_clock: self.clock_of(Role::Start),
            resource: self.of(Role::Resource),
            // Names that hold the transition already tell its rows apart, so nothing is paired.
            lifecycle: self.of(Role::Lifecycle).filter(|index| !self.joined.contains(index)),
            instance: self.of(Role::Instance),
            group: None,
            open: None,
            kept: Vec::new(),
        };
        let mut shown: Vec<Column> = self
            .taken
            .iter()
            .map(|(role, index, given)| Column {
                role: *role,
                name: self.shown_name(*role, *index),
                number: Some(index + 1),
                given: *given,
            })
            .collect();
        shown.sort_by_key(|column| column.role as u8);
        Ok((columns, shown))
    }
}

impl Columns {
    /// The activity of a row, if it has one: a text that says something, joined with those that go with it.
    pub fn activity<'r>(&self, record: &'r StringRecord, settings: &Settings<'_>) -> Option<Cow<'r, str>> {
        let field = |index: usize| record.get(index).and_then(|text| settings.present(text));
        if self.joined.is_empty() {
            return field(self.activity).map(Cow::Borrowed);
        }
        let parts: Vec<_> = [self.activity].iter().chain(&self.joined).filter_map(|n| field(*n)).collect();
        (!parts.is_empty()).then(|| Cow::Owned(parts.join("+")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &str) -> Vec<StringRecord> {
        sniff(text.as_bytes(), true, None).unwrap().1
    }

    fn mapped(text: &str, options: &Options) -> Result<Vec<(Role, usize)>, Error> {
        let (_, shown) = map(&records(text), options)?;
        Ok(shown.iter().map(|column| (column.role, column.number.unwrap())).collect())
    }

    #[test]
    fn the_delimiter_is_the_one_that_makes_a_table() {
        for (text, delimiter) in [
            ("case;activity;time\n1;a,b,c;2020\n", b';'),
            ("case\tactivity\ttime\n1\ta;b\t2\n", b'\t'),
            ("case|activity|time\n", b'|'),
            ("a,b;c,d\n1,2,3\n1,2,3\n", b','),
        ] {
            assert_eq!(sniff(text.as_bytes(), true, None).unwrap().0, delimiter, "{text}");
        }
        let error = sniff(b"hello world\n", true, None).unwrap_err().to_string();
        assert!(error.contains("`hello world`") && error.contains("--delimiter"), "{error}");
        assert_eq!(sniff(b"a:b\n", true, Some(b':')).unwrap().1[0].len(), 2);
    }

    #[test]
    fn columns_are_known_by_what_common_exports_call_them() {
        use Role::*;
        let none = Options::default();
        assert_eq!(
            mapped(
                "Case ID,Activity,Resource,Start Timestamp,Complete Timestamp\n1,A,x,2020-01-01,2020-01-02\n",
                &none
            )
            .unwrap(),
            [(Case, 1), (Activity, 2), (Time, 5), (Start, 4), (Resource, 3)]
        );
        assert_eq!(
            mapped(",case:concept:name,concept:name,time:timestamp,org:resource,lifecycle:transition\n0,1,A,2020-01-01,x,complete\n", &none).unwrap(),
            [(Case, 2), (Activity, 3), (Time, 4), (Resource, 5), (Lifecycle, 6)]
        );
        // As the log of purchases of 2019 and the exports of bupaR have them.
        assert_eq!(
            mapped("eventID ,case Company,case concept:name,event User,event org:resource,event concept:name,event time:timestamp\n1,x,c,u,r,A,02-01-2018 12:53:00.000\n", &none).unwrap(),
            [(Case, 3), (Activity, 6), (Time, 7), (Resource, 5)]
        );
        assert_eq!(
            mapped("CASE_concept_name,activity_id,activity_instance_id,resource_id,lifecycle_id,timestamp\nc,A,1,r,complete,2018-01-02\n", &none).unwrap(),
            [(Case, 1), (Activity, 2), (Time, 6), (Resource, 4), (Lifecycle, 5), (Instance, 3)]
        );
        assert_eq!(
            mapped("Vorgang-Nr;Vorgangsnummer;Tätigkeit;Startzeit;Endzeit;Bearbeiter\n9;1;A;2020-01-01 08:00;2020-01-01 09:00;Ute\n", &none).unwrap(),
            [(Case, 2), (Activity, 3), (Time, 5), (Start, 4), (Resource, 6)]
        );
        assert_eq!(
            mapped("zaak,activiteit,tijdstip,medewerker\n1,A,2020-01-01 08:00,Jan\n", &none).unwrap(),
            [(Case, 1), (Activity, 2), (Time, 3), (Resource, 4)]
        );
        // `date` holds no dates; a column with times is found by its content.
        assert_eq!(
            mapped("case,activity,date,vorbei\n1,A,soon,2020-01-01\n2,A,,2020-01-01\n", &none).unwrap(),
            [(Case, 1), (Activity, 2), (Time, 4)]
        );
        // Only a start is known.
        assert_eq!(
            mapped("case,activity,start\n1,A,2020-01-01\n", &none).unwrap(),
            [(Case, 1), (Activity, 2), (Time, 3)]
        );
    }

    #[test]
    fn a_column_can_be_named_or_numbered_and_roles_switched_off() {
        use Role::*;
        let options = Options {
            case: Some("#1".to_owned()),
            activity: Some("WAS".to_owned()),
            resource: Some("none".to_owned()),
            ..Options::default()
        };
        let text = "Nr,Was,Zeit,user\n1,A,2020-01-01,x\n";
        assert_eq!(mapped(text, &options).unwrap(), [(Case, 1), (Activity, 2), (Time, 3)]);
        let wrong = Options { case: Some("nope".to_owned()), ..Options::default() };
        let error = mapped(text, &wrong).unwrap_err().to_string();
        assert!(error.contains("`nope`") && error.contains("`Nr`, `Was`, `Zeit`, `user`"), "{error}");
    }

    #[test]
    fn what_is_missing_is_said_with_what_is_there() {
        let error = mapped("Nr;Was;Wo\n1;A;hier\n", &Options::default()).unwrap_err().to_string();
        assert!(error.contains("no column for the case and the activity and the time"), "{error}");
        assert!(error.contains("`Nr`, `Was`, `Wo`") && error.contains("--activity-column"), "{error}");
    }
}
