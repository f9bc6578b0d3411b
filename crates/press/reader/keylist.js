// @ts-check
/**
 * The key list: who may be written to, as docs/wire.md has it. Nothing of it is used before the signatures,
 * up to the newsroom's root, and the dates have been checked.
 */
import { concat, encode, equal, toHex } from './bytes.js';
import { Reader, SIGNATURE, VerifyError, WEEK_SECS, letter, signed } from './wire.js';

/** @typedef {import('./bytes.js').Bytes} Bytes */
/** @typedef {{ bytes: Bytes, role: number, serial: string, site: Bytes, notBefore: number, notAfter: number, key: Bytes, name: string }} Certificate */
/** @typedef {{ epoch: number, notBefore: number, notAfter: number, x25519: Bytes, xwing: Bytes }} MixKey */
/** @typedef {{ id: Bytes, name: string, week: number, notAfter: number, x25519: Bytes, xwing: Bytes }} Desk */
/**
 * @typedef {{ issued: number, expires: number, tickSecs: number, onPremises: boolean, crowd: number[],
 *   mixKeys: MixKey[], desks: Desk[], leftOut: number, signer: Bytes }} KeyList
 */

/** A desk's certificate and its keys of a week, read but not yet verified. @typedef {{ bytes: Bytes, id: Bytes, week: number, notAfter: number, x25519: Bytes, xwing: Bytes }} DeskKey */

const SITE_SIGNER = 1;
const DESK = 2;
const CERTIFICATE = 227;
const DESK_KEY = 1342;
const REVOCATION = 114;
const CROWD_SLOTS = 24;
const DAY_SECS = 86_400;
/** Seconds by which a reader's clock may run behind the site's. */
const SKEW_SECS = 300;

/** Expired, or not valid yet: the clocks may disagree. */
export class DateError extends VerifyError {}

/** @param {Bytes} bytes 227 @returns {Certificate} unverified */
function decodeCertificate(bytes) {
  const reader = new Reader('certificate', bytes);
  reader.version();
  const role = reader.int(1);
  reader.need(role === SITE_SIGNER || role === DESK, 'role is not known');
  const serial = toHex(reader.bytes(16));
  const site = reader.bytes(32);
  const notBefore = reader.int(8);
  const notAfter = reader.int(8);
  reader.need(notAfter > notBefore && notAfter - notBefore <= 366 * DAY_SECS, 'is valid for no time or for more than 366 days');
  const key = reader.bytes(32);
  const length = reader.int(1);
  reader.need(length <= 64, 'name is too long');
  const name = reader.text(length);
  reader.need(name.trim() !== '' && !/\p{Cc}/u.test(name), 'name is empty or holds control characters');
  reader.zeros(64 - length);
  reader.bytes(SIGNATURE);
  reader.end();
  return { bytes, role, serial, site, notBefore, notAfter, key, name };
}

/** @param {Bytes} bytes 1,342 @returns {DeskKey} unverified */
function decodeDeskKey(bytes) {
  const reader = new Reader('desk key', bytes);
  reader.version(letter('W'));
  const id = reader.bytes(16);
  const week = reader.int(4);
  const notAfter = reader.int(8);
  const lasts = notAfter - week * WEEK_SECS;
  reader.need(lasts > 0 && lasts <= 15 * DAY_SECS, 'is valid for no time or for more than 15 days');
  const key = { bytes, id, week, notAfter, x25519: reader.bytes(32), xwing: reader.bytes(1216) };
  reader.bytes(SIGNATURE);
  reader.end();
  return key;
}

/** @param {Bytes} bytes 114 @returns {{ bytes: Bytes, serial: string, site: Bytes }} unverified */
function decodeRevocation(bytes) {
  const reader = new Reader('revocation', bytes);
  reader.version(letter('R'));
  const revocation = { bytes, serial: toHex(reader.bytes(16)), site: reader.bytes(32) };
  reader.bytes(SIGNATURE);
  reader.end();
  return revocation;
}

/** @param {string} what @param {number} from @param {number} until @param {number} now */
function checkDates(what, from, until, now) {
  if (now < from) throw new DateError(`${what}: is not valid yet`);
  if (now >= until) throw new DateError(`${what}: has expired`);
}

/** @param {string} what @param {Bytes} bytes @param {Bytes} key @param {Bytes} label */
async function checkSignature(what, bytes, key, label) {
  if (!await signed(bytes, key, label)) throw new VerifyError(`${what}: the signature does not verify`);
}

/**
 * @param {Certificate} certificate @param {Bytes} site the newsroom's root @param {number} role
 * @param {Set<string>} revoked serials, in hexadecimal @param {number} now Unix time
 */
async function verifyCertificate(certificate, site, role, revoked, now) {
  if (!equal(certificate.site, site)) throw new VerifyError('certificate: made for another newsroom');
  await checkSignature('certificate', certificate.bytes, site, encode('subrosa/1 certificate'));
  if (certificate.role !== role) throw new VerifyError('certificate: made for another role');
  if (revoked.has(certificate.serial)) throw new VerifyError('certificate: revoked by the newsroom');
  checkDates('certificate', certificate.notBefore, certificate.notAfter, now);
}

/** @param {{ bytes: Bytes, serial: string, site: Bytes }} revocation @param {Bytes} site */
async function verifyRevocation(revocation, site) {
  if (!equal(revocation.site, site)) throw new VerifyError('revocation: made for another newsroom');
  await checkSignature('revocation', revocation.bytes, site, encode('subrosa/1 revocation'));
}

