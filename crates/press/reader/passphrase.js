// @ts-check
/**
 * Seven words, and everything that is derived from them. Nothing of it is ever stored.
 */
import { concat, encode } from './bytes.js';
import { hkdf } from './hpke.js';
import { FIRST_WEEK, MAX_WEEKS, WireError, decodeReply } from './wire.js';
import { WORDS } from './words.js';

/** @typedef {import('./bytes.js').Bytes} Bytes */

export const ROUNDS = 600_000;
export const WORD_COUNT = 7;
const NO_SALT = new Uint8Array(0);

/**
 * A whole number from 0 to `below` − 1, each as likely as the others: draws that would favour some are
 * thrown away (rejection sampling).
 * @param {number} below 1–65,536 @returns {number}
 */
export function uniform(below) {
  const limit = 65_536 - (65_536 % below);
  const draw = new Uint16Array(1);
  do crypto.getRandomValues(draw); while (draw[0] >= limit);
  return draw[0] % below;
}

/** @returns {string[]} seven words, each from all 7,776 */
export const generate = () => Array.from({ length: WORD_COUNT }, () => WORDS[uniform(WORDS.length)]);

/** @param {string} typed any case, any white space @returns {string[]} */
export const wordsIn = (typed) => typed.toLowerCase().split(/\p{White_Space}+/u).filter((word) => word !== '');

/** @param {string} word @returns {boolean} */
export const isKnown = (word) => WORDS.includes(word);

/** @param {string} start @param {number} most @returns {string[]} words of the list that begin so */
export const suggestions = (start, most) => (start === '' ? [] : WORDS.filter((word) => word.startsWith(start)).slice(0, most));

/**
 * @param {string[]} words seven @param {Bytes} site
 * @returns {Promise<Bytes>} the 32 bytes that all else comes from; takes a good part of a second, on purpose
 */
export async function master(words, site) {
  const key = await crypto.subtle.importKey('raw', encode(words.join(' ')), 'PBKDF2', false, ['deriveBits']);
  const salt = concat(encode('subrosa/1 passphrase'), site);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations: ROUNDS }, key, 256));
}

/** @param {Bytes} from the master @param {Bytes} desk its id @returns {Promise<Bytes>} 16 bytes */
export const conversationId = (from, desk) => hkdf(from, NO_SALT, concat(encode('subrosa/1 conversation'), desk), 16);

/**
 * The key for a conversation's receipts and replies in one week. It gives the keys of later weeks, never
 * of earlier ones.
 */
export class ReplyKey {
  /** @param {number} week @param {Bytes} key 32 bytes */
  constructor(week, key) {
    if (week < FIRST_WEEK || week > FIRST_WEEK + MAX_WEEKS) throw new WireError('reply key: week is outside the protocol\'s');
    this.week = week;
    this.key = key;
  }

  /** The key of the protocol's first week. @param {Bytes} from the master @param {Bytes} desk @returns {Promise<ReplyKey>} */
  static async first(from, desk) {
    return new ReplyKey(FIRST_WEEK, await hkdf(from, NO_SALT, concat(encode('subrosa/1 reply root'), desk), 32));
  }

  /** @param {number} week @returns {Promise<ReplyKey>} */
  async ratchetTo(week) {
    if (week < this.week) throw new WireError('reply key: does not go back in time');
    let next = new ReplyKey(week, this.key);
    for (let at = this.week; at < week; at += 1) {
      next = new ReplyKey(week, await hkdf(next.key, NO_SALT, encode('subrosa/1 ratchet'), 32));
    }
    return next;
  }

  /** @param {Bytes[]} messages ids @returns {Promise<Bytes[]>} for each the 8 bytes that say: on the desk's disk */
  async receiptTags(messages) {
    const key = await crypto.subtle.importKey('raw', this.key, 'HKDF', false, ['deriveBits']);
    return Promise.all(messages.map(async (message) => {
      const info = concat(encode('subrosa/1 receipt'), message);
      return new Uint8Array(await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt: NO_SALT, info }, key, 64));
    }));
  }

  /**
   * @param {Bytes} entry 1,024 bytes
   * @returns {Promise<import('./wire.js').Part | null>} null for everybody else's entries and for dummies
   */
  async open(entry) {
    const raw = await hkdf(this.key, entry.slice(0, 16), encode('subrosa/1 reply entry'), 32);
    const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['decrypt']);
    let plain;
    try {
      plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: new Uint8Array(12) }, key, entry.slice(16));
    } catch {
      return null;
    }
    return decodeReply(new Uint8Array(plain));
  }
}
