// @ts-check
/**
 * The dead drop as a page sees it. Every reader's page does the same work on it: one that waits for nothing
 * tries random keys.
 */
import { concat, random, toHex } from './bytes.js';
import { ReplyKey } from './passphrase.js';
import { inflate } from './text.js';
import { FIRST_WEEK, RECORDS_PER_BLOCK, WINDOW_BLOCKS, WireError, verifyChunk, weekOf } from './wire.js';

/** @typedef {import('./bytes.js').Bytes} Bytes */
/** @typedef {import('./wire.js').Part} Part */
/** What to look for: a reply key per desk, and receipt tags with the message each stands for. @typedef {{ keys: { desk: string, key: ReplyKey }[], tags: Map<string, string> }} Watch */
/** @typedef {{ id: string, desk: string, written: number, text: string | null }} Reply `text` is null if it cannot be read */
/** @typedef {{ receipts: string[], replies: Reply[], partial: number }} Found */

/** @param {string[]} desks ids @param {number} now Unix time @returns {Watch} what a page looks for that waits for nothing */
export function idleWatch(desks, now) {
  const week = Math.max(FIRST_WEEK, weekOf(now) - 2);
  return { keys: desks.map((desk) => ({ desk, key: new ReplyKey(week, random(32)) })), tags: new Map() };
}

/**
 * A search: what for, which ticks have been looked through, and what has turned up.
 * @param {Watch} watch
 */
const hunt = (watch) => ({
  watch,
  /** @type {Set<number>} */
  seen: new Set(),
  /** Parts of replies that are not complete. @type {Map<string, { desk: string, parts: Part[] }>} */
  parts: new Map(),
  /** Reply keys of later weeks. @type {Map<string, ReplyKey>} */
  later: new Map(),
  /** @type {Found} */
  found: { receipts: [], replies: [], partial: 0 },
});

/** @typedef {ReturnType<typeof hunt>} Hunt */

export class DeadDrop {
  /** @param {Bytes} site */
  constructor(site) {
    this.site = site;
    /** Verified records by tick. @type {Map<number, import('./wire.js').Record>} */
    this.records = new Map();
    this.tickSecs = 0;
    this.hunt = hunt({ keys: [], tags: new Map() });
  }

  /** @param {Watch} watch from now on; all that is there is looked through again */
  look(watch) {
    this.hunt = hunt(watch);
  }

  /**
   * Takes chunks that came from the site, and forgets what has left the window.
   * @param {Bytes[]} chunks @param {Bytes} signer
   * @returns {Promise<boolean>} whether all of them were right
   */
  async take(chunks, signer) {
    let good = true;
    let newest = 0;
    for (const bytes of chunks) {
      try {
        const chunk = await verifyChunk(bytes, this.site, signer);
        if (chunk.tickSecs !== this.tickSecs) this.records.clear();
        this.tickSecs = chunk.tickSecs;
        newest = Math.max(newest, chunk.block);
        for (const record of chunk.records) this.records.set(record.tick, record);
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
        good = false;
      }
    }
    const oldest = (newest - WINDOW_BLOCKS) * RECORDS_PER_BLOCK;
    for (const tick of this.records.keys()) if (tick < oldest) this.records.delete(tick);
    return good;
  }

  /**
   * Looks through what has not been looked through yet.
   * @returns {Promise<Found | null>} all that was found so far; null if the page began to look for something else meanwhile
   */
  async search() {
    const { hunt: now } = this;
    for (const record of [...this.records.values()]) {
      if (now.seen.has(record.tick)) continue;
      now.seen.add(record.tick);
      for (const tag of record.receipts) {
        const message = now.watch.tags.get(toHex(tag));
        if (message && !now.found.receipts.includes(message)) now.found.receipts.push(message);
      }
      const week = weekOf(record.tick * this.tickSecs);
      for (const { desk, key } of now.watch.keys) {
        const part = await open(now, record.entry, desk, key, week);
        if (part) await join(now, part, desk);
      }
    }
    now.found.partial = now.parts.size;
    return now === this.hunt ? now.found : null;
  }
}

/** @param {Hunt} now @param {Bytes} entry @param {string} desk @param {ReplyKey} first @param {number} week @returns {Promise<Part | null>} */
async function open(now, entry, desk, first, week) {
  try {
    const name = `${desk} ${week}`;
    const key = now.later.get(name) ?? await first.ratchetTo(week);
    now.later.set(name, key);
    return await key.open(entry);
  } catch (error) {
    // Of a week before the keys begin, or sealed for us but malformed: neither stops the search.
    if (error instanceof WireError) return null;
    throw error;
  }
}

/** @param {Hunt} now @param {Part} part @param {string} desk */
async function join({ found, parts }, part, desk) {
  const id = toHex(part.id);
  if (found.replies.some((reply) => reply.id === id)) return;
  const known = parts.get(id) ?? { desk, parts: [] };
  if (known.parts.some(({ count, index }) => count !== part.count || index === part.index)) return;
  known.parts.push(part);
  parts.set(id, known);
  if (known.parts.length < part.count) return;
  parts.delete(id);
  const bodies = known.parts.sort((one, other) => one.index - other.index).map(({ body }) => body);
  const text = await inflate(concat(...bodies)).catch(() => null);
  found.replies.push({ id, desk, written: part.written, text });
}
