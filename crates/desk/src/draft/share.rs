//! Drafts between desks: versions are sent whole, and put in the place of a text only if they were made from it. Otherwise
//! both are shown, and a person decides.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use vault::Tx;

use check::{ledger::document::Mark, report::Report};

use super::{
    DraftError, Gone, Kind,
    change::Bench,
    checked, reading,
    store::{self, DraftRecord, Theirs},
    undo::{self, Before, Did},
};
use crate::{
    error::StoreError,
    hold::{Fixed, Text},
    post::{self, About, By, Said},
    service::{self, Desk},
};

/// A version of a draft on its way to a colleague.
#[derive(Serialize, Deserialize)]
pub(crate) struct Shared {
    uid: Fixed<16>,
    name: String,
    text: Text,
    /// Hash of the text that it was made from, if that had been sent or taken before.
    base: Option<Fixed<32>>,
}

/// A colleague's version beside this desk's.
#[derive(Clone, Debug, Serialize)]
pub struct Beside {
    /// Whose.
    pub from: String,
    /// When it was sent, Unix seconds.
    pub at: u64,
    /// Its text.
    pub text: String,
}

/// A source that a draft rests on, by its conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cited {
    /// The conversation's number.
    pub conversation: u64,
    /// Whether the draft rests on it.
    pub cited: bool,
}

fn hash(text: &Text) -> Fixed<32> {
    Fixed(Sha256::digest(text.as_str()).into())
}

/// Takes a colleague's version of a draft.
pub(crate) fn arrived(
    tx: &mut Tx<'_>,
    by: &By,
    shared: Shared,
    now: u64,
) -> Result<String, StoreError> {
    let Shared { uid, name, text, base } = shared;
    let new = hash(&text);
    let known = store::drafts(tx)?.into_iter().find(|(_, record)| record.uid == Some(uid));
    let Some((number, mut record)) = known else {
        let (number, name) = store::room(tx, name)?;
        let record =
            DraftRecord { text, uid: Some(uid), base: Some(new), ..DraftRecord::named(name, now) };
        store::put_draft(tx, number, &record)?;
        return Ok(format!("the draft \u{201c}{}\u{201d}", record.name));
    };
    let mine = hash(&record.text);
    let what = format!("another version of \u{201c}{}\u{201d}", record.name);
    if mine == new {
        record.base = Some(new);
    } else if record.frozen.is_none() && (record.base == Some(mine) || base == Some(mine)) {
        // Nothing was done here since the last exchange, or it was made from what stands here.
        replace(tx, number, &mut record, text, now)?;
        record.base = Some(new);
    } else {
        record.theirs.retain(|one| one.from != by.name);
        record.theirs.push(Theirs { from: by.name.clone(), at: by.at, text });
    }
    store::put_draft(tx, number, &record)?;
    Ok(what)
}

/// Puts another text in the place of a draft's, so that it can be taken back.
fn replace(
    tx: &mut Tx<'_>,
    number: u64,
    record: &mut DraftRecord,
    text: Text,
    now: u64,
) -> Result<(), StoreError> {
    let odd = |_| StoreError::Content("the ledger");
    let ledger = store::ledger(tx).map_err(odd)?.ledger;
    let mut all = store::before(tx, number)?;
    let before = Before::of(Did::Theirs, &record.text, &record.name, &ledger, now);
    undo::remember(&mut all, before);
    store::put_before(tx, number, &all)?;
    record.text = text;
    record.changed = now;
    Ok(())
}

/// A draft's text.
pub(crate) fn text(tx: &Tx<'_>, number: u64) -> Result<Text, DraftError> {
    Ok(store::draft(tx, number)?.text.clone())
}

/// A draft's name.
pub(crate) fn name(tx: &Tx<'_>, number: u64) -> Result<String, DraftError> {
    Ok(store::draft(tx, number)?.name)
}

/// Why a draft may not go on, if so.
pub(crate) fn frozen(tx: &Tx<'_>, number: u64) -> Result<Option<String>, DraftError> {
    Ok(store::draft(tx, number)?.frozen)
}

/// The report of a draft's source read.
pub(crate) fn report(tx: &Tx<'_>, number: u64, now: u64) -> Result<Report, DraftError> {
    let record = store::draft(tx, number)?;
    let loaded = store::ledger(tx)?;
    Ok(reading::report(&record, &loaded, &store::files(tx)?, now)?.1)
}

/// Files of a ledger, by name.
pub(crate) type Files = Vec<(String, Vec<u8>)>;

/// The ledger as TOML, and the files that it names.
pub(crate) fn whole_ledger(tx: &Tx<'_>) -> Result<(Text, Files), DraftError> {
    let toml = store::ledger(tx)?.ledger.to_toml()?;
    Ok((Text::new(toml), store::files(tx)?.into_iter().collect()))
}

