// @ts-check
/**
 * When a page sends and fetches: the table at the end of docs/wire.md, in milliseconds after the start of
 * the visit. crates/envelope/src/schedule.rs follows the same one.
 */

/** Upper end of a slot's jitter. */
export const JITTER_MS = 250;
/** A packet is sealed this long before its slot. */
export const SEAL_AHEAD_MS = 2_500;
/** The two copies of a fragment leave at least this far apart. */
export const REPEAT_GAP_MS = 20_000;
/** What is later than this, after a freeze, is skipped and never made up for. */
export const LATE_MS = 1_000;

const MINUTE = 60_000;
const FIRST_MINUTE = [5_000, 15_000, 30_000, 45_000, 60_000];

/** @param {number} slot from 0 @returns {number} when the slot falls, without its jitter */
export function slotAt(slot) {
  return FIRST_MINUTE[slot] ?? (slot <= 23 ? (slot - 3) * MINUTE : 20 * MINUTE + (slot - 23) * 5 * MINUTE);
}

/** @param {number} slot @returns {number} the slot number that a packet carries: 255 once it is there */
export const slotByte = (slot) => Math.min(slot, 255);

/** @param {number} at @returns {number} the first slot that falls after a moment */
export function nextSlot(at) {
  let slot = 0;
  while (slotAt(slot) <= at) slot += 1;
  return slot;
}

/** @returns {number} a slot's jitter, uniform from 0 to 250 ms */
export function jitter() {
  return (crypto.getRandomValues(new Uint32Array(1))[0] / 2 ** 32) * JITTER_MS;
}

/** @typedef {'keys' | 'drop' | 'refresh'} FetchKind the key list, the whole dead drop, or its newest records */

/**
 * @param {number} at a whole second of the visit
 * @returns {FetchKind[]} what every page fetches then
 */
export function fetchesAt(at) {
  /** @type {FetchKind[]} */
  const due = [];
  const every = (/** @type {number} */ step) => at > 0 && at % step === 0;
  const fullLoad = at === 8_000 || every(20 * MINUTE);
  if (at === 1_000 || every(10 * MINUTE)) due.push('keys');
  if (fullLoad) due.push('drop');
  else if (every(5 * MINUTE) || (every(MINUTE) && at < 5 * MINUTE)) due.push('refresh');
  return due;
}

/** @param {number} after @returns {number} the first whole second after a moment at which something is fetched */
export function nextFetch(after) {
  let at = (Math.floor(after / 1_000) + 1) * 1_000;
  while (fetchesAt(at).length === 0) at += 1_000;
  return at;
}
