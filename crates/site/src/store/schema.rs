//! The tables, and how a file comes to have them.

/// "SBRS" in ASCII: what `file` and SQLite see as the application.
pub(super) const APPLICATION_ID: i32 = 0x5342_5253;
/// Grows with every step of [`STEPS`].
pub(super) const VERSION: usize = STEPS.len();

/// Step `n` makes version `n + 1` of version `n`.
pub(super) const STEPS: [&str; 3] = ["
    CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE batch (tick INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
    CREATE TABLE drop_block (block INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
    CREATE TABLE live_chunk (one INTEGER PRIMARY KEY CHECK (one = 1),
                             block INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT;
    CREATE TABLE key_list (one INTEGER PRIMARY KEY CHECK (one = 1), bytes BLOB NOT NULL) STRICT;
    CREATE TABLE certificate (number INTEGER PRIMARY KEY, serial BLOB NOT NULL UNIQUE,
                              bytes BLOB NOT NULL) STRICT;
    CREATE TABLE revocation (number INTEGER PRIMARY KEY, serial BLOB NOT NULL UNIQUE,
                             bytes BLOB NOT NULL) STRICT;
    CREATE TABLE desk_key (desk BLOB PRIMARY KEY, week INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT, WITHOUT ROWID;
", "
    CREATE TABLE mail (tick INTEGER NOT NULL, desk BLOB NOT NULL, bytes BLOB NOT NULL,
                       PRIMARY KEY (tick, desk)) STRICT, WITHOUT ROWID;
    CREATE TABLE log_entry (number INTEGER PRIMARY KEY, bytes BLOB NOT NULL UNIQUE) STRICT;
", "
    -- A page whose words change and change back is logged again.
    ALTER TABLE log_entry RENAME TO log_entry_2;
    CREATE TABLE log_entry (number INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
    INSERT INTO log_entry SELECT number, bytes FROM log_entry_2;
    DROP TABLE log_entry_2;
    CREATE TABLE coming (one INTEGER PRIMARY KEY CHECK (one = 1), name TEXT NOT NULL, replaces BLOB,
                         publication TEXT NOT NULL, source TEXT NOT NULL) STRICT;
"];
