// @ts-check
/**
 * Text to raw DEFLATE (RFC 1951) and back, by the browser's own streams; and text that was sealed elsewhere.
 */
import { concat, decode, encode } from './bytes.js';
import { INNER, MAX_FRAGMENTS, MAX_MESSAGE, WireError } from './wire.js';

/** @typedef {import('./bytes.js').Bytes} Bytes */

/**
 * @param {Bytes} bytes @param {CompressionStream | DecompressionStream} through @param {number} most bytes to come out
 * @returns {Promise<Bytes>}
 */
async function run(bytes, through, most) {
  const writer = through.writable.getWriter();
  // What goes wrong while writing shows up while reading, too.
  writer.write(bytes).catch(() => {});
  writer.close().catch(() => {});
  const reader = through.readable.getReader();
  const parts = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return concat(...parts);
    length += value.length;
    if (length > most) {
      await reader.cancel();
      throw new WireError('message: is too long');
    }
    parts.push(value);
  }
}

/** @param {string} text @returns {Promise<Bytes>} */
export async function deflate(text) {
  const bytes = encode(text);
  if (bytes.length > MAX_MESSAGE) throw new WireError('message: is too long');
  return run(bytes, new CompressionStream('deflate-raw'), Infinity);
}

/** @param {Bytes} compressed @returns {Promise<string>} */
export async function inflate(compressed) {
  try {
    return decode(await run(compressed, new DecompressionStream('deflate-raw'), MAX_MESSAGE));
  } catch (error) {
    if (error instanceof WireError) throw error;
    throw new WireError('message: is not compressed text');
  }
}

const SEALED = /^-----BEGIN SUBROSA SEALED TIP-----([A-Za-z0-9+/=\s]*)-----END SUBROSA SEALED TIP-----$/;

/**
 * Envelopes that `subrosa tip` has sealed on a computer that the source trusts.
 * @param {string} text trimmed
 * @returns {Bytes[] | null} null if the text is an ordinary message; throws a WireError if it is sealed text, but damaged
 */
export function sealedElsewhere(text) {
  if (!/^-----BEGIN SUBROSA|END SUBROSA SEALED TIP-----$/.test(text)) return null;
  const base64 = SEALED.exec(text)?.[1].replace(/\s+/g, '') ?? '';
  if (!/^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(base64)) throw new WireError('sealed text: is damaged');
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  const count = bytes.length / INNER;
  if (!Number.isInteger(count) || count < 1 || count > MAX_FRAGMENTS) throw new WireError('sealed text: is incomplete');
  return Array.from({ length: count }, (_, index) => bytes.slice(index * INNER, (index + 1) * INNER));
}
