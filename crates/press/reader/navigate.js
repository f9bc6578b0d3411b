// @ts-check
/**
 * Links within the paper are followed in place, for every reader: the page is fetched, its `<main>` and title
 * are swapped in, and the worker behind the page goes on undisturbed.
 */
import { NOT_LOADED } from './say.js';

/** Scroll positions of this visit by history entry. In memory only. @type {Map<number, number>} */
const scrolls = new Map();
let entry = 0;
let entries = 0;
let shown = location.href;
/** @type {AbortController | null} */
let loading = null;

/** @param {string} href */
const withoutHash = (href) => href.split('#')[0];

/** For screen readers, which are not told of a swap. @param {string} text */
function announce(text) {
  const place = document.getElementById('page-say');
  if (place) place.textContent = text;
}

/** @param {URL} url @returns {boolean} whether it is a page of this paper, as far as an address tells */
function isPage({ origin, pathname }) {
  return origin === location.origin && !pathname.startsWith('/assets/') && /(^|\/)[^./]*$/.test(pathname);
}

/** @param {MouseEvent} event @returns {HTMLAnchorElement | null} the link of a plain click, if it leads to a page */
function plainLink(event) {
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (!link?.href || event.defaultPrevented || event.button !== 0) return null;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return null;
  if (link.hasAttribute('download') || (link.target && link.target !== '_self')) return null;
  return isPage(new URL(link.href)) ? link : null;
}

/**
 * @param {string} href @param {AbortSignal} signal
 * @returns {Promise<{ document: Document, main: HTMLElement, url: string } | null>} null if what is there is not a page
 */
async function load(href, signal) {
  const answer = await fetch(withoutHash(href), { credentials: 'omit', referrerPolicy: 'no-referrer', signal });
  if (!/^text\/html\b/.test(answer.headers.get('content-type') ?? '')) return null;
  const parsed = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const main = parsed.getElementById('content');
  return main && { document: parsed, main, url: answer.url };
}

/** @param {string} hash @param {number} [scroll] of an entry that was left */
function settle(hash, scroll) {
  const target = hash.length > 1 ? document.getElementById(decodeURIComponent(hash.slice(1))) : null;
  if (scroll !== undefined) scrollTo({ top: scroll, behavior: 'instant' });
  else if (target) target.scrollIntoView({ behavior: 'instant' });
  else scrollTo({ top: 0, behavior: 'instant' });
  (target ?? document.getElementById('content'))?.focus({ preventScroll: true });
}

/**
 * @param {string} href @param {{ push: boolean, scroll?: number }} how
 */
async function go(href, { push, scroll }) {
  loading?.abort();
  loading = new AbortController();
  const { signal } = loading;
  let page;
  try {
    page = await load(href, signal);
  } catch {
    // A real navigation would end the visit and show the browser's error page. Stay, and say so.
    if (!signal.aborted) announce(NOT_LOADED);
    document.documentElement.classList.toggle('page-failed', !signal.aborted);
    return;
  }
  if (signal.aborted) return;
  if (!page) {
    location.assign(href);
    return;
  }
  const { hash } = new URL(href);
  if (push) {
    scrolls.set(entry, scrollY);
    entries += 1;
    entry = entries;
    history.pushState({ entry }, '', page.url + hash);
  }
  document.documentElement.classList.remove('page-failed');
  document.getElementById('content')?.replaceWith(document.adoptNode(page.main));
  document.title = page.document.title;
  document.documentElement.lang = page.document.documentElement.lang;
  shown = location.href;
  settle(hash, scroll);
  announce(document.title);
}

/** Follows links in place from now on. */
export function followLinks() {
  history.scrollRestoration = 'manual';
  history.replaceState({ entry }, '');
  document.addEventListener('click', (event) => {
    const link = plainLink(event);
    if (!link) return;
    const samePage = withoutHash(link.href) === withoutHash(location.href);
    if (samePage && link.hash) return;
    event.preventDefault();
    go(link.href, { push: !samePage });
  });
  addEventListener('popstate', ({ state }) => {
    const samePage = withoutHash(shown) === withoutHash(location.href);
    scrolls.set(entry, scrollY);
    entry = state?.entry ?? 0;
    shown = location.href;
    if (!samePage) go(location.href, { push: false, scroll: scrolls.get(entry) });
    else settle(location.hash, scrolls.get(entry));
  });
}
