// @ts-check
/**
 * The drawer: where a source writes and reads. It opens without any request, keeps everything in memory, and
 * shows what comes from outside as text, never as markup.
 */
import { Conversation } from './conversation.js';
import { WORD_COUNT, generate, isKnown, master, suggestions, uniform, wordsIn } from './passphrase.js';
import * as say from './say.js';
import { Outbox } from './outbox.js';
import { nextSlot } from './schedule.js';
import { deflate, sealedElsewhere } from './text.js';
import { BODY, MAX_FRAGMENTS, WireError } from './wire.js';
import { WORDS } from './words.js';

/** @typedef {import('./bytes.js').Bytes} Bytes */
/** @typedef {import('./types').ToWorker} ToWorker */
/** @typedef {import('./types').FromWorker} FromWorker */
/** @typedef {import('./types').Keys} Keys */
/** @typedef {'closed' | 'start' | 'words' | 'check' | 'resume' | 'write'} Step */

const CHECKS = 3;
const CHOICES = 4;
const SUGGESTIONS = 4;
const unixTime = () => Math.floor(Date.now() / 1_000);

/** @template {HTMLElement} T @param {string} id @returns {T} an element of templates/drawer.html */
const part = (id) => /** @type {T} */ (document.getElementById(`drawer-${id}`));

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag @param {string} text @param {string} [className]
 */
function element(tag, text, className = '') {
  const made = document.createElement(tag);
  made.textContent = text;
  made.className = className;
  return made;
}

/** @param {HTMLElement | null} place @param {string} text changes only what has changed, so that it is read out once */
function put(place, text) {
  if (place && place.textContent !== text) place.textContent = text;
}

/** @param {string} text @returns {Promise<number>} bytes that it takes in packets; infinite if it cannot be sent */
async function sizeOf(text) {
  try {
    const sealed = sealedElsewhere(text);
    return sealed ? sealed.length * BODY : (await deflate(text)).length;
  } catch {
    return Infinity;
  }
}

/** A message ready to be sent. @typedef {{ message: string, fragments: import('./types').ToSend[], tags: [string, string][] }} Written */

/** @param {Bytes[]} envelopes sealed elsewhere @returns {Written} */
const carry = (envelopes) => ({ message: crypto.randomUUID(), fragments: envelopes.map((inner) => ({ inner })), tags: [] });

export class Drawer {
  /** @type {string[]} the seven words, until they have been learnt */
  #words = [];
  /** @type {number[]} places of words still to be asked for */
  #asked = [];
  /** @type {Bytes | null} */
  #master = null;
  /** @type {Map<string, Conversation>} by desk */
  #conversations = new Map();
  /** Messages of this visit. @type {Map<string, { item: HTMLElement, chars: number, done: boolean }>} */
  #sent = new Map();
  /** When earlier messages were written, by id. @type {Map<string, number>} */
  #times = new Map();
  /** What the text field held when the page was hidden. */
  #kept = '';
  /** @type {Keys | null} */
  #keys = null;
  /** @type {{ visit: number, here: number }} one moment on the worker's clock and on this page's */
  #clock = { visit: 0, here: 0 };
  /** @type {import('./outbox.js').Progress[]} */
  #progress = [];
  /** Counts what is typed and what is wiped, so that a slow answer to an old question is not shown. */
  #measuring = 0;
  #visit = 0;
  /** Whether the words come from an earlier visit. */
  #again = false;
  /** @type {import('./page.js').Silence} */
  #silence = null;

