//! What survives a restart: pool, crowds, bundles, the last tick. Always of the same size.

use envelope::time::TickLength;
use zeroize::Zeroizing;

use super::{crowds, crowds::Crowds, deaddrop, deaddrop::DeadDrop, pool::Pool};
use crate::link::{LinkError, Reader, Writer};

const WHAT: &str = "snapshot";
const VERSION: u8 = 1;

/// What was read.
pub(crate) struct Snapshot {
    /// The last tick that was released.
    pub(crate) last_tick: u64,
    /// Its length.
    pub(crate) tick: TickLength,
    pub(crate) crowds: Crowds,
    /// Not verified.
    pub(crate) bundles: Vec<[u8; envelope::sizes::BUNDLE]>,
    pub(crate) pool: Pool,
}

impl Snapshot {
    /// The same items after the length of a tick was changed: crowds and bundles are of ticks that mean nothing any more.
    pub(crate) fn renumbered(mut self, tick: TickLength, now: u64) -> Self {
        let next = tick.tick_at(now);
        self.pool.renumber(next);
        let last_tick = next.saturating_sub(1);
        Self { last_tick, tick, crowds: Crowds::new(next), bundles: Vec::new(), ..self }
    }
}

/// The size of a snapshot of a pool with so much room, before it is sealed.
pub(crate) const fn size(room: usize) -> usize {
    1 + 8 + 4 + 4 + crowds::ENCODED + deaddrop::ENCODED + Pool::encoded(room)
}

/// Writes a snapshot.
pub(crate) fn encode(
    (last_tick, tick): (u64, TickLength),
    crowds: &Crowds,
    drop: &DeadDrop,
    pool: &Pool,
) -> Zeroizing<Vec<u8>> {
    let mut out = Writer(Vec::with_capacity(size(pool.room())));
    out.u8(VERSION).u64(last_tick).u32(tick.secs()).u32(u32::try_from(pool.room()).unwrap_or(0));
    crowds.write(&mut out);
    drop.write(&mut out);
    pool.write(&mut out);
    Zeroizing::new(out.0)
}

/// Reads a snapshot for a pool of now `room`.
pub(crate) fn decode(bytes: &[u8], room: usize) -> Result<Snapshot, LinkError> {
    let mut reader = Reader::new(WHAT, bytes);
    if reader.u8()? != VERSION {
        return Err(reader.value("made by another version"));
    }
    let last_tick = reader.u64()?;
    let tick =
        TickLength::new(reader.u32()?).ok_or_else(|| reader.value("the tick is out of range"))?;
    let written_room = reader.u32()? as usize;
    if written_room > usize::from(u16::MAX) {
        return Err(reader.value("the pool's size is out of range"));
    }
    let crowds = Crowds::read(&mut reader)?;
    let bundles = DeadDrop::read_bundles(&mut reader)?;
    let pool = Pool::read(&mut reader, written_room, room)?;
    reader.end()?;
    Ok(Snapshot { last_tick, tick, crowds, bundles, pool })
}
