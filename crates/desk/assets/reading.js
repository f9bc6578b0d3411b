// @ts-check
/** Puts a reading into the page, in words. */
import { spoken } from './crowd.js';

/** @typedef {import('./draft').Reading} Reading */
/** @typedef {import('./draft').MarkSeen} MarkSeen */

/** @param {string} id */
export const part = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @param {HTMLElement} place @param {Element[]} children */
export function list(place, children) {
  place.replaceChildren(...children);
}

/** @param {string} name @param {string | (Node | string)[]} [inside] @param {string} [kind] */
export function element(name, inside = [], kind = '') {
  const made = document.createElement(name);
  made.append(...(typeof inside === 'string' ? [inside] : inside));
  if (kind) made.className = kind;
  return made;
}

/** A button of a list; `about` tells it from the others for those who hear it. @param {string} label @param {Record<string, string>} data @param {string} about */
export function button(label, data, about) {
  const made = element('button', label, 'button quiet small');
  made.setAttribute('aria-label', `${label}: ${about}`);
  Object.assign(made, { type: 'button' });
  Object.assign(made.dataset, data);
  return made;
}

export const words = {
  /** @param {MarkSeen} mark */
  mark(mark) {
    if (mark.cost === 4) return 'This sentence is not in the text any more, or not as it was. Unmark it, or mark it anew.';
    return `Known to: ${mark.who} (${mark.many}). ${mark.without ?? ''}`;
  },
};

const COSTS = ['Costs nothing', 'Costs little', 'Costs much', 'Costs most', 'Lost'];

const days = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });

/** @param {import('./draft').Past} past */
function release(past) {
  const left = element('strong', `${spoken(past.left)} left`);
  if (!past.kind) return element('li', ['With this draft: ', left]);
  const to = past.to ? ` to ${past.to}` : '';
  return element('li', [`${past.name} `, element('span', `${past.kind}${to}, ${days.format(new Date(past.at))}`, 'meta'), ' ', left]);
}

/** @param {Reading} reading */
export function fill(reading) {
  const verdict = part('verdict');
  verdict.dataset.state = reading.verdict.state;
  part('verdict-title').textContent = reading.verdict.title;
  part('verdict-line').textContent = reading.verdict.line;
  list(part('marks'), reading.marks.map((mark) => element('li', [
    element('q', mark.quote), ' ',
    element('span', `${COSTS[mark.cost]}. ${words.mark(mark)}`, 'meta'),
    element('span', [button('Show', { do: 'find', id: String(mark.id) }, mark.quote), ' ', button('Unmark', { do: 'unmark', id: String(mark.id) }, mark.quote)], 'tools'),
  ], `cost-${mark.cost}`)));
  part('marks-none').hidden = reading.marks.length > 0;
  list(part('candidates'), reading.candidates.map((one, at) => element('li', [
    element('q', one.quote), ' ', element('span', one.comment, 'meta'), ' ',
    button('From the source', { do: 'candidate', id: String(at) }, one.quote),
  ])));
  part('candidates-part').hidden = reading.candidates.length === 0;
  list(part('plan'), reading.plan.map((one) => element('li', [
    one.to === null ? 'Leave out: ' : 'Say instead: ',
    one.to === null ? element('del', one.from) : element('ins', one.to), ' ',
    button('Do it', { do: 'apply', id: String(one.mark) }, one.from),
  ])));
  part('plan-line').textContent = reading.plan_line;
  // As long as nothing is told there is no crowd to speak of, and no way back.
  const empty = reading.verdict.state === 'empty';
  part('crowd').toggleAttribute('hidden', empty);
  part('crowd-note').hidden = empty;
  part('plan-part').hidden = empty || reading.plan_line === '';
  part('plan-all').hidden = reading.plan.length < 2;
  for (const [id, lines] of /** @type {[string, string[]][]} */ ([['nobody', reading.nobody], ['broken', reading.broken], ['wrongly', reading.wrongly]])) {
    list(part(id), lines.map((line) => element('li', line)));
    part(`${id}-part`).hidden = lines.length === 0;
  }
  part('question-part').hidden = reading.question === null;
  part('question').textContent = reading.question?.words ?? '';
  part('history-part').hidden = reading.history.length === 0;
  list(part('history'), reading.history.map(release));
  /** @type {HTMLOListElement} */ (part('history')).start = reading.earlier + 1;
  part('earlier').textContent = reading.earlier ? `${reading.earlier} older ones are counted and not listed.` : '';
  part('limits-line').textContent = `Read for ${reading.audience || 'everybody'}; ${spoken([reading.crowd.k, reading.crowd.k])} people are enough`;
  list(part('audiences'), reading.audiences.map((name) => Object.assign(document.createElement('option'), { value: name })));
  const limits = /** @type {HTMLDetailsElement} */ (part('limits'));
  if (!limits.open) {
    /** @type {HTMLInputElement} */ (part('audience')).value = reading.audience;
    /** @type {HTMLInputElement} */ (part('k')).value = String(reading.crowd.k);
  }
  const undo = part('undo');
  undo.hidden = reading.undo === null;
  undo.textContent = `Undo ${reading.undo ?? ''}`;
}
