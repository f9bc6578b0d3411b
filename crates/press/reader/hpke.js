// @ts-check
/**
 * HPKE (RFC 9180) in base mode, single shot, on the browser's own WebCrypto: the sender's side.
 * KDF HKDF-SHA256 (0x0001), AEAD AES-256-GCM (0x0002). The receiver's side is in test/receive.js: nothing in a page opens.
 */
import { concat, encode, u16 } from './bytes.js';

/** @typedef {import('./bytes.js').Bytes} Bytes */
/**
 * A suite of docs/wire.md: its byte on the wire, its KEM id, and the lengths of an encapsulation and a public key.
 * @typedef {{ byte: number, name: string, kem: number, enc: number, publicKey: number }} Suite
 */
/** A public key, ready for use. @typedef {{ suite: Suite, raw: Bytes, handle: CryptoKey }} PublicKey */
/** A suite with an `info`, which is all of RFC 9180's key schedule that does not change. @typedef {{ suite: Suite, id: Bytes, context: Bytes }} Context */

/** DHKEM(X25519, HKDF-SHA256). @type {Suite} */
export const X25519 = Object.freeze({ byte: 1, name: 'X25519', kem: 0x0020, enc: 32, publicKey: 32 });
/** X-Wing, post-quantum and classical in one (draft-ietf-hpke-pq). @type {Suite} */
export const XWING = Object.freeze({ byte: 2, name: 'MLKEM768-X25519', kem: 0x647a, enc: 1120, publicKey: 1216 });

/** Methods that browsers have and type libraries do not know yet. @type {any} */
const subtle = crypto.subtle;
const EMPTY = new Uint8Array(0);
const VERSION = encode('HPKE-v1');

/**
 * HKDF-SHA256, extract and expand.
 * @param {Uint8Array} ikm @param {Uint8Array} salt @param {Uint8Array} info @param {number} length in bytes
 * @returns {Promise<Bytes>}
 */
export async function hkdf(ikm, salt, info, length) {
  const key = await subtle.importKey('raw', ikm, 'HKDF', false, ['deriveBits']);
  return new Uint8Array(await subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt, info }, key, length * 8));
}

/** RFC 9180 section 4. @param {Bytes} id @param {string} label @param {Uint8Array} ikm */
const labeledIkm = (id, label, ikm) => concat(VERSION, id, encode(label), ikm);

/** RFC 9180 section 4. @param {Bytes} id @param {string} label @param {Uint8Array} info @param {number} length */
const labeledInfo = (id, label, info, length) => concat(u16(length), VERSION, id, encode(label), info);

/**
 * LabeledExtract with an empty salt: HMAC under a key of zeros (RFC 5869, section 2.2).
 * @param {Bytes} id @param {string} label @param {Uint8Array} ikm @returns {Promise<Bytes>}
 */
async function labeledExtract(id, label, ikm) {
  const key = await subtle.importKey('raw', new Uint8Array(32), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await subtle.sign('HMAC', key, labeledIkm(id, label, ikm)));
}

/**
 * The unchanging part of the key schedule for a suite and an `info` (RFC 9180, section 5.1).
 * @param {Suite} suite @param {Bytes} info @returns {Promise<Context>}
 */
export async function context(suite, info) {
  const id = concat(encode('HPKE'), u16(suite.kem), u16(0x0001), u16(0x0002));
  const pskIdHash = await labeledExtract(id, 'psk_id_hash', EMPTY);
  const infoHash = await labeledExtract(id, 'info_hash', info);
  return { suite, id, context: concat(Uint8Array.of(0), pskIdHash, infoHash) };
}

/**
 * @param {Suite} suite @param {Bytes} raw a public key as the wire has it
 * @returns {Promise<PublicKey>} rejects if the key is not one of the suite
 */
export async function importPublic(suite, raw) {
  if (raw.length !== suite.publicKey) throw new RangeError(`${suite.name}: a public key has ${suite.publicKey} bytes`);
  const handle = suite === XWING
    ? await subtle.importKey('raw-public', raw, { name: suite.name }, true, ['encapsulateBits'])
    : await subtle.importKey('raw', raw, { name: suite.name }, true, []);
  return { suite, raw, handle };
}

