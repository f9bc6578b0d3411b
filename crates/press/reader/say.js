// @ts-check
/**
 * What the drawer says, in plain words, where it depends on what happens. The rest is in drawer.html.
 */
import { crowdOf } from './keylist.js';
import { WORD_COUNT } from './passphrase.js';
import { slotAt } from './schedule.js';

/** @typedef {import('./types').Keys} Keys */
/** @typedef {import('./outbox.js').Progress} Progress */
/** @typedef {'waiting' | 'once' | 'sent' | 'confirmed'} State */

const OTHERWISE = 'Below is how else to reach us.';

export const WHY_CLOSED = {
  off: `You turned the sealed messages off, so a message of yours would have nothing to hide in. Turn them on again, or load the page anew. ${OTHERWISE}`,
  'save-data': `Your browser asks to save data, so this page sends no sealed messages, and one of yours would stand out. ${OTHERWISE}`,
  unfit: `This browser lacks what the sealed messages need, or does not let this page work in the background. ${OTHERWISE}`,
};
export const WRONG_WORD = 'That is not the word. Here are your seven words once more.';
export const OPENING = 'One moment: the keys are being made from your words.';
export const LOOKING = 'Your conversation is open. Looking for answers among what every reader’s page downloads.';
export const READY = 'Your conversation is open. Nothing has been sent yet.';
export const EMPTY = 'Paste or write your message. Some 3,000 characters fit one packet; eight packets are the most.';
export const TOO_LONG = 'This is more than eight packets hold. Shorten it, or send it in several messages.';
export const DAMAGED = 'This is sealed text, but not all of it, or damaged. Copy it again, from the first dash to the last.';
export const CARRY = 'Paste the whole sealed text here, from the first dash to the last. Other text is not taken.';
export const QUEUED = 'Your message waits for the next slot. Keep this page open.';
export const NEW_REPLY = 'There is an answer from the newsroom.';
export const UNREADABLE = 'This answer arrived damaged and cannot be read. Tell the desk so.';

/** @type {{ [state in State]: string }} */
export const STATES = {
  waiting: QUEUED,
  once: 'Sent once. A second copy follows, in case the first is lost.',
  sent: 'Sent. You can keep reading, or go. Not yet confirmed.',
  confirmed: 'Confirmed: decrypted and on the desk’s disk.',
};

const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh'];

/** @param {number} place from 0 */
export const question = (place) => `Which is the ${ORDINALS[place]} word?`;

/** @param {number} place from 0 */
export const unknownWord = (place) => `Word ${place + 1} is not in the list. Check its spelling.`;

/** @param {number} count */
export const wordsSoFar = (count) => (count === 0 ? '' : `${count} of ${WORD_COUNT} words.`);

/** @param {number} ms @returns {string} a length of time that a person can use */
export function lasting(ms) {
  const secs = Math.max(0, Math.ceil(ms / 5_000) * 5);
  if (secs < 100) return `${secs} seconds`;
  const minutes = Math.round(secs / 60);
  return minutes === 1 ? 'a minute' : `${minutes} minutes`;
}

/** @param {number} tickSecs */
const tick = (tickSecs) => (tickSecs === 3_600 ? 'hour' : lasting(tickSecs * 1_000));

/** @param {number} unix @returns {string} */
const when = (unix) => new Date(unix * 1_000).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** @param {Keys | null} keys @returns {string} why nothing can be sent now; empty if it can */
export function keys(keys) {
  const state = keys?.state ?? 'none';
  if (state === 'none') return 'The newsroom’s keys have not come yet, so nothing can be sent for now. They are fetched when a page has just been opened, and every ten minutes.';
  if (state === 'bad') return 'The newsroom’s keys could not be verified, so nothing can be sent. This may be an error or an attack. Do not use the drawer now.';
  if (state === 'clock') return 'The newsroom’s keys are out of date, or this computer’s clock is wrong, so nothing can be sent for now. Check the clock.';
  return keys?.desks.length === 0 ? 'No desk is taking messages now.' : '';
}