  /**
   * @param {HTMLDialogElement} dialog @param {Bytes} site
   * @param {(message: ToWorker, transfer: Transferable[]) => void} tell
   */
  constructor(dialog, site, tell) {
    this.dialog = dialog;
    this.site = site;
    this.tell = tell;
    this.text = /** @type {HTMLTextAreaElement} */ (part('text'));
    this.phrase = /** @type {HTMLInputElement} */ (part('phrase'));
    document.addEventListener('click', (event) => this.#clickOutside(event));
    document.addEventListener('visibilitychange', () => this.#hideOrShow());
    dialog.addEventListener('click', (event) => this.#click(event));
    this.text.addEventListener('input', () => this.#measure());
    this.phrase.addEventListener('input', () => this.#suggest());
    this.phrase.addEventListener('keydown', ({ key }) => key === 'Enter' && this.#resume());
    setInterval(() => dialog.open && this.#showProgress(), 1_000);
    this.#go('closed');
  }

  /** @param {import('./page.js').Silence} silence why nothing is sent, or null while the schedule runs */
  setClosed(silence) {
    this.#silence = silence;
    if (silence) put(part('why'), say.WHY_CLOSED[silence]);
    this.#go(silence ? 'closed' : 'start');
  }

  /** Forgets everything: words, text, conversation. What has been sealed and waits for its slots still leaves. */
  wipe() {
    this.#visit += 1;
    this.#words = [];
    this.#asked = [];
    this.#master = null;
    this.#conversations.clear();
    this.#sent.clear();
    this.#times.clear();
    this.#kept = '';
    this.#progress = [];
    this.text.value = '';
    this.phrase.value = '';
    for (const id of ['words', 'choices', 'suggestions', 'messages', 'replies', 'question', 'say', 'room', 'phrase-note']) {
      part(id).replaceChildren();
    }
    this.tell({ type: 'wipe' }, []);
    if (this.dialog.open) this.dialog.close();
    this.#go(this.#silence ? 'closed' : 'start');
  }

  /** @param {FromWorker} message */
  hear(message) {
    if (message.type === 'keys') {
      this.#keys = message;
      this.#showKeys();
    } else if (message.type === 'progress') {
      this.#clock = { visit: message.at, here: performance.now() };
      this.#progress = message.progress;
      this.#showProgress();
    } else if (message.type === 'found') {
      this.#showFound(message);
    }
  }

  /** Milliseconds since the start of the visit, on the worker's clock. */
  #now() {
    return this.#clock.visit + performance.now() - this.#clock.here;
  }

  /** @param {Step} step */
  #go(step) {
    for (const section of this.dialog.querySelectorAll('section')) section.hidden = section.dataset.step !== step;
    const wipe = this.dialog.querySelector('[data-do=wipe]');
    if (wipe instanceof HTMLElement) wipe.hidden = step === 'closed' || step === 'start';
    this.dialog.scrollTop = 0;
    this.dialog.dataset.step = step;
    if (this.dialog.open) this.#focus();
    if (step !== 'write') put(part('say'), '');
  }

  #focus() {
    const heading = this.dialog.querySelector('section:not([hidden]) h2');
    if (heading instanceof HTMLElement) heading.focus();
  }

  /** @param {MouseEvent} event */
  #clickOutside(event) {
    const opener = event.target instanceof Element && event.target.closest('[data-drawer-open], #drawer-open');
    if (!opener || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.#showKeys();
    if (!this.dialog.open) this.dialog.showModal();
    this.dialog.scrollTop = 0;
    this.#focus();
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const button = event.target instanceof Element ? event.target.closest('button') : null;
    if (!button) return;
    const { do: act, word } = button.dataset;
    if (act === 'close') this.dialog.close();
    else if (act === 'wipe') this.wipe();
    else if (act === 'new') this.#begin();
    else if (act === 'words') this.#showWords();
    else if (act === 'check') this.#check();
    else if (act === 'choose') this.#answer(word ?? '');
    else if (act === 'suggest') this.#complete(word ?? '');
    else if (act === 'resume' || act === 'start') this.#go(act);
    else if (act === 'carry') this.#carry();
    else if (act === 'open') this.#resume();
    else if (act === 'send') this.#send();
  }

  /** While the page is hidden nothing of a source is in it. The text comes back with the reader. */
  #hideOrShow() {
    const hidden = document.hidden;
    if (hidden) {
      this.#kept = this.text.value;
      this.text.value = '';
      this.phrase.value = '';
    } else if (this.text.value === '') {
      this.text.value = this.#kept;
      this.#kept = '';
    }
    this.dialog.classList.toggle('drawer-hidden', hidden);
  }

  /** Carries text that was sealed elsewhere: no words are needed for that. */
  #carry() {
    this.#go('write');
    put(part('say'), say.CARRY);
    this.#showKeys();
    this.#measure();
  }

  #begin() {
    this.#words = generate();
    this.#showWords();
  }

  #showWords() {
    part('words').replaceChildren(...this.#words.map((word) => element('li', word)));
    this.#go('words');
  }

  #check() {
    part('words').replaceChildren();
    const places = this.#words.map((_, place) => place);
    this.#asked = Array.from({ length: CHECKS }, () => places.splice(uniform(places.length), 1)[0]);
    this.#ask();
  }

