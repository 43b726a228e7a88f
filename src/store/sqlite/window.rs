//! Pages of lists: from a row on, along an index, and how long the lists are. Selects and orders; what is asked
//! for and what a row means is the caller's.

use super::Store;
use super::read::{CASE, PLACE, case, open_place, record};
use crate::domain::rows::{CaseRow, RecordRow};
use crate::domain::{CaseId, Handle, HandoffId, Instant, RecordId};
use crate::store::{CardKey, Edge, OpenPlace, RecordKey, RecordOrder, StoreError};
use rusqlite::types::Value;
use rusqlite::{Row, params, params_from_iter};
use std::collections::HashMap;

/// No count that has to look at rows looks at more of them.
pub const MOST_COUNTED: usize = 1_000;
/// Newest cases about a record that tell when something last happened.
const NEWEST: i64 = 50;

/// The condition and direction a page needs, over the columns its list is ordered by.
struct Along {
    condition: String,
    order: String,
    values: Vec<Value>,
    backwards: bool,
}

/// `down` is for lists whose first row has the greatest values.
fn along(columns: &[&str], down: bool, edge: &Edge<Vec<Value>>) -> Along {
    let backwards = matches!(edge, Edge::End | Edge::Before(_));
    let (sign, values) = match edge {
        Edge::Start | Edge::End => ("", Vec::new()),
        Edge::After(key) => (if down { "<" } else { ">" }, key.clone()),
        Edge::Before(key) => (if down { ">" } else { "<" }, key.clone()),
        Edge::From(key) => (if down { "<=" } else { ">=" }, key.clone()),
    };
    let condition = match sign {
        "" => String::new(),
        sign => {
            // SQLite does not see through a collation within a row value: the first column is said on its own.
            let (first, rough) = (columns[0], &sign[..1]);
            let marks = vec!["?"; columns.len()].join(", ");
            format!(" AND {first} {rough}= ? AND ({}) {sign} ({marks})", columns.join(", "))
        }
    };
    let values = values.first().cloned().into_iter().chain(values).collect();
    let direction = if down == backwards { "" } else { " DESC" };
    let order = columns.iter().map(|column| format!("{column}{direction}")).collect::<Vec<_>>().join(", ");
    Along { condition, order: format!(" ORDER BY {order} LIMIT ?"), values, backwards }
}

fn with<K>(edge: &Edge<K>, values: impl Fn(&K) -> Vec<Value>) -> Edge<Vec<Value>> {
    match edge {
        Edge::Start => Edge::Start,
        Edge::End => Edge::End,
        Edge::After(key) => Edge::After(values(key)),
        Edge::Before(key) => Edge::Before(values(key)),
        Edge::From(key) => Edge::From(values(key)),
    }
}

fn card_values(key: &CardKey) -> Vec<Value> {
    vec![key.due.into(), key.since.into(), key.case.0.into(), i64::from(key.branch).into()]
}

const CARD: [&str; 4] = ["p.by_due", "p.since", "p.case_id", "p.branch"];

impl Store {
    /// A page of the open branches of a process, or of one column of its board, most urgent first.
    pub fn cards(
        &self,
        process: &Handle,
        spot: Option<&Handle>,
        edge: &Edge<CardKey>,
        limit: usize,
    ) -> Result<Vec<OpenPlace>, StoreError> {
        let along = along(&CARD, false, &with(edge, card_values));
        let mut values = vec![Value::from(process.to_string())];
        values.extend(spot.map(|spot| Value::from(spot.to_string())));
        let column = if spot.is_some() { " AND p.spot = ?" } else { "" };
        let sql = format!(
            "SELECT {PLACE}, {CASE} FROM place p CROSS JOIN work_case c ON c.id = p.case_id
             WHERE p.process = ?{column}{}{}",
            along.condition, along.order
        );
        values.extend(along.values);
        values.push((limit as i64).into());
        let mut rows = self.list(&sql, params_from_iter(values), open_place)?;
        if along.backwards {
            rows.reverse();
        }
        Ok(rows)
    }

