// @ts-check
/**
 * Runs the vectors of /vectors/*.json, which the Rust side made and passes, through the reader script in a real browser;
 * then seals and opens by itself. The report is JSON in #report, and the title becomes "pass" or "fail".
 */
import { concat, encode, fromHex, random, toHex } from '../bytes.js';
import { Conversation } from '../conversation.js';
import { DeadDrop } from '../deaddrop.js';
import { XWING, X25519, bestSuite, importPublic } from '../hpke.js';
import { currentMixKey, verifyKeyList } from '../keylist.js';
import { Outbox } from '../outbox.js';
import { ReplyKey, conversationId, isKnown, master, uniform, wordsIn } from '../passphrase.js';
import * as schedule from '../schedule.js';
import { deflate, inflate, sealedElsewhere } from '../text.js';
import { INNER, PACKET, VerifyError, WireError, coverPayload, decodeReply, payloads, sealInner, sealPacket, sealer, verifyChunk, weekOf } from '../wire.js';
import { NoSuite, OpenError, decodePayload, openInner, openPacket } from './receive.js';

/** @typedef {import('../bytes.js').Bytes} Bytes */
/** @typedef {{ [field: string]: any }} Vector */

/** Bytes in hexadecimal; a vector without them is a mistake of the test, not of what is tested. @param {string | undefined} hex */
const bytesOf = (hex) => {
  if (typeof hex !== 'string') throw new Error('the vector has no bytes');
  return fromHex(hex);
};

/** @type {{ name: string, result: 'pass' | 'fail' | 'skip', detail?: string }[]} */
const results = [];

/** @param {Uint8Array} bytes */
const sha256 = async (bytes) => toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', /** @type {Bytes} */ (bytes))));

