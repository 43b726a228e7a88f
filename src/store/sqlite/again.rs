//! A memory store put back to where it was, for tests that begin the same file a hundred thousand times: making
//! one anew costs more than what is tried on it. Not compiled into the program.

use super::Store;

/// What only grows: what came later goes, and the rest need not be written again.
const GROWING: [(&str, &str); 2] = [("entry", "seq"), ("op", "first_seq")];

impl Store {
    /// Keeps every table as it is now.
    pub fn remember(&self) -> rusqlite::Result<()> {
        let conn = self.conn().map_err(|_| rusqlite::Error::InvalidQuery)?;
        conn.set_prepared_statement_cache_capacity(512);
        for (table, columns) in self.every_table()? {
            let sql = format!("CREATE TEMP TABLE as_it_was_{table} AS SELECT {columns} FROM main.{table}");
            conn.execute_batch(&sql)?;
        }
        Ok(())
    }

    /// Makes every table what it was.
    pub fn begin_again(&mut self) -> rusqlite::Result<()> {
        self.waiting = self.waiting.take().map(|_| Default::default());
        (self.head, self.spoiled) = (None, false);
        if !self.conn.is_autocommit() {
            self.conn.execute_batch("ROLLBACK")?;
        }
        let tables = self.every_table()?;
        let tx = self.conn.unchecked_transaction()?;
        let run = |sql: String| tx.prepare_cached(&sql)?.execute([]);
        for (table, columns) in tables {
            let was = format!("temp.as_it_was_{table}");
            match GROWING.iter().find(|(grows, _)| *grows == table) {
                Some((_, by)) => {
                    run(format!("DELETE FROM main.{table} WHERE {by} > (SELECT max({by}) FROM {was})"))?;
                }
                None => {
                    run(format!("DELETE FROM main.{table}"))?;
                    run(format!("INSERT INTO main.{table} ({columns}) SELECT * FROM {was}"))?;
                }
            }
        }
        tx.commit()
    }

    /// Each with its columns, but those that SQLite works out itself.
    fn every_table(&self) -> rusqlite::Result<Vec<(String, String)>> {
        let sql = "SELECT t.name, (SELECT group_concat(c.name) FROM pragma_table_info(t.name) c)
                   FROM main.sqlite_schema t WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'";
        let mut statement = self.conn.prepare_cached(sql)?;
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
    }
}
