// @ts-check
/**
 * Fragments that wait for slots. Each leaves twice, the second time at least twenty seconds after the first.
 */
import { REPEAT_GAP_MS, SEAL_AHEAD_MS, nextSlot, slotAt } from './schedule.js';

/** @typedef {import('./bytes.js').Bytes} Bytes */
/**
 * A fragment. `payload` is sealed to the desk once and becomes `inner`; text sealed elsewhere comes with its `inner`.
 * @typedef {{ message: string, index: number, desk: string, payload: Bytes | null, inner: Bytes | null,
 *   copies: number, sentAt: number, busy: boolean }} Item
 */
/**
 * How far a message is: fragments that have left once and twice, and when in the visit the last will have left.
 * @typedef {{ message: string, fragments: number, once: number, twice: number, doneAt: number }} Progress
 */

export class Outbox {
  constructor() {
    /** @type {Item[]} */
    this.items = [];
  }

  /**
   * @param {string} message its id @param {string} desk id in hexadecimal, or '' for text sealed elsewhere
   * @param {{ payload?: Bytes, inner?: Bytes }[]} fragments
   */
  add(message, desk, fragments) {
    for (const [index, { payload = null, inner = null }] of fragments.entries()) {
      this.items.push({ message, index, desk, payload, inner, copies: 0, sentAt: 0, busy: false });
    }
  }

  /** @param {number} leavesAt when the next packet leaves @returns {Item | null} what it shall carry */
  pick(leavesAt) {
    const free = this.items.filter((item) => !item.busy);
    return free.find((item) => item.copies === 0)
      ?? free.find((item) => item.copies === 1 && leavesAt - item.sentAt >= REPEAT_GAP_MS)
      ?? null;
  }

  /** @param {Item} item @param {number} at when it left */
  left(item, at) {
    item.copies += 1;
    item.sentAt = at;
  }

  /** @param {number} now of the visit @returns {Progress[]} how far each message is */
  progress(now) {
    const done = this.#forecast(now);
    const messages = [...new Set(this.items.map(({ message }) => message))];
    return messages.map((message) => {
      const items = this.items.filter((item) => item.message === message);
      const atLeast = (/** @type {number} */ copies) => items.filter((item) => item.copies >= copies).length;
      return { message, fragments: items.length, once: atLeast(1), twice: atLeast(2), doneAt: done.get(message) ?? now };
    });
  }

  /** Plays the coming slots through. @param {number} now @returns {Map<string, number>} when each message will have left */
  #forecast(now) {
    const ahead = new Outbox();
    ahead.items = this.items.map((item) => ({ ...item, busy: false }));
    /** @type {Map<string, number>} */
    const done = new Map();
    for (let slot = nextSlot(now + SEAL_AHEAD_MS); ahead.items.some(({ copies }) => copies < 2); slot += 1) {
      const item = ahead.pick(slotAt(slot));
      if (!item) continue;
      ahead.left(item, slotAt(slot));
      done.set(item.message, slotAt(slot));
    }
    return done;
  }

  /** Forgets a message, because its receipt was seen. @param {string} message */
  confirm(message) {
    this.items = this.items.filter((item) => item.message !== message);
  }

  /** Lets what waits leave, and forgets which message it belongs to. */
  forget() {
    for (const item of this.items) item.message = '';
  }

  /**
   * Offers messages again that were sealed here, have left twice long ago and were never confirmed. Their id stays the
   * same, so that a desk which has them already drops the doubles.
   * @param {number} before the last copy left before this moment
   */
  again(before) {
    for (const { message, fragments, twice } of this.progress(before)) {
      const items = this.items.filter((item) => item.message === message);
      const waits = twice < fragments || items.some(({ sentAt }) => sentAt > before);
      if (waits || message === '' || items.some(({ payload }) => payload === null)) continue;
      for (const item of items) {
        item.copies = 0;
        item.inner = null;
      }
    }
  }
}
