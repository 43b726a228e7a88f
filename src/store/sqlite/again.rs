//! A memory store put back to where it was, for tests that begin the same file a hundred thousand times: making
//! one anew costs more than what is tried on it. Not compiled into the program.

use super::Store;

/// What only grows: what came later goes, and the rest need not be written again.
const GROWING: [(&str, &str); 2] = [("entry", "seq"), ("op", "first_seq")];

/// What makes every table what it was.
pub struct Remembered(Vec<String>);

impl Store {
    /// Keeps every table as it is now.
    pub fn remember(&self) -> rusqlite::Result<Remembered> {
        let conn = self.conn().map_err(|_| rusqlite::Error::InvalidQuery)?;
        conn.set_prepared_statement_cache_capacity(512);
        let mut back = Vec::new();
        for (table, columns) in self.every_table()? {
            let was = format!("temp.as_it_was_{table}");
            conn.execute_batch(&format!("CREATE TABLE {was} AS SELECT {columns} FROM main.{table}"))?;
            let rows =
                conn.query_row(&format!("SELECT count(*) FROM {was}"), [], |row| row.get::<_, i64>(0))?;
            match GROWING.iter().find(|(grows, _)| *grows == table) {
                Some((_, by)) => {
                    let last = format!("SELECT max({by}) FROM {was}");
                    back.push(format!("DELETE FROM main.{table} WHERE {by} > ({last})"));
                }
                None => {
                    back.push(format!("DELETE FROM main.{table}"));
                    if rows > 0 {
                        back.push(format!("INSERT INTO main.{table} ({columns}) SELECT * FROM {was}"));
                    }
                }
            }
        }
        Ok(Remembered(back))
    }

    /// Makes every table what it was.
    pub fn begin_again(&mut self, at: &Remembered) -> rusqlite::Result<()> {
        self.waiting = self.waiting.take().map(|_| Default::default());
        (self.head, self.spoiled) = (None, false);
        if !self.conn.is_autocommit() {
            self.conn.execute_batch("ROLLBACK")?;
        }
        let tx = self.conn.unchecked_transaction()?;
        for sql in &at.0 {
            tx.prepare_cached(sql)?.execute([])?;
        }
        tx.commit()
    }

    /// Each with its columns, but those that SQLite works out itself.
    fn every_table(&self) -> rusqlite::Result<Vec<(String, String)>> {
        let sql = "SELECT t.name, (SELECT group_concat(c.name) FROM pragma_table_info(t.name) c)
                   FROM main.sqlite_schema t WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'";
        let mut statement = self.conn.prepare(sql)?;
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
    }
}
