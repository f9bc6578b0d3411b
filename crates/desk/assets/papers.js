// @ts-check
/** What the source gave, kept in the vault, and how far the draft has its very words. Outside the verdict. */
import { button, element, list, part } from './reading.js';

/** @typedef {import('./draft').Words} Words */
/** @typedef {import('./draft').Desk} Desk */

/** Milliseconds without a change before the desk compares. */
const PAUSE_MS = 500;
/** Characters of a finding that are shown; the rest is in the text. */
const LONG = 160;

const error = part('papers-error');
const file = /** @type {HTMLInputElement} */ (part('paper'));
const pasted = /** @type {HTMLTextAreaElement} */ (part('pasted'));
const pastedName = /** @type {HTMLInputElement} */ (part('pasted-name'));

/** @param {string} text */
const short = (text) => (text.length > LONG ? `${text.slice(0, LONG)}…` : text);
/** @param {string} text */
const sentence = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/** @param {Words['found'][number]} found @param {number} at */
function finding(found, at) {
  const places = found.there.map((there) => there.at).join(' and ');
  const near = found.there[0]?.near ?? '';
  return element('li', [
    element('q', short(found.text)), ' ',
    element('span', sentence(`${found.what} in ${places}; ${found.rarity}`), 'meta'),
    ...(near && near !== found.text ? [element('blockquote', `… ${short(near)} …`, 'near')] : []),
    element('span', [button('Show', { do: 'shared', id: String(at) }, short(found.text))], 'tools'),
  ]);
}

/** @param {Words['unseen'][number]} mark @param {number} at */
function unseen(mark, at) {
  const times = mark.count === 1 ? '' : `, ${mark.count} times`;
  const show = mark.start === null ? [] : [element('span', [button('Show', { do: 'unseen', id: String(at) }, mark.what)], 'tools')];
  return element('li', [`${sentence(`${mark.what}${times}, in ${mark.at}`)} Near: `, element('q', short(mark.near)), ...show]);
}

/** @param {Words} words @param {(start: number, end: number) => Range} range */
function fill(words, range) {
  list(part('papers'), words.papers.map((paper) => element('li', [
    element('span', paper.name), ' ', element('span', `${paper.words} words`, 'meta'), ' ',
    button('Take out', { do: 'unpaper', id: String(paper.id) }, paper.name),
  ])));
  part('papers-title').hidden = words.papers.length === 0;
  list(part('found'), words.found.map(finding));
  part('found-none').hidden = words.papers.length === 0 || words.found.length > 0;
  part('found-mend').hidden = words.found.length === 0;
  list(part('unseen'), words.unseen.map(unseen));
  part('unseen-part').hidden = words.unseen.length === 0;
  part('clean').hidden = !words.unseen.some((mark) => mark.start !== null);
  CSS.highlights.delete('shared');
  const places = words.found.map((found) => range(found.start, found.end));
  if (places.length) CSS.highlights.set('shared', new Highlight(...places));
}

/** @param {Desk} desk */
export function setUpPapers(desk) {
  /** @type {Words | null} */
  let words = null;
  let asked = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let pause;

  let running = Promise.resolve();

  /** One comparison at a time: long papers take long. */
  function compare() {
    const number = ++asked;
    const next = running.then(() => compared(number));
    running = next.catch(() => {});
    return next;
  }

  /** @param {number} number */
  async function compared(number) {
    if (number !== asked) return;
    const text = desk.text();
    const told = await desk.ask('words', JSON.stringify({ text }), { 'content-type': 'application/json' });
    // The places are those of this text.
    if (number !== asked || text !== desk.text()) return;
    words = told;
    fill(told, desk.range);
  }

  const refresh = () => {
    clearTimeout(pause);
    pause = setTimeout(() => compare().catch((trouble) => {
      error.textContent = trouble.message;
    }), PAUSE_MS);
  };

  /** @param {() => Promise<unknown>} work */
  async function change(work) {
    error.textContent = '';
    part('papers-say').textContent = 'One moment: it is read and compared.';
    try {
      await work();
      await compare();
      part('papers-say').textContent = `Compared with ${words?.papers.length ?? 0} of the source’s papers: ${words?.found.length ?? 0} found.`;
      return true;
    } catch (trouble) {
      error.textContent = /** @type {Error} */ (trouble).message;
      part('papers-say').textContent = '';
      return false;
    }
  }

  /** @param {string} name @param {Blob} body */
  const add = (name, body) => desk.ask('paper', body, { 'content-type': 'application/octet-stream', 'x-name': encodeURIComponent(name) });

  file.addEventListener('change', async () => {
    const files = [...file.files ?? []];
    await change(async () => {
      for (const one of files) await add(one.name, one);
    });
    file.value = '';
  });
  part('paste').addEventListener('click', async () => {
    const name = pastedName.value.trim() || 'pasted';
    if (await change(() => add(`${name}.txt`, new Blob([pasted.value])))) pasted.value = '';
  });

  /** Carries out what a button of this part says; false if it is another's. @param {string} what @param {number} id */
  function act(what, id) {
    const found = what === 'shared' ? words?.found[id] : undefined;
    const mark = what === 'unseen' ? words?.unseen[id] : undefined;
    if (found) desk.choose(found);
    else if (mark && mark.start !== null) desk.choose({ start: mark.start, end: mark.start + 1 });
    else if (what === 'unpaper') change(() => desk.ask('unpaper', JSON.stringify({ paper: id }), { 'content-type': 'application/json' }));
    else return false;
    return true;
  }

  return { refresh, act };
}
