// @ts-check
/**
 * The receiver's side, for tests only: opens what the reader script seals, as a mix and a desk would.
 */
import { allZero, concat, encode, fromHex } from '../bytes.js';
import { XWING, X25519, context, dhkemSecret, keySchedule } from '../hpke.js';
import { BODY, FIRST_WEEK, INNER, MAX_WEEKS, PACKET, PAYLOAD, Reader, WireError } from '../wire.js';

/** @typedef {import('../bytes.js').Bytes} Bytes */
/** @typedef {import('../hpke.js').Suite} Suite */
/** Hexadecimal, as the vector files have it. @typedef {{ x25519_public: string, x25519_secret: string, xwing_public: string, xwing_seed: string }} Keys */

/** It does not open: sealed for another key, or changed on the way. */
export class OpenError extends Error {}
/** This browser does not have the suite. */
export class NoSuite extends Error {}

/** @type {any} */
const subtle = crypto.subtle;
const PKCS8_X25519 = fromHex('302e020100300506032b656e04220420');

/** @param {number} byte @returns {Suite} */
function suiteOf(byte) {
  const suite = [X25519, XWING].find((each) => each.byte === byte);
  if (!suite) throw new WireError('suite is not known');
  return suite;
}

/** @param {Suite} suite @param {Keys} keys @param {Bytes} enc @returns {Promise<Bytes>} */
async function decapsulate(suite, keys, enc) {
  if (suite === XWING) {
    let secret;
    try {
      secret = await subtle.importKey('raw-seed', fromHex(keys.xwing_seed), { name: XWING.name }, false, ['decapsulateBits']);
    } catch {
      throw new NoSuite();
    }
    return new Uint8Array(await subtle.decapsulateBits({ name: XWING.name }, secret, enc));
  }
  const pkcs8 = concat(PKCS8_X25519, fromHex(keys.x25519_secret));
  const secret = await subtle.importKey('pkcs8', pkcs8, { name: 'X25519' }, false, ['deriveBits']);
  const peer = await subtle.importKey('raw', enc, { name: 'X25519' }, false, []);
  const dh = new Uint8Array(await subtle.deriveBits({ name: 'X25519', public: peer }, secret, 256));
  return dhkemSecret(dh, concat(enc, fromHex(keys.x25519_public)));
}

/** @param {Suite} suite @param {Keys} keys @param {Bytes} info @param {Bytes} aad @param {Bytes} sealed @returns {Promise<Bytes>} */
async function open(suite, keys, info, aad, sealed) {
  try {
    const secret = await decapsulate(suite, keys, sealed.slice(0, suite.enc));
    const { key, iv } = await keySchedule(await context(suite, info), secret);
    return new Uint8Array(await subtle.decrypt({ name: 'AES-GCM', iv, additionalData: aad }, key, sealed.slice(suite.enc)));
  } catch (error) {
    if (error instanceof NoSuite) throw error;
    throw new OpenError();
  }
}

/** @param {Bytes} packet @param {Bytes} site @param {Keys} mix */
export async function openPacket(packet, site, mix) {
  if (packet.length !== PACKET) throw new WireError('packet: has a wrong size');
  const suite = suiteOf(packet[0]);
  const head = packet.slice(0, 2);
  const plain = await open(suite, mix, concat(encode('subrosa/1 outer'), site), head, packet.slice(2));
  const reader = new Reader('packet', plain);
  const flag = reader.int(1);
  reader.need(flag <= 1, 'flag is neither cover nor real');
  const slot = reader.int(1);
  const inner = reader.bytes(INNER);
  reader.zeros(1120 - suite.enc);
  reader.end();
  return { suite: suite.byte, epoch: packet[1], flag: flag === 1 ? 'real' : 'cover', slot, inner };
}

/** @param {Bytes} inner @param {Bytes} site @param {Keys} desk */
export async function openInner(inner, site, desk) {
  if (inner.length !== INNER) throw new WireError('inner envelope: has a wrong size');
  const suite = suiteOf(inner[0]);
  const plain = await open(suite, desk, concat(encode('subrosa/1 inner'), site), inner.slice(0, 1), inner.slice(1));
  if (!allZero(plain.slice(PAYLOAD))) throw new WireError('inner envelope: padding is not zero');
  return { suite: suite.byte, payload: plain.slice(0, PAYLOAD) };
}

/** @param {Bytes} payload */
export function decodePayload(payload) {
  const reader = new Reader('payload', payload);
  reader.version(1);
  const [conversation, message] = [reader.bytes(16), reader.bytes(16)];
  const [index, count] = [reader.int(1), reader.int(1)];
  reader.need(count >= 1 && count <= 8 && index < count, 'index and count do not fit');
  const week = reader.int(4);
  reader.need(week >= FIRST_WEEK && week <= FIRST_WEEK + MAX_WEEKS, 'week is out of range');
  const replyKey = reader.bytes(32);
  const length = reader.int(2);
  reader.need(length <= BODY, 'body is longer than a payload');
  reader.need(index + 1 === count || length === BODY, 'a fragment before the last is not full');
  const body = reader.bytes(length);
  reader.zeros(BODY - length);
  reader.end();
  return { conversation, message, index, count, week, replyKey, body };
}
