// @ts-check
/**
 * A source's side of a conversation: everything comes from the seven words, nothing is stored.
 */
import { concat, encode, fromHex, toHex, u32 } from './bytes.js';
import { hkdf } from './hpke.js';
import { ReplyKey, conversationId } from './passphrase.js';
import { deflate } from './text.js';
import { FIRST_WEEK, WINDOW_BLOCKS, RECORDS_PER_BLOCK, payloads, weekOf } from './wire.js';

/** @typedef {import('./bytes.js').Bytes} Bytes */

/** Message ids change every minute: 480 in a period of eight hours. */
const STEP_SECS = 60;
const STEPS = 480;
const PERIOD_SECS = STEPS * STEP_SECS;
const DAY_SECS = 86_400;

/** @param {number} tickSecs @returns {number} seconds that the dead drop reaches back */
const windowSecs = (tickSecs) => (WINDOW_BLOCKS + 1) * RECORDS_PER_BLOCK * tickSecs;

/** What a desk is to a source: its id, the reply key of an early enough week, and the master for the rest. */
export class Conversation {
  /** @param {Bytes} from the master @param {string} desk id in hexadecimal @param {ReplyKey} key of the protocol's first week */
  constructor(from, desk, key) {
    this.from = from;
    this.desk = desk;
    this.first = key;
    /** Steps that this visit has used. @type {Set<number>} */
    this.used = new Set();
  }

  /** @param {Bytes} from @param {string} desk @returns {Promise<Conversation>} */
  static async with(from, desk) {
    return new Conversation(from, desk, await ReplyKey.first(from, fromHex(desk)));
  }

  /**
   * The ids of one period's messages. They look random to everybody else, the desk included; but whoever has the
   * words can make them again, and so find the receipts of an earlier visit.
   * @param {number} period eight hours since 1970 @returns {Promise<Bytes[]>}
   */
  async ids(period) {
    const info = concat(encode('subrosa/1 messages'), fromHex(this.desk), u32(period));
    const all = await hkdf(this.from, new Uint8Array(0), info, STEPS * 16);
    return Array.from({ length: STEPS }, (_, step) => all.slice(step * 16, step * 16 + 16));
  }

  /**
   * @param {string} text @param {number} now Unix time
   * @returns {Promise<{ message: string, fragments: { payload: Bytes }[], tags: [string, string][] }>}
   *   the message ready to be sent, and the receipt tags to expect for it
   */
  async write(text, now) {
    let step = Math.floor(now / STEP_SECS);
    while (this.used.has(step)) step += 1;
    this.used.add(step);
    const message = (await this.ids(Math.floor(step / STEPS)))[step % STEPS];
    const conversation = await conversationId(this.from, fromHex(this.desk));
    const key = await this.first.ratchetTo(weekOf(now));
    const later = await key.ratchetTo(key.week + 1);
    const fragments = payloads({ conversation, message, week: key.week, replyKey: key.key }, await deflate(text));
    const tags = [...await key.receiptTags([message]), ...await later.receiptTags([message])];
    return {
      message: toHex(message),
      fragments: fragments.map((payload) => ({ payload })),
      tags: tags.map((tag) => [toHex(tag), toHex(message)]),
    };
  }

  /**
   * @param {number} now Unix time @param {number} tickSecs
   * @returns {Promise<{ desk: string, week: number, key: Bytes }>} what finds the replies of the dead drop's window
   */
  async replies(now, tickSecs) {
    const { week, key } = await this.first.ratchetTo(Math.max(FIRST_WEEK, weekOf(now - windowSecs(tickSecs)) - 1));
    return { desk: this.desk, week, key };
  }

  /**
   * What finds the receipts of messages that were written in earlier visits.
   * @param {number} now Unix time @param {number} tickSecs
   * @returns {Promise<{ tags: [string, string][], times: Map<string, number> }>} `times` tells when, to the minute,
   *   a message was written
   */
  async receipts(now, tickSecs) {
    const span = windowSecs(tickSecs);
    /** @type {[string, string][]} */
    const tags = [];
    const times = new Map();
    for (let period = Math.floor((now - span) / PERIOD_SECS); period <= Math.floor((now + 3_600) / PERIOD_SECS); period += 1) {
      const ids = await this.ids(period);
      ids.forEach((id, step) => times.set(toHex(id), period * PERIOD_SECS + step * STEP_SECS));
      for (let week = weekOf(period * PERIOD_SECS); week <= weekOf(now + DAY_SECS); week += 1) {
        if (week < FIRST_WEEK) continue;
        const made = await (await this.first.ratchetTo(week)).receiptTags(ids);
        made.forEach((tag, step) => tags.push([toHex(tag), toHex(ids[step])]));
      }
    }
    return { tags, times };
  }
}