/// Puts a colleague's ledger to this desk's own. What contradicts it is refused whole.
pub(crate) fn take_ledger(tx: &mut Tx<'_>, toml: &Text, files: Files) -> Result<(), DraftError> {
    let mut loaded = store::ledger(tx)?;
    let mut known = store::files(tx)?;
    for (name, bytes) in files {
        match known.get(&name) {
            Some(have) if *have != bytes => {
                let why = format!("there is another file called {name} here");
                return Err(DraftError::Input(why));
            }
            _ => known.insert(name.clone(), bytes.clone()),
        };
        tx.put(store::FILES, name.as_bytes(), &bytes)?;
    }
    loaded.add("handed over.toml", toml.as_str().as_bytes())?;
    loaded.ledger.resolve(&known, None)?;
    store::put_ledger(tx, &loaded.ledger)
}

/// What a draft says of itself and of its source: its section, and what is marked in it.
pub(crate) fn told(tx: &Tx<'_>, number: u64) -> Result<(Option<String>, Vec<String>), DraftError> {
    let record = store::draft(tx, number)?;
    let beat =
        record.text.as_str().lines().take_while(|line| !line.trim().is_empty()).find_map(|line| {
            Some(line.strip_prefix("section")?.trim_start().strip_prefix('=')?.trim())
        });
    let beat = beat.map(|beat| beat.trim_matches('"').to_owned());
    let ledger = store::ledger(tx)?.ledger;
    let own = ledger.mark.iter().filter(|mark| mark.draft.as_ref() == Some(&record.name));
    Ok((beat, own.map(|mark| mark.quote.clone()).collect()))
}

/// Takes away what rests on a source alone: drafts with their papers, marks, facts and reports. From other drafts it is only no
/// longer named.
pub(crate) fn destroy_of(tx: &mut Tx<'_>, source: &Fixed<16>) -> Result<(), StoreError> {
    let odd = |_| StoreError::Content("the ledger");
    for (number, mut record) in store::drafts(tx)? {
        if !record.sources.contains(source) {
            continue;
        }
        record.sources.retain(|one| one != source);
        if !record.sources.is_empty() {
            store::put_draft(tx, number, &record)?;
            continue;
        }
        let mut ledger = store::ledger(tx).map_err(odd)?.ledger;
        let own = |mark: &&Mark| mark.draft.as_ref() == Some(&record.name);
        let facts: Vec<String> =
            ledger.mark.iter().filter(own).map(|mark| mark.fact.clone()).collect();
        Bench { record: &mut record, ledger: &mut ledger }.forget_all();
        for release in &mut ledger.release {
            release.gave.retain(|gave| !facts.contains(&gave.fact));
        }
        ledger.release.retain(|release| !release.gave.is_empty());
        let marked: Vec<String> = ledger.mark.iter().map(|mark| mark.fact.clone()).collect();
        ledger.fact.retain(|fact| !facts.contains(&fact.name) || marked.contains(&fact.name));
        store::put_ledger(tx, &ledger).map_err(odd)?;
        store::remove_draft(tx, number)?;
        crate::story::forget(tx, number)?;
    }
    Ok(())
}

/// Notes in the ledger that a draft has been published, if something of a source's is in it.
pub(crate) fn went_out(
    tx: &mut Tx<'_>,
    number: u64,
    revision: u32,
    now: u64,
) -> Result<(), DraftError> {
    let mut record = store::draft(tx, number)?;
    let mut loaded = store::ledger(tx)?;
    if !loaded.ledger.mark.iter().any(|mark| mark.draft.as_ref() == Some(&record.name)) {
        return Ok(());
    }
    let name = match revision {
        1 => String::new(),
        more => format!("{}, edition {more}", record.name),
    };
    let gone = Gone { kind: Kind::Story, name, to: String::new(), on: String::new(), marks: None };
    let ledger = &mut loaded.ledger;
    Bench { record: &mut record, ledger }.record(&gone, now)?;
    store::put_ledger(tx, &loaded.ledger)
}

/// Stops every draft that rests on a source; gives their names.
pub(crate) fn freeze(
    tx: &mut Tx<'_>,
    source: &Fixed<16>,
    why: &str,
) -> Result<Vec<String>, StoreError> {
    let mut names = Vec::new();
    for (number, mut record) in store::drafts(tx)? {
        if record.sources.contains(source) {
            record.frozen = Some(why.to_owned());
            store::put_draft(tx, number, &record)?;
            names.push(record.name);
        }
    }
    Ok(names)
}

