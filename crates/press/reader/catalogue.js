// @ts-check
/**
 * What the script says, in the paper's language. The edition prints the words of its Fluent catalogue into the drawer,
 * in a form that needs no Fluent here: text with {variables}, or a choice of such texts by one number.
 */

/** @typedef {string | [by: string, cases: { [numberOrCategory: string]: string }, otherwise: string]} Words */

/** @type {{ [key: string]: Words }} */
const all = JSON.parse(document.getElementById('drawer')?.dataset.says ?? '{}');
const language = document.documentElement.lang;
// Digits as the pages print them.
const options = /** @type {const} */ ({ numberingSystem: 'latn' });
const numbers = new Intl.NumberFormat(language, options);
const plurals = new Intl.PluralRules(language);
const times = new Intl.DateTimeFormat(language, { ...options, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/**
 * @param {string} key of words/en.ftl, without its "say-"
 * @param {{ [variable: string]: string | number }} [given] numbers are written as the language does; text as it is
 * @returns {string}
 */
export function phrase(key, given = {}) {
  const words = all[key];
  let text = words;
  if (typeof words === 'object') {
    const [by, cases, otherwise] = words;
    const number = Number(given[by]);
    text = cases[number] ?? cases[plurals.select(number)] ?? otherwise;
  }
  return String(text).replace(/\{(\w+)\}/g, (_, name) => {
    const value = given[name];
    return typeof value === 'number' ? numbers.format(value) : value;
  });
}

/** @param {number} unix @returns {string} a moment on this computer's clock, as the paper writes its days */
export function moment(unix) {
  const at = new Date(unix * 1_000);
  const month = all[`month-${at.getMonth() + 1}`];
  const date = phrase('date', { day: String(at.getDate()), month: String(month), year: String(at.getFullYear()) });
  return phrase('when', { date, time: times.format(at) });
}
