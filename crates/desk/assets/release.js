// @ts-check
/** What has gone out: how, to whom, when, and which of the marked sentences were in it. */

/** @typedef {import('./draft').MarkSeen} MarkSeen */
/** @typedef {{ kind: string, name: string, to: string, on: string, marks: number[] }} Gone */

const box = /** @type {HTMLDialogElement} */ (document.getElementById('gone'));
const form = /** @type {HTMLFormElement} */ (box.querySelector('form'));
const marks = /** @type {HTMLElement} */ (document.getElementById('gone-marks'));
const error = /** @type {HTMLElement} */ (document.getElementById('gone-error'));
const to = /** @type {HTMLElement} */ (document.getElementById('to-part'));

/** @param {MarkSeen} mark */
function choice(mark) {
  const label = document.createElement('label');
  const tick = document.createElement('input');
  Object.assign(tick, { type: 'checkbox', name: 'mark', value: String(mark.id), checked: mark.cost !== 4 });
  label.className = 'choice';
  label.append(tick, ` ${mark.quote}`);
  return label;
}

function kind() {
  const sent = ['question', 'copy'].includes(form.kind.value);
  to.hidden = !sent;
  form.to.required = sent;
}

/**
 * Gives a function that asks. What was said is handed to `record`; what that throws is shown, and nothing is lost.
 * @param {(gone: Gone) => Promise<void>} record
 */
export function setUpRelease(record) {
  form.addEventListener('change', kind);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const submitter = /** @type {HTMLButtonElement | null} */ (event.submitter);
    if (submitter?.value === 'cancel') {
      box.close();
      return;
    }
    const ticked = [...marks.querySelectorAll('input:checked')].map((tick) => Number(/** @type {HTMLInputElement} */ (tick).value));
    try {
      await record({ kind: form.kind.value, name: form.what.value, to: to.hidden ? '' : form.to.value, on: form.on.value, marks: ticked });
      box.close();
    } catch (trouble) {
      error.textContent = /** @type {Error} */ (trouble).message;
    }
  });
  return (/** @type {MarkSeen[]} */ all) => {
    form.reset();
    error.textContent = '';
    form.on.value = new Date().toISOString().slice(0, 10);
    const none = document.createElement('p');
    none.textContent = 'Nothing in this draft is marked as coming from a source, so that nothing has to be recorded.';
    marks.replaceChildren(...(all.length ? all.map(choice) : [none]));
    kind();
    box.showModal();
  };
}
