// @ts-check
/**
 * The worker behind every page: it sends packets and fetches keys and the dead drop on the schedule of
 * docs/wire.md, whether or not anybody writes. Whatever happens here happens in every reader's browser alike.
 */
import { fromHex, toHex } from './bytes.js';
import { DeadDrop, idleWatch } from './deaddrop.js';
import { bestSuite, importPublic, seal, standIn } from './hpke.js';
import { DateError, agreedTime, claimedDates, currentMixKey, verifyKeyList } from './keylist.js';
import { Outbox } from './outbox.js';
import { ReplyKey } from './passphrase.js';
import * as schedule from './schedule.js';
import { WINDOW_BLOCKS, coverPayload, decodeChunk, sealInner, sealPacket, sealer } from './wire.js';

/** @typedef {import('./bytes.js').Bytes} Bytes */
/** @typedef {import('./hpke.js').PublicKey} PublicKey */
/** @typedef {import('./keylist.js').KeyList} KeyList */
/** What a page tells its worker. @typedef {import('./types').ToWorker} ToWorker */
/** What a worker tells its page. @typedef {import('./types').FromWorker} FromWorker */

/** Longest wait for an answer. */
const PATIENCE_MS = 30_000;
/** Largest answer that is read. */
const MOST_BYTES = 65_536;
/** A visit has drawn the jitter of so many slots when it starts: a week. */
const JITTERS = 2_048;
/** Readers' clocks may differ from the newsroom's by so much. */
const SKEW_SECS = 300;

const unixTime = () => Math.floor(Date.now() / 1_000);

/** @param {FromWorker} message */
const tell = (message) => postMessage(message);

/**
 * The only way that anything leaves: same options, same headers, whatever it is.
 * @param {string} path @param {Bytes} [body] @param {RequestCache} [cache]
 * @returns {Promise<Bytes | null>} the answer's body, or null if there was no good answer
 */
