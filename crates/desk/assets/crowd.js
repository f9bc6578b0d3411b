// @ts-check
/** The crowd as people, and how it has shrunk. Drawn, and said in words for those who do not see it. */

/** @typedef {import('./draft').Crowd} Crowd */
/** @typedef {import('./draft').Past} Past */

const SVG = 'http://www.w3.org/2000/svg';
/** Figures at most; a larger crowd has several people to each. */
const MOST = 240;
const COLUMNS = 30;
/** The fewest figures in a row, so that a few do not become giants. */
const FEWEST = 14;
/** Each figure goes out so many milliseconds after the one before. */
const STEP_MS = 4;

/** @param {string} name @param {Record<string, string | number>} attributes */
function element(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

/** A round number of people for each figure: 1, 2, 5, 10, 20 … @param {number} total */
function people(total) {
  for (let ten = 1; ; ten *= 10) {
    for (const each of [ten, 2 * ten, 5 * ten]) if (total / each <= MOST) return each;
  }
}

const number = new Intl.NumberFormat('en');

/** @param {[number, number]} span */
export const spoken = ([low, high]) => (low === high ? number.format(low) : `${number.format(low)} to ${number.format(high)}`);

/** @param {SVGSVGElement} place @param {Crowd} crowd */
export function drawCrowd(place, crowd) {
  const total = Math.max(crowd.of, crowd.left[1], 1);
  const each = people(total);
  const figures = Math.ceil(total / each);
  const [sure, perhaps] = crowd.left.map((count) => (count === 0 ? 0 : Math.max(1, Math.round(count / each))));
  while (place.childElementCount < figures) {
    const figure = element('g', { class: 'person' });
    figure.append(element('circle', { cx: 5, cy: 4, r: 2.6 }), element('path', { d: 'M.8 14.5c0-4.2 1.6-6.7 4.2-6.7s4.2 2.5 4.2 6.7z' }));
    place.append(figure);
  }
  while (place.childElementCount > figures) place.lastElementChild?.remove();
  const columns = Math.min(COLUMNS, Math.max(FEWEST, Math.ceil(Math.sqrt(figures * 5))));
  const rows = Math.ceil(figures / columns);
  place.setAttribute('viewBox', `0 0 ${columns * 12} ${Math.max(1, rows) * 18}`);
  [...place.children].forEach((figure, at) => {
    const of = /** @type {SVGGElement} */ (figure);
    // Spread over the picture, so that those who stay are not a block: each step is prime to the number of figures.
    const rank = (at * stride(figures)) % figures;
    of.setAttribute('transform', `translate(${(at % columns) * 12 + 1} ${Math.floor(at / columns) * 18 + 1})`);
    of.setAttribute('class', `person ${rank < sure ? 'in' : rank < perhaps ? 'perhaps' : 'out'}`);
    of.style.transitionDelay = `${(figures - rank) * STEP_MS}ms`;
  });
  const stands = each > 1 ? ` Each figure stands for ${number.format(each)} people.` : '';
  place.setAttribute('aria-label', `${spoken(crowd.left)} of ${number.format(total)} people are left.${stands}`);
  const note = document.getElementById('crowd-note');
  if (note) note.textContent = `${spoken(crowd.left)} of ${number.format(total)} people left; ${number.format(crowd.k)} are needed.${stands}`;
}

/** A step that visits every figure once. @param {number} figures */
function stride(figures) {
  const common = (/** @type {number} */ a, /** @type {number} */ b) => {
    while (b) [a, b] = [b, a % b];
    return a;
  };
  let step = Math.max(1, Math.round(figures * 0.618));
  while (common(step, figures) !== 1) step += 1;
  return step;
}

const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
/** Up to so many steps both ends of a figure have room. */
const ROOMY = 5;

/**
 * The crowd after each thing that went out, and after this draft, on a logarithmic scale. The list under it says the same.
 * @param {SVGSVGElement} place @param {Past[]} history @param {number} k
 */
export function drawCurve(place, history, k) {
  place.replaceChildren();
  if (history.length === 0) return;
  const [width, height, top, foot, side, edge] = [360, 150, 22, 24, 4, 306];
  const most = Math.log10(Math.max(10, 2 * k, ...history.map((past) => past.left[1])));
  const floor = height - foot;
  const y = (/** @type {number} */ count) => top + (floor - top) * (1 - Math.log10(Math.max(1, count)) / most);
  const x = (/** @type {number} */ at) => side + ((edge - side) * at) / history.length;
  place.setAttribute('viewBox', `0 0 ${width} ${height}`);
  const steps = (/** @type {0 | 1} */ end) => history.map((past, at) => `${at ? 'L' : 'M'}${x(at)} ${y(past.left[end])}H${x(at + 1)}`).join('');
  /** @param {string} words @param {Record<string, string | number>} where */
  const write = (words, where) => {
    const label = element('text', where);
    label.textContent = words;
    place.append(label);
  };
  place.append(
    element('rect', { class: 'too-few', x: side, width: edge - side, y: y(k), height: floor - y(k) }),
    element('path', { class: 'span', d: `${steps(1)}${history.map((_, at) => history.length - 1 - at).map((at) => `L${x(at + 1)} ${y(history[at]?.left[0] ?? 1)}H${x(at)}`).join('')}Z` }),
    element('line', { class: 'need', x1: side, x2: edge, y1: y(k), y2: y(k) }),
    element('path', { class: 'low', d: steps(0) }),
  );
  write(`needs ${short.format(k)}`, { class: 'need', x: edge + 4, y: y(k) + 4 });
  history.forEach((past, at) => {
    const middle = (x(at) + x(at + 1)) / 2;
    const [low, high] = past.left;
    const count = low === high || history.length > ROOMY ? short.format(low) : `${short.format(low)}–${short.format(high)}`;
    write(count, { class: 'count', x: middle, y: y(history.length > ROOMY ? low : high) - 6, 'text-anchor': 'middle' });
    write(past.kind ? String(at + 1) : 'this draft', { x: middle, y: height - 6, 'text-anchor': 'middle' });
  });
  place.setAttribute('aria-label', `People left after each release: ${history.map((past) => `${past.name}: ${spoken(past.left)}`).join('; ')}. Needed: ${k}.`);
}
