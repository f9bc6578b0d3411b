// @ts-check
/**
 * The Replay: shows what was computed when the page was built. Nothing is reckoned here but which figures are lit, nothing is fetched
 * and nothing is kept.
 */
(() => {
  'use strict';

  /**
   * @typedef {{ lo: number, hi: number, figure: string, beside: string, words: string, enough: boolean, verdict: string, source: string }} State
   * @typedef {{ each: number, columns: [number, number], places: number[], classes: [number, number][], states: State[],
   *   acts: [number, number, string][], options: number[][], table: number[], losses: number[][], best: number[] | null }} Data
   */

  const SVG = 'http://www.w3.org/2000/svg';
  const ACROSS = 22;
  const DOWN = 52;
  const PAUSE = 3600;

  /** @param {string} id @returns {any} */
  const $ = (id) => document.getElementById(id);
  /** @type {Data} */
  const data = JSON.parse($('data').textContent);
  const few = Number($('stage').dataset.few);
  const narrow = matchMedia('(max-width: 40rem)');
  const still = matchMedia('(prefers-reduced-motion: reduce)');

  /** How much of each figure is lit when those in the circles `needed` are left, of whom lo to hi count: [left, perhaps].
   * @param {number} needed @param {State} state @returns {[number, number][]} */
  function lights(needed, state) {
    /** @type {[number, number][]} */
    const out = data.places.map(() => [0, 0]);
    const rest = [state.lo, state.hi - state.lo];
    let at = 0;
    for (const [people, circles] of data.classes) {
      let lit = (circles & needed) === needed ? people : 0;
      let from = at;
      while (lit > 0 && rest[0] + rest[1] > 0) {
        const figure = Math.floor(from / data.each);
        const kind = rest[0] > 0 ? 0 : 1;
        const n = Math.min(lit, (figure + 1) * data.each - from, rest[kind]);
        out[figure][kind] += n / data.each;
        rest[kind] -= n;
        lit -= n;
        from += n;
      }
      at += people;
    }
    return out;
  }

  /** A crowd in an svg element.
   * @param {SVGSVGElement} svg */
  function crowd(svg) {
    const figures = /** @type {SVGUseElement[]} */ ([...svg.children]);
    /** The shift of each figure from its place, which the page was built with. */
    const wide = data.columns[0];
    const shifts = figures.map((f, i) => [
      Number(f.getAttribute('x')) - (data.places[i] % wide) * ACROSS,
      Number(f.getAttribute('y')) - Math.floor(data.places[i] / wide) * DOWN,
    ]);
    let columns = wide;

    function lay() {
      columns = data.columns[narrow.matches ? 1 : 0];
      figures.forEach((f, i) => {
        f.setAttribute('x', ((data.places[i] % columns) * ACROSS + shifts[i][0]).toFixed(1));
        f.setAttribute('y', (Math.floor(data.places[i] / columns) * DOWN + shifts[i][1]).toFixed(1));
      });
      svg.setAttribute('viewBox', `0 0 ${columns * ACROSS} ${Math.ceil(figures.length / columns) * DOWN}`);
    }

    /** @param {number} needed @param {State} state @param {boolean} at_once */
    function light(needed, state, at_once) {
      svg.classList.toggle('last', state.hi <= few);
      // One by one, in no order, and the fewer they are the slower.
      const span = at_once || still.matches ? 0 : 1500;
      lights(needed, state).forEach(([left, perhaps], i) => {
        const f = figures[i];
        f.style.setProperty('--d', `${(((data.places[i] * 7919) % 997) / 997 * span).toFixed(0)}ms`);
        f.classList.toggle('on', left > 0);
        f.classList.toggle('may', left === 0 && perhaps > 0);
        f.style.setProperty('--o', left > 0 ? Math.max(left, 0.35).toFixed(3) : '0');
      });
    }

    narrow.addEventListener('change', lay);
    lay();
    return { light };
  }

  // --- sentence by sentence ---

  const acts = /** @type {HTMLElement[]} */ ([...$('acts').children]);
  // The second crowd is a copy of the first, made before either is laid out.
  const copy = /** @type {SVGSVGElement} */ ($('new-crowd'));
  copy.append(...[...$('crowd').children].map((f) => f.cloneNode()));
  const stage = crowd($('crowd'));
  const scrub = /** @type {HTMLInputElement} */ ($('scrub'));
  const last = acts.length - 1;
  let now = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let playing;

  /** Those who are left, large, one figure each.
   * @param {State} state */
  function front(state) {
    const svg = $('few');
    svg.replaceChildren();
    $('few-scale').hidden = state.hi > few;
    if (state.hi > few) return;
    for (let i = 0; i < state.hi; i++) {
      const use = document.createElementNS(SVG, 'use');
      use.setAttribute('href', `#f${(i * 5 + 1) % 6}`);
      use.setAttribute('x', String(i * ACROSS + 1));
      use.setAttribute('y', '1');
      use.classList.add(i < state.lo ? 'on' : 'may');
      svg.append(use);
    }
    svg.setAttribute('viewBox', `0 0 ${state.hi * ACROSS} 47`);
  }

  /** @param {number} act @param {boolean} aloud */
  function show(act, aloud) {
    now = Math.max(0, Math.min(last, act));
    const [needed, which, said] = data.acts[now];
    const state = data.states[which];
    acts.forEach((li, i) => li.classList.toggle('now', i === now));
    stage.light(needed, state, !aloud);
    front(state);
    scrub.value = String(now);
    scrub.setAttribute('aria-valuetext', said);
    $('back').disabled = now === 0;
    $('next').disabled = now === last;
    if (aloud) $('say').textContent = said;
    if (now === last) stop();
  }

  function stop() {
    clearInterval(playing);
    playing = undefined;
    $('play').setAttribute('aria-pressed', 'false');
    $('play').lastElementChild.textContent = now === last ? 'Again' : 'Play';
  }

  function play() {
    if (playing !== undefined) return stop();
    show(now === last ? 0 : now + 1, true);
    if (now === last) return;
    playing = setInterval(() => show(now + 1, true), PAUSE);
    $('play').setAttribute('aria-pressed', 'true');
    $('play').lastElementChild.textContent = 'Pause';
  }

  /** @param {number} act */
  function go(act) {
    stop();
    show(act, true);
    if (playing === undefined) $('play').lastElementChild.textContent = now === last ? 'Again' : 'Play';
  }

  scrub.addEventListener('input', () => go(Number(scrub.value)));
  $('back').addEventListener('click', () => go(now - 1));
  $('next').addEventListener('click', () => go(now + 1));
  $('play').addEventListener('click', play);
  $('stage').addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    if (event.target === scrub || event.altKey || event.ctrlKey || event.metaKey) return;
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    go(now + step);
  });
  // On paper the crowd is shown as it was at the end.
  addEventListener('beforeprint', () => stage.light(data.acts[last][0], data.states[data.acts[last][1]], true));
  addEventListener('afterprint', () => show(now, false));

  $('acts').classList.add('live');
  $('controls').hidden = false;
  const wanted = acts.findIndex((li) => `#${li.id}` === location.hash);
  show(wanted < 0 ? 0 : wanted, false);

  // --- rewrite it ---

  const choices = /** @type {HTMLFormElement} */ ($('choices'));
  const rewritten = crowd(copy);

  function chosen() {
    const form = new FormData(choices);
    return data.options.map((_, s) => Number(form.get(`s${s}`)));
  }

  /** @param {boolean} aloud */
  function rewrite(aloud) {
    const picked = chosen();
    let index = 0;
    let needed = 0;
    picked.forEach((o, s) => {
      index = index * data.options[s].length + o;
      const bit = data.options[s][o];
      if (bit >= 0) needed |= 1 << bit;
    });
    const state = data.states[data.table[index]];
    $('new-figure').textContent = state.figure;
    $('new-beside').textContent = state.beside;
    $('new-verdict').textContent = state.verdict;
    $('new-verdict').classList.toggle('enough', state.enough);
    $('new-source').textContent = state.source;
    rewritten.light(needed, state, !aloud);
    if (aloud) $('new-say').textContent = `${state.words} ${state.verdict} ${state.source}`.trim();
  }

  /** @param {number[]} options */
  function pick(options) {
    options.forEach((o, s) => {
      const radio = /** @type {HTMLInputElement | null} */ (choices.querySelector(`input[name="s${s}"][value="${o}"]`));
      if (radio) radio.checked = true;
    });
    rewrite(true);
  }

  choices.addEventListener('change', () => rewrite(true));
  choices.addEventListener('submit', (event) => event.preventDefault());
  $('plan')?.addEventListener('click', () => pick(data.best ?? []));
  $('printed').addEventListener('click', () => pick(data.options.map(() => 0)));
  for (const part of ['choices', 'result']) $(part).hidden = false;
  rewrite(false);
})();