  #ask() {
    const right = this.#words[this.#asked[0]];
    const others = this.#words.filter((word) => word !== right);
    const choices = [right, others[uniform(others.length)]];
    while (choices.length < CHOICES) {
      const word = WORDS[uniform(WORDS.length)];
      if (!this.#words.includes(word) && !choices.includes(word)) choices.push(word);
    }
    const shuffled = Array.from({ length: CHOICES }, () => choices.splice(uniform(choices.length), 1)[0]);
    put(part('question'), say.question(this.#asked[0]));
    part('choices').replaceChildren(...shuffled.map((word) => {
      const button = element('button', word, 'button quiet');
      Object.assign(button, { type: 'button' });
      Object.assign(button.dataset, { do: 'choose', word });
      return button;
    }));
    this.#go('check');
  }

  /** @param {string} word */
  #answer(word) {
    if (word !== this.#words[this.#asked[0]]) {
      this.#showWords();
      put(part('say'), say.WRONG_WORD);
      return;
    }
    this.#asked.shift();
    if (this.#asked.length > 0) {
      this.#ask();
      return;
    }
    const words = this.#words;
    this.#words = [];
    part('choices').replaceChildren();
    this.#enter(words, false);
  }

  #suggest() {
    const typed = wordsIn(this.phrase.value);
    const last = /\s$/.test(this.phrase.value) ? '' : typed.at(-1) ?? '';
    const offered = isKnown(last) ? [] : suggestions(last, SUGGESTIONS);
    part('suggestions').replaceChildren(...offered.map((word) => {
      const button = element('button', word, 'button quiet');
      Object.assign(button, { type: 'button' });
      Object.assign(button.dataset, { do: 'suggest', word });
      return button;
    }));
    const wrong = typed.slice(0, last === '' ? undefined : -1).findIndex((word) => !isKnown(word));
    put(part('phrase-note'), wrong >= 0 ? say.unknownWord(wrong) : say.wordsSoFar(typed.length));
  }