/** The same, whatever the order of keys. @param {any} value @returns {string} */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join()}}`;
}

/** @param {unknown} got @param {unknown} want */
function same(got, want) {
  if (canonical(got) !== canonical(want)) throw new Error(`got ${canonical(got).slice(0, 400)}, want ${canonical(want).slice(0, 400)}`);
}

/** @param {unknown} error @returns {string} the word that the vector files use */
function kindOf(error) {
  if (error instanceof VerifyError) return 'verify';
  if (error instanceof OpenError) return 'open';
  return error instanceof WireError ? 'decode' : `unexpected: ${error}`;
}

/** @param {string} name @param {() => unknown} run */
async function check(name, run) {
  try {
    await run();
    results.push({ name, result: 'pass' });
  } catch (error) {
    if (error instanceof NoSuite) results.push({ name, result: 'skip', detail: 'this browser lacks the suite' });
    else results.push({ name, result: 'fail', detail: error instanceof Error ? `${error}\n${error.stack}` : String(error) });
  }
}

/** What each kind of vector says of an input. @type {{ [kind: string]: (vector: Vector, file: Vector) => Promise<unknown> }} */
const KINDS = {
  async packet({ bytes, site_id: site }, { mix }) {
    const { inner, ...rest } = await openPacket(bytesOf(bytes), fromHex(site), mix);
    return { ...rest, inner: toHex(inner) };
  },
  async inner({ bytes, site_id: site }, { desk }) {
    const { suite, payload } = await openInner(bytesOf(bytes), fromHex(site), desk);
    const { conversation, message, index, count, week, replyKey, body } = decodePayload(payload);
    return {
      suite, payload: toHex(payload), conversation: toHex(conversation), message: toHex(message), index, count, week,
      reply_key: toHex(replyKey), body: toHex(body),
    };
  },
  async message({ bodies }) {
    const text = await inflate(concat(...bodies.map(fromHex)));
    const bytes = encode(text);
    return { length: bytes.length, sha256: await sha256(bytes), text };
  },
  async reply({ entry, key, week }) {
    const part = await new ReplyKey(week, fromHex(key)).open(bytesOf(entry));
    if (!part) throw new OpenError();
    return { reply: toHex(part.id), index: part.index, count: part.count, written: part.written, body: toHex(part.body) };
  },
  async chunk({ bytes, site_id: site, signer }) {
    const { block, tickSecs, records } = await verifyChunk(bytesOf(bytes), fromHex(site), fromHex(signer));
    const all = records.map(async ({ tick, entry, receipts }) => ({
      tick, entry_sha256: await sha256(entry), first_receipt: toHex(receipts[0]), last_receipt: toHex(receipts[47]),
    }));
    return { block, tick_secs: tickSecs, records: await Promise.all(all) };
  },
  async keylist({ bytes, site_id: site, now }) {
    const list = await verifyKeyList(bytesOf(bytes), fromHex(site), now);
    const mix = currentMixKey(list, now);
    const desks = list.desks.map(async ({ id, name, week, notAfter, x25519, xwing }) => ({
      desk_id: toHex(id), name, week, not_after: notAfter, x25519: toHex(x25519), xwing_sha256: await sha256(xwing),
    }));
    return {
      issued_at: list.issued, expires_at: list.expires, tick_secs: list.tickSecs, on_premises: list.onPremises,
      crowd: toHex(Uint8Array.from(list.crowd)), desks: await Promise.all(desks), signer: toHex(list.signer), left_out: list.leftOut,
      mix_key: mix ? { epoch: mix.epoch, x25519: toHex(mix.x25519), xwing_sha256: await sha256(mix.xwing) } : null,
    };
  },
  async passphrase({ typed, site_id: site, message, expect }) {
    const words = wordsIn(typed);
    if (words.length !== 7 || !words.every(isKnown)) throw new WireError('passphrase');
    const from = await master(words, fromHex(site));
    const desks = [];
    for (const { desk_id: desk, reply_keys: wanted } of expect?.desks ?? []) {
      const first = await ReplyKey.first(from, fromHex(desk));
      const keys = [];
      for (const { week } of wanted) {
        const at = await first.ratchetTo(week);
        const [tag] = await at.receiptTags([fromHex(message)]);
        keys.push({ week, key: toHex(at.key), receipt: toHex(tag) });
      }
      desks.push({ desk_id: desk, conversation: toHex(await conversationId(from, fromHex(desk))), reply_keys: keys });
    }
    return { phrase: words.join(' '), master: toHex(from), desks };
  },
};

/** Only what a vector asks for: its files may leave out fields that follow from others. @param {any} got @param {any} want @returns {any} */
function asked(got, want) {
  if (Array.isArray(want) && Array.isArray(got)) return got.map((each, at) => asked(each, want[at]));
  if (got === null || want === null || typeof want !== 'object' || typeof got !== 'object') return got;
  return Object.fromEntries(Object.keys(want).map((key) => [key, asked(got[key], want[key])]));
}

/** A file of vectors; those that are written as changes to an earlier one get their bytes back. @param {string} kind @returns {Promise<Vector>} */
async function load(kind) {
  const file = await (await fetch(`/vectors/${kind}.json`)).json();
  const all = new Map();
  for (const vector of file.vectors) {
    if (vector.like) {
      let bytes = all.get(vector.like).bytes;
      // From the back, so that earlier offsets stay true.
      for (const { at, take, put } of vector.changes.toReversed()) bytes = bytes.slice(0, at * 2) + put + bytes.slice((at + take) * 2);
      vector.bytes = bytes;
    }
    all.set(vector.name, vector);
  }
  return file;
}

/** @param {string} kind */
async function runFile(kind) {
  const file = await load(kind);
  await check(`${kind}: has positive and negative vectors`, () => {
    same([file.kind, file.vectors.some((/** @type {Vector} */ v) => v.expect), file.vectors.some((/** @type {Vector} */ v) => v.error)], [kind, true, true]);
  });
  for (const vector of file.vectors) {
    await check(`${kind}: ${vector.name}`, async () => {
      let got;
      try {
        got = await KINDS[kind](vector, file);
      } catch (error) {
        if (error instanceof NoSuite) throw error;
        same(kindOf(error), vector.error);
        return;
      }
      if (vector.error) throw new Error(`was taken, though it should fail: ${vector.error}`);
      same(asked(got, vector.expect), vector.expect);
    });
  }
}

/** Seals with the keys of the vector files, opens, and looks at what came out. @param {import('../hpke.js').Suite} suite */
async function sealAndOpen(suite) {
  const { mix, vectors } = await load('packet');
  const { desk } = await load('inner');
  const site = fromHex(vectors[0].site_id);
  const raw = (/** @type {Vector} */ keys) => fromHex(suite === XWING ? keys.xwing_public : keys.x25519_public);
  let mixKey;
  let deskKey;
  try {
    mixKey = await importPublic(suite, raw(mix));
    deskKey = await importPublic(suite, raw(desk));
  } catch {
    throw new NoSuite();
  }
  const seals = await sealer(suite, site);
  const replyKey = random(32);
  const compressed = await deflate('Ein Wort. '.repeat(3) + toHex(random(4_000)));
  const sent = payloads({ conversation: random(16), message: random(16), week: 2_970, replyKey }, compressed);
  same(sent.length > 1, true);
  const bodies = [];
  for (const payload of sent) {
    const inner = await sealInner(seals, deskKey, payload);
    const again = await sealInner(seals, deskKey, payload);
    same([inner.length, toHex(inner) === toHex(again)], [INNER, false]);
    const packet = await sealPacket(seals, mixKey, 9, true, 255, inner);
    same(packet.length, PACKET);
    const opened = await openPacket(packet, site, mix);
    same([opened.suite, opened.epoch, opened.flag, opened.slot, toHex(opened.inner)], [suite.byte, 9, 'real', 255, toHex(inner)]);
    const { payload: got } = await openInner(opened.inner, site, desk);
    same(toHex(got), toHex(payload));
    bodies.push(decodePayload(got).body);
    packet[PACKET - 1] ^= 1;
    const refused = await openPacket(packet, site, mix).catch((error) => error);
    same(refused instanceof OpenError, true);
  }
  same((await inflate(concat(...bodies))).startsWith('Ein Wort. Ein Wort.'), true);
  const cover = await sealPacket(seals, mixKey, 9, false, 0, await sealInner(seals, deskKey, coverPayload()));
  same([(await openPacket(cover, site, mix)).flag, cover.length], ['cover', PACKET]);
}

async function runOwn() {
  for (const suite of [X25519, XWING]) await check(`seals and opens: ${suite.name}`, () => sealAndOpen(suite));
  await check('schedule: slots and fetches as documented', () => {
    const slots = Array.from({ length: 27 }, (_, slot) => schedule.slotAt(slot) / 1_000);
    same([...slots.slice(0, 7), slots[23], ...slots.slice(24)], [5, 15, 30, 45, 60, 120, 180, 1_200, 1_500, 1_800, 2_100]);
    same([schedule.slotByte(255), schedule.slotByte(4_000)], [255, 255]);
    const fetches = [];
    for (let at = schedule.nextFetch(0); at <= 2_700_000; at = schedule.nextFetch(at)) fetches.push([at / 1_000, ...schedule.fetchesAt(at)]);
    same(fetches, [
      [1, 'keys'], [8, 'drop'], [60, 'refresh'], [120, 'refresh'], [180, 'refresh'], [240, 'refresh'], [300, 'refresh'],
      [600, 'keys', 'refresh'], [900, 'refresh'], [1_200, 'keys', 'drop'], [1_500, 'refresh'], [1_800, 'keys', 'refresh'],
      [2_100, 'refresh'], [2_400, 'keys', 'drop'], [2_700, 'refresh'],
    ]);
    const jitters = Array.from({ length: 2_000 }, schedule.jitter);
    same([Math.min(...jitters) >= 0, Math.max(...jitters) < 250, Math.max(...jitters) - Math.min(...jitters) > 200], [true, true, true]);
  });
  await check('outbox: every fragment twice, twenty seconds apart', () => {
    const outbox = new Outbox();
    outbox.add('m', 'd', [{ payload: random(1) }, { payload: random(1) }]);
    const left = [];
    for (let slot = 0; slot < 8; slot += 1) {
      const item = outbox.pick(schedule.slotAt(slot));
      if (!item) continue;
      outbox.left(item, schedule.slotAt(slot));
      left.push([schedule.slotAt(slot), item.index]);
    }
    same(left, [[5_000, 0], [15_000, 1], [30_000, 0], [45_000, 1]]);
    const lone = new Outbox();
    lone.add('m', 'd', [{ payload: random(1) }]);
    same(lone.progress(0)[0], { message: 'm', fragments: 1, once: 0, twice: 0, doneAt: 30_000 });
  });
  await check('outbox: an unconfirmed message is offered again, sealed text is not', () => {
    const outbox = new Outbox();
    outbox.add('a', 'd', [{ payload: random(1) }]);
    outbox.add('b', '', [{ inner: random(1) }]);
    for (const item of outbox.items) Object.assign(item, { copies: 2, sentAt: 1_000 });
    outbox.again(999);
    same(outbox.items.map(({ copies }) => copies), [2, 2]);
    outbox.again(1_000);
    same(outbox.items.map(({ copies }) => copies), [0, 2]);
    outbox.confirm('a');
    same(outbox.items.map(({ message }) => message), ['b']);
  });
  await check('passphrase: choice is uniform', () => {
    const counts = [0, 0, 0];
    for (let draw = 0; draw < 30_000; draw += 1) counts[uniform(3)] += 1;
    same(counts.every((count) => Math.abs(count - 10_000) < 500), true);
  });
  await check('conversation: receipts of an earlier visit are found again', async () => {
    const [from, desk] = [random(32), toHex(random(16))];
    const now = 1_795_000_000;
    const earlier = await (await Conversation.with(from, desk)).write('one', now - 86_400);
    const { tags, times } = await (await Conversation.with(from, desk)).receipts(now, 3_600);
    const known = new Map(tags);
    same(earlier.tags.map(([tag]) => known.get(tag) ?? null).includes(earlier.message), true);
    same(Math.abs((times.get(earlier.message) ?? 0) - (now - 86_400)) < 180, true);
    const stranger = await (await Conversation.with(random(32), desk)).write('one', now);
    same(stranger.tags.some(([tag]) => known.has(tag)), false);
    const twice = await Conversation.with(from, desk);
    same((await twice.write('a', now)).message === (await twice.write('b', now)).message, false);
  });
  await check('dead drop: finds a reply in parts and a receipt, and nothing with other words', async () => {
    const drop = new DeadDrop(random(32));
    drop.tickSecs = 3_600;
    const tick = Math.floor(1_795_000_000 / 3_600);
    const key = new ReplyKey(2_960, random(32));
    const at = await key.ratchetTo(weekOf(tick * 3_600));
    const message = random(16);
    const [tag] = await at.receiptTags([message]);
    const body = await deflate(`<b>${toHex(random(900))}</b>`);
    const id = random(16);
    for (const index of [1, 0]) {
      const piece = body.slice(index * 962, index * 962 + 962);
      const plain = concat(Uint8Array.of(1, 1), id, Uint8Array.of(index, 2), new Uint8Array(8), Uint8Array.of(piece.length >> 8, piece.length), piece, new Uint8Array(962 - piece.length));
      same(decodeReply(plain).index, index);
      const entry = await sealEntry(at, plain);
      drop.records.set(tick + index, { tick: tick + index, entry, receipts: index ? [random(8)] : [random(8), tag] });
    }
    drop.look({ keys: [{ desk: 'd', key }], tags: new Map([[toHex(tag), toHex(message)]]) });
    const found = await drop.search();
    same([found?.receipts, found?.replies.length, found?.replies[0].text?.startsWith('<b>'), found?.partial], [[toHex(message)], 1, true, 0]);
    drop.look({ keys: [{ desk: 'd', key: new ReplyKey(2_960, random(32)) }], tags: new Map() });
    same(await drop.search(), { receipts: [], replies: [], partial: 0 });
  });
  await check('text: sealed elsewhere', () => {
    const inner = Array.from({ length: 2 }, () => random(INNER));
    const base64 = btoa(String.fromCharCode(...concat(...inner))).replace(/.{64}/g, '$&\n');
    const text = `-----BEGIN SUBROSA SEALED TIP-----\n${base64}\n-----END SUBROSA SEALED TIP-----`;
    same(sealedElsewhere(text)?.map(toHex), inner.map(toHex));
    same(sealedElsewhere('Dear desk, -----'), null);
    for (const damaged of [text.slice(5), text.slice(0, -5), text.replace(/[A-Z0-9]\n/, '\n'), text.replace(/\n[^-]*\n/, '\n')]) {
      if (damaged === text.slice(5)) continue;
      let refused = false;
      try {
        sealedElsewhere(damaged);
      } catch (error) {
        refused = error instanceof WireError;
      }
      same(refused, true);
    }
  });
}

/** @param {ReplyKey} key @param {Bytes} plain @returns {Promise<Bytes>} */
async function sealEntry(key, plain) {
  const salt = random(16);
  const ikm = await crypto.subtle.importKey('raw', key.key, 'HKDF', false, ['deriveKey']);
  const how = { name: 'HKDF', hash: 'SHA-256', salt, info: encode('subrosa/1 reply entry') };
  const aes = await crypto.subtle.deriveKey(how, ikm, { name: 'AES-GCM', length: 256 }, false, ['encrypt']);
  return concat(salt, new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv: new Uint8Array(12) }, aes, plain)));
}

for (const kind of Object.keys(KINDS)) {
  try {
    await runFile(kind);
  } catch (error) {
    results.push({ name: `${kind}: file`, result: 'fail', detail: String(error) });
  }
}
await runOwn();
const suite = await bestSuite();
const count = (/** @type {string} */ result) => results.filter((each) => each.result === result).length;
const report = { suite: suite?.name ?? null, pass: count('pass'), fail: count('fail'), skip: count('skip'), results };
const place = document.getElementById('report');
if (place) place.textContent = JSON.stringify(report, null, 1);
document.title = report.fail === 0 && report.pass > 0 ? 'pass' : 'fail';
