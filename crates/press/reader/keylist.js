// @ts-check
/**
 * The key list: who may be written to, as docs/wire.md has it. Nothing of it is used before the signatures,
 * up to the newsroom's root, and the dates have been checked.
 */
import { concat, encode, equal, toHex } from './bytes.js';
import { Reader, SIGNATURE, WEEK_SECS, WireError, letter, signed } from './wire.js';

/** @typedef {import('./bytes.js').Bytes} Bytes */
/** @typedef {{ role: number, serial: Bytes, site: Bytes, notBefore: number, notAfter: number, key: Bytes, name: string }} Certificate */
/** @typedef {{ epoch: number, notBefore: number, notAfter: number, x25519: Bytes, xwing: Bytes }} MixKey */
/** @typedef {{ id: Bytes, name: string, week: number, notAfter: number, x25519: Bytes, xwing: Bytes }} Desk */
/**
 * @typedef {{ issued: number, expires: number, tickSecs: number, onPremises: boolean, crowd: number[],
 *   mixKeys: MixKey[], desks: Desk[], signer: Bytes }} KeyList
 */

const SITE_SIGNER = 1;
const DESK = 2;
const CERTIFICATE = 227;
const DESK_KEY = 1342;
const REVOCATION = 114;
const CROWD_SLOTS = 24;
const YEAR_SECS = 366 * 86_400;

/** A key list expired or not valid yet: the clocks may disagree. Everything else about it was right. */
export class DateError extends WireError {}

/** @param {Bytes} bytes 227 @returns {Certificate} unverified */
export function decodeCertificate(bytes) {
  const reader = new Reader('certificate', bytes);
  reader.version();
  const role = reader.int(1);
  reader.need(role === SITE_SIGNER || role === DESK, 'role is not known');
  const serial = reader.bytes(16);
  const site = reader.bytes(32);
  const notBefore = reader.int(8);
  const notAfter = reader.int(8);
  reader.need(notBefore <= notAfter && notAfter - notBefore <= YEAR_SECS, 'is valid for more than a year, or never');
  const key = reader.bytes(32);
  const length = reader.int(1);
  reader.need(length <= 64, 'name is too long');
  const name = reader.text(length);
  reader.zeros(64 - length);
  reader.bytes(SIGNATURE);
  reader.end();
  return { role, serial, site, notBefore, notAfter, key, name };
}

/** @param {string} what @param {number} from @param {number} until @param {number} now */
function checkDates(what, from, until, now) {
  if (now < from) throw new DateError(`${what}: is not valid yet`);
  if (now > until) throw new DateError(`${what}: has expired`);
}

/**
 * @param {Bytes} bytes @param {Bytes} site the newsroom's root @param {number} role @param {Set<string>} revoked serials, in hexadecimal
 * @param {number} now Unix time
 * @returns {Promise<Certificate>}
 */
export async function verifyCertificate(bytes, site, role, revoked, now) {
  const certificate = decodeCertificate(bytes);
  const stranger = certificate.role !== role || !equal(certificate.site, site);
  if (stranger) throw new WireError('certificate: made for another newsroom or role');
  if (!await signed(bytes, site, encode('subrosa/1 certificate'))) throw new WireError('certificate: the signature does not verify');
  if (revoked.has(toHex(certificate.serial))) throw new WireError('certificate: revoked by the newsroom');
  checkDates('certificate', certificate.notBefore, certificate.notAfter, now);
  return certificate;
}

/**
 * @param {Bytes} bytes 114 @param {Bytes} site
 * @returns {Promise<string>} the serial that is taken back, in hexadecimal
 */
export async function verifyRevocation(bytes, site) {
  const reader = new Reader('revocation', bytes);
  reader.version(letter('R'));
  const serial = reader.bytes(16);
  const stranger = !equal(reader.bytes(32), site);
  reader.bytes(SIGNATURE);
  reader.end();
  if (stranger) throw new WireError('revocation: made for another newsroom');
  if (!await signed(bytes, site, encode('subrosa/1 revocation'))) throw new WireError('revocation: the signature does not verify');
  return toHex(serial);
}

/** @param {Bytes} key a desk's Ed25519 key @returns {Promise<Bytes>} its desk_id */
export async function deskId(key) {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', key)).slice(0, 16);
}

/**
 * A desk with its keys of the week.
 * @param {Bytes} certified its certificate @param {Bytes} keyed its desk key
 * @param {Bytes} site @param {Set<string>} revoked @param {number} now
 * @returns {Promise<Desk>}
 */
export async function verifyDesk(certified, keyed, site, revoked, now) {
  const certificate = await verifyCertificate(certified, site, DESK, revoked, now);
  const reader = new Reader('desk key', keyed);
  reader.version(letter('W'));
  const id = reader.bytes(16);
  const week = reader.int(4);
  const notAfter = reader.int(8);
  reader.need(notAfter <= week * WEEK_SECS + 15 * 86_400, 'is valid for too long');
  const x25519 = reader.bytes(32);
  const xwing = reader.bytes(1216);
  reader.bytes(SIGNATURE);
  reader.end();
  if (!equal(id, await deskId(certificate.key))) throw new WireError('desk key: made for another desk');
  if (!await signed(keyed, certificate.key, concat(encode('subrosa/1 desk key'), site))) {
    throw new WireError('desk key: the signature does not verify');
  }
  checkDates('desk key', week * WEEK_SECS, notAfter, now);
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
  const deskBytes = Array.from({ length: countOf(reader, 0, 16, 'desks') }, () => [reader.bytes(CERTIFICATE), reader.bytes(DESK_KEY)]);
  const signerBytes = reader.bytes(CERTIFICATE);
  const revocations = Array.from({ length: countOf(reader, 0, 64, 'revocations') }, () => reader.bytes(REVOCATION));
  reader.bytes(SIGNATURE);
  reader.end();
  if (stranger) throw new WireError('key list: made for another newsroom');

  const revoked = new Set(await Promise.all(revocations.map((each) => verifyRevocation(each, site))));
  const signer = await verifyCertificate(signerBytes, site, SITE_SIGNER, revoked, now);
  if (!await signed(bytes, signer.key, encode('subrosa/1 key list'))) throw new WireError('key list: the signature does not verify');
  checkDates('key list', issued, expires, now);
  const desks = [];
  for (const [certified, keyed] of deskBytes) {
    try {
      desks.push(await verifyDesk(certified, keyed, site, revoked, now));
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
    }
  }
  return { issued, expires, tickSecs, onPremises: place === 1, crowd, mixKeys, desks, signer: signer.key };
}

/**
 * A reader's clock may be a little wrong. Within `skew` of the dates of a key list, the list's word is taken.
 * @param {{ issued: number, expires: number }} dates @param {number} now what the reader's clock says @param {number} skew seconds
 * @returns {number}
 */
export function agreedTime({ issued, expires }, now, skew) {
  const nearest = Math.min(Math.max(now, issued), expires);
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
export const currentMixKey = (list, now) => list.mixKeys.find(({ notBefore, notAfter }) => notBefore <= now && now <= notAfter);

/** @param {number} code of docs/wire.md @returns {number} at least so many visits; 0 means fewer than ten */
export const crowdOf = (code) => (code === 0 ? 0 : 10 * 2 ** (code - 1));