/** ExtractAndExpand of DHKEM (RFC 9180, section 4.1). @param {Uint8Array} dh @param {Uint8Array} kemContext @returns {Promise<Bytes>} */
export function dhkemSecret(dh, kemContext) {
  const id = concat(encode('KEM'), u16(X25519.kem));
  return hkdf(labeledIkm(id, 'eae_prk', dh), EMPTY, labeledInfo(id, 'shared_secret', kemContext, 32), 32);
}

/**
 * A fresh shared secret and its encapsulation.
 * @param {PublicKey} key @returns {Promise<{ enc: Bytes, secret: Bytes }>}
 */
async function encapsulate(key) {
  if (key.suite === XWING) {
    const { ciphertext, sharedKey } = await subtle.encapsulateBits({ name: XWING.name }, key.handle);
    return { enc: new Uint8Array(ciphertext), secret: new Uint8Array(sharedKey) };
  }
  const pair = await x25519Pair();
  const enc = new Uint8Array(await subtle.exportKey('raw', pair.publicKey));
  const dh = await subtle.deriveBits({ name: X25519.name, public: key.handle }, pair.privateKey, 256);
  return { enc, secret: await dhkemSecret(new Uint8Array(dh), concat(enc, key.raw)) };
}

/**
 * WebKitGTK fails to make about one key pair in two hundred (seen in 2.50); the next one works.
 * @returns {Promise<CryptoKeyPair>}
 */
async function x25519Pair(tries = 8) {
  try {
    return await subtle.generateKey({ name: X25519.name }, false, ['deriveBits']);
  } catch (error) {
    if (tries <= 1) throw error;
    return x25519Pair(tries - 1);
  }
}

/**
 * Key and nonce of the one message (RFC 9180, section 5.1, without a pre-shared key).
 * @param {Context} setup @param {Bytes} secret @returns {Promise<{ key: CryptoKey, iv: Bytes }>}
 */
export async function keySchedule({ id, context: bound }, secret) {
  const ikm = labeledIkm(id, 'secret', EMPTY);
  const key = await hkdf(ikm, secret, labeledInfo(id, 'key', bound, 32), 32);
  const iv = await hkdf(ikm, secret, labeledInfo(id, 'base_nonce', bound, 12), 12);
  return { key: await subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt', 'decrypt']), iv };
}

/**
 * Seals one message to a public key.
 * @param {Context} setup @param {PublicKey} key of the same suite @param {Uint8Array} aad @param {Uint8Array} plaintext
 * @returns {Promise<Bytes>} encapsulation, then ciphertext with its tag
 */
export async function seal(setup, key, aad, plaintext) {
  const { enc, secret } = await encapsulate(key);
  const { key: aead, iv } = await keySchedule(setup, secret);
  return concat(enc, new Uint8Array(await subtle.encrypt({ name: 'AES-GCM', iv, additionalData: aad }, aead, plaintext)));
}

/**
 * A public key whose private half nobody keeps. Packets are sealed to it until a key list has come, so
 * that the first ones are made by the same code and look like all others.
 * @param {Suite} suite @returns {Promise<PublicKey>}
 */
export async function standIn(suite) {
  const pair = suite === XWING
    ? await subtle.generateKey({ name: suite.name }, false, ['encapsulateBits', 'decapsulateBits'])
    : await x25519Pair();
  const raw = new Uint8Array(await subtle.exportKey(suite === XWING ? 'raw-public' : 'raw', pair.publicKey));
  return importPublic(suite, raw);
}

/**
 * The best suite that this browser can really use, found by using it; `null` if it has none.
 * @returns {Promise<Suite | null>}
 */
export async function bestSuite() {
  for (const suite of [XWING, X25519]) {
    try {
      const sealed = await seal(await context(suite, EMPTY), await standIn(suite), EMPTY, EMPTY);
      if (sealed.length === suite.enc + 16) return suite;
    } catch {
      // This suite is missing: the next one, or none.
    }
  }
  return null;
}
