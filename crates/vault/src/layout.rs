//! The tables of `vault.db`, their versions, and what every connection is set to.
//!
//! | `user_version` | tables |
//! | --- | --- |
//! | 0 | `header(one, bytes)`, `record(shelf, place, version, sealed)` |
//! | 1 | `record` has `owner` too: the keyed hash of whom it belongs to; `owner_key(owner, sealed)` |

use std::{path::Path, time::Duration};

use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior, params};

use crate::error::{UnlockError, VaultError};

/// `application_id` of the database: "Sbrv".
const APPLICATION: i64 = 0x5362_7276;
const BUSY: Duration = Duration::from_secs(10);
/// The version that this program writes.
pub(crate) const VERSION: i64 = 1;

/// Opens the vault at `path`. What is of a newer version, or no vault, is left untouched.
pub(crate) fn connect(path: &Path) -> Result<Connection, UnlockError> {
    let known = || {
        let db = open(path)?;
        let id: i64 = db.query_row("PRAGMA application_id", [], |row| row.get(0))?;
        Ok((version(&db)?, id, db))
    };
    let (version, id, db) = known().map_err(|error| not_a_database(error, path))?;
    if id != APPLICATION {
        return Err(UnlockError::Header { path: path.to_owned(), why: "is no vault" });
    }
    if !(0..=VERSION).contains(&version) {
        return Err(UnlockError::Newer(path.to_owned()));
    }
    settle(&db)?;
    Ok(db)
}

/// Opens the empty file at `path` and lays it out.
pub(crate) fn lay_out(path: &Path, header: &[u8]) -> Result<Connection, VaultError> {
    let mut db = open(path)?;
    settle(&db)?;
    db.pragma_update(None, "application_id", APPLICATION)?;
    // Keyed hashes are the primary key and there is no row id: the order of writing is not kept either.
    db.execute_batch(
        "BEGIN IMMEDIATE;
         CREATE TABLE header (one INTEGER PRIMARY KEY CHECK (one = 1), bytes BLOB NOT NULL) STRICT;
         CREATE TABLE record (
             shelf BLOB NOT NULL, place BLOB NOT NULL, version INTEGER NOT NULL, sealed BLOB NOT NULL,
             PRIMARY KEY (shelf, place)
         ) STRICT, WITHOUT ROWID;
         COMMIT;",
    )?;
    db.execute("INSERT INTO header (one, bytes) VALUES (1, ?1)", params![header])?;
    migrate(&mut db)?;
    Ok(db)
}

/// Brings an older vault to [`VERSION`], whole or not at all.
pub(crate) fn migrate(db: &mut Connection) -> Result<(), VaultError> {
    if version(db)? == VERSION {
        return Ok(());
    }
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another program may have done it while this one waited.
    if version(&tx)? == 0 {
        tx.execute_batch(
            "ALTER TABLE record ADD COLUMN owner BLOB;
             CREATE INDEX record_owner ON record (owner) WHERE owner IS NOT NULL;
             CREATE TABLE owner_key (owner BLOB PRIMARY KEY, sealed BLOB NOT NULL)
                 STRICT, WITHOUT ROWID;",
        )?;
        tx.pragma_update(None, "user_version", VERSION)?;
    }
    Ok(tx.commit()?)
}

pub(crate) fn read_header(db: &Connection) -> Result<Option<Vec<u8>>, VaultError> {
    let query = "SELECT bytes FROM header WHERE one = 1";
    Ok(db.query_row(query, [], |row| row.get(0)).optional()?)
}

/// Opens the database at `path`, whatever it is.
pub(crate) fn open(path: &Path) -> Result<Connection, VaultError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags)?;
    db.busy_timeout(BUSY)?;
    db.pragma_update(None, "trusted_schema", false)?;
    Ok(db)
}

/// What is erased is overwritten, and what is written is on the disk.
pub(crate) fn settle(db: &Connection) -> Result<(), VaultError> {
    db.pragma_update(None, "secure_delete", true)?;
    db.pragma_update(None, "temp_store", "MEMORY")?;
    db.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    db.pragma_update(None, "synchronous", "FULL")?;
    Ok(())
}

fn version(db: &Connection) -> Result<i64, VaultError> {
    Ok(db.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

pub(crate) fn not_a_database(error: VaultError, path: &Path) -> UnlockError {
    use rusqlite::ErrorCode;
    let why = match &error {
        VaultError::Database(inner) => match inner.sqlite_error_code() {
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => "is damaged",
            Some(ErrorCode::Unknown) => "is no vault",
            _ => return UnlockError::Vault(error),
        },
        _ => return UnlockError::Vault(error),
    };
    UnlockError::Header { path: path.to_owned(), why }
}
