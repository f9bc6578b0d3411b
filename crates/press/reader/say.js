// @ts-check
/**
 * What the drawer says where it depends on what happens. The words are in words/*.ftl; what never changes is in templates/drawer.html.
 */
import { moment, phrase } from './catalogue.js';
import { crowdOf } from './keylist.js';
import { WORD_COUNT } from './passphrase.js';
import { slotAt } from './schedule.js';

/** @typedef {import('./types').Keys} Keys */
/** @typedef {import('./outbox.js').Progress} Progress */
/** @typedef {'waiting' | 'once' | 'sent' | 'confirmed'} State */

export const WHY_CLOSED = { off: phrase('off'), 'save-data': phrase('save-data'), unfit: phrase('unfit') };
export const WRONG_WORD = phrase('wrong-word');
export const OPENING = phrase('opening');
export const LOOKING = phrase('looking');
export const READY = phrase('ready');
export const EMPTY = phrase('empty');
export const TOO_LONG = phrase('too-long');
export const DAMAGED = phrase('damaged');
export const CARRY = phrase('carry');
export const QUEUED = phrase('queued');
export const NEW_REPLY = phrase('answer');
export const UNREADABLE = phrase('unreadable');

/** @type {{ [state in State]: string }} */
export const STATES = { waiting: QUEUED, once: phrase('once'), sent: phrase('sent'), confirmed: phrase('confirmed') };

/** Sentences one after the other. @param {string[]} all some may be empty */
const together = (...all) => all.filter((one) => one !== '').join(' ');

/** @param {number} place from 0 */
export const question = (place) => phrase('question', { place: place + 1 });

/** @param {number} place from 0 */
export const unknownWord = (place) => phrase('unknown-word', { place: place + 1 });

/** @param {number} count */
export const wordsSoFar = (count) => (count === 0 ? '' : phrase('words-so-far', { count, all: WORD_COUNT }));

/** @param {number} ms @returns {string} a length of time that a person can use */
export function lasting(ms) {
  const secs = Math.max(0, Math.ceil(ms / 5_000) * 5);
  return secs < 100 ? phrase('seconds', { count: secs }) : phrase('minutes', { count: Math.round(secs / 60) });
}

/** @param {number} tickSecs */
const last = (tickSecs) => (tickSecs === 3_600 ? phrase('last-hour') : phrase('last', { time: lasting(tickSecs * 1_000) }));

/** @param {Keys | null} keys @returns {string} why nothing can be sent now; empty if it can */
export function keys(keys) {
  const state = keys?.state ?? 'none';
  if (state === 'none') return phrase('keys-none');
  if (state === 'bad') return phrase('keys-bad');
  if (state === 'clock') return phrase('keys-clock');
  return keys?.desks.length === 0 ? phrase('no-desk') : '';
}

/** @param {number} code @returns {string} */
function visits(code) {
  const from = crowdOf(code);
  return from === 0 ? phrase('visits-few') : phrase('visits', { from, to: from * 2 - 1 });
}

/** @param {number} code */
const isSmall = (code) => crowdOf(code) < 40;

/** @param {Keys} keys @returns {string} */
export function crowd({ crowd: codes, tickSecs, onPremises }) {
  if (codes.length === 0) return '';
  const size = phrase('crowd', { last: last(tickSecs), visits: visits(codes[0]), long: visits(codes[8]) });
  const place = onPremises ? phrase('mix-premises') : phrase('mix-site');
  return together(size, phrase('bound'), isSmall(codes[0]) ? phrase('small') : '', place);
}

/** @param {Keys} keys @param {number} slot that the next packet leaves in @returns {string} */
export function crowdAt({ crowd: codes, tickSecs }, slot) {
  const at = Math.min(slot, codes.length - 1);
  const code = codes[at];
  if (code === undefined) return '';
  const size = phrase('crowd-now', { last: last(tickSecs), visits: visits(code), stay: lasting(slotAt(at)) });
  return together(size, phrase('bound'), isSmall(code) ? phrase('small-now') : '');
}

/** @param {number} share of all room @param {number} fragments @param {number} ms until they have left */
export function room(share, fragments, ms) {
  if (share > 1) return TOO_LONG;
  return phrase('room', { count: fragments, time: lasting(ms), share: Math.max(1, Math.round(share * 100)) });
}

/** @param {Progress} progress @returns {State} */
export function stateOf({ fragments, once, twice }) {
  if (twice === fragments) return 'sent';
  return once === fragments ? 'once' : 'waiting';
}

/** @param {number} chars 0 for text that was sealed elsewhere */
const named = (chars) => (chars > 0 ? phrase('message', { count: chars }) : phrase('message-sealed'));

/** @param {number} chars @param {Progress} progress @param {number} ms until it has left twice */
export function progress(chars, { fragments, once, twice }, ms) {
  const said = { message: named(chars), once, all: fragments, time: lasting(ms) };
  if (twice === fragments) return chars === 0 ? phrase('progress-carried', said) : phrase('progress-sent', said);
  if (once === fragments) return phrase('progress-once', said);
  return fragments === 1 ? phrase('progress-waiting', said) : phrase('progress-parts', said);
}

/** @param {number} chars 0 if not known any more @param {number | undefined} time Unix time */
export function confirmed(chars, time) {
  const earlier = () => (time ? phrase('message-of', { when: moment(time) }) : phrase('message-earlier'));
  return phrase('progress-confirmed', { message: chars > 0 ? named(chars) : earlier() });
}

/** @param {string} name @param {number} written Unix time */
export const replyFrom = (name, written) => phrase('answer-from', { name: name || phrase('newsroom'), when: moment(written) });

/** @param {number} records looked through @param {number} partial replies of which parts are missing */
export function nothingYet(records, partial) {
  if (records === 0) return phrase('nothing-loaded');
  return together(phrase('nothing-yet'), partial > 0 ? phrase('part-of-an-answer') : '');
}

/** Beside the switch, while nothing is sent. */
export const COVER = { off: phrase('cover-off'), 'save-data': phrase('cover-save-data'), unfit: phrase('cover-unfit') };
export const TURN_ON = phrase('turn-on');
export const NOT_LOADED = phrase('not-loaded');