/** @param {Bytes} key a desk's Ed25519 key @returns {Promise<Bytes>} its desk_id */
export async function deskId(key) {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', key)).slice(0, 16);
}

/**
 * A desk with its keys of the week.
 * @param {Certificate} certificate @param {DeskKey} key @param {Bytes} site @param {Set<string>} revoked @param {number} now
 * @returns {Promise<Desk>}
 */
async function verifyDesk(certificate, key, site, revoked, now) {
  await verifyCertificate(certificate, site, DESK, revoked, now);
  if (!equal(key.id, await deskId(certificate.key))) throw new VerifyError('desk key: made for another desk');
  await checkSignature('desk key', key.bytes, certificate.key, concat(encode('subrosa/1 desk key'), site));
  checkDates('desk key', key.week * WEEK_SECS - DAY_SECS, key.notAfter, now);
  const { id, week, notAfter, x25519, xwing } = key;
  return { id, name: certificate.name, week, notAfter, x25519, xwing };
}

/** @param {Reader} reader @returns {MixKey} */
function mixKey(reader) {
  return {
    epoch: reader.int(1), notBefore: reader.int(8), notAfter: reader.int(8), x25519: reader.bytes(32), xwing: reader.bytes(1216),
  };
}

/** @param {Reader} reader @param {number} least @param {number} most @param {string} what */
function countOf(reader, least, most, what) {
  const count = reader.int(1);
  reader.need(count >= least && count <= most, `has a wrong number of ${what}`);
  return count;
}

/**
 * Reads and verifies a key list. A desk whose certificate or key fails is left out.
 * @param {Bytes} bytes what GET /keys answered @param {Bytes} site the newsroom's root @param {number} now Unix time
 * @returns {Promise<KeyList>} rejects with a DateError if only the dates are wrong, else with a WireError
 */
export async function verifyKeyList(bytes, site, now) {
  const reader = new Reader('key list', bytes);
  reader.version(letter('K'));
  reader.zeros(2);
  const stranger = !equal(reader.bytes(32), site);
  const issued = reader.int(8);
  const expires = reader.int(8);
  const tickSecs = reader.int(4);
  reader.need(tickSecs >= 1 && tickSecs <= 86_400, 'tick length is out of range');
  const place = reader.int(1);
  reader.need(place <= 1, 'place of the mix is not known');
  const crowd = Array.from(reader.bytes(CROWD_SLOTS), (code) => Math.min(code, 31));
  const mixKeys = Array.from({ length: countOf(reader, 1, 4, 'mix keys') }, () => mixKey(reader));
  const listed = Array.from({ length: countOf(reader, 0, 16, 'desks') }, () => ({
    certificate: decodeCertificate(reader.bytes(CERTIFICATE)), key: decodeDeskKey(reader.bytes(DESK_KEY)),
  }));
  const signer = decodeCertificate(reader.bytes(CERTIFICATE));
  const revocations = Array.from({ length: countOf(reader, 0, 64, 'revocations') }, () => decodeRevocation(reader.bytes(REVOCATION)));
  reader.bytes(SIGNATURE);
  reader.end();

  if (stranger) throw new VerifyError('key list: made for another newsroom');
  for (const revocation of revocations) await verifyRevocation(revocation, site);
  const revoked = new Set(revocations.map(({ serial }) => serial));
  await verifyCertificate(signer, site, SITE_SIGNER, revoked, now);
  await checkSignature('key list', bytes, signer.key, encode('subrosa/1 key list'));
  checkDates('key list', issued - SKEW_SECS, expires, now);
  const desks = [];
  for (const { certificate, key } of listed) {
    try {
      desks.push(await verifyDesk(certificate, key, site, revoked, now));
    } catch (error) {
      if (!(error instanceof VerifyError)) throw error;
    }
  }
  desks.sort((one, other) => (toHex(one.id) < toHex(other.id) ? -1 : 1));
  return { issued, expires, tickSecs, onPremises: place === 1, crowd, mixKeys, desks, leftOut: listed.length - desks.length, signer: signer.key };
}

/**
 * A reader's clock may be a little wrong. Within `skew` of the dates of a key list, the list's word is taken.
 * @param {{ issued: number, expires: number }} dates @param {number} now what the reader's clock says @param {number} skew seconds
 * @returns {number}
 */
export function agreedTime({ issued, expires }, now, skew) {
  const nearest = Math.min(Math.max(now, issued), expires - 1);
  return Math.abs(nearest - now) <= skew ? nearest : now;
}

/** @param {Bytes} bytes a key list @returns {{ issued: number, expires: number }} the dates that it claims */
export function claimedDates(bytes) {
  const reader = new Reader('key list', bytes);
  reader.bytes(36);
  return { issued: reader.int(8), expires: reader.int(8) };
}

/**
 * @param {KeyList} list @param {number} now
 * @returns {MixKey | undefined} the newest mix key whose dates hold
 */
export const currentMixKey = (list, now) => list.mixKeys.find(({ notBefore, notAfter }) => notBefore <= now && now < notAfter);

/** @param {number} code of docs/wire.md @returns {number} at least so many visits; 0 means fewer than ten */
export const crowdOf = (code) => (code === 0 ? 0 : 10 * 2 ** (code - 1));
