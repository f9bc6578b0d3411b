// @ts-check
/**
 * Text to raw DEFLATE (RFC 1951) and back, by the browser's own streams.
 */
import { concat, decode, encode } from './bytes.js';
import { MAX_MESSAGE, WireError } from './wire.js';

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
