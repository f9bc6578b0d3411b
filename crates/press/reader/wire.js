// @ts-check
/**
 * What a page sends and reads, byte by byte as docs/wire.md has it: packets, envelopes, payloads, reply
 * entries, chunks of the dead drop. The key list is in keylist.js.
 */
import { allZero, concat, decode, encode, random, u16, u32 } from './bytes.js';
import { context, seal } from './hpke.js';

/** @typedef {import('./bytes.js').Bytes} Bytes */
/** @typedef {import('./hpke.js').Suite} Suite */
/** @typedef {import('./hpke.js').PublicKey} PublicKey */
/** @typedef {import('./hpke.js').Context} Context */

export const PACKET = 4096;
export const INNER = 2956;
export const PAYLOAD = 1819;
export const BODY = 1745;
export const MAX_FRAGMENTS = 8;
export const MAX_MESSAGE = 262_144;
export const ENTRY = 1024;
export const ENTRY_BODY = 962;
export const RECEIPT = 8;
export const RECEIPTS_PER_RECORD = 48;
export const RECORD = ENTRY + RECEIPT * RECEIPTS_PER_RECORD;
export const RECORDS_PER_BLOCK = 12;
export const WINDOW_BLOCKS = 14;
export const SIGNATURE = 64;
export const WEEK_SECS = 604_800;
export const FIRST_WEEK = 2960;
export const MAX_WEEKS = 2080;

/** Bytes that are not what their format says. */
export class WireError extends Error {}

/** Bytes of the right format that nobody entitled has signed, or that hold for others or at another time. */
export class VerifyError extends WireError {}

/** Reads big-endian fields from the front of some bytes, and never past their end. */
export class Reader {
  /** @param {string} what names the format in errors @param {Bytes} bytes */
  constructor(what, bytes) {
    this.what = what;
    this.all = bytes;
    this.at = 0;
  }

  /** @param {boolean} good @param {string} why */
  need(good, why) {
    if (!good) throw new WireError(`${this.what}: ${why}`);
  }

  /** @param {number} length @returns {Bytes} */
  bytes(length) {
    this.need(this.at + length <= this.all.length, 'is too short');
    this.at += length;
    return this.all.slice(this.at - length, this.at);
  }

  /** @param {number} length @returns {number} an integer; dates beyond 2^53 lose their last digits, harmlessly */
  int(length) {
    return this.bytes(length).reduce((sum, byte) => sum * 256 + byte, 0);
  }

  /** Version 1 and the byte that tells one format from another. @param {number} [kind] */
  version(kind) {
    this.need(this.int(1) === 1, 'has a version that this page does not know');
    this.need(kind === undefined || this.int(1) === kind, 'is of another kind');
  }

  /** @param {number} length */
  zeros(length) {
    this.need(allZero(this.bytes(length)), 'padding is not zero');
  }

  /** @param {number} length @returns {string} */
  text(length) {
    try {
      return decode(this.bytes(length));
    } catch (error) {
      if (error instanceof WireError) throw error;
      throw new WireError(`${this.what}: text is not UTF-8`);
    }
  }

  end() {
    this.need(this.at === this.all.length, 'is too long');
  }
}

/** A letter as the byte it is on the wire. @param {string} letter */
export const letter = (letter) => letter.charCodeAt(0);

/**
 * Verifies an Ed25519 signature at the end of `bytes`.
 * @param {Bytes} bytes the signed thing with its signature
 * @param {Bytes} key 32 bytes @param {Uint8Array} label what the signature begins with
 * @returns {Promise<boolean>} false also for a key that is none
 */
export async function signed(bytes, key, label) {
  const split = bytes.length - SIGNATURE;
  if (split < 0) return false;
  try {
    const handle = await crypto.subtle.importKey('raw', key, { name: 'Ed25519' }, false, ['verify']);
    return await crypto.subtle.verify('Ed25519', handle, bytes.slice(split), concat(label, bytes.slice(0, split)));
  } catch {
    return false;
  }
}

/**
 * Seals for one newsroom in one suite.
 * @typedef {{ suite: Suite, outer: Context, inner: Context }} Sealer
 */

/** @param {Suite} suite @param {Bytes} site 32 bytes @returns {Promise<Sealer>} */
export async function sealer(suite, site) {
  const outer = await context(suite, concat(encode('subrosa/1 outer'), site));
  return { suite, outer, inner: await context(suite, concat(encode('subrosa/1 inner'), site)) };
}

/** Zeros that make up for the shorter encapsulation of X25519. @param {Suite} suite */
const padding = (suite) => new Uint8Array(1120 - suite.enc);

/**
 * @param {Sealer} to @param {PublicKey} desk @param {Bytes} payload 1,819 bytes
 * @returns {Promise<Bytes>} an inner envelope, 2,956 bytes
 */