/// Lets the drafts go on that rest on a source.
pub(crate) fn thaw(tx: &mut Tx<'_>, source: &Fixed<16>) -> Result<(), StoreError> {
    for (number, mut record) in store::drafts(tx)? {
        if record.frozen.is_some() && record.sources.contains(source) {
            record.frozen = None;
            store::put_draft(tx, number, &record)?;
        }
    }
    Ok(())
}

/// The drafts that rest on a source: number, name, and whether on this one alone.
pub(crate) fn cites(
    tx: &Tx<'_>,
    source: &Fixed<16>,
) -> Result<Vec<(u64, String, bool)>, StoreError> {
    let all = store::drafts(tx)?;
    let citing = all.into_iter().filter(|(_, record)| record.sources.contains(source));
    Ok(citing.map(|(n, record)| (n, record.name, record.sources.len() == 1)).collect())
}

impl Desk {
    /// Sends a draft to a colleague.
    ///
    /// # Errors
    /// [`DraftError::Post`] if there is no such colleague, or the text is longer than what leaves by mail.
    pub fn send_draft(&self, number: u64, to: &str, now: u64) -> Result<(), DraftError> {
        self.vault().write(|tx| {
            let me = post::myself(tx)?;
            let to = post::colleague(tx, &me, to, now)?;
            let mut record = store::draft(tx, number)?;
            if let Some(why) = record.frozen {
                return Err(DraftError::Frozen(why));
            }
            let uid = *record.uid.get_or_insert_with(|| Fixed(tx.random()));
            let shared = Shared {
                uid,
                name: record.name.clone(),
                text: record.text.clone(),
                base: record.base,
            };
            record.base = Some(hash(&record.text));
            let what = format!("the draft \u{201c}{}\u{201d}", record.name);
            let to = (&to.id, to.name.as_str());
            let about = About { what: &what, source: record.lone() };
            post::enqueue(tx, &me, to, &Said::Draft(shared), &Vec::new(), about, now)?;
            Ok(store::put_draft(tx, number, &record)?)
        })
    }

    /// Versions of a draft that colleagues sent and that were not made from this one.
    ///
    /// # Errors
    /// [`DraftError::NoDraft`].
    pub fn versions_beside(&self, number: u64) -> Result<Vec<Beside>, DraftError> {
        self.vault().read(|tx| {
            let theirs = store::draft(tx, number)?.theirs;
            let beside = |one: Theirs| Beside {
                from: one.from,
                at: one.at,
                text: one.text.as_str().to_owned(),
            };
            Ok(theirs.into_iter().map(beside).collect())
        })
    }

    /// Decides between this desk's version and a colleague's: takes theirs (which can be undone), or keeps this one.
    ///
    /// # Errors
    /// [`DraftError::Input`] if there is none of that colleague.
    pub fn settle_draft(
        &self,
        number: u64,
        from: &str,
        take: bool,
        now: u64,
    ) -> Result<(), DraftError> {
        self.vault().write(|tx| {
            let mut record = store::draft(tx, number)?;
            if let Some(why) = record.frozen {
                return Err(DraftError::Frozen(why));
            }
            let at = record.theirs.iter().position(|one| one.from == from);
            let at = at.ok_or_else(|| {
                DraftError::Input("There is no other version of that colleague.".to_owned())
            })?;
            let theirs = record.theirs.remove(at);
            // What is sent next is made knowing theirs.
            record.base = Some(hash(&theirs.text));
            if take {
                checked(theirs.text.as_str().to_owned())?;
                replace(tx, number, &mut record, theirs.text, now)?;
            }
            Ok(store::put_draft(tx, number, &record)?)
        })
    }

    /// The conversations that a draft may rest on, and those on which it does.
    ///
    /// # Errors
    /// [`DraftError::NoDraft`].
    pub fn cited(&self, number: u64) -> Result<Vec<Cited>, DraftError> {
        self.vault().read(|tx| {
            let record = store::draft(tx, number)?;
            let all = service::numbers(tx)?;
            let cited =
                |(conversation, id)| Cited { conversation, cited: record.sources.contains(&id) };
            Ok(all.into_iter().map(cited).collect())
        })
    }

    /// Says whether a draft rests on the source of a conversation.
    ///
    /// # Errors
    /// [`DraftError::NoDraft`], [`DraftError::Input`] for no such conversation.
    pub fn cite(&self, number: u64, conversation: &str, cited: bool) -> Result<(), DraftError> {
        self.vault().write(|tx| {
            let mut record = store::draft(tx, number)?;
            let id = service::source(tx, conversation)
                .map_err(|error| DraftError::Input(error.to_string()))?;
            record.sources.retain(|one| *one != id);
            if cited {
                record.sources.push(id);
            } else if let Some(why) = record.frozen {
                return Err(DraftError::Frozen(why));
            }
            store::move_draft(tx, number, &record)
        })
    }
}