/** @param {number} code @returns {string} */
const visits = (code) => (crowdOf(code) === 0 ? 'fewer than 10 visits' : `about ${crowdOf(code).toLocaleString()} to ${(crowdOf(code) * 2 - 1).toLocaleString()} visits`);

const BOUND = 'Anybody can send such messages, so the true number may be smaller.';

/** @param {Keys} keys @returns {string} */
export function crowd({ crowd: codes, tickSecs, onPremises }) {
  if (codes.length === 0) return '';
  const small = crowdOf(codes[0]) < 40 ? ' That is a small crowd, and a small crowd hides nobody well: a busier time of day is better.' : '';
  const place = onPremises
    ? 'The machine that tells real messages from the others stands on the newsroom’s own premises.'
    : 'The machine that tells real messages from the others stands beside the web server: whoever holds both could see that you wrote, though not what.';
  return `The crowd: in the last ${tick(tickSecs)}, ${visits(codes[0])} sent such messages, and ${visits(codes[8])} lasted five minutes. ${BOUND}${small} ${place}`;
}

/** @param {Keys} keys @param {number} slot that the next packet leaves in @returns {string} */
export function crowdAt({ crowd: codes, tickSecs }, slot) {
  const code = codes[Math.min(slot, codes.length - 1)];
  if (code === undefined) return '';
  const stay = lasting(slotAt(Math.min(slot, codes.length - 1)));
  const small = crowdOf(code) < 40 ? ' That is a small crowd.' : '';
  return `In the last ${tick(tickSecs)}, ${visits(code)} lasted ${stay}, as long as this one will have when the next packet leaves. ${BOUND}${small}`;
}

/** @param {number} share of all room @param {number} fragments @param {number} ms until they have left */
export function room(share, fragments, ms) {
  if (share > 1) return TOO_LONG;
  const packets = fragments === 1 ? 'One packet' : `${fragments} packets`;
  return `${packets}, each sent twice: about ${lasting(ms)} from now. ${Math.max(1, Math.round(share * 100))} % of the room is used.`;
}

/** @param {Progress} progress @returns {State} */
export function stateOf({ fragments, once, twice }) {
  if (twice === fragments) return 'sent';
  return once === fragments ? 'once' : 'waiting';
}

/** @param {number} chars 0 for text that was sealed elsewhere */
const named = (chars) => (chars > 0 ? `Your message of ${chars.toLocaleString()} characters` : 'Your sealed text');

/** @param {number} chars @param {Progress} progress @param {number} ms until it has left twice */
export function progress(chars, { fragments, once, twice }, ms) {
  const name = named(chars);
  if (twice === fragments && chars === 0) return `${name}: sent. You can keep reading, or go. Ask for its receipt where you sealed it.`;
  if (twice === fragments) return `${name}: sent. You can keep reading, or go. Not yet confirmed. If you stay, this page looks for the receipt; if you go, come back with your seven words.`;
  if (once === fragments) return `${name}: sent once. You can keep reading, or go in ${lasting(ms)}.`;
  const parts = fragments === 1 ? 'waiting for the next slot' : `${once} of ${fragments} parts sent`;
  return `${name}: ${parts}. Stay for ${lasting(ms)}.`;
}

/** @param {number} chars 0 if not known any more @param {number | undefined} time Unix time */
export function confirmed(chars, time) {
  const name = chars > 0 ? named(chars) : `Your message of ${time ? when(time) : 'an earlier visit'}`;
  return `${name}: confirmed. It is decrypted and on the desk’s disk.`;
}

/** @param {string} name @param {number} written Unix time */
export const replyFrom = (name, written) => `${name || 'The newsroom'}, ${when(written)}`;

/** @param {number} records looked through @param {number} partial replies of which parts are missing */
export function nothingYet(records, partial) {
  if (records === 0) return 'Your conversation is open. What the desks publish has not been loaded yet; it is shown here when it has.';
  const parts = partial > 0 ? ' Part of an answer is there; the rest follows.' : '';
  return `Your conversation is open. There is no answer and no receipt for these words in the last days.${parts}`;
}
