//! [`Records`] in one SQLite file.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::types::FromSql;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, Params, params};

use super::schema::{APPLICATION_ID, STEPS, VERSION};
use super::{Coming, LiveChunk, Printed, Records, StoreError};

const BUSY: Duration = Duration::from_secs(5);
const SET_ONCE: &str = "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT DO NOTHING";

/// The store as an SQLite file (write-ahead log, synchronous FULL, erased bytes overwritten).
pub struct SqliteRecords {
    path: PathBuf,
    db: Connection,
}

impl SqliteRecords {
    /// Opens the file, or creates it, readable by its owner only. Looks the whole file over for damage.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let open = |why: String| StoreError::Open { path: path.to_owned(), why };
        create_private(path).map_err(|error| open(error.to_string()))?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db =
            Connection::open_with_flags(path, flags).map_err(|error| open(error.to_string()))?;
        let mut records = Self { path: path.to_owned(), db };
        records.prepare()?;
        Ok(records)
    }

    /// Lets the file grow to `pages` pages of 4,096 bytes and no further; a write beyond that is [`StoreError::Full`].
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn limit_pages(&mut self, pages: u32) -> Result<(), StoreError> {
        self.db
            .pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))
            .map_err(|e| self.error(e))
    }

    fn prepare(&mut self) -> Result<(), StoreError> {
        self.db.busy_timeout(BUSY).map_err(|e| self.error(e))?;
        let version: i64 = self.pragma("user_version")?;
        let application: i32 = self.pragma("application_id")?;
        let stranger =
            |why: &str| Err(StoreError::Stranger { path: self.path.clone(), why: why.to_owned() });
        let version = usize::try_from(version).unwrap_or(usize::MAX);
        if version == 0 && application == 0 {
            let tables: i64 = self.one("SELECT count(*) FROM sqlite_schema", [])?.unwrap_or(0);
            if tables > 0 {
                return stranger("is a database of another program; name another file");
            }
        } else if application != APPLICATION_ID {
            return stranger("is a database of another program; name another file");
        } else if version > VERSION {
            return stranger("was written by a newer Subrosa; update this one");
        }
        let setup =
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;
                     PRAGMA trusted_schema = OFF;";
        self.db.execute_batch(setup).map_err(|e| self.error(e))?;
        let check: String =
            self.one("PRAGMA quick_check(1)", [])?.unwrap_or_else(|| "no answer".into());
        if check != "ok" {
            return Err(StoreError::Corrupt { path: self.path.clone(), why: check });
        }
        self.migrate(version)
    }

    fn migrate(&mut self, from: usize) -> Result<(), StoreError> {
        if from >= VERSION {
            return Ok(());
        }
        let path = self.path.clone();
        self.in_transaction(|tx| {
            // Another process may have been first.
            let version: i64 = tx.query_row("PRAGMA user_version", [], |row| row.get(0))?;
            for step in STEPS.iter().skip(usize::try_from(version).unwrap_or(0)) {
                tx.execute_batch(step)?;
            }
            tx.pragma_update(None, "application_id", APPLICATION_ID)?;
            tx.pragma_update(None, "user_version", VERSION as i64)
        })
        .map_err(|e| explain(&path, e))
    }

    fn error(&self, error: rusqlite::Error) -> StoreError {
        explain(&self.path, error)
    }

    fn pragma<T: FromSql + Default>(&self, name: &str) -> Result<T, StoreError> {
        self.db.pragma_query_value(None, name, |row| row.get(0)).map_err(|e| self.error(e))
    }

    fn one<T: FromSql>(&self, sql: &str, args: impl Params) -> Result<Option<T>, StoreError> {
        self.db
            .prepare_cached(sql)
            .and_then(|mut query| query.query_row(args, |row| row.get(0)).optional())
            .map_err(|e| self.error(e))
    }

    fn all(&self, sql: &str) -> Result<Vec<Vec<u8>>, StoreError> {
        self.db
            .prepare_cached(sql)
            .and_then(|mut query| query.query_map([], |row| row.get(0))?.collect())
            .map_err(|e| self.error(e))
    }

    fn write(&self, sql: &str, args: impl Params) -> Result<usize, StoreError> {
        self.db
            .prepare_cached(sql)
            .and_then(|mut query| query.execute(args))
            .map_err(|e| self.error(e))
    }

    fn in_transaction<T>(
        &mut self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let tx = self.db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let result = work(&tx)?;
        tx.commit()?;
        Ok(result)
    }

    /// Whether `kept` lets `bytes` be written: nothing is there yet (`true`), or the same (`false`).
    fn is_new(
        kept: Option<&[u8]>,
        bytes: &[u8],
        what: &'static str,
        number: impl FnOnce() -> String,
    ) -> Result<bool, StoreError> {
        match kept {
            None => Ok(true),
            Some(kept) if kept == bytes => Ok(false),
            Some(_) => Err(StoreError::Immutable { what, number: number() }),
        }
    }

    fn put_by_serial(
        &mut self,
        table: &'static str,
        serial: [u8; 16],
        bytes: &[u8],
    ) -> Result<bool, StoreError> {
        let select = format!("SELECT bytes FROM {table} WHERE serial = ?1");
        let kept: Option<Vec<u8>> = self.one(&select, [serial])?;
        let hex = || serial.iter().map(|byte| format!("{byte:02x}")).collect();
        let new = Self::is_new(kept.as_deref(), bytes, table, hex)?;
        if new {
            let insert = format!("INSERT INTO {table} (serial, bytes) VALUES (?1, ?2)");
            self.write(&insert, params![serial, bytes])?;
        }
        Ok(new)
    }
}