export async function sealInner({ suite, inner }, desk, payload) {
  const head = Uint8Array.of(suite.byte);
  const envelope = concat(head, await seal(inner, desk, head, concat(payload, padding(suite))));
  if (envelope.length !== INNER) throw new WireError('inner envelope: has a wrong size');
  return envelope;
}

/**
 * @param {Sealer} to @param {PublicKey} mix @param {number} epoch the mix key's id @param {boolean} real
 * @param {number} slot 0–255 @param {Bytes} envelope
 * @returns {Promise<Bytes>} a packet, 4,096 bytes
 */
export async function sealPacket({ suite, outer }, mix, epoch, real, slot, envelope) {
  const head = Uint8Array.of(suite.byte, epoch);
  const plain = concat(Uint8Array.of(Number(real), slot), envelope, padding(suite));
  const packet = concat(head, await seal(outer, mix, head, plain));
  if (packet.length !== PACKET) throw new WireError('packet: has a wrong size');
  return packet;
}

/** @returns {Bytes} what a cover packet's inner envelope is sealed around */
export const coverPayload = () => random(PAYLOAD);

/**
 * Lays a compressed message out in payloads.
 * @param {{ conversation: Bytes, message: Bytes, week: number, replyKey: Bytes }} of
 * @param {Bytes} compressed raw DEFLATE, at most 13,960 bytes
 * @returns {Bytes[]} one to eight, 1,819 bytes each
 */
export function payloads({ conversation, message, week, replyKey }, compressed) {
  const count = Math.max(1, Math.ceil(compressed.length / BODY));
  if (count > MAX_FRAGMENTS) throw new WireError('message: does not fit eight fragments');
  return Array.from({ length: count }, (_, index) => {
    const body = compressed.slice(index * BODY, (index + 1) * BODY);
    const rest = new Uint8Array(BODY - body.length);
    return concat(
      Uint8Array.of(1, 1), conversation, message, Uint8Array.of(index, count),
      u32(week), replyKey, u16(body.length), body, rest,
    );
  });
}

/** One part of a reply. @typedef {{ id: Bytes, index: number, count: number, written: number, body: Bytes }} Part */

/** @param {Bytes} plain 992 bytes @returns {Part} */
export function decodeReply(plain) {
  const reader = new Reader('reply', plain);
  reader.version(1);
  const id = reader.bytes(16);
  const index = reader.int(1);
  const count = reader.int(1);
  reader.need(count >= 1 && count <= 8 && index < count, 'index and count do not fit');
  const written = reader.int(8);
  const length = reader.int(2);
  reader.need(length <= ENTRY_BODY, 'body is longer than an entry');
  const body = reader.bytes(length);
  reader.zeros(ENTRY_BODY - length);
  reader.end();
  return { id, index, count, written, body };
}

/**
 * One tick of the dead drop: an entry and 48 receipt tags.
 * @typedef {{ tick: number, entry: Bytes, receipts: Bytes[] }} Record
 */
/** @typedef {{ block: number, tickSecs: number, records: Record[] }} Chunk */

/** @param {Bytes} bytes @returns {Chunk} what a chunk says; nobody has vouched for it yet */
export function decodeChunk(bytes) {
  const reader = new Reader('dead drop', bytes);
  reader.version(letter('D'));
  const count = reader.int(2);
  reader.need(count <= RECORDS_PER_BLOCK, 'has too many records');
  const block = reader.int(8);
  const tickSecs = reader.int(4);
  reader.need(block <= Number.MAX_SAFE_INTEGER / RECORDS_PER_BLOCK, 'block number is out of range');
  reader.need(tickSecs >= 1 && tickSecs <= 86_400, 'tick length is out of range');
  const records = [];
  for (let index = 0; index < count; index += 1) {
    const entry = reader.bytes(ENTRY);
    const receipts = Array.from({ length: RECEIPTS_PER_RECORD }, () => reader.bytes(RECEIPT));
    records.push({ tick: block * RECORDS_PER_BLOCK + index, entry, receipts });
  }
  reader.bytes(SIGNATURE);
  reader.end();
  return { block, tickSecs, records };
}

/**
 * @param {Bytes} bytes @param {Bytes} site @param {Bytes} signer the site signer's key, from a verified key list
 * @returns {Promise<Chunk>}
 */
export async function verifyChunk(bytes, site, signer) {
  const chunk = decodeChunk(bytes);
  if (!await signed(bytes, signer, concat(encode('subrosa/1 dead drop'), site))) {
    throw new VerifyError('dead drop: the signature does not verify');
  }
  return chunk;
}

/** @param {number} secs Unix time @returns {number} the week of the protocol that a moment lies in */
export const weekOf = (secs) => Math.floor(secs / WEEK_SECS);