  /** @param {string} word */
  #complete(word) {
    const before = this.phrase.value.replace(/\S*$/, '');
    this.phrase.value = `${before}${word} `;
    this.phrase.focus();
    this.#suggest();
  }

  #resume() {
    const words = wordsIn(this.phrase.value);
    const wrong = words.findIndex((word) => !isKnown(word));
    if (wrong >= 0 || words.length !== WORD_COUNT) {
      put(part('phrase-note'), wrong >= 0 ? say.unknownWord(wrong) : say.wordsSoFar(words.length));
      this.phrase.focus();
      return;
    }
    this.phrase.value = '';
    part('suggestions').replaceChildren();
    put(part('phrase-note'), '');
    this.#enter(words, true);
  }

  /** @param {string[]} words @param {boolean} again whether there may be something of earlier visits */
  async #enter(words, again) {
    const visit = this.#visit;
    this.#go('write');
    put(part('say'), say.OPENING);
    const made = await master(words, this.site);
    if (visit !== this.#visit) return;
    this.#master = made;
    this.#again = again;
    this.#showKeys();
    await this.#converse();
  }

  /** Takes up the conversations with all desks, once both words and desks are known. */
  async #converse() {
    const { tickSecs = 3_600, desks = [] } = this.#keys ?? {};
    if (!this.#master || desks.length === 0 || this.#conversations.size > 0) return;
    const visit = this.#visit;
    const all = await Promise.all(desks.map(({ id }) => Conversation.with(/** @type {Bytes} */ (this.#master), id)));
    const keys = await Promise.all(all.map((each) => each.replies(unixTime(), tickSecs)));
    /** @type {[string, string][]} */
    const tags = [];
    for (const each of this.#again ? all : []) {
      const found = await each.receipts(unixTime(), tickSecs);
      tags.push(...found.tags);
      for (const [id, time] of found.times) this.#times.set(id, time);
    }
    if (visit !== this.#visit || this.#conversations.size > 0) return;
    for (const each of all) this.#conversations.set(each.desk, each);
    this.tell({ type: 'watch', keys, tags }, []);
    put(part('say'), this.#again ? say.LOOKING : say.READY);
    this.#measure();
  }

  #showKeys() {
    const keys = this.#keys;
    put(part('keys'), say.keys(keys));
    put(part('crowd'), keys ? say.crowd(keys) : '');
    put(part('write-crowd'), keys ? say.crowdAt(keys, nextSlot(this.#now())) : '');
    const select = /** @type {HTMLSelectElement} */ (part('desk'));
    // In the order of names, as people look for them.
    const desks = [...(keys?.desks ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1));
    if ([...select.options].map(({ value }) => value).join() !== desks.map(({ id }) => id).join()) {
      select.replaceChildren(...desks.map(({ id, name }) => new Option(name, id)));
    }
    part('desk-row').hidden = desks.length < 2 || !this.#master;
    if (this.#master) this.#converse();
  }

  /** How much room the text takes, and how long it will be on its way. */
  async #measure() {
    this.#measuring += 1;
    const mine = this.#measuring;
    const text = this.text.value.trim();
    if (text === '') {
      put(part('room'), say.EMPTY);
      return;
    }
    const length = await sizeOf(text);
    if (mine !== this.#measuring) return;
    const fragments = Math.max(1, Math.ceil(length / BODY));
    const trial = new Outbox();
    trial.add('', '', Array.from({ length: Math.min(fragments, MAX_FRAGMENTS) }, () => ({})));
    const now = this.#now();
    put(part('room'), say.room(length / (BODY * MAX_FRAGMENTS), fragments, trial.progress(now)[0].doneAt - now));
  }

  async #send() {
    const text = this.text.value.trim();
    const desk = /** @type {HTMLSelectElement} */ (part('desk')).value;
    const conversation = this.#conversations.get(desk);
    if (text === '' || this.#keys?.state !== 'good') {
      put(part('say'), text === '' ? say.EMPTY : say.keys(this.#keys));
      return;
    }
    const visit = this.#visit;
    try {
      const sealed = sealedElsewhere(text);
      const written = sealed ? carry(sealed) : await conversation?.write(text, unixTime());
      if (visit !== this.#visit) return;
      if (!written) {
        put(part('say'), this.#master ? say.OPENING : say.CARRY);
        return;
      }
      this.#queue(written, sealed ? '' : desk, sealed ? 0 : text.length);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      put(part('say'), text.startsWith('-----') ? say.DAMAGED : say.TOO_LONG);
    }
  }

  /** @param {Written} written @param {string} desk @param {number} chars */
  #queue({ message, fragments, tags }, desk, chars) {
    this.text.value = '';
    this.#kept = '';
    this.tell({ type: 'expect', tags }, []);
    this.tell({ type: 'send', message, desk, fragments }, []);
    const item = element('li', '');
    part('messages').append(item);
    this.#sent.set(message, { item, chars, done: false });
    this.#measure();
    put(part('say'), say.QUEUED);
  }

  #showProgress() {
    for (const progress of this.#progress) {
      const sent = this.#sent.get(progress.message);
      if (!sent || sent.done) continue;
      const before = sent.item.dataset.state;
      const state = say.stateOf(progress);
      put(sent.item, say.progress(sent.chars, progress, progress.doneAt - this.#now()));
      sent.item.dataset.state = state;
      if (before && before !== state) put(part('say'), say.STATES[state]);
    }
  }

  /** @param {import('./types').Found} found */
  #showFound({ receipts, replies, partial, records }) {
    for (const id of receipts) {
      const known = this.#sent.get(id) ?? this.#earlier(id);
      if (!known || known.done) continue;
      known.done = true;
      known.item.dataset.state = 'confirmed';
      put(known.item, say.confirmed(known.chars, this.#times.get(id)));
      put(part('say'), say.STATES.confirmed);
    }
    const place = part('replies');
    const shown = new Set([...place.children].map((child) => child instanceof HTMLElement && child.dataset.reply));
    for (const reply of [...replies].sort((one, other) => one.written - other.written)) {
      if (shown.has(reply.id)) continue;
      const name = this.#keys?.desks.find(({ id }) => id === reply.desk)?.name ?? '';
      const article = element('article', '');
      article.dataset.reply = reply.id;
      const body = element('p', reply.text ?? say.UNREADABLE, 'drawer-reply');
      body.dir = 'auto';
      article.append(element('h3', say.replyFrom(name, reply.written)), body);
      place.append(article);
      put(part('say'), say.NEW_REPLY);
    }
    const quiet = this.#conversations.size > 0 && this.#again && this.#sent.size + replies.length === 0;
    if (quiet) put(part('say'), say.nothingYet(records, partial));
  }

  /** A message of an earlier visit whose receipt was found. @param {string} id */
  #earlier(id) {
    if (!this.#times.has(id)) return null;
    const known = { item: element('li', ''), chars: 0, done: false };
    part('messages').prepend(known.item);
    this.#sent.set(id, known);
    return known;
  }
}