impl Records for SqliteRecords {
    fn set_once(&mut self, name: &str, value: &[u8]) -> Result<Vec<u8>, StoreError> {
        self.write(SET_ONCE, params![name, value])?;
        self.value(name)?.ok_or(StoreError::Gone)
    }

    fn value(&mut self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.one("SELECT value FROM meta WHERE name = ?1", [name])
    }

    fn put_batch(&mut self, tick: u64, bytes: &[u8], forget_before: u64) -> Result<(), StoreError> {
        let kept = self.batch(tick)?;
        let new = Self::is_new(kept.as_deref(), bytes, "batch", || tick.to_string())?;
        let (tick, forget) = (int(tick)?, int(forget_before)?);
        let path = self.path.clone();
        self.in_transaction(|tx| {
            if new {
                tx.execute(
                    "INSERT INTO batch (tick, bytes) VALUES (?1, ?2)",
                    params![tick, bytes],
                )?;
            }
            tx.execute("DELETE FROM batch WHERE tick < ?1 AND tick <> ?2", [forget, tick])
        })
        .map_err(|e| explain(&path, e))?;
        Ok(())
    }

    fn put_mail(
        &mut self,
        tick: u64,
        desk: [u8; 16],
        bytes: &[u8],
        forget_before: u64,
    ) -> Result<(), StoreError> {
        let (at, forget) = (int(tick)?, int(forget_before)?);
        let select = "SELECT bytes FROM mail WHERE tick = ?1 AND desk = ?2";
        let kept: Option<Vec<u8>> = self.one(select, params![at, desk])?;
        if Self::is_new(kept.as_deref(), bytes, "mail", || tick.to_string())? {
            let insert = "INSERT INTO mail (tick, desk, bytes) VALUES (?1, ?2, ?3)";
            self.write(insert, params![at, desk, bytes])?;
            self.write("DELETE FROM mail WHERE tick < ?1", [forget])?;
        }
        Ok(())
    }

