// @ts-check
/**
 * A draft and its source read. The text is one plain text; marks are drawn over it and never put into it.
 * Every change asks the desk on this computer; nothing is sent anywhere else.
 */
import { drawCrowd, drawCurve } from './crowd.js';
import { setUpPapers } from './papers.js';
import { fill, list, words } from './reading.js';
import { setUpRelease } from './release.js';

/** @typedef {import('./draft').Reading} Reading */
/** @typedef {import('./draft').MarkSeen} MarkSeen */

const bench = /** @type {HTMLElement} */ (document.getElementById('bench'));
const page = /** @type {HTMLElement} */ (document.getElementById('manuscript'));
const box = /** @type {HTMLDialogElement} */ (document.getElementById('box'));
const form = /** @type {HTMLFormElement} */ (box.querySelector('form'));
const say = /** @type {HTMLElement} */ (document.getElementById('draft-say'));
const fromSource = /** @type {HTMLButtonElement} */ (document.getElementById('from-source'));
const editor = /** @type {HTMLButtonElement} */ (document.getElementById('edit'));
const { at = '', csrf = '' } = bench.dataset;

/** Milliseconds without a key before the desk is asked. */
const PAUSE_MS = 120;
/** Milliseconds without a key before the text is kept. */
const KEEP_MS = 1000;
/** A browser lets a page send so much while it goes away. */
const FAREWELL_BYTES = 60_000;
/** Tints, from the sentence that costs nothing to the one that costs most. */
const TINTS = ['kept', 'cost-1', 'cost-2', 'cost-3', 'lost'];

/** @type {Reading | null} */
let reading = null;
/** What is chosen, in UTF-16 units of the text. @type {{ start: number, end: number } | null} */
let chosen = null;
let editing = false;
/** The text as the vault has it. */
let kept = '';
/** Counts questions to the desk: only the newest answer is shown. */
let asked = 0;

/** @param {string} what @param {BodyInit} body @param {Record<string, string>} headers */
async function post(what, body, headers) {
  const silence = { error: 'The desk did not answer. Is it still running?' };
  const answer = await fetch(`${at}/${what}`, { method: 'POST', headers: { 'x-csrf': csrf, ...headers }, body }).catch(() => null);
  const told = await answer?.json().catch(() => silence) ?? silence;
  if (!answer?.ok) throw new Error(told.error);
  return told;
}

/** @param {string} what @param {object} body @returns {Promise<Reading | null>} null if a newer question was asked */
async function ask(what, body) {
  const number = ++asked;
  const told = await post(what, JSON.stringify(body), { 'content-type': 'application/json' });
  return number === asked ? told : null;
}

/** @param {string} what @param {object} [body] */
async function change(what, body = {}) {
  const sent = text();
  try {
    const told = await ask(what, { text: sent, ...body });
    if (what !== 'read') kept = told?.text ?? sent;
    // Typed on meanwhile: the next question is on its way, and what was typed must stay.
    if (told && !(editing && text() !== sent)) show(told);
    return true;
  } catch (error) {
    say.textContent = /** @type {Error} */ (error).message;
    return false;
  }
}

const text = () => page.textContent ?? '';

/** The text's one node. Editors put in others: they are joined. */
function node() {
  if (page.childNodes.length !== 1 || page.firstChild?.nodeType !== Node.TEXT_NODE) page.textContent = page.textContent || ' ';
  return /** @type {Text} */ (page.firstChild);
}

/** @param {number} start @param {number} end */
function range(start, end) {
  const whole = node();
  const of = new Range();
  of.setStart(whole, Math.min(start, whole.length));
  of.setEnd(whole, Math.min(end, whole.length));
  return of;
}

/** @param {Reading} told */
function show(told) {
  reading = told;
  if (text() !== told.text) {
    page.textContent = told.text;
    chosen = null;
  }
  for (const tint of TINTS) CSS.highlights.delete(tint);
  for (const tint of TINTS) {
    const places = told.marks.filter((mark) => tintOf(mark) === tint).map((mark) => range(mark.start, mark.end));
    if (places.length) CSS.highlights.set(tint, new Highlight(...places));
  }
  const comments = told.candidates.map((one) => range(one.start, one.end));
  if (comments.length) CSS.highlights.set('candidate', new Highlight(...comments));
  else CSS.highlights.delete('candidate');
  const focused = document.activeElement !== document.body;
  fill(told);
  // The button that did it may be gone: go on from the text.
  if (focused && document.activeElement === document.body) page.focus({ preventScroll: true });
  drawCrowd(/** @type {SVGSVGElement} */ (/** @type {unknown} */ (document.getElementById('crowd'))), told.crowd);
  drawCurve(/** @type {SVGSVGElement} */ (/** @type {unknown} */ (document.getElementById('curve'))), told.history, told.crowd.k);
  mark();
  papers.refresh();
}

