// @ts-check
/**
 * Bytes: joining, comparing, and the encodings of docs/wire.md (big-endian integers, ASCII labels).
 */

/** Bytes with a buffer of their own, which is what WebCrypto takes. @typedef {Uint8Array<ArrayBuffer>} Bytes */

const utf8 = new TextEncoder();

/** @param {string} text @returns {Bytes} the text in UTF-8 (labels are ASCII) */
export const encode = (text) => utf8.encode(text);

/**
 * @param {Uint8Array} bytes
 * @returns {string} the text; throws a TypeError if the bytes are not UTF-8
 */
export const decode = (bytes) => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);

/** @param {...Uint8Array} parts @returns {Bytes} */
export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** @param {number} value 0–65,535 @returns {Bytes} two bytes */
export const u16 = (value) => Uint8Array.of(value >> 8, value);

/** @param {number} value 0–4,294,967,295 @returns {Bytes} four bytes */
export const u32 = (value) => Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);

/** @param {number} length @returns {Bytes} bytes from the browser's own generator (at most 65,536) */
export const random = (length) => crypto.getRandomValues(new Uint8Array(length));

/** @param {Uint8Array} bytes @returns {string} lower-case hexadecimal */
export const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** @param {string} text @returns {Bytes} throws a RangeError unless the text is whole bytes in hexadecimal */
export function fromHex(text) {
  if (!/^([0-9a-f]{2})*$/i.test(text)) throw new RangeError('not hexadecimal');
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** @param {Uint8Array} one @param {Uint8Array} other @returns {boolean} */
export const equal = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);

/** @param {Uint8Array} bytes @returns {boolean} */
export const allZero = (bytes) => bytes.every((byte) => byte === 0);