    fn mail(&mut self, tick: u64) -> Result<Vec<u8>, StoreError> {
        let Ok(tick) = int(tick) else { return Ok(Vec::new()) };
        self.db
            .prepare_cached("SELECT bytes FROM mail WHERE tick = ?1 ORDER BY desk")
            .and_then(|mut query| {
                let mut all = Vec::new();
                let mut rows = query.query([tick])?;
                while let Some(row) = rows.next()? {
                    all.extend_from_slice(row.get_ref(0)?.as_blob()?);
                }
                Ok(all)
            })
            .map_err(|e| self.error(e))
    }

    fn print(&mut self, printed: &Printed<'_>) -> Result<(), StoreError> {
        let path = self.path.clone();
        self.in_transaction(|tx| {
            for (name, value) in printed.values {
                tx.execute(SET_ONCE, params![name, value])?;
            }
            for entry in printed.entries {
                tx.execute("INSERT INTO log_entry (bytes) VALUES (?1)", [entry])?;
            }
            if let Some(Coming { name, replaces, publication, source }) = printed.coming {
                let insert =
                    "INSERT OR REPLACE INTO coming (one, name, replaces, publication, source)
                              VALUES (1, ?1, ?2, ?3, ?4)";
                tx.execute(insert, params![name, replaces, publication, source])?;
            }
            Ok(())
        })
        .map_err(|e| explain(&path, e))
    }