async function talk(path, body, cache = 'no-store') {
  try {
    const answer = await fetch(new URL(path, location.origin), {
      method: body ? 'POST' : 'GET',
      headers: body ? { 'content-type': 'application/octet-stream' } : {},
      body,
      cache,
      credentials: 'omit',
      redirect: 'error',
      referrerPolicy: 'no-referrer',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const bytes = new Uint8Array(await answer.arrayBuffer());
    return answer.ok && bytes.length <= MOST_BYTES ? bytes : null;
  } catch {
    return null;
  }
}

/** One visit of one page: from the page's start to its end. */
class Visit {
  /** @param {Bytes} site @param {import('./hpke.js').Suite} suite @param {import('./wire.js').Sealer} seals @param {PublicKey} nobody */
  constructor(site, suite, seals, nobody) {
    this.site = site;
    this.suite = suite;
    this.seals = seals;
    this.nobody = nobody;
    this.start = performance.now();
    this.jitter = Array.from({ length: JITTERS }, () => schedule.jitter());
    this.outbox = new Outbox();
    this.drop = new DeadDrop(site);
    /** @type {KeyList | null} the last one that verified, even if it has expired since */
    this.list = null;
    /** @type {'none' | 'good' | 'bad' | 'clock'} */
    this.state = 'none';
    /** Keys ready for use: the mix's by epoch, the desks' by id. @type {Map<number, PublicKey>} */
    this.mixKeys = new Map();
    /** @type {Map<string, PublicKey>} */
    this.deskKeys = new Map();
    this.watching = false;
    this.searching = Promise.resolve();
  }

  /** Milliseconds since the start of the visit. */
  now() {
    return performance.now() - this.start;
  }

  /** Waits for a moment of the visit. @param {number} at @returns {Promise<boolean>} false if it has long passed, after a freeze */
  async reach(at) {
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, at - this.now())));
    return this.now() <= at + schedule.LATE_MS;
  }

  /** Whether a tip can be sealed now: a list that was checked and is in date, with a mix key in date. */
  ready() {
    return this.state === 'good' && this.list !== null && this.time(this.list) < this.list.expires && this.mixKey() !== null;
  }

  /** @param {KeyList} list @returns {number} Unix time, agreed with a key list */
  time(list) {
    return agreedTime(list, unixTime(), SKEW_SECS);
  }

  /** @returns {{ epoch: number, key: PublicKey } | null} */
  mixKey() {
    const found = this.list && currentMixKey(this.list, this.time(this.list));
    const key = found && this.mixKeys.get(found.epoch);
    return found && key ? { epoch: found.epoch, key } : null;
  }

  async sendOnSchedule() {
    for (let slot = 0; ; slot += 1) {
      const at = schedule.slotAt(slot) + this.jitter[slot % JITTERS];
      if (!await this.reach(at - schedule.SEAL_AHEAD_MS)) continue;
      const { packet, item } = await this.prepare(slot, at);
      const inTime = await this.reach(at);
      if (inTime) this.send(packet, item);
      else if (item) item.busy = false;
    }
  }

  /**
   * Seals the packet of a slot. A packet with a fragment and one without take the same steps.
   * @param {number} slot @param {number} at when it will leave
   */
  async prepare(slot, at) {
    const cover = coverPayload();
    const picked = this.ready() ? this.outbox.pick(at) : null;
    const mix = this.mixKey() ?? { epoch: this.list?.mixKeys[0].epoch ?? 0, key: [...this.mixKeys.values()][0] ?? this.nobody };
    const coverDesk = [...this.deskKeys.values()][0] ?? this.nobody;
    const desk = picked?.inner ? coverDesk : this.deskKeys.get(picked?.desk ?? '');
    const item = picked && (picked.inner || desk) ? picked : null;
    const payload = (item && !item.inner && item.payload) || cover;
    const sealed = await sealInner(this.seals, desk ?? coverDesk, payload);
    const inner = item ? item.inner ?? sealed : sealed;
    const packet = await sealPacket(this.seals, mix.key, mix.epoch, item !== null, schedule.slotByte(slot), inner);
    if (item) Object.assign(item, { inner, busy: true });
    return { packet, item };
  }

  /** @param {Bytes} packet @param {import('./outbox.js').Item | null} item */
  async send(packet, item) {
    const at = this.now();
    const answer = await talk('/cover', packet);
    if (item) item.busy = false;
    if (item && answer) this.outbox.left(item, at);
    this.tellProgress();
  }

  tellProgress() {
    const at = this.now();
    tell({ type: 'progress', at, progress: this.outbox.progress(at) });
    if (this.list) this.tellKeys();
  }

  async fetchOnSchedule() {
    for (let at = schedule.nextFetch(0); ; at = schedule.nextFetch(at)) {
      if (!await this.reach(at)) continue;
      this.fetchAll(schedule.fetchesAt(at));
    }
  }

  /** @param {schedule.FetchKind[]} kinds one after the other */
  async fetchAll(kinds) {
    for (const kind of kinds) {
      if (kind === 'keys') await this.fetchKeys();
      else await this.fetchDrop(kind === 'drop' ? WINDOW_BLOCKS : 1);
    }
  }

  async fetchKeys() {
    const bytes = await talk('/keys');
    try {
      if (!bytes) throw new Error('no answer');
      const list = await verifyKeyList(bytes, this.site, agreedTime(claimedDates(bytes), unixTime(), SKEW_SECS));
      const mixKeys = new Map();
      for (const each of list.mixKeys) mixKeys.set(each.epoch, await this.usable(each));
      const deskKeys = new Map();
      for (const desk of list.desks) deskKeys.set(toHex(desk.id), await this.usable(desk));
      const sameDesks = [...deskKeys.keys()].join() === [...this.deskKeys.keys()].join();
      Object.assign(this, { list, mixKeys, deskKeys, state: 'good' });
      if (!this.watching && !sameDesks) this.drop.look(idleWatch([...deskKeys.keys()], unixTime()));
    } catch (error) {
      // The schedule goes on with the last keys; tips wait.
      if (bytes || !this.list) this.state = error instanceof DateError ? 'clock' : bytes ? 'bad' : 'none';
    }
    this.tellKeys();
  }

  /** @param {{ x25519: Bytes, xwing: Bytes }} keys @returns {Promise<PublicKey>} the one of this browser's suite, tried out */
  async usable({ x25519, xwing }) {
    const key = await importPublic(this.suite, this.suite.publicKey === 32 ? x25519 : xwing);
    await seal(this.seals.outer, key, new Uint8Array(0), new Uint8Array(0));
    return key;
  }

  tellKeys() {
    const desks = this.list?.desks.map(({ id, name }) => ({ id: toHex(id), name })) ?? [];
    const { tickSecs = 0, onPremises = false, crowd = [] } = this.list ?? {};
    tell({ type: 'keys', state: this.ready() ? 'good' : this.state === 'good' ? 'clock' : this.state, desks, tickSecs, onPremises, crowd });
  }

  /** @param {number} closed how many closed blocks to load beside the live one */
  async fetchDrop(closed) {
    const live = await talk('/drop/live');
    if (!live) return;
    const chunks = [live];
    let newest;
    try {
      newest = decodeChunk(live).block;
    } catch {
      return;
    }
    for (let block = Math.max(0, newest - closed); block < newest; block += 1) {
      const chunk = await talk(`/drop/${block}`, undefined, 'default');
      if (chunk) chunks.push(chunk);
    }
    if (!this.list) return;
    await this.drop.take(chunks, this.list.signer);
    await this.search();
    if (this.ready()) this.outbox.again(this.now() - Math.max(600_000, this.list.tickSecs * 4_000));
  }

  /** Searches the dead drop, one search at a time, and tells the page what was found. */
  search() {
    this.searching = this.searching.then(async () => {
      const found = await this.drop.search();
      if (!found) return;
      for (const message of found.receipts) this.outbox.confirm(message);
      tell({ type: 'found', ...found, records: this.drop.records.size });
    }).catch(() => {});
    return this.searching;
  }

  /** @param {ToWorker} message */
  hear(message) {
    if (message.type === 'send') {
      this.outbox.add(message.message, message.desk, message.fragments);
      this.tellProgress();
    } else if (message.type === 'expect') {
      for (const [tag, id] of message.tags) this.drop.hunt.watch.tags.set(tag, id);
    } else if (message.type === 'watch') {
      const keys = message.keys.map(({ desk, week, key }) => ({ desk, key: new ReplyKey(week, key) }));
      this.watching = true;
      this.drop.look({ keys, tags: new Map(message.tags) });
      this.search();
    } else if (message.type === 'wipe') {
      this.outbox.forget();
      this.watching = false;
      this.drop.look(idleWatch([...this.deskKeys.keys()], unixTime()));
    }
  }
}

/** @type {Visit | null} */
let visit = null;

/** The best suite of a browser that has all else that is needed; null if something is missing. */
async function fit() {
  try {
    await crypto.subtle.generateKey({ name: 'Ed25519' }, false, ['sign', 'verify']);
    await crypto.subtle.importKey('raw', new Uint8Array(16), 'PBKDF2', false, ['deriveBits']);
    new CompressionStream('deflate-raw');
    new DecompressionStream('deflate-raw');
    return await bestSuite();
  } catch {
    return null;
  }
}

/** @param {string} siteHex */
async function begin(siteHex) {
  const suite = await fit();
  if (!suite) {
    tell({ type: 'unfit' });
    return;
  }
  const site = fromHex(siteHex);
  visit = new Visit(site, suite, await sealer(suite, site), await standIn(suite));
  tell({ type: 'ready', suite: suite.name });
  visit.tellProgress();
  await Promise.race([visit.sendOnSchedule(), visit.fetchOnSchedule()]);
}

addEventListener('message', ({ data }) => {
  /** @type {ToWorker} */
  const message = data;
  if (message.type === 'begin') begin(message.site).catch(() => tell({ type: 'unfit' }));
  else visit?.hear(message);
});
