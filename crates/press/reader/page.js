// @ts-check
/**
 * The beginning of every page: starts the worker, the drawer, the switch, and links that are followed in place.
 * Whatever is decided here is decided when the page loads, the same way for everyone.
 */
import { toHex } from './bytes.js';
import { Drawer } from './drawer.js';
import { followLinks } from './navigate.js';
import * as say from './say.js';

/** @typedef {import('./types').FromWorker} FromWorker */
/** Why nothing is sent, or null while the schedule runs. @typedef {'off' | 'save-data' | 'unfit' | null} Silence */

const meta = /** @type {HTMLElement} */ (document.querySelector('meta[name=subrosa]'));
const site = base64(meta.dataset.site ?? '');
const toggle = /** @type {HTMLButtonElement | null} */ (document.getElementById('cover-switch'));
const sentence = document.getElementById('cover-text');
/** As the page says it, in its language. */
const turnOff = toggle?.textContent ?? '';
const sentenceWhenOn = sentence?.textContent ?? '';
const drawer = new Drawer(/** @type {HTMLDialogElement} */ (document.getElementById('drawer')), site, (message, transfer) => {
  worker?.postMessage(message, transfer);
});

/** @type {Worker | null} */
let worker = null;

/** @param {string} text base64url without padding @returns {import('./bytes.js').Bytes} */
function base64(text) {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
}

/** Whether this browser asks to save data: then nothing is sent that the reader did not ask for. */
function savesData() {
  const { connection } = /** @type {{ connection?: { saveData?: boolean } }} */ (navigator);
  return connection?.saveData === true;
}

/** @param {Silence} silence */
function show(silence) {
  drawer.setClosed(silence);
  if (sentence) sentence.textContent = silence === null ? sentenceWhenOn : say.COVER[silence];
  if (toggle) {
    toggle.hidden = silence === 'save-data' || silence === 'unfit';
    toggle.textContent = silence === 'off' ? say.TURN_ON : turnOff;
  }
}

/** @param {Silence} silence */
function stop(silence) {
  worker?.terminate();
  worker = null;
  drawer.wipe();
  show(silence);
}

function start() {
  if (savesData() || !globalThis.Worker || !globalThis.crypto?.subtle) {
    stop(savesData() ? 'save-data' : 'unfit');
    return;
  }
  show(null);
  try {
    worker = new Worker(meta.dataset.worker ?? '', { type: 'module' });
  } catch {
    stop('unfit');
    return;
  }
  worker.addEventListener('error', () => stop('unfit'));
  worker.addEventListener('message', ({ data }) => {
    /** @type {FromWorker} */
    const message = data;
    if (message.type === 'unfit') stop('unfit');
    else drawer.hear(message);
  });
  worker.postMessage({ type: 'begin', site: toHex(site) });
}

/** @type {boolean} whether the reader turned it off; kept nowhere but here */
let off = false;
toggle?.addEventListener('click', () => {
  off = !off;
  if (off) stop('off');
  else start();
});
addEventListener('pagehide', () => stop(off ? 'off' : null));
addEventListener('pageshow', ({ persisted }) => {
  if (persisted && !off) start();
});

followLinks();
// Prerendered pages do nothing until somebody really looks at them.
if (/** @type {{ prerendering?: boolean }} */ (document).prerendering) {
  document.addEventListener('prerenderingchange', start, { once: true });
} else {
  start();
}