    /// How many cards of the process, or of a column, stand before this one.
    pub fn cards_before(
        &self,
        process: &Handle,
        spot: Option<&Handle>,
        key: &CardKey,
    ) -> Result<usize, StoreError> {
        let column = if spot.is_some() { " AND p.spot = ?" } else { "" };
        let sql = format!(
            "SELECT count(*) FROM place p WHERE p.process = ?{column} AND ({}) < (?, ?, ?, ?)",
            CARD.join(", ")
        );
        let mut values = vec![Value::from(process.to_string())];
        values.extend(spot.map(|spot| Value::from(spot.to_string())));
        values.extend(card_values(key));
        self.number(&sql, params_from_iter(values))
    }

    /// The columns of a board that have cards, with how many, as they are kept.
    pub fn column_lengths(&self, process: &Handle) -> Result<Vec<(Handle, usize)>, StoreError> {
        let sql = "SELECT sub, n FROM tally WHERE list = 'place' AND part = ?1";
        self.list(sql, [process.as_str()], |row| {
            Ok((super::codec::handle(row, 0)?, row.get::<_, i64>(1)? as usize))
        })
    }

    /// How many cards of a column were due before `now`; stops counting at [`MOST_COUNTED`].
    pub fn column_late(&self, process: &Handle, spot: &Handle, now: Instant) -> Result<usize, StoreError> {
        let sql = "SELECT count(*) FROM (SELECT 1 FROM place WHERE process = ?1 AND spot = ?2 AND by_due < ?3
                   LIMIT ?4)";
        self.number(sql, params![process.as_str(), spot.as_str(), now.0, MOST_COUNTED as i64])
    }

    /// The open branches of these cases, by number, for what says which of how many a card is.
    pub fn branches_of(&self, cases: &[CaseId]) -> Result<HashMap<CaseId, Vec<u32>>, StoreError> {
        let sql = "SELECT case_id, branch FROM place WHERE case_id IN (SELECT value FROM json_each(?1))
                   ORDER BY case_id, branch";
        let mut branches = HashMap::<_, Vec<_>>::with_capacity(cases.len());
        for (case, branch) in self
            .list(sql, [numbers(cases.iter().map(|of| of.0))], |row| Ok((CaseId(row.get(0)?), row.get(1)?)))?
        {
            branches.entry(case).or_default().push(branch);
        }
        Ok(branches)
    }

    /// When these handoffs were offered.
    pub fn offered_at(&self, handoffs: &[HandoffId]) -> Result<HashMap<HandoffId, Instant>, StoreError> {
        let sql = "SELECT id, offered FROM handoff WHERE id IN (SELECT value FROM json_each(?1))";
        let row = |row: &Row<'_>| Ok((HandoffId(row.get(0)?), Instant(row.get(1)?)));
        Ok(self.list(sql, [numbers(handoffs.iter().map(|of| of.0))], row)?.into_iter().collect())
    }

    /// The cases of a process that ended last.
    pub fn last_ended(&self, process: &Handle, limit: usize) -> Result<Vec<CaseId>, StoreError> {
        let sql = "SELECT id FROM work_case WHERE process = ?1 AND ended IS NOT NULL
                   ORDER BY ended DESC LIMIT ?2";
        self.list(sql, params![process.as_str(), limit as i64], |row| row.get(0).map(CaseId))
    }

    /// A page of the records of a kind that are not archived.
    pub fn record_page(
        &self,
        kind: &Handle,
        order: RecordOrder,
        edge: &Edge<RecordKey>,
        limit: usize,
    ) -> Result<Vec<RecordRow>, StoreError> {
        let (columns, down): (&[&str], bool) = record_columns(order);
        let along = along(columns, down, &with(edge, |key| record_values(order, key)));
        let sql = format!(
            "SELECT id, kind, name, fields, added, changed, archived, tags FROM record
             WHERE kind = ? AND archived IS NULL{}{}",
            along.condition, along.order
        );
        let mut values = vec![Value::from(kind.to_string())];
        values.extend(along.values);
        values.push((limit as i64).into());
        let mut rows = self.list(&sql, params_from_iter(values), record)?;
        if along.backwards {
            rows.reverse();
        }
        Ok(rows)
    }

    /// How many records stand before this one.
    pub fn records_before(
        &self,
        kind: &Handle,
        order: RecordOrder,
        key: &RecordKey,
    ) -> Result<usize, StoreError> {
        let (columns, down) = record_columns(order);
        let sql = format!(
            "SELECT count(*) FROM record WHERE kind = ? AND archived IS NULL AND ({}) {} ({})",
            columns.join(", "),
            if down { ">" } else { "<" },
            vec!["?"; columns.len()].join(", ")
        );
        let mut values = vec![Value::from(kind.to_string())];
        values.extend(record_values(order, key));
        self.number(&sql, params_from_iter(values))
    }

    /// Kinds that have records, with how many are not archived, as they are kept.
    pub fn kind_lengths(&self) -> Result<Vec<(Handle, usize)>, StoreError> {
        let sql = "SELECT part, n FROM tally WHERE list = 'record'";
        self.list(sql, [], |row| Ok((super::codec::handle(row, 0)?, row.get::<_, i64>(1)? as usize)))
    }

    /// How many cases about a record are open, and how many of them late in any part; stops counting at
    /// [`MOST_COUNTED`].
    pub fn open_about(&self, record: RecordId, now: Instant) -> Result<(usize, usize), StoreError> {
        let sql = "SELECT count(*), ifnull(sum(late), 0) FROM (
                       SELECT ifnull(c.due < ?2, 0) OR EXISTS (
                           SELECT 1 FROM place p WHERE p.case_id = c.id AND p.due < ?2) AS late
                       FROM work_case c WHERE c.about = ?1 AND c.state = 'open' LIMIT ?3)";
        self.conn()?
            .prepare_cached(sql)
            .and_then(|mut s| {
                s.query_row(params![record.0, now.0, MOST_COUNTED as i64], |row| {
                    Ok((row.get::<_, i64>(0)? as usize, row.get::<_, i64>(1)? as usize))
                })
            })
            .map_err(|e| self.explain(&e))
    }

    /// Who is responsible for the most pressing open work about a record, and when one of the newest cases about it last
    /// changed.
    pub fn responsible_about(
        &self,
        record: RecordId,
    ) -> Result<(Option<Handle>, Option<Instant>), StoreError> {
        let sql = "SELECT (SELECT p.responsible FROM (
                               SELECT id FROM work_case WHERE about = ?1 AND state = 'open' LIMIT ?3) c
                           JOIN place p ON p.case_id = c.id ORDER BY p.due IS NULL, p.due LIMIT 1),
                          (SELECT max(touched) FROM (
                               SELECT * FROM (SELECT touched FROM work_case
                                   WHERE about = ?1 AND state = 'open' ORDER BY id DESC LIMIT ?2)
                               UNION ALL
                               SELECT * FROM (SELECT touched FROM work_case
                                   WHERE about = ?1 AND state = 'done' ORDER BY id DESC LIMIT ?2)))";
        let (responsible, touched) = self
            .conn()?
            .prepare_cached(sql)
            .and_then(|mut s| {
                s.query_row(params![record.0, NEWEST, MOST_COUNTED as i64], |row| {
                    Ok((row.get::<_, Option<String>>(0)?, row.get::<_, Option<i64>>(1)?))
                })
            })
            .map_err(|e| self.explain(&e))?;
        Ok((responsible.and_then(|who| who.parse().ok()), touched.map(Instant)))
    }

    /// The cases about a record, the open ones first, then the newest; at most `limit` of each.
    pub fn cases_about(&self, record: RecordId, limit: usize) -> Result<Vec<CaseRow>, StoreError> {
        let mut cases = Vec::new();
        for state in ["open", "done", "withdrawn"] {
            let sql = format!(
                "SELECT {CASE} FROM work_case c WHERE c.about = ?1 AND c.state = ?2 ORDER BY c.id DESC LIMIT ?3"
            );
            cases.extend(self.list(&sql, params![record.0, state, limit as i64], |row| case(row, 0))?);
        }
        Ok(cases)
    }

    /// A record.
    pub fn record_row(&self, id: RecordId) -> Result<Option<RecordRow>, StoreError> {
        let sql = "SELECT id, kind, name, fields, added, changed, archived, tags FROM record WHERE id = ?1";
        Ok(self.list(sql, [id.0], record)?.pop())
    }

    /// Records with a field that names this one, with the field.
    pub fn linked_from(&self, to: RecordId, limit: usize) -> Result<Vec<(String, RecordRow)>, StoreError> {
        let sql = "SELECT r.id, r.kind, r.name, r.fields, r.added, r.changed, r.archived, r.tags, l.field
                   FROM link l JOIN record r ON r.id = l.from_record
                   WHERE l.to_record = ?1 AND r.archived IS NULL ORDER BY r.kind, r.name, r.id LIMIT ?2";
        self.list(sql, params![to.0, limit as i64], |row| Ok((row.get(8)?, record(row)?)))
    }

    /// Records whose name begins with this, or have it as their name in whatever case; the first few.
    pub fn records_named(&self, begins: &str, limit: usize) -> Result<Vec<RecordRow>, StoreError> {
        let sql = "SELECT id, kind, name, fields, added, changed, archived, tags FROM record
                   WHERE archived IS NULL AND kind = ?1 AND name COLLATE NOCASE >= ?2
                       AND name COLLATE NOCASE < ?3 ORDER BY name COLLATE NOCASE LIMIT ?4";
        let mut found = Vec::new();
        for (kind, _) in self.kind_lengths()? {
            let beyond = format!("{begins}\u{10FFFF}");
            found.extend(self.list(sql, params![kind.as_str(), begins, beyond, limit as i64], record)?);
        }
        Ok(found)
    }

    /// Lists whose kept length is not how many rows they have, and links that no field says.
    pub fn odd_tallies(&self) -> Result<Vec<String>, StoreError> {
        let sql = "WITH is_so (list, part, sub, n) AS (
                       SELECT 'place', process, spot, count(*) FROM place GROUP BY process, spot
                       UNION ALL
                       SELECT 'record', kind, '', count(*) FROM record WHERE archived IS NULL GROUP BY kind)
                   SELECT list, part, sub FROM (
                       SELECT * FROM (SELECT * FROM is_so EXCEPT SELECT * FROM tally)
                       UNION SELECT * FROM (SELECT * FROM tally EXCEPT SELECT * FROM is_so))
                   GROUP BY list, part, sub
                   UNION ALL SELECT * FROM (
                       WITH is_so AS (SELECT CAST(substr(j.value, 3) AS INTEGER) AS a, r.id AS b, j.key AS c
                           FROM record r, json_each(r.fields) j WHERE j.value GLOB 'R-[1-9]*')
                       SELECT 'link', a, c FROM (SELECT * FROM is_so EXCEPT SELECT * FROM link)
                       UNION SELECT 'link', a, c FROM (SELECT to_record AS a, from_record, field AS c FROM link
                           EXCEPT SELECT * FROM is_so))";
        self.list(sql, [], |row| {
            let (list, sub) = (row.get::<_, String>(0)?, row.get::<_, String>(2)?);
            let part = match row.get::<_, Value>(1)? {
                Value::Text(part) => part,
                Value::Integer(record) => RecordId(record).to_string(),
                _ => String::new(),
            };
            Ok(format!("what is kept of `{list} {part} {sub}` is not what its rows say"))
        })
    }

    fn number(&self, sql: &str, params: impl rusqlite::Params) -> Result<usize, StoreError> {
        self.conn()?
            .prepare_cached(sql)
            .and_then(|mut s| s.query_row(params, |row| row.get::<_, i64>(0)))
            .map(|count| count as usize)
            .map_err(|e| self.explain(&e))
    }
}