/** @param {MarkSeen} seen */
const tintOf = (seen) => TINTS[seen.cost] ?? 'kept';

/** Draws what is chosen. */
function mark() {
  CSS.highlights.delete('chosen');
  if (chosen) CSS.highlights.set('chosen', new Highlight(range(chosen.start, chosen.end)));
  fromSource.disabled = !chosen;
  bench.classList.toggle('editing', editing);
}

/** @param {{ start: number, end: number } | null} what */
function choose(what) {
  chosen = what;
  mark();
  if (!what || !reading) return;
  const seen = reading.marks.find((one) => one.start < what.end && what.start < one.end);
  const quote = text().slice(what.start, what.end).trim();
  const about = seen ? words.mark(seen) : reading.candidates.find((one) => one.start < what.end && what.start < one.end)?.comment ?? '';
  say.textContent = about ? `${quote} — ${about}` : quote;
  const { top, bottom } = range(what.start, what.end).getBoundingClientRect();
  if (top < innerHeight / 4 || bottom > innerHeight * 0.9) scrollBy({ top: top - innerHeight / 3 });
}

/** @param {number} offset */
const sentenceAt = (offset) => reading?.sentences.find(({ end }) => offset < end) ?? null;

/** @param {number} step 1 for the next sentence, -1 for the one before */
function move(step) {
  const all = reading?.sentences ?? [];
  const now = chosen ? all.findIndex(({ end }) => /** @type {{ start: number }} */ (chosen).start < end) : -1;
  choose(all[Math.max(0, Math.min(all.length - 1, now + step))] ?? null);
}

function ask_who() {
  if (!chosen || !reading) return;
  form.reset();
  const { start, end } = chosen;
  const seen = reading.marks.find((one) => one.start < end && start < one.end);
  const candidate = reading.candidates.find((one) => one.start < end && start < one.end);
  /** @type {HTMLElement} */ (document.getElementById('box-quote')).textContent = text().slice(start, end).trim();
  /** @type {HTMLElement} */ (document.getElementById('box-comment')).textContent = candidate ? `Comment: ${candidate.comment}` : '';
  if (seen) {
    form.who.value = seen.who;
    form.many.value = seen.many;
    form.coarser.value = seen.coarser?.text ?? '';
    form.coarser_who.value = seen.coarser?.who ?? '';
    form.coarser_many.value = seen.coarser?.many ?? '';
    form.terms.value = seen.agreed.terms;
    form.asked.value = seen.agreed.asked;
    form.not_before.value = seen.agreed.not_before.slice(0, 'yyyy-mm-dd'.length);
    const said = form.terms.selectedIndex > 0 || form.asked.selectedIndex > 0 || form.not_before.value !== '';
    /** @type {HTMLDetailsElement} */ (form.terms.closest('details')).open = said;
    if (seen.coarser) /** @type {HTMLDetailsElement} */ (form.coarser.closest('details')).open = true;
  }
  list(/** @type {HTMLElement} */ (document.getElementById('circles')), reading.circles.map((circle) => {
    const option = document.createElement('option');
    option.value = circle.name;
    option.label = circle.many;
    return option;
  }));
  /** @type {HTMLElement} */ (document.getElementById('box-error')).textContent = '';
  box.showModal();
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const submitter = /** @type {HTMLButtonElement | null} */ (event.submitter);
  if (submitter?.value === 'cancel' || !chosen) {
    box.close();
    return;
  }
  const { start, end } = chosen;
  const told = await ask('mark', {
    text: text(), start, end, who: form.who.value, many: form.many.value,
    agreed: { terms: form.terms.value, asked: form.asked.value, not_before: form.not_before.value },
    coarser: form.coarser.value, coarser_who: form.coarser_who.value, coarser_many: form.coarser_many.value,
  }).catch((error) => {
    /** @type {HTMLElement} */ (document.getElementById('box-error')).textContent = error.message;
    return null;
  });
  if (!told) return;
  box.close();
  kept = told.text;
  show(told);
  page.focus();
});
// Who could have known is known already for a circle that was named before.
form.who.addEventListener('change', () => {
  const known = reading?.circles.find((circle) => circle.name === form.who.value);
  if (known && !form.many.value) form.many.value = known.many;
});
form.file.addEventListener('change', async () => {
  const file = form.file.files?.[0];
  if (!file) return;
  const error = /** @type {HTMLElement} */ (document.getElementById('box-error'));
  error.textContent = '';
  const headers = { 'content-type': 'application/octet-stream', 'x-name': encodeURIComponent(file.name) };
  const told = await post('circle', file, headers).catch((trouble) => {
    error.textContent = trouble.message;
    return null;
  });
  if (!told) return;
  form.who.value = told.name;
  form.many.value = told.many;
  reading?.circles.push(told);
});