    fn coming(&mut self) -> Result<Option<Coming>, StoreError> {
        self.db
            .prepare_cached("SELECT name, replaces, publication, source FROM coming")
            .and_then(|mut query| {
                let coming = |row: &rusqlite::Row<'_>| {
                    Ok(Coming {
                        name: row.get(0)?,
                        replaces: row.get(1)?,
                        publication: row.get(2)?,
                        source: row.get(3)?,
                    })
                };
                query.query_row([], coming).optional()
            })
            .map_err(|e| self.error(e))
    }

    fn has_come(&mut self) -> Result<(), StoreError> {
        self.write("DELETE FROM coming", []).map(drop)
    }

    fn log(&mut self) -> Result<Vec<Vec<u8>>, StoreError> {
        self.all("SELECT bytes FROM log_entry ORDER BY number")
    }

    fn batch(&mut self, tick: u64) -> Result<Option<Vec<u8>>, StoreError> {
        // A number that does not fit was never put.
        let Ok(tick) = int(tick) else { return Ok(None) };
        self.one("SELECT bytes FROM batch WHERE tick = ?1", [tick])
    }

    fn newest_batch(&mut self) -> Result<Option<u64>, StoreError> {
        let newest: Option<Option<i64>> = self.one("SELECT max(tick) FROM batch", [])?;
        Ok(newest.flatten().and_then(|tick| u64::try_from(tick).ok()))
    }

    fn put_block(&mut self, block: u64, bytes: &[u8]) -> Result<(), StoreError> {
        let kept = self.block(block)?;
        let new = Self::is_new(kept.as_deref(), bytes, "dead-drop block", || block.to_string())?;
        let block = int(block)?;
        let path = self.path.clone();
        self.in_transaction(|tx| {
            if new {
                tx.execute(
                    "INSERT INTO drop_block (block, bytes) VALUES (?1, ?2)",
                    params![block, bytes],
                )?;
            }
            tx.execute("DELETE FROM live_chunk WHERE block <= ?1", [block])
        })
        .map_err(|e| explain(&path, e))?;
        Ok(())
    }

    fn block(&mut self, block: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let Ok(block) = int(block) else { return Ok(None) };
        self.one("SELECT bytes FROM drop_block WHERE block = ?1", [block])
    }

    fn newest_blocks(&mut self, most: u32) -> Result<Vec<(u64, Vec<u8>)>, StoreError> {
        self.db
            .prepare_cached("SELECT block, bytes FROM drop_block ORDER BY block DESC LIMIT ?1")
            .and_then(|mut query| {
                let rows = query.query_map([most], |row| {
                    let block: i64 = row.get(0)?;
                    Ok((u64::try_from(block).unwrap_or(0), row.get(1)?))
                })?;
                rows.collect()
            })
            .map_err(|e| self.error(e))
    }

    fn put_live(&mut self, block: u64, bytes: &[u8]) -> Result<(), StoreError> {
        let closed: Option<Option<i64>> = self.one("SELECT max(block) FROM drop_block", [])?;
        let number = int(block)?;
        if closed.flatten().is_some_and(|closed| closed >= number) {
            return Err(StoreError::Immutable {
                what: "dead-drop block",
                number: block.to_string(),
            });
        }
        let sql = "INSERT INTO live_chunk (one, block, bytes) VALUES (1, ?1, ?2)
                   ON CONFLICT DO UPDATE SET block = excluded.block, bytes = excluded.bytes";
        self.write(sql, params![number, bytes]).map(drop)
    }

    fn live(&mut self) -> Result<Option<LiveChunk>, StoreError> {
        self.db
            .prepare_cached("SELECT block, bytes FROM live_chunk")
            .and_then(|mut query| {
                let chunk = |row: &rusqlite::Row<'_>| {
                    let block: i64 = row.get(0)?;
                    Ok(LiveChunk { block: u64::try_from(block).unwrap_or(0), bytes: row.get(1)? })
                };
                query.query_row([], chunk).optional()
            })
            .map_err(|e| self.error(e))
    }

    fn put_key_list(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        let sql = "INSERT INTO key_list (one, bytes) VALUES (1, ?1)
                   ON CONFLICT DO UPDATE SET bytes = excluded.bytes";
        self.write(sql, [bytes]).map(drop)
    }

    fn key_list(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        self.one("SELECT bytes FROM key_list", [])
    }

    fn put_certificate(&mut self, serial: [u8; 16], bytes: &[u8]) -> Result<bool, StoreError> {
        self.put_by_serial("certificate", serial, bytes)
    }

    fn certificates(&mut self) -> Result<Vec<Vec<u8>>, StoreError> {
        self.all("SELECT bytes FROM certificate ORDER BY number")
    }

    fn put_revocation(&mut self, serial: [u8; 16], bytes: &[u8]) -> Result<bool, StoreError> {
        self.put_by_serial("revocation", serial, bytes)
    }

    fn revocations(&mut self) -> Result<Vec<Vec<u8>>, StoreError> {
        self.all("SELECT bytes FROM revocation ORDER BY number")
    }

    fn put_desk_key(&mut self, desk: [u8; 16], week: u32, bytes: &[u8]) -> Result<(), StoreError> {
        let sql = "INSERT INTO desk_key (desk, week, bytes) VALUES (?1, ?2, ?3)
                   ON CONFLICT DO UPDATE SET week = excluded.week, bytes = excluded.bytes
                   WHERE excluded.week >= week AND excluded.bytes <> bytes";
        self.write(sql, params![desk, week, bytes]).map(drop)
    }

    fn desk_keys(&mut self) -> Result<Vec<Vec<u8>>, StoreError> {
        self.all("SELECT bytes FROM desk_key ORDER BY desk")
    }

    fn revision(&mut self) -> Result<u64, StoreError> {
        // Rows are only ever added to these tables.
        let sql = "SELECT (SELECT count(*) FROM certificate) * 1048576 + (SELECT count(*) FROM revocation)";
        let count: i64 = self.one(sql, [])?.unwrap_or(0);
        Ok(u64::try_from(count).unwrap_or(0))
    }
}

fn int(number: u64) -> Result<i64, StoreError> {
    i64::try_from(number).map_err(|_| StoreError::Range(number))
}

fn explain(path: &Path, error: rusqlite::Error) -> StoreError {
    let path = path.to_owned();
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::Full { path },
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy { path },
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            StoreError::Corrupt { path, why: error.to_string() }
        }
        _ => StoreError::Disk { path, why: error.to_string() },
    }
}

/// Makes the file for its owner alone, unless it is there. A file that is there is not opened: closing it would take away
/// every lock that SQLite has on it elsewhere in this process (POSIX locks are the process's, not the handle's).
fn create_private(path: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        made => made.map(drop),
    }
}