/// As a list for `json_each`.
pub(super) fn numbers(of: impl Iterator<Item = i64>) -> String {
    format!("[{}]", of.map(|number| number.to_string()).collect::<Vec<_>>().join(","))
}

fn record_columns(order: RecordOrder) -> (&'static [&'static str], bool) {
    match order {
        RecordOrder::Name => (&["name COLLATE NOCASE", "id"], false),
        RecordOrder::Changed => (&["changed", "id"], true),
        RecordOrder::Added => (&["id"], true),
    }
}

fn record_values(order: RecordOrder, key: &RecordKey) -> Vec<Value> {
    match order {
        RecordOrder::Name => vec![key.name.clone().into(), key.id.0.into()],
        RecordOrder::Changed => vec![key.changed.into(), key.id.0.into()],
        RecordOrder::Added => vec![key.id.0.into()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn h(text: &str) -> Handle {
        text.parse().unwrap()
    }

    /// Cards of one process in three columns, with dates that repeat, and records whose names do.
    fn filled(rows: &[(u8, u8, u8, bool)]) -> Store {
        let store = Store::in_memory().unwrap();
        for (n, (step, due, since, free)) in rows.iter().enumerate() {
            store
                .tamper(&format!(
                    "INSERT INTO work_case (id, process, version, title, accountable, urgent, state, started, touched)
                     VALUES ({n}, 'p', 1, 'x', '@ana', 0, 'open', 0, 0)"
                ))
                .unwrap();
            let due = if *due == 0 { "NULL".to_string() } else { due.to_string() };
            let (free, name) = if *free { ("'call'", "N") } else { ("NULL", "n") };
            store
                .tamper(&format!(
                    "INSERT INTO place (case_id, branch, process, step, kind, responsible, since, due, started, free)
                     VALUES ({n}, 1, 'p', 's{}', 1, 'ana', {since}, {due}, 0, {free})",
                    step % 3
                ))
                .unwrap();
            store
                .tamper(&format!(
                    "INSERT INTO record VALUES ({n}, 'customer', '{name}{}', '{{}}', 1, {since}, NULL, '')",
                    step % 4
                ))
                .unwrap();
        }
        store
    }

    fn walk<T, K: Clone>(
        mut page: impl FnMut(&Edge<K>) -> Vec<T>,
        key: impl Fn(&T) -> K,
        forwards: bool,
    ) -> Vec<T> {
        let mut all = page(if forwards { &Edge::Start } else { &Edge::End });
        loop {
            let end = if forwards { all.last() } else { all.first() };
            let Some(end) = end.map(&key) else { return all };
            let more = page(&if forwards { Edge::After(end) } else { Edge::Before(end) });
            match (more.is_empty(), forwards) {
                (true, _) => return all,
                (_, true) => all.extend(more),
                (_, false) => all = more.into_iter().chain(all).collect(),
            }
        }
    }

    fn card_key(open: &OpenPlace) -> CardKey {
        CardKey::new(open.place.due, open.place.since, open.place.case, open.place.branch)
    }

    fn record_key(row: &RecordRow) -> RecordKey {
        RecordKey { name: row.name.clone(), changed: row.changed.0, id: row.id }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(30))]

        #[test]
        fn pages_from_either_end_are_the_whole_list_in_order(
            rows in proptest::collection::vec((0u8..9, 0u8..4, 0u8..4, any::<bool>()), 0..60),
        ) {
            let (store, process) = (filled(&rows), h("p"));
            for spot in [None, Some(h("s0")), Some(h("p"))] {
                let page = |edge: &Edge<CardKey>| store.cards(&process, spot.as_ref(), edge, 7).unwrap();
                let there = walk(page, card_key, true);
                let back = walk(page, card_key, false);
                prop_assert_eq!(&there, &back);
                prop_assert!(there.is_sorted_by_key(card_key));
                for (n, open) in there.iter().enumerate() {
                    let before = store.cards_before(&process, spot.as_ref(), &card_key(open)).unwrap();
                    prop_assert_eq!(before, n);
                }
                let lengths = store.column_lengths(&process).unwrap();
                let kept = lengths.iter().filter(|(step, _)| spot.as_ref().is_none_or(|spot| spot == step));
                prop_assert_eq!(kept.map(|(_, n)| n).sum::<usize>(), there.len());
            }
            for order in [RecordOrder::Name, RecordOrder::Changed, RecordOrder::Added] {
                let page = |edge: &Edge<RecordKey>| store.record_page(&h("customer"), order, edge, 7).unwrap();
                let there = walk(page, record_key, true);
                prop_assert_eq!(there.len(), rows.len());
                prop_assert_eq!(&there, &walk(page, record_key, false));
                for (n, row) in there.iter().enumerate() {
                    prop_assert_eq!(store.records_before(&h("customer"), order, &record_key(row)).unwrap(), n);
                }
            }
            prop_assert_eq!(store.odd_tallies().unwrap(), [""; 0]);
        }
    }

    #[test]
    fn what_is_kept_of_lists_follows_every_change_of_them() {
        let store = filled(&[(0, 1, 1, false), (1, 2, 2, false), (0, 0, 3, true)]);
        let lengths = |store: &Store| {
            let lengths = store.column_lengths(&h("p")).unwrap();
            lengths.into_iter().map(|(step, n)| format!("{step} {n}")).collect::<Vec<_>>().join(", ")
        };
        assert_eq!(lengths(&store), "p 1, s0 1, s1 1");
        for (sql, after) in [
            ("UPDATE place SET step = 's1' WHERE case_id = 0", "p 1, s1 2"),
            ("UPDATE place SET free = NULL WHERE case_id = 2", "s0 1, s1 2"),
            ("UPDATE place SET due = 9", "s0 1, s1 2"),
            ("DELETE FROM place WHERE case_id = 1", "s0 1, s1 1"),
        ] {
            store.tamper(sql).unwrap();
            assert_eq!(lengths(&store), after, "{sql}");
            assert_eq!(store.odd_tallies().unwrap(), [""; 0], "{sql}");
        }
        let link = |store: &Store| {
            let linked = store.linked_from(RecordId(1), 9).unwrap();
            linked.into_iter().map(|(field, row)| format!("{field} {}", row.id)).collect::<Vec<_>>()
        };
        store.tamper("UPDATE record SET fields = '{\"parent\":\"R-1\"}' WHERE id = 0").unwrap();
        assert_eq!(link(&store), ["parent R-0"]);
        assert_eq!(store.linked_from(RecordId(1), 9).unwrap()[0].1.tags, [], "the field is no tag");
        store.tamper("UPDATE record SET archived = 5 WHERE id = 2").unwrap();
        assert_eq!(store.kind_lengths().unwrap(), [(h("customer"), 2)]);
        assert_eq!(store.odd_tallies().unwrap(), [""; 0]);
        store.tamper("UPDATE record SET fields = '{}' WHERE id = 0").unwrap();
        assert_eq!(link(&store), [""; 0]);
        store.tamper("INSERT INTO link VALUES (1, 2, 'x')").unwrap();
        store.tamper("UPDATE tally SET n = 7 WHERE part = 'p' AND sub = 's1'").unwrap();
        assert_eq!(store.odd_tallies().unwrap().len(), 2);
    }

    /// Without an index that has the order, a page of a long list costs the whole list.
    #[test]
    fn no_page_is_sorted_or_looked_for_row_by_row() {
        let store = filled(&[]);
        let key = CardKey::new(None, Instant(0), CaseId(1), 1);
        let record = RecordKey { name: "n".to_string(), changed: 1, id: RecordId(1) };
        for edge in [Edge::Start, Edge::End, Edge::After(key), Edge::Before(key), Edge::From(key)] {
            store.cards(&h("p"), None, &edge, 5).unwrap();
            store.cards(&h("p"), Some(&h("s")), &edge, 5).unwrap();
            let along = along(&CARD, false, &with(&edge, card_values));
            for (column, index) in [("", "place_table"), (" AND p.spot = 's'", "place_board")] {
                let sql = format!(
                    "EXPLAIN QUERY PLAN SELECT p.case_id, c.title FROM place p CROSS JOIN work_case c ON c.id = p.case_id
                     WHERE p.process = 'p'{column}{}{}",
                    along.condition, along.order
                );
                says(&store, &sql, &along.values, index, &edge);
            }
        }
        for order in [RecordOrder::Name, RecordOrder::Changed, RecordOrder::Added] {
            for edge in [Edge::Start, Edge::End, Edge::After(record.clone()), Edge::Before(record.clone())] {
                let (columns, down) = record_columns(order);
                let along = along(columns, down, &with(&edge, |key| record_values(order, key)));
                let sql = format!(
                    "EXPLAIN QUERY PLAN SELECT fields FROM record WHERE kind = 'customer' AND archived IS NULL{}{}",
                    along.condition, along.order
                );
                let index = match order {
                    RecordOrder::Name => "record_name",
                    RecordOrder::Changed => "record_changed",
                    RecordOrder::Added => "record_added",
                };
                says(&store, &sql, &along.values, index, &(order, &edge));
            }
        }
    }

    fn says(store: &Store, sql: &str, values: &[Value], index: &str, of: &dyn std::fmt::Debug) {
        let mut values = values.to_vec();
        let range = if values.is_empty() { "" } else { ">" };
        values.push(5.into());
        let plan =
            store.list(sql, params_from_iter(values), |row| row.get::<_, String>(3)).unwrap().join("; ");
        let ranged = range.is_empty() || plan.contains('>') || plan.contains('<');
        assert!(plan.contains(index) && ranged && !plan.contains("TEMP B-TREE"), "{of:?}: {plan}");
    }
}