page.addEventListener('click', (event) => {
  if (editing) return;
  const selection = getSelection();
  if (selection && !selection.isCollapsed && page.contains(selection.anchorNode)) {
    const of = selection.getRangeAt(0);
    choose({ start: of.startOffset, end: of.endOffset });
    return;
  }
  const caret = document.caretPositionFromPoint?.(event.clientX, event.clientY);
  if (caret && page.contains(caret.offsetNode)) choose(sentenceAt(caret.offset));
});

page.addEventListener('keydown', (event) => {
  if (!editing && (event.ctrlKey || event.metaKey) && event.key === 'z') {
    event.preventDefault();
    undo();
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (editing) {
    if (event.key === 'Escape') edit(false);
    return;
  }
  /** @type {Record<string, () => void>} */
  const keys = {
    ArrowDown: () => move(1), ArrowRight: () => move(1), ArrowUp: () => move(-1), ArrowLeft: () => move(-1),
    f: ask_who, F: ask_who, e: () => edit(true), Escape: () => choose(null),
    Delete: () => unmark(), Backspace: () => unmark(),
  };
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

function unmark() {
  const seen = reading?.marks.find((one) => chosen && one.start < chosen.end && chosen.start < one.end);
  if (seen) change('unmark', { mark: seen.id });
}

async function limit() {
  const audience = /** @type {HTMLInputElement} */ (document.getElementById('audience'));
  const k = /** @type {HTMLInputElement} */ (document.getElementById('k'));
  if (!k.reportValidity() || !await change('limit', { audience: audience.value, k: Number(k.value) })) return;
  const limits = /** @type {HTMLDetailsElement} */ (audience.closest('details'));
  limits.open = false;
  limits.querySelector('summary')?.focus();
}

async function undo() {
  if (editing) await edit(false);
  const back = reading?.undo;
  if (back && await change('undo')) say.textContent = `Undone: ${back}.`;
}

/** @param {boolean} on */
async function edit(on) {
  editing = on;
  const from = chosen?.start ?? 0;
  if (on) page.setAttribute('contenteditable', 'plaintext-only');
  else page.removeAttribute('contenteditable');
  page.setAttribute('aria-readonly', String(!on));
  editor.textContent = on ? 'Done' : 'Edit the text';
  editor.setAttribute('aria-pressed', String(on));
  choose(null);
  page.focus();
  // A browser puts no caret into what had the focus before it could be edited.
  if (on && !page.contains(getSelection()?.anchorNode ?? null)) getSelection()?.collapse(node(), Math.min(from, node().length));
  clearTimeout(pause);
  clearTimeout(keep);
  if (!on) await change('save');
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let pause;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let keep;
page.addEventListener('input', () => {
  clearTimeout(pause);
  clearTimeout(keep);
  pause = setTimeout(() => change('read'), PAUSE_MS);
  keep = setTimeout(() => change('save'), KEEP_MS);
});
addEventListener('pagehide', () => {
  if (!editing || text() === kept) return;
  const body = JSON.stringify({ text: text() });
  fetch(`${at}/save`, {
    method: 'POST', headers: { 'content-type': 'application/json', 'x-csrf': csrf }, body,
    keepalive: new Blob([body]).size < FAREWELL_BYTES,
  });
});

fromSource.addEventListener('click', ask_who);
editor.addEventListener('click', () => edit(!editing));
bench.addEventListener('click', (event) => {
  const button = event.target instanceof Element ? event.target.closest('button[data-do]') : null;
  if (!(button instanceof HTMLButtonElement) || !reading) return;
  const { do: what = '', id = '', answer = '' } = button.dataset;
  if (what === 'apply') change('apply', { changes: reading.plan.filter((one) => id === 'all' || String(one.mark) === id) });
  else if (what === 'unmark') change('unmark', { mark: Number(id) });
  else if (what === 'answer') change('answer', { question: reading.question, answer });
  else if (what === 'undo') undo();
  else if (what === 'clean') change('clean');
  else if (what === 'limit') limit();
  else if (papers.act(what, Number(id))) return;
  else if (what === 'gone') release(reading.marks);
  else if (what === 'find') {
    const seen = reading.marks.find((one) => String(one.id) === id);
    if (seen) choose(seen);
    page.focus();
  } else if (what === 'candidate') {
    const one = reading.candidates[Number(id)];
    if (one) {
      choose({ start: one.start, end: one.end });
      ask_who();
    }
  }
});

const papers = setUpPapers({
  ask: post, text, range,
  choose(what) {
    choose(what);
    page.focus({ preventScroll: true });
  },
});
const release = setUpRelease(async (gone) => {
  const told = await ask('record', { text: text(), ...gone });
  if (told) {
    kept = told.text;
    show(told);
  }
});

change('read', { text: null }).then(() => {
  kept = reading?.text ?? '';
});
